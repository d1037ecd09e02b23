//! Ticket numbers: one or two letters of the series, then at least three digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The letters in front of a number: one or two capitals, without I and O, which look like 1 and 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Series([u8; 2]);

/// A ticket's number, such as `A001`. Unique in its hall and business day (invariant I2); `A999` is followed by `A1000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// The series the number was drawn from.
    pub series: Series,
    /// Counted from 1 on each business day.
    pub count: u32,
}

/// Text that is not a series or not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    /// Not one or two capital letters other than I and O.
    #[error("{0:?} is not a series: one or two capital letters, neither I nor O")]
    Series(String),
    /// Not a series and at least three digits, the first of more than three not zero.
    #[error("{0:?} is not a ticket number such as A001")]
    Number(String),
}

impl FromStr for Series {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let letter = |b: u8| b.is_ascii_uppercase() && b != b'I' && b != b'O';
        match *text.as_bytes() {
            [a] if letter(a) => Ok(Self([a, 0])),
            [a, b] if letter(a) && letter(b) => Ok(Self([a, b])),
            _ => Err(BadNumber::Series(text.chars().take(16).collect())),
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.iter().filter(|b| **b != 0) {
            write!(f, "{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl FromStr for Number {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let bad = || BadNumber::Number(text.chars().take(16).collect());
        let split = text.find(|c: char| c.is_ascii_digit()).ok_or_else(bad)?;
        let (letters, digits) = text.split_at(split);
        let series = letters.parse().map_err(|_| bad())?;
        let well_formed = digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit());
        let count = digits.parse().map_err(|_| bad())?;
        // `A0001` would be a second way to write `A001`; zero is never issued.
        if !well_formed || count == 0 || (digits.len() > 3 && digits.starts_with('0')) {
            return Err(bad());
        }
        Ok(Self { series, count })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.series, self.count)
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = BadNumber;
            fn try_from(text: String) -> Result<Self, BadNumber> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}
as_text!(Series);
as_text!(Number);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_widen_and_never_wrap() {
        let series: Series = "A".parse().unwrap();
        for (count, text) in [(1, "A001"), (999, "A999"), (1000, "A1000"), (123_456, "A123456")] {
            assert_eq!(Number { series, count }.to_string(), text);
        }
    }

    #[test]
    fn look_alike_letters_and_second_spellings_are_refused() {
        for text in ["I", "O", "AO", "a", "", "ABC", "A1"] {
            assert!(text.parse::<Series>().is_err(), "{text}");
        }
        for text in ["A0001", "A01", "A000", "001", "A", "A-01", "A99999999999", "Ａ001"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(letters in "[A-HJ-NP-Z]{1,2}", count in 1_u32..) {
            let number = Number { series: letters.parse().unwrap(), count };
            prop_assert_eq!(number.to_string().parse::<Number>().unwrap(), number);
        }
    }
}
