//! A hall in a few lines: messages as the server would send them, and boards that hear them.
#![allow(dead_code, reason = "each test file uses its part")]

use board::live::Live;
use board::{ListenerId, Millis, Options, Switchboard};
use protocol::board::{Announcement, BoardMessage, BoardView};
use protocol::live::{Data, HallView, Message, Snapshot, SnapshotData, Tick, TicketData, ZoneView};
use protocol::parking::{Lot, LotClass, LotLevel, LotSays};
use protocol::views::{Print, Queue, Text, Ticket, Window};
use uuid::Uuid;

pub fn text(text: &str) -> Text {
    Text { zh: text.to_owned(), en: text.to_owned() }
}

/// `08:30:00` plus so many seconds, as the server writes it.
pub fn at(seconds: u64) -> String {
    let seconds = 8 * 3600 + 30 * 60 + seconds;
    format!("2026-11-23T{:02}:{:02}:{:02}.000+08:00", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

pub fn ticket(id: u128, number: &str, state: &str, window: Option<u16>, calls: u32) -> Ticket {
    Ticket {
        id: Uuid::from_u128(id),
        number: number.to_owned(),
        service: "S1".to_owned(),
        class: "normal".to_owned(),
        state: state.to_owned(),
        business_date: "2026-11-23".to_owned(),
        issued_at: at(0),
        called_at: Some(at(calls.into())),
        window,
        ahead: 0,
        eta: None,
        call_id: None,
        calls,
        print: Print { state: "none".to_owned(), copies: 0, printer: None },
        link: None,
    }
}

pub fn window(number: u16, zone: &str, state: &str, ticket: Option<Ticket>) -> Window {
    Window {
        window: number,
        zone: zone.to_owned(),
        kind: "general".to_owned(),
        state: state.to_owned(),
        since: at(0),
        clerk: Some("王".to_owned()),
        reason: None,
        ticket,
        services: vec!["S1".to_owned(), format!("S-{zone}")],
        parked: Vec::new(),
    }
}

pub fn queue(service: &str, waiting: usize, open_windows: usize) -> Queue {
    Queue {
        service: service.to_owned(),
        name: text(service),
        department: None,
        real_name: false,
        waiting,
        longest_wait_s: 0,
        open_windows,
        eta: None,
        issued: 0,
        served: 0,
        left: 0,
    }
}

pub fn hall(zones: &[&str]) -> HallView {
    HallView {
        name: text("大厅"),
        business_date: Some("2026-11-23".to_owned()),
        open: true,
        opens: "08:30".to_owned(),
        closes: "17:00".to_owned(),
        zones: zones.iter().map(|code| ZoneView { code: (*code).to_owned(), name: text(code) }).collect(),
        departments: Vec::new(),
        ticket: None,
    }
}

/// Zone A has windows 1 to 20, zone B windows 21 to 30; two services.
pub fn snapshot(seq: u64, at_s: u64, busy: &[Window]) -> Live {
    let plain = |number: u16| window(number, if number <= 20 { "A" } else { "B" }, "idle", None);
    let pick =
        |number: u16| busy.iter().find(|window| window.window == number).cloned().unwrap_or_else(|| plain(number));
    Live::Snapshot(Box::new(Snapshot {
        kind: "snapshot".to_owned(),
        seq,
        at: at(at_s),
        data: SnapshotData {
            hall: hall(&["A", "B"]),
            calls: Vec::new(),
            queues: vec![queue("S1", 3, 2), queue("S-A", 1, 1), queue("S-B", 7, 1), queue("S-C", 9, 9)],
            windows: (1..=30).map(pick).collect(),
            lots: vec![lot("P1", "free", Some(128))],
            crowd: None,
        },
    }))
}

/// A `ticket.…` event: the ticket as it is after it, and the window concerned.
pub fn event(kind: &str, seq: u64, at_s: u64, ticket: Ticket, at_window: Option<Window>) -> Live {
    Live::Event(Box::new(Message {
        seq: Some(seq),
        kind: kind.to_owned(),
        at: at(at_s),
        data: Data::Ticket(Box::new(TicketData {
            ticket,
            window_state: at_window,
            former_window_state: None,
            gone_window: None,
            why: None,
        })),
    }))
}

pub fn tick(seq: u64, at_s: u64) -> Live {
    Live::Tick(Tick { kind: "tick".to_owned(), seq, at: at(at_s), open: true })
}

/// The boards of a program with one page on zone A.
pub struct Stand {
    pub boards: Switchboard,
    pub page: ListenerId,
    pub now: Millis,
    pub seq: u64,
    pub views: Vec<BoardView>,
    pub announced: Vec<(Millis, Announcement)>,
    pub other: Vec<BoardMessage>,
}

impl Stand {
    pub fn new(options: Options) -> Self {
        let mut boards = Switchboard::new(options, "build".to_owned());
        let page = boards.join("A", Millis(0));
        let mut stand =
            Self { boards, page, now: Millis(0), seq: 1, views: Vec::new(), announced: Vec::new(), other: Vec::new() };
        stand.hear(&snapshot(1, 0, &[]));
        stand
    }

    pub fn emit(&mut self) {
        let now = self.now;
        let (page, views, announced, other) = (self.page, &mut self.views, &mut self.announced, &mut self.other);
        self.boards.emit(now, |whom, message| {
            if !whom.contains(&page) {
                return;
            }
            match message {
                BoardMessage::View { view } => views.push(view.clone()),
                BoardMessage::Announce { announcement } => announced.push((now, announcement.clone())),
                message => other.push(message.clone()),
            }
        });
    }

    pub fn hear(&mut self, message: &Live) {
        self.boards.message(message, self.now);
        self.emit();
    }

    /// Time goes on; whatever falls due meanwhile happens when it is due.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now.plus(ms);
        while let Some(at) = self.boards.wake_at(self.now).filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.emit();
        }
        self.now = end;
        self.emit();
    }

    /// Time goes on while the hall ticks every two seconds.
    pub fn live(&mut self, ms: u64) {
        let end = self.now.plus(ms);
        while self.now < end {
            self.pass(end.since(self.now).min(2_000));
            let tick = tick(self.seq, self.now.0 / 1000);
            self.hear(&tick);
        }
    }

    fn next(&mut self) -> (u64, u64) {
        self.seq += 1;
        (self.seq, self.now.0 / 1000)
    }

    pub fn call(&mut self, id: u128, number: &str, at_window: u16) {
        self.called("ticket.called", id, number, at_window, 1);
    }

    pub fn called(&mut self, kind: &str, id: u128, number: &str, at_window: u16, calls: u32) {
        let (seq, at_s) = self.next();
        let ticket = ticket(id, number, "called", Some(at_window), calls);
        let zone = if at_window <= 20 { "A" } else { "B" };
        let state = window(at_window, zone, "busy", Some(ticket.clone()));
        self.hear(&event(kind, seq, at_s, ticket, Some(state)));
    }

    pub fn started(&mut self, id: u128, number: &str, at_window: u16) {
        let (seq, at_s) = self.next();
        let ticket = ticket(id, number, "serving", Some(at_window), 1);
        let state = window(at_window, "A", "busy", Some(ticket.clone()));
        self.hear(&event("ticket.started", seq, at_s, ticket, Some(state)));
    }

    /// The ticket is away from the window, in `state`.
    pub fn gone(&mut self, kind: &str, id: u128, number: &str, at_window: u16, state: &str) {
        let (seq, at_s) = self.next();
        let still = if state == "waiting" { None } else { Some(at_window) };
        let ticket = ticket(id, number, state, still, 1);
        self.hear(&event(kind, seq, at_s, ticket, Some(window(at_window, "A", "idle", None))));
    }

    pub fn view(&self) -> BoardView {
        self.boards.view("A", self.now).unwrap()
    }

    /// Numbers on the board, the newest first.
    pub fn numbers(&self) -> Vec<String> {
        self.view().calls.into_iter().map(|call| call.number).collect()
    }

    /// What was announced, with the second at which it began.
    pub fn said(&self) -> Vec<(u64, String)> {
        self.announced.iter().map(|(at, one)| (at.0 / 1000, one.number.clone())).collect()
    }
}

/// A car park with two bays for people with a disability and a level, all of which says the same.
pub fn lot(code: &str, says: &str, free: Option<u32>) -> Lot {
    let said = || LotSays { says: says.to_owned(), free };
    let named = |zh: &str, en: &str| Text { zh: zh.to_owned(), en: en.to_owned() };
    Lot {
        uid: code.to_owned(),
        name: "北停车场".to_owned(),
        kind: "CAR_PARK".to_owned(),
        purpose: "CAR".to_owned(),
        lat: None,
        lon: None,
        max_height: None,
        capacity: 402,
        has_realtime_data: true,
        static_data_updated_at: at(0),
        realtime_data_updated_at: at(0),
        realtime_opening_status: "OPEN".to_owned(),
        realtime_capacity: 402,
        realtime_free_capacity: free,
        capacity_disabled: Some(2),
        capacity_charging: None,
        realtime_free_capacity_disabled: Some(1),
        realtime_free_capacity_charging: None,
        restrictions: Vec::new(),
        title: named("北停车场", "North car park"),
        says: said(),
        classes: vec![
            LotClass { class: "ordinary".to_owned(), capacity: 400, says: said() },
            LotClass {
                class: "disabled".to_owned(),
                capacity: 2,
                says: LotSays { says: "free".into(), free: Some(1) },
            },
        ],
        levels: vec![LotLevel { level: "B1".to_owned(), name: named("B1层", "B1"), capacity: 200, says: said() }],
        divert_to: (says == "full").then(|| named("南停车场", "South car park")),
        forecast: Vec::new(),
        full_at: None,
        off_by: Some(1),
    }
}
