//! The table that is printed.

use std::fmt;

/// One value a round.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Takes the value of a round.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle one; not a number when there is none.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => f64::NAN,
            (length, half) if length % 2 == 1 => sorted[half],
            (_, half) => f64::midpoint(sorted[half - 1], sorted[half]),
        }
    }

    /// The ratio of each round.
    pub fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(mine, other)| mine / other).collect())
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("–");
        }
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        write!(f, "{} [{}..{}]", number(self.median()), number(least), number(most))
    }
}

/// A number to three digits at least, with its thousands apart.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        "–".to_owned()
    } else if magnitude >= 999.5 {
        let digits = format!("{value:.0}");
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
        let mut text = sign.to_owned();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    } else if magnitude >= 99.95 {
        format!("{value:.0}")
    } else if magnitude >= 9.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// What a median must keep to.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Bar {
    fn judge(self, median: f64) -> String {
        let (sign, limit, holds) = match self {
            Self::AtMost(limit) => ("≤", limit, median <= limit),
            Self::AtLeast(limit) => ("≥", limit, median >= limit),
        };
        format!("{sign} {}: {}", number(limit), if holds { "pass" } else { "FAIL" })
    }
}

/// The rows so far.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<[String; 5]>,
}

impl Table {
    /// A row of the product.
    pub fn ours(&mut self, what: &str, who: &str, values: &Samples, bar: Option<Bar>) {
        let bar = bar.map(|bar| bar.judge(values.median())).unwrap_or_default();
        self.rows.push([what.to_owned(), format!("**{who}**"), values.to_string(), String::new(), bar]);
    }

    /// A row of something beside it; `ratio` is the product's value over this one's, round by round.
    pub fn beside(&mut self, who: &str, values: &Samples, ratio: &Samples, bar: Option<Bar>) {
        let bar = bar.map(|bar| bar.judge(ratio.median())).unwrap_or_default();
        self.rows.push([String::new(), who.to_owned(), values.to_string(), ratio.to_string(), bar]);
    }

    /// A row that says something else.
    pub fn note(&mut self, who: &str, text: &str) {
        self.rows.push([String::new(), who.to_owned(), text.to_owned(), String::new(), String::new()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | who | median [least..most] | ours ÷ theirs, median of the rounds | bar |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_ratios_and_bars() {
        let ours: Samples = [4.0, 1.0, 9.0].into_iter().collect();
        let theirs: Samples = [2.0, 1.0, 3.0].into_iter().collect();
        assert_eq!(ours.to_string(), "4.00 [1.00..9.00]");
        assert_eq!(ours.over(&theirs).to_string(), "2.00 [1.00..3.00]");
        assert!((Samples::from_iter([1.0, 2.0]).median() - 1.5).abs() < 1e-9);
        assert_eq!(Samples::default().to_string(), "–");
        assert_eq!(Bar::AtMost(1.5).judge(1.5), "≤ 1.50: pass");
        assert_eq!(Bar::AtLeast(5_000.0).judge(4_999.0), "≥ 5,000: FAIL");
        assert_eq!(Bar::AtLeast(5_000.0).judge(f64::NAN), "≥ 5,000: FAIL");
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        let text = [0.123, 12.34, 123.4, 1_234.5, 1_234_567.0, -12_345.0, f64::NAN].map(number).join(" ");
        assert_eq!(text, "0.12 12.3 123 1,234 1,234,567 -12,345 –");
    }
}
