//! One running bridge: its devices, its jobs, its socket, and their end.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use link::alive::Watched;
use link::report::Reporter;
use protocol::bridge::DeviceKind;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cameras::Cameras;
use crate::clock::{self, Clock};
use crate::families::lanes::Wired;
use crate::families::pads::Pads;
use crate::families::readers::Reader;
use crate::families::scanners::Scanner;
use crate::families::signs::Sign;
use crate::families::speakers::Speaker;
use crate::families::{self, Known, Start, Virtuals};
use crate::http;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::passages::sight::{Sight, Watcher};
use crate::passages::{Courier, Outbox};
use crate::settings::{self, Settings};

/// How long the owners of devices may take to let go.
const DEVICES_GRACE: Duration = Duration::from_secs(1);
/// How long the last passages may take to the disk.
const OUTBOX_GRACE: Duration = Duration::from_secs(5);

/// What a bridge is started with.
#[derive(Debug)]
pub struct Options {
    /// Where the other programs find it.
    pub socket: PathBuf,
    /// Where the journal stands.
    pub data: PathBuf,
    /// The devices.
    pub settings: Settings,
}

/// What the API works with.
#[derive(Debug)]
pub struct Bridge {
    /// Every device, in the order of the settings.
    pub devices: Vec<Known>,
    /// Changes whenever a device does.
    pub changes: Arc<watch::Sender<u64>>,
    /// The print jobs.
    pub jobs: Jobs,
    /// The readers by name.
    pub readers: HashMap<String, Reader>,
    /// The scanners by name.
    pub scanners: HashMap<String, Scanner>,
    /// The signs by name.
    pub signs: HashMap<String, Sign>,
    /// The speakers by name.
    pub speakers: HashMap<String, Speaker>,
    /// Lanes, gates and lamps.
    pub wired: Wired,
    /// The lines of call pads by name.
    pub pads: HashMap<String, Pads>,
    /// The cameras that read plates; none where there are none.
    pub cameras: Option<Arc<Cameras>>,
    /// The passages on their way to the hall; none where nobody tells of any.
    pub outbox: Option<Outbox>,
    /// The virtual devices.
    pub virtuals: Virtuals,
    /// Whether they can be handled.
    pub virtual_control: bool,
    /// The clock of the devices.
    pub clock: Clock,
    /// The bridge is to stop.
    pub stop: CancellationToken,
}

/// A running bridge.
#[derive(Debug)]
pub struct Running {
    socket: PathBuf,
    bridge: Arc<Bridge>,
    stop: CancellationToken,
    broken: CancellationToken,
    listener: JoinHandle<()>,
    workers: TaskTracker,
    owners: TaskTracker,
    owners_stop: CancellationToken,
    carriers: TaskTracker,
    watched: Watched,
}

/// Starts a bridge. It accepts requests when this returns, and stops when `stop` is cancelled.
pub async fn start(options: Options, stop: CancellationToken) -> anyhow::Result<Running> {
    let Options { socket, data, settings } = options;
    let reporter = settings.server.as_ref().map(settings::Server::reporter).transpose()?;
    let (journal, found) = Journal::open(&data, clock::wall_s())?;
    tracing::info!(ended = found.ended, interrupted = found.interrupted, "journal of print jobs");
    if found.damaged > 0 {
        tracing::error!(lines = found.damaged, "the journal of print jobs was damaged: what these lines said is lost");
    }
    // Only who has the journal may touch the socket and the devices.
    let listener = http::bind(&socket).await?;
    let owners_stop = CancellationToken::new();
    let mut start = Start::new(owners_stop.clone());
    let printers = families::printers::start(&settings, &journal, &mut start);
    let readers = families::readers::start(&settings, &mut start);
    let scanners = families::scanners::start(&settings, &mut start)?;
    let signs = families::signs::start(&settings, &mut start);
    let speakers = families::speakers::start(&settings, &mut start);
    let carriers = TaskTracker::new();
    let outbox = outbox(&settings, &data, &carriers, &owners_stop)?;
    let wired = families::lanes::start(&settings.wires, outbox.as_ref(), &mut start);
    let pads = families::pads::start(&settings, &mut start);
    let cameras = match &outbox {
        Some(outbox) if !settings.cameras.is_empty() => {
            let port = settings.camera_port.as_ref();
            let (cameras, listener) = Cameras::start(&settings.cameras, port, outbox.clone(), &mut start).await?;
            cameras.serve(listener, &start);
            Some(cameras)
        }
        _ => None,
    };
    let sight = sight(&settings)?;
    let (workers, broken) = (TaskTracker::new(), CancellationToken::new());
    let bridge = Bridge {
        jobs: Jobs::start(journal, printers, &workers, &stop, &broken),
        devices: start.devices,
        changes: start.changes,
        readers,
        scanners,
        signs,
        speakers,
        wired,
        pads,
        cameras,
        outbox,
        virtuals: start.virtuals,
        virtual_control: settings.virtual_control,
        clock: start.clock,
        stop: stop.clone(),
    };
    let bridge = Arc::new(bridge);
    if let Some(reporter) = reporter {
        tokio::spawn(report(bridge.clone(), reporter, sight));
    }
    let listener = tokio::spawn(http::serve(listener, http::router(bridge.clone()), stop.clone()));
    let (owners, watched) = (start.tasks, start.watched);
    Ok(Running { socket, bridge, stop, broken, listener, workers, owners, owners_stop, carriers, watched })
}

/// The outbox of passages and who carries them to the hall, where anybody tells of passages.
fn outbox(
    settings: &Settings,
    data: &Path,
    carriers: &TaskTracker,
    stop: &CancellationToken,
) -> anyhow::Result<Option<Outbox>> {
    let by_loops = settings.wires.lanes.iter().any(|lane| lane.target.is_some());
    if settings.cameras.is_empty() && !by_loops {
        return Ok(None);
    }
    let outbox = Outbox::start(data, carriers)
        .with_context(|| format!("cannot open the outbox of passages in {}", data.display()))?;
    match &settings.server {
        None => tracing::warn!("no [server] in the settings: passages wait until there is one"),
        Some(server) => {
            let (address, token) = server.access()?;
            carriers.spawn(Courier::new(outbox.clone(), address, &token).run(stop.clone()));
        }
    }
    Ok(Some(outbox))
}

/// Who tells the hall of lanes that nobody sees; nobody where none are seen anyway.
fn sight(settings: &Settings) -> anyhow::Result<Option<Sight>> {
    let by_loops = settings.wires.lanes.iter().filter_map(|lane| {
        Some(Watcher { kind: DeviceKind::Lane, name: lane.device.name.clone(), target: lane.target.clone()? })
    });
    let by_cameras = settings.cameras.iter().map(|camera| Watcher {
        kind: DeviceKind::Camera,
        name: camera.name.clone(),
        target: camera.target.clone(),
    });
    let watchers: Vec<Watcher> = by_loops.chain(by_cameras).collect();
    let Some(server) = settings.server.as_ref().filter(|_| !watchers.is_empty()) else { return Ok(None) };
    let (address, token) = server.access()?;
    Ok(Some(Sight::new(watchers, address, &token)))
}

/// Tells the hall's server how the devices are, until the bridge stops.
async fn report(bridge: Arc<Bridge>, reporter: Reporter, sight: Option<Sight>) {
    let now = || bridge.devices.iter().map(Known::now).collect();
    let mut changes = bridge.changes.subscribe();
    let (out, devices) = watch::channel(now());
    let follow = async {
        while changes.changed().await.is_ok() {
            out.send_replace(now());
        }
    };
    let looking = async {
        match sight {
            Some(sight) => sight.run(devices.clone()).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = bridge.stop.cancelled() => {}
        () = follow => {}
        () = reporter.run(devices.clone()) => {}
        () = looking => {}
    }
}

impl Running {
    /// Who must be at work for as long as the bridge is; for whoever watches over it.
    pub fn watched(&mut self) -> Watched {
        std::mem::take(&mut self.watched)
    }

    /// Waits until the bridge is told to stop, and ends it in order: no new requests, jobs under way ended and journalled,
    /// sockets told to come again, signs blanked, ports let go. Fails when the journal can no longer be trusted.
    pub async fn wait(self) -> anyhow::Result<()> {
        let broken = tokio::select! {
            () = self.stop.cancelled() => false,
            () = self.broken.cancelled() => true,
        };
        self.stop.cancel();
        self.workers.close();
        self.workers.wait().await;
        let _ = self.listener.await;
        families::signs::goodbye(self.bridge.signs.values()).await;
        self.owners_stop.cancel();
        self.owners.close();
        let _ = tokio::time::timeout(DEVICES_GRACE, self.owners.wait()).await;
        // Behind those who tell of passages, so that the last of them is on the disk.
        if let Some(outbox) = &self.bridge.outbox {
            outbox.close();
        }
        self.carriers.close();
        let _ = tokio::time::timeout(OUTBOX_GRACE, self.carriers.wait()).await;
        let _ = std::fs::remove_file(&self.socket);
        anyhow::ensure!(!broken, "the journal of print jobs could not be kept; the next start reads it anew");
        Ok(())
    }
}
