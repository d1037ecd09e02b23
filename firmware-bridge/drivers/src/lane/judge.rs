//! Compares what was counted with what was true: for tests and proofs. Only here do both meet.

use std::fmt;

use protocol::bridge::lanes::Direction;

use super::crossing::{Crossing, Event, Times};
use super::traffic::{Edge, Traffic, Truth};

/// Lets a crossing count, edge by edge. It begins five seconds before the first one, with both loops free.
pub fn count(traffic: &Traffic, edges: &[Edge]) -> Vec<Event> {
    let mut crossing = Crossing::new(traffic.geometry, Times::default());
    let mut told = Vec::new();
    crossing.begin(false, false, 0);
    for edge in edges {
        while let Some(at) = crossing.wake_at().filter(|at| *at <= edge.ns) {
            crossing.tick(at);
        }
        crossing.edge(edge.of(), edge.busy, edge.ns);
        told.extend(std::iter::from_fn(|| crossing.event()));
    }
    while let Some(at) = crossing.wake_at() {
        crossing.tick(at);
        told.extend(std::iter::from_fn(|| crossing.event()));
    }
    told
}

/// Vehicles of a time, all right or not.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Who they were.
    pub truths: Vec<Truth>,
    /// What was told.
    pub told: Vec<Event>,
    /// By how much the counts are wrong.
    pub by: u32,
    /// Whether anything of it is flagged.
    pub flagged: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Vehicles.
    pub vehicles: u32,
    /// Those that passed.
    pub passed: u32,
    /// Passages counted in and out.
    pub counted: (u32, u32),
    /// Vehicles whose count or doubt is flagged.
    pub flagged: u32,
    /// Vehicles miscounted: counted and not there, not counted and there, or the wrong way.
    pub miscounted: u32,
    /// Those of them where nothing is flagged.
    pub silent: u32,
    /// Where it went wrong.
    pub wrong: Vec<Wrong>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vehicles, passed, counted: (ins, outs), flagged, miscounted, silent, .. } = self;
        write!(
            f,
            "{vehicles} vehicles, {passed} passed, counted {ins} in and {outs} out, {flagged} flagged; \
             {miscounted} miscounted, {silent} of them not flagged"
        )
    }
}

/// Judges.
pub fn judge(truths: &[Truth], told: &[Event]) -> Verdict {
    let mut verdict = Verdict { vehicles: truths.len() as u32, ..Verdict::default() };
    let mut told = told.iter().filter(|event| time_of(event).is_some()).peekable();
    for group in truths.chunk_by(|one, other| one.to_ns == other.to_ns) {
        let to_ns = group[0].to_ns;
        let mut own = Vec::new();
        while let Some(event) = told.next_if(|event| time_of(event) <= Some(to_ns)) {
            own.push(event.clone());
        }
        verdict.add(group, own);
    }
    // Whatever is told when all are gone was nobody.
    let rest: Vec<Event> = told.cloned().collect();
    if !rest.is_empty() {
        verdict.add(&[], rest);
    }
    verdict
}

impl Verdict {
    fn add(&mut self, group: &[Truth], told: Vec<Event>) {
        let (mut want, mut have, mut flagged) = ([0_u32; 2], [0_u32; 2], false);
        for truth in group.iter().filter(|truth| truth.passed) {
            want[truth.direction as usize] += 1;
        }
        for event in &told {
            match event {
                Event::Passed { direction, flags, .. } => {
                    have[*direction as usize] += 1;
                    flagged |= !flags.is_empty();
                }
                _ => flagged = true,
            }
        }
        let [ins, outs] = [Direction::In, Direction::Out].map(|way| want[way as usize].abs_diff(have[way as usize]));
        // One that went the wrong way is one.
        let by = ins.max(outs);
        self.passed += want.iter().sum::<u32>();
        self.counted.0 += have[0];
        self.counted.1 += have[1];
        self.flagged += if flagged { group.len().max(1) as u32 } else { 0 };
        if by > 0 {
            self.miscounted += by;
            self.silent += if flagged { 0 } else { by };
            self.wrong.push(Wrong { truths: group.to_vec(), told, by, flagged });
        }
    }
}

fn time_of(event: &Event) -> Option<u64> {
    match event {
        Event::Passed { at_ns, .. } | Event::Doubtful { at_ns, .. } => Some(*at_ns),
        Event::Over { .. } | Event::Fault(_) => None,
    }
}
