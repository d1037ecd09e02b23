//! Chains of chips at SPI, through the kernel's driver spidev (`/dev/spidev*`).
//!
//! What is sent goes out in transfers of the same length, the chain's: select falls before each and rises behind it, which is
//! when the chips take in what was shifted through them. Nothing ever comes back: reading waits for ever, and that the port is
//! open is all that is known of the chain.
//!
//! A transfer is written at once, in the caller's thread: 128 bytes at 1 MHz take a millisecond.

use std::io::{self, Write};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use spidev::{SpiModeFlags, Spidev, SpidevOptions};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Line;

/// Opens a chain whose transfers have so many bytes.
pub fn open(path: &Path, hz: u32, transfer: usize) -> io::Result<Line> {
    let mut device = Spidev::open(path)?;
    let options = SpidevOptions::new().bits_per_word(8).max_speed_hz(hz).mode(SpiModeFlags::SPI_MODE_0).build();
    device.configure(&options)?;
    Ok(Box::new(Chain::new(device, transfer)))
}

/// Parts what is sent into transfers.
struct Chain<W> {
    device: W,
    transfer: usize,
    /// What is there of the next transfer.
    begun: Vec<u8>,
}

impl<W: Write> Chain<W> {
    fn new(device: W, transfer: usize) -> Self {
        Self { device, transfer: transfer.max(1), begun: Vec::new() }
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.transfer - self.begun.len());
        self.begun.extend_from_slice(&bytes[..count]);
        if self.begun.len() == self.transfer {
            let written = self.device.write(&self.begun)?;
            if written != self.transfer {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.begun.clear();
        }
        Ok(count)
    }
}

impl<W: Unpin> AsyncRead for Chain<W> {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl<W: Write + Unpin> AsyncWrite for Chain<W> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.get_mut().send(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Remembers each transfer.
    #[derive(Default)]
    struct Wire(Vec<Vec<u8>>);

    impl Write for Wire {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn transfers_are_whole_however_the_bytes_come() {
        let mut chain = Chain::new(Wire::default(), 4);
        let all: Vec<u8> = (0..12).collect();
        for pieces in [&all[..3], &all[3..4], &all[4..12]] {
            let mut rest = pieces;
            while !rest.is_empty() {
                let count = chain.send(rest).unwrap();
                rest = &rest[count..];
            }
        }
        assert_eq!(chain.device.0, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]);
        assert!(open(Path::new("/dev/there-is-none"), 1_000_000, 2).is_err());
        // A terminal is no spidev.
        assert!(open(Path::new("/dev/null"), 1_000_000, 2).is_err());
    }
}
