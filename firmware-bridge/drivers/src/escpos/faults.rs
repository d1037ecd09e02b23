//! A driver and a virtual printer through every fault that a hall has seen: at most one valid ticket a job, and "printed"
//! only where there is one.

use proptest::prelude::*;
use protocol::bridge::{JobState, Trouble};

use super::Model;
use super::bench::{Bench, report, ticket};
use super::virtual_printer::Roll;
use super::{Command, Event};
use crate::{Health, Input};

const PRINTED: JobState = JobState::Printed;
const FAILED: JobState = JobState::Failed;
const UNKNOWN: JobState = JobState::Unknown;
/// One for each way to confirm.
const MODELS: [Model; 3] = [Model::GENERIC_80, Model::EPSON_TM, Model::GENERIC_58];

#[test]
fn a_ticket_is_printed_once_and_confirmed() {
    for model in MODELS {
        let mut bench = Bench::new(model);
        assert_eq!(bench.health(), Some(Health::READY));
        bench.print("1-0", "A042");
        assert_eq!(bench.report("1-0"), None, "not before the printer has said so");
        let (ended, ms) = bench.until_ended("1-0");
        assert_eq!(ended, report(PRINTED, None));
        assert!((100..2_000).contains(&ms), "{ms} ms");
        bench.print("1-0", "A042");
        bench.run(5_000);
        assert_eq!(bench.printer.tickets().len(), 1);
        assert_eq!(bench.printer.faults(), [""; 0]);
        let paper = &bench.printer.tickets()[0];
        assert!(paper.is_complete() && !paper.is_reprint());
        assert!(paper.text().contains("前面还有 3 位，约等 8 至 15 分钟"), "{}", paper.text());
        assert_eq!(paper.qr_codes().collect::<Vec<_>>(), ["https://hall.invalid/t/k3Jx9qT2mB7wLr5eYv8a"]);
    }
}

#[test]
fn two_visitors_in_a_row() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.print("1-0", "A042");
    bench.print("2-0", "A043");
    bench.until_ended("1-0");
    bench.until_ended("2-0");
    assert_eq!((bench.valid("A042"), bench.valid("A043"), bench.printer.tickets().len()), (1, 1, 2));
}

#[test]
fn what_cannot_print_gets_nothing_of_the_ticket() {
    type Pull = fn(&mut super::virtual_printer::Plugs);
    let pulls: [(Pull, Trouble); 5] = [
        (|plugs| plugs.paper = Roll::Out, Trouble::PaperOut),
        (|plugs| plugs.cover_open = true, Trouble::CoverOpen),
        (|plugs| plugs.overheated = true, Trouble::Overheated),
        (|plugs| plugs.fault = true, Trouble::Fault),
        (|plugs| plugs.feed_button = true, Trouble::OffLine),
    ];
    for model in MODELS {
        for (pull, why) in pulls {
            let mut bench = Bench::new(model);
            bench.plug(pull);
            bench.run(4_000);
            assert_eq!(bench.health(), Some(Health::degraded(why)));
            let sent = bench.sent.len();
            bench.print("1-0", "A042");
            let (ended, ms) = bench.until_ended("1-0");
            assert_eq!(ended, report(FAILED, Some(why)));
            assert!(ms < 1_000, "{why:?} after {ms} ms");
            assert!(bench.sent.len() - sent <= 12, "only asked how it is");
            bench.plug(|plugs| *plugs = super::virtual_printer::Plugs::default());
            if why == Trouble::Fault {
                let now = bench.now;
                bench.printer.restart(now);
            }
            bench.run(5_000);
            assert_eq!(bench.health(), Some(Health::READY));
            bench.print("1-1", "A042");
            assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None));
            assert_eq!((bench.valid("A042"), bench.printer.tickets().len()), (1, 1));
        }
    }
}

/// Paper out, cover open, cutter, restart, dead line at every point of the ticket: whatever the driver says, it is never
/// "printed" without a valid ticket, never two, and the reprint is whole.
#[test]
fn faults_in_mid_ticket_leave_one_valid_ticket() {
    type Pull = fn(&mut Bench);
    let faults: [(&str, Pull, Pull); 6] = [
        ("paper", |b| b.plug(|p| p.paper = Roll::Out), |b| b.plug(|p| p.paper = Roll::Ok)),
        ("cover", |b| b.plug(|p| p.cover_open = true), |b| b.plug(|p| p.cover_open = false)),
        (
            "fault",
            |b| b.plug(|p| p.fault = true),
            |b| {
                b.plug(|p| p.fault = false);
                let now = b.now;
                b.printer.restart(now);
            },
        ),
        (
            "restart",
            |b| {
                let now = b.now;
                b.printer.restart(now);
            },
            |_| {},
        ),
        ("power", |b| b.plug(|p| p.power = false), |b| b.plug(|p| p.power = true)),
        ("line", |b| b.plug(|p| p.line = false), |b| b.plug(|p| p.line = true)),
    ];
    for model in MODELS {
        for (name, pull, mend) in faults {
            for after in (0..400).step_by(23) {
                let mut bench = Bench::new(model);
                bench.print("1-0", "A042");
                bench.run(after);
                pull(&mut bench);
                bench.run(6_000);
                mend(&mut bench);
                let (first, ms) = bench.until_ended("1-0");
                assert!(ms < 20_000, "{name} after {after}: nobody waits for {ms} ms");
                bench.run(12_000);
                assert_eq!(bench.health(), Some(Health::READY), "{name} after {after}");
                let valid = bench.valid("A042");
                let label = format!("{} {name} after {after}: {first:?}, {valid} valid", model.name);
                match first.state {
                    JobState::Printed => assert_eq!(valid, 1, "{label}"),
                    JobState::Failed => assert_eq!(valid, 0, "{label}"),
                    JobState::Unknown => {
                        assert!(valid <= 1, "{label}");
                        let paper = ticket("A042", true);
                        bench.give(Input::Command(Command::Print { job: "1-1".to_owned(), paper }));
                        assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None), "{label}");
                        let marked =
                            bench.printer.tickets().iter().filter(|p| p.is_complete() && p.is_reprint()).count();
                        assert_eq!((bench.valid("A042"), marked), (valid + 1, 1), "{label}");
                    }
                    JobState::Printing => panic!("{label}"),
                }
                assert_eq!(bench.printer.hanging(), None, "{label}");
                assert_eq!(bench.printer.faults(), [""; 0], "{label}");
            }
        }
    }
}

#[test]
fn the_paper_ends_in_mid_ticket_and_nothing_of_it_comes_out_later() {
    for bytes in [1, 30, 90, 150, 260, 330] {
        let mut bench = Bench::new(Model::GENERIC_80);
        bench.plug(|plugs| plugs.out_after_bytes = Some(bytes));
        bench.print("1-0", "A042");
        let (ended, ms) = bench.until_ended("1-0");
        assert_eq!(ended, report(UNKNOWN, Some(Trouble::PaperOut)));
        assert!(ms < 3_000, "{ms} ms");
        assert_eq!(bench.health(), Some(Health::degraded(Trouble::PaperOut)));
        bench.run(60_000);
        bench.plug(|plugs| plugs.paper = Roll::Ok);
        bench.run(30_000);
        assert_eq!(bench.valid("A042"), 0);
        assert_eq!(bench.health(), Some(Health::READY));
        assert!(bench.printer.tickets().iter().all(|paper| !paper.is_complete()));
    }
}

/// No backlog: what was asked for while there was no paper never comes out by itself, and what is asked for afterwards does,
/// in that order and once each.
#[test]
fn five_visitors_while_the_paper_is_out() {
    let numbers = ["A001", "A002", "A003", "A004", "A005"];
    for model in MODELS {
        for mid_ticket in [false, true] {
            let mut bench = Bench::new(model);
            if mid_ticket {
                bench.plug(|plugs| plugs.out_after_lines = Some(3));
            } else {
                bench.plug(|plugs| plugs.paper = Roll::Out);
            }
            for (n, number) in numbers.into_iter().enumerate() {
                bench.print(&format!("{n}-0"), number);
            }
            for n in 0..5 {
                let (ended, _) = bench.until_ended(&format!("{n}-0"));
                let first = mid_ticket && n == 0;
                assert_eq!(ended, report(if first { UNKNOWN } else { FAILED }, Some(Trouble::PaperOut)), "{n}");
            }
            bench.run(120_000);
            bench.plug(|plugs| plugs.paper = Roll::Ok);
            bench.run(60_000);
            assert_eq!(bench.health(), Some(Health::READY));
            assert_eq!(numbers.map(|number| bench.valid(number)), [0; 5], "nothing old comes out");
            let before = bench.printer.tickets().len();
            for (n, number) in numbers.into_iter().enumerate() {
                bench.print(&format!("{n}-1"), number);
            }
            for n in 0..5 {
                assert_eq!(bench.until_ended(&format!("{n}-1")).0, report(PRINTED, None));
            }
            bench.run(60_000);
            let papers = &bench.printer.tickets()[before..];
            let out: Vec<bool> = papers
                .iter()
                .zip(numbers)
                .map(|(paper, number)| paper.is_complete() && paper.text().contains(number))
                .collect();
            assert_eq!(out, [true; 5], "{}", model.name);
        }
    }
}

#[test]
fn a_printer_that_says_nothing_by_itself_is_polled() {
    for model in [Model::GENERIC_80, Model::EPSON_TM] {
        let mut bench = Bench::closed(model);
        bench.plug(|plugs| plugs.no_automatic = true);
        bench.open();
        bench.run(3_000);
        assert_eq!(bench.health(), Some(Health::READY));
        bench.print("1-0", "A042");
        assert_eq!(bench.until_ended("1-0").0, report(PRINTED, None));
        bench.plug(|plugs| plugs.cover_open = true);
        bench.run(4_000);
        assert_eq!(bench.health(), Some(Health::degraded(Trouble::CoverOpen)));
        bench.plug(|plugs| plugs.cover_open = false);
        bench.run(5_000);
        assert_eq!(bench.health(), Some(Health::READY));
        assert_eq!((bench.valid("A042"), bench.printer.tickets().len()), (1, 1));
    }
}

#[test]
fn what_it_says_by_itself_is_known_before_it_is_asked() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.run(3_100);
    for (change, why) in [
        ((|plugs| plugs.cover_open = true) as fn(&mut super::virtual_printer::Plugs), Trouble::CoverOpen),
        (|plugs| plugs.paper = Roll::Out, Trouble::PaperOut),
        (|plugs| plugs.overheated = true, Trouble::Overheated),
        (|plugs| plugs.feed_button = true, Trouble::OffLine),
        (|plugs| plugs.fault = true, Trouble::Fault),
    ] {
        bench.plug(|plugs| *plugs = super::virtual_printer::Plugs::default());
        bench.run(6_000);
        bench.plug(change);
        bench.run(50);
        assert_eq!(bench.health(), Some(Health::degraded(why)));
    }
}

#[test]
fn a_printer_that_answers_no_request_for_a_while() {
    for model in MODELS {
        let mut bench = Bench::new(model);
        bench.plug(|plugs| plugs.no_real_time = true);
        bench.run(15_000);
        assert_eq!(bench.health(), Some(Health::GONE), "{}", model.name);
        bench.print("1-0", "A042");
        assert_eq!(bench.until_ended("1-0").0.state, FAILED);
        bench.plug(|plugs| plugs.no_real_time = false);
        bench.run(15_000);
        assert_eq!(bench.health(), Some(Health::READY));
        bench.print("1-1", "A042");
        assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None));
        assert_eq!(bench.valid("A042"), 1);
    }
}

/// A change while a ticket is under way is no confirmation, though it comes as the same four bytes.
#[test]
fn a_change_is_no_confirmation() {
    for after in (10..400).step_by(13) {
        let mut bench = Bench::new(Model::GENERIC_80);
        bench.plug(|plugs| plugs.bytes_per_s = 1_500);
        bench.print("1-0", "A042");
        bench.run(after);
        bench.plug(|plugs| plugs.paper = Roll::NearEnd);
        bench.run(5);
        bench.plug(|plugs| plugs.paper = Roll::Ok);
        let (ended, _) = bench.until_ended("1-0");
        assert!(ended.state != PRINTED || bench.valid("A042") == 1, "after {after}: {ended:?}");
    }
}

#[test]
fn a_half_ticket_is_struck_out_and_cut_off() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.plug(|plugs| plugs.bytes_per_s = 500);
    bench.print("1-0", "A042");
    bench.run(400);
    bench.plug(|plugs| plugs.cover_open = true);
    assert_eq!(bench.until_ended("1-0").0, report(UNKNOWN, Some(Trouble::CoverOpen)));
    bench.plug(|plugs| plugs.cover_open = false);
    bench.run(5_000);
    let papers = bench.printer.tickets();
    assert_eq!(papers.len(), 1);
    assert!(papers[0].is_void() && papers[0].cut && !papers[0].is_complete());
    assert!(papers[0].text().contains("A042"));
}

#[test]
fn a_stuck_cutter_is_told_to_recover() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.plug(|plugs| plugs.cutter_jam = true);
    bench.print("1-0", "A042");
    assert_eq!(bench.until_ended("1-0").0, report(UNKNOWN, Some(Trouble::Cutter)));
    bench.run(20_000);
    assert_eq!(bench.health(), Some(Health::degraded(Trouble::Cutter)));
    bench.plug(|plugs| plugs.cutter_jam = false);
    bench.run(10_000);
    assert_eq!(bench.health(), Some(Health::READY));
    bench.print("1-1", "A042");
    assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None));
    assert_eq!(bench.valid("A042"), 1);
}

#[test]
fn a_slow_printer_is_waited_for() {
    for bytes_per_s in [20, 60, 300] {
        for model in MODELS {
            let mut bench = Bench::new(model);
            bench.plug(|plugs| plugs.bytes_per_s = bytes_per_s);
            bench.print("1-0", "A042");
            let (ended, ms) = bench.until_ended("1-0");
            assert_eq!(ended, report(PRINTED, None), "{bytes_per_s} bytes a second, {ms} ms");
            assert_eq!(bench.valid("A042"), 1);
        }
    }
}

#[test]
fn a_hot_head_is_waited_for() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.print("1-0", "A042");
    bench.run(60);
    bench.plug(|plugs| plugs.overheated = true);
    bench.run(30_000);
    assert_eq!(bench.report("1-0"), None);
    assert_eq!(bench.health(), Some(Health::degraded(Trouble::Overheated)));
    bench.plug(|plugs| plugs.overheated = false);
    assert_eq!(bench.until_ended("1-0").0, report(PRINTED, None));
    assert_eq!(bench.valid("A042"), 1);
}

#[test]
fn little_paper_is_no_trouble_yet() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.plug(|plugs| plugs.paper = Roll::NearEnd);
    bench.run(4_000);
    assert_eq!(bench.health(), Some(Health { why: Some(Trouble::PaperNearEnd), ..Health::READY }));
    bench.print("1-0", "A042");
    assert_eq!(bench.until_ended("1-0").0, report(PRINTED, None));
}

#[test]
fn a_dead_line_is_noticed_before_anything_is_sent() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.plug(|plugs| plugs.line = false);
    let sent = bench.sent.len();
    bench.print("1-0", "A042");
    let (ended, ms) = bench.until_ended("1-0");
    assert_eq!(ended, report(FAILED, Some(Trouble::NoAnswer)));
    assert!(ms < 5_000, "{ms} ms");
    assert!(bench.sent.len() - sent < 40);
    assert_eq!(bench.health(), Some(Health::GONE));
    bench.run(30_000);
    assert!(bench.reopened >= 2, "a silent port is opened anew");
    bench.plug(|plugs| plugs.line = true);
    bench.run(5_000);
    assert_eq!(bench.health(), Some(Health::READY));
}

#[test]
fn a_port_that_closes_in_mid_ticket() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.print("1-0", "A042");
    bench.run(50);
    bench.print("2-0", "A043");
    bench.close();
    assert_eq!(bench.report("1-0"), Some(report(UNKNOWN, Some(Trouble::NoAnswer))));
    assert_eq!(bench.report("2-0"), Some(report(FAILED, Some(Trouble::NoAnswer))));
    bench.print("3-0", "A044");
    assert_eq!(bench.report("3-0"), Some(report(FAILED, Some(Trouble::NoAnswer))));
    bench.open();
    bench.run(5_000);
    bench.print("1-1", "A042");
    assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None));
    assert_eq!(bench.valid("A042"), 1);
}

#[test]
fn a_port_that_takes_nothing_is_opened_anew() {
    let mut bench = Bench::new(Model::GENERIC_80);
    bench.print("1-0", "A042");
    bench.port_stuck = true;
    bench.run(20_000);
    assert_eq!(bench.report("1-0"), Some(report(UNKNOWN, Some(Trouble::NoAnswer))));
    assert!(bench.reopened >= 1);
    assert_eq!(bench.health(), Some(Health::READY));
}

#[test]
fn a_program_that_died_in_mid_ticket_leaves_no_half_ticket_behind() {
    let mut bench = Bench::closed(Model::GENERIC_80);
    let encoded = super::encode(&Model::GENERIC_80, &ticket("A042", false)).unwrap();
    let now = bench.now;
    crate::VirtualDevice::receive(&mut bench.printer, now, &encoded.pieces[..6].concat());
    bench.driver.expect_remnant();
    bench.run(1_000);
    bench.open();
    bench.run(3_000);
    bench.print("1-1", "A042");
    assert_eq!(bench.until_ended("1-1").0, report(PRINTED, None));
    assert_eq!((bench.valid("A042"), bench.printer.tickets().len()), (1, 2));
    assert!(bench.printer.tickets()[0].is_void());
}

/// The end of an automatic status whose beginning was lost looks like answers to `GS r`.
#[test]
fn stray_bytes_are_no_confirmation() {
    for stray in [&[0_u8, 0, 0x0F][..], &[0, 0x0C, 0x0F], &[0, 0, 0, 0, 0]] {
        for after in [20, 60, 120, 200] {
            let mut bench = Bench::new(Model::GENERIC_80);
            bench.plug(|plugs| plugs.bytes_per_s = 1_000);
            bench.print("1-0", "A042");
            bench.run(after);
            bench.give(Input::Bytes(stray));
            let (ended, _) = bench.until_ended("1-0");
            assert_eq!(ended, report(UNKNOWN, Some(Trouble::OffLine)));
            bench.run(10_000);
            assert_eq!(bench.health(), Some(Health::READY));
            bench.print("2-0", "A043");
            assert_eq!(bench.until_ended("2-0").0, report(PRINTED, None));
            assert_eq!(bench.valid("A043"), 1);
        }
    }
    // With names they are nothing at all.
    let mut bench = Bench::new(Model::EPSON_TM);
    bench.print("1-0", "A042");
    bench.run(60);
    bench.give(Input::Bytes(&[0, 0, 0x0F]));
    assert_eq!(bench.until_ended("1-0").0, report(PRINTED, None));
}

/// What somebody does to the printer or the line.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Paper(Roll),
    Cover(bool),
    Power(bool),
    Line(bool),
    Jam(bool),
    Hot(bool),
    Speed(u32),
    OutAfter(u32),
    Restart,
    Reopen,
    Stray(u8),
    Print,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => prop_oneof![Just(Roll::Ok), Just(Roll::NearEnd), Just(Roll::Out)].prop_map(Deed::Paper),
        1 => any::<bool>().prop_map(Deed::Cover),
        1 => any::<bool>().prop_map(Deed::Power),
        1 => any::<bool>().prop_map(Deed::Line),
        1 => any::<bool>().prop_map(Deed::Jam),
        1 => any::<bool>().prop_map(Deed::Hot),
        1 => (50_u32..5_000).prop_map(Deed::Speed),
        1 => (1_u32..700).prop_map(Deed::OutAfter),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Reopen),
        1 => (0x80_u8..=0xFF).prop_map(Deed::Stray),
        4 => Just(Deed::Print),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens in whatever order: each job ends, "printed" means one valid ticket, "failed" none, "unknown" at
    /// most one; and when everything is put right the printer prints again.
    #[test]
    fn any_day_of_a_printer(deeds in proptest::collection::vec((deed(), 0_u64..3_000), 1..25), model in 0..MODELS.len()) {
        let mut bench = Bench::new(MODELS[model]);
        let mut jobs = 0;
        for (deed, ms) in deeds {
            match deed {
                Deed::Paper(roll) => bench.plug(|plugs| plugs.paper = roll),
                Deed::Cover(open) => bench.plug(|plugs| plugs.cover_open = open),
                Deed::Power(on) => bench.plug(|plugs| plugs.power = on),
                Deed::Line(on) => bench.plug(|plugs| plugs.line = on),
                Deed::Jam(on) => bench.plug(|plugs| plugs.cutter_jam = on),
                Deed::Hot(on) => bench.plug(|plugs| plugs.overheated = on),
                Deed::Speed(speed) => bench.plug(|plugs| plugs.bytes_per_s = speed),
                Deed::OutAfter(bytes) => bench.plug(|plugs| plugs.out_after_bytes = Some(bytes)),
                Deed::Restart => {
                    let now = bench.now;
                    bench.printer.restart(now);
                }
                Deed::Reopen => {
                    bench.close();
                    bench.open();
                }
                Deed::Stray(byte) => bench.give(Input::Bytes(&[byte])),
                Deed::Print => {
                    bench.print(&format!("{jobs}-0"), &format!("A{jobs:03}"));
                    jobs += 1;
                }
            }
            bench.run(ms);
        }
        bench.plug(|plugs| *plugs = super::virtual_printer::Plugs::default());
        bench.run(40_000);
        for job in 0..jobs {
            bench.until_ended(&format!("{job}-0"));
        }
        bench.run(30_000);
        prop_assert_eq!(bench.health(), Some(Health::READY));
        for job in 0..jobs {
            let ends = bench.events.iter().filter(|(_, event)| matches!(event, Event::Job { job: other, .. } if *other == format!("{job}-0")));
            prop_assert_eq!(ends.count(), 1);
            let valid = bench.valid(&format!("A{job:03}"));
            match bench.report(&format!("{job}-0")).map(|report| report.state) {
                Some(JobState::Printed) => prop_assert_eq!(valid, 1),
                Some(JobState::Failed) => prop_assert_eq!(valid, 0),
                Some(JobState::Unknown) => prop_assert!(valid <= 1),
                other => prop_assert!(false, "{:?}", other),
            }
        }
        bench.print("last", "B001");
        prop_assert_eq!(bench.until_ended("last").0, report(PRINTED, None));
        prop_assert_eq!((bench.valid("B001"), bench.printer.hanging()), (1, None));
    }
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let mut bench = Bench::new(Model::GENERIC_80);
    let paper = protocol::bridge::Paper::default();
    bench.give(Input::Command(Command::Print { job: "1-0".to_owned(), paper }));
    assert_eq!(bench.report("1-0"), Some(report(FAILED, Some(Trouble::Refused))));
}

#[test]
fn the_queue_has_an_end() {
    let mut bench = Bench::new(Model::GENERIC_80);
    for job in 0..12 {
        bench.print(&job.to_string(), "A042");
    }
    assert_eq!(bench.report("11"), Some(report(FAILED, Some(Trouble::OffLine))));
    bench.run(60_000);
    assert_eq!(bench.report("8"), Some(report(PRINTED, None)));
    assert_eq!(bench.valid("A042"), 9);
}
