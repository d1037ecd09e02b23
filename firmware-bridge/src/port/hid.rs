//! Scanners that type: a keyboard's node of evdev (`/dev/input/by-id/…-event-kbd`), grabbed, so that what it types reaches this
//! program and nobody else, above all not the page on the screen.

use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use evdev::{Device, KeyCode};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, Interest, ReadBuf};

use super::Line;

/// Opens and grabs a keyboard. Fails when it is none, or when another program has grabbed it.
pub fn open(path: &Path) -> io::Result<Line> {
    let mut device = Device::open(path)?;
    // A key in hand is worth little if Enter is not among the others: this is a mouse, or a power button.
    if !device.supported_keys().is_some_and(|keys| keys.contains(KeyCode::KEY_ENTER)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it has no Enter key, so it is no keyboard"));
    }
    device.grab()?;
    device.set_nonblocking(true)?;
    #[expect(
        deprecated,
        reason = "a device keeps its descriptor while it lives, which is all that the newer, unsafe one asks"
    )]
    let inner = AsyncFd::with_interest(Grabbed(device), Interest::READABLE)?;
    // A scanner is told nothing: its lights are its own affair.
    Ok(Box::new(tokio::io::join(Keyboard { inner }, tokio::io::sink())))
}

/// A keyboard that is ours until it is dropped: the kernel lets it go with the descriptor.
struct Grabbed(Device);

impl AsRawFd for Grabbed {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

struct Keyboard {
    inner: AsyncFd<Grabbed>,
}

impl AsyncRead for Keyboard {
    /// Whole records, as the kernel writes them. A keyboard that was unplugged is an error, ENODEV.
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.inner.poll_read_ready(context))?;
            let read = guard.try_io(|device| {
                let into = buffer.initialize_unfilled();
                rustix::io::read(device.get_ref().0.as_fd(), into).map_err(io::Error::from)
            });
            if let Ok(read) = read {
                buffer.advance(read?);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio_serial::{SerialPort as _, SerialStream};

    use super::open;

    /// There is no keyboard here, and no way to make one: what is not one is refused, and nobody hangs.
    #[tokio::test]
    async fn what_is_no_keyboard_is_refused() {
        assert!(open(Path::new("/dev/input/by-id/there-is-none")).is_err());
        assert!(open(Path::new("/dev/null")).is_err());
        let (_device, host) = SerialStream::pair().unwrap();
        let path = host.name().unwrap();
        assert!(open(Path::new(&path)).is_err());
    }
}
