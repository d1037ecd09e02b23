//! What gates do, and never do.

use proptest::prelude::*;
use protocol::bridge::Trouble;
use protocol::bridge::lanes::{GateMove, GateState};

use super::virtual_gate::{Plugs, VirtualGate};
use super::{Command, Contacts, Event, Gate, OPEN, Refusal};
use crate::rig::Rig;
use crate::{Driver as _, Health, Input, Millis};

const ALL: Contacts = Contacts { stop: true, safety: true, limit_open: true, limit_closed: true, pulse_ms: 500 };

fn rig(contacts: Contacts) -> Rig<Gate, VirtualGate> {
    let mut rig = Rig::new(Gate::new(contacts), VirtualGate::default());
    rig.run(100);
    rig
}

fn tell(rig: &mut Rig<Gate, VirtualGate>, command: Command) -> Result<(), Refusal> {
    rig.input(Input::Command(command));
    let mut answers = rig.told().into_iter().filter_map(|event| match event {
        Event::Answer(answer) => Some(answer),
        _ => None,
    });
    answers.next_back().unwrap()
}

#[test]
fn it_opens_and_closes_and_says_so() {
    let mut rig = rig(ALL);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Open)), Ok(()));
    rig.until(5_000, |event| matches!(event, Event::State(GateState::Open, Some(false), false)));
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
    rig.until(5_000, |event| matches!(event, Event::State(GateState::Closed, ..)));
    assert_eq!(rig.device.wrong, 0);
}

#[test]
fn it_is_never_closed_on_anybody_or_without_knowing() {
    let mut rig = rig(ALL);
    rig.device.plug(Plugs { safety: true, ..Plugs::default() });
    rig.run(3_000);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Err(Refusal::Blocked));
    rig.device.plug(Plugs { line: false, ..Plugs::default() });
    rig.until(20_000, |event| *event == Event::Health(Health::GONE));
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Err(Refusal::Away));
    rig.device.plug(Plugs::default());
    rig.until(20_000, |event| *event == Event::Health(Health::READY));
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
    let mut without = self::rig(Contacts { safety: false, stop: false, ..ALL });
    assert_eq!(tell(&mut without, Command::Move(GateMove::Close)), Err(Refusal::Blocked));
    assert_eq!(tell(&mut without, Command::Move(GateMove::Stop)), Err(Refusal::NoContact));
    assert_eq!((rig.device.wrong, without.device.pulsed), (0, [0; 3]));
}

#[test]
fn held_open_it_is_told_again_and_let_go_when_nobody_says_so_any_more() {
    let mut rig = rig(Contacts { limit_open: false, ..ALL });
    assert_eq!(tell(&mut rig, Command::Hold(25_000)), Ok(()));
    rig.run(24_000);
    assert_eq!(rig.device.pulsed[usize::from(OPEN)], 3);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Err(Refusal::Held));
    rig.run(60_000);
    assert_eq!(rig.device.pulsed[usize::from(OPEN)], 3);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
}

#[test]
fn it_says_so_when_it_does_not_arrive() {
    let jammed = Event::Health(Health::degraded(Trouble::Jammed));
    let mut rig = rig(ALL);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Open)), Ok(()));
    rig.until(5_000, |event| matches!(event, Event::State(GateState::Open, ..)));
    rig.device.plug(Plugs { jammed: true, ..Plugs::default() });
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
    rig.run(20_000);
    // Told again, it has no more time.
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
    rig.until(11_000, |event| *event == jammed);
    rig.device.plug(Plugs::default());
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Close)), Ok(()));
    rig.until(5_000, |event| *event == Event::Health(Health::READY));
    // Stopped or stepped under on its way, it is not where it was to go, and is in order.
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Open)), Ok(()));
    rig.run(1_000);
    assert_eq!(tell(&mut rig, Command::Move(GateMove::Stop)), Ok(()));
    rig.run(60_000);
    let last = rig.told().into_iter().rfind(|event| matches!(event, Event::Health(_)));
    assert_ne!(last, Some(jammed));
}

proptest! {
    /// Whatever is asked for and whoever stands there: never both ways at a time, never closed on anybody.
    #[test]
    fn nothing_makes_it_dangerous(steps in prop::collection::vec((0_u8..6, any::<bool>(), 0_u64..1_500), 0..80)) {
        let mut rig = rig(ALL);
        for (what, safety, ms) in steps {
            match what {
                0 => drop(tell(&mut rig, Command::Move(GateMove::Open))),
                1 => drop(tell(&mut rig, Command::Move(GateMove::Close))),
                2 => drop(tell(&mut rig, Command::Move(GateMove::Stop))),
                3 => drop(tell(&mut rig, Command::Hold(ms))),
                4 => {
                    rig.device.plug(Plugs { safety, ..Plugs::default() });
                    rig.run(1);
                    rig.input(Input::Clock);
                }
                _ => rig.run(ms),
            }
            prop_assert_eq!(rig.device.wrong, 0);
        }
    }

    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut gate = Gate::new(ALL);
        gate.input(Millis(0), Input::Opened);
        gate.input(Millis(1), Input::Bytes(&bytes));
        while gate.output().is_some() {}
    }
}
