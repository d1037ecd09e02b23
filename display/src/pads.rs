//! Call pads beside windows: their keys become calls to the server, and they are kept at what they are to show.
//!
//! One task listens to each line, one drives each pad. A press that is under way is the only one: what is pressed meanwhile
//! was pressed at another picture, and is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use board::pad::{Deed, Desk, Look, Pressed};
use futures_util::StreamExt as _;
use hub::{Gone, Hub};
use protocol::bridge::{PadKey, PadScreen, PadsMessage};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::backoff;
use crate::bridge::Bridge;
use crate::clerk::{Clerk, Done};
use crate::sent::{Sent, TIMEOUT_S};
use crate::settings::Pad;

/// How often a pad is compared with what it is to show.
const LOOK: Duration = Duration::from_millis(100);
/// The bridge ticks every two seconds: without a word for so long it is given up.
const SILENCE: Duration = Duration::from_secs(6);
/// How long blanking a pad may take at the end.
const GOODBYE: Duration = Duration::from_secs(1);
/// Presses that may wait for a pad's task.
const ROOM: usize = 8;

/// What was done at a pad.
#[derive(Debug, Clone, Copy)]
enum Touch {
    Key(PadKey, Option<u16>),
    Rated(u8),
}

/// Starts a task for each line and each pad.
pub fn start(pads: &[Pad], hub: &Hub, clerk: &Clerk, bridge: &Bridge, tasks: &TaskTracker, stop: &CancellationToken) {
    let mut lines: HashMap<String, HashMap<u8, mpsc::Sender<Touch>>> = HashMap::new();
    for pad in pads {
        let (touches, receiver) = mpsc::channel(ROOM);
        let line = lines.entry(pad.line.clone()).or_default();
        if let Some(rating) = pad.rating {
            line.insert(rating, touches.clone());
        }
        line.insert(pad.address, touches);
        let driver = Driver {
            pad: pad.clone(),
            desk: Arc::new(Mutex::new(Desk::new(pad.desk()))),
            hub: hub.clone(),
            clerk: clerk.clone(),
            bridge: bridge.clone(),
            sent: Sent::default(),
            beep: 0,
        };
        tasks.spawn(driver.run(receiver, stop.clone()));
    }
    for (line, pads) in lines {
        let (bridge, stop) = (bridge.clone(), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = listen(&bridge, &line, &pads) => {}
            }
        });
    }
}

/// Hears what is pressed on a line, whatever becomes of the bridge.
async fn listen(bridge: &Bridge, line: &str, pads: &HashMap<u8, mpsc::Sender<Touch>>) {
    let mut attempt = 0;
    loop {
        match bridge.pads(line).await {
            Ok(mut socket) => {
                tracing::info!(line, "hearing call pads");
                while let Ok(Some(Ok(message))) = tokio::time::timeout(SILENCE, socket.next()).await {
                    attempt = 0;
                    let Message::Text(text) = message else { continue };
                    match serde_json::from_str(&text) {
                        Ok(PadsMessage::Key { address, key, number }) => {
                            touch(line, pads, address, Touch::Key(key, number));
                        }
                        Ok(PadsMessage::Rated { address, level }) => touch(line, pads, address, Touch::Rated(level)),
                        Ok(PadsMessage::Changed { .. } | PadsMessage::Tick) => {}
                        Err(error) => tracing::warn!(line, %error, "a message of the bridge is passed over"),
                    }
                }
                tracing::warn!(line, "call pads are not heard any more; trying again");
            }
            Err(error) if attempt == 0 => tracing::warn!(line, %error, "call pads are not heard; trying again"),
            Err(_) => {}
        }
        tokio::time::sleep(backoff::delay(attempt, backoff::random())).await;
        attempt += 1;
    }
}

fn touch(line: &str, pads: &HashMap<u8, mpsc::Sender<Touch>>, address: u8, touch: Touch) {
    if let Some(pad) = pads.get(&address) {
        // One that is too busy drops what is pressed meanwhile anyway.
        let _ = pad.try_send(touch);
    } else {
        tracing::warn!(line, address, "a pad that no window has");
    }
}

struct Driver {
    pad: Pad,
    desk: Arc<Mutex<Desk>>,
    hub: Hub,
    clerk: Clerk,
    bridge: Bridge,
    sent: Sent<PadScreen>,
    /// Of the last beep; the bridge beeps at each new one.
    beep: u32,
}

impl Driver {
    async fn run(mut self, mut touches: mpsc::Receiver<Touch>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            _ = self.work(&mut touches) => {}
        }
        // An old number must not outlive the program.
        let blank = PadScreen { beep: self.beep, ..PadScreen::default() };
        let _ = tokio::time::timeout(GOODBYE, self.bridge.show_pad(&self.pad.line, self.pad.address, &blank)).await;
    }

    async fn work(&mut self, touches: &mut mpsc::Receiver<Touch>) -> Result<(), Gone> {
        let mut looks = self.hub.looks(LOOK);
        loop {
            tokio::select! {
                biased;
                touch = touches.recv() => match touch {
                    None => return Ok(()),
                    Some(Touch::Rated(level)) => {
                        let deed = self.desk.lock().unwrap_or_else(PoisonError::into_inner).rated(level);
                        self.perform(&deed).await;
                    }
                    Some(Touch::Key(key, number)) => {
                        self.key(key, number).await?;
                        // Pressed at a picture that is no longer the present one; ratings are the visitor's and stay.
                        let mut ratings = Vec::new();
                        while let Ok(touch) = touches.try_recv() {
                            if let Touch::Rated(level) = touch {
                                ratings.push(level);
                            }
                        }
                        for level in ratings {
                            let deed = self.desk.lock().unwrap_or_else(PoisonError::into_inner).rated(level);
                            self.perform(&deed).await;
                        }
                    }
                },
                _ = looks.next() => {}
            }
            self.look().await?;
        }
    }

    async fn key(&mut self, key: PadKey, number: Option<u16>) -> Result<(), Gone> {
        let desk = self.desk.clone();
        let pressed = self.hub.look(move |boards, now| {
            desk.lock().unwrap_or_else(PoisonError::into_inner).press(boards.hall(), key, number, now)
        });
        match pressed.await? {
            Pressed::Do(deed) => self.perform(&deed).await,
            Pressed::Ask => self.ask().await,
            Pressed::Ignored => tracing::debug!(window = self.pad.window, ?key, "a press that does not count"),
            Pressed::Refused(why) => {
                tracing::info!(window = self.pad.window, ?key, ?why, "a press that cannot be");
                self.beep();
            }
        }
        Ok(())
    }

    /// Beeps with the next content.
    fn beep(&mut self) {
        // At first not one that this program's predecessor used, nor 0, which never beeps.
        let first = u32::from_le_bytes([1, backoff::random(), backoff::random(), 0]);
        self.beep = if self.beep == 0 { first } else { self.beep + 1 };
    }

    /// Asks it of the server, once however often it is sent.
    async fn perform(&mut self, deed: &Deed) {
        match self.clerk.perform(deed, Uuid::new_v4()).await {
            Done::Done => {}
            Done::Refused(why) => {
                tracing::info!(path = deed.path, why, "the server refused what was pressed");
                self.beep();
            }
            Done::Unknown(why) => {
                tracing::warn!(path = deed.path, why, "nobody knows whether what was pressed was done");
                self.beep();
            }
        }
    }

    async fn ask(&mut self) {
        let address = self.pad.rating.unwrap_or(self.pad.address);
        if let Err(error) = self.bridge.ask_rating(&self.pad.line, address).await {
            tracing::info!(line = self.pad.line, address, %error, "nobody is asked for a rating");
        }
    }

    /// Compares the pad with what it is to show.
    async fn look(&mut self) -> Result<(), Gone> {
        let desk = self.desk.clone();
        let look = self
            .hub
            .look(move |boards, now| desk.lock().unwrap_or_else(PoisonError::into_inner).look(boards.hall(), now));
        let Look { screen, ask } = look.await?;
        if ask {
            self.ask().await;
        }
        let screen = PadScreen { beep: self.beep, timeout_s: TIMEOUT_S, ..screen };
        if !self.sent.wants(&screen, Instant::now()) {
            return Ok(());
        }
        match self.bridge.show_pad(&self.pad.line, self.pad.address, &screen).await {
            Ok(()) => {
                if self.sent.failures > 0 {
                    tracing::info!(line = self.pad.line, address = self.pad.address, "the pad is shown to again");
                }
                self.sent.taken(screen, Instant::now());
            }
            Err(error) => {
                if self.sent.failures == 0 {
                    tracing::warn!(line = self.pad.line, address = self.pad.address, %error, "the pad is not shown to");
                }
                let again = backoff::delay(self.sent.failures, backoff::random());
                self.sent.failed(Instant::now(), again);
            }
        }
        Ok(())
    }
}
