//! Where a device is connected, as one text.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a device is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `serial:PATH[@BAUD][,FLOW]`: 8 data bits, no parity, one stop bit. 115200 baud without a number.
    Serial {
        /// The device file; better one of `/dev/serial/by-id/`, which keeps its name.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
        /// Who holds back the sender.
        flow: Flow,
    },
    /// `usb:PATH`: a printer of the kernel's driver usblp, such as `/dev/usb/lp0`.
    Usb(PathBuf),
    /// `hid:PATH`: a scanner that types, by its node of evdev such as `/dev/input/by-id/usb-…-event-kbd`.
    Hid(PathBuf),
    /// `tcp:HOST:PORT`.
    Tcp(String),
    /// `alsa:NAME`: a sound card, by the name of its PCM.
    Alsa(String),
    /// `spi:PATH[@HZ]`: a device file of the kernel's driver spidev, such as `/dev/spidev0.0`. 1 MHz without a number.
    Spi {
        /// The device file.
        path: PathBuf,
        /// Bits a second.
        hz: u32,
    },
    /// `gpio:LABEL`: lines of the GPIO chip with this label, such as `pinctrl-rp1`.
    Gpio(String),
    /// `virtual`: a device in this program that reads and answers the same bytes.
    Virtual,
}

/// How a serial device holds back the sender when its buffer is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flow {
    /// Not at all.
    #[default]
    None,
    /// `rts`: by the line CTS.
    Hardware,
    /// `xon`: by the bytes 11 and 13 (hexadecimal).
    Software,
}

/// Rates that a serial device may have.
const BAUDS: [u32; 8] = [4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800];
const FORMS: &str = "a port is serial:PATH[@BAUD][,rts|,xon], usb:PATH, tcp:HOST:PORT, spi:PATH[@HZ], gpio:LABEL, hid:PATH, alsa:NAME or virtual";
/// Bits a second on SPI: long wires want few, and a MAX7219 takes no more than the last.
const SPI_HZ: std::ops::RangeInclusive<u32> = 10_000..=10_000_000;

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "virtual" {
            return Ok(Self::Virtual);
        }
        match text.split_once(':') {
            Some(("serial", rest)) => serial(rest),
            Some(("alsa", name)) => alsa(name),
            Some(("usb", path)) => Ok(Self::Usb(device_file(path)?)),
            Some(("spi", rest)) => {
                let (path, hz) = rest.rsplit_once('@').unwrap_or((rest, "1000000"));
                match hz.parse() {
                    Ok(hz) if SPI_HZ.contains(&hz) => Ok(Self::Spi { path: device_file(path)?, hz }),
                    _ => Err(format!("{hz:?} Hz: {} to {}", SPI_HZ.start(), SPI_HZ.end())),
                }
            }
            Some(("gpio", label)) if !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(Self::Gpio(label.to_owned()))
            }
            Some(("hid", path)) => Ok(Self::Hid(device_file(path)?)),
            Some(("tcp", address)) => {
                let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
                match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
                    Some(1..) => Ok(Self::Tcp(address.to_owned())),
                    _ => Err(format!("port {text:?}: tcp:HOST:PORT wants a host and a number from 1 to 65535")),
                }
            }
            _ => Err(format!("port {text:?}: {FORMS}")),
        }
    }
}

fn serial(rest: &str) -> Result<Address, String> {
    let (rest, flow) = match rest.rsplit_once(',') {
        None => (rest, Flow::None),
        Some((rest, "rts")) => (rest, Flow::Hardware),
        Some((rest, "xon")) => (rest, Flow::Software),
        Some((_, other)) => return Err(format!("flow control {other:?}: it is rts, xon or left out")),
    };
    let (path, baud) = match rest.rsplit_once('@') {
        None => (rest, 115_200),
        Some((path, baud)) => match baud.parse() {
            Ok(baud) if BAUDS.contains(&baud) => (path, baud),
            _ => return Err(format!("{baud:?} baud: one of {}", BAUDS.map(|baud| baud.to_string()).join(", "))),
        },
    };
    Ok(Address::Serial { path: device_file(path)?, baud, flow })
}

/// Stands as an argument of a program: no option, and nothing but what names of PCMs have.
fn alsa(name: &str) -> Result<Address, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":=,._-".contains(&byte);
    if (1..=64).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(plain) {
        return Ok(Address::Alsa(name.to_owned()));
    }
    Err(format!("sound card {name:?}: a name as `aplay -L` lists them, such as default or plughw:CARD=Device"))
}

fn device_file(path: &str) -> Result<PathBuf, String> {
    if path.starts_with('/') {
        return Ok(path.into());
    }
    Err(format!("device file {path:?}: a whole path such as /dev/usb/lp0"))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial { path, baud, flow } => {
                let flow = match flow {
                    Flow::None => "",
                    Flow::Hardware => ",rts",
                    Flow::Software => ",xon",
                };
                write!(f, "serial:{}@{baud}{flow}", path.display())
            }
            Self::Usb(path) => write!(f, "usb:{}", path.display()),
            Self::Alsa(name) => write!(f, "alsa:{name}"),
            Self::Hid(path) => write!(f, "hid:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
            Self::Spi { path, hz } => write!(f, "spi:{}@{hz}", path.display()),
            Self::Gpio(label) => write!(f, "gpio:{label}"),
            Self::Virtual => f.write_str("virtual"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn ports_are_read_and_said_again() {
        for (text, said) in [
            ("virtual", "virtual"),
            ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0@115200"),
            ("serial:/dev/ttyUSB0@9600,rts", "serial:/dev/ttyUSB0@9600,rts"),
            ("serial:/dev/serial/by-id/a@b@19200,xon", "serial:/dev/serial/by-id/a@b@19200,xon"),
            ("usb:/dev/usb/lp0", "usb:/dev/usb/lp0"),
            ("spi:/dev/spidev0.0", "spi:/dev/spidev0.0@1000000"),
            ("spi:/dev/spidev0.1@250000", "spi:/dev/spidev0.1@250000"),
            ("gpio:pinctrl-rp1", "gpio:pinctrl-rp1"),
            ("hid:/dev/input/by-id/a-event-kbd", "hid:/dev/input/by-id/a-event-kbd"),
            ("tcp:[::1]:9100", "tcp:[::1]:9100"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), said);
        }
        for wrong in [
            "",
            "virtuel",
            "serial:ttyUSB0",
            "serial:/dev/ttyUSB0@1",
            "serial:/dev/ttyUSB0@9600,dtr",
            "tcp:9100",
            "tcp:a:0",
            "tcp:a:65536",
            "usb:lp0",
            "spi:spidev0.0",
            "spi:/dev/spidev0.0@99000000",
            "gpio:",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
