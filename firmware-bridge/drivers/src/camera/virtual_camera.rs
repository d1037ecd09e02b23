//! The requests of a camera made of code: the very bytes that a real one would send, of each family.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use protocol::bridge::lanes::Direction;
use serde_json::{Value, json};

use super::{Family, dahua};

/// Between the parts of a body.
const BOUNDARY: &str = "MIME_boundary";
/// Cameras are set to the time of China.
const ZONE: Offset = jiff::tz::offset(8);
/// How a JPEG begins.
const JPEG: [u8; 4] = [0xFF, 0xD8, 0xFF, 0xE0];

/// What the camera saw. It prints nothing: there may be a plate in it.
#[derive(Clone)]
pub struct Seen<'a> {
    /// The camera's serial number.
    pub device: &'a str,
    /// The plate; none when it saw none.
    pub plate: Option<&'a str>,
    /// Which way; none when it does not know. Towards the camera is in.
    pub way: Option<Direction>,
    /// The camera's own number of the event.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Bytes of pictures beside it, before any encoding.
    pub pictures: usize,
}

/// A request, but for where it goes and how the sender proves itself.
#[derive(Clone)]
pub struct Push {
    /// The path; none where it is entered in the camera.
    pub path: Option<&'static str>,
    /// Its `Content-Type`.
    pub content_type: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Push {
    fn json(path: Option<&'static str>, body: &Value) -> Self {
        Self { path, content_type: "application/json".into(), body: body.to_string().into_bytes() }
    }
}

/// A vehicle.
pub fn passage(family: Family, seen: &Seen<'_>) -> Push {
    match family {
        Family::Vz => vz(seen),
        Family::Hikvision => hikvision(seen),
        Family::Dahua => dahua(seen),
        Family::Http => http(seen),
    }
}

/// A sign of life.
pub fn heartbeat(family: Family, device: &str, at: Timestamp) -> Push {
    match family {
        Family::Vz => Push {
            path: None,
            content_type: "application/x-www-form-urlencoded".into(),
            body: format!(
                "device_name=IVS&ipaddr=192.168.1.100&port=80&user_name=admin&pass_wd=admin&serialno={device}&channel_num=0"
            )
            .into_bytes(),
        },
        Family::Hikvision => {
            let xml = alert(device, &local(at), "videoloss", "inactive", "");
            Push { path: None, content_type: "application/xml; charset=\"UTF-8\"".into(), body: xml.into_bytes() }
        }
        Family::Dahua => {
            Push::json(Some(dahua::KEEP_ALIVE), &json!({ "Active": "keepAlive", "DeviceID": device }))
        }
        Family::Http => Push::json(None, &json!({ "heartbeat": true, "device": device })),
    }
}

fn local(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::fixed(ZONE)).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// So many bytes that nobody will look at.
fn picture(bytes: usize) -> Vec<u8> {
    let mut picture = JPEG.to_vec();
    picture.extend((0..bytes.saturating_sub(JPEG.len())).map(|at| (at * 7 % 251) as u8));
    picture
}

fn vz(seen: &Seen<'_>) -> Push {
    let at = seen.at.to_zoned_datetime(TimeZone::fixed(ZONE));
    let direction = match seen.way {
        None => 0,
        Some(Direction::Out) => 3,
        Some(Direction::In) => 4,
    };
    let picture = if seen.pictures == 0 { String::new() } else { STANDARD.encode(picture(seen.pictures)) };
    Push::json(
        None,
        &json!({ "AlarmInfoPlate": {
            "channel": 0,
            "deviceName": "IVS",
            "ipaddr": "192.168.1.100",
            "serialno": seen.device,
            "result": { "PlateResult": {
                "license": seen.plate.unwrap_or("_无_"),
                "colorType": 1,
                "type": 1,
                "confidence": 98,
                "direction": direction,
                "triggerType": 8,
                "plateid": seen.number,
                "isoffline": 0,
                "imageFile": picture,
                "imageFileLen": picture.len(),
                "timeStamp": { "Timeval": {
                    "decyear": at.year(), "decmon": at.month(), "decday": at.day(),
                    "dechour": at.hour(), "decmin": at.minute(), "decsec": at.second(),
                    "sec": seen.at.as_second(), "usec": 0,
                } },
            } },
        } }),
    )
}

fn alert(device: &str, at: &str, event: &str, state: &str, rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <EventNotificationAlert version=\"2.0\" xmlns=\"http://www.isapi.org/ver20/XMLSchema\">\n\
         <ipAddress>192.168.1.64</ipAddress>\n<macAddress>{device}</macAddress>\n<channelID>1</channelID>\n\
         <dateTime>{at}</dateTime>\n<activePostCount>1</activePostCount>\n<eventType>{event}</eventType>\n\
         <eventState>{state}</eventState>\n{rest}</EventNotificationAlert>\n"
    )
}

fn hikvision(seen: &Seen<'_>) -> Push {
    let way = match seen.way {
        None => "unknown",
        Some(Direction::In) => "forward",
        Some(Direction::Out) => "reverse",
    };
    let plate = seen.plate.map_or_else(|| "noPlate".to_owned(), |plate| format!("蓝{plate}"));
    let plate = quick_xml::escape::escape(&plate);
    let xml = alert(
        seen.device,
        &local(seen.at),
        "ANPR",
        "active",
        &format!(
            "<channelName>Camera 01</channelName>\n<ANPR>\n<country>10</country>\n<licensePlate>{plate}</licensePlate>\n\
             <line>1</line>\n<direction>{way}</direction>\n<confidenceLevel>98</confidenceLevel>\n\
             <plateType>92TypeCivil</plateType>\n<plateColor>blue</plateColor>\n</ANPR>\n\
             <UUID>00000000-0000-4000-8000-{:012x}</UUID>\n<picNum>2</picNum>\n",
            seen.number
        ),
    );
    let mut body = Vec::new();
    part(&mut body, "anpr.xml", "application/xml", xml.as_bytes());
    if seen.pictures > 0 {
        part(&mut body, "licensePlatePicture.jpg", "image/jpeg", &picture(seen.pictures / 16));
        part(&mut body, "detectionPicture.jpg", "image/jpeg", &picture(seen.pictures - seen.pictures / 16));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    Push { path: None, content_type: format!("multipart/form-data; boundary={BOUNDARY}"), body }
}

fn part(body: &mut Vec<u8>, name: &str, kind: &str, content: &[u8]) {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    body.extend(head.into_bytes());
    body.extend_from_slice(content);
    body.extend(b"\r\n");
}

fn dahua(seen: &Seen<'_>) -> Push {
    let at = seen.at.to_zoned_datetime(TimeZone::fixed(ZONE)).strftime("%Y-%m-%d %H:%M:%S.%3f").to_string();
    let way = match seen.way {
        None => "Unknown",
        Some(Direction::In) => "Approach",
        Some(Direction::Out) => "Leave",
    };
    let content = if seen.pictures == 0 { String::new() } else { STANDARD.encode(picture(seen.pictures)) };
    Push::json(
        Some(dahua::TOLLGATE),
        &json!({ "Picture": {
            "Plate": {
                "PlateNumber": seen.plate.unwrap_or_default(), "PlateColor": "Blue", "PlateType": "Civil",
                "Confidence": 98, "BoundingBox": [100, 100, 200, 150], "Channel": 0,
                "IsExist": seen.plate.is_some(), "UploadNum": seen.number,
            },
            "Vehicle": { "VehicleColor": "White", "VehicleType": "MotorVehicle" },
            "SnapInfo": { "AccurateTime": at, "Direction": way, "DeviceID": seen.device, "TimeZone": 8 },
            "NormalPic": { "Content": content, "PicName": "1.jpg" },
        } }),
    )
}

fn http(seen: &Seen<'_>) -> Push {
    Push::json(
        None,
        &json!({
            "id": seen.number.to_string(),
            "device": seen.device,
            "plate": seen.plate,
            "direction": seen.way,
            "at": seen.at.to_string(),
            "confidence": 98,
            "picture": if seen.pictures == 0 { String::new() } else { STANDARD.encode(picture(seen.pictures)) },
        }),
    )
}
