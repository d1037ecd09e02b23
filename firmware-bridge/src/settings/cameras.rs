//! Cameras that read plates, and which lane of which lot they and the loops tell of.
//!
//! ```toml
//! [camera_port]
//! listen = "0.0.0.0:7070"       # where cameras push to; this, where it is left out
//! time_zone = "Asia/Shanghai"   # that of cameras which say no zone
//!
//! [[cameras]]
//! name = "in-1"
//! family = "vz"                 # or "hikvision", "dahua", "http"
//! lot = "P1"
//! lane = "in-1"                 # as the hall names it; the camera's own name where it is left out
//! direction = "in"              # or "out", or "by-camera"
//! forward = "in"                # by-camera: which way a vehicle goes that comes towards the camera
//! directions = { "1" = "in", "2" = "out" }  # by-camera: the camera's own words, before `forward`
//! addresses = ["192.168.1.20"]  # who may push; this, or one of the secrets below, or both
//! user = "in-1"                 # HTTP digest
//! password_file = "/etc/paihao/in-1.password"
//! bare_digest = false           # a firmware that digests without realm and nonce; needs addresses too
//! key_file = "/etc/paihao/in-1.key"         # family "http": signs each push
//! opens_gate = false            # family "vz": whether our answer lifts the camera's gate
//! silent_minutes = 5            # a camera that says nothing for so long is gone
//! class = "ordinary"            # or "disabled", "charging", "visitor", "staff": whose bays the lane leads to
//! virtual = false               # pushes by itself, through the port, for demonstrations
//! ```

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use drivers::camera::Family;
use jiff::tz::TimeZone;
use protocol::bridge::cameras::Bay;
use protocol::bridge::lanes::Direction;
use serde::Deserialize;
use toml::Spanned;

use super::{Fault, MAX_DEVICES, is_name};

/// Which lane of which lot something tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The lot.
    pub lot: String,
    /// The lane, as the hall names it.
    pub lane: String,
    /// Whose bays it leads to.
    pub class: Bay,
}

/// Where cameras come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraPort {
    /// Address and port.
    pub listen: SocketAddr,
    /// The zone of cameras that say none.
    pub time_zone: TimeZone,
}

/// Which way a vehicle went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The lane has one direction.
    Always(Direction),
    /// The camera says.
    ByCamera {
        /// Which way a vehicle goes that comes towards the camera.
        forward: Direction,
        /// The camera's own words, in lower case.
        words: BTreeMap<String, Direction>,
    },
}

impl Way {
    /// Which way it was, and whether that is sure.
    pub fn of(&self, family: Family, word: Option<&str>) -> (Direction, bool) {
        match self {
            Self::Always(direction) => (*direction, true),
            Self::ByCamera { forward, words } => {
                let Some(word) = word else { return (*forward, false) };
                match (words.get(word), family, word) {
                    (Some(direction), ..) => (*direction, true),
                    (None, Family::Http, "in") => (Direction::In, true),
                    (None, Family::Http, "out") => (Direction::Out, true),
                    _ => match family.is_forward(word) {
                        Some(true) => (*forward, true),
                        Some(false) => (forward.reversed(), true),
                        None => (*forward, false),
                    },
                }
            }
        }
    }
}

/// Who signs in with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The file that holds the password.
    pub password_file: PathBuf,
}

/// A camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Camera {
    /// Its name, unique among cameras.
    pub name: String,
    /// How it speaks.
    pub family: Family,
    /// What it tells of.
    pub target: Target,
    /// Which way its vehicles go.
    pub way: Way,
    /// From where it may push; anywhere where there is none.
    pub addresses: Vec<IpAddr>,
    /// HTTP digest.
    pub login: Option<Login>,
    /// It digests without realm and nonce.
    pub bare_digest: bool,
    /// The file with the key of its signatures.
    pub key_file: Option<PathBuf>,
    /// Whether our answer lifts its gate.
    pub opens_gate: bool,
    /// Without a push for so long it is gone.
    pub silent: Duration,
    /// It pushes by itself.
    pub is_virtual: bool,
}

/// `[camera_port]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPort {
    listen: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
}

/// `[[cameras]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCamera {
    name: Spanned<String>,
    family: Spanned<Family>,
    lot: Spanned<String>,
    lane: Option<Spanned<String>>,
    direction: Spanned<String>,
    forward: Option<Spanned<Direction>>,
    directions: Option<Spanned<BTreeMap<String, Direction>>>,
    #[serde(default)]
    addresses: Vec<Spanned<String>>,
    user: Option<Spanned<String>>,
    password_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    bare_digest: bool,
    key_file: Option<Spanned<PathBuf>>,
    opens_gate: Option<Spanned<bool>>,
    silent_minutes: Option<Spanned<u16>>,
    #[serde(default)]
    class: Bay,
    #[serde(default, rename = "virtual")]
    is_virtual: bool,
}

/// Checks the port. Where nothing is said of it cameras find it at its usual place.
pub(super) fn port(raw: Option<RawPort>, cameras: &[Camera]) -> Result<Option<CameraPort>, Fault> {
    let RawPort { listen, time_zone } = match raw {
        Some(raw) => raw,
        None if cameras.is_empty() => return Ok(None),
        None => RawPort { listen: None, time_zone: None },
    };
    let usual = SocketAddr::from(([0, 0, 0, 0], 7070));
    let listen = match listen {
        None => usual,
        Some(text) => text.get_ref().parse().map_err(|_| {
            Fault(text.span(), format!("listen {:?}: an address and a port, such as {usual}", text.get_ref()))
        })?,
    };
    let (span, zone) = time_zone.map_or((0..0, "Asia/Shanghai".to_owned()), |zone| (zone.span(), zone.into_inner()));
    let time_zone = TimeZone::get(&zone).map_err(|_| Fault(span, format!("time_zone {zone:?} is not known")))?;
    Ok(Some(CameraPort { listen, time_zone }))
}

/// Checks the cameras.
pub(super) fn checked(raw: Vec<RawCamera>) -> Result<Vec<Camera>, Fault> {
    let (mut names, mut users) = (HashSet::new(), HashSet::new());
    let mut cameras = Vec::new();
    for raw in raw {
        let name = raw.name.get_ref();
        if cameras.len() == MAX_DEVICES {
            return Err(Fault(raw.name.span(), format!("a bridge has at most {MAX_DEVICES} devices of a kind")));
        }
        if !is_name(name) {
            let reason = format!("name {name:?}: 1 to 32 of a-z, 0-9 and '-'; it stands in addresses");
            return Err(Fault(raw.name.span(), reason));
        }
        if !names.insert(name.clone()) {
            return Err(Fault(raw.name.span(), format!("two devices of this kind are named {name:?}")));
        }
        if let Some(user) = &raw.user
            && !users.insert(user.get_ref().clone())
        {
            let reason = format!("user {:?}: each camera has its own, by which it is known", user.get_ref());
            return Err(Fault(user.span(), reason));
        }
        cameras.push(camera(raw)?);
    }
    Ok(cameras)
}

fn camera(raw: RawCamera) -> Result<Camera, Fault> {
    let (family, at) = (*raw.family.get_ref(), raw.name.span());
    let target = target(&raw.name, Some(&raw.lot), raw.lane.as_ref(), Some(raw.class))?;
    let target = target.ok_or_else(|| Fault(at.clone(), "lot is missing".into()))?;
    let way = way(&raw)?;
    let mut addresses = Vec::new();
    for address in &raw.addresses {
        let parsed = address.get_ref().parse::<IpAddr>().map_err(|_| {
            Fault(address.span(), format!("{:?} is no address such as 192.168.1.20", address.get_ref()))
        })?;
        addresses.push(parsed.to_canonical());
    }
    let login = match (raw.user, raw.password_file) {
        (None, None) => None,
        (Some(user), Some(file)) => {
            let is_fit = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | ':' | ',');
            if !(1..=64).contains(&user.get_ref().len()) || !user.get_ref().chars().all(is_fit) {
                return Err(Fault(
                    user.span(),
                    "user: 1 to 64 letters, digits and signs, without \" \\ : and ,".into(),
                ));
            }
            Some(Login { user: user.into_inner(), password_file: file.into_inner() })
        }
        (Some(user), None) => return Err(Fault(user.span(), "password_file is missing".into())),
        (None, Some(file)) => return Err(Fault(file.span(), "user is missing".into())),
    };
    if let Some(key) = &raw.key_file
        && family != Family::Http
    {
        return Err(Fault(key.span(), "only cameras of family \"http\" sign what they push".into()));
    }
    if addresses.is_empty() && login.is_none() && raw.key_file.is_none() {
        let reason = "anybody could push: give addresses, or user and password_file, or (family \"http\") key_file";
        return Err(Fault(at, reason.into()));
    }
    if raw.bare_digest && (addresses.is_empty() || login.is_none()) {
        let reason = "bare_digest: what is digested without a nonce can be said again by anybody; give addresses too";
        return Err(Fault(at, reason.into()));
    }
    let opens_gate = match raw.opens_gate {
        Some(opens) if *opens.get_ref() && family != Family::Vz => {
            return Err(Fault(opens.span(), "only cameras of family \"vz\" lift their gate on an answer".into()));
        }
        opens => opens.is_some_and(Spanned::into_inner),
    };
    let silent = match raw.silent_minutes {
        None => 5,
        Some(minutes) if (1..=1_440).contains(minutes.get_ref()) => minutes.into_inner(),
        Some(minutes) => return Err(Fault(minutes.span(), "silent_minutes: 1 to 1440".into())),
    };
    Ok(Camera {
        name: raw.name.into_inner(),
        family,
        target,
        way,
        addresses,
        login,
        bare_digest: raw.bare_digest,
        key_file: raw.key_file.map(Spanned::into_inner),
        opens_gate,
        silent: Duration::from_secs(u64::from(silent) * 60),
        is_virtual: raw.is_virtual,
    })
}

fn way(raw: &RawCamera) -> Result<Way, Fault> {
    let by_camera = match raw.direction.get_ref().as_str() {
        "in" => Way::Always(Direction::In),
        "out" => Way::Always(Direction::Out),
        "by-camera" => {
            let words = raw.directions.as_ref().map(|words| words.get_ref().clone()).unwrap_or_default();
            let words = words.into_iter().map(|(word, direction)| (word.to_lowercase(), direction)).collect();
            Way::ByCamera { forward: raw.forward.as_ref().map_or(Direction::In, |forward| *forward.get_ref()), words }
        }
        other => {
            let reason = format!("direction {other:?}: \"in\", \"out\" or \"by-camera\"");
            return Err(Fault(raw.direction.span(), reason));
        }
    };
    let only = raw.forward.as_ref().map(Spanned::span).or_else(|| raw.directions.as_ref().map(Spanned::span));
    match (&by_camera, only) {
        (Way::Always(_), Some(span)) => Err(Fault(span, "this is for direction = \"by-camera\"".into())),
        _ => Ok(by_camera),
    }
}

/// What a lane or a camera tells of; nothing where no lot is named.
pub(super) fn target(
    name: &Spanned<String>,
    lot: Option<&Spanned<String>>,
    lane: Option<&Spanned<String>>,
    class: Option<Bay>,
) -> Result<Option<Target>, Fault> {
    let Some(lot) = lot else {
        if lane.is_some() || class.is_some() {
            return Err(Fault(name.span(), "lane and class are those of a lot: name it with lot".into()));
        }
        return Ok(None);
    };
    let lane = lane.unwrap_or(name);
    for text in [lot, lane] {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !(1..=32).contains(&text.get_ref().len()) || !text.get_ref().bytes().all(is_fit) {
            let reason = format!("{:?}: 1 to 32 letters, digits, '-', '_' and '.'", text.get_ref());
            return Err(Fault(text.span(), reason));
        }
    }
    let class = class.unwrap_or_default();
    Ok(Some(Target { lot: lot.get_ref().clone(), lane: lane.get_ref().clone(), class }))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const GOOD: &str = r#"
[camera_port]
listen = "127.0.0.1:7171"

[[cameras]]
name = "in-1"
family = "vz"
lot = "P1"
direction = "in"
addresses = ["192.168.1.20"]
opens_gate = true

[[cameras]]
name = "both"
family = "hikvision"
lot = "P1"
lane = "south"
direction = "by-camera"
forward = "out"
user = "both"
password_file = "/etc/paihao/both.password"
class = "staff"

[[lanes]]
name = "north"
port = "virtual"
lot = "P1"
"#;

    #[test]
    fn cameras_are_read() {
        let settings = parse("b.toml", GOOD).unwrap();
        assert_eq!(settings.camera_port.as_ref().unwrap().listen.port(), 7171);
        let [first, second] = &settings.cameras[..] else { panic!("two") };
        assert_eq!((first.target.lane.as_str(), first.way.of(Family::Vz, Some("3"))), ("in-1", (Direction::In, true)));
        assert!(first.opens_gate && first.silent == Duration::from_mins(5));
        assert_eq!((second.target.lane.as_str(), second.target.class), ("south", Bay::Staff));
        let way = |word| second.way.of(Family::Hikvision, word);
        assert_eq!(way(Some("forward")), (Direction::Out, true));
        assert_eq!(way(Some("reverse")), (Direction::In, true));
        assert_eq!(way(None), (Direction::Out, false));
        assert_eq!(settings.wires.lanes[0].target.as_ref().unwrap().lane, "north");
        assert_eq!(settings.count(), 3);
        let without = GOOD.replace("[camera_port]\nlisten = \"127.0.0.1:7171\"\n", "");
        assert_eq!(parse("b.toml", &without).unwrap().camera_port.unwrap().listen.to_string(), "0.0.0.0:7070");
        assert!(parse("b.toml", "").unwrap().camera_port.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let fault = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            parse("b.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string()
        };
        for (from, to, said) in [
            ("addresses = [\"192.168.1.20\"]\n", "", "b.toml:6: anybody could push"),
            ("192.168.1.20", "192.168.1", "b.toml:10: \"192.168.1\" is no address"),
            ("family = \"vz\"", "family = \"dahua\"", "b.toml:11: only cameras of family \"vz\""),
            ("family = \"vz\"", "family = \"vw\"", "b.toml:7: unknown variant"),
            ("direction = \"in\"", "direction = \"up\"", "b.toml:9: direction \"up\""),
            ("direction = \"by-camera\"", "direction = \"out\"", "b.toml:19: this is for"),
            ("password_file = \"/etc/paihao/both.password\"\n", "", "b.toml:20: password_file is missing"),
            ("\"both\"", "\"in-1\"", "b.toml:14: two devices"),
            ("127.0.0.1:7171", "7171", "b.toml:3: listen \"7171\""),
            ("lot = \"P1\"\nlane", "lot = \"\"\nlane", "b.toml:16: \"\": 1 to 32"),
            ("opens_gate = true", "silent_minutes = 0", "b.toml:11: silent_minutes"),
            ("opens_gate = true", "key_file = \"k\"", "b.toml:11: only cameras of family \"http\""),
            ("opens_gate = true", "bare_digest = true", "b.toml:6: bare_digest"),
            ("port = \"virtual\"\nlot = \"P1\"", "port = \"virtual\"\nclass = \"staff\"", "b.toml:25: lane and class"),
        ] {
            let error = fault(from, to);
            assert!(error.starts_with(said), "{said}: {error}");
        }
    }
}
