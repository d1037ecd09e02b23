//! The 256 bytes of text on a card: UTF-16LE, fields at fixed places, padded with spaces.
//!
//! The letter at byte 248 says which layout it is, and it is looked at first: a library that did not know the layout of 2023
//! showed its cards as residents with the English name for an address. A letter that nobody knows is refused.
//!
//! A card is believed when it agrees with itself: the check digit of its number, the birth inside its number, and days that
//! exist and follow each other.

use protocol::bridge::{Card, CardKind};
use protocol::pii::Pii;
use zeroize::Zeroizing;

use super::number;

/// Bytes of the text.
pub const SIZE: usize = 256;

/// Where the letter of the layout stands.
pub const KIND: usize = 248;

/// Why a text is not believed. It names the field and never what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// A layout that this program does not know.
    Kind,
    /// No name, or one that cannot be.
    Name,
    /// The number is malformed, or its check digit is wrong.
    Number,
    /// The birth is no day, or not that of the number, or later than the card.
    Birth,
    /// A sex that GB/T 2261.1 does not know.
    Sex,
    /// The card's days do not exist, or end before they begin.
    Validity,
}

/// Where a field stands: its first byte, and how many.
type Field = (usize, usize);

/// Where the fields of a layout stand.
struct Layout {
    kind: CardKind,
    /// The name as people write it.
    name: &'static [Field],
    /// The name that is taken when the first is empty.
    english: &'static [Field],
    sex: Field,
    birth: Field,
    number: Field,
}

const RESIDENT: Layout = Layout {
    kind: CardKind::Resident,
    name: &[(0, 30)],
    english: &[],
    sex: (30, 2),
    birth: (36, 16),
    number: (122, 36),
};

const LAYOUTS: [(u16, Layout); 4] = [
    (b' ' as u16, RESIDENT),
    (b'J' as u16, Layout { kind: CardKind::ResidencePermit, ..RESIDENT }),
    (
        b'I' as u16,
        Layout {
            kind: CardKind::Foreigner2017,
            name: &[(158, 30)],
            english: &[(0, 120)],
            sex: (120, 2),
            birth: (220, 16),
            number: (122, 30),
        },
    ),
    // The English name goes on far behind its beginning.
    (b'Y' as u16, Layout { kind: CardKind::Foreigner2023, english: &[(52, 70), (220, 22)], ..RESIDENT }),
];

const VALID_FROM: Field = (188, 16);
const VALID_TO: Field = (204, 16);

/// Reads the text of a card.
pub fn card(block: &[u8; SIZE]) -> Result<Card, TextFault> {
    let letter = u16::from_le_bytes([block[KIND], block[KIND + 1]]);
    let (_, layout) = LAYOUTS.iter().find(|(known, _)| *known == letter).ok_or(TextFault::Kind)?;
    let field = |field: Field| text(block, &[field]);
    let day = |at: Field| field(at).filter(|it| number::is_day(it));

    let number = field(layout.number).filter(|it| plausible(layout.kind, it)).ok_or(TextFault::Number)?;
    let birth = day(layout.birth).ok_or(TextFault::Birth)?;
    let born = match layout.kind {
        CardKind::Foreigner2017 => number[7..13] == birth[2..],
        _ => &number[6..14] == birth.as_str(),
    };
    let from = day(VALID_FROM).ok_or(TextFault::Validity)?;
    let to = match field(VALID_TO).ok_or(TextFault::Validity)? {
        to if to.as_str() == "长期" => None,
        to if number::is_day(&to) && *to >= *from => Some(Pii::new(to.to_string())),
        _ => return Err(TextFault::Validity),
    };
    if !born || *birth > *from {
        return Err(TextFault::Birth);
    }
    if !field(layout.sex).is_some_and(|sex| matches!(sex.as_str(), "0" | "1" | "2" | "9")) {
        return Err(TextFault::Sex);
    }
    let mut name = text(block, layout.name).ok_or(TextFault::Name)?;
    if name.is_empty() {
        name = text(block, layout.english).filter(|it| !it.is_empty()).ok_or(TextFault::Name)?;
    }
    Ok(Card {
        kind: layout.kind,
        number: Pii::new(number.to_string()),
        name: Pii::new(name.to_string()),
        birth: Pii::new(birth.to_string()),
        valid_to: to,
    })
}

/// Whether a number has the form that its layout prescribes.
fn plausible(kind: CardKind, number: &str) -> bool {
    match kind {
        CardKind::Resident => number::verifies(number),
        CardKind::ResidencePermit => {
            ["81", "82", "83"].iter().any(|place| number.starts_with(place)) && number::verifies(number)
        }
        // Three letters of a country, four digits of a place, six of a birth and two more. How the last one is reckoned stands
        // in a single source, so it is not checked.
        CardKind::Foreigner2017 => {
            number.is_ascii()
                && number.len() == 15
                && number[..3].bytes().all(|byte| byte.is_ascii_uppercase())
                && number::digits(&number[3..])
        }
        CardKind::Foreigner2023 => number.starts_with('9') && number::verifies(number),
    }
}

/// Fields as one text, without the spaces around it. None when it is no text at all.
fn text(block: &[u8; SIZE], fields: &[Field]) -> Option<Zeroizing<String>> {
    let units = fields.iter().flat_map(|(at, bytes)| block[*at..at + bytes].chunks_exact(2));
    let units = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    // Made as large as it can become at once, so that it leaves no copies behind as it grows.
    let mut read = Zeroizing::new(String::with_capacity(fields.iter().map(|(_, bytes)| bytes * 2).sum()));
    for character in char::decode_utf16(units) {
        match character {
            Ok('\0') if read.is_empty() => {}
            Ok('\0') => read.push(' '),
            Ok(character) if !character.is_control() => read.push(character),
            _ => return None,
        }
    }
    Some(Zeroizing::new(read.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samv::virtual_reader::deck;

    fn put(block: &mut [u8; SIZE], at: usize, text: &str) {
        for (unit, place) in text.encode_utf16().zip(block[at..].chunks_exact_mut(2)) {
            place.copy_from_slice(&unit.to_le_bytes());
        }
    }

    #[test]
    fn every_card_of_the_deck_is_read() {
        for known in deck::cards() {
            let card = card(&known.block()).unwrap();
            assert_eq!(card.kind, known.kind);
            assert_eq!(*card.number.reveal(), known.number);
            assert_eq!(*card.name.reveal(), known.name);
            assert_eq!(*card.birth.reveal(), known.birth);
            assert_eq!(card.valid_to.as_ref().map(Pii::reveal), known.valid_to.as_ref());
        }
    }

    #[test]
    fn layouts_differ_where_the_reference_says() {
        let of = |kind| deck::cards().into_iter().find(|card| card.kind == kind).unwrap().block();
        let at = |block: &[u8; SIZE], at: usize, bytes: usize| text(block, &[(at, bytes)]).unwrap().to_string();
        let j = of(CardKind::ResidencePermit);
        assert_eq!((at(&j, 32, 4), at(&j, 248, 2)), (String::new(), "J".into()));
        assert_eq!(at(&j, 220, 18).len(), 9);
        let i = of(CardKind::Foreigner2017);
        assert_eq!((at(&i, 152, 6).len(), at(&i, 248, 2)), (3, "I".into()));
        let y = of(CardKind::Foreigner2023);
        assert_eq!((at(&y, 242, 6).len(), at(&y, 248, 2)), (3, "Y".into()));
    }

    #[test]
    fn an_unknown_letter_is_refused_before_anything_is_believed() {
        let mut block = deck::cards()[0].block();
        for letter in ["A", "Z", "j", "\0", "中"] {
            put(&mut block, KIND, letter);
            assert_eq!(card(&block), Err(TextFault::Kind), "{letter}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let spoilt = |at: usize, text: &str| {
            let mut block = deck::cards()[0].block();
            put(&mut block, at, text);
            card(&block).unwrap_err()
        };
        assert_eq!(spoilt(122, "110000190001010013"), TextFault::Number);
        assert_eq!(spoilt(122, "11000019000101001"), TextFault::Number);
        // A right number of somebody else.
        assert_eq!(spoilt(122, "110000200002290024"), TextFault::Birth);
        assert_eq!(spoilt(36, "19000230"), TextFault::Birth);
        assert_eq!(spoilt(30, "3"), TextFault::Sex);
        assert_eq!(spoilt(204, "19000101"), TextFault::Validity);
        assert_eq!(spoilt(204, "someday "), TextFault::Validity);
        assert_eq!(spoilt(188, "18990101"), TextFault::Birth);
        assert_eq!(spoilt(0, "               "), TextFault::Name);
        assert_eq!(spoilt(0, "\u{7}"), TextFault::Name);
        let mut block = deck::cards()[0].block();
        block[0..2].copy_from_slice(&0xD800_u16.to_le_bytes());
        assert_eq!(card(&block), Err(TextFault::Name));
    }

    #[test]
    fn a_name_of_two_planes_is_one_name() {
        let rare = deck::cards().into_iter().find(|card| card.name.chars().any(|it| it as u32 > 0xFFFF)).unwrap();
        assert_eq!(*card(&rare.block()).unwrap().name.reveal(), rare.name);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), SIZE), letter in 0_usize..5) {
            let mut block: [u8; SIZE] = bytes.try_into().unwrap();
            if let Some(letter) = [" ", "J", "I", "Y"].get(letter) {
                put(&mut block, KIND, letter);
            }
            let _ = card(&block);
        }

        #[test]
        fn a_shifted_text_is_never_believed(which in 0_usize..14, at in 0_usize..122, filler in any::<u8>()) {
            let block = deck::cards()[which].block();
            let mut shifted = block.to_vec();
            shifted.insert(at, filler);
            let shifted: [u8; SIZE] = shifted[..SIZE].try_into().unwrap();
            prop_assert!(shifted == block || card(&shifted).is_err());
        }
    }
}
