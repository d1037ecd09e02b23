//! One code on its way: bytes until it ends, then a text that is worth showing to anybody, or a reason why not.

use encoding_rs::GBK;
use protocol::pii::Pii;
use zeroize::{Zeroize as _, Zeroizing};

/// Most bytes of a code. A ticket's address has some sixty, a QR code that people hold up rarely two hundred.
pub const MAX_BYTES: usize = 512;

/// Why a code says nothing. It holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// More than [`MAX_BYTES`].
    TooLong,
    /// Neither UTF-8 nor GBK, or a control character in it.
    Text,
    /// Keys that are no characters, or some of them were lost.
    Keys,
}

/// A code, or why it is none.
pub type Scan = Result<Pii<String>, Unreadable>;

/// A code that has begun.
pub struct Line {
    /// Never grows beyond its first capacity, so that no copy is left behind in memory.
    bytes: Zeroizing<Vec<u8>>,
    fault: Option<Unreadable>,
}

impl Default for Line {
    fn default() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(MAX_BYTES)), fault: None }
    }
}

impl Line {
    /// One more byte.
    pub fn push(&mut self, byte: u8) {
        if self.bytes.len() < MAX_BYTES {
            self.bytes.push(byte);
        } else {
            self.fault.get_or_insert(Unreadable::TooLong);
        }
    }

    /// Whatever it will be, it is not what was scanned.
    pub fn spoil(&mut self) {
        self.fault = Some(Unreadable::Keys);
    }

    /// Whether anything has come.
    pub fn begun(&self) -> bool {
        !self.bytes.is_empty() || self.fault.is_some()
    }

    /// It is over. None when nothing had begun.
    pub fn end(&mut self) -> Option<Scan> {
        let begun = self.begun();
        let scan = match self.fault {
            Some(fault) => Err(fault),
            None => text(&self.bytes).ok_or(Unreadable::Text),
        };
        self.clear();
        begun.then_some(scan)
    }

    /// Forgets it.
    pub fn clear(&mut self) {
        self.bytes.zeroize();
        self.fault = None;
    }
}

/// Whether a character may stand in a code: no control character, nothing that turns the direction of a text, no stand-in for
/// bytes that were lost.
pub fn is_fit(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fffd}')
}

fn text(bytes: &[u8]) -> Option<Pii<String>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GBK.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned(),
    };
    let text = Zeroizing::new(text);
    text.chars().all(is_fit).then(|| Pii::new(text.to_string()))
}
