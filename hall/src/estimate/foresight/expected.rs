//! Arrivals of the next slots.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::arrivals::Arrivals;
use super::lead::{LONGEST, Lead, surplus};
use crate::parking::forecast::{SLOT_MIN, SLOTS};
use crate::time::DayKind;

/// Slots that are foreseen: from the next one on, up to 40 minutes ahead.
pub const AHEAD: usize = 7;
/// Tickets as usual that today's tempo is mixed with, so that a few early birds do not make a rush.
const USUAL: f64 = 20.0;
/// What a slot of today weighs against the next: after two hours a third is left.
const FADES: f64 = 0.959;
/// Standard deviations on each side that hold 80 of 100.
const SIDES: f64 = 1.2816;

/// Visitors with an appointment: the minute of the day and how many.
pub type Appointments = [(u16, u32)];

/// Arrivals to expect in five minutes, as an 80 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// From this minute of the day …
    pub from_min: u32,
    /// … to before this one.
    pub to_min: u32,
    /// In one case of ten fewer come.
    pub low: u32,
    /// As often more as fewer.
    pub median: u32,
    /// In one case of ten more come.
    pub high: u32,
    /// The mean, unrounded: what queues are reckoned with, since in five minutes there may be less than one.
    pub mean: f64,
}

/// How busy today has been against the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    came: f64,
    usual: f64,
}

impl Progress {
    /// A slot is over in which so many came, where so many are usual.
    pub(super) fn passed(&mut self, came: f64, usual: f64) {
        self.came = self.came * FADES + came;
        self.usual = self.usual * FADES + usual;
    }

    /// What to multiply the usual with.
    pub(super) fn factor(&self) -> f64 {
        ((self.came + USUAL) / (self.usual + USUAL)).clamp(0.25, 4.0)
    }
}

/// Tickets to expect in each slot of five minutes from the next one on, up to 40 minutes ahead and not past midnight.
///
/// `tickets` are the tickets issued so far, without those of appointments if these are given apart; `cars` those that came in,
/// of all lots together, which may be empty. `appointments` of other times are ignored. Times are of the calendar day `today`,
/// which is of this kind. Empty until a day of this kind is known. Takes some milliseconds, since it learns from all kept days.
pub fn expected_arrivals(
    tickets: &Arrivals,
    cars: &Arrivals,
    appointments: &Appointments,
    today: Date,
    kind: DayKind,
    minute_now: u16,
) -> Vec<Slot> {
    let Some(habit) = tickets.habit(today, kind) else { return Vec::new() };
    let Some(usual) = habit.usual(today) else { return Vec::new() };
    let now = usize::from(minute_now / SLOT_MIN);
    let mut progress = Progress::default();
    for (slot, usual) in usual.iter().enumerate().take(now) {
        if let Some(count) = tickets.count(today, slot) {
            progress.passed(f64::from(count), *usual);
        }
    }
    let car_habit = cars.habit(today, kind);
    let lead = Lead::learn(tickets, &habit, cars, car_habit.as_ref());
    let mut surplus = car_habit.and_then(|habit| habit.usual(today)).map(|usual| (surplus(cars, today, &usual), usual));
    if let Some((surplus, usual)) = &mut surplus {
        // The slot under way has had only part of its time.
        let left = 1.0 - (f64::from(minute_now % SLOT_MIN) + 0.5) / f64::from(SLOT_MIN);
        if let (Some(surplus), Some(usual), Some(_)) = (surplus.get_mut(now), usual.get(now), cars.count(today, now)) {
            *surplus += usual * left;
        }
        surplus.iter_mut().skip(now + 1).for_each(|later| *later = 0.0);
    }
    let slot = |ahead: usize| {
        let slot = now + ahead;
        let before = std::array::from_fn::<f64, { LONGEST + 1 }, _>(|lag| {
            let cars = surplus.as_ref().zip(slot.checked_sub(lag));
            cars.and_then(|((surplus, _), slot)| surplus.get(slot)).copied().unwrap_or_default()
        });
        let walk_in = (progress.factor() * usual[slot] + lead.brought(ahead, &before)).max(0.0);
        let from_min = slot as u32 * u32::from(SLOT_MIN);
        let to_min = from_min + u32::from(SLOT_MIN);
        let booked = appointments.iter().filter(|(at, _)| (from_min..to_min).contains(&u32::from(*at)));
        interval(from_min, to_min, walk_in, booked.map(|(_, count)| f64::from(*count)).sum(), lead.spread)
    };
    (1..=AHEAD).take_while(|ahead| now + ahead < SLOTS).map(slot).collect()
}

/// An interval of counts: roots of counts scatter alike, however many there are.
fn interval(from_min: u32, to_min: u32, walk_in: f64, booked: f64, spread: f64) -> Slot {
    const SHIFT: f64 = 3.0 / 8.0;
    let mean = walk_in + booked;
    // Of the booked, some come early or late, by pure chance.
    let spread = (walk_in * spread + booked) / mean.max(f64::MIN_POSITIVE);
    let root = (mean + SHIFT).sqrt();
    let side = SIDES * spread.sqrt() / 2.0;
    let count = |root: f64| (root.max(0.0).powi(2) - SHIFT).max(0.0);
    let low = count(root - side).round() as u32;
    let median = (mean.round() as u32).max(low);
    Slot { from_min, to_min, low, median, high: (count(root + side).round() as u32).max(median), mean }
}
