//! Readers and the one listener of each. A card goes to whoever listens at that moment, and is kept by nobody.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drivers::{Health, samv};
use protocol::bridge::ReaderMessage;
use tokio::sync::{mpsc, oneshot};

use crate::device::{Handle, Told};

/// Messages that may wait for the listener: many visitors.
const WAITING: usize = 32;

impl Told for samv::Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            _ => None,
        }
    }
}

/// A reader.
#[derive(Debug)]
pub struct Reader {
    /// Its owner.
    pub handle: Handle<Infallible>,
    /// Who listens.
    pub listening: Listening,
}

/// Why nobody hears any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Another listener came.
    Replaced,
    /// It did not keep up.
    TooSlow,
}

/// The place of the one listener.
#[derive(Debug, Clone, Default)]
pub struct Listening {
    place: Arc<Mutex<Option<Place>>>,
}

#[derive(Debug)]
struct Place {
    messages: mpsc::Sender<ReaderMessage>,
    end: oneshot::Sender<Ended>,
}

/// Who listens.
#[derive(Debug)]
pub struct Listener {
    messages: mpsc::Receiver<ReaderMessage>,
    end: oneshot::Receiver<Ended>,
}

impl Listening {
    /// Takes the place of whoever listened before.
    pub fn listen(&self) -> Listener {
        let (messages, receiver) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        if let Some(old) = self.lock().replace(Place { messages, end }) {
            let _ = old.end.send(Ended::Replaced);
        }
        Listener { messages: receiver, end: ended }
    }

    /// Tells the listener, if there is one.
    pub fn tell(&self, message: ReaderMessage) {
        let mut place = self.lock();
        let Some(listener) = &*place else { return };
        match listener.messages.try_send(message) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Closed(_)) => *place = None,
            Err(mpsc::error::TrySendError::Full(_)) => {
                if let Some(slow) = place.take() {
                    let _ = slow.end.send(Ended::TooSlow);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// The next message. Whoever was replaced hears nothing more, not even what waits.
    pub async fn hear(&mut self) -> Result<ReaderMessage, Ended> {
        tokio::select! {
            biased;
            ended = &mut self.end => Err(ended.unwrap_or(Ended::Replaced)),
            message = self.messages.recv() => match message {
                Some(message) => Ok(message),
                None => Err((&mut self.end).await.unwrap_or(Ended::Replaced)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_listener_alone_hears() {
        let listening = Listening::default();
        listening.tell(ReaderMessage::Removed);
        let mut first = listening.listen();
        listening.tell(ReaderMessage::Removed);
        let mut second = listening.listen();
        listening.tell(ReaderMessage::Tick);
        assert_eq!(first.hear().await, Err(Ended::Replaced), "not what waited for it either");
        assert_eq!(second.hear().await, Ok(ReaderMessage::Tick));
        drop(second);
        listening.tell(ReaderMessage::Removed);
        let mut third = listening.listen();
        listening.tell(ReaderMessage::Tick);
        assert_eq!(third.hear().await, Ok(ReaderMessage::Tick), "nothing is kept for who comes later");
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_let_go() {
        let listening = Listening::default();
        let mut slow = listening.listen();
        for _ in 0..=WAITING {
            listening.tell(ReaderMessage::Removed);
        }
        assert_eq!(slow.hear().await, Err(Ended::TooSlow));
    }
}
