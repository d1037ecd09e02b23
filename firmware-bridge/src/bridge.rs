//! One running bridge: its devices, its jobs, its socket, and their end.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use drivers::onbon::virtual_card::VirtualCard;
use drivers::samv::virtual_reader::VirtualReader;
use drivers::{Driver, Millis, VirtualDevice, escpos, onbon, samv};
use link::report::Reporter;
use protocol::bridge::{Device, DeviceKind, ReaderMessage};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{self, Clock};
use crate::device::{self, Counters, Handle, Label, Milestone, Parts, Told};
use crate::http;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::port::Port;
use crate::port::virtual_device::{Room, Shared, Socket};
use crate::printers::{Ends, Printer};
use crate::readers::{Listening, Reader};
use crate::settings::{self, Address, Settings};
use crate::signs::{Shown, Sign};

/// How long the owners of devices may take to let go.
const DEVICES_GRACE: Duration = Duration::from_secs(1);

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
    /// The signs by name.
    pub signs: HashMap<String, Sign>,
    /// The virtual devices.
    pub virtuals: Virtuals,
    /// Whether they can be handled.
    pub virtual_control: bool,
    /// The clock of the devices.
    pub clock: Clock,
    /// The bridge is to stop.
    pub stop: CancellationToken,
}

/// A device as everybody may see it.
#[derive(Debug)]
pub struct Known {
    device: watch::Receiver<Device>,
    /// What its owner has counted.
    pub counters: Arc<Counters>,
}

impl Known {
    /// How it is now.
    pub fn now(&self) -> Device {
        self.device.borrow().clone()
    }
}

/// The virtual devices, in the order of the settings.
#[derive(Debug, Default)]
pub struct Virtuals {
    /// Printers.
    pub printers: Vec<(String, Shared<escpos::VirtualPrinter>)>,
    /// Readers.
    pub readers: Vec<(String, Shared<VirtualReader>)>,
    /// Signs.
    pub signs: Vec<(String, Shared<VirtualCard>)>,
}

/// A running bridge.
#[derive(Debug)]
pub struct Running {
    socket: PathBuf,
    stop: CancellationToken,
    broken: CancellationToken,
    listener: JoinHandle<()>,
    workers: TaskTracker,
    owners: TaskTracker,
    owners_stop: CancellationToken,
}

/// What every device is started with.
struct Start {
    clock: Clock,
    changes: Arc<watch::Sender<u64>>,
    stop: CancellationToken,
    tasks: TaskTracker,
    devices: Vec<Known>,
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
    let mut start = Start {
        clock: Clock::start(),
        changes: Arc::new(watch::channel(0).0),
        stop: owners_stop.clone(),
        tasks: TaskTracker::new(),
        devices: Vec::new(),
    };
    let mut virtuals = Virtuals::default();
    let printers = printers(&settings, &journal, &mut start, &mut virtuals)?;
    let readers = readers(&settings, &mut start, &mut virtuals);
    let signs = signs(&settings, &mut start, &mut virtuals);
    let (workers, broken) = (TaskTracker::new(), CancellationToken::new());
    let bridge = Bridge {
        jobs: Jobs::start(journal, printers, &workers, &stop, &broken),
        devices: start.devices,
        changes: start.changes,
        readers,
        signs,
        virtuals,
        virtual_control: settings.virtual_control,
        clock: start.clock,
        stop: stop.clone(),
    };
    let bridge = Arc::new(bridge);
    if let Some(reporter) = reporter {
        tokio::spawn(report(bridge.clone(), reporter));
    }
    let listener = tokio::spawn(http::serve(listener, http::router(bridge), stop.clone()));
    Ok(Running { socket, stop, broken, listener, workers, owners: start.tasks, owners_stop })
}

/// Tells the hall's server how the devices are, until the bridge stops.
async fn report(bridge: Arc<Bridge>, reporter: Reporter) {
    let now = || bridge.devices.iter().map(Known::now).collect();
    let mut changes = bridge.changes.subscribe();
    let (out, devices) = watch::channel(now());
    let follow = async {
        while changes.changed().await.is_ok() {
            out.send_replace(now());
        }
    };
    tokio::select! {
        () = bridge.stop.cancelled() => {}
        () = follow => {}
        () = reporter.run(devices) => {}
    }
}

impl Running {
    /// Waits until the bridge is told to stop, and ends it in order: no new requests, jobs under way ended and journalled,
    /// sockets told to come again, ports let go. Fails when the journal can no longer be trusted.
    pub async fn wait(self) -> anyhow::Result<()> {
        let broken = tokio::select! {
            () = self.stop.cancelled() => false,
            () = self.broken.cancelled() => true,
        };
        self.stop.cancel();
        self.workers.close();
        self.workers.wait().await;
        let _ = self.listener.await;
        self.owners_stop.cancel();
        self.owners.close();
        let _ = tokio::time::timeout(DEVICES_GRACE, self.owners.wait()).await;
        let _ = std::fs::remove_file(&self.socket);
        anyhow::ensure!(!broken, "the journal of print jobs could not be kept; the next start reads it anew");
        Ok(())
    }
}

impl Start {
    /// The port of a device; for a virtual one its counterpart starts to live.
    fn port<C>(
        &self,
        address: &Address,
        virtual_device: impl FnOnce(Millis) -> C,
        room: Room<C>,
    ) -> (Port, Option<Shared<C>>)
    where
        C: VirtualDevice + Send + 'static,
    {
        if *address != Address::Virtual {
            return (Port::Real(address.clone()), None);
        }
        let (socket, ends) = Socket::new();
        let shared = Shared::new(virtual_device(self.clock.now()), room);
        self.tasks.spawn(shared.clone().run(ends, self.clock, self.stop.clone()));
        (Port::Virtual(socket), Some(shared))
    }

    /// Starts the owner of a device.
    fn owner<D>(
        &mut self,
        kind: DeviceKind,
        device: &settings::Device,
        driver: D,
        port: Port,
        events: Box<dyn FnMut(D::Event) + Send>,
        drained: Milestone,
    ) -> Handle<D::Command>
    where
        D: Driver + Send + 'static,
        D::Command: Send,
        D::Event: Told,
    {
        let settings::Device { name, model, port: address } = device.clone();
        let label = Label { kind, name, model, port: address.to_string() };
        let (changes, clock, stop) = (self.changes.clone(), self.clock, self.stop.clone());
        let (handle, owner) = device::start(Parts { label, driver, port, events, drained, changes, clock, stop });
        self.tasks.spawn(owner);
        self.devices.push(Known { device: handle.device.clone(), counters: handle.counters.clone() });
        handle
    }
}

fn printers(
    settings: &Settings,
    journal: &Journal,
    start: &mut Start,
    virtuals: &mut Virtuals,
) -> anyhow::Result<Vec<(String, Printer)>> {
    let mut printers = Vec::new();
    for device in &settings.printers {
        let name = device.name.clone();
        let model = escpos::Model::named(&device.model).with_context(|| format!("no model {:?}", device.model))?;
        let (port, shared) =
            start.port(&device.port, |now| escpos::VirtualPrinter::new(model, now), escpos::VirtualPrinter::room);
        virtuals.printers.extend(shared.map(|shared| (name.clone(), shared)));
        let mut driver = escpos::Printer::new(model);
        if journal.is_interrupted(&name) {
            driver.expect_remnant();
        }
        let ends = Ends::default();
        let (tell, drained) = (ends.clone(), ends.clone());
        let handle = start.owner(
            DeviceKind::Printer,
            device,
            driver,
            port,
            Box::new(move |event| tell.tell(event)),
            Box::new(move |bytes| drained.drained(bytes)),
        );
        printers.push((name, Printer { handle, ends }));
    }
    Ok(printers)
}

fn readers(settings: &Settings, start: &mut Start, virtuals: &mut Virtuals) -> HashMap<String, Reader> {
    let mut readers = HashMap::new();
    for device in &settings.readers {
        let name = device.name.clone();
        // Its faults fall elsewhere on each reader, and at the same places on every start.
        let seed = virtuals.readers.len() as u64;
        let (port, shared) = start.port(&device.port, |_| VirtualReader::new(seed), |_| usize::MAX);
        virtuals.readers.extend(shared.map(|shared| (name.clone(), shared)));
        let listening = Listening::default();
        let tell = listening.clone();
        let events = move |event| match event {
            samv::Event::Health(_) => {}
            samv::Event::Read(card) => tell.tell(ReaderMessage::Read { card: Box::new(card) }),
            samv::Event::Failed(why) => tell.tell(ReaderMessage::Failed { why }),
            samv::Event::Removed => tell.tell(ReaderMessage::Removed),
        };
        let handle =
            start.owner(DeviceKind::Reader, device, samv::Reader::default(), port, Box::new(events), Box::new(|_| {}));
        readers.insert(name, Reader { handle, listening });
    }
    readers
}

fn signs(settings: &Settings, start: &mut Start, virtuals: &mut Virtuals) -> HashMap<String, Sign> {
    let mut signs = HashMap::new();
    for sign in &settings.signs {
        let name = sign.device.name.clone();
        let (width, height, seed) = (sign.width, sign.height, virtuals.signs.len() as u64);
        let (port, shared) = start.port(&sign.device.port, |_| VirtualCard::new(width, height, seed), |_| usize::MAX);
        virtuals.signs.extend(shared.map(|shared| (name.clone(), shared)));
        let shown = Shown::default();
        let tell = shown.clone();
        let handle = start.owner(
            DeviceKind::Sign,
            &sign.device,
            onbon::Sign::new(width, height),
            port,
            Box::new(move |event| tell.tell(&event)),
            Box::new(|_| {}),
        );
        signs.insert(name, Sign { handle, shown });
    }
    signs
}
