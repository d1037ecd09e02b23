//! The invariants of a hall (I1 to I13 of the reliability list, as far as one hall's stream can break them).
//!
//! [`check`] looks at everything and is for tests, `verify` and the simulator. [`check_touched`] looks at what one
//! event touched, at a cost that does not grow with the day, and runs in production: it raises an alarm and changes
//! nothing.
//!
//! I1 (nothing acknowledged is lost), I6 (same request, same answer) and I11 (a slow client delays nobody) concern the
//! shell as well and are checked where it is driven: in the simulator and in the tests with real programs.

use std::collections::{HashMap, HashSet};

use crate::event::Event;
use crate::ids::TicketId;
use crate::number::Number;
use crate::parking::sign::Said;
use crate::parking::{Counted, Lot};
use crate::routing::{Place, Queue};
use crate::settings::lots::Lot as Section;
use crate::state::{Counts, State};
use crate::ticket::{RATINGS, Stage, Ticket};
use crate::window::WindowState;

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invariant} is broken: {what}")]
pub struct Violation {
    /// `I2` … `I13`.
    pub invariant: &'static str,
    /// What was found.
    pub what: String,
}

fn broken(violations: &mut Vec<Violation>, invariant: &'static str, what: String) {
    violations.push(Violation { invariant, what });
}

/// Checks the whole state. An empty list is good news.
pub fn check(state: &State) -> Vec<Violation> {
    let mut found = Vec::new();
    check_numbers(state, &mut found);
    check_windows(state, &mut found);
    check_lines(state, &mut found);
    check_counts(state, &mut found);
    for ticket in state.tickets() {
        check_ticket(state, ticket, &mut found);
    }
    for (section, lot) in state.lots() {
        check_lot(state, section, lot, &mut found);
    }
    found
}

/// Checks what one event touched, after it was applied.
pub fn check_touched(state: &State, event: &Event) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Some(ticket) = event.ticket().and_then(|id| state.ticket(id)) {
        check_ticket(state, ticket, &mut found);
    }
    if let Some(window) = event.window().and_then(|number| state.window(number))
        && let Some(id) = window.state.ticket()
    {
        check_held(state, window.number, id, &mut found);
    }
    if let Some((section, lot)) = event.lot().and_then(|code| state.lot_with_section(code)) {
        check_signs(state, section, lot, &mut found);
    }
    let counts = state.counts();
    if sum(&counts) != counts.issued {
        broken(&mut found, "I13", format!("{counts:?} do not add up"));
    }
    found
}

/// I7: a call takes the first of its line, unless its reason is a recorded exception. `before` is the state before the
/// event.
pub fn check_order(before: &State, event: &Event) -> Vec<Violation> {
    let mut found = Vec::new();
    let Event::TicketCalled { ticket, why, .. } = event else { return found };
    let Some(ticket) = before.ticket(*ticket) else { return found };
    let Stage::Waiting { since } = ticket.stage else { return found };
    let slot = before.by_id[&ticket.id];
    let ahead = before.lines.get(ticket.queue()).map_or(0, |line| line.before(ticket.class, Place { since, slot }));
    if ahead > 0 && !why.rule.is_exception() {
        broken(&mut found, "I7", format!("{} was called before {ahead} of its own line", ticket.number));
    }
    found
}

fn check_numbers(state: &State, found: &mut Vec<Violation>) {
    let mut seen: HashMap<Number, TicketId> = HashMap::new();
    for ticket in state.tickets() {
        if let Some(other) = seen.insert(ticket.number, ticket.id) {
            broken(found, "I2", format!("{} belongs to {other} and {}", ticket.number, ticket.id));
        }
        let last = state.day().and_then(|day| day.last_numbers.get(&ticket.number.series));
        if last.is_none_or(|last| *last < ticket.number.count) {
            broken(found, "I2", format!("{} lies beyond the last number {last:?}", ticket.number));
        }
        if state.day().map(|day| day.date) != Some(ticket.business_date) {
            broken(found, "I8", format!("{} is of {}", ticket.number, ticket.business_date));
        }
    }
}

fn check_windows(state: &State, found: &mut Vec<Violation>) {
    let mut held = HashSet::new();
    let mut heads = Vec::new();
    for window in state.windows() {
        if let Some(id) = window.state.ticket() {
            if !held.insert(id) {
                broken(found, "I3", format!("ticket {id} is at two windows"));
            }
            check_held(state, window.number, id, found);
        }
        let ready_since = match window.state {
            WindowState::Ready { since } => Some(since),
            _ => None,
        };
        let listed = state.ready.iter().find(|(_, number)| *number == window.number).map(|(since, _)| *since);
        if ready_since != listed {
            broken(found, "I3", format!("window {} is ready since {ready_since:?}, listed {listed:?}", window.number));
        }
        if ready_since.is_some() {
            state.lines.heads(window.number, &window.services, &mut heads);
            if !heads.is_empty() {
                broken(found, "I7", format!("window {} is ready while somebody waits for it", window.number));
            }
        }
        for id in &window.parked {
            let here = state
                .ticket(*id)
                .is_some_and(|ticket| matches!(ticket.stage, Stage::Parked { window: at, .. } if at == window.number));
            if !here {
                broken(found, "I13", format!("ticket {id} is not parked at window {}", window.number));
            }
        }
    }
}

fn check_held(state: &State, window: u16, id: TicketId, found: &mut Vec<Violation>) {
    let call = state.ticket(id).and_then(|ticket| ticket.stage.open_call().copied());
    if call.map(|call| call.window) != Some(window) {
        broken(found, "I3", format!("window {window} has ticket {id}, whose call is {call:?}"));
    }
}

fn check_ticket(state: &State, ticket: &Ticket, found: &mut Vec<Violation>) {
    if let Some(call) = ticket.stage.open_call() {
        let at_window = state.window(call.window).and_then(|window| window.state.ticket());
        if at_window != Some(ticket.id) {
            broken(
                found,
                "I4",
                format!("{} is called to window {}, which has {at_window:?}", ticket.number, call.window),
            );
        }
        if call.since > call.at {
            broken(found, "I8", format!("{} has waited less than nothing", ticket.number));
        }
    }
    if let Stage::Waiting { since } = ticket.stage {
        let slot = state.by_id.get(&ticket.id).copied().unwrap_or(u32::MAX);
        let place = Place { since, slot };
        let here = state.lines.get(ticket.queue()).is_some_and(|line| line.contains(ticket.class, place));
        if !here {
            broken(found, "I1", format!("{} waits in no line", ticket.number));
        }
        if since > state.at() {
            broken(found, "I8", format!("{} waits since a time to come", ticket.number));
        }
        if let Queue::Window(number) = ticket.queue()
            && state.window(number).is_none_or(|window| window.state == WindowState::Closed)
        {
            broken(found, "I1", format!("{} waits for window {number}, which is closed", ticket.number));
        }
    }
    if ticket.rated.is_some_and(|level| ticket.calls == 0 || !RATINGS.contains(&level)) {
        broken(found, "I13", format!("{} is rated {:?} after {} calls", ticket.number, ticket.rated, ticket.calls));
    }
    if let Stage::Parked { window, .. } = ticket.stage
        && state.window(window).is_some_and(|window| !window.parked.contains(&ticket.id))
    {
        broken(found, "I13", format!("{} is parked at window {window}, which does not know", ticket.number));
    }
}

fn check_lines(state: &State, found: &mut Vec<Violation>) {
    let mut in_lines = 0_u32;
    for (queue, line) in state.lines.occupied() {
        for head in line.all() {
            in_lines += 1;
            let ticket = &state.tickets[head.place.slot as usize];
            let right = ticket.queue() == queue
                && ticket.class == head.class
                && ticket.stage == (Stage::Waiting { since: head.place.since });
            if !right {
                broken(found, "I13", format!("{} stands in a line that is not its own", ticket.number));
            }
        }
    }
    if in_lines != state.counts().waiting {
        broken(found, "I13", format!("{in_lines} stand in lines, {} are waiting", state.counts().waiting));
    }
}

fn check_counts(state: &State, found: &mut Vec<Violation>) {
    let mut counts = Counts { issued: state.tickets().len() as u32, ..Counts::default() };
    for ticket in state.tickets() {
        *counts.of(&ticket.stage) += 1;
    }
    if counts != state.counts() || sum(&counts) != counts.issued {
        broken(found, "I13", format!("counted {counts:?}, kept {:?}", state.counts()));
    }
    let issued: u32 = state.queues().map(|queue| queue.tally.issued).sum();
    let retired: u32 = state
        .catalogue
        .services
        .iter()
        .zip(&state.tallies)
        .filter(|(entry, _)| entry.retired)
        .map(|(_, tally)| tally.issued)
        .sum();
    if issued + retired < counts.issued {
        broken(found, "I13", format!("services issued {issued}, the hall {}", counts.issued));
    }
}

fn sum(counts: &Counts) -> u32 {
    counts.waiting + counts.called + counts.serving + counts.parked + counts.done + counts.missed + counts.left
}

/// I13 of a car park: what is counted adds up, and its signs say nothing that cannot be.
fn check_lot(state: &State, section: &Section, lot: &Lot, found: &mut Vec<Violation>) {
    if !lot.adds_up() {
        broken(found, "I13", format!("the passages of lot {} do not add up", section.code));
    }
    check_signs(state, section, lot, found);
}

fn check_signs(state: &State, section: &Section, lot: &Lot, found: &mut Vec<Violation>) {
    let Some(settings) = state.settings() else { return };
    for bay in section.classes() {
        let capacity = section.capacity.of(bay);
        let said = lot.said(settings.hours(), state.at(), &Counted::Class(bay), capacity);
        if let Said::Free(free) | Said::About(free) = said
            && free > capacity
        {
            broken(found, "I13", format!("lot {} has {free} of {capacity} free", section.code));
        }
    }
}
