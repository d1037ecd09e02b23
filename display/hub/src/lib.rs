//! The boards of one program for whoever listens: a task and channels around [`board::Switchboard`], which decides
//! everything. The server and `paihao-display` bring the messages of the hall, and serve the sockets of pages with [`socket`].

pub mod socket;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use board::live::Live;
use board::{ListenerId, Millis, Options, Switchboard};
use protocol::board::{BoardMessage, BoardReport};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Messages that wait for one listener; one that does not take them is dropped and comes again.
const LISTENER_ROOM: usize = 64;
/// Messages of the hall that wait to be taken in.
const ROOM: usize = 1_024;
/// Messages taken in before views are made of them.
const AT_ONCE: usize = 256;

/// What signs and pads ask of the boards as they are now; it sends its own answer.
type Look = Box<dyn FnOnce(&mut Switchboard, Millis) + Send>;

enum Command {
    Message(Box<Live>),
    Join(String, Role, oneshot::Sender<(ListenerId, mpsc::Receiver<Arc<str>>)>),
    LeaveToSpeakers(String),
    Said(ListenerId, u64),
    Leave(ListenerId),
    Look(Look),
    Keep(String),
    Resume(oneshot::Sender<Option<u64>>),
}

/// What a listener is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Page,
    Speaker,
}

/// A handle to the boards; clones are of the same.
#[derive(Debug, Clone)]
pub struct Hub {
    commands: mpsc::Sender<Command>,
    wanted: watch::Receiver<bool>,
    news: watch::Receiver<()>,
}

/// The boards have gone: the program stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl Hub {
    /// Starts the boards; they end with `stop`. `build` is told to every page.
    pub fn start(options: Options, build: String, stop: CancellationToken) -> Self {
        let (commands, inbox) = mpsc::channel(ROOM);
        let (wanted_sender, wanted) = watch::channel(false);
        let (news_sender, news) = watch::channel(());
        let boards = Boards {
            switchboard: Switchboard::new(options, build),
            listeners: BTreeMap::new(),
            began: Instant::now(),
            wanted: wanted_sender,
            news: news_sender,
        };
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = boards.run(inbox) => {}
            }
        });
        Self { commands, wanted, news }
    }

    /// Takes a message of the hall's live stream in.
    pub async fn message(&self, message: Live) -> Result<(), Gone> {
        self.commands.send(Command::Message(Box::new(message))).await.map_err(|_| Gone)
    }

    /// Listens to a zone; with an empty one only to which zones there are.
    pub async fn join(&self, zone: &str) -> Result<Listener, Gone> {
        self.listen(zone, Role::Page).await
    }

    /// Listens to what is to be said in a zone, and to nothing else.
    pub async fn join_speaker(&self, zone: &str) -> Result<Listener, Gone> {
        self.listen(zone, Role::Speaker).await
    }

    /// From now on no page says the calls of this zone.
    pub async fn leave_to_speakers(&self, zone: &str) -> Result<(), Gone> {
        self.commands.send(Command::LeaveToSpeakers(zone.to_owned())).await.map_err(|_| Gone)
    }

    async fn listen(&self, zone: &str, role: Role) -> Result<Listener, Gone> {
        let (answer, joined) = oneshot::channel();
        self.commands.send(Command::Join(zone.to_owned(), role, answer)).await.map_err(|_| Gone)?;
        let (id, messages) = joined.await.map_err(|_| Gone)?;
        Ok(Listener { id, messages, commands: self.commands.clone() })
    }

    /// Follows a zone even when nobody listens, because a sign shows it.
    pub async fn keep(&self, zone: &str) -> Result<(), Gone> {
        self.commands.send(Command::Keep(zone.to_owned())).await.map_err(|_| Gone)
    }

    /// Looks at the boards as they are now.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Switchboard, Millis) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        let (answer, seen) = oneshot::channel();
        // Whoever asked may have gone meanwhile; then nobody minds.
        let look: Look = Box::new(move |boards, now| {
            let _ = answer.send(look(boards, now));
        });
        self.commands.send(Command::Look(look)).await.map_err(|_| Gone)?;
        seen.await.map_err(|_| Gone)
    }

    /// The position after which messages are missing; none where a snapshot is wanted.
    pub async fn resume_after(&self) -> Result<Option<u64>, Gone> {
        let (answer, after) = oneshot::channel();
        self.commands.send(Command::Resume(answer)).await.map_err(|_| Gone)?;
        after.await.map_err(|_| Gone)
    }

    /// When to [`Hub::look`]: after each message that was taken in, and every so often besides, since time alone changes what
    /// boards say.
    pub fn looks(&self, every: Duration) -> Looks {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Looks { ticks, news: self.news.clone() }
    }

    /// Hears whether anybody listens: as long as nobody does, no message is needed.
    pub fn wanted(&self) -> watch::Receiver<bool> {
        self.wanted.clone()
    }
}

/// See [`Hub::looks`].
#[derive(Debug)]
pub struct Looks {
    ticks: Interval,
    news: watch::Receiver<()>,
}

impl Looks {
    /// Waits for the next look; says whether a message is its reason. A hub that has gone is a reason, too: whoever looks
    /// hears of it. It may be dropped meanwhile.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.ticks.tick() => false,
            _ = self.news.changed() => true,
        }
    }

    /// What was taken in until now is no reason to look once more.
    pub fn seen(&mut self) {
        self.news.mark_unchanged();
    }
}

/// One page or speaker that listens. Dropped, it leaves.
#[derive(Debug)]
pub struct Listener {
    id: ListenerId,
    messages: mpsc::Receiver<Arc<str>>,
    commands: mpsc::Sender<Command>,
}

impl Listener {
    /// The next message for it, as JSON; `None` when there will be none: the zone does not exist, the page was too
    /// slow, or the program stops.
    pub async fn next(&mut self) -> Option<Arc<str>> {
        self.messages.recv().await
    }

    /// Takes in what the page says.
    pub async fn report(&self, text: &str) -> Result<(), NotUnderstood> {
        let report: BoardReport = serde_json::from_str(text).map_err(|_| NotUnderstood)?;
        self.said(report.said).await;
        Ok(())
    }

    /// An announcement is over, spoken or not.
    pub async fn said(&self, announcement: u64) {
        // A hub that has gone needs no report.
        let _ = self.commands.send(Command::Said(self.id, announcement)).await;
    }
}

/// A page said what no page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnderstood;

impl Drop for Listener {
    fn drop(&mut self) {
        // A full queue means that the boards will notice by themselves, when this listener takes no message.
        let _ = self.commands.try_send(Command::Leave(self.id));
    }
}

struct Boards {
    switchboard: Switchboard,
    listeners: BTreeMap<ListenerId, mpsc::Sender<Arc<str>>>,
    began: Instant,
    wanted: watch::Sender<bool>,
    news: watch::Sender<()>,
}

impl Boards {
    async fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        loop {
            let now = self.now();
            let wake = self.switchboard.wake_at(now).map(|at| self.began + Duration::from_millis(at.0));
            let first = tokio::select! {
                command = inbox.recv() => match command {
                    Some(command) => Some(command),
                    None => return,
                },
                () = until(wake) => None,
            };
            let now = self.now();
            let mut taken = 0;
            let mut next = first;
            let mut heard = false;
            while let Some(command) = next {
                heard |= matches!(command, Command::Message(_));
                self.take(command, now);
                taken += 1;
                next = if taken < AT_ONCE { inbox.try_recv().ok() } else { None };
            }
            self.tell(now);
            if heard {
                self.news.send_replace(());
            }
            let wanted = self.switchboard.is_wanted();
            self.wanted.send_if_modified(|before| std::mem::replace(before, wanted) != wanted);
        }
    }

    fn now(&self) -> Millis {
        Millis(self.began.elapsed().as_millis() as u64)
    }

    fn take(&mut self, command: Command, now: Millis) {
        // Whoever asked may have gone meanwhile; then nobody minds.
        match command {
            Command::Message(message) => self.switchboard.message(&message, now),
            Command::Said(listener, id) => self.switchboard.said(listener, id, now),
            Command::Leave(listener) => self.leave(listener, now),
            Command::Keep(zone) => self.switchboard.keep(&zone, now),
            Command::LeaveToSpeakers(zone) => self.switchboard.leave_to_speakers(&zone),
            Command::Join(zone, role, answer) => {
                let (sender, receiver) = mpsc::channel(LISTENER_ROOM);
                let id = match role {
                    Role::Page => self.switchboard.join(&zone, now),
                    Role::Speaker => self.switchboard.join_speaker(&zone, now),
                };
                self.listeners.insert(id, sender);
                if answer.send((id, receiver)).is_err() {
                    self.leave(id, now);
                }
            }
            Command::Look(look) => look(&mut self.switchboard, now),
            Command::Resume(answer) => {
                let _ = answer.send(self.switchboard.hall().resume_after(now));
            }
        }
    }

    fn leave(&mut self, listener: ListenerId, now: Millis) {
        self.listeners.remove(&listener);
        self.switchboard.leave(listener, now);
    }

    fn tell(&mut self, now: Millis) {
        let listeners = &mut self.listeners;
        let mut gone = Vec::new();
        self.switchboard.emit(now, |whom, message| {
            let text: Arc<str> = match serde_json::to_string(message) {
                Ok(text) => text.into(),
                Err(error) => {
                    tracing::error!(%error, "a message for a board cannot be written");
                    return;
                }
            };
            for id in whom {
                let taken = listeners.get(id).is_some_and(|sender| sender.try_send(text.clone()).is_ok());
                if !taken || matches!(message, BoardMessage::Zones { .. }) {
                    gone.push(*id);
                }
            }
        });
        for id in gone {
            self.leave(id, now);
        }
    }
}

async fn until(wake: Option<Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
