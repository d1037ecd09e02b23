//! Whom a freed window calls, and why.
//!
//! A ticket waits for every window that may serve it. Inside one service and class the order is first come, first
//! served; the profile decides between the heads of those lines. Every choice returns its reason ([`Why`]), which is
//! stored with the call and shown to the manager.

mod lines;
mod profile;

pub use lines::{Head, Line, Lines, Place, Queue};
pub use profile::{Choice, Profile, Rule, Take, When};

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::number::Number;

/// Why this ticket was called, and not another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The rule that chose.
    pub rule: RuleName,
    /// Seconds of waiting the ticket had to its credit.
    pub waited_s: i64,
    /// How many lines of this window had somebody waiting.
    pub lines: u32,
    /// The ticket that had waited longest among all lines of the window, where it was not the one that was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<Passed>,
}

/// A ticket that had waited longer and was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Its number.
    pub number: Number,
    /// Its class.
    pub class: Class,
    /// Seconds it had waited.
    pub waited_s: i64,
}

/// The rules that can be the reason of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleName {
    /// It had waited longer than the hall lets anybody wait.
    LongestOverCap,
    /// Class `green` goes first.
    GreenFirst,
    /// It had waited longest.
    LongestWait,
    /// Its class's weight times its waiting was greatest.
    MostUrgent,
    /// A ready window took it as it came.
    ReadyWindow,
    /// The clerk called this very number (a recorded exception to the order).
    ByNumber,
}

impl RuleName {
    /// The name as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongestOverCap => "longest-over-cap",
            Self::GreenFirst => "green-first",
            Self::LongestWait => "longest-wait",
            Self::MostUrgent => "most-urgent",
            Self::ReadyWindow => "ready-window",
            Self::ByNumber => "by-number",
        }
    }

    /// Whether a call for this reason may leave the order inside a class (invariant I7).
    pub fn is_exception(self) -> bool {
        matches!(self, Self::ByNumber)
    }
}
