//! Reads messages of the live stream.

use protocol::live::{Hello, Message, Snapshot, Tick};
use serde::Deserialize;

/// A message that concerns boards.
#[derive(Debug, Clone, PartialEq)]
pub enum Live {
    /// The first one.
    Hello(Hello),
    /// Everything there is.
    Snapshot(Box<Snapshot>),
    /// A sign of life.
    Tick(Tick),
    /// Something happened, or a line or a car park changed.
    Event(Box<Message>),
}

/// A text that is no message of the live stream.
#[derive(Debug, thiserror::Error)]
#[error("not a message of the live stream: {0}")]
pub struct Unreadable(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

/// Reads a message. `Ok(None)` is one that says nothing to a board, such as one of a later version of the protocol.
pub fn read(text: &[u8]) -> Result<Option<Live>, Unreadable> {
    let Kind { kind } = serde_json::from_slice(text)?;
    Ok(match kind.as_str() {
        "hello" => Some(Live::Hello(serde_json::from_slice(text)?)),
        "snapshot" => Some(Live::Snapshot(serde_json::from_slice(text)?)),
        "tick" => Some(Live::Tick(serde_json::from_slice(text)?)),
        "window.changed" | "queue.changed" | "parking.changed" | "hall.configured" | "day.closed" => {
            Some(Live::Event(serde_json::from_slice(text)?))
        }
        ticket if ticket.starts_with("ticket.") => Some(Live::Event(serde_json::from_slice(text)?)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_to_a_board_is_passed_over() {
        assert!(read(br#"{"type":"device.changed","seq":3,"data":{}}"#).unwrap().is_none());
        assert!(read(br#"{"type":"seat.changed","at":"x","window":1,"seat":null}"#).unwrap().is_none());
        assert!(matches!(
            read(br#"{"type":"tick","seq":3,"at":"2026-11-23T08:31:02.123+08:00","open":true}"#).unwrap(),
            Some(Live::Tick(_))
        ));
        assert!(read(b"[]").is_err() && read(b"{\"type\":\"tick\"}").is_err() && read(b"\xff").is_err());
    }
}
