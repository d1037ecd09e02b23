use protocol::bridge::PadKey;

use super::*;
use crate::pads::frame::Shown;

fn said(line: &mut VirtualLine, until: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let next = line.wake_at().filter(|at| at.0 <= until).map_or(until, |at| at.0);
        line.receive(Millis(next), &[]);
        bytes.extend(line.answer());
        if next == until {
            return bytes;
        }
    }
}

const CALL: Key = Key { key: PadKey::Call, number: None };

#[test]
fn a_pad_repeats_until_it_is_answered() {
    let mut line = VirtualLine::new(&[5, 6], 1);
    assert!(line.press(5, CALL) && !line.press(9, CALL));
    let frame = CALL.frame(5).unwrap();
    assert!(said(&mut line, 1_500).chunks(10).filter(|bytes| *bytes == frame.encode()).count() >= 4);
    line.receive(Millis(1_500), &frame.encode());
    assert!(said(&mut line, 5_000).is_empty());
    assert!(!line.faces()[&5].pressing);
}

#[test]
fn displays_beeps_and_questions_are_seen() {
    let mut line = VirtualLine::new(&[5, 6], 1);
    let frames = [Frame::show(5, Shown::Ticket(42)), Frame::show(6, Shown::Waiting(7)), Frame::beep(5), Frame::ask(6)];
    for (frame, at) in frames.iter().zip(1..) {
        line.receive(Millis(at * 100), &frame.encode());
    }
    line.receive(Millis(1_000), &[]);
    let faces = line.faces();
    assert_eq!((faces[&5].display.as_str(), faces[&5].beeps, faces[&5].asked), ("---042", 1, 0));
    assert_eq!((faces[&6].display.as_str(), faces[&6].beeps, faces[&6].asked), ("007---", 0, 1));
}

#[test]
fn two_at_once_spoil_each_other() {
    let mut line = VirtualLine::new(&[5, 6], 1);
    line.plug(Plugs { collide: true, ..Plugs::default() });
    line.press(5, CALL);
    line.press(6, CALL);
    let found = super::super::frame::decode(&said(&mut line, 100), super::super::frame::FROM_PADS);
    assert!(found.iter().all(Result::is_err), "{found:?}");
    assert!(line.clashes() > 0);
}
