//! The models that the settings may name.

use drivers::escpos;
use protocol::bridge::DeviceKind;

/// The printers that are built in.
static PRINTERS: [escpos::Model; escpos::Model::ALL.len()] = escpos::Model::ALL;
/// The reader.
pub const SAM_V: &str = "sam-v";
/// A sign with a BX-5K card.
pub const ONBON_5K: &str = "onbon-5k";
/// A sign with a BX-6K card.
pub const ONBON_6K: &str = "onbon-6k";
/// A car park's board of text and voice.
pub const VOICE_BOARD: &str = "voice-board";
/// A module of digits that speaks Modbus RTU.
pub const DIGITS_MODBUS: &str = "digits-modbus";
/// A board of digits that takes four bytes.
pub const DIGITS_SUM: &str = "digits-sum";
/// Digits on a chain of MAX7219.
pub const DIGITS_MAX7219: &str = "digits-max7219";
/// Dots on a chain of MAX7219.
pub const MATRIX_MAX7219: &str = "matrix-max7219";
/// Every sign.
const SIGNS: [&str; 7] = [ONBON_5K, ONBON_6K, VOICE_BOARD, DIGITS_MODBUS, DIGITS_SUM, DIGITS_MAX7219, MATRIX_MAX7219];

/// A sound card of the machine, through ALSA.
pub const ALSA: &str = "alsa";

/// The models of a kind.
#[expect(clippy::match_same_arms, reason = "devices without a driver yet stand apart from what is no device")]
pub fn known(kind: DeviceKind) -> Vec<&'static str> {
    match kind {
        DeviceKind::Printer => PRINTERS.iter().map(|model| model.name.as_str()).collect(),
        DeviceKind::Reader => vec![SAM_V],
        DeviceKind::Sign => SIGNS.to_vec(),
        DeviceKind::Speaker => vec![ALSA],
        DeviceKind::Scanner | DeviceKind::Pads | DeviceKind::Lane | DeviceKind::Gate | DeviceKind::Lamp => Vec::new(),
        // Programs, not devices that a bridge could drive.
        DeviceKind::Kiosk | DeviceKind::Board => Vec::new(),
    }
}

/// Whether there is a driver for it.
pub fn knows(kind: DeviceKind, model: &str) -> bool {
    known(kind).contains(&model)
}
