//! What the tests share: ids that can be told apart, people, moments, and a driver that keeps the log.

#![allow(dead_code, reason = "every test takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use hall::command::Fingerprint;
use hall::ids::{ActorId, CommandId, PersonId, TicketId};
use hall::role::{Actor, Role};
use hall::{Command, Context, Event, Moment, Record, Refusal, Settings, State, decide, invariant, records};
use uuid::Uuid;

/// Monday, 23 November 2026, midnight in Shanghai.
pub const MIDNIGHT: i64 = 1_795_363_200_000;
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;

pub fn at(hours: i64, minutes: i64) -> Moment {
    Moment(MIDNIGHT + hours * HOUR + minutes * MINUTE)
}

pub fn ticket_id(number: usize) -> TicketId {
    TicketId(Uuid::from_u128(0x7000_0000 + number as u128))
}

pub fn person_id(number: usize) -> PersonId {
    PersonId(Uuid::from_u128(0x9000_0000 + number as u128))
}

pub fn command_id(number: usize) -> CommandId {
    CommandId(Uuid::from_u128((0xC000_0000 + number as u128) << 32))
}

pub fn fingerprint(number: usize) -> Fingerprint {
    Fingerprint(Uuid::from_u128(number as u128))
}

pub fn actor(role: Role, window: Option<u16>) -> Actor {
    Actor { id: ActorId(Uuid::from_u128(role as u128)), role, window }
}

pub fn settings(toml: &str) -> Settings {
    toml::from_str(toml).unwrap()
}

/// A state with the log that made it. Every event is checked against the invariants as it is applied.
#[derive(Debug, Clone, Default)]
pub struct Driver {
    pub state: State,
    pub log: Vec<Record>,
}

impl Driver {
    /// Decides and applies; what happened, or why not.
    pub fn run(&mut self, context: &Context, command: &Command) -> Result<Vec<Record>, Refusal> {
        let events = decide(&self.state, context, command)?;
        assert_eq!(decide(&self.state, context, command).as_ref(), Ok(&events), "the same input, another decision");
        let records = records(&self.state, context, events);
        for record in &records {
            self.apply(record);
        }
        let broken = invariant::check(&self.state);
        assert!(broken.is_empty(), "after {command:?}: {broken:?}");
        self.log.extend(records.iter().cloned());
        Ok(records)
    }

    fn apply(&mut self, record: &Record) {
        if matches!(record.event, Event::TicketCalled { .. }) {
            let broken = invariant::check_order(&self.state, &record.event);
            assert!(broken.is_empty(), "{record:?}: {broken:?}");
        }
        self.state.apply(record).unwrap();
        let broken = invariant::check_touched(&self.state, &record.event);
        assert!(broken.is_empty(), "{record:?}: {broken:?}");
    }
}
