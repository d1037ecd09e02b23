//! What a day came to, in the figures of the contract.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Visit;
use crate::estimate::Interval;

/// What became of one visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Code of his service.
    pub service: String,
    /// Name of his class.
    pub class: &'static str,
    /// His number.
    pub number: Option<String>,
    /// Where he was called.
    pub window: Option<u16>,
    /// Milliseconds until he was called.
    pub wait_ms: Option<i64>,
    /// How often a window got him; more than once is a fault.
    pub calls: u32,
    /// He gave up.
    pub left: bool,
    /// What he was told when he came.
    pub promised: Option<Interval>,
}

impl Outcome {
    /// A visitor who has not come yet.
    pub fn of(visit: &Visit) -> Self {
        Self {
            service: visit.service.as_str().to_owned(),
            class: visit.class.name(),
            number: None,
            window: None,
            wait_ms: None,
            calls: 0,
            left: false,
            promised: None,
        }
    }
}

/// Waiting times of the served, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half waited no longer.
    pub p50: f64,
    /// Nineteen of twenty waited no longer.
    pub p95: f64,
    /// Nobody waited longer.
    pub max: f64,
}

/// The figures of some of the visitors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Tickets issued.
    pub tickets: usize,
    /// Visitors who were called.
    pub served: usize,
    /// Visitors who gave up.
    pub left: usize,
    /// Waits of the served.
    pub wait_s: Waits,
}

/// How good the estimates were that visitors got when they came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Mean absolute error of the median, in seconds.
    pub mae_s: f64,
    /// Share of the waits inside their 80 % interval.
    pub coverage_80: f64,
}

/// A day in figures (contract, "Summary of `replay` and `simulate`").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Tickets issued.
    pub tickets: usize,
    /// Visitors who were called.
    pub served: usize,
    /// Visitors who gave up.
    pub left: usize,
    /// Different numbers among the tickets.
    pub distinct_numbers: usize,
    /// Visitors whom more than one call reached.
    pub double_calls: usize,
    /// Windows that called somebody.
    pub windows_used: usize,
    /// Waits of the served.
    pub wait_s: Waits,
    /// The same for each class.
    pub by_class: BTreeMap<String, Group>,
    /// The same for each service.
    pub by_service: BTreeMap<String, Group>,
    /// How good the estimates were, where there were any.
    pub eta: Option<Accuracy>,
    /// Seconds it took to find this out.
    pub wall_s: f64,
}

impl Summary {
    /// Adds up a day.
    pub fn of(outcomes: &[Outcome], with_eta: bool, wall_s: f64) -> Self {
        let issued = || outcomes.iter().filter(|outcome| outcome.number.is_some());
        let group = |of: &dyn Fn(&Outcome) -> &str| {
            let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
            for outcome in issued() {
                groups.entry(of(outcome).to_owned()).or_default().push(outcome);
            }
            groups.into_iter().map(|(name, members)| (name, Group::of(&members))).collect()
        };
        let all = Group::of(&issued().collect::<Vec<_>>());
        Self {
            tickets: all.tickets,
            served: all.served,
            left: all.left,
            distinct_numbers: issued().filter_map(|outcome| outcome.number.as_ref()).collect::<HashSet<_>>().len(),
            double_calls: outcomes.iter().filter(|outcome| outcome.calls > 1).count(),
            windows_used: outcomes.iter().filter_map(|outcome| outcome.window).collect::<HashSet<_>>().len(),
            wait_s: all.wait_s,
            by_class: group(&|outcome| outcome.class),
            by_service: group(&|outcome| &outcome.service),
            eta: if with_eta { Accuracy::of(outcomes) } else { None },
            wall_s,
        }
    }
}

impl Group {
    fn of(members: &[&Outcome]) -> Self {
        let mut waits: Vec<i64> = members.iter().filter_map(|outcome| outcome.wait_ms).collect();
        waits.sort_unstable();
        Self {
            tickets: members.len(),
            served: waits.len(),
            left: members.iter().filter(|outcome| outcome.left).count(),
            wait_s: Waits::of(&waits),
        }
    }
}

impl Waits {
    /// Figures of sorted waits in milliseconds.
    fn of(sorted_ms: &[i64]) -> Self {
        if sorted_ms.is_empty() {
            return Self::default();
        }
        let seconds = |ms: i64| ms as f64 / 1000.0;
        // Nearest rank: a wait that somebody really had.
        let rank = |percent: usize| seconds(sorted_ms[(sorted_ms.len() * percent).div_ceil(100).max(1) - 1]);
        let mean = seconds(sorted_ms.iter().sum::<i64>()) / sorted_ms.len() as f64;
        Self { mean, p50: rank(50), p95: rank(95), max: rank(100) }
    }
}

impl Accuracy {
    fn of(outcomes: &[Outcome]) -> Option<Self> {
        let told: Vec<_> =
            outcomes.iter().filter_map(|outcome| Some((outcome.promised?, outcome.wait_ms? as f64 / 1000.0))).collect();
        if told.is_empty() {
            return None;
        }
        let count = told.len() as f64;
        let error: f64 = told.iter().map(|(promised, wait)| (f64::from(promised.median_s) - wait).abs()).sum();
        let held = told
            .iter()
            .filter(|(promised, wait)| {
                // Whole seconds: an interval of 10 to 12 s holds a wait of 12.9 s.
                (f64::from(promised.low_s)..=f64::from(promised.high_s)).contains(&wait.floor())
            })
            .count();
        Some(Self { mae_s: error / count, coverage_80: held as f64 / count })
    }
}
