//! What each command does, or why not.

use hall::command::{AtWindow, Command, Issue, TicketRef, TransferTo};
use hall::ids::TicketId;
use hall::role::{Actor, Role};
use hall::routing::RuleName;
use hall::settings::HallFile;
use hall::{Class, Moment};

use super::{Called, Happened, Kind, Model, Place, State, Ticket, day_of, end_of, minute_of_day};

fn check_text(text: &str) -> Result<(), Kind> {
    if text.is_empty() || text.chars().count() > 200 || text.contains(char::is_control) {
        Err("invalid")
    } else {
        Ok(())
    }
}

impl Model {
    /// Plays one command; nothing changes where it is refused or has no effect.
    pub fn play(&mut self, now: Moment, actor: &Actor, command: &Command) -> Result<Vec<Happened>, Kind> {
        let mut next = self.clone();
        next.happened.clear();
        let at = now.0.max(self.now);
        next.act(at, actor, command)?;
        if !next.happened.is_empty() {
            next.now = at;
            if !matches!(next.happened[0].event, "hall.configured" | "day.closed") {
                next.day.get_or_insert(day_of(at));
            }
            next.settle(at);
            *self = next;
            return Ok(self.happened.clone());
        }
        Ok(Vec::new())
    }

    fn act(&mut self, at: i64, actor: &Actor, command: &Command) -> Result<(), Kind> {
        match command {
            Command::Configure(settings) => {
                if !matches!(actor.role, Role::Admin | Role::Manager) {
                    return Err("not-allowed");
                }
                let file = HallFile::from(settings.as_ref().clone());
                if self.file.as_ref() != Some(&file) {
                    self.configure(&file);
                    self.happen("hall.configured");
                }
                Ok(())
            }
            Command::CloseDay => {
                if self.day.is_some_and(|day| at >= end_of(day)) {
                    self.close_day();
                    self.happen("day.closed");
                }
                Ok(())
            }
            Command::Issue(issue) => self.issue(at, actor, issue),
            Command::Leave(id) => {
                if !matches!(actor.role, Role::Manager | Role::Guide | Role::Kiosk | Role::Clerk) {
                    return Err("not-allowed");
                }
                let ticket = self.find(TicketRef::Id(*id))?;
                if !matches!(self.tickets[ticket].place, Place::Line { .. } | Place::Parked { .. }) {
                    return Err("ticket-not-waiting");
                }
                self.tickets[ticket].place = Place::Left;
                self.happen("ticket.left");
                Ok(())
            }
            Command::Reprint { ticket: id, printer } => {
                if !matches!(actor.role, Role::Manager | Role::Guide | Role::Kiosk) {
                    return Err("not-allowed");
                }
                let ticket = self.find(TicketRef::Id(*id))?;
                if matches!(self.tickets[ticket].place, Place::Done { .. } | Place::Left) {
                    return Err("ticket-not-waiting");
                }
                self.tickets[ticket].print = (self.tickets[ticket].print.0 + 1, "printing", printer.clone());
                self.happen("ticket.printed");
                Ok(())
            }
            Command::Printed { ticket: id, copy, state } => {
                if !matches!(actor.role, Role::Manager | Role::Guide | Role::Kiosk) {
                    return Err("not-allowed");
                }
                let ticket = self.find(TicketRef::Id(*id))?;
                let (newest, now, _) = &self.tickets[ticket].print;
                if copy > newest {
                    return Err("invalid");
                }
                if copy == newest && *now != "printed" && *now != state.name() {
                    self.tickets[ticket].print.1 = state.name();
                    self.happen("ticket.printed");
                }
                Ok(())
            }
            // Car parks have properties of their own (`tests/parking.rs`); the days of this model have none.
            Command::AtLot(..) | Command::Appointments(..) | Command::TellDay(..) => Err("not-found"),
            Command::At(number, what) => {
                let allowed = match actor.role {
                    Role::Manager => true,
                    Role::Clerk => actor.window.is_none() || actor.window == Some(*number),
                    _ => false,
                };
                if !allowed {
                    return Err("not-allowed");
                }
                if self.window(*number).is_none() {
                    return Err("not-found");
                }
                self.at_window(at, *number, what)
            }
        }
    }

    fn find(&self, wanted: TicketRef) -> Result<usize, Kind> {
        let is_it = |ticket: &Ticket| match wanted {
            TicketRef::Id(id) => ticket.id == id,
            TicketRef::Number(number) => ticket.number == number.to_string(),
        };
        self.tickets.iter().position(is_it).ok_or("not-found")
    }

    fn issue(&mut self, at: i64, actor: &Actor, issue: &Issue) -> Result<(), Kind> {
        if !matches!(actor.role, Role::Manager | Role::Guide | Role::Kiosk) {
            return Err("not-allowed");
        }
        if issue.class == Class::Green && actor.role == Role::Kiosk {
            return Err("not-allowed");
        }
        let file = self.file.as_ref().ok_or("unavailable")?;
        let service =
            file.services.iter().find(|service| service.code == issue.service).cloned().ok_or("unknown-service")?;
        // 08:30 to 17:00 in every hall of the model.
        if !(510..1020).contains(&minute_of_day(at)) && actor.role != Role::Manager {
            return Err("service-closed");
        }
        for text in issue.reason.iter().chain(&issue.source) {
            check_text(text)?;
        }
        if service.real_name && issue.person.is_none() {
            return Err("invalid");
        }
        let over = |place| matches!(place, Place::Done { .. } | Place::Missed { .. } | Place::Left);
        let holds = |ticket: &Ticket| {
            issue.person.is_some()
                && ticket.person == issue.person
                && ticket.service == issue.service.0
                && !over(ticket.place)
        };
        if self.tickets.iter().any(holds) {
            return Err("already-waiting");
        }
        if self.tickets.iter().any(|ticket| ticket.id == issue.ticket) {
            return Err("invalid");
        }
        if !self.last.iter().any(|(series, _)| *series == service.series) {
            self.last.push((service.series.clone(), 0));
        }
        let last = self.last.iter_mut().find(|(series, _)| *series == service.series).unwrap();
        last.1 += 1;
        let digits = last.1.to_string();
        let number = format!("{}{}{digits}", service.series, "0".repeat(3_usize.saturating_sub(digits.len())));
        self.tickets.push(Ticket {
            id: issue.ticket,
            number,
            service: issue.service.0.clone(),
            class: issue.class,
            person: issue.person,
            sent_to: None,
            place: Place::Line { since: at },
            calls: 0,
            print: (0, if issue.printer.is_some() { "printing" } else { "none" }, issue.printer.clone()),
            ended: None,
            rated: false,
        });
        self.happen("ticket.issued");
        if issue.printer.is_some() {
            self.happen("ticket.printed");
        }
        Ok(())
    }

    fn check_free(&self, number: u16) -> Result<(), Kind> {
        match self.window(number).unwrap().state {
            State::Idle | State::Ready(_) => Ok(()),
            State::Busy(_) => Err("window-busy"),
            State::Closed | State::Paused(_) => Err("window-not-open"),
        }
    }

    fn here(&self, number: u16, seen: Option<TicketId>) -> Result<usize, Kind> {
        match (&self.window(number).unwrap().state, seen) {
            (State::Busy(ticket), Some(seen)) if self.tickets[*ticket].id != seen => Err("stale"),
            (State::Busy(ticket), _) => Ok(*ticket),
            (_, Some(_)) => Err("stale"),
            (_, None) => Err("ticket-not-here"),
        }
    }

    fn at_window(&mut self, at: i64, number: u16, what: &AtWindow) -> Result<(), Kind> {
        match what {
            AtWindow::Open { services, clerk } => {
                let codes = services.as_ref().map(|codes| codes.iter().map(|code| code.0.clone()).collect::<Vec<_>>());
                self.open(number, codes.as_ref(), clerk.as_ref())
            }
            AtWindow::Pause { reason } => {
                check_text(reason)?;
                match &self.window(number).unwrap().state {
                    State::Busy(_) => return Err("window-busy"),
                    State::Closed => return Err("window-not-open"),
                    State::Paused(now) if now == reason => return Ok(()),
                    _ => {}
                }
                self.window_mut(number).state = State::Paused(reason.clone());
                self.happen("window.paused");
                Ok(())
            }
            AtWindow::Close => {
                match self.window(number).unwrap().state {
                    State::Busy(_) => return Err("window-busy"),
                    State::Closed => return Ok(()),
                    _ => {}
                }
                self.close_window(number);
                self.happen("window.closed");
                Ok(())
            }
            AtWindow::Call { ticket, ready } => {
                self.check_free(number)?;
                if let Some(wanted) = ticket {
                    return self.call_by_number(at, number, *wanted);
                }
                self.call_next(at, number, *ready);
                Ok(())
            }
            AtWindow::Resume { ticket } => {
                self.check_free(number)?;
                let ticket = self.find(*ticket)?;
                let Place::Parked { number: parked_at, .. } = self.tickets[ticket].place else {
                    return Err("ticket-not-waiting");
                };
                let orphan = self.window(parked_at).is_none_or(|window| window.state == State::Closed);
                if parked_at != number && !(orphan && self.helps(number, ticket)) {
                    return Err("ticket-not-here");
                }
                self.call(at, ticket, number, "ticket.resumed", None);
                Ok(())
            }
            AtWindow::Rate { level, ticket } => self.rate(at, number, *level, *ticket),
            _ => self.with_ticket(at, number, what),
        }
    }

    fn open(&mut self, number: u16, codes: Option<&Vec<String>>, clerk: Option<&String>) -> Result<(), Kind> {
        if let Some(codes) = codes {
            if codes.is_empty() {
                return Err("invalid");
            }
            if codes.iter().any(|code| !self.offered(code)) {
                return Err("unknown-service");
            }
        }
        let mut services = codes.cloned().unwrap_or_else(|| self.own_services(number));
        services.sort();
        services.dedup();
        let window = self.window_mut(number);
        let is_open = matches!(window.state, State::Idle | State::Ready(_) | State::Busy(_));
        if is_open && window.services == services && window.clerk.as_ref() == clerk {
            return Ok(());
        }
        if !is_open {
            window.state = State::Idle;
        }
        window.opened_with = codes.is_some().then(|| services.clone());
        window.services = services;
        window.clerk = clerk.cloned();
        self.happen("window.opened");
        Ok(())
    }

    fn call_next(&mut self, at: i64, number: u16, ready: bool) {
        if let Some((ticket, call)) = self.next(at, number) {
            self.call(at, ticket, number, "ticket.called", Some(call));
            return;
        }
        let was_ready = matches!(self.window(number).unwrap().state, State::Ready(_));
        if was_ready != ready {
            self.window_mut(number).state = if ready { State::Ready(at) } else { State::Idle };
            self.happen("window.ready");
        }
    }

    /// Nobody may be left who serves what was dropped: then any window may, when the ticket is named.
    fn helps(&self, number: u16, ticket: usize) -> bool {
        let service = &self.tickets[ticket].service;
        self.window(number).unwrap().services.contains(service) || !self.offered(service)
    }

    fn call_by_number(&mut self, at: i64, number: u16, wanted: TicketRef) -> Result<(), Kind> {
        let index = self.find(wanted)?;
        let ticket = &self.tickets[index];
        let credit = match ticket.place {
            Place::Line { since } => at - since,
            Place::Missed { credit, .. } => credit,
            _ => return Err("ticket-not-waiting"),
        };
        let sent_elsewhere =
            matches!(ticket.place, Place::Line { .. }) && ticket.sent_to.is_some_and(|other| other != number);
        if sent_elsewhere || !(self.helps(number, index) || ticket.sent_to == Some(number)) {
            return Err("ticket-not-here");
        }
        let call = match self.next(at, number) {
            Some((next, call)) if next == index => call,
            _ => Called {
                ticket: ticket.number.clone(),
                window: number,
                rule: RuleName::ByNumber,
                waited_s: credit / 1000,
                lines: 1,
                passed: None,
            },
        };
        self.call(at, index, number, "ticket.called", Some(call));
        Ok(())
    }

    /// What needs a ticket at the window.
    fn with_ticket(&mut self, at: i64, number: u16, what: &AtWindow) -> Result<(), Kind> {
        let (text, seen) = match what {
            AtWindow::Finish { outcome, seen, .. } => (outcome.as_ref(), *seen),
            AtWindow::Return { reason, seen } => (Some(reason), *seen),
            AtWindow::Park { note, seen } => (note.as_ref(), *seen),
            AtWindow::Recall { seen }
            | AtWindow::Start { seen }
            | AtWindow::Miss { seen }
            | AtWindow::Transfer { seen, .. } => (None, *seen),
            other => panic!("{other:?} needs no ticket"),
        };
        if let Some(text) = text {
            check_text(text)?;
        }
        let index = match (self.here(number, seen), what) {
            (Err("ticket-not-here"), AtWindow::Recall { .. }) => return Err("nothing-to-recall"),
            (index, _) => index?,
        };
        let Place::Window { since, called_at, count, started, .. } = self.tickets[index].place else {
            panic!("the window has a ticket that is elsewhere");
        };
        let credit = called_at - since;
        let (event, place) = match what {
            AtWindow::Recall { .. } => {
                self.tickets[index].calls += 1;
                self.tickets[index].place = Place::Window { number, since, called_at, count: count + 1, started };
                self.happen("ticket.recalled");
                return Ok(());
            }
            AtWindow::Start { .. } => {
                if !started {
                    self.tickets[index].place = Place::Window { number, since, called_at, count, started: true };
                    self.happen("ticket.started");
                }
                return Ok(());
            }
            AtWindow::Finish { .. } => {
                self.tickets[index].ended = Some(at);
                ("ticket.finished", Place::Done { number })
            }
            AtWindow::Miss { .. } => {
                let hall = &self.file.as_ref().unwrap().hall;
                if started {
                    return Err("stale");
                }
                if count < hall.min_calls || at - called_at < i64::from(hall.min_call_s) * 1000 {
                    return Err("too-early");
                }
                ("ticket.missed", Place::Missed { number, credit })
            }
            // As if never called: the minutes at the window count as waiting.
            AtWindow::Return { .. } => ("ticket.returned", Place::Line { since }),
            AtWindow::Park { .. } => ("ticket.parked", Place::Parked { number, credit }),
            // What was waited until the call is kept, the minutes at the window are not.
            AtWindow::Transfer { to, .. } => {
                self.transfer(index, number, to)?;
                ("ticket.transferred", Place::Line { since: at - credit })
            }
            other => panic!("{other:?} needs no ticket"),
        };
        self.tickets[index].place = place;
        let leaving = self.window(number).unwrap().leaving;
        self.happen(event);
        self.release(number);
        if let AtWindow::Finish { call: true, ready, .. } = what
            && !leaving
        {
            self.call_next(at, number, *ready);
        }
        Ok(())
    }

    /// Who is served rates, and for ten minutes who was.
    fn rate(&mut self, at: i64, number: u16, level: u8, wanted: Option<TicketId>) -> Result<(), Kind> {
        if !(1..=5).contains(&level) {
            return Err("invalid");
        }
        let here = match self.window(number).unwrap().state {
            State::Busy(ticket) => Some(ticket),
            _ => None,
        };
        let fresh = |index: usize| {
            let ticket = &self.tickets[index];
            ticket.place == Place::Done { number } && ticket.ended.is_some_and(|ended| at - ended <= 600_000)
        };
        let index = if let Some(id) = wanted {
            Some(self.find(TicketRef::Id(id))?).filter(|index| here == Some(*index) || fresh(*index))
        } else {
            let served = |index: &usize| matches!(self.tickets[*index].place, Place::Window { started: true, .. });
            let last = (0..self.tickets.len()).filter(|index| fresh(*index));
            let last = last.max_by_key(|index| self.tickets[*index].ended);
            here.filter(served).or(last).or(here)
        };
        let ticket = &mut self.tickets[index.ok_or("ticket-not-here")?];
        if ticket.rated {
            return Err("stale");
        }
        ticket.rated = true;
        self.happen("ticket.rated");
        Ok(())
    }

    fn transfer(&mut self, index: usize, number: u16, to: &TransferTo) -> Result<(), Kind> {
        match to {
            TransferTo::Service(code) => {
                if !self.offered(&code.0) {
                    return Err("unknown-service");
                }
                self.tickets[index].service.clone_from(&code.0);
                self.tickets[index].sent_to = None;
            }
            TransferTo::Window(target) => {
                if *target == number {
                    return Err("invalid");
                }
                let window = self.window(*target).ok_or("not-found")?;
                if window.state == State::Closed || window.leaving {
                    return Err("window-not-open");
                }
                self.tickets[index].sent_to = Some(*target);
            }
        }
        Ok(())
    }
}
