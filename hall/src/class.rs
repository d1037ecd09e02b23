//! Classes of visitors: who may go before whom, and why.

use serde::{Deserialize, Serialize};

/// The class a ticket was issued in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 普通: nobody in particular.
    #[default]
    Normal,
    /// 预约: booked a slot and came in it.
    Appointment,
    /// 老年人: 70 years or older.
    Elder,
    /// 残疾人: holds a disability certificate.
    Disabled,
    /// 孕妇: pregnant, or with an infant.
    Pregnant,
    /// 军人: soldiers, veterans and their families.
    Soldier,
    /// 绿色通道: let through by the guide or the manager, with a reason.
    Green,
}

impl Class {
    /// How many classes there are.
    pub const COUNT: usize = 7;
    /// Every class, in the order of its index.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Normal, Self::Appointment, Self::Elder, Self::Disabled, Self::Pregnant, Self::Soldier, Self::Green];

    /// Position in [`Class::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Appointment => "appointment",
            Self::Elder => "elder",
            Self::Disabled => "disabled",
            Self::Pregnant => "pregnant",
            Self::Soldier => "soldier",
            Self::Green => "green",
        }
    }

    /// The class of a name in the contract.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}
