//! Estimates of the wait, as intervals.
//!
//! They look ahead with the routing rules themselves: from the present lines and windows the day is played on some
//! dozens of times with service times learned today. A *probe* stands at the end of every line and takes no service, so
//! all lines are asked in one go. Nobody who comes later is foreseen: who may overtake makes an estimate too short, and
//! the calibration widens the intervals until eight of ten hold.
//!
//! Never on the path of an answer: a background task refreshes the [`Table`], and issuing reads it.

pub mod foresight;
mod look_ahead;
mod random;

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

pub use random::Random;

use crate::class::Class;
use crate::event::{Event, Record};
use crate::ids::TicketId;
use crate::settings::ServiceCode;
use crate::state::State;
use crate::time::Moment;

/// An 80 % interval of seconds still to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// One in ten waits less.
    pub low_s: u32,
    /// Half wait less.
    pub median_s: u32,
    /// One in ten waits more.
    pub high_s: u32,
}

/// The estimates of one moment. What is missing is not known: no open window serves it.
#[derive(Debug, Clone, Default)]
pub struct Table {
    fresh: HashMap<(ServiceCode, Class), Interval>,
    waiting: HashMap<TicketId, Interval>,
}

impl Table {
    /// The wait of somebody who takes a ticket now.
    pub fn fresh(&self, service: &ServiceCode, class: Class) -> Option<Interval> {
        self.fresh.get(&(service.clone(), look_ahead::stand_in(class))).copied()
    }

    /// The wait that a waiting ticket still has before it.
    pub fn waiting(&self, ticket: TicketId) -> Option<Interval> {
        self.waiting.get(&ticket).copied()
    }
}

/// How many service times of a service are kept.
const KEPT: usize = 64;
/// How many times the day is played on for one table.
const PLAYS: usize = 32;
/// How fast the calibration follows.
const PACE: f64 = 0.1;
/// How many of today's service times weigh as much as the expected one.
const PRIOR: u64 = 8;
/// Spread of the logarithm of service times.
const SIGMA: f64 = 0.94;

/// What has been learned of service times, and how well the intervals held.
#[derive(Debug, Clone, Default)]
pub struct Estimator {
    service_ms: HashMap<ServiceCode, VecDeque<i64>>,
    calibration: Calibration,
}

impl Estimator {
    /// Learns from an event that `state` has applied.
    pub fn observe(&mut self, state: &State, record: &Record) {
        let Some(ticket) = record.event.ticket().and_then(|id| state.ticket(id)) else { return };
        match &record.event {
            Event::TicketFinished { .. } => {
                if let crate::ticket::Stage::Done { at, started_at, .. } = ticket.stage {
                    let kept = self.service_ms.entry(ticket.service.clone()).or_default();
                    kept.push_back(at.since(started_at));
                    if kept.len() > KEPT {
                        kept.pop_front();
                    }
                }
            }
            Event::TicketCalled { .. } if ticket.called_at == Some(record.at) => {
                if let Some(promised) = ticket.promised {
                    self.calibration.learn(promised, record.at.since(ticket.issued_at) / 1000);
                }
            }
            _ => {}
        }
    }

    /// Seconds that somebody takes at a window for a service, on average: of those seen, and of what was expected before.
    pub fn mean_s(&self, service: &ServiceCode, expected_s: u32) -> f64 {
        let kept = self.service_ms.get(service);
        let (sum, seen) = kept.map_or((0, 0), |kept| (kept.iter().sum::<i64>(), kept.len()));
        (sum as f64 / 1000.0 + f64::from(expected_s) * PRIOR as f64) / (seen as f64 + PRIOR as f64)
    }

    /// Looks ahead from `state` at `now`. The same arguments give the same table.
    pub fn refresh(&self, state: &State, now: Moment, seed: u64) -> Table {
        let mut random = Random::new(seed);
        let mut samples = look_ahead::Samples::default();
        for _ in 0..PLAYS {
            look_ahead::play(state, now, self, &mut random, &mut samples);
        }
        let mut table = Table::default();
        for (key, mut waits) in samples.fresh {
            table.fresh.insert(key, self.interval(&mut waits));
        }
        for (slot, mut waits) in samples.waiting {
            table.waiting.insert(state.tickets()[slot as usize].id, self.interval(&mut waits));
        }
        table
    }

    fn interval(&self, waits: &mut [i64]) -> Interval {
        waits.sort_unstable();
        let quantile = |tenths: usize| waits[(waits.len() - 1) * tenths / 10] as f64 / 1000.0;
        self.calibration.interval(quantile(1), quantile(5), quantile(9))
    }

    /// A service time: one of those seen today, or one of the law that halls show (lognormal, sigma 0.94) around what
    /// the settings expect, the more often the fewer were seen.
    fn sample_ms(&self, service: &ServiceCode, expected_s: u32, random: &mut Random) -> i64 {
        if let Some(kept) = self.service_ms.get(service) {
            let pick = random.below(kept.len() as u64 + PRIOR);
            if let Some(seen) = kept.get(pick as usize) {
                return *seen;
            }
        }
        let factor = (SIGMA * random.normal() - SIGMA * SIGMA / 2.0).exp();
        (f64::from(expected_s) * 1000.0 * factor) as i64
    }
}

/// How much the two halves of the intervals have to be stretched so that they hold: logarithms of factors.
#[derive(Debug, Clone, Copy, Default)]
struct Calibration {
    below: f64,
    above: f64,
}

impl Calibration {
    /// Adaptive conformal prediction for each end: a miss widens it nine times as much as a hit narrows it, so that in
    /// the long run one in ten waits less and one in ten waits more.
    fn learn(&mut self, promised: Interval, actual_s: i64) {
        // Nobody waited and nobody was told to: says nothing about the width.
        if promised.high_s == 0 && actual_s == 0 {
            return;
        }
        let step = |end: &mut f64, missed: bool| {
            *end = (*end + if missed { 0.9 * PACE } else { -0.1 * PACE }).clamp(-1.5, 2.0);
        };
        step(&mut self.below, actual_s < i64::from(promised.low_s));
        step(&mut self.above, actual_s > i64::from(promised.high_s));
    }

    fn interval(self, low: f64, median: f64, high: f64) -> Interval {
        let seconds = |value: f64| value.clamp(0.0, f64::from(u32::MAX)) as u32;
        Interval {
            low_s: seconds((median - (median - low) * self.below.exp()).floor()),
            median_s: seconds(median.round()),
            high_s: seconds((median + (high - median) * self.above.exp()).ceil()),
        }
    }
}
