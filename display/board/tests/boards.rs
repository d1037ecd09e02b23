//! What a board shows and says, told as stories (checklists B2 to B8, fault F44).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use board::{Millis, Options, Switchboard};
use protocol::board::{BoardLink, BoardMessage};
use support::{Stand, event, queue, snapshot, tick, ticket, window};

fn stand() -> Stand {
    Stand::new(Options::default())
}

#[test]
fn a_call_stands_large_at_the_top_and_is_news_for_six_seconds() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    let call = stand.view().calls[0].clone();
    assert_eq!((call.number.as_str(), call.window, call.fresh, call.large), ("A001", 12, true, true));
    stand.pass(5_999);
    assert!(stand.view().calls[0].fresh);
    stand.pass(1);
    let call = stand.view().calls[0].clone();
    assert_eq!((call.fresh, call.large), (false, true));
    // The page heard of both without a message from the hall.
    assert!(!stand.views.last().unwrap().calls[0].fresh);
}

#[test]
fn two_calls_in_one_second_both_stand_large_and_are_said_in_order_without_overlap() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    stand.call(2, "A1000", 3);
    assert_eq!(stand.numbers(), ["A1000", "A001"]);
    assert!(stand.view().calls.iter().all(|call| call.large && call.fresh));
    stand.live(5_000);
    assert!(stand.view().calls.iter().all(|call| call.fresh), "five seconds each");
    stand.live(30_000);
    let limit = u64::from(stand.announced[0].1.limit_ms);
    let [(first, one), (second, two)] = &stand.announced[..] else { panic!("{:?}", stand.said()) };
    assert_eq!((one.number.as_str(), two.number.as_str()), ("A001", "A1000"));
    assert!(second.since(*first) >= limit, "nobody said that it was over, so its time was waited for");
}

#[test]
fn the_next_is_said_as_soon_as_every_page_has_said_the_first() {
    let mut stand = stand();
    let other = stand.boards.join("A", stand.now);
    stand.emit();
    stand.call(1, "A001", 1);
    stand.call(2, "A002", 2);
    let id = stand.announced[0].1.id;
    stand.pass(1_000);
    stand.boards.said(stand.page, id, stand.now);
    stand.pass(1_000);
    assert_eq!(stand.announced.len(), 1, "the other page still speaks");
    stand.boards.said(other, id + 7, stand.now);
    stand.boards.said(other, id, stand.now);
    stand.pass(499);
    assert_eq!(stand.announced.len(), 1, "a breath between two");
    stand.pass(1);
    assert_eq!(stand.said(), [(0, "A001".to_owned()), (2, "A002".to_owned())]);
}

#[test]
fn a_page_that_leaves_is_not_waited_for() {
    let mut stand = stand();
    let other = stand.boards.join("A", stand.now);
    stand.emit();
    stand.call(1, "A001", 1);
    stand.call(2, "A002", 2);
    stand.boards.said(stand.page, stand.announced[0].1.id, stand.now);
    stand.boards.leave(other, stand.now);
    stand.pass(500);
    assert_eq!(stand.announced.len(), 2);
}

#[test]
fn a_recall_is_news_and_said_again() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    let first = stand.view().calls[0].key;
    stand.live(30_000);
    stand.called("ticket.recalled", 1, "A001", 12, 2);
    let call = stand.view().calls[0].clone();
    assert!(call.fresh && call.again && call.key > first);
    assert_eq!(stand.said(), [(0, "A001".to_owned()), (30, "A001".to_owned())]);
    stand.called("ticket.resumed", 9, "A009", 5, 3);
    stand.live(30_000);
    assert_eq!(stand.said().len(), 3, "who is called back after filling in a form is called like anybody");
}

#[test]
fn a_ticket_leaves_the_board_when_its_visit_at_the_window_ends() {
    let endings = [
        ("ticket.finished", "done"),
        ("ticket.missed", "missed"),
        ("ticket.returned", "waiting"),
        ("ticket.parked", "parked"),
    ];
    for (kind, state) in endings {
        let mut stand = stand();
        stand.call(1, "A001", 12);
        stand.call(2, "A002", 13);
        stand.gone(kind, 1, "A001", 12, state);
        assert_eq!(stand.numbers(), ["A002"], "{kind}");
        stand.gone(kind, 2, "A002", 13, state);
        stand.live(60_000);
        assert!(stand.numbers().is_empty());
        assert_eq!(stand.said(), [(0, "A001".to_owned())], "{kind}: what waits to be said is forgotten");
    }
}

#[test]
fn a_ticket_that_leaves_by_itself_leaves_the_board_though_no_window_is_named() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    stand.hear(&event("ticket.left", 9, 1, ticket(1, "A001", "left", Some(12), 1), None));
    assert!(stand.numbers().is_empty());
}

#[test]
fn a_visitor_who_is_there_is_not_called_any_more() {
    let mut stand = stand();
    stand.call(1, "A001", 1);
    stand.call(2, "A002", 2);
    stand.started(2, "A002", 2);
    stand.live(60_000);
    assert_eq!(stand.said(), [(0, "A001".to_owned())]);
    assert!(stand.view().calls[0].serving && !stand.view().calls[0].fresh);
    assert_eq!(stand.numbers(), ["A002", "A001"], "who is served still stands there");
}

#[test]
fn calls_of_other_zones_are_neither_shown_nor_said() {
    let mut stand = stand();
    stand.call(1, "B001", 21);
    assert!(stand.numbers().is_empty() && stand.announced.is_empty());
    // Called into this zone and transferred out of it.
    stand.call(2, "A002", 2);
    stand.call(2, "A002", 22);
    assert!(stand.numbers().is_empty());
}

#[test]
fn eight_calls_stand_on_a_board_and_more_in_a_rush() {
    let mut stand = stand();
    for n in 1..=20_u16 {
        stand.call(n.into(), &format!("A{n:03}"), n);
    }
    assert_eq!(stand.view().calls.len(), 16, "none leaves while it is news, as far as there is room");
    stand.live(7_000);
    assert_eq!(stand.numbers(), ["A020", "A019", "A018", "A017", "A016", "A015", "A014", "A013"]);
    // An older one comes back when there is room again.
    stand.gone("ticket.finished", 20, "A020", 20, "done");
    assert_eq!(stand.numbers().last().unwrap(), "A012");
}

#[test]
fn after_ten_seconds_without_news_the_board_says_so_and_hides_what_would_mislead() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    stand.call(2, "A002", 13);
    assert_eq!(stand.view().lines.len(), 2);
    assert_eq!(stand.view().waiting, Some(4));
    stand.pass(9_999);
    assert_eq!(stand.view().link, BoardLink::Live);
    stand.pass(1);
    let view = stand.views.last().unwrap().clone();
    assert_eq!((view.link, view.time.as_deref()), (BoardLink::Stale, Some("08:30")));
    assert!(view.lines.is_empty() && view.waiting.is_none());
    assert!(view.calls.iter().all(|call| !call.fresh && !call.large));
    assert_eq!(view.calls.len(), 2, "the last state stays");
}

#[test]
fn after_an_interruption_nothing_old_is_announced_and_new_calls_are() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    stand.live(20_000);
    stand.pass(15_000);
    let busy = |n: u16, number: &str| window(n, "A", "busy", Some(ticket(n.into(), number, "called", Some(n), 1)));
    stand.hear(&snapshot(90, 35, &[busy(7, "A007"), busy(8, "A008")]));
    let view = stand.view();
    assert_eq!(view.link, BoardLink::Live);
    assert!(view.calls.iter().all(|call| !call.fresh));
    assert_eq!(stand.numbers().len(), 2, "but shown");
    stand.seq = 90;
    stand.live(10_000);
    assert_eq!(stand.said(), [(0, "A001".to_owned())]);
    stand.call(9, "A009", 9);
    assert_eq!(stand.said().last().unwrap().1, "A009");
    assert_eq!(stand.numbers()[0], "A009");
}

#[test]
fn a_blink_of_the_network_swallows_no_call() {
    let mut stand = stand();
    stand.call(1, "A001", 1);
    stand.live(20_000);
    stand.pass(3_000);
    // A snapshot after three seconds: A001 is known, A002 was called meanwhile, A003 is already being served.
    let at =
        |n: u16, number: &str, state: &str| window(n, "A", "busy", Some(ticket(n.into(), number, state, Some(n), 1)));
    stand.hear(&snapshot(90, 23, &[at(1, "A001", "called"), at(2, "A002", "called"), at(3, "A003", "serving")]));
    stand.seq = 90;
    stand.live(20_000);
    assert_eq!(stand.said(), [(0, "A001".to_owned()), (23, "A002".to_owned())]);
}

#[test]
fn messages_that_were_seen_before_change_nothing() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    stand.gone("ticket.finished", 1, "A001", 12, "done");
    let again = ticket(1, "A001", "called", Some(12), 1);
    stand.hear(&event("ticket.called", 2, 0, again.clone(), Some(window(12, "A", "busy", Some(again)))));
    assert!(stand.numbers().is_empty());
}

#[test]
fn a_rush_is_said_once_each_bounded_and_never_late() {
    let mut stand = Stand::new(Options { english: true, yao: false });
    // A hundred calls in a minute, in twenty windows.
    for n in 0..100_u16 {
        let window = n % 20 + 1;
        if n >= 20 {
            let before = n - 20 + 1;
            stand.gone("ticket.finished", before.into(), &format!("A{before:03}"), window, "done");
        }
        stand.call((n + 1).into(), &format!("A{:03}", n + 1), window);
        stand.live(600);
        if let Some((_, one)) = stand.announced.last() {
            // The page needs as long as its clips.
            let spoken = u64::from(one.limit_ms) - 3_000;
            let began = stand.announced.last().unwrap().0;
            if stand.now.since(began) >= spoken {
                stand.boards.said(stand.page, one.id, stand.now);
                stand.emit();
            }
        }
    }
    stand.live(120_000);
    let first = &stand.announced[0].1;
    assert_eq!(first.sayings.len(), 4, "with time: Chinese, English, and both again");
    let rush: Vec<_> = stand.announced.iter().filter(|(at, _)| (20_000..60_000).contains(&at.0)).collect();
    assert!(rush.len() >= 5 && rush.iter().all(|(_, one)| one.sayings.len() == 1), "{:?}", stand.said());
    for (at, one) in &stand.announced {
        let n: u64 = one.number[1..].parse().unwrap();
        assert!(at.0 - (n - 1) * 600 < 60_000, "{} was said at {}", one.number, at.0);
    }
    assert!(stand.announced.windows(2).all(|pair| pair[0].1.number < pair[1].1.number), "in order");
    assert!(stand.announced.last().unwrap().0.0 < 150_000, "it ends");
}

#[test]
fn nobody_hears_an_announcement_late() {
    let mut boards = Switchboard::new(Options::default(), String::new());
    boards.keep("A", Millis(0));
    boards.message(&snapshot(1, 0, &[]), Millis(0));
    let called = ticket(1, "A001", "called", Some(1), 1);
    boards
        .message(&event("ticket.called", 2, 0, called.clone(), Some(window(1, "A", "busy", Some(called)))), Millis(0));
    let mut told = Vec::new();
    boards.emit(Millis(0), |_, message| told.push(message.clone()));
    boards.join("A", Millis(1_000));
    boards.emit(Millis(1_000), |_, message| told.push(message.clone()));
    assert!(!told.iter().any(|message| matches!(message, BoardMessage::Announce { .. })), "{told:?}");
    assert!(
        told.iter().any(|message| matches!(message, BoardMessage::View { view } if view.calls[0].number == "A001"))
    );
}

#[test]
fn pages_hear_a_hello_a_view_and_a_sign_of_life_every_two_seconds() {
    let mut stand = stand();
    assert_eq!(stand.other[0], BoardMessage::Hello { build: "build".to_owned() });
    stand.live(20_000);
    let ticks = stand.other.iter().filter(|message| **message == BoardMessage::Tick).count();
    assert!((9..=11).contains(&ticks), "{ticks}");
    assert!(stand.views.len() <= 4, "a view only where something changed: {}", stand.views.len());
    stand.live(60_000);
    assert_eq!(stand.views.last().unwrap().time.as_deref(), Some("08:31"), "the clock goes");
}

#[test]
fn an_unknown_zone_hears_which_there_are_and_nothing_else() {
    let mut boards = Switchboard::new(Options::default(), String::new());
    let lost = boards.join("X", Millis(0));
    let index = boards.join("", Millis(0));
    boards.message(&snapshot(1, 0, &[]), Millis(0));
    let mut told = Vec::new();
    boards.emit(Millis(0), |whom, message| told.push((whom.to_vec(), message.clone())));
    let zones = |id| {
        told.iter().filter(|(whom, _)| *whom == [id]).find_map(|(_, message)| match message {
            BoardMessage::Zones { zones, .. } => Some(zones.iter().map(|zone| zone.code.clone()).collect::<Vec<_>>()),
            _ => None,
        })
    };
    assert_eq!(zones(lost).unwrap(), ["A", "B"]);
    assert_eq!(zones(index).unwrap(), ["A", "B"]);
    assert!(!boards.is_wanted());
}

#[test]
fn a_closed_day_clears_the_board_and_queues_follow() {
    let mut stand = stand();
    stand.call(1, "A001", 12);
    let closed = protocol::live::Message {
        seq: Some(9),
        kind: "day.closed".to_owned(),
        at: support::at(10),
        data: protocol::live::Data::Hall(Box::new(support::hall(&["A", "B"]))),
    };
    stand.hear(&board::live::Live::Event(Box::new(closed)));
    assert!(stand.numbers().is_empty());
    let changed = protocol::live::Message {
        seq: None,
        kind: "queue.changed".to_owned(),
        at: support::at(10),
        data: protocol::live::Data::Queue(Box::new(queue("S1", 50, 0))),
    };
    stand.hear(&board::live::Live::Event(Box::new(changed)));
    let line = stand.view().lines[0].clone();
    assert_eq!((line.waiting, line.open), (50, false));
    stand.hear(&tick(9, 12));
    assert_eq!(stand.view().waiting, Some(51));
}

#[test]
fn where_a_speaker_says_the_calls_no_page_does() {
    let mut stand = stand();
    let page = stand.page;
    stand.page = stand.boards.join_speaker("A", stand.now);
    (stand.views, stand.other) = (Vec::new(), Vec::new());
    stand.call(1, "A001", 1);
    stand.call(2, "A002", 2);
    assert!(stand.views.is_empty() && stand.other.is_empty(), "a speaker is told what to say, and nothing else");
    let one = stand.announced[0].1.clone();
    assert_eq!((one.number.as_str(), one.expires_ms), ("A001", 60_000));
    stand.boards.said(page, one.id, stand.now);
    stand.pass(2_000);
    assert_eq!(stand.announced.len(), 1, "a page has nothing to say here");
    stand.boards.said(stand.page, one.id, stand.now);
    stand.pass(1_000);
    let two = stand.announced[1].1.clone();
    assert_eq!((two.number.as_str(), two.expires_ms), ("A002", 57_500), "less time is left");

    // The speaker is gone: the pages are silent all the same, and show what is called.
    stand.boards.leave(stand.page, stand.now);
    stand.page = page;
    stand.announced.clear();
    stand.call(3, "A003", 3);
    stand.live(5_000);
    assert!(stand.announced.is_empty());
    assert_eq!(stand.view().calls[0].number, "A003");

    // It comes back: what was called meanwhile is not said late.
    stand.page = stand.boards.join_speaker("A", stand.now);
    stand.call(4, "A004", 4);
    stand.live(30_000);
    let said: Vec<_> = stand.announced.iter().map(|(_, one)| one.number.as_str()).collect();
    assert_eq!(said, ["A004"]);
}
