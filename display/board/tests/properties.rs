//! What holds for every board, whatever happens in the hall and on the network.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use std::collections::BTreeMap;

use board::Options;
use board::live::Live;
use proptest::prelude::*;
use protocol::views::{Ticket, Window};
use support::{Stand, event, snapshot, tick, ticket, window};

/// Windows of the little hall: 1 to 4 in zone A, 21 and 22 in zone B.
const WINDOWS: [u16; 6] = [1, 2, 3, 4, 21, 22];

#[derive(Debug, Clone)]
enum Step {
    /// The window calls its next ticket, if it is free.
    Call(usize),
    Recall(usize),
    Start(usize),
    /// Finished, missed, returned or parked.
    End(usize, usize),
    /// The network is away for so long; the stream then resumes, or begins with a snapshot.
    Away(u64, bool),
    Pass(u64),
    /// The page says that the last announcement is over.
    Said,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let window = 0..WINDOWS.len();
    let step = prop_oneof![
        4 => window.clone().prop_map(Step::Call),
        1 => window.clone().prop_map(Step::Recall),
        1 => window.clone().prop_map(Step::Start),
        2 => (window, 0..4_usize).prop_map(|(window, how)| Step::End(window, how)),
        1 => (0..30_000_u64, any::<bool>()).prop_map(|(ms, resume)| Step::Away(ms, resume)),
        2 => (0..8_000_u64).prop_map(Step::Pass),
        3 => Just(Step::Said),
    ];
    prop::collection::vec(step, 1..80)
}

/// The hall itself, and the messages it would have sent.
struct Hall {
    busy: BTreeMap<u16, Ticket>,
    order: Vec<u128>,
    issued: u128,
    seq: u64,
}

fn zone(window: u16) -> &'static str {
    if window <= 20 { "A" } else { "B" }
}

impl Hall {
    fn state(&self, number: u16) -> Window {
        match self.busy.get(&number) {
            Some(ticket) => window(number, zone(number), "busy", Some(ticket.clone())),
            None => window(number, zone(number), "idle", None),
        }
    }

    fn event(&mut self, kind: &str, at_s: u64, number: u16, ticket: Ticket) -> Live {
        self.seq += 1;
        let state = self.state(number);
        event(kind, self.seq, at_s, ticket, Some(state))
    }

    /// Does a step; none where the window is not in the state for it.
    fn step(&mut self, step: &Step, at_s: u64) -> Option<Live> {
        match *step {
            Step::Call(index) => {
                let number = WINDOWS[index];
                if self.busy.contains_key(&number) {
                    return None;
                }
                self.issued += 1;
                let called = ticket(self.issued, &format!("A{:03}", self.issued), "called", Some(number), 1);
                self.order.push(self.issued);
                self.busy.insert(number, called.clone());
                Some(self.event("ticket.called", at_s, number, called))
            }
            Step::Recall(index) => {
                let number = WINDOWS[index];
                let ticket = self.busy.get_mut(&number).filter(|ticket| ticket.state == "called")?;
                ticket.calls += 1;
                let ticket = ticket.clone();
                let id = ticket.id.as_u128();
                self.order.retain(|other| *other != id);
                self.order.push(id);
                Some(self.event("ticket.recalled", at_s, number, ticket))
            }
            Step::Start(index) => {
                let number = WINDOWS[index];
                let ticket = self.busy.get_mut(&number).filter(|ticket| ticket.state == "called")?;
                "serving".clone_into(&mut ticket.state);
                let ticket = ticket.clone();
                Some(self.event("ticket.started", at_s, number, ticket))
            }
            Step::End(index, how) => {
                let number = WINDOWS[index];
                let mut ticket = self.busy.remove(&number)?;
                let (kind, state) = [
                    ("ticket.finished", "done"),
                    ("ticket.missed", "missed"),
                    ("ticket.returned", "waiting"),
                    ("ticket.parked", "parked"),
                ][how];
                state.clone_into(&mut ticket.state);
                Some(self.event(kind, at_s, number, ticket))
            }
            _ => None,
        }
    }

    fn snapshot(&self, at_s: u64) -> Live {
        let busy: Vec<Window> = self.busy.keys().map(|number| self.state(*number)).collect();
        snapshot(self.seq, at_s, &busy)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_board_tells_the_truth(steps in steps(), english: bool) {
        let mut stand = Stand::new(Options { english, yao: false });
        let mut hall = Hall { busy: BTreeMap::new(), order: Vec::new(), issued: 0, seq: 1 };
        // Called while the board was away for longer than it takes to be old: never to be announced.
        let mut old: Vec<String> = Vec::new();
        let mut away: Option<(u64, bool, Vec<Live>)> = None;
        for step in &steps {
            let at_s = stand.now.0 / 1000;
            let before = stand.announced.len();
            match step {
                Step::Pass(ms) => stand.live(*ms),
                Step::Said => {
                    if let Some((_, one)) = stand.announced.last() {
                        stand.boards.said(stand.page, one.id, stand.now);
                        stand.emit();
                    }
                }
                Step::Away(ms, resume) => {
                    away = Some((*ms, *resume, Vec::new()));
                    continue;
                }
                step => {
                    let Some(message) = hall.step(step, at_s) else { continue };
                    match &mut away {
                        Some((_, _, missed)) => missed.push(message),
                        None => stand.hear(&message),
                    }
                }
            }
            stand.seq = hall.seq;
            // After one step in its absence the board is back.
            if let Some((ms, resume, missed)) = away.take_if(|(_, _, missed)| !missed.is_empty()) {
                stand.pass(ms);
                let at_s = stand.now.0 / 1000;
                match stand.boards.hall().resume_after(stand.now) {
                    Some(_) if resume => missed.iter().for_each(|message| stand.hear(message)),
                    after => {
                        if after.is_none() {
                            let said: Vec<String> = stand.said().into_iter().map(|(_, number)| number).collect();
                            old = hall.busy.values().map(|ticket| ticket.number.clone()).collect();
                            old.retain(|number| !said.contains(number));
                        }
                        let whole = hall.snapshot(at_s);
                        stand.hear(&whole);
                    }
                }
                let alive = tick(hall.seq, at_s);
                stand.hear(&alive);
            }
            if away.is_some() {
                continue;
            }
            let view = stand.view();
            // Exactly those who are called or served in this zone, each once, with the window they are at.
            let mut shown: Vec<(u16, String)> =
                view.calls.iter().map(|call| (call.window, call.number.clone())).collect();
            let keys: Vec<u64> = view.calls.iter().map(|call| call.key).collect();
            prop_assert!(keys.is_sorted_by(|a, b| a > b), "the newest first");
            shown.sort();
            let wanted: Vec<(u16, String)> = hall
                .busy
                .iter()
                .filter(|(number, _)| zone(**number) == "A")
                .map(|(number, ticket)| (*number, ticket.number.clone()))
                .collect();
            prop_assert_eq!(shown, wanted);
            // What is announced is on the board, at that window, and still to be reached.
            if let Some((_, last)) = stand.announced[before..].last().filter(|(at, _)| *at == stand.now) {
                let call = view.calls.iter().find(|call| call.number == last.number);
                prop_assert!(call.is_some_and(|call| call.window == last.window && !call.serving), "{:?}", last);
            }
            // Nothing that was called during a long absence is announced, unless it is called again.
            old.retain(|number| hall.busy.values().any(|ticket| ticket.number == *number && ticket.calls == 1));
            for number in &old {
                prop_assert!(!stand.said().iter().any(|(_, said)| said == number), "{} is old", number);
            }
        }
        // One announcement at a time: each begins after the last was over, or its time was up.
        let ids: Vec<u64> = stand.announced.iter().map(|(_, one)| one.id).collect();
        prop_assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
