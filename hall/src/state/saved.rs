//! A state as it is kept in a snapshot, so that a restart does not replay every day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Catalogue, Day, Remembered, State};
use crate::estimate::foresight::Arrivals;
use crate::ids::CommandId;
use crate::parking::Lot;
use crate::settings::Settings;
use crate::ticket::{Stage, Ticket};
use crate::time::Moment;
use crate::window::{Window, WindowState};

/// The form of [`Saved`]; a snapshot of another form is ignored and the log replayed instead.
pub const SAVED_FORMAT: u32 = 3;

/// What cannot be worked out again from the rest of a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    seq: u64,
    at: Moment,
    settings: Option<Settings>,
    catalogue: Catalogue,
    day: Option<Day>,
    tickets: Vec<Ticket>,
    windows: Vec<Window>,
    remembered: Vec<(CommandId, Remembered)>,
    tallies: Vec<[u32; 3]>,
    lots: BTreeMap<String, Lot>,
    configured_at: Moment,
    tickets_issued: Arrivals,
    cars_in: Arrivals,
    appointments: BTreeMap<Date, Vec<(u16, u32)>>,
    noted: i64,
}

impl From<&State> for Saved {
    fn from(state: &State) -> Self {
        let mut remembered: Vec<_> =
            state.remembered.iter().map(|(id, remembered)| (*id, remembered.clone())).collect();
        remembered.sort_by_key(|(id, _)| *id);
        Self {
            seq: state.seq,
            at: state.at,
            settings: state.settings.clone(),
            catalogue: state.catalogue.clone(),
            day: state.day.clone(),
            tickets: state.tickets.clone(),
            windows: state.windows.values().cloned().collect(),
            remembered,
            tallies: state.tallies.iter().map(|tally| [tally.issued, tally.served, tally.left]).collect(),
            lots: state.lots.clone(),
            configured_at: state.configured_at,
            tickets_issued: state.tickets_issued.clone(),
            cars_in: state.cars_in.clone(),
            appointments: state.appointments.clone(),
            noted: state.noted,
        }
    }
}

impl From<Saved> for State {
    fn from(saved: Saved) -> Self {
        let mut state = Self {
            seq: saved.seq,
            at: saved.at,
            settings: saved.settings,
            catalogue: saved.catalogue,
            day: saved.day,
            windows: saved.windows.into_iter().map(|window| (window.number, window)).collect(),
            remembered: saved.remembered.into_iter().collect(),
            lots: saved.lots,
            configured_at: saved.configured_at,
            tickets_issued: saved.tickets_issued,
            cars_in: saved.cars_in,
            appointments: saved.appointments,
            noted: saved.noted,
            tallies: saved
                .tallies
                .into_iter()
                .map(|[issued, served, left]| super::Tally { issued, served, left })
                .collect(),
            ..Self::default()
        };
        state.catalogue.index();
        for window in state.windows.values() {
            if let WindowState::Ready { since } = window.state {
                state.ready.insert((since, window.number));
            }
        }
        for ticket in saved.tickets {
            state.add_ticket(ticket);
        }
        state
    }
}

impl Catalogue {
    pub(super) fn index(&mut self) {
        self.by_code =
            self.services.iter().enumerate().map(|(index, entry)| (entry.service.code.clone(), index as u16)).collect();
    }
}

impl State {
    /// Enters a ticket in every index, at the stage it has.
    pub(super) fn add_ticket(&mut self, ticket: Ticket) {
        let slot = self.tickets.len() as u32;
        self.by_id.insert(ticket.id, slot);
        self.by_number.insert(ticket.number, slot);
        if let (Some(person), true) = (ticket.person, ticket.stage.is_active()) {
            self.active_persons.insert((person, ticket.service_index, slot));
        }
        if let Stage::Waiting { since } = ticket.stage {
            let place = crate::routing::Place { since, slot };
            self.lines.get_mut(ticket.queue()).insert(ticket.class, place);
        }
        self.counts.issued += 1;
        *self.counts.of(&ticket.stage) += 1;
        self.tickets.push(ticket);
    }
}
