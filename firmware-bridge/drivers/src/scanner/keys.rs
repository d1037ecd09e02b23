//! Keys as the kernel tells them: records `struct input_event` (`linux/input.h`) of evdev, in the byte order of the machine.
//!
//! ```text
//! seconds 8 | microseconds 8 | type 2 | code 2 | value 4      24 bytes where addresses have 64 bits
//! seconds 4 | microseconds 4 | type 2 | code 2 | value 4      16 bytes where they have 32
//! ```
//!
//! The kernel gives whole records. A record of type 0 and code 3 says that some were lost.

use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of the time before a record's type.
const TIME: usize = 2 * size_of::<usize>();
/// Bytes of a record.
pub const RECORD: usize = TIME + 8;

/// Type of a record that parts others, and its code for "some were lost".
const SYN: u16 = 0;
const DROPPED: u16 = 3;
/// Type of a record about a key.
const KEY: u16 = 1;
const RELEASED: i32 = 0;
const PRESSED: i32 = 1;

const ENTER: u16 = 28;
const KEYPAD_ENTER: u16 = 96;
const SHIFTS: [u16; 2] = [42, 54];
/// The key that a virtual scanner holds for capitals.
const SHIFT: u16 = SHIFTS[0];

/// First code of a row of keys, what they type, and what they type with shift.
const ROWS: [(u16, &[u8], &[u8]); 10] = [
    (2, b"1234567890-=", b"!@#$%^&*()_+"),
    (16, b"qwertyuiop[]", b"QWERTYUIOP{}"),
    (30, b"asdfghjkl;'`", b"ASDFGHJKL:\"~"),
    (43, b"\\zxcvbnm,./", b"|ZXCVBNM<>?"),
    (57, b" ", b" "),
    // The keypad, as with its lock on.
    (55, b"*", b"*"),
    (71, b"789-456+1230.", b"789-456+1230."),
    (98, b"/", b"/"),
    (117, b"=", b"="),
    (121, b",", b","),
];

/// What has been typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Typed(u8),
    /// The end of a code.
    Enter,
    /// A key that is no character, or some were lost.
    Strange,
}

/// Records on their way, and which shifts are held.
#[derive(Default)]
pub struct Keys {
    record: Zeroizing<[u8; RECORD]>,
    known: usize,
    shifts: [bool; 2],
}

impl Keys {
    /// Takes one byte; a key when a record is whole and says one.
    pub fn take(&mut self, byte: u8) -> Option<Key> {
        self.record[self.known] = byte;
        self.known += 1;
        if self.known < RECORD {
            return None;
        }
        let two = |at: usize| u16::from_ne_bytes([self.record[TIME + at], self.record[TIME + at + 1]]);
        let (kind, code) = (two(0), two(2));
        let [.., a, b, c, d] = *self.record;
        let value = i32::from_ne_bytes([a, b, c, d]);
        self.record.zeroize();
        self.known = 0;
        self.record(kind, code, value)
    }

    fn record(&mut self, kind: u16, code: u16, value: i32) -> Option<Key> {
        match (kind, code, value) {
            (SYN, DROPPED, _) => {
                self.shifts = [false; 2];
                Some(Key::Strange)
            }
            (KEY, shift, RELEASED | PRESSED) if SHIFTS.contains(&shift) => {
                self.shifts[usize::from(shift == SHIFTS[1])] = value == PRESSED;
                None
            }
            (KEY, ENTER | KEYPAD_ENTER, PRESSED) => Some(Key::Enter),
            (KEY, code, PRESSED) => Some(character(code, self.shifts != [false; 2]).map_or(Key::Strange, Key::Typed)),
            _ => None,
        }
    }
}

fn character(code: u16, shifted: bool) -> Option<u8> {
    ROWS.iter().find_map(|(first, plain, with_shift)| {
        let row = if shifted { with_shift } else { plain };
        row.get(usize::from(code.checked_sub(*first)?)).copied()
    })
}

/// A record, at no time.
pub(super) fn record(kind: u16, code: u16, value: i32) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[TIME..TIME + 2].copy_from_slice(&kind.to_ne_bytes());
    record[TIME + 2..TIME + 4].copy_from_slice(&code.to_ne_bytes());
    record[TIME + 4..].copy_from_slice(&value.to_ne_bytes());
    record
}

/// "Some were lost."
pub fn dropped() -> [u8; RECORD] {
    record(SYN, DROPPED, 0)
}

/// The records of a text that is typed, and of Enter if it ends so. None when no key types one of its characters.
pub fn typed(text: &str, enter: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut key = |code, value| {
        bytes.extend(record(KEY, code, value));
        bytes.extend(record(SYN, 0, 0));
    };
    for byte in text.bytes() {
        let in_row = |row: &[u8]| row.iter().position(|other| *other == byte).map(|at| at as u16);
        let (code, shifted) = ROWS.iter().find_map(|(first, plain, with_shift)| {
            let plain = in_row(plain).map(|at| (first + at, false));
            plain.or_else(|| in_row(with_shift).map(|at| (first + at, true)))
        })?;
        if shifted {
            key(SHIFT, PRESSED);
        }
        key(code, PRESSED);
        key(code, RELEASED);
        if shifted {
            key(SHIFT, RELEASED);
        }
    }
    if enter {
        key(ENTER, PRESSED);
        key(ENTER, RELEASED);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scanner::{Model, Unreadable, decode};

    fn keys(records: &[(u16, i32)]) -> Vec<u8> {
        records.iter().flat_map(|(code, value)| record(KEY, *code, *value)).collect()
    }

    /// A record as the kernel writes it on a little-endian machine with addresses of 64 bits: `KEY_A` (30) is pressed.
    #[test]
    #[cfg(all(target_pointer_width = "64", target_endian = "little"))]
    fn a_record_of_the_kernel() {
        let mut bytes = vec![0x68, 0x9A, 0x3F, 0x67, 0, 0, 0, 0, 0x11, 0x22, 0x03, 0, 0, 0, 0, 0];
        bytes.extend([0x01, 0x00, 0x1E, 0x00, 0x01, 0x00, 0x00, 0x00]);
        assert_eq!(bytes.len(), RECORD);
        let mut keys = Keys::default();
        let told: Vec<Key> = bytes.iter().filter_map(|byte| keys.take(*byte)).collect();
        assert_eq!(told, [Key::Typed(b'a')]);
    }

    #[test]
    fn shift_makes_capitals_and_signs_for_as_long_as_one_is_held() {
        let bytes = keys(&[(42, 1), (30, 1), (30, 0), (54, 1), (42, 0), (2, 1), (54, 0), (2, 1), (98, 1), (96, 1)]);
        assert_eq!(decode(Model::Hid, &bytes)[0].as_ref().unwrap().reveal(), "A!1/");
    }

    #[test]
    fn a_key_that_is_held_types_once() {
        let bytes = keys(&[(30, 1), (30, 2), (30, 2), (30, 0), (28, 1), (28, 2), (28, 0)]);
        let codes = decode(Model::Hid, &bytes);
        assert_eq!(codes.len(), 1);
        assert_eq!(codes[0].as_ref().unwrap().reveal(), "a");
    }

    #[test]
    fn lost_and_strange_keys_spoil_one_code_and_not_the_next() {
        for strange in [dropped().to_vec(), keys(&[(29, 1)]), keys(&[(56, 1)]), keys(&[(58, 1)]), keys(&[(111, 1)])] {
            let bytes =
                [&typed("A00", false).unwrap()[..], &strange, &typed("1", true).unwrap(), &typed("B2", true).unwrap()];
            let codes = decode(Model::Hid, &bytes.concat());
            assert_eq!(codes[0], Err(Unreadable::Keys));
            assert_eq!(codes[1].as_ref().unwrap().reveal(), "B2");
        }
    }

    #[test]
    fn every_character_of_ascii_has_its_key() {
        let all: String = (b' '..=b'~').map(char::from).collect();
        assert_eq!(decode(Model::Hid, &typed(&all, true).unwrap())[0].as_ref().unwrap().reveal(), &all);
        assert_eq!(typed("排", true), None);
        assert_eq!(typed("a\tb", true), None);
    }
}
