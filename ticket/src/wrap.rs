//! Columns of a text, and where its rows end.

/// Columns a text takes: what the printer finds in its Chinese letters takes two.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(letter: char) -> usize {
    if letter.is_ascii() { 1 } else { 2 }
}

/// A text in rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrapped {
    /// Each at most as wide as it may be.
    pub rows: Vec<String>,
    /// Whether a Latin word was too long for a row and had to be parted.
    pub parted: bool,
}

/// Rows of at most so many columns: words stay whole where they can, Chinese is parted anywhere but before a mark.
pub fn wrap(text: &str, most: usize) -> Wrapped {
    let mut wrapped = Wrapped::default();
    let mut row = String::new();
    for piece in pieces(text) {
        if width(&row) + width(piece.trim_end()) > most && !row.trim().is_empty() {
            wrapped.rows.push(std::mem::take(&mut row).trim_end().to_owned());
        }
        for letter in piece.chars() {
            if width(&row) + columns(letter) > most {
                if letter == ' ' {
                    continue;
                }
                let word = |letter: char| letter.is_ascii() && letter != ' ';
                wrapped.parted |= word(letter) && row.chars().next_back().is_some_and(word);
                wrapped.rows.push(std::mem::take(&mut row).trim_end().to_owned());
            }
            if !(row.is_empty() && letter == ' ') {
                row.push(letter);
            }
        }
    }
    if !row.trim().is_empty() {
        wrapped.rows.push(row.trim_end().to_owned());
    }
    wrapped
}

/// What is parted last: a Latin word with the space after it, a Chinese character with the marks after it, an aside in
/// brackets.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    let mut aside = false;
    for letter in text.chars() {
        let joins = before.is_some_and(|before| {
            let mark = "，。：；！？、）》”’".contains(letter);
            let within = before.is_ascii() && letter.is_ascii() && before != ' ';
            mark || within || aside || letter == ' ' || "《“‘".contains(before)
        });
        aside = letter == '（' || aside && letter != '）';
        match pieces.last_mut() {
            Some(last) if joins => last.push(letter),
            _ => pieces.push(letter.to_string()),
        }
        before = Some(letter);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn words_stay_whole_and_marks_begin_no_line() {
        assert_eq!(wrap("请到导服台，谢谢", 10).rows, ["请到导服", "台，谢谢"]);
        assert_eq!(wrap("one two three", 8).rows, ["one two", "three"]);
        assert!(!wrap("one two three", 8).parted && !wrap("请到导服台", 6).parted);
        assert_eq!(wrap("Donaudampfschiff", 6).rows, ["Donaud", "ampfsc", "hiff"]);
        assert!(wrap("Donaudampfschiff", 6).parted);
        assert!(wrap("  ", 6).rows.is_empty());
    }
}
