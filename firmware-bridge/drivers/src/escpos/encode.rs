//! A page to the bytes that print it.

use std::cell::RefCell;
use std::rc::Rc;

use ::escpos::driver::Driver;
use ::escpos::errors::{PrinterError, Result as Rendered};
use ::escpos::printer::Printer as Renderer;
use ::escpos::utils::{Encoder, JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};
use encoding_rs::GB18030;
use font::Canvas;
use protocol::bridge::{Align, Paper, PaperLine};
use thiserror::Error;

use super::bytes::{ESC, FS, GS, LF};
use super::layout::{columns, printable, shown, width, wrap};
use super::model::{Characters, ChineseSize, Cut, Model};
use super::raster::bands;

/// Why a page cannot be printed. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// Nothing on it.
    #[error("the page is empty")]
    Empty,
    /// More lines than [`Paper::MAX_LINES`].
    #[error("the page has {0} lines, {max} are allowed", max = Paper::MAX_LINES)]
    TooManyLines(usize),
    /// A text or QR code longer than [`Paper::MAX_TEXT`], or an empty QR code.
    #[error("line {line}: {length} bytes, at most {max} are allowed", max = Paper::MAX_TEXT)]
    Length {
        /// Which line.
        line: usize,
        /// How long it is, in bytes.
        length: usize,
    },
    /// A control character: it would be taken for a command.
    #[error("line {line}: control character U+{code:04X}")]
    Control {
        /// Which line.
        line: usize,
        /// Which character.
        code: u32,
    },
    /// A size that is not 1 to 8, or a feed that is not 1 to 10.
    #[error("line {line}: {value} is out of range")]
    Range {
        /// Which line.
        line: usize,
        /// What was asked for.
        value: u8,
    },
    /// The encoder refused.
    #[error("the encoder: {0}")]
    Encoder(String),
}

impl From<PrinterError> for EncodeError {
    fn from(error: PrinterError) -> Self {
        Self::Encoder(error.to_string())
    }
}

/// A page as the bytes of a printer, in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Whole commands each, in order: between two of them something else may be sent. The last one cuts.
    pub pieces: Vec<Vec<u8>>,
}

impl Encoded {
    /// All of it.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// The bytes that print a page on this model and cut it off.
///
/// # Errors
///
/// A page that breaks one of its limits is refused whole.
pub fn encode(model: &Model, paper: &Paper) -> Result<Encoded, EncodeError> {
    encode_below(None, model, paper)
}

/// The same, with a picture in the middle above everything else, such as the hall's sign; see [`super::logo`].
///
/// # Errors
///
/// As [`encode`].
pub fn encode_below(logo: Option<&Canvas>, model: &Model, paper: &Paper) -> Result<Encoded, EncodeError> {
    check(paper)?;
    let mut page = Page::new(model);
    page.begin()?;
    if let Some(logo) = logo {
        page.picture(logo)?;
    }
    for line in &paper.lines {
        match line {
            PaperLine::Text { text, size, align, bold } => page.text(text, *size, *align, *bold)?,
            PaperLine::Rule => page.rule()?,
            PaperLine::Qr { data } => page.qr(data)?,
            PaperLine::Feed { lines } => page.feed(*lines)?,
        }
    }
    page.cut()?;
    Ok(Encoded { pieces: page.pieces })
}

/// What strikes out and cuts off a strip that was begun and is not valid.
pub(super) fn void(model: &Model) -> Result<Vec<u8>, EncodeError> {
    let mut page = Page::new(model);
    page.begin()?;
    page.text(super::VOID_MARK, 1, Align::Center, true)?;
    page.cut()?;
    Ok(page.pieces.concat())
}

fn check(paper: &Paper) -> Result<(), EncodeError> {
    if paper.lines.is_empty() {
        return Err(EncodeError::Empty);
    }
    if paper.lines.len() > Paper::MAX_LINES {
        return Err(EncodeError::TooManyLines(paper.lines.len()));
    }
    for (line, part) in (1..).zip(&paper.lines) {
        let (text, shortest) = match part {
            PaperLine::Text { text, size, .. } => {
                in_range(line, *size, 8)?;
                (text, 0)
            }
            PaperLine::Qr { data } => (data, 1),
            PaperLine::Feed { lines } => {
                in_range(line, *lines, 10)?;
                continue;
            }
            PaperLine::Rule => continue,
        };
        if !(shortest..=Paper::MAX_TEXT).contains(&text.len()) {
            return Err(EncodeError::Length { line, length: text.len() });
        }
        if let Some(c) = text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(EncodeError::Control { line, code: c.into() });
        }
    }
    Ok(())
}

fn in_range(line: usize, value: u8, most: u8) -> Result<(), EncodeError> {
    if (1..=most).contains(&value) { Ok(()) } else { Err(EncodeError::Range { line, value }) }
}

/// Dots of a QR code's module: as many as make it about 27 mm wide, and never more than the paper holds with a margin.
///
/// Printers encode every text as bytes, so the number of modules follows from its length alone.
pub fn qr_module(length: usize, dots: u16) -> u8 {
    /// Bytes that fit into versions 1, 2, … at level M.
    const CAPACITY: [usize; 18] = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560];
    const WANTED_DOTS: usize = 216;
    let version = 1 + CAPACITY.iter().position(|most| length <= *most).unwrap_or(CAPACITY.len());
    let modules = 17 + 4 * version;
    let most = usize::from(dots) / (modules + 8);
    (WANTED_DOTS / modules).clamp(3, 8).min(most).max(1) as u8
}

/// Dots from a line to the next: its letters and a quarter of a plain line.
pub const fn spacing(size: u8) -> u8 {
    size * 26 + 6
}

/// Keeps what the renderer writes. It calls itself a driver; ours is [`super::Printer`].
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Rendered<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Rendered<usize> {
        Ok(0)
    }

    fn flush(&self) -> Rendered<()> {
        Ok(())
    }
}

/// How text is set at the moment; as after `ESC @`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    size: u8,
    align: Align,
    bold: bool,
}

const PLAIN: Style = Style { size: 1, align: Align::Left, bold: false };

struct Page<'a> {
    model: &'a Model,
    renderer: Renderer<Memory>,
    written: Memory,
    style: Style,
    pieces: Vec<Vec<u8>>,
}

impl<'a> Page<'a> {
    fn new(model: &'a Model) -> Self {
        let written = Memory::default();
        let renderer = Renderer::new(written.clone(), Protocol::new(Encoder::new(GB18030)), None);
        Self { model, renderer, written, style: PLAIN, pieces: Vec::new() }
    }

    /// What was said since the last time is a piece.
    fn piece(&mut self) -> Result<(), EncodeError> {
        self.renderer.print()?;
        let piece = self.written.0.take();
        if !piece.is_empty() {
            self.pieces.push(piece);
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), EncodeError> {
        self.renderer.init()?;
        if self.model.characters != Characters::Ascii {
            // Chinese mode: Chinese printers begin with it, Japanese ones do not.
            self.renderer.custom(&[FS, b'&'])?;
        }
        self.piece()
    }

    fn set(&mut self, style: Style) -> Result<(), EncodeError> {
        if style.align != self.style.align {
            self.renderer.justify(match style.align {
                Align::Left => JustifyMode::LEFT,
                Align::Center => JustifyMode::CENTER,
                Align::Right => JustifyMode::RIGHT,
            })?;
        }
        if style.size != self.style.size {
            self.renderer.size(style.size, style.size)?;
            if self.model.chinese_size == ChineseSize::Fs {
                // Twice as wide and high, or plain. Larger Chinese is drawn.
                self.renderer.custom(&[FS, b'!', if style.size == 1 { 0 } else { 0x0C }])?;
            }
            // Without it large lines would touch what stands below them.
            match style.size {
                1 => self.renderer.reset_line_spacing()?,
                size => self.renderer.line_spacing(spacing(size))?,
            };
        }
        if style.bold != self.style.bold {
            self.renderer.bold(style.bold)?;
        }
        self.style = style;
        Ok(())
    }

    fn text(&mut self, text: &str, size: u8, align: Align, bold: bool) -> Result<(), EncodeError> {
        let text = shown(text, self.model.characters);
        for line in wrap(&text, usize::from(self.model.columns) / usize::from(size)) {
            if self.has_letters_for(line, size) {
                self.set(Style { size, align, bold })?;
                if !line.is_empty() {
                    self.renderer.write(line)?;
                }
                self.renderer.custom(&[LF])?;
            } else {
                // Where the picture stands is drawn into it: not every printer aligns pictures.
                self.picture(&picture(self.model, line, size, align, bold))?;
            }
            self.piece()?;
        }
        Ok(())
    }

    /// Whether the printer can print this line in this size by itself.
    fn has_letters_for(&self, line: &str, size: u8) -> bool {
        let too_large = self.model.chinese_size == ChineseSize::Fs && size > 2;
        line.chars().all(|c| (c.is_ascii() || !too_large) && printable(c, self.model.characters))
    }

    /// A picture, a piece for each band of it, so that the printer can be asked how it is between two of them.
    fn picture(&mut self, picture: &Canvas) -> Result<(), EncodeError> {
        self.set(PLAIN)?;
        self.piece()?;
        for band in bands(picture) {
            self.renderer.custom(&band)?;
            self.piece()?;
        }
        Ok(())
    }

    fn rule(&mut self) -> Result<(), EncodeError> {
        let columns = usize::from(self.model.columns);
        let line =
            if printable('─', self.model.characters) { "─".repeat(columns / 2) } else { "-".repeat(columns) };
        self.text(&line, 1, Align::Left, false)
    }

    fn qr(&mut self, data: &str) -> Result<(), EncodeError> {
        self.set(Style { align: Align::Center, ..PLAIN })?;
        let module = qr_module(data.len(), self.model.dots);
        let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
        self.renderer.qrcode_option(data, option)?;
        self.piece()
    }

    fn feed(&mut self, lines: u8) -> Result<(), EncodeError> {
        self.set(PLAIN)?;
        self.renderer.feeds(lines)?;
        self.piece()
    }

    fn cut(&mut self) -> Result<(), EncodeError> {
        self.set(PLAIN)?;
        // Feeds to the cutter first, so that the last line is not cut through.
        let way = match self.model.cut {
            Cut::Partial => 0x42,
            Cut::Full => 0x41,
        };
        self.renderer.custom(&[GS, b'V', way, 0])?;
        self.piece()
    }
}

/// A line that the printer has no characters for, as it would print it if it had them: letters of 12 by 24 dots.
fn picture(model: &Model, line: &str, size: u8, align: Align, bold: bool) -> Canvas {
    /// White rows below, as under a line of text.
    const WHITE: usize = 6;
    let size = usize::from(size);
    let room = usize::from(model.dots);
    let wide = width(line) * 12 * size;
    let mut left = match align {
        Align::Left => 0,
        Align::Center => room.saturating_sub(wide) / 2,
        Align::Right => room.saturating_sub(wide),
    };
    let mut picture = Canvas::new(left + wide, 24 * size + WHITE);
    for c in line.chars() {
        let across = columns(c) * 12 * size;
        let glyph = font::glyph_or_mark(c);
        // Three dots of the printer for two of the font's: each of the font's is met at least once.
        for y in 0..24 * size {
            for x in 0..across {
                if glyph.is_set(x * 2 / (3 * size), y * 2 / (3 * size)) {
                    picture.set(left + x, y);
                    if bold {
                        picture.set(left + x + 1, y);
                    }
                }
            }
        }
        left += across;
    }
    picture
}

/// `ESC @`: forgets how text was set.
pub(super) const INITIALISE: [u8; 2] = [ESC, b'@'];

#[cfg(test)]
mod tests;
