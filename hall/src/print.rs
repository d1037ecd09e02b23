//! The paper of a ticket: what was asked for and what became of it. A copy is printed when the printer has confirmed it,
//! and not before; every copy but the first is marked 补打.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// What became of the newest copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrintState {
    /// Nobody has spoken of paper yet.
    #[default]
    None,
    /// Asked for.
    Printing,
    /// The printer has confirmed it.
    Printed,
    /// Nothing valid came out.
    Failed,
    /// Perhaps it lies in the tray.
    Unknown,
}

impl PrintState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::None, Self::Printing, Self::Printed, Self::Failed, Self::Unknown];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Printing => "printing",
            Self::Printed => "printed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// What a printer may say of a copy: it is printed, it failed, or nobody knows.
    pub fn reported(name: &str) -> Option<Self> {
        [Self::Printed, Self::Failed, Self::Unknown].into_iter().find(|state| state.name() == name)
    }

    /// Stored events that do not say are of a time when a copy was only ever asked for.
    pub(crate) fn asked() -> Self {
        Self::Printing
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// What became of the newest copy.
    pub state: PrintState,
    /// How many copies were asked for beyond the first print; the number of the newest copy.
    pub copies: u32,
    /// The kiosk that is to print the newest copy, where it is not the one that asked for it.
    pub printer: Option<String>,
}

impl Print {
    /// Whether a report of this copy changes anything. What a printer has confirmed stays printed, and an older copy no
    /// longer matters.
    pub fn report(&self, copy: u32, state: PrintState) -> Result<bool, Refusal> {
        if copy > self.copies {
            return Err(Refusal::Invalid(format!("copy {copy} was never asked for: the newest is {}", self.copies)));
        }
        Ok(copy == self.copies && self.state != PrintState::Printed && self.state != state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_confirmed_stays() {
        let asked = Print { state: PrintState::Printing, copies: 1, printer: None };
        assert_eq!(asked.report(1, PrintState::Printed), Ok(true));
        assert_eq!(asked.report(0, PrintState::Printed), Ok(false), "an older copy");
        assert!(asked.report(2, PrintState::Printed).is_err(), "a copy nobody asked for");
        let printed = Print { state: PrintState::Printed, ..asked };
        assert_eq!(printed.report(1, PrintState::Failed), Ok(false));
        let unknown = Print { state: PrintState::Unknown, ..printed };
        assert_eq!(unknown.report(1, PrintState::Printed), Ok(true), "the visitor has it after all");
    }

    #[test]
    fn a_printer_reports_ends_only() {
        assert_eq!(PrintState::reported("printed"), Some(PrintState::Printed));
        assert_eq!(PrintState::reported("printing"), None);
        assert_eq!(PrintState::reported("none"), None);
    }
}
