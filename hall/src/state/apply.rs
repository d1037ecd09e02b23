//! What each event does to the state. Nothing here refuses: an event has happened.

use std::collections::BTreeMap;

use super::{Answer, CatalogueEntry, Day, Remembered, State, Tally};
use crate::event::{Event, Record};
use crate::ids::{CallId, TicketId};
use crate::number::{Number, Series};
use crate::print::Print;
use crate::refusal::Refusal;
use crate::routing::Place;
use crate::settings::{ServiceCode, Settings};
use crate::ticket::{RATINGS, Stage, Ticket};
use crate::time::Moment;
use crate::window::{Window, WindowState};

/// The log says something that cannot have happened. Either the log is damaged or this program is wrong; the state must
/// not be used further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} cannot have happened: {reason}")]
pub struct Contradiction {
    /// The event.
    pub seq: u64,
    /// Why not.
    pub reason: String,
}

/// The business day begins with whatever happens first. What is decided at the end of one day does not begin the next.
fn begins_day(event: &Event) -> bool {
    !matches!(
        event,
        Event::HallConfigured { .. }
            | Event::DayTold { .. }
            | Event::AppointmentsTold { .. }
            | Event::DayClosed { .. }
            | Event::LotCorrected { by: None, .. }
    )
}

impl State {
    /// Takes one event in.
    pub fn apply(&mut self, record: &Record) -> Result<(), Contradiction> {
        let contradiction = |reason: String| Contradiction { seq: record.seq, reason };
        if record.seq != self.seq + 1 {
            return Err(contradiction(format!("it follows event {}", self.seq)));
        }
        if record.at < self.at {
            return Err(contradiction("its time lies before that of the event before".into()));
        }
        self.seq = record.seq;
        self.at = record.at;
        if self.day.is_none() && begins_day(&record.event) {
            self.begin_day(record.at);
        }
        if !matches!(record.event, Event::HallConfigured { .. } | Event::DayTold { .. }) {
            self.note_lots(record.at);
        }
        self.happen(record.at, &record.event).map_err(contradiction)?;
        if let Some(key) = record.key {
            let before = self.remembered.remove(&record.command).map(|remembered| remembered.answer);
            let answer = Answer::after(before, self, &record.event);
            let hours = self.settings.as_ref().map(Settings::hours);
            let date = self.day.as_ref().map(|day| day.date).or_else(|| Some(hours?.business_date(record.at)));
            self.remembered.insert(record.command, Remembered { key, date, answer });
        }
        Ok(())
    }

    fn begin_day(&mut self, at: Moment) {
        if let Some(settings) = &self.settings {
            let date = settings.hours().business_date(at);
            self.day = Some(Day { date, ends_at: settings.hours().end_of(date), last_numbers: BTreeMap::new() });
        }
    }

    fn happen(&mut self, at: Moment, event: &Event) -> Result<(), String> {
        match event {
            Event::HallConfigured { settings } => self.configured(at, settings),
            Event::DayClosed { date } => self.day_closed(at, *date)?,
            Event::TicketIssued { number, service, .. } => self.issued(at, event, *number, service)?,
            Event::TicketCalled { ticket, window, call, .. } | Event::TicketResumed { ticket, window, call } => {
                self.called(at, *ticket, *window, *call)?;
            }
            Event::TicketRecalled { ticket, .. } => {
                self.step(*ticket, Stage::recall)?;
                self.ticket_mut(*ticket)?.calls += 1;
            }
            Event::TicketStarted { ticket, .. } => self.step(*ticket, |stage| stage.start(at))?,
            Event::TicketFinished { ticket, window, .. } => {
                self.step(*ticket, |stage| stage.finish(at))?;
                self.release(at, *window, *ticket)?;
            }
            Event::TicketMissed { ticket, window } => {
                self.step(*ticket, |stage| stage.miss(at, 0, 0))?;
                self.release(at, *window, *ticket)?;
            }
            Event::TicketReturned { ticket, window, .. } => {
                self.step(*ticket, Stage::return_to_line)?;
                self.release(at, *window, *ticket)?;
            }
            Event::TicketParked { ticket, window, .. } => {
                self.step(*ticket, |stage| stage.park(at))?;
                self.release(at, *window, *ticket)?;
                // A window that left the settings went with its ticket; any other may resume the visitor.
                if let Some(window) = self.windows.get_mut(window) {
                    window.parked.push(*ticket);
                }
            }
            Event::TicketTransferred { ticket, window, service, to_window } => {
                self.transferred(at, *ticket, service, *to_window)?;
                self.release(at, *window, *ticket)?;
            }
            Event::TicketRated { ticket, level, .. } => {
                let ticket = self.ticket_mut(*ticket)?;
                if ticket.rated.is_some() || !RATINGS.contains(level) {
                    return Err(format!("ticket {} is rated {level}, before {:?}", ticket.number, ticket.rated));
                }
                ticket.rated = Some(*level);
            }
            Event::TicketLeft { ticket } => {
                self.unpark(*ticket);
                self.step(*ticket, |stage| stage.leave(at))?;
            }
            Event::TicketPrinted { ticket, copy, state, printer } => {
                self.ticket_mut(*ticket)?.print = Print { state: *state, copies: *copy, printer: printer.clone() };
            }
            Event::WindowOpened { window, services, clerk } => {
                self.opened(at, *window, services.as_deref(), clerk.clone())?;
            }
            Event::WindowReady { window, ready } => {
                let state = if *ready { WindowState::Ready { since: at } } else { WindowState::Idle };
                self.set_window(at, *window, state)?;
            }
            Event::WindowPaused { window, reason } => {
                self.set_window(at, *window, WindowState::Paused { reason: reason.clone() })?;
            }
            Event::WindowClosed { window } => self.closed(at, *window)?,
            Event::DayTold { date, record } => self.day_told(*date, record),
            Event::AppointmentsTold { date, slots } => drop(self.appointments.insert(*date, slots.clone())),
            Event::VehiclePassed { .. }
            | Event::LotCorrected { .. }
            | Event::LotChanged { .. }
            | Event::LaneChanged { .. }
            | Event::LaneBlinded { .. } => self.at_lot(at, event)?,
        }
        Ok(())
    }

    fn issued(&mut self, at: Moment, event: &Event, number: Number, service: &ServiceCode) -> Result<(), String> {
        let Event::TicketIssued { ticket, class, person, source, business_date, promised, .. } = event else {
            return Err("not an issue".into());
        };
        let service_index = self.index_of(service)?;
        if let Some(settings) = &self.settings {
            let local = settings.hours().local(at);
            self.tickets_issued.note(local.date, local.kind, local.minute, 1);
        }
        let day = self.day.as_mut().ok_or("the hall has no settings")?;
        if day.date != *business_date {
            return Err(format!("a ticket of {business_date} on {}", day.date));
        }
        let last = day.last_numbers.entry(number.series).or_default();
        if number.count <= *last {
            return Err(format!("number {number} is given a second time"));
        }
        *last = number.count;
        if self.by_id.contains_key(ticket) {
            return Err(format!("ticket {ticket} is issued a second time"));
        }
        self.tally(service_index).issued += 1;
        self.add_ticket(Ticket {
            id: *ticket,
            number,
            service: service.clone(),
            service_index,
            class: *class,
            person: *person,
            source: source.clone(),
            business_date: *business_date,
            issued_at: at,
            promised: *promised,
            called_at: None,
            calls: 0,
            print: Print::default(),
            sent_to: None,
            rated: None,
            stage: Stage::Waiting { since: at },
        });
        Ok(())
    }

    fn called(&mut self, at: Moment, id: TicketId, window: u16, call: CallId) -> Result<(), String> {
        self.unpark(id);
        self.step(id, |stage| stage.call(call, window, at))?;
        let ticket = self.ticket_mut(id)?;
        ticket.calls += 1;
        ticket.called_at.get_or_insert(at);
        // Returned from another window than it was sent to, it would wait for a window that may have closed.
        ticket.sent_to = ticket.sent_to.filter(|sent_to| *sent_to == window);
        if self.window_mut(window)?.state.ticket().is_some() {
            return Err(format!("window {window} has a ticket already"));
        }
        self.set_window(at, window, WindowState::Busy { ticket: id })
    }

    fn transferred(
        &mut self,
        at: Moment,
        id: TicketId,
        service: &ServiceCode,
        to_window: Option<u16>,
    ) -> Result<(), String> {
        let service_index = self.index_of(service)?;
        let slot = self.slot(id)?;
        let ticket = &mut self.tickets[slot as usize];
        if let Some(person) = ticket.person {
            self.active_persons.remove(&(person, ticket.service_index, slot));
        }
        ticket.service = service.clone();
        ticket.service_index = service_index;
        ticket.sent_to = to_window;
        self.step(id, |stage| stage.transfer(at))
    }

    fn opened(
        &mut self,
        at: Moment,
        number: u16,
        services: Option<&[ServiceCode]>,
        clerk: Option<String>,
    ) -> Result<(), String> {
        let opened_with = match services {
            Some(codes) => {
                let mut indices = codes.iter().map(|code| self.index_of(code)).collect::<Result<Vec<_>, _>>()?;
                indices.sort_unstable();
                indices.dedup();
                Some(indices)
            }
            None => None,
        };
        let own = self.own_services(number);
        let window = self.window_mut(number)?;
        window.services = opened_with.clone().unwrap_or(own);
        window.opened_with = opened_with;
        window.clerk = clerk;
        match window.state {
            WindowState::Closed | WindowState::Paused { .. } => self.set_window(at, number, WindowState::Idle),
            _ => Ok(()),
        }
    }

    fn closed(&mut self, at: Moment, number: u16) -> Result<(), String> {
        self.set_window(at, number, WindowState::Closed)?;
        let own = self.own_services(number);
        let window = self.window_mut(number)?;
        window.services = own;
        window.opened_with = None;
        window.clerk = None;
        // Who was sent to this window alone would wait for nobody: back to the line of the service.
        let sent: Vec<_> =
            self.lines.get(crate::routing::Queue::Window(number)).map(|line| line.all().collect()).unwrap_or_default();
        for head in sent {
            self.lines.get_mut(crate::routing::Queue::Window(number)).remove(head.class, head.place);
            let ticket = &mut self.tickets[head.place.slot as usize];
            ticket.sent_to = None;
            let queue = ticket.queue();
            self.lines.get_mut(queue).insert(head.class, head.place);
        }
        Ok(())
    }

    fn day_closed(&mut self, at: Moment, date: jiff::civil::Date) -> Result<(), String> {
        if self.day.as_ref().map(|day| day.date) != Some(date) {
            return Err(format!("{date} is not the day in progress"));
        }
        self.day = None;
        self.close_lots(at);
        self.appointments.retain(|day, _| *day > date);
        self.tickets.clear();
        self.by_id.clear();
        self.by_number.clear();
        self.active_persons.clear();
        self.lines = crate::routing::Lines::default();
        self.ready.clear();
        self.counts = super::Counts::default();
        self.tallies.clear();
        // A key lives to the end of its business day and 24 h more, that is, until the next day ends.
        self.remembered.retain(|_, remembered| remembered.date.is_some_and(|given| given >= date));
        self.windows.retain(|_, window| !window.retired);
        for window in self.windows.values_mut() {
            window.state = WindowState::Closed;
            window.since = at;
            window.clerk = None;
            window.opened_with = None;
            window.parked.clear();
        }
        if let Some(settings) = self.settings.clone() {
            self.catalogue = super::Catalogue::default();
            self.configured(at, &settings);
        }
        Ok(())
    }

    fn configured(&mut self, at: Moment, settings: &Settings) {
        let kept_by = self.keepers(settings);
        self.settings = Some(settings.clone());
        self.configured_at = at;
        self.configured_lots(settings);
        for (entry, kept_by) in self.catalogue.services.iter_mut().zip(kept_by) {
            if settings.service(&entry.service.code).is_none() && !entry.retired {
                entry.retired = true;
                entry.kept_by = kept_by;
            }
        }
        for service in &settings.file().services {
            // The series was checked when the settings were made.
            let Ok(series) = service.series.parse::<Series>() else { continue };
            let entry = CatalogueEntry { service: service.clone(), series, retired: false, kept_by: Vec::new() };
            if let Some(index) = self.catalogue.by_code.get(&service.code) {
                self.catalogue.services[usize::from(*index)] = entry;
            } else {
                self.catalogue.by_code.insert(service.code.clone(), self.catalogue.services.len() as u16);
                self.catalogue.services.push(entry);
            }
        }
        for (number, section) in settings.windows() {
            let own = self.own_services(number);
            let tickets = &self.tickets;
            let window = self.windows.entry(number).or_insert_with(|| Window {
                number,
                zone: section.zone.clone(),
                kind: section.kind,
                state: WindowState::Closed,
                since: at,
                clerk: None,
                services: Vec::new(),
                opened_with: None,
                parked: parked_at(tickets, number),
                retired: false,
            });
            window.zone.clone_from(&section.zone);
            window.kind = section.kind;
            window.retired = false;
            window.services = window.opened_with.clone().unwrap_or(own);
        }
        let gone: Vec<u16> = self.windows.keys().copied().filter(|number| settings.window(*number).is_none()).collect();
        for number in gone {
            let busy = self.windows.get(&number).is_some_and(|window| window.state.ticket().is_some());
            if busy {
                if let Some(window) = self.windows.get_mut(&number) {
                    window.retired = true;
                }
            } else {
                let _ = self.closed(at, number);
                self.windows.remove(&number);
            }
        }
    }

    // --- small steps ---

    fn index_of(&self, code: &ServiceCode) -> Result<u16, String> {
        self.catalogue.by_code.get(code).copied().ok_or_else(|| format!("unknown service {}", code.as_str()))
    }

    /// For every service, the windows that serve it, or would when they open.
    fn keepers(&self, next: &Settings) -> Vec<Vec<u16>> {
        let mut keepers = vec![Vec::new(); self.catalogue.services.len()];
        if self.catalogue.services.iter().all(|entry| next.service(&entry.service.code).is_some()) {
            return keepers;
        }
        for window in self.windows.values().filter(|window| !window.retired) {
            let mut services = self.own_services(window.number);
            services.extend(&window.services);
            services.sort_unstable();
            services.dedup();
            for index in services {
                keepers[usize::from(index)].push(window.number);
            }
        }
        keepers
    }

    /// Indices of the services that a window serves by the settings, and of those dropped today that it still has.
    pub(crate) fn own_services(&self, number: u16) -> Vec<u16> {
        let section = self.settings.as_ref().and_then(|settings| settings.window(number));
        let mut own: Vec<u16> = section
            .map(|section| section.services.iter().filter_map(|code| self.index_of(code).ok()).collect())
            .unwrap_or_default();
        let kept = self.catalogue.services.iter().zip(0..).filter(|(entry, _)| entry.kept_by.contains(&number));
        own.extend(kept.map(|(_, index): (_, u16)| index));
        own.sort_unstable();
        own.dedup();
        own
    }

    fn slot(&self, id: TicketId) -> Result<u32, String> {
        self.by_id.get(&id).copied().ok_or_else(|| format!("unknown ticket {id}"))
    }

    fn ticket_mut(&mut self, id: TicketId) -> Result<&mut Ticket, String> {
        let slot = self.slot(id)?;
        Ok(&mut self.tickets[slot as usize])
    }

    fn window_mut(&mut self, number: u16) -> Result<&mut Window, String> {
        self.windows.get_mut(&number).ok_or_else(|| format!("unknown window {number}"))
    }

    fn tally(&mut self, service: u16) -> &mut Tally {
        let index = usize::from(service);
        if self.tallies.len() <= index {
            self.tallies.resize_with(index + 1, Tally::default);
        }
        &mut self.tallies[index]
    }

    /// Moves a ticket to its next stage and keeps lines and counts right.
    fn step(&mut self, id: TicketId, to: impl FnOnce(Stage) -> Result<Stage, Refusal>) -> Result<(), String> {
        let slot = self.slot(id)?;
        let ticket = &mut self.tickets[slot as usize];
        let before = ticket.stage;
        let after = to(before).map_err(|refusal| format!("ticket {}: {refusal}", ticket.number))?;
        ticket.stage = after;
        let (queue, class, service) = (ticket.queue(), ticket.class, ticket.service_index);
        let person = ticket.person;
        if let Stage::Waiting { since } = before {
            self.lines.get_mut(queue).remove(class, Place { since, slot });
        }
        if let Stage::Waiting { since } = after {
            self.lines.get_mut(queue).insert(class, Place { since, slot });
        }
        *self.counts.of(&before) -= 1;
        *self.counts.of(&after) += 1;
        if let Some(person) = person {
            if after.is_active() {
                self.active_persons.insert((person, service, slot));
            } else {
                self.active_persons.remove(&(person, service, slot));
            }
        }
        match after {
            Stage::Done { .. } => self.tally(service).served += 1,
            Stage::Left { .. } => self.tally(service).left += 1,
            _ => {}
        }
        Ok(())
    }

    /// The window's ticket is gone: the clerk is idle.
    fn release(&mut self, at: Moment, number: u16, ticket: TicketId) -> Result<(), String> {
        let window = self.window_mut(number)?;
        if window.state.ticket() != Some(ticket) {
            return Err(format!("ticket {ticket} is not at window {number}"));
        }
        if window.retired {
            self.closed(at, number)?;
            self.windows.remove(&number);
            return Ok(());
        }
        self.set_window(at, number, WindowState::Idle)
    }

    fn unpark(&mut self, id: TicketId) {
        let Some(Stage::Parked { window: parked_at, .. }) = self.ticket(id).map(|ticket| ticket.stage) else { return };
        if let Some(window) = self.windows.get_mut(&parked_at) {
            window.parked.retain(|parked| *parked != id);
        }
    }

    fn set_window(&mut self, at: Moment, number: u16, state: WindowState) -> Result<(), String> {
        let window = self.window_mut(number)?;
        let before = std::mem::replace(&mut window.state, state);
        window.since = at;
        if let WindowState::Ready { since } = before {
            self.ready.remove(&(since, number));
        }
        let window = self.window_mut(number)?;
        if let WindowState::Ready { since } = window.state {
            self.ready.insert((since, number));
        }
        Ok(())
    }
}

/// Tickets that were parked at a window before it left the settings for a while, oldest first.
fn parked_at(tickets: &[Ticket], number: u16) -> Vec<TicketId> {
    let parked = |ticket: &Ticket| match ticket.stage {
        Stage::Parked { window, at, .. } if window == number => Some((at, ticket.id)),
        _ => None,
    };
    let mut parked: Vec<_> = tickets.iter().filter_map(parked).collect();
    parked.sort_by_key(|(at, _)| *at);
    parked.into_iter().map(|(_, id)| id).collect()
}
