//! Lines of a text on paper of a given width.

use encoding_rs::GB18030;

use super::model::Characters;

/// The two bytes of a character in GBK, or its one in ASCII; none for any other.
///
/// What GB 18030 has in four bytes counts as others, and so does what it has in two bytes that were not given away before it:
/// printers made for GBK have nothing there.
pub fn gbk(c: char) -> Option<Vec<u8>> {
    if matches!(c, ' '..='~') {
        return Some(vec![c as u8]);
    }
    let later = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{2E80}'..='\u{2EFF}' | '\u{2FF0}'..='\u{2FFF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{9FA6}'..='\u{9FFF}' | '\u{FE10}'..='\u{FE1F}' | '\u{01F9}' | '\u{1E3F}' | '€');
    if c.is_ascii() || later {
        return None;
    }
    let mut text = [0; 4];
    let (bytes, _, lost) = GB18030.encode(c.encode_utf8(&mut text));
    (!lost && bytes.len() == 2).then(|| bytes.into_owned())
}

/// Whether a printer with these characters can print this one by itself.
pub fn printable(c: char, characters: Characters) -> bool {
    if matches!(c, ' '..='~') {
        return true;
    }
    match characters {
        Characters::Ascii => false,
        Characters::Gb18030 => gbk(c).is_some() || matches!(c, '\u{3400}'..='\u{4DB5}'),
        Characters::Gbk => gbk(c).is_some(),
        Characters::Gb2312 => {
            gbk(c).is_some_and(|bytes| (0xA1..=0xF7).contains(&bytes[0]) && bytes.get(1).is_some_and(|b| *b >= 0xA1))
        }
    }
}

/// How many columns a character takes: 1 in ASCII, else 2.
pub const fn columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Marks that show nothing by themselves: left out. Among them are those that only change the colour or look of a picture
/// character before them.
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E01EF}')
}

/// A text as it can be shown at all: what is invisible is left out, and 〓 stands for what neither the printer nor our own
/// font has, such as picture characters. Everything else is as it was.
pub fn shown(text: &str, characters: Characters) -> String {
    let show = |c: char| if printable(c, characters) || font::glyph(c).is_some() { c } else { font::MISSING };
    text.chars().filter(|c| !is_invisible(*c)).map(show).collect()
}

/// Splits a text into lines of at most `room` columns, at spaces and between Chinese characters. A closing mark does not
/// begin a line and an opening one does not end it, where that can be had. Spaces at a break are dropped. Never empty.
pub fn wrap(text: &str, room: usize) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let byte = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
    let mut lines = Vec::new();
    let mut start = 0;
    loop {
        let mut used = 0;
        let fits = chars[start..].iter().take_while(|(_, c)| {
            used += columns(*c);
            used <= room
        });
        // A character that is wider than the room stands alone.
        let full = start + fits.count().max(1);
        if full >= chars.len() {
            if start < chars.len() || lines.is_empty() {
                lines.push(&text[byte(start)..]);
            }
            return lines;
        }
        let end = (start + 1..=full).rev().find(|at| may_part(chars[at - 1].1, chars[*at].1)).unwrap_or(full);
        lines.push(text[byte(start)..byte(end)].trim_end_matches(' '));
        start = end + chars[end..].iter().take_while(|(_, c)| *c == ' ').count();
    }
}

fn may_part(before: char, after: char) -> bool {
    const CLOSING: &str = "，。、！？；：）》」』】〉”’…％";
    const OPENING: &str = "（《「『【〈“‘";
    if before == ' ' || after == ' ' {
        return true;
    }
    (!before.is_ascii() || !after.is_ascii()) && !CLOSING.contains(after) && !OPENING.contains(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Characters, gbk, printable, shown, width, wrap};

    #[test]
    fn lines_break_where_people_would() {
        assert_eq!(wrap("前面还有 3 位", 48), ["前面还有 3 位"]);
        assert_eq!(
            wrap("请到二楼等候区等候，叫到号时请到窗口。", 18),
            ["请到二楼等候区等", "候，叫到号时请到窗", "口。"]
        );
        assert_eq!(wrap("please wait in area A", 11), ["please wait", "in area A"]);
        assert_eq!(wrap("please wait  in", 12), ["please wait", "in"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("ab abcdefgh", 4), ["ab", "abcd", "efgh"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("A042", 8), ["A042"]);
        assert_eq!(wrap("号A042", 4), ["号", "A042"]);
        assert_eq!(wrap("，。，。，", 4), ["，。", "，。", "，"]);
    }

    #[test]
    fn characters_of_a_printer() {
        assert_eq!(gbk('号'), Some(vec![0xBA, 0xC5]));
        assert_eq!(gbk('A'), Some(vec![0x41]));
        assert_eq!((gbk('䶮'), gbk('€')), (None, None));
        assert_eq!(gbk('𠮷'), None);
        assert_eq!(gbk('\n'), None);
        assert!(printable('镕', Characters::Gbk) && !printable('镕', Characters::Gb2312));
        assert!(printable('─', Characters::Gb2312) && !printable('号', Characters::Ascii));
    }

    #[test]
    fn rare_characters_of_names() {
        // 㛃 has four bytes, 䶮 two that GBK does not have; 𠮷 is beyond what printers of 2000 have; 〇 and 镕 are in GBK.
        assert!(['㛃', '䶮', '〇', '镕'].into_iter().all(|c| printable(c, Characters::Gb18030)));
        assert!(['㛃', '䶮'].into_iter().all(|c| !printable(c, Characters::Gbk)));
        assert!(!printable('𠮷', Characters::Gb18030));
    }

    #[test]
    fn what_nobody_can_show_is_marked() {
        assert_eq!(shown("请👍🏽坐\u{200B}下", Characters::Gbk), "请〓坐下");
        assert_eq!(shown("👨\u{200D}👩", Characters::Gbk), "〓〓");
        assert_eq!(shown("姓䶮", Characters::Gb2312), "姓䶮");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_line_fits(text in "[a-c ，。号（）]{0,60}", room in 2_usize..20) {
            let lines = wrap(&text, room);
            for line in &lines {
                prop_assert!(width(line) <= room, "{line:?}");
            }
            let all = |text: &str| text.replace(' ', "");
            prop_assert_eq!(all(&lines.concat()), all(&text));
        }
    }
}
