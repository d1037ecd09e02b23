//! The state of a hall: what its log amounts to.

mod answer;
mod apply;
mod lots;
mod saved;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use answer::Answer;
pub use apply::Contradiction;
pub use saved::{SAVED_FORMAT, Saved};

use crate::command::{Fingerprint, TicketRef};
use crate::estimate::foresight::Arrivals;
use crate::ids::{CommandId, PersonId, TicketId};
use crate::number::{Number, Series};
use crate::parking::Lot;
use crate::refusal::Refusal;
use crate::routing::{Head, Lines, Place, Queue};
use crate::settings::{Service, ServiceCode, Settings};
use crate::ticket::{Stage, Ticket};
use crate::time::Moment;
use crate::window::Window;

/// Everything the log of one hall says, ready to decide on.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(crate) seq: u64,
    pub(crate) at: Moment,
    pub(crate) settings: Option<Settings>,
    pub(crate) catalogue: Catalogue,
    pub(crate) day: Option<Day>,
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) by_id: HashMap<TicketId, u32>,
    pub(crate) by_number: HashMap<Number, u32>,
    /// Person, service and slot of every ticket whose visit is not over; a missed one called back may be a second.
    pub(crate) active_persons: BTreeSet<(PersonId, u16, u32)>,
    pub(crate) windows: BTreeMap<u16, Window>,
    pub(crate) lines: Lines,
    pub(crate) ready: BTreeSet<(Moment, u16)>,
    pub(crate) remembered: HashMap<CommandId, Remembered>,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) counts: Counts,
    pub(crate) lots: BTreeMap<String, Lot>,
    /// When the settings came into force.
    pub(crate) configured_at: Moment,
    /// Tickets issued and cars that came in, by the time of day.
    pub(crate) tickets_issued: Arrivals,
    pub(crate) cars_in: Arrivals,
    /// People who have an appointment, by day and minute.
    pub(crate) appointments: BTreeMap<Date, Vec<(u16, u32)>>,
    /// The last step of the histories that was noted.
    pub(crate) noted: i64,
}

/// The business day in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its date.
    pub date: Date,
    /// The first moment after it.
    pub ends_at: Moment,
    /// The last number of each series.
    pub last_numbers: BTreeMap<Series, u32>,
}

/// Services by index. An index stays a service's until the day closes, even when the settings drop it: who waits for it
/// keeps his place.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) services: Vec<CatalogueEntry>,
    #[serde(skip)]
    pub(crate) by_code: HashMap<ServiceCode, u16>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CatalogueEntry {
    pub(crate) service: Service,
    pub(crate) series: Series,
    /// No longer in the settings: no new tickets.
    pub(crate) retired: bool,
    /// The windows that served it when it was dropped: they go on with who waits for it.
    pub(crate) kept_by: Vec<u16>,
}

/// The remembered effect of a command that came with a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// What the request was.
    pub key: Fingerprint,
    /// The day it was given; it is forgotten when the next day closes.
    pub date: Option<Date>,
    /// What was answered.
    pub answer: Answer,
}

/// What one service has seen today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tickets issued for it.
    pub issued: u32,
    /// Tickets served.
    pub served: u32,
    /// Tickets that left the queue.
    pub left: u32,
}

/// Tickets of today by stage (invariant I13: they add up to those issued).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the stages say it")]
pub struct Counts {
    pub issued: u32,
    pub waiting: u32,
    pub called: u32,
    pub serving: u32,
    pub parked: u32,
    pub done: u32,
    pub missed: u32,
    pub left: u32,
}

impl Counts {
    pub(crate) fn of(&mut self, stage: &Stage) -> &mut u32 {
        match stage {
            Stage::Waiting { .. } => &mut self.waiting,
            Stage::Called(_) => &mut self.called,
            Stage::Serving { .. } => &mut self.serving,
            Stage::Parked { .. } => &mut self.parked,
            Stage::Done { .. } => &mut self.done,
            Stage::Missed { .. } => &mut self.missed,
            Stage::Left { .. } => &mut self.left,
        }
    }
}

/// A service with its present queue.
#[derive(Debug, Clone, Copy)]
pub struct QueueView<'a> {
    /// The service.
    pub service: &'a Service,
    /// How many wait for it, tickets sent to one window included.
    pub waiting: usize,
    /// Since when the longest of them waits.
    pub longest_since: Option<Moment>,
    /// How many open windows serve it.
    pub open_windows: usize,
    /// Its day so far.
    pub tally: Tally,
}

impl State {
    /// Position of the last event.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hall's time at the last event.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// The settings in force.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// The business day in progress; it begins with the first ticket, window or vehicle of the day.
    pub fn day(&self) -> Option<&Day> {
        self.day.as_ref()
    }

    /// Whether the business day in progress is over at `now`, so that it should be closed.
    pub fn day_is_over(&self, now: Moment) -> bool {
        self.day.as_ref().is_some_and(|day| now.max(self.at) >= day.ends_at)
    }

    /// Today's tickets in order of issue.
    pub fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    /// A ticket of today.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.by_id.get(&id).map(|slot| &self.tickets[*slot as usize])
    }

    /// A ticket of today, by number.
    pub fn ticket_numbered(&self, number: Number) -> Option<&Ticket> {
        self.by_number.get(&number).map(|slot| &self.tickets[*slot as usize])
    }

    /// The windows in order of their numbers.
    pub fn windows(&self) -> impl Iterator<Item = &Window> {
        self.windows.values()
    }

    /// A window.
    pub fn window(&self, number: u16) -> Option<&Window> {
        self.windows.get(&number)
    }

    /// Codes of the services a window serves now.
    pub fn services_of<'a>(&'a self, window: &'a Window) -> impl Iterator<Item = &'a ServiceCode> {
        window.services.iter().map(|index| &self.catalogue.services[usize::from(*index)].service.code)
    }

    /// Tickets of today by stage.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Tickets issued and cars that came in, by the time of day, for weeks back.
    pub fn arrivals(&self) -> (&Arrivals, &Arrivals) {
        (&self.tickets_issued, &self.cars_in)
    }

    /// The last day of which it is known who came, by what was seen or told.
    pub fn last_known_day(&self) -> Option<Date> {
        self.tickets_issued.last_day().max(self.cars_in.last_day())
    }

    /// How many people have an appointment on a day, by its minute.
    pub fn appointments(&self, date: Date) -> &[(u16, u32)] {
        self.appointments.get(&date).map_or(&[], Vec::as_slice)
    }

    /// The services that a window serves now, with how many tickets were issued for each today.
    pub fn serves<'a>(&'a self, window: &'a Window) -> impl Iterator<Item = (&'a Service, u32)> {
        window.services.iter().map(|index| {
            let index = usize::from(*index);
            let issued = self.tallies.get(index).map_or(0, |tally| tally.issued);
            (&self.catalogue.services[index].service, issued)
        })
    }

    /// When the settings came into force.
    pub fn configured_at(&self) -> Moment {
        self.configured_at
    }

    /// A car park of the settings. Its count is there from the moment it is.
    pub fn lot(&self, code: &str) -> Option<&Lot> {
        self.lots.get(code)
    }

    /// Every car park of the settings with its count, in the order of the settings.
    pub fn lots(&self) -> impl Iterator<Item = (&crate::settings::lots::Lot, &Lot)> {
        let sections = self.settings.iter().flat_map(Settings::lots);
        sections.filter_map(|section| Some((section, self.lots.get(&section.code)?)))
    }

    /// The ticket that a person holds for a service.
    pub(crate) fn held_by(&self, person: PersonId, service: u16) -> Option<&Ticket> {
        let (_, _, slot) = self.active_persons.range((person, service, 0)..=(person, service, u32::MAX)).next()?;
        Some(&self.tickets[*slot as usize])
    }

    /// The remembered effect of a command.
    pub fn remembered(&self, command: CommandId) -> Option<&Remembered> {
        self.remembered.get(&command)
    }

    /// How many answers are remembered.
    pub fn remembered_len(&self) -> usize {
        self.remembered.len()
    }

    /// Every service that takes tickets or still has some, with its queue.
    pub fn queues(&self) -> impl Iterator<Item = QueueView<'_>> {
        let mut open = vec![0_usize; self.catalogue.services.len()];
        for window in self.windows.values().filter(|window| window.is_open()) {
            for index in &window.services {
                open[usize::from(*index)] += 1;
            }
        }
        let mut sent = vec![(0_usize, None::<Moment>); self.catalogue.services.len()];
        for (queue, line) in self.lines.occupied() {
            if let Queue::Window(_) = queue {
                for head in line.all() {
                    let place = &mut sent[usize::from(self.tickets[head.place.slot as usize].service_index)];
                    place.0 += 1;
                    place.1 = Some(place.1.map_or(head.place.since, |since| since.min(head.place.since)));
                }
            }
        }
        self.catalogue.services.iter().enumerate().filter_map(move |(index, entry)| {
            let line = self.lines.get(Queue::Service(index as u16));
            let (sent_here, sent_since) = sent[index];
            let waiting = line.map_or(0, crate::routing::Line::len) + sent_here;
            if entry.retired && waiting == 0 {
                return None;
            }
            let longest_since = line.and_then(crate::routing::Line::longest).into_iter().chain(sent_since).min();
            let tally = self.tallies.get(index).copied().unwrap_or_default();
            Some(QueueView { service: &entry.service, waiting, longest_since, open_windows: open[index], tally })
        })
    }

    /// How many will probably be called before this ticket: those in its line who would go first, judged at the moment
    /// when one service from now is over (a ticket that has just come has no urgency yet). `None` when it is not waiting.
    pub fn ahead(&self, ticket: &Ticket) -> Option<usize> {
        let Stage::Waiting { since } = ticket.stage else { return None };
        let slot = *self.by_id.get(&ticket.id)?;
        Some(self.ahead_of(
            ticket.queue(),
            ticket.service_index,
            Head { class: ticket.class, place: Place { since, slot } },
        ))
    }

    pub(crate) fn ahead_of(&self, queue: Queue, service: u16, me: Head) -> usize {
        let (Some(line), Some(settings)) = (self.lines.get(queue), &self.settings) else { return 0 };
        let service_s = self.catalogue.services[usize::from(service)].service.expected_service_s;
        let then = self.at.plus_ms(i64::from(service_s) * 1000);
        let mut ahead = line.before(me.class, me.place);
        for head in line.heads().filter(|head| head.class != me.class) {
            ahead += line
                .all()
                .filter(|other| other.class == head.class && settings.profile().goes_before(then, *other, me))
                .count();
        }
        ahead
    }

    pub(crate) fn find(&self, wanted: TicketRef) -> Result<&Ticket, Refusal> {
        match wanted {
            TicketRef::Id(id) => self.ticket(id),
            TicketRef::Number(number) => self.ticket_numbered(number),
        }
        .ok_or_else(|| Refusal::NotFound { what: "ticket", name: wanted.to_string() })
    }

    pub(crate) fn service_index(&self, code: &ServiceCode) -> Result<u16, Refusal> {
        let unknown = || Refusal::UnknownService(code.as_str().chars().take(40).collect());
        let index = *self.catalogue.by_code.get(code).ok_or_else(unknown)?;
        if self.catalogue.services[usize::from(index)].retired { Err(unknown()) } else { Ok(index) }
    }
}
