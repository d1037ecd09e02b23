//! How many came, by the five minutes, on the days so far.

use std::collections::VecDeque;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::parking::forecast::{DAYS, SLOT_MIN, SLOTS};
use crate::time::DayKind;

/// What a day weighs against the day after it.
const FADES: f64 = 0.97;
/// What a slot weighs in the habit of itself and of those one and two away.
const SMOOTH: [f64; 3] = [3.0, 2.0, 1.0];

/// Arrivals of one sort, such as tickets issued or cars that came in: their count in each five minutes of the last 35 days and of
/// the day under way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arrivals {
    days: VecDeque<Day>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Day {
    date: Date,
    kind: DayKind,
    /// Counting began with this slot; before it nothing is known.
    from: u16,
    counts: Vec<u16>,
}

impl Arrivals {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// At `minute` of the calendar day `day`, which is of this kind, so many arrived; 0 says that counting goes on and nobody came.
    ///
    /// A minute that no day has (above 1439) is ignored, and so is a day before the last that is not kept.
    pub fn note(&mut self, day: Date, kind: DayKind, minute: u16, count: u32) {
        let slot = minute / SLOT_MIN;
        if usize::from(slot) >= SLOTS {
            return;
        }
        if self.days.back().is_none_or(|last| last.date < day) {
            // The first day is known from its first note on; on a later one nobody had come before.
            let from = if self.days.is_empty() { slot } else { 0 };
            self.days.push_back(Day { date: day, kind, from, counts: vec![0; SLOTS] });
            while self.days.len() > DAYS + 1 {
                self.days.pop_front();
            }
        }
        if let Some(noted) = self.days.iter_mut().rfind(|noted| noted.date == day) {
            noted.kind = kind;
            noted.from = noted.from.min(slot);
            if let Some(slot) = noted.counts.get_mut(usize::from(slot)) {
                *slot = slot.saturating_add(u16::try_from(count).unwrap_or(u16::MAX));
            }
        }
    }

    /// Days of which something is known, the one under way among them.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// The last day of which anything is known.
    pub fn last_day(&self) -> Option<Date> {
        self.days.back().map(|day| day.date)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// How many arrived in a slot, 0 to 287; none if that day was not counted then.
    pub fn count(&self, day: Date, slot: usize) -> Option<u32> {
        self.days.iter().rfind(|noted| noted.date == day)?.get(slot)
    }

    /// The habit of the days of this kind before `today`; none if there are none.
    pub(super) fn habit(&self, today: Date, kind: DayKind) -> Option<Habit<'_>> {
        let days: Vec<(&Day, f64)> = self
            .days
            .iter()
            .filter(|day| day.date < today && day.kind == kind)
            .map(|day| (day, FADES.powi((today - day.date).get_days())))
            .collect();
        (!days.is_empty()).then_some(Habit { days })
    }
}

impl Day {
    fn get(&self, slot: usize) -> Option<u32> {
        self.counts.get(slot).filter(|_| slot >= usize::from(self.from)).map(|count| u32::from(*count))
    }
}

/// Days of one kind and what each weighs.
pub(super) struct Habit<'a> {
    days: Vec<(&'a Day, f64)>,
}

impl Habit<'_> {
    /// The days.
    pub(super) fn dates(&self) -> impl Iterator<Item = Date> + '_ {
        self.days.iter().map(|(day, _)| day.date)
    }

    /// How many usually arrive in each slot of a day like `date`, by all days but itself. The same weekday counts twice. A slot of
    /// which nothing is known has none.
    pub(super) fn usual(&self, date: Date) -> Option<Vec<f64>> {
        let others: Vec<(&Day, f64)> = self
            .days
            .iter()
            .filter(|(day, _)| day.date != date)
            .map(|(day, weight)| (*day, if day.date.weekday() == date.weekday() { 2.0 * weight } else { *weight }))
            .collect();
        if others.is_empty() {
            return None;
        }
        let mean = |slot: usize| {
            let known = others.iter().filter_map(|(day, weight)| Some((f64::from(day.get(slot)?), weight)));
            let (sum, weights) =
                known.fold((0.0, 0.0), |(sum, all), (count, weight)| (sum + count * weight, all + weight));
            if weights > 0.0 { sum / weights } else { 0.0 }
        };
        let raw: Vec<f64> = (0..SLOTS).map(mean).collect();
        let smooth = |slot: usize| {
            let near = slot.saturating_sub(SMOOTH.len() - 1)..(slot + SMOOTH.len()).min(SLOTS);
            let sums = near.fold((0.0, 0.0), |(sum, all), other| {
                let weight = SMOOTH[slot.abs_diff(other)];
                (sum + raw[other] * weight, all + weight)
            });
            sums.0 / sums.1
        };
        Some((0..SLOTS).map(smooth).collect())
    }
}
