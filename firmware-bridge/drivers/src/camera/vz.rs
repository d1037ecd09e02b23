//! 臻识 Vision-Zenith: JSON by `POST` to any path that is entered in the camera.
//!
//! | body | is |
//! |---|---|
//! | `{"AlarmInfoPlate": {…, "result": {"PlateResult": {…}}}}` | a vehicle |
//! | `{"AlarmGioIn": …}`, `{"SerialData": …}` | an input of the camera, bytes from its serial port |
//! | a form `device_name=…&serialno=…`, or `{"heartbeat": …}` | a sign of life, every 5 to 30 s |
//!
//! Shapes and codes: the maker's "HTTP push" document (hardware reference, D3). A trigger of 64 or more is a vehicle that
//! lingers, has gone on, or has turned back. An answer with `info` = `ok` opens the gate that hangs on the camera.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::json::{self, Word};
use super::{Answer, Identity, Kind, MAX_FIELD, Plate, Reply, Request, Sighting, Stamp, Unreadable, percent};

/// The first trigger that is no passage: a vehicle lingers; then it has gone on, or turned back.
const LINGERS: i64 = 64;
/// Most fields of a form that are looked at.
const MAX_FIELDS: usize = 64;

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "AlarmInfoPlate")]
    alarm: Option<Alarm>,
    #[serde(rename = "AlarmGioIn")]
    input: Option<Aside>,
    #[serde(rename = "SerialData")]
    serial: Option<Aside>,
    #[serde(alias = "Heartbeat", alias = "heartBeat")]
    heartbeat: Option<IgnoredAny>,
    #[serde(default)]
    serialno: Word,
}

#[derive(Deserialize)]
struct Aside {
    #[serde(default)]
    serialno: Word,
}

#[derive(Deserialize)]
struct Alarm {
    #[serde(default)]
    serialno: Word,
    result: Option<Found>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "PlateResult")]
    plate: Option<PlateResult>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct PlateResult {
    license: Word,
    #[serde(rename = "colorType")]
    colour: Word,
    #[serde(rename = "type")]
    kind: Word,
    confidence: Word,
    direction: Word,
    #[serde(rename = "triggerType")]
    trigger: Word,
    plateid: Word,
    isoffline: Word,
    #[serde(rename = "timeStamp")]
    time: Option<TimeStamp>,
}

#[derive(Deserialize)]
struct TimeStamp {
    #[serde(rename = "Timeval")]
    value: Option<Timeval>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Timeval {
    sec: Word,
    decyear: Word,
    decmon: Word,
    decday: Word,
    dechour: Word,
    decmin: Word,
    decsec: Word,
}

/// Reads a push.
pub fn read(request: &Request<'_>) -> Result<Sighting, Unreadable> {
    if !is_json(&request.body) {
        return heartbeat(&request.body);
    }
    let body: Body = json::read(&request.body)?;
    if let Some(alarm) = body.alarm {
        return passage(&alarm);
    }
    let aside = body.input.or(body.serial).and_then(|aside| aside.serialno.owned());
    let kind = if body.heartbeat.is_some() { Kind::Heartbeat } else { Kind::Other };
    Ok(Sighting { kind, device: aside.or_else(|| body.serialno.owned()), ..Sighting::default() })
}

fn is_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    body.trim_ascii_start().first() == Some(&b'{')
}

/// A form. It also holds the camera's password: nothing but the serial number is taken.
fn heartbeat(body: &[u8]) -> Result<Sighting, Unreadable> {
    const KNOWN: [&str; 4] = ["serialno", "device_name", "ipaddr", "heartbeat"];
    if body.len() > 16 * 1024 {
        return Err(Unreadable::TooLarge("the form"));
    }
    let (mut known, mut device) = (false, None);
    for (name, value) in form_urlencoded::parse(body).take(MAX_FIELDS) {
        known |= KNOWN.contains(&&*name);
        if name == "serialno" && (1..=MAX_FIELD).contains(&value.len()) {
            device = Some(value.into_owned());
        }
    }
    if !known {
        return Err(Unreadable::Missing("serialno"));
    }
    Ok(Sighting { kind: Kind::Heartbeat, device, ..Sighting::default() })
}

fn passage(alarm: &Alarm) -> Result<Sighting, Unreadable> {
    let found = alarm.result.as_ref().and_then(|result| result.plate.as_ref());
    let found = found.ok_or(Unreadable::Missing("AlarmInfoPlate.result.PlateResult"))?;
    let device = alarm.serialno.owned();
    let trigger = found.trigger.whole();
    let time = found.time.as_ref().and_then(|time| time.value.as_ref());
    let license = found.license.text().map(plain);
    Ok(Sighting {
        kind: if trigger.is_some_and(|trigger| trigger >= LINGERS) { Kind::Other } else { Kind::Passage },
        identity: identity(device.as_deref(), found, time),
        plate: license.as_deref().and_then(Plate::read),
        colour: found.colour.owned(),
        plate_type: found.kind.owned(),
        confidence: found.confidence.number().and_then(percent),
        way: found.direction.owned().filter(|way| way != "0"),
        trigger,
        at: time.and_then(stamp),
        offline: found.isoffline.truth() == Some(true),
        device,
    })
}

/// Serial number and the camera's number of the event. That number begins anew when the camera starts, so the time that the
/// camera gave the event belongs to it: a repetition has the same.
fn identity(device: Option<&str>, found: &PlateResult, time: Option<&Timeval>) -> Option<Identity> {
    let number = found.plateid.whole().filter(|number| *number > 0)?;
    let at = time.and_then(|time| time.sec.whole()).filter(|at| *at > 0);
    let at = at.map(|at| format!("-{at}")).unwrap_or_default();
    Some(Identity::Given(format!("{}-{number}{at}", device.unwrap_or("vz"))))
}

/// The plate, also where firmware has written it in base64.
fn plain(written: &str) -> String {
    let decoded = STANDARD.decode(written).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    // A plate in ASCII may happen to be base64 too; what it would decode to does not begin as a plate does.
    let decoded = decoded.filter(|text| text.starts_with(|c: char| !c.is_ascii() || c == '_'));
    decoded.unwrap_or_else(|| written.to_owned())
}

fn stamp(time: &Timeval) -> Option<Stamp> {
    // A clock that was never set counts from 1970.
    let instant = time.sec.whole().filter(|at| *at > 1_000_000_000).and_then(|at| Timestamp::from_second(at).ok());
    instant.map(Stamp::Instant).or_else(|| {
        let part = |word: &Word| word.whole().and_then(|part| i8::try_from(part).ok());
        let year = i16::try_from(time.decyear.whole()?).ok().filter(|year| *year > 2000)?;
        let date = (part(&time.decmon)?, part(&time.decday)?);
        let clock = (part(&time.dechour)?, part(&time.decmin)?, part(&time.decsec)?);
        DateTime::new(year, date.0, date.1, clock.0, clock.1, clock.2, 0).ok().map(Stamp::Local)
    })
}

/// What the camera wants to hear. `retransfer_stop` keeps it from saying the same again.
pub fn reply(request: &Request<'_>, sighting: &Sighting, answer: Answer<'_>) -> Reply {
    if sighting.kind == Kind::Heartbeat {
        return Reply::json(&json!({ "Response_Heartbeat": { "info": "ok" } }));
    }
    let about = |name: &[u8]| request.body.get(..64).unwrap_or(&request.body).windows(name.len()).any(|at| at == name);
    if about(b"\"AlarmGioIn\"") {
        return Reply::json(&json!({ "Response_AlarmGioIn": { "info": "no" } }));
    }
    if about(b"\"SerialData\"") {
        return Reply::json(&json!({ "Response_SerialData": { "info": "no" } }));
    }
    // Only a vehicle that passes may lift the gate.
    let opens = answer.opens_gate && sighting.kind == Kind::Passage;
    let mut response = json!({
        "info": if opens { "ok" } else { "no" },
        "content": "retransfer_stop",
        "is_pay": "true",
        "channelNum": 0,
    });
    if !answer.serial.is_empty() {
        let data = answer.serial.iter().map(|(port, bytes)| {
            let data = STANDARD.encode(bytes);
            json!({ "serialChannel": port, "dataLen": data.len(), "data": data })
        });
        response["serialData"] = data.collect();
    }
    Reply::json(&json!({ "Response_AlarmInfoPlate": response }))
}
