//! A paper as a picture, as it would lie in the hand: two pixels a dot, so that a dot of the font is three pixels.

use qrcode::{EcLevel, QrCode};

use super::paper::{Letter, Line, Part, PrintedPaper};

/// Pixels of a dot.
const DOT: usize = 2;
/// White paper at the left and at the right, in dots: 4 mm.
const MARGIN: usize = 32;
/// White paper above the first line and below the last, in dots.
const ABOVE: usize = 40;
const BELOW: usize = 56;
/// How far the teeth of a torn edge reach, in pixels.
const TOOTH: usize = 10;

/// Colours of a pixel: places of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    Nothing = 0,
    Paper = 1,
    Edge = 2,
    Ink = 3,
}

/// Red, green and blue of each colour.
const PALETTE: [u8; 12] = [255, 255, 255, 253, 252, 248, 196, 192, 182, 28, 27, 30];
const OPACITY: [u8; 4] = [0, 255, 255, 255];

impl PrintedPaper {
    /// Its picture as a PNG, two pixels a dot, transparent beside the paper. An edge that was torn is ragged.
    ///
    /// # Errors
    ///
    /// The encoder's, which writing into memory does not have.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut picture = Canvas::new(self);
        let mut y = ABOVE * DOT;
        for part in &self.parts {
            picture.part(part, y);
            y += height(part) * DOT;
        }
        picture.edges(self.cut);
        picture.png()
    }
}

/// Height of a part, in dots.
fn height(part: &Part) -> usize {
    match part {
        Part::Line(line) => line.height as usize,
        Part::Feed(dots) => *dots as usize,
        Part::Qr { data, module, level, .. } => {
            modules(data, *level).map_or(24, |code| code.width() * usize::from(*module)) + 12
        }
        Part::Picture { bitmap, scale, .. } => bitmap.rows() * usize::from(scale.1),
        Part::Barcode { height, .. } => usize::from(*height) + 6,
    }
}

fn modules(data: &str, level: u8) -> Option<QrCode> {
    let level = match level {
        b'0' => EcLevel::L,
        b'2' => EcLevel::Q,
        b'3' => EcLevel::H,
        _ => EcLevel::M,
    };
    QrCode::with_error_correction_level(data, level).ok()
}

struct Canvas {
    width: usize,
    height: usize,
    dots: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn new(paper: &PrintedPaper) -> Self {
        let dots = usize::from(paper.dots);
        let width = (dots + 2 * MARGIN) * DOT;
        let height = (paper.parts.iter().map(height).sum::<usize>() + ABOVE + BELOW) * DOT;
        Self { width, height, dots, pixels: vec![Colour::Paper; width * height] }
    }

    fn set(&mut self, x: usize, y: usize, colour: Colour) {
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = colour;
        }
    }

    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, colour: Colour) {
        for y in y..y + height {
            for x in x..x + width {
                self.set(x, y, colour);
            }
        }
    }

    /// Where something of this width in dots begins, in pixels.
    fn left(&self, align: u8, dots: usize) -> usize {
        let free = self.dots.saturating_sub(dots);
        (MARGIN
            + match align {
                1 => free / 2,
                2 => free,
                _ => 0,
            })
            * DOT
    }

    fn part(&mut self, part: &Part, y: usize) {
        match part {
            Part::Line(line) => self.line(line, y),
            Part::Feed(_) => {}
            Part::Qr { data, module, align, level } => {
                let Some(code) = modules(data, *level) else { return };
                let side = usize::from(*module) * DOT;
                let left = self.left(*align, code.width() * usize::from(*module));
                for (at, _) in code.to_colors().iter().enumerate().filter(|(_, colour)| **colour == qrcode::Color::Dark)
                {
                    let (row, column) = (at / code.width(), at % code.width());
                    self.fill(left + column * side, y + row * side, side, side, Colour::Ink);
                }
            }
            Part::Picture { bitmap, scale, align } => {
                let (across, down) = (usize::from(scale.0), usize::from(scale.1));
                let left = self.left(*align, bitmap.width() * across);
                for row in 0..bitmap.rows() {
                    for column in (0..bitmap.width()).filter(|column| bitmap.is_set(*column, row)) {
                        let (x, y) = (left + column * across * DOT, y + row * down * DOT);
                        self.fill(x, y, across * DOT, down * DOT, Colour::Ink);
                    }
                }
            }
            Part::Barcode { data, height, align } => {
                // Which bars they are is not worked out: a grey field as wide as they would be.
                let wide = (data.len() * 11 + 35) * 3;
                self.fill(self.left(*align, wide), y, wide * DOT, usize::from(*height) * DOT, Colour::Edge);
            }
        }
    }

    fn line(&mut self, line: &Line, y: usize) {
        let mut x = self.left(line.align, line.dots() as usize);
        let tallest = line.letters.iter().map(|letter| letter.style.down).max().unwrap_or(1);
        for letter in &line.letters {
            // Letters of different heights stand on one line.
            let below = usize::from(tallest - letter.style.down.min(tallest)) * 24 * DOT;
            self.letter(letter, x, y + below);
            x += letter.dots() as usize * DOT;
        }
    }

    fn letter(&mut self, letter: &Letter, left: usize, top: usize) {
        let (across, down) = (usize::from(letter.style.across), usize::from(letter.style.down));
        let (width, height) = (letter.dots() as usize * DOT, 24 * down * DOT);
        let (ground, ink) =
            if letter.style.invert { (Colour::Ink, Colour::Paper) } else { (Colour::Paper, Colour::Ink) };
        if letter.style.invert {
            self.fill(left, top, width, height, ground);
        }
        let glyph = if letter.wide { font::glyph_or_mark(letter.c) } else { font::narrow(letter.c) };
        let glyph = Smooth::new(&glyph);
        // Bold is printed twice, a dot further.
        for shift in 0..=usize::from(letter.style.bold) {
            for (x, y) in glyph.dots().filter(|(x, _)| *x * across < width) {
                self.fill(left + x * across + shift * DOT * across.min(2), top + y * down, across, down, ink);
            }
        }
        if letter.style.underline {
            self.fill(left, top + height - DOT, width, DOT, ink);
        }
    }

    /// The outline of the paper. What is beyond a torn edge is nothing.
    fn edges(&mut self, cut: bool) {
        let (width, height) = (self.width, self.height);
        self.fill(0, 0, 1, height, Colour::Edge);
        self.fill(width - 1, 0, 1, height, Colour::Edge);
        self.fill(0, 0, width, 1, Colour::Edge);
        if cut {
            self.fill(0, height - 1, width, 1, Colour::Edge);
            return;
        }
        for x in 0..width {
            // Teeth of uneven depth, the same on each picture.
            let depth = (x * 7 / 11 + (x / 23) * 5) % (2 * TOOTH);
            let depth = if depth < TOOTH { depth } else { 2 * TOOTH - depth };
            self.fill(x, height - TOOTH - 1 + depth, 1, 1, Colour::Edge);
            self.fill(x, height - TOOTH + depth, 1, TOOTH - depth, Colour::Nothing);
        }
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Two);
        encoder.set_palette(PALETTE.as_slice());
        encoder.set_trns(OPACITY.as_slice());
        let row = |pixels: &[Colour]| -> Vec<u8> {
            pixels
                .chunks(4)
                .map(|four| {
                    four.iter().zip([6, 4, 2, 0]).fold(0, |byte, (colour, shift)| byte | (*colour as u8) << shift)
                })
                .collect()
        };
        let data: Vec<u8> = self.pixels.chunks(self.width).flat_map(row).collect();
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&data)?;
        writer.finish()?;
        Ok(file)
    }
}

/// A glyph three times as large, its stairs smoothed as printers do (Scale3x): 48 by 48 dots.
struct Smooth {
    rows: [u64; 48],
}

impl Smooth {
    fn new(glyph: &font::Glyph) -> Self {
        let mut rows = [0; 48];
        // Counted from 1, so that there is something around the edge.
        let at = |x: usize, y: usize| x >= 1 && y >= 1 && glyph.is_set(x - 1, y - 1);
        for y in 1..=16 {
            for x in 1..=16 {
                let here = at(x, y);
                let [up, down, left, right] = [at(x, y - 1), at(x, y + 1), at(x - 1, y), at(x + 1, y)];
                let [up_left, up_right] = [at(x - 1, y - 1), at(x + 1, y - 1)];
                let [down_left, down_right] = [at(x - 1, y + 1), at(x + 1, y + 1)];
                // Two neighbours that touch at a corner are the step of a stair: the corner takes their colour.
                let first = left == up && left != down && up != right;
                let second = up == right && up != left && right != down;
                let third = left == down && left != up && down != right;
                let fourth = down == right && down != left && right != up;
                let pick = |changed: bool, to: bool| if changed { to } else { here };
                let nine = [
                    pick(first, left),
                    pick((first && here != up_right) || (second && here != up_left), up),
                    pick(second, right),
                    pick((first && here != down_left) || (third && here != up_left), left),
                    here,
                    pick((second && here != down_right) || (fourth && here != up_right), right),
                    pick(third, left),
                    pick((third && here != down_right) || (fourth && here != down_left), down),
                    pick(fourth, right),
                ];
                for (index, _) in nine.iter().enumerate().filter(|(_, set)| **set) {
                    rows[(y - 1) * 3 + index / 3] |= 1_u64 << ((x - 1) * 3 + index % 3);
                }
            }
        }
        Self { rows }
    }

    /// Its black dots.
    fn dots(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..48).flat_map(move |y| (0..48).filter(move |x| self.rows[y] >> x & 1 == 1).map(move |x| (x, y)))
    }
}
