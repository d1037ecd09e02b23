//! What a kiosk knows of the hall, as a pure function of the messages of the live stream.

use std::collections::BTreeMap;

use hall::settings::ticket::TicketTemplate;
use protocol::bridge::DeviceState;
use protocol::kiosk::{KioskHall, KioskService, Place};
use protocol::live::{self, HallView, Snapshot, Tick, TicketData};
use protocol::parking::{Lot, LotTile};
use protocol::{Queue, Text, Window};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The hall as it was last heard of.
#[derive(Debug, Clone, Default)]
pub struct Hall {
    view: Option<HallView>,
    queues: Vec<Queue>,
    windows: BTreeMap<u16, Window>,
    lots: Vec<Lot>,
    at: Option<String>,
    seq: Option<u64>,
    online: bool,
}

/// What a message means for the kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A sign of life.
    Life,
    /// Services or windows are different now.
    Change,
    /// Everything may be different: subscribe again, without a position.
    Anew,
    /// Somebody asks this kiosk to print a ticket.
    Order,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    seq: Option<u64>,
    at: Option<String>,
    data: Option<Value>,
}

impl Hall {
    /// A hall of which only the snapshot of an earlier day or hour is known: good for names and places, and for no number.
    pub fn remembered(snapshot: &str, kiosk: &str) -> Option<Self> {
        let mut hall = Self::default();
        hall.apply(snapshot, kiosk).ok()?;
        let Self { view, queues, windows, lots, .. } = hall;
        view.is_some().then(|| Self { view, queues, windows, lots, ..Self::default() })
    }

    /// Takes in a message of the live stream; `kiosk` is this kiosk's name.
    pub fn apply(&mut self, text: &str, kiosk: &str) -> Result<Heard, serde_json::Error> {
        let message: Envelope = serde_json::from_str(text)?;
        if message.kind == "hello" {
            return Ok(Heard::Life);
        }
        let heard = self.take(&message, text, kiosk)?;
        if let Some(seq) = message.seq.filter(|_| message.kind != "tick" && heard != Heard::Anew) {
            self.seq = Some(seq);
        }
        self.at = message.at.or(self.at.take());
        self.online = true;
        Ok(heard)
    }

    fn take(&mut self, message: &Envelope, text: &str, kiosk: &str) -> Result<Heard, serde_json::Error> {
        match message.kind.as_str() {
            "snapshot" => {
                let Snapshot { data, .. } = serde_json::from_str(text)?;
                self.view = Some(data.hall);
                self.queues = data.queues;
                self.lots = data.lots;
                self.windows = data.windows.into_iter().map(|window| (window.window, window)).collect();
                Ok(Heard::Change)
            }
            "tick" => {
                let Tick { open, .. } = serde_json::from_str(text)?;
                match &mut self.view {
                    Some(view) if view.open != open => {
                        view.open = open;
                        Ok(Heard::Change)
                    }
                    _ => Ok(Heard::Life),
                }
            }
            "queue.changed" => {
                live::replace(&mut self.queues, data(message)?, |queue: &Queue| queue.service.clone());
                Ok(Heard::Change)
            }
            "parking.changed" => {
                live::replace(&mut self.lots, data(message)?, |lot: &Lot| lot.uid.clone());
                Ok(Heard::Change)
            }
            "window.changed" => {
                let window: Window = data(message)?;
                self.windows.insert(window.window, window);
                Ok(Heard::Change)
            }
            "hall.configured" | "day.closed" => {
                self.seq = None;
                Ok(Heard::Anew)
            }
            kind if kind.starts_with("ticket.") => {
                let ticket: TicketData = data(message)?;
                for window in [ticket.former_window_state, ticket.window_state].into_iter().flatten() {
                    self.windows.insert(window.window, window);
                }
                if let Some(gone) = ticket.gone_window {
                    self.windows.remove(&gone);
                }
                let print = &ticket.ticket.print;
                let ours = print.state == "printing" && print.printer.as_deref() == Some(kiosk);
                Ok(if ours { Heard::Order } else { Heard::Life })
            }
            _ => Ok(Heard::Life),
        }
    }

    /// The server is not heard any more. What is known stays, and counts as old.
    pub fn lost(&mut self) {
        self.online = false;
    }

    /// Whether the server is heard.
    pub fn online(&self) -> bool {
        self.online && self.view.is_some()
    }

    /// Whether it was ever heard.
    pub fn known(&self) -> bool {
        self.view.is_some()
    }

    /// Whether tickets are issued.
    pub fn open(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.open)
    }

    /// The last position of the stream; none asks for a snapshot.
    pub fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// The hall's time, RFC 3339.
    pub fn at(&self) -> Option<&str> {
        self.at.as_deref()
    }

    /// What the hall is called.
    pub fn name(&self) -> Text {
        self.view.as_ref().map_or_else(|| Text { zh: String::new(), en: String::new() }, |view| view.name.clone())
    }

    /// What stands on tickets, where the hall says so. It is kept with the snapshot, for when the server is away.
    pub fn template(&self) -> Option<TicketTemplate> {
        self.view.as_ref()?.ticket.clone()
    }

    /// A service.
    pub fn service(&self, code: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.service == code)
    }

    /// What people read for a service; its code when it is unknown.
    pub fn service_name(&self, code: &str) -> Text {
        self.service(code).map_or_else(|| Text { zh: code.to_owned(), en: code.to_owned() }, |queue| queue.name.clone())
    }

    /// Where a service is served: the zone with most of its windows, and those windows.
    pub fn place(&self, service: &str) -> Place {
        let serving = |window: &&Window| window.services.iter().any(|code| code == service);
        let all: Vec<&Window> = self.windows.values().filter(serving).collect();
        let open: Vec<&Window> = all.iter().copied().filter(|window| window.state != "closed").collect();
        let windows = if open.is_empty() { all } else { open };
        let mut zones: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        for window in windows {
            zones.entry(&window.zone).or_default().push(window.window);
        }
        // The last of the largest would be the last in the alphabet: people look for the first.
        let Some((zone, numbers)) = zones.into_iter().rev().max_by_key(|(_, numbers)| numbers.len()) else {
            return Place { zone: None, name: None, windows: String::new() };
        };
        let name = self.view.iter().flat_map(|view| &view.zones).find(|other| other.code == zone);
        Place { zone: Some(zone.to_owned()), name: name.map(|zone| zone.name.clone()), windows: ranges(&numbers) }
    }

    /// The hall as the page shows it; none before it was heard.
    pub fn page(&self) -> Option<KioskHall> {
        let view = self.view.as_ref()?;
        let services = self.queues.iter().map(|queue| KioskService {
            service: queue.service.clone(),
            name: queue.name.clone(),
            department: queue.department.clone(),
            real_name: queue.real_name,
            waiting: queue.waiting,
            eta: queue.eta.clone(),
            open_windows: queue.open_windows,
            issued: queue.issued,
        });
        Some(KioskHall {
            name: view.name.clone(),
            open: view.open,
            opens: view.opens.clone(),
            closes: view.closes.clone(),
            departments: view.departments.clone(),
            services: services.collect(),
            lots: self.lots.iter().map(|lot| LotTile::of(lot, self.online)).collect(),
        })
    }
}

fn data<T: DeserializeOwned>(message: &Envelope) -> Result<T, serde_json::Error> {
    serde_json::from_value(message.data.clone().unwrap_or_default())
}

/// `[1, 2, 3, 7]` → `1–3, 7`; numbers in order.
fn ranges(numbers: &[u16]) -> String {
    let mut parts: Vec<(u16, u16)> = Vec::new();
    for number in numbers.iter().copied() {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let part = |(first, last): &(u16, u16)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// Whether a printer in this state prints.
pub fn prints(state: DeviceState, why: Option<protocol::bridge::Trouble>) -> bool {
    match state {
        DeviceState::Ready => true,
        DeviceState::Degraded => why == Some(protocol::bridge::Trouble::PaperNearEnd),
        DeviceState::Gone => false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    fn queue(service: &str, real_name: bool) -> Value {
        json!({"service": service, "name": {"zh": format!("{service}事项"), "en": format!("{service} matter")},
            "department": "MSA", "real_name": real_name, "waiting": 3, "longest_wait_s": 60, "open_windows": 2,
            "eta": {"low_s": 300, "median_s": 480, "high_s": 900}, "issued": 9, "served": 5, "left": 1})
    }

    fn window(number: u16, zone: &str, state: &str, services: &[&str]) -> Value {
        json!({"window": number, "zone": zone, "kind": "general", "state": state, "since": AT, "clerk": null,
            "reason": null, "ticket": null, "services": services, "parked": []})
    }

    const AT: &str = "2026-11-23T09:00:00.000+08:00";

    /// A hall with a service `OPEN` for everybody and a service `CARD` that needs a person.
    pub fn hall() -> Hall {
        let mut hall = Hall::default();
        hall.apply(&snapshot(true).to_string(), "k1").unwrap();
        hall
    }

    /// Its snapshot.
    pub fn snapshot(open: bool) -> Value {
        json!({"type": "snapshot", "seq": 7, "at": AT, "data": {
            "hall": {"name": {"zh": "鄞州大厅", "en": "Yinzhou Hall"}, "business_date": "2026-11-23", "open": open,
                "opens": "08:30", "closes": "17:00",
                "zones": [{"code": "A", "name": {"zh": "企业", "en": "Business"}}],
                "departments": [{"code": "MSA", "name": {"zh": "市监局", "en": "Market"}}]},
            "calls": [], "queues": [queue("OPEN", false), queue("CARD", true)],
            "windows": [window(1, "A", "idle", &["OPEN"]), window(2, "A", "busy", &["OPEN", "CARD"]),
                window(3, "A", "closed", &["OPEN"]), window(4, "A", "idle", &["OPEN"]),
                window(9, "B", "idle", &["OPEN"])]}})
    }

    #[test]
    fn a_place_is_the_zone_with_most_open_windows() {
        let hall = hall();
        assert_eq!(
            hall.place("OPEN"),
            Place {
                zone: Some("A".into()),
                name: Some(Text { zh: "企业".into(), en: "Business".into() }),
                windows: "1–2, 4".into()
            }
        );
        assert_eq!(hall.place("NOTHING").windows, "");
    }

    #[test]
    fn messages_change_what_is_known() {
        let mut hall = hall();
        assert!(hall.online() && hall.open());
        let mut changed = queue("OPEN", false);
        changed["waiting"] = json!(12);
        let text = json!({"type": "queue.changed", "at": AT, "data": changed}).to_string();
        assert_eq!(hall.apply(&text, "k1").unwrap(), Heard::Change);
        assert_eq!((hall.service("OPEN").unwrap().waiting, hall.seq()), (12, Some(7)));
        let tick = |open: bool| json!({"type": "tick", "seq": 99, "at": AT, "open": open}).to_string();
        assert_eq!(hall.apply(&tick(true), "k1").unwrap(), Heard::Life);
        assert_eq!(hall.apply(&tick(false), "k1").unwrap(), Heard::Change);
        assert!(!hall.open());
        assert_eq!(hall.seq(), Some(7), "events may be on their way behind a tick");
        let day = json!({"type": "day.closed", "seq": 8, "at": AT, "data": {}}).to_string();
        assert_eq!(hall.apply(&day, "k1").unwrap(), Heard::Anew);
        assert_eq!(hall.seq(), None);
        hall.lost();
        assert!(hall.known() && !hall.online());
        assert!(hall.apply("{", "k1").is_err());
    }

    #[test]
    fn a_remembered_hall_has_names_and_no_time() {
        let hall = Hall::remembered(&snapshot(true).to_string(), "k1").unwrap();
        assert!(hall.known() && !hall.online());
        assert_eq!((hall.at(), hall.seq(), hall.service_name("OPEN").zh.as_str()), (None, None, "OPEN事项"));
        assert!(Hall::remembered("{}", "k1").is_none() && Hall::remembered("", "k1").is_none());
    }

    #[test]
    fn the_template_comes_with_the_hall_and_is_remembered() {
        let mut snapshot = snapshot(true);
        assert_eq!(Hall::remembered(&snapshot.to_string(), "k1").unwrap().template(), None);
        snapshot["data"]["hall"]["ticket"] = json!({"notice": "请备齐材料", "lines": [{"part": "number"}]});
        let template = Hall::remembered(&snapshot.to_string(), "k1").unwrap().template().unwrap();
        assert_eq!(template.notice.unwrap().zh(), "请备齐材料");
        // Settings of a newer hall: the ticket is the plain one, and the hall is known as ever.
        snapshot["data"]["hall"]["ticket"] = json!({"lines": [{"part": "hologram"}]});
        let hall = Hall::remembered(&snapshot.to_string(), "k1").unwrap();
        assert_eq!((hall.template(), hall.name().zh.as_str()), (None, "鄞州大厅"));
    }

    #[test]
    fn an_order_for_this_kiosk_is_heard() {
        let mut hall = hall();
        let ticket = |printer: &str| {
            json!({"type": "ticket.printed", "seq": 8, "at": AT, "data": {
                "id": uuid::Uuid::nil(), "number": "A001", "service": "OPEN", "class": "normal", "state": "waiting",
                "business_date": "2026-11-23", "issued_at": AT, "called_at": null, "window": null, "ahead": 1,
                "eta": null, "call_id": null, "calls": 0,
                "print": {"state": "printing", "copies": 1, "printer": printer}}})
            .to_string()
        };
        assert_eq!(hall.apply(&ticket("k2"), "k1").unwrap(), Heard::Life);
        assert_eq!(hall.apply(&ticket("k1"), "k1").unwrap(), Heard::Order);
    }
}
