//! Single wires as records of bytes, so that whoever owns a serial port owns them as well: what inputs are, and what outputs
//! are to do. The port's side is `firmware-bridge/src/port/gpio.rs`; nobody else's bytes look like this.
//!
//! | record | bytes |
//! |---|---|
//! | [`Seen`], to the host | ED, wire, kind and level, check, nanoseconds (8, little-endian) |
//! | [`Order`], to the wires | C0, wire, what, check, milliseconds (2, little-endian) |
//!
//! The check byte makes the exclusive or of all bytes 0.

pub mod lamp;

use crate::{Input, Millis};

/// What is told of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It changed.
    Edge {
        /// Which input.
        line: u8,
        /// What it became; true is active.
        active: bool,
        /// When, on the machine's monotonic clock.
        ns: u64,
    },
    /// What it is: an answer to [`Order::Ask`].
    Level {
        /// Which input.
        line: u8,
        /// What it is.
        active: bool,
        /// When.
        ns: u64,
    },
    /// The last answer to [`Order::Ask`], after the levels of all inputs.
    Alive {
        /// When.
        ns: u64,
    },
}

/// What outputs are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Tell all inputs.
    Ask,
    /// Off.
    Off {
        /// Which output.
        line: u8,
    },
    /// On, until something else is said.
    On {
        /// Which output.
        line: u8,
    },
    /// On for a while. The port itself ends it.
    Pulse {
        /// Which output.
        line: u8,
        /// For so long.
        ms: u16,
    },
}

/// Longest pulse, in milliseconds, whatever is asked for.
pub const MAX_PULSE_MS: u16 = 1_000;

/// No machine runs for so many nanoseconds.
const NEVER: u64 = 1 << 62;

/// A record of a fixed size.
pub trait Record: Sized {
    /// Its bytes.
    const SIZE: usize;
    /// Its first byte.
    const MARK: u8;
    /// Reads the bytes of one; none when they are none.
    fn decode(bytes: &[u8]) -> Option<Self>;
    /// Its bytes.
    fn encode(self) -> Vec<u8>;
}

fn checked(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[3] = bytes.iter().fold(0, |sum, byte| sum ^ byte);
    bytes
}

fn is_right(bytes: &[u8], size: usize, mark: u8) -> bool {
    bytes.len() == size && bytes[0] == mark && bytes.iter().fold(0, |sum, byte| sum ^ byte) == 0
}

impl Record for Seen {
    const SIZE: usize = 12;
    const MARK: u8 = 0xED;

    fn decode(bytes: &[u8]) -> Option<Self> {
        let ns = u64::from_le_bytes(bytes.get(4..)?.try_into().ok()?);
        if !is_right(bytes, Self::SIZE, Self::MARK) || ns >= NEVER {
            return None;
        }
        let (line, active) = (bytes[1], bytes[2] & 1 == 1);
        match bytes[2] {
            0 | 1 => Some(Self::Edge { line, active, ns }),
            2 | 3 => Some(Self::Level { line, active, ns }),
            4 if line == 0 => Some(Self::Alive { ns }),
            _ => None,
        }
    }

    fn encode(self) -> Vec<u8> {
        let (line, kind, ns) = match self {
            Self::Edge { line, active, ns } => (line, u8::from(active), ns),
            Self::Level { line, active, ns } => (line, 2 + u8::from(active), ns),
            Self::Alive { ns } => (0, 4, ns),
        };
        checked([[Self::MARK, line, kind, 0].as_slice(), &ns.to_le_bytes()].concat())
    }
}

impl Record for Order {
    const SIZE: usize = 6;
    const MARK: u8 = 0xC0;

    fn decode(bytes: &[u8]) -> Option<Self> {
        if !is_right(bytes, Self::SIZE, Self::MARK) {
            return None;
        }
        let (line, ms) = (bytes[1], u16::from_le_bytes([bytes[4], bytes[5]]));
        match (bytes[2], ms) {
            (0, 0) => Some(Self::Off { line }),
            (1, 0) => Some(Self::On { line }),
            (2, 1..=MAX_PULSE_MS) => Some(Self::Pulse { line, ms }),
            (3, 0) if line == 0 => Some(Self::Ask),
            _ => None,
        }
    }

    fn encode(self) -> Vec<u8> {
        let (line, what, ms) = match self {
            Self::Off { line } => (line, 0, 0),
            Self::On { line } => (line, 1, 0),
            Self::Pulse { line, ms } => (line, 2, ms.clamp(1, MAX_PULSE_MS)),
            Self::Ask => (0, 3, 0),
        };
        checked([[Self::MARK, line, what, 0].as_slice(), &ms.to_le_bytes()].concat())
    }
}

/// Finds records in what comes, split anywhere, and goes on after what is none.
#[derive(Debug, Clone, Default)]
pub struct Receiver {
    bytes: Vec<u8>,
    /// Bytes that belonged to no record.
    pub skipped: u64,
}

impl Receiver {
    /// Takes bytes; gives the records that are whole.
    pub fn receive<R: Record>(&mut self, bytes: &[u8]) -> Vec<R> {
        self.bytes.extend_from_slice(bytes);
        let (mut at, mut found) = (0, Vec::new());
        while let Some(record) = self.bytes.get(at..at + R::SIZE) {
            if let Some(record) = R::decode(record) {
                found.push(record);
                at += R::SIZE;
            } else {
                at += 1;
                self.skipped += 1;
            }
        }
        self.bytes.drain(..at);
        found
    }

    /// Forgets what is half there: the port was opened anew.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// How often the wires' side is asked whether it is there.
const ASKS: u64 = 2_000;
/// It is silent when it has not answered for so long.
const SILENT: u64 = 5_000;

/// The wires' side as the driver of a device sees it.
#[derive(Debug, Clone, Default)]
pub struct Wires {
    receiver: Receiver,
    ask_at: Option<Millis>,
    silent_at: Option<Millis>,
}

/// What an input means, in this order.
#[derive(Debug)]
pub struct Heard {
    /// What was told.
    pub seen: Vec<Seen>,
    /// Nothing is known of the wires any more: the port was opened or closed, or they have just become silent.
    pub away: bool,
    /// They are to be sent [`Order::Ask`].
    pub asks: bool,
}

impl Wires {
    /// Takes in what happened at `now`.
    pub fn input<C>(&mut self, now: Millis, input: &Input<'_, C>) -> Heard {
        let mut seen = Vec::new();
        match input {
            Input::Opened => {
                self.receiver.clear();
                (self.ask_at, self.silent_at) = (Some(now), Some(now + SILENT));
            }
            Input::Closed => (self.ask_at, self.silent_at) = (None, None),
            Input::Bytes(bytes) => {
                seen = self.receiver.receive(bytes);
                if seen.iter().any(|seen| matches!(seen, Seen::Alive { .. })) {
                    self.silent_at = Some(now + SILENT);
                }
            }
            Input::Command(_) | Input::Clock | Input::Sent(_) => {}
        }
        let silent = self.silent_at.take_if(|at| *at <= now).is_some();
        let asks = self.ask_at.is_some_and(|at| at <= now);
        if asks {
            self.ask_at = Some(now + ASKS);
        }
        Heard { seen, away: silent || matches!(input, Input::Opened | Input::Closed), asks }
    }

    /// When it wants to be looked at.
    pub fn wake_at(&self) -> Option<Millis> {
        self.ask_at.into_iter().chain(self.silent_at).min()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen() -> impl Strategy<Value = Seen> {
        prop_oneof![
            (any::<u8>(), any::<bool>(), 0..NEVER).prop_map(|(line, active, ns)| Seen::Edge { line, active, ns }),
            (any::<u8>(), any::<bool>(), 0..NEVER).prop_map(|(line, active, ns)| Seen::Level { line, active, ns }),
            (0..NEVER).prop_map(|ns| Seen::Alive { ns }),
        ]
    }

    fn order() -> impl Strategy<Value = Order> {
        prop_oneof![
            Just(Order::Ask),
            any::<u8>().prop_map(|line| Order::Off { line }),
            any::<u8>().prop_map(|line| Order::On { line }),
            (any::<u8>(), 1..=MAX_PULSE_MS).prop_map(|(line, ms)| Order::Pulse { line, ms }),
        ]
    }

    #[test]
    fn no_pulse_is_longer_than_a_second() {
        let long = Order::Pulse { line: 1, ms: u16::MAX }.encode();
        assert_eq!(Order::decode(&long), Some(Order::Pulse { line: 1, ms: MAX_PULSE_MS }));
        let forged = checked(vec![0xC0, 1, 2, 0, 0xFF, 0xFF]);
        assert_eq!(Order::decode(&forged), None);
    }

    proptest! {
        #[test]
        fn records_come_out_as_they_went_in(records in prop::collection::vec(seen(), 0..20), orders in prop::collection::vec(order(), 0..20), split in 1_usize..30) {
            let bytes: Vec<u8> = records.iter().flat_map(|record| record.encode()).collect();
            let mut receiver = Receiver::default();
            let found: Vec<Seen> = bytes.chunks(split).flat_map(|part| receiver.receive(part)).collect();
            prop_assert_eq!((found, receiver.skipped), (records, 0));
            let bytes: Vec<u8> = orders.iter().flat_map(|order| order.encode()).collect();
            let found: Vec<Order> = bytes.chunks(split).flat_map(|part| Receiver::default().receive(part)).collect();
            prop_assert!(split < Order::SIZE || split % Order::SIZE != 0 || found == orders);
        }

        #[test]
        fn after_noise_records_are_found_again(noise in prop::collection::vec(any::<u8>(), 0..200), record in order()) {
            let mut receiver = Receiver::default();
            receiver.receive::<Order>(&noise);
            // What the noise began may swallow a record's length.
            receiver.receive::<Order>(&[0; 6]);
            prop_assert_eq!(receiver.receive::<Order>(&record.encode()), vec![record]);
        }
    }
}
