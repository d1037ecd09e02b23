//! What clerks do at their windows.

use super::tickets::check_text;
use super::{Decision, choose, why};
use crate::command::{AtWindow, TicketRef, TransferTo};
use crate::event::Event;
use crate::ids::TicketId;
use crate::refusal::Refusal;
use crate::role::Act;
use crate::routing::{RuleName, Why};
use crate::settings::ServiceCode;
use crate::ticket::{RATINGS, Stage, Ticket};
use crate::window::{Window, WindowState};

/// How long after service a visitor may rate it.
const RATED_WITHIN_MS: i64 = 10 * 60 * 1000;

impl Decision<'_> {
    pub(super) fn at_window(&self, number: u16, what: &AtWindow) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Window(number), "this token may not act at this window")?;
        let window = self.find_window(number)?;
        let events = self.act_at(window, what)?;
        // A window that left the settings goes with its ticket, and who was sent to it alone finds other windows.
        if window.retired && !events.is_empty() { self.settled(events) } else { Ok(events) }
    }

    fn act_at(&self, window: &Window, what: &AtWindow) -> Result<Vec<Event>, Refusal> {
        let number = window.number;
        match what {
            AtWindow::Open { services, clerk } => self.open(window, services.as_deref(), clerk.as_deref()),
            AtWindow::Pause { reason } => self.pause(window, reason),
            AtWindow::Close => self.close(window),
            AtWindow::Call { ticket, ready } => {
                self.check_free(window)?;
                match ticket {
                    Some(wanted) => self.call_by_number(window, *wanted),
                    None => Ok(self.call_next(window, *ready)),
                }
            }
            AtWindow::Recall { seen } => {
                let ticket = self.ticket_at(window, *seen).map_err(|refusal| match refusal {
                    Refusal::NoTicketHere => Refusal::NothingToRecall,
                    other => other,
                })?;
                ticket.stage.recall()?;
                Ok(vec![Event::TicketRecalled { ticket: ticket.id, window: number }])
            }
            AtWindow::Start { seen } => {
                let ticket = self.ticket_at(window, *seen)?;
                if ticket.stage.start(self.at)? == ticket.stage {
                    return Ok(Vec::new());
                }
                Ok(vec![Event::TicketStarted { ticket: ticket.id, window: number }])
            }
            AtWindow::Finish { outcome, call, ready, seen } => {
                self.finish(window, outcome.as_deref(), *call, *ready, *seen)
            }
            AtWindow::Miss { seen } => self.miss(window, *seen),
            AtWindow::Return { reason, seen } => {
                check_text("reason", reason)?;
                let ticket = self.ticket_at(window, *seen)?;
                ticket.stage.return_to_line()?;
                let events = vec![Event::TicketReturned { ticket: ticket.id, window: number, reason: reason.clone() }];
                let since = ticket.stage.open_call().map_or(self.at, |call| call.since);
                Ok(self.with_ready(
                    window,
                    events,
                    ticket,
                    (ticket.service_index, ticket.sent_to),
                    self.at.since(since),
                ))
            }
            AtWindow::Park { note, seen } => {
                if let Some(note) = note {
                    check_text("note", note)?;
                }
                let ticket = self.ticket_at(window, *seen)?;
                ticket.stage.park(self.at)?;
                Ok(vec![Event::TicketParked { ticket: ticket.id, window: number, note: note.clone() }])
            }
            AtWindow::Resume { ticket } => self.resume(window, *ticket),
            AtWindow::Rate { level, ticket } => self.rate(window, *level, *ticket),
            AtWindow::Transfer { to, seen } => self.transfer(window, to, *seen),
        }
    }

    fn find_window(&self, number: u16) -> Result<&Window, Refusal> {
        self.state.window(number).ok_or_else(|| Refusal::NotFound { what: "window", name: number.to_string() })
    }

    /// Whether a window may take a ticket that is named. Nobody may be left who serves what the settings dropped, so any
    /// window may help who came for it.
    fn helps(&self, window: &Window, ticket: &Ticket) -> bool {
        let service = ticket.service_index;
        window.serves(service) || self.state.catalogue.services[usize::from(service)].retired
    }

    /// The window is open and has no ticket.
    fn check_free(&self, window: &Window) -> Result<(), Refusal> {
        match &window.state {
            WindowState::Idle | WindowState::Ready { .. } => Ok(()),
            WindowState::Busy { ticket } => Err(self.busy(window, *ticket)),
            closed => Err(Refusal::WindowNotOpen { window: window.number, state: closed.name() }),
        }
    }

    fn busy(&self, window: &Window, ticket: TicketId) -> Refusal {
        match self.state.ticket(ticket) {
            Some(ticket) => Refusal::WindowBusy { window: window.number, number: ticket.number },
            None => Refusal::NoTicketHere,
        }
    }

    /// The ticket at the window; `Stale` when the clerk saw another one.
    fn ticket_at(&self, window: &Window, seen: Option<TicketId>) -> Result<&Ticket, Refusal> {
        let ticket = window.state.ticket().and_then(|id| self.state.ticket(id));
        match (ticket, seen) {
            (Some(ticket), Some(seen)) if ticket.id != seen => Err(Refusal::Stale { now: ticket.number.to_string() }),
            (None, Some(_)) => Err(Refusal::Stale { now: "none".into() }),
            (None, None) => Err(Refusal::NoTicketHere),
            (Some(ticket), _) => Ok(ticket),
        }
    }

    fn open(
        &self,
        window: &Window,
        services: Option<&[ServiceCode]>,
        clerk: Option<&str>,
    ) -> Result<Vec<Event>, Refusal> {
        let mut indices = match services {
            Some(codes) => {
                if codes.is_empty() || codes.len() > crate::settings::MAX_SERVICES {
                    return Err(Refusal::Invalid("services must name at least one service".into()));
                }
                codes.iter().map(|code| self.state.service_index(code)).collect::<Result<Vec<_>, _>>()?
            }
            None => self.state.own_services(window.number),
        };
        indices.sort_unstable();
        indices.dedup();
        let same = window.is_open() && window.services == indices && window.clerk.as_deref() == clerk;
        if same {
            return Ok(Vec::new());
        }
        let event = Event::WindowOpened {
            window: window.number,
            services: services.map(<[ServiceCode]>::to_vec),
            clerk: clerk.map(str::to_owned),
        };
        if matches!(window.state, WindowState::Ready { .. }) { self.settled(vec![event]) } else { Ok(vec![event]) }
    }

    fn pause(&self, window: &Window, reason: &str) -> Result<Vec<Event>, Refusal> {
        check_text("reason", reason)?;
        match &window.state {
            WindowState::Busy { ticket } => Err(self.busy(window, *ticket)),
            WindowState::Closed => Err(Refusal::WindowNotOpen { window: window.number, state: "closed" }),
            WindowState::Paused { reason: now } if now == reason => Ok(Vec::new()),
            _ => Ok(vec![Event::WindowPaused { window: window.number, reason: reason.to_owned() }]),
        }
    }

    fn close(&self, window: &Window) -> Result<Vec<Event>, Refusal> {
        match &window.state {
            WindowState::Busy { ticket } => Err(self.busy(window, *ticket)),
            WindowState::Closed => Ok(Vec::new()),
            _ => {
                let event = Event::WindowClosed { window: window.number };
                let sent_here = self.state.lines.get(crate::routing::Queue::Window(window.number));
                if sent_here.is_some_and(|line| !line.is_empty()) {
                    return self.settled(vec![event]);
                }
                Ok(vec![event])
            }
        }
    }

    fn call_next(&self, window: &Window, ready: bool) -> Vec<Event> {
        let number = window.number;
        if let Some((ticket, why)) = choose(self.state, self.at, window) {
            return vec![Event::TicketCalled { ticket: ticket.id, window: number, call: self.call(&[]), why }];
        }
        match (&window.state, ready) {
            (WindowState::Ready { .. }, false) => vec![Event::WindowReady { window: number, ready: false }],
            (WindowState::Ready { .. }, true) | (_, false) => Vec::new(),
            (_, true) => vec![Event::WindowReady { window: number, ready: true }],
        }
    }

    fn call_by_number(&self, window: &Window, wanted: TicketRef) -> Result<Vec<Event>, Refusal> {
        let ticket = self.state.find(wanted)?;
        let not_here = |reason: String| Refusal::TicketNotHere { number: ticket.number, window: window.number, reason };
        let waited_ms = match ticket.stage {
            Stage::Waiting { since } => self.at.since(since),
            Stage::Missed { credit_ms, .. } => credit_ms,
            stage => return Err(Refusal::TicketNotWaiting { state: stage.name() }),
        };
        match ticket.sent_to {
            Some(other) if other != window.number && matches!(ticket.stage, Stage::Waiting { .. }) => {
                return Err(not_here(format!("it was sent to window {other}")));
            }
            Some(own) if own == window.number => {}
            _ if self.helps(window, ticket) => {}
            _ => return Err(not_here(format!("this window does not serve {}", ticket.service.as_str()))),
        }
        // The next by the rules may have been asked for by its number: then it is no exception.
        let why = match choose(self.state, self.at, window) {
            Some((next, why)) if next.id == ticket.id => why,
            _ => why(RuleName::ByNumber, waited_ms, 1, None),
        };
        Ok(vec![Event::TicketCalled { ticket: ticket.id, window: window.number, call: self.call(&[]), why }])
    }

    fn finish(
        &self,
        window: &Window,
        outcome: Option<&str>,
        call: bool,
        ready: bool,
        seen: Option<TicketId>,
    ) -> Result<Vec<Event>, Refusal> {
        if let Some(outcome) = outcome {
            check_text("outcome", outcome)?;
        }
        let ticket = self.ticket_at(window, seen)?;
        ticket.stage.finish(self.at)?;
        let mut events = vec![Event::TicketFinished {
            ticket: ticket.id,
            window: window.number,
            outcome: outcome.map(str::to_owned),
            call,
        }];
        if call && !window.retired {
            // Finishing leaves the lines as they are, so the next can be chosen now.
            events.extend(self.call_next(window, ready));
        }
        Ok(events)
    }

    fn miss(&self, window: &Window, seen: Option<TicketId>) -> Result<Vec<Event>, Refusal> {
        let ticket = self.ticket_at(window, seen)?;
        let hall = self.state.settings().ok_or(Refusal::NotConfigured)?.hall();
        ticket.stage.miss(self.at, hall.min_calls, i64::from(hall.min_call_s) * 1000)?;
        Ok(vec![Event::TicketMissed { ticket: ticket.id, window: window.number }])
    }

    fn resume(&self, window: &Window, wanted: TicketRef) -> Result<Vec<Event>, Refusal> {
        self.check_free(window)?;
        let ticket = self.state.find(wanted)?;
        let Stage::Parked { window: parked_at, .. } = ticket.stage else {
            return Err(Refusal::TicketNotWaiting { state: ticket.stage.name() });
        };
        // A window that went home must not keep its parked visitors for ever.
        let orphaned = self.state.window(parked_at).is_none_or(|other| other.state == WindowState::Closed);
        if parked_at != window.number && !(orphaned && self.helps(window, ticket)) {
            return Err(Refusal::TicketNotHere {
                number: ticket.number,
                window: window.number,
                reason: format!("it is parked at window {parked_at}"),
            });
        }
        Ok(vec![Event::TicketResumed { ticket: ticket.id, window: window.number, call: self.call(&[]) }])
    }

    fn transfer(&self, window: &Window, to: &TransferTo, seen: Option<TicketId>) -> Result<Vec<Event>, Refusal> {
        let ticket = self.ticket_at(window, seen)?;
        ticket.stage.transfer(self.at)?;
        let (service, to_window) = match to {
            TransferTo::Service(service) => (service, None),
            TransferTo::Window(number) => (&ticket.service, Some(*number)),
        };
        let service_index = match to_window {
            None => self.state.service_index(service)?,
            Some(number) => {
                if number == window.number {
                    return Err(Refusal::Invalid("the ticket is at this window already".into()));
                }
                let target = self.find_window(number)?;
                if target.state == WindowState::Closed || target.retired {
                    return Err(Refusal::WindowNotOpen { window: number, state: "closed" });
                }
                ticket.service_index
            }
        };
        let events = vec![Event::TicketTransferred {
            ticket: ticket.id,
            window: window.number,
            service: service.clone(),
            to_window,
        }];
        let waited_ms = ticket.stage.open_call().map_or(0, |call| call.at.since(call.since));
        Ok(self.with_ready(window, events, ticket, (service_index, to_window), waited_ms))
    }

    /// Whoever is served here may rate, and for a while whoever was.
    fn rate(&self, window: &Window, level: u8, wanted: Option<TicketId>) -> Result<Vec<Event>, Refusal> {
        if !RATINGS.contains(&level) {
            return Err(Refusal::Invalid("level is 1 (very dissatisfied) to 5 (very satisfied)".into()));
        }
        let finished = |ticket: &Ticket| match ticket.stage {
            Stage::Done { window: at, at: ended, .. }
                if at == window.number && self.at.since(ended) <= RATED_WITHIN_MS =>
            {
                Some(ended)
            }
            _ => None,
        };
        let here = window.state.ticket().and_then(|id| self.state.ticket(id));
        let ticket = match wanted {
            Some(id) => {
                let ticket = self.state.find(TicketRef::Id(id))?;
                let is_here = here.is_some_and(|here| here.id == id);
                Some(ticket).filter(|ticket| is_here || finished(ticket).is_some())
            }
            None => here.filter(|ticket| matches!(ticket.stage, Stage::Serving { .. })).or_else(|| {
                // Of those that ended in the same moment the later one.
                let last = self.state.tickets().iter().filter_map(|ticket| Some((finished(ticket)?, ticket)));
                last.max_by_key(|(ended, _)| *ended).map(|(_, ticket)| ticket).or(here)
            }),
        };
        let ticket = ticket.ok_or(Refusal::NoTicketHere)?;
        match ticket.rated {
            None => Ok(vec![Event::TicketRated { ticket: ticket.id, window: window.number, level }]),
            Some(_) => Err(Refusal::AlreadyRated { number: ticket.number }),
        }
    }

    /// Adds the call by a ready window that takes the ticket as it joins its line.
    fn with_ready(
        &self,
        window: &Window,
        mut events: Vec<Event>,
        ticket: &Ticket,
        (service_index, sent_to): (u16, Option<u16>),
        waited_ms: i64,
    ) -> Vec<Event> {
        if window.retired {
            return events;
        }
        if let Some(ready) = self.ready_window(service_index, sent_to) {
            let why: Why = why(RuleName::ReadyWindow, waited_ms, 1, None);
            let call = self.call(&events);
            events.push(Event::TicketCalled { ticket: ticket.id, window: ready.number, call, why });
        }
        events
    }
}
