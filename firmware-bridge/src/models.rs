//! The models that the settings may name.

use drivers::camera::Family;
use drivers::{escpos, scanner};
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
/// Call pads and rating pads on RS-485.
pub const PAD_21: &str = "pad-21";

/// A sound card of the machine, through ALSA.
pub const ALSA: &str = "alsa";

/// A lane of two loops.
pub const TWO_LOOPS: &str = "two-loops";
/// A gate on volt-free contacts.
pub const CONTACTS: &str = "contacts";
/// A lamp on an output.
pub const OUTPUT: &str = "output";

/// The models of a kind.
pub fn known(kind: DeviceKind) -> Vec<&'static str> {
    match kind {
        DeviceKind::Printer => PRINTERS.iter().map(|model| model.name.as_str()).collect(),
        DeviceKind::Reader => vec![SAM_V],
        DeviceKind::Sign => SIGNS.to_vec(),
        DeviceKind::Speaker => vec![ALSA],
        DeviceKind::Lane => vec![TWO_LOOPS],
        DeviceKind::Gate => vec![CONTACTS],
        DeviceKind::Lamp => vec![OUTPUT],
        DeviceKind::Camera => Family::ALL.map(Family::name).to_vec(),
        DeviceKind::Pads => vec![PAD_21],
        DeviceKind::Scanner => scanner::Model::ALL.iter().map(|model| model.name()).collect(),
        // Programs, not devices that a bridge could drive.
        DeviceKind::Kiosk | DeviceKind::Board => Vec::new(),
    }
}

/// Whether there is a driver for it.
pub fn knows(kind: DeviceKind, model: &str) -> bool {
    known(kind).contains(&model)
}
