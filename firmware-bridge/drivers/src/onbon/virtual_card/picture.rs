//! What a sign shows, as a picture: round dots of light on black, seen from the front.

use super::super::area::{LEFT, Place};
use super::super::text::Lit;
use super::{Held, VirtualCard};
use crate::sign::picture::{Dots, dimmed};

/// Dots of a line of text.
const LINE: usize = 16;
/// Milliseconds in which a running text moves by one dot.
const MOVES: u64 = 25;
impl VirtualCard {
    /// A picture of the sign as it is now, six pixels a dot, as PNG.
    ///
    /// # Errors
    ///
    /// The encoder's, which writing into memory does not have.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut dots = Dots::new(self.width, self.height);
        for (_, held) in self.lit() {
            draw(&mut dots, held, self.now.since(held.since), self.brightness);
        }
        dots.png()
    }
}

/// Draws an area that has been there for so many milliseconds.
fn draw(dots: &mut Dots, held: &Held, age: u64, step: u8) {
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
        draw_line(dots, place, row, from, line, step);
    }
}

fn draw_line(dots: &mut Dots, place: Place, row: usize, mut from: i64, line: &[Lit], step: u8) {
    for lit in line {
        let light = dimmed(lit.colour.light(), step);
        let glyph = font::glyph_or_mark(lit.character);
        let wide = wide(lit.character);
        for (y, x) in (0..LINE).flat_map(|y| (0..wide).map(move |x| (y, x))).filter(|(y, x)| glyph.is_set(*x, *y)) {
            let across = from + x as i64;
            let down = row * LINE + y;
            if (0..i64::from(place.width)).contains(&across) && down < usize::from(place.height) {
                dots.set(usize::from(place.x) + across as usize, usize::from(place.y) + down, light);
            }
        }
        from += wide as i64;
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
    use std::io;

    use protocol::bridge::{SignArea, SignColour, SignEffect};

    use super::*;
    use crate::onbon::Sign;
    use crate::rig::Rig;
    use crate::sign::Command;
    use crate::sign::picture::{DARK, DOT};
    use crate::{Input, Millis};

    fn showing(area: u8, content: SignArea) -> Rig<Sign, VirtualCard> {
        let mut bench = Rig::new(Sign::new(128, 32), VirtualCard::new(128, 32, 0));
        bench.input(Input::Command(Command::Show { area, content }));
        bench.run(1_000);
        bench
    }

    fn content(text: &str) -> SignArea {
        SignArea { text: text.into(), colour: SignColour::Green, ..SignArea::default() }
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
        bench.driver.screen(false);
        bench.input(Input::Clock);
        bench.run(100);
        assert_eq!(count(&bench), 0);
        bench.driver.screen(true);
        bench.input(Input::Clock);
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
