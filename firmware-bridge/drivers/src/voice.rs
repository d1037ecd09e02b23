//! The car park's board of text and voice (hardware reference, C3), sold under many names: a few lines of text and a voice that
//! reads GBK aloud.
//!
//! `address | 64 | FF FF | command | length | data | CRC low, high`, the checksum being that of Modbus over everything before it.
//! What the board answers is in no public text; nothing is awaited, and an open port is all that is known of it.

pub mod frame;
pub mod virtual_board;

use encoding_rs::GBK;
use protocol::bridge::{SignColour, SignEffect};

use crate::sign::Refusal;
use crate::sign::board::{Face, Wire};
use frame::{LineText, MAX_LINE, MAX_VOICE, Request, encode};
pub use virtual_board::VirtualVoiceBoard;

/// The language of such a board.
pub struct VoiceBoard {
    address: u8,
    lines: u8,
    baud: u32,
}

impl VoiceBoard {
    /// The board of an address with so many lines, on a line of so many bits a second.
    pub const fn new(address: u8, lines: u8, baud: u32) -> Self {
        Self { address, lines, baud }
    }
}

/// A text in GBK; what it has not becomes 〓, and control characters spaces.
fn gbk(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        let mut one = [0; 4];
        let (known, _, unknown) = GBK.encode(c.encode_utf8(&mut one));
        // The single byte that some give the euro sign is no GBK.
        if unknown || (known.len() == 1 && !c.is_ascii()) {
            bytes.extend_from_slice(&[0xA1, 0xFE]);
        } else {
            bytes.extend_from_slice(&known);
        }
    }
    bytes
}

impl Wire for VoiceBoard {
    fn areas(&self) -> u8 {
        self.lines
    }

    fn show(&self, area: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
        let still = |text: &[u8]| LineText { colour: SignColour::Red, effect: SignEffect::Still, text: text.to_vec() };
        let line = match face {
            // A line without any text would be left as it was.
            Face::Blank => still(b" "),
            Face::Stale => still(b"--"),
            Face::Test => still(&gbk("■").repeat(MAX_LINE / 2)),
            Face::Content(content) if content.text.is_empty() => still(b" "),
            Face::Content(content) => {
                LineText { colour: content.colour, effect: content.effect, text: gbk(&content.text) }
            }
        };
        if line.text.len() > MAX_LINE {
            return Err(Refusal::TooLong);
        }
        Ok(vec![encode(self.address, &Request::Line(area, line))])
    }

    fn say(&self, text: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        let text = gbk(text);
        if text.len() > MAX_VOICE {
            return Err(Refusal::TooLong);
        }
        Ok(vec![encode(self.address, &Request::Say(text))])
    }

    fn gap(&self, telegram: &[u8]) -> u64 {
        // Ten bits a byte, and time for the board to take it in.
        (telegram.len() as u64 * 10_000).div_ceil(u64::from(self.baud)) + 30
    }
}
