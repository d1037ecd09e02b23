//! `[[signs]]`: each model has settings of its own, and several signs may share a line.
//!
//! | model | settings besides name, model and port |
//! |---|---|
//! | `onbon-5k`, `onbon-6k` | `width`, `height`; `address` where several cards share a line |
//! | `voice-board` | `width`, `height` (64 and 32 when left out), `address` (0) |
//! | `digits-modbus` | `digits` (4), `address` (1) |
//! | `digits-sum` | `address` (1) |
//! | `digits-max7219` | `digits` a chip (8), `chain` (1): the chips |
//! | `matrix-max7219` | `width`, `height`: the modules stand row by row, from the upper left one |

use protocol::bridge::DeviceKind;
use serde::Deserialize;
use toml::Spanned;

use super::{Address, Device, Fault, RawDevice, devices};
use crate::models;

/// Largest sign, in dots along a side.
const MAX_SIDE: u16 = 2048;
/// Most chips in a chain.
const MAX_CHAIN: u16 = 64;

/// A sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Name, model and port.
    pub device: Device,
    /// Its width in dots; 0 for boards of digits.
    pub width: u16,
    /// Its height in dots; 0 for boards of digits.
    pub height: u16,
    /// Its address on a line that others may share.
    pub address: Option<u16>,
    /// Digits of a number.
    pub digits: u16,
    /// Chips in a chain.
    pub chain: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSign {
    name: Spanned<String>,
    model: Spanned<String>,
    port: Spanned<String>,
    width: Option<Spanned<u16>>,
    height: Option<Spanned<u16>>,
    address: Option<Spanned<u16>>,
    digits: Option<Spanned<u16>>,
    chain: Option<Spanned<u16>>,
}

struct More {
    model: Spanned<String>,
    port: Spanned<String>,
    width: Option<Spanned<u16>>,
    height: Option<Spanned<u16>>,
    address: Option<Spanned<u16>>,
    digits: Option<Spanned<u16>>,
    chain: Option<Spanned<u16>>,
}

pub(super) fn checked(raw: Vec<RawSign>) -> Result<Vec<Sign>, Fault> {
    let (mut plain, mut more) = (Vec::new(), Vec::new());
    for sign in raw {
        let RawSign { name, model, port, width, height, address, digits, chain } = sign;
        plain.push(RawDevice { name, model: model.clone(), port: port.clone() });
        more.push(More { model, port, width, height, address, digits, chain });
    }
    let mut signs: Vec<Sign> = Vec::new();
    for (device, more) in devices(DeviceKind::Sign, plain)?.into_iter().zip(more) {
        let port = more.port.span();
        let sign = one(device, &more)?;
        let shares = |other: &&Sign| other.device.port == sign.device.port && sign.device.port != Address::Virtual;
        if let Some(other) = signs.iter().find(shares) {
            let apart = sign.address.is_some() && other.address.is_some() && sign.address != other.address;
            if !apart {
                let reason = format!(
                    "{} and {} share a port: signs on one line have different addresses (`address`)",
                    other.device.name, sign.device.name
                );
                return Err(Fault(port, reason));
            }
        }
        signs.push(sign);
    }
    Ok(signs)
}

fn one(device: Device, more: &More) -> Result<Sign, Fault> {
    let model = device.model.as_str();
    let spi = matches!(model, models::DIGITS_MAX7219 | models::MATRIX_MAX7219);
    if device.port != Address::Virtual && matches!(device.port, Address::Spi { .. }) != spi {
        let reason = format!("port {}: a chain of MAX7219 is at spi:PATH, everything else is not", device.port);
        return Err(Fault(more.port.span(), reason));
    }
    let none = |name: &str, value: &Option<Spanned<u16>>| match value {
        Some(value) => Err(Fault(value.span(), format!("{model} has no {name}"))),
        None => Ok(0),
    };
    let within = |name: &str, value: &Option<Spanned<u16>>, least: u16, most: u16| match value {
        None => Ok(None),
        Some(value) if (least..=most).contains(value.get_ref()) => Ok(Some(*value.get_ref())),
        Some(value) => Err(Fault(value.span(), format!("{name} {}: {least} to {most}", value.get_ref()))),
    };
    let needed = |name: &str, value: &Option<Spanned<u16>>| match value {
        Some(value) => side(value),
        None => Err(Fault(more.model.span(), format!("{model} needs its {name}"))),
    };
    let or = |value: &Option<Spanned<u16>>, other: u16| value.as_ref().map_or(Ok(other), side);
    let (width, height, address, digits, chain) = match model {
        models::ONBON_5K | models::ONBON_6K => {
            let address = within("address", &more.address, 1, 0x7FFF)?;
            let sides = (needed("width", &more.width)?, needed("height", &more.height)?);
            (sides.0, sides.1, address, none("digits", &more.digits)?, none("chain", &more.chain)?)
        }
        models::VOICE_BOARD => {
            let address = within("address", &more.address, 0, 255)?.or(Some(0));
            let sides = (or(&more.width, 64)?, or(&more.height, 32)?);
            (sides.0, sides.1, address, none("digits", &more.digits)?, none("chain", &more.chain)?)
        }
        models::DIGITS_MODBUS | models::DIGITS_SUM => {
            let most = if model == models::DIGITS_SUM { 255 } else { 247 };
            let address = within("address", &more.address, 1, most)?.or(Some(1));
            let digits = match model {
                models::DIGITS_SUM => none("digits", &more.digits).map(|_| 4)?,
                _ => within("digits", &more.digits, 1, 8)?.unwrap_or(4),
            };
            let sides = (none("width", &more.width)?, none("height", &more.height)?);
            (sides.0, sides.1, address, digits, none("chain", &more.chain)?)
        }
        models::DIGITS_MAX7219 => {
            none("address", &more.address)?;
            let digits = within("digits", &more.digits, 1, 8)?.unwrap_or(8);
            let chain = within("chain", &more.chain, 1, MAX_CHAIN)?.unwrap_or(1);
            (none("width", &more.width)?, none("height", &more.height)?, None, digits, chain)
        }
        _ => {
            none("address", &more.address)?;
            let (width, height) = (needed("width", &more.width)?, needed("height", &more.height)?);
            let chain = (width / 8).saturating_mul(height / 8);
            if chain > MAX_CHAIN {
                let reason = format!("{chain} modules of 8 by 8 dots: a chain has at most {MAX_CHAIN}");
                return Err(Fault(more.model.span(), reason));
            }
            (width, height, None, none("digits", &more.digits)?, none("chain", &more.chain).map(|_| chain)?)
        }
    };
    Ok(Sign { device, width, height, address, digits, chain })
}

fn side(side: &Spanned<u16>) -> Result<u16, Fault> {
    let dots = *side.get_ref();
    if (8..=MAX_SIDE).contains(&dots) && dots.is_multiple_of(8) {
        return Ok(dots);
    }
    Err(Fault(side.span(), format!("{dots} pixels: a sign has 8 to {MAX_SIDE}, a multiple of 8")))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn sign(model: &str, rest: &str) -> String {
        format!("[[signs]]\nname = \"a\"\nmodel = \"{model}\"\n{rest}\n")
    }

    #[test]
    fn every_model_has_settings_of_its_own() {
        let read = |model: &str, rest: &str| parse("b.toml", &sign(model, rest)).unwrap().signs.remove(0);
        let bus = read("onbon-6k", "port = \"serial:/dev/ttyS1@9600\"\nwidth = 64\nheight = 16\naddress = 3");
        assert_eq!((bus.width, bus.height, bus.address), (64, 16, Some(3)));
        assert_eq!(read("onbon-5k", "port = \"virtual\"\nwidth = 64\nheight = 16").address, None);
        assert_eq!(read("voice-board", "port = \"tcp:a:1\"").address, Some(0));
        assert_eq!(read("digits-modbus", "port = \"virtual\"\ndigits = 3").digits, 3);
        assert_eq!(read("digits-sum", "port = \"virtual\"").digits, 4);
        let chain = read("digits-max7219", "port = \"spi:/dev/spidev0.0\"\nchain = 3");
        assert_eq!((chain.digits, chain.chain), (8, 3));
        assert_eq!(read("matrix-max7219", "port = \"virtual\"\nwidth = 64\nheight = 16").chain, 16);
    }

    #[test]
    fn what_a_model_has_not_is_refused() {
        let fault = |model: &str, rest: &str| parse("b.toml", &sign(model, rest)).unwrap_err().to_string();
        for (model, rest, says) in [
            ("onbon-5k", "port = \"virtual\"\nwidth = 64", "needs its height"),
            ("digits-sum", "port = \"virtual\"\nwidth = 64", "has no width"),
            ("digits-sum", "port = \"virtual\"\naddress = 256", "address 256"),
            ("digits-modbus", "port = \"spi:/dev/spidev0.0\"", "everything else is not"),
            ("digits-max7219", "port = \"tcp:a:1\"", "is at spi:PATH"),
            ("matrix-max7219", "port = \"virtual\"\nwidth = 256\nheight = 32", "128 modules"),
        ] {
            assert!(fault(model, rest).contains(says), "{model}: {}", fault(model, rest));
        }
    }

    #[test]
    fn signs_of_one_line_have_different_addresses() {
        let two = |first: &str, second: &str| {
            let one = |name: &str, address: &str| {
                let port = "port = \"serial:/dev/ttyS1@9600\"\nwidth = 64\nheight = 16";
                format!("[[signs]]\nname = \"{name}\"\nmodel = \"onbon-5k\"\n{port}\n{address}\n")
            };
            parse("b.toml", &(one("a", first) + &one("b", second)))
        };
        assert_eq!(two("address = 1", "address = 2").unwrap().signs.len(), 2);
        assert!(two("address = 1", "address = 1").unwrap_err().to_string().contains("b.toml:11: a and b share a port"));
        assert!(two("", "address = 1").is_err());
    }
}
