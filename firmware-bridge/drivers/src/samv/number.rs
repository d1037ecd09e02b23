//! Numbers of identity cards: the check digit of GB 11643, and days that can be.

/// The check digit of an 18-digit number (ISO 7064 MOD 11-2) from its first 17 digits; none when they are no 17 digits.
pub fn check_digit(first: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const DIGITS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    if first.len() != WEIGHTS.len() || !digits(first) {
        return None;
    }
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    DIGITS.get((sum % 11) as usize).copied()
}

/// Whether an 18-digit number carries its right check digit. A small x is wrong: cards have a capital one.
pub fn verifies(number: &str) -> bool {
    number.is_ascii() && number.len() == 18 && check_digit(&number[..17]) == number.chars().last()
}

/// Whether a text is made of ASCII digits alone.
pub fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `YYYYMMDD` is a day of the calendar since 1850, when nobody was born who is alive.
pub fn is_day(text: &str) -> bool {
    if text.len() != 8 || !digits(text) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or_default();
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    year >= 1850 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_verify() {
        for number in [
            "11010519491231002X",
            "110000190001010012",
            "110000200002290024",
            "11000019991231048X",
            "810000198008080031",
            "830000199111110049",
            "911840200001010056",
        ] {
            assert!(verifies(number), "{number}");
            assert!(!verifies(&number.to_lowercase()) || !number.ends_with('X'));
            let other = format!("{}{}", &number[..17], if number.ends_with('0') { '1' } else { '0' });
            assert!(!verifies(&other) || other == number);
        }
        for number in ["", "X", "11010519491231002x", "1101051949123100２X", "11010519491231002XX"] {
            assert!(!verifies(number), "{number}");
        }
    }

    #[test]
    fn one_wrong_digit_or_two_swapped_ones_never_verify() {
        let number = "110000200002290024";
        for at in 0..17 {
            for digit in '0'..='9' {
                let mut other: Vec<char> = number.chars().collect();
                other[at] = digit;
                let other: String = other.into_iter().collect();
                assert!(other == number || !verifies(&other), "{other}");
            }
        }
        for at in 0..16 {
            let mut other: Vec<char> = number.chars().collect();
            other.swap(at, at + 1);
            let other: String = other.into_iter().collect();
            assert!(other == number || !verifies(&other), "{other}");
        }
    }

    #[test]
    fn days_of_the_calendar() {
        for day in ["20000229", "19000101", "20241231", "18500101"] {
            assert!(is_day(day), "{day}");
        }
        for day in
            ["19000229", "20230229", "20240431", "20241301", "20240100", "18491231", "2024010", "2024010a", "长期"]
        {
            assert!(!is_day(day), "{day}");
        }
    }
}
