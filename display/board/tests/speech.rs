//! What is heard is what is written: clips read back give the sentence, for every number and every window.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

use board::speech::{announcement, chinese, duration_ms, english};
use board::{Options, clips};
use proptest::prelude::*;

/// What somebody would write down who hears these clips.
fn heard(clips: &[String]) -> String {
    let mut text = String::new();
    let mut numeral: Option<u32> = None;
    let mut pending = 0;
    let mut spelling = true;
    for clip in clips {
        let word = clip.split_once('/').unwrap().1;
        match (clip.as_str(), word) {
            ("zh/please", _) => text.push('请'),
            ("en/ticket", _) => text.push_str("Ticket "),
            ("zh/number-to", _) => {
                text.push_str("号到");
                spelling = false;
            }
            ("en/please-go-to-window", _) => {
                text.push_str(", please go to window ");
                spelling = false;
            }
            ("zh/window-service", _) => {
                text.push_str(&(numeral.take().unwrap_or(0) + std::mem::take(&mut pending)).to_string());
                text.push_str("号窗口办理");
            }
            ("zh/yao", _) => text.push('1'),
            (_, "ten" | "hundred" | "thousand") => {
                let unit = match word {
                    "ten" => 10,
                    "hundred" => 100,
                    _ => 1000,
                };
                // 十 alone is one ten.
                let count = std::mem::take(&mut pending).max(1);
                numeral = Some(numeral.unwrap_or(0) + count * unit);
            }
            (_, word) if spelling => text.push_str(word),
            (_, word) => pending += word.parse::<u32>().unwrap(),
        }
    }
    if clips[0].starts_with("en/") {
        text.push_str(&(numeral.unwrap_or(0) + pending).to_string());
    }
    text
}

proptest! {
    #[test]
    fn text_equals_audio(
        number in "[A-HJ-NP-Z]{1,2}[0-9]{3,5}",
        window in 1_u16..=9999,
        yao: bool,
    ) {
        let known = clips::all();
        let saying = chinese(&number, window, Options { english: true, yao });
        prop_assert_eq!(heard(&saying.clips), saying.text.clone());
        prop_assert_eq!(saying.clips.iter().any(|clip| clip == "zh/yao"), yao && number.contains('1'));
        let other = english(&number, window);
        prop_assert_eq!(heard(&other.clips), other.text.clone());
        for clip in saying.clips.iter().chain(&other.clips) {
            prop_assert!(known.contains(clip), "{} is no clip", clip);
        }
    }
}

#[test]
fn windows_are_said_as_people_say_numbers() {
    let said = |window| {
        let clips = chinese("A001", window, Options::default()).clips;
        let from = clips.iter().position(|clip| clip == "zh/number-to").unwrap();
        clips[from + 1..clips.len() - 1].iter().map(|clip| clip.replace("zh/", "")).collect::<Vec<_>>().join(" ")
    };
    let table = [
        (1, "1"),
        (10, "ten"),
        (12, "ten 2"),
        (20, "2 ten"),
        (99, "9 ten 9"),
        (100, "1 hundred"),
        (105, "1 hundred 0 5"),
        (112, "1 hundred 1 ten 2"),
        (210, "2 hundred 1 ten"),
        (1001, "1 thousand 0 1"),
        (1010, "1 thousand 0 1 ten"),
        (9000, "9 thousand"),
    ];
    for (window, words) in table {
        assert_eq!(said(window), words, "{window}");
    }
}

#[test]
fn the_sentence_is_the_one_that_halls_use() {
    let one = announcement(7, "A001", 12, Options { english: true, yao: true }, false);
    assert_eq!(one.sayings.len(), 4);
    assert_eq!(one.sayings[0].text, "请A001号到12号窗口办理");
    assert_eq!(
        one.sayings[0].clips.join(" "),
        "zh/please zh/A zh/0 zh/0 zh/yao zh/number-to zh/ten zh/2 zh/window-service"
    );
    assert_eq!(one.sayings[1].text, "Ticket A001, please go to window 12");
    assert_eq!(one.sayings[0], one.sayings[2]);
    let rush = announcement(8, "A001", 12, Options { english: true, yao: false }, true);
    assert_eq!(rush.sayings.len(), 1);
    let length = duration_ms(&rush);
    assert!((3_000..9_000).contains(&length), "a call takes {length} ms");
}
