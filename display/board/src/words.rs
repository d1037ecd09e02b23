//! The words of a sentence for a program that speaks, one by one from its clips, so that both say the same: syllables in pinyin
//! with their tones, or English words, and letters.
//!
//! Characters are given to no program: Debian's `espeak-ng` spells most of them in English. Every word here is one of the closed
//! vocabulary of [`protocol::bridge::speakers`].

use protocol::board::{Saying, Spoken};
use protocol::bridge::speakers::{DIGITS, TENS, TO_NINETEEN};

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The words of a sentence; none where a clip of it is not known.
pub fn words(saying: &Saying) -> Option<Vec<&'static str>> {
    let mut all = Vec::new();
    for clip in &saying.clips {
        all.extend(of_clip(saying.language, clip.split_once('/')?.1)?);
    }
    Some(all)
}

fn of_clip(language: Spoken, name: &str) -> Option<Vec<&'static str>> {
    if let [letter @ b'A'..=b'Z'] = name.as_bytes() {
        let at = usize::from(letter - b'A');
        return Some(vec![&LETTERS[at..=at]]);
    }
    let number = || name.parse::<usize>().ok();
    Some(match (language, name) {
        (Spoken::Zh, "please") => vec!["qing3"],
        (Spoken::Zh, "yao") => vec!["yao1"],
        (Spoken::Zh, "number-to") => vec!["hao4", "dao4"],
        (Spoken::Zh, "window-service") => vec!["hao4", "chuang1", "kou3", "ban4", "li3"],
        (Spoken::Zh, "ten") => vec!["shi2"],
        (Spoken::Zh, "hundred") => vec!["bai3"],
        (Spoken::Zh, "thousand") => vec!["qian1"],
        (Spoken::Zh, _) => vec![*DIGITS.get(number()?)?],
        (Spoken::En, "ticket") => vec!["ticket"],
        (Spoken::En, "please-go-to-window") => vec!["please", "go", "to", "window"],
        (Spoken::En, "hundred") => vec!["hundred"],
        (Spoken::En, "thousand") => vec!["thousand"],
        (Spoken::En, _) => match number()? {
            small @ 0..20 => vec![TO_NINETEEN[small]],
            tens if tens.is_multiple_of(10) => vec![*TENS.get(tens / 10 - 2)?],
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use protocol::bridge::speakers::is_word;

    use super::*;
    use crate::clips;
    use crate::speech::{Options, chinese, english};

    fn pinyin(number: &str, window: u16, yao: bool) -> String {
        words(&chinese(number, window, Options { english: false, yao })).unwrap().join(" ")
    }

    #[test]
    fn calls_are_said_as_halls_say_them() {
        let table = [
            ("A042", 3, "qing3 A ling2 si4 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"),
            ("B120", 12, "qing3 B yi1 er4 ling2 hao4 dao4 shi2 er4 hao4 chuang1 kou3 ban4 li3"),
            ("VIP9", 103, "qing3 V I P jiu3 hao4 dao4 yi1 bai3 ling2 san1 hao4 chuang1 kou3 ban4 li3"),
            ("A7", 20, "qing3 A qi1 hao4 dao4 er4 shi2 hao4 chuang1 kou3 ban4 li3"),
            ("A7", 1010, "qing3 A qi1 hao4 dao4 yi1 qian1 ling2 yi1 shi2 hao4 chuang1 kou3 ban4 li3"),
        ];
        for (number, window, said) in table {
            assert_eq!(pinyin(number, window, false), said);
        }
        // 幺 in the ticket's number, never in the window's.
        assert_eq!(pinyin("A101", 11, true), "qing3 A yao1 ling2 yao1 hao4 dao4 shi2 yi1 hao4 chuang1 kou3 ban4 li3");
        let said = words(&english("A013", 142)).unwrap().join(" ");
        assert_eq!(said, "ticket A zero one three please go to window one hundred forty two");
    }

    #[test]
    fn every_clip_has_words_of_the_vocabulary() {
        for name in clips::all().into_iter().filter(|name| name != clips::CHIME) {
            let (folder, word) = name.split_once('/').unwrap();
            let language = if folder == "zh" { Spoken::Zh } else { Spoken::En };
            let words = of_clip(language, word).unwrap_or_else(|| panic!("{name} has no words"));
            assert!(!words.is_empty() && words.iter().all(|word| is_word(language, word)), "{name}: {words:?}");
        }
        for unknown in ["", "a", "AB", "21", "100", "11x", "号"] {
            assert_eq!(of_clip(Spoken::Zh, unknown), None, "{unknown}");
            assert_eq!(of_clip(Spoken::En, unknown), None, "{unknown}");
        }
    }
}
