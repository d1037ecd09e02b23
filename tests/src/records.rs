//! The log of a hall, read beside its server, and what must hold in it whatever happened.

use std::collections::{HashMap, HashSet};

use anyhow::ensure;
use hall::{Event, event::Record};
use server::engine::STREAM;
use store::Store as _;
use uuid::Uuid;

use crate::program::Data;

/// Events read at a time.
const PAGE: u32 = 4_096;

/// What a log says about tickets.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Position of the last event.
    pub seq: u64,
    /// Number of each ticket.
    pub numbers: HashMap<Uuid, String>,
    /// Every call: its id, ticket and window.
    pub calls: HashMap<Uuid, (Uuid, u16)>,
    /// How often each ticket was finished.
    pub finished: HashMap<Uuid, u32>,
    /// Tickets that were called more than once, however that came about.
    pub called_again: HashSet<Uuid>,
}

impl Ledger {
    /// Reads the log of a data directory. Fails when a number was given twice on a day, or when a ticket was called
    /// while a call of it was open.
    pub async fn read(data: &Data) -> anyhow::Result<Self> {
        let mut ledger = Self::default();
        let mut given: HashSet<(String, String)> = HashSet::new();
        let mut open: HashMap<Uuid, u16> = HashMap::new();
        let mut called: HashSet<Uuid> = HashSet::new();
        for record in records(data).await? {
            ensure!(record.seq == ledger.seq + 1, "event {} follows event {}", record.seq, ledger.seq);
            ledger.seq = record.seq;
            match record.event {
                Event::TicketIssued { ticket, number, business_date, .. } => {
                    let number = number.to_string();
                    ensure!(given.insert((business_date.to_string(), number.clone())), "{number} was given twice");
                    ensure!(ledger.numbers.insert(ticket.0, number).is_none(), "ticket {ticket} was issued twice");
                }
                Event::TicketCalled { ticket, window, call, .. } | Event::TicketResumed { ticket, window, call } => {
                    let before = open.insert(ticket.0, window);
                    ensure!(before.is_none(), "ticket {ticket} was called to {window} while at {before:?}");
                    ensure!(ledger.calls.insert(call.0, (ticket.0, window)).is_none(), "call {call} happened twice");
                    if !called.insert(ticket.0) {
                        ledger.called_again.insert(ticket.0);
                    }
                }
                Event::TicketFinished { ticket, .. } => {
                    ensure!(open.remove(&ticket.0).is_some(), "ticket {ticket} was finished without a call");
                    *ledger.finished.entry(ticket.0).or_default() += 1;
                }
                Event::TicketMissed { ticket, .. }
                | Event::TicketReturned { ticket, .. }
                | Event::TicketParked { ticket, .. }
                | Event::TicketTransferred { ticket, .. } => {
                    ensure!(open.remove(&ticket.0).is_some(), "ticket {ticket} was put away without a call");
                }
                Event::DayClosed { .. } => open.clear(),
                _ => {}
            }
        }
        Ok(ledger)
    }
}

/// Every event of a data directory.
pub async fn records(data: &Data) -> anyhow::Result<Vec<Record>> {
    let store = server::serve::open_store(data.path()).await?;
    let mut records: Vec<Record> = Vec::new();
    loop {
        let rows = store.read(STREAM, records.last().map_or(0, |record| record.seq), PAGE).await?;
        if rows.is_empty() {
            store.close().await;
            return Ok(records);
        }
        for row in rows {
            records.push(row.record()?);
        }
    }
}
