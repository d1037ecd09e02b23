//! Driver and virtual card together: the sign shows what it should, whatever happens on the line.

use proptest::prelude::*;
use protocol::bridge::{SignArea, SignColour};

use super::*;
use crate::onbon::{Generation, Sign};
use crate::rig::Rig;
use crate::rig::vectors;
use crate::sign::{Command, Deed, Event, Refusal};
use crate::{Health, Input};

type Bench = Rig<Sign, VirtualCard>;

const SEEDS: u64 = 20;

fn bench(seed: u64) -> Bench {
    Rig::new(Sign::new(128, 32), VirtualCard::new(128, 32, seed))
}

fn content(text: &str) -> SignArea {
    SignArea { text: text.into(), ..SignArea::default() }
}

fn show(bench: &mut Bench, area: u8, text: &str) {
    bench.input(Input::Command(Command::Show { area, content: content(text) }));
}

fn texts(bench: &Bench) -> Vec<(u8, String)> {
    bench.device.areas().into_iter().map(|shown| (shown.area, shown.text)).collect()
}

fn refreshes(bench: &Bench) -> Vec<Millis> {
    let areas = bench.sent.iter().filter(|(_, bytes)| {
        crate::onbon::frame::decode_all(bytes).iter().flatten().any(|frame| frame.data.starts_with(&[0xA3, 6]))
    });
    areas.map(|(at, _)| *at).collect()
}

#[test]
fn the_card_takes_the_frames_of_the_reference() {
    for vector in vectors::read(include_str!("../../../vectors/onbon.txt")) {
        let mut card = VirtualCard::new(128, 32, 0);
        card.receive(Millis(5), &vector.bytes);
        card.receive(Millis(5 + THINKS), &[]);
        let answer = crate::onbon::frame::decode_all(&card.answer());
        let known = ["ping", "欢迎光临", "A042", "delete all", "screen", "set clock"];
        if vector.good && known.iter().any(|says| vector.says.starts_with(says)) {
            assert_eq!(Answer::decode(&answer[0].as_ref().unwrap().data), Some(Answer::Ack), "{}", vector.says);
            assert_eq!(card.rejected().len(), 0, "{}", vector.says);
        } else {
            assert_eq!((card.rejected().len(), card.taken()), (1, 0), "{}", vector.says);
        }
    }
}

#[test]
fn what_is_wanted_before_the_port_opens_is_shown_then() {
    let mut bench = bench(0);
    bench.input(Input::Closed);
    show(&mut bench, 0, "A042 请到3号窗口");
    bench.run(5_000);
    assert!(texts(&bench).is_empty());
    bench.input(Input::Opened);
    bench.until(500, |event| *event == Event::Shown { area: 0 });
    assert_eq!(texts(&bench), [(0, "A042 请到3号窗口".to_owned())]);
    assert_eq!(bench.device.rejected().len(), 0);
}

#[test]
fn once_a_second_and_the_newest_wins() {
    let mut bench = bench(0);
    for number in 0..100 {
        show(&mut bench, 0, &format!("A{number:03}"));
        show(&mut bench, 1, &format!("B{number:03}"));
        bench.run(50);
    }
    bench.run(1_500);
    assert_eq!(texts(&bench), [(0, "A099".to_owned()), (1, "B099".to_owned())]);
    let refreshes = refreshes(&bench);
    assert!(refreshes.windows(2).all(|pair| pair[1].since(pair[0]) >= 1_000), "{refreshes:?}");
    assert!((5..=8).contains(&refreshes.len()), "{refreshes:?}");
    assert_eq!(bench.device.rejected().len(), 0, "{:?}", bench.device.rejected().collect::<Vec<_>>());
}

#[test]
fn the_same_text_again_costs_nothing_and_with_a_timeout_keeps_it_alive() {
    let mut bench = bench(0);
    show(&mut bench, 0, "A001");
    bench.run(2_000);
    let before = refreshes(&bench).len();
    show(&mut bench, 0, "A001");
    bench.run(2_000);
    assert_eq!(refreshes(&bench).len(), before);
    assert_eq!(bench.told().iter().filter(|event| **event == Event::Shown { area: 0 }).count(), 2);
    let timed = SignArea { timeout_s: 5, ..content("A002") };
    for _ in 0..10 {
        bench.input(Input::Command(Command::Show { area: 0, content: timed.clone() }));
        bench.run(2_000);
        assert_eq!(texts(&bench), [(0, "A002".to_owned())]);
    }
    bench.run(4_000);
    assert_eq!(texts(&bench), [], "nobody asked for it any more");
}

#[test]
fn a_power_cycle_loses_everything_and_it_comes_back() {
    for seed in 0..SEEDS {
        let mut bench = bench(seed);
        show(&mut bench, 0, "A042");
        show(&mut bench, 1, "B007");
        bench.run(1_500 + seed * 173);
        bench.device.power_cycle();
        assert!(texts(&bench).is_empty());
        bench.run(12_000);
        assert_eq!(texts(&bench), [(0, "A042".to_owned()), (1, "B007".to_owned())], "seed {seed}");
        assert_eq!(bench.told().last(), Some(&Event::Shown { area: 1 }), "seed {seed}");
    }
}

#[test]
fn an_old_number_does_not_come_back_after_its_time() {
    let mut bench = bench(0);
    let timed = SignArea { timeout_s: 10, ..content("A042") };
    bench.input(Input::Command(Command::Show { area: 0, content: timed }));
    bench.run(2_000);
    let left = bench.device.areas()[0].left_ms.unwrap();
    assert!((7_500..=8_500).contains(&left), "{left}");
    // Off and on again: it comes back with the time that was left, and not for longer.
    bench.device.power_cycle();
    bench.run(5_000);
    assert_eq!(texts(&bench), [(0, "A042".to_owned())]);
    bench.run(4_500);
    assert!(texts(&bench).is_empty());
    bench.device.power_cycle();
    bench.run(20_000);
    assert!(texts(&bench).is_empty());
}

#[test]
fn a_dead_line_is_noticed_and_a_living_one_shows_the_newest() {
    for seed in 0..SEEDS {
        let mut bench = bench(seed);
        show(&mut bench, 0, "A001");
        bench.run(900 + seed * 71);
        bench.device.plug(Plugs { line: false, ..Plugs::default() });
        bench.until(8_000, |event| *event == Event::Health(Health::GONE));
        show(&mut bench, 0, "A002");
        bench.run(10_000);
        assert_eq!(texts(&bench), [(0, "A001".to_owned())], "the card cannot know");
        bench.device.plug(Plugs::default());
        bench.until(8_000, |event| *event == Event::Health(Health::READY));
        bench.run(2_000);
        assert_eq!(texts(&bench), [(0, "A002".to_owned())], "seed {seed}");
    }
}

#[test]
fn a_noisy_line_shows_nothing_wrong_and_the_right_thing_in_the_end() {
    for seed in 0..SEEDS {
        let mut bench = bench(seed);
        bench.device.plug(Plugs { garbled: true, ..Plugs::default() });
        for number in 0..10 {
            show(&mut bench, 0, &format!("A{number:03}"));
            bench.run(3_000);
            for (_, text) in texts(&bench) {
                let known = (0..=number).map(|number| format!("A{number:03}")).any(|known| known == text);
                assert!(known, "seed {seed}: {text}");
            }
        }
        bench.device.plug(Plugs::default());
        bench.run(8_000);
        assert_eq!(texts(&bench), [(0, "A009".to_owned())], "seed {seed}");
    }
}

#[test]
fn a_text_of_two_lines_takes_two_rows_and_what_stood_there() {
    let mut bench = bench(0);
    show(&mut bench, 1, "below");
    bench.run(1_500);
    show(&mut bench, 0, "above\nand below");
    bench.run(1_500);
    assert_eq!(texts(&bench), [(0, "above\nand below".to_owned())]);
    show(&mut bench, 1, "below again");
    bench.run(1_500);
    assert_eq!(texts(&bench), [(1, "below again".to_owned())]);
    bench.input(Input::Command(Command::Clear));
    bench.run(1_500);
    assert!(texts(&bench).is_empty());
    assert_eq!(bench.device.rejected().len(), 0, "{:?}", bench.device.rejected().collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_shown_is_refused_and_the_rest_is_shown() {
    let mut bench = bench(0);
    show(&mut bench, 2, "no such row");
    show(&mut bench, 0, &"长".repeat(300));
    show(&mut bench, 1, "good");
    bench.run(1_500);
    let told = bench.told();
    assert!(told.contains(&Event::Refused { area: 2, why: Refusal::NoSuchArea }));
    assert!(told.contains(&Event::Refused { area: 0, why: Refusal::TooLong }));
    assert_eq!(texts(&bench), [(1, "good".to_owned())]);
}

#[test]
fn a_card_that_is_smaller_than_the_settings_say_refuses_only_what_it_cannot_show() {
    let mut bench = Rig::new(Sign::new(128, 32), VirtualCard::new(128, 16, 0));
    show(&mut bench, 0, "first row");
    show(&mut bench, 1, "second row");
    bench.run(8_000);
    assert_eq!(texts(&bench), [(0, "first row".to_owned())]);
    let told = bench.told();
    assert!(told.contains(&Event::Refused { area: 1, why: Refusal::Device(Error::Memory.code()) }), "{told:?}");
    assert!(told.contains(&Event::Shown { area: 0 }), "{told:?}");
    assert!(refreshes(&bench).len() < 6, "it does not ask for ever");
}

#[test]
fn long_texts_of_eight_rows_go_in_several_frames() {
    let mut bench = Rig::new(Sign::new(256, 128), VirtualCard::new(256, 128, 0));
    let text = "窗口".repeat(50);
    for area in 0..8 {
        show(&mut bench, area, &text);
    }
    bench.run(10_000);
    assert_eq!(texts(&bench).len(), 8);
    assert!(bench.sent.iter().all(|(_, bytes)| bytes.len() < 600));
    assert_eq!(bench.device.rejected().len(), 0, "{:?}", bench.device.rejected().collect::<Vec<_>>());
}

#[test]
fn settings_are_sent_and_sent_again_after_a_loss() {
    let mut bench = bench(0);
    let time = CardTime { year: 2026, month: 11, day: 26, hour: 9, minute: 0, second: 0, weekday: 4 };
    bench.input(Input::Command(Command::Brightness(7)));
    bench.driver.screen(false);
    bench.driver.set_clock(time);
    show(&mut bench, 0, "dark");
    bench.run(2_000);
    assert_eq!((bench.device.brightness(), bench.device.clock(), texts(&bench)), (7, Some(time), vec![]));
    bench.device.power_cycle();
    bench.run(10_000);
    assert_eq!(texts(&bench), [], "it is still switched off");
    bench.driver.screen(true);
    bench.input(Input::Clock);
    bench.run(1_000);
    assert_eq!(texts(&bench), [(0, "dark".to_owned())]);
}

#[test]
fn a_self_test_lights_the_sign_and_then_everything_comes_back() {
    let mut bench = bench(0);
    show(&mut bench, 0, "A042");
    show(&mut bench, 1, "B007");
    bench.run(1_500);
    bench.input(Input::Command(Command::SelfTest));
    bench.until(1_500, |event| *event == Event::Done(Deed::SelfTest));
    assert_eq!(texts(&bench), [(0, format!("{0}\n{0}", "■".repeat(8)))]);
    // What is asked for meanwhile waits.
    show(&mut bench, 1, "B008");
    bench.run(2_000);
    assert_eq!(texts(&bench).len(), 1);
    bench.run(2_500);
    assert_eq!(texts(&bench), [(0, "A042".to_owned()), (1, "B008".to_owned())]);
    assert_eq!(bench.device.rejected().len(), 0, "{:?}", bench.device.rejected().collect::<Vec<_>>());
    bench.device.plug(Plugs { busy: true, ..Plugs::default() });
    let before = bench.told().len();
    for command in [Command::Clear, Command::Brightness(9), Command::SelfTest] {
        bench.input(Input::Command(command));
        bench.run(3_000);
    }
    assert!(!bench.told()[before..].iter().any(|event| matches!(event, Event::Done(_))), "busy");
    bench.device.plug(Plugs::default());
    bench.run(8_000);
    for deed in [Deed::Clear, Deed::Brightness, Deed::SelfTest] {
        assert!(bench.told()[before..].contains(&Event::Done(deed)), "{deed:?}");
    }
    assert!(texts(&bench).is_empty());
    assert_eq!(bench.device.brightness(), 9);
    bench.input(Input::Command(Command::Say("A042".into())));
    assert_eq!(bench.told().last(), Some(&Event::NotDone(Deed::Say, Refusal::Cannot)));
}

#[test]
fn a_card_of_the_sixth_generation_has_fewer_and_larger_areas() {
    let sixth = || VirtualCard::new(256, 128, 0).of(Generation::Sixth);
    let mut bench = Rig::new(Sign::new(256, 128).of(Generation::Sixth), sixth());
    let text = "长".repeat(400);
    for area in 0..6 {
        show(&mut bench, area, &text);
    }
    bench.run(10_000);
    assert_eq!(texts(&bench), (0..5).map(|area| (area, text.clone())).collect::<Vec<_>>());
    assert!(bench.told().contains(&Event::Refused { area: 5, why: Refusal::NoSuchArea }));
    assert!(bench.sent.iter().all(|(_, bytes)| bytes.len() <= 1_024), "its receive buffer");
    assert_eq!(bench.device.rejected().len(), 0, "{:?}", bench.device.rejected().collect::<Vec<_>>());
    // The fifth takes neither so many bytes nor so long an area.
    let mut fifth = VirtualCard::new(256, 128, 0);
    for (_, bytes) in &bench.sent {
        fifth.receive(fifth.now + 2_000, bytes);
    }
    assert!(fifth.areas().is_empty());
}

#[test]
fn an_idle_sign_is_pinged_every_other_second() {
    let mut bench = bench(0);
    bench.run(1_000);
    let before = bench.sent.len();
    bench.run(60_000);
    assert!((28..=31).contains(&(bench.sent.len() - before)), "{}", bench.sent.len() - before);
    assert_eq!(bench.told(), [Event::Health(Health::READY)]);
}

#[test]
fn colours_and_running_texts_arrive() {
    let mut bench = bench(0);
    let run = SignArea { colour: SignColour::Yellow, effect: SignEffect::Left, ..content("请\n保持安静") };
    bench.input(Input::Command(Command::Show { area: 1, content: run }));
    bench.run(1_500);
    let shown = &bench.device.areas()[0];
    assert_eq!((shown.text.as_str(), shown.colour, shown.effect), ("请 保持安静", Colour::Yellow, SignEffect::Left));
    assert_eq!(shown.place, Place { x: 0, y: 16, width: 128, height: 16 });
}

proptest! {
    #[test]
    fn after_any_trouble_the_sign_shows_what_was_wanted_last(
        seed in any::<u64>(),
        steps in proptest::collection::vec((0_u8..8, 0_u8..2, any::<bool>(), 0_u64..4_000), 1..25),
    ) {
        let mut bench = bench(seed);
        let mut wanted: BTreeMap<u8, String> = BTreeMap::new();
        for (number, (step, area, two, wait)) in steps.into_iter().enumerate() {
            match step {
                0 => bench.device.power_cycle(),
                1 => bench.device.plug(Plugs { line: !bench.device.plugs().line, ..bench.device.plugs() }),
                2 => bench.device.plug(Plugs { garbled: !bench.device.plugs().garbled, ..bench.device.plugs() }),
                3 => {
                    wanted.clear();
                    bench.input(Input::Command(Command::Clear));
                }
                _ => {
                    let text = if two { format!("{number}\n{number}") } else { format!("{number}") };
                    // A text of two lines at the top covers what stands below it, and is covered by it.
                    if (two && area == 0) || wanted.get(&0).is_some_and(|text| text.contains('\n')) {
                        wanted.clear();
                    }
                    wanted.insert(area, text.clone());
                    show(&mut bench, area, &text);
                }
            }
            bench.run(wait);
        }
        bench.device.plug(Plugs::default());
        bench.run(20_000);
        let shown: BTreeMap<u8, String> = texts(&bench).into_iter().collect();
        prop_assert_eq!(shown, wanted);
    }

    #[test]
    fn no_bytes_panic_the_card_or_the_driver(
        bytes in proptest::collection::vec(prop_oneof![Just(0xA5_u8), Just(0x5A), any::<u8>()], 0..300),
    ) {
        let mut bench = bench(0);
        bench.device.receive(Millis(1), &bytes);
        bench.input(Input::Bytes(&bytes));
        bench.run(5_000);
        prop_assert_eq!(bench.told().pop(), Some(Event::Health(Health::READY)));
    }
}
