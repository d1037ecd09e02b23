//! Texts as dots, for signs without a font of their own: letters of 16 dots, half as wide in ASCII.

use font::Canvas;
use protocol::bridge::SignDots;

/// What stands behind a text that was cut off.
const MORE: char = '…';
/// Dots of a column: a Latin character.
const COLUMN: usize = 8;

/// Draws the lines of a text on so many columns, each line in the middle. One that is too wide begins at the left and ends in a
/// mark, so that nobody takes half a number for a whole one.
pub fn draw(text: &str, columns: usize) -> SignDots {
    let lines: Vec<&str> = text.split('\n').collect();
    let width = columns * COLUMN;
    let mut canvas = Canvas::new(width, lines.len() * font::HEIGHT);
    for (at, line) in lines.iter().enumerate() {
        let line = fitted(line, width);
        let left = (width - wide(&line).min(width)) / 2;
        canvas.text(left, at * font::HEIGHT, &line);
    }
    let (width, height) = (canvas.width() as u16, canvas.rows() as u16);
    SignDots::draw(width, height, |x, y| canvas.is_set(usize::from(x), usize::from(y)))
}

/// As much of a line as there is room for.
fn fitted(line: &str, width: usize) -> String {
    if wide(line) <= width {
        return line.to_owned();
    }
    let mut shown = String::new();
    for c in line.chars() {
        if wide(&shown) + dots(c) + dots(MORE) > width {
            break;
        }
        shown.push(c);
    }
    shown.push(MORE);
    shown
}

fn wide(text: &str) -> usize {
    text.chars().map(dots).sum()
}

fn dots(c: char) -> usize {
    font::glyph_or_mark(c).width()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(dots: &SignDots) -> Vec<String> {
        let bytes = dots.bytes().unwrap();
        let row = |row: &[u8]| row.iter().map(|byte| format!("{byte:08b}")).collect::<Vec<_>>().concat();
        bytes.chunks(usize::from(dots.width).div_ceil(8)).map(row).collect()
    }

    /// How a letter looks in a row.
    fn letter(c: char, y: usize) -> String {
        let glyph = font::glyph_or_mark(c);
        (0..glyph.width()).map(|x| if glyph.is_set(x, y) { '1' } else { '0' }).collect()
    }

    #[test]
    fn what_fits_stands_in_the_middle() {
        let dots = draw("A3号", 6);
        assert_eq!((dots.width, dots.height), (48, 16));
        for (y, row) in rows(&dots).iter().enumerate() {
            let text = letter('A', y) + &letter('3', y) + &letter('号', y);
            assert_eq!(*row, format!("00000000{text}00000000"), "row {y}");
        }
        let two = draw("1\n22", 2);
        assert_eq!((two.width, two.height), (16, 32));
        assert_eq!(rows(&two)[20], letter('2', 4).repeat(2));
        assert!(rows(&draw("", 4)).iter().all(|row| !row.contains('1')));
    }

    #[test]
    fn what_does_not_fit_ends_in_a_mark() {
        assert_eq!(fitted("A042请到3号窗口", 64), "A042请…");
        assert_eq!(fitted("A042", 32), "A042");
        assert_eq!(fitted("A042", 24), "A…");
        assert_eq!(draw("A042", 3).width, 24);
        assert_eq!(draw("A042", 1).width, 8, "not even the mark");
    }
}
