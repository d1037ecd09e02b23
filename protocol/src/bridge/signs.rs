//! What signs are told besides texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// `PUT /v1/signs/{name}/brightness`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignBrightness {
    /// 0, the darkest step that can still be read, to 15.
    pub level: u8,
}

/// `POST /v1/signs/{name}/say`: spoken once, now or never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignSpeech {
    /// What it says.
    pub text: String,
}

/// A picture of dots that are lit or dark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignDots {
    /// Dots across.
    pub width: u16,
    /// Dots down.
    pub height: u16,
    /// Row by row from the top in Base64 (RFC 4648, with padding). A row begins with a byte of its own; its highest bit is the
    /// dot at the left.
    pub rows: String,
}

impl SignDots {
    /// Most dots along a side.
    pub const MAX_SIDE: u16 = 2048;

    /// Draws a picture: which of its dots are lit.
    pub fn draw(width: u16, height: u16, lit: impl Fn(u16, u16) -> bool) -> Self {
        let across = usize::from(width).div_ceil(8);
        let mut rows = vec![0_u8; across * usize::from(height)];
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))).filter(|(y, x)| lit(*x, *y)) {
            rows[usize::from(y) * across + usize::from(x) / 8] |= 0x80 >> (x % 8);
        }
        Self { width, height, rows: STANDARD.encode(rows) }
    }

    /// The bytes of its rows; none when they are not those of a picture of this size.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let allowed = 1..=Self::MAX_SIDE;
        if !allowed.contains(&self.width) || !allowed.contains(&self.height) {
            return None;
        }
        let bytes = STANDARD.decode(&self.rows).ok()?;
        let size = usize::from(self.width).div_ceil(8) * usize::from(self.height);
        (bytes.len() == size).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn_and_read() {
        let dots = SignDots::draw(10, 2, |x, y| x == 9 || y == 1);
        assert_eq!(dots.bytes().as_deref(), Some(&[0x00, 0x40, 0xFF, 0xC0][..]));
        assert_eq!(serde_json::to_string(&dots).unwrap(), r#"{"width":10,"height":2,"rows":"AED/wA=="}"#);
        for wrong in [
            SignDots { width: 17, ..dots.clone() },
            SignDots { height: 0, ..dots.clone() },
            SignDots { width: 4096, ..dots.clone() },
            SignDots { rows: "?".into(), ..dots },
        ] {
            assert_eq!(wrong.bytes(), None, "{wrong:?}");
        }
    }
}
