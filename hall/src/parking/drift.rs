//! How far a count may be off.
//!
//! Each passage is missed, doubled or turned round with a small chance, so the error grows like a random walk, and, where one lane
//! is worse than the others, with a trend. Both are learned from the corrections: what each was off by, against how many passages
//! there were since the one before. Until there are some, half a percent of passages is taken to go wrong.

use serde::{Deserialize, Serialize};

/// Share of passages that go wrong before anything is known; as often one way as the other.
const USUAL: f64 = 0.005;
/// What is taken for known from the start weighs as much as so many passages.
const WEIGHT: f64 = 4_000.0;
/// What was learned weighs less with each correction, so that a mended lane is believed again.
const FADES: f64 = 0.8;
/// A passage whose lane was not sure of it is wrong with this chance.
const DOUBTED: f64 = 0.3;
/// Standard deviations on each side that hold 95 of 100.
const SIDES: f64 = 1.96;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Passages since the last correction, and those of them that were doubted.
    passages: u32,
    doubted: u32,
    /// Vehicles that passed unseen, as far as one can expect.
    unseen: f64,
    /// Of past corrections, with less weight the longer ago: passages, what they were off by, and the square of that beyond the
    /// trend.
    weight: f64,
    trend: f64,
    spread: f64,
}

impl Drift {
    /// A passage was counted.
    pub fn passed(&mut self, doubtful: bool) {
        self.passages += 1;
        self.doubted += u32::from(doubtful);
    }

    /// So many vehicles passed unseen, as far as one can expect.
    pub fn blind(&mut self, expected: f64) {
        self.unseen += expected.max(0.0);
    }

    /// A correction found the count to be off by so much.
    pub fn corrected(&mut self, off: i64) {
        let (passages, off) = (f64::from(self.passages), off as f64);
        // What a blind lane missed says nothing of the others.
        if passages > 0.0 && self.unseen < 1.0 {
            let beyond = off - self.each() * passages;
            self.weight = self.weight * FADES + passages;
            self.trend = self.trend * FADES + off;
            self.spread = self.spread * FADES + beyond * beyond;
        }
        (self.passages, self.doubted, self.unseen) = (0, 0, 0.0);
    }

    /// By how much a passage is off on average.
    fn each(&self) -> f64 {
        self.trend / (self.weight + WEIGHT)
    }

    /// Passages since the last correction.
    pub fn passages(&self) -> u32 {
        self.passages
    }

    /// How far the count is off at most, in 95 of 100 cases, in vehicles.
    pub fn bound(&self) -> f64 {
        let passages = f64::from(self.passages);
        let variance = (self.spread + USUAL * WEIGHT) / (self.weight + WEIGHT);
        let doubted = f64::from(self.doubted) * DOUBTED * (1.0 - DOUBTED);
        let trend = self.each().abs() * passages;
        trend + self.unseen + SIDES * (variance * passages + doubted + self.unseen).sqrt()
    }
}
