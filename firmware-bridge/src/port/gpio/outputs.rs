//! The outputs' own thread: whatever becomes of everybody else, a pulse ends, and all are off at the start and at the end.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use drivers::lines::{MAX_PULSE_MS, Order};

use super::OutputBank;

/// How others reach the thread. It ends, with all outputs off, when this is dropped.
#[derive(Debug)]
pub struct Outputs {
    orders: Sender<Order>,
}

impl Outputs {
    /// Starts the thread; `pulses_only` refuses outputs that stay on, and lets go of one before another is pulsed.
    pub fn start(mut bank: Box<dyn OutputBank>, count: usize, pulses_only: bool) -> io::Result<Self> {
        for line in 0..count {
            bank.set(line as u8, false)?;
        }
        let (orders, receiver) = channel();
        let bank = Bank { lines: bank, ends: vec![None; count], pulses_only };
        std::thread::Builder::new().name("outputs".into()).spawn(move || bank.run(&receiver))?;
        Ok(Self { orders })
    }

    /// Gives an order; fails when the outputs are lost.
    pub fn order(&self, order: Order) -> io::Result<()> {
        self.orders.send(order).map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the outputs are lost"))
    }

    /// On for so long, and never longer than the longest pulse.
    pub fn pulse(&self, line: u8, length: Duration) -> io::Result<()> {
        let ms = length.as_millis().clamp(1, u128::from(MAX_PULSE_MS)) as u16;
        self.order(Order::Pulse { line, ms })
    }
}

struct Bank {
    lines: Box<dyn OutputBank>,
    /// When the pulse of each ends.
    ends: Vec<Option<Instant>>,
    pulses_only: bool,
}

impl Bank {
    fn run(mut self, orders: &Receiver<Order>) {
        let done = self.serve(orders);
        for line in 0..self.ends.len() {
            // The others must go off even when one does not.
            if let Err(error) = self.lines.set(line as u8, false) {
                tracing::error!(line, %error, "an output could not be switched off");
            }
        }
        if let Err(error) = done {
            tracing::error!(%error, "outputs lost");
        }
    }

    fn serve(&mut self, orders: &Receiver<Order>) -> io::Result<()> {
        loop {
            let next = self.ends.iter().flatten().min().copied();
            let order = match next {
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => orders.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            // Pulses end first: an order may not make one longer by coming again and again.
            self.expire()?;
            match order {
                Ok(order) => self.follow(order)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn expire(&mut self) -> io::Result<()> {
        let now = Instant::now();
        for line in 0..self.ends.len() {
            if self.ends[line].is_some_and(|at| at <= now) {
                self.ends[line] = None;
                self.lines.set(line as u8, false)?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, order: Order) -> io::Result<()> {
        let known = |line: u8| usize::from(line) < self.ends.len();
        match order {
            Order::Off { line } if known(line) => {
                self.ends[usize::from(line)] = None;
                self.lines.set(line, false)
            }
            Order::On { line } if known(line) && !self.pulses_only => self.lines.set(line, true),
            Order::Pulse { line, ms } if known(line) => {
                for other in (0..self.ends.len() as u8).filter(|other| self.pulses_only && *other != line) {
                    self.ends[usize::from(other)] = None;
                    self.lines.set(other, false)?;
                }
                let length = Duration::from_millis(u64::from(ms.min(MAX_PULSE_MS)));
                // One that is under way is not made longer.
                if self.ends[usize::from(line)].is_none() {
                    self.lines.set(line, true)?;
                    self.ends[usize::from(line)] = Some(Instant::now() + length);
                }
                Ok(())
            }
            _ => {
                tracing::warn!(?order, "these outputs do not do that");
                Ok(())
            }
        }
    }
}
