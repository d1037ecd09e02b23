//! The bitmap font of printed tickets and signs, made from GNU Unifont.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Where Debian's package `unifont` puts it.
pub const SOURCE: &str = "/usr/share/unifont/unifont.hex";
const FILE: &str = "font/unifont.png";
/// Bytes of a row of the sheet, and its rows: 256 by 256 places of 16 by 16 dots.
const ROW: usize = 512;
const ROWS: usize = 4096;

/// Reads `source`, lines of a code and its dots in hexadecimal, and writes the sheet: each character of the Basic
/// Multilingual Plane in a place of its own, but for Korean syllables, Yi and private use, which no ticket of ours has.
pub fn write(root: &Path, source: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(source)
        .with_context(|| format!("cannot read {source}: it comes with Debian's package `unifont`"))?;
    let mut sheet = vec![0; ROW * ROWS];
    for (index, line) in text.lines().enumerate() {
        place(line, &mut sheet).with_context(|| format!("{source}:{}", index + 1))?;
    }
    let path = root.join(FILE);
    let file = File::create(&path).with_context(|| format!("cannot write {FILE}"))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), ROWS as u32, ROWS as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&sheet)?;
    writer.finish()?;
    let size = std::fs::metadata(&path)?.len();
    ensure!(size < 900_000, "{FILE} has {size} bytes");
    Ok(())
}

fn place(line: &str, sheet: &mut [u8]) -> anyhow::Result<()> {
    let (code, dots) = line.split_once(':').context("no colon")?;
    let code = usize::from_str_radix(code, 16)?;
    if matches!(code, 0xA000..=0xA4CF | 0xAC00..=0xD7FF | 0xE000..=0xF8FF | 0x1_0000..) {
        return Ok(());
    }
    ensure!(dots.is_ascii() && matches!(dots.len(), 32 | 64), "neither 8 nor 16 dots wide");
    let digits = dots.len() / 16;
    let (down, across) = (code / 256, code % 256);
    for y in 0..16 {
        for (x, at) in (0..digits).step_by(2).enumerate() {
            let digits = &dots[y * digits + at..][..2];
            sheet[(down * 16 + y) * ROW + across * 2 + x] = u8::from_str_radix(digits, 16)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ROW, ROWS, place};

    #[test]
    fn glyphs_stand_in_their_places() {
        let mut sheet = vec![0; ROW * ROWS];
        place("0041:0000000018242442427E424242420000", &mut sheet).unwrap();
        place("4E00:0000000000000000000000000000FFFE00000000000000000000000000000000", &mut sheet).unwrap();
        place("AC00:FFFF", &mut sheet).unwrap();
        assert_eq!(sheet[4 * ROW + 0x41 * 2], 0x18);
        assert_eq!(sheet[(0x4E * 16 + 7) * ROW..][..2], [0xFF, 0xFE]);
        assert!(place("0041:00", &mut sheet).is_err() && place("0041", &mut sheet).is_err());
    }
}
