//! A day as an earlier system recorded it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::parking::forecast::SLOTS;

/// In steps of five minutes from midnight; a list is as long as what is known of the day, at most 288.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DayRecord {
    /// Tickets that were issued in each step.
    pub tickets: Vec<u16>,
    /// Cars that came in, in each step.
    pub cars: Vec<u16>,
    /// Cars that stood on the ordinary bays of a lot, by its code, at the begin of each step.
    pub lots: BTreeMap<String, Vec<u16>>,
}

impl DayRecord {
    /// Whether no list is longer than a day.
    pub fn fits(&self) -> bool {
        let mut lists = [&self.tickets, &self.cars].into_iter().chain(self.lots.values());
        lists.all(|list| list.len() <= SLOTS) && self.lots.len() <= crate::settings::lots::MAX_LOTS
    }
}
