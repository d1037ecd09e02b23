//! How good the forecasts would have been on recorded days, and how good the simplest guesses.
//!
//! The days are walked through forwards: each forecast sees what was noted before it and nothing else, and each day is learned as
//! it passes.

use jiff::civil::Date;
use serde::Serialize;

use super::{Expected, History, Now, SLOT_MIN, SLOTS, forecast};
use crate::time::DayKind;

/// Horizons that are scored, in minutes.
pub const HORIZONS: [u32; 2] = [15, 60];

/// A recorded day: cars that stood in the lot at the begin of each step of five minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The calendar day.
    pub day: Date,
    /// What kind of day it was.
    pub kind: DayKind,
    /// One value for each of the [`SLOTS`] steps; none where it is not known.
    pub occupied: Vec<Option<i64>>,
}

/// What is scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Bays of the lot; errors are given in shares of it.
    pub capacity: u32,
    /// Forecasts of so many first days are not scored.
    pub learn_days: usize,
    /// Forecasts are made from this minute of each day …
    pub from_min: u16,
    /// … and before this one.
    pub to_min: u16,
}

/// How one method did at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// How far ahead, in minutes.
    pub horizon_min: u32,
    /// Forecasts that were scored. All methods are scored on the same ones.
    pub predictions: usize,
    /// Mean absolute error, in percent of the capacity.
    pub mae_percent: f64,
    /// The same, as a multiple of what persistence has; none where that made no error.
    pub to_persistence: Option<f64>,
    /// Share of what came that lay in the 80 % interval; only where the method gives intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// The same over those forecasts before or after which the count moved at all: within the hour before, or until the horizon. A
    /// counter that stands still is no art to foresee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage_moving: Option<f64>,
    /// Forecasts that these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moving: Option<usize>,
}

/// The methods that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// [`forecast`].
    Paihao,
    /// It stays as it is.
    Persistence,
    /// As it was seven days before at that time.
    LastWeek,
}

/// How one method did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Which.
    pub method: Method,
    /// One for each of [`HORIZONS`] at which anything could be scored.
    pub scores: Vec<Score>,
}

/// Sums of one horizon.
#[derive(Default)]
struct Sums {
    predictions: usize,
    /// Of the methods, in the order of [`Method`].
    errors: [i64; 3],
    held: usize,
    moving: usize,
    moving_held: usize,
}

/// Walks through `days`, which come in their order, and scores each method where all three can say something.
pub fn walk(days: &[Recorded], trial: &Trial) -> Vec<Line> {
    let mut history = History::new();
    let mut sums = HORIZONS.map(|_| Sums::default());
    for (index, day) in days.iter().enumerate() {
        for (slot, occupied) in day.occupied.iter().take(SLOTS).enumerate() {
            let Some(occupied) = *occupied else { continue };
            let minute = slot as u16 * SLOT_MIN;
            history.note(day.day, day.kind, minute, occupied);
            if index < trial.learn_days || !(trial.from_min..trial.to_min).contains(&minute) {
                continue;
            }
            let now = Now { day: day.day, kind: day.kind, minute, occupied, capacity: trial.capacity };
            for (horizon, sums) in HORIZONS.iter().zip(&mut sums) {
                let steps = (*horizon / u32::from(SLOT_MIN)) as usize;
                let last_week = index.checked_sub(7).and_then(|before| at(days, before, slot + steps));
                let came = at(days, index, slot + steps);
                if let (Some(came), Some(last_week), Some(expected)) =
                    (came, last_week, forecast(&history, &now, *horizon))
                {
                    let from = slot.saturating_sub(12);
                    let moves = (from..=slot + steps).any(|other| at(days, index, other) != Some(occupied));
                    sums.add(came, &expected, [expected.median, occupied, last_week], moves);
                }
            }
        }
    }
    let score = |method: usize| {
        let of = |(horizon, sums): (&u32, &Sums)| sums.score(*horizon, method, trial.capacity);
        HORIZONS.iter().zip(&sums).filter_map(of).collect()
    };
    let methods = [Method::Paihao, Method::Persistence, Method::LastWeek];
    methods.into_iter().enumerate().map(|(index, method)| Line { method, scores: score(index) }).collect()
}

/// The count at a step of a day, which may lie in the next one if that follows.
fn at(days: &[Recorded], index: usize, slot: usize) -> Option<i64> {
    let day = days.get(index)?;
    if slot < SLOTS {
        return day.occupied.get(slot).copied().flatten();
    }
    let next = days.get(index + 1).filter(|next| day.day.tomorrow().is_ok_and(|date| date == next.day))?;
    next.occupied.get(slot - SLOTS).copied().flatten()
}

impl Sums {
    fn add(&mut self, came: i64, expected: &Expected, guesses: [i64; 3], moves: bool) {
        self.predictions += 1;
        for (sum, guess) in self.errors.iter_mut().zip(guesses) {
            *sum += (guess - came).abs();
        }
        let held = (expected.low..=expected.high).contains(&came);
        self.held += usize::from(held);
        self.moving += usize::from(moves);
        self.moving_held += usize::from(moves && held);
    }

    fn score(&self, horizon_min: u32, method: usize, capacity: u32) -> Option<Score> {
        if self.predictions == 0 {
            return None;
        }
        let share = |of: usize, all: usize| (all > 0).then(|| of as f64 / all as f64).filter(|_| method == 0);
        let error = |method: usize| self.errors[method] as f64;
        Some(Score {
            horizon_min,
            predictions: self.predictions,
            mae_percent: error(method) / self.predictions as f64 / f64::from(capacity.max(1)) * 100.0,
            to_persistence: (self.errors[1] > 0).then(|| error(method) / error(1)),
            coverage: share(self.held, self.predictions),
            coverage_moving: share(self.moving_held, self.moving),
            moving: (method == 0).then_some(self.moving),
        })
    }
}
