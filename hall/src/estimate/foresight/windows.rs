//! What the open windows can do against what is coming.

use serde::{Deserialize, Serialize};

use super::expected::Slot;

/// Seconds of a slot.
const SLOT_S: f64 = 300.0;
/// A queue is short enough while the windows work it off in so many slots: a quarter of an hour.
const SHORT_SLOTS: f64 = 3.0;
/// Windows may pause only while even a crowd leaves no queue longer than so many slots …
const IDLE_SLOTS: f64 = 1.0;
/// … and takes at most this share of the windows that stay.
const IDLE_SHARE: f64 = 0.8;
/// More windows than this no hall has.
const MOST_WINDOWS: u32 = 10_000;

/// One slot of an outlook. People, unrounded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From this minute of the day, for five minutes.
    pub from_min: u32,
    /// Arrivals to expect.
    pub expected: f64,
    /// Arrivals that are exceeded in one case of ten.
    pub expected_high: f64,
    /// People that the open windows can serve.
    pub can_serve: f64,
    /// People who wait at the end of the slot, if as many come as expected.
    pub waiting: f64,
}

/// The queue of the next slots, if the windows stay as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// People who wait now.
    pub waiting_now: u32,
    /// Slot by slot.
    pub points: Vec<Point>,
}

/// What to do about the windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advice {
    /// So many more should be open.
    Open {
        /// How many more.
        windows: u32,
        /// By this minute of the day at the latest.
        by_min: u32,
        /// The figures behind it.
        why: Why,
    },
    /// So many may pause for the time of the outlook.
    Pause {
        /// How many.
        windows: u32,
        /// The figures behind it.
        why: Why,
    },
}

/// The figures behind an advice. People, unrounded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// The slot in which the most are expected begins at this minute of the day …
    pub peak_min: u32,
    /// … and so many are expected in it.
    pub peak: f64,
    /// What the open windows can serve in five minutes.
    pub can_serve: f64,
    /// The longest queue if nothing is done.
    pub waiting_without: f64,
    /// The longest queue if the advice is taken.
    pub waiting_with: f64,
}

/// People whom open windows can serve in five minutes, given the mean seconds that each needs for one: the time from one call to
/// the next. A window whose mean is not a positive number is left out.
pub fn can_serve(mean_service_s: impl IntoIterator<Item = f64>) -> f64 {
    mean_service_s.into_iter().filter(|mean| mean.is_finite() && *mean > 0.0).map(|mean| SLOT_S / mean).sum()
}

/// The queue of the next slots: who waits, and who comes, less who can be served. `served_per_slot` as [`can_serve`] gives it.
pub fn outlook(waiting_now: u32, expected: &[Slot], served_per_slot: f64) -> Outlook {
    let can_serve = if served_per_slot.is_finite() { served_per_slot.max(0.0) } else { 0.0 };
    let mut waiting = f64::from(waiting_now);
    let points = expected.iter().map(|slot| {
        let expected = if slot.mean.is_finite() { slot.mean.max(0.0) } else { 0.0 };
        waiting = (waiting + expected - can_serve).max(0.0);
        Point { from_min: slot.from_min, expected, expected_high: f64::from(slot.high), can_serve, waiting }
    });
    Outlook { points: points.collect(), waiting_now }
}

/// What to do so that the queue stays short, that is, so that the windows work it off within a quarter of an hour.
///
/// To open are the fewest windows of `mean_service_s` each with which the queue never grows beyond that, nor beyond what it is
/// now if that is longer already, and is short when the outlook ends; by the latest slot, not before the minute `now`, from
/// which on that is still so. To pause are the windows without which even a crowd that comes in one case of ten is served at
/// once, keeping one. None while it is right as it is, and without an outlook or a mean that is a positive number.
pub fn advice(outlook: &Outlook, mean_service_s: f64, now: u32) -> Option<Advice> {
    let each = can_serve([mean_service_s]);
    let first = outlook.points.first()?;
    if each <= 0.0 {
        return None;
    }
    let without = outlook.play(0.0, 0, false);
    if !outlook.is_short(0.0, 0) {
        let windows = fewest(|windows| outlook.is_short(f64::from(windows) * each, 0))?;
        let more = f64::from(windows) * each;
        let last = (0..outlook.points.len()).rev().find(|from| outlook.is_short(more, *from)).unwrap_or_default();
        let by_min = outlook.points.get(last).map_or(now, |point| point.from_min.max(now));
        return Some(Advice::Open {
            windows,
            by_min,
            why: outlook.why(without.longest, outlook.play(more, last, false).longest),
        });
    }
    let can_spare = |windows: u32| {
        let less = f64::from(windows) * each;
        let left = first.can_serve - less;
        let crowd = outlook.play(-less, 0, true);
        let fits = |point: &Point| point.expected_high <= left * IDLE_SHARE;
        // A window has to stay, or the next person waits for ever.
        left >= each * 0.999
            && f64::from(outlook.waiting_now) <= left * IDLE_SLOTS
            && crowd.longest <= left * IDLE_SLOTS
            && outlook.points.iter().all(fits)
    };
    let windows = most(can_spare)?;
    let with = outlook.play(-f64::from(windows) * each, 0, false);
    Some(Advice::Pause { windows, why: outlook.why(without.longest, with.longest) })
}

/// The smallest number that does, of those from 1 on, where every larger one does too.
fn fewest(does: impl Fn(u32) -> bool) -> Option<u32> {
    let (mut too_few, mut enough) = (0, MOST_WINDOWS);
    if !does(enough) {
        return None;
    }
    while enough - too_few > 1 {
        let middle = u32::midpoint(too_few, enough);
        if does(middle) { enough = middle } else { too_few = middle }
    }
    Some(enough)
}

/// The largest number that does, of those from 1 on, where every smaller one does too.
fn most(does: impl Fn(u32) -> bool) -> Option<u32> {
    fewest(|number| !does(number)).unwrap_or(MOST_WINDOWS).checked_sub(1).filter(|most| *most > 0)
}

/// A queue played on.
struct Played {
    longest: f64,
    last: f64,
}

impl Outlook {
    /// Plays the queue with so many more served in each slot from the one at `from` on.
    fn play(&self, more: f64, from: usize, crowd: bool) -> Played {
        let mut waiting = f64::from(self.waiting_now);
        let mut longest: f64 = 0.0;
        for (index, point) in self.points.iter().enumerate() {
            let served = if index >= from { (point.can_serve + more).max(0.0) } else { point.can_serve };
            let arrivals = if crowd { point.expected_high } else { point.expected };
            waiting = (waiting + arrivals - served).max(0.0);
            longest = longest.max(waiting);
        }
        Played { longest, last: waiting }
    }

    /// Whether the queue stays short with so many more served in each slot from the one at `from` on.
    fn is_short(&self, more: f64, from: usize) -> bool {
        // A millionth of a person is rounding.
        let short = (self.points.first().map_or(0.0, |point| point.can_serve) + more) * SHORT_SLOTS + 1e-6;
        let played = self.play(more, from, false);
        played.longest <= short.max(f64::from(self.waiting_now)) && played.last <= short
    }

    fn why(&self, waiting_without: f64, waiting_with: f64) -> Why {
        let peak = self.points.iter().max_by(|one, other| one.expected.total_cmp(&other.expected));
        Why {
            peak_min: peak.map_or(0, |point| point.from_min),
            peak: peak.map_or(0.0, |point| point.expected),
            can_serve: peak.map_or(0.0, |point| point.can_serve),
            waiting_without,
            waiting_with,
        }
    }
}
