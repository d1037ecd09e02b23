//! A driver and a virtual speaker, in a time of their own.

use std::collections::HashMap;

use proptest::prelude::*;
use protocol::bridge::speakers::{Speech, SpeechState};
use protocol::bridge::{DeviceState, Trouble};

use super::bench::call;
use super::virtual_speaker::{End, Plugs, VirtualSpeaker};
use super::*;
use crate::rig::Rig;

type Bench = Rig<Speaker, VirtualSpeaker>;

fn bench() -> Bench {
    Rig::new(Speaker::default(), VirtualSpeaker::default())
}

/// Wants a call of so many clips said within so many milliseconds.
fn say(bench: &mut Bench, id: &str, clips: usize, expires_ms: u32) {
    let call = Call { expires_ms, ..call(clips) };
    bench.input(Input::Command(Announce { id: id.to_owned(), call }));
}

/// How a call stands, by what was told last.
fn state(bench: &Bench, id: &str) -> Option<Speech> {
    bench.events.iter().rev().find_map(|(_, event)| match event {
        Event::Speech { id: of, speech } if of == id => Some(*speech),
        _ => None,
    })
}

fn is(bench: &Bench, id: &str, state_is: SpeechState) -> bool {
    state(bench, id).is_some_and(|speech| speech.state == state_is)
}

fn health(bench: &Bench) -> Health {
    let last = bench.events.iter().rev().find_map(|(_, event)| match event {
        Event::Health(health) => Some(*health),
        Event::Speech { .. } => None,
    });
    last.expect("told")
}

#[test]
fn calls_are_said_one_after_the_other_in_their_order() {
    let mut bench = bench();
    assert_eq!(health(&bench), Health::READY);
    for id in ["a", "b", "c"] {
        say(&mut bench, id, id.as_bytes()[0] as usize - 90, 60_000);
    }
    bench.run(40_000);
    let played: Vec<_> = bench.device.played().cloned().collect();
    assert_eq!(played.len(), 3);
    for (earlier, later) in played.iter().zip(&played[1..]) {
        assert!(later.began_ms >= earlier.ended_ms.unwrap() + GAP_MS);
        assert!(earlier.text.len() < later.text.len(), "in the order of the calls");
    }
    assert!(["a", "b", "c"].iter().all(|id| is(&bench, id, SpeechState::Said)));
    assert_eq!(bench.device.overlaps(), 0);
}

#[test]
fn nothing_is_said_late_and_who_is_too_late_is_told() {
    let mut bench = bench();
    say(&mut bench, "long", 20, 60_000);
    say(&mut bench, "late", 3, 5_000);
    bench.until(6_000, |event| matches!(event, Event::Speech { id, .. } if id == "late"));
    assert!(is(&bench, "late", SpeechState::Expired) && bench.now >= Millis(5_000) && bench.now < Millis(5_100));
    // One whose player is slow is not begun late either.
    bench.run(10_000);
    bench.device.plug(Plugs { prepare_ms: 4_000, ..Plugs::default() });
    say(&mut bench, "slow", 3, 2_000);
    bench.run(6_000);
    assert!(is(&bench, "slow", SpeechState::Expired));
    assert_eq!(bench.device.count(), 1);
}

#[test]
fn where_too_many_wait_the_oldest_are_left_out() {
    let mut bench = bench();
    for n in 0..30 {
        say(&mut bench, &n.to_string(), 1, 120_000);
    }
    bench.run(60_000);
    let said: Vec<u32> = (0..30).filter(|n| is(&bench, &n.to_string(), SpeechState::Said)).collect();
    let newest: Vec<u32> = [0].into_iter().chain(30 - MOST_WAITING as u32..30).collect();
    assert_eq!(said, newest, "the one that was being said, and the newest");
    assert!((1..14).all(|n| is(&bench, &n.to_string(), SpeechState::Expired)));
}

#[test]
fn a_card_that_is_pulled_out_is_told_and_works_again_when_it_is_back() {
    let mut bench = bench();
    say(&mut bench, "half", 10, 60_000);
    bench.run(1_000);
    bench.device.plug(Plugs { card: false, ..Plugs::default() });
    bench.run(500);
    // A real player fails at once; this one is only silent, and is stopped when its time is over.
    bench.run(20_000);
    assert!(is(&bench, "half", SpeechState::Failed));
    assert_eq!(health(&bench), Health::GONE);
    say(&mut bench, "missed", 3, 8_000);
    say(&mut bench, "waits", 3, 60_000);
    bench.run(10_000);
    assert!(is(&bench, "missed", SpeechState::Expired));
    bench.device.plug(Plugs::default());
    bench.run(8_000);
    assert!(is(&bench, "waits", SpeechState::Said) && health(&bench) == Health::READY);
    // While nothing is said, a plug that is pulled is noticed all the same.
    bench.device.plug(Plugs { card: false, ..Plugs::default() });
    bench.run(IDLE_CHECK_MS + 1_000);
    assert_eq!(health(&bench), Health::GONE);
}

#[test]
fn a_player_that_hangs_silences_nobody_for_long() {
    let mut bench = bench();
    bench.device.plug(Plugs { hangs: true, ..Plugs::default() });
    say(&mut bench, "hangs", 4, 60_000);
    say(&mut bench, "next", 4, 60_000);
    bench.run(3_000);
    bench.device.plug(Plugs::default());
    bench.run(12_000);
    assert_eq!(state(&bench, "hangs").unwrap().why, Some(Trouble::Fault));
    assert!(is(&bench, "next", SpeechState::Said));
    let ends: Vec<End> = bench.device.played().map(|played| played.end).collect();
    assert_eq!(ends, [End::Broken, End::Said]);
    assert_eq!(health(&bench), Health::READY, "one that was said makes up for it");
}

#[test]
fn a_player_that_says_nothing_is_started_anew() {
    let mut bench = bench();
    say(&mut bench, "cut", 10, 60_000);
    bench.run(1_000);
    bench.device.plug(Plugs { line: false, ..Plugs::default() });
    bench.run(20_000);
    assert!(is(&bench, "cut", SpeechState::Failed) && health(&bench) == Health::GONE);
    bench.device.plug(Plugs::default());
    say(&mut bench, "again", 4, 60_000);
    bench.run(10_000);
    assert!(is(&bench, "again", SpeechState::Said) && health(&bench) == Health::READY);
}

#[test]
fn one_that_fails_or_has_no_voice_is_degraded_until_it_works() {
    let mut bench = bench();
    bench.device.plug(Plugs { fails: true, ..Plugs::default() });
    say(&mut bench, "fails", 4, 60_000);
    bench.run(1_000);
    assert!(is(&bench, "fails", SpeechState::Failed));
    assert_eq!(health(&bench), Health::degraded(Trouble::Fault));
    bench.device.plug(Plugs { voice: false, ..Plugs::default() });
    say(&mut bench, "chime", 4, 60_000);
    bench.run(3_000);
    assert!(is(&bench, "chime", SpeechState::Said));
    assert_eq!(health(&bench), Health::degraded(Trouble::Refused));
    bench.device.plug(Plugs::default());
    bench.run(VOICE_CHECK_MS + 1_000);
    assert_eq!(health(&bench), Health::READY, "its clips have been put in place");
}

#[test]
fn after_a_long_day_it_still_speaks() {
    let mut bench = bench();
    for n in 0..3_000 {
        say(&mut bench, &n.to_string(), 6, 20_000);
        bench.run(4_000);
    }
    bench.run(10_000);
    assert_eq!(bench.device.count(), 3_000);
    assert!(bench.driver.queue.is_empty() && bench.driver.outputs.is_empty());
    assert_eq!(bench.device.overlaps(), 0);
}

/// What may happen to a speaker.
#[derive(Debug, Clone)]
enum Act {
    Call { clips: usize, expires_ms: u32 },
    Wait(u64),
    Plug(Plugs),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let rarely = || prop::bool::weighted(0.2);
    let plugs = (rarely(), rarely(), rarely(), rarely(), rarely(), 0_u64..3_000).prop_map(
        |(line, card, voice, hangs, fails, prepare_ms)| Plugs {
            line: !line,
            card: !card,
            voice: !voice,
            hangs,
            fails,
            prepare_ms,
        },
    );
    let act = prop_oneof![
        5 => (1_usize..20, 500_u32..60_000).prop_map(|(clips, expires_ms)| Act::Call { clips, expires_ms }),
        3 => (0_u64..15_000).prop_map(Act::Wait),
        1 => plugs.prop_map(Act::Plug),
    ];
    prop::collection::vec(act, 1..60)
}

proptest! {
    /// Bursts, pauses, and every fault there is: never two at a time, never late, none forgotten, and in order.
    #[test]
    fn whatever_happens_it_says_one_at_a_time_in_order_and_none_late(acts in acts()) {
        let mut bench = bench();
        let mut due: HashMap<String, Millis> = HashMap::new();
        for (at, act) in acts.iter().enumerate() {
            match act {
                Act::Call { clips, expires_ms } => {
                    due.insert(at.to_string(), bench.now + u64::from(*expires_ms));
                    say(&mut bench, &at.to_string(), *clips, *expires_ms);
                }
                Act::Wait(ms) => bench.run(*ms),
                Act::Plug(plugs) => bench.device.plug(*plugs),
            }
        }
        // In the end everything works again.
        bench.device.plug(Plugs::default());
        bench.run(300_000);
        prop_assert_eq!(bench.device.overlaps(), 0);
        let mut heard_until = 0;
        for played in bench.device.played() {
            prop_assert!(played.began_ms >= heard_until, "two at a time");
            heard_until = played.ended_ms.expect("ended");
        }
        let mut last = None;
        let mut ends: HashMap<&str, usize> = HashMap::new();
        for (when, event) in &bench.events {
            let Event::Speech { id, speech } = event else { continue };
            if speech.state == SpeechState::Speaking {
                prop_assert!(*when < due[id], "{} is late", id);
                let number: usize = id.parse().unwrap();
                prop_assert!(last < Some(number), "out of order");
                last = Some(number);
            } else {
                prop_assert!(speech.state.is_over());
                *ends.entry(id).or_default() += 1;
            }
        }
        for id in due.keys() {
            prop_assert_eq!(ends.get(id.as_str()), Some(&1), "{} ends once", id);
        }
        prop_assert_ne!(health(&bench).state, DeviceState::Gone, "it has come back");
        say(&mut bench, "last", 3, 10_000);
        bench.run(10_000);
        prop_assert!(is(&bench, "last", SpeechState::Said));
        prop_assert_eq!(health(&bench), Health::READY);
    }
}
