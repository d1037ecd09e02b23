//! What printers differ in.

use serde::Serialize;

/// A model of printer, as the settings name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its name in the settings.
    pub name: &'static str,
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
}

/// Characters that a printer has a font for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Characters {
    /// ASCII and the two-byte characters of GBK.
    Gbk,
    /// ASCII and GB 2312: older and cheaper printers.
    Gb2312,
    /// ASCII alone.
    Ascii,
}

/// How a printer says that everything before was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// `GS r 1`: asks for the paper status through the buffer, so the answer comes when what stood before it is done. The
    /// answers carry no name, so they are counted.
    PaperStatus,
    /// `GS ( H`: answers with the name that it was given.
    ProcessId,
}

/// How a printer cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// All but one point, so that the ticket hangs until it is taken.
    Partial,
    /// Through.
    Full,
}

/// How a printer's buffers are emptied at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clear {
    /// `DLE ENQ 2`.
    Recover,
    /// `DLE ENQ 2`, then `DLE DC4 8`, which clears where there is no error to recover from.
    RecoverAndClear,
}

impl Model {
    /// Paper of 80 mm, as most Chinese ticket printers.
    pub const GENERIC_80: Self = Self {
        name: "generic-80",
        columns: 48,
        characters: Characters::Gbk,
        confirm: Confirm::PaperStatus,
        cut: Cut::Partial,
        clear: Clear::Recover,
    };
    /// Paper of 58 mm.
    pub const GENERIC_58: Self = Self { name: "generic-58", columns: 32, ..Self::GENERIC_80 };
    /// Paper of 80 mm, with the two-byte characters of GB 2312 alone.
    pub const GENERIC_80_GB2312: Self =
        Self { name: "generic-80-gb2312", characters: Characters::Gb2312, ..Self::GENERIC_80 };
    /// Newer Epson TM with the Chinese font, 80 mm.
    pub const EPSON_TM: Self =
        Self { name: "epson-tm", confirm: Confirm::ProcessId, clear: Clear::RecoverAndClear, ..Self::GENERIC_80 };
    /// Newer Epson TM without a Chinese font: every line with Chinese in it is sent as a picture.
    pub const EPSON_TM_ASCII: Self = Self { name: "epson-tm-ascii", characters: Characters::Ascii, ..Self::EPSON_TM };

    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::GENERIC_80, Self::GENERIC_58, Self::GENERIC_80_GB2312, Self::EPSON_TM, Self::EPSON_TM_ASCII];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name == name)
    }

    /// Width of what it can print on, in dots. A plain letter is 12 wide and 24 high.
    pub const fn dots(&self) -> u16 {
        self.columns as u16 * 12
    }
}

#[cfg(test)]
mod tests {
    use super::Model;

    #[test]
    fn models_are_found_by_name() {
        for model in Model::ALL {
            assert_eq!(Model::named(model.name), Some(model));
        }
        assert_eq!(Model::named("generic"), None);
        assert_eq!((Model::GENERIC_80.dots(), Model::GENERIC_58.dots()), (576, 384));
    }
}
