//! Driver and virtual boards together: a board of digits shows the number that counts, and never an old one.

use proptest::prelude::*;
use protocol::bridge::{SignArea, Trouble};

use super::*;
use crate::digits::{Modbus, Sum, VirtualSum};
use crate::rig::Rig;
use crate::sign::board::{Board, Wire};
use crate::sign::virtual_sign::text;
use crate::sign::{Command, Deed, Event, Refusal};
use crate::{Health, Input};

type Bench = Rig<Board<Modbus>, VirtualModbus>;

fn bench(seed: u64) -> Bench {
    Rig::new(Board::new(Modbus::new(1, 4, 9_600)), VirtualModbus::new(1, 4, seed))
}

fn show<W: Wire, V: VirtualDevice>(bench: &mut Rig<Board<W>, V>, content: SignArea) {
    bench.input(Input::Command(Command::Show { area: 0, content }));
}

#[test]
fn numbers_words_and_nothing() {
    let mut bench = bench(0);
    bench.run(500);
    assert_eq!(bench.device.text(), "    ", "nothing of before");
    for (says, shows) in [
        ("余位 23", "  23"),
        ("0", "   0"),
        ("-7", "  -7"),
        ("9999", "9999"),
        ("已满", "FULL"),
        ("休息", "----"),
        ("", "    "),
    ] {
        show(&mut bench, text(says));
        bench.until(1_000, |event| *event == Event::Shown { area: 0 });
        assert_eq!(bench.device.text(), shows, "{says}");
    }
    show(&mut bench, text("12345"));
    bench.run(500);
    assert!(bench.told().contains(&Event::Refused { area: 0, why: Refusal::TooLong }));
    assert_eq!(bench.device.text(), "----", "the number before it is out of date");
    assert_eq!(bench.device.view().rejected, []);
}

#[test]
fn a_silent_sender_leaves_no_old_number() {
    let mut bench = bench(0);
    let timed = SignArea { timeout_s: 10, ..text("42") };
    for _ in 0..5 {
        show(&mut bench, timed.clone());
        bench.run(8_000);
        assert_eq!(bench.device.text(), "  42");
    }
    bench.run(2_500);
    assert_eq!(bench.device.text(), "----");
    bench.device.plug(Plugs { power: false, ..Plugs::default() });
    bench.run(5_000);
    bench.device.plug(Plugs::default());
    bench.run(10_000);
    assert_eq!(bench.device.text(), "----", "it does not come back");
    bench.input(Input::Command(Command::Clear));
    bench.until(1_000, |event| *event == Event::Done(Deed::Clear));
    assert_eq!(bench.device.text(), "    ");
}

#[test]
fn power_line_and_busy_end_and_the_newest_number_stands_there() {
    for seed in 0..20 {
        for plugs in [
            Plugs { power: false, ..Plugs::default() },
            Plugs { line: false, ..Plugs::default() },
            Plugs { busy: true, ..Plugs::default() },
            Plugs { garbled: true, ..Plugs::default() },
        ] {
            let mut bench = bench(seed);
            show(&mut bench, text("1"));
            bench.run(1_000 + seed * 97);
            bench.device.plug(plugs);
            show(&mut bench, text("2"));
            bench.run(10_000);
            if !plugs.power || !plugs.line {
                assert!(bench.told().contains(&Event::Health(Health::GONE)));
            }
            bench.device.plug(Plugs::default());
            bench.run(8_000);
            assert_eq!(bench.device.text(), "   2", "{plugs:?} {seed}");
            let health = bench.told().into_iter().rev().find(|event| matches!(event, Event::Health(_)));
            assert_eq!(health, Some(Event::Health(Health::READY)), "{plugs:?} {seed}");
        }
    }
}

#[test]
fn a_module_that_refuses_is_degraded() {
    let mut bench = Rig::new(Board::new(Modbus::new(1, 4, 9_600)), VirtualModbus::new(1, 2, 0));
    show(&mut bench, text("2345"));
    let refused = bench.until(5_000, |event| matches!(event, Event::Refused { .. }));
    assert_eq!(refused, Event::Refused { area: 0, why: Refusal::Device(3) });
    assert!(bench.told().contains(&Event::Health(Health::degraded(Trouble::Refused))));
    assert!(bench.sent.len() < 20, "it does not ask for ever");
}

#[test]
fn a_test_shows_all_digits_and_then_the_number_again() {
    let mut bench = bench(0);
    show(&mut bench, text("5"));
    bench.run(1_000);
    bench.input(Input::Command(Command::SelfTest));
    bench.until(1_000, |event| *event == Event::Done(Deed::SelfTest));
    assert_eq!(bench.device.text(), "8888");
    bench.run(4_000);
    assert_eq!(bench.device.text(), "   5");
    for (command, deed) in [(Command::Brightness(3), Deed::Brightness), (Command::Say("x".into()), Deed::Say)] {
        bench.input(Input::Command(command));
        bench.run(10);
        assert!(bench.told().contains(&Event::NotDone(deed, Refusal::Cannot)));
    }
}

#[test]
fn there_is_silence_between_frames() {
    let mut bench = bench(0);
    for number in 0..50 {
        show(&mut bench, text(&number.to_string()));
        bench.run(7);
    }
    bench.run(1_000);
    assert_eq!(bench.device.text(), "  49");
    // The frame itself takes nine milliseconds at 9600 bits a second, the answer comes after five, then silence.
    assert!(bench.sent.windows(2).all(|pair| pair[1].0.since(pair[0].0) >= 9), "{:?}", bench.sent);
}

#[test]
fn the_board_of_four_bytes_follows() {
    let mut bench = Rig::new(Board::new(Sum::new(5, 9_600)), VirtualSum::new(5, 3));
    assert_eq!(bench.told(), [Event::Health(Health::READY)], "an open port is all that is known");
    bench.run(100);
    assert_eq!(bench.device.text(), "0", "nothing of before");
    show(&mut bench, SignArea { timeout_s: 10, ..text("余位 999") });
    bench.run(100);
    assert_eq!(bench.device.text(), "999");
    bench.device.plug(Plugs { power: false, ..Plugs::default() });
    bench.run(3_000);
    bench.device.plug(Plugs::default());
    bench.run(3_000);
    assert_eq!(bench.device.text(), "999", "it is sent again by itself");
    bench.device.plug(Plugs { garbled: true, ..Plugs::default() });
    bench.run(2_000);
    bench.device.plug(Plugs::default());
    bench.run(5_000);
    assert_eq!(bench.device.text(), "0", "run out");
    for wrong in ["10000", "-1"] {
        show(&mut bench, text(wrong));
    }
    bench.run(100);
    assert_eq!(bench.told().iter().filter(|event| matches!(event, Event::Refused { .. })).count(), 2);
}

proptest! {
    #[test]
    fn no_bytes_panic_board_or_driver(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 1_usize..50) {
        let mut bench = bench(0);
        let mut other = VirtualSum::new(5, 0);
        for piece in bytes.chunks(cut) {
            bench.device.receive(bench.now, piece);
            other.receive(bench.now, piece);
            bench.input(Input::Bytes(piece));
            bench.run(3);
        }
        show(&mut bench, text("17"));
        bench.run(10_000);
        prop_assert_eq!(bench.device.text(), "  17");
        let _ = (bench.device.view(), other.view());
    }
}
