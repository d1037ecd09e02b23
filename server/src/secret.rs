//! Random secrets as text.

use std::fmt::Write as _;

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `N` random bytes of the operating system, as hex digits.
pub fn random_hex<const N: usize>() -> Result<String, getrandom::Error> {
    let mut secret = [0_u8; N];
    getrandom::fill(&mut secret)?;
    Ok(hex(&secret))
}
