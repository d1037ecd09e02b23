//! What a lot counts, how far it may be off, and what its signs say.

#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

use hall::Moment;
use hall::estimate::Random;
use hall::parking::lane::SAME_VEHICLE_MS;
use hall::parking::sign::{Said, said};
use hall::parking::{
    Bay, Correction, Counted, Direction, Doubt, LATE_MS, Lot, Passage, PassageId, REMEMBERED_MS, Source, Taken,
};
use hall::settings::lots::{LaneSection, Lot as Section};
use hall::time::{Calendar, Hours};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// A working day, 08:00 in Shanghai.
const BEGIN: i64 = 1_779_062_400_000;
const MINUTE: i64 = 60_000;

fn hours() -> Hours {
    Hours {
        zone: TimeZone::get("Asia/Shanghai").unwrap(),
        open: Time::constant(8, 30, 0, 0),
        close: Time::constant(17, 0, 0, 0),
        day_end: Time::constant(4, 0, 0, 0),
        calendar: Calendar::default(),
    }
}

/// A lot with two levels, a ramp between them, and lanes for each of its ways.
fn section() -> Section {
    toml::from_str(
        r#"
        code = "P1"
        name = "North"
        capacity = { ordinary = 900, disabled = 10, charging = 40, visitor = 20, staff = 60 }
        levels = [{ code = "B1", name = "B1", capacity = 500 }, { code = "B2", name = "B2", capacity = 530 }]
        lanes = [
            { code = "north", level = "B1" },
            { code = "south", level = "B1" },
            { code = "ramp", level = "B2", from = "B1" },
        ]
        "#,
    )
    .unwrap()
}

fn lane(code: &str) -> LaneSection {
    section().lane(code).unwrap().clone()
}

fn class(bay: usize) -> Counted {
    Counted::Class(Bay::ALL[bay])
}

fn level(code: &str) -> Counted {
    Counted::Level(code.into())
}

fn passage(id: u32, at: i64, inwards: bool, bay: usize) -> Passage {
    Passage {
        id: PassageId(format!("north-1779000000-{id}")),
        lane: "north".into(),
        at: Moment(at),
        direction: if inwards { Direction::In } else { Direction::Out },
        bay: Some(Bay::ALL[bay]),
        source: Source::Loops,
        doubtful: false,
        vehicle: None,
    }
}

fn correction(what: Counted, at: i64, occupied: u32) -> Correction {
    Correction {
        at: Moment(at),
        what,
        occupied,
        off: 0,
        bound: None,
        reason: "walked round".into(),
        by: Some("guard".into()),
    }
}

fn pass(lot: &mut Lot, now: i64, one: &Passage) -> Taken {
    lot.pass(&hours(), Moment(now), &lane(&one.lane), one)
}

/// Passages of two hours, each with its own name.
fn passages() -> impl Strategy<Value = Vec<Passage>> {
    prop::collection::vec((1..LATE_MS, any::<bool>(), 0..Bay::COUNT, 0..3_usize), 0..80).prop_map(|all| {
        let one = |(id, (ms, inwards, bay, lane)): (usize, (i64, bool, usize, usize))| Passage {
            lane: ["north", "south", "ramp"][lane].into(),
            ..passage(id as u32, BEGIN + ms, inwards, bay)
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

/// The same, seen by loops and a camera at once now and then, and so close to each other that they must be told apart.
fn seen_twice() -> impl Strategy<Value = Vec<Passage>> {
    prop::collection::vec((1..4 * MINUTE, any::<bool>(), any::<bool>()), 0..60).prop_map(|all| {
        let one = |(id, (ms, inwards, camera)): (usize, (i64, bool, bool))| Passage {
            source: if camera { Source::Camera } else { Source::Loops },
            ..passage(id as u32, BEGIN + ms, inwards, 0)
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn counted(passages: &[Passage]) -> Lot {
    let mut lot = Lot::default();
    for one in passages {
        pass(&mut lot, BEGIN + LATE_MS, one);
    }
    lot
}

fn all(lot: &Lot) -> Vec<i64> {
    let classes = (0..Bay::COUNT).map(class);
    classes.chain(["B1", "B2"].map(level)).map(|what| lot.occupied(&what)).collect()
}

proptest! {
    /// What stands there is what came less what went; a ramp changes its two levels and nothing else.
    #[test]
    fn nothing_is_lost_and_nothing_made_up(passages in passages()) {
        let lot = counted(&passages);
        let sum = |keep: &dyn Fn(&Passage) -> bool| -> i64 {
            passages.iter().filter(|one| keep(one)).map(|one| one.direction.change()).sum()
        };
        for bay in 0..Bay::COUNT {
            let mine = |one: &Passage| one.lane != "ramp" && one.bay == Some(Bay::ALL[bay]);
            prop_assert_eq!(lot.occupied(&class(bay)), sum(&mine));
        }
        let ramp = sum(&|one| one.lane == "ramp");
        prop_assert_eq!(lot.occupied(&level("B2")), ramp);
        prop_assert_eq!(lot.occupied(&level("B1")), sum(&|one| one.lane != "ramp") - ramp);
        prop_assert!(lot.adds_up());
    }

    #[test]
    fn a_passage_that_is_told_again_is_the_same(passages in passages(), again in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let mut lot = counted(&passages);
        let before = lot.clone();
        for index in again.iter().filter(|_| !passages.is_empty()) {
            let one = index.get(&passages);
            prop_assert_eq!(pass(&mut lot, BEGIN + LATE_MS, one), Taken::Again);
            // Told again with another time and direction it is still the same.
            let other = Passage { at: Moment(BEGIN), direction: Direction::In, ..one.clone() };
            prop_assert_eq!(pass(&mut lot, BEGIN + LATE_MS, &other), Taken::Again);
        }
        prop_assert_eq!(lot, before);
    }

    /// Whatever comes first, the passages or a correction that lies between them.
    #[test]
    fn the_order_in_which_things_come_does_not_matter(
        passages in prop_oneof![passages(), seen_twice()],
        shuffled in any::<u64>(),
        corrected in 1..LATE_MS,
        occupied in 0_u32..500,
        split in any::<prop::sample::Index>(),
    ) {
        let now = BEGIN + LATE_MS;
        let play = |passages: &[Passage], split: usize| {
            let mut lot = Lot::default();
            for one in &passages[..split] {
                pass(&mut lot, now, one);
            }
            lot.correct(Moment(now), &correction(class(0), BEGIN + corrected, occupied));
            for one in &passages[split..] {
                pass(&mut lot, now, one);
            }
            assert!(lot.adds_up());
            all(&lot)
        };
        let mut other = passages.clone();
        let mut random = Random::new(shuffled);
        for at in (1..other.len()).rev() {
            other.swap(at, random.below(at as u64 + 1) as usize);
        }
        let first = play(&passages, 0);
        prop_assert_eq!(&first, &play(&other, split.index(other.len() + 1)));
        prop_assert_eq!(&first, &play(&other, other.len()));
    }

    /// Two kinds of devices at a lane: never more vehicles than both told of, never fewer than either did.
    #[test]
    fn a_vehicle_that_two_devices_saw_counts_once(passages in seen_twice()) {
        let lot = counted(&passages);
        let of = |source: Source, direction: Direction| {
            passages.iter().filter(|one| one.source == source && one.direction == direction).count() as i64
        };
        let sides = [Direction::In, Direction::Out].map(|way| (of(Source::Loops, way), of(Source::Camera, way)));
        let ([least_in, least_out], [most_in, most_out]) =
            (sides.map(|(loops, camera)| loops.max(camera)), sides.map(|(loops, camera)| loops + camera));
        let occupied = lot.occupied(&class(0));
        prop_assert!(occupied >= least_in - most_out && occupied <= most_in - least_out);
    }

    /// A state that was put away and read again goes on as if it had not been.
    #[test]
    fn a_lot_is_kept_as_it_is(passages in passages(), corrected in 1..LATE_MS) {
        let mut lot = counted(&passages);
        lot.correct(Moment(BEGIN + LATE_MS), &correction(class(0), BEGIN + corrected, 7));
        let kept: Lot = serde_json::from_str(&serde_json::to_string(&lot).unwrap()).unwrap();
        prop_assert_eq!(kept, lot);
    }

    /// Signs say nothing that cannot be, and no number that is more exact than is known.
    #[test]
    fn signs_are_honest(capacity in 0_u32..2_000, occupied in -500_i64..3_000, off in 0.0_f64..400.0) {
        let free = (i64::from(capacity) - occupied).clamp(0, i64::from(capacity));
        match said(capacity, occupied, off) {
            Said::Free(number) => {
                prop_assert!(number > 0 && i64::from(number) == free && off <= f64::from(number).mul_add(0.03, 2.0));
            }
            Said::About(number) => prop_assert!(i64::from(number) <= free && number <= capacity && free > 0),
            Said::Some => prop_assert!(free as f64 > off, "there are some even when it is as far off as it may be"),
            Said::Full => prop_assert_eq!(free, 0),
            Said::Unknown => prop_assert!(free as f64 <= off && off > 10.0, "neither full nor free for sure"),
        }
    }
}

#[test]
fn a_correction_tells_its_size_and_holds() {
    let mut lot = Lot::default();
    let what = class(0);
    for id in 0..10 {
        pass(&mut lot, BEGIN + i64::from(id), &passage(id, BEGIN + i64::from(id), true, 0));
    }
    let now = BEGIN + MINUTE;
    assert_eq!(lot.off(Moment(now), &what, Moment(now), 7), -3);
    assert_eq!(lot.correct(Moment(now), &correction(what.clone(), now, 7)), -3);
    assert_eq!((lot.occupied(&what), lot.count(&what).unwrap().drift().passages()), (7, 0));
    // Told late, and contained in what people counted.
    assert_eq!(pass(&mut lot, now, &passage(99, BEGIN + 1, true, 0)), Taken::Settled);
    assert_eq!(lot.occupied(&what), 7);
    assert_eq!(lot.count(&what).unwrap().corrected(), Some(Moment(now)));
    // Another class is not touched.
    assert_eq!(pass(&mut lot, now, &passage(100, BEGIN + 1, true, 1)), Taken::Counted);
    assert_eq!(lot.corrections().len(), 1);
}

#[test]
fn a_clock_that_is_wrong_does_no_harm_and_names_are_forgotten_some_day() {
    let mut lot = Lot::default();
    // A camera whose clock is a year ahead: a passage of now, which the next correction contains.
    pass(&mut lot, BEGIN, &passage(1, BEGIN + 31_536_000_000, true, 0));
    lot.correct(Moment(BEGIN + 1), &correction(class(0), BEGIN + 1, 0));
    assert_eq!(lot.occupied(&class(0)), 0);
    // A day behind: it was before the correction.
    assert_eq!(pass(&mut lot, BEGIN + 2, &passage(2, BEGIN - 86_400_000, true, 0)), Taken::Settled);
    let later = BEGIN + REMEMBERED_MS + 2 * 3_600_000;
    pass(&mut lot, later, &passage(3, later, true, 0));
    assert!(!lot.knows(&passage(1, BEGIN, true, 0).id));
    assert!(lot.knows(&passage(3, BEGIN, true, 0).id));
}

#[test]
fn loops_and_a_camera_see_the_same_car() {
    let mut lot = Lot::default();
    let camera = |id, at| Passage { source: Source::Camera, ..passage(id, at, true, 2) };
    assert_eq!(pass(&mut lot, BEGIN, &passage(1, BEGIN, true, 0)), Taken::Counted);
    // The camera knows that it is to charge.
    assert_eq!(pass(&mut lot, BEGIN + 2_000, &camera(2, BEGIN + 1_500)), Taken::Same);
    assert_eq!((lot.occupied(&class(0)), lot.occupied(&class(2))), (0, 1));
    // One behind it so closely that the camera missed it.
    assert_eq!(pass(&mut lot, BEGIN + 3_000, &passage(3, BEGIN + 3_000, true, 0)), Taken::Counted);
    // One that the loops missed.
    let later = BEGIN + 10 * SAME_VEHICLE_MS;
    assert_eq!(pass(&mut lot, later, &camera(4, later)), Taken::Counted);
    assert_eq!((lot.occupied(&class(0)), lot.occupied(&class(2)), lot.occupied(&level("B1"))), (1, 2, 3));
    // What the camera sends after hours cannot be told apart any more, since the loops were there.
    let after = later + LATE_MS + MINUTE;
    assert_eq!(pass(&mut lot, after, &camera(5, later + 1)), Taken::Late);
    assert_eq!(lot.occupied(&level("B1")), 3);
    // Alone it would have counted.
    let south = Passage { lane: "south".into(), ..camera(6, later + 1) };
    assert_eq!(pass(&mut lot, after, &south), Taken::Counted);
    assert!(lot.adds_up());
}

/// Nobody counted yet: a dash. A lane that goes blind or silent is a doubt until somebody counts.
#[test]
fn a_lane_that_sees_nothing_is_a_doubt() {
    let (mut lot, hours, what) = (Lot::default(), hours(), class(0));
    assert_eq!(lot.said(&hours, Moment(BEGIN), &what, 900), Said::Unknown);
    assert_eq!(lot.doubts(&hours, Moment(BEGIN), &what, 900), [Doubt::NeverCounted]);
    lot.correct(Moment(BEGIN), &correction(what.clone(), BEGIN, 100));
    assert_eq!(lot.said(&hours, Moment(BEGIN), &what, 900), Said::Free(800));
    let mut id = 0;
    let mut minute = |lot: &mut Lot, at: i64, lanes: &[&str]| {
        for code in lanes {
            id += 1;
            pass(lot, at, &Passage { lane: (*code).into(), ..passage(id, at, id % 4 < 2, 0) });
        }
    };
    for step in 1..=60 {
        minute(&mut lot, BEGIN + step * MINUTE, &["north", "south"]);
    }
    let now = BEGIN + 60 * MINUTE;
    let before = lot.bound(&hours, Moment(now), &what, 900);
    assert!(before < 5.0, "{before}");
    // North goes silent, while south goes on.
    for step in 61..=120 {
        minute(&mut lot, BEGIN + step * MINUTE, &["south"]);
    }
    let now = BEGIN + 120 * MINUTE;
    let silent = lot.bound(&hours, Moment(now), &what, 900);
    assert!(silent > 30.0, "about one a minute was missed: {silent}");
    let doubts = lot.doubts(&hours, Moment(now), &what, 900);
    assert!(
        matches!(&doubts[0], Doubt::Silent { lane, until: None, missing, .. } if lane == "north" && *missing > 45.0),
        "{doubts:?}"
    );
    // It sees again and sends what it had kept.
    minute(&mut lot, now + MINUTE, &["north"]);
    for step in 61..=120 {
        minute(&mut lot, BEGIN + step * MINUTE - 1, &["north"]);
    }
    let again = lot.bound(&hours, Moment(now + MINUTE), &what, 900);
    assert!(again < 20.0, "{again}");
    // Both silent is the end of the day, not a fault.
    let night = now + 8 * 3_600_000;
    assert!(lot.bound(&hours, Moment(night), &what, 900) < 25.0);
    // A device that is known to be gone.
    lot.blind_lane(&hours, Moment(now + 2 * MINUTE), "south", true);
    let blind = lot.bound(&hours, Moment(now + 32 * MINUTE), &what, 900);
    assert!(blind > again + 10.0, "{blind} after {again}");
    lot.correct(Moment(now + 32 * MINUTE), &correction(what.clone(), now + 32 * MINUTE, 100));
    assert!(lot.bound(&hours, Moment(now + 32 * MINUTE), &what, 900) < 1.0);
}

#[test]
fn what_cannot_be_is_off_by_as_much_at_least() {
    let (mut lot, hours) = (Lot::default(), hours());
    lot.correct(Moment(BEGIN), &correction(class(1), BEGIN, 1));
    for id in 0..9 {
        pass(&mut lot, BEGIN + MINUTE, &passage(id, BEGIN + MINUTE, false, 1));
    }
    assert_eq!(lot.occupied(&class(1)), -8);
    assert!(lot.bound(&hours, Moment(BEGIN + MINUTE), &class(1), 10) >= 8.0);
    assert!(lot.doubts(&hours, Moment(BEGIN + MINUTE), &class(1), 10).contains(&Doubt::BelowNothing));
    assert!(!matches!(lot.said(&hours, Moment(BEGIN + MINUTE), &class(1), 10), Said::Free(_) | Said::Unknown));
}

/// Days of 4,000 vehicles whose lanes miss one in 200 passages and count one in 1,000 twice; corrected at noon and at night.
#[test]
fn the_drift_covers_the_error_it_does_not_know() {
    let mut random = Random::new(20_261_126);
    let (mut lot, mut truth, mut now, mut id) = (Lot::default(), 0_i64, BEGIN, 0);
    let (mut covered, mut samples, mut widest) = (0, 0, 0.0_f64);
    let (hours, what) = (hours(), class(0));
    lot.correct(Moment(BEGIN), &correction(what.clone(), BEGIN, 0));
    for half_day in 0..60 {
        for step in 0..4_000 {
            now += 10_000;
            // They come in the morning and go in the afternoon.
            let inwards =
                truth == 0 || random.below(4_000) > if half_day % 2 == 0 { step / 2 } else { 2_000 + step / 2 };
            truth += if inwards { 1 } else { -1 };
            let times = match random.below(1_000) {
                0..5 => 0,
                5 => 2,
                _ => 1,
            };
            for _ in 0..times {
                id += 1;
                pass(&mut lot, now, &passage(id, now, inwards, 0));
            }
            if step % 100 == 99 {
                let bound = lot.bound(&hours, Moment(now), &what, 5_000);
                samples += 1;
                covered += i32::from((lot.occupied(&what) - truth).abs() as f64 <= bound);
                widest = widest.max(bound);
            }
        }
        lot.correct(Moment(now), &correction(what.clone(), now, u32::try_from(truth).unwrap()));
    }
    let share = f64::from(covered) / f64::from(samples);
    assert!(share >= 0.95, "{covered} of {samples} samples");
    assert!(widest < 40.0, "a bound that is always true says nothing: {widest}");
}
