//! What a row of times on two loops most likely was, and how much less likely the next best explanation with another count is.
//!
//! Every explanation is a row of happenings: a vehicle passes, turns back, follows closely, draws a trailer; a loop drops out or
//! reports what is not there. Each has a price, about the negative logarithm of how often it happens; the cheapest row explains
//! what was seen. Where another count would be nearly as cheap, nobody can know, and the count is flagged.

use std::collections::BTreeMap;

use protocol::bridge::lanes::Direction;

use super::Geometry;

/// When something was over a loop, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From.
    pub from: u64,
    /// Until.
    pub to: u64,
}

impl Span {
    fn seconds(self) -> f64 {
        between(self.from, self.to)
    }

    fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    fn swallows(self, other: Self) -> bool {
        self.from < other.from && other.to < self.to
    }
}

/// A vehicle that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Which way.
    pub direction: Direction,
    /// When it left the last loop.
    pub at: u64,
    /// It was never on both loops.
    pub weak: bool,
    /// It followed another so closely that a loop was never free of both.
    pub close: bool,
}

/// A happening, with how many times of each loop it takes up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chunk {
    /// Times of loop A.
    pub a: usize,
    /// Times of loop B.
    pub b: usize,
    /// The vehicle that passed, if one did.
    pub pass: Option<Pass>,
    /// No vehicle at all.
    noise: bool,
    price: f64,
}

/// The cheapest explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// What happened, in order.
    pub chunks: Vec<Chunk>,
    /// What the cheapest explanation with another count costs more.
    pub margin: f64,
    /// What it costs itself, without what it costs that one vehicle follows another closely.
    pub price: f64,
}

impl Explained {
    /// Whether the last thing was seen by one loop alone: more may follow.
    pub fn dangles(&self) -> bool {
        self.chunks.last().is_some_and(|last| last.a == 0 || last.b == 0)
    }
}

/// Most gaps within one vehicle.
const PARTS: usize = 3;
/// Between loops that change at the same moment, at most: a vehicle needs longer from one to the other.
const SAME_S: f64 = 0.06;
/// A disturbance is shorter.
const SHORT_S: f64 = 0.3;
/// Prices. A vehicle that turns back.
const TURNS: f64 = 4.6;
/// A disturbance on one loop, or on both at a time.
const NOISE: f64 = 4.0;
/// A vehicle that rolls back and forth at the edge of a loop.
const ROCKS: f64 = 5.5;
/// A short vehicle that rolls back from one loop to the other.
const RETURNS: f64 = 5.6;
/// A vehicle that follows closely; a trailer.
const FOLLOWS: f64 = 4.6;
/// A motorcycle.
const WEAK: f64 = 3.0;
/// Both loops change at the same moment, as no vehicle does it.
const JUMPS: f64 = 8.5;
/// A vehicle that is over one loop for a very short time, and over the other for long.
const SCRAP: f64 = 7.0;
/// A loop missed a vehicle.
const MISSED: f64 = 9.0;
/// Metres between vehicles: no less even when tailgating.
const BUMPERS_M: f64 = 2.0;
/// Metres without metal between a car and its trailer: no more.
const DRAWBAR_M: f64 = 1.5;
/// Price of each metre that a distance is out of the ordinary.
const METRE: f64 = 12.0;

fn between(from: u64, to: u64) -> f64 {
    to.saturating_sub(from) as f64 / 1e9
}

fn apart(one: u64, other: u64) -> f64 {
    one.abs_diff(other) as f64 / 1e9
}

/// What happened so far, by its count: vehicles in, out, and whether the last thing was noise.
type Counts = (u32, u32, bool);

#[derive(Debug, Clone, Copy)]
struct Best {
    price: f64,
    chunk: Chunk,
    before: Counts,
}

/// Explains. `window` is how long a motorcycle may be between the loops, in nanoseconds.
pub fn explain(geometry: Geometry, window: u64, a: &[Span], b: &[Span]) -> Explained {
    let width = b.len() + 1;
    let mut table: Vec<BTreeMap<Counts, Best>> = vec![BTreeMap::new(); (a.len() + 1) * width];
    let start = Chunk { a: 0, b: 0, pass: None, noise: true, price: 0.0 };
    table[0].insert((0, 0, true), Best { price: 0.0, chunk: start, before: (0, 0, true) });
    let view = View { geometry, window, a, b };
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let here: Vec<(Counts, f64)> =
                table[i * width + j].iter().map(|(counts, best)| (*counts, best.price)).collect();
            if here.is_empty() {
                continue;
            }
            for chunk in view.chunks(i, j) {
                let there = &mut table[(i + chunk.a) * width + j + chunk.b];
                for &(counts, price) in &here {
                    view.step(there, i, j, chunk, counts, price);
                }
            }
        }
    }
    walk(&table, width, a.len(), b.len())
}

fn walk(table: &[BTreeMap<Counts, Best>], width: usize, mut i: usize, mut j: usize) -> Explained {
    let last = &table[i * width + j];
    let cheapest = last.iter().min_by(|one, other| one.1.price.total_cmp(&other.1.price));
    let Some((&best, found)) = cheapest else { return Explained { chunks: Vec::new(), margin: 0.0, price: 0.0 } };
    let other = last.iter().filter(|(counts, _)| (counts.0, counts.1) != (best.0, best.1));
    let margin = other.map(|(_, other)| other.price - found.price).fold(f64::INFINITY, f64::min);
    let (mut chunks, mut counts) = (Vec::new(), best);
    while i + j > 0 {
        let Some(best) = table[i * width + j].get(&counts) else { break };
        chunks.push(best.chunk);
        (i, j, counts) = (i - best.chunk.a, j - best.chunk.b, best.before);
    }
    chunks.reverse();
    let close = chunks.iter().filter(|chunk| chunk.pass.is_some_and(|pass| pass.close)).count();
    Explained { chunks, margin, price: found.price - FOLLOWS * close as f64 }
}

struct View<'a> {
    geometry: Geometry,
    window: u64,
    a: &'a [Span],
    b: &'a [Span],
}

impl View<'_> {
    /// Adds a happening to what was before, with what it costs that one follows the other.
    fn step(
        &self,
        there: &mut BTreeMap<Counts, Best>,
        i: usize,
        j: usize,
        mut chunk: Chunk,
        before: Counts,
        price: f64,
    ) {
        let mut price = price + chunk.price;
        if !chunk.noise && !before.2 && self.end(i, j) > self.begin(i, j, chunk) {
            price += self.follows(i, j, chunk);
            if let Some(pass) = &mut chunk.pass {
                pass.close = true;
            }
            if i > 0 && j > 0 && chunk.a > 0 && chunk.b > 0 {
                // Who follows closely goes at the pace of the other, over both loops.
                price += pace(self.a[i - 1], self.b[j - 1]) + pace(self.a[i], self.b[j]);
            }
        }
        let (mut ins, mut outs, _) = before;
        match chunk.pass.map(|pass| pass.direction) {
            Some(Direction::In) => ins += 1,
            Some(Direction::Out) => outs += 1,
            None => {}
        }
        let entry = there.entry((ins, outs, chunk.noise)).or_insert(Best { price: f64::INFINITY, chunk, before });
        if price < entry.price {
            *entry = Best { price, chunk, before };
        }
    }

    /// When everything before was over.
    fn end(&self, i: usize, j: usize) -> u64 {
        let of = |spans: &[Span], count: usize| count.checked_sub(1).map_or(0, |last| spans[last].to);
        of(self.a, i).max(of(self.b, j))
    }

    fn begin(&self, i: usize, j: usize, chunk: Chunk) -> u64 {
        let of = |spans: &[Span], at: usize, takes: usize| if takes > 0 { spans[at].from } else { u64::MAX };
        of(self.a, i, chunk.a).min(of(self.b, j, chunk.b))
    }

    /// What it costs that a vehicle comes before the last one has gone: less than the usual distance is rare.
    fn follows(&self, i: usize, j: usize, chunk: Chunk) -> f64 {
        if i == 0 || j == 0 || chunk.a == 0 || chunk.b == 0 {
            return FOLLOWS;
        }
        let gap_a = Span { from: self.a[i - 1].to, to: self.a[i].from };
        let gap_b = Span { from: self.b[j - 1].to, to: self.b[j].from };
        match self.distance(gap_a, gap_b) {
            Some(metres) => FOLLOWS + METRE * (BUMPERS_M - metres).max(0.0),
            // One that goes the other way where this one stands.
            None => FOLLOWS + ROCKS,
        }
    }

    /// How many metres without metal went over both loops, by how long they took against how long they took from one loop to
    /// the other. None when they did not go over both in order.
    fn distance(&self, gap_a: Span, gap_b: Span) -> Option<f64> {
        let (first, last) = if gap_a.from <= gap_b.from { (gap_a, gap_b) } else { (gap_b, gap_a) };
        let (rear, front) = (between(first.from, last.from), between(first.to, last.to));
        if first.to > last.to || rear < 0.02 || front < 0.02 {
            return None;
        }
        let Geometry { loop_m, clear_m } = self.geometry;
        let one = loop_m + (clear_m + loop_m) * first.seconds() / rear;
        let other = loop_m + (clear_m + loop_m) * last.seconds() / front;
        Some(f64::midpoint(one, other))
    }

    /// Everything that may begin with the times `i` and `j`.
    fn chunks(&self, i: usize, j: usize) -> Vec<Chunk> {
        let mut found = Vec::with_capacity(24);
        if let Some(&span) = self.a.get(i) {
            single(&mut found, span, 1, 0);
        }
        if let Some(&span) = self.b.get(j) {
            single(&mut found, span, 0, 1);
        }
        for p in 1..=PARTS.min(self.a.len() - i) {
            for q in 1..=PARTS.min(self.b.len() - j) {
                self.vehicle(&mut found, &self.a[i..i + p], &self.b[j..j + q]);
            }
        }
        found
    }

    /// One vehicle over both loops.
    fn vehicle(&self, found: &mut Vec<Chunk>, a: &[Span], b: &[Span]) {
        let (whole_a, whole_b) = (whole(a), whole(b));
        let gaps = self.gaps(a, b, whole_a, whole_b);
        let chunk = |pass, price| Chunk { a: a.len(), b: b.len(), pass, noise: false, price };
        if let Some((pass, price)) = self.shape(whole_a, whole_b) {
            found.push(chunk(pass, gaps + price));
        }
        // It had left the first loop and rolled back over it.
        let back = match (a, b) {
            ([one, two], _) if one.from < whole_b.from && two.to > whole_b.to => {
                Some((*one, *two, whole_b, b, whole_a))
            }
            (_, [one, two]) if one.from < whole_a.from && two.to > whole_a.to => {
                Some((*one, *two, whole_a, a, whole_b))
            }
            _ => None,
        };
        if let Some((one, two, only, parts, other)) = back {
            let through = one.to > only.from && two.from < only.to;
            let short = if two.seconds() < 0.4 || one.seconds() < 0.2 { 4.0 } else { 0.0 };
            let drops = gaps_of(parts).into_iter().map(|gap| dropped(gap, other)).sum::<f64>();
            let price = if through { TURNS + 0.9 } else { RETURNS };
            found.push(chunk(None, price + short + drops));
        }
        if let ([a1, a2], [b1, b2]) = (a, b)
            && let Some(pass) = there_and_back(*a1, *b1, *a2, *b2)
        {
            found.push(chunk(Some(pass), RETURNS));
        }
    }

    /// What one vehicle was that was over A and B at these times.
    fn shape(&self, a: Span, b: Span) -> Option<(Option<Pass>, f64)> {
        let jumps = |one, other| if apart(one, other) < SAME_S { JUMPS } else { 0.0 };
        if a.swallows(b) || b.swallows(a) {
            return Some((None, TURNS + jumps(a.from, b.from) + jumps(a.to, b.to)));
        }
        let (direction, first, last) = if a.to < b.to || (a.to == b.to && a.from < b.from) {
            (Direction::In, a, b)
        } else {
            (Direction::Out, b, a)
        };
        if first.from > last.from {
            return None;
        }
        let pass = |weak| Some(Pass { direction, at: last.to, weak, close: false });
        if first.to > last.from {
            let (one, other) = (first.seconds(), last.seconds());
            // A disturbance at the edge of what is over the other loop looks like a vehicle.
            let scrap = if one.min(other) < SHORT_S && (one / other).ln().abs() > 1.5 { SCRAP } else { 0.0 };
            return Some((pass(false), jumps(first.from, last.from) + jumps(first.to, last.to) + scrap));
        }
        if last.from - first.to > self.window {
            return None;
        }
        // Both loops see the same short thing at about the same speed.
        let ratio = (last.seconds() / first.seconds().max(0.01)).ln().abs();
        Some((pass(true), WEAK + (2.0 * (ratio - 0.9)).clamp(0.0, 3.0)))
    }

    /// What the gaps within one vehicle cost.
    fn gaps(&self, a: &[Span], b: &[Span], whole_a: Span, whole_b: Span) -> f64 {
        let (in_a, in_b) = (gaps_of(a), gaps_of(b));
        let alone = |gaps: &[Span], other: Span| gaps.iter().map(|gap| dropped(*gap, other)).sum::<f64>();
        let apart = alone(&in_a, whole_b) + alone(&in_b, whole_a);
        if in_a.len() != in_b.len() {
            return apart;
        }
        let paired = in_a.iter().zip(&in_b).map(|(gap_a, gap_b)| self.both(*gap_a, *gap_b)).sum::<f64>();
        apart.min(paired)
    }

    /// A gap that both loops saw.
    fn both(&self, gap_a: Span, gap_b: Span) -> f64 {
        if apart(gap_a.from, gap_b.from) < SAME_S && apart(gap_a.to, gap_b.to) < SAME_S {
            return NOISE;
        }
        match self.distance(gap_a, gap_b) {
            Some(metres) => FOLLOWS + METRE * (metres - DRAWBAR_M).max(0.0),
            None => 2.0 * ROCKS,
        }
    }
}

fn gaps_of(spans: &[Span]) -> Vec<Span> {
    spans.windows(2).map(|pair| Span { from: pair[0].to, to: pair[1].from }).collect()
}

fn whole(spans: &[Span]) -> Span {
    Span { from: spans.first().map_or(0, |span| span.from), to: spans.last().map_or(0, |span| span.to) }
}

/// A gap that one loop saw while the vehicle was over the other.
fn dropped(gap: Span, other: Span) -> f64 {
    let price = (NOISE + 10.0 * (gap.seconds() - SHORT_S).max(0.0)).min(ROCKS);
    if other.holds(gap) { price } else { price + 1.0 }
}

/// What it costs that something was over one loop for much longer than over the other.
fn pace(a: Span, b: Span) -> f64 {
    let ratio = (a.seconds().max(0.01) / b.seconds().max(0.01)).ln().abs();
    (2.0 * (ratio - 0.3)).clamp(0.0, 2.0)
}

/// One short vehicle, handed from loop to loop, back, and on again.
fn there_and_back(a1: Span, b1: Span, a2: Span, b2: Span) -> Option<Pass> {
    let (direction, row) =
        if a1.from < b1.from { (Direction::In, [a1, b1, a2, b2]) } else { (Direction::Out, [b1, a1, b2, a2]) };
    let handed = row.windows(2).all(|pair| {
        let shorter = pair[0].seconds().min(pair[1].seconds());
        pair[0].from < pair[1].from && apart(pair[0].to, pair[1].from) < 0.35 * shorter
    });
    handed.then_some(Pass { direction, at: row[3].to, weak: true, close: false })
}

/// What one loop saw alone.
fn single(found: &mut Vec<Chunk>, span: Span, a: usize, b: usize) {
    let seconds = span.seconds();
    let chunk = |pass, noise, price| Chunk { a, b, pass, noise, price };
    found.push(chunk(None, true, NOISE + 8.0 * (seconds - SHORT_S).max(0.0)));
    found.push(chunk(None, false, TURNS + if seconds < SHORT_S { 3.0 } else { 0.0 }));
    for direction in [Direction::In, Direction::Out] {
        let pass = Pass { direction, at: span.to, weak: true, close: false };
        found.push(chunk(Some(pass), false, MISSED));
    }
}
