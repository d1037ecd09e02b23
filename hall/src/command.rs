//! What may be asked of a hall.

use crate::class::Class;
use crate::estimate::foresight::DayRecord;
use crate::ids::{CommandId, PersonId, TicketId, VehicleId};
use crate::number::Number;
use crate::parking::{Counted, Passage};
use crate::print::PrintState;
use crate::role::Actor;
use crate::settings::{ServiceCode, Settings};
use crate::time::Moment;

/// Everything about a command except what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The hall's time; an earlier one than the last event's counts as that (`at` never goes back).
    pub at: Moment,
    /// Made by the client's key, or afresh.
    pub command: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// Present when the client sent an `Idempotency-Key`: what the request was, so that another under the same key is
    /// found out. Only such a command's answer is remembered.
    pub key: Option<Fingerprint>,
}

/// 128 bits of a hash over a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub uuid::Uuid);

/// One wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Put settings in force.
    Configure(Box<Settings>),
    /// End the business day, when its time has come.
    CloseDay,
    /// Issue a ticket.
    Issue(Issue),
    /// The visitor leaves the queue.
    Leave(TicketId),
    /// Print the ticket again, marked 补打.
    Reprint {
        /// Which ticket.
        ticket: TicketId,
        /// The kiosk that prints; `None`: who asks prints it himself.
        printer: Option<String>,
    },
    /// Something became of a copy.
    Printed {
        /// Which ticket.
        ticket: TicketId,
        /// Which copy; 0 is the first print.
        copy: u32,
        /// What became of it.
        state: PrintState,
    },
    /// Something at a window.
    At(u16, AtWindow),
    /// What an earlier system recorded of a day.
    TellDay(jiff::civil::Date, DayRecord),
    /// So many people have an appointment on a day, by the minute of the day.
    Appointments(jiff::civil::Date, Vec<(u16, u32)>),
    /// Something at a car park, by its code.
    AtLot(String, AtLot),
}

/// What happens at a car park.
#[derive(Debug, Clone, PartialEq)]
pub enum AtLot {
    /// A vehicle passed.
    Passed(Passage),
    /// People counted the cars.
    Correct {
        /// Which of them; none: all, of which what is not in a class of its own stands on ordinary bays.
        what: Option<Counted>,
        /// When; none: now.
        at: Option<Moment>,
        /// How many there were.
        occupied: u32,
        /// Why they were counted.
        reason: String,
        /// By whom, as the token names him.
        by: String,
    },
    /// Open or close the lot or one of its levels.
    Open {
        /// Code of the level; none: the lot.
        level: Option<String>,
        /// Whether it is to be open.
        open: bool,
    },
    /// Open or close a lane.
    OpenLane {
        /// Its code.
        lane: String,
        /// Whether it is to be open.
        open: bool,
    },
    /// The devices of a lane see nothing any more, or see again.
    Blind {
        /// Its code.
        lane: String,
        /// Whether they see nothing.
        blind: bool,
    },
}

/// What a new ticket is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The id it gets.
    pub ticket: TicketId,
    /// What for.
    pub service: ServiceCode,
    /// In which class.
    pub class: Class,
    /// Why in this class; needed for every class but `normal` and `appointment` when the guide or manager gives it.
    pub reason: Option<String>,
    /// For whom.
    pub person: Option<PersonId>,
    /// The car the visitor came with.
    pub vehicle: Option<VehicleId>,
    /// Taken where.
    pub source: Option<String>,
    /// The kiosk that prints it, when somebody else than that kiosk issues it.
    pub printer: Option<String>,
    /// The waiting time announced.
    pub estimate: Option<crate::estimate::Interval>,
}

/// What a clerk does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtWindow {
    /// Open the window, for these services instead of its own when given.
    Open {
        /// Codes of services.
        services: Option<Vec<ServiceCode>>,
        /// The clerk, as his token names him.
        clerk: Option<String>,
    },
    /// Go away for a moment.
    Pause {
        /// Why.
        reason: String,
    },
    /// Close the window.
    Close,
    /// Call the next ticket, or this one.
    Call {
        /// A ticket by id or number.
        ticket: Option<TicketRef>,
        /// Wait for the next ticket when nobody waits.
        ready: bool,
    },
    /// Call the open ticket again.
    Recall {
        /// The ticket the clerk sees; another one at the window is `stale`.
        seen: Option<TicketId>,
    },
    /// The visitor is here.
    Start {
        /// See `Recall`.
        seen: Option<TicketId>,
    },
    /// The visitor is served.
    Finish {
        /// How it ended, in the words of the case system.
        outcome: Option<String>,
        /// Call the next ticket as well: the one key.
        call: bool,
        /// … and wait for the next when nobody does.
        ready: bool,
        /// See `Recall`.
        seen: Option<TicketId>,
    },
    /// Nobody came.
    Miss {
        /// See `Recall`.
        seen: Option<TicketId>,
    },
    /// Wrongly called: back into the line.
    Return {
        /// Why.
        reason: String,
        /// See `Recall`.
        seen: Option<TicketId>,
    },
    /// Put the ticket aside.
    Park {
        /// What for.
        note: Option<String>,
        /// See `Recall`.
        seen: Option<TicketId>,
    },
    /// Call a ticket back that was put aside.
    Resume {
        /// Which.
        ticket: TicketRef,
    },
    /// The visitor rates how he is or was served here.
    Rate {
        /// 1 (非常不满意) to 5 (非常满意).
        level: u8,
        /// The ticket; `None`: the one that is served here, or the last one that was.
        ticket: Option<TicketId>,
    },
    /// Send the visitor to another service or window.
    Transfer {
        /// Where to.
        to: TransferTo,
        /// See `Recall`.
        seen: Option<TicketId>,
    },
}

/// A ticket, named as a client may name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketRef {
    /// By its id.
    Id(TicketId),
    /// By today's number.
    Number(Number),
}

impl std::fmt::Display for TicketRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Where a transfer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferTo {
    /// Into the line of another service.
    Service(ServiceCode),
    /// To one window, under the same service.
    Window(u16),
}
