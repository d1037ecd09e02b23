//! The models that the settings may name.

use drivers::escpos;
use protocol::bridge::DeviceKind;

/// The reader.
pub const SAM_V: &str = "sam-v";
/// The sign.
pub const ONBON_5K: &str = "onbon-5k";
/// Call pads and rating pads on RS-485.
pub const PAD_21: &str = "pad-21";

/// A sound card of the machine, through ALSA.
pub const ALSA: &str = "alsa";

/// The models of a kind.
#[expect(clippy::match_same_arms, reason = "devices without a driver yet stand apart from what is no device")]
pub fn known(kind: DeviceKind) -> Vec<&'static str> {
    match kind {
        DeviceKind::Printer => escpos::Model::ALL.iter().map(|model| model.name).collect(),
        DeviceKind::Reader => vec![SAM_V],
        DeviceKind::Sign => vec![ONBON_5K],
        DeviceKind::Speaker => vec![ALSA],
        DeviceKind::Pads => vec![PAD_21],
        DeviceKind::Scanner | DeviceKind::Lane | DeviceKind::Gate | DeviceKind::Lamp => Vec::new(),
        // Programs, not devices that a bridge could drive.
        DeviceKind::Kiosk | DeviceKind::Board => Vec::new(),
    }
}

/// Whether there is a driver for it.
pub fn knows(kind: DeviceKind, model: &str) -> bool {
    known(kind).contains(&model)
}
