//! Keys of call pads against a hall.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use board::pad::{Deed, Desk, Pad, Pressed, Refusal};
use board::{Millis, Options, Switchboard};
use protocol::bridge::{PadKey, PadScreen};
use protocol::views::Window;
use support::{event, snapshot, ticket, window};

struct Scene {
    boards: Switchboard,
    desk: Desk,
    now: Millis,
    seq: u64,
}

impl Scene {
    fn new(at_three: Window) -> Self {
        let mut boards = Switchboard::new(Options::default(), "b".to_owned());
        boards.message(&snapshot(1, 0, &[at_three]), Millis(0));
        let pad = Pad { window: 3, transfer: [(2, "S1".to_owned())].into(), pause: "暂离".to_owned(), rating: true };
        let mut scene = Self { boards, desk: Desk::new(pad), now: Millis(0), seq: 1 };
        scene.look();
        scene.now = Millis(1_000);
        scene
    }

    fn look(&mut self) -> (PadScreen, bool) {
        let look = self.desk.look(self.boards.hall(), self.now);
        (look.screen, look.ask)
    }

    fn press(&mut self, key: PadKey, number: Option<u16>) -> Pressed {
        self.now = self.now.plus(400);
        self.desk.press(self.boards.hall(), key, number, self.now)
    }

    fn hear(&mut self, kind: &str, ticket: protocol::views::Ticket, at: Option<Window>) {
        self.seq += 1;
        self.boards.message(&event(kind, self.seq, self.now.0 / 1_000, ticket, at), self.now);
    }
}

fn at_three(state: &str, ticket: Option<protocol::views::Ticket>) -> Window {
    window(3, "A", state, ticket)
}

fn done(what: &str, body: &str) -> Pressed {
    Pressed::Do(Deed { path: format!("/api/v1/windows/3/{what}"), body: body.to_owned() })
}

const ONE: &str = "00000000-0000-0000-0000-000000000001";

#[test]
fn an_idle_window_calls_and_shows_how_many_wait() {
    let mut scene = Scene::new(at_three("idle", None));
    // Three for S1, one for S-A.
    assert_eq!(scene.look(), (PadScreen { waiting: Some(4), ..PadScreen::default() }, false));
    assert_eq!(scene.press(PadKey::Call, None), done("call", r#"{"ready":true}"#));
    assert_eq!(scene.press(PadKey::Call, Some(7)), Pressed::Refused(Refusal::Unknown));
    assert_eq!(scene.press(PadKey::Recall, None), Pressed::Refused(Refusal::NoTicket));
    assert_eq!(scene.press(PadKey::Pause, None), done("pause", r#"{"reason":"暂离"}"#));
    assert_eq!(scene.press(PadKey::Resume, None), Pressed::Refused(Refusal::NothingParked));
    assert_eq!(scene.press(PadKey::Cancel, None), Pressed::Ignored);
    let mut parked = at_three("idle", None);
    parked.parked = vec!["A009".into(), "A004".into()];
    assert_eq!(Scene::new(parked).press(PadKey::Resume, None), done("resume", r#"{"ticket":"A009"}"#));
}

#[test]
fn a_ticket_is_named_in_every_act() {
    let mut scene = Scene::new(at_three("busy", Some(ticket(1, "A042", "called", Some(3), 1))));
    assert_eq!(scene.look().0.ticket, Some(42));
    let seen = format!(r#"{{"ticket":"{ONE}"}}"#);
    assert_eq!(scene.press(PadKey::Recall, None), done("recall", &seen));
    assert_eq!(scene.press(PadKey::GiveUp, None), done("miss", &seen));
    assert_eq!(scene.press(PadKey::Park, None), done("park", &seen));
    let body = format!(r#"{{"service":"S1","ticket":"{ONE}"}}"#);
    assert_eq!(scene.press(PadKey::Transfer, Some(2)), done("transfer", &body));
    assert_eq!(scene.press(PadKey::Transfer, Some(3)), Pressed::Refused(Refusal::Unknown));
    assert_eq!(scene.press(PadKey::Pause, None), Pressed::Refused(Refusal::Busy));
    let body = format!(r#"{{"call":true,"ready":true,"ticket":"{ONE}"}}"#);
    assert_eq!(scene.press(PadKey::Call, None), done("finish", &body));
    let mut scene = Scene::new(at_three("busy", Some(ticket(1, "A1234", "serving", Some(3), 1))));
    assert_eq!(scene.look().0.ticket, Some(234));
    let body = format!(r#"{{"outcome":"left","ticket":"{ONE}"}}"#);
    assert_eq!(scene.press(PadKey::GiveUp, None), done("finish", &body));
}

#[test]
fn one_press_one_call() {
    let mut scene = Scene::new(at_three("idle", None));
    assert_eq!(scene.press(PadKey::Call, None), done("call", r#"{"ready":true}"#));
    for _ in 0..10 {
        scene.now = scene.now.plus(100);
        let bounced = scene.desk.press(scene.boards.hall(), PadKey::Call, None, scene.now);
        assert_eq!(bounced, Pressed::Ignored);
    }
    let called = ticket(1, "A001", "called", Some(3), 1);
    scene.hear("ticket.called", called.clone(), Some(at_three("busy", Some(called))));
    assert_eq!(scene.look().0.ticket, Some(1));
    assert_eq!(scene.press(PadKey::Call, None), Pressed::Ignored, "it has just been called");
    assert!(matches!(scene.press(PadKey::Call, None), Pressed::Do(_)));
}

#[test]
fn closed_and_paused_windows_are_opened_by_the_pause_key() {
    for state in ["closed", "paused"] {
        let mut scene = Scene::new(at_three(state, None));
        assert_eq!(scene.press(PadKey::Call, None), Pressed::Refused(Refusal::NotOpen));
        assert_eq!(scene.press(PadKey::Pause, None), done("open", "{}"));
    }
    assert_eq!(Scene::new(at_three("closed", None)).look().0, PadScreen::default());
}

#[test]
fn an_old_number_is_not_shown_as_new() {
    let mut scene = Scene::new(at_three("busy", Some(ticket(1, "A042", "called", Some(3), 1))));
    assert_eq!(scene.look().0.ticket, Some(42));
    scene.now = scene.now.plus(board::STALE_MS);
    assert_eq!(scene.look(), (PadScreen::default(), false));
    assert_eq!(scene.press(PadKey::Call, None), Pressed::Refused(Refusal::Away));
}

#[test]
fn who_was_served_is_asked_once_and_rates_his_own_visit() {
    let mut scene = Scene::new(at_three("busy", Some(ticket(1, "A042", "serving", Some(3), 1))));
    scene.hear("ticket.finished", ticket(1, "A042", "done", Some(3), 1), Some(at_three("idle", None)));
    assert!(scene.look().1 && !scene.look().1);
    let next = ticket(2, "A043", "called", Some(3), 1);
    scene.hear("ticket.called", next.clone(), Some(at_three("busy", Some(next))));
    let deed = scene.desk.rated(4);
    assert_eq!(done("rate", &format!(r#"{{"level":4,"ticket":"{ONE}"}}"#)), Pressed::Do(deed));
    assert_eq!(scene.desk.rated(4).body, r#"{"level":4}"#);
    assert_eq!(scene.press(PadKey::Evaluate, None), Pressed::Ask);
    assert!(scene.desk.rated(5).body.ends_with("02\"}"));
    // Who has gone is not asked.
    scene.now = scene.now.plus(1_000);
    scene.hear(
        "ticket.started",
        ticket(2, "A043", "serving", Some(3), 1),
        Some(at_three("busy", Some(ticket(2, "A043", "serving", Some(3), 1)))),
    );
    assert!(matches!(scene.press(PadKey::GiveUp, None), Pressed::Do(_)));
    scene.hear("ticket.finished", ticket(2, "A043", "done", Some(3), 1), Some(at_three("idle", None)));
    assert!(!scene.look().1);
}
