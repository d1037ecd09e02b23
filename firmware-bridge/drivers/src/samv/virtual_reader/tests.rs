//! Driver and virtual reader together: every fault ends in the right card or a clear message, never in another person.

use proptest::prelude::*;
use protocol::bridge::{Card, CardTrouble, Trouble};
use protocol::pii::Pii;

use super::*;
use crate::rig::Rig;
use crate::samv::{Event, Reader};
use crate::{Driver, Health, Input};

type Bench = Rig<Reader, VirtualReader>;

const SEEDS: u64 = 20;

fn bench(seed: u64) -> Bench {
    let mut bench = Rig::new(Reader::new(), VirtualReader::new(seed));
    bench.until(5_000, |event| *event == Event::Health(Health::READY));
    bench
}

fn is_card(card: &Card, known: &SyntheticCard) -> bool {
    *card.number.reveal() == known.number
        && *card.name.reveal() == known.name
        && *card.birth.reveal() == known.birth
        && card.valid_to.as_ref().map(Pii::reveal) == known.valid_to.as_ref()
        && card.kind == known.kind
}

/// Everything that was told, but that a card is being read.
fn heard(bench: &Bench) -> Vec<Event> {
    bench.told().into_iter().filter(|event| *event != Event::Found).collect()
}

fn read_or_failed(event: &Event) -> bool {
    matches!(event, Event::Read(_) | Event::Failed(_))
}

#[test]
fn every_card_is_read_once_however_long_it_lies_there() {
    for which in 0..deck::cards().len() {
        let mut bench = bench(0);
        let known = bench.device.deck()[which].clone();
        assert!(bench.device.lay(which));
        let laid = bench.now;
        let Event::Read(card) = bench.until(2_000, read_or_failed) else { panic!("{}: not read", known.label) };
        assert!(is_card(&card, &known), "{}", known.label);
        assert!(bench.now.since(laid) < 1_300, "{} ms", bench.now.since(laid));
        bench.run(60_000);
        bench.device.take_away();
        bench.until(2_000, |event| *event == Event::Removed);
        let told = heard(&bench);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(matches!(told[..], [Event::Health(Health::READY), Event::Read(_), Event::Removed]));
    }
    assert!(deck::cards().len() >= 12);
}

#[test]
fn two_visitors_in_a_row_are_two_people() {
    for seed in 0..SEEDS {
        let mut bench = bench(seed);
        bench.device.lay(0);
        bench.until(2_000, read_or_failed);
        bench.run(seed * 37);
        // The second card lies there before anybody noticed that the first is gone.
        bench.device.lay(1);
        let Event::Read(card) = bench.until(5_000, read_or_failed) else { panic!("seed {seed}: not read") };
        assert!(is_card(&card, &bench.device.deck()[1]), "seed {seed}");
        let told = heard(&bench);
        assert!(matches!(told[..], [_, Event::Read(_), Event::Removed, Event::Read(_)]), "seed {seed}: {told:?}");
    }
}

/// Lays a card with a fault and lets five seconds pass.
fn after(fault: Fault, seed: u64) -> (Bench, Vec<Event>) {
    let mut bench = bench(seed);
    let which = seed as usize % bench.device.deck().len();
    let known = bench.device.deck()[which].clone();
    bench.device.lay_with(which, Some(fault));
    bench.run(12_000);
    let told = heard(&bench);
    for event in &told {
        if let Event::Read(card) = event {
            assert!(is_card(card, &known), "{fault:?}, seed {seed}: another person");
        }
    }
    let told: Vec<Event> = told.into_iter().filter(read_or_failed).collect();
    assert!(!told.is_empty(), "{fault:?}, seed {seed}: nothing told");
    (bench, told)
}

#[test]
fn a_card_taken_away_in_mid_read_is_told_as_moved() {
    for fault in [Fault::TakenAway, Fault::TakenAwaySilent, Fault::TakenAwayCut] {
        for seed in 0..SEEDS {
            let (mut bench, told) = after(fault, seed);
            assert_eq!(told, [Event::Failed(CardTrouble::Moved)], "{fault:?}, seed {seed}");
            assert_eq!(heard(&bench).last(), Some(&Event::Removed), "{fault:?}, seed {seed}");
            bench.device.lay(3);
            let read = bench.until(3_000, read_or_failed);
            assert!(matches!(read, Event::Read(card) if is_card(&card, &bench.device.deck()[3])));
        }
    }
}

#[test]
fn a_fault_of_the_line_is_overcome_at_the_second_try() {
    for fault in [Fault::BadChecksum, Fault::GarbageInside, Fault::Garbage, Fault::Split, Fault::Slow] {
        for seed in 0..SEEDS {
            let (_, told) = after(fault, seed);
            assert!(matches!(told[..], [Event::Read(_)]), "{fault:?}, seed {seed}: {told:?}");
        }
    }
}

#[test]
fn what_stays_wrong_is_told_once_and_clearly() {
    for (fault, why) in [
        (Fault::BadChecksumAlways, CardTrouble::Garbled),
        (Fault::NotTrusted, CardTrouble::NotTrusted),
        (Fault::UnknownCard, CardTrouble::UnknownCard),
    ] {
        for seed in 0..SEEDS {
            let (bench, told) = after(fault, seed);
            assert_eq!(told, [Event::Failed(why)], "seed {seed}");
            assert!(!heard(&bench).contains(&Event::Removed), "{fault:?}, seed {seed}: it still lies there");
        }
    }
}

/// How long an answer takes on the line.
fn under_way(fault: Fault) -> u64 {
    if fault == Fault::Split { 5_000 } else { 130 }
}

#[test]
fn every_fault_with_another_card_right_behind_it() {
    for fault in Fault::ALL {
        for seed in 0..SEEDS {
            let mut bench = bench(seed);
            bench.device.lay_with(0, Some(fault));
            bench.run(400 + seed * 131);
            bench.device.lay(1);
            let swapped = bench.now;
            bench.run(15_000);
            let cards = bench.device.deck().to_vec();
            let mut second = false;
            for (at, event) in &bench.events {
                if let Event::Read(card) = event {
                    let first = is_card(card, &cards[0]);
                    assert!(first || is_card(card, &cards[1]), "{fault:?}, seed {seed}");
                    // What had been read before the swap may still be under way.
                    assert!(
                        !first || at.since(swapped) < under_way(fault),
                        "{fault:?}, seed {seed}: the first card, late"
                    );
                    second |= !first;
                }
            }
            assert!(second, "{fault:?}, seed {seed}: {:?}", heard(&bench));
        }
    }
}

#[test]
fn a_dead_line_is_noticed_and_a_living_one_too() {
    for seed in 0..SEEDS {
        let mut bench = bench(seed);
        bench.device.lay(2);
        bench.run(500 + seed * 100);
        bench.device.plug(Plugs { line: false, ..Plugs::default() });
        bench.run(20_000);
        let told = heard(&bench);
        assert!(told.contains(&Event::Health(Health::GONE)), "seed {seed}: {told:?}");
        let count = |which: &Event| bench.told().iter().filter(|event| *event == which).count();
        assert_eq!(
            count(&Event::Found),
            count(&Event::Removed),
            "seed {seed}: what nobody sees any more is gone: {told:?}"
        );
        bench.device.take_away();
        bench.device.plug(Plugs::default());
        bench.until(6_000, |event| *event == Event::Health(Health::READY));
        bench.device.lay(4);
        let Event::Read(card) = bench.until(2_000, read_or_failed) else { panic!("seed {seed}: not read") };
        assert!(is_card(&card, &bench.device.deck()[4]));
    }
}

#[test]
fn a_module_that_failed_its_test_is_out_of_service_until_it_passes() {
    let mut bench = bench(0);
    bench.device.plug(Plugs { self_test: false, ..Plugs::default() });
    bench.until(3_000, |event| *event == Event::Health(Health::degraded(Trouble::Fault)));
    bench.device.lay(0);
    bench.run(10_000);
    assert_eq!(heard(&bench).len(), 2, "{:?}", heard(&bench));
    bench.device.plug(Plugs::default());
    bench.until(3_000, |event| *event == Event::Health(Health::READY));
    assert!(matches!(bench.until(2_000, read_or_failed), Event::Read(_)));
}

#[test]
fn a_slow_module_on_a_slow_line_reads_too() {
    let mut bench = bench(0);
    bench.device.plug(Plugs { slow: true, ..Plugs::default() });
    bench.device.lay(5);
    let Event::Read(card) = bench.until(6_000, read_or_failed) else { panic!("not read") };
    assert!(is_card(&card, &bench.device.deck()[5]));
}

#[test]
fn a_port_that_is_lost_takes_the_card_with_it() {
    let mut bench = bench(0);
    bench.device.lay(0);
    bench.until(2_000, read_or_failed);
    bench.input(Input::Closed);
    let told = heard(&bench);
    assert!(matches!(told[2..], [Event::Removed, Event::Health(Health::GONE)]), "{told:?}");
    assert_eq!(bench.driver.wake_at(), None);
}

#[test]
fn while_nobody_is_there_the_reader_is_asked_little() {
    let mut bench = bench(0);
    let before = bench.sent.len();
    bench.run(60_000);
    let asked = bench.sent.len() - before;
    assert!((120..200).contains(&asked), "{asked} requests a minute");
    assert_eq!(bench.driver.module().map(ToString::to_string).as_deref(), Some("05.03-20200101-0000000001-0000000001"));
}

#[test]
fn events_print_nobody() {
    let mut bench = bench(0);
    bench.device.lay(0);
    bench.until(2_000, read_or_failed);
    let printed = format!("{:?}", heard(&bench));
    assert!(!printed.contains("1100") && !printed.contains("样本"), "{printed}");
}

proptest! {
    #[test]
    fn whatever_goes_wrong_nobody_becomes_somebody_else(
        seed in any::<u64>(),
        steps in proptest::collection::vec((0_usize..14, 0_usize..14, 50_u64..3_000), 1..8),
    ) {
        let mut bench = bench(seed);
        // Which card, with which fault, and when it was gone.
        let mut lain: Vec<(usize, Option<Fault>, Millis)> = Vec::new();
        for (card, fault, wait) in steps {
            let now = bench.now;
            if let Some((_, _, gone)) = lain.last_mut() {
                *gone = now;
            }
            // Some cards are laid whole, some steps take the card away.
            match Fault::ALL.get(fault) {
                None if fault == 11 => bench.device.take_away(),
                fault => {
                    lain.push((card, fault.copied(), Millis(u64::MAX)));
                    bench.device.lay_with(card, fault.copied());
                }
            }
            let from = bench.events.len();
            bench.run(wait);
            for (at, event) in &bench.events[from..] {
                if let Event::Read(card) = event {
                    let known = bench.device.deck();
                    let there = lain.iter().any(|(which, fault, gone)| {
                        is_card(card, &known[*which]) && at.since(*gone) < under_way(fault.unwrap_or(Fault::Slow))
                    });
                    prop_assert!(there);
                }
            }
        }
    }

    #[test]
    fn no_bytes_from_the_line_make_a_card(
        pieces in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..300), 1_u64..900), 1..30),
    ) {
        use crate::Output;
        let mut reader = Reader::new();
        let mut now = Millis(0);
        reader.input(now, Input::Opened);
        for (bytes, wait) in pieces {
            reader.input(now, Input::Bytes(&bytes));
            now += wait;
            reader.input(now, Input::Clock);
            while let Some(output) = reader.output() {
                prop_assert!(!matches!(output, Output::Event(Event::Read(_))));
            }
        }
    }
}

#[test]
fn every_result_of_a_read_leads_to_what_the_reference_says() {
    for (codes, why) in [
        (&[0x31, 0x32, 0x33, 0x37, 0x3F, 0x47][..], CardTrouble::NotTrusted),
        (&[0x40], CardTrouble::UnknownCard),
        (&[0x41], CardTrouble::Moved),
        (&[0x21, 0x50, 0x92, 0x4E], CardTrouble::Garbled),
    ] {
        for code in codes {
            let mut bench = bench(0);
            bench.device.plug(Plugs { read_code: Some(*code), ..Plugs::default() });
            bench.device.lay(0);
            assert_eq!(bench.until(5_000, read_or_failed), Event::Failed(why), "{code:02X}");
            bench.device.plug(Plugs::default());
            bench.device.lay(1);
            assert!(matches!(bench.until(5_000, read_or_failed), Event::Read(_)), "{code:02X}: the next card is read");
        }
    }
    // Asked for once more: the line, not the card.
    for code in [0x10, 0x11] {
        let mut bench = bench(0);
        bench.device.plug(Plugs { read_code: Some(code), ..Plugs::default() });
        bench.device.lay(0);
        assert_eq!(bench.until(5_000, read_or_failed), Event::Failed(CardTrouble::Garbled), "{code:02X}");
    }
    for code in [0x23, 0x60, 0x66] {
        let mut bench = bench(0);
        bench.device.plug(Plugs { read_code: Some(code), ..Plugs::default() });
        bench.device.lay(0);
        bench.until(5_000, |event| *event == Event::Health(Health::degraded(Trouble::Fault)));
        bench.device.plug(Plugs::default());
        bench.until(5_000, |event| *event == Event::Health(Health::READY));
        // It was selected already, so it keeps silent until it is laid down again.
        bench.device.lay(0);
        assert!(matches!(bench.until(5_000, read_or_failed), Event::Read(_)), "{code:02X}");
    }
}

#[test]
fn an_old_module_and_one_that_says_more_than_it_was_asked_read_too() {
    for plugs in [Plugs { old: true, ..Plugs::default() }, Plugs { chatter: true, ..Plugs::default() }] {
        let mut bench = Rig::new(Reader::new(), VirtualReader::new(0));
        bench.device.plug(plugs);
        bench.until(5_000, |event| *event == Event::Health(Health::READY));
        for which in [3, 13] {
            bench.device.lay(which);
            let Event::Read(card) = bench.until(5_000, read_or_failed) else { panic!("{plugs:?}: not read") };
            assert!(is_card(&card, &bench.device.deck()[which]));
        }
        assert_eq!(bench.driver.module().is_some(), plugs.chatter);
    }
}

#[test]
fn whoever_lays_down_a_card_is_told_at_once_that_it_is_being_read() {
    let mut bench = bench(0);
    bench.device.lay(0);
    bench.until(700, |event| *event == Event::Found);
    assert!(matches!(bench.until(1_000, read_or_failed), Event::Read(_)));
    bench.run(10_000);
    bench.device.take_away();
    bench.until(2_000, |event| *event == Event::Removed);
    assert_eq!(bench.told().iter().filter(|event| **event == Event::Found).count(), 1, "once a card");
}

#[test]
fn nothing_of_any_card_is_printed() {
    for which in 0..deck::cards().len() {
        let mut bench = bench(0);
        bench.device.lay(which);
        let event = bench.until(2_000, read_or_failed);
        let Event::Read(card) = &event else { panic!("not read") };
        let message = protocol::bridge::ReaderMessage::Read { card: Box::new(card.clone()) };
        let found = crate::samv::frame::decode(&read_answer(&bench.device.deck()[which]), crate::samv::frame::ANSWERS);
        let printed = format!("{event:?} {card:?} {message:?} {found:?} {:?} {:?}", Some(&card.number), bench.told());
        let known = &bench.device.deck()[which];
        for secret in [known.number, known.name, known.birth, known.valid_to.as_deref().unwrap_or(known.name)] {
            assert!(!printed.contains(secret), "{}: {printed}", known.label);
        }
    }
}
