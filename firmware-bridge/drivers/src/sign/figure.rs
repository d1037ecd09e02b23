//! What a board of digits shows of a text: its number, and words of four letters where the segments can form them.

use protocol::bridge::SignArea;

/// What stands on the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Nothing.
    Blank,
    /// A number, without leading zeros.
    Number(i32),
    /// Full: no place is free.
    Full,
    /// Dashes: nobody knows the number.
    Dashes,
}

impl Figure {
    /// What is shown of a text: nothing of an empty one, the first number in it, `FULL` where it says so in either language, and
    /// else dashes. A text without a number is about the number: it is closed, interrupted, unknown.
    pub fn of(content: &SignArea) -> Self {
        let text = content.text.trim();
        if text.is_empty() {
            return Self::Blank;
        }
        let Some(start) = text.find(|c: char| c.is_ascii_digit()) else {
            let full = text.contains('满') || text.to_ascii_lowercase().contains("full");
            return if full { Self::Full } else { Self::Dashes };
        };
        let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
        let negative = text[..start].ends_with(['-', '−']) && text[..start].chars().count() == 1;
        // Longer than any board: as large as none can show.
        let number: i32 = digits.parse().unwrap_or(i32::MAX);
        Self::Number(if negative { -number } else { number })
    }

    /// As characters on so many digits, at the right; none when it does not fit.
    pub fn letters(self, digits: usize) -> Option<String> {
        let text = match self {
            Self::Blank => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Full if digits < 4 => "F".to_owned(),
            Self::Full => "FULL".to_owned(),
            Self::Dashes => "-".repeat(digits),
        };
        (text.len() <= digits).then(|| format!("{text:>digits$}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::virtual_sign::text;

    #[test]
    fn numbers_are_found_in_texts() {
        for (says, shows) in [
            ("23", "  23"),
            ("余位 007", "   7"),
            ("A042 请到3号窗口", "  42"),
            ("-5", "  -5"),
            ("B-5", "   5"),
            ("0", "   0"),
            ("", "    "),
            (" ", "    "),
            ("车位已满", "FULL"),
            ("Full", "FULL"),
            ("信息中断", "----"),
            ("--", "----"),
        ] {
            assert_eq!(Figure::of(&text(says)).letters(4).as_deref(), Some(shows), "{says}");
        }
        assert_eq!(Figure::of(&text("12345")).letters(4), None);
        assert_eq!(Figure::of(&text("99999999999999999999")).letters(8), None);
        assert_eq!(Figure::Full.letters(2).as_deref(), Some(" F"));
    }
}
