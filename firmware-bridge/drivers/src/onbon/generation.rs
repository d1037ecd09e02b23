//! What the generations of text cards differ in.

use super::area::MAX_AREAS;

/// A generation of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// BX-5K: eight areas of 512 bytes.
    Fifth,
    /// BX-6K: five areas of 1024 bytes.
    Sixth,
}

impl Generation {
    /// How many areas it holds.
    pub const fn areas(self) -> u8 {
        match self {
            Self::Fifth => MAX_AREAS as u8,
            Self::Sixth => 5,
        }
    }

    /// Most bytes of an area, with its text.
    pub const fn area_bytes(self) -> usize {
        match self {
            Self::Fifth => super::area::MAX_AREA,
            Self::Sixth => 1024,
        }
    }

    /// Most bytes of data that are sent in a frame. The receive buffer of both has 1024 bytes, of which the frame around the data
    /// may take some; for the fifth generation the maker says 512 in another place.
    pub const fn data_bytes(self) -> usize {
        match self {
            Self::Fifth => 512,
            Self::Sixth => 960,
        }
    }

    /// Whether a frame for this kind of card is for it; FE is for any.
    pub const fn is(self, device: u8) -> bool {
        match self {
            Self::Fifth => matches!(device, 0xFE | 0x51 | 0x53 | 0x54 | 0x58),
            Self::Sixth => matches!(device, 0xFE | 0x61..=0x69),
        }
    }
}
