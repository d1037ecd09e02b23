//! Dahua ITSAPI: JSON by `POST` to fixed addresses.
//!
//! | path | is |
//! |---|---|
//! | `/NotificationInfo/TollgateInfo` | a vehicle: `{"Picture": {"Plate": …, "SnapInfo": …, …}}` |
//! | `/NotificationInfo/KeepAlive` | a sign of life |
//! | `/NotificationInfo/DeviceInfo` | what the camera is; said when it connects, and taken for a sign of life |
//!
//! Fields: hardware reference, D3. An answer without `"result":"true"` makes the camera say it again.

use jiff::civil::DateTime;
use protocol::pii::Pii;
use serde::Deserialize;
use serde_json::json;

use super::json::{self, Word};
use super::{Identity, Kind, Plate, Reply, Request, Sighting, Stamp, Unreadable, percent};

/// Where vehicles are told.
pub const TOLLGATE: &str = "/NotificationInfo/TollgateInfo";
/// Where signs of life are told.
pub const KEEP_ALIVE: &str = "/NotificationInfo/KeepAlive";
/// Where the camera tells what it is.
pub const DEVICE_INFO: &str = "/NotificationInfo/DeviceInfo";

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body {
    #[serde(rename = "Picture")]
    picture: Option<Picture>,
    #[serde(rename = "DeviceID", alias = "DeviceId")]
    device: Word,
}

#[derive(Deserialize)]
struct Picture {
    #[serde(rename = "Plate")]
    plate: Option<PlateFields>,
    #[serde(rename = "SnapInfo")]
    snap: Option<Snap>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PlateFields {
    #[serde(rename = "PlateNumber")]
    number: Word,
    #[serde(rename = "PlateColor")]
    colour: Word,
    #[serde(rename = "PlateType")]
    kind: Word,
    #[serde(rename = "Confidence")]
    confidence: Word,
    #[serde(rename = "IsExist")]
    exists: Word,
    #[serde(rename = "UploadNum")]
    upload: Word,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Snap {
    #[serde(rename = "AccurateTime", alias = "SnapTime")]
    time: Word,
    #[serde(rename = "Direction")]
    direction: Word,
    #[serde(rename = "DeviceID", alias = "DeviceId")]
    device: Word,
}

/// Reads a push.
pub fn read(request: &Request<'_>) -> Result<Sighting, Unreadable> {
    let is = |path: &str| request.path.trim_end_matches('/').ends_with(path);
    if request.body.trim_ascii().is_empty() && is(KEEP_ALIVE) {
        return Ok(Sighting { kind: Kind::Heartbeat, ..Sighting::default() });
    }
    let body: Body = json::read(&request.body)?;
    if is(KEEP_ALIVE) || is(DEVICE_INFO) {
        return Ok(Sighting { kind: Kind::Heartbeat, device: body.device.owned(), ..Sighting::default() });
    }
    let Some(picture) = body.picture else {
        if is(TOLLGATE) {
            return Err(Unreadable::Missing("Picture"));
        }
        return Ok(Sighting { device: body.device.owned(), ..Sighting::default() });
    };
    let plate = picture.plate.unwrap_or_default();
    let snap = picture.snap.unwrap_or_default();
    let device = snap.device.owned().or_else(|| body.device.owned());
    let seen = plate.number.text().filter(|_| plate.exists.truth() != Some(false)).and_then(Plate::read);
    let time = snap.time.text();
    let identity = time.map(|time| {
        let number = seen.as_ref().map_or("", |plate| plate.text.reveal());
        let upload = plate.upload.text().unwrap_or_default();
        let text = format!("{}\n{time}\n{number}\n{upload}", device.as_deref().unwrap_or_default());
        Identity::Made(Pii::new(text))
    });
    Ok(Sighting {
        kind: Kind::Passage,
        identity,
        colour: plate.colour.owned(),
        plate_type: plate.kind.owned(),
        confidence: plate.confidence.number().and_then(percent),
        way: snap.direction.text().map(str::to_lowercase).filter(|way| way != "unknown"),
        trigger: None,
        at: time.and_then(stamp),
        offline: false,
        plate: seen,
        device,
    })
}

/// `2026-11-23 09:30:00.123`, without a zone. `TimeZone` beside it is a number whose meaning differs between firmwares.
fn stamp(time: &str) -> Option<Stamp> {
    DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", time).ok().map(Stamp::Local)
}

/// What the camera wants to hear.
pub fn reply() -> Reply {
    Reply::json(&json!({ "result": "true", "message": "ok" }))
}
