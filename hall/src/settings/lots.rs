//! `[[lots]]`: car parks, their bays, levels and lanes.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::file::Name;
use super::{BadSettings, PathPart, bad, unique};
use crate::parking::{Bay, Counted, Direction};

/// Most lots of a hall, and most levels and lanes of a lot.
pub const MAX_LOTS: usize = 20;
/// See [`MAX_LOTS`].
pub const MAX_PARTS: usize = 40;
/// Most bays of a class.
pub const MAX_BAYS: u32 = 20_000;

/// `[[lots]]`: a car park.
///
/// ```toml
/// [[lots]]
/// code = "P1"
/// name = { zh = "地下停车场", en = "Underground car park" }
/// kind = "underground"
/// capacity = { ordinary = 420, disabled = 12, charging = 40, staff = 60 }
/// overnight = { ordinary = 25 }      # cars that usually stay; at the end of the business day the count begins again with them
/// divert_to = "P2"                  # where signs send people when it is full
/// levels = [{ code = "B1", name = "B1", capacity = 260 }, { code = "B2", name = "B2", capacity = 272 }]
/// lanes = [
///     { code = "in-1", direction = "in", level = "B1" },
///     { code = "ramp", level = "B2", from = "B1" },        # in is down
///     { code = "staff", bay = "staff" },
/// ]
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Short and unique, such as `P1`.
    pub code: String,
    /// What people read.
    pub name: Name,
    /// What it is.
    #[serde(default)]
    pub kind: LotKind,
    /// Its bays by class.
    pub capacity: Capacity,
    /// Cars that usually stay over night, by class. At the end of the business day the count of a class begins again with them; that of
    /// a class without an entry goes on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overnight: BTreeMap<Bay, u32>,
    /// Code of the lot to which people are sent when this one is full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divert_to: Option<String>,
    /// Where it is, degrees north; for those who show it on a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Greatest height of a vehicle, centimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_height_cm: Option<u32>,
    /// Its levels, where they are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Where vehicles pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<LaneSection>,
}

/// What a lot is; the names of ParkAPI v3 in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LotKind {
    /// A building.
    #[default]
    CarPark,
    /// Below the ground.
    Underground,
    /// An open place.
    Ground,
    /// Along a street.
    Street,
}

/// Bays by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Capacity {
    /// For anybody.
    pub ordinary: u32,
    /// For people with a disability.
    #[serde(skip_serializing_if = "super::file::is_default")]
    pub disabled: u32,
    /// For cars that charge.
    #[serde(skip_serializing_if = "super::file::is_default")]
    pub charging: u32,
    /// For visitors with an appointment.
    #[serde(skip_serializing_if = "super::file::is_default")]
    pub visitor: u32,
    /// For those who work here.
    #[serde(skip_serializing_if = "super::file::is_default")]
    pub staff: u32,
}

impl Capacity {
    /// Bays of a class.
    pub fn of(&self, bay: Bay) -> u32 {
        match bay {
            Bay::Ordinary => self.ordinary,
            Bay::Disabled => self.disabled,
            Bay::Charging => self.charging,
            Bay::Visitor => self.visitor,
            Bay::Staff => self.staff,
        }
    }

    /// All bays.
    pub fn total(&self) -> u32 {
        Bay::ALL.into_iter().map(|bay| self.of(bay)).sum()
    }
}

/// A level of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Short and unique in its lot.
    pub code: String,
    /// What people read.
    pub name: Name,
    /// Its bays of all classes.
    pub capacity: u32,
    /// Cars that usually stay on it over night, with which its count begins again at the end of the business day; absent: it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overnight: Option<u32>,
}

/// A lane of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneSection {
    /// Short and unique in its lot.
    pub code: String,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The one way it is meant for; absent: both. Who goes the other way counts all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The level it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The level it comes from: a ramp, which changes no count of the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The class of bays it leads to.
    #[serde(default, skip_serializing_if = "super::file::is_default")]
    pub bay: Bay,
}

impl Lot {
    /// Bays of a class or a level.
    pub fn bays(&self, what: &Counted) -> u32 {
        match what {
            Counted::Class(bay) => self.capacity.of(*bay),
            Counted::Level(code) => self.level(code).map_or(0, |level| level.capacity),
        }
    }

    /// The classes that have bays.
    pub fn classes(&self) -> impl Iterator<Item = Bay> + '_ {
        Bay::ALL.into_iter().filter(|bay| self.capacity.of(*bay) > 0)
    }

    /// The lane of a code.
    pub fn lane(&self, code: &str) -> Option<&LaneSection> {
        self.lanes.iter().find(|lane| lane.code == code)
    }

    /// The level of a code.
    pub fn level(&self, code: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.code == code)
    }
}

/// Checks all lots of a file.
pub(super) fn check(lots: &[Lot]) -> Result<(), BadSettings> {
    if lots.len() > MAX_LOTS {
        let reason = format!("a hall has at most {MAX_LOTS} lots, this file has {}", lots.len());
        return Err(BadSettings { path: vec![PathPart::Key("lots")], reason });
    }
    unique("lots", lots.iter().map(|lot| lot.code.as_str()))?;
    for (index, lot) in lots.iter().enumerate() {
        if Bay::ALL.into_iter().any(|bay| lot.capacity.of(bay) > MAX_BAYS) || lot.capacity.total() == 0 {
            return bad("lots", index, "capacity", format!("a lot has 1 to {MAX_BAYS} bays of a class"));
        }
        if lot.overnight.iter().any(|(bay, cars)| *cars > lot.capacity.of(*bay)) {
            return bad("lots", index, "overnight", "more cars than there are bays of the class".into());
        }
        if let Some(other) = &lot.divert_to
            && (*other == lot.code || !lots.iter().any(|lot| lot.code == *other))
        {
            return bad("lots", index, "divert_to", format!("{other:?} is no other lot"));
        }
        let place = [(lot.latitude, 90.0, "latitude"), (lot.longitude, 180.0, "longitude")];
        for (degrees, most, key) in place {
            if degrees.is_some_and(|degrees| !(-most..=most).contains(&degrees)) {
                return bad("lots", index, key, format!("must lie between -{most} and {most}"));
            }
        }
        parts(index, "levels", lot.levels.iter().map(|level| level.code.as_str()))?;
        parts(index, "lanes", lot.lanes.iter().map(|lane| lane.code.as_str()))?;
        for (at, level) in lot.levels.iter().enumerate() {
            if level.capacity == 0 || level.capacity > MAX_BAYS {
                return bad_part(index, "levels", at, "capacity", format!("a level has 1 to {MAX_BAYS} bays"));
            }
            if level.overnight.is_some_and(|cars| cars > level.capacity) {
                return bad_part(index, "levels", at, "overnight", "more cars than there are bays".into());
            }
        }
        for (at, lane) in lot.lanes.iter().enumerate() {
            for (key, level) in [("level", &lane.level), ("from", &lane.from)] {
                if let Some(level) = level
                    && lot.level(level).is_none()
                {
                    return bad_part(index, "lanes", at, key, format!("unknown level {level:?}"));
                }
            }
            if lane.from.is_some() && (lane.level.is_none() || lane.level == lane.from) {
                return bad_part(index, "lanes", at, "from", "a ramp leads from one level to another".into());
            }
        }
    }
    Ok(())
}

fn parts<'a>(lot: usize, key: &'static str, codes: impl Iterator<Item = &'a str>) -> Result<(), BadSettings> {
    let mut seen = HashSet::new();
    for (at, code) in codes.enumerate() {
        if at >= MAX_PARTS {
            return bad("lots", lot, key, format!("a lot has at most {MAX_PARTS} of them"));
        }
        if code.is_empty() || code.len() > 40 {
            return bad_part(lot, key, at, "code", "must have 1 to 40 characters".into());
        }
        if !seen.insert(code) {
            return bad_part(lot, key, at, "code", format!("{code:?} stands twice"));
        }
    }
    Ok(())
}

fn bad_part<T>(
    lot: usize,
    array: &'static str,
    at: usize,
    key: &'static str,
    reason: String,
) -> Result<T, BadSettings> {
    let path = vec![
        PathPart::Key("lots"),
        PathPart::Index(lot),
        PathPart::Key(array),
        PathPart::Index(at),
        PathPart::Key(key),
    ];
    Err(BadSettings { path, reason })
}
