//! Speakers: what they are to say, and what became of it.
//!
//! | call | meaning |
//! |---|---|
//! | `PUT /v1/speakers/{name}/announcements/{id}` [`Call`] | queued once an id, answered when accepted: [`Speech`] |
//! | `GET /v1/speakers/{name}/announcements/{id}` | what became of it: [`Speech`] |
//! | `GET /v1/speakers/{name}/live` (WebSocket) | [`SpeakerMessage`]: each change of each call. Any number may listen |

use serde::{Deserialize, Serialize};

use super::{Device, Trouble};
use crate::board::Spoken;

/// The digits 零 to 九 in pinyin, with their tones.
pub const DIGITS: [&str; 10] = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"];
/// The other syllables that a call may have: 幺, 十 百 千, 请 到 号, 窗口, 办理.
const CHINESE: [&str; 11] =
    ["yao1", "shi2", "bai3", "qian1", "qing3", "dao4", "hao4", "chuang1", "kou3", "ban4", "li3"];
/// English numbers from 0 to 19.
pub const TO_NINETEEN: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// The English tens from 20 to 90.
pub const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// The other English words that a call may have.
const ENGLISH: [&str; 7] = ["ticket", "please", "go", "to", "window", "hundred", "thousand"];

/// Whether a word is one of the closed vocabulary: nothing else is ever given to a program that speaks. Letters from A to Z are
/// in it, said by their English names in both languages.
pub fn is_word(language: Spoken, word: &str) -> bool {
    let known: &[&[&str]] = match language {
        Spoken::Zh => &[&DIGITS, &CHINESE],
        Spoken::En => &[&TO_NINETEEN, &TENS, &ENGLISH],
    };
    known.iter().any(|words| words.contains(&word))
        || matches!(word.as_bytes(), [letter] if letter.is_ascii_uppercase())
}

/// One sentence, in both ways in which it can be said. Which is taken is the speaker's setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Its language.
    pub language: Spoken,
    /// The clips that say it, in order, such as `zh/please`.
    pub clips: Vec<String>,
    /// Its words for a program that speaks: syllables in pinyin such as `qing3`, or English words; single letters.
    pub words: Vec<String>,
}

/// A call to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Whether a chime comes first.
    #[serde(default = "yes")]
    pub chime: bool,
    /// The sentences in order, at most [`Call::MAX_SENTENCES`]. None is a chime alone.
    pub sentences: Vec<Sentence>,
    /// Silence before each sentence, in milliseconds, at most 5000.
    #[serde(default)]
    pub pause_ms: u16,
    /// It is not begun later than so many milliseconds after it was accepted, at most [`Call::MAX_EXPIRES_MS`].
    pub expires_ms: u32,
    /// How loud, in percent of what the speaker is set to.
    #[serde(default = "full")]
    pub volume: u8,
}

fn yes() -> bool {
    true
}

fn full() -> u8 {
    100
}

impl Call {
    /// Most sentences of a call: twice in two languages, and as many again.
    pub const MAX_SENTENCES: usize = 8;
    /// Most clips and most words of a sentence.
    pub const MAX_WORDS: usize = 40;
    /// Nobody wants to hear a call that is older, in milliseconds.
    pub const MAX_EXPIRES_MS: u32 = 120_000;

    /// What is wrong with it, in words for whoever sent it.
    pub fn fault(&self) -> Option<String> {
        if self.sentences.len() > Self::MAX_SENTENCES || (self.sentences.is_empty() && !self.chime) {
            return Some(format!("a call has a chime or 1 to {} sentences", Self::MAX_SENTENCES));
        }
        if self.expires_ms > Self::MAX_EXPIRES_MS || self.pause_ms > 5_000 || self.volume > 100 {
            return Some("expires_ms is at most 120000, pause_ms 5000, volume 100".into());
        }
        self.sentences.iter().find_map(Sentence::fault)
    }
}

impl Sentence {
    fn fault(&self) -> Option<String> {
        if self.clips.len() > Call::MAX_WORDS || self.words.len() > Call::MAX_WORDS {
            return Some(format!("a sentence has at most {} clips and as many words", Call::MAX_WORDS));
        }
        let is_clip = |name: &String| {
            name.split_once('/').is_some_and(|(folder, file)| {
                matches!(folder, "zh" | "en")
                    && (1..=32).contains(&file.len())
                    && file.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            })
        };
        if let Some(name) = self.clips.iter().find(|name| !is_clip(name)) {
            return Some(format!("{name:?} is no name of a clip, such as zh/please"));
        }
        let word = self.words.iter().find(|word| !is_word(self.language, word));
        word.map(|word| format!("{word:?} is no word of calls"))
    }
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpeechState {
    /// Others are said before it.
    Waiting,
    /// It is being said.
    Speaking,
    /// It was said to its end.
    Said,
    /// Its time was over before it could begin, or too many waited behind it. It will not be said.
    Expired,
    /// It could not be said, or not to its end. It will not be said again.
    Failed,
}

impl SpeechState {
    /// Whether nothing more will become of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Said | Self::Expired | Self::Failed)
    }
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    /// How far it is.
    pub state: SpeechState,
    /// Why it failed.
    pub why: Option<Trouble>,
}

/// `GET /v1/speakers/{name}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum SpeakerMessage {
    /// A call is further.
    #[serde(rename = "speech.changed")]
    Speech {
        /// Which.
        id: String,
        /// How far it is.
        #[serde(flatten)]
        speech: Speech,
    },
    /// How the speaker is: at the start, and after each change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The speaker.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(clips: &[&str], words: &[&str]) -> Call {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        let sentence = Sentence { language: Spoken::Zh, clips: owned(clips), words: owned(words) };
        Call { chime: true, sentences: vec![sentence], pause_ms: 350, expires_ms: 10_000, volume: 100 }
    }

    #[test]
    fn nothing_but_the_vocabulary_is_taken() {
        assert_eq!(call(&["zh/please", "zh/A"], &["qing3", "A", "ling2"]).fault(), None);
        for word in ["", "a", "AB", "qing", "qing3 ", "--help", "-w", "请", "qing3;ls", "ticket"] {
            assert!(call(&[], &[word]).fault().is_some(), "{word:?}");
        }
        for clip in ["", "please", "zh/", "zh/../a", "fr/a", "zh/a.wav", "/zh/a", "zh/a/b"] {
            assert!(call(&[clip], &[]).fault().is_some(), "{clip:?}");
        }
        assert!(is_word(Spoken::En, "ticket") && is_word(Spoken::En, "A") && !is_word(Spoken::En, "qing3"));
        assert!(Call { expires_ms: 120_001, ..call(&[], &[]) }.fault().is_some());
        assert!(Call { chime: false, sentences: vec![], ..call(&[], &[]) }.fault().is_some());
        assert!(call(&["zh/A"; 41], &[]).fault().is_some());
    }

    #[test]
    fn the_texts_are_those_that_were_agreed() {
        let call: Call = serde_json::from_str(
            r#"{"sentences":[{"language":"zh","clips":["zh/please"],"words":["qing3"]}],"expires_ms":5000}"#,
        )
        .unwrap();
        assert!(call.chime && call.volume == 100);
        let speech = Speech { state: SpeechState::Said, why: None };
        assert_eq!(
            serde_json::to_string(&SpeakerMessage::Speech { id: "a-1".into(), speech }).unwrap(),
            r#"{"type":"speech.changed","id":"a-1","state":"said","why":null}"#
        );
    }
}
