//! What a call sounds like: sentences, and the clips that say exactly what stands in them.
//!
//! A ticket's number is said character by character (`A001`: A 零 零 一), a window's number as people say numbers (`12`:
//! 十二, `210`: 二百一十), so that the two are not mixed up by the ear.

use protocol::board::{Announcement, Saying, Spoken};
use serde::{Deserialize, Serialize};

use crate::clips;

/// Silence before each sentence, in milliseconds.
const PAUSE_MS: u32 = 350;

/// How a hall wants its calls to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// In English after each Chinese sentence.
    pub english: bool,
    /// 1 in the number of a ticket is 幺, as on the telephone, and not 一.
    pub yao: bool,
}

/// A call to be spoken: twice, or in a rush once and in Chinese alone. Its limits are for the caller to set.
pub fn announcement(id: u64, number: &str, window: u16, options: Options, rush: bool) -> Announcement {
    let mut once = vec![chinese(number, window, options)];
    if options.english && !rush {
        once.push(english(number, window));
    }
    let times = if rush { 1 } else { 2 };
    Announcement {
        id,
        number: number.to_owned(),
        window,
        chime: clips::CHIME.to_owned(),
        sayings: once.iter().cycle().take(once.len() * times).cloned().collect(),
        pause_ms: PAUSE_MS,
        limit_ms: 0,
        expires_ms: 0,
    }
}

/// How long an announcement takes, in milliseconds.
pub fn duration_ms(announcement: &Announcement) -> u64 {
    let clips = announcement.sayings.iter().flat_map(|saying| &saying.clips).map(String::as_str);
    let spoken: u64 = clips.chain([announcement.chime.as_str()]).map(clips::duration_ms).sum();
    spoken + announcement.sayings.len() as u64 * u64::from(announcement.pause_ms)
}

/// 请A001号到12号窗口办理。
pub fn chinese(number: &str, window: u16, options: Options) -> Saying {
    let mut clips = vec!["zh/please".to_owned()];
    clips.extend(number.chars().filter(char::is_ascii_alphanumeric).map(|c| match c {
        '1' if options.yao => "zh/yao".to_owned(),
        c => format!("zh/{}", c.to_ascii_uppercase()),
    }));
    clips.push("zh/number-to".to_owned());
    clips.extend(chinese_numeral(window).into_iter().map(|word| format!("zh/{word}")));
    clips.push("zh/window-service".to_owned());
    Saying { language: Spoken::Zh, text: format!("请{number}号到{window}号窗口办理"), clips }
}

/// Ticket A001, please go to window 12.
pub fn english(number: &str, window: u16) -> Saying {
    let mut clips = vec!["en/ticket".to_owned()];
    clips.extend(number.chars().filter(char::is_ascii_alphanumeric).map(|c| format!("en/{}", c.to_ascii_uppercase())));
    clips.push("en/please-go-to-window".to_owned());
    clips.extend(english_numeral(window).into_iter().map(|word| format!("en/{word}")));
    Saying { language: Spoken::En, text: format!("Ticket {number}, please go to window {window}"), clips }
}

/// 105 → 1 百 0 5, 12 → 十 2: the names of the clips below `zh/`, for 1 to 9999.
fn chinese_numeral(number: u16) -> Vec<String> {
    let mut words = Vec::new();
    let mut gap = false;
    for (unit, name) in [(1000, Some("thousand")), (100, Some("hundred")), (10, Some("ten")), (1, None)] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !words.is_empty() {
            words.push("0".to_owned());
        }
        gap = false;
        // 十二, but 一百一十二.
        if !(unit == 10 && digit == 1 && words.is_empty()) {
            words.push(digit.to_string());
        }
        words.extend(name.map(str::to_owned));
    }
    words
}

/// 112 → one hundred twelve: the names of the clips below `en/`, for 1 to 9999.
fn english_numeral(number: u16) -> Vec<String> {
    let mut words = Vec::new();
    for (unit, name) in [(1000, "thousand"), (100, "hundred")] {
        let digit = number / unit % 10;
        if digit > 0 {
            words.extend([digit.to_string(), name.to_owned()]);
        }
    }
    match number % 100 {
        0 => {}
        small @ 1..20 => words.push(small.to_string()),
        large => {
            words.push((large / 10 * 10).to_string());
            if !large.is_multiple_of(10) {
                words.push((large % 10).to_string());
            }
        }
    }
    words
}
