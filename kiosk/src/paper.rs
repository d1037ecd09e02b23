//! The paper of a ticket: the hall's template, or the plain one, with what this kiosk knows of the visit.

use hall::settings::ticket::TicketTemplate;
use locales::Faulty;
use protocol::Text;
use protocol::bridge::Paper;
use protocol::kiosk::Place;
use ticket::{Setter, Values};

use crate::errand::Copy;

/// Letters a line of the paper: 48 or 42 on 80 mm, 32 on 58 mm. A Chinese character takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(pub usize);

/// Lays tickets out.
#[derive(Debug, Clone)]
pub struct Printer {
    setter: Setter,
    columns: Columns,
}

/// What a ticket says besides itself.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What the hall is called.
    pub hall: Text,
    /// What stands on its tickets, where it says so.
    pub template: Option<TicketTemplate>,
    /// What people read for the service.
    pub service: Text,
    /// Where it is served.
    pub place: Place,
    /// The hall's time now, RFC 3339.
    pub now: Option<String>,
}

impl Printer {
    /// For paper of this width.
    pub fn new(columns: Columns) -> Result<Self, Faulty> {
        Ok(Self { setter: Setter::new()?, columns })
    }

    /// What stands in the log as the reason of class `elder`.
    pub fn elder_reason(&self) -> String {
        self.setter.elder_reason()
    }

    /// The page for a copy.
    pub fn paper(&self, copy: &Copy, facts: &Facts) -> Paper {
        let ticket = &copy.ticket;
        let values = Values {
            hall: facts.hall.clone(),
            service: facts.service.clone(),
            place: facts.place.clone(),
            number: ticket.number.clone(),
            class: ticket.class.clone(),
            ahead: ticket.ahead,
            eta: ticket.eta.clone(),
            business_date: ticket.business_date.clone(),
            issued_at: ticket.issued_at.clone(),
            link: ticket.link.clone(),
            copy: copy.copy,
            printed_at: facts.now.clone().unwrap_or_else(|| ticket.issued_at.clone()),
        };
        let plain = TicketTemplate::plain();
        self.setter.set(facts.template.as_ref().unwrap_or(&plain), &values, self.columns.0).paper()
    }
}

#[cfg(test)]
mod tests;
