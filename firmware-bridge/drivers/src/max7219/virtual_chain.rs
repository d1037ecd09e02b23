//! A chain of chips made of code, with digits or dots behind them.

use super::digits::segments;
use super::{DECODE, DIGIT, INTENSITY, NO_OP, SCAN, SHUTDOWN, TEST};
use crate::dice::Dice;
use crate::onbon::area::Place;
use crate::sign::picture::{Dots, dimmed};
use crate::sign::virtual_sign::{Diary, Plugs, ShownArea, View, VirtualSign};
use crate::{Millis, VirtualDevice};

/// Select has risen when nothing came for so long: what was shifted in part is taken as it is, which is not at all here.
const SILENCE: u64 = 50;
/// Registers that there are.
const REGISTERS: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Chip([u8; REGISTERS]);

impl Chip {
    fn get(&self, register: u8) -> u8 {
        self.0[usize::from(register) % REGISTERS]
    }
}

/// What the chips drive.
#[derive(Debug, Clone, Copy)]
enum Behind {
    /// So many digits a chip.
    Digits(usize),
    /// So many dots across and down.
    Dots(u16, u16),
}

/// A virtual chain.
pub struct VirtualChain {
    behind: Behind,
    chips: Vec<Chip>,
    plugs: Plugs,
    dice: Dice,
    shifted: Vec<u8>,
    shifted_at: Millis,
    diary: Diary,
}

impl VirtualChain {
    /// Chips with so many digits each. The seed places its faults, and fills the registers.
    pub fn digits(chain: usize, digits: usize, seed: u64) -> Self {
        Self::new(chain, Behind::Digits(digits), seed)
    }

    /// Modules of 8 by 8 dots that make up a sign of this size.
    pub fn matrix(width: u16, height: u16, seed: u64) -> Self {
        Self::new(usize::from(width / 8 * (height / 8)), Behind::Dots(width, height), seed)
    }

    fn new(chain: usize, behind: Behind, seed: u64) -> Self {
        let mut new = Self {
            behind,
            chips: vec![Chip([0; REGISTERS]); chain],
            plugs: Plugs::default(),
            dice: Dice::new(seed),
            shifted: Vec::new(),
            shifted_at: Millis::default(),
            diary: Diary::default(),
        };
        new.power_on();
        new
    }

    /// Anything stands in the registers, and the chips are off.
    fn power_on(&mut self) {
        for chip in &mut self.chips {
            chip.0 = std::array::from_fn(|_| self.dice.byte());
            chip.0[usize::from(SHUTDOWN)] = 0;
            chip.0[usize::from(TEST)] = 0;
        }
    }

    /// Noise changes a register of each chip.
    pub fn disturb(&mut self) {
        for chip in &mut self.chips {
            let register = self.dice.below(REGISTERS);
            chip.0[register] ^= 1 << self.dice.below(8);
        }
    }

    fn transfer(&mut self, now: Millis, bytes: &[u8]) {
        if self.plugs.busy {
            return;
        }
        let words = bytes.chunks_exact(2).map(|word| (word[0] & 0x0F, word[1]));
        for (chip, (register, data)) in self.chips.iter_mut().rev().zip(words) {
            match register {
                NO_OP => {}
                DIGIT..=SHUTDOWN | TEST => chip.0[usize::from(register)] = data,
                other => self.diary.reject(now, format!("no register {other:02X}")),
            }
        }
        self.diary.taken += 1;
    }

    /// Whether dots of a chip may be lit: it has power and is on.
    fn is_on(&self, chip: &Chip) -> bool {
        self.plugs.power && chip.get(SHUTDOWN) & 1 == 1
    }

    /// What a chip shows in digits.
    fn letters(&self, chip: &Chip, digits: usize) -> String {
        if !self.is_on(chip) {
            return String::new();
        }
        let letter = |at: usize| {
            if at > usize::from(chip.get(SCAN) & 7) {
                return ' ';
            }
            let data = chip.0[at + usize::from(DIGIT)];
            if chip.get(DECODE) >> at & 1 == 1 {
                return char::from(*b"0123456789-EHLP ".get(usize::from(data & 15)).unwrap_or(&b'?'));
            }
            " 0123456789-FUL".chars().find(|c| segments(*c) == Some(data & 0x7F)).unwrap_or('?')
        };
        (0..digits).rev().map(letter).collect()
    }

    fn is_lit(&self, across: u16, x: u16, y: u16) -> bool {
        let chip = usize::from(y / 8 * (across / 8) + x / 8);
        let Some(chip) = self.chips.get(chip).filter(|chip| self.is_on(chip)) else { return false };
        let row = y % 8;
        chip.get(TEST) & 1 == 1
            || (row <= u16::from(chip.get(SCAN) & 7)
                && chip.0[usize::from(DIGIT) + usize::from(row)] & (0x80 >> (x % 8)) != 0)
    }

    /// What it shows: the digits of each chip, or the rows of dots.
    pub fn texts(&self) -> Vec<String> {
        match self.behind {
            Behind::Digits(digits) => self.chips.iter().map(|chip| self.letters(chip, digits)).collect(),
            Behind::Dots(width, height) => {
                let row = |y| (0..width).map(|x| if self.is_lit(width, x, y) { '█' } else { '·' }).collect();
                (0..height).map(row).collect()
            }
        }
    }

    fn is_tested(&self) -> bool {
        self.plugs.power && self.chips.iter().any(|chip| chip.get(TEST) & 1 == 1)
    }

    fn brightness(&self) -> u8 {
        self.chips.first().map_or(0, |chip| chip.get(INTENSITY) & 15)
    }

    fn size(&self) -> (u16, u16) {
        match self.behind {
            Behind::Digits(digits) => (digits as u16 * 8, self.chips.len() as u16 * 16),
            Behind::Dots(width, height) => (width, height),
        }
    }
}

impl VirtualDevice for VirtualChain {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        if !self.plugs.line || !self.plugs.power {
            self.shifted.clear();
            return;
        }
        if !self.shifted.is_empty() && now.since(self.shifted_at) >= SILENCE {
            self.shifted.clear();
            self.diary.reject(now, "a transfer broke off");
        }
        if bytes.is_empty() {
            return;
        }
        self.shifted_at = now;
        let begins = self.shifted.len();
        self.shifted.extend_from_slice(bytes);
        if self.plugs.garbled && self.dice.below(2) == 0 {
            let at = begins + self.dice.below(bytes.len());
            self.shifted[at] ^= 1 << self.dice.below(8);
        }
        let whole = self.chips.len().max(1) * 2;
        while self.shifted.len() >= whole {
            let transfer: Vec<u8> = self.shifted.drain(..whole).collect();
            self.transfer(now, &transfer);
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn wake_at(&self) -> Option<Millis> {
        (!self.shifted.is_empty()).then(|| self.shifted_at + SILENCE)
    }
}

impl VirtualSign for VirtualChain {
    fn view(&self) -> View {
        let (width, height) = self.size();
        let texts = self.texts();
        let areas = match self.behind {
            Behind::Digits(_) => {
                let place = |at: usize| Place { x: 0, y: at as u16 * 16, width, height: 16 };
                let shown = texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty());
                shown.map(|(at, text)| ShownArea::still(at as u8, place(at), text)).collect()
            }
            Behind::Dots(..) if texts.iter().all(|row| row.chars().all(|dot| dot == '·')) => Vec::new(),
            Behind::Dots(..) => vec![ShownArea::still(0, Place { x: 0, y: 0, width, height }, texts.join("\n"))],
        };
        View {
            width,
            height,
            plugs: self.plugs,
            areas,
            brightness: self.brightness(),
            test: self.is_tested(),
            said: Vec::new(),
            taken: self.diary.taken,
            rejected: self.diary.rejected().cloned().collect(),
        }
    }

    fn plug(&mut self, plugs: Plugs) {
        if plugs.power && !self.plugs.power {
            self.power_on();
        }
        self.plugs = plugs;
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let (width, height) = self.size();
        let light = dimmed([255, 40, 24], self.brightness());
        let mut dots = Dots::new(width, height);
        match self.behind {
            Behind::Digits(_) => {
                for (at, text) in self.texts().iter().enumerate() {
                    dots.write(0, at * 16, text, light);
                }
            }
            Behind::Dots(..) => {
                for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                    if self.is_lit(width, x, y) {
                        dots.set(usize::from(x), usize::from(y), light);
                    }
                }
            }
        }
        dots.png()
    }
}

#[cfg(test)]
mod tests;
