//! The passages on their way to the hall: seen by cameras and loops, kept on the disk, and told one after the other until the
//! hall has taken each.
//!
//! One task owns the [`book`] and writes what many tell at once with one wait for the disk; another tells the hall
//! (`courier`). A passage has one name for ever, so telling it twice counts once.

pub mod book;
mod courier;
pub mod entry;
pub mod seal;
pub mod sight;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use protocol::bridge::cameras::Outbox as Status;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use crate::clock;
use crate::failpoint;
pub use book::Entered;
use book::{Book, Outcome, Step};
pub use courier::Courier;
pub use entry::{New, Passage, Source};
pub use seal::Seal;

/// Steps that are written at once.
const BATCH: usize = 256;
/// Without anything to do the book is looked at so often: its disk may be well again.
const MEND: Duration = Duration::from_secs(5);

/// Something for the owner of the book.
enum Work {
    Enter(Box<New>, Option<oneshot::Sender<Entered>>),
    Settle(u64, Outcome),
    Close,
}

/// What is to be told next, under its number.
type Front = Option<(u64, Arc<Passage>)>;

/// How others reach the outbox. Copies reach the same one.
#[derive(Clone)]
pub struct Outbox {
    work: mpsc::UnboundedSender<Work>,
    front: watch::Receiver<Front>,
    status: watch::Receiver<Status>,
    /// Seals and marks of this machine.
    pub seal: Arc<Seal>,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox({:?})", *self.status.borrow())
    }
}

impl Outbox {
    /// Opens the outbox of a directory and starts its owner, which ends when the outbox is closed.
    pub fn start(dir: &Path, tasks: &TaskTracker) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let seal = Arc::new(Seal::open(dir)?);
        let book = Book::open(dir, seal.clone(), clock::wall_s())?;
        if book.waiting() > 0 {
            tracing::info!(waiting = book.waiting(), "passages wait for the hall");
        }
        let (work, orders) = mpsc::unbounded_channel();
        let (shows, front) = watch::channel(front_of(&book));
        let (tells, status) = watch::channel(status_of(&book));
        tasks.spawn(own(book, orders, shows, tells));
        Ok(Self { work, front, status, seal })
    }

    /// Enters a passage. It is on the disk when this says so, unless the outbox says that it is not.
    pub async fn enter(&self, new: New) -> Entered {
        let (reply, answer) = oneshot::channel();
        let sent = self.work.send(Work::Enter(Box::new(new), Some(reply)));
        // Without an owner the bridge is stopping: whoever told it tells it again.
        if sent.is_err() { Entered::Full } else { answer.await.unwrap_or(Entered::Full) }
    }

    /// Enters a passage that nobody would tell again, without waiting.
    pub fn note(&self, new: New) {
        if self.work.send(Work::Enter(Box::new(new), None)).is_err() {
            tracing::warn!("a passage came while the bridge was stopping");
        }
    }

    /// Writes what was told so far and ends the owner.
    pub fn close(&self) {
        let _ = self.work.send(Work::Close);
    }

    /// How it is.
    pub fn status(&self) -> Status {
        *self.status.borrow()
    }

    /// Sees each change of it.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    fn settle(&self, n: u64, outcome: Outcome) {
        let _ = self.work.send(Work::Settle(n, outcome));
    }
}

fn status_of(book: &Book) -> Status {
    Status { waiting: book.waiting() as u64, taken: book.taken, refused: book.refused, on_disk: book.on_disk() }
}

fn front_of(book: &Book) -> Front {
    book.front().map(|(n, passage)| (n, Arc::new(passage.clone())))
}

async fn own(
    mut book: Book,
    mut orders: mpsc::UnboundedReceiver<Work>,
    shows: watch::Sender<Front>,
    tells: watch::Sender<Status>,
) {
    let mut open = true;
    while open {
        let mut batch = Vec::new();
        let came = tokio::time::timeout(MEND, orders.recv_many(&mut batch, BATCH)).await;
        open = came != Ok(0);
        let (mut steps, mut replies) = (Vec::new(), Vec::new());
        for work in batch {
            match work {
                Work::Enter(new, reply) => {
                    steps.push(Step::Enter(new));
                    replies.push(reply);
                }
                Work::Settle(n, outcome) => {
                    steps.push(Step::Settle(n, outcome));
                    replies.push(None);
                }
                // What comes after this is told again by whoever told it, or is what stopping loses.
                Work::Close => open = false,
            }
        }
        let worked = tokio::task::spawn_blocking(move || {
            let came = book.work(steps, clock::wall_s());
            (book, came)
        });
        let Ok((back, came)) = worked.await else {
            tracing::error!("the outbox of passages is gone");
            return;
        };
        book = back;
        if came.contains(&Entered::New) {
            failpoint::reach("passage.entered");
        }
        let next = book.front().map(|(n, _)| n);
        shows.send_if_modified(|front| {
            let changed = front.as_ref().map(|(n, _)| *n) != next;
            if changed {
                *front = front_of(&book);
            }
            changed
        });
        let status = status_of(&book);
        tells.send_if_modified(|old| std::mem::replace(old, status) != status);
        for (reply, became) in replies.into_iter().zip(came) {
            match reply {
                // Whoever told it may have lost patience; then it is told again, and known.
                Some(reply) => drop(reply.send(became)),
                None if became == Entered::Full => tracing::error!("no room for a passage: it is not counted"),
                None => {}
            }
        }
    }
}

#[cfg(test)]
pub mod fake_hall;
#[cfg(test)]
mod tests;
