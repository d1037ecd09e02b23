//! What is to be expected of the next hour, worked out from a state in the background: a table that answers read.

use std::collections::BTreeMap;

use crate::parking::forecast::{Expected, Full, Now, forecast, time_to_full};
use crate::parking::{Bay, Counted};
use crate::state::State;
use crate::time::Moment;

/// Free places are foreseen for so many minutes ahead.
pub const AHEAD_MIN: [u32; 3] = [15, 30, 60];

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outlook {
    lots: BTreeMap<String, LotOutlook>,
}

/// What is expected of a car park: of its ordinary bays.
#[derive(Debug, Clone, PartialEq)]
pub struct LotOutlook {
    /// Cars that will stand there in so many minutes.
    pub expected: Vec<(u32, Expected)>,
    /// When it will probably be full, when that is soon.
    pub full_at: Option<Moment>,
}

impl Outlook {
    /// Looks ahead from `state` at `now`.
    pub fn of(state: &State, now: Moment) -> Self {
        let now = now.max(state.at());
        let Some(settings) = state.settings() else { return Self::default() };
        let local = settings.hours().local(now);
        let mut lots = BTreeMap::new();
        for (section, lot) in state.lots() {
            let here = Now {
                day: local.date,
                kind: local.kind,
                minute: local.minute,
                occupied: lot.occupied(&Counted::Class(Bay::Ordinary)),
                capacity: section.capacity.ordinary,
            };
            let expected = AHEAD_MIN.into_iter();
            let expected = expected.filter_map(|ahead| Some((ahead, forecast(lot.history(), &here, ahead)?))).collect();
            let full_at = match time_to_full(lot.history(), &here) {
                Some(Full::In(minutes)) => Some(now.plus_ms(i64::from(minutes) * 60_000)),
                _ => None,
            };
            lots.insert(section.code.clone(), LotOutlook { expected, full_at });
        }
        Self { lots }
    }

    /// What is expected of a car park.
    pub fn lot(&self, code: &str) -> Option<&LotOutlook> {
        self.lots.get(code)
    }
}
