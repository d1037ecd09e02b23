//! The count of one class or one level: passages since the last correction.
//!
//! A passage counts by when it was, not by when it was told: one from before a correction is contained in what people counted
//! then, and changes nothing. So the count does not depend on the order in which passages come. It may fall below nothing and
//! rise above the capacity: that tells how far it is off, and no sign shows it.

use serde::{Deserialize, Serialize};

use super::drift::Drift;
use crate::time::Moment;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// What was counted at the last correction, and all passages since that no correction can come before any more.
    settled: i64,
    /// The same with the passages that a correction may yet come before.
    occupied: i64,
    /// When it was last corrected.
    corrected: Option<Moment>,
    drift: Drift,
}

impl Count {
    /// Cars that stand there by the count; below nothing or above the capacity when it is off.
    pub fn occupied(&self) -> i64 {
        self.occupied
    }

    /// When it was last corrected; never: nothing is known yet.
    pub fn corrected(&self) -> Option<Moment> {
        self.corrected
    }

    /// How far it may be off.
    pub fn drift(&self) -> &Drift {
        &self.drift
    }

    /// Whether a passage of `at` changes it: one from before the last correction does not.
    pub fn takes(&self, at: Moment) -> bool {
        self.corrected.is_none_or(|corrected| at > corrected)
    }

    /// A passage is counted, or no longer is (`change` turned round).
    pub(super) fn change(&mut self, at: Moment, change: i64) {
        if self.takes(at) {
            self.occupied += change;
        }
    }

    /// No correction can come before a passage any more.
    pub(super) fn settle(&mut self, at: Moment, change: i64) {
        if self.takes(at) {
            self.settled += change;
        }
    }

    /// A passage was counted, for the drift.
    pub(super) fn passed(&mut self, at: Moment, doubtful: bool) {
        if self.takes(at) {
            self.drift.passed(doubtful);
        }
    }

    /// So many stood there at `at`, after which `since` came. What the count was off by.
    pub(super) fn correct(&mut self, at: Moment, counted: i64, since: i64) -> i64 {
        let off = counted - (self.occupied - since);
        self.settled = counted;
        self.occupied = counted + since;
        self.corrected = Some(at);
        off
    }

    /// The drift, to learn from a correction.
    pub(super) fn drift_mut(&mut self) -> &mut Drift {
        &mut self.drift
    }

    /// Whether the parts add up with the passages that are not settled.
    pub(super) fn adds_up(&self, recent: i64) -> bool {
        self.settled + recent == self.occupied
    }
}
