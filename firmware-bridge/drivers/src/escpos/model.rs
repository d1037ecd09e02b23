//! What printers differ in. A hall's settings may describe models that are not built in ([`Model::check`]).

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A model of printer, as the settings name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its name in the settings.
    pub name: Name,
    /// Width of what it can print on, in dots. A plain letter is 12 wide and 24 high, a Chinese character 24 by 24.
    pub dots: u16,
    /// How many plain Latin letters a line holds; a Chinese character takes the place of two.
    pub columns: u8,
    /// Which characters it can print by itself. The others are sent as pictures.
    pub characters: Characters,
    /// How it says that a ticket is printed.
    pub confirm: Confirm,
    /// How it cuts.
    pub cut: Cut,
    /// How its buffers are emptied.
    pub clear: Clear,
    /// How Chinese characters are made larger.
    pub chinese_size: ChineseSize,
}

/// The name of a model: at most [`Name::MAX`] bytes, which are part of it, so that models are copied like numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl Name {
    /// Longest name, in bytes.
    pub const MAX: usize = 32;

    /// A name; what is too long is cut off.
    pub const fn new(text: &str) -> Self {
        let text = text.as_bytes();
        let mut bytes = [0; Self::MAX];
        let mut at = 0;
        while at < text.len() && at < Self::MAX {
            bytes[at] = text[at];
            at += 1;
        }
        Self { bytes, length: at as u8 }
    }

    /// The name as text; empty where a cut has left half a character.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Characters that a printer has a font for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Characters {
    /// ASCII, GBK and the rarer characters of names that GB 18030 of 2000 adds (U+3400 to U+4DB5), most of them in four
    /// bytes.
    Gb18030,
    /// ASCII and the two-byte characters of GBK.
    Gbk,
    /// ASCII and GB 2312: older and cheaper printers.
    Gb2312,
    /// ASCII alone.
    #[serde(rename = "none")]
    Ascii,
}

/// How a printer says that everything before was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirm {
    /// `GS r 1`: asks for the paper status through the buffer, so the answer comes when what stood before it is done. The
    /// answers carry no name, so they are counted.
    #[serde(rename = "gs-r")]
    PaperStatus,
    /// `GS ( H`: answers with the name that it was given.
    #[serde(rename = "gs-h")]
    ProcessId,
}

/// How a printer cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// All but one point, so that the ticket hangs until it is taken.
    Partial,
    /// Through.
    Full,
}

/// How a printer's buffers are emptied at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clear {
    /// `DLE ENQ 2`.
    #[serde(rename = "enq")]
    Recover,
    /// `DLE ENQ 2`, then `DLE DC4 8`, which clears where there is no error to recover from.
    #[serde(rename = "enq-dc4")]
    RecoverAndClear,
}

/// How a printer makes Chinese characters larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChineseSize {
    /// By `GS !`, as other characters: up to eight times.
    Gs,
    /// By `FS !`, which knows plain and twice as large alone. Larger lines with Chinese in them are sent as pictures.
    Fs,
}

impl Model {
    /// Paper of 80 mm, as most Chinese ticket printers.
    pub const GENERIC_80: Self = Self {
        name: Name::new("generic-80"),
        dots: 576,
        columns: 48,
        characters: Characters::Gbk,
        confirm: Confirm::PaperStatus,
        cut: Cut::Partial,
        clear: Clear::Recover,
        chinese_size: ChineseSize::Gs,
    };
    /// Paper of 58 mm.
    pub const GENERIC_58: Self = Self { name: Name::new("generic-58"), dots: 384, columns: 32, ..Self::GENERIC_80 };
    /// Paper of 80 mm, with the two-byte characters of GB 2312 alone.
    pub const GENERIC_80_GB2312: Self =
        Self { name: Name::new("generic-80-gb2312"), characters: Characters::Gb2312, ..Self::GENERIC_80 };
    /// Paper of 80 mm, with the characters that GB 18030 adds to GBK, most of them in four bytes.
    pub const GENERIC_80_GB18030: Self =
        Self { name: Name::new("generic-80-gb18030"), characters: Characters::Gb18030, ..Self::GENERIC_80 };
    /// Newer Epson TM with the Chinese font, 80 mm.
    pub const EPSON_TM: Self = Self {
        name: Name::new("epson-tm"),
        confirm: Confirm::ProcessId,
        clear: Clear::RecoverAndClear,
        ..Self::GENERIC_80
    };
    /// Newer Epson TM without a Chinese font: every line with Chinese in it is sent as a picture.
    pub const EPSON_TM_ASCII: Self =
        Self { name: Name::new("epson-tm-ascii"), characters: Characters::Ascii, ..Self::EPSON_TM };

    /// All that are built in.
    pub const ALL: [Self; 6] = [
        Self::GENERIC_80,
        Self::GENERIC_58,
        Self::GENERIC_80_GB2312,
        Self::GENERIC_80_GB18030,
        Self::EPSON_TM,
        Self::EPSON_TM_ASCII,
    ];

    /// The dots that a model may have across, and its columns.
    pub const DOTS: std::ops::RangeInclusive<u16> = 96..=1024;
    /// See [`Model::DOTS`].
    pub const COLUMNS: std::ops::RangeInclusive<u8> = 8..=85;

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name.as_str() == name)
    }

    /// What is wrong with a model that somebody has described, in words.
    ///
    /// # Errors
    ///
    /// Dots or columns out of their ranges, dots that are no whole bytes, columns that do not fit.
    pub fn check(&self) -> Result<(), String> {
        let (dots, columns) = (self.dots, self.columns);
        if !Self::DOTS.contains(&dots) || !dots.is_multiple_of(8) {
            let (least, most) = (Self::DOTS.start(), Self::DOTS.end());
            return Err(format!("{dots} dots: a printer has {least} to {most}, a multiple of 8"));
        }
        if !Self::COLUMNS.contains(&columns) || u16::from(columns) * 12 > dots {
            let (least, most) = (Self::COLUMNS.start(), dots / 12);
            return Err(format!("{columns} columns of 12 dots each: {least} to {most} on {dots} dots"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Model, Name};

    #[test]
    fn models_are_found_by_name() {
        for model in Model::ALL {
            assert_eq!(Model::named(model.name.as_str()), Some(model));
            assert_eq!(model.check(), Ok(()));
        }
        assert_eq!(Model::named("generic"), None);
    }

    #[test]
    fn what_a_model_cannot_be() {
        for (dots, columns) in [(570, 40), (80, 6), (1032, 80), (576, 49), (576, 7), (384, 33)] {
            assert!(Model { dots, columns, ..Model::GENERIC_80 }.check().is_err(), "{dots} {columns}");
        }
        assert_eq!(Model { dots: 1024, columns: 85, ..Model::GENERIC_80 }.check(), Ok(()));
    }

    #[test]
    fn names_are_text() {
        assert_eq!(Name::new("hall-58").as_str(), "hall-58");
        assert_eq!(Name::new(&"x".repeat(40)).as_str().len(), Name::MAX);
        assert_eq!(Name::new(&"号".repeat(11)).as_str(), "");
        assert_eq!(serde_json::to_string(&Name::new("a")).unwrap(), "\"a\"");
    }
}
