//! The owner of a device: one task that has its port and drives a [`Driver`], whichever it is.
//!
//! It opens the port, again and again with growing pauses; feeds the driver what comes; sends what the driver wants sent; wakes
//! it when it wants to be woken; and keeps everybody told of how the device is.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use drivers::{Driver, Health, Input, Output};
use protocol::bridge::{Device, DeviceKind};
use serde::Serialize;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize as _;

use crate::clock::{self, Clock};
use crate::port::{Line, Port};

/// Pause before the port is opened again: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// Pause where the driver itself asked for a new start.
const REOPEN: Duration = Duration::from_millis(50);
/// A port that stayed open so long was all right: the next pause is short again.
const SETTLED: Duration = Duration::from_secs(10);
/// Commands that may wait.
const WAITING: usize = 32;

/// A driver whose events tell now and then how its device is.
pub trait Told {
    /// How the device is, if that is what it tells.
    fn health(&self) -> Option<Health>;
}

/// What the owner of a device has counted since the start.
#[derive(Debug, Default)]
pub struct Counters {
    opened: AtomicU64,
    not_opened: AtomicU64,
    lost: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

/// [`Counters`] at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// How often the port was opened.
    pub opened: u64,
    /// How often it could not be.
    pub not_opened: u64,
    /// How often it was lost while open.
    pub lost: u64,
    /// Bytes from the device.
    pub bytes_in: u64,
    /// Bytes that the port took for the device.
    pub bytes_out: u64,
}

impl Counters {
    /// So many bytes have come from a device without a port of its own.
    pub fn heard(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    /// What has been counted.
    pub fn read(&self) -> Counted {
        Counted {
            opened: self.opened.load(Relaxed),
            not_opened: self.not_opened.load(Relaxed),
            lost: self.lost.load(Relaxed),
            bytes_in: self.bytes_in.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
        }
    }
}

/// Which device.
#[derive(Debug, Clone)]
pub struct Label {
    /// What kind.
    pub kind: DeviceKind,
    /// Its name in the settings.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Where it is connected.
    pub port: String,
}

/// How a device is, told to everybody who looks.
#[derive(Debug)]
pub struct Notice {
    label: Label,
    health: watch::Sender<Device>,
    /// Changes whenever a device does.
    changes: Arc<watch::Sender<u64>>,
}

impl Notice {
    /// A device that is gone so far, and where to look at it.
    pub fn new(label: Label, changes: Arc<watch::Sender<u64>>) -> (Self, watch::Receiver<Device>) {
        let Label { kind, name, model, port } = label.clone();
        let Health { state, why } = Health::GONE;
        let (health, device) = watch::channel(Device { kind, name, model, port, state, why, since: clock::wall() });
        (Self { label, health, changes }, device)
    }

    /// Tells how it is.
    pub fn publish(&self, health: Health) {
        let changed = self.health.send_if_modified(|device| {
            let same = device.state == health.state && device.why == health.why;
            if !same {
                (device.state, device.why) = (health.state, health.why);
                device.since = clock::wall();
            }
            !same
        });
        if changed {
            let Label { kind, name, .. } = &self.label;
            tracing::info!(?kind, name, state = ?health.state, why = ?health.why, "device");
            self.changes.send_modify(|count| *count += 1);
        }
    }
}

/// What the owner is asked for.
pub enum Order<C> {
    /// A command to the driver.
    Command(C),
    /// Does something first, so that it is done before the driver tells what comes of the command, and after everything that
    /// it has told before.
    After(Box<dyn FnOnce() + Send>, C),
    /// Close the port and open it again: the device no longer answers as it should.
    Reopen,
    /// Say that the owner is still at work.
    Answer(oneshot::Sender<()>),
}

/// The owner is gone: the bridge is stopping.
#[derive(Debug, thiserror::Error)]
#[error("the bridge is stopping")]
pub struct Stopping;

/// How others reach the owner of a device.
#[derive(Debug)]
pub struct Handle<C> {
    orders: mpsc::Sender<Order<C>>,
    /// How the device is.
    pub device: watch::Receiver<Device>,
    /// What was counted.
    pub counters: Arc<Counters>,
}

impl<C> Clone for Handle<C> {
    fn clone(&self) -> Self {
        Self { orders: self.orders.clone(), device: self.device.clone(), counters: self.counters.clone() }
    }
}

impl<C> Handle<C> {
    /// Gives an order; waits while too many wait.
    pub async fn order(&self, order: Order<C>) -> Result<(), Stopping> {
        self.orders.send(order).await.map_err(|_| Stopping)
    }

    /// Whether the owner is still at work: it answers between two pieces of it, behind the orders that wait.
    pub async fn is_at_work(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Answer(reply)).await.is_ok() && answer.await.is_ok()
    }
}

/// Is told that so many bytes, all that were to be sent, have been taken by the port; for tests that break off there.
pub type Milestone = Box<dyn Fn(usize) + Send>;

/// What an owner is made of.
pub struct Parts<D: Driver> {
    /// Which device.
    pub label: Label,
    /// Its driver.
    pub driver: D,
    /// Its port.
    pub port: Port,
    /// Takes what the driver tells. Must not wait.
    pub events: Box<dyn FnMut(D::Event) + Send>,
    /// Called whenever everything that was to be sent has been.
    pub drained: Milestone,
    /// What changes whenever a device does.
    pub changes: Arc<watch::Sender<u64>>,
    /// The clock of the drivers.
    pub clock: Clock,
    /// Ends it.
    pub stop: CancellationToken,
}

/// Starts the owner of a device.
pub fn start<D>(parts: Parts<D>) -> (Handle<D::Command>, tokio::task::JoinHandle<()>)
where
    D: Driver + Send + 'static,
    D::Command: Send,
    D::Event: Told,
{
    let (orders, receiver) = mpsc::channel(WAITING);
    let (notice, device) = Notice::new(parts.label.clone(), parts.changes.clone());
    let counters = Arc::<Counters>::default();
    let handle = Handle { orders, device, counters: counters.clone() };
    let owner = Owner {
        orders: receiver,
        notice,
        counters,
        unsent: BytesMut::new(),
        sent: 0,
        drained: 0,
        pause: PAUSE.0,
        link: Link::Opening(open(parts.port.clone(), Duration::ZERO)),
        parts,
    };
    (handle, tokio::spawn(owner.run()))
}

type Opening = Pin<Box<dyn Future<Output = io::Result<Line>> + Send>>;

enum Link {
    Opening(Opening),
    Open(Line, Instant),
}

struct Owner<D: Driver> {
    parts: Parts<D>,
    orders: mpsc::Receiver<Order<D::Command>>,
    notice: Notice,
    counters: Arc<Counters>,
    /// What the port has not taken yet.
    unsent: BytesMut,
    /// What it has taken since it was opened.
    sent: usize,
    /// What it had taken when there was nothing more to send.
    drained: usize,
    /// Before the port is opened again.
    pause: Duration,
    link: Link,
}

/// What happened on the line.
enum Happened {
    Opened(io::Result<Line>),
    Received(usize),
    Sent(usize),
    Lost(io::Error),
}

fn open(port: Port, pause: Duration) -> Opening {
    Box::pin(async move {
        tokio::time::sleep(pause).await;
        port.open().await
    })
}

impl<D> Owner<D>
where
    D: Driver,
    D::Event: Told,
{
    async fn run(mut self) {
        let mut buffer = vec![0; 4096];
        loop {
            self.follow();
            let due = self.parts.driver.wake_at().map(|at| self.parts.clock.instant(at));
            tokio::select! {
                () = self.parts.stop.cancelled() => return,
                order = self.orders.recv() => match order {
                    Some(Order::Command(command)) => self.tell(Input::Command(command)),
                    Some(Order::After(first, command)) => {
                        first();
                        self.tell(Input::Command(command));
                    }
                    Some(Order::Reopen) => self.reopen(REOPEN),
                    // Whoever asked may have lost patience.
                    Some(Order::Answer(reply)) => drop(reply.send(())),
                    None => return,
                },
                happened = next(&mut self.link, &self.unsent, &mut buffer) => self.happened(happened, &mut buffer),
                () = until(due) => self.tell(Input::Clock),
            }
        }
    }

    fn tell(&mut self, input: Input<'_, D::Command>) {
        self.parts.driver.input(self.parts.clock.now(), input);
    }

    /// Does what the driver says.
    fn follow(&mut self) {
        while let Some(output) = self.parts.driver.output() {
            match output {
                // A port that is not open takes nothing.
                Output::Send(bytes) if matches!(self.link, Link::Open(..)) => self.unsent.extend_from_slice(&bytes),
                Output::Send(_) => {}
                Output::Reopen => self.reopen(REOPEN),
                Output::Event(event) => {
                    if let Some(health) = event.health() {
                        self.notice.publish(health);
                    }
                    (self.parts.events)(event);
                }
            }
        }
    }

    fn happened(&mut self, happened: Happened, buffer: &mut [u8]) {
        match happened {
            Happened::Opened(Ok(line)) => {
                self.counters.opened.fetch_add(1, Relaxed);
                self.link = Link::Open(line, Instant::now());
                self.tell(Input::Opened);
            }
            Happened::Opened(Err(error)) => {
                // Said once, and not every five seconds for as long as the device is switched off.
                if self.pause == PAUSE.0 {
                    tracing::warn!(device = self.parts.label.name, port = self.parts.label.port, %error, "not opened");
                }
                self.counters.not_opened.fetch_add(1, Relaxed);
                self.close();
                self.tell(Input::Closed);
            }
            Happened::Received(count) => {
                self.counters.bytes_in.fetch_add(count as u64, Relaxed);
                self.tell(Input::Bytes(&buffer[..count]));
                // It may be what a card says.
                buffer[..count].zeroize();
            }
            Happened::Sent(count) => {
                self.counters.bytes_out.fetch_add(count as u64, Relaxed);
                self.unsent.advance(count);
                self.sent += count;
                self.tell(Input::Sent(self.sent));
                if self.unsent.is_empty() {
                    (self.parts.drained)(self.sent - self.drained);
                    self.drained = self.sent;
                }
            }
            Happened::Lost(error) => {
                tracing::warn!(device = self.parts.label.name, port = self.parts.label.port, %error, "lost");
                self.counters.lost.fetch_add(1, Relaxed);
                self.close();
                self.tell(Input::Closed);
            }
        }
    }

    /// Lets go of the port and opens it again after a pause that grows.
    fn close(&mut self) {
        if matches!(self.link, Link::Open(_, since) if since.elapsed() >= SETTLED) {
            self.pause = PAUSE.0;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSE.1);
        self.reopen(pause);
    }

    fn reopen(&mut self, pause: Duration) {
        self.unsent.clear();
        self.sent = 0;
        self.drained = 0;
        // The old line is dropped first: most ports let in one at a time.
        self.link = Link::Opening(Box::pin(std::future::pending()));
        self.link = Link::Opening(open(self.parts.port.clone(), pause));
    }
}

/// Waits for what happens next on the line: it opens, is ready to take something, has something, or is lost.
async fn next(link: &mut Link, unsent: &[u8], buffer: &mut [u8]) -> Happened {
    std::future::poll_fn(|context| match link {
        Link::Opening(opening) => opening.as_mut().poll(context).map(Happened::Opened),
        Link::Open(port, _) => {
            // What the device says comes first: it may be that it takes nothing more.
            let mut space = ReadBuf::new(buffer);
            match Pin::new(&mut *port).poll_read(context, &mut space) {
                Poll::Ready(Ok(())) if space.filled().is_empty() => {
                    return Poll::Ready(Happened::Lost(io::ErrorKind::UnexpectedEof.into()));
                }
                Poll::Ready(Ok(())) => return Poll::Ready(Happened::Received(space.filled().len())),
                Poll::Ready(Err(error)) => return Poll::Ready(Happened::Lost(error)),
                Poll::Pending if unsent.is_empty() => return Poll::Pending,
                Poll::Pending => {}
            }
            Poll::Ready(match ready!(Pin::new(port).poll_write(context, unsent)) {
                Ok(0) => Happened::Lost(io::ErrorKind::WriteZero.into()),
                Ok(count) => Happened::Sent(count),
                Err(error) => Happened::Lost(error),
            })
        }
    })
    .await
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
