//! Lets speakers say the calls of their zones: what is to be said and when is decided by the boards, and the bridge is asked for
//! one call after the other. A call that cannot be said in its time is given up: it stands on the board, and nobody wants to hear
//! it late.

use std::time::Duration;

use board::words::words;
use futures_util::StreamExt as _;
use hub::{Gone, Hub, Listener};
use protocol::board::{Announcement, BoardMessage, Saying};
use protocol::bridge::speakers::{Call, Sentence, SpeakerMessage, Speech, SpeechState};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backoff;
use crate::bridge::{Bridge, BridgeError};
use crate::settings::Speaker;

/// A zone that the hall does not have, or not yet, is asked for again so often.
const NO_ZONE: Duration = Duration::from_secs(3);
/// The bridge is alive and says so every two seconds.
const SILENCE: Duration = Duration::from_secs(6);

/// Starts a task for each speaker. When this returns, no board speaks in their zones.
pub async fn start(
    speakers: &[Speaker],
    hub: &Hub,
    bridge: &Bridge,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    for (at, speaker) in speakers.iter().enumerate() {
        hub.leave_to_speakers(&speaker.zone).await.map_err(|Gone| anyhow::anyhow!("the boards ended"))?;
        // The calls of this start, and of this zone, among all that the bridge hears of.
        let mut run = [0; 6];
        getrandom::fill(&mut run)?;
        let run = run.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let shell =
            Shell { speaker: speaker.clone(), bridge: bridge.clone(), prefix: format!("{run}-{at}"), silent: false };
        let (hub, stop) = (hub.clone(), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = shell.follow(&hub) => {}
            }
        });
    }
    Ok(())
}

/// One speaker.
struct Shell {
    speaker: Speaker,
    bridge: Bridge,
    prefix: String,
    /// It has been said that it says nothing.
    silent: bool,
}

impl Shell {
    async fn follow(mut self, hub: &Hub) {
        loop {
            let Ok(mut listener) = hub.join_speaker(&self.speaker.zone).await else { return };
            self.listen(&mut listener).await;
            tokio::time::sleep(NO_ZONE).await;
        }
    }

    /// Says what is to be said, until there is no such zone.
    async fn listen(&mut self, listener: &mut Listener) {
        while let Some(text) = listener.next().await {
            // Speakers are told of announcements alone; of whatever else comes later nothing is to be said.
            let Ok(BoardMessage::Announce { announcement }) = serde_json::from_str(&text) else { continue };
            // When this time is over the next one comes, whatever has become of this one.
            let limit = Duration::from_millis(announcement.limit_ms.into());
            let end = tokio::time::timeout(limit, self.say(&announcement)).await;
            listener.said(announcement.id).await;
            match end {
                Ok(speech) if speech.state == SpeechState::Said => {
                    if std::mem::take(&mut self.silent) {
                        tracing::info!(speaker = self.speaker.name, "the speaker says calls again");
                    }
                }
                Ok(speech) => self.missed(&announcement.number, &format!("{:?}, {:?}", speech.state, speech.why)),
                Err(_) => self.missed(&announcement.number, "its time is over"),
            }
        }
    }

    fn missed(&mut self, number: &str, why: &str) {
        if std::mem::replace(&mut self.silent, true) {
            tracing::debug!(speaker = self.speaker.name, number, why, "a call was not said");
        } else {
            tracing::warn!(speaker = self.speaker.name, number, why, "a call was not said; further ones are not told");
        }
    }

    /// Has a call said, and waits until it is over, however often the bridge goes and comes meanwhile.
    async fn say(&self, announcement: &Announcement) -> Speech {
        let began = Instant::now();
        let id = format!("{}-{}", self.prefix, announcement.id);
        let mut tries = 0;
        loop {
            let left = u64::from(announcement.expires_ms).saturating_sub(began.elapsed().as_millis() as u64);
            match self.ask(&id, &call(announcement, left as u32, self.speaker.volume)).await {
                Ok(speech) => return speech,
                Err(error) if tries == 0 && !self.silent => {
                    tracing::warn!(speaker = self.speaker.name, %error, "the bridge does not say a call; trying again");
                }
                Err(_) => {}
            }
            tokio::time::sleep(backoff::delay(tries, backoff::random())).await;
            tries += 1;
        }
    }

    /// Asks for it and waits for its end. Asking again changes nothing but that this is heard.
    async fn ask(&self, id: &str, call: &Call) -> Result<Speech, BridgeError> {
        // Listens first, so that no word is missed.
        let mut socket = self.bridge.hear(&self.speaker.name).await?;
        let speech = self.bridge.announce(&self.speaker.name, id, call).await?;
        if speech.state.is_over() {
            return Ok(speech);
        }
        loop {
            let message = tokio::time::timeout(SILENCE, socket.next()).await.ok().flatten();
            let Some(Ok(message)) = message else { return Err(Error::ConnectionClosed.into()) };
            let Message::Text(text) = message else { continue };
            match serde_json::from_str(&text)? {
                SpeakerMessage::Speech { id: of, speech } if of == id && speech.state.is_over() => return Ok(speech),
                _ => {}
            }
        }
    }
}

/// What the bridge is asked for.
fn call(announcement: &Announcement, expires_ms: u32, volume: u8) -> Call {
    let sentence = |saying: &Saying| Sentence {
        language: saying.language,
        clips: saying.clips.clone(),
        words: words(saying).unwrap_or_default().into_iter().map(str::to_owned).collect(),
    };
    Call {
        chime: true,
        sentences: announcement.sayings.iter().map(sentence).collect(),
        pause_ms: announcement.pause_ms as u16,
        expires_ms: expires_ms.min(Call::MAX_EXPIRES_MS),
        volume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_what_the_bridge_takes() {
        let options = board::Options { english: true, yao: true };
        let announcement = board::speech::announcement(3, "ABC99999", 9_999, options, false);
        let call = call(&announcement, 70_000, 80);
        assert_eq!(call.fault(), None);
        assert_eq!((call.sentences.len(), call.expires_ms, call.volume), (4, 70_000, 80));
        assert!(call.sentences.iter().all(|one| !one.words.is_empty() && !one.clips.is_empty()));
    }
}
