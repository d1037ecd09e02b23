//! A lane: what passed it lately, which of it is one vehicle seen twice, and when it saw nothing although vehicles must have passed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Bay, Counted, Direction, Source};
use crate::time::{DayKind, Hours, Local, Moment};

/// Two kinds of devices at one lane see a vehicle within so many milliseconds of each other.
pub const SAME_VEHICLE_MS: i64 = 6_000;
/// Neighbours on each side that are looked at to tell vehicles apart: more do not pass a lane so closely.
const NEIGHBOURS: usize = 32;
/// A device that saw nothing for longer is not counted on, milliseconds.
const WORKS_MS: i64 = 24 * 3_600_000;
/// Parts of a day for which a lane's habit is known, of [`PART_MS`] each.
const PARTS: usize = 96;
const PART_MINUTES: u16 = 15;
const PART_MS: i64 = 15 * 60_000;
/// A day of long ago weighs so much less than the one after it.
const FADES: f32 = 0.85;
/// Longest time over which an expectation is worked out; nobody doubts for longer than a day.
const LONGEST_MS: i64 = 24 * 3_600_000;
/// On the first day of its kind a lane is expected to go on as before for so long.
const UNKNOWN_MS: i64 = 2 * 3_600_000;
/// Most times without sight that are kept.
const MOST_GAPS: usize = 32;

/// A passage by its time and the hash of its name.
pub(super) type Key = (Moment, u64);

/// A passage that a correction may yet come before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Recent {
    pub direction: Direction,
    pub bay: Bay,
    pub source: Source,
    /// Whether it changes the count of its class: not on a ramp between two levels.
    pub class: bool,
    /// The level it leads to and the one it comes from.
    pub into: Option<String>,
    pub out_of: Option<String>,
    /// It is the one of its vehicle that counts.
    pub counts: bool,
    /// Another device saw the vehicle as well.
    pub confirmed: bool,
}

/// A time in which a lane saw nothing although vehicles must have passed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// Since when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// How many vehicles would usually have passed.
    pub expected: f64,
    /// How many were told of later.
    pub filled: u32,
    /// Share of them that would have gone in.
    pub inwards: f64,
}

impl Gap {
    /// Vehicles that are still missing of what passed after `corrected`.
    pub fn missing(&self, corrected: Option<Moment>) -> f64 {
        let after = corrected.unwrap_or(Moment(i64::MIN)).max(self.from);
        let share = self.to.since(after) as f64 / self.to.since(self.from).max(1) as f64;
        (self.expected - f64::from(self.filled)).max(0.0) * share.min(1.0)
    }
}

/// Where a lane leads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Leads {
    pub bay: Bay,
    pub level: Option<String>,
    pub from: Option<String>,
}

impl Leads {
    /// What a vehicle that goes in changes the count of `what` by.
    pub fn change(&self, what: &Counted) -> f64 {
        match what {
            Counted::Class(bay) => f64::from(u8::from(self.from.is_none() && self.bay == *bay)),
            Counted::Level(code) => {
                f64::from(u8::from(self.level.as_ref() == Some(code)))
                    - f64::from(u8::from(self.from.as_ref() == Some(code)))
            }
        }
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// No vehicle is to use it, as the operator says.
    pub(super) closed: bool,
    /// Where it leads, by the settings at its last passage.
    pub(super) leads: Leads,
    /// Its devices are known to see nothing, since when.
    pub(super) blind: Option<Moment>,
    /// The latest passage.
    seen: Option<Moment>,
    /// When each kind of device last saw something.
    sources: BTreeMap<Source, Moment>,
    /// Passages of the day in progress, by part.
    date: Option<Date>,
    today: Vec<u16>,
    /// Passages a part on the days before, for each kind of day; empty until there was one.
    habit: [Vec<f32>; DayKind::COUNT],
    weight: [f32; DayKind::COUNT],
    pub(super) gaps: Vec<Gap>,
    #[serde(with = "super::lot::pairs")]
    pub(super) recent: BTreeMap<Key, Recent>,
    entered: u32,
    left: u32,
    doubtful: u32,
}

impl Lane {
    /// Whether the operator closed it.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Since when its devices are known to see nothing.
    pub fn blind_since(&self) -> Option<Moment> {
        self.blind
    }

    /// Its latest passage.
    pub fn seen(&self) -> Option<Moment> {
        self.seen
    }

    /// The kinds of devices that have seen something within a day.
    pub fn sources(&self, now: Moment) -> impl Iterator<Item = Source> + '_ {
        self.sources.iter().filter(move |(_, at)| now.since(**at) < WORKS_MS).map(|(source, _)| *source)
    }

    /// Vehicles in and out on the calendar day in progress, and those of them that were doubted.
    pub fn today(&self) -> (u32, u32, u32) {
        (self.entered, self.left, self.doubtful)
    }

    /// The share of vehicles that go in, by today's.
    pub(super) fn inwards(&self) -> f64 {
        let (entered, left) = (f64::from(self.entered), f64::from(self.left));
        // Halves of thousandths and less make no difference, and are the same number after they were written and read.
        let share = if entered + left > 0.0 { entered / (entered + left) } else { 0.5 };
        (share * 1000.0).round() / 1000.0
    }

    /// Whether vehicles go in here, out, or both ways.
    pub(super) fn way(&self) -> Option<Direction> {
        match self.inwards() {
            share if share > 0.8 => Some(Direction::In),
            share if share < 0.2 => Some(Direction::Out),
            _ => None,
        }
    }

    /// A vehicle passed: for the habit.
    pub(super) fn note(&mut self, hours: &Hours, at: Moment, direction: Direction, doubtful: bool) {
        let local = hours.local(at);
        if self.date.is_none_or(|date| date < local.date) {
            self.next_day(hours, local.date);
        }
        if self.date == Some(local.date) {
            if let Some(part) = self.today.get_mut(part(local)) {
                *part = part.saturating_add(1);
            }
            match direction {
                Direction::In => self.entered += 1,
                Direction::Out => self.left += 1,
            }
            self.doubtful += u32::from(doubtful);
        }
    }

    /// The days before `date` are over: what they were like becomes habit.
    pub(super) fn next_day(&mut self, hours: &Hours, date: Date) {
        let mut day = self.date;
        for _ in 0..7 {
            let Some(over) = day.filter(|day| *day < date) else { break };
            let kind = hours.calendar.kind(over).index();
            let habit = &mut self.habit[kind];
            habit.resize(PARTS, 0.0);
            self.weight[kind] = self.weight[kind] * FADES + 1.0;
            for (mean, n) in habit.iter_mut().zip(&self.today) {
                *mean += (f32::from(*n) - *mean) / self.weight[kind];
            }
            self.today = vec![0; PARTS];
            (self.entered, self.left, self.doubtful) = (0, 0, 0);
            day = over.tomorrow().ok();
        }
        if self.date != Some(date) {
            self.date = Some(date);
            self.today = vec![0; PARTS];
            (self.entered, self.left, self.doubtful) = (0, 0, 0);
        }
    }

    /// How many vehicles usually pass between two moments. Before a day of that kind was seen, as many as in the hour before.
    pub fn expected(&self, hours: &Hours, from: Moment, to: Moment) -> f64 {
        let from = from.max(to.plus_ms(-LONGEST_MS));
        let before = self.hour_before(hours, self.seen.map_or(from, |seen| seen.min(from)));
        let mut expected = 0.0_f64;
        let mut at = from;
        while at < to {
            let end = at.plus_ms(PART_MS).min(to);
            let local = hours.local(at);
            let habit = self.habit[local.kind.index()].get(part(local)).map(|mean| f64::from(*mean));
            // Nobody knows how a day goes on that is the first of its kind.
            let rate = habit.unwrap_or(if at.since(from) < UNKNOWN_MS { before } else { 0.0 });
            expected += rate * end.since(at) as f64 / PART_MS as f64;
            at = end;
        }
        // Thousandths, so that it is the same number after it was written and read.
        (expected * 1000.0).round() / 1000.0
    }

    /// Passages a part in the hour before, or since the first of the day.
    fn hour_before(&self, hours: &Hours, at: Moment) -> f64 {
        let local = hours.local(at);
        let first = self.today.iter().position(|n| *n > 0).filter(|_| self.date == Some(local.date));
        let (Some(first), now) = (first, part(local)) else { return 0.0 };
        let from = first.max(now.saturating_sub(4)).min(now);
        let passed: u32 = self.today[from..=now].iter().map(|n| u32::from(*n)).sum();
        let of_this = f64::from(local.minute % PART_MINUTES) / f64::from(PART_MINUTES);
        f64::from(passed) / ((now - from) as f64 + of_this).max(0.2)
    }

    /// How many passages there were between two moments, as far as they are remembered.
    pub(super) fn passed_between(&self, from: Moment, to: Moment) -> usize {
        self.recent.range((from, 0)..=(to, u64::MAX)).filter(|(_, recent)| recent.counts).count()
    }

    /// Notes that a device has seen something, and closes the gap before it.
    pub(super) fn saw(&mut self, source: Source, at: Moment, gap: Option<Gap>) {
        let last = self.sources.entry(source).or_insert(at);
        *last = at.max(*last);
        if let Some(gap) = self.gaps.iter_mut().rev().find(|gap| gap.from < at && at < gap.to) {
            gap.filled += 1;
        }
        if self.seen.is_none_or(|seen| at > seen) {
            self.seen = Some(at);
            self.gap(gap);
            self.blind = self.blind.filter(|since| at <= *since);
        }
    }

    /// Remembers a time without sight.
    pub(super) fn gap(&mut self, gap: Option<Gap>) {
        let Some(gap) = gap else { return };
        if self.gaps.len() >= MOST_GAPS {
            self.gaps.remove(0);
        }
        self.gaps.push(gap);
    }

    /// Whether another kind of device than this one is counted on here.
    pub(super) fn has_other(&self, source: Source, at: Moment) -> bool {
        self.sources.iter().any(|(other, seen)| *other != source && at.since(*seen) < WORKS_MS)
    }

    /// Tells the vehicles around a passage apart anew. What counts no longer, and what counts now.
    ///
    /// Passages of one direction, each within [`SAME_VEHICLE_MS`] of the one before, are dealt out in the order of their times: each
    /// goes to the first vehicle that its kind of device has not seen yet and that was seen so short a time ago. So the result
    /// depends on the passages alone and not on the order in which they were told.
    pub(super) fn regroup(&mut self, key: Key) -> Vec<(Key, Recent)> {
        let Some(direction) = self.recent.get(&key).map(|recent| recent.direction) else { return Vec::new() };
        let cluster = self.cluster(key, direction);
        let mut vehicles: Vec<Vec<(Key, Source)>> = Vec::new();
        for key in cluster {
            let source = self.recent[&key].source;
            let same = vehicles.iter_mut().find(|seen| {
                key.0.since(seen[0].0.0) <= SAME_VEHICLE_MS && seen.iter().all(|(_, other)| *other != source)
            });
            match same {
                Some(seen) => seen.push((key, source)),
                None => vehicles.push(vec![(key, source)]),
            }
        }
        let mut changed = Vec::new();
        for seen in vehicles {
            // A camera may know the class.
            let first = seen.iter().find(|(_, source)| *source == Source::Camera).unwrap_or(&seen[0]).0;
            let confirmed = seen.len() > 1;
            for (key, _) in &seen {
                if let Some(recent) = self.recent.get_mut(key) {
                    recent.confirmed = confirmed;
                    if recent.counts != (*key == first) {
                        recent.counts = *key == first;
                        changed.push((*key, recent.clone()));
                    }
                }
            }
        }
        changed
    }

    /// The passages of one direction around one, each close to the next, in the order of their times.
    fn cluster(&self, key: Key, direction: Direction) -> Vec<Key> {
        let same = |entry: &(&Key, &Recent)| entry.1.direction == direction;
        let mut cluster = vec![key];
        for (before, _) in self.recent.range(..key).rev().filter(same).take(NEIGHBOURS) {
            if cluster[0].0.since(before.0) > SAME_VEHICLE_MS {
                break;
            }
            cluster.insert(0, *before);
        }
        let after = (std::ops::Bound::Excluded(key), std::ops::Bound::Unbounded);
        for (next, _) in self.recent.range(after).filter(same).take(NEIGHBOURS) {
            if cluster.last().is_some_and(|last| next.0.since(last.0) > SAME_VEHICLE_MS) {
                break;
            }
            cluster.push(*next);
        }
        cluster
    }
}

fn part(local: Local) -> usize {
    usize::from(local.minute / PART_MINUTES)
}
