//! Commands that begin with ESC, GS or FS. `rest` is what came behind that byte.

use super::Read::{self, More, Whole};
use super::{Canvas, ESC, FS, GS, Op, Picture};

/// So many bytes behind the command's letter; what they say.
fn with<const N: usize>(rest: &[u8], op: impl FnOnce([u8; N]) -> Op) -> Read {
    rest.get(1..=N).and_then(|bytes| bytes.try_into().ok()).map_or(More, |bytes| Whole(op(bytes)))
}

/// Two bytes, the lower first.
const fn word(low: u8, high: u8) -> usize {
    u16::from_le_bytes([low, high]) as usize
}

pub(super) fn escape(rest: &[u8]) -> Read {
    let Some(&letter) = rest.first() else { return More };
    match letter {
        b'@' => Whole(Op::Initialise),
        b'2' => Whole(Op::LineSpacing(None)),
        b'3' => with(rest, |[dots]| Op::LineSpacing(Some(dots))),
        b'a' => with(rest, |[n]| Op::Align(n & 3)),
        b'!' => with(rest, |[n]| Op::Mode(n)),
        b'E' | b'G' => with(rest, |[n]| Op::Bold(n & 1 == 1)),
        b'-' => with(rest, |[n]| Op::Underline(n % 48 != 0)),
        b't' => with(rest, |[n]| Op::CodePage(n)),
        b'd' => with(rest, |[n]| Op::FeedLines(n)),
        b'J' => with(rest, |[n]| Op::FeedDots(n)),
        b'$' => with(rest, |[low, high]| Op::Column(u16::from_le_bytes([low, high]))),
        b'i' => Whole(Op::Cut { partial: false, feed: 0 }),
        b'm' => Whole(Op::Cut { partial: true, feed: 0 }),
        b'*' => columns(rest),
        // Fonts, spacing, character sets, print direction, motors, panel: nothing that is drawn here.
        b'M' | b'R' | b' ' | b'{' | b'V' | b'=' | b'U' | b'r' | b'%' | b'e' | b'K' | b'T' | b'?' => {
            with(rest, |[_]| Op::Nothing)
        }
        b'\\' => with(rest, |bytes| Op::Advance(i16::from_le_bytes(bytes))),
        b'c' | b'B' => with(rest, |[_, _]| Op::Nothing),
        b'p' => with(rest, |[_, _, _]| Op::Nothing),
        b'W' => with(rest, |[_, _, _, _, _, _, _, _]| Op::Nothing),
        b'L' | b'S' | b'<' | 0x0C => Whole(Op::Nothing),
        // Tabulators, ended by NUL.
        b'D' => {
            if rest.contains(&0) {
                Whole(Op::Nothing)
            } else {
                More
            }
        }
        b'(' => sized(ESC, rest),
        _ => Whole(Op::Unknown(vec![ESC, letter])),
    }
}

pub(super) fn field(rest: &[u8]) -> Read {
    let Some(&letter) = rest.first() else { return More };
    match letter {
        b'&' => Whole(Op::Chinese(true)),
        b'.' => Whole(Op::Chinese(false)),
        b'!' => with(rest, |[n]| Op::ChineseSize(1 + (n >> 2 & 1), 1 + (n >> 3 & 1))),
        b'W' => with(rest, |[n]| if n & 1 == 1 { Op::ChineseSize(2, 2) } else { Op::ChineseSize(1, 1) }),
        b'-' => with(rest, |[n]| Op::Underline(n % 48 != 0)),
        b'C' => with(rest, |[_]| Op::Nothing),
        b'S' | b'p' => with(rest, |[_, _]| Op::Nothing),
        b'(' => sized(FS, rest),
        _ => Whole(Op::Unknown(vec![FS, letter])),
    }
}

pub(super) fn group(rest: &[u8]) -> Read {
    let Some(&letter) = rest.first() else { return More };
    match letter {
        b'!' => with(rest, |[n]| Op::Size(1 + (n >> 4 & 7), 1 + (n & 7))),
        b'B' => with(rest, |[n]| Op::Invert(n & 1 == 1)),
        b'V' => cut(rest),
        b'a' => with(rest, |[n]| Op::AutomaticStatus(n)),
        b'r' => with(rest, |[n]| Op::PaperStatus(n)),
        b'I' => with(rest, |[n]| Op::Identify(n)),
        b'k' => barcode(rest),
        b'h' => with(rest, |[n]| Op::BarcodeHeight(n)),
        b'H' => with(rest, |[n]| Op::BarcodeText(n % 48)),
        b'v' => raster(rest),
        b'(' => sized(GS, rest),
        b'8' => long_graphics(rest),
        b'w' | b'f' | b'b' | b'T' | b'E' | b'/' => with(rest, |[_]| Op::Nothing),
        b'L' | b'W' | b'P' | b'$' | b'\\' => with(rest, |[_, _]| Op::Nothing),
        b'^' => with(rest, |[_, _, _]| Op::Nothing),
        b'c' | b':' => Whole(Op::Nothing),
        _ => Whole(Op::Unknown(vec![GS, letter])),
    }
}

/// `GS V`: with a feed where its number is a letter.
fn cut(rest: &[u8]) -> Read {
    match rest {
        [_, m @ (0 | 1 | 48 | 49), ..] => Whole(Op::Cut { partial: m % 48 == 1, feed: 0 }),
        [_, m @ (65 | 66 | 97 | 98 | 103 | 104), feed, ..] => {
            Whole(Op::Cut { partial: matches!(m, 66 | 98 | 104), feed: *feed })
        }
        [_, 65 | 66 | 97 | 98 | 103 | 104] | [_] | [] => More,
        [_, m, ..] => Whole(Op::Unknown(vec![GS, b'V', *m])),
    }
}

/// `GS k`: ended by NUL, or with its length.
fn barcode(rest: &[u8]) -> Read {
    match rest {
        [_, kind @ 0..=6, data @ ..] => match data.split_last() {
            Some((0, data)) => Whole(Op::Barcode(*kind, data.to_vec())),
            _ => More,
        },
        [_, kind, length, data @ ..] if data.len() == usize::from(*length) => Whole(Op::Barcode(*kind, data.to_vec())),
        _ => More,
    }
}

/// `GS v 0`.
fn raster(rest: &[u8]) -> Read {
    let [_, _, mode, xl, xh, yl, yh, data @ ..] = rest else { return More };
    let (width_bytes, rows) = (word(*xl, *xh), word(*yl, *yh));
    if data.len() < width_bytes * rows {
        return More;
    }
    let scale = (1 + (mode & 1), 1 + (mode >> 1 & 1));
    let bitmap = Canvas::from_bytes(width_bytes, rows, data.to_vec());
    Whole(Op::Picture(Picture { bitmap, scale, in_line: false }))
}

/// `ESC *`: columns of 8 or 24 dots, turned into rows.
fn columns(rest: &[u8]) -> Read {
    let [_, mode, low, high, data @ ..] = rest else { return More };
    let high_bytes = if mode & 0x20 == 0 { 1 } else { 3 };
    let columns = word(*low, *high);
    if data.len() < columns * high_bytes {
        return More;
    }
    let rows = high_bytes * 8;
    let mut bitmap = Canvas::new(columns, rows);
    for (x, column) in data.chunks(high_bytes).enumerate() {
        for y in (0..rows).filter(|y| column[y / 8] & (0x80 >> (y % 8)) != 0) {
            bitmap.set(x, y);
        }
    }
    // 8 dots stand three times as high, single density twice as wide.
    let scale = (if mode & 1 == 0 { 2 } else { 1 }, if high_bytes == 1 { 3 } else { 1 });
    Whole(Op::Picture(Picture { bitmap, scale, in_line: true }))
}

/// `( x pL pH …`: commands that say how long they are.
fn sized(first: u8, rest: &[u8]) -> Read {
    let [_, letter, low, high, body @ ..] = rest else { return More };
    if body.len() < word(*low, *high) {
        return More;
    }
    if first != GS {
        return Whole(Op::Nothing);
    }
    Whole(match (letter, body) {
        (b'k', [49, 67, module, ..]) => Op::QrModule(*module),
        (b'k', [49, 69, level, ..]) => Op::QrLevel(*level),
        (b'k', [49, 80, _, data @ ..]) => Op::QrData(data.to_vec()),
        (b'k', [49, 81, ..]) => Op::QrPrint,
        (b'H', [48, 48, name @ ..]) => <[u8; 4]>::try_from(name).map_or(Op::Nothing, Op::Confirm),
        (b'L', _) => graphics(body),
        _ => Op::Nothing,
    })
}

/// `GS 8 L`: graphics whose length has four bytes.
fn long_graphics(rest: &[u8]) -> Read {
    let [_, _, a, b, c, d, body @ ..] = rest else { return More };
    if body.len() < u32::from_le_bytes([*a, *b, *c, *d]) as usize {
        return More;
    }
    Whole(graphics(body))
}

/// Store a picture, or print the stored one.
fn graphics(body: &[u8]) -> Op {
    match body {
        [48, 112, 48, across, down, _, xl, xh, yl, yh, data @ ..] => Op::Store(Picture {
            bitmap: Canvas::from_bytes(word(*xl, *xh).div_ceil(8), word(*yl, *yh), data.to_vec()),
            scale: (*across, *down),
            in_line: false,
        }),
        [48, 50 | 2, ..] => Op::PrintStored,
        _ => Op::Nothing,
    }
}
