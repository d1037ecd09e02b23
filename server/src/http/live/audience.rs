//! Everybody who hears of every event. A frame goes from here straight into each socket: a task a socket would have to wake
//! for it, and waking costs as much as sending.
//!
//! The sockets are shared out among a few carriers, one a processor. A carrier writes what a socket takes at once; what it
//! does not take waits at its seat, and the socket's own task ([`super::converse`]) goes on with it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::socket::Socket;
use crate::engine::{Delivery, Published};
use crate::live::{Close, NOT_ALLOWED, SILENT, STOPPING, Session, TOO_SLOW};
use crate::tokens::Tokens;

/// Frames that may wait at a seat, or for a carrier, before a client is told to come again.
const BACKLOG: usize = 1024;
/// A socket that takes nothing for so long does not read.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// Pings keep paths open and show who is gone.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Nothing heard for so long: gone.
const SILENCE: Duration = Duration::from_secs(40);
/// Seats that a carrier serves before it lets others have the processor.
const TURN: usize = 32;
/// A ping as it goes over the wire (RFC 6455, section 5.5.2).
const PING: &[u8] = &[0x89, 0];

/// See the module.
#[derive(Debug)]
pub struct Audience {
    carriers: Vec<mpsc::UnboundedSender<Arc<Seat>>>,
    next: AtomicUsize,
}

impl Audience {
    /// Starts the carriers. They end when nobody publishes any more.
    pub fn open(published: &mut Published, tokens: &Tokens) -> Self {
        let count = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        let carriers = (0..count).map(|_| {
            let (joins, joining) = mpsc::unbounded_channel();
            let deliveries = published.deliver();
            let carrier = Carrier { deliveries, joining, seats: Vec::new(), tokens: tokens.clone() };
            tokio::spawn(tokio::task::unconstrained(carrier.run()));
            joins
        });
        Self { carriers: carriers.collect(), next: AtomicUsize::new(0) }
    }

    /// A seat for a socket that has been told, or is told with `waiting`, everything up to now. To be called under the lock
    /// of `published`: then every later frame comes, and no earlier one.
    pub fn join(&self, published: &Published, session: Session, socket: Socket, waiting: Vec<Bytes>) -> Arc<Seat> {
        let now = Instant::now();
        let seat = Arc::new(Seat {
            place: Mutex::new(Place {
                socket: Some(socket),
                session,
                waiting: waiting.into(),
                sent: 0,
                stuck: None,
                heard: now,
                pinged: now,
                end: None,
            }),
            task: AtomicWaker::new(),
            joined: published.deliveries(),
        });
        if let Some(carrier) = self.carriers.get(self.next.fetch_add(1, Ordering::Relaxed) % self.carriers.len().max(1))
        {
            // Without a carrier the server is at its end; the socket's task sees that by itself.
            let _ = carrier.send(seat.clone());
        }
        seat
    }
}

/// A socket's place in the audience.
#[derive(Debug)]
pub struct Seat {
    place: Mutex<Place>,
    task: AtomicWaker,
    /// Deliveries before this one were made before it joined.
    joined: u64,
}

#[derive(Debug)]
struct Place {
    /// Gone when its task has taken it back.
    socket: Option<Socket>,
    session: Session,
    /// Frames that are still to be written.
    waiting: VecDeque<Bytes>,
    /// Bytes of the first of them that are written.
    sent: usize,
    /// Since when the socket takes nothing.
    stuck: Option<Instant>,
    heard: Instant,
    pinged: Instant,
    end: Option<Close>,
}

/// What a socket's task has to do something about.
#[derive(Debug)]
pub enum Seen {
    /// The client said something, broke off or is gone.
    Message(Option<Result<Message, Error>>),
    /// It has to go.
    End(Close),
}

impl Seat {
    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits, and reads.
    pub fn poll(&self, context: &mut Context<'_>) -> Poll<Seen> {
        self.task.register(context.waker());
        let place = &mut *self.lock();
        if let Some(close) = place.end {
            return Poll::Ready(Seen::End(close));
        }
        match place.write(context) {
            Poll::Ready(Err(_)) => return Poll::Ready(Seen::End(TOO_SLOW)),
            // An answer to a ping must not come into the middle of a frame: nothing is read before it is whole.
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(())) => {}
        }
        let Some(socket) = &mut place.socket else { return Poll::Ready(Seen::Message(None)) };
        let message = std::task::ready!(socket.poll_recv(context));
        place.heard = Instant::now();
        Poll::Ready(Seen::Message(message))
    }

    /// Takes the socket back, with the frames that are still to be written; the seat is empty from now on.
    pub fn leave(&self) -> Option<(Socket, Vec<Bytes>)> {
        let place = &mut *self.lock();
        let socket = place.socket.take()?;
        let mut waiting: Vec<Bytes> = place.waiting.drain(..).collect();
        if let Some(first) = waiting.first_mut() {
            *first = first.slice(place.sent.min(first.len())..);
        }
        Some((socket, waiting))
    }

    /// The session, for a message of the client.
    pub fn session<T>(&self, ask: impl FnOnce(&mut Session) -> T) -> T {
        ask(&mut self.lock().session)
    }

    /// Writes frames, or has them wait. Says whether the seat is still taken.
    fn offer<'a>(&self, deliveries: &'a [Delivery], wanted: &mut Vec<&'a Bytes>, now: Instant, valid: bool) -> bool {
        let place = &mut *self.lock();
        if place.socket.is_none() || place.end.is_some() {
            return false;
        }
        wanted.clear();
        for delivery in deliveries {
            if delivery.number >= self.joined && place.session.wants(&delivery.frame) {
                wanted.push(&delivery.frame.wire);
            }
        }
        let end = if !valid {
            Some(NOT_ALLOWED)
        } else if now - place.heard > SILENCE {
            Some(SILENT)
        } else if place.stuck.is_some_and(|since| now - since > SEND_TIMEOUT)
            || place.waiting.len() + wanted.len() > BACKLOG
        {
            Some(TOO_SLOW)
        } else {
            None
        };
        if end.is_some() {
            place.end = end;
            self.task.wake();
            return false;
        }
        if !place.offer(wanted, now) {
            self.task.wake();
        }
        true
    }

    fn end(&self, close: Close) {
        let mut place = self.lock();
        place.end.get_or_insert(close);
        drop(place);
        self.task.wake();
    }
}

impl Place {
    /// Writes the frames that wait. `Pending` while the socket takes no more; the context is woken when it does.
    fn write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(socket) = &mut self.socket else { return Poll::Ready(Ok(())) };
        if !self.waiting.is_empty() {
            let frames = &*self.waiting.make_contiguous();
            let written = socket.poll_frames(context, &frames.iter(), &mut self.sent);
            match written {
                Poll::Ready(Ok(())) => {
                    self.waiting.clear();
                    self.sent = 0;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    while self.waiting.front().is_some_and(|frame| self.sent >= frame.len()) {
                        let written = self.waiting.pop_front().map_or(0, |frame| frame.len());
                        self.sent -= written;
                        self.stuck = Some(Instant::now());
                    }
                    self.stuck.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                }
            }
        }
        self.stuck = None;
        socket.poll_flush(context)
    }

    /// Writes frames at once where nothing waits before them. `false` when something waits now.
    fn offer(&mut self, wanted: &mut Vec<&Bytes>, now: Instant) -> bool {
        static PING_FRAME: Bytes = Bytes::from_static(PING);
        if now - self.pinged > PING_EVERY {
            self.pinged = now;
            wanted.push(&PING_FRAME);
        }
        if wanted.is_empty() {
            return true;
        }
        let Some(socket) = &mut self.socket else { return true };
        if self.waiting.is_empty() && !socket.has_answers() {
            // The socket's own task asks again, with a waker of its own.
            let context = &mut Context::from_waker(Waker::noop());
            if let Poll::Ready(done) = socket.poll_frames(context, &wanted.iter().copied(), &mut self.sent) {
                match done.and_then(|()| match socket.poll_flush(context) {
                    Poll::Ready(flushed) => flushed,
                    Poll::Pending => Ok(()),
                }) {
                    Ok(()) => {
                        self.sent = 0;
                        return true;
                    }
                    Err(_) => self.end = Some(TOO_SLOW),
                }
            }
            let mut whole = self.sent;
            let rest = wanted.iter().skip_while(|frame| {
                let written = whole >= frame.len();
                whole -= if written { frame.len() } else { 0 };
                written
            });
            self.waiting.extend(rest.map(|frame| (*frame).clone()));
            self.sent = whole;
        } else {
            self.waiting.extend(wanted.iter().map(|frame| (*frame).clone()));
        }
        false
    }
}

/// Carries frames to a share of the seats.
struct Carrier {
    deliveries: mpsc::UnboundedReceiver<Delivery>,
    joining: mpsc::UnboundedReceiver<Arc<Seat>>,
    seats: Vec<Arc<Seat>>,
    tokens: Tokens,
}

impl Carrier {
    async fn run(mut self) {
        let mut changes = self.tokens.changes();
        let mut batch = Vec::with_capacity(BACKLOG);
        loop {
            batch.clear();
            if self.deliveries.recv_many(&mut batch, BACKLOG).await == 0 {
                for seat in self.seats.drain(..) {
                    seat.end(STOPPING);
                }
                return;
            }
            // Who joins is here before any frame that he is to have.
            while let Ok(seat) = self.joining.try_recv() {
                self.seats.push(seat);
            }
            // Everybody hears something every two seconds, so a token that is revoked soon has no effect.
            let tokens_changed = changes.has_changed().unwrap_or_default();
            if tokens_changed {
                changes.mark_unchanged();
            }
            self.carry(&batch, tokens_changed).await;
        }
    }

    async fn carry(&mut self, batch: &[Delivery], tokens_changed: bool) {
        let mut wanted = Vec::with_capacity(batch.len() + 1);
        let mut empty = false;
        for some in self.seats.chunks(TURN) {
            let now = Instant::now();
            for seat in some {
                let valid = !tokens_changed || {
                    let (actor, signed_in) = seat.session(|session| (session.actor(), session.signed_in()));
                    self.tokens.holds(actor.id, signed_in)
                };
                empty |= !seat.offer(batch, &mut wanted, now, valid);
            }
            tokio::task::yield_now().await;
        }
        if empty {
            self.seats.retain(|seat| {
                let place = seat.lock();
                place.socket.is_some() && place.end.is_none()
            });
        }
    }
}
