//! A ticket and the stages of its day. Transitions consume the stage and return the next one, or say why not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::estimate::Interval;
use crate::ids::{CallId, PersonId, TicketId};
use crate::number::Number;
use crate::print::Print;
use crate::refusal::Refusal;
use crate::routing::Queue;
use crate::settings::ServiceCode;
use crate::time::Moment;

/// Levels of a rating: from 非常不满意 to 非常满意.
pub const RATINGS: std::ops::RangeInclusive<u8> = 1..=5;

/// A numbered ticket of today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id, for ever.
    pub id: TicketId,
    /// Its number, today.
    pub number: Number,
    /// What the visitor came for; a transfer changes it.
    pub service: ServiceCode,
    /// Index of the service in the catalogue of the state.
    pub(crate) service_index: u16,
    /// The class it was issued in.
    pub class: Class,
    /// Who it is for, where that was said.
    pub person: Option<PersonId>,
    /// Where it was taken, such as `kiosk`.
    pub source: Option<String>,
    /// The business day it is valid on.
    pub business_date: Date,
    /// When it was issued.
    pub issued_at: Moment,
    /// The waiting time that was announced when it was issued.
    pub promised: Option<Interval>,
    /// When it was first called.
    pub called_at: Option<Moment>,
    /// How often it was called, recalls included.
    pub calls: u32,
    /// Its paper.
    pub print: Print,
    /// The window it was sent to, while it may be called by no other.
    pub sent_to: Option<u16>,
    /// How its visitor rated the service, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<u8>,
    /// Where it is in its day.
    pub stage: Stage,
}

/// An open call of a ticket to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Kept by recalls.
    pub id: CallId,
    /// Where the visitor is called to.
    pub window: u16,
    /// When the ticket was called to this window.
    pub at: Moment,
    /// Calls and recalls under this id.
    pub count: u32,
    /// The waiting credit the ticket had: the moment since which it had waited.
    pub since: Moment,
}

/// Where a ticket is in its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// In its line; `since` may lie before the issue when it brought credit along.
    Waiting {
        /// The moment from which waiting counts.
        since: Moment,
    },
    /// Called to a window, not there yet.
    Called(Call),
    /// Being served.
    Serving {
        /// The call that brought it there.
        call: Call,
        /// When service began.
        started_at: Moment,
    },
    /// Put aside by the window; keeps its number and what it had waited.
    Parked {
        /// The window that put it aside.
        window: u16,
        /// When.
        at: Moment,
        /// Milliseconds it had waited.
        credit_ms: i64,
    },
    /// Served.
    Done {
        /// Where.
        window: u16,
        /// When service ended.
        at: Moment,
        /// When service began.
        started_at: Moment,
    },
    /// Did not come when called.
    Missed {
        /// Where it was called.
        window: u16,
        /// When it was marked.
        at: Moment,
        /// Milliseconds it had waited.
        credit_ms: i64,
    },
    /// Left the queue without being served.
    Left {
        /// When.
        at: Moment,
    },
}

impl Stage {
    /// The name in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Called(_) => "called",
            Self::Serving { .. } => "serving",
            Self::Parked { .. } => "parked",
            Self::Done { .. } => "done",
            Self::Missed { .. } => "missed",
            Self::Left { .. } => "left",
        }
    }

    /// The open call, if there is one (at most one: invariant I4).
    pub fn open_call(&self) -> Option<&Call> {
        match self {
            Self::Called(call) | Self::Serving { call, .. } => Some(call),
            _ => None,
        }
    }

    /// Whether the visit is not over yet.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Called(_) | Self::Serving { .. } | Self::Parked { .. })
    }

    /// Called to `window`: out of the line, back from the missed, or back from the parked.
    pub fn call(self, id: CallId, window: u16, at: Moment) -> Result<Self, Refusal> {
        let since = match self {
            Self::Waiting { since } => since,
            Self::Missed { credit_ms, .. } | Self::Parked { credit_ms, .. } => at.plus_ms(-credit_ms),
            _ => return Err(Refusal::TicketNotWaiting { state: self.name() }),
        };
        Ok(Self::Called(Call { id, window, at, count: 1, since }))
    }

    /// Called once more, under the same call.
    pub fn recall(self) -> Result<Self, Refusal> {
        let again = |call: Call| Call { count: call.count + 1, ..call };
        match self {
            Self::Called(call) => Ok(Self::Called(again(call))),
            Self::Serving { call, started_at } => Ok(Self::Serving { call: again(call), started_at }),
            _ => Err(Refusal::NothingToRecall),
        }
    }

    /// The visitor is at the window.
    pub fn start(self, at: Moment) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) => Ok(Self::Serving { call, started_at: at }),
            Self::Serving { .. } => Ok(self),
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// Served; `start` may have been left out.
    pub fn finish(self, at: Moment) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) => Ok(Self::Done { window: call.window, at, started_at: call.at }),
            Self::Serving { call, started_at } => Ok(Self::Done { window: call.window, at, started_at }),
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// Nobody came. Not after service has begun, and not before the hall's patience is over.
    pub fn miss(self, at: Moment, min_calls: u32, min_call_ms: i64) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) if call.count < min_calls || at.since(call.at) < min_call_ms => Err(Refusal::TooEarly {
                calls_left: min_calls.saturating_sub(call.count),
                wait_s: (min_call_ms - at.since(call.at) + 999).max(0) / 1000,
            }),
            Self::Called(call) => Ok(Self::Missed { window: call.window, at, credit_ms: call.at.since(call.since) }),
            Self::Serving { .. } => Err(Refusal::AlreadyServing),
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// Wrongly called: back into the line as if never called, so the minutes at the window count as waiting too.
    pub fn return_to_line(self) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) | Self::Serving { call, .. } => Ok(Self::Waiting { since: call.since }),
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// Put aside: what it had waited until the call is kept.
    pub fn park(self, at: Moment) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) | Self::Serving { call, .. } => {
                Ok(Self::Parked { window: call.window, at, credit_ms: call.at.since(call.since) })
            }
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// Into another line, with what it had waited until the call.
    pub fn transfer(self, at: Moment) -> Result<Self, Refusal> {
        match self {
            Self::Called(call) | Self::Serving { call, .. } => {
                Ok(Self::Waiting { since: at.plus_ms(-call.at.since(call.since)) })
            }
            _ => Err(Refusal::NoTicketHere),
        }
    }

    /// The visitor goes home.
    pub fn leave(self, at: Moment) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { .. } | Self::Parked { .. } => Ok(Self::Left { at }),
            _ => Err(Refusal::TicketNotWaiting { state: self.name() }),
        }
    }

    /// The business day ends: who was being served is done, who was called is missed, who waited has left.
    pub fn close_of_day(self, at: Moment) -> Self {
        match self {
            Self::Waiting { .. } | Self::Parked { .. } => Self::Left { at },
            Self::Called(call) => Self::Missed { window: call.window, at, credit_ms: call.at.since(call.since) },
            Self::Serving { call, started_at } => Self::Done { window: call.window, at, started_at },
            over => over,
        }
    }
}

impl Ticket {
    /// The line it waits in, or would return to.
    pub fn queue(&self) -> Queue {
        self.sent_to.map_or(Queue::Service(self.service_index), Queue::Window)
    }

    /// The window it is at, called to or parked at.
    pub fn window(&self) -> Option<u16> {
        match self.stage {
            Stage::Called(call) | Stage::Serving { call, .. } => Some(call.window),
            Stage::Parked { window, .. } | Stage::Done { window, .. } | Stage::Missed { window, .. } => Some(window),
            Stage::Waiting { .. } => self.sent_to,
            Stage::Left { .. } => None,
        }
    }
}
