//! The crate rppal, retired by its author in July 2025: no newer board than the Pi 5, and nothing but a Pi.

use std::io;

use rppal::gpio::{Gpio, InputPin, OutputPin, Trigger};
use tokio::sync::mpsc::{Receiver, channel};

use super::{Edge, EdgeSource, NextEdge, OutputBank, Wire, Wiring};

/// Edges that may wait.
const WAITING: usize = 256;

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// The number in `GPIO17`.
fn number(wire: &Wire) -> io::Result<u8> {
    let number = wire.line.strip_prefix("GPIO").and_then(|number| number.parse().ok());
    number
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("{:?} is no line of a Pi's header", wire.line)))
}

/// Takes the lines of a wiring. The chip's label is not asked for: this crate finds it by the board.
pub fn open(wiring: &Wiring) -> io::Result<(Box<dyn EdgeSource>, Box<dyn OutputBank>)> {
    let gpio = Gpio::new().map_err(failed)?;
    let mut outputs = Vec::new();
    for wire in &wiring.outputs {
        let Some(wire) = wire else {
            outputs.push(None);
            continue;
        };
        let pin = gpio.get(number(wire)?).map_err(failed)?;
        let pin = if wire.active_low { pin.into_output_high() } else { pin.into_output_low() };
        outputs.push(Some((pin, wire.active_low)));
    }
    let (sender, edges) = channel(WAITING);
    let mut inputs = Vec::new();
    for (line, wire) in wiring.inputs.iter().enumerate() {
        let Some(wire) = wire else {
            inputs.push(None);
            continue;
        };
        let mut pin = gpio.get(number(wire)?).map_err(failed)?.into_input_pullup();
        let (sender, active_low) = (sender.clone(), wire.active_low);
        let told = move |event: rppal::gpio::Event| {
            let rising = (event.trigger == Trigger::RisingEdge) != active_low;
            let mono_ns = u64::try_from(event.timestamp.as_nanos()).unwrap_or(u64::MAX);
            // What does not fit is noticed when the levels are next asked for.
            let _ = sender.try_send(Edge { line: line as u8, rising, mono_ns });
        };
        pin.set_async_interrupt(Trigger::Both, Some(wiring.debounce), told).map_err(failed)?;
        inputs.push(Some((pin, active_low)));
    }
    // With no input nothing else would keep the channel open.
    Ok((Box::new(Inputs { edges, _sender: sender, pins: inputs }), Box::new(Lines(outputs))))
}

struct Inputs {
    edges: Receiver<Edge>,
    _sender: tokio::sync::mpsc::Sender<Edge>,
    pins: Vec<Option<(InputPin, bool)>>,
}

impl EdgeSource for Inputs {
    fn next(&mut self) -> NextEdge<'_> {
        Box::pin(async move { self.edges.recv().await.ok_or_else(|| io::ErrorKind::BrokenPipe.into()) })
    }

    fn level(&self, line: u8) -> io::Result<Option<bool>> {
        let pin = self.pins.get(usize::from(line)).and_then(Option::as_ref);
        Ok(pin.map(|(pin, active_low)| pin.is_high() != *active_low))
    }
}

struct Lines(Vec<Option<(OutputPin, bool)>>);

impl OutputBank for Lines {
    fn set(&mut self, line: u8, on: bool) -> io::Result<()> {
        if let Some(Some((pin, active_low))) = self.0.get_mut(usize::from(line)) {
            if on == *active_low {
                pin.set_low()
            } else {
                pin.set_high()
            };
        }
        Ok(())
    }
}
