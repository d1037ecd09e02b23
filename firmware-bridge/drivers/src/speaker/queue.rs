//! The calls that wait: in the order in which they came, bounded, none that is too old.

use std::collections::VecDeque;

use protocol::bridge::speakers::Call;

use super::MOST_WAITING;
use crate::Millis;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<(String, Call, Millis)>,
}

impl Queue {
    /// Puts a call behind the others; gives the id of the one that has to leave for it.
    pub fn push(&mut self, id: String, call: Call, expires: Millis) -> Option<String> {
        let left_out = if self.waiting.len() == MOST_WAITING { self.waiting.pop_front() } else { None };
        self.waiting.push_back((id, call, expires));
        left_out.map(|(id, ..)| id)
    }

    /// The next one.
    pub fn pop(&mut self) -> Option<(String, Call, Millis)> {
        self.waiting.pop_front()
    }

    /// Takes out one whose time is over.
    pub fn expired(&mut self, now: Millis) -> Option<String> {
        let at = self.waiting.iter().position(|(_, _, expires)| now >= *expires)?;
        self.waiting.remove(at).map(|(id, ..)| id)
    }

    /// When the next one's time is over.
    pub fn expires(&self) -> Option<Millis> {
        self.waiting.iter().map(|(_, _, expires)| *expires).min()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
