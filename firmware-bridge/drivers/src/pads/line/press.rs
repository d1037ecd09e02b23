//! Tells a press from its repeats.

use std::collections::BTreeMap;

use super::super::frame::Frame;
use crate::Millis;

/// A pad that has been quiet for so long on an open and clean line has heard its echo.
const QUIET: u64 = 1_500;
/// Disturbances keep a press open for so long at most after the pad was heard: a line that is always noisy must not make a
/// key dead.
const LONGEST: u64 = 8_000;
/// A pad that has repeated itself is known not to hear: its press stays open for so long.
const DEAF: u64 = 60_000;

/// What each pad said last, as long as it may be said again.
#[derive(Debug, Default)]
pub struct Presses {
    last: BTreeMap<u8, Press>,
    closed: bool,
}

#[derive(Debug)]
struct Press {
    frame: Frame,
    /// When it was heard last.
    heard: Millis,
    /// When it was heard last, or may have been said without being understood.
    stirred: Millis,
    repeats: u32,
}

impl Press {
    fn settles_at(&self) -> Millis {
        let longest = if self.repeats > 1 { DEAF } else { LONGEST };
        (self.stirred + QUIET).min(self.heard + longest)
    }
}

impl Presses {
    /// Takes in a frame; says whether it is a new press.
    pub fn heard(&mut self, now: Millis, frame: &Frame) -> bool {
        self.settle(now);
        match self.last.get_mut(&frame.address) {
            Some(press) if press.frame == *frame => {
                (press.heard, press.stirred) = (now, now);
                press.repeats = press.repeats.saturating_add(1);
                false
            }
            _ => {
                let press = Press { frame: frame.clone(), heard: now, stirred: now, repeats: 0 };
                self.last.insert(frame.address, press);
                true
            }
        }
    }

    /// Something was heard that nobody understood: it may have been any pad.
    pub fn disturbed(&mut self, now: Millis) {
        for press in self.last.values_mut() {
            press.stirred = now;
        }
    }

    /// The line is closed: whatever is said now is not heard.
    pub fn closed(&mut self) {
        self.closed = true;
    }

    /// The line is open again: what was not settled may still be repeated.
    pub fn reopened(&mut self, now: Millis) {
        self.closed = false;
        for press in self.last.values_mut() {
            (press.heard, press.stirred) = (now, now);
        }
    }

    /// Forgets presses whose pads have heard.
    pub fn settle(&mut self, now: Millis) {
        if !self.closed {
            self.last.retain(|_, press| press.settles_at() > now);
        }
    }

    /// When [`Presses::settle`] is due.
    pub fn settles_at(&self) -> Option<Millis> {
        self.last.values().map(Press::settles_at).min()
    }

    /// Whether a pad has repeated itself so often.
    pub fn deaf(&self, times: u32) -> bool {
        self.last.values().any(|press| press.repeats >= times)
    }
}
