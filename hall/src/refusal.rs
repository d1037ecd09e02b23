//! Why a command is refused: in words a person can act on, and in the stable names of the contract.

use crate::class::Class;
use crate::ids::TicketId;
use crate::number::Number;
use crate::settings::BadSettings;

/// A command that changed nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something in the request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// This actor may not do that.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// No such thing today.
    #[error("there is no {what} {name} today")]
    NotFound {
        /// `ticket` or `window`.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The hall has no such car park, or that one no such part.
    #[error("there is no {what} {name:?} in the settings of the hall")]
    NoLot {
        /// `lot`, `lane` or `level`.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// No such service.
    #[error("there is no service {0:?}; GET /api/v1/queues lists them")]
    UnknownService(String),
    /// Outside the hours.
    #[error("the hall issues tickets from {open} to {close} on working days")]
    ServiceClosed {
        /// Local opening time.
        open: String,
        /// Local closing time.
        close: String,
    },
    /// The window is closed or paused.
    #[error("window {window} is {state}: open it first")]
    WindowNotOpen {
        /// Its number.
        window: u16,
        /// Its state.
        state: &'static str,
    },
    /// The window has a ticket.
    #[error("window {window} has ticket {number}: finish, return, park or transfer it first")]
    WindowBusy {
        /// Its number.
        window: u16,
        /// The ticket it has.
        number: Number,
    },
    /// No open call to repeat.
    #[error("there is no open call to repeat at this window")]
    NothingToRecall,
    /// The ticket belongs to another window, or this one cannot serve it.
    #[error("ticket {number} is not for window {window}: {reason}")]
    TicketNotHere {
        /// Its number.
        number: Number,
        /// The window that asked.
        window: u16,
        /// Why not.
        reason: String,
    },
    /// The window has no ticket at all.
    #[error("there is no ticket at this window")]
    NoTicketHere,
    /// The ticket is not in a line.
    #[error("the ticket is {state}, not waiting")]
    TicketNotWaiting {
        /// Its state.
        state: &'static str,
    },
    /// One active ticket per person, service and day.
    #[error("this person already holds ticket {number} for this service; it can be reprinted")]
    AlreadyWaiting {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: Number,
    },
    /// The request speaks of a ticket that is no longer the one at the window.
    #[error("the window has moved on: its ticket is {now}")]
    Stale {
        /// Its present ticket, or `none`.
        now: String,
    },
    /// A no-show too soon after the call.
    #[error("too early for a no-show: the hall asks for {calls_left} more calls and {wait_s} s more")]
    TooEarly {
        /// Calls still to be made.
        calls_left: u32,
        /// Seconds still to wait.
        wait_s: i64,
    },
    /// A no-show of somebody who is there.
    #[error("service has begun: finish, park, return or transfer the ticket")]
    AlreadyServing,
    /// One rating a visit: the first counts.
    #[error("ticket {number} has been rated")]
    AlreadyRated {
        /// Its number.
        number: Number,
    },
    /// The same key came with another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// The settings make no sense.
    #[error(transparent)]
    BadSettings(#[from] BadSettings),
    /// No settings yet.
    #[error("the hall has no settings yet: import a hall file")]
    NotConfigured,
}

impl Refusal {
    /// The status and the stable ending of the problem type (contract, "Errors").
    pub fn kind(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::BadSettings(_) => (400, "invalid"),
            Self::NotAllowed(_) => (403, "not-allowed"),
            Self::NotFound { .. } | Self::NoLot { .. } => (404, "not-found"),
            Self::UnknownService(_) => (404, "unknown-service"),
            Self::ServiceClosed { .. } => (409, "service-closed"),
            Self::WindowNotOpen { .. } => (409, "window-not-open"),
            Self::WindowBusy { .. } => (409, "window-busy"),
            Self::NothingToRecall => (409, "nothing-to-recall"),
            Self::TicketNotHere { .. } | Self::NoTicketHere => (409, "ticket-not-here"),
            Self::TicketNotWaiting { .. } => (409, "ticket-not-waiting"),
            Self::AlreadyWaiting { .. } => (409, "already-waiting"),
            Self::Stale { .. } | Self::AlreadyServing | Self::AlreadyRated { .. } => (409, "stale"),
            Self::TooEarly { .. } => (409, "too-early"),
            Self::KeyReused => (422, "key-reused"),
            Self::NotConfigured => (503, "unavailable"),
        }
    }

    /// Refuses class `green` to who may not give it.
    pub(crate) fn class(class: Class) -> Self {
        debug_assert_eq!(class, Class::Green);
        Self::NotAllowed("only the guide and the manager give class green")
    }
}
