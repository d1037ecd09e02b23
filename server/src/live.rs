//! A live-stream session as a state machine without I/O; `http/live.rs` drives it with a socket, the simulator with a
//! simulated network.
//!
//! The client's first message says what it wants and what it has seen. It gets what it missed, or a snapshot, and then
//! every event of its topics in order. Its buffer is bounded by whoever drives the session: a client that does not keep
//! up is dropped and comes back with its last position, and delays nobody.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use hall::Moment;
use hall::role::{Act, Actor};
use protocol::HallDevice;
use protocol::live::{
    Data, DeviceChanged, Hello, Message, PROTOCOL, SeatChanged, Snapshot, SnapshotData, Subscribe, Tick, Topic,
};
use protocol::parking::{Crowd, Lot};
use uuid::Uuid;

use crate::clock::Clock;
use crate::engine::{Frame, Published};
use crate::people::seats::Sitting;
use crate::tokens::Token;

/// Largest message a client may send, in bytes.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// Messages a client may send in a minute.
pub const MAX_MESSAGES_A_MINUTE: u32 = 100;
/// How many of the last calls a snapshot holds.
const CALLS_IN_SNAPSHOT: usize = 20;

/// Why a session ends (RFC 6455, section 7.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// The status.
    pub code: u16,
    /// A few words.
    pub reason: &'static str,
}

/// The server stops; come again.
pub const STOPPING: Close = Close { code: 1001, reason: "the server stops; come again" };
/// The message was not understood.
pub const NOT_UNDERSTOOD: Close = Close { code: 1007, reason: "not a subscription" };
/// More in one message than anybody needs.
pub const TOO_BIG: Close = Close { code: 1009, reason: "a message has at most 64 KiB" };
/// May not do that.
pub const NOT_ALLOWED: Close = Close { code: 1008, reason: "not allowed, or no longer" };
/// Too much from the client.
pub const TOO_MUCH: Close = Close { code: 1008, reason: "too many messages" };
/// Did not keep up.
pub const TOO_SLOW: Close = Close { code: 1013, reason: "too slow; come again with your last seq" };
/// Silent for too long.
pub const SILENT: Close = Close { code: 1013, reason: "nothing heard for too long" };

/// See the module.
#[derive(Debug, Clone)]
pub struct Session {
    actor: Actor,
    /// The session of somebody who has signed in.
    signed_in: Option<Uuid>,
    topics: u8,
    /// Everything up to here was sent or is in a snapshot that was sent.
    sent: u64,
    minute: i64,
    messages: u32,
}

impl Session {
    /// A session of somebody who may look.
    pub fn open(actor: Actor) -> Result<Self, Close> {
        if !actor.may(Act::Listen) {
            return Err(NOT_ALLOWED);
        }
        Ok(Self { actor, signed_in: None, topics: 0, sent: 0, minute: 0, messages: 0 })
    }

    /// The same for the holder of a token or of a session.
    pub fn of(token: &Token) -> Result<Self, Close> {
        Ok(Self { signed_in: token.session, ..Self::open(token.actor)? })
    }

    /// The session of somebody who has signed in.
    pub fn signed_in(&self) -> Option<Uuid> {
        self.signed_in
    }

    /// Who this is.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// What the server says first.
    pub fn hello(build: &str) -> Bytes {
        encode(&Hello { kind: "hello".into(), protocol: PROTOCOL, build: build.to_owned() })
    }

    /// A message from the client. `published` is locked while the answer is made and the subscription to later frames
    /// taken, so that nothing is lost or sent twice. `now_ms` is the driver's own monotonic time.
    pub fn message(
        &mut self,
        text: &str,
        published: &Published,
        now: Moment,
        now_ms: i64,
    ) -> Result<Vec<Bytes>, Close> {
        let minute = now_ms / 60_000;
        if minute != self.minute {
            (self.minute, self.messages) = (minute, 0);
        }
        self.messages += 1;
        if self.messages > MAX_MESSAGES_A_MINUTE {
            return Err(TOO_MUCH);
        }
        let subscribe: Subscribe = serde_json::from_str(text).map_err(|_| NOT_UNDERSTOOD)?;
        self.topics = subscribe.subscribe.iter().fold(0, |topics, topic| topics | topic.bit());
        if !self.actor.may(Act::Look) && self.topics & !Topic::Parking.bit() != 0 {
            return Err(NOT_ALLOWED);
        }
        self.sent = published.state.seq();
        let missed = subscribe.after.and_then(|after| published.since(after));
        if let Some(missed) = missed {
            let mine = missed.filter(|frame| frame.topics & self.topics != 0);
            let mut answer: Vec<Bytes> = mine.map(|frame| frame.text.clone()).collect();
            if self.topics & Topic::Queues.bit() != 0 {
                // States of lines are never replayed: the present ones make up for those that were missed.
                answer.extend(QueueWatch::default().changed(published, now).iter().map(|frame| frame.text.clone()));
            }
            if self.topics & Topic::Parking.bit() != 0 {
                // The same: what may be said of a car park changes with time alone.
                answer.extend(ParkingWatch::default().changed(published, now).iter().map(|frame| frame.text.clone()));
            }
            return Ok(answer);
        }
        Ok(vec![snapshot(published, now, self.topics)])
    }

    /// What of a frame is for this client.
    pub fn frame(&mut self, frame: &Frame) -> Option<Bytes> {
        self.wants(frame).then(|| frame.text.clone())
    }

    /// Whether a frame is for this client; it counts as sent then.
    pub fn wants(&mut self, frame: &Frame) -> bool {
        if let Some(seq) = frame.seq {
            if seq <= self.sent {
                return false;
            }
            self.sent = seq;
        }
        frame.topics & self.topics != 0
    }
}

/// Everything at the present position.
fn snapshot(published: &Published, now: Moment, topics: u8) -> Bytes {
    let viewer = published.viewer();
    let state = &published.state;
    let wants = |topic: Topic| topics & topic.bit() != 0;
    let mut calls = Vec::new();
    if wants(Topic::Calls) {
        let mut called: Vec<_> = state
            .tickets()
            .iter()
            .filter(|ticket| ticket.window().is_some())
            .filter_map(|ticket| ticket.called_at.map(|at| (std::cmp::Reverse(at), ticket)))
            .collect();
        called.sort_by_key(|(at, _)| *at);
        calls = called.into_iter().take(CALLS_IN_SNAPSHOT).map(|(_, ticket)| viewer.ticket(ticket)).collect();
    }
    let queues =
        if wants(Topic::Queues) { state.queues().map(|queue| viewer.queue(&queue, now)).collect() } else { Vec::new() };
    let windows =
        if wants(Topic::Windows) { state.windows().map(|window| viewer.window(window)).collect() } else { Vec::new() };
    let (lots, crowd) = if wants(Topic::Parking) { (viewer.lots(now), viewer.crowd()) } else { (Vec::new(), None) };
    let hall = protocol::live::hall_view(state).unwrap_or_else(|| protocol::live::HallView {
        name: protocol::Text { zh: String::new(), en: String::new() },
        business_date: None,
        open: false,
        opens: String::new(),
        closes: String::new(),
        zones: Vec::new(),
        departments: Vec::new(),
        ticket: None,
    });
    encode(&Snapshot {
        kind: "snapshot".into(),
        seq: state.seq(),
        at: viewer.time(now),
        data: SnapshotData { hall, calls, queues, windows, lots, crowd },
    })
}

fn encode<T: serde::Serialize>(value: &T) -> Bytes {
    // Views hold only strings and numbers: they can always be written.
    serde_json::to_vec(value).unwrap_or_default().into()
}

/// A sign of life for everybody.
pub fn tick(published: &Published, now: Moment) -> Arc<Frame> {
    let state = &published.state;
    let open = state.settings().is_some_and(|settings| settings.hours().is_open(now));
    let tick = Tick { kind: "tick".into(), seq: state.seq(), at: published.viewer().time(now), open };
    Arc::new(Frame::new(None, u8::MAX, &encode(&tick)))
}

/// Who sits at a window now.
pub fn seat_changed(published: &Published, now: Moment, window: u16, sitting: Option<&Sitting>) -> Arc<Frame> {
    let viewer = published.viewer();
    let seat = sitting.map(|sitting| sitting.view(|ms| viewer.time(Moment(ms))));
    let changed = SeatChanged { kind: "seat.changed".into(), at: viewer.time(now), window, seat };
    Arc::new(Frame::new(None, Topic::Windows.bit(), &encode(&changed)))
}

/// How a device is now.
pub fn device_changed(published: &Published, now: Moment, device: HallDevice) -> Arc<Frame> {
    let (at, data) = (published.viewer().time(now), in_hall_time(published, now, device));
    let changed = DeviceChanged { kind: "device.changed".into(), at, data };
    Arc::new(Frame::new(None, Topic::Devices.bit(), &encode(&changed)))
}

/// With its time as the clocks of the hall show it, also where the hall runs on a clock of its own: so long ago.
pub fn in_hall_time(published: &Published, now: Moment, mut device: HallDevice) -> HallDevice {
    if let Ok(since) = device.device.since.parse::<jiff::Timestamp>() {
        let ago_ms = Clock::real().now().0.saturating_sub(since.as_millisecond()).max(0);
        device.device.since = published.viewer().time(now.plus_ms(-ago_ms));
    }
    device
}

/// Finds the lines whose state changed since it was last asked, so that each is told at most once in a round.
#[derive(Debug, Default)]
pub struct QueueWatch {
    told: HashMap<String, Told>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    waiting: usize,
    longest_since: Option<Moment>,
    open_windows: usize,
    day: hall::state::Tally,
    eta: Option<hall::estimate::Interval>,
}

impl QueueWatch {
    /// One message for each changed line.
    pub fn changed(&mut self, published: &Published, now: Moment) -> Vec<Arc<Frame>> {
        let viewer = published.viewer();
        let mut frames = Vec::new();
        for queue in published.state.queues() {
            let code = queue.service.code.as_str();
            let told = Told {
                waiting: queue.waiting,
                longest_since: queue.longest_since,
                open_windows: queue.open_windows,
                day: queue.tally,
                eta: published.estimates.fresh(&queue.service.code, hall::Class::Normal),
            };
            if self.told.get(code) == Some(&told) {
                continue;
            }
            self.told.insert(code.to_owned(), told);
            let message = Message {
                seq: None,
                kind: "queue.changed".into(),
                at: viewer.time(now),
                data: Data::Queue(Box::new(viewer.queue(&queue, now))),
            };
            frames.push(Arc::new(Frame::new(None, Topic::Queues.bit(), &encode(&message))));
        }
        frames
    }
}

/// Finds the car parks of which something else may be said than when it was last asked, though nothing has happened there, and the
/// crowd that is coming.
#[derive(Debug, Default)]
pub struct ParkingWatch {
    lots: HashMap<String, Lot>,
    crowd: Option<Crowd>,
}

impl ParkingWatch {
    /// One message for each change.
    pub fn changed(&mut self, published: &Published, now: Moment) -> Vec<Arc<Frame>> {
        let viewer = published.viewer();
        let mut frames = Vec::new();
        let mut tell = |kind: &str, data: Data| {
            let message = Message { seq: None, kind: kind.into(), at: viewer.time(now), data };
            frames.push(Arc::new(Frame::new(None, Topic::Parking.bit(), &encode(&message))));
        };
        for lot in viewer.lots(now) {
            if self.lots.get(&lot.uid) != Some(&lot) {
                self.lots.insert(lot.uid.clone(), lot.clone());
                tell("parking.changed", Data::Lot(Box::new(lot)));
            }
        }
        let crowd = viewer.crowd();
        if crowd != self.crowd
            && let Some(crowd) = crowd
        {
            self.crowd = Some(crowd.clone());
            tell("crowd.changed", Data::Crowd(Box::new(crowd)));
        }
        frames
    }
}
