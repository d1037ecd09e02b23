//! The ways to a device. File descriptors of devices stand here alone; everybody else sees bytes going both ways.

pub mod gpio;
mod hid;
pub mod http;
pub mod player;
mod serial;
mod spi;
mod tcp;
mod usb;
pub mod virtual_device;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::settings::Address;
use virtual_device::Socket;

/// Bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// An open port.
pub type Line = Box<dyn Duplex>;

/// A port that can be opened again and again.
#[derive(Debug, Clone)]
pub enum Port {
    /// A port of the machine or the network.
    Real(Address),
    /// A player of its own for a sound card.
    Player(player::Player),
    /// A chain of chips at SPI, each of whose transfers has so many bytes.
    Spi {
        /// The device file.
        path: PathBuf,
        /// Bits a second.
        hz: u32,
        /// Bytes of a transfer.
        transfer: usize,
    },
    /// Single wires.
    Gpio(Arc<gpio::Wiring>),
    /// The socket that a virtual device is plugged into.
    Virtual(Socket),
}

impl Port {
    /// Opens it. Fails when there is nothing, when somebody else has it, or when it takes too long.
    pub async fn open(&self) -> io::Result<Line> {
        match self {
            Self::Real(Address::Serial { path, baud, flow }) => serial::open(path, *baud, *flow),
            Self::Real(Address::Usb(path)) => usb::open(path),
            Self::Real(Address::Hid(path)) => hid::open(path),
            Self::Real(Address::Tcp(address)) => tcp::open(address).await,
            Self::Real(Address::Alsa(_)) => Err(player::without_player()),
            Self::Player(player) => Ok(player.open()),
            Self::Spi { path, hz, transfer } => spi::open(path, *hz, *transfer),
            Self::Real(Address::Spi { .. }) => Err(io::Error::other("a chain without its length")),
            Self::Real(Address::Gpio(_)) => Err(io::Error::other("wires without their names")),
            Self::Real(Address::Virtual) => Err(io::Error::other("a virtual device without its socket")),
            Self::Gpio(wiring) => gpio::open(wiring),
            Self::Virtual(socket) => socket.open(),
        }
    }
}
