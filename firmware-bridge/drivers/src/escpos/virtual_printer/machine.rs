//! What a printer does with each command: sets, prints, cuts and answers.

use super::Style;
use super::paper::{Letter, Line, Part, PrintedPaper};
use super::parser::{Op, Picture};
use super::plugs::{Plugs, Roll};
use crate::escpos::layout::printable;
use crate::escpos::model::{ChineseSize, Model};
use protocol::bridge::Trouble;

/// Dots from line to line, as after `ESC 2`.
const SPACING: u32 = 30;

/// Head, cutter and line buffer.
#[derive(Debug)]
pub struct Machine {
    model: Model,
    /// What was cut or torn off.
    pub tickets: Vec<PrintedPaper>,
    /// What hangs there.
    pub strip: PrintedPaper,
    /// An error that only switching off and on clears.
    pub fault: bool,
    jammed: bool,
    /// The line that is being set.
    line: Vec<Letter>,
    style: Style,
    /// How many times as wide and high Chinese is, where that is set apart.
    chinese: (u8, u8),
    align: u8,
    spacing: u32,
    qr_data: Vec<u8>,
    qr_module: u8,
    qr_level: u8,
    barcode_height: u8,
    barcode_text: u8,
    automatic: u8,
    told: Option<[u8; 4]>,
}

impl Machine {
    pub const fn new(model: Model) -> Self {
        Self {
            model,
            tickets: Vec::new(),
            strip: PrintedPaper::new(model.dots),
            fault: false,
            jammed: false,
            line: Vec::new(),
            style: Style::PLAIN,
            chinese: (1, 1),
            align: 0,
            spacing: SPACING,
            qr_data: Vec::new(),
            qr_module: 3,
            qr_level: b'0',
            barcode_height: 162,
            barcode_text: 0,
            automatic: 0,
            told: None,
        }
    }

    /// What is in its memory is lost.
    pub fn power_off(&mut self) {
        self.cleared();
        self.initialise();
        self.qr_data.clear();
        self.jammed = false;
        self.automatic = 0;
        self.told = None;
    }

    /// The buffers were emptied.
    pub fn cleared(&mut self) {
        self.line.clear();
        // What is half printed stays so.
        self.strip.broken |= !self.strip.is_blank();
    }

    /// Whoever changed the roll took out what hung there.
    pub fn tear_off(&mut self) {
        let strip = std::mem::replace(&mut self.strip, PrintedPaper::new(self.model.dots));
        if !strip.is_blank() {
            self.tickets.push(PrintedPaper { broken: true, ..strip });
            // The rest of the same ticket is no ticket either, if it should come.
            self.strip.broken = true;
        }
    }

    /// `DLE ENQ`: tries again what got stuck.
    pub const fn recover(&mut self, plugs: &Plugs) {
        if !plugs.cutter_jam {
            self.jammed = false;
        }
    }

    /// What keeps it from printing.
    pub const fn stopped(&self, plugs: &Plugs) -> Option<Trouble> {
        if self.fault {
            Some(Trouble::Fault)
        } else if self.jammed {
            Some(Trouble::Cutter)
        } else if plugs.cover_open {
            Some(Trouble::CoverOpen)
        } else if matches!(plugs.paper, Roll::Out) {
            Some(Trouble::PaperOut)
        } else if plugs.overheated {
            Some(Trouble::Overheated)
        } else if plugs.feed_button {
            Some(Trouble::OffLine)
        } else {
            None
        }
    }

    /// The answer to `DLE EOT n`.
    pub fn real_time(&self, plugs: &Plugs, n: u8) -> u8 {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let out = plugs.paper == Roll::Out;
        let error = self.fault || self.jammed || plugs.overheated;
        0x12 | match n {
            1 => bit(self.stopped(plugs).is_some(), 0x08) | bit(plugs.feed_button, 0x40),
            2 => bit(plugs.cover_open, 0x04) | bit(plugs.feed_button, 0x08) | bit(out, 0x20) | bit(error, 0x40),
            3 => bit(self.jammed, 0x08) | bit(self.fault, 0x20) | bit(plugs.overheated, 0x40),
            _ => bit(plugs.paper != Roll::Ok, 0x0C) | bit(out, 0x60),
        }
    }

    fn automatic(&self, plugs: &Plugs) -> [u8; 4] {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        [
            0x10 | bit(self.stopped(plugs).is_some(), 0x08)
                | bit(plugs.cover_open, 0x20)
                | bit(plugs.feed_button, 0x40),
            bit(plugs.feed_button, 0x02) | bit(self.jammed, 0x08) | bit(self.fault, 0x20) | bit(plugs.overheated, 0x40),
            bit(plugs.paper != Roll::Ok, 0x03) | bit(plugs.paper == Roll::Out, 0x0C),
            0x0F,
        ]
    }

    /// Says its status when it has changed and somebody wants to know.
    pub fn tell_changes(&mut self, plugs: &Plugs, answers: &mut Vec<u8>) {
        if self.automatic == 0 || !plugs.power || plugs.no_automatic {
            return;
        }
        let status = self.automatic(plugs);
        if self.told != Some(status) {
            self.told = Some(status);
            answers.extend(status);
        }
    }

    /// Whether it moves paper with something on it.
    pub const fn prints(op: &Op) -> bool {
        matches!(op, Op::LineFeed | Op::QrPrint | Op::Picture(_) | Op::Barcode(..))
    }

    /// Does it. What is wrong with it, if anything.
    pub fn carry_out(&mut self, op: Op, plugs: &Plugs, answers: &mut Vec<u8>) -> Option<String> {
        match op {
            Op::Char(c, wide) => return self.set(c, wide),
            Op::LineFeed => self.end_line(true),
            Op::Initialise => self.initialise(),
            Op::Align(n) => self.align = n.min(2),
            Op::ChineseSize(across, down) if self.model.chinese_size == ChineseSize::Fs => {
                self.chinese = (across, down);
            }
            Op::Size(across, down) | Op::ChineseSize(across, down) => {
                (self.style.across, self.style.down) = (across, down);
            }
            Op::Mode(n) => {
                let twice = |bit: u8| if n & bit == 0 { 1 } else { 2 };
                self.style.bold = n & 0x08 != 0;
                self.style.underline = n & 0x80 != 0;
                (self.style.across, self.style.down) = (twice(0x20), twice(0x10));
            }
            Op::Bold(on) => self.style.bold = on,
            Op::Underline(on) => self.style.underline = on,
            Op::Invert(on) => self.style.invert = on,
            Op::LineSpacing(dots) => self.spacing = dots.map_or(SPACING, u32::from),
            Op::FeedLines(lines) => {
                let had_text = !self.line.is_empty();
                self.end_line(had_text);
                self.feed(self.spacing * u32::from(lines).saturating_sub(u32::from(had_text)));
            }
            Op::FeedDots(dots) => {
                self.end_line(!self.line.is_empty());
                self.feed(dots.into());
            }
            Op::Column(dots) => {
                let used: u32 = self.line.iter().map(Letter::dots).sum();
                self.advance(i64::from(dots) - i64::from(used));
            }
            Op::Advance(dots) => self.advance(dots.into()),
            Op::Cut { .. } => {
                self.end_line(!self.line.is_empty());
                self.cut(plugs);
            }
            Op::QrModule(dots) => self.qr_module = dots.clamp(1, 16),
            Op::QrLevel(level) => self.qr_level = level,
            Op::QrData(data) => self.qr_data = data,
            Op::QrPrint => return self.qr(),
            Op::Picture(picture) => self.picture(picture),
            Op::Barcode(_, data) => {
                self.end_line(!self.line.is_empty());
                let data = String::from_utf8_lossy(&data).into_owned();
                self.strip.parts.push(Part::Barcode {
                    data: data.clone(),
                    height: self.barcode_height,
                    align: self.align,
                });
                if self.barcode_text != 0 {
                    self.line.extend(data.chars().map(|c| Letter { c, style: Style::PLAIN, wide: false }));
                    self.end_line(true);
                }
            }
            Op::BarcodeHeight(dots) => self.barcode_height = dots,
            Op::BarcodeText(n) => self.barcode_text = n,
            Op::AutomaticStatus(which) => {
                self.automatic = which;
                self.told = None;
                self.tell_changes(plugs, answers);
            }
            Op::PaperStatus(n) => answers.push(match n % 48 {
                1 if plugs.paper == Roll::Out => 0x0F,
                1 if plugs.paper == Roll::NearEnd => 0x03,
                _ => 0,
            }),
            Op::Confirm(name) => {
                answers.extend([0x37, 0x22]);
                answers.extend(name);
                answers.push(0);
            }
            Op::Identify(n) => self.identify(n, answers),
            Op::Chinese(_) | Op::CodePage(_) | Op::Store(_) | Op::PrintStored | Op::Nothing => {}
            Op::Unknown(bytes) => return Some(format!("unknown: {bytes:02X?}")),
        }
        None
    }

    fn initialise(&mut self) {
        self.line.clear();
        self.style = Style::PLAIN;
        self.chinese = (1, 1);
        self.align = 0;
        self.spacing = SPACING;
        self.qr_module = 3;
        self.qr_level = b'0';
    }

    fn set(&mut self, c: char, wide: bool) -> Option<String> {
        let mut style = self.style;
        if wide && self.model.chinese_size == ChineseSize::Fs {
            (style.across, style.down) = self.chinese;
        }
        let letter = Letter { c, style, wide };
        let used: u32 = self.line.iter().map(Letter::dots).sum::<u32>();
        if used + letter.dots() > u32::from(self.model.dots) {
            self.end_line(true);
        }
        self.line.push(letter);
        // What came as a single byte is of another font.
        (wide && !printable(c, self.model.characters))
            .then(|| format!("no character in its font: U+{:04X}", u32::from(c)))
    }

    /// Goes to the right, in spaces; never back.
    fn advance(&mut self, dots: i64) {
        let space = Letter { c: ' ', style: Style::PLAIN, wide: false };
        let count = usize::try_from(dots / i64::from(space.dots())).unwrap_or(0);
        self.line.extend(std::iter::repeat_n(space, count));
    }

    /// Prints the line that is set; an empty one too, where `always`.
    fn end_line(&mut self, always: bool) {
        if self.line.is_empty() && !always {
            return;
        }
        let letters = std::mem::take(&mut self.line);
        let tallest = letters.iter().map(|letter| 24 * u32::from(letter.style.down)).max().unwrap_or(0);
        let line = Line { letters, align: self.align, height: tallest.max(self.spacing) };
        self.strip.parts.push(Part::Line(line));
    }

    fn feed(&mut self, dots: u32) {
        if dots > 0 {
            self.strip.parts.push(Part::Feed(dots));
        }
    }

    fn cut(&mut self, plugs: &Plugs) {
        if plugs.cutter_jam {
            self.jammed = true;
            return;
        }
        let strip = std::mem::replace(&mut self.strip, PrintedPaper::new(self.model.dots));
        // A cut of white paper is no ticket, and no end of a broken one either.
        if strip.is_blank() {
            self.strip.broken = strip.broken;
        } else {
            self.tickets.push(PrintedPaper { cut: true, ..strip });
        }
    }

    fn qr(&mut self) -> Option<String> {
        self.end_line(!self.line.is_empty());
        let Ok(data) = String::from_utf8(self.qr_data.clone()) else {
            return Some("a QR code that is no UTF-8".to_owned());
        };
        self.strip.parts.push(Part::Qr { data, module: self.qr_module, level: self.qr_level, align: self.align });
        None
    }

    fn picture(&mut self, picture: Picture) {
        let Picture { bitmap, scale, in_line } = picture;
        if !in_line {
            self.end_line(!self.line.is_empty());
        }
        self.strip.parts.push(Part::Picture { bitmap, scale, align: self.align });
    }

    /// `GS I`: as a printer that says as little as possible.
    fn identify(&self, n: u8, answers: &mut Vec<u8>) {
        let name = self.model.name;
        let text = match n {
            1 | 49 => return answers.push(0x20),
            2 | 50 => return answers.push(0x02),
            3 | 51 => return answers.push(0x01),
            65 => "1.00",
            66 => "VIRTUAL",
            67 => name.as_str(),
            68 => "0",
            _ => "GB18030",
        };
        answers.push(0x5F);
        answers.extend(text.bytes());
        answers.push(0);
    }
}
