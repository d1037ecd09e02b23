//! Lines of call pads and rating pads.
//!
//! | call | meaning |
//! |---|---|
//! | `GET /v1/pads/{name}/live` (WebSocket) | [`PadsMessage`]: the keys of the line's pads. One listener at a time |
//! | `PUT /v1/pads/{name}/{address}` [`PadScreen`] | what a pad shows, until something else is to be shown |
//! | `POST /v1/pads/{name}/{address}/rating` | lets the rating pad ask for a rating |

use serde::{Deserialize, Serialize};

use super::Device;

/// A key of a call pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PadKey {
    /// The next ticket; with a number, that one.
    Call,
    /// The same ticket again.
    Recall,
    /// The visitor is to rate.
    Evaluate,
    /// What was typed is dropped.
    Cancel,
    /// 0 and OK: the ticket is put aside.
    Park,
    /// 3 and OK: a ticket that was put aside comes back.
    Resume,
    /// 6 and OK: the ticket is given up.
    GiveUp,
    /// OK with another number, or none.
    Ok,
    /// Visitors are to step back behind the line.
    OneMetre,
    /// The clerk goes away for a moment, or is back.
    Pause,
    /// The visitor goes elsewhere; the number says where.
    Transfer,
}

impl PadKey {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Call,
        Self::Recall,
        Self::Evaluate,
        Self::Cancel,
        Self::Park,
        Self::Resume,
        Self::GiveUp,
        Self::Ok,
        Self::OneMetre,
        Self::Pause,
        Self::Transfer,
    ];
}

/// `GET /v1/pads/{name}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum PadsMessage {
    /// A key was pressed: once, however often the pad said so.
    #[serde(rename = "pad.key")]
    Key {
        /// The pad.
        address: u8,
        /// The key.
        key: PadKey,
        /// What was typed before it: one or two digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u16>,
    },
    /// A visitor rated.
    #[serde(rename = "pad.rated")]
    Rated {
        /// The rating pad.
        address: u8,
        /// 1 (very dissatisfied) to 5 (very satisfied).
        level: u8,
    },
    /// How the line is: at the start, and after each change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The line.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

/// `PUT /v1/pads/{name}/{address}`: what a pad shows. Without `ticket` and `waiting` it shows nothing. The same request
/// again changes nothing, so it may be sent again at any time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadScreen {
    /// The digits of a ticket, at the right; 0 to 999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u16>,
    /// How many people wait, at the left; not with `ticket`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u16>,
    /// The pad beeps once when this is another number than before; 0 never does.
    #[serde(default)]
    pub beep: u32,
    /// Seconds after which the bridge blanks the pad unless it is sent again: a dead sender leaves no old number. 0 means
    /// never.
    #[serde(default)]
    pub timeout_s: u16,
}
