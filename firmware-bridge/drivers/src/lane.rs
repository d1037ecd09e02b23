//! A lane with two loops: which way vehicles pass.

pub mod crossing;
pub mod explain;
pub mod judge;
pub mod traffic;

use serde::{Deserialize, Serialize};

/// Where the loops lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Metres of a loop in the direction of travel.
    pub loop_m: f64,
    /// Metres from the end of one loop to the beginning of the other.
    pub clear_m: f64,
}

impl Default for Geometry {
    fn default() -> Self {
        Self { loop_m: 1.0, clear_m: 1.2 }
    }
}

#[cfg(test)]
mod tests;
