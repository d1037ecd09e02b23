//! What a long suite has measured, as rows of a table.

use std::fmt;

/// One claim and what was found.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was to be shown.
    pub claim: String,
    /// What was seen.
    pub found: String,
}

impl Row {
    /// A row of the table.
    pub fn new(claim: impl Into<String>, found: impl Into<String>) -> Self {
        Self { claim: claim.into(), found: found.into() }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} |", self.claim, self.found)
    }
}

/// The value below which `share` of the values lie; the values are sorted here. 0 for none.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    values[((last as f64) * share).round() as usize]
}
