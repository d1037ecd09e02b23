use super::{Part, Plugs, PrintedPaper, Roll, VirtualPrinter};
use crate::escpos::bench::ticket;
use crate::escpos::{Model, encode};
use crate::{Millis, VirtualDevice as _};

fn printer() -> VirtualPrinter {
    VirtualPrinter::new(Model::GENERIC_80, Millis(0))
}

fn said(printer: &mut VirtualPrinter, bytes: &[u8]) -> Vec<u8> {
    printer.receive(Millis(0), bytes);
    printer.answer()
}

/// Runs it dry.
fn later(printer: &mut VirtualPrinter, ms: u64) -> Vec<u8> {
    printer.receive(Millis(ms), &[]);
    printer.answer()
}

#[test]
fn real_time_status_is_answered_as_the_reference_says() {
    let answers = |plugs: Plugs| {
        let mut printer = printer();
        printer.set_plugs(Millis(0), plugs);
        said(&mut printer, &[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4])
    };
    assert_eq!(answers(Plugs::default()), [0x12, 0x12, 0x12, 0x12]);
    assert_eq!(answers(Plugs { paper: Roll::NearEnd, ..Plugs::default() }), [0x12, 0x12, 0x12, 0x1E]);
    assert_eq!(answers(Plugs { paper: Roll::Out, ..Plugs::default() }), [0x1A, 0x32, 0x12, 0x7E]);
    assert_eq!(answers(Plugs { cover_open: true, ..Plugs::default() }), [0x1A, 0x16, 0x12, 0x12]);
    assert_eq!(answers(Plugs { overheated: true, ..Plugs::default() }), [0x1A, 0x52, 0x52, 0x12]);
    assert_eq!(answers(Plugs { line: false, ..Plugs::default() }), [0_u8; 0]);
}

#[test]
fn a_stuck_cutter_is_an_error_until_it_is_told_to_recover() {
    let mut printer = printer();
    printer.set_plugs(Millis(0), Plugs { cutter_jam: true, ..Plugs::default() });
    printer.receive(Millis(0), b"A042\n\x1dV\x00");
    assert_eq!(later(&mut printer, 1_000), [0_u8; 0]);
    let status = |printer: &mut VirtualPrinter| {
        printer.receive(Millis(1_000), &[0x10, 4, 3]);
        printer.answer()
    };
    assert_eq!(status(&mut printer), [0x1A]);
    printer.set_plugs(Millis(1_000), Plugs::default());
    assert_eq!(status(&mut printer), [0x1A]);
    printer.receive(Millis(1_000), &[0x10, 5, 2]);
    assert_eq!(status(&mut printer), [0x12]);
}

#[test]
fn automatic_status_comes_at_once_and_at_each_change() {
    let mut printer = printer();
    printer.receive(Millis(0), &[0x1D, 0x61, 0x0E]);
    assert_eq!(later(&mut printer, 100), [0x10, 0, 0, 0x0F]);
    printer.set_plugs(Millis(100), Plugs { paper: Roll::Out, ..Plugs::default() });
    assert_eq!(printer.answer(), [0x18, 0, 0x0F, 0x0F]);
    printer.set_plugs(Millis(100), Plugs { cover_open: true, ..Plugs::default() });
    assert_eq!(printer.answer(), [0x38, 0, 0, 0x0F]);
    printer.set_plugs(Millis(100), Plugs::default());
    assert_eq!(printer.answer(), [0x10, 0, 0, 0x0F]);
    assert_eq!(later(&mut printer, 9_000), [0_u8; 0]);
}

#[test]
fn a_request_through_the_buffer_is_answered_in_its_turn() {
    let mut printer = printer();
    printer.set_plugs(Millis(0), Plugs { bytes_per_s: 100, ..Plugs::default() });
    printer.receive(Millis(0), b"0123456789\n\x1dr\x01\x1d(H\x06\x0000ABCD");
    assert_eq!(later(&mut printer, 130), [0_u8; 0]);
    assert_eq!(later(&mut printer, 140), [0]);
    assert_eq!(later(&mut printer, 250), [&[0x37, 0x22], &b"ABCD"[..], &[0]].concat());
}

#[test]
fn paper_out_keeps_the_rest_until_the_roll_is_changed_or_it_is_cleared() {
    for clears in [false, true] {
        let mut printer = printer();
        printer.set_plugs(Millis(0), Plugs { out_after_lines: Some(1), ..Plugs::default() });
        printer.receive(Millis(0), b"one\ntwo\n\x1dV\x00\x1dr\x01");
        assert_eq!(later(&mut printer, 5_000), [0_u8; 0]);
        assert_eq!(
            (printer.plugs().paper, printer.hanging().map(PrintedPaper::text)),
            (Roll::Out, Some("one\n".into()))
        );
        if clears {
            printer.receive(Millis(5_000), &[0x10, 5, 2]);
        }
        printer.set_plugs(Millis(5_000), Plugs::default());
        let answer = later(&mut printer, 9_000);
        let texts: Vec<String> = printer.tickets().iter().map(PrintedPaper::text).collect();
        if clears {
            assert_eq!((texts, answer), (vec!["one\n".to_owned()], vec![]));
        } else {
            assert_eq!((texts, answer), (vec!["one\n".to_owned(), "two\n".to_owned()], vec![0]));
        }
        assert!(printer.tickets().iter().all(|paper| !paper.is_complete()));
    }
}

#[test]
fn a_status_request_is_answered_even_inside_of_a_picture() {
    let mut printer = printer();
    let answer = said(&mut printer, &[0x1D, 0x76, 0x30, 0, 3, 0, 1, 0, 0x10, 0x04, 0x01]);
    assert_eq!(answer, [0x12]);
    later(&mut printer, 1_000);
    assert_eq!(printer.hanging().map(|paper| paper.parts.len()), Some(1));
}

#[test]
fn what_does_not_fit_into_the_buffer_waits_on_the_line() {
    let mut printer = printer();
    printer.set_plugs(Millis(0), Plugs { cover_open: true, ..Plugs::default() });
    assert_eq!(said(&mut printer, &[b'x'; 4_096]), [0_u8; 0]);
    assert_eq!(printer.room(), 0);
    assert_eq!(said(&mut printer, &[0x10, 4, 1]), [0_u8; 0]);
    printer.set_plugs(Millis(0), Plugs::default());
    later(&mut printer, 10);
    assert_eq!(later(&mut printer, 20), [0_u8; 0]);
    assert_eq!(later(&mut printer, 5_000), [0_u8; 0]);
    assert!(printer.room() > 4_000);
}

#[test]
fn unknown_bytes_are_told_and_nothing_else_is_lost() {
    let mut printer = printer();
    printer.receive(Millis(0), b"a\x1b\xFFb\xFF\x1c&\x81\x20c\n\x1dV\x00");
    later(&mut printer, 1_000);
    assert_eq!(printer.tickets()[0].text(), "abc\n");
    assert_eq!(printer.faults().len(), 3, "{:?}", printer.faults());
}

#[test]
fn a_picture_of_a_ticket() {
    let model = Model::GENERIC_80;
    for (name, reprint, cut) in [("whole", true, true), ("torn", false, false)] {
        let mut printer = VirtualPrinter::new(model, Millis(0));
        let encoded = encode(&model, &ticket("A042", reprint)).unwrap();
        let pieces = if cut { &encoded.pieces[..] } else { &encoded.pieces[..8] };
        printer.receive(Millis(0), &pieces.concat());
        later(&mut printer, 5_000);
        let paper = if cut { &printer.tickets()[0] } else { printer.hanging().unwrap() };
        let file = paper.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        assert_eq!(reader.info().width, (576 + 64) * 2, "{name}");
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        // Mostly paper, some ink; nothing beside the paper only where it is torn.
        let count = |colour: u8| {
            pixels.iter().flat_map(|byte| [6, 4, 2, 0].map(|shift| byte >> shift & 3)).filter(|c| *c == colour).count()
        };
        assert!(count(1) > 10 * count(3) && count(3) > 20_000, "{name}: {} ink", count(3));
        assert_eq!(count(0) == 0, cut, "{name}");
        assert!(file.len() < 60_000, "{name}: {} bytes", file.len());
    }
}

#[test]
fn what_the_picture_of_a_qr_code_says() {
    let model = Model::GENERIC_58;
    let mut printer = VirtualPrinter::new(model, Millis(0));
    printer.receive(Millis(0), &encode(&model, &ticket("A042", false)).unwrap().bytes());
    later(&mut printer, 5_000);
    let codes: Vec<&Part> = printer.tickets()[0].parts.iter().filter(|part| matches!(part, Part::Qr { .. })).collect();
    let [Part::Qr { data, module, level, align }] = codes[..] else { panic!("one code") };
    assert_eq!((data.as_str(), *module, *level, *align), ("https://hall.invalid/t/k3Jx9qT2mB7wLr5eYv8a", 6, b'1', 1));
}
