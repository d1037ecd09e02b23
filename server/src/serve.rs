//! One running server: store, engine, background tasks, listener, and their end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use hall::ids::{ActorId, CommandId};
use hall::role::{Actor, Role};
use hall::{Command, Settings};
use link::alive::Watched;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::Store;
use store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::clock::Clock;
use crate::devices::Devices;
use crate::engine::{Fatal, Frame, Outcome, read, shell, write_published};
use crate::http::listener::Offer;
use crate::http::listener::tls::Tls;
use crate::http::{self, App, Audience, Parts};
use crate::live::QueueWatch;
use crate::people::{People, Tell};
use crate::persons::Persons;
use crate::tokens::Tokens;
use crate::visits::Visits;

/// How often clients hear that the stream is alive (contract, "Live stream").
const TICK: Duration = Duration::from_secs(2);
/// How often programs are looked for that say nothing of their devices any more.
const DEVICES_ROUND: Duration = Duration::from_secs(5);
/// How often vehicles are forgotten whose time is over …
const FORGET_ROUND: Duration = Duration::from_hours(1);
/// … so many days after they were last seen; longer than any dispute.
const VEHICLE_DAYS: i64 = 60;
/// How often the state of a changed line is sent.
const QUEUE_ROUND: Duration = Duration::from_secs(1);
/// How often the samples of histograms are gathered.
const GATHER: Duration = Duration::from_secs(5);
/// How long sockets may take to close.
const SOCKETS_GRACE: Duration = Duration::from_secs(1);

/// What a server is started with.
#[derive(Debug)]
pub struct Options {
    /// The data directory.
    pub data: PathBuf,
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Settings to put in force when they differ.
    pub settings: Option<Settings>,
    /// The clock.
    pub clock: Clock,
    /// The file of keys for personal data.
    pub keys: PathBuf,
    /// The certificate, where connections are encrypted.
    pub tls: Option<Tls>,
    /// Where visitors' pages are served, and nothing else.
    pub public: Option<SocketAddr>,
    /// What stands before `/t/…` in the addresses of visitors' pages; the address of a listener when absent.
    pub public_url: Option<String>,
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where visitors' pages are served.
    pub public: Option<SocketAddr>,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// Stops it in order.
    pub stop: CancellationToken,
    store: Arc<dyn Store>,
    engine: JoinHandle<Result<(), Fatal>>,
    engine_stop: CancellationToken,
    listeners: Vec<JoinHandle<()>>,
    sockets: TaskTracker,
    watched: Watched,
    _lock: std::fs::File,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Running at {}", self.address)
    }
}

/// The database of a data directory.
pub fn database(data: &Path) -> PathBuf {
    data.join("hall.db")
}

/// Opens the store of a data directory, which is made when it is missing.
pub async fn open_store(data: &Path) -> anyhow::Result<SqliteStore> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    let path = database(data);
    SqliteStore::open(&path).await.with_context(|| format!("cannot open {}", path.display()))
}

/// Starts a server. It accepts requests when this returns.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let store: Arc<dyn Store> = Arc::new(open_store(&options.data).await?);
    let lock = lock(&options.data)?;
    let persons = Persons::load(&options.keys)?;
    let clock = Arc::new(options.clock);
    let metrics = metrics_handle()?;
    let tokens = Tokens::load(store.clone()).await?;
    let published = shell::load(&*store).await?;
    let stop = CancellationToken::new();
    let engine_stop = CancellationToken::new();
    let (hall, engine) = shell::start(published, store.clone(), clock.clone(), engine_stop.clone());
    if let Some(settings) = options.settings {
        configure(&hall, settings).await?;
    }
    let (listener, address) = listen(options.listen).await?;
    let public = match options.public {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let public_address = public.as_ref().map(|(_, address)| *address);
    let tls = options.tls.map(Arc::new);
    let scheme = if tls.is_some() { "https" } else { "http" };
    if let Some(tls) = &tls {
        tokio::spawn(tls.clone().watch(stop.clone()));
    }
    tokio::spawn(shell::refresh_estimates(hall.published.clone(), clock.clone(), stop.clone()));
    tokio::spawn(forget_vehicles(store.clone(), hall.clone(), clock.clone(), stop.clone()));
    tokio::spawn(shell::refresh_foresight(hall.published.clone(), clock.clone(), stop.clone()));
    tokio::spawn(tokens.clone().watch(stop.clone()));
    tokio::spawn(gather(metrics.clone(), stop.clone()));
    let people = People::load(store.clone(), tokens.clone(), tell_seats(&hall, clock.clone())).await?;
    tokio::spawn(people.clone().watch(stop.clone()));
    tokio::spawn(signs_of_life(hall.clone(), clock.clone(), tokens.changes(), stop.clone()));
    let audience = Audience::open(&mut write_published(&hall.published), &tokens);
    let visits = Arc::new(Visits::default());
    tokio::spawn(visits.clone().run(hall.published.clone(), clock.clone(), stop.clone()));
    let devices = Arc::new(Mutex::new(Devices::default()));
    tokio::spawn(look_at_devices(devices.clone(), hall.clone(), clock.clone(), stop.clone()));
    let boards = hub::Hub::start(board::Options::default(), web::build(), stop.clone());
    tokio::spawn(http::boards::feed(boards.clone(), hall.clone(), clock.clone(), stop.clone()));
    let sockets = TaskTracker::new();
    let mut watched = Watched::default();
    let turns = hall.turns();
    watched.add("engine", move || turns.clone().next());
    let app = App::new(Parts {
        hall,
        clock,
        store: store.clone(),
        tokens,
        people,
        persons,
        limits: crate::people::limits::RateLimits::default(),
        connect: crate::people::connect::ConnectTickets::default(),
        metrics,
        stop: stop.clone(),
        boards,
        sockets: sockets.clone(),
        audience,
        devices,
        visits,
        public_url: public_url(options.public_url, scheme, public_address.unwrap_or(address)),
        build: web::build(),
    });
    let mut listeners = Vec::new();
    if let Some((listener, _)) = public {
        let offer = Offer { router: http::public_router(app.clone()), tls: tls.clone(), public: true };
        listeners.push(tokio::spawn(http::listener::serve(listener, offer, stop.clone())));
    }
    let offer = Offer { router: http::router(app), tls, public: false };
    listeners.push(tokio::spawn(http::listener::serve(listener, offer, stop.clone())));
    let public = public_address;
    Ok(Running { address, public, scheme, stop, store, engine, engine_stop, listeners, sockets, watched, _lock: lock })
}

async fn listen(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// What visitors' addresses begin with.
fn public_url(given: Option<String>, scheme: &str, address: SocketAddr) -> String {
    if let Some(url) = given {
        return url.trim_end_matches('/').to_owned();
    }
    if address.ip().is_unspecified() {
        tracing::warn!(%address, "visitors' links lead nowhere: say with --public-url where they find this server");
    }
    format!("{scheme}://{address}")
}

/// One process serves one data directory: two on SQLite would only get in each other's way.
fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let path = data.join("serve.lock");
    let file = std::fs::File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    file.try_lock().with_context(|| format!("{} is being served by another process", data.display()))?;
    Ok(file)
}

async fn configure(hall: &shell::Handle, settings: Settings) -> anyhow::Result<()> {
    let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Admin, window: None };
    let command = Command::Configure(Box::new(settings));
    match hall.run(CommandId(Uuid::now_v7()), actor, None, command).await {
        Outcome::Done(_) => Ok(()),
        other => anyhow::bail!("the hall file was not put in force: {other:?}"),
    }
}

/// The recorder of metrics is one for the whole process.
fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| PrometheusBuilder::new().install_recorder().ok())
        .clone()
        .context("the recorder of metrics could not be installed")
}

/// Gathers samples, which are kept one by one until then: perhaps nobody ever asks for the metrics.
async fn gather(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut rounds = tokio::time::interval(GATHER);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => metrics.run_upkeep(),
        }
    }
}

/// Drops sealed plates when the time is over for which the hall keeps them, and what leads to a vehicle some weeks later.
async fn forget_vehicles(store: Arc<dyn Store>, hall: shell::Handle, clock: Arc<Clock>, stop: CancellationToken) {
    let mut rounds = tokio::time::interval(FORGET_ROUND);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        let days = read(&hall.published).state.settings().map_or(0, |settings| settings.hall().plate_days);
        let (now, day_ms) = (clock.now().0, 86_400_000);
        let (unseal, erase) = (now - i64::from(days) * day_ms, now - VEHICLE_DAYS * day_ms);
        match store.forget_vehicles(unseal, erase).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "plates and vehicles were forgotten"),
            Err(error) => tracing::warn!(%error, "plates could not be forgotten; trying again"),
        }
    }
}

/// Tells pages of devices whose program says nothing any more.
async fn look_at_devices(
    devices: Arc<Mutex<Devices>>,
    hall: shell::Handle,
    clock: Arc<Clock>,
    stop: CancellationToken,
) {
    let (real, mut rounds) = (Clock::real(), tokio::time::interval(DEVICES_ROUND));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        let silent = devices.lock().unwrap_or_else(PoisonError::into_inner).look(real.now());
        let published = read(&hall.published);
        for device in silent {
            published.send(crate::live::device_changed(&published, clock.now(), device));
        }
    }
}

/// Tells pages who sits at a window now.
fn tell_seats(hall: &shell::Handle, clock: Arc<Clock>) -> Tell {
    let published = hall.published.clone();
    Box::new(move |window, sitting| {
        let published = read(&published);
        let frame = crate::live::seat_changed(&published, clock.now(), window, sitting);
        published.send(frame);
    })
}

/// Ticks, the states of lines that changed, and a nudge when somebody is out.
async fn signs_of_life(hall: shell::Handle, clock: Arc<Clock>, mut out: watch::Receiver<u64>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(TICK);
    let mut rounds = tokio::time::interval(QUEUE_ROUND);
    let mut watch = QueueWatch::default();
    loop {
        // Sent under the lock, so that they come after every event they speak of.
        tokio::select! {
            () = stop.cancelled() => return,
            Ok(()) = out.changed() => {
                // Nothing to say, but every session wakes and looks whether it is the one that is out.
                read(&hall.published).send(Arc::new(Frame::new(None, 0, &[])));
            }
            _ = ticks.tick() => {
                let published = read(&hall.published);
                published.send(crate::live::tick(&published, clock.now()));
            }
            _ = rounds.tick() => {
                let published = read(&hall.published);
                for frame in watch.changed(&published, clock.now()) {
                    published.send(frame);
                }
            }
        }
    }
}

impl Running {
    /// Who must be at work for as long as the server is; for whoever watches over it.
    pub fn watched(&mut self) -> Watched {
        std::mem::take(&mut self.watched)
    }

    /// Waits until the server is told to stop (or its engine fails), and ends it in order: no new requests, sockets told
    /// to come again, every accepted command answered, the store closed.
    pub async fn wait(mut self) -> anyhow::Result<()> {
        tokio::select! {
            // Once the listener has gone, the engine has nobody left to work for and ends as well: that is no failure.
            biased;
            () = self.stop.cancelled() => {}
            ended = &mut self.engine => {
                self.stop.cancel();
                ended??;
                anyhow::bail!("the engine ended");
            }
        }
        self.sockets.close();
        let _ = tokio::time::timeout(SOCKETS_GRACE, self.sockets.wait()).await;
        for listener in self.listeners.drain(..) {
            let _ = listener.await;
        }
        self.engine_stop.cancel();
        let ended = tokio::time::timeout(SOCKETS_GRACE, &mut self.engine).await;
        self.store.close().await;
        match ended {
            Ok(ended) => Ok(ended??),
            Err(_) => anyhow::bail!("the engine did not end in time"),
        }
    }
}
