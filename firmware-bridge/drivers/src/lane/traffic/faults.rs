//! What disturbs loops and wires.

use serde::{Deserialize, Serialize};

use super::Edge;
use crate::dice::Dice;

/// What disturbed the loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disturbance {
    /// A loop was the contrary of what it should be for less than 50 ms.
    Short,
    /// The same, for 50 to 300 ms.
    Long,
    /// Both loops fell off for 50 to 250 ms.
    Dip,
    /// A relay bounced for longer than usual, at every change.
    Bounce,
    /// One change was not told.
    Lost,
    /// Changes were told twice, or in the wrong order.
    Disorder,
}

/// Disturbs the wires within a group's time, `length` in seconds.
pub fn disturb(wires: &mut [Vec<f64>; 2], length: f64, dice: &mut Dice) -> Disturbance {
    let which = match dice.unit() {
        roll if roll < 0.40 => Disturbance::Short,
        roll if roll < 0.75 => Disturbance::Long,
        roll if roll < 0.85 => Disturbance::Dip,
        roll if roll < 0.90 => Disturbance::Bounce,
        roll if roll < 0.95 => Disturbance::Lost,
        _ => Disturbance::Disorder,
    };
    // A little before and after it as well.
    let at = dice.within(-0.9, length + 0.6);
    match which {
        Disturbance::Short | Disturbance::Long => {
            let for_s = if which == Disturbance::Short { dice.within(0.001, 0.05) } else { dice.within(0.05, 0.3) };
            flip(&mut wires[dice.below(2)], at, at + for_s);
        }
        Disturbance::Dip => {
            let end = at + dice.within(0.05, 0.25);
            for wire in wires {
                free(wire, at, end);
            }
        }
        Disturbance::Bounce => {
            for wire in wires {
                for change in wire.clone() {
                    flip(wire, change + dice.within(0.002, 0.02), change + dice.within(0.021, 0.04));
                }
            }
        }
        Disturbance::Lost | Disturbance::Disorder => {}
    }
    which
}

/// The contrary from one moment to another.
fn flip(wire: &mut Vec<f64>, from: f64, to: f64) {
    wire.extend([from, to]);
    wire.sort_by(f64::total_cmp);
}

/// Nothing is seen from one moment to another.
fn free(wire: &mut Vec<f64>, from: f64, to: f64) {
    let busy = |wire: &[f64], at: f64| wire.iter().filter(|change| **change <= at).count() % 2 == 1;
    let (before, after) = (busy(wire, from), busy(wire, to));
    wire.retain(|change| *change <= from || *change > to);
    wire.extend(before.then_some(from));
    wire.extend(after.then_some(to));
    wire.sort_by(f64::total_cmp);
}

/// What is told of the wires.
pub fn edges(
    wires: &[Vec<f64>; 2],
    disturbance: Option<Disturbance>,
    ns: impl Fn(f64) -> u64,
    dice: &mut Dice,
) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for (wire, b) in wires.iter().zip([false, true]) {
        let mut wire = wire.clone();
        // Contacts bounce for a few milliseconds now and then.
        for change in wire.clone() {
            if dice.chance(0.2) {
                flip(&mut wire, change + dice.within(0.0005, 0.002), change + dice.within(0.0021, 0.004));
            }
        }
        edges.extend(wire.iter().enumerate().map(|(at, change)| Edge { ns: ns(*change), b, busy: at % 2 == 0 }));
    }
    edges.sort_by_key(|edge| edge.ns);
    match disturbance {
        Some(Disturbance::Lost) if !edges.is_empty() => {
            edges.remove(dice.below(edges.len()));
        }
        Some(Disturbance::Disorder) if edges.len() > 1 => {
            let at = dice.below(edges.len() - 1);
            if dice.chance(0.5) {
                edges.insert(at, edges[at]);
            } else {
                edges.swap(at, at + 1);
            }
        }
        _ => {}
    }
    edges
}
