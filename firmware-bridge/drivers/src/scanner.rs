//! Scanners of printed codes (hardware reference, F): what they send, and the driver that tells it.
//!
//! A scanner speaks in one of two ways, by its own settings. As a serial port it sends the bytes of the code and CR, LF or
//! both. As a keyboard it types the code: the kernel then gives records of keys, and the layout is what the scanner believes
//! the computer has, here that of the United States. Serial is better: it carries every character.
//!
//! A code may be somebody's: a social-security code, a phone's page. So buffers are wiped, the driver remembers a hash of the
//! last code and nothing else, and nothing here prints one.

pub mod keys;
pub mod line;
pub mod reader;
pub mod virtual_scanner;

pub use line::{Scan, Unreadable};
pub use reader::{Event, Scanner};

use serde::Serialize;

/// How a scanner speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// Bytes and a line end.
    Serial,
    /// Keys, as records of evdev.
    Hid,
}

impl Model {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Serial, Self::Hid];

    /// What it is called in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Hid => "hid",
        }
    }

    /// The model of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }
}

/// Turns what a scanner sends into codes.
#[derive(Default)]
pub struct Decoder {
    line: line::Line,
    keys: Option<keys::Keys>,
}

impl Decoder {
    /// A decoder that has heard nothing.
    pub fn new(model: Model) -> Self {
        Self { line: line::Line::default(), keys: (model == Model::Hid).then(keys::Keys::default) }
    }

    /// Takes bytes until a code has ended; what is left of `bytes` is for the next call. None when all of them are taken.
    pub fn take(&mut self, bytes: &mut &[u8]) -> Option<Scan> {
        while let Some((first, rest)) = bytes.split_first() {
            *bytes = rest;
            let ended = match &mut self.keys {
                None if matches!(first, b'\r' | b'\n') => self.line.end(),
                None => {
                    self.line.push(*first);
                    None
                }
                Some(keys) => match keys.take(*first) {
                    Some(keys::Key::Typed(byte)) => {
                        self.line.push(byte);
                        None
                    }
                    Some(keys::Key::Enter) => self.line.end(),
                    Some(keys::Key::Strange) => {
                        self.line.spoil();
                        None
                    }
                    None => None,
                },
            };
            if ended.is_some() {
                return ended;
            }
        }
        None
    }

    /// Nothing more has come for a while: what has begun is a code without a line end.
    pub fn end(&mut self) -> Option<Scan> {
        self.line.end()
    }

    /// Whether a code has begun.
    pub fn begun(&self) -> bool {
        self.line.begun()
    }

    /// Forgets everything, as after the port was lost.
    pub fn clear(&mut self) {
        self.line.clear();
        if let Some(keys) = &mut self.keys {
            *keys = keys::Keys::default();
        }
    }
}

/// Every code in some bytes, with what stands at their end; for tests and fuzzing.
pub fn decode(model: Model, bytes: &[u8]) -> Vec<Scan> {
    let mut decoder = Decoder::new(model);
    let mut rest = bytes;
    let mut found: Vec<Scan> = std::iter::from_fn(|| decoder.take(&mut rest)).collect();
    found.extend(decoder.end());
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(model: Model, bytes: &[u8]) -> Vec<Result<String, Unreadable>> {
        decode(model, bytes).into_iter().map(|scan| scan.map(|text| text.reveal().clone())).collect()
    }

    fn ok(texts: &[&str]) -> Vec<Result<String, Unreadable>> {
        texts.iter().map(|text| Ok((*text).to_owned())).collect()
    }

    #[test]
    fn every_line_end_is_one() {
        for end in ["\r", "\n", "\r\n", "\n\r", "\r\n\r\n"] {
            assert_eq!(
                texts(Model::Serial, format!("A001{end}B002{end}").as_bytes()),
                ok(&["A001", "B002"]),
                "{end:?}"
            );
        }
        assert_eq!(texts(Model::Serial, b"A001\rB00"), ok(&["A001", "B00"]), "the last has no end");
        assert_eq!(texts(Model::Serial, b"\r\n\n"), ok(&[]));
    }

    #[test]
    fn texts_are_utf_8_or_gbk() {
        assert_eq!(texts(Model::Serial, "排号A001\r".as_bytes()), ok(&["排号A001"]));
        let (gbk, _, _) = encoding_rs::GBK.encode("排号A001");
        assert_eq!(texts(Model::Serial, &[&gbk, &b"\r"[..]].concat()), ok(&["排号A001"]));
        assert_eq!(texts(Model::Serial, b"\xFF\xFF\r"), [Err(Unreadable::Text)]);
    }

    #[test]
    fn control_characters_are_refused_and_the_next_code_is_read() {
        for spoilt in ["A\0B", "\u{1}A", "A\tB", "A\u{7f}", "A\u{85}", "A\u{202e}B", "A\u{fffd}"] {
            let bytes = format!("{spoilt}\rA001\r");
            assert_eq!(
                texts(Model::Serial, bytes.as_bytes()),
                [Err(Unreadable::Text), Ok("A001".into())],
                "{spoilt:?}"
            );
        }
    }

    #[test]
    fn a_code_has_at_most_512_bytes() {
        let longest = "7".repeat(line::MAX_BYTES);
        assert_eq!(texts(Model::Serial, format!("{longest}\r").as_bytes()), ok(&[&longest]));
        let longer = format!("{longest}7\rA001\r");
        assert_eq!(texts(Model::Serial, longer.as_bytes()), [Err(Unreadable::TooLong), Ok("A001".into())]);
        // However long: no more of it is kept than of the longest code.
        let mut decoder = Decoder::new(Model::Serial);
        assert!(decoder.take(&mut &vec![b'7'; 100_000][..]).is_none());
        assert_eq!(decoder.end(), Some(Err(Unreadable::TooLong)));
    }

    proptest! {
        #[test]
        fn what_is_sent_is_read(text in "[^\\p{C}]{1,120}", end in 0_usize..3) {
            prop_assume!(text.chars().all(line::is_fit));
            let bytes = [text.as_bytes(), [&b"\r"[..], b"\n", b"\r\n"][end]].concat();
            prop_assert_eq!(texts(Model::Serial, &bytes), ok(&[&text]));
        }

        #[test]
        fn what_is_typed_is_read(text in "[ -~]{1,200}") {
            let bytes = keys::typed(&text, true).unwrap();
            prop_assert_eq!(texts(Model::Hid, &bytes), ok(&[&text]));
        }

        #[test]
        fn no_bytes_panic_and_splits_change_nothing(
            bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
            cuts in proptest::collection::vec(1_usize..60, 1..40),
            hid in any::<bool>(),
        ) {
            let model = if hid { Model::Hid } else { Model::Serial };
            let mut decoder = Decoder::new(model);
            let (mut found, mut rest) = (Vec::new(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (mut piece, later) = rest.split_at((*cut).min(rest.len()));
                while let Some(scan) = decoder.take(&mut piece) {
                    found.push(scan);
                }
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            found.extend(decoder.end());
            prop_assert_eq!(found, decode(model, &bytes));
        }

        #[test]
        fn a_code_behind_garbage_and_a_line_end_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..1_500)) {
            let bytes = [&bytes[..], b"\rA001\r"].concat();
            let read = texts(Model::Serial, &bytes);
            prop_assert_eq!(read.last(), Some(&Ok("A001".to_owned())));
        }
    }
}
