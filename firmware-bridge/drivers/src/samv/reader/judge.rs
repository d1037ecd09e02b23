//! What an answer is worth: whether it belongs to what was asked, what it says, and what people are told about it.

use std::hash::{DefaultHasher, Hash, Hasher};

use protocol::bridge::{Card, CardTrouble};

use super::super::answer::{self, Answer, Meaning};
use super::super::frame::Request;
use super::super::text::{self, TextFault};

/// Tells one card's text from another's and says nothing about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u64);

/// How long an answer may take to begin.
pub(super) const fn patience(request: Request) -> u64 {
    match request {
        Request::ModuleId | Request::Status => 300,
        Request::Reset | Request::Find | Request::Select => 1_000,
        Request::Read => 3_500,
    }
}

/// Whether an answer can be one to this request. A failure carries no data, whatever was asked, nor does a module that is well.
pub(super) fn fits(request: Request, answer: &Answer<'_>) -> bool {
    let bytes = answer.data.len();
    match (answer.meaning(), request) {
        // Four more bytes are genuine, none is what some programs expect; it only leads to a selection.
        (Meaning::Found, Request::Find) => bytes <= 4,
        (Meaning::Done, Request::ModuleId) => bytes == 16,
        (Meaning::Done, Request::Select) => bytes == 8,
        (Meaning::Done, Request::Read) => bytes >= 4 + text::SIZE,
        (Meaning::Found, _)
        | (Meaning::Done, Request::Find)
        | (Meaning::NoCard | Meaning::Moved, Request::Reset | Request::Status | Request::ModuleId) => false,
        _ => bytes == 0,
    }
}

/// What a card says, its mark, and whether the photo stands where it belongs. The photo itself is not looked at.
pub(super) fn content(data: &[u8]) -> Result<(Card, Mark, bool), TextFault> {
    let parts = answer::parts(data).ok_or(TextFault::Number)?;
    let block = data.get(parts.text).and_then(|text| text.try_into().ok()).ok_or(TextFault::Number)?;
    let card = text::card(block)?;
    let mut hasher = DefaultHasher::new();
    block.hash(&mut hasher);
    let clean = data.get(parts.photo).is_some_and(|photo| photo.starts_with(&answer::PHOTO_BEGINS));
    Ok((card, Mark(hasher.finish()), clean))
}

/// What its holder is told about a result that is no card.
pub(super) const fn trouble(meaning: Meaning) -> CardTrouble {
    match meaning {
        Meaning::NotTrusted => CardTrouble::NotTrusted,
        Meaning::UnknownCard => CardTrouble::UnknownCard,
        Meaning::Moved | Meaning::NoCard | Meaning::Found => CardTrouble::Moved,
        _ => CardTrouble::Garbled,
    }
}
