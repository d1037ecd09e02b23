//! The kernel's character device: edges with its time stamps and its debouncing.

use std::io;

use gpiocdev::line::{Bias, EdgeDetection, EdgeKind, EventClock, Offset, Value};
use gpiocdev::request::Request;
use gpiocdev::tokio::AsyncRequest;
use gpiocdev::{Chip, chip};

use super::{Edge, EdgeSource, NextEdge, OutputBank, Wire, Wiring};

/// What the kernel calls the owner of the lines.
const CONSUMER: &str = "paihao-bridge";

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// Takes the lines of a wiring. Nobody else may have them meanwhile.
pub fn open(wiring: &Wiring) -> io::Result<(Box<dyn EdgeSource>, Box<dyn OutputBank>)> {
    let chip = find(&wiring.chip)?;
    let path = chip.path().to_owned();
    let inputs = offsets(&chip, &wiring.inputs)?;
    let outputs = offsets(&chip, &wiring.outputs)?;
    // Outputs first: they are off from here on, whatever becomes of the rest.
    let bank = if outputs.iter().flatten().next().is_some() {
        let mut builder = Request::builder();
        builder.with_consumer(CONSUMER).on_chip(&path);
        for (wire, offset) in wiring.outputs.iter().zip(&outputs) {
            let (Some(wire), Some(offset)) = (wire, offset) else { continue };
            builder.with_line(*offset).as_output(Value::Inactive);
            if wire.active_low {
                builder.as_active_low()
            } else {
                builder.as_active_high()
            };
        }
        Some(builder.request().map_err(failed)?)
    } else {
        None
    };
    let request = if inputs.iter().flatten().next().is_some() {
        let mut builder = Request::builder();
        builder.with_consumer(CONSUMER).on_chip(&path).with_kernel_event_buffer_size(256);
        for (wire, offset) in wiring.inputs.iter().zip(&inputs) {
            let (Some(wire), Some(offset)) = (wire, offset) else { continue };
            builder
                .with_line(*offset)
                .as_input()
                .with_bias(Bias::PullUp)
                .with_edge_detection(EdgeDetection::BothEdges)
                .with_event_clock(EventClock::Monotonic)
                .with_debounce_period(wiring.debounce);
            if wire.active_low {
                builder.as_active_low()
            } else {
                builder.as_active_high()
            };
        }
        Some(AsyncRequest::new(builder.request().map_err(failed)?))
    } else {
        None
    };
    Ok((Box::new(Inputs { request, offsets: inputs }), Box::new(Lines { request: bank, offsets: outputs })))
}

/// The chip of this label.
fn find(label: &str) -> io::Result<Chip> {
    for path in chip::chips().map_err(failed)? {
        let chip = Chip::from_path(&path).map_err(failed)?;
        if chip.info().map_err(failed)?.label == label {
            return Ok(chip);
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("no GPIO chip has the label {label:?}")))
}

fn offsets(chip: &Chip, wires: &[Option<Wire>]) -> io::Result<Vec<Option<Offset>>> {
    let offset = |wire: &Wire| {
        let info = chip.find_line_info(&wire.line);
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("the chip has no line {:?}", wire.line));
        info.map(|info| info.offset).ok_or_else(missing)
    };
    wires.iter().map(|wire| wire.as_ref().map(offset).transpose()).collect()
}

struct Inputs {
    request: Option<AsyncRequest>,
    offsets: Vec<Option<Offset>>,
}

impl EdgeSource for Inputs {
    fn next(&mut self) -> NextEdge<'_> {
        Box::pin(async move {
            let Some(request) = &self.request else { return std::future::pending().await };
            loop {
                let event = request.read_edge_event().await.map_err(failed)?;
                if let Some(line) = self.offsets.iter().position(|offset| *offset == Some(event.offset)) {
                    let rising = event.kind == EdgeKind::Rising;
                    return Ok(Edge { line: line as u8, rising, mono_ns: event.timestamp_ns });
                }
            }
        })
    }

    fn level(&self, line: u8) -> io::Result<Option<bool>> {
        let offset = self.offsets.get(usize::from(line)).copied().flatten();
        let (Some(request), Some(offset)) = (&self.request, offset) else { return Ok(None) };
        let value = request.as_ref().value(offset).map_err(failed)?;
        Ok(Some(value == Value::Active))
    }
}

struct Lines {
    request: Option<Request>,
    offsets: Vec<Option<Offset>>,
}

impl OutputBank for Lines {
    fn set(&mut self, line: u8, on: bool) -> io::Result<()> {
        let offset = self.offsets.get(usize::from(line)).copied().flatten();
        let (Some(request), Some(offset)) = (&self.request, offset) else { return Ok(()) };
        let value = if on { Value::Active } else { Value::Inactive };
        request.set_value(offset, value).map_err(failed)
    }
}
