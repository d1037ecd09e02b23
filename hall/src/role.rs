//! Who may do what. The table of the contract ("Roles"), in one place.

use serde::{Deserialize, Serialize};

use crate::ids::ActorId;

/// What a token (later: a user) may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Settings and devices.
    Admin,
    /// People and tokens.
    Security,
    /// Reads the audit.
    Auditor,
    /// Issues, acts at any window, sees everything about the hall, may issue outside the hours.
    Manager,
    /// Acts at its window, or at any when the token names none.
    Clerk,
    /// Reception: issues with a class and its reason, reprints, finds.
    Guide,
    /// Issues.
    Kiosk,
    /// Reads calls and queues.
    Board,
    /// Reports device states.
    Bridge,
    /// Parking devices, and people who look after a car park.
    Gate,
}

/// What somebody wants to do, as far as permission is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Issue a ticket.
    Issue,
    /// Issue a ticket of class `green`.
    IssueGreen,
    /// Issue outside the hours.
    IssueOutsideHours,
    /// Look at one ticket, or let it leave the queue.
    Ticket,
    /// Print a ticket again, and say what became of its paper.
    Reprint,
    /// Find tickets by number or person.
    Find,
    /// Act at a window.
    Window(u16),
    /// Read calls, queues and windows, once or live.
    Look,
    /// Read the figures of the machines.
    Figures,
    /// Read how the devices of the hall are.
    Devices,
    /// Say how one's own devices are.
    ReportDevices,
    /// Change the settings of the hall.
    Configure,
    /// Read how many places are free.
    Lots,
    /// Hear the live stream: whoever reads calls and queues, and of car parks alone whoever works there.
    Listen,
    /// Tell that a vehicle passed, and how a lane's devices are.
    Passage,
    /// Correct the count of a car park, close it, a level or a lane.
    Park,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Admin,
        Self::Security,
        Self::Auditor,
        Self::Manager,
        Self::Clerk,
        Self::Guide,
        Self::Kiosk,
        Self::Board,
        Self::Bridge,
        Self::Gate,
    ];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Security => "security",
            Self::Auditor => "auditor",
            Self::Manager => "manager",
            Self::Clerk => "clerk",
            Self::Guide => "guide",
            Self::Kiosk => "kiosk",
            Self::Board => "board",
            Self::Bridge => "bridge",
            Self::Gate => "gate",
        }
    }

    /// The role of a name in the contract.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who gives a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The token's or user's id; stands with every event.
    pub id: ActorId,
    /// What it may do.
    pub role: Role,
    /// The one window a clerk's token is bound to, if it is.
    pub window: Option<u16>,
}

impl Actor {
    /// Whether this actor may do `act`.
    pub fn may(&self, act: Act) -> bool {
        use Role::{Admin, Board, Clerk, Guide, Kiosk, Manager};
        match act {
            Act::Issue => matches!(self.role, Manager | Guide | Kiosk),
            Act::IssueGreen => matches!(self.role, Manager | Guide),
            Act::IssueOutsideHours => self.role == Manager,
            Act::Ticket => matches!(self.role, Manager | Guide | Kiosk | Clerk),
            Act::Reprint => matches!(self.role, Manager | Guide | Kiosk),
            Act::Find => matches!(self.role, Manager | Guide),
            Act::Window(number) => match self.role {
                Manager => true,
                Clerk => self.window.is_none_or(|own| own == number),
                _ => false,
            },
            Act::Look => matches!(self.role, Admin | Manager | Guide | Clerk | Kiosk | Board),
            Act::Figures => matches!(self.role, Admin | Role::Security | Role::Auditor | Manager),
            Act::Devices => matches!(self.role, Admin | Manager | Guide),
            Act::ReportDevices => matches!(self.role, Role::Bridge | Kiosk | Board | Role::Gate),
            Act::Configure => matches!(self.role, Admin | Manager),
            Act::Lots => self.may(Act::Look) || matches!(self.role, Role::Gate | Role::Bridge),
            Act::Listen => self.may(Act::Look) || self.role == Role::Gate,
            Act::Passage => matches!(self.role, Manager | Role::Gate | Role::Bridge),
            Act::Park => matches!(self.role, Manager | Role::Gate),
        }
    }
}
