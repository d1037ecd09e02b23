use proptest::prelude::*;
use protocol::bridge::PadKey;

use super::*;
use crate::pads::VirtualLine;
use crate::pads::virtual_line::Plugs;
use crate::rig::Rig;

const CALL: Key = Key { key: PadKey::Call, number: None };
const RECALL: Key = Key { key: PadKey::Recall, number: None };

fn settings() -> Settings {
    Settings { pads: vec![5, 6, 7], ratings: Settings::RATINGS, silent: None }
}

fn rig() -> Rig<Line, VirtualLine> {
    let mut rig = Rig::new(Line::new(settings()), VirtualLine::new(&[5, 6, 7], 3));
    rig.run(500);
    rig
}

fn keys(rig: &Rig<Line, VirtualLine>) -> Vec<(u8, Key)> {
    let keys = rig.told().into_iter().filter_map(|event| match event {
        Event::Key { address, key } => Some((address, key)),
        _ => None,
    });
    keys.collect()
}

fn show(rig: &mut Rig<Line, VirtualLine>, address: u8, screen: PadScreen) {
    rig.input(Input::Command(Command::Show { address, screen }));
}

fn ticket(number: u16) -> PadScreen {
    PadScreen { ticket: Some(number), ..PadScreen::default() }
}

fn display(rig: &Rig<Line, VirtualLine>, address: u8) -> String {
    rig.device.faces()[&address].display.clone()
}

fn plug(rig: &mut Rig<Line, VirtualLine>, plugs: Plugs) {
    rig.device.plug(plugs);
}

#[test]
fn a_press_is_told_once_and_said_back() {
    let mut rig = rig();
    rig.device.press(5, CALL);
    rig.run(3_000);
    assert_eq!(keys(&rig), [(5, CALL)]);
    assert!(!rig.device.faces()[&5].pressing);
    assert_eq!(rig.sent.len(), 1, "one echo");
    rig.device.press(5, CALL);
    rig.run(3_000);
    assert_eq!(keys(&rig), [(5, CALL); 2], "a second press is another one");
    assert_eq!(rig.told()[0], Event::Health(Health::READY));
    assert_eq!(rig.device.clashes(), 0);
}

#[test]
fn lost_echoes_and_needless_repeats_act_once() {
    for plugs in [
        Plugs { hears: false, ..Plugs::default() },
        Plugs { repeats: true, ..Plugs::default() },
        Plugs { hears: false, repeats: true, ..Plugs::default() },
    ] {
        let mut rig = rig();
        plug(&mut rig, plugs);
        rig.device.press(5, CALL);
        rig.run(4_000);
        if !plugs.hears {
            assert_eq!(rig.told().last(), Some(&Event::Health(Health::degraded(Trouble::NoAnswer))));
        }
        plug(&mut rig, Plugs { hears: true, ..plugs });
        rig.run(5_000);
        assert_eq!(keys(&rig), [(5, CALL)], "{plugs:?}");
        assert!(!rig.device.faces()[&5].pressing);
        let Some(Event::Health(health)) = rig.told().into_iter().rfind(|event| matches!(event, Event::Health(_)))
        else {
            panic!("no health");
        };
        assert_eq!(health, Health::READY, "{plugs:?}");
    }
}

#[test]
fn a_dead_line_tells_what_was_pressed_once_it_lives() {
    let mut rig = rig();
    plug(&mut rig, Plugs { line: false, ..Plugs::default() });
    rig.device.press(5, CALL);
    rig.run(5_000);
    assert_eq!(keys(&rig), []);
    plug(&mut rig, Plugs::default());
    rig.run(2_000);
    assert_eq!(keys(&rig), [(5, CALL)]);
}

#[test]
fn a_press_that_outlives_the_port_is_not_another_one() {
    let mut rig = rig();
    plug(&mut rig, Plugs { hears: false, ..Plugs::default() });
    rig.device.press(5, CALL);
    rig.run(100);
    assert_eq!(keys(&rig), [(5, CALL)]);
    rig.input(Input::Closed);
    assert_eq!(rig.told().last(), Some(&Event::Health(Health::GONE)));
    plug(&mut rig, Plugs { line: false, ..Plugs::default() });
    rig.run(60_000);
    plug(&mut rig, Plugs::default());
    rig.input(Input::Opened);
    rig.run(5_000);
    assert_eq!(keys(&rig), [(5, CALL)]);
    assert!(!rig.device.faces()[&5].pressing);
}

#[test]
fn pads_that_collide_are_all_heard() {
    let mut rig = rig();
    plug(&mut rig, Plugs { collide: true, ..Plugs::default() });
    for address in [5, 6, 7] {
        rig.device.press(address, CALL);
    }
    rig.run(8_000);
    let mut told = keys(&rig);
    told.sort_by_key(|(address, _)| *address);
    assert_eq!(told, [(5, CALL), (6, CALL), (7, CALL)]);
    assert!(rig.device.clashes() > 0);
}

#[test]
fn noise_is_seen_and_passes_and_invents_nothing() {
    let mut rig = rig();
    plug(&mut rig, Plugs { noise: true, ..Plugs::default() });
    let mut pressed = 0;
    for _ in 0..12 {
        rig.device.press(5, if pressed % 2 == 0 { CALL } else { RECALL });
        pressed += 1;
        rig.run(2_000);
    }
    assert_eq!(keys(&rig).len(), pressed);
    let noisy = Event::Health(Health::degraded(Trouble::Garbled));
    assert!(rig.told().contains(&noisy));
    plug(&mut rig, Plugs::default());
    rig.until(15_000, |event| *event == Event::Health(Health::READY));
}

#[test]
fn displays_are_kept_at_the_newest() {
    let mut rig = rig();
    for number in 1..=9 {
        show(&mut rig, 5, ticket(number));
        show(&mut rig, 6, PadScreen { waiting: Some(number), ..PadScreen::default() });
    }
    rig.run(1_000);
    assert_eq!((display(&rig, 5), display(&rig, 6)), ("---009".into(), "009---".into()));
    assert!(rig.sent.len() <= 4, "the old ones are not sent: {:?}", rig.sent);
    rig.device.restart();
    assert_eq!(display(&rig, 5), "------");
    rig.run(5_500);
    assert_eq!(
        (display(&rig, 5), display(&rig, 6), display(&rig, 7)),
        ("---009".into(), "009---".into(), "------".into())
    );
    rig.device.restart();
    rig.input(Input::Closed);
    rig.run(1);
    rig.input(Input::Opened);
    rig.run(500);
    assert_eq!(display(&rig, 5), "---009");
    assert_eq!(rig.device.clashes(), 0);
}

#[test]
fn what_nobody_renews_is_blanked_and_a_beep_sounds_once() {
    let mut rig = rig();
    let screen = PadScreen { beep: 4, timeout_s: 10, ..ticket(7) };
    for _ in 0..3 {
        show(&mut rig, 5, screen);
        rig.run(4_000);
    }
    assert_eq!((display(&rig, 5).as_str(), rig.device.faces()[&5].beeps), ("---007", 1));
    rig.run(10_000);
    assert_eq!(display(&rig, 5), "------");
    show(&mut rig, 5, PadScreen { beep: 5, ..screen });
    rig.run(1_000);
    assert_eq!((display(&rig, 5).as_str(), rig.device.faces()[&5].beeps), ("---007", 2));
}

#[test]
fn a_rating_is_asked_for_and_told() {
    let mut rig = rig();
    rig.input(Input::Command(Command::Ask { address: 6 }));
    rig.run(500);
    assert_eq!(rig.device.faces()[&6].asked, 1);
    rig.device.rate(6, 2);
    rig.run(3_000);
    assert!(rig.told().contains(&Event::Rated { address: 6, level: 3 }));
    assert!(!rig.device.faces()[&6].pressing);
    assert_eq!(rig.sent.last().unwrap().1, Frame { address: 6, function: 1, data: vec![2] }.encode());
}

#[test]
fn what_an_adapter_hears_of_its_own_is_no_pad() {
    let mut line = Line::new(settings());
    line.input(Millis(0), Input::Opened);
    let frame = CALL.frame(5).unwrap().encode();
    line.input(Millis(100), Input::Bytes(&frame));
    let mut sent = 0;
    for now in 100..3_000 {
        line.input(Millis(now), Input::Clock);
        while let Some(output) = line.output() {
            if let Output::Send(bytes) = output {
                sent += 1;
                line.input(Millis(now + 12), Input::Bytes(&bytes));
            }
        }
    }
    assert_eq!(sent, 1, "no echo of an echo");
}

#[test]
fn strange_pads_are_answered_and_told_apart() {
    let mut rig = Rig::new(Line::new(Settings { pads: vec![5], ..settings() }), VirtualLine::new(&[5, 9], 3));
    rig.device.press(9, CALL);
    rig.run(2_000);
    assert!(matches!(&rig.told()[..], [Event::Health(_), Event::Strange(frame)] if frame.address == 9));
    assert!(!rig.device.faces()[&9].pressing);
}

#[test]
fn silence_is_told_where_it_is_limited() {
    let mut rig = Rig::new(Line::new(Settings { silent: Some(60_000), ..settings() }), VirtualLine::new(&[5], 3));
    rig.run(59_000);
    assert_eq!(rig.told(), [Event::Health(Health::READY)]);
    rig.until(2_000, |event| *event == Event::Health(Health::GONE));
    rig.device.press(5, CALL);
    rig.until(1_000, |event| *event == Event::Health(Health::READY));
}

proptest! {
    /// Whatever is pressed and however the line suffers, nothing is told that was not pressed, and nothing twice.
    #[test]
    fn arbitrary_days(days in proptest::collection::vec((0_u8..8, 5_u8..8, 0_u64..4_000), 1..40), seed in any::<u64>()) {
        let mut rig = Rig::new(Line::new(settings()), VirtualLine::new(&[5, 6, 7], seed));
        rig.run(100);
        let mut pressed = BTreeMap::<u8, usize>::new();
        for (what, address, pause) in days {
            let plugs = rig.device.plugs();
            match what {
                0..=2 if !rig.device.faces()[&address].pressing => {
                    rig.device.press(address, CALL);
                    *pressed.entry(address).or_default() += 1;
                }
                // A line that dies between a press and its echo, and lives again much later, looks like two presses: nobody
                // can tell, so that is left out.
                3 if plugs.line && rig.device.faces().values().any(|face| face.pressing) => {}
                3 => plug(&mut rig, Plugs { line: !plugs.line, ..plugs }),
                // One at a time: where all shout for minutes and nobody is heard, nobody can tell either.
                4 => plug(&mut rig, Plugs { hears: !plugs.hears, line: plugs.line, ..Plugs::default() }),
                5 => plug(&mut rig, Plugs { noise: !plugs.noise, line: plugs.line, ..Plugs::default() }),
                6 => plug(&mut rig, Plugs { collide: !plugs.collide, line: plugs.line, ..Plugs::default() }),
                7 => plug(&mut rig, Plugs { repeats: !plugs.repeats, ..plugs }),
                _ => {}
            }
            rig.run(pause);
        }
        for address in 5..8 {
            let told = keys(&rig).iter().filter(|(other, _)| *other == address).count();
            let most = pressed.get(&address).copied().unwrap_or_default();
            prop_assert!(told <= most, "{address}: {told} of {most}");
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(pieces in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..40), 0_u64..200), 0..40)) {
        let mut line = Line::new(settings());
        let mut now = Millis(0);
        line.input(now, Input::Opened);
        for (bytes, pause) in pieces {
            now += pause;
            line.input(now, Input::Bytes(&bytes));
            while line.output().is_some() {}
        }
    }
}
