//! The Modbus module, made of code.

use std::collections::VecDeque;

use super::modbus::{Exception, LETTERS, NUMBER, Request, answer, decode, length};
use super::{Ear, picture, place};
use crate::sign::virtual_sign::{Diary, Plugs, ShownArea, View, VirtualSign};
use crate::{Millis, VirtualDevice};

/// Until an answer.
const THINKS: u64 = 5;
/// Other registers that take a value: the unit's number, the rate and the decimal point.
const OTHERS: [u16; 3] = [2, 3, 4];

/// A virtual module.
pub struct VirtualModbus {
    unit: u8,
    digits: usize,
    ear: Ear,
    text: String,
    diary: Diary,
    answers: VecDeque<(Millis, Vec<u8>)>,
    due: Vec<u8>,
}

impl VirtualModbus {
    /// The module of a unit, which shows nothing yet. The seed places its faults.
    pub fn new(unit: u8, digits: usize, seed: u64) -> Self {
        let (diary, answers, due) = (Diary::default(), VecDeque::new(), Vec::new());
        Self { unit, digits, ear: Ear::new(seed), text: String::new(), diary, answers, due }
    }

    /// What stands on it, digit by digit; empty since the power came.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn frame(&mut self, now: Millis, frame: &[u8]) {
        let Some((unit, request)) = decode(frame) else {
            // Modbus answers nothing to what it cannot read.
            return self.diary.reject(now, format!("no frame: {frame:02X?}"));
        };
        if unit != self.unit {
            return;
        }
        let outcome = if self.ear.plugs.busy { Err(Exception::Busy) } else { request.and_then(|it| self.take(it)) };
        match outcome {
            Ok(()) => self.diary.taken += 1,
            Err(exception) => self.diary.reject(now, format!("{exception:?}: {frame:02X?}")),
        }
        let mut bytes = answer(frame, outcome);
        if self.ear.plugs.garbled && self.ear.dice.below(2) == 0 {
            let at = self.ear.dice.below(bytes.len());
            bytes[at] ^= 1 << self.ear.dice.below(8);
        }
        self.answers.push_back((now + THINKS, bytes));
    }

    fn take(&mut self, request: Request) -> Result<(), Exception> {
        match request {
            Request::One { register: NUMBER, value } => {
                let text = format!("{:>1$}", value as i16, self.digits);
                self.text = Some(text).filter(|text| text.len() <= self.digits).ok_or(Exception::Value)?;
            }
            Request::One { register, .. } if OTHERS.contains(&register) => {}
            Request::Several { register: LETTERS, values } => {
                let letters: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
                let (shown, rest) = letters.split_at_checked(self.digits).ok_or(Exception::Value)?;
                let plain = |letters: &[u8]| letters.iter().all(|letter| (b' '..=b'~').contains(letter));
                if rest.len() > 1 || !plain(shown) {
                    return Err(Exception::Register);
                }
                self.text = String::from_utf8_lossy(shown).into_owned();
            }
            Request::One { .. } | Request::Several { .. } => return Err(Exception::Register),
        }
        Ok(())
    }
}

impl VirtualDevice for VirtualModbus {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        if let Some(left) = self.ear.hear(now, bytes) {
            // Of a function that is not known only the silence says how long it is.
            self.frame(now, &left);
        }
        while let Some(length) = length(&self.ear.heard).filter(|length| *length <= self.ear.heard.len()) {
            let frame: Vec<u8> = self.ear.heard.drain(..length).collect();
            if decode(&frame).is_none() {
                // Out of step: all until the next silence is lost.
                self.ear.heard.clear();
            }
            self.frame(now, &frame);
        }
        // Noise without end.
        self.ear.heard.truncate(300);
        while self.answers.front().is_some_and(|(at, _)| *at <= now) {
            let (_, answer) = self.answers.pop_front().unwrap_or_default();
            self.due.extend(answer);
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.due)
    }

    fn wake_at(&self) -> Option<Millis> {
        self.answers.front().map(|(at, _)| *at).into_iter().chain(self.ear.wake_at()).min()
    }
}

impl VirtualSign for VirtualModbus {
    fn view(&self) -> View {
        let place = place(self.digits);
        let shown = Some(&self.text).filter(|text| !text.is_empty());
        View {
            width: place.width,
            height: place.height,
            plugs: self.ear.plugs,
            areas: shown.map(|text| ShownArea::still(0, place, text.clone())).into_iter().collect(),
            brightness: 15,
            test: false,
            said: Vec::new(),
            taken: self.diary.taken,
            rejected: self.diary.rejected().cloned().collect(),
        }
    }

    fn plug(&mut self, plugs: Plugs) {
        if !plugs.power {
            self.text.clear();
        }
        if !plugs.power || !plugs.line {
            self.answers.clear();
            self.due.clear();
        }
        self.ear.plugs = plugs;
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        picture(&self.text, self.digits)
    }
}

#[cfg(test)]
mod tests;
