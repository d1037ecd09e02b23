//! What the lamps above windows do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use board::{Lamp, Millis, Options, Switchboard};
use protocol::bridge::lanes::LampState::{Blink, Off, On};
use support::{snapshot, ticket, window};

fn boards(state: &str, id: u128, at: Millis) -> Switchboard {
    let mut boards = Switchboard::new(Options::default(), String::new());
    boards.keep("A", Millis(0));
    let busy = [window(3, "A", "busy", Some(ticket(id, "A042", state, Some(3), 1)))];
    boards.message(&snapshot(1, 0, &busy), at);
    boards
}

#[test]
fn a_lamp_blinks_for_a_new_call_shines_while_it_lasts_and_is_dark_otherwise() {
    let mut lamp = Lamp::default();
    let mut look = |state: &str, id, at| lamp.look(boards(state, id, Millis(at)).hall(), 3, Millis(at));
    assert_eq!(look("called", 1, 1_000), On, "it was called before anybody looked");
    assert_eq!(look("called", 2, 2_000), Blink);
    assert_eq!(look("called", 2, 7_900), Blink);
    assert_eq!(look("called", 2, 8_000), On);
    assert_eq!(look("serving", 2, 9_000), Off);
    assert_eq!(look("called", 3, 10_000), Blink);
    assert_eq!(lamp.look(boards("called", 3, Millis(10_000)).hall(), 3, Millis(60_000)), Off, "nobody knows any more");
    assert_eq!(lamp.look(boards("called", 3, Millis(61_000)).hall(), 4, Millis(61_000)), Off, "another window");
}
