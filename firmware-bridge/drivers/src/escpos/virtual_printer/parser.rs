//! The bytes that a printer gets, read one by one: whatever comes, in whatever portions, becomes [`Op`]s.

use font::Canvas;

use crate::escpos::bytes::{DC4, DLE, ENQ, EOT, ESC, FS, GS, LF};

mod commands;
mod text;

/// What the bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Print a character: which, and whether it takes two columns.
    Char(char, bool),
    /// End the line.
    LineFeed,
    /// Forget how text was set (`ESC @`).
    Initialise,
    /// 0 left, 1 in the middle, 2 right.
    Align(u8),
    /// How many times as wide and high.
    Size(u8, u8),
    /// How many times as wide and high Chinese is (`FS !`, `FS W`).
    ChineseSize(u8, u8),
    /// The old way to set bold, double height and width and an underline at once (`ESC !`).
    Mode(u8),
    /// Bold or not.
    Bold(bool),
    /// Underlined or not.
    Underline(bool),
    /// White on black or not.
    Invert(bool),
    /// Chinese mode on or off.
    Chinese(bool),
    /// Code page of single-byte text.
    CodePage(u8),
    /// Dots from line to line; none for the usual ones.
    LineSpacing(Option<u8>),
    /// Feed so many lines.
    FeedLines(u8),
    /// Feed so many dots.
    FeedDots(u8),
    /// Where the next character stands, in dots from the left.
    Column(u16),
    /// Go so many dots to the right.
    Advance(i16),
    /// Cut; feed so many dots before.
    Cut {
        /// Leave a point standing.
        partial: bool,
        /// Dots.
        feed: u8,
    },
    /// Dots of a QR module.
    QrModule(u8),
    /// Error level of a QR code, `'0'` for L to `'3'` for H.
    QrLevel(u8),
    /// What the QR code is to say.
    QrData(Vec<u8>),
    /// Print the QR code.
    QrPrint,
    /// Print a picture.
    Picture(Picture),
    /// Keep a picture until it is to be printed (`GS ( L` function 112).
    Store(Picture),
    /// Print the picture that was stored last (`GS ( L` function 50).
    PrintStored,
    /// A bar code: its kind as in `GS k` and what it says.
    Barcode(u8, Vec<u8>),
    /// Height of bar codes in dots.
    BarcodeHeight(u8),
    /// Where the text of a bar code stands: 0 nowhere, bit 0 above, bit 1 below.
    BarcodeText(u8),
    /// Say by yourself what changes (`GS a`).
    AutomaticStatus(u8),
    /// Say the paper's (1) or the drawer's (2) state (`GS r`).
    PaperStatus(u8),
    /// Say this name when everything before is printed (`GS ( H`).
    Confirm([u8; 4]),
    /// Say who you are (`GS I`).
    Identify(u8),
    /// Was carried out on arrival, or changes nothing that is seen here.
    Nothing,
    /// No command that is known.
    Unknown(Vec<u8>),
}

/// A picture as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its dots.
    pub bitmap: Canvas,
    /// How many times as wide and high it is printed.
    pub scale: (u8, u8),
    /// It stands in the line, like a character, instead of between two lines.
    pub in_line: bool,
}

/// Reads the bytes of a printer.
#[derive(Debug)]
pub struct Parser {
    begun: Vec<u8>,
    chinese: bool,
    code_page: u8,
    starts_chinese: bool,
    stored: Option<Picture>,
}

/// What a beginning of a command is.
enum Read {
    /// More bytes are needed.
    More,
    /// A whole command.
    Whole(Op),
}

use Read::{More, Whole};

impl Parser {
    /// A parser of a printer that begins in Chinese mode or not.
    pub const fn new(starts_chinese: bool) -> Self {
        Self { begun: Vec::new(), chinese: starts_chinese, code_page: 0, starts_chinese, stored: None }
    }

    /// Forgets everything: the power was off.
    pub fn reset(&mut self) {
        *self = Self::new(self.starts_chinese);
    }

    /// Forgets a command that has only begun.
    pub fn clear(&mut self) {
        self.begun.clear();
    }

    /// Takes in a byte; what is said when it was the last of something.
    pub fn byte(&mut self, byte: u8) -> Option<Op> {
        self.begun.push(byte);
        let op = match self.read() {
            More => return None,
            Whole(op) => op,
        };
        self.begun.clear();
        Some(self.note(op))
    }

    fn read(&self) -> Read {
        let begun = self.begun.as_slice();
        match begun {
            [LF, ..] => Whole(Op::LineFeed),
            [ESC, rest @ ..] => commands::escape(rest),
            [GS, rest @ ..] => commands::group(rest),
            [FS, rest @ ..] => commands::field(rest),
            [DLE, rest @ ..] => real_time(rest),
            // Form feed, carriage return, cancel, tabulator: nothing that a ticket shows.
            [0x00..=0x1F, ..] => Whole(Op::Nothing),
            _ => text::read(begun, self.chinese, self.code_page),
        }
    }

    /// Remembers what changes how the next bytes are read.
    fn note(&mut self, op: Op) -> Op {
        match op {
            Op::Initialise => {
                self.chinese = self.starts_chinese;
                self.code_page = 0;
            }
            Op::Chinese(on) => self.chinese = on,
            Op::CodePage(page) => self.code_page = page,
            Op::Store(picture) => {
                self.stored = Some(picture);
                return Op::Nothing;
            }
            Op::PrintStored => return self.stored.clone().map_or(Op::Nothing, Op::Picture),
            _ => {}
        }
        op
    }
}

/// `DLE …`: carried out on arrival; here it is only skipped.
fn real_time(rest: &[u8]) -> Read {
    let length = match rest {
        [] | [DC4] => return More,
        [EOT | ENQ, ..] => 2,
        // Clears the buffers: seven bytes more. The others have three parameters.
        [DC4, 8, ..] => 9,
        [DC4, ..] => 4,
        _ => 1,
    };
    if rest.len() < length {
        return More;
    }
    Whole(if length == 1 { Op::Unknown(vec![DLE, rest[0]]) } else { Op::Nothing })
}
