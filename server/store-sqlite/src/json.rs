//! Rows as one JSON text, which `jsonb_each` turns into rows again: one statement for any number of them. Its values are
//! parsed already; those of `json_each` would be texts, parsed again for every column.

use serde::{Serialize, Serializer};
use store::{EventRow, StoreError, TicketRow};

/// Bytes as hexadecimal text, for `unhex`.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
        let text: String = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        serializer.serialize_str(&text)
    }
}

/// The text of some rows.
pub(crate) fn text(rows: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|error| StoreError::Invalid(error.to_string()))
}

/// An event, in the order of the columns.
pub(crate) fn event<'a>(stream: &'a str, event: &'a EventRow, prev_hash: &'a [u8; 32]) -> impl Serialize + 'a {
    (
        stream,
        event.seq,
        event.at_ms,
        Hex(event.command.as_bytes()),
        event.part,
        Hex(event.actor.as_bytes()),
        event.key.as_ref().map(|key| Hex(key.as_bytes())),
        &event.kind,
        event.version,
        &event.body,
        Hex(prev_hash),
    )
}

/// A ticket, in the order of the columns.
pub(crate) fn ticket(row: &TicketRow) -> impl Serialize + '_ {
    (
        Hex(row.id.as_bytes()),
        &row.business_date,
        &row.number,
        &row.service,
        &row.class,
        &row.state,
        row.window,
        row.issued_ms,
        row.called_ms,
        row.ended_ms,
        row.calls,
        row.copies,
    )
}

/// Some tickets.
pub(crate) fn tickets(rows: &[TicketRow]) -> Result<String, StoreError> {
    text(&rows.iter().map(ticket).collect::<Vec<_>>())
}
