//! What a printer says: answers of three kinds come down one line and are told apart by their fixed bits.

use protocol::bridge::Trouble;

/// Something a printer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// To `DLE EOT n`. Which n it was, only who asked knows.
    RealTime(u8),
    /// By itself, after `GS a`.
    Automatic([u8; 4]),
    /// To `GS r`.
    Paper(u8),
    /// To `GS ( H`: everything before the request of this name is printed.
    Confirmed([u8; 4]),
}

/// Splits what a printer says into answers. What fits none of them is dropped.
#[derive(Debug, Default)]
pub struct Demultiplexer {
    begun: Vec<u8>,
}

const CONFIRMED: [u8; 2] = [0x37, 0x22];

impl Demultiplexer {
    /// Takes in a byte; an answer when it was the last of one.
    pub fn byte(&mut self, byte: u8) -> Option<Answer> {
        match self.begun.first() {
            Some(&first) if first == CONFIRMED[0] => self.confirmed(byte),
            Some(_) if byte & 0x90 == 0 => {
                self.begun.push(byte);
                let whole = <[u8; 4]>::try_from(self.begun.as_slice()).ok()?;
                self.begun.clear();
                Some(Answer::Automatic(whole))
            }
            // A byte of the automatic status is lost: begin anew with this one.
            Some(_) => {
                self.begun.clear();
                self.first(byte)
            }
            None => self.first(byte),
        }
    }

    /// Forgets what was begun: the line was cut.
    pub fn reset(&mut self) {
        self.begun.clear();
    }

    fn first(&mut self, byte: u8) -> Option<Answer> {
        if byte & 0x93 == 0x12 {
            return Some(Answer::RealTime(byte));
        }
        if byte & 0x93 == 0x10 || byte == CONFIRMED[0] {
            self.begun.push(byte);
            return None;
        }
        (byte & 0x90 == 0).then_some(Answer::Paper(byte))
    }

    fn confirmed(&mut self, byte: u8) -> Option<Answer> {
        if self.begun.len() == 1 && byte != CONFIRMED[1] {
            self.begun.clear();
            return self.first(byte);
        }
        self.begun.push(byte);
        if self.begun.len() < 7 {
            return None;
        }
        let begun = std::mem::take(&mut self.begun);
        let name = <[u8; 4]>::try_from(begun.get(2..6)?).ok()?;
        (byte == 0).then_some(Answer::Confirmed(name))
    }
}

/// What a printer says of itself, put together from its answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a bit of the printer's")]
pub struct Status {
    off_line: bool,
    cover_open: bool,
    stopped_for_paper: bool,
    paper_end: bool,
    paper_near_end: bool,
    mechanical: bool,
    cutter: bool,
    unrecoverable: bool,
    overheated: bool,
}

impl Status {
    /// Takes in the answer to `DLE EOT n`.
    pub const fn real_time(&mut self, n: u8, byte: u8) {
        match n {
            1 => self.off_line = byte & 0x08 != 0,
            2 => {
                self.cover_open = byte & 0x04 != 0;
                self.stopped_for_paper = byte & 0x20 != 0;
            }
            3 => {
                self.mechanical = byte & 0x04 != 0;
                self.cutter = byte & 0x08 != 0;
                self.unrecoverable = byte & 0x20 != 0;
                self.overheated = byte & 0x40 != 0;
            }
            4 => {
                self.paper_near_end = byte & 0x0C != 0;
                self.paper_end = byte & 0x60 != 0;
            }
            _ => {}
        }
    }

    /// Takes in an automatic status.
    pub const fn automatic(&mut self, bytes: [u8; 4]) {
        self.off_line = bytes[0] & 0x08 != 0;
        self.cover_open = bytes[0] & 0x20 != 0;
        self.mechanical = bytes[1] & 0x04 != 0;
        self.cutter = bytes[1] & 0x08 != 0;
        self.unrecoverable = bytes[1] & 0x20 != 0;
        self.overheated = bytes[1] & 0x40 != 0;
        self.paper_near_end = bytes[2] & 0x03 != 0;
        self.paper_end = bytes[2] & 0x0C != 0;
        self.stopped_for_paper = self.paper_end;
    }

    /// Whether an automatic status says the same. That it has stopped for paper only real-time status tells apart from that
    /// there is none.
    pub fn agrees(&self, automatic: [u8; 4]) -> bool {
        let mut other = Self::default();
        other.automatic(automatic);
        Self { stopped_for_paper: false, ..other } == Self { stopped_for_paper: false, ..*self }
    }

    /// What keeps it from printing, the most serious first.
    pub const fn stopped(&self) -> Option<Trouble> {
        if self.unrecoverable {
            Some(Trouble::Fault)
        } else if self.cutter {
            Some(Trouble::Cutter)
        } else if self.cover_open {
            Some(Trouble::CoverOpen)
        } else if self.paper_end || self.stopped_for_paper {
            Some(Trouble::PaperOut)
        } else if self.overheated {
            Some(Trouble::Overheated)
        } else if self.mechanical {
            Some(Trouble::Fault)
        } else if self.off_line {
            Some(Trouble::OffLine)
        } else {
            None
        }
    }

    /// Whether little paper is left.
    pub const fn is_near_end(&self) -> bool {
        self.paper_near_end
    }

    /// Whether it waits to be told to recover: by `DLE ENQ`.
    pub const fn wants_recovery(&self) -> bool {
        self.cutter || self.mechanical
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers(bytes: &[u8]) -> Vec<Answer> {
        let mut demultiplexer = Demultiplexer::default();
        bytes.iter().filter_map(|byte| demultiplexer.byte(*byte)).collect()
    }

    fn asked(answers: [u8; 4]) -> Status {
        let mut status = Status::default();
        for (n, byte) in (1..).zip(answers) {
            status.real_time(n, byte);
        }
        status
    }

    #[test]
    fn the_examples_of_real_time_status() {
        let well = asked([0x12, 0x12, 0x12, 0x12]);
        assert_eq!((well.stopped(), well.is_near_end()), (None, false));
        let near = asked([0x12, 0x12, 0x12, 0x1E]);
        assert_eq!((near.stopped(), near.is_near_end()), (None, true));
        assert_eq!(asked([0x1A, 0x32, 0x12, 0x7E]).stopped(), Some(Trouble::PaperOut));
        assert_eq!(asked([0x1A, 0x16, 0x12, 0x12]).stopped(), Some(Trouble::CoverOpen));
        assert_eq!(asked([0x1A, 0x52, 0x1A, 0x12]).stopped(), Some(Trouble::Cutter));
        assert_eq!(asked([0x1A, 0x52, 0x32, 0x12]).stopped(), Some(Trouble::Fault));
        assert_eq!(asked([0x1A, 0x52, 0x52, 0x12]).stopped(), Some(Trouble::Overheated));
        assert_eq!(asked([0x1A, 0x12, 0x12, 0x12]).stopped(), Some(Trouble::OffLine));
    }

    #[test]
    fn automatic_status_says_the_same() {
        let said = |bytes| {
            let mut status = Status::default();
            status.automatic(bytes);
            (status.stopped(), status.is_near_end())
        };
        assert_eq!(said([0x10, 0, 0, 0x0F]), (None, false));
        assert_eq!(said([0x10, 0, 0x03, 0x0F]), (None, true));
        assert_eq!(said([0x18, 0, 0x0F, 0x0F]), (Some(Trouble::PaperOut), true));
        assert_eq!(said([0x38, 0, 0, 0x0F]), (Some(Trouble::CoverOpen), false));
        assert_eq!(said([0x18, 0x08, 0, 0x0F]), (Some(Trouble::Cutter), false));
        assert_eq!(said([0x18, 0x40, 0, 0x0F]), (Some(Trouble::Overheated), false));
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(
            answers(&[0x12, 0x18, 0x00, 0x0C, 0x0F, 0x7E, 0x00, 0x37, 0x22, b'A', b'B', b'C', b'D', 0x00, 0x0C]),
            [
                Answer::RealTime(0x12),
                Answer::Automatic([0x18, 0x00, 0x0C, 0x0F]),
                Answer::RealTime(0x7E),
                Answer::Paper(0x00),
                Answer::Confirmed(*b"ABCD"),
                Answer::Paper(0x0C),
            ]
        );
    }

    proptest! {
        /// Blocks of every kind in any order, as they come down one line: each is told as what it is.
        #[test]
        fn blocks_that_interleave_are_told_apart(blocks in proptest::collection::vec(block(), 0..40)) {
            let bytes: Vec<u8> = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
            prop_assert_eq!(answers(&bytes), blocks.into_iter().map(|(_, answer)| answer).collect::<Vec<_>>());
        }
    }

    /// An answer and its bytes, with every bit that may be either.
    fn block() -> impl Strategy<Value = (Vec<u8>, Answer)> {
        let real_time = any::<u8>().prop_map(|n| 0x12 | n & 0x6C).prop_map(|byte| (vec![byte], Answer::RealTime(byte)));
        let automatic = any::<[u8; 4]>().prop_map(|[a, b, c, d]| {
            let bytes = [0x10 | a & 0x6C, b & 0x6F, c & 0x6F, d & 0x6F];
            (bytes.to_vec(), Answer::Automatic(bytes))
        });
        let paper = prop_oneof![Just(0_u8), Just(0x03), Just(0x0C), Just(0x0F)];
        let paper = paper.prop_map(|byte| (vec![byte], Answer::Paper(byte)));
        let name =
            any::<[u8; 4]>().prop_map(|name| ([&[0x37, 0x22][..], &name, &[0]].concat(), Answer::Confirmed(name)));
        prop_oneof![real_time, automatic, paper, name]
    }

    #[test]
    fn a_lost_byte_costs_one_answer() {
        // The automatic status lacks its last byte; XON and noise are no answers.
        assert_eq!(answers(&[0x18, 0x00, 0x0C, 0x12, 0x12]), [Answer::RealTime(0x12), Answer::RealTime(0x12)]);
        assert!(answers(&[0x11, 0x13, 0xFF, 0x80]).is_empty());
        assert_eq!(answers(&[0x37, 0x12]), [Answer::RealTime(0x12)]);
        assert_eq!(answers(&[0x37, 0x22, 1, 2, 3, 4, 5, 0x12]), [Answer::RealTime(0x12)]);
    }
}
