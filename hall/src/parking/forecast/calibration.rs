//! How much the two halves of the intervals have to be stretched so that they hold.
//!
//! When a day is over its forecasts are made once more, every half hour, and compared with what came: the *score* is the
//! distance from the median in units of the half of the interval on that side. If intervals are right one score in ten is below
//! -1 and one above 1. Where they are not, the tenth and the ninetieth of a hundred scores say by how much to stretch them
//! (split conformal prediction, with more weight on scores of the same time of day, the same kind of day and lately).

use super::analogs::{Ahead, Analogs, quantile};
use super::{History, Now, SLOT_MIN, SLOTS};

/// Horizons that are scored, in steps of five minutes.
const HORIZONS: [usize; 3] = [3, 6, 12];
/// Steps between scores.
const EVERY: usize = 6;
/// Scores of one horizon and day.
const PER_DAY: usize = SLOTS / EVERY;
/// Added to each half so that a half without width can be stretched: half a car.
const HALF_CAR: f64 = 0.5;
/// Scores are stored in hundredths, this one for what is not known.
const UNKNOWN: i16 = i16::MAX;
/// Scores beyond this say no more.
const FURTHEST: f64 = 20.0;
/// Scores of a time of day so many half hours away count no more.
const REACH: usize = 5;
/// What a score weighs against one of the day after.
const FADES: f64 = 0.9;
/// What a score of a day of another kind weighs.
const OTHER_KIND: f64 = 0.15;
/// What is believed before anything is known, as scores that a bell curve gives, and the weight of each.
const BELIEVED: [f64; 10] = [-1.28, -0.81, -0.53, -0.30, -0.10, 0.10, 0.30, 0.53, 0.81, 1.28];
const BELIEF: f64 = 0.4;

/// The ends of the interval: what the analogs say, stretched as the days before `now` taught.
pub(super) fn stretched(history: &History, now: &Now, steps: usize, ahead: &Ahead) -> [f64; 2] {
    let horizon = nearest(steps);
    let time = usize::from(now.minute / SLOT_MIN) / EVERY;
    let mut scores: Vec<(f64, f64)> = BELIEVED.iter().map(|score| (*score, BELIEF)).collect();
    let known_now = history.known_before(now.day, now.kind);
    for (_, day) in history.before(now.day) {
        let kind = if day.kind == now.kind { 1.0 } else { OTHER_KIND };
        // A forecast that had few days to go by says less about one that has many.
        let known = (history.known_before(day.date, day.kind) / known_now).min(1.0);
        let weight = kind * known * FADES.powi((now.day - day.date).get_days());
        for other in time.saturating_sub(REACH - 1)..(time + REACH).min(PER_DAY) {
            let score = day.scores.get(horizon * PER_DAY + other).filter(|score| **score != UNKNOWN);
            let near = 1.0 - time.abs_diff(other) as f64 / REACH as f64;
            scores.extend(score.map(|score| (f64::from(*score) / 100.0, weight * near)));
        }
    }
    scores.sort_by(|one, other| one.0.total_cmp(&other.0));
    let below = -quantile(&scores, 0.1).unwrap_or(-1.0).min(0.0);
    let above = quantile(&scores, 0.9).unwrap_or(1.0).max(0.0);
    let half = |end: f64| (end - ahead.median).abs() + HALF_CAR;
    [ahead.median - below * half(ahead.low), ahead.median + above * half(ahead.high)]
}

/// The scores of a day that is over, in hundredths.
pub(super) fn scores(history: &History, index: usize) -> Vec<i16> {
    let mut scores = vec![UNKNOWN; HORIZONS.len() * PER_DAY];
    let Some(day) = history.day(index) else { return scores };
    for time in 0..PER_DAY {
        let slot = time * EVERY;
        let Some(level) = history.around(index, slot as i64) else { continue };
        let minute = slot as u16 * SLOT_MIN;
        let now = Now { day: day.date, kind: day.kind, minute, occupied: level as i64, capacity: 0 };
        let Some(analogs) = Analogs::of(history, &now) else { continue };
        for (horizon, steps) in HORIZONS.iter().enumerate() {
            let came = history.around(index, (slot + steps) as i64);
            if let (Some(ahead), Some(came)) = (analogs.ahead(*steps), came) {
                scores[horizon * PER_DAY + time] = (score(&ahead, came) * 100.0).round() as i16;
            }
        }
    }
    scores
}

fn score(ahead: &Ahead, came: f64) -> f64 {
    let off = came - ahead.median;
    let end = if off < 0.0 { ahead.low } else { ahead.high };
    (off / ((end - ahead.median).abs() + HALF_CAR)).clamp(-FURTHEST, FURTHEST)
}

/// The horizon whose scores are used for one of so many steps.
fn nearest(steps: usize) -> usize {
    (0..HORIZONS.len()).min_by_key(|horizon| HORIZONS[*horizon].abs_diff(steps)).unwrap_or_default()
}
