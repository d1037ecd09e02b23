//! What happened. The log of these is the truth; everything else can be made again from it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::command::Fingerprint;
use crate::estimate::Interval;
use crate::estimate::foresight::DayRecord;
use crate::ids::{ActorId, CallId, CommandId, PersonId, TicketId, VehicleId};
use crate::number::Number;
use crate::parking::{Counted, Passage};
use crate::print::PrintState;
use crate::routing::Why;
use crate::settings::{ServiceCode, Settings};
use crate::time::Moment;

/// The version of [`Event`]'s stored form. A change that old rows cannot be read as raises it, with a test that raises
/// an old row.
pub const EVENT_VERSION: u32 = 1;

/// An event at its place in the hall's stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the stream, from 1, without gaps.
    pub seq: u64,
    /// The hall's time; never earlier than the event before.
    pub at: Moment,
    /// The command that caused it.
    pub command: CommandId,
    /// Who gave the command.
    pub actor: ActorId,
    /// Present when the command's answer is to be remembered under its key.
    pub key: Option<Fingerprint>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// Settings came into force.
    #[serde(rename = "hall.configured")]
    HallConfigured {
        /// Their whole content.
        settings: Box<Settings>,
    },
    /// A ticket was issued.
    #[serde(rename = "ticket.issued")]
    TicketIssued {
        /// Its id.
        ticket: TicketId,
        /// Its number.
        number: Number,
        /// Its service.
        service: ServiceCode,
        /// Its class.
        class: Class,
        /// Why in this class.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// For whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// The car he came with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle: Option<VehicleId>,
        /// Taken where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// The day it is valid on.
        business_date: Date,
        /// The waiting time that was announced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promised: Option<Interval>,
    },
    /// A ticket was called to a window.
    #[serde(rename = "ticket.called")]
    TicketCalled {
        /// Which ticket.
        ticket: TicketId,
        /// Where to.
        window: u16,
        /// The new call.
        call: CallId,
        /// Why this one.
        why: Why,
    },
    /// The open call was repeated.
    #[serde(rename = "ticket.recalled")]
    TicketRecalled {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: u16,
    },
    /// Service began.
    #[serde(rename = "ticket.started")]
    TicketStarted {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: u16,
    },
    /// Service ended.
    #[serde(rename = "ticket.finished")]
    TicketFinished {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: u16,
        /// How, in the words of the case system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
        /// The clerk asked for the next ticket with the same key.
        #[serde(default)]
        call: bool,
    },
    /// The visitor did not come.
    #[serde(rename = "ticket.missed")]
    TicketMissed {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: u16,
    },
    /// A wrongly called ticket went back into its line.
    #[serde(rename = "ticket.returned")]
    TicketReturned {
        /// Which ticket.
        ticket: TicketId,
        /// From where.
        window: u16,
        /// Why.
        reason: String,
    },
    /// A ticket was put aside.
    #[serde(rename = "ticket.parked")]
    TicketParked {
        /// Which ticket.
        ticket: TicketId,
        /// Where.
        window: u16,
        /// What for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A ticket that was put aside was called back.
    #[serde(rename = "ticket.resumed")]
    TicketResumed {
        /// Which ticket.
        ticket: TicketId,
        /// Where to.
        window: u16,
        /// The new call.
        call: CallId,
    },
    /// A ticket was sent into another line.
    #[serde(rename = "ticket.transferred")]
    TicketTransferred {
        /// Which ticket.
        ticket: TicketId,
        /// From where.
        window: u16,
        /// The service whose line it waits in now.
        service: ServiceCode,
        /// The only window that may call it, where it was sent to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_window: Option<u16>,
    },
    /// The visitor rated how he was served.
    #[serde(rename = "ticket.rated")]
    TicketRated {
        /// Which ticket.
        ticket: TicketId,
        /// Where he was served.
        window: u16,
        /// 1 (非常不满意) to 5 (非常满意).
        level: u8,
    },
    /// The visitor went home.
    #[serde(rename = "ticket.left")]
    TicketLeft {
        /// Which ticket.
        ticket: TicketId,
    },
    /// A copy was asked for, or something became of it.
    #[serde(rename = "ticket.printed")]
    TicketPrinted {
        /// Which ticket.
        ticket: TicketId,
        /// The number of the copy; every one but the first is marked 补打.
        copy: u32,
        /// What became of it.
        #[serde(default = "PrintState::asked")]
        state: PrintState,
        /// The kiosk that is to print it, where it is not the one that asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        printer: Option<String>,
    },
    /// A window was opened, or opened for other services.
    #[serde(rename = "window.opened")]
    WindowOpened {
        /// Which.
        window: u16,
        /// For these services instead of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        services: Option<Vec<ServiceCode>>,
        /// By whom, as the token names him.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clerk: Option<String>,
    },
    /// A window waits for its next ticket, or no longer does.
    #[serde(rename = "window.ready")]
    WindowReady {
        /// Which.
        window: u16,
        /// Whether it waits.
        ready: bool,
    },
    /// A clerk went away for a moment.
    #[serde(rename = "window.paused")]
    WindowPaused {
        /// Which.
        window: u16,
        /// Why.
        reason: String,
    },
    /// A window was closed.
    #[serde(rename = "window.closed")]
    WindowClosed {
        /// Which.
        window: u16,
    },
    /// A vehicle passed a lane of a car park.
    #[serde(rename = "vehicle.passed")]
    VehiclePassed {
        /// Code of the lot.
        lot: String,
        /// What was seen.
        passage: Passage,
    },
    /// The count of a lot was set to what people counted, or, at the end of a day, to what usually stays.
    #[serde(rename = "lot.corrected")]
    LotCorrected {
        /// Code of the lot.
        lot: String,
        /// The class or level.
        what: Counted,
        /// When it was counted.
        counted_at: Moment,
        /// Cars that stood there.
        occupied: u32,
        /// What the count had been off by.
        off: i64,
        /// Why.
        reason: String,
        /// Who, as he is named; none for the night's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A lot or a level of it was opened or closed.
    #[serde(rename = "lot.changed")]
    LotChanged {
        /// Code of the lot.
        lot: String,
        /// The level, where it is not the whole lot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// Whether it is open now.
        open: bool,
    },
    /// A lane was opened or closed by its operator.
    #[serde(rename = "lane.changed")]
    LaneChanged {
        /// Code of the lot.
        lot: String,
        /// Code of the lane.
        lane: String,
        /// Whether it is open now.
        open: bool,
    },
    /// The devices of a lane see nothing any more, or see again.
    #[serde(rename = "lane.blinded")]
    LaneBlinded {
        /// Code of the lot.
        lot: String,
        /// Code of the lane.
        lane: String,
        /// Whether they see nothing.
        blind: bool,
    },
    /// What an earlier system recorded of a day before this one's first, so that what is usual is known from the start.
    #[serde(rename = "day.told")]
    DayTold {
        /// The day.
        date: Date,
        /// What was recorded.
        record: DayRecord,
    },
    /// A booking system told how many people have an appointment on a day; what it told of that day before holds no longer.
    #[serde(rename = "appointments.told")]
    AppointmentsTold {
        /// The day.
        date: Date,
        /// Minutes of the day at which some are due, and how many.
        slots: Vec<(u16, u32)>,
    },
    /// The business day ended: open visits ended with it, every window closed, numbers begin again.
    #[serde(rename = "day.closed")]
    DayClosed {
        /// The day.
        date: Date,
    },
}

impl Event {
    /// The type as it is stored.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::HallConfigured { .. } => "hall.configured",
            Self::TicketIssued { .. } => "ticket.issued",
            Self::TicketCalled { .. } => "ticket.called",
            Self::TicketRecalled { .. } => "ticket.recalled",
            Self::TicketStarted { .. } => "ticket.started",
            Self::TicketFinished { .. } => "ticket.finished",
            Self::TicketMissed { .. } => "ticket.missed",
            Self::TicketReturned { .. } => "ticket.returned",
            Self::TicketParked { .. } => "ticket.parked",
            Self::TicketResumed { .. } => "ticket.resumed",
            Self::TicketTransferred { .. } => "ticket.transferred",
            Self::TicketRated { .. } => "ticket.rated",
            Self::TicketLeft { .. } => "ticket.left",
            Self::TicketPrinted { .. } => "ticket.printed",
            Self::WindowOpened { .. } => "window.opened",
            Self::WindowReady { .. } => "window.ready",
            Self::WindowPaused { .. } => "window.paused",
            Self::WindowClosed { .. } => "window.closed",
            Self::VehiclePassed { .. } => "vehicle.passed",
            Self::LotCorrected { .. } => "lot.corrected",
            Self::LotChanged { .. } => "lot.changed",
            Self::LaneChanged { .. } => "lane.changed",
            Self::LaneBlinded { .. } => "lane.blinded",
            Self::DayTold { .. } => "day.told",
            Self::AppointmentsTold { .. } => "appointments.told",
            Self::DayClosed { .. } => "day.closed",
        }
    }

    /// The ticket it concerns.
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::TicketIssued { ticket, .. }
            | Self::TicketCalled { ticket, .. }
            | Self::TicketRecalled { ticket, .. }
            | Self::TicketStarted { ticket, .. }
            | Self::TicketFinished { ticket, .. }
            | Self::TicketMissed { ticket, .. }
            | Self::TicketReturned { ticket, .. }
            | Self::TicketParked { ticket, .. }
            | Self::TicketResumed { ticket, .. }
            | Self::TicketTransferred { ticket, .. }
            | Self::TicketRated { ticket, .. }
            | Self::TicketLeft { ticket }
            | Self::TicketPrinted { ticket, .. } => Some(*ticket),
            _ => None,
        }
    }

    /// The window whose state it changes.
    pub fn window(&self) -> Option<u16> {
        match self {
            Self::TicketCalled { window, .. }
            | Self::TicketRecalled { window, .. }
            | Self::TicketStarted { window, .. }
            | Self::TicketFinished { window, .. }
            | Self::TicketMissed { window, .. }
            | Self::TicketReturned { window, .. }
            | Self::TicketParked { window, .. }
            | Self::TicketResumed { window, .. }
            | Self::TicketTransferred { window, .. }
            | Self::TicketRated { window, .. }
            | Self::WindowOpened { window, .. }
            | Self::WindowReady { window, .. }
            | Self::WindowPaused { window, .. }
            | Self::WindowClosed { window } => Some(*window),
            _ => None,
        }
    }

    /// The lot whose count or state it changes.
    pub fn lot(&self) -> Option<&str> {
        match self {
            Self::VehiclePassed { lot, .. }
            | Self::LotCorrected { lot, .. }
            | Self::LotChanged { lot, .. }
            | Self::LaneChanged { lot, .. }
            | Self::LaneBlinded { lot, .. } => Some(lot),
            _ => None,
        }
    }
}
