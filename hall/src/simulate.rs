//! A recorded day through the core alone: no network, no clock, as fast as it goes.
//!
//! A simulated clerk stands at every window and takes the next visitor the moment the last one is done. Ties are those
//! of the contract: at one instant a finished service comes first, then arrivals in their order, then those whose
//! patience ends.

pub mod cars;
mod summary;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use uuid::Uuid;

pub use summary::{Accuracy, Group, Outcome, Summary, Waits};

use crate::class::Class;
use crate::command::{AtWindow, Command, Context, Issue};
use crate::estimate::{Estimator, Table};
use crate::event::Event;
use crate::ids::{ActorId, CommandId, PersonId, TicketId};
use crate::refusal::Refusal;
use crate::role::{Actor, Role};
use crate::settings::{ServiceCode, Settings};
use crate::state::{Contradiction, State};
use crate::time::Moment;
use crate::{decide, records};

/// One visitor of a recorded day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// When he takes a ticket.
    pub arrived_at: Moment,
    /// For which service.
    pub service: ServiceCode,
    /// In which class.
    pub class: Class,
    /// Milliseconds he needs at the window.
    pub service_ms: i64,
    /// Milliseconds after which he leaves when he has not been called.
    pub patience_ms: Option<i64>,
}

/// What happens next in a simulated day. The order of the variants and their fields breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// A window is done with its visitor.
    Finish {
        /// The visitor's position in the recorded day.
        visit: usize,
        /// Its number.
        window: u16,
    },
    /// A visitor takes a ticket.
    Arrive {
        /// His position in the recorded day.
        visit: usize,
    },
    /// A visitor's patience ends.
    GiveUp {
        /// His position in the recorded day.
        visit: usize,
    },
}

/// What is still to happen, in order.
#[derive(Debug, Default)]
pub struct Agenda(BinaryHeap<Reverse<(Moment, Next)>>);

impl Agenda {
    /// The arrivals of a day.
    pub fn of(visits: &[Visit]) -> Self {
        let arrivals = visits.iter().enumerate();
        Self(arrivals.map(|(visit, of)| Reverse((of.arrived_at, Next::Arrive { visit }))).collect())
    }

    /// Adds what will happen.
    pub fn add(&mut self, at: Moment, next: Next) {
        self.0.push(Reverse((at, next)));
    }

    /// Takes what happens next.
    pub fn take(&mut self) -> Option<(Moment, Next)> {
        self.0.pop().map(|Reverse(entry)| entry)
    }

    /// When the next thing happens.
    pub fn next_at(&self) -> Option<Moment> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }
}

/// A simulated day went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The core refused what a visitor or clerk did.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The core contradicted itself.
    #[error("{0}")]
    Contradiction(#[from] Contradiction),
}

struct Simulation<'a> {
    visits: &'a [Visit],
    state: State,
    agenda: Agenda,
    commands: u128,
    /// The visit of each ticket.
    visit_of: HashMap<TicketId, usize>,
    outcomes: Vec<Outcome>,
    estimates: Option<Estimates>,
}

struct Estimates {
    estimator: Estimator,
    table: Table,
    every_ms: i64,
    refreshed_at: Option<Moment>,
}

/// Plays a day. With `estimate_every_ms` every ticket gets an estimate, from a table of at most that age.
pub fn day(
    settings: &Settings,
    visits: &[Visit],
    estimate_every_ms: Option<i64>,
) -> Result<Vec<Outcome>, SimulationError> {
    let mut simulation = Simulation {
        visits,
        state: State::default(),
        agenda: Agenda::of(visits),
        commands: 0,
        visit_of: HashMap::with_capacity(visits.len()),
        outcomes: visits.iter().map(Outcome::of).collect(),
        estimates: estimate_every_ms.map(|every_ms| Estimates {
            estimator: Estimator::default(),
            table: Table::default(),
            every_ms,
            refreshed_at: None,
        }),
    };
    let Some(start) = simulation.agenda.next_at() else { return Ok(Vec::new()) };
    simulation.run(start, &Command::Configure(Box::new(settings.clone())))?;
    for (window, _) in settings.windows() {
        simulation.run(start, &Command::At(window, AtWindow::Open { services: None, clerk: None }))?;
        simulation.run(start, &Command::At(window, AtWindow::Call { ticket: None, ready: true }))?;
    }
    while let Some((at, next)) = simulation.agenda.take() {
        simulation.happen(at, next)?;
    }
    Ok(simulation.outcomes)
}

impl Simulation<'_> {
    fn happen(&mut self, at: Moment, next: Next) -> Result<(), SimulationError> {
        match next {
            Next::Arrive { visit } => {
                self.refresh(at);
                let of = &self.visits[visit];
                let ticket = TicketId(Uuid::from_u128(visit as u128 + 1));
                self.visit_of.insert(ticket, visit);
                let estimate =
                    self.estimates.as_ref().and_then(|estimates| estimates.table.fresh(&of.service, of.class));
                self.run(
                    at,
                    &Command::Issue(Issue {
                        ticket,
                        service: of.service.clone(),
                        class: of.class,
                        reason: None,
                        // The day does not say who came; a service that asks gets somebody new each time.
                        person: self.needs_person(&of.service).then_some(PersonId(ticket.0)),
                        source: None,
                        vehicle: None,
                        printer: None,
                        estimate,
                    }),
                )?;
                let outcome = &mut self.outcomes[visit];
                outcome.promised = estimate;
                outcome.number = self.state.ticket(ticket).map(|ticket| ticket.number.to_string());
                if let (None, Some(patience_ms)) = (outcome.wait_ms, of.patience_ms) {
                    self.agenda.add(at.plus_ms(patience_ms), Next::GiveUp { visit });
                }
                Ok(())
            }
            Next::Finish { window, .. } => self
                .run(at, &Command::At(window, AtWindow::Finish { outcome: None, call: true, ready: true, seen: None })),
            Next::GiveUp { visit } if self.outcomes[visit].wait_ms.is_none() => {
                self.outcomes[visit].left = true;
                self.run(at, &Command::Leave(TicketId(Uuid::from_u128(visit as u128 + 1))))
            }
            Next::GiveUp { .. } => Ok(()),
        }
    }

    fn needs_person(&self, service: &ServiceCode) -> bool {
        self.state.settings().and_then(|settings| settings.service(service)).is_some_and(|service| service.real_name)
    }

    fn refresh(&mut self, at: Moment) {
        let Some(estimates) = &mut self.estimates else { return };
        if estimates.refreshed_at.is_none_or(|then| at.since(then) >= estimates.every_ms) {
            estimates.table = estimates.estimator.refresh(&self.state, at, at.0 as u64);
            estimates.refreshed_at = Some(at);
        }
    }

    fn run(&mut self, at: Moment, command: &Command) -> Result<(), SimulationError> {
        self.commands += 1;
        let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Manager, window: None };
        let context = Context { at, command: CommandId(Uuid::from_u128(self.commands << 16)), actor, key: None };
        let events = decide(&self.state, &context, command)?;
        for record in records(&self.state, &context, events) {
            self.state.apply(&record)?;
            if let Some(estimates) = &mut self.estimates {
                estimates.estimator.observe(&self.state, &record);
            }
            if let Event::TicketCalled { ticket, window, .. } = record.event {
                self.called(at, ticket, window);
            }
        }
        Ok(())
    }

    fn called(&mut self, at: Moment, ticket: TicketId, window: u16) {
        let Some(visit) = self.visit_of.get(&ticket).copied() else { return };
        let outcome = &mut self.outcomes[visit];
        outcome.calls += 1;
        outcome.window = Some(window);
        outcome.wait_ms = Some(at.since(self.visits[visit].arrived_at));
        self.agenda.add(at.plus_ms(self.visits[visit].service_ms), Next::Finish { window, visit });
    }
}
