//! Modules of digits that speak Modbus RTU: register 0 takes a signed number, the registers from 70h take letters, two each, the
//! first in the high byte. That order is the usual one; the module's own text does not say it.

use crate::frames::crc;
use crate::sign::Refusal;
use crate::sign::board::{Face, Verdict, Wire};
use crate::sign::figure::Figure;

/// Takes a signed number.
pub const NUMBER: u16 = 0;
/// Where letters begin.
pub const LETTERS: u16 = 0x70;
/// Most registers that one request may write.
const MOST: usize = 123;

/// What a module is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Function 06: one register.
    One {
        /// Which.
        register: u16,
        /// Its value.
        value: u16,
    },
    /// Function 16: registers in a row.
    Several {
        /// The first.
        register: u16,
        /// Their values, at least one.
        values: Vec<u16>,
    },
}

/// Why a module refuses, by Modbus' own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// 01: no such function.
    Function,
    /// 02: no such register.
    Register,
    /// 03: a value that it does not take.
    Value,
    /// 06: busy.
    Busy,
}

impl Exception {
    /// Its code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Function => 1,
            Self::Register => 2,
            Self::Value => 3,
            Self::Busy => 6,
        }
    }
}

/// A request to a unit, with its checksum.
pub fn encode(unit: u8, request: &Request) -> Vec<u8> {
    let mut bytes = vec![unit];
    match request {
        Request::One { register, value } => {
            bytes.push(6);
            bytes.extend_from_slice(&register.to_be_bytes());
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        Request::Several { register, values } => {
            let values = &values[..values.len().min(MOST)];
            bytes.push(16);
            bytes.extend_from_slice(&register.to_be_bytes());
            bytes.extend_from_slice(&(values.len() as u16).to_be_bytes());
            bytes.push(2 * values.len() as u8);
            bytes.extend(values.iter().flat_map(|value| value.to_be_bytes()));
        }
    }
    crc::sealed(bytes)
}

/// How long a request is, by its first bytes; none while too few are there or its function is not known.
pub fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [_, 3..=6, ..] => Some(8),
        [_, 16, _, _, _, _, count, ..] => Some(9 + usize::from(*count)),
        _ => None,
    }
}

/// Reads a whole request whose checksum is right; none when it is no frame.
pub fn decode(frame: &[u8]) -> Option<(u8, Result<Request, Exception>)> {
    if frame.len() < 4 || !crc::is_sealed(frame) {
        return None;
    }
    let word = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    let (unit, content) = (frame[0], &frame[1..frame.len() - 2]);
    let request = match content {
        [6, a, b, c, d] => Ok(Request::One { register: word(*a, *b), value: word(*c, *d) }),
        [16, a, b, c, d, count, values @ ..] => {
            let registers = usize::from(word(*c, *d));
            if (1..=MOST).contains(&registers) && usize::from(*count) == values.len() && values.len() == 2 * registers {
                let values = values.chunks_exact(2).map(|pair| word(pair[0], pair[1])).collect();
                Ok(Request::Several { register: word(*a, *b), values })
            } else {
                Err(Exception::Value)
            }
        }
        [6, ..] => Err(Exception::Value),
        _ => Err(Exception::Function),
    };
    Some((unit, request))
}

/// The answer to a request.
pub fn answer(frame: &[u8], outcome: Result<(), Exception>) -> Vec<u8> {
    let (unit, function) = (frame[0], frame[1]);
    crc::sealed(match outcome {
        // Both functions give back their first six bytes.
        Ok(()) => frame[..6].to_vec(),
        Err(exception) => vec![unit, function | 0x80, exception.code()],
    })
}

/// The language of such a module.
pub struct Modbus {
    unit: u8,
    digits: usize,
    baud: u32,
}

impl Modbus {
    /// The module of a unit with so many digits, on a line of so many bits a second.
    pub const fn new(unit: u8, digits: usize, baud: u32) -> Self {
        Self { unit, digits, baud }
    }

    fn letters(&self, text: &str) -> Vec<u8> {
        let mut letters = text.as_bytes().to_vec();
        letters.resize(self.digits.next_multiple_of(2), b' ');
        let values = letters.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        encode(self.unit, &Request::Several { register: LETTERS, values })
    }
}

impl Wire for Modbus {
    fn areas(&self) -> u8 {
        1
    }

    fn show(&self, _: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
        let figure = match face {
            Face::Blank => Figure::Blank,
            Face::Stale => Figure::Dashes,
            Face::Test => return Ok(vec![self.letters(&"8".repeat(self.digits))]),
            Face::Content(content) => Figure::of(content),
        };
        let letters = figure.letters(self.digits).ok_or(Refusal::TooLong)?;
        let telegram = match figure {
            Figure::Number(number) if i16::try_from(number).is_ok() => {
                encode(self.unit, &Request::One { register: NUMBER, value: number as i16 as u16 })
            }
            _ => self.letters(&letters),
        };
        Ok(vec![telegram])
    }

    fn answers(&self) -> bool {
        true
    }

    fn read(&self, telegram: &[u8], received: &[u8]) -> Option<Verdict> {
        let [unit, function, ..] = telegram else { return None };
        let taken = answer(telegram, Ok(()));
        // Noise before it is passed over.
        (0..received.len()).find_map(|from| {
            let rest = &received[from..];
            if rest.starts_with(&taken) {
                return Some(Verdict::Taken);
            }
            let exception = rest.get(..5).filter(|frame| crc::is_sealed(frame))?;
            match exception {
                [from, refused, code, ..] if from == unit && *refused == function | 0x80 => Some(match code {
                    // "Acknowledge" means that it will take long.
                    5 | 6 => Verdict::Busy,
                    code => Verdict::Refused(*code),
                }),
                _ => None,
            }
        })
    }

    fn gap(&self, telegram: &[u8]) -> u64 {
        // Eleven bits a character; three and a half characters of silence between frames, and never less than 1.75 ms.
        let bits = telegram.len() as u64 * 11_000 + 38_500;
        bits.div_ceil(u64::from(self.baud)).max(2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_of_the_standard() {
        // A published example of function 06: unit 17, register 1, value 3.
        assert_eq!(
            encode(0x11, &Request::One { register: 1, value: 3 }),
            [0x11, 0x06, 0x00, 0x01, 0x00, 0x03, 0x9A, 0x9B]
        );
        // And of function 16: unit 17, registers 1 and 2, values 10 and 258.
        let several = Request::Several { register: 1, values: vec![10, 258] };
        assert_eq!(
            encode(0x11, &several),
            [0x11, 0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02, 0xC6, 0xF0]
        );
        assert_eq!(decode(&encode(0x11, &several)), Some((0x11, Ok(several))));
        assert_eq!(decode(&crc::sealed(vec![1, 0x2B, 0])), Some((1, Err(Exception::Function))));
        assert_eq!(decode(&crc::sealed(vec![1, 16, 0, 0x70, 0, 2, 3, 1, 2, 3])), Some((1, Err(Exception::Value))));
        assert_eq!(decode(&[1, 6, 0, 0, 0, 1, 0, 0]), None);
    }

    #[test]
    fn answers_are_read_through_noise_and_for_the_right_unit_alone() {
        let wire = Modbus::new(1, 4, 9_600);
        let telegram = encode(1, &Request::One { register: 0, value: 23 });
        let read = |received: &[u8]| wire.read(&telegram, received);
        assert_eq!(read(&telegram), Some(Verdict::Taken));
        assert_eq!(read(&telegram[..7]), None);
        assert_eq!(read(&[&[0xFF, 0x00][..], &telegram].concat()), Some(Verdict::Taken));
        assert_eq!(read(&answer(&telegram, Err(Exception::Busy))), Some(Verdict::Busy));
        assert_eq!(read(&answer(&telegram, Err(Exception::Register))), Some(Verdict::Refused(2)));
        assert_eq!(read(&crc::sealed(vec![2, 0x86, 2])), None);
        assert_eq!(read(&encode(1, &Request::One { register: 0, value: 24 })), None, "another number");
        assert!(wire.gap(&[]) >= 4 && Modbus::new(1, 4, 115_200).gap(&[]) >= 2);
    }

    proptest! {
        #[test]
        fn requests_come_back(unit in any::<u8>(), register in any::<u16>(), values in proptest::collection::vec(any::<u16>(), 1..40)) {
            for request in [Request::One { register, value: values[0] }, Request::Several { register, values }] {
                let bytes = encode(unit, &request);
                prop_assert_eq!(length(&bytes), Some(bytes.len()));
                prop_assert_eq!(decode(&bytes), Some((unit, Ok(request))));
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (decode(&bytes), length(&bytes));
            let _ = Modbus::new(1, 4, 9_600).read(&[1, 6, 0, 0, 0, 1, 0, 0], &bytes);
            let _ = decode(&crc::sealed(bytes));
        }
    }
}
