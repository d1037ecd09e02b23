//! Tickets, windows and queues as clients see them.

use hall::Moment;
use hall::estimate::Interval;
use hall::settings::Name;
use hall::state::{QueueView, State};
use hall::window::WindowState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bridge::Device;

macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $key:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct $name { $($(#[$field])* pub $key: $type,)* }
    };
}
pub(crate) use view;

view! {
    /// A device of the hall, as the program that has it last said, or gone when that program says nothing any more.
    HallDevice {
        /// The program that has it.
        program: String,
        /// The device.
        #[serde(flatten)]
        device: Device,
    }
}

view! {
    /// A ticket. It holds nothing personal.
    Ticket {
        /// Its id.
        id: Uuid,
        /// Its number, such as `A001`; unique in hall and business day.
        number: String,
        /// Code of the service.
        service: String,
        /// Name of the class.
        #[cfg_attr(feature = "typescript", ts(type = "TicketClass"))]
        class: String,
        /// `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`.
        #[cfg_attr(feature = "typescript", ts(type = "TicketState"))]
        state: String,
        /// The day the number is valid on.
        business_date: String,
        /// When it was issued, RFC 3339 with offset.
        issued_at: String,
        /// When it was first called.
        called_at: Option<String>,
        /// The window it is at, was at, or was sent to.
        window: Option<u16>,
        /// How many will probably be called before it; 0 when it does not wait.
        ahead: usize,
        /// The wait still before it, or null when that is not known or it does not wait.
        eta: Option<Eta>,
        /// The open call; a recall keeps it.
        call_id: Option<Uuid>,
        /// Calls and recalls so far.
        calls: u32,
        /// The paper.
        print: Print,
        /// Address of the visitor's page: whoever has it sees the visit and may leave the queue. Only in the answers of calls
        /// that issue, print or find a ticket, never on the live stream.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        link: Option<String>,
    }
}

view! {
    /// An 80 % interval of seconds.
    Eta {
        /// One in ten waits less.
        low_s: u32,
        /// Half wait less.
        median_s: u32,
        /// One in ten waits more.
        high_s: u32,
    }
}

view! {
    /// The printed paper of a ticket.
    Print {
        /// `none`, `printing`, `printed`, `failed` or `unknown`.
        #[cfg_attr(feature = "typescript", ts(type = "PrintState"))]
        state: String,
        /// Copies asked for beyond the first print.
        copies: u32,
        /// The kiosk that is to print it, where it is not the one that asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        printer: Option<String>,
    }
}

view! {
    /// What a clerk sees beside his window's own state.
    Desk {
        /// Who would be called now by the rules; null when nobody waits for this window.
        next: Option<Ticket>,
        /// Why that one; null when nobody waits.
        why: Option<Reason>,
        /// What the window has put aside, oldest first.
        parked: Vec<Ticket>,
        /// Who did not come to this window today and has not been called since, newest first.
        missed: Vec<Ticket>,
    }
}

view! {
    /// A visit as the visitor's own page shows it. Nobody else's is in it, and no name.
    Visit {
        /// The hall.
        hall: Text,
        /// Number of the ticket.
        number: String,
        /// What it is for.
        service: Text,
        /// `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`.
        #[cfg_attr(feature = "typescript", ts(type = "TicketState"))]
        state: String,
        /// The day the number is valid on.
        business_date: String,
        /// When it was issued.
        issued_at: String,
        /// When it was first called.
        called_at: Option<String>,
        /// The window to go to, or where it was served.
        window: Option<u16>,
        /// The zone of that window, or of the windows that may call it.
        zone: Option<Text>,
        /// How many will probably be called before it; 0 when it does not wait.
        ahead: usize,
        /// The wait still before it, or null when that is not known or it does not wait.
        eta: Option<Eta>,
        /// Seconds a called visitor is waited for before the next is called.
        held_s: u32,
        /// Whether the hall is open.
        open: bool,
        /// Its car parks.
        #[serde(default)]
        lots: Vec<crate::parking::VisitLot>,
    }
}

view! {
    /// `GET /api/v1/session`: who has signed in.
    Session {
        /// His name.
        name: String,
        /// What he may do.
        #[cfg_attr(feature = "typescript", ts(type = "Role"))]
        role: String,
        /// The only window he may sit at, if it is only one.
        window: Option<u16>,
        /// Where he sits.
        seat: Option<Seat>,
        /// When the session ends for good, RFC 3339.
        expires_at: String,
        /// Seconds without a request after which it ends before.
        idle_s: u32,
    }
}

view! {
    /// Who sits at a window. One person at a time acts there.
    Seat {
        /// The window.
        window: u16,
        /// This sitting; another one after somebody else sat down.
        seat: Uuid,
        /// Who.
        name: String,
        /// Since when.
        since: String,
    }
}

view! {
    /// A window.
    Window {
        /// Its number.
        window: u16,
        /// Code of its zone.
        zone: String,
        /// `general`, `dedicated` or `tide`.
        #[cfg_attr(feature = "typescript", ts(type = "WindowKind"))]
        kind: String,
        /// `closed`, `idle`, `ready`, `busy` or `paused`.
        #[cfg_attr(feature = "typescript", ts(type = "WindowState"))]
        state: String,
        /// Since when.
        since: String,
        /// Who opened it.
        clerk: Option<String>,
        /// Why it is paused.
        reason: Option<String>,
        /// The ticket that is called or served here.
        ticket: Option<Ticket>,
        /// Codes of the services it serves now.
        services: Vec<String>,
        /// Numbers of the tickets it has put aside.
        parked: Vec<String>,
    }
}

view! {
    /// A text in the languages of the hall.
    Text {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    }
}

view! {
    /// A service with its queue.
    Queue {
        /// Code of the service.
        service: String,
        /// What people read.
        name: Text,
        /// Code of the department.
        department: Option<String>,
        /// A ticket needs a person.
        real_name: bool,
        /// How many wait.
        waiting: usize,
        /// How long the longest of them has waited, in seconds.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        longest_wait_s: i64,
        /// Open windows that serve it.
        open_windows: usize,
        /// The wait of somebody who takes a ticket of class `normal` now; null when it is not known.
        eta: Option<Eta>,
        /// Tickets issued today.
        issued: u32,
        /// Tickets served today.
        served: u32,
        /// Tickets that left the queue today.
        left: u32,
    }
}

view! {
    /// Why a ticket was called.
    Reason {
        /// The rule that chose it.
        rule: String,
        /// Seconds of waiting to its credit.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        waited_s: i64,
        /// Number of the ticket that had waited longer and was passed over.
        passed: Option<String>,
    }
}

view! {
    /// `GET /healthz`.
    Health {
        /// `ok`.
        status: String,
        /// The hall's time.
        time: String,
        /// `real`, or `simulated` when the server runs on `--clock`.
        clock: String,
        /// How fast the clock runs.
        speed: f64,
        /// Position of the last event.
        seq: u64,
        /// The business day in progress.
        business_date: Option<String>,
        /// What program this is.
        build: String,
    }
}

impl From<Interval> for Eta {
    fn from(interval: Interval) -> Self {
        Self { low_s: interval.low_s, median_s: interval.median_s, high_s: interval.high_s }
    }
}

impl From<&Name> for Text {
    fn from(name: &Name) -> Self {
        Self { zh: name.zh().to_owned(), en: name.en().to_owned() }
    }
}

impl From<&hall::routing::Why> for Reason {
    fn from(why: &hall::routing::Why) -> Self {
        Self {
            rule: why.rule.name().to_owned(),
            waited_s: why.waited_s,
            passed: why.passed.as_ref().map(|passed| passed.number.to_string()),
        }
    }
}

/// Turns the core's values into views: knows the hall's time zone and the estimates of the moment.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    /// The state the values belong to.
    pub state: &'a State,
    /// Estimates of the moment.
    pub estimates: &'a hall::estimate::Table,
    /// What is expected of the next hour.
    pub foresight: &'a hall::estimate::foresight::Foresight,
    /// The car parks as visitors' pages show them: worked out a few times a minute for all of them together.
    pub visit_lots: &'a [crate::parking::VisitLot],
}

impl Viewer<'_> {
    /// A moment as text.
    pub fn time(&self, at: Moment) -> String {
        match self.state.settings() {
            Some(settings) => at.rfc3339(&settings.hours().zone),
            None => at.rfc3339(&hall::time::utc()),
        }
    }

    /// A ticket of today as it is now.
    pub fn ticket(&self, ticket: &hall::Ticket) -> Ticket {
        let now = self.estimates.waiting(ticket.id).or(ticket.promised);
        self.ticket_of(ticket, self.state.ahead(ticket), now)
    }

    /// A ticket as a command left it, when `ahead` were ahead of it: the same however often the command is sent again, so
    /// with the estimate that was announced.
    pub fn ticket_with(&self, ticket: &hall::Ticket, ahead: Option<usize>) -> Ticket {
        // What was announced at the issue says nothing of a line joined later.
        self.ticket_of(ticket, ahead, ticket.promised.filter(|_| ticket.calls == 0))
    }

    fn ticket_of(&self, ticket: &hall::Ticket, ahead: Option<usize>, estimate: Option<Interval>) -> Ticket {
        let estimate = estimate.filter(|_| ahead.is_some());
        Ticket {
            id: ticket.id.0,
            number: ticket.number.to_string(),
            service: ticket.service.as_str().to_owned(),
            class: ticket.class.name().to_owned(),
            state: ticket.stage.name().to_owned(),
            business_date: ticket.business_date.to_string(),
            issued_at: self.time(ticket.issued_at),
            called_at: ticket.called_at.map(|at| self.time(at)),
            window: ticket.window(),
            ahead: ahead.unwrap_or(0),
            eta: estimate.map(Eta::from),
            call_id: ticket.stage.open_call().map(|call| call.id.0),
            calls: ticket.calls,
            print: Print {
                state: ticket.print.state.name().to_owned(),
                copies: ticket.print.copies,
                printer: ticket.print.printer.clone(),
            },
            link: None,
        }
    }

    /// A window with its ticket.
    pub fn window(&self, window: &hall::Window) -> Window {
        let ticket = window.state.ticket().and_then(|id| self.state.ticket(id));
        Window {
            window: window.number,
            zone: window.zone.clone(),
            kind: window.kind.name().to_owned(),
            state: window.state.name().to_owned(),
            since: self.time(window.since),
            clerk: window.clerk.clone(),
            reason: match &window.state {
                WindowState::Paused { reason } => Some(reason.clone()),
                _ => None,
            },
            ticket: ticket.map(|ticket| self.ticket(ticket)),
            services: self.state.services_of(window).map(|code| code.as_str().to_owned()).collect(),
            parked: window
                .parked
                .iter()
                .filter_map(|id| self.state.ticket(*id))
                .map(|ticket| ticket.number.to_string())
                .collect(),
        }
    }

    /// A visit of today as it is at `now`.
    pub fn visit(&self, ticket: &hall::Ticket, now: Moment) -> Visit {
        let view = self.ticket(ticket);
        let none = || Text { zh: String::new(), en: String::new() };
        let settings = self.state.settings();
        let file = settings.map(hall::Settings::file);
        let zone = self.zone_of(ticket).and_then(|code| file?.zones.iter().find(|zone| zone.code == code));
        Visit {
            hall: settings.map_or_else(none, |settings| Text::from(&settings.hall().name)),
            number: view.number,
            service: settings
                .and_then(|settings| settings.service(&ticket.service))
                .map_or_else(none, |service| Text::from(&service.name)),
            state: view.state,
            business_date: view.business_date,
            issued_at: view.issued_at,
            called_at: view.called_at,
            window: view.window,
            zone: zone.map(|zone| Text::from(&zone.name)),
            ahead: view.ahead,
            eta: view.eta,
            held_s: settings.map_or(0, |settings| settings.hall().min_call_s),
            open: settings.is_some_and(|settings| settings.hours().is_open(now)),
            lots: self.visit_lots.to_vec(),
        }
    }

    /// Where a ticket is to go: the zone of its window, or the one zone of all windows that may call it.
    fn zone_of(&self, ticket: &hall::Ticket) -> Option<&str> {
        if let Some(number) = ticket.window() {
            return self.state.window(number).map(|window| window.zone.as_str());
        }
        let mut zones = self
            .state
            .windows()
            .filter(|window| self.state.services_of(window).any(|code| *code == ticket.service))
            .map(|window| window.zone.as_str());
        let first = zones.next()?;
        zones.all(|zone| zone == first).then_some(first)
    }

    /// A queue at `now`.
    pub fn queue(&self, queue: &QueueView<'_>, now: Moment) -> Queue {
        let service = queue.service;
        Queue {
            service: service.code.as_str().to_owned(),
            name: Text::from(&service.name),
            department: service.department.clone(),
            real_name: service.real_name,
            waiting: queue.waiting,
            longest_wait_s: queue.longest_since.map_or(0, |since| now.since(since) / 1000),
            open_windows: queue.open_windows,
            eta: self.estimates.fresh(&service.code, hall::Class::Normal).map(Eta::from),
            issued: queue.tally.issued,
            served: queue.tally.served,
            left: queue.tally.left,
        }
    }
}
