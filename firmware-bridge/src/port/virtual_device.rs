//! Virtual devices: each runs as a task of its own, in real time, and gets and gives the very bytes that a real device would,
//! through a line in memory.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drivers::VirtualDevice;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize as _;

use super::{Duplex, Line};
use crate::clock::Clock;

/// What lies on the line between both, in bytes: little, as on a cable, so that a slow device holds back its host.
const ON_THE_LINE: usize = 64;
/// What the device takes at a time.
const AT_ONCE: usize = 256;

/// Where a virtual device is plugged in: opening it connects host and device anew.
#[derive(Debug, Clone)]
pub struct Socket {
    ends: mpsc::Sender<DuplexStream>,
}

impl Socket {
    /// A socket, and where the device gets its ends of the lines.
    pub fn new() -> (Self, mpsc::Receiver<DuplexStream>) {
        let (ends, receiver) = mpsc::channel(4);
        (Self { ends }, receiver)
    }

    /// Connects.
    pub fn open(&self) -> io::Result<Line> {
        let (host, device) = tokio::io::duplex(ON_THE_LINE);
        self.ends
            .try_send(device)
            .map_err(|_| io::Error::new(io::ErrorKind::NotFound, "the device is not plugged in"))?;
        Ok(Box::new(host))
    }
}

/// How many bytes a device can take now. 0 leaves them on the line, and the line holds back the host.
pub type Room<C> = fn(&C) -> usize;

/// A virtual device that is shared by its task and by those who handle it.
pub struct Shared<C> {
    inner: Arc<Inner<C>>,
}

struct Inner<C> {
    device: Mutex<C>,
    room: Room<C>,
    handled: Notify,
}

impl<C> Clone for Shared<C> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<C> std::fmt::Debug for Shared<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a virtual device")
    }
}

impl<C: VirtualDevice> Shared<C> {
    /// A device that nobody has plugged in yet.
    pub fn new(device: C, room: Room<C>) -> Self {
        Self { inner: Arc::new(Inner { device: Mutex::new(device), room, handled: Notify::new() }) }
    }

    fn lock(&self) -> MutexGuard<'_, C> {
        self.inner.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at it.
    pub fn look<T>(&self, look: impl FnOnce(&C) -> T) -> T {
        look(&self.lock())
    }

    /// Does something to it: lays a card on it, opens its cover. It notices at once.
    pub fn handle<T>(&self, handle: impl FnOnce(&mut C) -> T) -> T {
        let done = handle(&mut self.lock());
        self.inner.handled.notify_one();
        done
    }

    /// Lives, until `stop` or until nobody can plug it in any more. A line may be anything that carries bytes: in memory, or
    /// one that another program has connected.
    pub async fn run<L: Duplex>(self, mut ends: mpsc::Receiver<L>, clock: Clock, stop: CancellationToken) {
        let mut line: Option<L> = None;
        let mut unsent: Vec<u8> = Vec::new();
        let mut buffer = [0; AT_ONCE];
        let mut received = 0;
        loop {
            let (room, wake) = {
                let mut device = self.lock();
                device.receive(clock.now(), &buffer[..received]);
                let mut answer = device.answer();
                // Without a line it speaks into the air.
                if line.is_some() {
                    unsent.extend_from_slice(&answer);
                }
                // It may be what a card says, if only a synthetic one.
                answer.zeroize();
                ((self.inner.room)(&device).min(AT_ONCE), device.wake_at())
            };
            received = 0;
            let due = wake.map(|at| clock.instant(at));
            tokio::select! {
                () = stop.cancelled() => return,
                end = ends.recv() => {
                    let Some(end) = end else { return };
                    // The host opened its port again: what lay on the old line is lost.
                    line = Some(end);
                    unsent.zeroize();
                }
                () = self.inner.handled.notified() => {}
                () = until(due) => {}
                moved = transfer(&mut line, &unsent, &mut buffer[..room]) => match moved {
                    Ok(Moved::Out(count)) => {
                        unsent[..count].zeroize();
                        unsent.drain(..count);
                    }
                    Ok(Moved::In(count @ 1..)) => received = count,
                    Ok(Moved::In(0)) | Err(_) => {
                        line = None;
                        unsent.zeroize();
                    }
                },
            }
        }
    }
}

enum Moved {
    In(usize),
    Out(usize),
}

/// Moves what can be moved first. Waits for ever when nothing can.
async fn transfer<L: Duplex>(line: &mut Option<L>, unsent: &[u8], room: &mut [u8]) -> io::Result<Moved> {
    let Some(line) = line else { return std::future::pending().await };
    let (mut reader, mut writer) = tokio::io::split(line);
    let can_read = !room.is_empty();
    tokio::select! {
        count = writer.write(unsent), if !unsent.is_empty() => Ok(Moved::Out(count?)),
        count = reader.read(room), if can_read => Ok(Moved::In(count?)),
        else => std::future::pending().await,
    }
}

async fn until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
