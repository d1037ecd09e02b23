//! What lanes count.

use proptest::prelude::*;
use protocol::bridge::lanes::Direction::{self, In, Out};
use protocol::bridge::lanes::{Doubt, LaneFlag};

use super::Geometry;
use super::crossing::Loop::{self, A, B};
use super::crossing::{Crossing, Event, Fault, Times};
use super::judge::{count, judge};
use super::traffic::{Edge, Traffic, Truth};

const MS: u64 = 1_000_000;

/// A crossing whose loops have been free for a while, and a time of its own.
struct Rig {
    crossing: Crossing,
    told: Vec<Event>,
}

impl Rig {
    fn new() -> Self {
        let mut rig = Self { crossing: Crossing::new(Geometry::default(), Times::default()), told: Vec::new() };
        rig.crossing.begin(false, false, 0);
        rig.until(10_000);
        rig
    }

    /// Lets time pass until so many milliseconds after the beginning.
    fn until(&mut self, ms: u64) {
        while let Some(at) = self.crossing.wake_at().filter(|at| *at <= ms * MS) {
            self.crossing.tick(at);
        }
        self.crossing.tick(ms * MS);
        self.told.extend(std::iter::from_fn(|| self.crossing.event()));
    }

    /// Edges, ten seconds after the beginning, in milliseconds.
    fn edges(&mut self, edges: &[(u64, Loop, bool)]) {
        for &(ms, of, busy) in edges {
            let ms = 10_000 + ms;
            self.until(ms.saturating_sub(1));
            self.crossing.edge(of, busy, ms * MS);
        }
    }

    fn passed(&self) -> Vec<(Direction, &[LaneFlag])> {
        let passed = |event| match event {
            &Event::Passed { direction, ref flags, .. } => Some((direction, flags.as_slice())),
            _ => None,
        };
        self.told.iter().filter_map(passed).collect()
    }

    fn doubts(&self) -> Vec<Doubt> {
        let doubt = |event: &Event| if let Event::Doubtful { why, .. } = event { Some(*why) } else { None };
        self.told.iter().filter_map(doubt).collect()
    }

    fn faults(&self) -> Vec<Option<Fault>> {
        let fault = |event: &Event| if let Event::Fault(fault) = event { Some(*fault) } else { None };
        self.told.iter().filter_map(fault).collect()
    }
}

fn tell(edges: &[(u64, Loop, bool)]) -> Rig {
    let mut rig = Rig::new();
    rig.edges(edges);
    rig.until(60_000);
    rig
}

const CAR: [(u64, Loop, bool); 4] = [(0, A, true), (700, B, true), (1_800, A, false), (2_500, B, false)];

fn mirrored(edges: &[(u64, Loop, bool)]) -> Vec<(u64, Loop, bool)> {
    edges.iter().map(|&(ms, of, busy)| (ms, of.other(), busy)).collect()
}

#[test]
fn a_car_counts_once_each_way() {
    let rig = tell(&CAR);
    assert_eq!(rig.passed(), [(In, [].as_slice())]);
    assert!(rig.told.contains(&Event::Passed { direction: In, at_ns: 12_500 * MS, flags: vec![] }));
    assert_eq!(tell(&mirrored(&CAR)).passed(), [(Out, [].as_slice())]);
}

#[test]
fn who_turns_back_counts_nothing_at_any_point() {
    let on_a = [(0, A, true), (3_000, A, false)];
    let on_both = [(0, A, true), (700, B, true), (2_700, B, false), (3_500, A, false)];
    let on_b =
        [(0, A, true), (700, B, true), (1_800, A, false), (4_000, A, true), (5_000, B, false), (6_000, A, false)];
    for edges in [on_a.as_slice(), &on_both, &on_b] {
        assert_eq!(tell(edges).passed(), []);
        assert_eq!(tell(&mirrored(edges)).passed(), []);
    }
}

#[test]
fn two_close_together_count_two_and_are_flagged() {
    let rig = tell(&[
        (0, A, true),
        (700, B, true),
        (1_800, A, false),
        (2_400, A, true),
        (2_500, B, false),
        (3_100, B, true),
        (4_200, A, false),
        (4_900, B, false),
    ]);
    assert_eq!(rig.passed(), [(In, [].as_slice()), (In, [LaneFlag::Tailgating].as_slice())]);
}

#[test]
fn a_motorcycle_counts_within_its_window_and_is_weak() {
    let rig = tell(&[(0, A, true), (500, A, false), (600, B, true), (1_100, B, false)]);
    assert_eq!(rig.passed(), [(In, [LaneFlag::Weak].as_slice())]);
    let slow = tell(&[(0, A, true), (500, A, false), (5_600, B, true), (6_100, B, false)]);
    assert_eq!(slow.passed(), [(In, [LaneFlag::Weak, LaneFlag::Uncertain].as_slice())]);
    let never = tell(&[(0, A, true), (500, A, false), (30_000, B, true), (30_500, B, false)]);
    assert_eq!((never.passed(), never.doubts()), (vec![], vec![Doubt::Unclear; 2]));
}

#[test]
fn short_changes_of_either_kind_are_none() {
    let rig = tell(&[(0, A, true), (20, A, false), (3_000, B, true), (3_050, B, false)]);
    assert_eq!((rig.passed(), rig.doubts()), (vec![], vec![]));
    let mut edges = CAR.to_vec();
    edges.extend([(1_000, A, false), (1_040, A, true), (1_200, B, false), (1_220, B, true)]);
    edges.sort_by_key(|edge| edge.0);
    assert_eq!(tell(&edges).passed(), [(In, [].as_slice())]);
}

#[test]
fn edges_may_come_twice_or_in_a_wrong_order() {
    let mut twice = CAR.to_vec();
    twice.insert(1, CAR[0]);
    assert_eq!(tell(&twice).passed(), [(In, [].as_slice())]);
    let mut rig = Rig::new();
    let mut edges = CAR.to_vec();
    edges.extend([(705, B, false), (710, B, true)]);
    // Told in another order than they were.
    for &(ms, of, busy) in &[edges[0], edges[5], edges[4], edges[1], edges[2], edges[3]] {
        rig.crossing.edge(of, busy, (10_000 + ms) * MS);
    }
    rig.until(60_000);
    assert_eq!(rig.passed(), [(In, [].as_slice())]);
}

#[test]
fn a_lost_edge_is_flagged_and_forgotten() {
    for lost in 0..4 {
        let mut edges = CAR.to_vec();
        edges.remove(lost);
        edges.extend(CAR.map(|(ms, of, busy)| (ms + 20_000, of, busy)));
        edges.extend(CAR.map(|(ms, of, busy)| (ms + 40_000, of, busy)));
        let rig = tell(&edges);
        let passed = rig.passed();
        assert_eq!(passed.last(), Some(&(In, [].as_slice())), "{lost}: {:?}", rig.told);
        let flagged = passed.iter().any(|(_, flags)| flags.contains(&LaneFlag::LostEdge)) || !rig.doubts().is_empty();
        assert!(flagged && passed.iter().all(|(way, _)| *way == In), "{lost}: {:?}", rig.told);
    }
}

#[test]
fn counting_begins_when_both_loops_are_free_and_what_passes_before_is_flagged() {
    let mut rig = Rig { crossing: Crossing::new(Geometry::default(), Times::default()), told: Vec::new() };
    rig.crossing.begin(true, true, 9_000 * MS);
    rig.edges(&[(0, A, false), (700, B, false)]);
    rig.until(20_000);
    assert_eq!(rig.passed(), [(In, [LaneFlag::Uncertain, LaneFlag::Restarted].as_slice())]);
    rig.edges(&CAR.map(|(ms, of, busy)| (ms + 20_000, of, busy)));
    rig.until(60_000);
    assert_eq!(rig.passed().last(), Some(&(In, [].as_slice())));
}

#[test]
fn a_stuck_loop_is_told_and_what_the_other_sees_is_doubtful_until_both_are_free() {
    let mut rig = Rig::new();
    rig.edges(&[(0, A, true), (700_000, B, true), (702_000, B, false), (703_000, A, false)]);
    rig.until(800_000);
    assert_eq!(rig.faults(), [Some(Fault::Stuck(A)), None]);
    assert_eq!((rig.passed(), rig.doubts()), (vec![], vec![Doubt::LoopFault; 2]));
    rig.edges(&CAR.map(|(ms, of, busy)| (ms + 800_000, of, busy)));
    rig.until(900_000);
    assert_eq!(rig.passed(), [(In, [].as_slice())]);
}

#[test]
fn a_dead_loop_and_a_noisy_one_are_told_and_recover() {
    let mut rig = Rig::new();
    for car in 0..6 {
        rig.edges(&[(car * 30_000, B, true), (car * 30_000 + 1_500, B, false)]);
    }
    rig.until(200_000);
    assert_eq!(rig.faults(), [Some(Fault::Dead(A))]);
    rig.edges(&CAR.map(|(ms, of, busy)| (ms + 200_000, of, busy)));
    rig.until(220_000);
    assert_eq!(rig.faults(), [Some(Fault::Dead(A)), None]);
    for glitch in 0..100 {
        rig.edges(&[(220_000 + glitch * 200, B, true), (220_005 + glitch * 200, B, false)]);
    }
    rig.until(500_000);
    assert_eq!(rig.faults()[2..], [Some(Fault::Noisy(B)), None]);
    assert_eq!(rig.passed().len(), 1);
}

/// The logic gets the edges and nothing else; the truth goes through a text of its own.
#[test]
fn of_ten_thousand_vehicles_at_most_five_are_miscounted_and_each_is_flagged() {
    let traffic = Traffic::usual(20_261_126, 10_000);
    let (edges, truths) = traffic.generate();
    let truth: String = truths.iter().map(|truth| serde_json::to_string(truth).unwrap() + "\n").collect();
    drop(truths);
    let told = count(&traffic, &edges);
    let truths: Vec<Truth> = truth.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdict = judge(&truths, &told);
    println!("{verdict}");
    assert_eq!(verdict.vehicles, 10_000);
    assert!(verdict.miscounted <= 5 && verdict.silent == 0, "{verdict}: {:#?}", verdict.wrong);
    assert!(verdict.flagged < 500, "flags that are everywhere say nothing: {verdict}");
}

#[test]
fn the_same_seed_makes_the_same_traffic() {
    assert_eq!(Traffic::usual(7, 200).generate(), Traffic::usual(7, 200).generate());
    assert_ne!(Traffic::usual(7, 200).generate(), Traffic::usual(8, 200).generate());
}

proptest! {
    /// Whatever the wires do, it neither panics nor counts more than they could mean, and it tells in bounded time.
    #[test]
    fn arbitrary_edges_are_survived(steps in prop::collection::vec((any::<bool>(), any::<bool>(), 0_u64..3_000), 0..300)) {
        let mut at = 0;
        let edges: Vec<Edge> = steps.iter().map(|&(b, busy, ms)| {
            at += ms * MS;
            Edge { ns: at, b, busy }
        }).collect();
        let told = count(&Traffic::usual(0, 0), &edges);
        let passed = told.iter().filter(|event| matches!(event, Event::Passed { .. })).count();
        prop_assert!(passed <= edges.len());
    }

    /// Traffic of any seed and shares is counted about right.
    #[test]
    fn arbitrary_traffic_is_counted_about_right(seed in any::<u64>()) {
        let traffic = Traffic::usual(seed, 100);
        let (edges, truths) = traffic.generate();
        let verdict = judge(&truths, &count(&traffic, &edges));
        prop_assert!(verdict.miscounted <= 3, "{}", verdict);
    }
}

mod driven {
    use protocol::bridge::Trouble;

    use super::super::traffic::{Conduct, Kind};
    use super::super::virtual_lane::{Name, Plugs, VirtualLane};
    use super::super::{Event as Told, Lane};
    use super::*;
    use crate::Health;
    use crate::rig::Rig;

    fn rig() -> Rig<Lane, VirtualLane> {
        let geometry = Geometry::default();
        Rig::new(Lane::new(geometry, Times::default()), VirtualLane::new(geometry, 1))
    }

    fn passed(rig: &Rig<Lane, VirtualLane>) -> Vec<Direction> {
        let passed = |event: Told| match event {
            Told::Crossing(Event::Passed { direction, .. }) => Some(direction),
            _ => None,
        };
        rig.told().into_iter().filter_map(passed).collect()
    }

    #[test]
    fn vehicles_of_every_kind_are_counted_through_the_wires() {
        let mut rig = rig();
        rig.run(2_000);
        for kind in [Kind::Car, Kind::Van, Kind::Truck, Kind::Bus, Kind::Motorcycle] {
            for direction in [In, Out] {
                let now = rig.now;
                assert!(rig.device.send(now, direction, kind, Conduct::Passes));
                rig.run(30_000);
            }
        }
        let now = rig.now;
        rig.device.send(now, In, Kind::Car, Conduct::Reverses);
        rig.run(60_000);
        assert_eq!(passed(&rig), [In, Out].repeat(5));
    }

    #[test]
    fn a_loop_that_sees_nothing_is_told_after_six_vehicles_whichever_they_are() {
        let geometry = Geometry::default();
        for seed in 0..40 {
            let lane = Lane::new(geometry, Times::default());
            let mut rig = Rig::new(lane, VirtualLane::new(geometry, seed * 1_000_000));
            rig.run(2_000);
            let now = rig.now;
            rig.device.plug(now, Plugs { dead: Some(Name::A), ..Plugs::default() });
            for _ in 0..6 {
                rig.device.send(now, In, Kind::Car, Conduct::Passes);
            }
            rig.run(120_000);
            let stuck = Told::Health(Health::degraded(Trouble::LoopStuck));
            assert!(rig.told().contains(&stuck), "{seed}: {:#?}", rig.told());
        }
    }

    #[test]
    fn broken_loops_and_lines_are_told_and_recover() {
        let mut rig = rig();
        rig.run(2_000);
        let plugs = [
            (Plugs { line: false, ..Plugs::default() }, Health::GONE),
            (Plugs { stuck: Some(Name::A), ..Plugs::default() }, Health::degraded(Trouble::LoopStuck)),
            (Plugs { glitches: true, ..Plugs::default() }, Health::degraded(Trouble::Garbled)),
        ];
        for (plugs, health) in plugs {
            let now = rig.now;
            rig.device.plug(now, plugs);
            rig.until(700_000, |event| *event == Told::Health(health));
            let now = rig.now;
            rig.device.plug(now, Plugs::default());
            rig.until(200_000, |event| *event == Told::Health(Health::READY));
        }
        let now = rig.now;
        rig.device.send(now, Out, Kind::Car, Conduct::Passes);
        rig.until(30_000, |event| matches!(event, Told::Crossing(Event::Passed { direction: Out, .. })));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_survived(pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), 0_u64..5_000), 0..40)) {
            let mut lane = Lane::new(Geometry::default(), Times::default());
            let mut now = crate::Millis(0);
            crate::Driver::input(&mut lane, now, crate::Input::Opened);
            for (bytes, ms) in pieces {
                now += ms;
                crate::Driver::input(&mut lane, now, crate::Input::Bytes(&bytes));
                while crate::Driver::output(&mut lane).is_some() {}
            }
        }
    }
}
