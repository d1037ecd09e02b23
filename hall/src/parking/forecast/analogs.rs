//! Moments of the past that are like the present one, and what the count did after them.

use super::{History, MOST, Now, SLOT_MIN};

/// A way of being alike. Levels and trends are measured in shares of the lot's swing.
struct Alike {
    /// Steps before and after the time of day.
    window: i64,
    /// What a day of another kind weighs against one of the same.
    other_kind: f64,
    /// A level that differs by so much is little alike.
    level: f64,
    /// The same for what the count did in the last so many steps.
    trends: &'static [(i64, f64)],
}

/// Ways whose weights are added: one takes few moments that fit well, the others many that fit fairly.
///
/// Chosen, like all settings of this file, on half a month of two recorded lots, one day left out at a time; around these
/// values the error is flat.
const WAYS: [Alike; 3] = [
    Alike { window: 3, other_kind: 0.075, level: 0.075, trends: &[] },
    Alike { window: 9, other_kind: 0.3, level: 0.3, trends: &[(3, 0.075), (12, 0.15)] },
    Alike { window: 9, other_kind: 0.3, level: 0.15, trends: &[(12, 0.1), (24, 0.22)] },
];
/// The steps over which any way looks at trends.
const TRENDS: [i64; 3] = [3, 12, 24];
/// The widest window of any way.
const WINDOW: i64 = 9;
/// What a day weighs against the day after it.
const FADES: f64 = 0.97;
/// What the same weekday weighs against another of its kind.
const SAME_WEEKDAY: f64 = 3.0;
/// Share of the difference in level that is made up for within an hour: who starts higher than his model falls back to it.
const RETURNS: f64 = 0.3;

/// A moment of the past: its day, its step, its level, and how much it is like the present one.
struct Analog {
    day: usize,
    slot: i64,
    level: f64,
    weight: f64,
    same_kind: bool,
}

/// See the module.
pub(super) struct Analogs<'a> {
    history: &'a History,
    level: f64,
    all: Vec<Analog>,
}

/// Cars at a moment to come, uncalibrated: one of ten fewer, the middle, one of ten more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ahead {
    pub(super) low: f64,
    pub(super) median: f64,
    pub(super) high: f64,
}

impl<'a> Analogs<'a> {
    /// The moments that are like `now`; none if no day before it is known at this time of day.
    pub(super) fn of(history: &'a History, now: &Now) -> Option<Self> {
        let level = now.occupied.clamp(0, MOST) as f64;
        let step = i64::from(now.minute / SLOT_MIN);
        let swing = history.swing_before(now.day);
        let trends = TRENDS.map(|back| history.earlier(now, back).map(|earlier| level - earlier));
        let mut all = Vec::new();
        let mut weights: Vec<[f64; WAYS.len()]> = Vec::new();
        for (index, day) in history.before(now.day) {
            let age = (now.day - day.date).get_days();
            let same_kind = day.kind == now.kind;
            let weekday = if day.date.weekday() == now.day.weekday() { SAME_WEEKDAY } else { 1.0 };
            let fresh = FADES.powi(age);
            for off in -WINDOW..=WINDOW {
                let slot = step + off;
                let Some(then) = history.around(index, slot) else { continue };
                let trends_then = TRENDS.map(|back| history.around(index, slot - back).map(|earlier| then - earlier));
                weights.push(std::array::from_fn(|way| {
                    let way = &WAYS[way];
                    let closeness = 1.0 - (off as f64 / (way.window as f64 + 0.5)).powi(2);
                    let day = if same_kind { weekday } else { way.other_kind };
                    fresh
                        * day
                        * closeness.max(0.0)
                        * way.likeness((then - level) / swing, &trends_then, &trends, swing)
                }));
                all.push(Analog { day: index, slot, level: then, weight: 0.0, same_kind });
            }
        }
        for way in 0..WAYS.len() {
            let sum: f64 = weights.iter().map(|weight| weight[way]).sum();
            for (analog, weight) in all.iter_mut().zip(&weights).filter(|_| sum > 0.0) {
                analog.weight += weight[way] / sum;
            }
        }
        (!all.is_empty()).then_some(Self { history, level, all })
    }

    /// What the count may be so many steps later; none if no day of this kind is known there.
    pub(super) fn ahead(&self, steps: usize) -> Option<Ahead> {
        let returns = RETURNS * steps as f64 / 12.0;
        let mut known = false;
        let mut changes = Vec::with_capacity(self.all.len());
        for analog in self.all.iter().filter(|analog| analog.weight > 0.0) {
            let Some(later) = self.history.around(analog.day, analog.slot + steps as i64) else { continue };
            known |= analog.same_kind;
            let change = later - analog.level;
            // Where nothing moved there is nothing to fall back to either: a lot that is shut, or a counter that stood still.
            let bound = change.abs();
            changes
                .push((change + (returns.min(1.0) * (analog.level - self.level)).clamp(-bound, bound), analog.weight));
        }
        if !known {
            return None;
        }
        changes.sort_by(|one, other| one.0.total_cmp(&other.0));
        let quantile = |share| quantile(&changes, share).map(|change| self.level + change);
        // The mean of the middle jumps less than the one median of few moments.
        let median = (quantile(0.4)? + quantile(0.5)? + quantile(0.6)?) / 3.0;
        Some(Ahead { low: quantile(0.1)?.min(median), median, high: quantile(0.9)?.max(median) })
    }
}

impl Alike {
    /// How much two moments are alike, 1 at most. Falls slowly, so that there is always something to go by.
    fn likeness(&self, level: f64, then: &[Option<f64>; 3], now: &[Option<f64>; 3], swing: f64) -> f64 {
        let mut apart = (level / self.level).powi(2);
        for (steps, scale) in self.trends {
            let Some(index) = TRENDS.iter().position(|trend| trend == steps) else { continue };
            if let (Some(then), Some(now)) = (then[index], now[index]) {
                apart += ((then - now) / (scale * swing)).powi(2);
            }
        }
        (1.0 + apart / 2.0).powi(-2)
    }
}

/// The value below which so large a share of the weight lies, between values in proportion. `sorted` is by value.
pub(super) fn quantile(sorted: &[(f64, f64)], share: f64) -> Option<f64> {
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let mut before = 0.0;
    let mut last: Option<(f64, f64)> = None;
    for (value, weight) in sorted {
        let middle = (before + weight / 2.0) / total;
        if middle >= share {
            return Some(match last {
                Some((at, from)) if middle > at => {
                    from + (value - from) * ((share - at) / (middle - at)).clamp(0.0, 1.0)
                }
                _ => *value,
            });
        }
        before += weight;
        last = Some((middle, *value));
    }
    last.map(|(_, value)| value)
}
