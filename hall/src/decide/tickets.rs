//! Issuing, leaving, printing again.

use super::{Decision, why};
use crate::class::Class;
use crate::command::Issue;
use crate::event::Event;
use crate::ids::TicketId;
use crate::number::Number;
use crate::print::PrintState;
use crate::refusal::Refusal;
use crate::role::Act;
use crate::routing::RuleName;
use crate::ticket::Stage;

/// Longest text that a clerk or guide may leave with an event, in characters.
pub const MAX_TEXT: usize = 200;

pub(super) fn check_text(what: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length == 0 || length > MAX_TEXT {
        return Err(Refusal::Invalid(format!("{what} must have 1 to {MAX_TEXT} characters, it has {length}")));
    }
    if text.chars().any(char::is_control) {
        return Err(Refusal::Invalid(format!("{what} must not contain control characters")));
    }
    Ok(())
}

impl Decision<'_> {
    pub(super) fn issue(&self, issue: &Issue) -> Result<Vec<Event>, Refusal> {
        let actor = self.context.actor;
        self.permit(Act::Issue, "this token may not issue tickets")?;
        if issue.class == Class::Green && !actor.may(Act::IssueGreen) {
            return Err(Refusal::class(issue.class));
        }
        let settings = self.state.settings().ok_or(Refusal::NotConfigured)?;
        let service_index = self.state.service_index(&issue.service)?;
        let hours = settings.hours();
        if !hours.is_open(self.at) && !actor.may(Act::IssueOutsideHours) {
            return Err(Refusal::ServiceClosed {
                open: settings.hall().open.clone(),
                close: settings.hall().close.clone(),
            });
        }
        if let Some(reason) = &issue.reason {
            check_text("reason", reason)?;
        }
        if let Some(source) = &issue.source {
            check_text("source", source)?;
        }
        if let Some(printer) = &issue.printer {
            check_text("printer", printer)?;
        }
        let entry = &self.state.catalogue.services[usize::from(service_index)];
        match issue.person {
            None if entry.service.real_name => {
                return Err(Refusal::Invalid(format!("service {} needs a person", issue.service.as_str())));
            }
            Some(person) => {
                if let Some(held) = self.state.held_by(person, service_index) {
                    return Err(Refusal::AlreadyWaiting { ticket: held.id, number: held.number });
                }
            }
            None => {}
        }
        if self.state.ticket(issue.ticket).is_some() {
            return Err(Refusal::Invalid("this ticket id is taken".into()));
        }
        let day = self.state.day();
        let last = day.and_then(|day| day.last_numbers.get(&entry.series)).copied().unwrap_or(0);
        let number = Number { series: entry.series, count: last + 1 };
        let mut events = vec![Event::TicketIssued {
            ticket: issue.ticket,
            number,
            service: issue.service.clone(),
            class: issue.class,
            reason: issue.reason.clone(),
            person: issue.person,
            vehicle: issue.vehicle,
            source: issue.source.clone(),
            business_date: day.map_or_else(|| hours.business_date(self.at), |day| day.date),
            promised: issue.estimate,
        }];
        if let Some(printer) = &issue.printer {
            events.push(Event::TicketPrinted {
                ticket: issue.ticket,
                copy: 0,
                state: PrintState::Printing,
                printer: Some(printer.clone()),
            });
        }
        if let Some(window) = self.ready_window(service_index, None) {
            events.push(Event::TicketCalled {
                ticket: issue.ticket,
                window: window.number,
                call: self.call(&events),
                why: why(RuleName::ReadyWindow, 0, 1, None),
            });
        }
        Ok(events)
    }

    pub(super) fn leave(&self, id: TicketId) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Ticket, "this token may not act on tickets")?;
        let ticket = self.state.find(crate::command::TicketRef::Id(id))?;
        ticket.stage.leave(self.at)?;
        Ok(vec![Event::TicketLeft { ticket: id }])
    }

    pub(super) fn reprint(&self, id: TicketId, printer: Option<&str>) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Reprint, "this token may not print tickets")?;
        let ticket = self.state.find(crate::command::TicketRef::Id(id))?;
        if let Some(printer) = printer {
            check_text("printer", printer)?;
        }
        if !ticket.stage.is_active() && !matches!(ticket.stage, Stage::Missed { .. }) {
            return Err(Refusal::TicketNotWaiting { state: ticket.stage.name() });
        }
        Ok(vec![Event::TicketPrinted {
            ticket: id,
            copy: ticket.print.copies + 1,
            state: PrintState::Printing,
            printer: printer.map(str::to_owned),
        }])
    }

    /// What a printer says of a copy; nothing when that is known or no longer matters.
    pub(super) fn printed(&self, id: TicketId, copy: u32, state: PrintState) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Reprint, "this token may not print tickets")?;
        let print = &self.state.find(crate::command::TicketRef::Id(id))?.print;
        if !print.report(copy, state)? {
            return Ok(Vec::new());
        }
        Ok(vec![Event::TicketPrinted { ticket: id, copy, state, printer: print.printer.clone() }])
    }
}
