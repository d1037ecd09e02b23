//! A picture of black and white dots.

use crate::{Glyph, HEIGHT, glyph_or_mark};

/// Rows of dots, eight in a byte, the first at the top bit; a row begins a byte. Set dots are black on paper and lit on a
/// sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width_bytes: usize,
    rows: usize,
    data: Vec<u8>,
}

impl Canvas {
    /// A blank one, at least this wide: the width is raised to whole bytes. Width and height in dots.
    pub fn new(width: usize, rows: usize) -> Self {
        let width_bytes = width.div_ceil(8);
        Self { width_bytes, rows, data: vec![0; width_bytes * rows] }
    }

    /// One of bytes that were received; what is missing is blank, what is too much is dropped.
    pub fn from_bytes(width_bytes: usize, rows: usize, mut data: Vec<u8>) -> Self {
        data.resize(width_bytes * rows, 0);
        Self { width_bytes, rows, data }
    }

    /// Width in dots, a multiple of eight.
    pub const fn width(&self) -> usize {
        self.width_bytes * 8
    }

    /// Bytes of a row.
    pub const fn width_bytes(&self) -> usize {
        self.width_bytes
    }

    /// Height in dots.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// All rows, from top to bottom.
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }

    /// Sets a dot; one beside the picture is none.
    pub fn set(&mut self, x: usize, y: usize) {
        if x < self.width()
            && let Some(byte) = self.data.get_mut(y * self.width_bytes + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Whether a dot is set.
    pub fn is_set(&self, x: usize, y: usize) -> bool {
        x < self.width()
            && self.data.get(y * self.width_bytes + x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Draws a glyph with its left upper corner there, as far as there is room. What was set stays so.
    pub fn draw(&mut self, left: usize, top: usize, glyph: &Glyph) {
        for y in 0..HEIGHT {
            for x in (0..glyph.width()).filter(|x| glyph.is_set(*x, y)) {
                self.set(left + x, top + y);
            }
        }
    }

    /// Draws a line of text, [`HEIGHT`] high, and gives where the next character would begin. What does not fit is cut off.
    pub fn text(&mut self, left: usize, top: usize, text: &str) -> usize {
        text.chars().fold(left, |left, c| {
            let glyph = glyph_or_mark(c);
            self.draw(left, top, &glyph);
            left + glyph.width()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Canvas;

    #[test]
    fn dots_are_where_they_were_set() {
        let mut canvas = Canvas::new(20, 2);
        assert_eq!((canvas.width(), canvas.width_bytes(), canvas.rows()), (24, 3, 2));
        canvas.set(0, 0);
        canvas.set(9, 1);
        canvas.set(24, 0);
        canvas.set(0, 2);
        assert_eq!(canvas.bytes(), [0x80, 0, 0, 0, 0x40, 0]);
        assert!(canvas.is_set(9, 1) && !canvas.is_set(9, 0) && !canvas.is_set(24, 0) && !canvas.is_set(0, 2));
        assert_eq!(Canvas::from_bytes(3, 2, vec![0x80, 0, 0, 0, 0x40, 0, 9]), canvas);
        assert_eq!(Canvas::from_bytes(1, 2, vec![1]).bytes(), [1, 0]);
    }

    #[test]
    fn a_line_of_text_is_drawn_and_cut_off() {
        let mut canvas = Canvas::new(24, 16);
        assert_eq!(canvas.text(0, 0, "A一"), 24);
        assert!((8..23).all(|x| canvas.is_set(x, 7)) && !canvas.is_set(23, 7));
        assert_eq!(canvas.text(8, 4, "一一"), 40);
        assert!(canvas.is_set(22, 11));
        let mut none = Canvas::new(0, 0);
        none.text(3, 3, "号");
        assert_eq!(none.bytes(), [0_u8; 0]);
    }
}
