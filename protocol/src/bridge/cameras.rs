//! Cameras that read plates, and the passages that wait for the hall.
//!
//! | call | meaning |
//! |---|---|
//! | `GET /v1/cameras` | [`Cameras`] |

/// Whose bays a lane leads to.
pub use hall::parking::Bay;
use serde::{Deserialize, Serialize};

/// `GET /v1/cameras`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cameras {
    /// Where cameras come in, `ADDRESS:PORT`; none where there is no camera.
    pub listening: Option<String>,
    /// What is on its way to the hall, from cameras and from lanes.
    pub outbox: Outbox,
    /// Every camera, in the order of the settings.
    pub cameras: Vec<Camera>,
}

/// The passages on their way to the hall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// How many wait.
    pub waiting: u64,
    /// How many the hall has taken since the start.
    pub taken: u64,
    /// How many it refused for good since the start; they are set aside in a file.
    pub refused: u64,
    /// Whether what waits stands on the disk. Otherwise a power cut loses it.
    pub on_disk: bool,
}

/// A camera and what it has pushed since the bridge started. Nothing of any vehicle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// Its name in the settings.
    pub name: String,
    /// How it speaks: `vz`, `hikvision`, `dahua` or `http`.
    pub family: String,
    /// The lot that it counts for.
    pub lot: String,
    /// The lane that it watches.
    pub lane: String,
    /// When it last pushed anything, RFC 3339.
    pub last_push: Option<String>,
    /// Passages that were entered.
    pub passages: u64,
    /// Of these, without a plate.
    pub without_plate: u64,
    /// Passages that were told before.
    pub duplicates: u64,
    /// Signs of life.
    pub heartbeats: u64,
    /// Pushes that count nothing.
    pub others: u64,
    /// Pushes that were not let in: a wrong address or password.
    pub refused: u64,
    /// Pushes that could not be read.
    pub unreadable: u64,
}
