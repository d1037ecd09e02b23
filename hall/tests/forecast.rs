//! How full a lot will be: what must hold for any history, and how good it is on days made up.

#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

use hall::estimate::Random;
use hall::parking::forecast::score::{Method, Recorded, Trial, walk};
use hall::parking::forecast::{DAYS, Full, History, MOST, Now, SLOTS, forecast, time_to_full};
use hall::time::{Calendar, DayKind};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const CAPACITY: u32 = 200;

/// Days from a Monday on. Cars come and go by chance around a habit: on working days the lot fills in the morning, on a day that
/// is busier than others more so; on Saturdays it fills at noon.
fn month(days: usize, seed: u64) -> Vec<Recorded> {
    let mut random = Random::new(seed);
    let mut day = date(2026, 3, 2);
    let calendar = Calendar::default();
    (0..days)
        .map(|_| {
            let kind = calendar.kind(day);
            let busy = (1.0 + 0.1 * random.normal()).clamp(0.7, 1.3);
            let mut occupied = 30.0_f64;
            let row = (0..SLOTS).map(|slot| {
                let target = busy * habit(kind, slot);
                occupied = (occupied + 0.12 * (target - occupied) + 1.5 * random.normal()).max(0.0);
                Some(occupied.round() as i64)
            });
            let recorded = Recorded { day, kind, occupied: row.collect() };
            day = day.tomorrow().unwrap();
            recorded
        })
        .collect()
}

/// Cars that a lot tends to.
fn habit(kind: DayKind, slot: usize) -> f64 {
    let bump = |middle: f64, width: f64| (-((slot as f64 / 12.0 - middle) / width).powi(2)).exp();
    match kind {
        DayKind::Working => 30.0 + 110.0 * bump(10.0, 2.0) + 70.0 * bump(15.0, 2.0),
        DayKind::Saturday => 30.0 + 120.0 * bump(13.0, 3.0),
        DayKind::Sunday => 30.0 + 15.0 * bump(14.0, 4.0),
    }
}

fn learned(days: &[Recorded]) -> History {
    let mut history = History::new();
    for day in days {
        learn(&mut history, day, SLOTS);
    }
    history
}

fn learn(history: &mut History, day: &Recorded, slots: usize) {
    for (slot, occupied) in day.occupied.iter().take(slots).enumerate() {
        history.note(day.day, day.kind, slot as u16 * 5, occupied.unwrap());
    }
}

fn now(day: Date, kind: DayKind, minute: u16, occupied: i64) -> Now {
    Now { day, kind, minute, occupied, capacity: CAPACITY }
}

#[test]
fn a_month_with_noise_is_forecast_far_better_than_by_persistence_and_the_intervals_hold() {
    for seed in [1, 2, 3] {
        let trial = Trial { capacity: CAPACITY, learn_days: 14, from_min: 360, to_min: 1080 };
        let lines = walk(&month(35, seed), &trial);
        let [paihao, persistence, last_week] = &lines[..] else { panic!("three methods") };
        assert_eq!((paihao.method, persistence.method), (Method::Paihao, Method::Persistence));
        for (ours, (simple, week)) in paihao.scores.iter().zip(persistence.scores.iter().zip(&last_week.scores)) {
            let limit = if ours.horizon_min == 60 { 0.6 } else { 0.8 };
            assert!(ours.to_persistence.unwrap() < limit, "seed {seed}: {ours:?}");
            assert!(ours.mae_percent < week.mae_percent, "seed {seed}: {ours:?} against {week:?}");
            assert!((0.70..=0.90).contains(&ours.coverage.unwrap()), "seed {seed}: {ours:?}");
            assert_eq!(simple.to_persistence, Some(1.0));
            assert_eq!(ours.predictions, 21 * 144);
        }
    }
}

#[test]
fn nothing_is_said_before_a_day_of_the_kind_is_known() {
    let days = month(3, 7);
    let mut history = History::new();
    let monday = now(days[0].day, DayKind::Working, 600, 100);
    assert_eq!(forecast(&history, &monday, 60), None);
    assert_eq!(time_to_full(&history, &monday), None);
    learn(&mut history, &days[0], SLOTS);
    assert_eq!(forecast(&history, &monday, 60), None, "the day under way is no other day");
    let tuesday = now(days[1].day, DayKind::Working, 600, 100);
    assert!(forecast(&history, &tuesday, 60).is_some());
    assert_eq!(forecast(&history, &Now { kind: DayKind::Sunday, ..tuesday }, 60), None);
    // Until the evening of the day before nothing was known of this hour.
    let mut late = History::new();
    late.note(days[0].day, DayKind::Working, 1200, 40);
    assert_eq!(forecast(&late, &tuesday, 60), None);
}

#[test]
fn a_forecast_sees_nothing_that_came_after_its_moment() {
    let days = month(21, 5);
    let mut history = learned(&days[..16]);
    let today = &days[16];
    learn(&mut history, today, 121);
    let moment = now(today.day, today.kind, 600, today.occupied[120].unwrap());
    let said: Vec<_> = [15, 30, 60].map(|horizon| forecast(&history, &moment, horizon).unwrap()).to_vec();
    let full = time_to_full(&history, &moment);
    learn(&mut history, today, SLOTS);
    for day in &days[17..] {
        learn(&mut history, day, SLOTS);
    }
    let again: Vec<_> = [15, 30, 60].map(|horizon| forecast(&history, &moment, horizon).unwrap()).to_vec();
    assert_eq!((said, full), (again, time_to_full(&history, &moment)));
}

#[test]
fn a_history_comes_back_from_json_and_stays_small() {
    let history = learned(&month(60, 9));
    assert_eq!(history.len(), DAYS + 1);
    let text = serde_json::to_string(&history).unwrap();
    assert!(text.len() < 100_000, "{} bytes", text.len());
    let back: History = serde_json::from_str(&text).unwrap();
    assert_eq!(back, history);
    let days = month(61, 9);
    let moment = now(days[60].day, days[60].kind, 600, 100);
    assert_eq!(forecast(&back, &moment, 30), forecast(&history, &moment, 30));
    assert!(forecast(&back, &moment, 30).is_some());
}

#[test]
fn a_note_holds_for_half_an_hour_and_over_midnight() {
    let (monday, tuesday) = (date(2026, 3, 2), date(2026, 3, 3));
    let mut history = History::new();
    history.note(monday, DayKind::Working, 600, 10);
    history.note(monday, DayKind::Working, 613, 12);
    history.note(monday, DayKind::Working, 643, 13);
    history.note(monday, DayKind::Working, 674, 14);
    let at = |slot| history.at(monday, slot);
    assert_eq!([at(119), at(120), at(121), at(122)], [None, Some(10), Some(10), Some(10)]);
    assert_eq!([at(123), at(128), at(129)], [Some(12), Some(12), None], "one minute too long");
    history.note(monday, DayKind::Working, 1437, 20);
    history.note(tuesday, DayKind::Working, 12, 21);
    history.note(tuesday, DayKind::Working, 15, 22);
    assert_eq!(history.at(monday, 287), None);
    let at = |slot| history.at(tuesday, slot);
    assert_eq!([at(0), at(1), at(2), at(3), at(4)], [Some(20), Some(20), Some(20), Some(22), None]);
}

#[test]
fn what_comes_late_or_at_no_time_of_day_is_ignored() {
    let monday = date(2026, 3, 2);
    let mut history = History::new();
    history.note(monday, DayKind::Working, 600, 10);
    let before = history.clone();
    history.note(monday, DayKind::Working, 595, 99);
    history.note(monday.yesterday().unwrap(), DayKind::Sunday, 700, 99);
    history.note(monday, DayKind::Working, 1440, 99);
    history.note(date(2027, 1, 1), DayKind::Working, u16::MAX, 99);
    assert_eq!(history, before);
    history.note(monday, DayKind::Working, 605, i64::MAX);
    history.note(monday, DayKind::Working, 610, i64::MIN);
    assert_eq!([history.at(monday, 121), history.at(monday, 122)], [Some(MOST), Some(0)]);
}

#[test]
fn a_lot_that_fills_says_when() {
    let days = month(21, 3);
    let history = learned(&days[..15]);
    let tuesday = now(days[15].day, DayKind::Working, 480, 100);
    assert_eq!(time_to_full(&history, &Now { capacity: 100, ..tuesday }), Some(Full::In(0)));
    let Some(Full::In(soon)) = time_to_full(&history, &Now { capacity: 110, ..tuesday }) else { panic!("it fills") };
    let Some(Full::In(later)) = time_to_full(&history, &Now { capacity: 120, ..tuesday }) else { panic!("it fills") };
    assert!(soon > 0 && soon.is_multiple_of(5) && soon <= later && later <= 120, "{soon} {later}");
    assert_eq!(time_to_full(&history, &Now { capacity: 1000, ..tuesday }), Some(Full::Later));
    assert_eq!(forecast(&history, &Now { capacity: 0, ..tuesday }, 0).map(|now| now.median), Some(100));
}

fn hostile_notes() -> impl Strategy<Value = Vec<(u8, u16, i64)>> {
    prop::collection::vec((0_u8..50, 0_u16..1500, prop_oneof![any::<i64>(), 0_i64..300]), 0..300)
}

proptest! {
    #[test]
    fn whatever_is_noted_an_interval_is_in_order_and_within_the_lot(
        mut notes in hostile_notes(), sorted: bool, minute: u16, occupied in prop_oneof![any::<i64>(), 0_i64..300],
        capacity in prop_oneof![Just(0), Just(u32::MAX), 1_u32..400], horizon in prop_oneof![0_u32..200, any::<u32>()], ahead in 0_u8..60,
    ) {
        if sorted {
            notes.sort_unstable();
        }
        let begin = date(2026, 3, 2);
        let day = |after: u8| begin.checked_add(jiff::Span::new().days(after)).unwrap();
        let kind = |day| Calendar::default().kind(day);
        let mut history = History::new();
        let mut most = i64::from(capacity);
        for (after, minute, occupied) in notes {
            history.note(day(after), kind(day(after)), minute, occupied);
            most = most.max(occupied.min(MOST));
        }
        prop_assert!(history.len() <= DAYS + 1);
        let now = Now { day: day(ahead), kind: kind(day(ahead)), minute, occupied, capacity };
        if let Some(expected) = forecast(&history, &now, horizon) {
            prop_assert!(0 <= expected.low && expected.low <= expected.median && expected.median <= expected.high);
            prop_assert!(expected.high <= most.max(occupied.min(MOST)));
        }
        let _ = time_to_full(&history, &now);
        let back: History = serde_json::from_str(&serde_json::to_string(&history).unwrap()).unwrap();
        prop_assert_eq!(back, history);
    }
}
