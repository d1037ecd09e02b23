//! Settings: a file, the environment, flags; the later win.
//!
//! ```toml
//! server = "https://hall.example:8443"
//! token_file = "/etc/paihao/board.token"   # of role `board`
//! ca = "/etc/paihao/ca.pem"                # who vouches for the server
//! name = "display-1"                       # this program among those of the hall
//! listen = "127.0.0.1:8091"                # the board's page: http://127.0.0.1:8091/board/A
//! origins = ["http://127.0.0.1:8080"]      # of a proxy before it
//! zones = ["A"]
//! bridge = "/run/paihao/bridge.sock"
//! speech = { english = true, yao = false }
//!
//! [[signs]]                                # a strip above a window
//! name = "w3"
//! window = 3
//! columns = 16                             # width in Latin characters, two for a Chinese one
//! dots = true                              # send pictures as well: a sign of dots has no font
//!
//! [[signs]]                                # a panel: the newest call in the first of its areas
//! name = "hall"
//! zone = "A"
//! areas = [0, 1, 2, 3]
//!
//! [[signs]]                                # at the entry of a car park
//! name = "gate"
//! lot = "P1"
//! areas = [0, 1]
//! shows = ["entry", "disabled"]            # or "level:B1", "charging", …
//!
//! pads_token_file = "/etc/paihao/pads.token"  # of role `clerk`, of no window (before the first table)
//!
//! [[speakers]]                             # says the calls of its zone; this program's boards are silent there
//! name = "zone-a"
//! zone = "A"
//! volume = 100                             # percent of what the speaker is set to at the bridge
//!
//! [[lamps]]                                # above a window: lit while somebody is called there
//! name = "w3"
//! window = 3
//! [[pads]]                                 # a call pad beside a window
//! line = "desks"                           # the line's name at the bridge
//! address = 5
//! window = 3
//! rating = 5                               # the address of the window's rating pad, where it has one
//! transfer = { 1 = "PERMIT" }              # digits before the transfer key, and the services they lead to
//! pause = "暂离"                            # why the window is paused by the pause key
//! ```

mod pads;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use board::Options;
use serde::Deserialize;

pub use pads::{Pad, PadFile};

/// Where certificates of authorities stand on Debian.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Widest sign, in columns.
const MOST_COLUMNS: usize = 256;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Address of the hall's server, such as `https://hall.example:8443`.
    pub server: Option<String>,
    /// A token of role `board`.
    pub token: Option<String>,
    /// A file that holds it instead.
    pub token_file: Option<PathBuf>,
    /// Certificates (PEM) that vouch for the server.
    pub ca: Option<PathBuf>,
    /// This program's name among those of the hall; `display` when absent.
    pub name: Option<String>,
    /// Where the board's page is served: an address of this machine.
    pub listen: Option<SocketAddr>,
    /// Further origins whose pages may be shown, such as a proxy's: `http://127.0.0.1:8080`.
    pub origins: Vec<String>,
    /// The socket of `paihao-bridge`; needed where there are signs or speakers.
    pub bridge: Option<PathBuf>,
    /// Zones whose boards hang here. Others are shown as well; these are kept ready.
    pub zones: Vec<String>,
    /// How calls are said.
    pub speech: Options,
    /// The signs.
    pub signs: Vec<SignFile>,
    /// The lamps above windows.
    pub lamps: Vec<Lamp>,
    /// The speakers.
    pub speakers: Vec<Speaker>,
    /// A token of role `clerk` that is bound to no window; needed where there are pads.
    pub pads_token: Option<String>,
    /// A file that holds it instead.
    pub pads_token_file: Option<PathBuf>,
    /// The call pads.
    pub pads: Vec<PadFile>,
}

/// `[[speakers]]`: a speaker that says the calls of a zone. No board of this program speaks in that zone then.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// Its name at the bridge.
    pub name: String,
    /// The zone whose calls it says.
    pub zone: String,
    /// How loud, in percent of what it is set to at the bridge.
    #[serde(default = "full")]
    pub volume: u8,
}

fn full() -> u8 {
    100
}

/// `[[signs]]`: a strip `{name, window, area?}`, or a panel `{name, zone, areas}` whose areas show the newest calls, the
/// newest in the first; or one of a car park `{name, lot, area?}`, or `{name, lot, areas, shows}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignFile {
    /// Its name at the bridge.
    pub name: String,
    /// The window below it.
    pub window: Option<u16>,
    /// Its only area.
    pub area: Option<u8>,
    /// The zone it speaks of.
    pub zone: Option<String>,
    /// The car park it speaks of.
    pub lot: Option<String>,
    /// What each of its areas says of the car park: `entry` (the ordinary bays, and where to go when there are none), a class of bays
    /// such as `disabled`, or `level:` and the code of a level. Absent: `entry` in its only area.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Its areas from top to bottom.
    #[serde(default)]
    pub areas: Vec<u8>,
    /// Width in Latin characters; a Chinese one takes two.
    #[serde(default = "columns")]
    pub columns: usize,
    /// Whether texts are drawn as well, 8 dots a column and 16 high: for signs of dots, which have no font of their own.
    #[serde(default)]
    pub dots: bool,
}

/// `[[lamps]]`: the lamp above a window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lamp {
    /// Its name at the bridge.
    pub name: String,
    /// The window below it.
    pub window: u16,
}

fn columns() -> usize {
    16
}

/// A sign with what each of its areas shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Its name at the bridge.
    pub name: String,
    /// Areas and what they are about.
    pub areas: Vec<(u8, board::Subject)>,
    /// Width in Latin characters.
    pub columns: usize,
    /// Whether texts are drawn as well.
    pub dots: bool,
}

/// Everything the program needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Address of the hall's server, without a slash at its end.
    pub server: String,
    /// A token of role `board`.
    pub token: String,
    /// Certificates (PEM) that vouch for the server.
    pub ca: PathBuf,
    /// This program's name among those of the hall.
    pub name: String,
    /// Where the board's page is served.
    pub listen: SocketAddr,
    /// Further origins.
    pub origins: Vec<String>,
    /// The socket of `paihao-bridge`.
    pub bridge: Option<PathBuf>,
    /// Zones that are kept ready.
    pub zones: Vec<String>,
    /// How calls are said.
    pub speech: Options,
    /// The signs.
    pub signs: Vec<Sign>,
    /// The speakers.
    pub speakers: Vec<Speaker>,
    /// The lamps above windows.
    pub lamps: Vec<Lamp>,
    /// A token of role `clerk`; there is one where there are pads.
    pub pads_token: Option<String>,
    /// The call pads.
    pub pads: Vec<Pad>,
}

/// Settings that cannot be used, in words for whoever wrote them.
#[derive(Debug, thiserror::Error)]
pub enum Faulty {
    /// A file cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The file is not TOML, or says what nobody understands.
    #[error("{0}: {1}")]
    NotToml(PathBuf, #[source] Box<toml::de::Error>),
    /// Something is missing or contradicts itself.
    #[error("{0}")]
    Wrong(String),
}

fn wrong(text: impl Into<String>) -> Faulty {
    Faulty::Wrong(text.into())
}

impl File {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Faulty> {
        let text = std::fs::read_to_string(path).map_err(|error| Faulty::Unreadable(path.to_owned(), error))?;
        toml::from_str(&text).map_err(|error| Faulty::NotToml(path.to_owned(), Box::new(error)))
    }
}

impl Settings {
    /// Checks what was given.
    pub fn new(file: File) -> Result<Self, Faulty> {
        let server = file.server.ok_or_else(|| wrong("server is missing: the address of the hall's server"))?;
        if !(server.starts_with("http://") || server.starts_with("https://")) {
            return Err(wrong(format!("server = {server:?} begins with neither http:// nor https://")));
        }
        let token = match (file.token, file.token_file) {
            (None, None) => return Err(wrong("token or token_file is missing: a token of role board")),
            (Some(_), Some(_)) => return Err(wrong("give either token or token_file")),
            given => token_of(given)?,
        };
        let listen = file.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8091)));
        if !listen.ip().is_loopback() {
            return Err(wrong(format!("listen = \"{listen}\": the board's page is for this machine alone")));
        }
        let name = file.name.unwrap_or_else(|| "display".into());
        if !(1..=64).contains(&name.len()) || !name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c)) {
            return Err(wrong(format!("name = {name:?} is not 1 to 64 letters, digits, - _ and .")));
        }
        let signs: Vec<Sign> = file.signs.into_iter().map(sign).collect::<Result<_, _>>()?;
        for (at, Speaker { name, zone, volume }) in file.speakers.iter().enumerate() {
            is_device(name).map_err(|fault| wrong(format!("speakers: {fault}")))?;
            let twice = file.speakers[..at].iter().any(|other| other.name == *name && other.zone == *zone);
            if zone.is_empty() || *volume > 100 || twice {
                return Err(wrong(format!("speakers: {name} needs a zone, named once, and a volume of at most 100")));
            }
        }
        for lamp in &file.lamps {
            if lamp.name.is_empty() || !lamp.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(wrong(format!("lamps: {:?} is no name of letters, digits and -", lamp.name)));
            }
        }
        if !(signs.is_empty() && file.speakers.is_empty() && file.lamps.is_empty()) && file.bridge.is_none() {
            return Err(wrong("bridge is missing: signs, speakers and lamps are reached through its socket"));
        }
        let pads = pads::checked(file.pads)?;
        let pads_token = match (file.pads_token, file.pads_token_file) {
            _ if pads.is_empty() => None,
            (None, None) => return Err(wrong("pads_token or pads_token_file is missing: a token of role clerk")),
            given => Some(token_of(given)?),
        };
        if !pads.is_empty() && file.bridge.is_none() {
            return Err(wrong("bridge is missing: pads are reached through its socket"));
        }
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            token,
            ca: file.ca.unwrap_or_else(|| AUTHORITIES.into()),
            name,
            listen,
            origins: file.origins,
            bridge: file.bridge,
            zones: file.zones,
            speech: file.speech,
            signs,
            speakers: file.speakers,
            lamps: file.lamps,
            pads_token,
            pads,
        })
    }
}

/// A name stands in the address of a request.
fn is_device(name: &str) -> Result<(), String> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(format!("{name:?} is no name of letters, digits, - and _"));
    }
    Ok(())
}

fn token_of(given: (Option<String>, Option<PathBuf>)) -> Result<String, Faulty> {
    let token = match given {
        (Some(token), None) => token,
        (_, Some(path)) => std::fs::read_to_string(&path).map_err(|error| Faulty::Unreadable(path, error))?,
        (None, None) => return Err(wrong("a token is missing")),
    };
    let token = token.trim().to_owned();
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(wrong("the token is empty or holds characters that no token has"));
    }
    Ok(token)
}

fn sign(sign: SignFile) -> Result<Sign, Faulty> {
    let SignFile { name, window, area, zone, lot, shows, areas, columns, dots } = sign;
    is_device(&name).map_err(|fault| wrong(format!("signs: {fault}")))?;
    if columns == 0 {
        return Err(wrong(format!("signs: {name} has no columns")));
    }
    if columns > MOST_COLUMNS {
        return Err(wrong(format!("signs: {name} has more than {MOST_COLUMNS} columns")));
    }
    if lot.is_none() && !shows.is_empty() {
        return Err(wrong(format!("signs: {name} shows places of no lot")));
    }
    let areas = match (window, zone) {
        (None, None) if lot.is_some() => places(&name, &lot.unwrap_or_default(), &shows, area, areas)?,
        (Some(_), _) | (_, Some(_)) if lot.is_some() => {
            return Err(wrong(format!("signs: {name} needs one of window, zone and lot")));
        }
        (Some(window), None) if areas.is_empty() => vec![(area.unwrap_or(0), board::Subject::Window(window))],
        (None, Some(zone)) if area.is_none() && !areas.is_empty() => {
            let subject = |(line, area)| (area, board::Subject::Zone(zone.clone(), line));
            areas.into_iter().enumerate().map(subject).collect()
        }
        _ => {
            return Err(wrong(format!("signs: {name} needs either window (and area), or zone and areas, or lot")));
        }
    };
    Ok(Sign { name, areas, columns, dots })
}

fn places(
    name: &str,
    lot: &str,
    shows: &[String],
    area: Option<u8>,
    areas: Vec<u8>,
) -> Result<Vec<(u8, board::Subject)>, Faulty> {
    let subject = |part| board::Subject::Lot(lot.to_owned(), part);
    if shows.is_empty() && areas.is_empty() {
        return Ok(vec![(area.unwrap_or(0), subject(board::LotPart::Entry))]);
    }
    if area.is_some() || areas.len() != shows.len() {
        return Err(wrong(format!("signs: {name} needs as many areas as it shows")));
    }
    let part = |text: &String| match (text.as_str(), text.strip_prefix("level:")) {
        ("entry", _) => Ok(board::LotPart::Entry),
        (_, Some(level)) if !level.is_empty() => Ok(board::LotPart::Level(level.to_owned())),
        ("disabled" | "charging" | "visitor" | "staff" | "ordinary", _) => Ok(board::LotPart::Class(text.clone())),
        _ => Err(wrong(format!("signs: {name} shows {text:?}, which is none of entry, a class, level:CODE"))),
    };
    areas.into_iter().zip(shows).map(|(area, text)| Ok((area, subject(part(text)?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        server = "http://127.0.0.1:8080/"
        token = "ph_x"
        bridge = "/run/paihao/bridge.sock"
        zones = ["A"]
        speech = { english = true }
        [[signs]]
        name = "w3"
        window = 3
        [[signs]]
        name = "hall"
        zone = "A"
        areas = [1, 0]
        columns = 20
        dots = true
        [[speakers]]
        name = "zone-a"
        zone = "A"
    "#;

    fn settings(text: &str) -> Result<Settings, Faulty> {
        Settings::new(toml::from_str(text).unwrap())
    }

    #[test]
    fn a_whole_file_is_understood() {
        let settings = settings(WHOLE).unwrap();
        assert_eq!(settings.server, "http://127.0.0.1:8080");
        assert!(settings.speech.english && !settings.speech.yao);
        assert_eq!(settings.signs[0].areas, [(0, board::Subject::Window(3))]);
        assert_eq!(
            settings.signs[1].areas,
            [(1, board::Subject::Zone("A".into(), 0)), (0, board::Subject::Zone("A".into(), 1))]
        );
        assert_eq!(settings.speakers, [Speaker { name: "zone-a".into(), zone: "A".into(), volume: 100 }]);
        assert_eq!((settings.signs[0].columns, settings.signs[1].columns), (16, 20));
        assert_eq!((settings.signs[0].dots, settings.signs[1].dots), (false, true));
    }

    #[test]
    fn the_packaged_settings_and_their_examples_are_good() {
        let packaged = include_str!("../../packaging/paihao-display/display.toml");
        assert!(toml::from_str::<File>(packaged).unwrap().signs.is_empty());
        // An example is a line that begins with # and no blank; some are given beside what they replace.
        let lines =
            packaged.lines().filter(|line| !line.starts_with("server = ")).map(|line| match line.strip_prefix('#') {
                Some(example) if !example.starts_with(' ') => example,
                _ => line,
            });
        let file: File = toml::from_str(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        assert_eq!(file.signs.len(), 2);
        assert!(file.bridge.is_some());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let base = "server = \"http://a\"\ntoken = \"t\"\n";
        let table = [
            ("token = \"t\"", "server is missing"),
            ("server = \"ws://a\"\ntoken = \"t\"", "neither http"),
            ("server = \"http://a\"", "token_file"),
            ("server = \"http://a\"\ntoken = \" \"", "empty"),
            (&format!("{base}listen = \"0.0.0.0:1\""), "this machine alone"),
            (&format!("{base}[[signs]]\nname = \"a\"\nwindow = 3"), "bridge is missing"),
            (&format!("{base}bridge = \"/b\"\n[[signs]]\nname = \"a\""), "either window"),
            (&format!("{base}bridge = \"/b\"\n[[signs]]\nname = \"a\"\nwindow = 3\nzone = \"A\""), "either window"),
            (&format!("{base}bridge = \"/b\"\n[[signs]]\nname = \"a/b\"\nwindow = 3"), "no name"),
            (&format!("{base}[[speakers]]\nname = \"a\"\nzone = \"A\""), "bridge is missing"),
            (&format!("{base}bridge = \"/b\"\n[[speakers]]\nname = \"a\"\nzone = \"\""), "needs a zone"),
        ];
        for (text, part) in table {
            let error = settings(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(toml::from_str::<File>("nothing = 1").is_err());
    }
}
