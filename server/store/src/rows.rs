//! Rows as every store keeps them. Times are UTC milliseconds, ids are UUIDs, bodies are JSON text.

mod people;

use hall::command::Fingerprint;
use hall::event::{EVENT_VERSION, Event, Record};
use hall::ids::{ActorId, CommandId};
use hall::ticket::Stage;
use hall::{Moment, Ticket};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::StoreError;

pub use people::{SeatRow, SessionRow, UserRow};

/// An event of any stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    /// Position in its stream, from 1.
    pub seq: u64,
    /// The stream's time.
    pub at_ms: i64,
    /// The command that caused it.
    pub command: Uuid,
    /// Position among the events of that command. (stream, command, part) is unique: a command happens once.
    pub part: u32,
    /// Who gave the command.
    pub actor: Uuid,
    /// Fingerprint of the request, where it came with a key.
    pub key: Option<Uuid>,
    /// The type, such as `ticket.called`.
    pub kind: String,
    /// Version of the body's form.
    pub version: u32,
    /// The event as JSON.
    pub body: String,
    /// Hash of the event before ([`crate::chain::link`]); filled in by the store as it appends.
    pub prev_hash: [u8; 32],
}

impl EventRow {
    /// The row of a record; `part` is its position among its command's events.
    pub fn of(record: &Record, part: u32) -> Result<Self, StoreError> {
        let body = serde_json::to_string(&record.event)
            .map_err(|error| StoreError::Damaged(format!("event {} cannot be written: {error}", record.seq)))?;
        Ok(Self {
            seq: record.seq,
            at_ms: record.at.0,
            command: record.command.0,
            part,
            actor: record.actor.0,
            key: record.key.map(|key| key.0),
            kind: record.event.type_name().to_owned(),
            version: EVENT_VERSION,
            body,
            prev_hash: [0; 32],
        })
    }

    /// The record of a row.
    pub fn record(&self) -> Result<Record, StoreError> {
        let damaged = |reason: String| StoreError::Damaged(format!("event {}: {reason}", self.seq));
        if self.version != EVENT_VERSION {
            return Err(damaged(format!("its version is {}, this program reads {EVENT_VERSION}", self.version)));
        }
        let event: Event = serde_json::from_str(&self.body).map_err(|error| damaged(error.to_string()))?;
        Ok(Record {
            seq: self.seq,
            at: Moment(self.at_ms),
            command: CommandId(self.command),
            actor: ActorId(self.actor),
            key: self.key.map(Fingerprint),
            event,
        })
    }
}

/// A ticket as people query it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Its id.
    pub id: Uuid,
    /// The business day, `2026-11-23`.
    pub business_date: String,
    /// Its number, `A001`.
    pub number: String,
    /// Code of its service.
    pub service: String,
    /// Name of its class.
    pub class: String,
    /// Name of its state.
    pub state: String,
    /// The window it is at, or was.
    pub window: Option<u16>,
    /// When it was issued.
    pub issued_ms: i64,
    /// When it was first called.
    pub called_ms: Option<i64>,
    /// When the visit ended.
    pub ended_ms: Option<i64>,
    /// Calls and recalls.
    pub calls: u32,
    /// Copies beyond the first print.
    pub copies: u32,
}

impl TicketRow {
    /// The row of a ticket.
    pub fn of(ticket: &Ticket) -> Self {
        let ended_ms = match ticket.stage {
            Stage::Done { at, .. } | Stage::Missed { at, .. } | Stage::Left { at } => Some(at.0),
            _ => None,
        };
        Self {
            id: ticket.id.0,
            business_date: ticket.business_date.to_string(),
            number: ticket.number.to_string(),
            service: ticket.service.as_str().to_owned(),
            class: ticket.class.name().to_owned(),
            state: ticket.stage.name().to_owned(),
            window: ticket.window(),
            issued_ms: ticket.issued_at.0,
            called_ms: ticket.called_at.map(|at| at.0),
            ended_ms,
            calls: ticket.calls,
            copies: ticket.print.copies,
        }
    }
}

/// A state of a stream, kept so that a restart need not read all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: String,
    /// The last event that is in it.
    pub seq: u64,
    /// Form of the body.
    pub format: u32,
    /// The state as JSON.
    pub body: String,
}

/// A bearer token. The token itself is nowhere, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id; stands with every event its holder causes.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// Name of its role.
    pub role: String,
    /// The one window it may act at.
    pub window: Option<u16>,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_ms: i64,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}
