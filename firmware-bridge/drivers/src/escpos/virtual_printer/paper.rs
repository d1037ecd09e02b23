//! What was printed, from cut to cut.

use font::Canvas;
use serde::Serialize;

use crate::escpos::VOID_MARK;

/// A piece of paper as it fell or was torn out of the printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPaper {
    /// Width of what can be printed on, in dots: 576 on paper of 80 mm, 384 on 58 mm.
    pub dots: u16,
    /// What stands on it, from top to bottom.
    pub parts: Vec<Part>,
    /// It was cut off.
    pub cut: bool,
    /// Part of what belongs on it was lost on the way: the paper ended, the buffers were cleared, the power failed.
    pub broken: bool,
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A line of text.
    Line(Line),
    /// A QR code.
    Qr {
        /// What it says.
        data: String,
        /// Dots of a module.
        module: u8,
        /// Its error level, `'0'` for L to `'3'` for H.
        level: u8,
        /// Where it stands: 0 left, 1 in the middle, 2 right.
        align: u8,
    },
    /// A picture.
    Picture {
        /// Its dots.
        bitmap: Canvas,
        /// How many times as wide and high.
        scale: (u8, u8),
        /// Where it stands.
        align: u8,
    },
    /// A bar code, drawn as a grey field.
    Barcode {
        /// What it says.
        data: String,
        /// Its height in dots.
        height: u8,
        /// Where it stands.
        align: u8,
    },
    /// White paper, in dots.
    Feed(u32),
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its characters.
    pub letters: Vec<Letter>,
    /// Where it stands: 0 left, 1 in the middle, 2 right.
    pub align: u8,
    /// Its height with what is white below it, in dots.
    pub height: u32,
}

/// A character and how it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Which.
    pub c: char,
    /// How it is set.
    pub style: Style,
    /// It takes two columns: it was sent in Chinese mode.
    pub wide: bool,
}

/// How a character is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Style {
    /// How many times as wide.
    pub across: u8,
    /// How many times as high.
    pub down: u8,
    /// In bold.
    pub bold: bool,
    /// Underlined.
    pub underline: bool,
    /// White on black.
    pub invert: bool,
}

impl Style {
    /// As after `ESC @`.
    pub const PLAIN: Self = Self { across: 1, down: 1, bold: false, underline: false, invert: false };
}

impl Letter {
    /// Its width in dots.
    pub const fn dots(&self) -> u32 {
        self.style.across as u32 * if self.wide { 24 } else { 12 }
    }
}

impl Line {
    /// Its text.
    pub fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.c).collect()
    }

    /// Its width in dots.
    pub fn dots(&self) -> u32 {
        self.letters.iter().map(Letter::dots).sum()
    }
}

impl PrintedPaper {
    /// A white one.
    pub(super) const fn new(dots: u16) -> Self {
        Self { dots, parts: Vec::new(), cut: false, broken: false }
    }

    /// Whether it is a valid ticket: whole, cut off and not struck out.
    pub fn is_complete(&self) -> bool {
        self.cut && !self.broken && !self.is_void()
    }

    /// Whether it was struck out.
    pub fn is_void(&self) -> bool {
        self.lines().any(|line| line.text().trim() == VOID_MARK)
    }

    /// Whether it is marked as another copy.
    pub fn is_reprint(&self) -> bool {
        self.lines().any(|line| line.text().contains("补打"))
    }

    /// Whether nothing stands on it.
    pub fn is_blank(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Feed(_) => true,
            Part::Line(line) => line.letters.iter().all(|letter| letter.c.is_whitespace()),
            _ => false,
        })
    }

    /// Its lines of text.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.parts.iter().filter_map(|part| if let Part::Line(line) = part { Some(line) } else { None })
    }

    /// Its text, line by line. QR codes and pictures are left out.
    pub fn text(&self) -> String {
        self.lines().map(|line| line.text() + "\n").collect()
    }

    /// What its QR codes say.
    pub fn qr_codes(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| if let Part::Qr { data, .. } = part { Some(data.as_str()) } else { None })
    }

    /// Its pictures.
    pub fn pictures(&self) -> impl Iterator<Item = &Canvas> {
        self.parts.iter().filter_map(|part| if let Part::Picture { bitmap, .. } = part { Some(bitmap) } else { None })
    }
}
