//! USB printers through the kernel's driver usblp (`/dev/usb/lp*`).
//!
//! Opened without blocking: a blocking write waits for as long as the printer takes nothing. So a count of written bytes says
//! only that the kernel has them.
//!
//! Two requests of the driver are used. LPABORT lets a write that waits end with ENOSPC when the printer says that its paper
//! is out, should it ever wait. LPGETSTATUS asks for the status byte of the printer class, and the log tells it whenever the port
//! is opened: it is advice for people, for many cheap printers say "all well" whatever has happened. What counts is what the
//! printer says in its own language (`DLE EOT`).
//!
//! A printer that is unplugged answers ENODEV, its device file disappears, and it may come back under another number: the port
//! is lost, and is opened again by its path, which a udev rule keeps.

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
    tell_class_status(&file, path);
    #[expect(
        deprecated,
        reason = "a File keeps its descriptor while it lives, which is all that the newer, unsafe one asks"
    )]
    let inner = AsyncFd::new(file)?;
    Ok(Box::new(DeviceFile { inner }))
}

/// Turns LPABORT on and tells the log what the printer's class status is. That neither works is no reason not to print.
fn tell_class_status(file: &File, path: &Path) {
    if let Err(error) = requests::abort_without_paper(file) {
        tracing::debug!(port = %path.display(), %error, "LPABORT");
        return;
    }
    match requests::class_status(file) {
        Ok(status) => tracing::info!(port = %path.display(), status, says = words(status), "class status"),
        Err(error) => tracing::debug!(port = %path.display(), %error, "LPGETSTATUS"),
    }
}

/// What a status byte of the printer class says: bit 5 no paper, bit 4 selected, bit 3 no error.
const fn words(status: u8) -> &'static str {
    if status & 0x20 != 0 {
        "no paper"
    } else if status & 0x08 == 0 {
        "an error"
    } else if status & 0x10 == 0 {
        "off line"
    } else {
        "all well"
    }
}

/// The requests of usblp that no safe function offers.
#[expect(
    unsafe_code,
    reason = "no crate offers these two requests of usblp as safe functions; each names all the memory that the kernel touches"
)]
mod requests {
    use std::fs::File;
    use std::io;

    use rustix::fs::{fstat, major};
    use rustix::ioctl::{Getter, IntegerSetter, Opcode, ioctl};

    /// The numbers of `linux/lp.h`, which usblp shares.
    const LPABORT: Opcode = 0x0604;
    const LPGETSTATUS: Opcode = 0x060B;
    /// Device files of USB drivers, among them usblp.
    const USB: u32 = 180;

    /// Ends writes that wait with ENOSPC when the paper is out.
    pub fn abort_without_paper(file: &File) -> io::Result<()> {
        only_usb(file)?;
        // SAFETY: the argument is a number, not an address: the driver reads and writes no memory of ours.
        unsafe { ioctl(file, IntegerSetter::<LPABORT>::new_usize(1)) }?;
        Ok(())
    }

    /// The status byte of the printer class (`GET_PORT_STATUS`).
    pub fn class_status(file: &File) -> io::Result<u8> {
        only_usb(file)?;
        // SAFETY: the driver writes one C int to the address, which is what `Getter` holds, and keeps no address.
        let status = unsafe { ioctl(file, Getter::<LPGETSTATUS, i32>::new()) }?;
        Ok(status as u8)
    }

    /// To other drivers the same numbers may mean something else.
    fn only_usb(file: &File) -> io::Result<()> {
        if major(fstat(file)?.st_rdev) == USB { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
    }
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

    use super::{open, requests, words};

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

    /// Unplugged and plugged in again, its path leads to another file: whoever opens the path again finds it.
    #[tokio::test]
    async fn a_printer_that_comes_back_under_another_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ticket-printer");
        for round in 0..2_u8 {
            assert!(open(&path).is_err(), "not plugged in");
            let (mut device, host) = SerialStream::pair().unwrap();
            std::os::unix::fs::symlink(host.name().unwrap(), &path).unwrap();
            let mut port = open(&path).unwrap();
            drop(host);
            device.write_all(&[round]).await.unwrap();
            assert_eq!(port.read_u8().await.unwrap(), round);
            std::fs::remove_file(&path).unwrap();
            drop(device);
            assert!(port.read_u8().await.is_err(), "unplugged");
        }
    }

    #[test]
    fn class_status_in_words() {
        assert_eq!([0x18, 0x38, 0x10, 0x08].map(words), ["all well", "no paper", "an error", "off line"]);
    }

    #[test]
    fn other_drivers_are_not_asked() {
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(requests::abort_without_paper(&file).is_err() && requests::class_status(&file).is_err());
    }
}
