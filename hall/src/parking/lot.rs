//! A lot: its counts by class and level, its lanes, and what has been told before.

mod doubt;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::count::Count;
use super::forecast::History;
use super::lane::{Key, Lane, Leads, Recent};
use super::sessions::Sessions;
use super::{Bay, Counted, Passage, PassageId};
use crate::settings::lots::LaneSection;
use crate::time::{DayKind, Hours, Moment};
use doubt::gaps_over;
pub use doubt::{Doubt, Reading};

/// Passages may be told so late and still be taken out of a correction that comes before them, and told apart from those of
/// another device, milliseconds.
pub const LATE_MS: i64 = 2 * 3_600_000;
/// A passage that is told later than this is refused: nobody could say any more whether it was told before. Milliseconds.
pub const REMEMBERED_MS: i64 = 48 * 3_600_000;
/// Most corrections that are shown.
const CORRECTIONS: usize = 50;
const HOUR_MS: i64 = 3_600_000;

/// What became of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Taken {
    /// It changed the count.
    Counted,
    /// It was told before: nothing is changed or to be written.
    Again,
    /// Another device had seen the vehicle.
    Same,
    /// It was before the last correction, which contains it.
    Settled,
    /// It came so late that nobody can say whether another device saw the vehicle: it is written down and not counted.
    Late,
}

/// A correction of the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// When people counted, or when the night's count began.
    pub at: Moment,
    /// What was counted.
    pub what: Counted,
    /// Cars that stood there.
    pub occupied: u32,
    /// What the count had been off by: positive when more cars stood there.
    pub off: i64,
    /// How far it could have been off, as was thought then; none where nothing was known.
    pub bound: Option<f64>,
    /// Why, in the words of who did it.
    pub reason: String,
    /// Who, as he is named; none for the night's.
    pub by: Option<String>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    closed: bool,
    closed_levels: BTreeSet<String>,
    classes: [Count; Bay::COUNT],
    levels: BTreeMap<String, Count>,
    lanes: BTreeMap<String, Lane>,
    /// Hashes of the names that may be told again, by the hour of the passage. Copies of a state share the hours that are over.
    #[serde(with = "names")]
    known: BTreeMap<i64, Arc<BTreeSet<u64>>>,
    sessions: Sessions,
    history: History,
    corrections: Vec<Correction>,
    /// When something was last told.
    changed: Moment,
}

impl Lot {
    /// Whether the operator closed it.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether the operator closed a level.
    pub fn is_level_closed(&self, code: &str) -> bool {
        self.closed || self.closed_levels.contains(code)
    }

    /// The lanes that have been spoken of, by their codes.
    pub fn lanes(&self) -> &BTreeMap<String, Lane> {
        &self.lanes
    }

    /// Who is inside by his plate.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// How full its ordinary bays have been.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// So it is at this moment, for the history; once a while, as long as anything happens in the hall.
    pub fn note(&mut self, hours: &Hours, now: Moment) {
        let ordinary = Counted::Class(Bay::Ordinary);
        if self.count(&ordinary).is_some_and(|count| count.corrected().is_some()) {
            let (likely, local) = (self.likely(hours, now, &ordinary), hours.local(now));
            self.history.note(local.date, local.kind, local.minute, likely);
        }
    }

    /// So many cars stood there once, as an earlier system recorded it.
    pub fn was(&mut self, date: Date, kind: DayKind, minute: u16, occupied: i64) {
        self.history.note(date, kind, minute, occupied);
    }

    /// The last corrections, oldest first.
    pub fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// When something was last told of it.
    pub fn changed(&self) -> Moment {
        self.changed
    }

    /// The count of a class or a level.
    pub fn count(&self, what: &Counted) -> Option<&Count> {
        match what {
            Counted::Class(bay) => Some(&self.classes[bay.index()]),
            Counted::Level(code) => self.levels.get(code),
        }
    }

    /// Cars that stand there by the count; below nothing or above the capacity when it is off.
    pub fn occupied(&self, what: &Counted) -> i64 {
        self.count(what).map_or(0, Count::occupied)
    }

    /// Whether a passage of this name was told before, whatever time was given then.
    pub fn knows(&self, id: &PassageId) -> bool {
        let hash = hash(id);
        self.known.values().rev().any(|known| known.contains(&hash))
    }

    /// Takes a passage that is told at `now`. One that lies in the future, by a clock that is wrong, is one of now.
    pub fn pass(&mut self, hours: &Hours, now: Moment, lane: &LaneSection, passage: &Passage) -> Taken {
        self.advance(now);
        let at = passage.at.min(self.changed);
        if self.knows(&passage.id) {
            return Taken::Again;
        }
        let hash = hash(&passage.id);
        Arc::make_mut(self.known.entry(at.0.div_euclid(HOUR_MS)).or_default()).insert(hash);
        if let Some(vehicle) = passage.vehicle {
            match passage.direction {
                super::Direction::In => self.sessions.entered(vehicle, at),
                super::Direction::Out => drop(self.sessions.left(vehicle, at)),
            }
        }
        let gap = self.silence(hours, &lane.code, at).or_else(|| self.blindness(hours, &lane.code, at));
        let here = self.lanes.entry(lane.code.clone()).or_default();
        here.saw(passage.source, at, gap);
        here.leads = Leads { bay: lane.bay, level: lane.level.clone(), from: lane.from.clone() };
        let (into, out_of) = match passage.direction {
            super::Direction::In => (lane.level.clone(), lane.from.clone()),
            super::Direction::Out => (lane.from.clone(), lane.level.clone()),
        };
        let recent = Recent {
            direction: passage.direction,
            bay: passage.bay.unwrap_or(lane.bay),
            source: passage.source,
            class: lane.from.is_none(),
            into,
            out_of,
            counts: true,
            confirmed: false,
        };
        let told_late = at <= self.changed.plus_ms(-LATE_MS);
        if told_late && here.has_other(passage.source, at) {
            return Taken::Late;
        }
        // Its class says so; a ramp has levels alone.
        let counted = self.counters(&recent).next().is_some_and(|(count, _)| count.takes(at));
        self.change(at, &recent, 1);
        if told_late {
            self.settle_one(at, &recent);
            return if counted { Taken::Counted } else { Taken::Settled };
        }
        let key = (at, hash);
        let here = self.lanes.entry(lane.code.clone()).or_default();
        here.recent.insert(key, recent.clone());
        let flips = here.regroup(key);
        // One vehicle more than before, or none.
        let counts = flips.iter().map(|(_, recent)| if recent.counts { 1 } else { -1 }).sum::<i64>() >= 0;
        if counts {
            here.note(hours, at, passage.direction, passage.doubtful);
        }
        for ((at, _), recent) in &flips {
            self.change(*at, recent, if recent.counts { 1 } else { -1 });
        }
        if counts {
            for (count, _) in self.counters_mut(&recent) {
                count.passed(at, passage.doubtful);
            }
        }
        match (counts, counted) {
            (false, _) => Taken::Same,
            (true, false) => Taken::Settled,
            (true, true) => Taken::Counted,
        }
    }

    /// People counted the cars at `at`: what the count was off by, and from here on is not. `at` may lie back by as much as
    /// [`LATE_MS`]; what lies further back is taken as so long ago.
    pub fn correct(&mut self, now: Moment, correction: &Correction) -> i64 {
        let (at, since) = self.since(now, &correction.what, correction.at);
        let unseen = self.unseen(&correction.what, gaps_over(&self.lanes)).vehicles;
        let count = self.count_mut(&correction.what);
        let known = count.corrected().is_some();
        let off = count.correct(at, i64::from(correction.occupied), since);
        match &correction.by {
            Some(_) if known => count.drift_mut().corrected(off, unseen),
            Some(_) => count.drift_mut().rebased(0.0),
            // What is usual at night is nobody's count.
            None => count.drift_mut().rebased(2.0 * f64::from(correction.occupied).sqrt()),
        }
        if self.corrections.len() >= CORRECTIONS {
            self.corrections.remove(0);
        }
        self.corrections.push(Correction { at, off, ..correction.clone() });
        off
    }

    /// What a correction would find the count to be off by.
    pub fn off(&self, now: Moment, what: &Counted, at: Moment, occupied: u32) -> i64 {
        let (_, since) = self.since(now, what, at);
        i64::from(occupied) - (self.occupied(what) - since)
    }

    /// When a correction holds, and what has come since.
    fn since(&self, now: Moment, what: &Counted, at: Moment) -> (Moment, i64) {
        let now = now.max(self.changed);
        let last = self.count(what).and_then(Count::corrected).unwrap_or(Moment(i64::MIN));
        let at = at.min(now).max(now.plus_ms(-LATE_MS)).max(last);
        let recent = self.lanes.values().flat_map(|lane| &lane.recent);
        let after = recent.filter(|((when, _), recent)| *when > at && recent.counts);
        (at, after.map(|(_, recent)| change_of(recent, what)).sum())
    }

    /// The operator opens or closes the lot or one of its levels.
    pub fn open(&mut self, now: Moment, level: Option<&str>, open: bool) {
        self.advance(now);
        match level {
            None => self.closed = !open,
            Some(code) if open => drop(self.closed_levels.remove(code)),
            Some(code) => drop(self.closed_levels.insert(code.to_owned())),
        }
    }

    /// The operator opens or closes a lane.
    pub fn open_lane(&mut self, now: Moment, code: &str, open: bool) {
        self.advance(now);
        self.lanes.entry(code.to_owned()).or_default().closed = !open;
    }

    /// The devices of a lane see nothing any more, or see again.
    pub fn blind_lane(&mut self, hours: &Hours, now: Moment, code: &str, blind: bool) {
        self.advance(now);
        let gap = self.blindness(hours, code, self.changed);
        let now = self.changed;
        let lane = self.lanes.entry(code.to_owned()).or_default();
        match (lane.blind, blind) {
            (None, true) => lane.blind = Some(now),
            (Some(_), false) => {
                lane.blind = None;
                lane.gap(gap);
            }
            _ => {}
        }
    }

    /// A business day is over.
    pub fn close_day(&mut self, hours: &Hours, now: Moment) {
        self.advance(now);
        self.sessions.tidy(now);
        let date = hours.local(now).date;
        for lane in self.lanes.values_mut() {
            lane.next_day(hours, date);
        }
    }

    /// Whether all parts add up: the invariant of a lot.
    pub fn adds_up(&self) -> bool {
        let recent = || self.lanes.values().flat_map(|lane| &lane.recent).filter(|(_, recent)| recent.counts);
        let sum = |what: &Counted, count: &Count| {
            let taken = recent().filter(|((at, _), _)| count.takes(*at));
            taken.map(|(_, recent)| change_of(recent, what)).sum::<i64>()
        };
        let classes = Bay::ALL.iter().all(|bay| {
            let count = &self.classes[bay.index()];
            count.adds_up(sum(&Counted::Class(*bay), count))
        });
        classes && self.levels.iter().all(|(code, count)| count.adds_up(sum(&Counted::Level(code.clone()), count)))
    }

    fn count_mut(&mut self, what: &Counted) -> &mut Count {
        match what {
            Counted::Class(bay) => &mut self.classes[bay.index()],
            Counted::Level(code) => self.levels.entry(code.clone()).or_default(),
        }
    }

    /// The counts that a passage changes, and by how much.
    fn counters<'a>(&'a self, recent: &'a Recent) -> impl Iterator<Item = (&'a Count, i64)> {
        let class = recent.class.then(|| (&self.classes[recent.bay.index()], recent.direction.change()));
        let into = recent.into.as_ref().and_then(|code| Some((self.levels.get(code)?, 1)));
        let out_of = recent.out_of.as_ref().and_then(|code| Some((self.levels.get(code)?, -1)));
        class.into_iter().chain(into).chain(out_of)
    }

    fn counters_mut<'a>(&'a mut self, recent: &'a Recent) -> impl Iterator<Item = (&'a mut Count, i64)> {
        for code in [&recent.into, &recent.out_of].into_iter().flatten() {
            if !self.levels.contains_key(code) {
                self.levels.insert(code.clone(), Count::default());
            }
        }
        let class = recent.class.then(|| (&mut self.classes[recent.bay.index()], recent.direction.change()));
        let levels = self.levels.iter_mut().filter_map(|(code, count)| {
            let change =
                i64::from(recent.into.as_ref() == Some(code)) - i64::from(recent.out_of.as_ref() == Some(code));
            (change != 0).then_some((count, change))
        });
        class.into_iter().chain(levels)
    }

    fn change(&mut self, at: Moment, recent: &Recent, sign: i64) {
        for (count, change) in self.counters_mut(recent) {
            count.change(at, sign * change);
        }
    }

    fn settle_one(&mut self, at: Moment, recent: &Recent) {
        for (count, change) in self.counters_mut(recent) {
            count.settle(at, change);
        }
    }

    fn advance(&mut self, now: Moment) {
        self.changed = self.changed.max(now);
        let forgotten = self.changed.plus_ms(-REMEMBERED_MS).0.div_euclid(HOUR_MS);
        while self.known.first_key_value().is_some_and(|(hour, _)| *hour < forgotten) {
            self.known.pop_first();
        }
        self.settle();
    }

    /// Adds up what no correction can come before any more.
    fn settle(&mut self) {
        let late = self.changed.plus_ms(-LATE_MS);
        let mut over: Vec<(Key, Recent, bool)> = Vec::new();
        for lane in self.lanes.values_mut() {
            while let Some((key, _)) = lane.recent.first_key_value()
                && key.0 <= late
                && let Some((key, recent)) = lane.recent.pop_first()
            {
                let alone = !recent.confirmed && lane.has_other(recent.source, key.0);
                over.push((key, recent, alone));
            }
        }
        for ((at, _), recent, alone) in over.into_iter().filter(|(_, recent, _)| recent.counts) {
            for (count, change) in self.counters_mut(&recent) {
                count.settle(at, change);
                if alone && count.takes(at) {
                    count.drift_mut().doubted();
                }
            }
        }
    }
}

fn change_of(recent: &Recent, what: &Counted) -> i64 {
    match what {
        Counted::Class(bay) if recent.class && recent.bay == *bay => recent.direction.change(),
        Counted::Class(_) => 0,
        Counted::Level(code) => {
            i64::from(recent.into.as_ref() == Some(code)) - i64::from(recent.out_of.as_ref() == Some(code))
        }
    }
}

fn hash(id: &PassageId) -> u64 {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, id.0.as_bytes()).as_u64_pair().0
}

/// Maps whose keys are no text, as lists of pairs.
pub(super) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Names by their hours.
mod names {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        known: &BTreeMap<i64, Arc<BTreeSet<u64>>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(known.iter().map(|(hour, names)| (hour, &**names)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<i64, Arc<BTreeSet<u64>>>, D::Error> {
        let known = BTreeMap::<i64, BTreeSet<u64>>::deserialize(deserializer)?;
        Ok(known.into_iter().map(|(hour, names)| (hour, Arc::new(names))).collect())
    }
}
