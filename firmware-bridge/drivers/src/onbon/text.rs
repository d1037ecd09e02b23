//! Text on a sign: GBK with escapes for colours and line breaks.
//!
//! `\` begins an escape and cannot be escaped itself, so the text of others never holds one: it becomes the wide `＼`, and a text
//! can say what it likes without doing anything to the card. A character that GBK has not becomes `〓`.

use encoding_rs::GBK;
use protocol::bridge::SignColour;
use serde::Serialize;

/// A colour of a dot. Signs of two colours have the first three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Red.
    #[default]
    Red,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Blue.
    Blue,
    /// Cyan.
    Cyan,
    /// Magenta.
    Magenta,
    /// White.
    White,
}

impl Colour {
    const ALL: [Self; 7] = [Self::Red, Self::Green, Self::Yellow, Self::Blue, Self::Cyan, Self::Magenta, Self::White];

    /// Light of its dots: red, green, blue.
    pub const fn light(self) -> [u8; 3] {
        match self {
            Self::Red => [255, 40, 24],
            Self::Green => [64, 255, 64],
            Self::Yellow => [255, 200, 32],
            Self::Blue => [64, 96, 255],
            Self::Cyan => [64, 240, 240],
            Self::Magenta => [255, 64, 224],
            Self::White => [255, 255, 255],
        }
    }
}

impl From<SignColour> for Colour {
    fn from(colour: SignColour) -> Self {
        match colour {
            SignColour::Red => Self::Red,
            SignColour::Green => Self::Green,
            SignColour::Yellow => Self::Yellow,
        }
    }
}

/// Stands for a character that the card has not.
const MISSING: char = '〓';

/// Writes a text for the card. Line breaks become those of the card, other control characters spaces.
pub fn encode(text: &str, colour: SignColour) -> Vec<u8> {
    let mut bytes = match colour {
        SignColour::Red => Vec::new(),
        SignColour::Green => b"\\C2".to_vec(),
        SignColour::Yellow => b"\\C3".to_vec(),
    };
    let mut one = [0; 4];
    for character in text.chars() {
        match character {
            '\n' => bytes.extend_from_slice(b"\\n"),
            '\\' => bytes.extend_from_slice(&two_bytes("＼")),
            ' '..='~' => bytes.push(character as u8),
            control if control.is_control() => bytes.push(b' '),
            other => match two_bytes(other.encode_utf8(&mut one))[..] {
                [] => bytes.extend_from_slice(&two_bytes(MISSING.encode_utf8(&mut [0; 4]))),
                ref known => bytes.extend_from_slice(known),
            },
        }
    }
    bytes
}

/// A character in two bytes of GBK; empty when it has none. The single byte that some give the euro sign is none either.
fn two_bytes(character: &str) -> Vec<u8> {
    let (bytes, _, unknown) = GBK.encode(character);
    if unknown || bytes.len() != 2 { Vec::new() } else { bytes.into_owned() }
}

/// A character on the sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lit {
    /// Which character.
    pub character: char,
    /// In which colour.
    pub colour: Colour,
}

/// Why a text cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// Bytes that are no GBK.
    Encoding,
    /// An escape that the card does not know.
    Escape,
    /// A font that the card has not: it holds those of 16 dots.
    Font,
}

/// Reads a text as the card does: its lines, and what stands in them. What the card would put in for a clock, a temperature or
/// a picture stands there as `□`.
pub fn decode(bytes: &[u8]) -> Result<Vec<Vec<Lit>>, TextFault> {
    let mut lines = vec![Vec::new()];
    let mut colour = Colour::default();
    let mut rest = bytes;
    let put = |lines: &mut Vec<Vec<Lit>>, character, colour| {
        if let Some(line) = lines.last_mut() {
            line.push(Lit { character, colour });
        }
    };
    while let Some((first, later)) = rest.split_first() {
        match (*first, later) {
            (b'\\', [b'n', ..]) => {
                lines.push(Vec::new());
                rest = &later[1..];
            }
            (b'\\', [b'C', digit @ b'1'..=b'7', ..]) => {
                colour = Colour::ALL[usize::from(digit - b'1')];
                rest = &later[2..];
            }
            (b'\\', [b'F', b'O' | b'E', b'0', b'0', b'0', ..]) => rest = &later[5..],
            (b'\\', [b'F', ..]) => return Err(TextFault::Font),
            (b'\\', [b'D', b'Y' | b'L' | b'D' | b'H' | b'M' | b'S' | b'W', ..]) => {
                put(&mut lines, '□', colour);
                rest = &later[2..];
            }
            (b'\\', [b'W', b'C' | b'F', b'0'..=b'1', b'0'..=b'1', ..]) => {
                put(&mut lines, '□', colour);
                rest = &later[4..];
            }
            (b'\\', [b'T', name @ ..]) => {
                let end = name.iter().take(12).position(|byte| *byte == b'|').ok_or(TextFault::Escape)?;
                put(&mut lines, '□', colour);
                rest = &name[end + 1..];
            }
            (b'\\', _) => return Err(TextFault::Escape),
            (b' '..=b'~', _) => {
                put(&mut lines, char::from(*first), colour);
                rest = later;
            }
            (lead, [trail, ..]) => {
                let pair = [lead, *trail];
                let text = GBK.decode_without_bom_handling_and_without_replacement(&pair).ok_or(TextFault::Encoding)?;
                let mut characters = text.chars();
                let (Some(character), None) = (characters.next(), characters.next()) else {
                    return Err(TextFault::Encoding);
                };
                put(&mut lines, character, colour);
                rest = &later[1..];
            }
            (_, []) => return Err(TextFault::Encoding),
        }
    }
    Ok(lines)
}

/// The lines as plain text.
pub fn plain(lines: &[Vec<Lit>]) -> String {
    let lines = lines.iter().map(|line| line.iter().map(|lit| lit.character).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_of_the_reference() {
        let bytes = encode("A042 请到3号窗口", SignColour::Red);
        let known = [0x41, 0x30, 0x34, 0x32, 0x20, 0xC7, 0xEB, 0xB5, 0xBD, 0x33, 0xBA, 0xC5, 0xB4, 0xB0, 0xBF, 0xDA];
        assert_eq!(bytes, known);
    }

    #[test]
    fn nothing_that_is_shown_does_anything() {
        assert_eq!(encode("a\\C2b", SignColour::Red), [b'a', 0xA3, 0xDC, b'C', b'2', b'b']);
        assert_eq!(encode("甲\n乙", SignColour::Green), [b"\\C2", &[0xBC, 0xD7][..], b"\\n", &[0xD2, 0xD2]].concat());
        // 誠 and others have 5C as their second byte: that is no escape.
        let pair = encode("乗", SignColour::Red);
        assert_eq!(pair, [0x81, 0x5C]);
        assert_eq!(plain(&decode(&pair).unwrap()), "乗");
        assert_eq!(plain(&decode(&encode("𬎆€\t", SignColour::Yellow)).unwrap()), "〓〓 ");
    }

    #[test]
    fn escapes_of_the_card() {
        let lines = decode(b"\\FO000\\C1ab\\FE000\\C2c\\n\\DH:\\DM \\WC01\\T000star|x").unwrap();
        assert_eq!(plain(&lines), "abc\n□:□ □□x");
        assert_eq!(
            lines[0].iter().map(|lit| lit.colour).collect::<Vec<_>>(),
            [Colour::Red, Colour::Red, Colour::Green]
        );
        assert_eq!(decode(b"\\FO001x"), Err(TextFault::Font));
        for wrong in [&b"\\x"[..], b"\\", b"\\C8", b"\\\\", b"\\T000toolongname|"] {
            assert_eq!(decode(wrong), Err(TextFault::Escape), "{wrong:?}");
        }
        for wrong in [&[0xBB][..], &[0xFF, 0xFF], &[0x80], &[7]] {
            assert_eq!(decode(wrong), Err(TextFault::Encoding), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_shown(text in any::<String>()) {
            let lines = decode(&encode(&text, SignColour::Yellow)).unwrap();
            prop_assert_eq!(lines.len(), text.split('\n').count());
            prop_assert!(lines.iter().flatten().all(|lit| lit.colour == Colour::Yellow));
        }

        #[test]
        fn chinese_comes_back(text in "[一-龥A-Z0-9 →：]{0,40}") {
            prop_assert_eq!(plain(&decode(&encode(&text, SignColour::Red)).unwrap()), text);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(prop_oneof![Just(b'\\'), any::<u8>()], 0..60)) {
            let _ = decode(&bytes);
        }
    }
}
