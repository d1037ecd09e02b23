//! The settings of a hall: what a hall file says, checked.
//!
//! [`HallFile`] is the file's shape. [`Settings`] is a file that makes sense: every name is known, every window number
//! stands once. Whatever is not in a `Settings` cannot be in force.

mod file;
pub mod lots;
pub mod ticket;

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use file::{
    Department, HallFile, HallSection, Name, Service, ServiceCode, WindowKind, WindowNumbers, WindowSection, Zone,
};

use ticket::TicketTemplate;

use crate::number::Series;
use crate::routing::Profile;
use crate::time::Hours;

/// Limits of a hall file, so that no file can make the server slow.
pub const MAX_WINDOWS: usize = 2_000;
/// See [`MAX_WINDOWS`].
pub const MAX_SERVICES: usize = 2_000;
/// Longest time for which number plates are kept, days: a dispute comes sooner.
pub const MAX_PLATE_DAYS: u16 = 30;

/// A hall file that makes sense, with what the rules need worked out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "HallFile", into = "HallFile")]
pub struct Settings {
    file: HallFile,
    hours: Hours,
    profile: Profile,
    services: HashMap<ServiceCode, usize>,
    windows: BTreeMap<u16, usize>,
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file
    }
}

/// Why a hall file is refused, and where: the path of keys that leads to the fault, such as `windows[3].zone`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path_text(.path))]
pub struct BadSettings {
    /// Table names and positions from the top of the file.
    pub path: Vec<PathPart>,
    /// What is wrong, in a sentence a technician can act on.
    pub reason: String,
}

/// One step into a hall file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// A key of a table.
    Key(&'static str),
    /// A position in an array, from 0.
    Index(usize),
}

fn path_text(path: &[PathPart]) -> String {
    path.iter().fold(String::new(), |text, part| match part {
        PathPart::Key(key) if text.is_empty() => (*key).to_owned(),
        PathPart::Key(key) => format!("{text}.{key}"),
        PathPart::Index(index) => format!("{text}[{index}]"),
    })
}

fn bad<T>(array: &'static str, index: usize, key: &'static str, reason: String) -> Result<T, BadSettings> {
    Err(BadSettings { path: vec![PathPart::Key(array), PathPart::Index(index), PathPart::Key(key)], reason })
}

fn bad_hall<T>(key: &'static str, reason: String) -> Result<T, BadSettings> {
    Err(BadSettings { path: vec![PathPart::Key("hall"), PathPart::Key(key)], reason })
}

impl Settings {
    /// The file these settings came from, to be exported as it is.
    pub fn file(&self) -> &HallFile {
        &self.file
    }

    /// The hall's own section.
    pub fn hall(&self) -> &HallSection {
        &self.file.hall
    }

    /// Opening hours and business day.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// The rule by which a freed window chooses.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What stands on tickets, where the hall says so.
    pub fn ticket(&self) -> Option<&TicketTemplate> {
        self.file.ticket.as_ref()
    }

    /// Columns of the widest ticket number with three digits.
    pub fn number_columns(&self) -> usize {
        longest_number(&self.file)
    }

    /// The service of this code.
    pub fn service(&self, code: &ServiceCode) -> Option<&Service> {
        self.services.get(code).map(|at| &self.file.services[*at])
    }

    /// The section of the file in which this window stands.
    pub fn window(&self, number: u16) -> Option<&WindowSection> {
        self.windows.get(&number).map(|at| &self.file.windows[*at])
    }

    /// Every window number with its section, in order of numbers.
    pub fn windows(&self) -> impl Iterator<Item = (u16, &WindowSection)> {
        self.windows.iter().map(|(number, at)| (*number, &self.file.windows[*at]))
    }

    /// The car parks.
    pub fn lots(&self) -> &[lots::Lot] {
        &self.file.lots
    }

    /// The car park of a code.
    pub fn lot(&self, code: &str) -> Option<&lots::Lot> {
        self.file.lots.iter().find(|lot| lot.code == code)
    }

    /// The same settings under another routing profile.
    pub fn with_profile(&self, name: &str) -> Result<Self, BadSettings> {
        let mut file = self.file.clone();
        name.clone_into(&mut file.hall.profile);
        Self::try_from(file)
    }
}

impl From<Settings> for HallFile {
    fn from(settings: Settings) -> Self {
        settings.file
    }
}

impl TryFrom<HallFile> for Settings {
    type Error = BadSettings;

    fn try_from(file: HallFile) -> Result<Self, BadSettings> {
        let hours = hours(&file.hall)?;
        let Some(mut profile) = Profile::named(&file.hall.profile) else {
            let known = Profile::NAMES.join(", ");
            return bad_hall("profile", format!("unknown profile {:?}; there are: {known}", file.hall.profile));
        };
        if !(1..=1440).contains(&file.hall.max_wait_min) {
            return bad_hall("max_wait_min", "must lie between 1 and 1440 minutes".into());
        }
        if file.hall.plate_days > MAX_PLATE_DAYS {
            return bad_hall("plate_days", format!("plates are kept for at most {MAX_PLATE_DAYS} days"));
        }
        profile.max_wait_ms = i64::from(file.hall.max_wait_min) * 60_000;
        unique("zones", file.zones.iter().map(|zone| zone.code.as_str()))?;
        unique("departments", file.departments.iter().map(|department| department.code.as_str()))?;
        let services = services(&file)?;
        let windows = windows(&file, &services)?;
        lots::check(&file.lots)?;
        if let Some(ticket) = &file.ticket {
            ticket.check(longest_number(&file))?;
        }
        Ok(Self { file, hours, profile, services, windows })
    }
}

fn longest_number(file: &HallFile) -> usize {
    file.services.iter().map(|service| service.series.len()).max().unwrap_or_default() + 3
}

fn hours(hall: &HallSection) -> Result<Hours, BadSettings> {
    let time = |key, text: &str| match text.parse::<Time>() {
        Ok(time) => Ok(time),
        Err(_) => bad_hall(key, format!("{text:?} is not a time of day such as 08:30")),
    };
    let Ok(zone) = TimeZone::get(&hall.time_zone) else {
        return bad_hall("time_zone", format!("unknown time zone {:?}; an example is Asia/Shanghai", hall.time_zone));
    };
    let (open, close, day_end) =
        (time("open", &hall.open)?, time("close", &hall.close)?, time("day_end", &hall.day_end)?);
    if open >= close {
        return bad_hall("close", format!("{} is not after open, {}", hall.close, hall.open));
    }
    if day_end > open {
        return bad_hall(
            "day_end",
            format!("{} lies after open, {}: the day would end in the hours", hall.day_end, hall.open),
        );
    }
    Ok(Hours { zone, open, close, day_end, calendar: hall.calendar.clone() })
}

fn unique<'a>(array: &'static str, codes: impl Iterator<Item = &'a str>) -> Result<(), BadSettings> {
    let mut seen = HashMap::new();
    for (index, code) in codes.enumerate() {
        if code.is_empty() || code.len() > 40 {
            return bad(array, index, "code", "must have 1 to 40 characters".into());
        }
        if seen.insert(code, index).is_some() {
            return bad(array, index, "code", format!("{code:?} stands twice"));
        }
    }
    Ok(())
}

fn services(file: &HallFile) -> Result<HashMap<ServiceCode, usize>, BadSettings> {
    unique("services", file.services.iter().map(|service| service.code.as_str()))?;
    if file.services.is_empty() || file.services.len() > MAX_SERVICES {
        let reason = format!("a hall has 1 to {MAX_SERVICES} services, this file has {}", file.services.len());
        return Err(BadSettings { path: vec![PathPart::Key("services")], reason });
    }
    let mut services = HashMap::new();
    for (index, service) in file.services.iter().enumerate() {
        if let Some(department) = &service.department
            && !file.departments.iter().any(|known| known.code == *department)
        {
            return bad("services", index, "department", format!("unknown department {department:?}"));
        }
        if let Err(error) = service.series.parse::<Series>() {
            return bad("services", index, "series", error.to_string());
        }
        if !(1..=86_400).contains(&service.expected_service_s) {
            return bad("services", index, "expected_service_s", "must lie between 1 and 86400 seconds".into());
        }
        services.insert(service.code.clone(), index);
    }
    Ok(services)
}

fn windows(file: &HallFile, services: &HashMap<ServiceCode, usize>) -> Result<BTreeMap<u16, usize>, BadSettings> {
    let mut windows = BTreeMap::new();
    for (index, section) in file.windows.iter().enumerate() {
        if !file.zones.iter().any(|zone| zone.code == section.zone) {
            return bad("windows", index, "zone", format!("unknown zone {:?}", section.zone));
        }
        if let Some(code) = section.services.iter().find(|code| !services.contains_key(*code)) {
            return bad("windows", index, "services", format!("unknown service {:?}", code.as_str()));
        }
        let key = if section.number.is_some() { "number" } else { "numbers" };
        let numbers = match section.numbers() {
            Ok(numbers) => numbers,
            Err(reason) => return bad("windows", index, key, reason),
        };
        for number in numbers {
            if windows.insert(number, index).is_some() {
                return bad("windows", index, key, format!("window {number} stands twice"));
            }
        }
    }
    if windows.is_empty() || windows.len() > MAX_WINDOWS {
        let reason = format!("a hall has 1 to {MAX_WINDOWS} windows, this file has {}", windows.len());
        return Err(BadSettings { path: vec![PathPart::Key("windows")], reason });
    }
    Ok(windows)
}
