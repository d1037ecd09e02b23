//! Frames of the board.
//!
//! | command | data |
//! |---|---|
//! | 30 say | `01`, text |
//! | 62 show on a line | line, how it comes, how fast, how it stays, for how long, how it goes, how fast, font, how often, colour 4, background 4, length 2, text |
//! | 6E lines and voice | keep, number of lines, for each: line, how it comes, how fast, for how long, how often, colour 4, length, text, `0D` or behind the last `00`; then `0A`, length, text, `00` |
//!
//! The layouts of 62 and 6E are those that published programs send. The clock (05) is left out: its layout is in none of them.

use protocol::bridge::{SignColour, SignEffect};

use crate::frames::crc;

/// Longest text of a line, in bytes.
pub const MAX_LINE: usize = 32;
/// Most lines in a frame.
pub const MAX_LINES: usize = 4;
/// Longest text to say, in bytes.
pub const MAX_VOICE: usize = 64;
/// Before the data.
const HEAD: usize = 6;
const VERSION: u8 = 0x64;
const SAY: u8 = 0x30;
const LINE: u8 = 0x62;
const LINES: u8 = 0x6E;
/// Comes at once, and runs to the left without end.
const AT_ONCE: u8 = 0x00;
const RUNS: u8 = 0x15;
/// Seconds that a text stays before it comes again.
const STAYS: u8 = 5;
/// The font of 16 dots.
const FONT: u8 = 3;
/// Comes again without end.
const FOR_EVER: u8 = 0;
/// Before the text of a line in command 62.
const LINE_HEAD: usize = 19;

/// What stands on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineText {
    /// In which colour.
    pub colour: SignColour,
    /// How it comes.
    pub effect: SignEffect,
    /// The text in GBK.
    pub text: Vec<u8>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Says a text in GBK.
    Say(Vec<u8>),
    /// Shows a text on a line, from 0, until something else comes there.
    Line(u8, LineText),
    /// Shows several, and says something.
    Lines(Vec<(u8, LineText)>, Vec<u8>),
}

/// Why a frame is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The checksum is wrong.
    Checksum,
    /// A command that is not known.
    Command,
    /// Data that ends too early or too late, or a text that is too long.
    Length,
    /// A colour or a way to come that is not known.
    Value,
}

const fn rgb(colour: SignColour) -> [u8; 4] {
    match colour {
        SignColour::Red => [0xFF, 0, 0, 0],
        SignColour::Green => [0, 0xFF, 0, 0],
        SignColour::Yellow => [0xFF, 0xFF, 0, 0],
    }
}

const fn comes(effect: SignEffect) -> u8 {
    match effect {
        SignEffect::Still => AT_ONCE,
        SignEffect::Left => RUNS,
    }
}

/// A frame for the board of an address. Texts are cut at what a frame holds.
pub fn encode(address: u8, request: &Request) -> Vec<u8> {
    let (command, data) = match request {
        Request::Say(text) => (SAY, [&[1][..], cut(text, MAX_VOICE)].concat()),
        Request::Line(line, content) => {
            let text = cut(&content.text, MAX_LINE);
            let mut data = vec![*line, comes(content.effect), 1, 0, STAYS, 0, 1, FONT, FOR_EVER];
            data.extend_from_slice(&rgb(content.colour));
            data.extend_from_slice(&[0; 4]);
            data.extend_from_slice(&(text.len() as u16).to_le_bytes());
            data.extend_from_slice(text);
            (LINE, data)
        }
        Request::Lines(lines, voice) => {
            let lines = &lines[..lines.len().min(MAX_LINES)];
            let mut data = vec![0, lines.len() as u8];
            for (at, (line, content)) in lines.iter().enumerate() {
                let text = cut(&content.text, MAX_LINE);
                data.extend_from_slice(&[*line, comes(content.effect), 1, STAYS, FOR_EVER]);
                data.extend_from_slice(&rgb(content.colour));
                data.push(text.len() as u8);
                data.extend_from_slice(text);
                data.push(if at + 1 == lines.len() { 0 } else { 0x0D });
            }
            let voice = cut(voice, MAX_VOICE);
            data.extend_from_slice(&[0x0A, voice.len() as u8]);
            data.extend_from_slice(voice);
            data.push(0);
            (LINES, data)
        }
    };
    let mut frame = vec![address, VERSION, 0xFF, 0xFF, command, data.len() as u8];
    frame.extend_from_slice(&data);
    crc::sealed(frame)
}

fn cut(text: &[u8], most: usize) -> &[u8] {
    &text[..text.len().min(most)]
}

/// Reads a whole frame.
pub fn decode(frame: &[u8]) -> Result<(u8, Request), Fault> {
    let length = |frame: &[u8]| frame.get(5).map(|length| HEAD + usize::from(*length) + 2);
    if length(frame) != Some(frame.len()) {
        return Err(Fault::Length);
    }
    if !crc::is_sealed(frame) {
        return Err(Fault::Checksum);
    }
    let data = &frame[HEAD..frame.len() - 2];
    let request = match (frame[4], data) {
        (SAY, [1, text @ ..]) if (1..=MAX_VOICE).contains(&text.len()) => Request::Say(text.to_vec()),
        (LINE, data) => line(data)?,
        (LINES, data) => lines(data)?,
        (SAY, _) => return Err(Fault::Length),
        _ => return Err(Fault::Command),
    };
    Ok((frame[0], request))
}

fn line(data: &[u8]) -> Result<Request, Fault> {
    let (head, text) = data.split_first_chunk::<LINE_HEAD>().ok_or(Fault::Length)?;
    let length = usize::from(u16::from_le_bytes([head[17], head[18]]));
    if length != text.len() || length > MAX_LINE {
        return Err(Fault::Length);
    }
    let content = LineText { colour: colour(&head[9..13])?, effect: effect(head[1])?, text: text.to_vec() };
    Ok(Request::Line(head[0], content))
}

fn lines(data: &[u8]) -> Result<Request, Fault> {
    let [_, count, rest @ ..] = data else { return Err(Fault::Length) };
    if usize::from(*count) > MAX_LINES {
        return Err(Fault::Length);
    }
    let (mut lines, mut rest) = (Vec::new(), rest);
    for at in 1..=*count {
        let (head, more) = rest.split_first_chunk::<10>().ok_or(Fault::Length)?;
        let (text, more) = more.split_at_checked(usize::from(head[9])).ok_or(Fault::Length)?;
        let (end, more) = more.split_first().ok_or(Fault::Length)?;
        if text.len() > MAX_LINE || *end != if at == *count { 0 } else { 0x0D } {
            return Err(Fault::Length);
        }
        let content = LineText { colour: colour(&head[5..9])?, effect: effect(head[1])?, text: text.to_vec() };
        lines.push((head[0], content));
        rest = more;
    }
    match rest {
        [0x0A, length, voice @ .., 0] if usize::from(*length) == voice.len() && voice.len() <= MAX_VOICE => {
            Ok(Request::Lines(lines, voice.to_vec()))
        }
        _ => Err(Fault::Length),
    }
}

fn colour(bytes: &[u8]) -> Result<SignColour, Fault> {
    let known = [SignColour::Red, SignColour::Green, SignColour::Yellow];
    known.into_iter().find(|colour| rgb(*colour) == *bytes).ok_or(Fault::Value)
}

fn effect(byte: u8) -> Result<SignEffect, Fault> {
    match byte {
        AT_ONCE => Ok(SignEffect::Still),
        RUNS => Ok(SignEffect::Left),
        _ => Err(Fault::Value),
    }
}

/// Finds frames in a stream of bytes. Nothing marks where one begins but its second to fourth byte.
#[derive(Debug, Default)]
pub struct Receiver {
    bytes: Vec<u8>,
}

impl Receiver {
    /// Takes bytes, and gives every frame and fault in them.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Result<(u8, Request), Fault>> {
        self.bytes.extend_from_slice(bytes);
        let mut found = Vec::new();
        loop {
            let begins = |at: &usize| {
                let rest = &self.bytes[*at + 1..];
                let mark = [VERSION, 0xFF, 0xFF];
                rest.iter().zip(mark).all(|(byte, mark)| *byte == mark)
            };
            let skip = (0..self.bytes.len()).find(begins).unwrap_or(self.bytes.len());
            self.bytes.drain(..skip);
            let Some(length) = self.bytes.get(5).map(|length| HEAD + usize::from(*length) + 2) else { return found };
            let Some(frame) = self.bytes.get(..length) else { return found };
            let read = decode(frame);
            // Its length may be what is spoilt: another may begin inside.
            let skip = if read == Err(Fault::Checksum) { 1 } else { length };
            found.push(read);
            self.bytes.drain(..skip);
        }
    }

    /// Whether a frame has begun.
    pub fn has_begun(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Forgets what has begun.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::gbk;
    use super::*;
    use crate::rig::vectors;

    #[test]
    fn vectors_of_the_reference() {
        let vectors = vectors::read(include_str!("../../vectors/voice.txt"));
        assert_eq!(vectors.len(), 6);
        for vector in &vectors {
            let found = Receiver::default().take(&vector.bytes);
            if vector.good {
                let request = Request::Say(gbk(&vector.says));
                assert_eq!(found, [Ok((0, request.clone()))]);
                assert_eq!(encode(0, &request), vector.bytes);
            } else {
                assert!(!found.iter().any(Result::is_ok), "{}", vector.says);
            }
        }
    }

    #[test]
    fn a_line_as_published_programs_send_it() {
        // 25 bytes before the text: the frame's head, and the nineteen of the line.
        let content = LineText { colour: SignColour::Red, effect: SignEffect::Left, text: gbk("测试") };
        let frame = encode(0, &Request::Line(0, content));
        let head = [
            0x00, 0x64, 0xFF, 0xFF, 0x62, 23, 0x00, 0x15, 0x01, 0x00, 0x05, 0x00, 0x01, 0x03, 0x00, 0xFF, 0, 0, 0, 0,
            0, 0, 0, 4, 0,
        ];
        assert_eq!(frame[..25], head);
    }

    fn content() -> impl Strategy<Value = LineText> {
        let colour = prop_oneof![Just(SignColour::Red), Just(SignColour::Green), Just(SignColour::Yellow)];
        let effect = prop_oneof![Just(SignEffect::Still), Just(SignEffect::Left)];
        (colour, effect, proptest::collection::vec(any::<u8>(), 0..=MAX_LINE))
            .prop_map(|(colour, effect, text)| LineText { colour, effect, text })
    }

    fn request() -> impl Strategy<Value = Request> {
        let line = || (any::<u8>(), content());
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 1..=MAX_VOICE).prop_map(Request::Say),
            line().prop_map(|(line, content)| Request::Line(line, content)),
            (proptest::collection::vec(line(), 1..=MAX_LINES), proptest::collection::vec(any::<u8>(), 0..=MAX_VOICE))
                .prop_map(|(lines, voice)| Request::Lines(lines, voice)),
        ]
    }

    proptest! {
        #[test]
        fn requests_come_back_through_any_split(address in any::<u8>(), request in request(), cut in 1_usize..40) {
            let bytes = encode(address, &request);
            prop_assert!(bytes.len() <= 6 + 255 + 2);
            let mut receiver = Receiver::default();
            let found: Vec<_> = bytes.chunks(cut).flat_map(|piece| receiver.take(piece)).collect();
            prop_assert_eq!(found, [Ok((address, request))]);
            prop_assert!(!receiver.has_begun());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(prop_oneof![Just(0x64_u8), Just(0xFF), any::<u8>()], 0..600)) {
            let mut receiver = Receiver::default();
            let _ = receiver.take(&bytes);
            let _ = decode(&bytes);
            let _ = decode(&crc::sealed(bytes));
        }
    }
}
