//! Scanners of printed codes.

use serde::{Deserialize, Serialize};

use super::Device;
use crate::pii::Pii;

/// `GET /v1/scanners/{name}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ScannerMessage {
    /// A code was scanned. A code that is held before the scanner is told once.
    #[serde(rename = "code.scanned")]
    Scanned {
        /// What it says: at most 512 bytes, no control characters. It may be somebody's.
        text: Pii<String>,
    },
    /// Something was scanned that is no text.
    #[serde(rename = "code.unreadable")]
    Unreadable,
    /// How the scanner is: at the start, and after each change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The scanner.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_the_code_and_prints_it_not() {
        let message = ScannerMessage::Scanned { text: Pii::new("A001".into()) };
        let text = r#"{"type":"code.scanned","text":"A001"}"#;
        assert_eq!(serde_json::to_string(&message).unwrap(), text);
        assert_eq!(serde_json::from_str::<ScannerMessage>(text).unwrap(), message);
        assert!(!format!("{message:?}").contains("A001"));
    }
}
