//! What an append must look like in itself, whatever the store holds. Every store asks before it writes.

use std::collections::HashSet;

use crate::{Append, Snapshot, StoreError, TicketRow, TokenRow, UserRow};

impl Append {
    /// Refuses what no correct writer asks for, with [`StoreError::Invalid`]: a stream twice, a gap in the sequence, one
    /// part of a command twice, a ticket twice, tickets without a stream, a NUL in a text (PostgreSQL keeps none).
    pub fn check(&self) -> Result<(), StoreError> {
        let mut streams = HashSet::with_capacity(self.streams.len());
        let mut parts = HashSet::new();
        for added in &self.streams {
            let stream = &added.stream;
            if stream.is_empty() || stream.contains('\0') {
                return Err(invalid(format!("{stream:?} is no name for a stream")));
            }
            if !streams.insert(stream) {
                return Err(invalid(format!("stream {stream} stands in it twice")));
            }
            parts.clear();
            let mut last = added.expected_seq;
            for event in &added.events {
                let due = last.checked_add(1).filter(|due| i64::try_from(*due).is_ok());
                if due != Some(event.seq) {
                    return Err(invalid(format!("event {} of {stream} follows event {last}", event.seq)));
                }
                last = event.seq;
                if !parts.insert((event.command, event.part)) {
                    let (command, part) = (event.command, event.part);
                    return Err(invalid(format!("part {part} of command {command} stands in {stream} twice")));
                }
                if event.kind.contains('\0') || event.body.contains('\0') {
                    return Err(invalid(format!("event {last} of {stream} has a NUL in it")));
                }
            }
        }
        if self.streams.is_empty() && !self.tickets.is_empty() {
            return Err(invalid("tickets change with a stream only".to_owned()));
        }
        tickets(&self.tickets)
    }
}

/// Refuses rows of tickets of which two are of one ticket, or that hold a NUL.
pub fn tickets(rows: &[TicketRow]) -> Result<(), StoreError> {
    let mut ids = HashSet::with_capacity(rows.len());
    for row in rows {
        if !ids.insert(row.id) {
            return Err(invalid(format!("ticket {} stands in it twice", row.id)));
        }
        let texts = [&row.business_date, &row.number, &row.service, &row.class, &row.state];
        if texts.iter().any(|text| text.contains('\0')) {
            return Err(invalid(format!("ticket {} has a NUL in it", row.id)));
        }
    }
    Ok(())
}

/// Refuses a snapshot that holds a NUL, or of what the stream does not have.
pub fn snapshot(snapshot: &Snapshot, head: u64) -> Result<(), StoreError> {
    if snapshot.seq == 0 || snapshot.seq > head {
        let (stream, seq) = (&snapshot.stream, snapshot.seq);
        return Err(invalid(format!("a snapshot of {stream} at {seq}, which is at {head}")));
    }
    if snapshot.body.contains('\0') {
        return Err(invalid(format!("the snapshot of {} has a NUL in it", snapshot.stream)));
    }
    Ok(())
}

/// Refuses a token that holds a NUL.
pub fn token(token: &TokenRow) -> Result<(), StoreError> {
    if token.role.contains('\0') || token.name.contains('\0') {
        return Err(invalid(format!("token {} has a NUL in it", token.id)));
    }
    Ok(())
}

/// Refuses a user without a name, or one that holds a NUL.
pub fn user(user: &UserRow) -> Result<(), StoreError> {
    if user.name.is_empty() || [&user.name, &user.role, &user.password].iter().any(|text| text.contains('\0')) {
        return Err(invalid(format!("user {} has no name, or a NUL in it", user.id)));
    }
    Ok(())
}

fn invalid(reason: String) -> StoreError {
    StoreError::Invalid(reason)
}
