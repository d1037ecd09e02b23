//! Two loops and the vehicles over them: edges in, passages out. Knows no port and no clock.
//!
//! Loop A lies towards the street. A legal passage inwards is 00 10 11 01 00 of (A, B), outwards the mirror of it. What happens
//! from the first loop that is busy until both are free is explained as a whole ([`super::explain`]): so who turns back counts
//! nothing, two close together count two, and what has two explanations is flagged.

use std::collections::VecDeque;

use protocol::bridge::lanes::{Direction, Doubt, LaneFlag};

use super::Geometry;
use super::explain::{Explained, Span, explain};

/// One of the two loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Loop {
    /// Towards the street.
    A,
    /// Towards the car park.
    B,
}

impl Loop {
    const BOTH: [Self; 2] = [Self::A, Self::B];

    const fn at(self) -> usize {
        self as usize
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Times, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// What changes back sooner is no vehicle.
    pub glitch: u64,
    /// Both loops are free for so long before what happened is explained.
    pub settle: u64,
    /// A motorcycle may be between the loops for so long.
    pub window: u64,
    /// Both loops are free for so long before counting begins.
    pub start: u64,
    /// A loop that is busy for longer is stuck.
    pub stuck: u64,
    /// It may be between them for so long when nothing else was there meanwhile; that is less sure.
    pub slow: u64,
}

const SECOND: u64 = 1_000_000_000;

impl Default for Times {
    fn default() -> Self {
        Self {
            glitch: 60_000_000,
            settle: SECOND / 2,
            window: SECOND * 3 / 2,
            start: SECOND,
            stuck: 600 * SECOND,
            slow: 20 * SECOND,
        }
    }
}

/// What is wrong with the loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It has been busy for too long.
    Stuck(Loop),
    /// It says nothing, while the other one sees one thing after another.
    Dead(Loop),
    /// It changes all the time, for too short to be vehicles.
    Noisy(Loop),
}

/// What a crossing tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A vehicle passed.
    Passed {
        /// Which way.
        direction: Direction,
        /// When it left the last loop.
        at_ns: u64,
        /// What makes it unsure, in order.
        flags: Vec<LaneFlag>,
    },
    /// Perhaps one passed; nothing is counted.
    Doubtful {
        /// When.
        at_ns: u64,
        /// Why.
        why: Doubt,
    },
    /// What is over the loops has changed.
    Over {
        /// Something is over A.
        a: bool,
        /// Something is over B.
        b: bool,
    },
    /// How the loops are has changed.
    Fault(Option<Fault>),
}

/// Times of a loop that are kept before something is explained although the loops are not free.
const MANY: usize = 4;
/// Most times of a loop that are kept.
const MOST: usize = 8;
/// What the next best explanation must cost more, or the count is flagged.
const SURE: f64 = 3.2;
/// An explanation that costs more is far-fetched, and so are its counts.
const USUAL: f64 = 8.0;
/// An explanation that costs more than a vehicle that turns back, and counts nothing, is doubted.
const PLAIN: f64 = 5.55;
/// Things that one loop saw alone before the other is taken for dead.
const ALONE: u32 = 6;
/// Changes that are no vehicles, within [`WHILE`], before a loop is noisy.
const NOISY: u32 = 20;
const WHILE: u64 = 10 * SECOND;
/// Edges come no later than this after those that were after them.
const ORDER: u64 = 20_000_000;
/// What was lost is taken to have been so long before or after what the other loop saw.
const APART: u64 = 100_000_000;
/// Most edges within that time.
const CROWD: usize = 64;

#[derive(Debug, Clone, Default)]
struct Line {
    /// What holds.
    busy: bool,
    /// Since when it holds.
    since: u64,
    /// When it changed to the contrary, while that is too short ago to hold.
    change: Option<u64>,
    /// The last edge.
    last: u64,
    spans: Vec<Span>,
    /// Times in a row that the other loop alone saw something.
    missed: u32,
    /// Changes that were none, in this while.
    noise: u32,
}

impl Line {
    /// What was over it first, since a moment.
    fn seen(&self, since: u64) -> Option<Span> {
        self.spans.iter().copied().find(|span| span.to > since)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nobody knows what stands there.
    Starting,
    Counting,
    /// Until both loops are free.
    Stuck,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Crossing {
    geometry: Geometry,
    times: Times,
    mode: Mode,
    lines: [Line; 2],
    now: u64,
    /// An edge was lost since the loops were last free.
    lost: bool,
    /// Counting goes on although something was over the loops for too long to be kept.
    hurried: bool,
    /// What one loop saw last, alone, and which.
    orphan: Option<(Loop, u64)>,
    /// When something that both loops saw was last taken to have turned back.
    turned: Option<u64>,
    fault: Option<Fault>,
    while_since: u64,
    /// Edges by their time, until none can come that was before them.
    waiting: Vec<(u64, Loop, bool)>,
    events: VecDeque<Event>,
}

impl Crossing {
    /// Counts when both loops have been free for a while.
    pub fn new(geometry: Geometry, times: Times) -> Self {
        Self {
            geometry,
            times,
            mode: Mode::Starting,
            lines: [Line::default(), Line::default()],
            now: 0,
            lost: false,
            hurried: false,
            orphan: None,
            turned: None,
            fault: None,
            while_since: 0,
            waiting: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// Begins anew with what the loops are at `ns`: the wires were not looked at before.
    pub fn begin(&mut self, a: bool, b: bool, ns: u64) {
        let before = self.over();
        self.now = self.now.max(ns);
        self.waiting.clear();
        self.mode = Mode::Starting;
        self.tell_fault(None);
        for (line, busy) in self.lines.iter_mut().zip([a, b]) {
            *line = Line { busy, since: ns, last: ns, ..Line::default() };
        }
        (self.lost, self.hurried, self.orphan, self.turned) = (false, false, None, None);
        self.while_since = self.now;
        self.tell_over(before);
    }

    /// A loop became busy or free at `ns`. Edges may come in a wrong order, twice or not at all.
    pub fn edge(&mut self, of: Loop, busy: bool, ns: u64) {
        self.tick(ns);
        let at = self.waiting.partition_point(|waits| waits.0 <= ns);
        self.waiting.insert(at, (ns, of, busy));
        if self.waiting.len() > CROWD {
            let (ns, of, busy) = self.waiting.remove(0);
            self.take_edge(of, busy, ns);
        }
    }

    /// An edge was lost: what is counted until both loops are free again is flagged.
    pub fn missed(&mut self) {
        self.lost = true;
    }

    fn take_edge(&mut self, of: Loop, busy: bool, ns: u64) {
        let other = self.lines[of.other().at()].clone();
        let line = &mut self.lines[of.at()];
        let ns = ns.max(line.last);
        let (again, last) = (ns == line.last, line.last);
        line.last = ns;
        // What the wire was: what holds, or what may soon hold.
        let was = line.busy != line.change.is_some();
        if was == busy {
            if again {
                return;
            }
            self.lost = true;
            if line.change.is_some() {
                // It was the contrary for a moment between.
            } else if busy {
                // Free in between, since nobody knows when: as when a vehicle goes on over the other loop.
                let to = match other.seen(line.since) {
                    Some(seen) if seen.to < ns && seen.from > line.since => seen.to.saturating_sub(APART),
                    Some(seen) if seen.to < ns => (seen.to + APART).min(ns - 1),
                    _ => match other.spans.last() {
                        Some(seen) => (line.since + (seen.to - seen.from)).min(ns.saturating_sub(1)),
                        None => ns.saturating_sub(1),
                    },
                };
                line.spans.push(Span { from: line.since, to: to.max(line.since) });
                line.since = ns;
            } else {
                // Busy in between: since it last changed, or as when a vehicle comes over the other loop or goes on to it.
                let from = if other.busy { other.since.saturating_sub(APART) } else { ns.saturating_sub(SECOND) };
                let from = match other.seen(line.since) {
                    Some(seen) if !other.busy => seen.from + APART,
                    _ => from,
                };
                let from = if ns - last < 10 * SECOND && last > line.since { last } else { from };
                line.spans.push(Span { from: from.max(line.since).min(ns), to: ns });
                line.since = ns;
            }
            return;
        }
        line.change = match line.change {
            // Back again: it was none.
            Some(_) => {
                line.noise += 1;
                None
            }
            None => Some(ns),
        };
    }

    /// Time has passed. `ns` of the past changes nothing.
    pub fn tick(&mut self, ns: u64) {
        while let Some(&(at, of, busy)) = self.waiting.first()
            && at + ORDER <= ns
        {
            self.waiting.remove(0);
            self.settle(at);
            self.take_edge(of, busy, at);
        }
        self.settle(ns);
    }

    fn settle(&mut self, ns: u64) {
        // What waits has not happened yet.
        let ns = self.waiting.first().map_or(ns, |waits| ns.min(waits.0));
        self.now = self.now.max(ns);
        let before = self.over();
        for at in 0..2 {
            let line = &mut self.lines[at];
            if let Some(since) = line.change
                && self.now - since.min(self.now) >= self.times.glitch
            {
                line.change = None;
                line.busy = !line.busy;
                if !line.busy {
                    line.spans.push(Span { from: line.since, to: since });
                }
                line.since = since;
            }
        }
        self.tell_over(before);
        self.judge_noise();
        self.judge_stuck();
        if self.lines.iter().any(|line| line.busy || line.change.is_some()) {
            self.relieve();
            return;
        }
        self.close();
    }

    /// When [`Crossing::tick`] changes something at the earliest.
    pub fn wake_at(&self) -> Option<u64> {
        if let Some((at, ..)) = self.waiting.first() {
            return Some(at + ORDER);
        }
        let mut wakes = Vec::with_capacity(4);
        for line in &self.lines {
            wakes.extend(line.change.map(|since| since + self.times.glitch));
            if line.busy && self.mode != Mode::Stuck {
                wakes.push(line.since + self.times.stuck);
            }
        }
        if self.lines.iter().all(|line| !line.busy && line.change.is_none()) {
            let free = self.free_since();
            let seen = self.lines.iter().any(|line| !line.spans.is_empty());
            match self.mode {
                Mode::Starting | Mode::Stuck => wakes.push(free + self.times.start),
                Mode::Counting if seen => {
                    wakes.extend([self.times.settle, self.times.window].map(|wait| free + wait));
                }
                Mode::Counting => {}
            }
        }
        if self.lines.iter().any(|line| line.noise > 0) || matches!(self.fault, Some(Fault::Noisy(_))) {
            wakes.push(self.while_since + WHILE);
        }
        wakes.into_iter().filter(|at| *at > self.now).min()
    }

    /// What is to be told next.
    pub fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether something is over A and over B.
    pub fn over(&self) -> (bool, bool) {
        (self.lines[0].busy, self.lines[1].busy)
    }

    fn tell_over(&mut self, before: (bool, bool)) {
        let (a, b) = self.over();
        if before != (a, b) {
            self.events.push_back(Event::Over { a, b });
        }
    }

    fn tell_fault(&mut self, fault: Option<Fault>) {
        if self.fault != fault {
            self.fault = fault;
            self.events.push_back(Event::Fault(fault));
        }
    }

    fn free_since(&self) -> u64 {
        self.lines.iter().map(|line| line.since).max().unwrap_or(0)
    }

    fn judge_noise(&mut self) {
        let noisy = Loop::BOTH.into_iter().find(|of| self.lines[of.at()].noise >= NOISY);
        if let (Some(of), None) = (noisy, self.fault) {
            self.tell_fault(Some(Fault::Noisy(of)));
        }
        if self.now.saturating_sub(self.while_since) >= WHILE {
            self.while_since = self.now;
            for line in &mut self.lines {
                line.noise = 0;
            }
            if noisy.is_none() && matches!(self.fault, Some(Fault::Noisy(_))) {
                self.tell_fault(None);
            }
        }
    }

    fn judge_stuck(&mut self) {
        if self.mode == Mode::Stuck {
            // The other loop still sees something, and nobody knows what.
            for at in 0..2 {
                for span in std::mem::take(&mut self.lines[at].spans) {
                    self.events.push_back(Event::Doubtful { at_ns: span.to, why: Doubt::LoopFault });
                }
            }
            return;
        }
        let stuck = Loop::BOTH.into_iter().find(|of| {
            let line = &self.lines[of.at()];
            line.busy && self.now.saturating_sub(line.since) >= self.times.stuck
        });
        if let Some(of) = stuck {
            self.mode = Mode::Stuck;
            self.tell_fault(Some(Fault::Stuck(of)));
        }
    }

    /// Both loops are free: explains what there was, when that has been so for long enough.
    fn close(&mut self) {
        let free = self.now.saturating_sub(self.free_since());
        match self.mode {
            Mode::Stuck if free >= self.times.start => {
                self.tell_fault(None);
                self.mode = Mode::Counting;
                (self.lost, self.hurried, self.orphan, self.turned) = (false, false, None, None);
            }
            Mode::Starting if free >= self.times.start => {
                let (a, b) = self.take();
                let explained = explain(self.geometry, self.times.window, &a, &b);
                self.tell(&explained, &a, &b, explained.chunks.len());
                self.mode = Mode::Counting;
                (self.lost, self.hurried) = (false, false);
            }
            Mode::Stuck | Mode::Starting => {}
            Mode::Counting => self.explain_all(free),
        }
    }

    fn explain_all(&mut self, free: u64) {
        if free < self.times.settle || self.lines.iter().all(|line| line.spans.is_empty()) {
            return;
        }
        let explained = explain(self.geometry, self.times.window, &self.lines[0].spans, &self.lines[1].spans);
        if explained.dangles() && free < self.times.window {
            return;
        }
        let (a, b) = self.take();
        self.tell(&explained, &a, &b, explained.chunks.len());
        self.seek_orphans(&explained, &a, &b);
        self.seek_dead(&a, &b);
        (self.lost, self.hurried) = (false, false);
    }

    fn take(&mut self) -> (Vec<Span>, Vec<Span>) {
        let [a, b] = &mut self.lines;
        (std::mem::take(&mut a.spans), std::mem::take(&mut b.spans))
    }

    /// In a queue the loops may not be free for minutes: what is long past is explained meanwhile.
    fn relieve(&mut self) {
        if self.mode == Mode::Stuck {
            return;
        }
        let lengths = [self.lines[0].spans.len(), self.lines[1].spans.len()];
        let full = lengths.into_iter().max() >= Some(MOST);
        if !full && lengths.into_iter().min() < Some(MANY) {
            return;
        }
        let explained = explain(self.geometry, self.times.window, &self.lines[0].spans, &self.lines[1].spans);
        // The last two may belong together with what is under way.
        let keep = explained.chunks.len().saturating_sub(2);
        let count = if keep > 0 { keep } else { explained.chunks.len() };
        let taken = explained.chunks[..count].iter().fold((0, 0), |sum, chunk| (sum.0 + chunk.a, sum.1 + chunk.b));
        let a: Vec<Span> = self.lines[0].spans.drain(..taken.0).collect();
        let b: Vec<Span> = self.lines[1].spans.drain(..taken.1).collect();
        self.hurried |= full;
        self.tell(&explained, &a, &b, count);
    }

    /// Tells the first `count` of what was explained.
    fn tell(&mut self, explained: &Explained, a: &[Span], b: &[Span], count: usize) {
        let vehicles = || explained.chunks[..count].iter().filter_map(|chunk| chunk.pass);
        let mut ways = vehicles().map(|pass| pass.direction);
        let first = ways.next();
        // Two in a row that go against each other, with no time between them, are more likely one that turned back.
        let against = ways.any(|way| Some(way) != first);
        let fetched = explained.price > if first.is_some() { USUAL } else { PLAIN };
        let unsure = explained.margin < SURE || fetched || against || self.hurried;
        let starting = self.mode == Mode::Starting;
        for pass in vehicles() {
            let mut flags = Vec::new();
            let reasons = [
                (pass.weak, LaneFlag::Weak),
                (pass.close, LaneFlag::Tailgating),
                (unsure, LaneFlag::Uncertain),
                (starting, LaneFlag::Restarted),
                (self.lost, LaneFlag::LostEdge),
            ];
            flags.extend(reasons.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag));
            self.events.push_back(Event::Passed { direction: pass.direction, at_ns: pass.at, flags });
        }
        let last = a.iter().chain(b).map(|span| span.to).max();
        if let (Some(at_ns), false, true) = (last, first.is_some(), unsure || starting || self.lost) {
            let why = if starting { Doubt::Restarted } else { Doubt::Unclear };
            self.events.push_back(Event::Doubtful { at_ns, why });
        }
    }

    /// Something over one loop and later, alone, over the other: a motorcycle that stopped between them, most likely.
    fn seek_orphans(&mut self, explained: &Explained, a: &[Span], b: &[Span]) {
        let lone = match (a.last(), b.last()) {
            (Some(span), None) => Some((Loop::A, Span { from: a[0].from, to: span.to })),
            (None, Some(span)) => Some((Loop::B, Span { from: b[0].from, to: span.to })),
            _ => None,
        };
        let seen = explained.chunks.iter().any(|chunk| chunk.a > 0 && chunk.b > 0);
        let counted = explained.chunks.iter().any(|chunk| chunk.pass.is_some());
        let Some((of, span)) = lone.filter(|_| !counted) else {
            if seen {
                self.orphan = None;
                let last = a.iter().chain(b).map(|span| span.to).max();
                self.turned = last.filter(|_| !counted);
            }
            return;
        };
        // What turned back may have been one loop's disturbance, and this the rest of the vehicle.
        let rest = self.turned.take().is_some_and(|at| span.from.saturating_sub(at) <= self.times.window);
        if let Some((before, at)) = self.orphan
            && of != before
            && span.from.saturating_sub(at) <= self.times.slow
        {
            self.orphan = None;
            let direction = if of == Loop::B { Direction::In } else { Direction::Out };
            let flags = vec![LaneFlag::Weak, LaneFlag::Uncertain];
            self.events.push_back(Event::Passed { direction, at_ns: span.to, flags });
            return;
        }
        let late = matches!(self.orphan, Some((before, at)) if of != before && span.from.saturating_sub(at) <= 6 * self.times.slow);
        self.orphan = Some((of, span.to));
        if late || rest || span.to - span.from < SECOND {
            // A motorcycle that stopped for longer, a disturbance, or what a disturbance left of a vehicle.
            self.events.push_back(Event::Doubtful { at_ns: span.to, why: Doubt::Unclear });
        }
    }

    fn seek_dead(&mut self, a: &[Span], b: &[Span]) {
        for (of, own, others) in [(Loop::A, a, b), (Loop::B, b, a)] {
            let line = &mut self.lines[of.at()];
            if !own.is_empty() {
                line.missed = 0;
                if self.fault == Some(Fault::Dead(of)) {
                    self.tell_fault(None);
                }
            } else if let Some(span) = others.iter().rev().find(|span| span.to - span.from >= SECOND / 3) {
                line.missed = line.missed.saturating_add(1);
                if line.missed >= ALONE {
                    self.events.push_back(Event::Doubtful { at_ns: span.to, why: Doubt::LoopFault });
                    if self.fault.is_none() {
                        self.tell_fault(Some(Fault::Dead(of)));
                    }
                }
            }
        }
    }
}
