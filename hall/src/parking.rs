//! Cars: how many stand in a lot, how far that may be off, and what a sign may say of it.
//!
//! What is counted are passages; who stands where is not known. A count of passages drifts, since now and then one is missed or
//! seen twice, so it is corrected by people, and every correction says how far it was off: from that, and from how much has
//! happened since, the next drift is estimated ([`drift`]). A lane that sees nothing although vehicles must have passed is a
//! doubt of its own ([`lane`]). A sign shows a number only while the doubt is small ([`sign`]). Who is inside by his plate is
//! another ledger ([`sessions`]), which no count depends on. From how a lot has been on other days follows how full it will be
//! ([`forecast`]).

pub mod count;
pub mod drift;
pub mod forecast;
pub mod lane;
mod lot;
pub mod sessions;
pub mod sign;

use serde::{Deserialize, Serialize};

use crate::ids::VehicleId;
use crate::time::Moment;
pub use lot::{Correction, Doubt, LATE_MS, Lot, REMEMBERED_MS, Reading, Taken};

/// Whom a bay is for. Each class is counted for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bay {
    /// 普通: anybody.
    #[default]
    Ordinary,
    /// 无障碍: people with a disability.
    Disabled,
    /// 充电: cars that charge.
    Charging,
    /// 预约: visitors with an appointment.
    Visitor,
    /// 职工: those who work here.
    Staff,
}

impl Bay {
    /// How many classes there are.
    pub const COUNT: usize = 5;
    /// Every class, in the order of its index.
    pub const ALL: [Self; Self::COUNT] = [Self::Ordinary, Self::Disabled, Self::Charging, Self::Visitor, Self::Staff];

    /// Position in [`Bay::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Disabled => "disabled",
            Self::Charging => "charging",
            Self::Visitor => "visitor",
            Self::Staff => "staff",
        }
    }

    /// The class of a name in the contract.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bay| bay.name() == name)
    }
}

/// Which way a vehicle went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into the lot.
    In,
    /// Out of it.
    Out,
}

impl Direction {
    /// The other one.
    pub const fn reversed(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }

    /// What it changes.
    pub const fn change(self) -> i64 {
        match self {
            Self::In => 1,
            Self::Out => -1,
        }
    }
}

/// What saw a passage. Two kinds at one lane see the same vehicle, which counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A pair of loops.
    Loops,
    /// A camera that reads plates.
    Camera,
    /// A gate that opened and closed.
    Gate,
    /// Another system.
    #[default]
    Other,
}

impl Source {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loops => "loops",
            Self::Camera => "camera",
            Self::Gate => "gate",
            Self::Other => "http",
        }
    }

    /// The kind of a name in the contract.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Loops, Self::Camera, Self::Gate, Self::Other].into_iter().find(|source| source.name() == name)
    }
}

/// The name that whoever saw a passage gave it: the same one told again is the same passage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PassageId(pub String);

/// A vehicle passed a lane of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Its name.
    pub id: PassageId,
    /// Code of the lane.
    pub lane: String,
    /// When it was.
    pub at: Moment,
    /// Which way.
    pub direction: Direction,
    /// To or from which bays; none: those the lane leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bay: Option<Bay>,
    /// What saw it.
    #[serde(default)]
    pub source: Source,
    /// Whoever saw it was not sure of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// Whose plate it was, where one was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<VehicleId>,
}

/// What has a count of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counted {
    /// The bays of a class.
    Class(Bay),
    /// A level, by its code, with all classes that stand on it.
    Level(String),
}
