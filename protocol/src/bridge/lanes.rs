//! Lanes, gates and lamps: what hangs on single wires.
//!
//! | call | meaning |
//! |---|---|
//! | `GET /v1/lanes` | every lane: [`Lane`] |
//! | `GET /v1/lanes/{name}/live` (WebSocket) | [`LaneMessage`]: the vehicles that pass. One listener at a time |
//! | `GET /v1/gates` | every gate: [`Gate`] |
//! | `POST /v1/gates/{name}/open`, `close`, `stop` | a pulse on that contact |
//! | `PUT /v1/gates/{name}/hold-open` [`HoldOpen`] | keeps it open for as long as this is said again |
//! | `PUT /v1/lamps/{name}` [`LampOrder`] | switches a lamp, until its sender is silent |

/// Which way a vehicle passed: in is over loop A first, which lies towards the street.
pub use hall::parking::Direction;
use serde::{Deserialize, Serialize};

use super::Device;

/// Why a count is less sure than others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaneFlag {
    /// It was never on both loops: a motorcycle, or chance.
    Weak,
    /// It followed another one so closely that a loop was never free of both.
    Tailgating,
    /// Something else may have happened just as well.
    Uncertain,
    /// It was under way when the bridge began to look.
    Restarted,
    /// A change of a loop was lost on the way.
    LostEdge,
}

/// Why it cannot be said whether a vehicle passed. Nothing was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// What the loops said has several explanations.
    Unclear,
    /// It was under way when the bridge began to look.
    Restarted,
    /// A loop is stuck or dead, and the other one saw something.
    LoopFault,
}

/// How a lane is and what it has counted since the bridge started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneView {
    /// Something is over loop A.
    pub a: bool,
    /// Something is over loop B.
    pub b: bool,
    /// Vehicles that passed inwards.
    pub passed_in: u64,
    /// Vehicles that passed outwards.
    pub passed_out: u64,
    /// How many of these carry a flag.
    pub flagged: u64,
    /// How often nobody can say whether one passed.
    pub doubtful: u64,
}

/// `GET /v1/lanes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Its name in the settings.
    pub name: String,
    /// How it is.
    #[serde(flatten)]
    pub view: LaneView,
}

/// `GET /v1/lanes/{name}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum LaneMessage {
    /// A vehicle passed.
    #[serde(rename = "lane.passed")]
    Passed {
        /// Names this passage for ever.
        passage: String,
        /// Which way.
        direction: Direction,
        /// When it left the last loop, RFC 3339.
        at: String,
        /// The same, in nanoseconds of the machine's monotonic clock.
        at_ns: u64,
        /// What makes it unsure; nothing for most.
        flags: Vec<LaneFlag>,
    },
    /// Perhaps a vehicle passed. It is not counted.
    #[serde(rename = "lane.doubtful")]
    Doubtful {
        /// When, RFC 3339.
        at: String,
        /// Why nobody can say.
        why: Doubt,
    },
    /// The loops and the totals: after each change. Whoever missed a passage finds it in the totals.
    #[serde(rename = "lane.state")]
    State {
        /// How it is.
        #[serde(flatten)]
        view: LaneView,
    },
    /// How the device is: at the start, and after each change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The lane.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

/// What a gate is known to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GateState {
    /// It has no contacts that would tell, or is between both.
    #[default]
    Unknown,
    /// At its upper end.
    Open,
    /// At its lower end.
    Closed,
}

/// `GET /v1/gates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Its name in the settings.
    pub name: String,
    /// What its limit contacts say.
    pub state: GateState,
    /// Something stands below it; none while that is unknown.
    pub safety: Option<bool>,
    /// It is held open.
    pub held: bool,
}

/// What a gate is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GateMove {
    /// Up.
    Open,
    /// Down.
    Close,
    /// Stay where it is.
    Stop,
}

/// `PUT /v1/gates/{name}/hold-open`: said again and again for as long as it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldOpen {
    /// Whether it is held open.
    pub on: bool,
    /// Seconds after which it is let go unless this is said again: 1 to 3600.
    #[serde(default = "minute")]
    pub timeout_s: u16,
}

fn minute() -> u16 {
    60
}

/// What a lamp does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LampState {
    /// Dark.
    #[default]
    Off,
    /// Lit.
    On,
    /// Lit and dark by turns, half a second each.
    Blink,
}

/// `PUT /v1/lamps/{name}`: the same request again changes nothing, so it may be sent again at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LampOrder {
    /// What it is to do.
    pub state: LampState,
    /// Seconds after which it goes dark unless this is said again: 1 to 3600.
    #[serde(default = "minute")]
    pub timeout_s: u16,
}
