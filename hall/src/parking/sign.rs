//! What a sign, a board or a phone may say of the free places: a number, 约 (about) a number, 有位 (there are some), 满 (full), or
//! nothing.

use serde::{Deserialize, Serialize};

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "says", content = "free")]
pub enum Said {
    /// So many are free.
    Free(u32),
    /// 约: so many, more or less.
    About(u32),
    /// 有位: some are free, nobody knows how many.
    Some,
    /// 满: none.
    Full,
    /// Nothing is known.
    Unknown,
}

/// A number that is off by no more vehicles is said as it is …
const EXACT: f64 = 2.0;
/// … and so is one that is off by no more than this share of what is free.
const CLOSE: f64 = 0.03;
/// A number that is off by no more than this share of it, or by no more than so many, is said as 约.
const ROUGH: f64 = 0.3;
const FEW: f64 = 10.0;

/// What may be said of a class with so many places, when so many cars stand there by a count that may be off by `off` vehicles.
/// Never less than none, never more than there are places.
pub fn said(capacity: u32, occupied: i64, off: f64) -> Said {
    if !off.is_finite() || off < 0.0 {
        return Said::Unknown;
    }
    let free = (i64::from(capacity) - occupied).clamp(0, i64::from(capacity));
    let number = u32::try_from(free).unwrap_or(capacity);
    let free = f64::from(number);
    if off <= EXACT.max(CLOSE * free) {
        return if number == 0 { Said::Full } else { Said::Free(number) };
    }
    if off <= FEW.max(ROUGH * free) {
        return if number == 0 { Said::Full } else { Said::About(rounded(number)) };
    }
    // It may be full, or not: nobody is sent away, and nobody is promised a place.
    if free > off { Said::Some } else { Said::Unknown }
}

/// To fives from twenty on, and to tens from a hundred on: more digits would promise more than is known.
fn rounded(number: u32) -> u32 {
    match number {
        0..20 => number,
        20..100 => number / 5 * 5,
        _ => number / 10 * 10,
    }
}
