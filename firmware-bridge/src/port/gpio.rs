//! Single wires: inputs with the kernel's time stamps, and outputs that let go by themselves. To the owner of a device they are
//! records of bytes ([`drivers::lines`]), like any other port.
//!
//! A chip is found by its label or by the names of its lines, never by its number: the Pi 5's has had two. The back end is the
//! kernel's character device (`cdev`); with the feature `rppal` it is that crate instead, which its author has retired.

#[cfg(not(feature = "rppal"))]
mod cdev;
mod outputs;
#[cfg(feature = "rppal")]
mod pi;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use drivers::lines::{Order, Receiver, Record as _, Seen};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use super::Line;
pub use outputs::Outputs;

/// Bytes on the way between wires and owner: some hundreds of edges.
const ON_THE_WAY: usize = 8 * 1024;

/// A wire by the name of its line, such as `GPIO17`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The line's name.
    pub line: String,
    /// Active while it is low.
    pub active_low: bool,
}

/// Which wires a device has, in the order its driver numbers them; an input that is not connected is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    /// The chip's label, such as `pinctrl-rp1`.
    pub chip: String,
    /// Inputs.
    pub inputs: Vec<Option<Wire>>,
    /// Outputs.
    pub outputs: Vec<Option<Wire>>,
    /// Outputs are pulsed, and one at a time.
    pub pulses_only: bool,
    /// The kernel tells no change that is shorter.
    pub debounce: Duration,
}

/// A change of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Which input.
    pub line: u8,
    /// It became active.
    pub rising: bool,
    /// When, on the machine's monotonic clock.
    pub mono_ns: u64,
}

/// A change, when there is one.
pub type NextEdge<'a> = Pin<Box<dyn Future<Output = io::Result<Edge>> + Send + 'a>>;

/// Inputs.
pub trait EdgeSource: Send {
    /// The next change. May be dropped and asked again without losing one.
    fn next(&mut self) -> NextEdge<'_>;
    /// What an input is now; none where it is not connected.
    fn level(&self, line: u8) -> io::Result<Option<bool>>;
}

/// Outputs. All are off when it is made; who drops it has switched them off.
pub trait OutputBank: Send {
    /// Switches one on or off. One that is not connected does nothing.
    fn set(&mut self, line: u8, on: bool) -> io::Result<()>;
}

/// Opens the wires.
pub fn open(wiring: &Wiring) -> io::Result<Line> {
    #[cfg(not(feature = "rppal"))]
    let (edges, bank) = cdev::open(wiring)?;
    #[cfg(feature = "rppal")]
    let (edges, bank) = pi::open(wiring)?;
    connect(wiring, edges, bank)
}

/// Joins inputs and outputs to a line of records.
fn connect(wiring: &Wiring, edges: Box<dyn EdgeSource>, bank: Box<dyn OutputBank>) -> io::Result<Line> {
    let outputs = Outputs::start(bank, wiring.outputs.len(), wiring.pulses_only)?;
    let (host, far) = tokio::io::duplex(ON_THE_WAY);
    let inputs = wiring.inputs.len();
    // It ends when the owner lets go of its end, and the outputs with it.
    tokio::spawn(async move {
        if let Err(error) = pump(far, inputs, edges, outputs).await {
            tracing::warn!(%error, "wires lost");
        }
    });
    Ok(Box::new(host))
}

enum Happened {
    Edge(Edge),
    Read(usize),
}

async fn pump(
    mut far: DuplexStream,
    inputs: usize,
    mut edges: Box<dyn EdgeSource>,
    outputs: Outputs,
) -> io::Result<()> {
    let mut receiver = Receiver::default();
    let mut buffer = [0; 256];
    loop {
        let happened = tokio::select! {
            edge = edges.next() => Happened::Edge(edge?),
            read = far.read(&mut buffer) => Happened::Read(read?),
        };
        match happened {
            Happened::Read(0) => return Ok(()),
            Happened::Edge(Edge { line, rising, mono_ns }) => {
                far.write_all(&Seen::Edge { line, active: rising, ns: mono_ns }.encode()).await?;
            }
            Happened::Read(count) => {
                for order in receiver.receive::<Order>(&buffer[..count]) {
                    if order == Order::Ask {
                        let records = all(inputs, edges.as_ref())?;
                        far.write_all(&records).await?;
                    } else {
                        outputs.order(order)?;
                    }
                }
            }
        }
    }
}

/// What all inputs are, as records.
fn all(inputs: usize, edges: &dyn EdgeSource) -> io::Result<Vec<u8>> {
    let (ns, mut records) = (mono_ns(), Vec::new());
    for line in 0..inputs {
        if let Some(active) = edges.level(line as u8)? {
            records.extend(Seen::Level { line: line as u8, active, ns }.encode());
        }
    }
    records.extend(Seen::Alive { ns }.encode());
    Ok(records)
}

/// The clock that the kernel stamps edges with.
fn mono_ns() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

#[cfg(test)]
mod tests;
