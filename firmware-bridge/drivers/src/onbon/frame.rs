//! Frames of BX cards: `A5 … A5 | escaped( header 14 | data | CRC lo hi ) | 5A`.
//!
//! A5 and 5A appear nowhere inside, so a receiver is in step again at the next frame, whatever came before. Lengths and checksum
//! are those of what stands there before it is escaped.

/// Begins a frame; eight of them are sent, one is enough.
pub const BEGIN: u8 = 0xA5;
/// Ends a frame.
pub const END: u8 = 0x5A;
/// How many [`BEGIN`] a sender sends.
const BEGINS: usize = 8;
/// Most bytes of data in a frame: the receive buffer of a card.
pub const MAX_DATA: usize = 1024;

/// Every card listens, and none answers.
pub const TO_ALL: u16 = 0xFFFF;
/// The one card at the end of the line, whatever its address; it answers.
pub const TO_ANY: u16 = 0xFFFE;
/// The program that asks.
pub const HOST: u16 = 0x8000;

const HEADER: usize = 14;
const CRC: usize = 2;
/// Any kind of card.
const ANY_DEVICE: u8 = 0xFE;
const PROTOCOL: u8 = 2;

/// A frame whose length and checksum are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whom it is for.
    pub to: u16,
    /// Who sent it.
    pub from: u16,
    /// For which kind of card; FE for any.
    pub device: u8,
    /// What it carries.
    pub data: Vec<u8>,
}

/// Why a frame is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It ended before its header did.
    Short,
    /// Longer than any frame.
    Long,
    /// An escape that is none.
    Escape,
    /// The length it tells is not the one it has.
    Length,
    /// The CRC is wrong.
    Checksum,
    /// A protocol, checksum or bar code that is not used with these cards.
    Mode,
}

/// Frames some data.
pub fn encode(to: u16, from: u16, data: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(HEADER + data.len() + CRC);
    content.extend_from_slice(&to.to_le_bytes());
    content.extend_from_slice(&from.to_le_bytes());
    // Three reserved bytes, no bar code, checked by CRC, areas beside programs.
    content.extend_from_slice(&[0, 0, 0, 0, 0, 0, ANY_DEVICE, PROTOCOL]);
    content.extend_from_slice(&(data.len() as u16).to_le_bytes());
    content.extend_from_slice(data);
    content.extend_from_slice(&crc(&content).to_le_bytes());
    let mut frame = vec![BEGIN; BEGINS];
    for byte in content {
        match byte {
            BEGIN => frame.extend_from_slice(&[0xA6, 2]),
            0xA6 => frame.extend_from_slice(&[0xA6, 1]),
            END => frame.extend_from_slice(&[0x5B, 2]),
            0x5B => frame.extend_from_slice(&[0x5B, 1]),
            other => frame.push(other),
        }
    }
    frame.push(END);
    frame
}

/// Reads what stands between [`BEGIN`] and [`END`].
pub fn decode(escaped: &[u8]) -> Result<Frame, Fault> {
    let content = unescape(escaped)?;
    if content.len() < HEADER + CRC {
        return Err(Fault::Short);
    }
    let (body, sum) = content.split_at(content.len() - CRC);
    if crc(body).to_le_bytes() != sum {
        return Err(Fault::Checksum);
    }
    let (header, data) = body.split_at(HEADER);
    let word = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let (bar_code, check) = (header[7], header[8]);
    if bar_code & 1 != 0 || check != 0 || header[11] != PROTOCOL {
        return Err(Fault::Mode);
    }
    if usize::from(word(12)) != data.len() {
        return Err(Fault::Length);
    }
    Ok(Frame { to: word(0), from: word(2), device: header[10], data: data.to_vec() })
}

fn unescape(escaped: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter();
    while let Some(byte) = bytes.next() {
        content.push(match byte {
            0xA6 | 0x5B => match (byte, bytes.next()) {
                (0xA6, Some(2)) => BEGIN,
                (0x5B, Some(2)) => END,
                (plain, Some(1)) => *plain,
                _ => return Err(Fault::Escape),
            },
            plain => *plain,
        });
    }
    Ok(content)
}

/// CRC-16/ARC: polynomial 8005 reflected, from 0.
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 })
    })
}

/// Finds frames in a stream of bytes.
#[derive(Debug, Default)]
pub struct Receiver {
    /// What came since the frame began; none outside a frame.
    inside: Option<Vec<u8>>,
}

impl Receiver {
    /// Takes bytes until a frame or a fault is found; what is left of `bytes` is for the next call. None when all are taken.
    pub fn take(&mut self, bytes: &mut &[u8]) -> Option<Result<Frame, Fault>> {
        loop {
            let (first, rest) = bytes.split_first()?;
            *bytes = rest;
            match (*first, &mut self.inside) {
                (BEGIN, inside) => {
                    let cut = inside.replace(Vec::new()).is_some_and(|content| !content.is_empty());
                    if cut {
                        return Some(Err(Fault::Short));
                    }
                }
                (END, inside) => match inside.take() {
                    Some(content) if !content.is_empty() => return Some(decode(&content)),
                    _ => {}
                },
                (_, None) => {}
                (byte, Some(content)) => {
                    content.push(byte);
                    // Every byte of a longest frame may be escaped.
                    if content.len() > 2 * (HEADER + MAX_DATA + CRC) {
                        self.inside = None;
                        return Some(Err(Fault::Long));
                    }
                }
            }
        }
    }

    /// Forgets what has begun.
    pub fn clear(&mut self) {
        self.inside = None;
    }
}

/// Every frame and every fault in some bytes.
pub fn decode_all(bytes: &[u8]) -> Vec<Result<Frame, Fault>> {
    let mut receiver = Receiver::default();
    let mut rest = bytes;
    std::iter::from_fn(|| receiver.take(&mut rest)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rig::vectors;

    #[test]
    fn the_checksum_is_arc() {
        assert_eq!(crc(b"123456789"), 0xBB3D);
    }

    #[test]
    fn vectors_of_the_reference() {
        let vectors = vectors::read(include_str!("../../vectors/onbon.txt"));
        assert_eq!(vectors.len(), 21);
        for vector in &vectors {
            let found = decode_all(&vector.bytes);
            if !vector.good {
                assert!(matches!(found[..], [Err(_)]), "{}: {found:?}", vector.says);
                continue;
            }
            let [Ok(frame)] = &found[..] else { panic!("{}: {found:?}", vector.says) };
            let same = encode(frame.to, frame.from, &frame.data);
            // One A5 more or less begins a frame as well, and one of the maker's frames fills a reserved byte.
            if vector.bytes[12..15] == [0, 0, 0] || vector.bytes[8] == BEGIN {
                assert!(vector.bytes.ends_with(&same), "{}", vector.says);
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let good = encode(TO_ANY, HOST, &[0xA2, 0, 1, 0, 0]);
        let content = &good[BEGINS..good.len() - 1];
        assert!(decode(content).is_ok());
        assert_eq!(decode(&content[..10]), Err(Fault::Short));
        assert_eq!(decode(&[0xA6]), Err(Fault::Escape));
        assert_eq!(decode(&[0xA6, 3]), Err(Fault::Escape));
        assert_eq!(decode_all(&[BEGIN, 1, BEGIN, 2, END]), [Err(Fault::Short), Err(Fault::Short)]);
        let endless = [&[BEGIN][..], &[7; 3_000]].concat();
        assert_eq!(decode_all(&endless), [Err(Fault::Long)]);
        let mut other = content[..content.len() - 2].to_vec();
        other[12] = 4;
        other.extend_from_slice(&crc(&other).to_le_bytes());
        assert_eq!(decode(&other), Err(Fault::Length));
        other[12] = 5;
        other[8] = 1;
        let end = other.len() - 2;
        let sum = crc(&other[..end]).to_le_bytes();
        other[end..].copy_from_slice(&sum);
        assert_eq!(decode(&other), Err(Fault::Mode));
    }

    proptest! {
        #[test]
        fn any_data_comes_back_through_any_split(
            data in proptest::collection::vec(prop_oneof![Just(0xA5_u8), Just(0xA6), Just(0x5A), Just(0x5B), any::<u8>()], 0..1024),
            garbage in proptest::collection::vec(any::<u8>(), 0..40),
            cuts in proptest::collection::vec(1_usize..50, 1..20),
        ) {
            let bytes = [&garbage[..], &encode(1, HOST, &data)].concat();
            let mut receiver = Receiver::default();
            let mut found = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts.iter().cycle() {
                let (mut piece, later) = rest.split_at((*cut).min(rest.len()));
                while let Some(one) = receiver.take(&mut piece) {
                    found.push(one);
                }
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            let last = found.pop().unwrap().unwrap();
            prop_assert_eq!((last.to, last.from, last.data), (1, HOST, data));
            // A frame made of garbage would need a right CRC.
            prop_assert!(found.iter().all(Result::is_err));
        }

        #[test]
        fn one_wrong_byte_is_found_out(data in proptest::collection::vec(any::<u8>(), 0..80), at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut frame = encode(1, HOST, &data);
            let at = BEGINS + at.index(frame.len() - BEGINS);
            frame[at] ^= flip;
            prop_assert!(decode_all(&frame).iter().all(Result::is_err));
        }
    }
}
