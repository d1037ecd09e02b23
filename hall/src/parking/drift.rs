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
/// What a blind lane is expected to have seen is itself off by as much as this share of it.
const EXPECTED_OFF: f64 = 0.3;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Passages since the last correction, and those of them that were doubted.
    passages: u32,
    doubted: u32,
    /// What the last correction itself may have been off by, in vehicles.
    from: f64,
    /// Of past corrections, with less weight the longer ago: passages, what they were off by, and the square of that beyond the
    /// trend.
    weight: f64,
    trend: f64,
    spread: f64,
}

impl Drift {
    /// A passage was counted.
    pub fn passed(&mut self, doubtful: bool) {
        self.passages = self.passages.saturating_add(1);
        self.doubted = self.doubted.saturating_add(u32::from(doubtful));
    }

    /// Of a passage that was counted one kind of device saw nothing where another did.
    pub fn doubted(&mut self) {
        self.doubted = self.doubted.saturating_add(1);
    }

    /// A correction found the count to be off by so much; `unseen` vehicles were expected at blind lanes since the one before.
    pub fn corrected(&mut self, off: i64, unseen: f64) {
        let (passages, off) = (f64::from(self.passages), off as f64);
        // What a blind lane missed says nothing of the others.
        if passages > 0.0 && unseen < 1.0 && self.from <= 0.0 {
            let beyond = off - self.each() * passages;
            self.weight = self.weight * FADES + passages;
            self.trend = self.trend * FADES + off;
            self.spread = self.spread * FADES + beyond * beyond;
        }
        (self.passages, self.doubted, self.from) = (0, 0, 0.0);
    }

    /// The count was set to what is usual at night, which may be off by so much. Nothing is learned from that.
    pub fn rebased(&mut self, off: f64) {
        (self.passages, self.doubted, self.from) = (0, 0, off.max(0.0));
    }

    /// By how much a passage is off on average.
    fn each(&self) -> f64 {
        self.trend / (self.weight + WEIGHT)
    }

    /// Passages since the last correction.
    pub fn passages(&self) -> u32 {
        self.passages
    }

    /// Those of them that were doubted.
    pub fn doubtful(&self) -> u32 {
        self.doubted
    }

    /// How far the count is off at most, in 95 of 100 cases, in vehicles, when so many have passed unseen as far as one can expect, and
    /// are reckoned with.
    pub fn bound(&self, unseen: f64) -> f64 {
        let passages = f64::from(self.passages);
        let variance = (self.spread + USUAL * WEIGHT) / (self.weight + WEIGHT);
        let doubted = f64::from(self.doubted) * DOUBTED * (1.0 - DOUBTED);
        let expected = unseen + (EXPECTED_OFF * unseen).powi(2);
        let trend = self.each().abs() * passages;
        let all = variance * passages + doubted + expected + (self.from / SIDES).powi(2);
        // Few errors are no bell: where one is expected, one more is not seldom.
        trend + SIDES * all.sqrt() + all.min(1.0)
    }
}
