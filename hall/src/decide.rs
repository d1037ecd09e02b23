//! What a command leads to: events, or a refusal that says why not.

mod lots;
mod tickets;
mod windows;

use crate::command::{Command, Context};
use crate::event::{Event, Record};
use crate::ids::CallId;
use crate::refusal::Refusal;
use crate::role::Act;
use crate::routing::{Choice, Head, Passed, RuleName, Why};
use crate::state::{Answer, State};
use crate::ticket::Ticket;
use crate::time::Moment;
use crate::window::Window;

/// Decides one command. Changes nothing; no events means that there was nothing to change.
///
/// A business day that is over must have been closed first ([`State::day_is_over`], [`Command::CloseDay`]).
pub fn decide(state: &State, context: &Context, command: &Command) -> Result<Vec<Event>, Refusal> {
    let decision = Decision { state, at: context.at.max(state.at), context };
    match command {
        Command::Configure(settings) => {
            decision.permit(Act::Configure, "only admin and manager change the settings")?;
            if state.settings.as_ref() == Some(settings) {
                return Ok(Vec::new());
            }
            decision.settled(vec![Event::HallConfigured { settings: settings.clone() }])
        }
        Command::CloseDay => Ok(match state.day() {
            Some(day) if decision.at >= day.ends_at => {
                let mut events = vec![Event::DayClosed { date: day.date }];
                events.extend(decision.nights(day.ends_at));
                events
            }
            _ => Vec::new(),
        }),
        Command::Issue(issue) => decision.issue(issue),
        Command::Leave(ticket) => decision.leave(*ticket),
        Command::Reprint { ticket, printer } => decision.reprint(*ticket, printer.as_deref()),
        Command::Printed { ticket, copy, state } => decision.printed(*ticket, *copy, *state),
        Command::At(window, what) => decision.at_window(*window, what),
        Command::TellDay(date, record) => decision.tell_day(*date, record),
        Command::Appointments(date, slots) => decision.appointments(*date, slots),
        Command::AtLot(lot, what) => decision.at_lot(lot, what),
    }
}

/// The answer to a command that changed nothing because there was nothing to change.
pub fn unchanged(state: &State, command: &Command) -> Answer {
    use crate::command::AtWindow;
    match command {
        Command::At(number, AtWindow::Open { .. } | AtWindow::Pause { .. } | AtWindow::Close) => {
            state.window(*number).map_or(Answer::Nobody, |window| Answer::Window(Box::new(window.clone())))
        }
        Command::At(number, AtWindow::Start { .. }) => state
            .window(*number)
            .and_then(|window| state.ticket(window.state.ticket()?))
            .map_or(Answer::Nobody, |ticket| Answer::Ticket { ticket: Box::new(ticket.clone()), ahead: None }),
        Command::Printed { ticket, .. } => state.ticket(*ticket).map_or(Answer::Nobody, |ticket| Answer::Ticket {
            ahead: state.ahead(ticket),
            ticket: Box::new(ticket.clone()),
        }),
        _ => Answer::Nobody,
    }
}

/// Puts events at their place in the stream.
pub fn records(state: &State, context: &Context, events: Vec<Event>) -> Vec<Record> {
    let at = context.at.max(state.at);
    events
        .into_iter()
        .zip(state.seq + 1..)
        .map(|(event, seq)| Record {
            seq,
            at,
            command: context.command,
            actor: context.actor.id,
            key: context.key,
            event,
        })
        .collect()
}

/// One command being decided.
struct Decision<'a> {
    state: &'a State,
    at: Moment,
    context: &'a Context,
}

impl Decision<'_> {
    fn permit(&self, act: Act, refusal: &'static str) -> Result<(), Refusal> {
        if self.context.actor.may(act) { Ok(()) } else { Err(Refusal::NotAllowed(refusal)) }
    }

    /// The events, and the calls they make possible at ready windows. For the rare events after which several tickets
    /// and windows may find each other; the common ones know the one window that is concerned.
    fn settled(&self, mut events: Vec<Event>) -> Result<Vec<Event>, Refusal> {
        let mut after = self.state.clone();
        for record in records(self.state, self.context, events.clone()) {
            after.apply(&record).map_err(|contradiction| Refusal::Invalid(contradiction.to_string()))?;
        }
        let ready: Vec<u16> = after.ready.iter().map(|(_, number)| *number).collect();
        for window in ready {
            let Some((ticket, why)) = after.window(window).and_then(|window| choose(&after, self.at, window)) else {
                continue;
            };
            let event = Event::TicketCalled { ticket: ticket.id, window, call: self.call(&events), why };
            for record in records(&after, self.context, vec![event.clone()]) {
                after.apply(&record).map_err(|contradiction| Refusal::Invalid(contradiction.to_string()))?;
            }
            events.push(event);
        }
        Ok(events)
    }

    fn call(&self, events: &[Event]) -> CallId {
        let before = events.iter().filter(|event| matches!(event, Event::TicketCalled { .. })).count();
        CallId::of(self.context.command, before)
    }

    /// The ready window that takes a ticket as it joins a line: the longest ready first, then the lowest number.
    fn ready_window(&self, service: u16, sent_to: Option<u16>) -> Option<&Window> {
        self.state.ready.iter().filter_map(|(_, number)| self.state.window(*number)).find(|window| match sent_to {
            Some(number) => window.number == number,
            None => window.serves(service),
        })
    }
}

/// The ticket a window should call now, and why.
pub fn choose<'a>(state: &'a State, at: Moment, window: &Window) -> Option<(&'a Ticket, Why)> {
    let mut heads: Vec<Head> = Vec::with_capacity(64);
    state.lines.heads(window.number, &window.services, &mut heads);
    let Choice { head, rule, longest } = state.settings()?.profile().choose(at, &heads)?;
    let ticket = &state.tickets[head.place.slot as usize];
    let passed = (longest.place != head.place).then(|| {
        let passed = &state.tickets[longest.place.slot as usize];
        Passed { number: passed.number, class: passed.class, waited_s: at.since(longest.place.since) / 1000 }
    });
    Some((ticket, why(rule, at.since(head.place.since), heads.len(), passed)))
}

fn why(rule: RuleName, waited_ms: i64, lines: usize, passed: Option<Passed>) -> Why {
    Why { rule, waited_s: waited_ms / 1000, lines: lines as u32, passed }
}
