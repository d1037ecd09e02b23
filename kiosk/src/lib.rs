//! On each kiosk: the visit as a state machine with its disk spool, and the touch page on loopback. Gives no number by
//! itself, and never asks for one before the request is on the disk.
//!
//! What decides has no I/O: [`visit`] is the screen before the visitor, [`spool`] the errands that must end in one ticket.
//! [`run`] drives both with the server, the bridge, the disk and the page.

pub mod bridge;
pub mod cli;
pub mod errand;
pub mod failpoint;
pub mod hall;
pub mod page;
pub mod paper;
pub mod run;
pub mod scan;
pub mod server;
pub mod spool;
pub mod visit;

use std::fmt::Write as _;

/// Milliseconds of a monotonic clock of the shell's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

impl Millis {
    /// So many milliseconds later.
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0 + ms)
    }

    /// Milliseconds since an earlier moment.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Bytes as lower-case hex digits.
fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
