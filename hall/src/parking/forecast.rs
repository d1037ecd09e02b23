//! How full a lot will be, as an interval.
//!
//! Looked for are moments of the past that are like the present one: about this time of day, on a day of this kind, with about as
//! many cars and the same trend. What the count did after each of them is what it may do now (`analogs.rs`). The median of those
//! changes is the forecast, since it is the guess with the least mean error, and their spread is the interval. How well past
//! intervals held is kept beside the history and stretches the next ones until eight of ten hold (`calibration.rs`).
//!
//! A forecast sees nothing later than its own moment: days before its day, and its day up to then.

mod analogs;
mod calibration;
mod history;
pub mod score;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use history::{DAYS, History, MOST, SLOT_MIN, SLOTS};

use crate::time::DayKind;
use analogs::Analogs;

/// How far ahead a lot's filling is looked for, in minutes.
pub const LOOK_AHEAD_MIN: u32 = 120;

/// The moment that is forecast from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The calendar day, in the zone in which the history was noted.
    pub day: Date,
    /// What kind of day it is.
    pub kind: DayKind,
    /// Minute of the day, 0 to 1439.
    pub minute: u16,
    /// Cars that stand in the lot.
    pub occupied: i64,
    /// Bays as listed. Lists may be stale: a lot that held more before may hold as many again.
    pub capacity: u32,
}

/// An 80 % interval of cars that will stand in a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// In one case of ten there are fewer.
    pub low: i64,
    /// As often more as fewer.
    pub median: i64,
    /// In one case of ten there are more.
    pub high: i64,
}

/// When a lot will be full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Full {
    /// In so many minutes as far as the median goes, a multiple of five; 0 is now.
    In(u32),
    /// Not within [`LOOK_AHEAD_MIN`].
    Later,
}

/// How many cars will stand in the lot `horizon_min` minutes from `now`, rounded down to steps of five minutes and at most
/// [`LOOK_AHEAD_MIN`]. None until a day of this kind is known at this time of day.
pub fn forecast(history: &History, now: &Now, horizon_min: u32) -> Option<Expected> {
    let steps = steps(horizon_min);
    let ahead = Analogs::of(history, now)?.ahead(steps)?;
    let [low, high] = calibration::stretched(history, now, steps, &ahead);
    let most = most(history, now);
    let cars = |value: f64| (value.round() as i64).clamp(0, most);
    let median = cars(ahead.median);
    Some(Expected { low: cars(low).min(median), median, high: cars(high).max(median) })
}

/// When the lot will be full: the first step of five minutes at which the median of the forecast reaches the capacity. None until
/// a day of this kind is known at this time of day.
pub fn time_to_full(history: &History, now: &Now) -> Option<Full> {
    let capacity = f64::from(now.capacity);
    if now.occupied >= i64::from(now.capacity) {
        return Some(Full::In(0));
    }
    let analogs = Analogs::of(history, now)?;
    let mut known = false;
    for steps in 1..=steps(LOOK_AHEAD_MIN) {
        let Some(ahead) = analogs.ahead(steps) else { continue };
        known = true;
        if ahead.median.round() >= capacity {
            return Some(Full::In(steps as u32 * u32::from(SLOT_MIN)));
        }
    }
    known.then_some(Full::Later)
}

fn steps(horizon_min: u32) -> usize {
    (horizon_min.min(LOOK_AHEAD_MIN) / u32::from(SLOT_MIN)) as usize
}

/// How many cars there can be: as many as there are bays, or were already.
fn most(history: &History, now: &Now) -> i64 {
    i64::from(now.capacity).max(history.fullest_until(now)).max(now.occupied.min(MOST))
}
