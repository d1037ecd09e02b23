//! What a sign shows, as a picture: round dots of light on black, seen from the front.

use std::io;

use super::super::area::{LEFT, Place};
use super::super::text::Lit;
use super::{Held, VirtualCard};

/// Pixels of a dot in both directions, with the black around it.
const DOT: usize = 6;
/// Dots of a line of text.
const LINE: usize = 16;
/// A dot that is dark.
const DARK: [u8; 3] = [26, 22, 22];
/// Milliseconds in which a running text moves by one dot.
const MOVES: u64 = 25;
/// How much of each pixel of a dot is lit, of 255: round, with soft edges.
const ROUND: [[u16; DOT]; DOT] = [
    [0, 60, 150, 150, 60, 0],
    [60, 230, 255, 255, 230, 60],
    [150, 255, 255, 255, 255, 150],
    [150, 255, 255, 255, 255, 150],
    [60, 230, 255, 255, 230, 60],
    [0, 60, 150, 150, 60, 0],
];

impl VirtualCard {
    /// A picture of the sign as it is now, six pixels a dot, as PNG.
    ///
    /// # Errors
    ///
    /// The encoder's, which writing into memory does not have.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut dots = Dots::new(usize::from(self.width), usize::from(self.height));
        // Even the darkest step can be seen.
        let bright = 55 + u16::from(self.brightness.min(15)) * 200 / 15;
        for (_, held) in self.lit() {
            dots.draw(held, self.now.since(held.since), bright);
        }
        dots.png()
    }
}

/// The light of every dot.
struct Dots {
    width: usize,
    height: usize,
    light: Vec<[u8; 3]>,
}

impl Dots {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, light: vec![DARK; width * height] }
    }

    /// Draws an area that has been there for so many milliseconds.
    fn draw(&mut self, held: &Held, age: u64, bright: u16) {
        let place = held.place;
        let rows = usize::from(place.height).div_ceil(LINE).max(1);
        let page = match (u64::from(held.stay) * 500, held.lines.len().div_ceil(rows) as u64) {
            (0, _) | (_, 0) => 0,
            (stay, pages) => (age / stay % pages) as usize,
        };
        for (row, line) in held.lines.iter().skip(page * rows).take(rows).enumerate() {
            let from = if held.effect == LEFT {
                // Comes in at the right edge, leaves at the left one, and begins again.
                let way = (usize::from(place.width) + width(line)).max(1);
                i64::from(place.width) - (age / MOVES % way as u64) as i64
            } else {
                0
            };
            self.line(place, row, from, line, bright);
        }
    }

    fn line(&mut self, place: Place, row: usize, mut from: i64, line: &[Lit], bright: u16) {
        for lit in line {
            let light = lit.colour.light().map(|part| (u16::from(part) * bright / 255) as u8);
            let glyph = font::glyph_or_mark(lit.character);
            let wide = wide(lit.character);
            for (y, x) in (0..LINE).flat_map(|y| (0..wide).map(move |x| (y, x))).filter(|(y, x)| glyph.is_set(*x, *y)) {
                let across = from + x as i64;
                let down = row * LINE + y;
                if (0..i64::from(place.width)).contains(&across) && down < usize::from(place.height) {
                    self.set(usize::from(place.x) + across as usize, usize::from(place.y) + down, light);
                }
            }
            from += wide as i64;
        }
    }

    fn set(&mut self, x: usize, y: usize, light: [u8; 3]) {
        if x < self.width
            && let Some(dot) = self.light.get_mut(y * self.width + x)
        {
            *dot = light;
        }
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
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

/// Dots of a character across: ASCII is half as wide as the rest.
const fn wide(character: char) -> usize {
    if character.is_ascii() { 8 } else { 16 }
}

fn width(line: &[Lit]) -> usize {
    line.iter().map(|lit| wide(lit.character)).sum()
}

#[cfg(test)]
mod tests {
    use protocol::bridge::{SignArea, SignColour, SignEffect};

    use super::*;
    use crate::onbon::{Command, Sign};
    use crate::rig::Rig;
    use crate::{Input, Millis};

    fn showing(area: u8, content: SignArea) -> Rig<Sign, VirtualCard> {
        let mut bench = Rig::new(Sign::new(128, 32), VirtualCard::new(128, 32, 0));
        bench.input(Input::Command(Command::Show { area, content }));
        bench.run(1_000);
        bench
    }

    fn content(text: &str) -> SignArea {
        SignArea { text: text.into(), colour: SignColour::Green, effect: SignEffect::Still, timeout_s: 0 }
    }

    /// The dots of a picture: whether each is lit, row by row.
    fn dots(png: &[u8]) -> (usize, Vec<bool>) {
        let mut reader = png::Decoder::new(io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (info.width as usize, info.height as usize);
        let middle = |x: usize, y: usize| (y * DOT + DOT / 2) * width * 3 + (x * DOT + DOT / 2) * 3;
        let lit = (0..height / DOT).flat_map(|y| (0..width / DOT).map(move |x| (x, y)));
        (width / DOT, lit.map(|(x, y)| pixels[middle(x, y)..middle(x, y) + 3] != DARK).collect())
    }

    #[test]
    fn the_dots_are_those_of_the_font() {
        let bench = showing(1, content("A口"));
        let (width, lit) = dots(&bench.device.png().unwrap());
        assert_eq!((width, lit.len()), (128, 128 * 32));
        for y in 0..32_usize {
            for x in 0..128_usize {
                let expected = match (y.checked_sub(16), x) {
                    (Some(row), 0..8) => font::glyph_or_mark('A').is_set(x, row),
                    (Some(row), 8..24) => font::glyph_or_mark('口').is_set(x - 8, row),
                    _ => false,
                };
                assert_eq!(lit[y * 128 + x], expected, "{x}, {y}");
            }
        }
    }

    #[test]
    fn what_is_dark_stays_dark() {
        let mut bench = showing(0, content("A001"));
        let count =
            |bench: &Rig<Sign, VirtualCard>| dots(&bench.device.png().unwrap()).1.iter().filter(|lit| **lit).count();
        assert!(count(&bench) > 40);
        bench.input(Input::Command(Command::Screen(false)));
        bench.run(100);
        assert_eq!(count(&bench), 0);
        bench.input(Input::Command(Command::Screen(true)));
        bench.run(100);
        assert!(count(&bench) > 40);
        bench.device.power_cycle();
        assert_eq!(count(&bench), 0);
    }

    #[test]
    fn a_running_text_runs_and_a_long_one_is_cut_at_the_edge() {
        let mut bench = showing(0, SignArea { effect: SignEffect::Left, ..content("请保持安静") });
        let before = bench.device.png().unwrap();
        bench.run(500);
        assert_ne!(bench.device.png().unwrap(), before);
        let long = showing(1, content(&"窗口".repeat(20)));
        assert!(dots(&long.device.png().unwrap()).1[..128 * 16].iter().all(|lit| !lit));
    }

    #[test]
    fn an_empty_sign_is_a_picture_too() {
        let card = VirtualCard::new(64, 16, 0);
        assert_eq!(dots(&card.png().unwrap()).1, vec![false; 64 * 16]);
        assert_eq!(card.now, Millis(0));
    }
}
