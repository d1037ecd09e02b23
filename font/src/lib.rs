//! The bitmap font of pictures: GNU Unifont, 16 dots high; 8 wide in ASCII, else 16. It has every character of GBK.
//!
//! `unifont.png` is a sheet of 256 by 256 places, one for each character of the Basic Multilingual Plane, and
//! `cargo xtask font` makes it. Its licence stands beside it.

mod canvas;

use std::io::Cursor;
use std::sync::OnceLock;

pub use canvas::Canvas;

/// Height of every character, in dots.
pub const HEIGHT: usize = 16;

const SHEET: &[u8] = include_bytes!("../unifont.png");
/// Bytes of a row of the sheet: 256 places of 16 dots.
const ROW: usize = 512;
/// What stands for a character that the font does not have, as in Chinese print.
pub const MISSING: char = '〓';

/// How a character looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    rows: [u16; HEIGHT],
    width: usize,
}

impl Glyph {
    /// Its rows from top to bottom, the left dot at the top bit. One that is 8 wide stands in the upper byte.
    pub const fn rows(&self) -> [u16; HEIGHT] {
        self.rows
    }

    /// How much room it takes, in dots: 8 or 16.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Whether a dot is black. The left upper one is 0, 0; there is none beside it.
    pub const fn is_set(&self, x: usize, y: usize) -> bool {
        x < 16 && y < HEIGHT && self.rows[y] & (0x8000 >> x) != 0
    }

    /// Whether nothing is to be seen.
    pub fn is_blank(&self) -> bool {
        self.rows == [0; HEIGHT]
    }
}

/// How a character looks: 8 dots wide in ASCII, else 16. None where the font does not have it; spaces are blank.
pub fn glyph(c: char) -> Option<Glyph> {
    let width = if c.is_ascii() { 8 } else { 16 };
    let Some(rows) = rows(c) else {
        return c.is_whitespace().then_some(Glyph { rows: [0; HEIGHT], width });
    };
    // Lines and blocks reach from edge to edge.
    if ('\u{2500}'..='\u{259F}').contains(&c) && rows.into_iter().all(is_narrow) {
        return Some(Glyph { rows: rows.map(twice_as_wide), width });
    }
    // Narrow letters stand in the middle of the wide place that printers and signs give them.
    let narrow = !c.is_ascii() && u32::from(c) < 0x2E80 && rows.into_iter().all(is_narrow);
    Some(Glyph { rows: if narrow { rows.map(|row| row >> 4) } else { rows }, width })
}

/// How a character looks; like 〓, as in Chinese print, where the font does not have it.
pub fn glyph_or_mark(c: char) -> Glyph {
    let mark = || Glyph { rows: rows(MISSING).unwrap_or([0xFFFF; HEIGHT]), width: if c.is_ascii() { 8 } else { 16 } };
    glyph(c).unwrap_or_else(mark)
}

/// Nothing stands in the right half.
const fn is_narrow(row: u16) -> bool {
    row.trailing_zeros() >= 8
}

/// The eight dots at the left, each of them two wide.
fn twice_as_wide(row: u16) -> u16 {
    (0..8).filter(|x| row & (0x8000 >> x) != 0).fold(0, |wide, x| wide | (0xC000 >> (2 * x)))
}

/// How a character looks in a place of 8 dots: of a wide one the left half.
pub fn narrow(c: char) -> Glyph {
    let rows = rows(c).unwrap_or_else(|| glyph_or_mark(c).rows);
    Glyph { rows: rows.map(|row| row & 0xFF00), width: 8 }
}

/// Whether the font has a picture of it.
pub fn has(c: char) -> bool {
    rows(c).is_some()
}

fn rows(c: char) -> Option<[u16; HEIGHT]> {
    let code = usize::try_from(u32::from(c)).ok().filter(|code| *code < 0x1_0000)?;
    let (down, across) = (code / 256, code % 256);
    let mut rows = [0; HEIGHT];
    for (y, row) in rows.iter_mut().enumerate() {
        let at = (down * 16 + y) * ROW + across * 2;
        let bytes = sheet().get(at..at + 2)?;
        *row = u16::from_be_bytes([bytes[0], bytes[1]]);
    }
    (rows != [0; HEIGHT]).then_some(rows)
}

fn sheet() -> &'static [u8] {
    static UNPACKED: OnceLock<Vec<u8>> = OnceLock::new();
    // The sheet is part of the program, and a test unpacks it.
    UNPACKED.get_or_init(|| unpack().unwrap_or_default())
}

fn unpack() -> Result<Vec<u8>, png::DecodingError> {
    let mut reader = png::Decoder::new(Cursor::new(SHEET)).read_info()?;
    let mut dots = vec![0; ROW * 4096];
    reader.next_frame(&mut dots)?;
    Ok(dots)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GBK;

    use super::{glyph, glyph_or_mark, has, narrow};

    #[test]
    fn glyphs_look_like_their_characters() {
        let one = glyph('一').unwrap();
        let black: Vec<(usize, usize)> =
            (0..16).flat_map(|y| (0..16).map(move |x| (x, y))).filter(|(x, y)| one.is_set(*x, *y)).collect();
        assert_eq!(black, (0..15).map(|x| (x, 7)).collect::<Vec<_>>());
        let letter = glyph('A').unwrap();
        assert!((8..16).all(|x| (0..16).all(|y| !letter.is_set(x, y))));
        assert_eq!((letter.width(), one.width(), one.rows()[7]), (8, 16, 0xFFFE));
        assert!(glyph(' ').unwrap().is_blank() && glyph('\u{3000}').unwrap().is_blank());
        assert!((0..16).all(|x| glyph('─').unwrap().is_set(x, 8) || glyph('─').unwrap().is_set(x, 7)));
        assert_eq!((narrow('A'), narrow('─').width()), (letter, 8));
    }

    #[test]
    fn what_it_does_not_have_is_marked() {
        for missing in ['\u{E000}', '😀', '\u{10FFFF}'] {
            assert_eq!(glyph(missing), None);
            assert_eq!(Some(glyph_or_mark(missing)), glyph('〓'));
        }
    }

    #[test]
    fn it_has_all_of_ascii_and_gbk() {
        let ascii = (0x21..0x7F_u8).map(char::from);
        let places = (0x81..=0xFE_u8).flat_map(|a| (0x40..=0xFE_u8).map(move |b| [a, b]));
        let gbk = places.filter_map(|bytes| {
            let (text, _, lost) = GBK.decode(&bytes);
            let c = text.chars().next()?;
            (!lost && text.chars().count() == 1 && !('\u{E000}'..='\u{F8FF}').contains(&c) && c != '\u{3000}')
                .then_some(c)
        });
        let all: Vec<char> = ascii.chain(gbk).collect();
        assert!(all.len() > 21_700, "{}", all.len());
        assert_eq!(all.into_iter().filter(|c| !has(*c)).collect::<String>(), "");
    }
}
