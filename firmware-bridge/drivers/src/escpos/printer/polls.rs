//! Rounds of status requests, one request at a time.

use crate::Millis;
use crate::escpos::bytes::{DLE, EOT};

/// Bytes of a request.
pub const REQUEST: usize = 3;
/// The last request of a round.
pub const LAST: u8 = 4;
/// How long the answer to a request is waited for.
const ANSWER_MS: u64 = 1_000;
/// How long nothing is asked after an answer has not come.
const QUIET_MS: u64 = 300;
/// How many requests in a row stay unanswered before the line counts as dead.
const MISSES: u8 = 3;

/// Which request is out, and when the next one is due.
#[derive(Debug, Default)]
pub struct Polls {
    /// The next to be sent in this round, 1 to 4.
    next: Option<u8>,
    out: Option<(u8, Millis)>,
    due: Option<Millis>,
    missed: u8,
    silent: bool,
}

impl Polls {
    /// The line is new: a round is due now, and nothing is known.
    pub fn begin(&mut self, now: Millis) {
        *self = Self { due: Some(now), ..Self::default() };
    }

    /// No line.
    pub fn stop(&mut self) {
        *self = Self::default();
    }

    /// A round is to begin now, unless one is under way.
    pub fn hurry(&mut self, now: Millis) {
        if self.next.is_none() && self.out.is_none() {
            self.due = Some(now);
        }
    }

    /// The request to send, when one is due and `clear` says that the port has taken all before it.
    pub fn request(&mut self, now: Millis, clear: bool) -> Option<Vec<u8>> {
        if self.out.is_some() || !clear {
            return None;
        }
        if self.next.is_none() && self.due.is_some_and(|due| due <= now) {
            self.due = None;
            self.next = Some(1);
        }
        let n = self.next?;
        self.out = Some((n, now + ANSWER_MS));
        Some(vec![DLE, EOT, n])
    }

    /// An answer has come: to which request.
    pub fn answered(&mut self) -> Option<u8> {
        self.alive();
        let (n, _) = self.out.take()?;
        self.next = (n < LAST).then_some(n + 1);
        Some(n)
    }

    /// The printer has said something.
    pub const fn alive(&mut self) {
        self.missed = 0;
        self.silent = false;
    }

    /// Notices that an answer has not come. True when the line has just become silent.
    pub fn missed(&mut self, now: Millis) -> bool {
        let Some((_, until)) = self.out else { return false };
        if now < until {
            return false;
        }
        // A new round after some quiet: a late answer would be taken for that to another request.
        self.out = None;
        self.next = None;
        self.due = Some(now + QUIET_MS);
        self.missed = self.missed.saturating_add(1);
        let turned = self.missed >= MISSES && !self.silent;
        self.silent |= turned;
        turned
    }

    /// Nothing has answered for a while.
    pub const fn is_silent(&self) -> bool {
        self.silent
    }

    /// No round is under way.
    pub const fn is_at_rest(&self) -> bool {
        self.next.is_none() && self.out.is_none()
    }

    /// The round is over: when the next begins.
    pub const fn rest_until(&mut self, due: Millis) {
        self.due = Some(due);
    }

    /// When something is to be done at the latest; a request that waits for the port waits for the port.
    pub fn wake_at(&self) -> Option<Millis> {
        self.out.map(|(_, until)| until).or(self.due)
    }
}
