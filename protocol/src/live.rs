//! The live stream's messages (contract, "Live stream").

use hall::event::{Event, Record};
use hall::settings::ticket::TicketTemplate;
use hall::state::State;
use serde::{Deserialize, Serialize};

use crate::parking::{Crowd, Lot};
use crate::views::{HallDevice, Queue, Reason, Seat, Text, Ticket, Viewer, Visit, Window, view};

/// Version of this protocol, said in the hello.
pub const PROTOCOL: u32 = 1;

/// What a client may subscribe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Topic {
    /// Calls, and what becomes of them.
    Calls,
    /// Tickets joining and leaving the lines, and the state of each line.
    Queues,
    /// States of windows.
    Windows,
    /// Free places, and the crowd that is coming.
    Parking,
    /// States of devices. Nothing is said of them yet.
    Devices,
}

impl Topic {
    /// As one bit of a set.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The first message of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Subscribe {
    /// What it wants to hear of.
    pub subscribe: Vec<Topic>,
    /// The last position it has seen; null for a snapshot.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub after: Option<u64>,
}

/// The first message of a visitor's page, which hears of its own visit and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SubscribeVisit {
    /// `["visit"]`.
    #[cfg_attr(feature = "typescript", ts(type = "[\"visit\"]"))]
    pub subscribe: [VisitTopic; 1],
    /// From the address of the page.
    pub token: String,
}

/// `visit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VisitTopic {
    /// One visit.
    Visit,
}

/// `visit.changed`: how a visit is now; the first message of its stream, and then after each change. It has no position:
/// the newest replaces all before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VisitChanged {
    /// `visit.changed`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"visit.changed\""))]
    pub kind: String,
    /// The hall's time.
    pub at: String,
    /// The visit.
    pub data: Visit,
}

/// `seat.changed`: who sits at a window now. It has no position: the newest replaces all before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SeatChanged {
    /// `seat.changed`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"seat.changed\""))]
    pub kind: String,
    /// The hall's time.
    pub at: String,
    /// The window.
    pub window: u16,
    /// Who sits there; null when nobody does.
    pub seat: Option<Seat>,
}

/// `device.changed`: how a device of the hall is now. It has no position: the newest replaces all before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DeviceChanged {
    /// `device.changed`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"device.changed\""))]
    pub kind: String,
    /// The hall's time.
    pub at: String,
    /// The device.
    pub data: HallDevice,
}

/// What a server says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hello {
    /// `hello`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"hello\""))]
    pub kind: String,
    /// Version of the protocol.
    pub protocol: u32,
    /// What program this is; another one after a reconnect means that pages should reload.
    pub build: String,
}

view! {
    /// A department of the hall.
    DepartmentView {
        /// Its code.
        code: String,
        /// What people read.
        name: Text,
    }
}

view! {
    /// A zone of the hall.
    ZoneView {
        /// Its code.
        code: String,
        /// What people read.
        name: Text,
    }
}

view! {
    /// The hall itself.
    HallView {
        /// What it is called.
        name: Text,
        /// The business day in progress.
        business_date: Option<String>,
        /// Whether tickets are issued now.
        open: bool,
        /// Local time from which tickets are issued on a working day, such as `08:30`.
        opens: String,
        /// Local time until which tickets are issued.
        closes: String,
        /// Its zones.
        zones: Vec<ZoneView>,
        /// Its departments.
        departments: Vec<DepartmentView>,
        /// What stands on its tickets, where it says so.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::ticket::known")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
        #[cfg_attr(feature = "typescript", ts(optional, type = "TicketTemplate"))]
        ticket: Option<TicketTemplate>,
    }
}

view! {
    /// The data of a snapshot. Topics that were not asked for are empty.
    SnapshotData {
        /// The hall.
        hall: HallView,
        /// The last tickets that were called, the newest first, whatever became of them.
        calls: Vec<Ticket>,
        /// Every service.
        queues: Vec<Queue>,
        /// Every window.
        windows: Vec<Window>,
        /// Every car park.
        #[serde(default)]
        lots: Vec<Lot>,
        /// The crowd that is coming; null until something is known.
        #[serde(default)]
        crowd: Option<Crowd>,
    }
}

/// Everything at one position of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Snapshot {
    /// `snapshot`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"snapshot\""))]
    pub kind: String,
    /// The position.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seq: u64,
    /// The hall's time.
    pub at: String,
    /// What there is.
    pub data: SnapshotData,
}

/// Data of a `ticket.…` event: the ticket as it is now, with the state of the window concerned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TicketData {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// The window whose state changed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub window_state: Option<Window>,
    /// The window at which it was parked before, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub former_window_state: Option<Window>,
    /// The number of the window concerned, where that window had left the settings and is gone with its ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub gone_window: Option<u16>,
    /// Why it was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub why: Option<Reason>,
}

/// Data of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Data {
    /// Of `ticket.…`.
    Ticket(Box<TicketData>),
    /// Of `window.changed`.
    Window(Box<Window>),
    /// Of `queue.changed`.
    Queue(Box<Queue>),
    /// Of `hall.configured` and `day.closed`.
    Hall(Box<HallView>),
    /// Of `parking.changed`.
    Lot(Box<Lot>),
    /// Of `crowd.changed`.
    Crowd(Box<Crowd>),
}

/// One event, or the present state of one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Position in the stream; absent for what is state and no event: `queue.changed`, `crowd.changed`, and `parking.changed` when
    /// only what may be said of a lot has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The hall's time.
    pub at: String,
    /// What there is to know.
    pub data: Data,
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tick {
    /// `tick`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(type = "\"tick\""))]
    pub kind: String,
    /// Position of the last event.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seq: u64,
    /// The hall's time.
    pub at: String,
    /// Whether tickets are issued now.
    pub open: bool,
}

/// The type a client sees, and who hears of it (bits of [`Topic`]).
pub fn kind_and_topics(event: &Event) -> (&'static str, u8) {
    let (calls, queues, windows) = (Topic::Calls.bit(), Topic::Queues.bit(), Topic::Windows.bit());
    match event {
        Event::WindowOpened { .. }
        | Event::WindowReady { .. }
        | Event::WindowPaused { .. }
        | Event::WindowClosed { .. } => ("window.changed", windows),
        event if event.lot().is_some() => ("parking.changed", Topic::Parking.bit()),
        Event::HallConfigured { .. } | Event::DayClosed { .. } => {
            (event.type_name(), calls | queues | windows | Topic::Parking.bit())
        }
        // Nobody's line or call is another one by these.
        Event::AppointmentsTold { .. } | Event::DayTold { .. } => (event.type_name(), 0),
        Event::TicketRated { .. } => (event.type_name(), windows),
        Event::TicketIssued { .. } | Event::TicketLeft { .. } | Event::TicketPrinted { .. } => {
            // A parked ticket that leaves changes what its window has put aside.
            (event.type_name(), queues | windows)
        }
        _ => (event.type_name(), calls | queues | windows),
    }
}

/// The message of an event that `viewer.state` has just applied; `parked_at` is the window at which the ticket had been
/// parked before.
pub fn message(viewer: Viewer<'_>, record: &Record, parked_at: Option<u16>) -> Option<Message> {
    let (kind, _) = kind_and_topics(&record.event);
    let state = viewer.state;
    let window = record.event.window().or(parked_at).and_then(|number| state.window(number));
    let data = match &record.event {
        Event::HallConfigured { .. } | Event::DayClosed { .. } => Data::Hall(Box::new(hall_view(state)?)),
        event if event.lot().is_some() => {
            let (section, lot) = state.lot_with_section(event.lot()?)?;
            Data::Lot(Box::new(viewer.lot(section, lot, record.at)))
        }
        event => match event.ticket() {
            None => Data::Window(Box::new(viewer.window(window?))),
            Some(id) => Data::Ticket(Box::new(TicketData {
                ticket: viewer.ticket(state.ticket(id)?),
                window_state: window.map(|window| viewer.window(window)),
                former_window_state: parked_at
                    .filter(|number| window.is_none_or(|window| window.number != *number))
                    .and_then(|number| state.window(number))
                    .map(|window| viewer.window(window)),
                gone_window: event.window().filter(|number| state.window(*number).is_none()),
                why: match event {
                    Event::TicketCalled { why, .. } => Some(Reason::from(why)),
                    _ => None,
                },
            })),
        },
    };
    Some(Message { seq: Some(record.seq), kind: kind.to_owned(), at: viewer.time(record.at), data })
}

/// The hall as pages show it.
pub fn hall_view(state: &State) -> Option<HallView> {
    let settings = state.settings()?;
    let zones = settings.file().zones.iter();
    let departments = settings.file().departments.iter();
    Some(HallView {
        name: Text::from(&settings.hall().name),
        business_date: state.day().map(|day| day.date.to_string()),
        open: settings.hours().is_open(state.at()),
        opens: settings.hall().open.clone(),
        closes: settings.hall().close.clone(),
        zones: zones.map(|zone| ZoneView { code: zone.code.clone(), name: Text::from(&zone.name) }).collect(),
        departments: departments
            .map(|department| DepartmentView { code: department.code.clone(), name: Text::from(&department.name) })
            .collect(),
        ticket: settings.ticket().cloned(),
    })
}

/// The newest of a list by what names it: it replaces the one before, or is new.
pub fn replace<T, K: PartialEq>(list: &mut Vec<T>, newest: T, name: impl Fn(&T) -> K) {
    match list.iter_mut().find(|known| name(known) == name(&newest)) {
        Some(known) => *known = newest,
        None => list.push(newest),
    }
}
