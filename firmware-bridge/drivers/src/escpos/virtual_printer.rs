//! A ticket printer that is none: it gets the bytes a real one would get, answers as it would, and keeps what it prints.
//!
//! Like a real one it has a buffer that it works off at a certain speed. Requests that begin with DLE are carried out on
//! arrival, whatever stands in the buffer; all others when their turn comes. When it cannot print it goes off line with the
//! rest in its buffer, and goes on by itself when the paper is changed or the cover is closed, unless it was cleared.

mod machine;
mod paper;
mod parser;
mod picture;
mod plugs;

use std::collections::VecDeque;

use self::machine::Machine;
use self::parser::Parser;
use super::bytes::{DC4, DLE, ENQ, EOT};
use super::model::Model;
use crate::{Millis, VirtualDevice};

pub use self::paper::{Letter, Line, Part, PrintedPaper, Style};
pub use self::plugs::{Plugs, Roll};

/// Bytes that its buffer holds. More wait on the line, where nothing is carried out on arrival.
const BUFFER: usize = 4096;
/// It works in steps of so many milliseconds.
const STEP_MS: u64 = 10;
/// Faults that are kept.
const FAULTS: usize = 100;

/// A virtual ticket printer.
#[derive(Debug)]
pub struct VirtualPrinter {
    model: Model,
    plugs: Plugs,
    machine: Machine,
    parser: Parser,
    buffer: VecDeque<u8>,
    line: VecDeque<u8>,
    /// The last bytes that arrived, in which a command for carrying out on arrival may have begun.
    arriving: Vec<u8>,
    answers: Vec<u8>,
    /// When it worked last, and the bytes it may work off for the time since then, in thousandths.
    worked: Millis,
    credit: u64,
    faults: Vec<String>,
}

impl VirtualPrinter {
    /// One that works, at this time.
    pub fn new(model: Model, now: Millis) -> Self {
        Self {
            model,
            plugs: Plugs::default(),
            machine: Machine::new(model),
            parser: Parser::new(model.characters != super::model::Characters::Ascii),
            buffer: VecDeque::new(),
            line: VecDeque::new(),
            arriving: Vec::new(),
            answers: Vec::new(),
            worked: now,
            credit: 0,
            faults: Vec::new(),
        }
    }

    /// How many bytes it takes before they have to wait on the line: whoever models flow control sends no more.
    pub fn room(&self) -> usize {
        BUFFER.saturating_sub(self.buffer.len() + self.line.len())
    }

    /// How it is.
    pub const fn plugs(&self) -> &Plugs {
        &self.plugs
    }

    /// Pulls or puts back plugs.
    pub fn set_plugs(&mut self, now: Millis, plugs: Plugs) {
        self.work(now);
        let before = std::mem::replace(&mut self.plugs, plugs);
        if before.power && !self.plugs.power {
            // What stands in its memory is lost; what is half printed hangs there.
            self.buffer.clear();
            self.line.clear();
            self.arriving.clear();
            self.answers.clear();
            self.parser.reset();
            self.machine.power_off();
            if !self.plugs.fault {
                self.machine.fault = false;
            }
        }
        if before.paper == Roll::Out && self.plugs.paper != Roll::Out {
            // Whoever changes the roll takes out what hangs there.
            self.machine.tear_off();
        }
        self.machine.fault |= self.plugs.fault;
        self.changed();
        self.credit = 0;
        self.work(now);
    }

    /// Switches it off and on again.
    pub fn restart(&mut self, now: Millis) {
        let on = self.plugs.clone();
        self.set_plugs(now, Plugs { power: false, ..on.clone() });
        self.set_plugs(now, Plugs { power: true, ..on });
    }

    /// What it has printed and what hangs in it was torn off, the oldest first.
    pub fn tickets(&self) -> &[PrintedPaper] {
        &self.machine.tickets
    }

    /// What hangs in it, not cut off yet; none when it is white.
    pub fn hanging(&self) -> Option<&PrintedPaper> {
        Some(&self.machine.strip).filter(|strip| !strip.is_blank())
    }

    /// Bytes that are no command it knows and characters it has no font for, as text; the oldest first, 100 at most.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Its model.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// From the line into the buffer, as far as there is room. What is to be carried out on arrival is.
    fn take_in(&mut self) {
        while self.buffer.len() < BUFFER
            && let Some(byte) = self.line.pop_front()
        {
            self.buffer.push_back(byte);
            self.arrived(byte);
        }
    }

    fn arrived(&mut self, byte: u8) {
        // Clear buffers: DLE DC4 8 and its seven fixed bytes.
        const CLEAR: [u8; 10] = [DLE, DC4, 8, 1, 3, 20, 1, 6, 2, 8];
        self.arriving.push(byte);
        match self.arriving.as_slice() {
            [DLE, EOT, n @ 1..=4] => {
                let status = self.machine.real_time(&self.plugs, *n);
                if !self.plugs.no_real_time {
                    self.answers.push(status);
                }
            }
            [DLE, ENQ, n @ (1 | 2)] => {
                let clears = *n == 2;
                self.machine.recover(&self.plugs);
                if clears {
                    self.clear();
                }
                self.changed();
            }
            whole if *whole == CLEAR => {
                self.clear();
                // As printers do when it is carried out.
                self.answers.extend([0x37, 0x25, 0x00]);
            }
            begun if [&[DLE, EOT][..], &[DLE, ENQ], &CLEAR].iter().any(|command| command.starts_with(begun)) => return,
            _ => {
                // Perhaps this very byte begins another.
                self.arriving.clear();
                if byte == DLE {
                    self.arriving.push(byte);
                }
                return;
            }
        }
        self.arriving.clear();
    }

    /// Forgets everything that is not printed yet.
    fn clear(&mut self) {
        self.buffer.clear();
        self.parser.clear();
        self.machine.cleared();
    }

    fn works(&self) -> bool {
        self.plugs.power && self.machine.stopped(&self.plugs).is_none()
    }

    /// Works off what the time allows.
    fn work(&mut self, now: Millis) {
        let passed = now.since(self.worked);
        self.worked = self.worked.max(now);
        if !self.works() || self.buffer.is_empty() {
            self.credit = 0;
            self.take_in_if_on();
            return;
        }
        self.credit = self.credit.saturating_add(passed.saturating_mul(u64::from(self.plugs.bytes_per_s)));
        while self.credit >= 1_000 && self.works() {
            let Some(byte) = self.buffer.pop_front() else { break };
            self.credit -= 1_000;
            self.step(byte);
            self.take_in_if_on();
        }
        if self.buffer.is_empty() {
            self.credit = 0;
        }
    }

    fn take_in_if_on(&mut self) {
        if self.plugs.power {
            self.take_in();
        }
    }

    fn step(&mut self, byte: u8) {
        if let Some(op) = self.parser.byte(byte) {
            let printed = Machine::prints(&op);
            if let Some(fault) = self.machine.carry_out(op, &self.plugs, &mut self.answers)
                && self.faults.len() < FAULTS
            {
                self.faults.push(fault);
            }
            if printed {
                count_down(&mut self.plugs.out_after_lines, &mut self.plugs.paper);
            }
        }
        count_down(&mut self.plugs.out_after_bytes, &mut self.plugs.paper);
        self.changed();
    }

    /// Says by itself what changed, where that was asked for.
    fn changed(&mut self) {
        self.machine.tell_changes(&self.plugs, &mut self.answers);
    }
}

impl VirtualDevice for VirtualPrinter {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.work(now);
        if self.plugs.line && self.plugs.power {
            self.line.extend(bytes);
            self.take_in();
        }
        self.work(now);
    }

    /// What it says while its cable is out is lost.
    fn answer(&mut self) -> Vec<u8> {
        let answers = std::mem::take(&mut self.answers);
        if self.plugs.line && self.plugs.power { answers } else { Vec::new() }
    }

    fn wake_at(&self) -> Option<Millis> {
        (!self.buffer.is_empty() && self.works()).then(|| self.worked + STEP_MS)
    }
}

fn count_down(left: &mut Option<u32>, paper: &mut Roll) {
    if let Some(count) = left {
        *count = count.saturating_sub(1);
        if *count == 0 {
            *left = None;
            *paper = Roll::Out;
        }
    }
}

#[cfg(test)]
mod tests;
