//! Driver and virtual scanner, with everything that can be wrong between them.

use protocol::bridge::{DeviceState, Trouble};
use protocol::pii::Pii;

use super::*;
use crate::rig::Rig;
use crate::scanner::{Event, Scanner};
use crate::{Health, Input};

fn rig(model: Model) -> Rig<Scanner, VirtualScanner> {
    Rig::new(Scanner::new(model), VirtualScanner::new(model, 7))
}

fn code(text: &str) -> Event {
    Event::Scanned(Pii::new(text.to_owned()))
}

#[test]
fn codes_are_told_whatever_ends_them_and_however_they_come() {
    for model in Model::ALL {
        for terminator in [Terminator::Crlf, Terminator::Cr, Terminator::Lf, Terminator::None] {
            for split in [false, true] {
                let mut rig = rig(model);
                rig.device.plug(Plugs { split, terminator, ..Plugs::default() });
                for text in ["https://hall.invalid/t/00ff", "PH2026-0001"] {
                    assert!(rig.device.scan(text));
                    rig.run(20_000);
                }
                let told = [Event::Health(Health::READY), code("https://hall.invalid/t/00ff"), code("PH2026-0001")];
                assert_eq!(rig.told(), told, "{model:?} {terminator:?} {split}");
                assert!(rig.sent.is_empty(), "a scanner is told nothing");
            }
        }
    }
}

#[test]
fn chinese_comes_in_both_encodings_and_not_from_a_keyboard() {
    for gbk in [false, true] {
        let mut rig = rig(Model::Serial);
        rig.device.plug(Plugs { gbk, ..Plugs::default() });
        assert!(rig.device.scan("排号"));
        rig.run(1_000);
        assert_eq!(rig.told()[1..], [code("排号")]);
    }
    assert!(!rig(Model::Hid).device.scan("排号"));
}

#[test]
fn a_code_that_is_held_there_is_told_once() {
    let mut rig = rig(Model::Serial);
    for _ in 0..6 {
        rig.device.scan("A001");
        rig.run(1_500);
    }
    rig.device.scan("B002");
    rig.run(300);
    rig.device.scan("A001");
    rig.run(300);
    assert_eq!(rig.told()[1..], [code("A001"), code("B002"), code("A001")], "another in between counts");
    rig.run(3_000);
    rig.device.scan("A001");
    rig.run(300);
    assert_eq!(rig.told()[4..], [code("A001")], "so does a pause");
}

#[test]
fn noise_is_told_and_stays_no_longer_than_it_lasts() {
    for model in Model::ALL {
        let mut rig = rig(model);
        rig.device.plug(Plugs { garbage: true, ..Plugs::default() });
        for _ in 0..3 {
            rig.device.scan("A001");
            rig.run(5_000);
        }
        let bad = Event::Health(Health::degraded(Trouble::Garbled));
        let told = [Event::Unreadable, Event::Unreadable, bad, Event::Unreadable];
        assert_eq!(rig.told()[1..], told, "{model:?}");
        rig.device.plug(Plugs::default());
        rig.device.scan("A001");
        rig.run(1_000);
        assert_eq!(rig.told()[5..], [Event::Health(Health::READY), code("A001")]);
    }
}

#[test]
fn a_dead_line_says_nothing_and_a_lost_port_is_seen() {
    let mut rig = rig(Model::Hid);
    rig.device.plug(Plugs { line: false, ..Plugs::default() });
    assert!(rig.device.scan("A001"));
    rig.run(5_000);
    assert_eq!(rig.told(), [Event::Health(Health::READY)]);
    // Half a code before the plug is pulled is no part of the one after it.
    rig.input(Input::Bytes(&keys::typed("A00", false).unwrap()));
    rig.input(Input::Closed);
    rig.run(5_000);
    rig.input(Input::Opened);
    rig.device.plug(Plugs::default());
    rig.device.scan("B002");
    rig.run(1_000);
    let states: Vec<DeviceState> = rig
        .told()
        .iter()
        .filter_map(|event| if let Event::Health(health) = event { Some(health.state) } else { None })
        .collect();
    assert_eq!(states, [DeviceState::Ready, DeviceState::Gone, DeviceState::Ready]);
    assert_eq!(rig.told().last(), Some(&code("B002")));
}

#[test]
fn nothing_of_a_code_is_printed() {
    let event =
        format!("{:?} {:?}", code("320311770706001"), super::super::decode(Model::Serial, b"320311770706001\r"));
    assert!(!event.contains("320311"), "{event}");
}
