//! Speakers: the calls that were asked for, and what became of each.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drivers::speaker::virtual_speaker::VirtualSpeaker;
use drivers::{Health, speaker};
use protocol::bridge::DeviceKind;
use protocol::bridge::speakers::{Call, Speech, SpeechState};
use tokio::sync::broadcast;

use crate::device::{Handle, Order, Stopping, Told};
use crate::families::Start;
use crate::port::Port;
use crate::port::player::Player;
use crate::settings::{Address, Settings};

/// So many calls are remembered, so that the same one sent again is not said again.
const REMEMBERED: usize = 512;
/// What waits for one who listens.
const WAITING: usize = 64;

impl Told for speaker::Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            Self::Speech { .. } => None,
        }
    }
}

/// Why a call is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its id is another call's.
    #[error("this id belongs to a call with other content")]
    OtherContent,
    /// The bridge stops.
    #[error("the bridge is stopping")]
    Stopping,
}

/// The calls of a speaker.
#[derive(Debug, Clone)]
pub struct Calls {
    known: Arc<Mutex<Known>>,
    news: broadcast::Sender<(String, Speech)>,
}

#[derive(Debug, Default)]
struct Known {
    calls: HashMap<String, (Call, Speech)>,
    order: VecDeque<String>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { known: Arc::default(), news: broadcast::Sender::new(WAITING) }
    }
}

impl Calls {
    /// Takes a call in; `None` where it was not known.
    fn take(&self, id: &str, call: &Call) -> Result<Option<Speech>, Refused> {
        let mut known = self.lock();
        if let Some((other, speech)) = known.calls.get(id) {
            // How long it may still take differs each time it is sent.
            let same = *other == Call { expires_ms: other.expires_ms, ..call.clone() };
            return if same { Ok(Some(*speech)) } else { Err(Refused::OtherContent) };
        }
        if known.order.len() == REMEMBERED
            && let Some(oldest) = known.order.pop_front()
        {
            known.calls.remove(&oldest);
        }
        known.order.push_back(id.to_owned());
        known.calls.insert(id.to_owned(), (call.clone(), Speech { state: SpeechState::Waiting, why: None }));
        Ok(None)
    }

    /// What became of a call.
    pub fn report(&self, id: &str) -> Option<Speech> {
        self.lock().calls.get(id).map(|(_, speech)| *speech)
    }

    /// Hears what becomes of calls from now on.
    pub fn listen(&self) -> broadcast::Receiver<(String, Speech)> {
        self.news.subscribe()
    }

    /// Takes what the driver tells.
    fn tell(&self, id: String, now: Speech) {
        if let Some((_, speech)) = self.lock().calls.get_mut(&id) {
            *speech = now;
        }
        // Nobody may listen.
        let _ = self.news.send((id, now));
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A speaker with its owner.
#[derive(Debug)]
pub struct Speaker {
    /// Its owner.
    pub handle: Handle<speaker::Announce>,
    /// Its calls.
    pub calls: Calls,
}

impl Speaker {
    /// Wants a call said, once however often it is asked; how it stands.
    pub async fn announce(&self, id: &str, call: Call) -> Result<Speech, Refused> {
        if let Some(speech) = self.calls.take(id, &call)? {
            return Ok(speech);
        }
        let announce = speaker::Announce { id: id.to_owned(), call };
        let given = self.handle.order(Order::Command(announce)).await;
        given.map_err(|Stopping| Refused::Stopping)?;
        Ok(Speech { state: SpeechState::Waiting, why: None })
    }
}

/// Starts the speakers of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> HashMap<String, Speaker> {
    let mut speakers = HashMap::new();
    for speaker in &settings.speakers {
        let name = speaker.device.name.clone();
        let port = match &speaker.device.port {
            Address::Virtual => {
                let (port, shared) = start.port(&Address::Virtual, |_| VirtualSpeaker::default(), |_| usize::MAX);
                start.virtuals.speakers.extend(shared.map(|shared| (name.clone(), shared)));
                port
            }
            _ => Port::Player(Player::new(speaker.setup.clone())),
        };
        let calls = Calls::default();
        let tell = calls.clone();
        let events = move |event| match event {
            speaker::Event::Health(_) => {}
            speaker::Event::Speech { id, speech } => tell.tell(id, speech),
        };
        let driver = speaker::Speaker::default();
        let handle =
            start.owner(DeviceKind::Speaker, &speaker.device, driver, port, Box::new(events), Box::new(|_| {}));
        speakers.insert(name, Speaker { handle, calls });
    }
    speakers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(expires_ms: u32, volume: u8) -> Call {
        Call { chime: true, sentences: vec![], pause_ms: 0, expires_ms, volume }
    }

    #[test]
    fn the_same_call_is_known_and_the_oldest_are_forgotten() {
        let calls = Calls::default();
        assert_eq!(calls.take("a", &call(5_000, 100)), Ok(None));
        let said = Speech { state: SpeechState::Said, why: None };
        calls.tell("a".into(), said);
        assert_eq!(calls.take("a", &call(2_000, 100)), Ok(Some(said)), "less time is left");
        assert_eq!(calls.take("a", &call(5_000, 50)), Err(Refused::OtherContent));
        for n in 0..REMEMBERED {
            assert_eq!(calls.take(&n.to_string(), &call(1, 1)), Ok(None));
        }
        assert_eq!(calls.report("a"), None);
        assert_eq!(calls.lock().calls.len(), REMEMBERED);
    }
}
