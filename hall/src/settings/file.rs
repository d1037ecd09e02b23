//! The shape of a hall file (contract, "Hall file"), before anything is checked.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::lots::Lot;
use super::ticket::TicketTemplate;
use crate::time::Calendar;

/// A whole hall file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HallFile {
    /// The hall itself.
    pub hall: HallSection,
    /// What stands on tickets; absent: the plain ticket. Settings stored before there was such a section have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketTemplate>,
    /// Parts of the hall with boards and announcements of their own.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Departments that answer for services.
    #[serde(default)]
    pub departments: Vec<Department>,
    /// What people come for.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Where they are served.
    #[serde(default)]
    pub windows: Vec<WindowSection>,
    /// Car parks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
}

/// `[hall]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HallSection {
    /// What the hall is called.
    pub name: Name,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Local time from which tickets are issued.
    pub open: String,
    /// Local time until which tickets are issued.
    pub close: String,
    /// Local time at which the business day ends, before `open`.
    #[serde(default = "day_end")]
    pub day_end: String,
    /// Working days; absent means open every day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calendar: Calendar,
    /// Name of the routing profile.
    #[serde(default = "profile")]
    pub profile: String,
    /// Nobody waits longer than this while a window that may serve him calls others: he goes first.
    #[serde(default = "max_wait_min")]
    pub max_wait_min: u16,
    /// A ticket must have been called this often before it may be marked missed.
    #[serde(default = "min_calls")]
    pub min_calls: u32,
    /// … and this many seconds must have passed since it was first called.
    #[serde(default)]
    pub min_call_s: u32,
    /// Number plates are kept for so many days after a car was last seen, sealed, for disputes; 0: never, a keyed hash is all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub plate_days: u16,
}

fn day_end() -> String {
    "04:00".into()
}
fn profile() -> String {
    "default".into()
}
fn max_wait_min() -> u16 {
    120
}
fn min_calls() -> u32 {
    1
}
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A name in one language or two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// The same text in every language.
    One(String),
    /// One text for each language.
    Each {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    },
}

impl Name {
    /// The Chinese text.
    pub fn zh(&self) -> &str {
        match self {
            Self::One(text) | Self::Each { zh: text, .. } => text,
        }
    }

    /// The English text.
    pub fn en(&self) -> &str {
        match self {
            Self::One(text) | Self::Each { en: text, .. } => text,
        }
    }
}

/// `[[zones]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Short and unique, such as `A`.
    pub code: String,
    /// What people read.
    pub name: Name,
}

/// `[[departments]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Short and unique.
    pub code: String,
    /// What people read.
    pub name: Name,
}

/// The code of a service, unique in its hall.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceCode(pub String);

impl ServiceCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ServiceCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ServiceCode {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

/// `[[services]]`: 事项.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Short and unique.
    pub code: ServiceCode,
    /// What people read.
    pub name: Name,
    /// The department that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The letters in front of its numbers; several services may share them.
    pub series: String,
    /// Seconds at the window, as far as the hall knows beforehand.
    #[serde(default = "expected_service_s")]
    pub expected_service_s: u32,
    /// A ticket needs a person.
    #[serde(default)]
    pub real_name: bool,
    /// 承诺时限 in working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_days: Option<u32>,
    /// 法定时限 in working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_days: Option<u32>,
}

fn expected_service_s() -> u32 {
    600
}

/// What a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowKind {
    /// 综合窗口: takes every matter of its process.
    #[default]
    General,
    /// 专窗: one matter.
    Dedicated,
    /// 潮汐窗口: switched between services at peaks.
    Tide,
}

impl WindowKind {
    /// The name in the hall file.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Dedicated => "dedicated",
            Self::Tide => "tide",
        }
    }
}

/// `[[windows]]`: one window, or a run of equal ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowSection {
    /// One window number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u16>,
    /// Several: `"1-21"`, `"1-3, 7"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<WindowNumbers>,
    /// Code of the zone.
    pub zone: String,
    /// Codes of the services it may serve.
    pub services: Vec<ServiceCode>,
    /// What it is for.
    #[serde(default)]
    pub kind: WindowKind,
}

/// The text of `numbers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowNumbers(pub String);

impl WindowSection {
    /// Every window number of this section, or what is wrong with them.
    pub(super) fn numbers(&self) -> Result<Vec<u16>, String> {
        let text = match (self.number, &self.numbers) {
            (Some(number), None) if (1..=9999).contains(&number) => return Ok(vec![number]),
            (Some(number), None) => return Err(format!("{number} is not a window number from 1 to 9999")),
            (None, Some(numbers)) => &numbers.0,
            _ => return Err("give either number = 7 or numbers = \"1-21\"".into()),
        };
        let mut numbers = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let bound = |text: &str| text.trim().parse::<u16>().ok().filter(|number| (1..=9999).contains(number));
            match (bound(first), bound(last)) {
                (Some(first), Some(last)) if first <= last => numbers.extend(first..=last),
                _ => return Err(format!("{part:?} is not a range of window numbers such as 1-21")),
            }
        }
        Ok(numbers)
    }
}
