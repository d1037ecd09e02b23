//! The count of a lot: passages since the last correction.
//!
//! A passage counts by when it was, not by when it was told: one from before a correction is contained in what people counted
//! then, and changes nothing. So the count does not depend on the order in which passages come. It may fall below nothing and
//! rise above the capacity: that tells how far it is off, and no sign shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::drift::Drift;
use super::{Bay, Direction, PassageId};
use crate::time::Moment;

/// A vehicle passed a lane of the lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Its name.
    pub id: PassageId,
    /// When it was.
    pub at: Moment,
    /// Which way.
    pub direction: Direction,
    /// To or from which bays.
    pub bay: Bay,
    /// Whoever saw it was not sure of it.
    pub doubtful: bool,
}

/// What became of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It changed the count.
    Counted,
    /// It was told before: nothing is changed or to be written.
    Again,
    /// It was before the last correction, which contains it.
    Settled,
}

/// Passages may be told so late and still be taken out of a correction that comes before them, milliseconds.
pub const LATE_MS: i64 = 15 * 60_000;
/// A passage that is told again later than this counts twice, milliseconds. Cameras send again for a day at most.
pub const REMEMBERED_MS: i64 = 48 * 3_600_000;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count {
    /// What was counted at the last correction, and all passages since that no correction can come before any more.
    settled: [i64; Bay::COUNT],
    /// When each class was last corrected.
    corrected: [Moment; Bay::COUNT],
    /// Passages by their time that a correction may yet come before.
    recent: BTreeMap<(Moment, PassageId), (Bay, i64)>,
    /// Names that may be told again, by the time of the passage.
    names: BTreeSet<(Moment, PassageId)>,
    known: BTreeSet<PassageId>,
    drift: [Drift; Bay::COUNT],
    /// The latest moment that was spoken of.
    now: Moment,
}

impl Count {
    /// An empty lot.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a passage that is told at `now`. One that lies in the future, by a clock that is wrong, is one of now.
    pub fn pass(&mut self, now: Moment, passage: &Passage) -> Taken {
        self.advance(now);
        if self.known.contains(&passage.id) {
            return Taken::Again;
        }
        let at = passage.at.min(self.now);
        self.names.insert((at, passage.id.clone()));
        self.known.insert(passage.id.clone());
        let bay = passage.bay.index();
        if at <= self.corrected[bay] {
            return Taken::Settled;
        }
        self.drift[bay].passed(passage.doubtful);
        self.recent.insert((at, passage.id.clone()), (passage.bay, passage.direction.change()));
        self.settle();
        Taken::Counted
    }

    /// People counted the cars of a class at `at`: what the count was off by, and from here on is not. `at` may lie back by as
    /// much as [`LATE_MS`]; what lies further back is taken as so long ago.
    pub fn correct(&mut self, now: Moment, at: Moment, bay: Bay, occupied: u32) -> i64 {
        self.advance(now);
        let at = at.min(self.now).max(Moment(self.now.0 - LATE_MS)).max(self.corrected[bay.index()]);
        let after = self.recent.iter().filter(|((when, _), (of, _))| *of == bay && *when > at);
        let after: i64 = after.map(|(_, (_, change))| change).sum();
        let off = i64::from(occupied) - (self.occupied(bay) - after);
        self.recent.retain(|(when, _), (of, _)| *of != bay || *when > at);
        self.settled[bay.index()] = i64::from(occupied);
        self.corrected[bay.index()] = at;
        self.drift[bay.index()].corrected(off);
        off
    }

    /// A lane of the lot saw nothing for a while in which so many would have passed it in each direction.
    pub fn blind(&mut self, bay: Bay, expected: f64) {
        self.drift[bay.index()].blind(expected);
    }

    /// Cars that stand there by the count; below nothing or above the capacity when it is off.
    pub fn occupied(&self, bay: Bay) -> i64 {
        let recent = self.recent.values().filter(|(of, _)| *of == bay);
        self.settled[bay.index()] + recent.map(|(_, change)| change).sum::<i64>()
    }

    /// How far the count of a class may be off.
    pub fn drift(&self, bay: Bay) -> &Drift {
        &self.drift[bay.index()]
    }

    /// When a class was last corrected.
    pub fn corrected(&self, bay: Bay) -> Moment {
        self.corrected[bay.index()]
    }

    fn advance(&mut self, now: Moment) {
        self.now = self.now.max(now);
        let forgotten = Moment(self.now.0 - REMEMBERED_MS);
        while let Some((at, _)) = self.names.first()
            && *at < forgotten
            && let Some((_, id)) = self.names.pop_first()
        {
            self.known.remove(&id);
        }
        self.settle();
    }

    /// Adds up what no correction can come before any more.
    fn settle(&mut self) {
        let late = Moment(self.now.0 - LATE_MS);
        while let Some(((at, _), _)) = self.recent.first_key_value()
            && *at <= late
            && let Some((_, (bay, change))) = self.recent.pop_first()
        {
            self.settled[bay.index()] += change;
        }
    }
}
