//! What a lot counts, how far it may be off, and what its signs say.

#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

use hall::Moment;
use hall::estimate::Random;
use hall::parking::count::{Count, LATE_MS, Passage, REMEMBERED_MS, Taken};
use hall::parking::sign::{Said, said};
use hall::parking::{Bay, Direction, PassageId};
use proptest::prelude::*;

const BEGIN: i64 = 1_779_000_000_000;
const MINUTE: i64 = 60_000;

fn passage(id: u32, at: i64, inwards: bool, bay: usize) -> Passage {
    Passage {
        id: PassageId(format!("north-1779000000-{id}")),
        at: Moment(at),
        direction: if inwards { Direction::In } else { Direction::Out },
        bay: Bay::ALL[bay],
        doubtful: false,
    }
}

/// Passages of a quarter of an hour, each with its own name.
fn passages() -> impl Strategy<Value = Vec<Passage>> {
    prop::collection::vec((0..LATE_MS, any::<bool>(), 0..Bay::COUNT), 0..80).prop_map(|all| {
        let one = |(id, (ms, inwards, bay)): (usize, (i64, bool, usize))| passage(id as u32, BEGIN + ms, inwards, bay);
        all.into_iter().enumerate().map(one).collect()
    })
}

fn counted(passages: &[Passage]) -> Count {
    let mut count = Count::new();
    for one in passages {
        count.pass(Moment(BEGIN + LATE_MS), one);
    }
    count
}

fn all(count: &Count) -> [i64; Bay::COUNT] {
    Bay::ALL.map(|bay| count.occupied(bay))
}

proptest! {
    /// What stands there is what came less what went.
    #[test]
    fn nothing_is_lost_and_nothing_made_up(passages in passages()) {
        let count = counted(&passages);
        for bay in Bay::ALL {
            let sum: i64 = passages.iter().filter(|one| one.bay == bay).map(|one| one.direction.change()).sum();
            prop_assert_eq!(count.occupied(bay), sum);
            prop_assert_eq!(count.drift(bay).passages() as usize, passages.iter().filter(|one| one.bay == bay).count());
        }
    }

    #[test]
    fn a_passage_that_is_told_again_is_the_same(passages in passages(), again in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let mut count = counted(&passages);
        let before = count.clone();
        for index in again.iter().filter(|_| !passages.is_empty()) {
            let one = index.get(&passages);
            prop_assert_eq!(count.pass(Moment(BEGIN + LATE_MS), one), Taken::Again);
            // Told again with another time and direction it is still the same.
            let other = Passage { at: Moment(BEGIN), direction: Direction::In, ..one.clone() };
            prop_assert_eq!(count.pass(Moment(BEGIN + LATE_MS), &other), Taken::Again);
        }
        prop_assert_eq!(count, before);
    }

    /// Whatever comes first, the passages or a correction that lies between them.
    #[test]
    fn the_order_in_which_things_come_does_not_matter(
        passages in passages().prop_shuffle(),
        shuffled in Just(()).prop_perturb(|(), mut rng| rng.random::<u64>()),
        corrected in 0..LATE_MS,
        occupied in 0_u32..500,
        split in any::<prop::sample::Index>(),
    ) {
        let now = Moment(BEGIN + LATE_MS);
        let play = |passages: &[Passage], split: usize| {
            let mut count = Count::new();
            for one in &passages[..split] {
                count.pass(now, one);
            }
            count.correct(now, Moment(BEGIN + corrected), Bay::Ordinary, occupied);
            for one in &passages[split..] {
                count.pass(now, one);
            }
            all(&count)
        };
        let mut other = passages.clone();
        let mut random = Random::new(shuffled);
        for at in (1..other.len()).rev() {
            other.swap(at, random.below(at as u64 + 1) as usize);
        }
        let first = play(&passages, 0);
        prop_assert_eq!(first, play(&other, split.index(other.len() + 1)));
        prop_assert_eq!(first, play(&other, other.len()));
        let after = passages.iter().filter(|one| one.bay == Bay::Ordinary && one.at.0 > BEGIN + corrected);
        prop_assert_eq!(first[0], i64::from(occupied) + after.map(|one| one.direction.change()).sum::<i64>());
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
            Said::Unknown => prop_assert!(false, "this much is known"),
        }
    }
}

#[test]
fn a_correction_tells_its_size_and_holds() {
    let mut count = Count::new();
    for id in 0..10 {
        count.pass(Moment(BEGIN + i64::from(id)), &passage(id, BEGIN + i64::from(id), true, 0));
    }
    let now = Moment(BEGIN + MINUTE);
    assert_eq!(count.correct(now, now, Bay::Ordinary, 7), -3);
    assert_eq!((count.occupied(Bay::Ordinary), count.drift(Bay::Ordinary).passages()), (7, 0));
    // Told late, and contained in what people counted.
    assert_eq!(count.pass(now, &passage(99, BEGIN + 1, true, 0)), Taken::Settled);
    assert_eq!(count.occupied(Bay::Ordinary), 7);
    assert_eq!(count.corrected(Bay::Ordinary), now);
    // Another class is not touched.
    assert_eq!(count.pass(now, &passage(100, BEGIN + 1, true, 1)), Taken::Counted);
}

#[test]
fn a_clock_that_is_wrong_and_a_name_of_long_ago_do_no_harm() {
    let mut count = Count::new();
    let now = Moment(BEGIN);
    // A camera whose clock is a year ahead: a passage of now, which the next correction contains.
    count.pass(now, &passage(1, BEGIN + 31_536_000_000, true, 0));
    count.correct(Moment(BEGIN + 1), Moment(BEGIN + 1), Bay::Ordinary, 0);
    assert_eq!(count.occupied(Bay::Ordinary), 0);
    // Years behind: it was before the correction.
    assert_eq!(count.pass(Moment(BEGIN + 2), &passage(2, 0, true, 0)), Taken::Settled);
    // What is remembered has a limit.
    count.pass(Moment(BEGIN + REMEMBERED_MS + MINUTE), &passage(3, BEGIN + REMEMBERED_MS, true, 0));
    assert_eq!(count.pass(Moment(BEGIN + REMEMBERED_MS + MINUTE), &passage(3, BEGIN, true, 0)), Taken::Again);
    assert_eq!(count.pass(Moment(i64::MAX), &passage(4, i64::MIN, false, 0)), Taken::Settled);
}

/// Days of 4,000 vehicles whose lanes miss one in 200 passages and count one in 1,000 twice; corrected at noon and at night.
#[test]
fn the_drift_covers_the_error_it_does_not_know() {
    let mut random = Random::new(20_261_126);
    let (mut count, mut truth, mut now, mut id) = (Count::new(), 0_i64, BEGIN, 0);
    let (mut covered, mut samples, mut widest) = (0, 0, 0.0_f64);
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
                count.pass(Moment(now), &passage(id, now, inwards, 0));
            }
            if step % 100 == 99 {
                let bound = count.drift(Bay::Ordinary).bound();
                samples += 1;
                covered += i32::from((count.occupied(Bay::Ordinary) - truth).abs() as f64 <= bound);
                widest = widest.max(bound);
            }
        }
        count.correct(Moment(now), Moment(now), Bay::Ordinary, u32::try_from(truth).unwrap());
    }
    let share = f64::from(covered) / f64::from(samples);
    assert!(share >= 0.95, "{covered} of {samples} samples");
    assert!(widest < 40.0, "a bound that is always true says nothing: {widest}");
}
