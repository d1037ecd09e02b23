//! What boards and signs show and say: text, order, speech. Does no I/O and reads no clock; the crate `hub` drives it for
//! pages, the program `paihao-display` for signs, and whatever they do is decided here.
//!
//! ```text
//!  messages of the live stream ──► Hall ──► Zone ──► BoardView       (page)
//!                                   │        └─────► Announcement    (sound: one at a time for a zone, by boards or speakers)
//!                                   ├──────────────► SignArea        (LED signs)
//!                                   └──► Desk ─────► Deed, PadScreen (call pads)
//! ```
//!
//! A board follows the states of windows and nothing else: who is called or served there stands on the board, in the order
//! of the calls. So a snapshot after an interruption and a stream of events lead to the same picture, and a ticket that is
//! finished, missed or sent back leaves it by itself.

pub mod clips;
mod draw;
mod hall;
mod lamp;
pub mod live;
pub mod pad;
mod sign;
pub mod speech;
mod switchboard;
mod voice;
pub mod words;
mod zone;

pub use draw::draw;
pub use hall::Hall;
pub use lamp::Lamp;
pub use sign::{Faces, LotPart, Subject};
pub use speech::Options;
pub use switchboard::{ListenerId, Switchboard};

/// Milliseconds of a monotonic clock of the shell's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    /// Later by so much.
    #[must_use]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// From `earlier` to this; never negative.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What is older than this is not shown as the present (checklist B5).
pub const STALE_MS: u64 = 10_000;
