//! The closed vocabulary of announcements: every clip there is, and how long it takes.
//!
//! `cargo xtask clips` speaks them into `web/public/sounds`; a hall puts recordings of its own in their place, under the
//! same names.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Before each announcement.
pub const CHIME: &str = "chime";
/// Where a clip's length is not known.
const TYPICAL_MS: u64 = 700;

/// Clips that both languages have: the characters of a ticket's number.
const CHARACTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Other Chinese clips: 请, 幺, 号到, 号窗口办理, 十, 百, 千.
const CHINESE: [&str; 7] = ["please", "yao", "number-to", "window-service", "ten", "hundred", "thousand"];
/// Other English clips. Numbers to nineteen, and the tens, are words of their own.
const ENGLISH: [&str; 22] = [
    "ticket",
    "please-go-to-window",
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "17",
    "18",
    "19",
    "20",
    "30",
    "40",
    "50",
    "60",
    "70",
    "80",
    "90",
    "hundred",
    "thousand",
];

/// The name of every clip, such as `zh/please`: its file below `web/public/sounds`, without the ending.
pub fn all() -> Vec<String> {
    let characters = |language: &'static str| CHARACTERS.chars().map(move |c| format!("{language}/{c}"));
    let chinese = characters("zh").chain(CHINESE.iter().map(|name| format!("zh/{name}")));
    let english = characters("en").chain(ENGLISH.iter().map(|name| format!("en/{name}")));
    [CHIME.to_owned()].into_iter().chain(chinese).chain(english).collect()
}

/// Milliseconds of each clip, by name, as they were measured when the clips were made.
static DURATIONS: LazyLock<HashMap<String, u64>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../web/public/sounds/clips.json")).unwrap_or_default());

/// How long a clip takes, in milliseconds.
pub fn duration_ms(name: &str) -> u64 {
    DURATIONS.get(name).copied().unwrap_or(TYPICAL_MS)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_clip_is_there_with_its_length() {
        let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/public/sounds");
        for name in all() {
            let file = sounds.join(format!("{name}.mp3"));
            assert!(file.metadata().is_ok_and(|file| file.len() > 400), "{} is missing", file.display());
            let ms = DURATIONS.get(&name).copied().unwrap_or_default();
            assert!((80..3000).contains(&ms), "{name} takes {ms} ms");
        }
        assert_eq!(DURATIONS.len(), all().len(), "no others are measured");
    }
}
