//! Simulated readers of the live stream: they read now and then, lose their connection, fall behind, and keep a picture of
//! the windows that must be right in the end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, RwLock};

use bytes::Bytes;
use hall::Moment;
use hall::estimate::Random;
use hall::ids::ActorId;
use hall::role::{Actor, Role};
use serde_json::Value;
use server::engine::{Frame, Published, read};
use server::live::Session;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;

/// Readers; the last one is slow.
pub(super) const VIEWERS: usize = 4;
/// Messages that may wait for a reader before he is dropped.
const BUFFER: usize = 96;

#[derive(Default)]
pub(super) struct Viewers(Vec<Viewer>);

#[derive(Default)]
struct Viewer {
    connection: Option<Connection>,
    /// The last position it has seen.
    after: Option<u64>,
    windows: BTreeMap<u64, Value>,
    wants_snapshot: bool,
}

struct Connection {
    session: Session,
    frames: Receiver<Arc<Frame>>,
    buffer: VecDeque<Bytes>,
}

impl Viewers {
    fn get(&mut self, viewer: usize) -> &mut Viewer {
        if self.0.len() <= viewer {
            self.0.resize_with(viewer + 1, Viewer::default);
        }
        &mut self.0[viewer]
    }

    pub fn cut(&mut self, viewer: usize) {
        self.get(viewer).connection = None;
    }

    pub fn cut_all(&mut self) {
        for viewer in &mut self.0 {
            viewer.connection = None;
        }
    }

    /// Moves what the server has published into the buffers; a full one is dropped.
    pub fn pump(&mut self, dropped: &mut u32) {
        for viewer in &mut self.0 {
            let Some(connection) = &mut viewer.connection else { continue };
            let kept = loop {
                match connection.frames.try_recv() {
                    Ok(frame) => {
                        connection.buffer.extend(connection.session.frame(&frame));
                        if connection.buffer.len() > BUFFER {
                            break false;
                        }
                    }
                    Err(TryRecvError::Empty) => break true,
                    Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => break false,
                }
            };
            if !kept {
                *dropped += 1;
                viewer.connection = None;
            }
        }
    }

    /// How long a viewer does something else.
    pub fn pause(viewer: usize, resting: bool, random: &mut Random) -> i64 {
        if viewer == VIEWERS - 1 && !resting {
            4_000 + random.below(20_000) as i64
        } else {
            20 + random.below(300) as i64
        }
    }

    /// One turn of a viewer: connect, or read what is there.
    pub fn view(
        &mut self,
        index: usize,
        published: Option<&Arc<RwLock<Published>>>,
        clock: Moment,
        now_ms: i64,
        resting: bool,
    ) -> Result<(), String> {
        let viewer = self.get(index);
        if viewer.connection.is_none() {
            let Some(published) = published else { return Ok(()) };
            return viewer.connect(&read(published), clock, now_ms);
        }
        // The slow one reads a little at a time.
        let reads = if index == VIEWERS - 1 && !resting { 5 } else { usize::MAX };
        for _ in 0..reads {
            let Some(text) = viewer.connection.as_mut().and_then(|connection| connection.buffer.pop_front()) else {
                break;
            };
            viewer.take(&text)?;
        }
        if viewer.wants_snapshot {
            // New settings or a new day: everything anew.
            viewer.connection = None;
            viewer.after = None;
            viewer.wants_snapshot = false;
        }
        Ok(())
    }

    /// Every picture against the server's.
    pub fn compare(&mut self, published: &Published) -> Result<(), String> {
        for (index, viewer) in self.0.iter().enumerate() {
            if viewer.after != Some(published.state.seq()) {
                return Err(format!(
                    "I9: viewer {index} is at {:?}, the hall at {}",
                    viewer.after,
                    published.state.seq()
                ));
            }
            let view = published.viewer();
            let real: BTreeMap<u64, Value> = published
                .state
                .windows()
                .map(|window| (u64::from(window.number), essence(&serde_json::json!(view.window(window)))))
                .collect();
            let seen: BTreeMap<u64, Value> =
                viewer.windows.iter().map(|(number, window)| (*number, essence(window))).collect();
            if real != seen {
                return Err(format!("I9: viewer {index} sees {seen:?}, the hall is {real:?}"));
            }
        }
        Ok(())
    }
}

/// Without what grows by itself.
fn essence(window: &Value) -> Value {
    let ticket = &window["ticket"];
    serde_json::json!({
        "state": window["state"], "since": window["since"], "services": window["services"], "parked": window["parked"],
        "reason": window["reason"], "ticket": ticket["id"], "ticket_state": ticket["state"], "call": ticket["call_id"],
        "calls": ticket["calls"],
    })
}

impl Viewer {
    fn connect(&mut self, published: &Published, clock: Moment, now_ms: i64) -> Result<(), String> {
        let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Board, window: None };
        let mut session = Session::open(actor).map_err(|close| close.reason.to_owned())?;
        let subscribe = serde_json::json!({ "subscribe": ["calls", "queues", "windows"], "after": self.after });
        let answer = session
            .message(&subscribe.to_string(), published, clock, now_ms)
            .map_err(|close| close.reason.to_owned())?;
        self.connection =
            Some(Connection { session, frames: published.subscribe(), buffer: answer.into_iter().collect() });
        Ok(())
    }

    fn take(&mut self, text: &[u8]) -> Result<(), String> {
        let message: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let kind = message["type"].as_str().unwrap_or_default();
        let seq = message["seq"].as_u64();
        match kind {
            "tick" | "queue.changed" => return Ok(()),
            "snapshot" => {
                self.after = seq;
                let windows = message["data"]["windows"].as_array().cloned().unwrap_or_default();
                self.windows =
                    windows.into_iter().filter_map(|window| Some((window["window"].as_u64()?, window))).collect();
                return Ok(());
            }
            _ => {}
        }
        if seq != self.after.map(|after| after + 1) {
            return Err(format!("I9: {kind} {seq:?} came after {:?}", self.after));
        }
        self.after = seq;
        let data = &message["data"];
        if let Some(gone) = data["gone_window"].as_u64() {
            self.windows.remove(&gone);
        }
        let changed = match kind {
            "window.changed" => vec![data],
            "hall.configured" | "day.closed" => {
                self.wants_snapshot = true;
                Vec::new()
            }
            _ => vec![&data["former_window_state"], &data["window_state"]],
        };
        for window in changed.into_iter().filter(|window| window.is_object()) {
            if let Some(number) = window["window"].as_u64() {
                self.windows.insert(number, window.clone());
            }
        }
        Ok(())
    }
}
