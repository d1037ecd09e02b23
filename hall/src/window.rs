//! A window and its state.

use serde::{Deserialize, Serialize};

use crate::ids::TicketId;
use crate::settings::WindowKind;
use crate::time::Moment;

/// One of the hall's windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Its number.
    pub number: u16,
    /// Code of its zone.
    pub zone: String,
    /// What it is for.
    pub kind: WindowKind,
    /// Its state.
    pub state: WindowState,
    /// Since when.
    pub since: Moment,
    /// Who opened it, as his token names him.
    pub clerk: Option<String>,
    /// Indices of the services it serves now, in order.
    pub(crate) services: Vec<u16>,
    /// The services it was opened with, where that differs from the settings.
    pub(crate) opened_with: Option<Vec<u16>>,
    /// Tickets it has put aside, oldest first.
    pub parked: Vec<TicketId>,
    /// No longer in the settings; it goes when its ticket does.
    pub(crate) retired: bool,
}

/// What a window is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowState {
    /// Nobody is there.
    Closed,
    /// The clerk is there and has not asked for anybody.
    Idle,
    /// The clerk waits for the next ticket; it is allocated the moment it comes.
    Ready {
        /// Since when; the longest ready is given a ticket first.
        since: Moment,
    },
    /// A ticket is called or served.
    Busy {
        /// Which.
        ticket: TicketId,
    },
    /// The clerk is away for a moment.
    Paused {
        /// Why.
        reason: String,
    },
}

impl WindowState {
    /// The name in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Idle => "idle",
            Self::Ready { .. } => "ready",
            Self::Busy { .. } => "busy",
            Self::Paused { .. } => "paused",
        }
    }

    /// The ticket at the window.
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Busy { ticket } => Some(*ticket),
            _ => None,
        }
    }
}

impl Window {
    /// Whether it serves the service of this index.
    pub(crate) fn serves(&self, service: u16) -> bool {
        self.services.binary_search(&service).is_ok()
    }

    /// Whether a clerk is there, busy or not.
    pub fn is_open(&self) -> bool {
        matches!(self.state, WindowState::Idle | WindowState::Ready { .. } | WindowState::Busy { .. })
    }
}
