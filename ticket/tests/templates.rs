//! Any template on any paper: what is printed fits, nothing panics, and the number is always there.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

use hall::Settings;
use hall::settings::HallFile;
use hall::settings::ticket::{TicketPart, TicketTemplate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use protocol::bridge::{Paper, PaperLine};
use protocol::kiosk::Place;
use protocol::ticket::NoteKind;
use protocol::{Eta, Text};
use ticket::{Setter, Values, width};

const LINK: &str = "https://hall.invalid/t/0123456789abcdef0123456789abcdef";

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

fn values() -> Values {
    Values {
        hall: text("宁波市鄞州区政务服务中心", "Yinzhou District Government Service Centre, Ningbo"),
        service: text("企业设立登记（企业开办一件事）", "Company registration (one-stop start-up)"),
        place: Place {
            zone: Some("A".into()),
            name: Some(text("企业开办与注册", "Business Registration")),
            windows: "1–21, 23".into(),
        },
        number: "A012".into(),
        class: "elder".into(),
        ahead: 3,
        eta: Some(Eta { low_s: 310, median_s: 480, high_s: 890 }),
        business_date: "2026-11-23".into(),
        issued_at: "2026-11-23T09:41:07.123+08:00".into(),
        link: Some(LINK.into()),
        copy: 0,
        printed_at: "2026-11-23T09:45:00+08:00".into(),
    }
}

fn template(toml: &str) -> TicketTemplate {
    toml::from_str(toml).unwrap()
}

/// A ticket as text: size, letters, and an asterisk where they are bold.
fn drawn(template: &TicketTemplate, values: &Values, columns: usize) -> String {
    let rows = Setter::new().unwrap().set(template, values, columns).rows;
    let row = |row: &PaperLine| match row {
        PaperLine::Text { text, size, bold, .. } => format!("{size}{} {text}", if *bold { "*" } else { "" }),
        PaperLine::Rule => "rule".into(),
        PaperLine::Qr { .. } => "qr".into(),
        PaperLine::Feed { lines } => "\n".repeat(usize::from(*lines) - 1),
    };
    rows.iter().map(|one| row(&one.row)).collect::<Vec<_>>().join("\n")
}

const OWN: &str = r#"
header = { zh = "鄞州大厅", en = "Yinzhou Hall" }
notice = { zh = "请提前备齐材料", en = "Please have your documents ready" }
date = "chinese"
lines = [
  { part = "header", size = 2, bold = true },
  { part = "text", text = { zh = "惠风东路 568 号", en = "568 Huifeng East Road" }, align = "center" },
  { part = "rule" },
  { part = "number", size = 6 },
  { part = "service", size = 1 },
  { part = "ahead", bold = false },
  { part = "feed", feed = 2 },
  { part = "notice" },
  { part = "time", align = "right" },
]
"#;

#[test]
fn a_hall_has_a_ticket_of_its_own() {
    let template = template(OWN);
    template.check(4).unwrap();
    let wanted = "\
2* 鄞州大厅
2* Yinzhou Hall
1* 惠风东路 568 号
1 568 Huifeng East Road
rule
6* A012
1* 企业设立登记（企业开办一件事）
1 Company registration (one-stop start-up)
1 前面等待 3 人
1 3 people ahead of you


1* 请提前备齐材料
1 Please have your documents ready
1 取号 2026年11月23日 09:41";
    assert_eq!(drawn(&template, &values(), 48), wanted);
}

#[test]
fn a_hall_may_speak_one_language() {
    let mut template = template(OWN);
    template.languages.truncate(1);
    let zh = drawn(&template, &values(), 32);
    assert!(zh.contains("人") && !zh.contains("people") && !zh.contains("Yinzhou"), "{zh}");
    let english = TicketTemplate { lines: Vec::new(), notice: None, ..self::template("languages = [\"en\"]") };
    let en = drawn(&english, &values(), 32);
    let head = "1* Yinzhou District Government\n1* Service Centre, Ningbo\n\n1 Your number\n8* A012\n";
    assert!(en.starts_with(head), "{en}");
    assert!(en.is_ascii(), "{en}");
    assert!(en.ends_with("\n1 Issued 2026-11-23 09:41\n1 Valid today only"), "{en}");
}

#[test]
fn a_copy_is_marked_whatever_the_template_says() {
    let template = template("languages = [\"en\"]\nlines = [{ part = \"number\" }]");
    let copy = Values { copy: 2, ..values() };
    assert_eq!(drawn(&template, &copy, 48), "2* 补打 REPRINT\n1* 第 2 次补打 09:45\n1 Copy 2, 09:45\n8* A012");
}

#[test]
fn what_gives_way_is_said_with_its_line() {
    let template = template(
        "notice = \"请提前备齐材料，谢谢您的配合\"\nlines = [{ part = \"notice\", size = 3 }, { part = \"number\", size = 8 }, { part = \"text\", text = \"Donaudampfschifffahrtsgesellschaft\" }]",
    );
    let wide = Values { number: "AB1000".into(), ..values() };
    let set = Setter::new().unwrap().set(&template, &wide, 32);
    let notes: Vec<_> = set.notes.iter().map(|note| (note.line, note.kind, note.rows)).collect();
    assert_eq!(notes, [(0, NoteKind::Wrapped, 3), (1, NoteKind::Shrunk, 5), (2, NoteKind::Parted, 2)]);
    assert_eq!(set.notes[0].at, "请提前备齐");
    let long = Values { link: Some("x".repeat(600)), ..values() };
    let set = Setter::new().unwrap().set(&self::template("lines = [{ part = \"qr\" }]"), &long, 32);
    assert_eq!((set.rows.len(), set.notes[0].kind), (0, NoteKind::QrTooLong));
}

#[test]
fn nothing_is_filled_into_texts_of_the_hall() {
    let template = template("lines = [{ part = \"number\" }, { part = \"text\", text = \"{ $name } {person}\" }]");
    assert_eq!(drawn(&template, &values(), 48), "8* A012\n1* { $name } {person}");
    let names: Vec<&str> = TicketPart::ALL.iter().map(|part| part.name()).collect();
    assert!(!names.iter().any(|name| name.contains("name") || name.contains("person") || name.contains("document")));
}

/// A hall whose template is commented out in its file, as an example.
#[test]
fn the_example_of_the_full_hall_is_good() {
    let file = include_str!("../../halls/yinzhou.toml");
    let at = file.find("# [ticket]").unwrap();
    let example = file[at..].lines().take_while(|line| line.starts_with("# ")).map(|line| &line[2..]);
    let example: Vec<&str> = example.collect();
    let hall: HallFile = toml::from_str(&format!("{file}\n{}", example.join("\n"))).unwrap();
    let settings = Settings::try_from(hall).unwrap();
    let setter = Setter::new().unwrap();
    let template = settings.ticket().unwrap();
    assert!(template.notice.is_some() && template.lines.len() > 10);
    let plain = TicketTemplate::plain();
    for columns in [48, 42, 32] {
        for template in [template, &plain] {
            let notes = ticket::notes(&setter, template, &settings, columns);
            assert!(notes.iter().all(|note| note.kind == NoteKind::Wrapped), "{columns}: {notes:#?}");
        }
    }
}

fn name() -> impl Strategy<Value = toml::Value> {
    let own = "[ -~一-鿿，。（）]{0,130}";
    (own, own).prop_map(|(zh, en)| {
        let each = [("zh".to_owned(), toml::Value::from(zh)), ("en".to_owned(), en.into())];
        toml::Value::Table(each.into_iter().collect())
    })
}

/// Lines of any parts, sizes and texts, sensible or not.
fn any_template() -> impl Strategy<Value = TicketTemplate> {
    let part = proptest::sample::select(TicketPart::ALL.map(TicketPart::name).to_vec());
    let align = proptest::sample::select(vec!["left", "center", "right"]);
    let line = (
        part,
        option::of(any::<u8>()),
        option::of(align),
        option::of(any::<bool>()),
        option::of(name()),
        any::<Option<u8>>(),
    );
    let line = line.prop_map(|(part, size, align, bold, text, feed)| {
        let mut line = toml::Table::new();
        line.insert("part".into(), part.into());
        let mut put = |key: &str, value: Option<toml::Value>| value.and_then(|value| line.insert(key.into(), value));
        put("size", size.map(|size| i64::from(size).into()));
        put("align", align.map(Into::into));
        put("bold", bold.map(Into::into));
        put("text", text);
        put("feed", feed.map(|feed| i64::from(feed).into()));
        toml::Value::Table(line)
    });
    let languages = proptest::sample::select(vec![vec!["zh"], vec!["en"], vec!["zh", "en"], vec!["en", "zh"], vec![]]);
    (option::of(name()), option::of(name()), languages, vec(line, 0..60)).prop_map(
        |(header, notice, languages, lines)| {
            let mut table = toml::Table::new();
            let mut put =
                |key: &str, value: Option<toml::Value>| value.and_then(|value| table.insert(key.into(), value));
            put("header", header);
            put("notice", notice);
            put("languages", Some(languages.into_iter().map(toml::Value::from).collect::<Vec<_>>().into()));
            put("lines", Some(lines.into()));
            table.try_into().unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Also templates that a hall file would be refused for: a kiosk prints what it was given.
    #[test]
    fn everything_fits_the_paper(
        template in any_template(), columns in 0_usize..70, number in "[A-HJ-NP-Z]{1,2}[0-9]{3,9}", copy in 0_u32..3,
        service in "[ -~一-鿿]{0,80}", link in option::of("[a-z]{0,600}"),
    ) {
        let values = Values { number: number.clone(), copy, service: text(&service, &service), link, ..values() };
        let set = Setter::new().unwrap().set(&template, &values, columns);
        prop_assert!(set.rows.len() <= Paper::MAX_LINES);
        for row in &set.rows {
            match &row.row {
                PaperLine::Text { text, size, .. } => {
                    prop_assert!((1..=8).contains(size) && !text.is_empty() && text.len() <= Paper::MAX_TEXT);
                    prop_assert!(width(text) * usize::from(*size) <= columns.max(24), "{text:?} of size {size}");
                    prop_assert!(!text.contains(char::is_control));
                }
                PaperLine::Feed { lines } => prop_assert!((1..=10).contains(lines)),
                PaperLine::Qr { data } => prop_assert!((1..=Paper::MAX_TEXT).contains(&data.len())),
                PaperLine::Rule => {}
            }
        }
        let marked = set.rows.iter().any(|row| matches!(&row.row, PaperLine::Text { text, .. } if text.contains("补打")));
        let first = template.lines().iter().position(|line| line.part == TicketPart::Reprint).is_none_or(|at| at == 0);
        prop_assert!(!first || marked == (copy > 0) || service.contains("补打"));
    }

    /// A template that is within its limits prints the number in one row, at the size it was given.
    #[test]
    fn a_good_template_prints_its_number(template in any_template(), columns in proptest::sample::select(vec![48_usize, 42, 32])) {
        let good = template.check(4).is_ok();
        let set = Setter::new().unwrap().set(&template, &values(), columns);
        if good && !set.notes.iter().any(|note| note.kind == NoteKind::TooLong) {
            let numbers = set.rows.iter().filter(|row| matches!(&row.row, PaperLine::Text { text, .. } if text == "A012"));
            prop_assert_eq!(numbers.count(), 1);
            prop_assert!(!set.notes.iter().any(|note| note.kind == NoteKind::Shrunk));
        }
    }
}
