//! Rust text with its comments and strings blanked out, so that only code is looked at.

/// The same text, byte for byte and line for line, with spaces where comments, strings and characters were.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' if !is_word_byte(bytes, at.wrapping_sub(1)) => raw_string_end(bytes, at).unwrap_or(at),
            b'\'' => char_end(bytes, at),
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    // Whole characters were replaced by spaces: the rest is as it was.
    String::from_utf8_lossy(&out).into_owned()
}

/// Every word of a text with its place.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_word)?;
        let length = text[start..].find(|c| !is_word(c)).unwrap_or(text.len() - start);
        rest = start + length;
        Some((start, &text[start..rest]))
    })
}

fn is_word_byte(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| from + length)
}

fn comment_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while at < bytes.len() {
        match &bytes[at..bytes.len().min(at + 2)] {
            b"/*" => {
                depth += 1;
                at += 2;
            }
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `r"…"`, `r#"…"#`; `None` for anything else that begins with an r.
fn raw_string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let hashes = bytes[from + 1..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(from + 1 + hashes) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = from + 2 + hashes;
    let length = bytes[body..].windows(close.len()).position(|window| window == close);
    Some(length.map_or(bytes.len(), |length| body + length + close.len()))
}

/// A character is closed soon; a lifetime is not.
fn char_end(bytes: &[u8], from: usize) -> usize {
    if bytes.get(from + 1) == Some(&b'\\') {
        let body = from + 3;
        return bytes[body.min(bytes.len())..]
            .iter()
            .position(|byte| *byte == b'\'')
            .map_or(from, |length| body + length + 1);
    }
    // One character has up to four bytes.
    (from + 2..=from + 5).find(|at| bytes.get(*at) == Some(&b'\'')).map_or(from, |at| {
        let inside = std::str::from_utf8(&bytes[from + 1..at]);
        if inside.is_ok_and(|inside| inside.chars().count() == 1) { at + 1 } else { from }
    })
}

#[cfg(test)]
mod tests {
    use super::{code, words};

    #[test]
    fn only_code_is_left() {
        let text =
            "a(\"b \\\" c\"); // d\n/* e /* f */ g */ h('i', '\\'', '号'); fn k<'l>(m: &'l str) { r#\"n\"o\"#; }";
        let code = code(text);
        let left: Vec<&str> = words(&code).map(|(_, word)| word).collect();
        assert_eq!(left, ["a", "h", "fn", "k", "l", "m", "l", "str"]);
        assert_eq!(code.len(), text.len());
        assert_eq!(code.lines().count(), 2);
    }
}
