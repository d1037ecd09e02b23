//! JSON as cameras write it: what is a number for one firmware is a text for another.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{MAX_FIELD, Unreadable};

/// A text, a number or a truth as text; none where there is something else, nothing, or more than [`MAX_FIELD`] bytes.
#[derive(Default)]
pub struct Word(Option<String>);

impl Word {
    /// The text without blanks around it; none when nothing is left.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same, for keeping.
    pub fn owned(&self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// As a number.
    pub fn number(&self) -> Option<f64> {
        self.text()?.parse().ok()
    }

    /// As a whole number.
    pub fn whole(&self) -> Option<i64> {
        let text = self.text()?;
        text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| n.fract() == 0.0).map(|n| n as i64))
    }

    /// Whether it says yes; none where it says neither.
    pub fn truth(&self) -> Option<bool> {
        match self.text()? {
            "1" | "true" | "True" | "TRUE" => Some(true),
            "0" | "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }
}

impl<'de> serde::Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Word, E> {
        Ok(Word((text.len() <= MAX_FIELD).then(|| text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Word, E> {
        Ok(Word(Some(truth.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Word, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }
}

/// Reads a body. Its error says where and not what: serde's own would quote the value.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    // Some firmware begins with a byte order mark.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| Unreadable::Json { line: error.line(), column: error.column() })
}
