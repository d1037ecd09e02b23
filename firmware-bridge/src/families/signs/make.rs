//! The driver, the port and the virtual counterpart of each model.

use drivers::digits::{Modbus, Sum, VirtualModbus, VirtualSum};
use drivers::max7219::{Digits, Matrix, VirtualChain};
use drivers::onbon::virtual_card::VirtualCard;
use drivers::onbon::{Generation, Sign as Onbon};
use drivers::sign::Sign as Driven;
use drivers::sign::board::Board;
use drivers::sign::virtual_sign::VirtualSign;
use drivers::voice::{VirtualVoiceBoard, VoiceBoard};

use crate::families::Start;
use crate::models;
use crate::port::Port;
use crate::settings::{Address, Sign};

/// The rate of most boards, and of what a network's converter speaks to them.
const USUAL_BAUD: u32 = 9_600;

/// Its driver.
pub fn driver(sign: &Sign) -> Box<dyn Driven> {
    let baud = match sign.device.port {
        Address::Serial { baud, .. } => baud,
        _ => USUAL_BAUD,
    };
    let (digits, chain) = (usize::from(sign.digits), usize::from(sign.chain));
    let byte = sign.address.unwrap_or(1) as u8;
    match sign.device.model.as_str() {
        models::VOICE_BOARD => Box::new(Board::new(VoiceBoard::new(byte, lines(sign), baud))),
        models::DIGITS_MODBUS => Box::new(Board::new(Modbus::new(byte, digits, baud))),
        models::DIGITS_SUM => Box::new(Board::new(Sum::new(byte, baud))),
        models::DIGITS_MAX7219 => Box::new(Board::new(Digits::new(chain, digits))),
        models::MATRIX_MAX7219 => Box::new(Board::new(Matrix::new(sign.width, sign.height))),
        model => {
            let card = Onbon::new(sign.width, sign.height).of(generation(model));
            Box::new(match sign.address {
                Some(address) => card.at(address),
                None => card,
            })
        }
    }
}

/// The port of a line; for a virtual sign its counterpart starts to live.
pub fn port(sign: &Sign, start: &mut Start) -> Port {
    let seed = start.virtuals.signs.len() as u64;
    let (port, shared) = start.port(&sign.device.port, |_| counterpart(sign, seed), |_| usize::MAX);
    start.virtuals.signs.extend(shared.map(|shared| (sign.device.name.clone(), shared)));
    match port {
        Port::Real(Address::Spi { path, hz }) => Port::Spi { path, hz, transfer: 2 * usize::from(sign.chain) },
        port => port,
    }
}

fn counterpart(sign: &Sign, seed: u64) -> Box<dyn VirtualSign> {
    let (digits, chain) = (usize::from(sign.digits), usize::from(sign.chain));
    let byte = sign.address.unwrap_or(1) as u8;
    match sign.device.model.as_str() {
        models::VOICE_BOARD => Box::new(VirtualVoiceBoard::new(byte, sign.width, sign.height, seed)),
        models::DIGITS_MODBUS => Box::new(VirtualModbus::new(byte, digits, seed)),
        models::DIGITS_SUM => Box::new(VirtualSum::new(byte, seed)),
        models::DIGITS_MAX7219 => Box::new(VirtualChain::digits(chain, digits, seed)),
        models::MATRIX_MAX7219 => Box::new(VirtualChain::matrix(sign.width, sign.height, seed)),
        model => {
            let card = VirtualCard::new(sign.width, sign.height, seed).of(generation(model));
            Box::new(match sign.address {
                Some(address) => card.at(address),
                None => card,
            })
        }
    }
}

fn generation(model: &str) -> Generation {
    if model == models::ONBON_6K { Generation::Sixth } else { Generation::Fifth }
}

fn lines(sign: &Sign) -> u8 {
    (sign.height / 16).clamp(1, 4) as u8
}
