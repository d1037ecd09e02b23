//! Every family on requests written from its documents (`vectors/camera`), and on what is broken.

use std::path::Path;

use protocol::bridge::lanes::Direction;

use super::virtual_camera::{self, Seen};
use super::*;

/// The kind of a push, the plate, the way, and whether the camera had kept it.
type Short = (Kind, Option<String>, Option<String>, bool);

const MULTIPART: &str = "multipart/form-data; boundary=boundary";

fn vector(family: Family, name: &str) -> Bytes {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/camera").join(family.name()).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into()
}

fn request(family: Family, name: &str) -> Request<'_> {
    let content_type = match name.rsplit('.').next() {
        Some("multipart") => MULTIPART,
        Some("xml") => "application/xml",
        Some("form") => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    let path = match (family, name) {
        (Family::Dahua, "keep-alive.json") => dahua::KEEP_ALIVE,
        (Family::Dahua, "device-info.json") => dahua::DEVICE_INFO,
        (Family::Dahua, _) => dahua::TOLLGATE,
        _ => "/cameras/in-1",
    };
    Request { path, content_type, body: vector(family, name) }
}

fn sighting(family: Family, name: &str) -> Sighting {
    read(family, &request(family, name)).unwrap_or_else(|error| panic!("{} {name}: {error}", family.name()))
}

fn short(family: Family, name: &str) -> Short {
    let Sighting { kind, plate, way, offline, .. } = sighting(family, name);
    (kind, plate.map(|plate| plate.text.reveal().clone()), way, offline)
}

fn passage(plate: &str, way: &str) -> Short {
    let word = |word: &str| (!word.is_empty()).then(|| word.to_owned());
    (Kind::Passage, word(plate), word(way), false)
}

#[test]
fn vehicles_are_read() {
    use Family::{Dahua, Hikvision, Http, Vz};
    for (family, name, expected) in [
        (Vz, "ordinary.json", passage("浙A12345", "4")),
        (Vz, "new-energy.json", passage("浙AD12345", "4")),
        (Vz, "no-plate.json", passage("", "4")),
        (Vz, "base64-plate.json", passage("浙A12345", "4")),
        (Vz, "few-fields.json", passage("浙A12345", "")),
        (Hikvision, "ordinary.multipart", passage("浙A12345", "forward")),
        (Hikvision, "bare.xml", passage("浙A12345", "forward")),
        (Hikvision, "prefixed.xml", passage("浙A12345", "forward")),
        (Hikvision, "colour-before-plate.multipart", passage("浙AX2P12", "forward")),
        (Hikvision, "new-energy.multipart", passage("浙AD12345", "forward")),
        (Hikvision, "no-plate.multipart", passage("", "forward")),
        (Hikvision, "unknown-plate.xml", passage("", "")),
        (Hikvision, "float-confidence.xml", passage("浙A12345", "forward")),
        (Hikvision, "more-data.xml", passage("浙A12345", "forward")),
        (Hikvision, "octet-stream.multipart", passage("浙A12345", "forward")),
        (Hikvision, "broken-end.multipart", passage("浙A12345", "forward")),
        (Hikvision, "original-plate.xml", passage("浙A12345", "forward")),
        (Hikvision, "gbk.xml", passage("浙A12345", "forward")),
        (Dahua, "ordinary.json", passage("浙A12345", "approach")),
        (Dahua, "new-energy.json", passage("浙B12345D", "approach")),
        (Dahua, "no-plate.json", passage("", "approach")),
        (Dahua, "not-there.json", passage("", "approach")),
        (Dahua, "leave.json", passage("浙A12345", "leave")),
        (Dahua, "numbers-as-texts.json", passage("浙A12345", "2")),
        (Dahua, "few-fields.json", passage("浙A12345", "")),
        (Http, "ordinary.json", passage("浙A12345", "in")),
        (Http, "no-plate.json", passage("", "")),
    ] {
        assert_eq!(short(family, name), expected, "{} {name}", family.name());
    }
    let kept = (Kind::Passage, Some("浙A12345".to_owned()), Some("3".to_owned()), true);
    assert_eq!(short(Vz, "offline.json"), kept);
    assert_eq!(short(Vz, "numbers-as-texts.json").1, kept.1);
    assert!(short(Vz, "numbers-as-texts.json").3, "a truth may be a number or a truth");
}

#[test]
fn what_is_no_vehicle_counts_nothing() {
    use Family::{Dahua, Hikvision, Http, Vz};
    for (family, name, kind) in [
        (Vz, "lingering.json", Kind::Other),
        (Vz, "turned-back.json", Kind::Other),
        (Vz, "input.json", Kind::Other),
        (Vz, "serial.json", Kind::Other),
        (Vz, "heartbeat.form", Kind::Heartbeat),
        (Vz, "heartbeat.json", Kind::Heartbeat),
        (Hikvision, "heartbeat.xml", Kind::Heartbeat),
        (Hikvision, "motion.xml", Kind::Other),
        (Dahua, "keep-alive.json", Kind::Heartbeat),
        (Dahua, "device-info.json", Kind::Heartbeat),
        (Http, "heartbeat.json", Kind::Heartbeat),
    ] {
        let found = sighting(family, name);
        assert_eq!((found.kind, found.plate.is_some() && kind == Kind::Heartbeat), (kind, false), "{name}");
        assert!(found.device.is_some(), "{} {name} says who it is", family.name());
    }
}

#[test]
fn what_is_broken_is_refused_and_not_quoted() {
    use Family::{Dahua, Hikvision, Http, Vz};
    for (family, name) in [
        (Vz, "truncated.json"),
        (Vz, "no-result.json"),
        (Vz, "wrong-shape.json"),
        (Vz, "unrelated.form"),
        (Hikvision, "truncated.xml"),
        (Hikvision, "doctype.xml"),
        (Hikvision, "other-root.xml"),
        (Hikvision, "no-xml.multipart"),
        (Dahua, "truncated.json"),
        (Dahua, "no-picture.json"),
        (Http, "no-id.json"),
        (Http, "truncated.json"),
    ] {
        let error = read(family, &request(family, name)).expect_err(name);
        assert!(!format!("{error} {error:?}").contains("12345"), "{error}");
    }
    for family in Family::ALL {
        for body in [Bytes::new(), Bytes::from_static(b"{"), Bytes::from(vec![0xFF; 64])] {
            let request = Request { path: "/", content_type: "", body };
            assert!(read(family, &request).is_err(), "{}", family.name());
        }
    }
}

#[test]
fn fields_beside_the_plate_are_taken() {
    let vz = sighting(Family::Vz, "ordinary.json");
    assert_eq!(vz.device.as_deref(), Some("a1b2c3d4-e5f60718"));
    assert_eq!(vz.identity, Some(Identity::Given("a1b2c3d4-e5f60718-871-1795397400".into())));
    assert_eq!((vz.colour.as_deref(), vz.confidence, vz.trigger), (Some("1"), Some(97), Some(8)));
    assert_eq!(vz.at, Some(Stamp::Instant("2026-11-23T09:30:00+08:00".parse().unwrap())));
    let local = Some(Stamp::Local("2026-11-23T09:30:00".parse().unwrap()));
    assert_eq!(sighting(Family::Vz, "few-fields.json").at, local);
    let hikvision = sighting(Family::Hikvision, "ordinary.multipart");
    assert_eq!(hikvision.device.as_deref(), Some("44:19:b6:00:11:22"));
    assert_eq!(hikvision.identity, Some(Identity::Given("5f0e2d8a-1a2b-4c3d-8e4f-000000000871".into())));
    assert_eq!(hikvision.identity, sighting(Family::Hikvision, "more-data.xml").identity, "told twice, once without");
    assert_eq!(sighting(Family::Hikvision, "float-confidence.xml").confidence, Some(97));
    let dahua = sighting(Family::Dahua, "ordinary.json");
    assert!(matches!(dahua.identity, Some(Identity::Made(_))), "the plate is in it");
    assert_eq!(dahua.at, Some(Stamp::Local("2026-11-23T09:30:00.123".parse().unwrap())));
    assert!(sighting(Family::Dahua, "few-fields.json").identity.is_none());
    assert_eq!(sighting(Family::Http, "no-plate.json").identity, Some(Identity::Given("4712".into())));
}

#[test]
fn a_sighting_prints_no_plate() {
    for (family, name) in
        [(Family::Vz, "ordinary.json"), (Family::Hikvision, "ordinary.multipart"), (Family::Dahua, "ordinary.json")]
    {
        let printed = format!("{:?}", sighting(family, name));
        assert!(!printed.contains("12345"), "{printed}");
    }
}

#[test]
fn a_field_that_is_too_long_is_none_and_the_vehicle_still_counts() {
    let long = "浙".repeat(MAX_FIELD);
    let body = |license: &str| serde_json::json!({ "AlarmInfoPlate": { "result": { "PlateResult": { "license": license, "plateid": 1 } } } });
    let read_vz = |license: &str| {
        let body = Bytes::from(body(license).to_string());
        read(Family::Vz, &Request { path: "/", content_type: "application/json", body }).unwrap()
    };
    assert!(read_vz("浙A12345").plate.is_some());
    let found = read_vz(&long);
    assert_eq!((found.kind, found.plate), (Kind::Passage, None));
    let xml = String::from_utf8(vector(Family::Hikvision, "bare.xml").to_vec()).unwrap().replace("浙A12345", &long);
    let request = Request { path: "/", content_type: "text/xml", body: xml.into() };
    let found = read(Family::Hikvision, &request).unwrap();
    assert_eq!((found.kind, found.plate), (Kind::Passage, None));
}

#[test]
fn only_a_passage_lifts_the_gate_and_only_where_that_is_wanted() {
    let said = |name: &str, opens_gate: bool| {
        let (request, found) = (request(Family::Vz, name), sighting(Family::Vz, name));
        let reply = reply(Family::Vz, &request, &found, Answer { opens_gate, serial: &[] });
        serde_json::from_slice::<serde_json::Value>(&reply.body).unwrap()
    };
    let info = |name: &str, opens: bool| said(name, opens)["Response_AlarmInfoPlate"]["info"].clone();
    assert_eq!(info("ordinary.json", true), "ok");
    assert_eq!(info("ordinary.json", false), "no");
    assert_eq!(info("lingering.json", true), "no");
    assert_eq!(said("ordinary.json", false)["Response_AlarmInfoPlate"]["content"], "retransfer_stop");
    assert_eq!(said("ordinary.json", false)["Response_AlarmInfoPlate"]["is_pay"], "true");
    for (name, key) in [
        ("input.json", "Response_AlarmGioIn"),
        ("serial.json", "Response_SerialData"),
        ("heartbeat.form", "Response_Heartbeat"),
    ] {
        assert!(said(name, true)[key]["info"].is_string(), "{name}");
    }
    let (request, found) = (request(Family::Vz, "ordinary.json"), sighting(Family::Vz, "ordinary.json"));
    let reply = vz::reply(&request, &found, Answer { opens_gate: false, serial: &[(1, b"\x01\x02\x03")] });
    let reply: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let data = &reply["Response_AlarmInfoPlate"]["serialData"][0];
    assert_eq!((&data["serialChannel"], &data["data"], &data["dataLen"]), (&1.into(), &"AQID".into(), &4.into()));
    assert!(String::from_utf8(dahua::reply().body).unwrap().contains("\"result\":\"true\""));
}

#[test]
fn requests_cut_and_spoilt_anywhere_upset_nobody() {
    let spoilt = |bytes: &[u8], at: usize, by: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= by;
        bytes
    };
    for family in Family::ALL {
        let name = format!("camera_{}", family.name());
        let (_, target) = crate::fuzz::TARGETS.iter().find(|(other, _)| *other == name).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/camera").join(family.name());
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for at in (0..bytes.len()).step_by(5) {
                target(&bytes[..at]);
                target(&spoilt(&bytes, at, 0x01));
                target(&spoilt(&bytes, at, 0x80));
            }
        }
    }
}

#[test]
fn a_virtual_camera_says_what_its_family_reads() {
    let at: jiff::Timestamp = "2026-11-23T09:30:00+08:00".parse().unwrap();
    for family in Family::ALL {
        for (plate, way) in
            [(Some("浙A12345"), Some(Direction::In)), (None, None), (Some("浙AD12345"), Some(Direction::Out))]
        {
            let seen = Seen { device: "d-1", plate, way, number: 7, at, pictures: 100_000 };
            let push = virtual_camera::passage(family, &seen);
            let path = push.path.unwrap_or("/cameras/in-1");
            let request = Request { path, content_type: &push.content_type, body: push.body.into() };
            assert!(request.body.len() > 100_000);
            let found = read(family, &request).unwrap();
            assert_eq!(found.kind, Kind::Passage);
            assert_eq!(found.plate.as_ref().map(|plate| plate.text.reveal().as_str()), plate, "{}", family.name());
            assert_eq!((found.way.is_some(), found.device.as_deref()), (way.is_some(), Some("d-1")));
            assert!(found.identity.is_some());
        }
        let push = virtual_camera::heartbeat(family, "d-1", at);
        let path = push.path.unwrap_or("/cameras/in-1");
        let request = Request { path, content_type: &push.content_type, body: push.body.into() };
        let found = read(family, &request).unwrap();
        assert_eq!((found.kind, found.device.as_deref()), (Kind::Heartbeat, Some("d-1")), "{}", family.name());
    }
}
