//! Checks of everything that is stored, and the making anew of what can be made anew.

use hall::ids::CommandId;
use hall::invariant::{self, Violation};
use store::{Head, Store, StoreError, chain};

use crate::engine::{Rebuilt, STREAM};

/// How many rows are read at a time.
const PAGE: u32 = 4_096;
/// Faults after which a check gives up: more of them say nothing new.
const MAX_FAULTS: usize = 50;
/// How often the whole state is checked while the log is replayed; what an event touches is checked after each.
const WHOLE_EVERY: u64 = 500;
/// How often `rebuild` starts over when a server appended meanwhile.
const TRIES: usize = 20;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Events replayed.
    pub events: u64,
    /// Rows of tickets compared.
    pub tickets: usize,
    /// What is wrong, each with its place.
    pub faults: Vec<String>,
}

/// Checks the database, the hash chain, every event against the invariants, and the rows against the log.
pub async fn verify(store: &dyn Store) -> Result<Report, StoreError> {
    let mut report = Report { faults: store.check_integrity().await?, ..Report::default() };
    let head = store.head(STREAM).await?;
    let mut rebuilt = Rebuilt::default();
    let mut at = Head::default();
    let mut last: Option<CommandId> = None;
    let mut whole_due = false;
    while at.seq < head.seq && report.faults.len() < MAX_FAULTS {
        let rows = store.read(STREAM, at.seq, PAGE).await?;
        let rows: Vec<_> = rows.into_iter().take_while(|row| row.seq <= head.seq).collect();
        if rows.is_empty() {
            report.faults.push(format!("event {}: the log ends here, its head says {}", at.seq, head.seq));
            return Ok(report);
        }
        match chain::verify(STREAM, at, &rows) {
            Ok(next) => at = next,
            Err(broken) => {
                report.faults.push(format!("event {}: {}", broken.seq, broken.reason));
                return Ok(report);
            }
        }
        for row in rows {
            let record = match row.record() {
                Ok(record) => record,
                Err(error) => {
                    report.faults.push(error.to_string());
                    return Ok(report);
                }
            };
            // The events of one command belong together: the whole is looked at between commands only.
            if whole_due && last != Some(record.command) {
                whole_due = false;
                note(&mut report, record.seq - 1, &invariant::check(rebuilt.state()));
            }
            last = Some(record.command);
            whole_due |= record.seq % WHOLE_EVERY == 0;
            let order = invariant::check_order(rebuilt.state(), &record.event);
            if let Err(contradiction) = rebuilt.apply(&record) {
                report.faults.push(contradiction.to_string());
                return Ok(report);
            }
            note(&mut report, record.seq, &order);
            note(&mut report, record.seq, &invariant::check_touched(rebuilt.state(), &record.event));
            report.events += 1;
        }
    }
    note(&mut report, at.seq, &invariant::check(rebuilt.state()));
    if at != head && report.faults.is_empty() {
        report.faults.push(format!("event {}: its hash is not that of the head", at.seq));
    }
    compare_rows(store, rebuilt, head.seq, &mut report).await?;
    Ok(report)
}

fn note(report: &mut Report, seq: u64, violations: &[Violation]) {
    report.faults.extend(violations.iter().map(|violation| format!("event {seq}: {violation}")));
}

async fn compare_rows(store: &dyn Store, rebuilt: Rebuilt, seq: u64, report: &mut Report) -> Result<(), StoreError> {
    let expected = rebuilt.into_rows();
    report.tickets = expected.len();
    let mut stored = Vec::with_capacity(expected.len());
    loop {
        let page = store.tickets(stored.last().map(|row: &store::TicketRow| row.id), PAGE).await?;
        if page.is_empty() {
            break;
        }
        stored.extend(page);
    }
    // A server may have gone on meanwhile; then the rows are ahead of the log that was read.
    if store.head(STREAM).await?.seq != seq {
        return Ok(());
    }
    let mut stored = stored.into_iter().peekable();
    for row in expected {
        while let Some(other) = stored.next_if(|other| other.id < row.id) {
            report.faults.push(format!("ticket {} ({}) stands in no event", other.number, other.id));
        }
        match stored.next_if(|other| other.id == row.id) {
            None => report.faults.push(format!("ticket {} ({}) has no row: run `paihao rebuild`", row.number, row.id)),
            Some(other) if other != row => {
                report.faults.push(format!(
                    "ticket {} ({}): its row disagrees with the log: run `paihao rebuild`",
                    row.number, row.id
                ));
            }
            Some(_) => {}
        }
        if report.faults.len() >= MAX_FAULTS {
            return Ok(());
        }
    }
    report.faults.extend(stored.map(|other| format!("ticket {} ({}) stands in no event", other.number, other.id)));
    Ok(())
}

/// Makes the rows of tickets anew from the log; says how many there are.
pub async fn rebuild(store: &dyn Store) -> anyhow::Result<usize> {
    for _ in 0..TRIES {
        let mut rebuilt = Rebuilt::default();
        let seq = loop {
            let seq = rebuilt.state().seq();
            let rows = store.read(STREAM, seq, PAGE).await?;
            if rows.is_empty() {
                break seq;
            }
            for row in rows {
                rebuilt.apply(&row.record()?)?;
            }
        };
        let rows = rebuilt.into_rows();
        match store.replace_tickets(STREAM, seq, &rows).await {
            Err(StoreError::Conflict { .. }) => {}
            done => {
                done?;
                return Ok(rows.len());
            }
        }
    }
    anyhow::bail!("the hall is too busy: try again")
}
