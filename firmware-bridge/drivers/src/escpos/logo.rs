//! The picture at the head of every ticket, such as the hall's sign: a PNG of black and white dots.

use std::io::Cursor;

use font::Canvas;
use thiserror::Error;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// Most rows: a logo of 512 dots is 64 mm high.
pub const MAX_ROWS: u32 = 512;

/// Why a file is no logo.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogoError {
    /// Too large a file.
    #[error("it has {0} bytes; a logo has at most {MAX_BYTES}")]
    TooLarge(usize),
    /// No PNG, or a spoilt one.
    #[error("it cannot be read as a PNG: {0}")]
    NoPng(String),
    /// Grey or coloured.
    #[error("it is not black and white: save it as a PNG of 1 bit a dot, without transparency")]
    Coloured,
    /// Wider than the printer prints, or too high.
    #[error("it has {width} by {height} dots; on this printer {most} by {MAX_ROWS} are the most")]
    TooWide {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// What the printer prints across.
        most: u16,
    },
}

/// Reads a logo for paper that is `dots` wide, and puts it in the middle.
///
/// # Errors
///
/// A file that is too large, no PNG of one bit a dot, or larger than the paper.
pub fn read(file: &[u8], dots: u16) -> Result<Canvas, LogoError> {
    if file.len() > MAX_BYTES {
        return Err(LogoError::TooLarge(file.len()));
    }
    let no_png = |error: png::DecodingError| LogoError::NoPng(error.to_string());
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), png::Limits { bytes: 4 * MAX_BYTES });
    // As it stands in the file: eight dots in a byte.
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(no_png)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    if width > u32::from(dots) || height > MAX_ROWS {
        return Err(LogoError::TooWide { width, height, most: dots });
    }
    if info.bit_depth != png::BitDepth::One || info.trns.is_some() {
        return Err(LogoError::Coloured);
    }
    // Which of the two values is the darker one.
    let ink = match (info.color_type, info.palette.as_deref()) {
        (png::ColorType::Grayscale, _) => 0,
        (png::ColorType::Indexed, Some(palette)) => {
            let light = |at: usize| -> u32 { palette.iter().skip(at * 3).take(3).map(|part| u32::from(*part)).sum() };
            u8::from(palette.len() >= 6 && light(1) < light(0))
        }
        _ => return Err(LogoError::Coloured),
    };
    let size = reader.output_buffer_size().ok_or(LogoError::Coloured)?;
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(no_png)?;
    let left = (usize::from(dots) - width as usize) / 2;
    let mut canvas = Canvas::new(left + width as usize, height as usize);
    for (y, row) in data.chunks(frame.line_size.max(1)).take(height as usize).enumerate() {
        for x in (0..width as usize).filter(|x| row[x / 8] >> (7 - x % 8) & 1 == ink) {
            canvas.set(left + x, y);
        }
    }
    Ok(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == png::ColorType::Indexed {
            encoder.set_palette(vec![255, 255, 255, 0, 0, 0]);
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn black_dots_stand_in_the_middle() {
        for (colour, data) in [(png::ColorType::Grayscale, [0x5F, 0xFF]), (png::ColorType::Indexed, [0xA0, 0x00])] {
            let logo = read(&png(12, 1, colour, png::BitDepth::One, &data), 32).unwrap();
            let black: Vec<usize> = (0..32).filter(|x| logo.is_set(*x, 0)).collect();
            assert_eq!((black, logo.rows()), (vec![10, 12], 1), "{colour:?}");
        }
    }

    #[test]
    fn what_is_no_logo_is_refused() {
        use png::{BitDepth, ColorType};
        assert_eq!(read(&vec![0; MAX_BYTES + 1], 576), Err(LogoError::TooLarge(MAX_BYTES + 1)));
        assert!(matches!(read(b"GIF89a", 576), Err(LogoError::NoPng(_))));
        let grey = png(8, 1, ColorType::Grayscale, BitDepth::Eight, &[9; 8]);
        assert_eq!(read(&grey, 576), Err(LogoError::Coloured));
        let wide = png(400, 1, ColorType::Grayscale, BitDepth::One, &[0; 50]);
        assert_eq!(read(&wide, 384), Err(LogoError::TooWide { width: 400, height: 1, most: 384 }));
        let high = png(8, 513, ColorType::Grayscale, BitDepth::One, &[0; 513]);
        assert!(matches!(read(&high, 384), Err(LogoError::TooWide { .. })));
        let whole = png(8, 8, ColorType::Grayscale, BitDepth::One, &[0; 8]);
        for end in 0..whole.len() - 12 {
            assert!(read(&whole[..end], 576).is_err(), "cut off after {end}");
        }
    }
}
