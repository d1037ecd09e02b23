//! What a card is asked to do: `group | command | answer 01 or not 02 | two more | payload`.

use super::answer::Error;
use super::area::{Area, AreaFault};

/// A time as the card keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardTime {
    /// 2000 and later.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 1, Monday, to 7, Sunday.
    pub weekday: u8,
}

/// Which areas are deleted before others come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delete {
    /// All of them.
    All,
    /// These; often none.
    Some(Vec<u8>),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Are you there?
    Ping,
    /// The screen on or off; what it shows is kept.
    Screen(bool),
    /// How bright, 0 to 15.
    Brightness(u8),
    /// The time.
    Clock(CardTime),
    /// Areas in its memory.
    Areas {
        /// Deleted first.
        delete: Delete,
        /// Shown then.
        show: Vec<Area>,
    },
    /// Deletes everything that is shown.
    Clear,
}

const DELETE_ALL: u8 = 0xFF;

impl Request {
    /// The data of its frame; the card is to answer.
    pub fn encode(&self) -> Vec<u8> {
        let head = |group, command| vec![group, command, 1, 0, 0];
        let with = |group, command, payload: &[u8]| [&head(group, command)[..], payload].concat();
        match self {
            Self::Ping => head(0xA2, 0),
            Self::Screen(on) => with(0xA3, 0, &[if *on { 1 } else { 2 }]),
            Self::Brightness(level) => with(0xA3, 2, &[1, *level]),
            Self::Clock(time) => {
                let year = [bcd((time.year % 100) as u8), bcd((time.year / 100) as u8)];
                let rest = [time.month, time.day, time.hour, time.minute, time.second, time.weekday].map(bcd);
                // The maker's example fills a reserved byte with the length.
                [&[0xA2, 3, 1, 8, 0], &year[..], &rest].concat()
            }
            Self::Clear => head(0xA3, 0x10),
            Self::Areas { delete, show } => {
                let mut data = head(0xA3, 6);
                match delete {
                    Delete::All => data.push(DELETE_ALL),
                    Delete::Some(ids) => {
                        data.push(ids.len() as u8);
                        data.extend_from_slice(ids);
                    }
                }
                data.push(show.len() as u8);
                for area in show {
                    let bytes = area.encode();
                    data.extend_from_slice(&(bytes.len() as u16).to_le_bytes());
                    data.extend_from_slice(&bytes);
                }
                data
            }
        }
    }

    /// Reads the data of a frame as a card would, and whether it is to answer.
    pub fn decode(data: &[u8]) -> Result<(Self, bool), Error> {
        let [group, command, answer, _, _, payload @ ..] = data else { return Err(Error::Command) };
        let request = match (group, command, payload) {
            (0xA2, 0, []) => Self::Ping,
            (0xA2, 3, time) => Self::Clock(clock(time).ok_or(Error::Date)?),
            (0xA3, 0, [1]) => Self::Screen(true),
            (0xA3, 0, [2]) => Self::Screen(false),
            (0xA3, 2, [1, level @ 0..=15]) => Self::Brightness(*level),
            (0xA3, 6, payload) => areas(payload)?,
            (0xA3, 0x10, []) => Self::Clear,
            (0xA1..=0xA4, _, _) => return Err(Error::Command),
            _ => return Err(Error::Group),
        };
        Ok((request, *answer != 2))
    }
}

fn areas(payload: &[u8]) -> Result<Request, Error> {
    // A card has no code of its own for areas that contradict themselves.
    let wrong = Error::Memory;
    let (count, rest) = payload.split_first().ok_or(wrong)?;
    let (delete, rest) = if *count == DELETE_ALL {
        (Delete::All, rest)
    } else {
        let (ids, rest) = rest.split_at_checked(usize::from(*count)).ok_or(wrong)?;
        (Delete::Some(ids.to_vec()), rest)
    };
    let (count, mut rest) = rest.split_first().ok_or(wrong)?;
    let mut show = Vec::new();
    for _ in 0..*count {
        let (length, later) = rest.split_first_chunk::<2>().ok_or(wrong)?;
        let (area, later) = later.split_at_checked(usize::from(u16::from_le_bytes(*length))).ok_or(wrong)?;
        show.push(Area::decode(area).map_err(|_: AreaFault| wrong)?);
        rest = later;
    }
    if rest.is_empty() { Ok(Request::Areas { delete, show }) } else { Err(wrong) }
}

const fn bcd(value: u8) -> u8 {
    ((value / 10 % 10) << 4) | (value % 10)
}

fn clock(bytes: &[u8]) -> Option<CardTime> {
    let plain = |byte: u8| (byte >> 4 < 10 && byte & 15 < 10).then_some((byte >> 4) * 10 + (byte & 15));
    let values: Option<Vec<u8>> = bytes.iter().map(|byte| plain(*byte)).collect();
    let [low, high, month, day, hour, minute, second, weekday] = values?[..] else { return None };
    let time = CardTime { year: u16::from(high) * 100 + u16::from(low), month, day, hour, minute, second, weekday };
    let real = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && (1..=7).contains(&weekday);
    real.then_some(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::area::{LEFT, Place, STILL};
    use super::super::frame::{HOST, TO_ANY, decode_all, encode};
    use super::super::text;
    use super::*;
    use crate::rig::vectors;
    use protocol::bridge::SignColour;

    /// The frame of the reference whose description begins so.
    fn vector(says: &str) -> Vec<u8> {
        let vectors = vectors::read(include_str!("../../vectors/onbon.txt"));
        vectors.into_iter().find(|vector| vector.good && vector.says.starts_with(says)).unwrap().bytes
    }

    fn area(effect: u8) -> Area {
        Area {
            id: 0,
            place: Place { x: 0, y: 0, width: 128, height: 32 },
            timeout_s: 0,
            single_line: effect == LEFT,
            effect,
            speed: 0,
            stay: 0,
            text: text::encode("A042 请到3号窗口", SignColour::Red),
        }
    }

    #[test]
    fn our_frames_are_those_of_the_reference() {
        let any = |request: &Request| encode(TO_ANY, HOST, &request.encode());
        let one = |request: &Request| encode(1, HOST, &request.encode());
        assert_eq!(one(&Request::Ping), vector("ping"));
        assert_eq!(any(&Request::Screen(false)), vector("screen off"));
        assert_eq!(any(&Request::Screen(true)), vector("screen on"));
        let time = CardTime { year: 2013, month: 1, day: 25, hour: 11, minute: 17, second: 26, weekday: 5 };
        assert_eq!(one(&Request::Clock(time)), vector("set clock"));
        assert_eq!(any(&Request::Areas { delete: Delete::All, show: vec![] }), vector("delete all"));
        // The reference breaks lines by itself, we where the text says so: one byte, and the checksum.
        let ours = any(&Request::Areas { delete: Delete::Some(vec![]), show: vec![area(STILL)] });
        let theirs = vector("A042");
        let (mine, known) = (decode_all(&ours).remove(0).unwrap(), decode_all(&theirs).remove(0).unwrap());
        let differs: Vec<usize> = (0..known.data.len()).filter(|at| mine.data[*at] != known.data[*at]).collect();
        assert_eq!((mine.data.len(), differs), (known.data.len(), vec![27]));
        assert_eq!(Request::decode(&known.data), Request::decode(&mine.data));
    }

    #[test]
    fn requests_of_the_reference_are_understood_or_refused_by_code() {
        let request = |says: &str| Request::decode(&decode_all(&vector(says))[0].as_ref().unwrap().data);
        assert_eq!(request("ping"), Ok((Request::Ping, true)));
        assert!(matches!(request("欢迎光临"), Ok((Request::Areas { show, .. }, true)) if show.len() == 1));
        // Program files wear out the flash: nothing here sends or takes them.
        assert_eq!(request("begin file"), Err(Error::Command));
        assert_eq!(request("format"), Err(Error::Command));
        assert_eq!(Request::decode(&[0xB0, 0, 1, 0, 0]), Err(Error::Group));
        assert_eq!(Request::decode(&[0xA2, 0, 1]), Err(Error::Command));
        assert_eq!(Request::decode(&[0xA2, 3, 1, 8, 0, 0x13, 0x20, 0x13, 0x25, 0x11, 0x17, 0x26, 5]), Err(Error::Date));
        assert_eq!(Request::decode(&[0xA3, 6, 1, 0, 0, 0, 1, 9, 0]), Err(Error::Memory));
        assert_eq!(Request::decode(&[0xA2, 0, 2, 0, 0]), Ok((Request::Ping, false)));
    }

    proptest! {
        #[test]
        fn requests_come_back(
            level in 0_u8..16,
            on in any::<bool>(),
            ids in proptest::collection::vec(0_u8..8, 0..8),
            all in any::<bool>(),
            count in 0_usize..4,
        ) {
            let delete = if all { Delete::All } else { Delete::Some(ids) };
            let show = vec![area(STILL); count];
            for request in [
                Request::Ping, Request::Clear, Request::Screen(on), Request::Brightness(level), Request::Areas { delete, show },
            ] {
                prop_assert_eq!(Request::decode(&request.encode()), Ok((request, true)));
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), command in 0_u8..8) {
            let _ = Request::decode(&bytes);
            let _ = Request::decode(&[&[0xA3, command, 1, 0, 0], &bytes[..]].concat());
        }
    }
}
