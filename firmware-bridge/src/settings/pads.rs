//! `[[pads]]`: a line of call pads and rating pads.

use serde::Deserialize;
use toml::Spanned;

use super::{Device, Fault, RawDevice};
use drivers::pads::line;

/// Most pads of a line: RS-485 drives 32.
const MOST: usize = 32;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pads {
    /// Name, model and port.
    pub device: Device,
    /// Its pads.
    pub line: line::Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPads {
    name: Spanned<String>,
    model: Spanned<String>,
    port: Spanned<String>,
    pads: Spanned<Vec<u8>>,
    ratings: Option<Spanned<[u8; 4]>>,
    silent_minutes: Option<u16>,
}

pub(super) fn checked(raw: Vec<RawPads>) -> Result<Vec<Pads>, Fault> {
    let mut lines = Vec::new();
    let mut plain = Vec::new();
    for RawPads { name, model, port, pads, ratings, silent_minutes } in raw {
        let addresses = pads.get_ref();
        let mut once = addresses.clone();
        once.sort_unstable();
        once.dedup();
        if addresses.is_empty() || addresses.len() > MOST || once.len() < addresses.len() {
            return Err(Fault(pads.span(), format!("pads: 1 to {MOST} addresses, each once")));
        }
        if let Some(ratings) = &ratings
            && ratings.get_ref().iter().any(|level| !(1..=5).contains(level))
        {
            return Err(Fault(ratings.span(), "ratings: what the four keys mean, each from 1 to 5".into()));
        }
        lines.push(line::Settings {
            pads: pads.into_inner(),
            ratings: ratings.map_or(line::Settings::RATINGS, Spanned::into_inner),
            silent: silent_minutes.filter(|minutes| *minutes > 0).map(|minutes| u64::from(minutes) * 60_000),
        });
        plain.push(RawDevice { name, model, port });
    }
    let devices = super::devices(protocol::bridge::DeviceKind::Pads, plain)?;
    Ok(devices.into_iter().zip(lines).map(|(device, line)| Pads { device, line }).collect())
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    const GOOD: &str = r#"
[[pads]]
name = "desks"
model = "pad-21"
port = "serial:/dev/ttyUSB3@9600"
pads = [5, 6]
ratings = [5, 4, 3, 1]
silent_minutes = 90
"#;

    #[test]
    fn lines_are_read_and_checked() {
        let pads = &parse("b.toml", GOOD).unwrap().pads[0];
        assert_eq!((&pads.line.pads[..], pads.line.ratings), (&[5, 6][..], [5, 4, 3, 1]));
        assert_eq!(pads.line.silent, Some(5_400_000));
        for (from, to, line) in [
            ("[5, 6]", "[]", 6),
            ("[5, 6]", "[5, 5]", 6),
            ("[5, 6]", "[300]", 6),
            ("[5, 4, 3, 1]", "[5, 4, 3, 0]", 7),
            ("pad-21", "pad-22", 4),
        ] {
            let error = parse("b.toml", &GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with(&format!("b.toml:{line}: ")), "{error}");
        }
    }
}
