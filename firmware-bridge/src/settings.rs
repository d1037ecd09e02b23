//! The settings: which devices there are, how each is connected, and where the bridge itself is found.
//!
//! ```toml
//! socket = "/run/paihao/bridge.sock"
//! data = "/var/lib/paihao/bridge"
//! virtual_control = false
//!
//! [server]                                 # who is told how the devices are
//! url = "https://hall.example:8443"
//! token_file = "/etc/paihao/bridge.token"  # of role `bridge`
//! ca = "/etc/paihao/ca.pem"                # who vouches for the server
//! name = "bridge-1"                        # this bridge among those of the hall
//!
//! [[printers]]
//! name = "front"
//! model = "generic-80"
//! port = "serial:/dev/ttyUSB0@115200"
//!
//! [[readers]]
//! name = "front"
//! model = "sam-v"
//! port = "serial:/dev/ttyUSB1@115200"
//!
//! [[scanners]]
//! name = "front"
//! model = "serial"                         # or "hid", with port = "hid:/dev/input/by-id/…-event-kbd"
//! port = "serial:/dev/ttyACM0@9600"
//!
//! [[signs]]
//! name = "hall"
//! model = "onbon-5k"
//! port = "tcp:192.168.1.20:5005"
//! width = 128
//! height = 32
//!
//! [[speakers]]
//! name = "zone-a"
//! model = "alsa"
//! port = "alsa:default"
//! clips = "/var/lib/paihao/clips"
//!
//! [[pads]]
//! name = "desks"
//! model = "pad-21"
//! port = "serial:/dev/ttyUSB2@9600"
//! pads = [5, 6]                           # the addresses of the line's pads
//! ratings = [5, 4, 3, 2]                  # what the keys 0 to 3 of a rating pad mean, 5 is the best
//! silent_minutes = 0                      # a line that says nothing for so long is gone; 0: silence is all right
//! ```
//!
//! Lanes, gates and lamps: `settings/wires.rs`. Cameras that read plates: `settings/cameras.rs`.

mod address;
pub mod cameras;
mod pads;
mod printers;
mod signs;
mod speakers;
pub mod wires;

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use drivers::scanner;
use link::report::Reporter;
use protocol::bridge::DeviceKind;
use serde::Deserialize;
use toml::Spanned;

pub use address::{Address, Flow};
pub use cameras::{Camera, CameraPort, Target};
pub use pads::Pads;
pub use printers::Printer;
use signs::RawSign;
pub use signs::Sign;
pub use speakers::Speaker;
pub use wires::Wires;

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// Most devices of a kind: one machine has few plugs.
const MAX_DEVICES: usize = 32;

/// Settings that were refused: `FILE:LINE: reason`.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct BadSettings {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when the fault is in no line.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Where the other programs find the bridge.
    pub socket: Option<PathBuf>,
    /// Where the journal stands.
    pub data: Option<PathBuf>,
    /// Whether virtual devices can be handled through the socket.
    pub virtual_control: bool,
    /// Who is told how the devices are; nobody where it is absent.
    pub server: Option<Server>,
    /// The ticket printers.
    pub printers: Vec<Printer>,
    /// The readers of identity cards.
    pub readers: Vec<Device>,
    /// The scanners of printed codes.
    pub scanners: Vec<Device>,
    /// The signs.
    pub signs: Vec<Sign>,
    /// The speakers.
    pub speakers: Vec<Speaker>,
    /// Lanes, gates and lamps.
    pub wires: Wires,
    /// The lines of call pads.
    pub pads: Vec<Pads>,
    /// Where cameras come in; none where there are none.
    pub camera_port: Option<CameraPort>,
    /// The cameras that read plates.
    pub cameras: Vec<Camera>,
}

impl Settings {
    /// How many devices there are.
    pub fn count(&self) -> usize {
        self.printers.len()
            + self.readers.len()
            + self.scanners.len()
            + self.signs.len()
            + self.speakers.len()
            + self.wires.count()
            + self.pads.len()
            + self.cameras.len()
    }
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name, unique among those of its kind.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Where it is connected.
    pub port: Address,
}

/// `[server]`: the hall's server, which is told how the devices are.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its address, `http://…` or `https://…`.
    pub url: String,
    /// A token of role `bridge`.
    token: Option<String>,
    /// A file that holds it instead.
    token_file: Option<PathBuf>,
    /// Certificates (PEM) that vouch for the server; needed with `https://`.
    ca: Option<PathBuf>,
    /// This bridge's name among those of the hall.
    pub name: String,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the token.
        write!(f, "Server({} at {})", self.name, self.url)
    }
}

impl Server {
    /// Who reports to it.
    pub fn reporter(&self) -> anyhow::Result<Reporter> {
        anyhow::ensure!(is_name(&self.name), "[server] name {:?}: 1 to 32 of a-z, 0-9 and '-'", self.name);
        let (address, token) = self.access()?;
        Ok(Reporter::new(address, &token, &self.name))
    }

    /// Where it is, and the token that opens it.
    pub fn access(&self) -> anyhow::Result<(link::Address, String)> {
        let token = match (&self.token, &self.token_file) {
            (Some(token), None) => token.clone(),
            (None, Some(file)) => {
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
            }
            _ => anyhow::bail!("[server] has token or token_file, and not both"),
        };
        let address = link::address_of(&self.url, self.ca.as_deref()).map_err(anyhow::Error::msg)?;
        Ok((address, token.trim().to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    socket: Option<PathBuf>,
    data: Option<PathBuf>,
    #[serde(default)]
    virtual_control: bool,
    server: Option<Server>,
    #[serde(default)]
    printer_models: Vec<printers::RawModel>,
    #[serde(default)]
    printers: Vec<printers::RawPrinter>,
    #[serde(default)]
    readers: Vec<RawDevice>,
    #[serde(default)]
    scanners: Vec<RawDevice>,
    #[serde(default)]
    signs: Vec<RawSign>,
    #[serde(default)]
    speakers: Vec<speakers::RawSpeaker>,
    #[serde(default)]
    lanes: Vec<wires::RawLane>,
    #[serde(default)]
    gates: Vec<wires::RawGate>,
    #[serde(default)]
    lamps: Vec<wires::RawLamp>,
    #[serde(default)]
    pads: Vec<pads::RawPads>,
    camera_port: Option<cameras::RawPort>,
    #[serde(default)]
    cameras: Vec<cameras::RawCamera>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDevice {
    name: Spanned<String>,
    model: Spanned<String>,
    port: Spanned<String>,
}

/// A fault and where in the text it is.
struct Fault(Range<usize>, String);

/// Reads and checks a file.
pub fn load(path: &Path) -> Result<Settings, BadSettings> {
    let file = path.display().to_string();
    let unreadable = |reason: String| BadSettings { file: file.clone(), line: 0, reason };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(unreadable(format!("it has {size} bytes; a file of settings has at most {MAX_BYTES}")));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".into()))?;
    parse(&file, &text)
}

/// Checks the text of a file.
pub fn parse(file: &str, text: &str) -> Result<Settings, BadSettings> {
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let refused = |line: usize, reason: String| BadSettings { file: file.to_owned(), line, reason };
    let raw: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(span.start));
        refused(line, error.message().trim().to_owned())
    })?;
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    checked(folder, raw).map_err(|Fault(span, reason)| refused(line_of(span.start), reason))
}

fn checked(folder: &Path, raw: File) -> Result<Settings, Fault> {
    let cameras = cameras::checked(raw.cameras)?;
    Ok(Settings {
        camera_port: cameras::port(raw.camera_port, &cameras)?,
        cameras,
        socket: raw.socket,
        data: raw.data,
        virtual_control: raw.virtual_control,
        server: raw.server,
        printers: printers::checked(folder, raw.printers, raw.printer_models)?,
        readers: devices(DeviceKind::Reader, raw.readers)?,
        signs: signs::checked(raw.signs)?,
        speakers: speakers::speakers(raw.speakers)?,
        wires: wires::checked(raw.lanes, raw.gates, raw.lamps)?,
        pads: pads::checked(raw.pads)?,
        scanners: devices(DeviceKind::Scanner, raw.scanners)?,
    })
}

fn devices(kind: DeviceKind, raw: Vec<RawDevice>) -> Result<Vec<Device>, Fault> {
    devices_of(kind, raw, &[])
}

/// Checks devices that may also be of these models.
fn devices_of(kind: DeviceKind, raw: Vec<RawDevice>, own: &[&str]) -> Result<Vec<Device>, Fault> {
    let mut names = HashSet::new();
    let mut devices = Vec::new();
    for device in raw {
        if devices.len() == MAX_DEVICES {
            return Err(Fault(device.name.span(), format!("a bridge has at most {MAX_DEVICES} devices of a kind")));
        }
        let name = device.name.get_ref();
        if !is_name(name) {
            let reason = format!("name {name:?}: 1 to 32 of a-z, 0-9 and '-'; it stands in addresses");
            return Err(Fault(device.name.span(), reason));
        }
        if !names.insert(name.clone()) {
            return Err(Fault(device.name.span(), format!("two devices of this kind are named {name:?}")));
        }
        let model = device.model.get_ref();
        if !crate::models::knows(kind, model) && !own.contains(&model.as_str()) {
            let known: Vec<&str> = crate::models::known(kind).into_iter().chain(own.iter().copied()).collect();
            let known = known.join(", ");
            return Err(Fault(device.model.span(), format!("model {model:?} is not known; known are {known}")));
        }
        let port: Address = device.port.get_ref().parse().map_err(|reason| Fault(device.port.span(), reason))?;
        if matches!(port, Address::Alsa(_)) && kind != DeviceKind::Speaker {
            return Err(Fault(device.port.span(), "alsa:NAME is a port of speakers".into()));
        }
        if matches!(port, Address::Spi { .. }) && kind != DeviceKind::Sign {
            return Err(Fault(device.port.span(), "spi:PATH is a port of signs".into()));
        }
        let types = kind == DeviceKind::Scanner && model == scanner::Model::Hid.name();
        if port != Address::Virtual && types != matches!(port, Address::Hid(_)) {
            let reason = "a scanner of model \"hid\" has a port hid:PATH, and no other device has";
            return Err(Fault(device.port.span(), reason.to_owned()));
        }
        devices.push(Device { name: name.clone(), model: model.clone(), port });
    }
    Ok(devices)
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
socket = "/run/paihao/bridge.sock"
virtual_control = true

[[printers]]
name = "front"
model = "generic-80"
port = "tcp:127.0.0.1:9100"

[[readers]]
name = "front"
model = "sam-v"
port = "virtual"

[[signs]]
name = "hall"
model = "onbon-5k"
port = "virtual"
width = 128
height = 32
"#;

    fn fault(text: &str) -> String {
        parse("b.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_file_is_read() {
        let settings = parse("b.toml", GOOD).unwrap();
        assert_eq!(settings.printers[0].device.port, Address::Tcp("127.0.0.1:9100".into()));
        assert_eq!(settings.readers[0].name, "front");
        assert_eq!((settings.signs[0].width, settings.signs[0].height), (128, 32));
        assert!(settings.virtual_control && settings.data.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let changed = |from: &str, to: &str| fault(&GOOD.replacen(from, to, 1));
        assert!(changed("generic-80", "generic-90").starts_with("b.toml:7: model \"generic-90\" is not known"));
        assert!(changed("tcp:127.0.0.1:9100", "tcp:127.0.0.1").starts_with("b.toml:8: "));
        assert!(changed("\"front\"", "\"Front\"").starts_with("b.toml:6: name"));
        assert!(changed("width = 128", "width = 100").starts_with("b.toml:19: 100 pixels"));
        assert!(changed("height = 32", "depth = 32").starts_with("b.toml:"));
        assert!(changed("socket =", "sokcet =").starts_with("b.toml:2: unknown field"));
        assert!(changed("[[readers]]", "[[printers]]").starts_with("b.toml:11: two devices"));
        assert!(changed("port = \"virtual\"", "port = \"hid:/dev/input/event0\"").starts_with("b.toml:13: a scanner"));
        assert!(load(Path::new("/nowhere/b.toml")).unwrap_err().to_string().starts_with("/nowhere/b.toml:0: "));
    }
}
