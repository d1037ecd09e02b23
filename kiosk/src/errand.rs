//! What a kiosk has undertaken to do for a visitor, and how far it is. An errand is on the disk before anybody is asked, and
//! stays there until nothing is left to do.

use protocol::bridge::JobReport;
use protocol::{Pii, Ticket};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that is to end in one ticket on paper, or in one that the visitor knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Errand {
    /// Its id, and the `Idempotency-Key` of what is asked of the server.
    pub id: Uuid,
    /// What is to be done.
    pub what: What,
    /// The hall's time at which it began, RFC 3339; none when the hall had not been heard yet.
    pub at: Option<String>,
    /// How far it is.
    pub step: Step,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Issue a ticket and print it.
    Issue(Wish),
    /// Print a ticket again, marked 补打.
    Reprint {
        /// Id of the ticket.
        ticket: Uuid,
    },
    /// Print what somebody else has asked this kiosk to print, or report what the visitor has said.
    Order,
}

/// What a visitor wants a ticket for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Code of the service.
    pub service: String,
    /// Name of the class, where it is not the usual one.
    pub class: Option<String>,
    /// Why in this class.
    pub reason: Option<String>,
    /// Number of the visitor's card. It is forgotten as soon as the server has answered.
    pub person: Option<Pii<String>>,
}

/// How far an errand is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
pub enum Step {
    /// On the disk; the server may have been asked, and has not answered.
    Spooled {
        /// The visitor was told that there is no number: one that comes late is to be given back.
        given_up: bool,
    },
    /// The server has answered; nothing was sent to the printer.
    Issued(Copy),
    /// The copy may have been sent to the printer.
    Printing(Copy),
    /// It is known what became of the copy; the server may not know it yet.
    Printed {
        /// The copy.
        #[serde(flatten)]
        copy: Copy,
        /// What became of it.
        report: JobReport,
    },
}

/// A copy of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copy {
    /// The ticket.
    pub ticket: Box<Ticket>,
    /// 0 is the first print; every other one is marked 补打.
    pub copy: u32,
}

impl Copy {
    /// Name of its print job: it is printed at most once, however often it is sent.
    pub fn job(&self) -> String {
        format!("{}-{}", self.ticket.id, self.copy)
    }
}

impl Errand {
    /// A new one, of which nothing has been done.
    pub fn new(id: Uuid, what: What, at: Option<String>) -> Self {
        Self { id, what, at, step: Step::Spooled { given_up: false } }
    }

    /// A copy that others have asked for.
    pub fn order(id: Uuid, copy: Copy, at: Option<String>) -> Self {
        Self { id, what: What::Order, at, step: Step::Issued(copy) }
    }

    /// A report to the server, and nothing else.
    pub fn report(id: Uuid, copy: Copy, report: JobReport) -> Self {
        Self { id, what: What::Order, at: None, step: Step::Printed { copy, report } }
    }

    /// The copy, once there is one.
    pub fn copy(&self) -> Option<&Copy> {
        match &self.step {
            Step::Spooled { .. } => None,
            Step::Issued(copy) | Step::Printing(copy) | Step::Printed { copy, .. } => Some(copy),
        }
    }

    /// Whether a visitor stands before the kiosk for it.
    pub fn is_visitors(&self) -> bool {
        !matches!(self.what, What::Order)
    }
}
