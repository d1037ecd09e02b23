//! Hikvision ISAPI: an `EventNotificationAlert` in XML, bare or as a part of `multipart/form-data` with pictures after it.
//!
//! Namespaces and prefixes differ between firmwares, so local names are matched, whatever their case. An event that is
//! `inactive`, of whatever type, is a sign of life. `hasMoreData` announces the same event once more, with its UUID. Fields:
//! hardware reference, D3.

use std::convert::Infallible;

use bytes::Bytes;
use encoding_rs::GB18030;
use futures_util::{FutureExt as _, stream};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::{Identity, Kind, MAX_FIELD, Plate, Reply, Request, Sighting, Stamp, Unreadable, percent};

/// Longest XML, in bytes. Genuine ones have some 5 KiB.
const MAX_XML: usize = 256 * 1024;
/// Most parts of a body that are looked at.
const MAX_PARTS: usize = 32;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;
/// The elements whose children are looked at.
const ROOT: &str = "eventnotificationalert";
const ANPR: &str = "anpr";

/// Reads a push.
pub fn read(request: &Request<'_>) -> Result<Sighting, Unreadable> {
    let is_multipart = request.content_type.trim_start().to_ascii_lowercase().starts_with("multipart/");
    let xml = if is_multipart { part(request)? } else { request.body.clone() };
    if xml.len() > MAX_XML {
        return Err(Unreadable::TooLarge("the XML"));
    }
    Ok(fields(&text(&xml))?.sighting())
}

/// The part with the XML: the first that begins as XML does. Parts after it may be broken off; nobody needs them.
fn part(request: &Request<'_>) -> Result<Bytes, Unreadable> {
    let boundary = multer::parse_boundary(request.content_type).map_err(|_| Unreadable::Multipart)?;
    let body = request.body.clone();
    let whole = stream::once(std::future::ready(Ok::<_, Infallible>(body)));
    let mut parts = multer::Multipart::new(whole, boundary);
    for _ in 0..MAX_PARTS {
        // The whole body is there: nothing ever has to be waited for.
        let next = parts.next_field().now_or_never().and_then(Result::ok).flatten();
        let field = next.ok_or(Unreadable::Multipart)?;
        let name = field.name().unwrap_or_default().to_ascii_lowercase();
        let kind = field.content_type().map(ToString::to_string).unwrap_or_default();
        let ending = name.rsplit('.').next().unwrap_or_default();
        let says_xml = ending == "xml" || kind.contains("xml");
        let says_picture = ending == "jpg" || kind.starts_with("image/");
        if says_picture && !says_xml {
            continue;
        }
        let bytes = field.bytes().now_or_never().and_then(Result::ok).ok_or(Unreadable::Multipart)?;
        if says_xml || bytes.trim_ascii_start().starts_with(b"<") {
            return Ok(bytes);
        }
    }
    Err(Unreadable::Multipart)
}

/// UTF-8, or the national encoding of old firmware.
fn text(xml: &[u8]) -> std::borrow::Cow<'_, str> {
    let xml = xml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(xml);
    match std::str::from_utf8(xml) {
        Ok(text) => text.into(),
        Err(_) => GB18030.decode_without_bom_handling(xml).0,
    }
}

/// What is taken from the XML. No `Debug`: there is a plate in it.
#[derive(Default)]
struct Fields {
    has_anpr: bool,
    mac: Option<String>,
    ip: Option<String>,
    time: Option<String>,
    event: Option<String>,
    state: Option<String>,
    uuid: Option<String>,
    plate: Option<String>,
    original: Option<String>,
    direction: Option<String>,
    confidence: Option<String>,
    kind: Option<String>,
    colour: Option<String>,
}

impl Fields {
    /// Where the text of an element goes; nowhere for most.
    fn place(&mut self, parent: &str, name: &str) -> Option<&mut Option<String>> {
        Some(match (parent, name) {
            (ROOT, "macaddress") => &mut self.mac,
            (ROOT, "ipaddress") => &mut self.ip,
            (ROOT, "datetime") => &mut self.time,
            (ROOT, "eventtype") => &mut self.event,
            (ROOT, "eventstate") => &mut self.state,
            (ROOT | ANPR, "uuid") => &mut self.uuid,
            (ANPR, "licenseplate") => &mut self.plate,
            (ANPR, "originallicenseplate") => &mut self.original,
            (ANPR, "direction") => &mut self.direction,
            (ANPR, "confidencelevel") => &mut self.confidence,
            (ANPR, "platetype") => &mut self.kind,
            (ANPR, "platecolor") => &mut self.colour,
            _ => return None,
        })
    }

    fn sighting(self) -> Sighting {
        let is = |field: &Option<String>, word: &str| field.as_ref().is_some_and(|f| f.eq_ignore_ascii_case(word));
        let device = self.mac.or(self.ip);
        if is(&self.state, "inactive") || is(&self.event, "heartBeat") {
            return Sighting { kind: Kind::Heartbeat, device, ..Sighting::default() };
        }
        let vehicle = is(&self.event, "ANPR") || (self.event.is_none() && self.has_anpr);
        if !vehicle {
            return Sighting { device, ..Sighting::default() };
        }
        let plate = self.plate.or(self.original);
        Sighting {
            kind: Kind::Passage,
            device,
            identity: self.uuid.map(Identity::Given),
            plate: plate.as_deref().and_then(Plate::read),
            colour: self.colour,
            plate_type: self.kind,
            confidence: self.confidence.and_then(|text| text.parse().ok()).and_then(percent),
            way: self.direction.map(|way| way.to_lowercase()).filter(|way| way != "unknown"),
            trigger: None,
            at: self.time.as_deref().and_then(stamp),
            offline: false,
        }
    }
}

/// RFC 3339, or the same without a zone.
fn stamp(time: &str) -> Option<Stamp> {
    let instant = time.parse().ok().map(Stamp::Instant);
    instant.or_else(|| time.parse().ok().map(Stamp::Local))
}

fn fields(text: &str) -> Result<Fields, Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut fields = Fields::default();
    let mut path: Vec<String> = Vec::new();
    let mut content = String::new();
    let mut is_alert = false;
    loop {
        let at = reader.buffer_position();
        let broken = Unreadable::Xml(at);
        match reader.read_event().map_err(|_| Unreadable::Xml(at))? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_ascii_lowercase();
                if path.len() == MAX_DEPTH {
                    return Err(broken);
                }
                is_alert |= path.is_empty() && name == ROOT;
                fields.has_anpr |= path.len() == 1 && name == ANPR;
                path.push(name);
                content.clear();
            }
            Event::Text(text) => add(&mut content, &text.xml10_content()),
            Event::CData(text) => add(&mut content, &text.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(|_| broken.clone())? {
                Some(c) => add(&mut content, c.encode_utf8(&mut [0; 4])),
                // What the document itself would define is not followed.
                None => add(&mut content, resolve_predefined_entity(&name).ok_or(broken)?),
            },
            Event::End(_) => {
                let name = path.pop().ok_or(broken)?;
                let value = std::mem::take(&mut content);
                let value = value.trim();
                // Only children of the two elements themselves: an event of a list may have fields of the same names.
                let parent = path.last().map(String::as_str).filter(|_| path.len() <= 2).unwrap_or_default();
                if let Some(place) = fields.place(parent, &name)
                    && place.is_none()
                    && (1..=MAX_FIELD).contains(&value.len())
                {
                    *place = Some(value.to_owned());
                }
            }
            Event::Eof if path.is_empty() && is_alert => return Ok(fields),
            Event::Eof if path.is_empty() => return Err(Unreadable::Missing("EventNotificationAlert")),
            // No camera has a reason to define anything.
            Event::DocType(_) | Event::Eof => return Err(broken),
            _ => {}
        }
    }
}

/// Keeps no more than shows that it is too long.
fn add(content: &mut String, text: &str) {
    if content.len() <= MAX_FIELD {
        content.push_str(text.get(..MAX_FIELD + 1).unwrap_or(text));
    }
}

/// What the camera wants to hear: status 200; the words are those of ISAPI.
pub fn reply() -> Reply {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <ResponseStatus version=\"2.0\" xmlns=\"http://www.isapi.org/ver20/XMLSchema\">\
        <statusCode>1</statusCode><statusString>OK</statusString><subStatusCode>ok</subStatusCode></ResponseStatus>\n";
    Reply { content_type: "application/xml", body: body.as_bytes().to_vec() }
}
