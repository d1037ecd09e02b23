//! The rows of tickets that a batch changes, worked out from the states before and after it.

use std::collections::HashMap;

use hall::event::{Event, Record};
use hall::ids::TicketId;
use hall::{State, Ticket};
use store::TicketRow;

/// One row for each ticket that the batch touched, as it leaves it.
pub fn of_batch(before: &State, after: &State, records: &[Record]) -> Vec<TicketRow> {
    let mut touched: Vec<TicketId> = Vec::new();
    let mut closed: HashMap<TicketId, TicketRow> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        touched.extend(record.event.ticket());
        if matches!(record.event, Event::DayClosed { .. }) {
            // The close of a day ends every open visit without an event of its own, and the state forgets them. It comes
            // first in a batch, so that `before` still has them; where it does not, the batch is replayed up to it.
            let mut at_close = before.clone();
            for earlier in &records[..index] {
                let _ = at_close.apply(earlier);
            }
            for ticket in at_close.tickets() {
                closed.insert(ticket.id, close_of_day(ticket, record));
            }
        }
    }
    touched.sort_unstable();
    touched.dedup();
    let mut rows: HashMap<TicketId, TicketRow> = closed;
    for id in touched {
        if let Some(ticket) = after.ticket(id) {
            rows.insert(id, TicketRow::of(ticket));
        }
    }
    let mut rows: Vec<TicketRow> = rows.into_values().collect();
    rows.sort_unstable_by_key(|row| row.id);
    rows
}

fn close_of_day(ticket: &Ticket, record: &Record) -> TicketRow {
    let mut closed = ticket.clone();
    closed.stage = ticket.stage.close_of_day(record.at);
    TicketRow::of(&closed)
}

/// Every row of a whole log, in order of id.
#[derive(Debug, Default)]
pub struct Rebuilt {
    state: State,
    rows: std::collections::BTreeMap<uuid::Uuid, TicketRow>,
}

impl Rebuilt {
    /// The state after the events so far.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes one event in.
    pub fn apply(&mut self, record: &Record) -> Result<(), hall::state::Contradiction> {
        if matches!(record.event, Event::DayClosed { .. }) {
            for ticket in self.state.tickets() {
                self.rows.insert(ticket.id.0, close_of_day(ticket, record));
            }
        }
        self.state.apply(record)?;
        if let Some(ticket) = record.event.ticket().and_then(|id| self.state.ticket(id)) {
            self.rows.insert(ticket.id.0, TicketRow::of(ticket));
        }
        Ok(())
    }

    /// The rows.
    pub fn into_rows(self) -> Vec<TicketRow> {
        self.rows.into_values().collect()
    }
}
