//! What a lot has been like.

use std::collections::VecDeque;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Now, calibration};
use crate::time::DayKind;

/// Days that are kept, besides the one under way.
pub const DAYS: usize = 35;
/// Minutes of one step of the grid.
pub const SLOT_MIN: u16 = 5;
/// Steps of a day.
pub const SLOTS: usize = 288;
/// More cars than this are noted as so many.
pub const MOST: i64 = 1_000_000;

const DAY_MIN: i64 = 1_440;
/// What was noted holds for so many minutes; after a longer silence nobody knows.
const HOLDS_MIN: i64 = 30;
/// Stands for a step at which the count was not known.
const UNKNOWN: i32 = -1;

/// The cars in a lot on each step of five minutes of the last [`DAYS`] days and of the day under way, and how well the forecasts
/// of each day held. About 60 KB as JSON when full.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    days: VecDeque<Day>,
    last: Option<Noted>,
}

/// A day of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) kind: DayKind,
    /// Cars at the begin of each step, or [`UNKNOWN`].
    row: Vec<i32>,
    /// See [`calibration`]; empty until the day is over.
    pub(super) scores: Vec<i16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Noted {
    day: Date,
    minute: u16,
    occupied: i32,
}

impl Day {
    fn new(date: Date, kind: DayKind) -> Self {
        Self { date, kind, row: vec![UNKNOWN; SLOTS], scores: Vec::new() }
    }

    fn get(&self, slot: usize) -> Option<i32> {
        self.row.get(slot).copied().filter(|cars| *cars != UNKNOWN)
    }

    fn known(&self) -> impl Iterator<Item = i32> + '_ {
        self.row.iter().copied().filter(|cars| *cars != UNKNOWN)
    }
}

impl History {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// At `minute` of the calendar day `day`, which is of this kind, so many cars stood in the lot.
    ///
    /// Notes come in the order of time, as often as the caller likes, and at least every half hour while the count is known: what
    /// was noted last holds until then, and after a longer silence the time between is left unknown. An earlier time than the last
    /// or a minute that no day has (above 1439) is ignored. Fewer than no cars are none. The first note of a day also looks back
    /// on the forecasts of the day before, which takes some milliseconds.
    pub fn note(&mut self, day: Date, kind: DayKind, minute: u16, occupied: i64) {
        if i64::from(minute) >= DAY_MIN || self.last.is_some_and(|last| (day, minute) < (last.day, last.minute)) {
            return;
        }
        let occupied = occupied.clamp(0, MOST) as i32;
        if self.days.back().is_none_or(|last| last.date != day) {
            self.hold_until_midnight(day, minute);
            if let Some(ended) = self.days.len().checked_sub(1) {
                let scores = calibration::scores(self, ended);
                self.days[ended].scores = scores;
            }
            self.days.push_back(Day::new(day, kind));
            while self.days.len() > DAYS + 1 {
                self.days.pop_front();
            }
        }
        self.hold_until(day, minute);
        if let Some(today) = self.days.back_mut() {
            today.kind = kind;
            if minute.is_multiple_of(SLOT_MIN)
                && let Some(slot) = today.row.get_mut(usize::from(minute / SLOT_MIN))
            {
                *slot = occupied;
            }
        }
        self.last = Some(Noted { day, minute, occupied });
    }

    /// Minutes from the last note to this moment, if the last note still holds then.
    fn held(&self, day: Date, minute: u16) -> Option<(Noted, i64)> {
        let last = self.last?;
        let days = i64::from((day - last.day).get_days());
        let since = days * DAY_MIN + i64::from(minute) - i64::from(last.minute);
        (since <= HOLDS_MIN).then_some((last, since))
    }

    /// Fills the end of the day before with its last note.
    fn hold_until_midnight(&mut self, day: Date, minute: u16) {
        if let Some((last, _)) = self.held(day, minute)
            && let Some(ended) = self.days.back_mut()
        {
            let from = usize::from(last.minute / SLOT_MIN) + 1;
            ended.row.iter_mut().skip(from).for_each(|slot| *slot = last.occupied);
        }
    }

    /// Fills today's steps before `minute` with the last note.
    fn hold_until(&mut self, day: Date, minute: u16) {
        if let Some((last, _)) = self.held(day, minute)
            && let Some(today) = self.days.back_mut()
        {
            let from = if last.day == day { usize::from(last.minute / SLOT_MIN) + 1 } else { 0 };
            let until = usize::from(minute.div_ceil(SLOT_MIN));
            today.row.iter_mut().take(until).skip(from).for_each(|slot| *slot = last.occupied);
        }
    }

    /// Days of which something is known, the one under way among them.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Cars that stood in the lot at the begin of a step of five minutes, 0 to 287, if that is known.
    pub fn at(&self, day: Date, slot: usize) -> Option<i64> {
        self.days.get(self.index(day)?)?.get(slot).map(i64::from)
    }

    pub(super) fn day(&self, index: usize) -> Option<&Day> {
        self.days.get(index)
    }

    fn index(&self, date: Date) -> Option<usize> {
        self.days.iter().rposition(|day| day.date == date)
    }

    /// The days before `date`, with their indexes.
    pub(super) fn before(&self, date: Date) -> impl Iterator<Item = (usize, &Day)> + '_ {
        self.days.iter().enumerate().take_while(move |(_, day)| day.date < date)
    }

    /// How many days of a kind are known before `date`, and one.
    pub(super) fn known_before(&self, date: Date, kind: DayKind) -> f64 {
        1.0 + self.before(date).filter(|(_, day)| day.kind == kind).count() as f64
    }

    /// Cars at a step counted from the begin of the day at `index`: before its first and after its last step the days beside it
    /// go on, where they are known.
    pub(super) fn around(&self, index: usize, slot: i64) -> Option<f64> {
        let (day, slots) = (self.days.get(index)?, SLOTS as i64);
        let beside = |other: usize, slot: i64, by: i64| {
            let other = self.days.get(other)?;
            (i64::from((other.date - day.date).get_days()) == by).then(|| other.get(usize::try_from(slot).ok()?))?
        };
        match slot {
            slot if slot < 0 => beside(index.checked_sub(1)?, slot + slots, -1),
            slot if slot >= slots => beside(index + 1, slot - slots, 1),
            slot => day.get(slot as usize),
        }
        .map(f64::from)
    }

    /// Cars that stood in the lot `back` steps before the step of `now`.
    pub(super) fn earlier(&self, now: &Now, back: i64) -> Option<f64> {
        let slot = i64::from(now.minute / SLOT_MIN) - back;
        match self.index(now.day) {
            Some(index) => self.around(index, slot),
            None => self.around(self.index(now.day.yesterday().ok()?)?, slot + SLOTS as i64).filter(|_| slot < 0),
        }
    }

    /// By how many cars the lot fills and empties on a lively day: the ninth of ten days before `date`, by that measure. It is the
    /// lot's own scale, whatever its list says, and one mad day does not change it.
    pub(super) fn swing_before(&self, date: Date) -> f64 {
        let swing = |day: &Day| Some(day.known().max()? - day.known().min()?);
        let mut swings: Vec<i32> = self.before(date).filter_map(|(_, day)| swing(day)).collect();
        swings.sort_unstable();
        let ninth = swings.get(swings.len().saturating_sub(1) * 9 / 10).copied().unwrap_or_default();
        f64::from(ninth).max(10.0)
    }

    /// The most cars that ever stood there until `now`.
    pub(super) fn fullest_until(&self, now: &Now) -> i64 {
        let past = self.before(now.day).flat_map(|(_, day)| day.known());
        let today = self.index(now.day).and_then(|index| self.days.get(index));
        let today =
            today.into_iter().flat_map(|day| (0..=usize::from(now.minute / SLOT_MIN)).filter_map(|slot| day.get(slot)));
        past.chain(today).max().map_or(0, i64::from)
    }
}
