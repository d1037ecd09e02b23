//! Where a visit is.

use protocol::Visit;
use protocol::bridge::Trouble;
use protocol::kiosk::{CodeNote, Sorry};
use uuid::Uuid;

use super::{GLANCE_MS, LOOK_MS};
use crate::errand::Copy;

/// Where a visit is. What it needs to know is in it, and goes with it.
#[derive(Debug, Clone)]
pub enum Stage {
    /// Nobody is there, or somebody who has done nothing yet.
    Welcome,
    /// Where a person helps; with the stage to go back to.
    Help(Box<Stage>),
    /// What to do with an appointment; likewise.
    Appointment(Box<Stage>),
    /// What a code that was scanned says.
    Code {
        /// The stage to go back to.
        before: Box<Stage>,
        /// What it says.
        code: Code,
    },
    /// Choosing a service.
    Services,
    /// The chosen service needs a card.
    NeedCard {
        /// Its code.
        service: String,
    },
    /// Take a ticket for this?
    Confirm {
        /// Code of the service.
        service: String,
        /// Whether the precedence of age is taken; none for who has none.
        elder: Option<bool>,
    },
    /// An errand is under way and has no number yet.
    Issuing {
        /// The errand.
        id: Uuid,
        /// Code of the service.
        service: String,
        /// The visitor has a number already, and wants its paper.
        reprint: bool,
        /// It was under way before the program ended.
        restored: bool,
    },
    /// There is a number, and the paper is on its way.
    Printing(Shown),
    /// Nobody knows whether the paper came out.
    Asking(Shown),
    /// The paper came out.
    Done(Shown),
    /// The paper did not come out.
    NumberOnly {
        /// The ticket.
        shown: Shown,
        /// Why.
        why: Option<Trouble>,
    },
    /// There is a ticket for this person and service.
    Already {
        /// Its id.
        ticket: Uuid,
        /// Its number.
        number: String,
        /// Code of the service.
        service: String,
    },
    /// There is no ticket.
    Sorry(Sorry),
}

/// What a code says.
#[derive(Debug, Clone)]
pub enum Code {
    /// Somebody is being asked.
    Looking,
    /// Where a number is.
    Ticket(Box<Visit>),
    /// No more than this.
    Note(CodeNote),
}

/// A ticket on the screen.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The errand it came from.
    pub id: Uuid,
    /// The ticket.
    pub copy: Copy,
    /// It was under way before the program ended.
    pub restored: bool,
}

impl Stage {
    /// Nothing was asked of anybody yet: a card of somebody else begins another visit at once.
    pub fn is_before(&self) -> bool {
        matches!(
            self,
            Self::Welcome
                | Self::Help(_)
                | Self::Appointment(_)
                | Self::Code { .. }
                | Self::Services
                | Self::NeedCard { .. }
                | Self::Confirm { .. }
                | Self::Sorry(_)
        )
    }

    /// The visitor may end the visit here.
    pub fn may_finish(&self) -> bool {
        !matches!(self, Self::Issuing { .. } | Self::Printing(_))
    }

    /// A visitor who does nothing here is asked whether he is still there.
    pub fn has_idle(&self) -> bool {
        match self {
            Self::Welcome
            | Self::Code { .. }
            | Self::Issuing { .. }
            | Self::Printing(_)
            | Self::Done(_)
            | Self::Sorry(_) => false,
            Self::Help(_)
            | Self::Appointment(_)
            | Self::Services
            | Self::NeedCard { .. }
            | Self::Confirm { .. }
            | Self::Asking(_)
            | Self::NumberOnly { .. }
            | Self::Already { .. } => true,
        }
    }

    /// How long a number is shown before the next visitor's card clears it; none where it has to wait for more.
    pub fn least_ms(&self) -> Option<u64> {
        match self {
            Self::Done(_) | Self::Already { .. } | Self::Sorry(_) => Some(GLANCE_MS),
            Self::NumberOnly { .. } | Self::Asking(_) => Some(LOOK_MS),
            _ => None,
        }
    }
}
