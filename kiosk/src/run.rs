//! Drives the visit and the spool with the page, the server, the bridge and the disk.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use link::alive::{self, Watched};
use link::report::Itself;
use protocol::Ticket;
use protocol::bridge::DeviceKind;
use protocol::kiosk::{KioskMessage, KioskView};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::Millis;
use crate::bridge::{Bridge, News};
use crate::errand::{Copy, Errand, Step};
use crate::failpoint;
use crate::hall::{Hall, Heard};
use crate::page::{Encoded, FromPage, Shown};
use crate::paper::{Facts, Printer};
use crate::scan::{Resolved, Resolver};
use crate::server::{Live, Server};
use crate::spool::disk::Disk;
use crate::spool::{self, Answer, Job, Output, Spool, Told};
use crate::visit::{self, Effect, Visit};

/// The lines of the hall change many times a second; a page is told of them at most so often.
const HALL_EVERY_MS: u64 = 1_000;
/// Messages that may wait.
const WAITING: usize = 256;
/// How long pages and answers under way may take after the stop.
const GRACE: Duration = Duration::from_secs(1);
/// How often the server is asked for the orders of others before the next reconnect asks again.
const ORDER_TRIES: u32 = 5;
/// How long a resolver of codes may take.
const RESOLVES: Duration = Duration::from_secs(5);

/// What a kiosk is made of.
pub struct Parts {
    /// The hall's server.
    pub server: Server,
    /// The devices.
    pub bridge: Bridge,
    /// Who reads opaque codes.
    pub resolver: Box<dyn Resolver>,
    /// The errands on the disk.
    pub disk: Disk,
    /// How the visit behaves.
    pub visit: visit::Settings,
    /// Lays out tickets.
    pub paper: Printer,
    /// Where the page is served.
    pub listen: SocketAddr,
    /// Further origins of the page.
    pub origins: Vec<String>,
}

/// Runs until `stop`.
pub async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    let Parts { server, bridge, resolver, disk, visit, paper, listen, origins } = parts;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let (hall_out, hall_shown) = watch::channel(None);
    let (done, mut answers) = mpsc::unbounded_channel();
    let began = Instant::now();
    let mut shell = Shell {
        began,
        visit: Visit::new(visit, Millis(0)),
        spool: Spool::default(),
        hall: disk.kept_hall().and_then(|kept| Hall::remembered(&kept, server.kiosk())).unwrap_or_default(),
        server: Arc::new(server),
        bridge: Arc::new(bridge),
        resolver,
        disk: Arc::new(disk),
        paper,
        done,
        tasks: TaskTracker::new(),
        shown: None,
        hall_out,
        hall_dirty: false,
        hall_sent: Millis(0),
    };
    let recovered = shell.disk.recover().context("the spool cannot be read")?;
    for errand in &recovered {
        tracing::warn!(errand = %errand.id, step = step(errand), "an errand of before the start goes on");
    }
    shell.spool.input(Millis(0), spool::Input::Recovered(recovered));
    shell.pump(Millis(0));
    let (view_out, view_shown) = watch::channel(Encoded::from(""));
    shell.publish(Millis(0), &view_out);

    let (press, mut pressed) = mpsc::channel(WAITING);
    let shown = Shown { hall: hall_shown, view: view_shown };
    let pages = tokio::spawn(crate::page::serve(listener, origins, shown, press, stop.clone()));
    let (live_out, mut live) = mpsc::channel(WAITING);
    let (news_out, mut news) = mpsc::channel(WAITING);
    follow(&shell, live_out, news_out, &stop);
    let itself = report(&shell.server, address, &stop);
    println!("listening on http://{address}");
    let mut watched = Watched::default();
    let mut asked = watched.add_loop("visit");
    alive::ready(watched, stop.clone());

    loop {
        let wake = tokio::time::sleep_until((began + Duration::from_millis(shell.wake_at().0)).into());
        tokio::select! {
            () = stop.cancelled() => break,
            Some(said) = pressed.recv() => shell.page(said),
            Some(heard) = live.recv() => shell.live(heard),
            Some(heard) = news.recv() => shell.device(heard),
            Some(answer) = answers.recv() => shell.answer(answer),
            () = wake => shell.clock(),
            () = asked.answer() => {}
        }
        let now = shell.now();
        shell.pump(now);
        shell.publish(now, &view_out);
        let (state, why) = shell.visit.health();
        itself.set(state, why);
    }
    shell.tasks.close();
    let end = async {
        shell.tasks.wait().await;
        pages.await
    };
    let _ = tokio::time::timeout(GRACE, end).await;
    Ok(())
}

/// Tells the server how this kiosk is, until `stop`.
fn report(server: &Server, address: SocketAddr, stop: &CancellationToken) -> Itself {
    let names = [server.kiosk().to_owned()];
    let itself = Itself::new(DeviceKind::Kiosk, &names, "paihao-kiosk", &address.to_string());
    let (reporter, devices, stop) = (server.reporter(), itself.devices(), stop.clone());
    tokio::spawn(async move {
        tokio::select! { () = stop.cancelled() => {}, () = reporter.run(devices) => {} }
    });
    itself
}

/// Starts the tasks that listen to the server and to the devices.
fn follow(shell: &Shell, live: mpsc::Sender<Live>, news: mpsc::Sender<News>, stop: &CancellationToken) {
    let (server, bridge) = (shell.server.clone(), shell.bridge.clone());
    let (other, third_one) = (shell.bridge.clone(), shell.bridge.clone());
    let until = |stop: CancellationToken| async move { stop.cancelled_owned().await };
    let (first, second, third) = (until(stop.clone()), until(stop.clone()), until(stop.clone()));
    let fourth = until(stop.clone());
    let (printers, scanners) = (news.clone(), news.clone());
    tokio::spawn(async move {
        tokio::select! { () = first => {}, () = server.follow(live) => {} }
    });
    tokio::spawn(async move {
        tokio::select! { () = second => {}, () = bridge.follow_printer(printers) => {} }
    });
    tokio::spawn(async move {
        tokio::select! { () = third => {}, () = other.follow_reader(news) => {} }
    });
    tokio::spawn(async move {
        tokio::select! { () = fourth => {}, () = third_one.follow_scanner(scanners) => {} }
    });
}

/// What a task has to say.
enum Done {
    Spool(Box<spool::Input>),
    Orders(Vec<Ticket>),
    Visit(Box<visit::Input>),
}

struct Shell {
    began: Instant,
    visit: Visit,
    spool: Spool,
    hall: Hall,
    server: Arc<Server>,
    bridge: Arc<Bridge>,
    resolver: Box<dyn Resolver>,
    disk: Arc<Disk>,
    paper: Printer,
    done: mpsc::UnboundedSender<Done>,
    tasks: TaskTracker,
    shown: Option<KioskView>,
    hall_out: watch::Sender<Option<Encoded>>,
    hall_dirty: bool,
    hall_sent: Millis,
}

impl Shell {
    fn now(&self) -> Millis {
        Millis(self.began.elapsed().as_millis() as u64)
    }

    fn wake_at(&self) -> Millis {
        let hall = self.hall_dirty.then(|| self.hall_sent.plus(HALL_EVERY_MS));
        let wake = [Some(self.visit.wake_at()), self.spool.wake_at(), hall].into_iter().flatten().min();
        // Never so far away that the sum is beyond all clocks.
        wake.unwrap_or_default().min(self.now().plus(60_000))
    }

    fn page(&mut self, said: FromPage) {
        let input = match said {
            FromPage::Press(screen, press) => visit::Input::Press(screen, press, Uuid::now_v7()),
            FromPage::Touch => visit::Input::Touch,
        };
        self.visit(input);
    }

    fn live(&mut self, heard: Live) {
        match heard {
            Live::Message(text) => match self.hall.apply(&text, self.server.kiosk()) {
                Ok(what) => {
                    self.hall_dirty |= what == Heard::Change;
                    let first = text.starts_with("{\"type\":\"snapshot\"");
                    if what == Heard::Order || first {
                        self.orders();
                    }
                    if first {
                        self.keep_hall(text);
                    }
                    if let Some(at) = self.hall.at() {
                        let at = at.to_owned();
                        let now = self.now();
                        self.spool.input(now, spool::Input::HallTime(at));
                    }
                }
                Err(error) => tracing::error!(%error, "a message of the server cannot be read"),
            },
            Live::Lost => {
                if self.hall.online() {
                    tracing::warn!("the server is away");
                }
                self.hall.lost();
            }
        }
        self.visit(visit::Input::Clock);
    }

    fn device(&mut self, news: News) {
        self.visit(match news {
            News::Printer(state, why) => visit::Input::Printer(state, why),
            News::Reader(state) => visit::Input::Reader(state),
            News::Found => visit::Input::CardFound,
            News::Read(card) => visit::Input::CardRead(card),
            News::Failed(why) => visit::Input::CardFailed(why),
            News::Removed => visit::Input::CardRemoved,
            News::Scanner(state) => visit::Input::Scanner(state),
            News::Scanned(text) => visit::Input::Scanned(text),
        });
    }

    fn answer(&mut self, done: Done) {
        let now = self.now();
        match done {
            Done::Spool(input) => self.spool.input(now, *input),
            Done::Visit(input) => self.visit(*input),
            Done::Orders(tickets) => {
                for ticket in tickets {
                    let copy = Copy { copy: ticket.print.copies, ticket: Box::new(ticket) };
                    if !self.spool.knows(&copy) {
                        tracing::info!(number = copy.ticket.number, copy = copy.copy, "others ask for a print");
                        let errand = Errand::order(Uuid::now_v7(), copy, self.hall.at().map(str::to_owned));
                        self.spool.input(now, spool::Input::Begin(errand));
                    }
                }
            }
        }
    }

    fn clock(&mut self) {
        let now = self.now();
        self.spool.input(now, spool::Input::Clock);
        self.visit(visit::Input::Clock);
    }

    fn visit(&mut self, input: visit::Input) {
        let now = self.now();
        for effect in self.visit.input(now, &self.hall, input) {
            self.follow_up(now, effect);
        }
    }

    /// Does what the visit wants done.
    fn follow_up(&mut self, now: Millis, effect: Effect) {
        match effect {
            Effect::Begin(errand) => self.spool.input(now, spool::Input::Begin(errand)),
            Effect::GiveUp(id) => self.spool.input(now, spool::Input::GiveUp(id)),
            Effect::Look(screen, token) => {
                let (server, done) = (self.server.clone(), self.done.clone());
                self.tasks.spawn(async move {
                    let looked = server.visit(&token).await;
                    let _ = done.send(Done::Visit(Box::new(visit::Input::Looked(screen, looked))));
                });
            }
            Effect::Resolve(screen, code) => {
                let (resolving, done) = (self.resolver.resolve(code), self.done.clone());
                self.tasks.spawn(async move {
                    let resolved = tokio::time::timeout(RESOLVES, resolving).await.unwrap_or(Resolved::Away);
                    let _ = done.send(Done::Visit(Box::new(visit::Input::Resolved(screen, resolved))));
                });
            }
        }
    }

    /// Does everything that the spool wants done.
    fn pump(&mut self, now: Millis) {
        while let Some(output) = self.spool.output() {
            match output {
                Output::Tell(id, progress) => {
                    let input = visit::Input::Progress(id, Box::new(progress));
                    for effect in self.visit.input(now, &self.hall, input) {
                        self.follow_up(now, effect);
                    }
                }
                Output::Save(errand) => self.save(*errand),
                Output::Erase(id) => self.erase(id),
                Output::Ask(errand) => self.task(|shell| {
                    let server = shell.server.clone();
                    async move {
                        let answer = server.ask(&errand).await;
                        if let Answer::Ticket(ticket) = &answer {
                            tracing::info!(errand = %errand.id, number = ticket.number, "the server gave a number");
                            failpoint::hit("visit.asked");
                        }
                        spool::Input::Answer(errand.id, answer)
                    }
                }),
                Output::Print(id, copy) => self.task(|shell| {
                    let bridge = shell.bridge.clone();
                    let ticket = &copy.ticket;
                    let facts = Facts {
                        hall: shell.hall.name(),
                        template: shell.hall.template(),
                        service: shell.hall.service_name(&ticket.service),
                        place: shell.hall.place(&ticket.service),
                        now: shell.hall.at().map(str::to_owned),
                    };
                    let (job, paper) = (copy.job(), shell.paper.paper(&copy, &facts));
                    async move {
                        let answer = bridge.print(&job, paper).await;
                        tracing::info!(number = copy.ticket.number, copy = copy.copy, ?answer, "printed, or not");
                        if matches!(answer, Job::Report(_)) {
                            failpoint::hit("visit.printed");
                        }
                        spool::Input::Job(id, answer)
                    }
                }),
                Output::Report(id, copy, report) => self.task(|shell| {
                    let server = shell.server.clone();
                    async move {
                        let told = server.report(id, &copy, report).await;
                        if told == Told::Yes {
                            failpoint::hit("visit.reported");
                        }
                        spool::Input::Told(id, told)
                    }
                }),
                Output::Leave(id, ticket) => self.task(|shell| {
                    let server = shell.server.clone();
                    async move { spool::Input::Told(id, server.leave(id, ticket.id).await) }
                }),
            }
        }
    }

    fn task<F: Future<Output = spool::Input> + Send + 'static>(&self, work: impl FnOnce(&Self) -> F) {
        let work = work(self);
        let done = self.done.clone();
        self.tasks.spawn(async move {
            let _ = done.send(Done::Spool(Box::new(work.await)));
        });
    }

    fn save(&self, errand: Errand) {
        let (disk, done) = (self.disk.clone(), self.done.clone());
        self.tasks.spawn_blocking(move || {
            let id = errand.id;
            let answer = match disk.save(&errand) {
                Ok(()) => {
                    match errand.step {
                        Step::Spooled { given_up: false } => failpoint::hit("visit.spooled"),
                        Step::Issued(_) if errand.is_visitors() => failpoint::hit("visit.issued"),
                        _ => {}
                    }
                    spool::Input::Saved(id)
                }
                Err(error) => {
                    tracing::error!(errand = %id, %error, "an errand cannot be written");
                    spool::Input::NotSaved(id)
                }
            };
            let _ = done.send(Done::Spool(Box::new(answer)));
        });
    }

    fn erase(&self, id: Uuid) {
        let disk = self.disk.clone();
        self.tasks.spawn_blocking(move || {
            if let Err(error) = disk.erase(id) {
                tracing::error!(errand = %id, %error, "an errand that is over cannot be taken off the disk");
            }
        });
    }

    fn keep_hall(&self, snapshot: String) {
        let disk = self.disk.clone();
        self.tasks.spawn_blocking(move || {
            if let Err(error) = disk.keep_hall(&snapshot) {
                tracing::warn!(%error, "the hall cannot be kept");
            }
        });
    }

    /// Asks what others want printed here.
    fn orders(&self) {
        let (server, done) = (self.server.clone(), self.done.clone());
        tokio::spawn(async move {
            for attempt in 0..ORDER_TRIES {
                if let Some(tickets) = server.orders().await {
                    let _ = done.send(Done::Orders(tickets));
                    return;
                }
                tokio::time::sleep(Duration::from_millis(300 << attempt)).await;
            }
            tracing::warn!("the server does not say what others want printed here");
        });
    }

    /// Shows what has changed.
    fn publish(&mut self, now: Millis, view_out: &watch::Sender<Encoded>) {
        let first = self.hall_out.borrow().is_none();
        if self.hall_dirty && (first || now >= self.hall_sent.plus(HALL_EVERY_MS)) {
            (self.hall_dirty, self.hall_sent) = (false, now);
            let hall = self.hall.page().map(|hall| KioskMessage::Hall { hall: Box::new(hall) });
            let text = hall.and_then(|hall| serde_json::to_string(&hall).ok());
            self.hall_out.send_replace(text.map(Encoded::from));
        }
        let view = self.visit.view(now, &self.hall);
        if self.shown.as_ref() == Some(&view) {
            return;
        }
        match serde_json::to_string(&KioskMessage::View { view: Box::new(view.clone()) }) {
            Ok(text) => {
                view_out.send_replace(text.into());
                self.shown = Some(view);
            }
            Err(error) => tracing::error!(%error, "the screen cannot be told"),
        }
    }
}

fn step(errand: &Errand) -> &'static str {
    match errand.step {
        Step::Spooled { .. } => "spooled",
        Step::Issued(_) => "issued",
        Step::Printing(_) => "printing",
        Step::Printed { .. } => "printed",
    }
}
