//! Dots of light on black, seen from the front: pictures of virtual signs.

use std::io;

/// Pixels of a dot in both directions, with the black around it.
pub const DOT: usize = 6;
/// A dot that is dark.
pub const DARK: [u8; 3] = [26, 22, 22];
/// How much of each pixel of a dot is lit, of 255: round, with soft edges.
const ROUND: [[u16; DOT]; DOT] = [
    [0, 60, 150, 150, 60, 0],
    [60, 230, 255, 255, 230, 60],
    [150, 255, 255, 255, 255, 150],
    [150, 255, 255, 255, 255, 150],
    [60, 230, 255, 255, 230, 60],
    [0, 60, 150, 150, 60, 0],
];

/// The light of every dot.
pub struct Dots {
    width: usize,
    height: usize,
    light: Vec<[u8; 3]>,
}

impl Dots {
    /// All dark.
    pub fn new(width: u16, height: u16) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        Self { width, height, light: vec![DARK; width * height] }
    }

    /// Lights a dot; nothing when there is none.
    pub fn set(&mut self, x: usize, y: usize, light: [u8; 3]) {
        if x < self.width
            && let Some(dot) = self.light.get_mut(y * self.width + x)
        {
            *dot = light;
        }
    }

    /// Writes a line of text whose upper left dot stands there, in letters of 16 dots.
    pub fn write(&mut self, left: usize, top: usize, text: &str, light: [u8; 3]) {
        let mut from = left;
        for c in text.chars() {
            let glyph = font::glyph_or_mark(c);
            let wide = if c.is_ascii() { 8 } else { 16 };
            for (y, x) in (0..16).flat_map(|y| (0..wide).map(move |x| (y, x))).filter(|(y, x)| glyph.is_set(*x, *y)) {
                self.set(from + x, top + y, light);
            }
            from += wide;
        }
    }

    /// Six pixels a dot, as PNG.
    ///
    /// # Errors
    ///
    /// The encoder's, which writing into memory does not have.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let (width, height) = ((self.width * DOT) as u32, (self.height * DOT) as u32);
        let mut encoder = png::Encoder::new(io::Cursor::new(&mut file), width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels())?;
        writer.finish()?;
        Ok(file)
    }

    fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.light.len() * DOT * DOT * 3);
        for row in self.light.chunks(self.width.max(1)) {
            for lit in &ROUND {
                for light in row {
                    for share in lit {
                        pixels.extend(light.map(|part| (u16::from(part) * share / 255) as u8));
                    }
                }
            }
        }
        pixels
    }
}

/// A light dimmed to a step from 0 to 15. Even the darkest can be seen.
pub fn dimmed(light: [u8; 3], step: u8) -> [u8; 3] {
    let bright = 55 + u16::from(step.min(15)) * 200 / 15;
    light.map(|part| (u16::from(part) * bright / 255) as u8)
}
