//! What is to be expected of the next hour, worked out from a state in the background: a table that answers read.

use std::collections::BTreeMap;

use super::{Advice, Point, Slot, advice, can_serve, expected_arrivals, outlook};
use crate::estimate::Estimator;
use crate::parking::forecast::{Expected, Full, Now, SLOT_MIN, forecast, time_to_full};
use crate::parking::{Bay, Counted};
use crate::settings::Service;
use crate::state::State;
use crate::time::{Local, Moment};
use crate::window::Window;

/// Free places are foreseen for so many minutes ahead.
pub const AHEAD_MIN: [u32; 3] = [15, 30, 60];
/// Cars of so many slots are told beside what is usual: a quarter of an hour.
const LATELY: u16 = 3;
const MINUTE_MS: i64 = 60_000;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Foresight {
    lots: BTreeMap<String, LotOutlook>,
    crowd: Option<Crowd>,
}

/// What is expected of a car park: of its ordinary bays.
#[derive(Debug, Clone, PartialEq)]
pub struct LotOutlook {
    /// Cars that will stand there in so many minutes.
    pub expected: Vec<(u32, Expected)>,
    /// When it will probably be full, when that is soon.
    pub full_at: Option<Moment>,
}

/// The crowd that is coming, and the windows against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    /// The begin of today's minute 0, by which the minutes of the rest are moments.
    midnight: Moment,
    /// Who will come, slot by slot, and the queue at the end of each; none until a day is known.
    pub slots: Vec<(Slot, Point)>,
    /// Cars that came within a quarter of an hour …
    pub cars: u32,
    /// … and how many usually come within this one.
    pub cars_usual: Option<u32>,
    /// People who wait now.
    pub waiting: u32,
    /// Windows that are open now.
    pub open_windows: u32,
    /// What to do.
    pub advice: Option<Advice>,
}

impl Crowd {
    /// When a minute of the day is.
    pub fn moment(&self, minute: u32) -> Moment {
        self.midnight.plus_ms(i64::from(minute) * MINUTE_MS)
    }
}

impl Foresight {
    /// Looks ahead from `state` at `now`, with the service times that were learned.
    pub fn of(state: &State, learned: &Estimator, now: Moment) -> Self {
        let now = now.max(state.at());
        let Some(settings) = state.settings() else { return Self::default() };
        let local = settings.hours().local(now);
        let mut lots = BTreeMap::new();
        for (section, lot) in state.lots() {
            let here = Now {
                day: local.date,
                kind: local.kind,
                minute: local.minute,
                occupied: lot.likely(settings.hours(), now, &Counted::Class(Bay::Ordinary)),
                capacity: section.capacity.ordinary,
            };
            let ahead = AHEAD_MIN.into_iter();
            let expected = ahead.filter_map(|ahead| Some((ahead, forecast(lot.history(), &here, ahead)?))).collect();
            let full_at = match time_to_full(lot.history(), &here) {
                Some(Full::In(minutes)) => Some(now.plus_ms(i64::from(minutes) * MINUTE_MS)),
                _ => None,
            };
            lots.insert(section.code.clone(), LotOutlook { expected, full_at });
        }
        Self { lots, crowd: Some(crowd(state, learned, now, local)) }
    }

    /// What is expected of a car park.
    pub fn lot(&self, code: &str) -> Option<&LotOutlook> {
        self.lots.get(code)
    }

    /// The crowd that is coming.
    pub fn crowd(&self) -> Option<&Crowd> {
        self.crowd.as_ref()
    }
}

fn crowd(state: &State, learned: &Estimator, now: Moment, local: Local) -> Crowd {
    let (tickets, cars) = state.arrivals();
    let expected =
        expected_arrivals(tickets, cars, state.appointments(local.date), local.date, local.kind, local.minute);
    let open: Vec<f64> =
        state.windows().filter(|window| window.is_open()).map(|it| mean_s(state, learned, it)).collect();
    let waiting = state.counts().waiting;
    let ahead = outlook(waiting, &expected, can_serve(open.iter().copied()));
    // A window more would be one like those that are open, or, where none is, like those there are.
    let like: Vec<f64> = if open.is_empty() {
        state.windows().map(|window| mean_s(state, learned, window)).collect()
    } else {
        open.clone()
    };
    let mean = like.iter().sum::<f64>() / like.len().max(1) as f64;
    let slot = local.minute / SLOT_MIN;
    let lately = slot.saturating_sub(LATELY)..slot;
    let usual = cars.habit(local.date, local.kind).and_then(|habit| habit.usual(local.date));
    let minute = now.0.div_euclid(MINUTE_MS) * MINUTE_MS;
    Crowd {
        midnight: Moment(minute - i64::from(local.minute) * MINUTE_MS),
        advice: advice(&ahead, mean, u32::from(local.minute)),
        slots: expected.into_iter().zip(ahead.points).collect(),
        cars: lately.clone().filter_map(|slot| cars.count(local.date, usize::from(slot))).sum(),
        cars_usual: usual
            .map(|usual| lately.filter_map(|slot| usual.get(usize::from(slot))).sum::<f64>().round() as u32),
        waiting,
        open_windows: open.len() as u32,
    }
}

/// Seconds that a visitor takes at a window on average: of its services the more of today's tickets they have.
fn mean_s(state: &State, learned: &Estimator, window: &Window) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (service, issued) in state.serves(window) {
        let share = f64::from(issued) + 1.0;
        sum += share * learned_s(learned, service);
        weight += share;
    }
    if weight > 0.0 { sum / weight } else { f64::INFINITY }
}

fn learned_s(learned: &Estimator, service: &Service) -> f64 {
    learned.mean_s(&service.code, service.expected_service_s)
}
