//! How vehicles move, and when they are over the loops.

use super::{Conduct, Kind};
use crate::dice::Dice;
use crate::lane::Geometry;

/// Seconds of a step.
const STEP: f64 = 0.002;
/// Metres before the first loop where a vehicle begins to be looked at.
const BEFORE: f64 = 2.0;
/// Metres a second, each second.
const BRAKES: f64 = 1.5;
/// No vehicle takes longer.
const LIMIT: f64 = 300.0;

/// Where a vehicle has metal, in metres behind its front.
#[derive(Debug, Clone)]
pub struct Outline(Vec<(f64, f64)>);

impl Outline {
    pub fn of(kind: Kind, dice: &mut Dice) -> Self {
        let whole = |length: f64| Self(vec![(0.0, length)]);
        match kind {
            Kind::Car => whole(dice.within(3.6, 5.2)),
            Kind::Van => whole(dice.within(4.8, 6.0)),
            Kind::Bus => whole(dice.within(10.0, 12.0)),
            Kind::Motorcycle => whole(dice.within(0.9, 1.6)),
            Kind::Truck => {
                let length = dice.within(6.0, 12.0);
                if dice.chance(0.9) {
                    return whole(length);
                }
                let hole = dice.within(0.5, 1.2);
                let at = dice.within(2.0, length - 2.0 - hole);
                Self(vec![(0.0, at), (at + hole, length)])
            }
            Kind::Trailer => {
                let (car, bar, trailer) = (dice.within(4.0, 5.0), dice.within(0.8, 1.5), dice.within(2.0, 4.0));
                Self(vec![(0.0, car), (car + bar, car + bar + trailer)])
            }
        }
    }

    pub fn length(&self) -> f64 {
        self.0.last().map_or(0.0, |part| part.1)
    }

    /// Whether its front at `x` puts metal over a loop.
    fn over(&self, x: f64, zone: (f64, f64)) -> bool {
        self.0.iter().any(|(front, rear)| x - front > zone.0 && x - rear < zone.1)
    }
}

/// Where the front goes: to a place, at a speed, and how long it stays there.
#[derive(Debug, Clone, Copy)]
struct Leg {
    to: f64,
    speed: f64,
    stays: f64,
}

/// The way of the first vehicle of a group.
#[derive(Debug, Clone)]
pub struct Plan {
    speed: f64,
    legs: Vec<Leg>,
    /// Where it leaves sideways.
    vanishes: bool,
}

impl Plan {
    pub fn of(kind: Kind, conduct: Conduct, length: f64, geometry: Geometry, dice: &mut Dice) -> Self {
        let fastest = if kind == Kind::Motorcycle { 8.0 } else { 7.0 };
        let speed = dice.within(1.4, fastest);
        let Geometry { loop_m, clear_m } = geometry;
        let both = loop_m + clear_m + loop_m;
        let end = both + length + 1.0;
        let leg = |to, speed, stays| Leg { to, speed, stays };
        let slow = |dice: &mut Dice| dice.within(0.8, 2.5);
        let mut vanishes = false;
        let legs = match conduct {
            Conduct::Passes | Conduct::Tailgates => {
                let half = dice.within(0.0, end);
                vec![leg(half, speed, 0.0), leg(end, (speed * dice.within(0.5, 1.6)).clamp(1.0, fastest), 0.0)]
            }
            Conduct::Stops => {
                let stays = if dice.chance(0.1) { dice.within(8.0, 60.0) } else { dice.within(0.5, 8.0) };
                let (at, after) = (dice.within(-1.0, both + length), dice.within(1.4, 4.0));
                vec![leg(at, speed, stays), leg(end, after, 0.0)]
            }
            Conduct::Reverses => {
                let turns = dice.within(0.3, both + length - 0.3);
                vec![leg(turns, speed, dice.within(0.5, 5.0)), leg(-BEFORE, -slow(dice), 0.0)]
            }
            Conduct::Shuffles => {
                let at = dice.within(1.0, both + length - 0.5);
                let back = at - dice.within(0.5, 2.0);
                vec![
                    leg(at, speed, dice.within(0.3, 3.0)),
                    leg(back, -slow(dice), dice.within(0.3, 3.0)),
                    leg(end, dice.within(1.4, 4.0), 0.0),
                ]
            }
            Conduct::PullsOut => {
                vanishes = true;
                vec![leg(dice.within(0.4, loop_m + clear_m - 0.2), speed, dice.within(0.5, 5.0))]
            }
        };
        Self { speed, legs, vanishes }
    }

    /// Where its front is at each step.
    fn track(&self) -> Vec<f64> {
        let (mut x, mut speed) = (-BEFORE, self.speed);
        let mut track = vec![x];
        for leg in &self.legs {
            let ahead = leg.speed.signum();
            let mut stays = leg.stays;
            while track.len() < (LIMIT / STEP) as usize {
                let left = (leg.to - x) * ahead;
                if left <= 0.01 {
                    if leg.stays > 0.0 {
                        speed = 0.0;
                    }
                    stays -= STEP;
                    if stays <= 0.0 {
                        break;
                    }
                } else {
                    let fastest = if leg.stays > 0.0 { (2.0 * BRAKES * left).sqrt().max(0.1) } else { f64::INFINITY };
                    let wanted = leg.speed.abs().min(fastest) * ahead;
                    let change = (wanted - speed).clamp(-4.0 * STEP, BRAKES * STEP);
                    speed = if ahead < 0.0 {
                        (speed + (wanted - speed).clamp(-BRAKES * STEP, 4.0 * STEP)).min(0.0)
                    } else {
                        (speed + change).max(0.0)
                    };
                }
                x += speed * STEP;
                track.push(x);
            }
        }
        track
    }
}

/// Drives a group over the loops: when the wire of each changes, in seconds, first to busy.
pub fn drive(plan: &Plan, outlines: &[Outline], geometry: Geometry, dice: &mut Dice) -> [Vec<f64>; 2] {
    let Geometry { loop_m, clear_m } = geometry;
    let mut tracks = vec![plan.track()];
    for pair in outlines.windows(2) {
        // Newell's rule: whoever follows does what the other did, later and further back.
        let (later, back) = (dice.within(0.2, 0.8), pair[0].length() + 2.0);
        let behind = (later / STEP) as usize;
        let Some(ahead) = tracks.last() else { break };
        let (first, last) = (ahead.first().copied().unwrap_or(0.0), ahead.last().copied().unwrap_or(0.0));
        let speed = plan.legs.last().map_or(1.0, |leg| leg.speed.abs());
        let more = ((back + pair[1].length() + 2.0) / speed / STEP) as usize;
        let at = |step: usize| match step.checked_sub(behind) {
            None => first - plan.speed * (behind - step) as f64 * STEP,
            Some(step) => {
                ahead.get(step).copied().unwrap_or_else(|| last + speed * (step + 1 - ahead.len()) as f64 * STEP)
            }
        };
        tracks.push((0..ahead.len() + behind + more).map(|step| at(step) - back).collect());
    }
    let steps = tracks.iter().map(Vec::len).max().unwrap_or(0);
    let mut wires = [Vec::new(), Vec::new()];
    for (wire, near) in wires.iter_mut().zip([0.0, loop_m + clear_m]) {
        // Each vehicle is seen a little sooner or later than it comes, by each loop.
        let zones: Vec<(f64, f64)> = outlines
            .iter()
            .map(|_| (near - dice.within(-0.08, 0.08), near + loop_m + dice.within(-0.08, 0.08)))
            .collect();
        let relay = dice.within(0.008, 0.014);
        let mut busy = false;
        for step in 0..steps {
            let over = tracks
                .iter()
                .zip(outlines)
                .zip(&zones)
                .any(|((track, outline), zone)| track.get(step).is_some_and(|x| outline.over(*x, *zone)));
            if over != busy {
                busy = over;
                wire.push(step as f64 * STEP + relay + dice.within(0.0, 0.006));
            }
        }
        if busy {
            // It left sideways, or the way ended here.
            wire.push(steps as f64 * STEP + relay);
        }
    }
    debug_assert!(
        plan.vanishes || wires.iter().all(|wire| wire.len().is_multiple_of(2)),
        "all loops are free at the end"
    );
    wires
}
