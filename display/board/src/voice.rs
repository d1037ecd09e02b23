//! The calls of a zone that are still to be spoken: in order, one at a time, bounded, and none that has grown old.
//!
//! A hall in a rush calls more people than there is time to speak: where more than twenty seconds of speech are waiting,
//! each call is said once and in Chinese alone; where more wait than can be spoken within a minute, the oldest are left
//! out. They stand on the board all the same.

use std::collections::{BTreeSet, VecDeque};

use protocol::board::Announcement;
use uuid::Uuid;

use crate::Millis;
use crate::speech::{Options, announcement, duration_ms};
use crate::switchboard::ListenerId;

/// A call older than this is not spoken any more.
pub const OLDEST_MS: u64 = 60_000;
/// More waiting speech than this, and each call is said only once.
pub const RUSH_MS: u64 = 20_000;
/// Most calls that wait.
pub const MOST_WAITING: usize = 12;
/// Between two announcements.
const BREATH_MS: u64 = 500;
/// How much longer than its clips an announcement may take, until a page that says nothing is waited for no longer.
const SLACK_MS: u64 = 3_000;

/// See the module.
#[derive(Debug)]
pub struct Voice {
    options: Options,
    waiting: VecDeque<Call>,
    speaking: Option<Speaking>,
    quiet_until: Millis,
    next: u64,
}

#[derive(Debug)]
struct Call {
    ticket: Uuid,
    number: String,
    window: u16,
    at: Millis,
}

#[derive(Debug)]
struct Speaking {
    id: u64,
    /// Who has not said yet that it is over.
    heard_by: BTreeSet<ListenerId>,
    /// When nobody is waited for any more.
    limit: Millis,
}

impl Voice {
    /// Nothing is to be said.
    pub fn new(options: Options) -> Self {
        Self { options, waiting: VecDeque::new(), speaking: None, quiet_until: Millis(0), next: 1 }
    }

    /// A ticket was called, or called again.
    pub fn call(&mut self, ticket: Uuid, number: &str, window: u16, now: Millis) {
        self.forget(ticket);
        if self.waiting.len() == MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Call { ticket, number: number.to_owned(), window, at: now });
    }

    /// This call need not be spoken any more.
    pub fn forget(&mut self, ticket: Uuid) {
        self.waiting.retain(|call| call.ticket != ticket);
    }

    /// Nothing that waits is news any more.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// A listener has spoken an announcement, or could not.
    pub fn said(&mut self, listener: ListenerId, id: u64, now: Millis) {
        if self.speaking.as_ref().is_some_and(|speaking| speaking.id == id) {
            self.left(listener, now);
        }
    }

    /// A listener is gone: nobody waits for it.
    pub fn left(&mut self, listener: ListenerId, now: Millis) {
        let Some(speaking) = &mut self.speaking else { return };
        speaking.heard_by.remove(&listener);
        if speaking.heard_by.is_empty() {
            self.over(now);
        }
    }

    fn over(&mut self, now: Millis) {
        self.speaking = None;
        self.quiet_until = now.plus(BREATH_MS);
    }

    /// The next announcement, if one is due: it goes to all these listeners, who say when it is over.
    pub fn next(&mut self, listeners: &[ListenerId], now: Millis) -> Option<Announcement> {
        if self.speaking.as_ref().is_some_and(|speaking| now >= speaking.limit) {
            self.over(now);
        }
        self.waiting.retain(|call| now.since(call.at) < OLDEST_MS);
        if listeners.is_empty() {
            // Nobody hears it, and who comes later does not want to hear it late.
            self.waiting.clear();
        }
        if self.speaking.is_some() || now < self.quiet_until {
            return None;
        }
        let call = self.waiting.pop_front()?;
        let rush = self.backlog_ms() > RUSH_MS;
        let id = self.next;
        self.next += 1;
        let mut announced = announcement(id, &call.number, call.window, self.options, rush);
        let limit_ms = duration_ms(&announced) + SLACK_MS;
        announced.limit_ms = limit_ms as u32;
        announced.expires_ms = (OLDEST_MS - now.since(call.at)) as u32;
        self.speaking = Some(Speaking { id, heard_by: listeners.iter().copied().collect(), limit: now.plus(limit_ms) });
        Some(announced)
    }

    /// How long it takes to say what waits, each call once.
    fn backlog_ms(&self) -> u64 {
        let once = |call: &Call| duration_ms(&announcement(0, &call.number, call.window, self.options, true));
        self.waiting.iter().map(|call| once(call) + BREATH_MS).sum()
    }

    /// When something is due without anybody saying anything.
    pub fn wake_at(&self) -> Option<Millis> {
        match &self.speaking {
            Some(speaking) => Some(speaking.limit),
            None => self.waiting.front().map(|_| self.quiet_until),
        }
    }
}
