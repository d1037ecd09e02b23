//! Plate cameras: what they push over HTTP, and what each wants to be answered.
//!
//! A camera is the client: it sends a request for each vehicle and a sign of life now and then, and repeats what was not
//! answered as it likes. [`read`] turns one request into a [`Sighting`], [`reply`] says what goes back. Pictures are part of
//! nearly every push; they are skipped and never looked at. The listener, who may push, and what is a repetition are the
//! shell's affair.
//!
//! What the makers' documents leave open is read with tolerance: numbers may be texts, what is missing is none, what is not
//! known is [`Kind::Other`]. A push is refused when it is not what its family speaks at all.

pub mod dahua;
pub mod hikvision;
pub mod http;
mod json;
pub mod plate;
pub mod virtual_camera;
pub mod vz;

use bytes::Bytes;
use protocol::pii::Pii;
use serde::{Deserialize, Serialize};

pub use plate::{Plate, PlateClass};

/// Longest text of a field that is taken, in bytes; a longer one is as good as none.
pub const MAX_FIELD: usize = 256;

/// How a camera speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// 臻识 Vision-Zenith and its kin: JSON.
    Vz,
    /// Hikvision ISAPI: XML, mostly within a multipart body.
    Hikvision,
    /// Dahua ITSAPI: JSON at fixed addresses.
    Dahua,
    /// Anything that speaks our own JSON, signed.
    Http,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 4] = [Self::Vz, Self::Hikvision, Self::Dahua, Self::Http];

    /// Its name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vz => "vz",
            Self::Hikvision => "hikvision",
            Self::Dahua => "dahua",
            Self::Http => "http",
        }
    }

    /// Whether a camera's word for the way means towards it, or away from it; none where it means neither.
    pub fn is_forward(self, word: &str) -> Option<bool> {
        match (self, word) {
            (Self::Hikvision, "forward") | (Self::Dahua, "approach" | "obverse") | (Self::Vz, "4") => Some(true),
            (Self::Hikvision | Self::Dahua, "reverse") | (Self::Dahua, "leave") | (Self::Vz, "3") => Some(false),
            _ => None,
        }
    }
}

/// What matters of a request. It prints nothing: there may be a plate in it.
#[derive(Clone)]
pub struct Request<'a> {
    /// The path, without a query.
    pub path: &'a str,
    /// Its `Content-Type`; empty where there is none.
    pub content_type: &'a str,
    /// Its body.
    pub body: Bytes,
}

/// What a push is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A vehicle passed.
    Passage,
    /// A sign of life.
    Heartbeat,
    /// Something that counts nothing: an input of the camera, a vehicle that lingers or has turned back, a kind not known here.
    #[default]
    Other,
}

/// When, as the camera says: it may be wrong by years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// A moment.
    Instant(jiff::Timestamp),
    /// What the camera's clock showed, in whatever zone it stands.
    Local(jiff::civil::DateTime),
}

/// What tells one event of a camera from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// An id of the camera's own.
    Given(String),
    /// Fields that are the same when it says the same again. The plate is among them: hash it with a key.
    Made(Pii<String>),
}

/// One push, whoever made the camera.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sighting {
    /// What it is about.
    pub kind: Kind,
    /// The camera's serial number, hardware address or id.
    pub device: Option<String>,
    /// What tells this event from others.
    pub identity: Option<Identity>,
    /// The plate; none when the camera saw none.
    pub plate: Option<Plate>,
    /// The maker's code for the plate's colour.
    pub colour: Option<String>,
    /// The maker's code for the kind of plate.
    pub plate_type: Option<String>,
    /// How sure the camera is of the plate, 0 to 100.
    pub confidence: Option<u8>,
    /// The maker's word or code for the way, in lower case; none when it does not know.
    pub way: Option<String>,
    /// Why the camera looked, where it says so.
    pub trigger: Option<i64>,
    /// When, as the camera says.
    pub at: Option<Stamp>,
    /// It was kept by the camera while nobody answered.
    pub offline: bool,
}

/// A push that is not what its family speaks. Says nothing of what stood there: it may have been a plate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No JSON, or JSON of another shape.
    #[error("the body is not the JSON of this family: line {line}, column {column}")]
    Json {
        /// From 1; 0 at the end of the body.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// No XML, or broken off.
    #[error("the XML is broken at byte {0}")]
    Xml(u64),
    /// A multipart body without an end, a boundary or XML in it.
    #[error("the multipart body is broken, or has no XML part")]
    Multipart,
    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A part that is larger than any real one.
    #[error("{0} is too large")]
    TooLarge(&'static str),
}

/// What goes back to the camera, with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    fn json(body: &serde_json::Value) -> Self {
        Self { content_type: "application/json", body: body.to_string().into_bytes() }
    }
}

/// What a reply may do beside taking the push.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// Lets the camera open its gate. Only Vision-Zenith cameras do that on an answer.
    pub opens_gate: bool,
    /// Bytes for the camera's serial ports, by number of the port. Vision-Zenith again.
    pub serial: &'a [(u8, &'a [u8])],
}

/// Reads a push.
pub fn read(family: Family, request: &Request<'_>) -> Result<Sighting, Unreadable> {
    match family {
        Family::Vz => vz::read(request),
        Family::Hikvision => hikvision::read(request),
        Family::Dahua => dahua::read(request),
        Family::Http => http::read(request),
    }
}

/// What a camera of this family wants to hear when a push was taken.
pub fn reply(family: Family, request: &Request<'_>, sighting: &Sighting, answer: Answer<'_>) -> Reply {
    match family {
        Family::Vz => vz::reply(request, sighting, answer),
        Family::Hikvision => hikvision::reply(),
        Family::Dahua => dahua::reply(),
        Family::Http => http::reply(),
    }
}

/// 0 to 100, whatever it was written as.
fn percent(value: f64) -> Option<u8> {
    value.is_finite().then(|| value.round().clamp(0.0, 100.0) as u8)
}

#[cfg(test)]
mod tests;
