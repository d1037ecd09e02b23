//! The driver of a scanner. A scanner cannot be asked anything, so that one with power and without a working lens, or a serial
//! one whose cable is out behind its adapter, looks well: only the port itself can be missed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::hash::{BuildHasher as _, RandomState};

use protocol::bridge::Trouble;
use protocol::pii::Pii;

use super::{Decoder, Model, Scan};
use crate::{Driver, Health, Input, Millis, Output};

/// A code without a line end is over after so long a silence. Keyboards type slower than that between two keys of nobody.
pub const GAP: u64 = 200;
/// A code that is held before the lens is sent again and again: it is told once, until it was not seen for so long.
pub const REPEATS: u64 = 2_000;
/// Unreadable codes in a row that are anybody's; so many are the line's.
const BAD: u8 = 3;

/// What a scanner tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How the scanner is.
    Health(Health),
    /// A code was scanned. It may be somebody's.
    Scanned(Pii<String>),
    /// Something was scanned that says nothing.
    Unreadable,
}

/// A scanner. It can be told nothing.
pub struct Scanner {
    now: Millis,
    out: VecDeque<Output<Event>>,
    told: Option<Health>,
    decoder: Decoder,
    /// When the last byte came, while a code has begun.
    heard: Option<Millis>,
    /// A hash of the last code, under a key of this driver's own, and when it was last seen.
    last: Option<(u64, Millis)>,
    hashes: RandomState,
    bad: u8,
}

impl Scanner {
    /// A scanner whose port is not open yet.
    pub fn new(model: Model) -> Self {
        Self {
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            decoder: Decoder::new(model),
            heard: None,
            last: None,
            hashes: RandomState::new(),
            bad: 0,
        }
    }

    fn health(&mut self, health: Health) {
        if self.told != Some(health) {
            self.told = Some(health);
            self.out.push_back(Output::Event(Event::Health(health)));
        }
    }

    fn scanned(&mut self, scan: Scan) {
        let Ok(text) = scan else {
            self.bad = self.bad.saturating_add(1);
            if self.bad >= BAD {
                self.health(Health::degraded(Trouble::Garbled));
            }
            self.out.push_back(Output::Event(Event::Unreadable));
            return;
        };
        self.bad = 0;
        self.health(Health::READY);
        let hash = self.hashes.hash_one(text.reveal());
        let again = self.last.is_some_and(|(last, seen)| last == hash && self.now.since(seen) < REPEATS);
        self.last = Some((hash, self.now));
        if !again {
            self.out.push_back(Output::Event(Event::Scanned(text)));
        }
    }

    fn forget(&mut self) {
        self.decoder.clear();
        self.heard = None;
        self.bad = 0;
    }
}

impl Driver for Scanner {
    type Command = Infallible;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Infallible>) {
        self.now = self.now.max(now);
        // A clock that comes late is no reason to join two codes.
        if self.wake_at().is_some_and(|due| self.now >= due)
            && let Some(scan) = self.decoder.end()
        {
            self.heard = None;
            self.scanned(scan);
        }
        match input {
            Input::Opened => {
                self.forget();
                self.health(Health::READY);
            }
            Input::Closed => {
                self.forget();
                self.health(Health::GONE);
            }
            Input::Bytes(bytes) => {
                let mut rest = bytes;
                while let Some(scan) = self.decoder.take(&mut rest) {
                    self.scanned(scan);
                }
                self.heard = self.decoder.begun().then_some(self.now);
            }
            Input::Command(never) => match never {},
            Input::Clock | Input::Sent(_) => {}
        }
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.out.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.heard.map(|heard| heard + GAP)
    }
}
