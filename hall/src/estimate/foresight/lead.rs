//! How far cars run ahead of tickets, and how widely tickets scatter around what is expected: both from past days.

use super::arrivals::{Arrivals, Habit};
use super::expected::Progress;
use crate::parking::forecast::SLOTS;

/// The longest lead that is looked for, in slots: 40 minutes.
pub(super) const LONGEST: usize = 8;
/// Tickets of a slot are compared with what was expected so many slots before.
const AHEAD: usize = 4;
/// An effect has to be so many times larger than its error, squared, before any of it is believed.
const DOUBT: f64 = 4.0;
/// The most tickets that one car more may bring.
const MOST: f64 = 2.0;
/// Spread is taken for that of pure chance until about so many tickets say otherwise.
const CHANCE: f64 = 50.0;

/// See the module.
pub(super) struct Lead {
    /// Tickets for each car more than usual, by how many slots before.
    by_lag: [f64; LONGEST + 1],
    /// By how much to believe that, for each number of slots ahead: the nearer lags are not known there.
    belief: [f64; LONGEST + 1],
    /// Variance of tickets in units of what is expected; 1 is pure chance.
    pub(super) spread: f64,
}

/// A past slot: tickets beyond what was expected, that, and the cars beyond the usual before it.
struct Seen {
    beyond: f64,
    expected: f64,
    cars: [f64; LONGEST + 1],
}

impl Lead {
    /// What the days of these habits show.
    pub(super) fn learn(tickets: &Arrivals, habit: &Habit, cars: &Arrivals, car_habit: Option<&Habit>) -> Self {
        let mut seen = Vec::new();
        for date in habit.dates() {
            let Some(usual) = habit.usual(date) else { continue };
            let usual_cars = car_habit.and_then(|habit| habit.usual(date));
            let surplus: Option<Vec<f64>> = usual_cars.map(|usual| surplus(cars, date, &usual));
            let mut progress = Progress::default();
            let mut factors = Vec::with_capacity(SLOTS);
            for (slot, usual) in usual.iter().enumerate() {
                factors.push(progress.factor());
                let Some(count) = tickets.count(date, slot) else { continue };
                if let Some(factor) = slot.checked_sub(AHEAD).map(|before| factors[before])
                    && *usual > 0.0
                {
                    let expected = factor * usual;
                    let cars = std::array::from_fn(|lag| {
                        let before = slot.checked_sub(lag).zip(surplus.as_ref());
                        before.map_or(0.0, |(slot, surplus)| surplus[slot])
                    });
                    seen.push(Seen { beyond: f64::from(count) - expected, expected, cars });
                }
                progress.passed(f64::from(count), *usual);
            }
        }
        let mut lead = Self { by_lag: [0.0; LONGEST + 1], belief: [0.0; LONGEST + 1], spread: 1.0 };
        for lag in 1..=LONGEST {
            lead.by_lag[lag] = effect(seen.iter().map(|seen| (seen.cars[lag], seen.beyond)));
        }
        for ahead in 0..=LONGEST {
            lead.belief[ahead] = effect(seen.iter().map(|seen| (lead.sum(ahead, &seen.cars), seen.beyond)));
        }
        let rest = |seen: &Seen| (seen.beyond - lead.brought(AHEAD, &seen.cars)).powi(2);
        let (squares, sum): (f64, f64) = (seen.iter().map(rest).sum(), seen.iter().map(|seen| seen.expected).sum());
        lead.spread = ((squares + CHANCE) / (sum + CHANCE)).clamp(0.5, 25.0);
        lead
    }

    fn sum(&self, ahead: usize, cars: &[f64; LONGEST + 1]) -> f64 {
        (ahead.max(1)..=LONGEST).map(|lag| self.by_lag[lag] * cars[lag]).sum()
    }

    /// Tickets that cars bring to a slot so many slots ahead. `cars` are those beyond the usual, by how many slots before that
    /// slot they came; those that are still to come are not looked at. More cars never bring fewer tickets.
    pub(super) fn brought(&self, ahead: usize, cars: &[f64; LONGEST + 1]) -> f64 {
        self.belief.get(ahead).map_or(0.0, |belief| belief * self.sum(ahead, cars))
    }
}

/// Arrivals of a day beyond the usual; 0 where it was not counted.
pub(super) fn surplus(arrivals: &Arrivals, date: jiff::civil::Date, usual: &[f64]) -> Vec<f64> {
    let beyond =
        |(slot, usual): (usize, &f64)| arrivals.count(date, slot).map_or(0.0, |count| f64::from(count) - usual);
    usual.iter().enumerate().map(beyond).collect()
}

/// By how much the second grows with the first, never less than nothing, and nothing where it may as well be chance.
fn effect(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut count, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0);
    for (x, y) in pairs {
        count += 1.0;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    if xx <= 0.0 || xy <= 0.0 {
        return 0.0;
    }
    let slope = xy / xx;
    let noise = (yy - slope * xy).max(0.0) / count;
    let sure = slope * xy / noise.max(f64::MIN_POSITIVE);
    (slope * (1.0 - DOUBT / sure).max(0.0)).min(MOST)
}
