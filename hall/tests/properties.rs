//! Days made up at random, played beside a model of the plainest words ([`model`]).

#![allow(clippy::format_push_string, reason = "a few lines of text, once")]
#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

mod model;
mod moves;
mod support;

use hall::command::{Command, Context};
use hall::routing::RuleName;
use hall::state::{Answer, Saved};
use hall::ticket::Stage;
use hall::{Event, Moment, Record, Refusal, State, decide};
use model::{Model, compare::assert_foretold, day_of};
use moves::{Move, Play, moves};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use support::{Driver, MIDNIGHT, MINUTE, actor, command_id, fingerprint};

/// A hall, its model, and what the shell around them remembers.
struct Day {
    driver: Driver,
    model: Model,
    clock: Moment,
    commands: usize,
    tickets: usize,
    /// Key, business day of the command, and the first answer under it.
    answers: Vec<(usize, i64, Answer)>,
}

impl Day {
    fn new() -> Self {
        let clock = Moment(MIDNIGHT + 8 * 60 * MINUTE + 29 * MINUTE);
        Self { driver: Driver::default(), model: Model::default(), clock, commands: 0, tickets: 0, answers: Vec::new() }
    }

    fn step(&mut self, next: &Move) {
        match &next.play {
            Play::Wait { ms } => self.clock = self.clock.plus_ms(*ms),
            Play::Restart => {
                let json = serde_json::to_string(&Saved::from(&self.driver.state)).unwrap();
                self.driver.state = State::from(serde_json::from_str::<Saved>(&json).unwrap());
            }
            play => {
                self.close_day();
                let Some(command) = play.command(&self.driver.state, &mut self.tickets) else { return };
                self.command(next, &command);
            }
        }
        self.model.assert_same(&self.driver.state);
    }

    /// The shell closes a day that is over before anything else.
    fn close_day(&mut self) {
        assert_eq!(self.driver.state.day_is_over(self.clock), self.model.day_is_over(self.clock.0));
        if self.driver.state.day_is_over(self.clock) {
            let day = self.model.day.unwrap();
            self.run(None, actor(hall::role::Role::Manager, None), &Command::CloseDay).unwrap();
            // A key lives until the day after its own is closed.
            self.answers.retain(|(_, given, _)| *given >= day);
            assert_eq!(self.driver.state.counts(), hall::state::Counts::default());
        }
    }

    fn command(&mut self, next: &Move, command: &Command) {
        let Some(key) = next.key else {
            let _ = self.run(None, next.actor, command);
            return;
        };
        let known = self.answers.iter().find(|(known, ..)| *known == key).map(|(_, _, answer)| answer);
        let remembered = self.driver.state.remembered(command_id(key));
        assert_eq!(remembered.map(|remembered| &remembered.answer), known);
        if known.is_some() {
            return;
        }
        if let Ok(records) = self.run(Some(key), next.actor, command)
            && !records.is_empty()
        {
            let answer = self.driver.state.remembered(command_id(key)).unwrap().answer.clone();
            self.check_answer(command, &answer);
            self.answers.push((key, self.model.day.unwrap_or(day_of(self.model.now)), answer));
        }
        assert_eq!(self.driver.state.remembered_len(), self.answers.len());
    }

    fn run(
        &mut self,
        key: Option<usize>,
        actor: hall::role::Actor,
        command: &Command,
    ) -> Result<Vec<Record>, &'static str> {
        self.commands += 1;
        let command_id = command_id(key.unwrap_or(1_000 + self.commands));
        let context = Context { at: self.clock, command: command_id, actor, key: key.map(fingerprint) };
        let foretold = self.model.play(self.clock, &actor, command);
        let result = self.driver.run(&context, command);
        match (&foretold, &result) {
            (Ok(happened), Ok(records)) => assert_foretold(happened, records, &self.driver.state),
            (Err(kind), Err(refusal)) => assert_eq!(*kind, refusal.kind().1, "{command:?}: {refusal}"),
            _ => panic!("{command:?}: foretold {foretold:?}, but {result:?}"),
        }
        result.map_err(|refusal| refusal.kind().1)
    }

    /// What is answered is what the command left behind, about the ticket or window it was about.
    fn check_answer(&self, command: &Command, answer: &Answer) {
        let state = &self.driver.state;
        match answer {
            Answer::Ticket { ticket, .. } => assert_eq!(state.ticket(ticket.id), Some(ticket.as_ref())),
            Answer::Window(window) => assert_eq!(state.window(window.number), Some(window.as_ref())),
            Answer::Nobody => assert!(matches!(command, Command::At(..)), "{command:?}"),
            Answer::Corrected { .. } => assert!(matches!(command, Command::AtLot(..)), "{command:?}"),
            Answer::Done => assert!(!matches!(command, Command::Issue(_)), "{command:?}"),
        }
        if let (Command::Issue(issue), Answer::Ticket { ticket, .. }) = (command, answer) {
            assert_eq!(ticket.id, issue.ticket);
        }
    }

    fn finish(&self) {
        let now = serde_json::to_value(Saved::from(&self.driver.state)).unwrap();
        let mut replayed = State::default();
        for record in &self.driver.log {
            let text = serde_json::to_string(record).unwrap();
            let stored: Record = serde_json::from_str(&text).unwrap();
            assert_eq!(&stored, record);
            replayed.apply(&stored).unwrap();
        }
        assert_eq!(serde_json::to_value(Saved::from(&replayed)).unwrap(), now, "replay gives another state");
        check_log(&self.driver.log);
        for ticket in self.driver.state.tickets() {
            if let Stage::Waiting { .. } = ticket.stage {
                let ahead = self.driver.state.ahead(ticket).unwrap();
                assert!(ahead < self.driver.state.counts().waiting as usize);
            }
        }
    }
}

/// What must hold of every log, whatever the hall is like.
fn check_log(log: &[Record]) {
    let mut calls = std::collections::HashSet::new();
    let mut numbers = std::collections::HashSet::new();
    for (before, after) in log.iter().zip(&log[1.min(log.len())..]) {
        assert!(before.at <= after.at, "time goes back");
        assert_eq!(before.seq + 1, after.seq);
    }
    for record in log {
        match &record.event {
            Event::TicketIssued { number, business_date, .. } => {
                assert!(numbers.insert((*business_date, *number)), "{number} is given twice");
            }
            Event::TicketCalled { call, why, .. } => {
                assert!(calls.insert((*call, record.seq)), "call {call} is made twice");
                assert!(why.waited_s >= 0, "{why:?}");
                assert!(why.passed.as_ref().is_none_or(|passed| passed.waited_s >= why.waited_s), "{why:?}");
            }
            _ => {}
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    // `PROPTEST_CASES=20000 cargo test -p hall --test properties` for the long run.
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn every_day_goes_as_the_model_foretells(profile in 0_usize..3, moves in moves(250)) {
        let mut day = Day::new();
        day.step(&Move::configure(0, profile));
        for next in &moves {
            day.step(next);
        }
        day.finish();
    }

    /// Nobody is called before somebody who has waited longer than the cap, save by his number, by a window that has
    /// nobody else, or back from the parked.
    #[test]
    fn the_cap_on_waiting_bounds_everybody(profile in 1_usize..3, moves in moves(250)) {
        let mut day = Day::new();
        day.step(&Move::configure(0, profile));
        let mut before = day.driver.state.clone();
        for next in &moves {
            let known = day.driver.log.len();
            day.step(next);
            for record in &day.driver.log[known..] {
                assert_bounded(&before, record);
                before.apply(record).unwrap();
            }
        }
    }

    /// A command that is refused or has no effect leaves no trace; so does one that was decided and not applied.
    #[test]
    fn deciding_changes_nothing(moves in moves(60)) {
        let mut day = Day::new();
        day.step(&Move::configure(0, 2));
        for next in &moves {
            if let Some(command) = next.play.command(&day.driver.state, &mut 10_000) {
                let before = serde_json::to_value(Saved::from(&day.driver.state)).unwrap();
                let id = command_id(1);
                let context = Context { at: day.clock, command: id, actor: next.actor, key: None };
                let _: Result<_, Refusal> = decide(&day.driver.state, &context, &command);
                assert_eq!(serde_json::to_value(Saved::from(&day.driver.state)).unwrap(), before);
            }
            day.step(next);
        }
    }
}

fn assert_bounded(before: &State, record: &Record) {
    let Event::TicketCalled { ticket, window, why, .. } = &record.event else { return };
    if matches!(why.rule, RuleName::ByNumber | RuleName::ReadyWindow) {
        return;
    }
    let cap_ms = i64::from(before.settings().unwrap().hall().max_wait_min) * MINUTE;
    let called = before.ticket(*ticket).unwrap();
    let Stage::Waiting { since: mine } = called.stage else { panic!("{called:?} was not waiting") };
    let window = before.window(*window).unwrap();
    let served: Vec<_> = before.services_of(window).collect();
    for other in before.tickets() {
        let Stage::Waiting { since } = other.stage else { continue };
        let here = other.sent_to.map_or(served.contains(&&other.service), |sent_to| sent_to == window.number);
        if here && record.at.since(since) >= cap_ms {
            assert!(mine <= since, "{} was called by {:?} before {}", called.number, why.rule, other.number);
        }
    }
}
