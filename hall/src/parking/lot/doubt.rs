//! How far a count may be off: what blind and silent lanes let pass, and why somebody should count.

use std::collections::BTreeMap;

use super::Lot;
use crate::parking::Counted;
use crate::parking::count::Count;
use crate::parking::lane::{Gap, Lane};
use crate::parking::lot::LATE_MS;
use crate::parking::sign::{Said, said};
use crate::time::{Hours, Moment};

/// A lane is silent when so many vehicles should have passed. By chance that happens once in nine million times; a lane has a thousand
/// chances a day, and what is usual is not known exactly.
const SILENT: f64 = 16.0;
/// From so many on it is doubted, and not yet reckoned with.
const SUSPECT: f64 = 4.0;
/// A day is at most so many times as busy as usual.
const BUSIEST: f64 = 2.0;

/// Why a count may be off.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// Nobody ever said how many cars stand there.
    NeverCounted,
    /// So many passages since the last correction.
    Passages {
        /// All of them.
        passages: u32,
        /// Of which somebody was not sure.
        doubtful: u32,
    },
    /// The devices of a lane see nothing.
    Blind {
        /// Its code.
        lane: String,
        /// Since when.
        since: Moment,
    },
    /// A lane saw nothing for a while although so many vehicles usually pass.
    Silent {
        /// Its code.
        lane: String,
        /// Since when.
        since: Moment,
        /// Until when; none: still.
        until: Option<Moment>,
        /// Vehicles that are missing.
        missing: f64,
    },
    /// By the count there are fewer cars than none.
    BelowNothing,
    /// By the count there are more cars than bays.
    AboveCapacity,
}

/// What is known of a class or a level at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Cars that most likely stand there: those of the count, and those that blind and silent lanes are expected to have let pass.
    pub likely: i64,
    /// How far that may be off, in 95 of 100 cases, in vehicles; infinite when nobody ever counted.
    pub bound: f64,
    /// What may be said of the free places.
    pub said: Said,
}

impl Lot {
    /// Vehicles that are expected to have passed unseen since the last correction.
    pub(super) fn unseen<'a>(&self, what: &Counted, gaps: impl Iterator<Item = (&'a Lane, Gap)>) -> Unseen {
        let corrected = self.count(what).and_then(Count::corrected);
        let mut unseen = Unseen::default();
        for (lane, gap) in gaps {
            let (change, missing) = (lane.leads.change(what), gap.missing(corrected));
            unseen.vehicles += change.abs() * missing;
            unseen.change += change * missing * (2.0 * gap.inwards - 1.0);
        }
        unseen
    }

    /// The same until now, with the gaps that go on.
    fn unseen_now(&self, hours: &Hours, now: Moment, what: &Counted) -> Unseen {
        let going_on = self.lanes.iter().filter_map(|(code, lane)| Some((lane, self.gap_now(hours, code, now)?)));
        self.unseen(what, gaps_over(&self.lanes).chain(going_on))
    }

    /// What is known of a class or a level with so many bays.
    pub fn reading(&self, hours: &Hours, now: Moment, what: &Counted, capacity: u32) -> Reading {
        let unseen = self.unseen_now(hours, now, what);
        let likely = self.occupied(what) + unseen.change.round() as i64;
        let bound = match self.count(what).filter(|count| count.corrected().is_some()) {
            None => f64::INFINITY,
            Some(count) => {
                // What cannot be is off by as much at least.
                let beyond = (-likely).max(likely - i64::from(capacity)).max(0) as f64;
                (count.drift().bound(unseen.vehicles) + self.suspected(hours, now, what)).max(beyond)
            }
        };
        Reading { likely, bound, said: said(capacity, likely, bound) }
    }

    /// See [`Reading::likely`].
    pub fn likely(&self, hours: &Hours, now: Moment, what: &Counted) -> i64 {
        self.occupied(what) + self.unseen_now(hours, now, what).change.round() as i64
    }

    /// See [`Reading::bound`].
    pub fn bound(&self, hours: &Hours, now: Moment, what: &Counted, capacity: u32) -> f64 {
        self.reading(hours, now, what, capacity).bound
    }

    /// See [`Reading::said`].
    pub fn said(&self, hours: &Hours, now: Moment, what: &Counted, capacity: u32) -> Said {
        self.reading(hours, now, what, capacity).said
    }

    /// Why the count of a class or level may be off, the plainest first.
    pub fn doubts(&self, hours: &Hours, now: Moment, what: &Counted, capacity: u32) -> Vec<Doubt> {
        let Some(count) = self.count(what).filter(|count| count.corrected().is_some()) else {
            return vec![Doubt::NeverCounted];
        };
        let mut doubts = Vec::new();
        if count.occupied() < 0 {
            doubts.push(Doubt::BelowNothing);
        }
        if count.occupied() > i64::from(capacity) {
            doubts.push(Doubt::AboveCapacity);
        }
        for (code, lane) in &self.lanes {
            if let Some(since) = lane.blind {
                doubts.push(Doubt::Blind { lane: code.clone(), since });
            }
            let over = lane.gaps.iter().map(|gap| (gap, Some(gap.to)));
            let now = self.gap_now(hours, code, now);
            for (gap, until) in over.chain(now.iter().map(|gap| (gap, None))) {
                let missing = gap.missing(count.corrected());
                if missing >= 1.0 {
                    doubts.push(Doubt::Silent { lane: code.clone(), since: gap.from, until, missing });
                }
            }
        }
        let (passages, doubtful) = (count.drift().passages(), count.drift().doubtful());
        if passages > 0 {
            doubts.push(Doubt::Passages { passages, doubtful });
        }
        doubts
    }

    /// The time for which a lane has seen nothing that it should have seen, when that is not over.
    fn gap_now(&self, hours: &Hours, code: &str, now: Moment) -> Option<Gap> {
        self.blindness(hours, code, now).or_else(|| self.silence(hours, code, now))
    }

    /// The time for which the devices of a lane are known to have seen nothing.
    pub(super) fn blindness(&self, hours: &Hours, code: &str, now: Moment) -> Option<Gap> {
        let lane = self.lanes.get(code)?;
        let from = lane.blind.filter(|since| *since < now)?;
        let busy = self.busy(hours, code, lane, from, now).unwrap_or(1.0);
        Some(gap(lane, from, now, lane.expected(hours, from, now) * busy))
    }

    /// The time for which a lane saw nothing, when that cannot be chance and others saw vehicles.
    pub(super) fn silence(&self, hours: &Hours, code: &str, now: Moment) -> Option<Gap> {
        self.quiet(hours, code, now, SILENT)
    }

    /// Vehicles that lanes may have let pass that have not been quiet for long enough to be called silent.
    fn suspected(&self, hours: &Hours, now: Moment, what: &Counted) -> f64 {
        let quiet = self.lanes.iter().filter(|(_, lane)| lane.blind.is_none()).filter_map(|(code, lane)| {
            let gap = self.quiet(hours, code, now, SUSPECT).filter(|gap| gap.expected < SILENT)?;
            Some(lane.leads.change(what).abs() * gap.missing(self.count(what).and_then(Count::corrected)))
        });
        quiet.sum()
    }

    /// The time for which a lane saw nothing, when so many vehicles at least should have passed and others saw some.
    fn quiet(&self, hours: &Hours, code: &str, now: Moment, least: f64) -> Option<Gap> {
        let lane = self.lanes.get(code).filter(|lane| !lane.closed)?;
        let from = lane.seen().filter(|seen| *seen < now)?;
        // So short a time needs no closer look.
        if now.since(from) < 60_000 {
            return None;
        }
        let usual = lane.expected(hours, from, now);
        if usual < least {
            return None;
        }
        // Where there are no others, what is usual is all there is to go by.
        let expected = usual * self.busy(hours, code, lane, from, now).unwrap_or(1.0);
        (expected >= least).then(|| gap(lane, from, now, expected))
    }

    /// What the other lanes of that way saw in a time against what is usual there, as far as it is remembered; none where no other
    /// usually sees anything. An evening makes all of them silent, a fault only one.
    fn busy(&self, hours: &Hours, code: &str, lane: &Lane, from: Moment, now: Moment) -> Option<f64> {
        let from = from.max(now.plus_ms(-LATE_MS));
        let open = || self.lanes.iter().filter(|(other, lane)| *other != code && !lane.closed && lane.blind.is_none());
        let same = || open().filter(|(_, other)| other.way() == lane.way());
        let sum = |lanes: &mut dyn Iterator<Item = (&String, &Lane)>| {
            lanes.fold((0.0, 0), |(usual, seen), (_, other)| {
                (usual + other.expected(hours, from, now), seen + other.passed_between(from, now))
            })
        };
        let (mut usual, mut seen) = sum(&mut same());
        if usual < 1.0 {
            (usual, seen) = sum(&mut open());
        }
        (usual >= 1.0).then(|| ((seen as f64 + 0.5) / (usual + 0.5)).min(BUSIEST))
    }
}

/// Vehicles that passed unseen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unseen {
    /// How many.
    pub vehicles: f64,
    /// By how many more stand there for it.
    change: f64,
}

fn gap(lane: &Lane, from: Moment, to: Moment, expected: f64) -> Gap {
    // Thousandths, so that it is the same number after it was written and read.
    Gap { from, to, expected: (expected * 1000.0).round() / 1000.0, filled: 0, inwards: lane.inwards() }
}

/// The gaps that are over.
pub(super) fn gaps_over(lanes: &BTreeMap<String, Lane>) -> impl Iterator<Item = (&Lane, Gap)> {
    lanes.values().flat_map(|lane| lane.gaps.iter().map(move |gap| (lane, *gap)))
}
