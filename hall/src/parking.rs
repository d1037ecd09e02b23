//! Cars: how many stand in a lot, how far that may be off, and what a sign may say of it.
//!
//! What is counted are passages; who stands where is not known. A count of passages drifts, since now and then one is missed or
//! seen twice, so it is corrected by people, and every correction says how far it was off: from that, and from how much has
//! happened since, the next drift is estimated ([`drift`]). A sign shows a number only while that is small ([`sign`]). From how a lot
//! has been on other days follows how full it will be ([`forecast`]).

pub mod count;
pub mod drift;
pub mod forecast;
pub mod sign;

use serde::{Deserialize, Serialize};

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
}

/// Which way a vehicle went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// The name that whoever saw a passage gave it: the same one told again is the same passage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PassageId(pub String);
