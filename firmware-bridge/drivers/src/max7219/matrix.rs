//! Modules of 8 by 8 dots that make up a sign. The modules stand row by row from the upper left one, which is the nearest to the
//! machine; register 1 of a module is its uppermost row, and the highest bit the dot at the left. Modules are sold turned in every
//! direction: one that shows its picture turned has to be mounted turned.
//!
//! An area is 16 dots high, as on other signs; the last one takes what is left. A picture comes with the text
//! ([`protocol::bridge::SignDots`]); without one the text is drawn in the font of 16 dots.

use protocol::bridge::SignArea;

use super::{DIGIT, NO_OP, SHUTDOWN, set, transfer};
use crate::sign::Refusal;
use crate::sign::board::{Face, Look, Wire};

/// Dots of a row of text.
const ROW: usize = 16;

/// Dots on a chain.
pub struct Matrix {
    width: usize,
    height: usize,
}

impl Matrix {
    /// A sign of so many dots, in eights.
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width: width as usize, height: height as usize }
    }

    fn chain(&self) -> usize {
        self.width / 8 * (self.height / 8)
    }

    /// The first row of an area, and how many it has.
    fn rows(&self, area: usize) -> (usize, usize) {
        let top = area * ROW;
        let last = area + 1 >= usize::from(self.areas());
        (top, if last { self.height.saturating_sub(top) } else { ROW })
    }

    /// The dots of an area, a byte for each eight.
    fn draw(&self, height: usize, content: &SignArea) -> Result<Vec<u8>, Refusal> {
        let across = self.width / 8;
        let mut dots = vec![0; across * height];
        let Some(picture) = &content.dots else {
            return self.write(dots, height, &content.text);
        };
        if usize::from(picture.width) > self.width || usize::from(picture.height) > height {
            return Err(Refusal::TooLong);
        }
        let bytes = picture.bytes().ok_or(Refusal::Cannot)?;
        let theirs = usize::from(picture.width).div_ceil(8);
        for (row, line) in bytes.chunks_exact(theirs).enumerate() {
            for (at, byte) in line.iter().enumerate() {
                // What lies beyond its width is not part of the picture.
                let beyond = (at * 8 + 8).saturating_sub(usize::from(picture.width)).min(8);
                dots[row * across + at] = byte & (0xFF_u16 << beyond) as u8;
            }
        }
        Ok(dots)
    }

    fn write(&self, mut dots: Vec<u8>, height: usize, text: &str) -> Result<Vec<u8>, Refusal> {
        let across = self.width / 8;
        for (line, text) in text.split('\n').enumerate() {
            let mut left = 0;
            for c in text.chars() {
                let wide = if c.is_ascii() { 8 } else { 16 };
                // Half a number is another number.
                if left + wide > self.width || (line + 1) * ROW > height {
                    return Err(Refusal::TooLong);
                }
                let glyph = font::glyph_or_mark(c);
                for (y, x) in
                    (0..ROW).flat_map(|y| (0..wide).map(move |x| (y, x))).filter(|(y, x)| glyph.is_set(*x, *y))
                {
                    let x = left + x;
                    dots[(line * ROW + y) * across + x / 8] |= 0x80 >> (x % 8);
                }
                left += wide;
            }
        }
        Ok(dots)
    }

    /// A dash in the middle: nobody knows.
    fn dash(&self, height: usize) -> Vec<u8> {
        let across = self.width / 8;
        let mut dots = vec![0; across * height];
        let row = (height / 2).saturating_sub(1);
        let from = across / 2 - usize::from(across > 1);
        for at in from..(from + 2).min(across) {
            dots[row * across + at] = 0x7E;
        }
        dots
    }
}

impl Wire for Matrix {
    fn areas(&self) -> u8 {
        (self.height / ROW).clamp(1, 255) as u8
    }

    fn show(&self, area: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
        let (top, height) = self.rows(usize::from(area));
        let across = self.width / 8;
        let dots = match face {
            Face::Blank => vec![0; across * height],
            Face::Stale => self.dash(height),
            Face::Test => vec![0xFF; across * height],
            Face::Content(content) => self.draw(height, content)?,
        };
        let own = top / 8 * across..(top + height) / 8 * across;
        let rows = (0..8).map(|row| {
            transfer(self.chain(), |chip| {
                if !own.contains(&chip) {
                    return (NO_OP, 0);
                }
                let chip = chip - own.start;
                let byte = dots.get((chip / across * 8 + row) * across + chip % across);
                (DIGIT + row as u8, byte.copied().unwrap_or(0))
            })
        });
        let on = transfer(self.chain(), |chip| if own.contains(&chip) { (SHUTDOWN, 1) } else { (NO_OP, 0) });
        Ok(rows.chain([on]).collect())
    }

    fn set(&self, look: Look) -> Vec<Vec<u8>> {
        set(self.chain(), 8, look)
    }

    fn dims(&self) -> bool {
        true
    }

    fn gap(&self, _: &[u8]) -> u64 {
        0
    }
}
