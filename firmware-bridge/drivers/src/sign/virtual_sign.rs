//! What virtual signs have in common: their plugs, and what is to be seen of them.

use std::collections::VecDeque;

use protocol::bridge::{SignColour, SignEffect};
use serde::{Deserialize, Serialize};

use crate::onbon::area::Place;
use crate::onbon::text::Colour;
use crate::{Millis, VirtualDevice};

/// How many refused frames, and how many spoken texts, are remembered.
const REMEMBERED: usize = 100;

/// What is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
pub struct Plugs {
    /// Whether bytes get through, in both directions.
    pub line: bool,
    /// Whether it has power. Without it everything it showed is lost.
    pub power: bool,
    /// Whether bytes are spoilt on the way, sometimes there and sometimes back.
    pub garbled: bool,
    /// Whether it says "busy" to everything. A board that never answers takes nothing meanwhile.
    pub busy: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, power: true, garbled: false, busy: false }
    }
}

/// Something that the sign did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// When, in milliseconds of the shell's clock.
    pub at: u64,
    /// Why.
    pub why: String,
}

/// What stands in an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownArea {
    /// Which area.
    pub area: u8,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Its text; line breaks part lines. Of a sign that shows dots it is a row of dots a line.
    pub text: String,
    /// The colour of its first character.
    pub colour: Colour,
    /// How it comes.
    pub effect: SignEffect,
    /// Milliseconds until the board blanks it by itself; none when it does not.
    pub left_ms: Option<u64>,
}

impl ShownArea {
    /// A text that stands still in red in a place of its own.
    pub fn still(area: u8, place: Place, text: String) -> Self {
        Self { area, place, text, colour: Colour::Red, effect: SignEffect::Still, left_ms: None }
    }
}

/// What is to be seen and heard of a virtual sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Width in dots.
    pub width: u16,
    /// Height in dots.
    pub height: u16,
    /// What is plugged in.
    pub plugs: Plugs,
    /// What it shows, area by area; nothing while it is off.
    pub areas: Vec<ShownArea>,
    /// How bright, 0 to 15.
    pub brightness: u8,
    /// Whether it shows its test picture.
    pub test: bool,
    /// What it has said, newest last.
    pub said: Vec<String>,
    /// How many requests it has taken.
    pub taken: u64,
    /// The last frames that it did not take.
    pub rejected: Vec<Rejected>,
}

/// A sign made of code.
pub trait VirtualSign: VirtualDevice + Send {
    /// What is to be seen and heard of it.
    fn view(&self) -> View;

    /// Pulls and puts back plugs.
    fn plug(&mut self, plugs: Plugs);

    /// A picture of it as it is now, as PNG.
    ///
    /// # Errors
    ///
    /// The encoder's, which writing into memory does not have.
    fn png(&self) -> Result<Vec<u8>, png::EncodingError>;
}

impl VirtualDevice for Box<dyn VirtualSign> {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        (**self).receive(now, bytes);
    }

    fn answer(&mut self) -> Vec<u8> {
        (**self).answer()
    }

    fn wake_at(&self) -> Option<Millis> {
        (**self).wake_at()
    }
}

/// What every virtual sign remembers of its days.
#[derive(Debug, Default)]
pub(crate) struct Diary {
    rejected: VecDeque<Rejected>,
    said: VecDeque<String>,
    pub(crate) taken: u64,
}

impl Diary {
    pub(crate) fn reject(&mut self, now: Millis, why: impl Into<String>) {
        if self.rejected.len() == REMEMBERED {
            self.rejected.pop_front();
        }
        self.rejected.push_back(Rejected { at: now.0, why: why.into() });
    }

    pub(crate) fn say(&mut self, text: String) {
        if self.said.len() == REMEMBERED {
            self.said.pop_front();
        }
        self.said.push_back(text);
    }

    pub(crate) fn rejected(&self) -> impl ExactSizeIterator<Item = &Rejected> {
        self.rejected.iter()
    }

    pub(crate) fn said(&self) -> Vec<String> {
        self.said.iter().cloned().collect()
    }
}

/// The colour that a board with red, green and yellow dots shows.
pub(crate) const fn light(colour: SignColour) -> Colour {
    match colour {
        SignColour::Red => Colour::Red,
        SignColour::Green => Colour::Green,
        SignColour::Yellow => Colour::Yellow,
    }
}

/// A plain text, for tests.
#[cfg(test)]
pub(crate) fn text(says: &str) -> protocol::bridge::SignArea {
    protocol::bridge::SignArea { text: says.into(), ..<_>::default() }
}
