//! Vehicles made up from a seed: how they drive over two loops, what the loops say, and, apart from it, what was true.
//!
//! Lengths, speeds and distances are those of a car park's entrance: 5 to 25 km/h, stops before the barrier, two metres and a
//! little more between vehicles that follow closely. Loops do not see what carries no metal; their relays take some milliseconds
//! and bounce. Nothing here knows how vehicles are counted.

mod drive;
mod faults;

use protocol::bridge::lanes::Direction;
use serde::{Deserialize, Serialize};

use super::Geometry;
use super::crossing::Loop;
use crate::dice::Dice;
use drive::{Outline, Plan};
pub use faults::Disturbance;

/// What drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 3.6 to 5.2 m.
    Car,
    /// 4.8 to 6 m.
    Van,
    /// 6 to 12 m, some with half a metre or more without metal.
    Truck,
    /// 10 to 12 m.
    Bus,
    /// A car and its trailer, with a drawbar that loops do not see.
    Trailer,
    /// 0.9 to 1.6 m of metal.
    Motorcycle,
}

/// How it drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conduct {
    /// Straight through, perhaps slower or faster at the end.
    Passes,
    /// Stops somewhere on its way.
    Stops,
    /// Comes close behind the one before it.
    Tailgates,
    /// Turns back before it has left the last loop, at any point.
    Reverses,
    /// Rolls back a little and goes on.
    Shuffles,
    /// Leaves sideways after the first loop.
    PullsOut,
}

/// A loop's wire changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// When, in nanoseconds.
    pub ns: u64,
    /// The wire of loop B, and not of A.
    pub b: bool,
    /// Something is over it.
    pub busy: bool,
}

impl Edge {
    /// Which loop.
    pub fn of(self) -> Loop {
        if self.b { Loop::B } else { Loop::A }
    }
}

/// What was true of a vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Its number.
    pub n: u32,
    /// What it was.
    pub kind: Kind,
    /// What it did.
    pub conduct: Conduct,
    /// Which way it came.
    pub direction: Direction,
    /// It went all the way.
    pub passed: bool,
    /// What disturbed the loops meanwhile.
    pub disturbance: Option<Disturbance>,
    /// Everything about it, and about no other but those who follow it closely, lies from here,
    pub from_ns: u64,
    /// to here.
    pub to_ns: u64,
}

/// How traffic is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// The same seed, the same traffic.
    pub seed: u64,
    /// How many vehicles.
    pub vehicles: u32,
    /// Share of vehicles during which something disturbs the loops.
    pub disturbed: f64,
    /// Share of vehicles that follow another closely.
    pub tailgating: f64,
    /// Share of vehicles that turn back.
    pub reversing: f64,
    /// Where the loops lie.
    pub geometry: Geometry,
}

impl Traffic {
    /// What is asked of a lane: 2 % disturbed, 1 % tailgating, 1 % turning back.
    pub fn usual(seed: u64, vehicles: u32) -> Self {
        let geometry = Geometry::default();
        Self { seed, vehicles, disturbed: 0.02, tailgating: 0.01, reversing: 0.01, geometry }
    }

    /// What the loops say, and what was true.
    pub fn generate(&self) -> (Vec<Edge>, Vec<Truth>) {
        let mut dice = Dice::new(self.seed);
        let (mut edges, mut truths) = (Vec::new(), Vec::with_capacity(self.vehicles as usize));
        let mut at = 5.0;
        while truths.len() < self.vehicles as usize {
            let left = self.vehicles as usize - truths.len();
            // Half of a pair is a vehicle that tailgates.
            let follows = left > 1 && dice.chance(self.tailgating / (1.0 - self.tailgating));
            let direction = if dice.chance(0.5) { Direction::In } else { Direction::Out };
            let kind = kind(&mut dice);
            let conduct = if follows { Conduct::Passes } else { self.conduct(&mut dice) };
            let mut group = vec![(kind, conduct)];
            if follows {
                group.push((if dice.chance(0.9) { Kind::Car } else { Kind::Van }, Conduct::Tailgates));
            }
            let disturbed = group.iter().any(|_| dice.chance(self.disturbed));
            let scene = Scene { direction, group, disturbed };
            let pause = 2.0 + dice.exponential(6.0);
            at = self.play(&scene, at, pause, &mut dice, &mut edges, &mut truths);
        }
        (edges, truths)
    }

    /// What the loops say while one vehicle drives over them, from 0 on; and how long it takes, in nanoseconds. For virtual
    /// lanes.
    pub fn one(geometry: Geometry, seed: u64, direction: Direction, kind: Kind, conduct: Conduct) -> Vec<Edge> {
        let traffic = Self { geometry, ..Self::usual(seed, 1) };
        let mut dice = Dice::new(seed);
        let mut edges = Vec::new();
        let group = match conduct {
            Conduct::Tailgates => vec![(kind, Conduct::Passes), (Kind::Car, Conduct::Tailgates)],
            _ => vec![(kind, conduct)],
        };
        let scene = Scene { direction, group, disturbed: false };
        traffic.play(&scene, 0.0, 1.0, &mut dice, &mut edges, &mut Vec::new());
        edges
    }

    fn conduct(&self, dice: &mut Dice) -> Conduct {
        let roll = dice.unit();
        let shares = [(self.reversing, Conduct::Reverses), (0.005, Conduct::Shuffles), (0.003, Conduct::PullsOut)];
        let mut end = 0.0;
        for (share, conduct) in shares {
            end += share;
            if roll < end {
                return conduct;
            }
        }
        if dice.chance(0.15) { Conduct::Stops } else { Conduct::Passes }
    }

    /// Lets a group drive over the loops from `at` on, seconds; when all is over.
    fn play(
        &self,
        scene: &Scene,
        at: f64,
        pause: f64,
        dice: &mut Dice,
        edges: &mut Vec<Edge>,
        truths: &mut Vec<Truth>,
    ) -> f64 {
        let outlines: Vec<Outline> = scene.group.iter().map(|(kind, _)| Outline::of(*kind, dice)).collect();
        let plan = Plan::of(scene.group[0].0, scene.group[0].1, outlines[0].length(), self.geometry, dice);
        let mut wires = drive::drive(&plan, &outlines, self.geometry, dice);
        // The car park's side first, for who drives out.
        if scene.direction == Direction::Out {
            wires.swap(0, 1);
        }
        let length = wires.iter().flatten().copied().fold(1.0, f64::max);
        let disturbance = scene.disturbed.then(|| faults::disturb(&mut wires, length, dice));
        let end = at + length + pause;
        let ns = |seconds: f64| (seconds.max(0.0) * 1e9) as u64;
        let first = edges.len();
        edges.extend(faults::edges(&wires, disturbance, |seconds| ns(at + seconds), dice));
        // A disturbance may come a little before and after it.
        debug_assert!(edges[first..].iter().all(|edge| edge.ns <= ns(end)), "a group ends before the next one comes");
        for &(kind, conduct) in &scene.group {
            truths.push(Truth {
                n: truths.len() as u32,
                kind,
                conduct,
                direction: scene.direction,
                passed: !matches!(conduct, Conduct::Reverses | Conduct::PullsOut),
                disturbance,
                from_ns: ns(at - 1.0),
                to_ns: ns(end - 1.0),
            });
        }
        end
    }
}

/// Who drives together.
struct Scene {
    direction: Direction,
    group: Vec<(Kind, Conduct)>,
    disturbed: bool,
}

fn kind(dice: &mut Dice) -> Kind {
    match dice.unit() {
        roll if roll < 0.80 => Kind::Car,
        roll if roll < 0.88 => Kind::Van,
        roll if roll < 0.91 => Kind::Truck,
        roll if roll < 0.92 => Kind::Bus,
        roll if roll < 0.93 => Kind::Trailer,
        _ => Kind::Motorcycle,
    }
}
