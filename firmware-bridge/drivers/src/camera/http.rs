//! Our own JSON, for whoever can be taught: `POST` with a signature that the shell checks.
//!
//! ```json
//! {"id": "4711", "plate": "浙A12345", "direction": "in", "at": "2026-11-23T09:30:00+08:00", "confidence": 98}
//! {"heartbeat": true}
//! ```
//!
//! `id` names the passage for ever and is needed; the others may be left out.

use serde::Deserialize;
use serde_json::json;

use super::json::{self, Word};
use super::{Identity, Kind, Plate, Reply, Request, Sighting, Stamp, Unreadable, percent};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body {
    id: Word,
    device: Word,
    plate: Word,
    direction: Word,
    at: Word,
    confidence: Word,
    offline: Word,
    heartbeat: Word,
}

/// Reads a push.
pub fn read(request: &Request<'_>) -> Result<Sighting, Unreadable> {
    let body: Body = json::read(&request.body)?;
    let device = body.device.owned();
    if body.heartbeat.truth() == Some(true) {
        return Ok(Sighting { kind: Kind::Heartbeat, device, ..Sighting::default() });
    }
    let id = body.id.owned().ok_or(Unreadable::Missing("id"))?;
    Ok(Sighting {
        kind: Kind::Passage,
        device,
        identity: Some(Identity::Given(id)),
        plate: body.plate.text().and_then(Plate::read),
        confidence: body.confidence.number().and_then(percent),
        way: body.direction.text().map(str::to_lowercase),
        at: body.at.text().and_then(|at| at.parse().ok()).map(Stamp::Instant),
        offline: body.offline.truth() == Some(true),
        ..Sighting::default()
    })
}

/// What the sender hears.
pub fn reply() -> Reply {
    Reply::json(&json!({ "taken": true }))
}
