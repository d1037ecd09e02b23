use protocol::bridge::PaperLine;
use protocol::{Eta, Print, Ticket};
use ticket::width;
use uuid::Uuid;

use super::*;

fn copy(number: &str, copy: u32) -> Copy {
    Copy {
        ticket: Box::new(Ticket {
            id: Uuid::nil(),
            number: number.into(),
            service: "MSA-OPEN".into(),
            class: "elder".into(),
            state: "waiting".into(),
            business_date: "2026-11-23".into(),
            issued_at: "2026-11-23T09:41:07.123+08:00".into(),
            called_at: None,
            window: None,
            ahead: 3,
            eta: Some(Eta { low_s: 310, median_s: 480, high_s: 890 }),
            call_id: None,
            calls: 0,
            print: Print { state: "printing".into(), copies: copy, printer: None },
            link: Some("http://hall.invalid/t/0123456789abcdef0123456789abcdef".into()),
        }),
        copy,
    }
}

fn facts() -> Facts {
    let text = |zh: &str, en: &str| Text { zh: zh.into(), en: en.into() };
    Facts {
        hall: text("宁波市鄞州区政务服务中心", "Yinzhou District Government Service Centre, Ningbo"),
        template: None,
        service: text("企业设立登记（企业开办一件事）", "Company registration (one-stop start-up)"),
        place: Place {
            zone: Some("A".into()),
            name: Some(text("企业开办与注册", "Business Registration")),
            windows: "1–21, 23".into(),
        },
        now: Some("2026-11-23T09:45:00+08:00".into()),
    }
}

fn printed(columns: usize, copy: &Copy, facts: &Facts) -> String {
    let paper = Printer::new(Columns(columns)).unwrap().paper(copy, facts);
    assert!(paper.lines.len() <= Paper::MAX_LINES);
    let mut lines = Vec::new();
    for line in paper.lines {
        lines.push(match line {
            PaperLine::Text { text, size, .. } => {
                assert!(width(&text) * usize::from(size) <= columns, "{text:?} is too wide");
                assert!(text.len() <= Paper::MAX_TEXT && !text.contains(char::is_control));
                format!("{size} {text}")
            }
            PaperLine::Rule => "rule".into(),
            PaperLine::Qr { data } => format!("qr {data}"),
            PaperLine::Feed { .. } => String::new(),
        });
    }
    lines.join("\n")
}

#[test]
fn a_ticket_says_all_that_its_holder_needs() {
    let text = printed(48, &copy("A012", 0), &facts());
    let wanted = "\
1 宁波市鄞州区政务服务中心
1 Yinzhou District Government Service Centre,
1 Ningbo

1 您的号码 Your number
8 A012
2 企业设立登记
2 （企业开办一件事）
1 Company registration (one-stop start-up)
1 优先：70 岁以上 Priority: aged 70 or over
rule
1 A区 企业开办与注册
1 Zone A, Business Registration
1 1-21, 23 号窗口
1 Windows 1-21, 23
1 前面等待 3 人
1 3 people ahead of you
1 预计等候 5-15 分钟
1 Estimated wait 5-15 min
rule
qr http://hall.invalid/t/0123456789abcdef0123456789abcdef
1 扫码查看排队进度 Scan to follow your place

1 请留意叫号。过号请到导服台，当日可重新排入。
1 Missed your call? Ask at the reception desk: it
1 can be called again today.

1 取号 2026-11-23 09:41
1 本号当日有效 Valid today only";
    assert_eq!(text, wanted);
}

#[test]
fn narrow_paper_loses_nothing() {
    let squeeze = |text: &str| {
        let letters = text.lines().flat_map(|line| line.split_once(' ').map_or(line, |(_, text)| text).chars());
        letters.filter(|letter| *letter != ' ').collect::<String>()
    };
    for number in ["A012", "A1000", "AB12345"] {
        let (wide, narrow) = (printed(48, &copy(number, 0), &facts()), printed(32, &copy(number, 0), &facts()));
        assert_eq!(squeeze(&wide), squeeze(&narrow));
    }
    assert!(printed(32, &copy("A012", 0), &facts()).contains("8 A012"));
    assert!(printed(32, &copy("A1000", 0), &facts()).contains("6 A1000"));
}

#[test]
fn a_reprint_is_marked_with_its_time() {
    let text = printed(48, &copy("A012", 2), &facts());
    assert!(text.contains("2 补打 REPRINT\n1 第 2 次补打 09:45\n1 Copy 2, 09:45"), "{text}");
    assert!(!printed(48, &copy("A012", 0), &facts()).contains("补打"));
}

#[test]
fn an_unknown_wait_is_said_to_be_unknown() {
    let mut copy = copy("A012", 0);
    copy.ticket.eta = None;
    copy.ticket.class = "normal".into();
    copy.ticket.link = None;
    let place = Place { zone: None, name: None, windows: String::new() };
    let text = printed(48, &copy, &Facts { place, ..facts() });
    assert!(text.contains("等候时间暂时无法估计"), "{text}");
    assert!(!text.contains("qr ") && !text.contains("优先") && !text.contains("窗口"));
    copy.ticket.eta = Some(Eta { low_s: 10, median_s: 40, high_s: 61 });
    assert!(printed(48, &copy, &facts()).contains("预计等候不到 2 分钟"));
}
