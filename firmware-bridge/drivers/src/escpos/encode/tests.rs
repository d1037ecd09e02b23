use proptest::prelude::*;
use protocol::bridge::{Align, Paper, PaperLine};

use super::{EncodeError, encode, encode_below, qr_module};
use crate::escpos::bench::ticket;
use crate::escpos::model::{ChineseSize, Cut};
use crate::escpos::virtual_printer::{Line, Part, PrintedPaper, VirtualPrinter};
use crate::escpos::{Model, layout};
use crate::{Millis, VirtualDevice as _};

fn text(text: &str) -> PaperLine {
    PaperLine::Text { text: text.to_owned(), size: 1, align: Align::Left, bold: false }
}

fn page(lines: Vec<PaperLine>) -> Paper {
    Paper { lines }
}

fn bytes(lines: Vec<PaperLine>) -> Vec<u8> {
    encode(&Model::GENERIC_80, &page(lines)).unwrap().bytes()
}

/// What a virtual printer makes of a page.
fn printed(model: Model, paper: &Paper) -> PrintedPaper {
    let mut printer = VirtualPrinter::new(model, Millis(0));
    for byte in encode(&model, paper).unwrap().bytes() {
        printer.receive(Millis(0), &[byte]);
    }
    (1..600).for_each(|second| printer.receive(Millis(second * 1_000), &[]));
    assert_eq!(printer.faults(), [""; 0]);
    let [paper] = printer.tickets() else { panic!("{} papers", printer.tickets().len()) };
    paper.clone()
}

#[test]
fn a_ticket_byte_by_byte() {
    let line = PaperLine::Text { text: "号A1".to_owned(), size: 2, align: Align::Center, bold: true };
    let all = bytes(vec![line, PaperLine::Feed { lines: 3 }, text("")]);
    let expected: [&[u8]; 6] = [
        &[0x1B, 0x40, 0x1C, 0x26],
        &[0x1B, 0x61, 1, 0x1D, 0x21, 0x11, 0x1B, 0x33, 58, 0x1B, 0x45, 1, 0xBA, 0xC5, b'A', b'1', 0x0A],
        &[0x1B, 0x61, 0, 0x1D, 0x21, 0x00, 0x1B, 0x32, 0x1B, 0x45, 0],
        &[0x1B, 0x64, 3],
        &[0x0A],
        // A partial cut. The encoder's own word for it would cut through.
        &[0x1D, 0x56, 0x42, 0],
    ];
    assert_eq!(all, expected.concat());
}

#[test]
fn the_qr_code_of_the_reference() {
    let data = "https://a.invalid/1".to_owned();
    let all = bytes(vec![PaperLine::Qr { data }]);
    let module = qr_module(19, 576);
    let expected = [
        &[0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00][..],
        &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, module],
        &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31],
        &[0x1D, 0x28, 0x6B, 0x16, 0x00, 0x31, 0x50, 0x30],
        b"https://a.invalid/1",
        &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30],
    ]
    .concat();
    assert!(all.windows(expected.len()).any(|window| window == expected), "{all:02X?}");
}

#[test]
fn a_qr_code_always_fits() {
    for dots in [384, 576] {
        for length in 1..=Paper::MAX_TEXT {
            let module = usize::from(qr_module(length, dots));
            let code = qrcode::QrCode::with_error_correction_level(vec![b'a'; length], qrcode::EcLevel::M).unwrap();
            assert!(module >= 3 && (code.width() + 8) * module <= usize::from(dots), "{length} bytes on {dots} dots");
        }
    }
    assert_eq!(qr_module(45, 576), 6);
}

#[test]
fn the_status_request_is_never_in_the_ticket_by_chance() {
    for model in Model::ALL {
        let all = encode(&model, &ticket("A042", true)).unwrap().bytes();
        assert!(!all.windows(2).any(|pair| pair[0] == 0x10 && [4, 5, 0x14].contains(&pair[1])));
    }
}

#[test]
fn limits_are_kept() {
    let refused = |lines| encode(&Model::GENERIC_80, &page(lines)).unwrap_err();
    assert_eq!(refused(vec![]), EncodeError::Empty);
    assert_eq!(refused(vec![PaperLine::Rule; 101]), EncodeError::TooManyLines(101));
    assert_eq!(refused(vec![text("a"), text("\u{1b}@")]), EncodeError::Control { line: 2, code: 0x1B });
    assert_eq!(refused(vec![text("a\nb")]), EncodeError::Control { line: 1, code: 0x0A });
    assert_eq!(refused(vec![text(&"a".repeat(513))]), EncodeError::Length { line: 1, length: 513 });
    assert_eq!(refused(vec![PaperLine::Qr { data: String::new() }]), EncodeError::Length { line: 1, length: 0 });
    assert_eq!(refused(vec![PaperLine::Feed { lines: 11 }]), EncodeError::Range { line: 1, value: 11 });
    let huge = PaperLine::Text { text: "a".to_owned(), size: 9, align: Align::Left, bold: false };
    assert_eq!(refused(vec![huge]), EncodeError::Range { line: 1, value: 9 });
}

#[test]
fn what_the_printer_has_no_font_for_is_a_picture() {
    let line = PaperLine::Text { text: "姓䶮𠮷".to_owned(), size: 2, align: Align::Right, bold: false };
    let paper = printed(Model::GENERIC_80, &page(vec![text("A042"), line]));
    let [picture] = paper.pictures().collect::<Vec<_>>()[..] else { panic!("one picture") };
    assert_eq!((picture.width(), picture.rows()), (576, 54));
    let black = |from: usize, to: usize| (from..to).any(|x| (0..48).any(|y| picture.is_set(x, y)));
    assert!(!black(0, 432) && black(432, 480) && black(480, 528) && black(528, 576));
    assert_eq!(paper.text(), "A042\n");
    // Without a Chinese font every line with Chinese in it is one.
    let paper = printed(Model::EPSON_TM_ASCII, &ticket("A042", false));
    assert_eq!(paper.text().trim(), "A042\n------------------------------------------------\n2026-11-26 09:41");
    assert!(paper.is_complete());
}

#[test]
fn a_rare_name_is_sent_in_four_bytes_where_the_printer_has_it() {
    let name = page(vec![text("姓㛃䶮")]);
    let bytes = encode(&Model::GENERIC_80_GB18030, &name).unwrap().bytes();
    let four = [0x82, 0x30, 0xB7, 0x31];
    assert!(bytes.windows(4).any(|window| window == four), "{bytes:02X?}");
    assert_eq!(printed(Model::GENERIC_80_GB18030, &name).text(), "姓㛃䶮\n");
    assert_eq!(printed(Model::GENERIC_80, &name).pictures().count(), 1);
    // What no font has is marked, and needs no picture on a printer that has the mark.
    for model in [Model::GENERIC_80, Model::GENERIC_80_GB18030, Model::GENERIC_80_GB2312] {
        assert_eq!(printed(model, &page(vec![text("请坐👍🏽")])).text(), "请坐〓\n", "{}", model.name);
    }
}

#[test]
fn chinese_that_is_enlarged_apart() {
    let model = Model { chinese_size: ChineseSize::Fs, ..Model::GENERIC_80 };
    let line = |text: &str, size| PaperLine::Text { text: text.into(), size, align: Align::Left, bold: false };
    let double = page(vec![line("号A1", 2), line("号", 1)]);
    let bytes = encode(&model, &double).unwrap().bytes();
    assert!(bytes.windows(6).any(|window| window == [0x1D, 0x21, 0x11, 0x1C, 0x21, 0x0C]), "{bytes:02X?}");
    let paper = printed(model, &double);
    let sizes: Vec<(u8, u8)> =
        paper.lines().flat_map(|line| &line.letters).map(|l| (l.style.across, l.style.down)).collect();
    assert_eq!(sizes, [(2, 2), (2, 2), (2, 2), (1, 1)]);
    // Three times as large is drawn; Latin letters are not.
    let paper = printed(model, &page(vec![line("号", 3), line("A1", 3)]));
    assert_eq!((paper.pictures().count(), paper.text().as_str()), (1, "A1\n"));
}

#[test]
fn a_logo_stands_above_in_bands() {
    let mut logo = font::Canvas::new(576, 300);
    (0..300).for_each(|y| logo.set(y, y));
    let encoded = encode_below(Some(&logo), &Model::GENERIC_80, &page(vec![text("A042")])).unwrap();
    let heads: Vec<&[u8]> = encoded.pieces.iter().filter(|piece| piece[1] == b'v').map(|piece| &piece[..8]).collect();
    assert_eq!(heads, [[0x1D, 0x76, 0x30, 0, 72, 0, 0, 1], [0x1D, 0x76, 0x30, 0, 72, 0, 44, 0]]);
    assert!(encoded.pieces[0].starts_with(&[0x1B, 0x40]) && encoded.pieces.last().unwrap().ends_with(&[0x56, 0x42, 0]));
}

#[test]
fn both_ways_to_cut() {
    let end = |cut| encode(&Model { cut, ..Model::GENERIC_80 }, &page(vec![text("a")])).unwrap().pieces.pop().unwrap();
    assert_eq!((end(Cut::Partial), end(Cut::Full)), (vec![0x1D, 0x56, 0x42, 0], vec![0x1D, 0x56, 0x41, 0]));
}

#[test]
fn long_texts_go_on_in_the_next_line() {
    let paper = printed(Model::GENERIC_58, &page(vec![text(&"前面还有三位".repeat(4)), PaperLine::Rule]));
    let lines: Vec<String> = paper.lines().map(Line::text).collect();
    assert_eq!(lines[0].chars().count(), 16);
    assert_eq!(lines[1].chars().count(), 8);
    assert_eq!(lines[2], "─".repeat(16));
    assert!(paper.lines().all(|line| line.dots() <= 384));
}

fn line() -> impl Strategy<Value = PaperLine> {
    let words = "[ -~]{0,40}|[一-龥，。！ 0-9]{0,30}|[ぁ-んА-Яα-ω]{0,10}|\\PC{0,12}";
    let align = prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)];
    prop_oneof![
        4 => (words, 1_u8..=8, align, any::<bool>())
            .prop_map(|(text, size, align, bold)| PaperLine::Text { text, size, align, bold }),
        1 => Just(PaperLine::Rule),
        1 => "[!-~]{1,80}".prop_map(|data| PaperLine::Qr { data }),
        1 => (1_u8..=10).prop_map(|lines| PaperLine::Feed { lines }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_page_is_printed_as_it_was_meant(lines in proptest::collection::vec(line(), 1..12), model in 0..Model::ALL.len()) {
        let model = Model::ALL[model];
        let mark = PaperLine::Text { text: "end".to_owned(), size: 1, align: Align::Left, bold: false };
        let paper = page(lines.into_iter().chain([mark]).collect());
        let all = encode(&model, &paper).unwrap();
        for piece in &all.pieces {
            prop_assert!(!piece.windows(2).any(|pair| pair[0] == 0x10 && [4, 5, 0x14].contains(&pair[1])));
        }
        let printed = printed(model, &paper);
        prop_assert!(printed.cut && !printed.broken);
        // Lines that were sent as text, put together again, are those of the page.
        let mut wanted = String::new();
        let mut codes = Vec::new();
        let mut pictures = false;
        for line in &paper.lines {
            match line {
                PaperLine::Text { text, .. } => {
                    let text = layout::shown(text, model.characters);
                    pictures |= !text.chars().all(|c| layout::printable(c, model.characters));
                    wanted.push_str(&text);
                }
                PaperLine::Rule => {
                    let (mark, count) = if layout::printable('─', model.characters) { ("─", 2) } else { ("-", 1) };
                    wanted.push_str(&mark.repeat(usize::from(model.columns) / count));
                }
                PaperLine::Qr { data } => codes.push(data.as_str()),
                PaperLine::Feed { .. } => {}
            }
        }
        prop_assert_eq!(printed.qr_codes().collect::<Vec<_>>(), codes);
        prop_assert!(printed.lines().all(|line| line.dots() <= u32::from(model.dots)));
        if pictures {
            let has_picture = printed.parts.iter().any(|part| matches!(part, Part::Picture { .. }));
            prop_assert!(has_picture);
        } else {
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&printed.text()), bare(&wanted));
        }
    }
}
