//! What LED signs say.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use board::{Faces, LotPart, Millis, Options, Switchboard};
use protocol::bridge::{SignArea, SignColour, SignEffect};
use support::{at, lot, snapshot, ticket, window};

fn boards(busy: &[protocol::Window]) -> Switchboard {
    let mut boards = Switchboard::new(Options::default(), String::new());
    boards.keep("A", Millis(0));
    boards.message(&snapshot(1, 0, busy), Millis(0));
    boards
}

fn strip(state: &str, ticket: Option<protocol::Ticket>, columns: usize, now: Millis) -> SignArea {
    let boards = boards(&[window(3, "A", state, ticket)]);
    Faces::new().unwrap().window(boards.hall(), 3, columns, now)
}

#[test]
fn a_strip_says_whom_its_window_calls_and_how_it_is() {
    let at = |number: &str, state: &str| Some(ticket(1, number, state, Some(3), 1));
    let now = Millis(1_000);
    let said = |state: &str, ticket, columns| {
        let area = strip(state, ticket, columns, now);
        (area.text, area.colour, area.effect)
    };
    let still = SignEffect::Still;
    assert_eq!(said("busy", at("A042", "called"), 16), ("A042 请到3号窗口".to_owned(), SignColour::Red, still));
    assert_eq!(said("busy", at("A1042", "called"), 16), ("A1042→3号".to_owned(), SignColour::Red, still));
    assert_eq!(
        said("busy", at("A1042", "called"), 8),
        ("A1042 请到3号窗口".to_owned(), SignColour::Red, SignEffect::Left),
        "where neither fits, the whole sentence runs"
    );
    assert_eq!(said("busy", at("A042", "serving"), 16), ("A042 办理中".to_owned(), SignColour::Green, still));
    assert_eq!(said("idle", None, 16), ("欢迎光临".to_owned(), SignColour::Green, still));
    assert_eq!(said("ready", None, 16), ("欢迎光临".to_owned(), SignColour::Green, still));
    assert_eq!(said("paused", None, 16), ("暂离".to_owned(), SignColour::Yellow, still));
    assert_eq!(said("closed", None, 16), ("暂停服务".to_owned(), SignColour::Yellow, still));
}

#[test]
fn a_sign_without_news_shows_no_number() {
    let called = Some(ticket(1, "A042", "called", Some(3), 1));
    let area = strip("busy", called.clone(), 16, Millis(10_000));
    assert_eq!((area.text.as_str(), area.colour), ("数据中断", SignColour::Yellow));
    let boards = boards(&[window(3, "A", "busy", called)]);
    let faces = Faces::new().unwrap();
    let view = boards.view("A", Millis(10_000)).unwrap();
    assert_eq!(faces.line(&view, 0, 16).text, "数据中断");
    assert_eq!(faces.line(&view, 1, 16).text, "");
    // Nothing was ever heard.
    let nothing = Switchboard::new(Options::default(), String::new());
    assert_eq!(faces.window(nothing.hall(), 3, 16, Millis(0)).text, "数据中断");
}

#[test]
fn a_panel_lists_the_newest_calls() {
    let busy =
        |n: u16, number: &str| window(n, "A", "busy", Some(ticket(n.into(), number, "called", Some(n), n.into())));
    let boards = boards(&[busy(3, "A042"), busy(12, "AB1000")]);
    let view = boards.view("A", Millis(0)).unwrap();
    let faces = Faces::new().unwrap();
    let lines: Vec<String> = (0..3).map(|line| faces.line(&view, line, 20).text).collect();
    assert_eq!(lines, ["AB1000 请到12号窗口", "A042 请到3号窗口", ""]);
    let empty = Switchboard::new(Options::default(), String::new());
    assert!(empty.view("A", Millis(0)).is_none(), "not kept");
}

/// The free places of a car park as a sign says them after this was told of it.
fn places(says: &str, free: Option<u32>, part: &LotPart, columns: usize, now: Millis) -> SignArea {
    let mut boards = boards(&[]);
    let message = protocol::live::Message {
        seq: None,
        kind: "parking.changed".to_owned(),
        at: at(1),
        data: protocol::live::Data::Lot(Box::new(lot("P1", says, free))),
    };
    boards.message(&board::live::Live::Event(Box::new(message)), Millis(1_000));
    Faces::new().unwrap().lot(boards.hall(), "P1", part, columns, now)
}

#[test]
fn a_car_park_says_what_is_known_of_its_places() {
    let said = |says: &str, free, part: LotPart, columns| {
        let area = places(says, free, &part, columns, Millis(2_000));
        (area.text, area.colour)
    };
    let (green, red, yellow) = (SignColour::Green, SignColour::Red, SignColour::Yellow);
    let entry = || LotPart::Entry;
    assert_eq!(said("free", Some(128), entry(), 16), ("余位 128".to_owned(), green));
    assert_eq!(said("about", Some(120), entry(), 16), ("约 120".to_owned(), green));
    assert_eq!(said("some", None, entry(), 16), ("有位".to_owned(), green));
    assert_eq!(said("full", None, entry(), 32), ("车位已满 请往南停车场".to_owned(), red));
    assert_eq!(said("closed", None, entry(), 16), ("停车场关闭".to_owned(), yellow));
    assert_eq!(said("unknown", None, entry(), 16), ("--".to_owned(), yellow));
    assert_eq!(said("free", Some(128), LotPart::Class("disabled".into()), 16), ("无障碍 余位 1".to_owned(), green));
    assert_eq!(said("free", Some(128), LotPart::Class("charging".into()), 16), ("--".to_owned(), yellow));
    assert_eq!(said("about", Some(60), LotPart::Level("B1".into()), 16), ("B1层 约 60".to_owned(), green));
    // Digits alone.
    assert_eq!(said("free", Some(128), entry(), 4), ("128".to_owned(), green));
    assert_eq!(said("full", None, entry(), 4), ("0".to_owned(), red));
    assert_eq!(said("some", None, entry(), 4), ("--".to_owned(), green));
    // Never an old number.
    assert_eq!(places("free", Some(128), &entry(), 16, Millis(60_000)).text, "数据中断");
    assert_eq!(places("free", Some(128), &entry(), 4, Millis(60_000)).text, "--");
}
