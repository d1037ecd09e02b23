//! What is durable, and so may be shown: the state that requests read, and the last messages of the live stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use hall::estimate::Table;
use hall::estimate::foresight::Foresight;
use hall::event::Record;
use hall::state::Contradiction;
use hall::{State, invariant};
use protocol::live::{self, Message};
use protocol::parking::VisitLot;
use protocol::views::Viewer;
use tokio::sync::{broadcast, mpsc};

/// How many messages are kept for clients that come back.
pub const RING: usize = 4096;

/// A message of the live stream, encoded once for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Position in the stream; `None` for ticks and the state of lines, which are never sent again.
    pub seq: Option<u64>,
    /// Who hears of it ([`protocol::live::Topic::bit`]).
    pub topics: u8,
    /// The JSON text.
    pub text: Bytes,
    /// The text as it goes over a WebSocket.
    pub wire: Bytes,
}

impl Frame {
    /// Encodes a text for everybody.
    pub fn new(seq: Option<u64>, topics: u8, text: &[u8]) -> Self {
        let wire = wire(text);
        Self { seq, topics, text: wire.slice(wire.len() - text.len()..), wire }
    }
}

/// A text as a WebSocket sends it: the head of one whole frame without a mask (RFC 6455, section 5.2), and the text.
pub fn wire(text: &[u8]) -> Bytes {
    let mut wire = Vec::with_capacity(10 + text.len());
    wire.push(0x81);
    match text.len() {
        length @ 0..126 => wire.push(length as u8),
        length @ 126..0x1_0000 => {
            wire.push(126);
            wire.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            wire.push(127);
            wire.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    wire.extend_from_slice(text);
    wire.into()
}

/// A frame on its way to those who listen.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Counts all frames since the start.
    pub number: u64,
    /// The frame.
    pub frame: Arc<Frame>,
}

/// See the module.
#[derive(Debug)]
pub struct Published {
    /// The state after the last durable event.
    pub state: State,
    /// Estimates, refreshed in the background.
    pub estimates: Arc<Table>,
    /// What is expected of the next hour, refreshed in the background.
    pub foresight: Arc<Foresight>,
    /// The car parks on visitors' pages, refreshed in the background.
    pub visit_lots: Arc<Vec<VisitLot>>,
    ring: VecDeque<Arc<Frame>>,
    sender: broadcast::Sender<Arc<Frame>>,
    carriers: Vec<mpsc::UnboundedSender<Delivery>>,
    deliveries: AtomicU64,
    learned: hall::estimate::Estimator,
    /// Broken invariants since the start.
    pub violations: u64,
}

impl Published {
    /// Starts with a state.
    pub fn new(state: State) -> Self {
        Self {
            state,
            estimates: Arc::default(),
            foresight: Arc::default(),
            visit_lots: Arc::default(),
            ring: VecDeque::with_capacity(RING),
            sender: broadcast::Sender::new(RING / 4),
            carriers: Vec::new(),
            deliveries: AtomicU64::new(0),
            learned: hall::estimate::Estimator::default(),
            violations: 0,
        }
    }

    /// Takes a durable event in and tells everybody.
    pub fn publish(&mut self, record: &Record) -> Result<(), Contradiction> {
        let frame = self.take_in(record)?;
        for violation in invariant::check_touched(&self.state, &record.event) {
            self.violations += 1;
            metrics::counter!("paihao_invariant_violations_total").increment(1);
            tracing::error!(seq = record.seq, %violation, "an invariant is broken");
        }
        if let Some(frame) = frame {
            self.remember(frame.clone());
            self.send(frame);
        }
        Ok(())
    }

    /// Takes an event of the past in; `keep` says whether it is among the last [`RING`].
    pub fn restore(&mut self, record: &Record, keep: bool) -> Result<(), Contradiction> {
        if keep {
            if let Some(frame) = self.take_in(record)? {
                self.remember(frame);
            }
            Ok(())
        } else {
            self.state.apply(record)?;
            self.learned.observe(&self.state, record);
            Ok(())
        }
    }

    fn take_in(&mut self, record: &Record) -> Result<Option<Arc<Frame>>, Contradiction> {
        let ticket = record.event.ticket().and_then(|id| self.state.ticket(id));
        let parked_at = ticket.and_then(|ticket| match ticket.stage {
            hall::ticket::Stage::Parked { window, .. } => Some(window),
            _ => None,
        });
        self.state.apply(record)?;
        self.learned.observe(&self.state, record);
        let message = live::message(self.viewer(), record, parked_at);
        let (_, topics) = live::kind_and_topics(&record.event);
        Ok(message.and_then(|message| encode(&message, topics)))
    }

    fn remember(&mut self, frame: Arc<Frame>) {
        if self.ring.len() == RING {
            self.ring.pop_front();
        }
        self.ring.push_back(frame);
    }

    /// Turns values of this state into views.
    pub fn viewer(&self) -> Viewer<'_> {
        Viewer {
            state: &self.state,
            estimates: &self.estimates,
            foresight: &self.foresight,
            visit_lots: &self.visit_lots,
        }
    }

    /// What has been learned for estimates.
    pub fn learned(&self) -> &hall::estimate::Estimator {
        &self.learned
    }

    /// The events after a position, when all of them are still here; `None` means that a snapshot is needed.
    pub fn since(&self, after: u64) -> Option<impl Iterator<Item = &Arc<Frame>>> {
        let first = self.ring.front().and_then(|frame| frame.seq).unwrap_or(self.state.seq() + 1);
        let known = after <= self.state.seq() && after + 1 >= first;
        known.then(|| self.ring.iter().filter(move |frame| frame.seq.is_some_and(|seq| seq > after)))
    }

    /// Hears of everything from now on. Called under the same lock as a snapshot, so that nothing lies between.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Frame>> {
        self.sender.subscribe()
    }

    /// Tells everybody something that is no event: a tick, the state of a line. To be called under the lock under which it
    /// was found out, so that it comes after every event it speaks of.
    pub fn send(&self, frame: Arc<Frame>) {
        let number = self.deliveries.fetch_add(1, Ordering::AcqRel);
        for carrier in &self.carriers {
            // A carrier that is gone is gone with the server.
            let _ = carrier.send(Delivery { number, frame: frame.clone() });
        }
        // No receiver is no fault.
        let _ = self.sender.send(frame);
    }

    /// Every frame from now on, for somebody who always listens.
    pub fn deliver(&mut self) -> mpsc::UnboundedReceiver<Delivery> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.carriers.push(sender);
        receiver
    }

    /// The number of the next frame.
    pub fn deliveries(&self) -> u64 {
        self.deliveries.load(Ordering::Acquire)
    }
}

/// Encodes a message for everybody.
pub fn encode(message: &Message, topics: u8) -> Option<Arc<Frame>> {
    match serde_json::to_vec(message) {
        Ok(text) => Some(Arc::new(Frame::new(message.seq, topics, &text))),
        Err(error) => {
            tracing::error!(%error, kind = message.kind, "a message cannot be encoded");
            None
        }
    }
}
