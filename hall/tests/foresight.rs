//! The crowd that is about to come: what must hold always, and that cars show it before the tickets do.

#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

use hall::estimate::Random;
use hall::estimate::foresight::{Advice, Arrivals, Outlook, Slot, advice, can_serve, expected_arrivals, outlook};
use hall::time::{Calendar, DayKind};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const SLOTS: usize = 288;
const FIRST: Date = date(2026, 3, 2);
/// The hall is open from half past eight to five.
const OPEN: std::ops::Range<usize> = 102..204;

/// A day: cars and tickets of each slot.
struct Day {
    date: Date,
    kind: DayKind,
    cars: Vec<u32>,
    tickets: Vec<u32>,
}

fn chance(mean: f64, random: &mut Random) -> u32 {
    let mut gone = random.exponential(1.0);
    let mut count = 0;
    while gone < mean {
        gone += random.exponential(1.0);
        count += 1;
    }
    count
}

/// Weekdays on which cars come in waves, and two of three bring a visitor who takes a ticket 10 to 20 minutes later; others walk.
/// From the slot of a surge on, six times as many cars come for half an hour.
fn day(date: Date, surge: Option<usize>, seed: u64) -> Day {
    let mut random = Random::new(seed);
    let (mut cars, mut tickets) = (vec![0; SLOTS], vec![0; SLOTS]);
    let mut wave = 0.0_f64;
    for slot in OPEN {
        let usual = 8.0 + 6.0 * (-((slot as f64 - 125.0) / 15.0).powi(2)).exp();
        wave = 0.85 * wave + 0.25 * random.normal();
        let surge = surge.is_some_and(|from| (from..from + 6).contains(&slot));
        let came = chance(usual * wave.exp() * if surge { 6.0 } else { 1.0 }, &mut random);
        cars[slot] = came;
        for _ in 0..came {
            let later = slot + 2 + random.below(3) as usize;
            if random.below(3) < 2 && later < OPEN.end {
                tickets[later] += 1;
            }
        }
        tickets[slot] += chance(usual / 3.0, &mut random);
    }
    let kind = Calendar::default().kind(date);
    Day { date, kind, cars, tickets }
}

/// Working days of `weeks` weeks.
fn weeks(weeks: i64, seed: u64) -> Vec<Day> {
    let dates = (0..weeks * 7).map(|after| FIRST.checked_add(jiff::Span::new().days(after)).unwrap());
    let working = dates.filter(|date| Calendar::default().kind(*date) == DayKind::Working);
    working.enumerate().map(|(index, date)| day(date, None, seed * 1000 + index as u64)).collect()
}

fn learn(arrivals: &mut Arrivals, day: &Day, counts: &[u32], slots: std::ops::Range<usize>) {
    for slot in slots {
        arrivals.note(day.date, day.kind, slot as u16 * 5 + 4, counts[slot]);
    }
}

fn learned(days: &[Day]) -> (Arrivals, Arrivals) {
    let (mut tickets, mut cars) = (Arrivals::new(), Arrivals::new());
    for day in days {
        learn(&mut tickets, day, &day.tickets, 0..SLOTS);
        learn(&mut cars, day, &day.cars, 0..SLOTS);
    }
    (tickets, cars)
}

#[test]
fn cars_show_the_next_half_hour_better_than_habit_does() {
    for seed in [1, 2, 3] {
        let days = weeks(7, seed);
        let (mut tickets, mut cars) = learned(&days[..20]);
        let (mut with, mut without, mut held, mut all) = (0.0, 0.0, 0, 0);
        for day in &days[20..] {
            for slot in 0..SLOTS {
                learn(&mut tickets, day, &day.tickets, slot..slot + 1);
                learn(&mut cars, day, &day.cars, slot..slot + 1);
                if !(OPEN.start + 6..OPEN.end - 7).contains(&slot) || slot % 3 != 0 {
                    continue;
                }
                let ahead = |cars| expected_arrivals(&tickets, cars, &[], day.date, day.kind, slot as u16 * 5 + 4);
                let (ours, habit) = (ahead(&cars), ahead(&Arrivals::new()));
                assert_eq!((ours.len(), ours[0].from_min), (7, (slot as u32 + 1) * 5));
                // Slots that begin 15 to 30 minutes ahead.
                for (index, (ours, habit)) in ours.iter().zip(&habit).enumerate().skip(2).take(4) {
                    let came = day.tickets[slot + 1 + index];
                    with += (ours.mean - f64::from(came)).powi(2);
                    without += (habit.mean - f64::from(came)).powi(2);
                    held += usize::from((ours.low..=ours.high).contains(&came));
                    all += 1;
                }
            }
        }
        assert!(with < 0.93 * without, "seed {seed}: {with} against {without}");
        let share = f64::from(held as u32) / f64::from(all);
        assert!((0.72..=0.90).contains(&share), "seed {seed}: {share} in the intervals");
    }
}

#[test]
fn a_surge_of_cars_is_seen_before_its_tickets_come() {
    let days = weeks(5, 4);
    let (mut tickets, mut cars) = learned(&days[..20]);
    let surge = day(days[20].date, Some(150), 99);
    learn(&mut tickets, &surge, &surge.tickets, 0..153);
    learn(&mut cars, &surge, &surge.cars, 0..153);
    let expected = expected_arrivals(&tickets, &cars, &[], surge.date, surge.kind, 152 * 5 + 4);
    let habit = expected_arrivals(&tickets, &Arrivals::new(), &[], surge.date, surge.kind, 152 * 5 + 4);
    let sum = |slots: &[Slot]| slots.iter().take(4).map(|slot| slot.mean).sum::<f64>();
    let came: u32 = surge.tickets[153..157].iter().sum();
    assert!(sum(&expected) > 1.5 * sum(&habit), "{} expected, {} by habit, {came} came", sum(&expected), sum(&habit));
    // Windows that do for a usual day do not for this one, and that is said before the queue is there.
    let served = can_serve([300.0; 10]);
    assert!(
        advice(&outlook(0, &habit, served), 300.0, 764).is_none_or(|advice| matches!(advice, Advice::Pause { .. }))
    );
    let Some(Advice::Open { windows, by_min, why }) = advice(&outlook(0, &expected, served), 300.0, 764) else {
        panic!("no advice for {expected:?}")
    };
    assert!(
        windows >= 1 && (764..800).contains(&by_min) && why.peak > served && why.waiting_without > why.waiting_with
    );
}

#[test]
fn without_evidence_cars_count_for_nothing() {
    let days = weeks(5, 5);
    let (mut tickets, _) = learned(&days[..20]);
    let mut cars = Arrivals::new();
    for (index, other) in weeks(4, 77).iter().enumerate() {
        learn(&mut cars, &days[index], &other.cars, 0..SLOTS);
    }
    learn(&mut tickets, &days[20], &days[20].tickets, 0..130);
    cars.note(days[20].date, days[20].kind, 640, 60);
    let ahead = |cars: &Arrivals| expected_arrivals(&tickets, cars, &[], days[20].date, days[20].kind, 649);
    let (with, without) = (ahead(&cars), ahead(&Arrivals::new()));
    for (with, without) in with.iter().zip(&without) {
        assert!((with.mean - without.mean).abs() < 0.15 * without.mean, "{with:?} {without:?}");
    }
}

#[test]
fn nothing_is_expected_before_a_day_of_the_kind_is_known_nor_past_midnight() {
    let days = weeks(1, 6);
    let none = Arrivals::new();
    assert_eq!(expected_arrivals(&none, &none, &[(605, 3)], FIRST, DayKind::Working, 600), []);
    let (tickets, cars) = learned(&days[..1]);
    let expected = |date, kind, minute| expected_arrivals(&tickets, &cars, &[], date, kind, minute);
    assert_eq!(expected(days[0].date, DayKind::Working, 600), [], "the day itself is no other day");
    assert_eq!(expected(days[1].date, DayKind::Sunday, 600), []);
    assert_eq!(expected(days[1].date, DayKind::Working, 600).len(), 7);
    assert_eq!(expected(days[1].date, DayKind::Working, 1425).len(), 2);
    assert_eq!(expected(days[1].date, DayKind::Working, u16::MAX), []);
    let Outlook { points, .. } = outlook(5, &[], 3.0);
    assert!(points.is_empty());
    assert_eq!(advice(&outlook(5, &[], 3.0), 300.0, 600), None);
}

#[test]
fn a_busy_day_and_appointments_add_to_the_habit() {
    let days = weeks(5, 8);
    let (mut tickets, cars) = learned(&days[..20]);
    let today = &days[20];
    let ahead = |tickets: &Arrivals, booked: &[(u16, u32)]| {
        expected_arrivals(tickets, &cars, booked, today.date, today.kind, 659)
    };
    let before = ahead(&tickets, &[]);
    let booked = ahead(&tickets, &[(662, 4), (664, 1), (500, 99), (u16::MAX, 99)]);
    assert!((booked[0].mean - before[0].mean - 5.0).abs() < 1e-9 && booked[0].high > before[0].high);
    assert_eq!(booked[1..], before[1..]);
    let doubled: Vec<u32> = today.tickets.iter().map(|count| count * 2).collect();
    learn(&mut tickets, today, &doubled, 0..132);
    let busy = ahead(&tickets, &[]);
    assert!(busy[0].mean > 1.4 * before[0].mean, "{busy:?} {before:?}");
}

#[test]
fn arrivals_come_back_from_json_and_stay_small() {
    let (tickets, _) = learned(&weeks(12, 9));
    assert_eq!(tickets.len(), 36);
    let text = serde_json::to_string(&tickets).unwrap();
    assert!(text.len() < 60_000, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<Arrivals>(&text).unwrap(), tickets);
}

#[test]
fn hostile_notes_do_no_harm() {
    let mut arrivals = Arrivals::new();
    arrivals.note(FIRST, DayKind::Working, 600, u32::MAX);
    arrivals.note(FIRST, DayKind::Working, 601, u32::MAX);
    arrivals.note(FIRST, DayKind::Working, 1440, 7);
    arrivals.note(FIRST.yesterday().unwrap(), DayKind::Working, 600, 7);
    assert_eq!((arrivals.len(), arrivals.count(FIRST, 120)), (1, Some(u32::from(u16::MAX))));
    assert_eq!((arrivals.count(FIRST, 119), arrivals.count(FIRST, 288)), (None, None));
    let today = FIRST.tomorrow().unwrap();
    for slot in expected_arrivals(&arrivals, &arrivals, &[(610, u32::MAX)], today, DayKind::Working, 600) {
        assert!(slot.low <= slot.median && slot.median <= slot.high && slot.mean.is_finite());
    }
}

fn slots() -> impl Strategy<Value = Vec<Slot>> {
    prop::collection::vec((0.0_f64..60.0, 0_u32..30), 1..10).prop_map(|all| {
        let slot = |(index, (mean, more)): (usize, (f64, u32))| {
            let (from_min, median) = (600 + index as u32 * 5, mean.round() as u32);
            Slot { from_min, to_min: from_min + 5, low: median / 2, median, high: median + more, mean }
        };
        all.into_iter().enumerate().map(slot).collect()
    })
}

/// The longest queue and the last, with windows opened from a slot on.
fn played(waiting: u32, slots: &[Slot], served: f64, more: f64, from_min: u32) -> (f64, f64) {
    slots.iter().fold((0.0, f64::from(waiting)), |(longest, waiting), slot| {
        let served = if slot.from_min >= from_min { served + more } else { served };
        let waiting = (waiting + slot.mean - served).max(0.0);
        (f64::max(longest, waiting), waiting)
    })
}

proptest! {
    /// The windows of an advice suffice, from the minute it names, and one fewer would not.
    #[test]
    fn an_advice_does_what_it_says_and_no_more(slots in slots(), waiting in 0_u32..200, open in 0_usize..40, mean in 30.0_f64..2000.0) {
        let (served, each) = (can_serve(std::iter::repeat_n(mean, open)), 300.0 / mean);
        let short = |more: f64, from_min| {
            let (longest, last) = played(waiting, &slots, served, more, from_min);
            let limit = 3.0 * (served + more) + 1e-3;
            last <= limit && longest <= limit.max(f64::from(waiting))
        };
        match advice(&outlook(waiting, &slots, served), mean, 598) {
            Some(Advice::Open { windows, by_min, why }) => {
                prop_assert!(windows > 0 && by_min >= 598);
                prop_assert!(short(f64::from(windows) * each, by_min));
                prop_assert!(!short(f64::from(windows - 1) * each - 2e-3, 0), "one fewer would do");
                prop_assert!(why.waiting_with <= why.waiting_without + 1e-9);
            }
            Some(Advice::Pause { windows, .. }) => {
                prop_assert!(windows >= 1 && (windows as usize) < open);
                let less = f64::from(windows) * each;
                prop_assert!(short(-less, 0));
                prop_assert!(slots.iter().all(|slot| f64::from(slot.high) <= served - less));
            }
            None => prop_assert!(short(0.0, 0)),
        }
    }

    #[test]
    fn no_figure_upsets_an_outlook(slots in slots(), waiting: u32, served in any::<f64>(), mean in any::<f64>(), now: u32) {
        let outlook = outlook(waiting, &slots, served);
        prop_assert!(outlook.points.iter().all(|point| point.waiting.is_finite() && point.waiting >= 0.0));
        let _ = advice(&outlook, mean, now);
    }

    #[test]
    fn more_people_are_never_served_by_fewer_windows(means in prop::collection::vec(any::<f64>(), 0..20), more in 1.0_f64..5000.0) {
        let served = can_serve(means.iter().copied());
        prop_assert!(served >= 0.0 && can_serve(means.into_iter().chain([more])) >= served);
    }

    /// More cars than there were are never a sign of fewer tickets.
    #[test]
    fn more_cars_are_not_fewer_expected(seed in 0_u64..20, minute in 540_u16..960, before in 0_u16..40, more in 1_u32..40) {
        let days = weeks(3, seed);
        let (mut tickets, mut cars) = learned(&days[..10]);
        let today = &days[10];
        let now = usize::from(minute / 5);
        learn(&mut tickets, today, &today.tickets, 0..now + 1);
        learn(&mut cars, today, &today.cars, 0..now + 1);
        let ahead = |cars: &Arrivals| expected_arrivals(&tickets, cars, &[], today.date, today.kind, minute);
        let fewer = ahead(&cars);
        cars.note(today.date, today.kind, minute - before, more);
        for (more, fewer) in ahead(&cars).iter().zip(&fewer) {
            prop_assert!(more.mean >= fewer.mean && more.high >= fewer.high && more.low >= fewer.low && more.low <= more.median);
        }
    }
}
