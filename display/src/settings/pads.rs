//! `[[pads]]`: a call pad beside a window.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::{Faulty, is_device, wrong};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadFile {
    /// The name of its line at the bridge.
    pub line: String,
    /// Its address.
    pub address: u8,
    /// Its window.
    pub window: u16,
    /// The address of the window's rating pad, on the same line; often its own.
    pub rating: Option<u8>,
    /// Numbers before the transfer key, and the services they lead to.
    #[serde(default)]
    pub transfer: BTreeMap<String, String>,
    /// Why the window is paused.
    #[serde(default = "away")]
    pub pause: String,
}

fn away() -> String {
    "暂离".to_owned()
}

/// A pad beside a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pad {
    /// The name of its line at the bridge.
    pub line: String,
    /// Its address.
    pub address: u8,
    /// Its window.
    pub window: u16,
    /// The address of the window's rating pad.
    pub rating: Option<u8>,
    /// Services by the number before the transfer key.
    pub transfer: BTreeMap<u16, String>,
    /// Why the window is paused.
    pub pause: String,
}

impl Pad {
    /// What it decides by.
    pub fn desk(&self) -> board::pad::Pad {
        board::pad::Pad {
            window: self.window,
            transfer: self.transfer.clone(),
            pause: self.pause.clone(),
            rating: self.rating.is_some(),
        }
    }
}

pub(super) fn checked(pads: Vec<PadFile>) -> Result<Vec<Pad>, Faulty> {
    let mut taken = HashSet::new();
    let mut checked = Vec::new();
    for pad in pads {
        let PadFile { line, address, window, rating, transfer, pause } = pad;
        is_device(&line).map_err(|fault| wrong(format!("pads: {fault}")))?;
        for address in std::iter::once(address).chain(rating.filter(|rating| *rating != address)) {
            if !taken.insert((line.clone(), address)) {
                return Err(wrong(format!("pads: two are {address} at {line}")));
            }
        }
        let number = |(typed, service): (String, String)| match typed.parse() {
            Ok(number @ 0..=99) => Ok((number, service)),
            _ => Err(wrong(format!("pads: transfer {typed:?} is not 0 to 99"))),
        };
        let transfer = transfer.into_iter().map(number).collect::<Result<_, _>>()?;
        checked.push(Pad { line, address, window, rating, transfer, pause });
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::super::{File, Settings};

    const BASE: &str = "server = \"http://a\"\ntoken = \"t\"\n";

    fn settings(text: &str) -> Result<Settings, String> {
        Settings::new(toml::from_str::<File>(&format!("{BASE}{text}")).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn pads_are_read_and_checked() {
        let pad = "[[pads]]\nline = \"desks\"\naddress = 5\nwindow = 3\nrating = 6\ntransfer = { 1 = \"P\" }\n";
        let top = "bridge = \"/b\"\npads_token = \"c\"\n";
        let read = settings(&format!("{top}{pad}")).unwrap();
        assert_eq!(read.pads_token.as_deref(), Some("c"));
        let desk = read.pads[0].desk();
        assert_eq!((desk.window, desk.rating, desk.transfer[&1].as_str()), (3, true, "P"));
        for (text, part) in [
            (format!("bridge = \"/b\"\n{pad}"), "pads_token"),
            (format!("pads_token = \"c\"\n{pad}"), "bridge is missing"),
            (format!("{top}{pad}{pad}"), "two are 5"),
            (format!("{top}{}", pad.replace("1 =", "100 =")), "not 0 to 99"),
            (format!("{top}{}", pad.replace("desks", "a/b")), "no name"),
        ] {
            let error = settings(&text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
