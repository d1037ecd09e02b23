//! What a card answers: it has taken a request, or why not.

use serde::Serialize;

/// Why a card refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Error {
    /// No such group of commands.
    Group,
    /// No such command.
    Command,
    /// It is busy.
    Busy,
    /// It has no room.
    Memory,
    /// The checksum was wrong.
    Checksum,
    /// It has not the font.
    Font,
    /// A date or time that is none.
    Date,
    /// Another of the maker's codes: files, flash and firmware.
    Other(u8),
}

impl Error {
    /// The error of a code.
    pub const fn of(code: u8) -> Self {
        match code {
            1 => Self::Group,
            2 => Self::Command,
            3 => Self::Busy,
            4 => Self::Memory,
            5 => Self::Checksum,
            12 => Self::Font,
            14 => Self::Date,
            other => Self::Other(other),
        }
    }

    /// Its code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Group => 1,
            Self::Command => 2,
            Self::Busy => 3,
            Self::Memory => 4,
            Self::Checksum => 5,
            Self::Font => 12,
            Self::Date => 14,
            Self::Other(code) => code,
        }
    }
}

/// An answer without data of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Taken.
    Ack,
    /// Not taken.
    Nack(Error),
}

impl Answer {
    /// The data of its frame.
    pub const fn encode(self) -> [u8; 5] {
        match self {
            Self::Ack => [0xA0, 0, 0, 0, 0],
            Self::Nack(error) => [0xA0, 1, error.code(), 0, 0],
        }
    }

    /// Reads the data of a frame; none when it is something else.
    pub const fn decode(data: &[u8]) -> Option<Self> {
        match data {
            [0xA0, 0, 0, _, _] => Some(Self::Ack),
            [0xA0, 1, code, _, _] => Some(Self::Nack(Error::of(*code))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onbon::frame::decode_all;
    use crate::rig::vectors;

    #[test]
    fn every_code_comes_back() {
        for code in 0..=255 {
            assert_eq!(Error::of(code).code(), code);
            let nack = Answer::Nack(Error::of(code));
            assert_eq!(Answer::decode(&nack.encode()), Some(nack));
        }
        assert_eq!(Answer::decode(&Answer::Ack.encode()), Some(Answer::Ack));
        assert_eq!(Answer::decode(&[0xA2, 0, 0, 0, 0]), None);
        assert_eq!(Answer::decode(&[]), None);
    }

    #[test]
    fn published_answers() {
        let vectors = vectors::read(include_str!("../../vectors/onbon.txt"));
        let answer = |says: &str| {
            let vector = vectors.iter().find(|vector| vector.says.starts_with(says)).unwrap();
            Answer::decode(&decode_all(&vector.bytes)[0].as_ref().unwrap().data)
        };
        assert_eq!(answer("ACK"), Some(Answer::Ack));
        assert_eq!(answer("NACK"), Some(Answer::Nack(Error::Checksum)));
        assert_eq!(answer("ping"), None);
    }
}
