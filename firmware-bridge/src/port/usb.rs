//! USB printers through the kernel's driver usblp (`/dev/usb/lp*`).
//!
//! Opened without blocking: a blocking write waits for as long as the printer takes nothing. So a count of written bytes says
//! only that the kernel has them. The driver's own requests (LPABORT, LPGETSTATUS) are left out: they need `unsafe`, and many
//! cheap printers answer "all well" to them anyway; the printer is asked in its own language instead.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::fs::{Mode, OFlags};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Line;

/// Opens a printer.
pub fn open(path: &Path) -> io::Result<Line> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    #[expect(
        deprecated,
        reason = "a File keeps its descriptor while it lives, which is all that the newer, unsafe one asks"
    )]
    let inner = AsyncFd::new(file)?;
    Ok(Box::new(DeviceFile { inner }))
}

/// A device file that says when it can be read and written.
struct DeviceFile {
    inner: AsyncFd<File>,
}

impl AsyncRead for DeviceFile {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.inner.poll_read_ready(context))?;
            match guard.try_io(|file| file.get_ref().read(buffer.initialize_unfilled())) {
                // Hung up for good.
                Ok(Ok(0)) if guard.ready().is_read_closed() => return Poll::Ready(Ok(())),
                // usblp gives nothing when a transfer came in empty.
                Ok(Ok(0)) => guard.clear_ready(),
                Ok(Ok(count)) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_not_ready) => {}
            }
        }
    }
}

impl AsyncWrite for DeviceFile {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.inner.poll_write_ready(context))?;
            if let Ok(written) = guard.try_io(|file| file.get_ref().write(bytes)) {
                return Poll::Ready(written);
            }
        }
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
    use std::path::Path;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_serial::{SerialPort as _, SerialStream};

    use super::open;

    /// There is no USB printer here; a terminal is a device file that blocks and ends as one does.
    #[tokio::test]
    async fn a_device_file_is_read_written_and_missed() {
        let (mut device, host) = SerialStream::pair().unwrap();
        let path = host.name().unwrap();
        let mut port = open(Path::new(&path)).unwrap();
        drop(host);
        port.write_all(b"\x10\x04\x01").await.unwrap();
        let mut got = [0; 3];
        device.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"\x10\x04\x01");
        device.write_all(b"\x12").await.unwrap();
        assert_eq!(port.read_u8().await.unwrap(), 0x12);
        drop(device);
        assert!(port.read_u8().await.is_err(), "gone");
        assert!(open(Path::new("/dev/usb/there-is-none")).is_err());
    }
}
