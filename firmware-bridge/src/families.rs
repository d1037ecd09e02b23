//! The families of devices, one file each: what its owner tells, on its way to who waits for it, and how its devices start.

pub mod lanes;
pub mod listening;
pub mod pads;
pub mod printers;
pub mod readers;
pub mod scanners;
pub mod signs;
pub mod speakers;

use std::sync::Arc;

use drivers::pads::VirtualLine;
use drivers::samv::virtual_reader::VirtualReader;
use drivers::scanner::virtual_scanner::VirtualScanner;
use drivers::sign::virtual_sign::VirtualSign;
use drivers::speaker::virtual_speaker::VirtualSpeaker;
use drivers::{Driver, Millis, VirtualDevice, escpos};
use link::alive::Watched;
use protocol::bridge::{Device, DeviceKind};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::device::{self, Counters, Handle, Label, Milestone, Parts, Told};
use crate::port::Port;
use crate::port::virtual_device::{Room, Shared, Socket};
use crate::settings::{self, Address};

/// A device as everybody may see it.
#[derive(Debug)]
pub struct Known {
    /// How it is.
    pub device: watch::Receiver<Device>,
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
    /// Scanners.
    pub scanners: Vec<(String, Shared<VirtualScanner>)>,
    /// Signs.
    pub signs: Vec<(String, Shared<Box<dyn VirtualSign>>)>,
    /// Speakers.
    pub speakers: Vec<(String, Shared<VirtualSpeaker>)>,
    /// Lanes, gates and lamps.
    pub wires: lanes::Virtuals,
    /// Lines of call pads.
    pub pads: Vec<(String, Shared<VirtualLine>)>,
}

/// What every device is started with, and what comes of it.
pub struct Start {
    /// The clock of the drivers.
    pub clock: Clock,
    /// Changes whenever a device does.
    pub changes: Arc<watch::Sender<u64>>,
    /// Ends the owners.
    pub stop: CancellationToken,
    /// The owners and the virtual devices.
    pub tasks: TaskTracker,
    /// Every device so far.
    pub devices: Vec<Known>,
    /// The virtual ones.
    pub virtuals: Virtuals,
    /// The owners, whose work the watchdog wants to see.
    pub watched: Watched,
}

impl Start {
    /// Nothing has started yet.
    pub fn new(stop: CancellationToken) -> Self {
        Self {
            clock: Clock::start(),
            changes: Arc::new(watch::channel(0).0),
            stop,
            tasks: TaskTracker::new(),
            devices: Vec::new(),
            virtuals: Virtuals::default(),
            watched: Watched::default(),
        }
    }

    /// The port of a device; for a virtual one its counterpart starts to live.
    pub fn port<C>(
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

    /// Lets the watchdog see an owner at work: that of one device, or of several on one line.
    pub fn watch<C: Send + 'static>(&mut self, kind: DeviceKind, name: &str, owner: Handle<C>) {
        self.watched.add(format!("{kind:?} {name}"), move || {
            let owner = owner.clone();
            async move { owner.is_at_work().await }
        });
    }

    /// Starts the owner of a device.
    pub fn owner<D>(
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
        D::Command: Send + 'static,
        D::Event: Told,
    {
        let settings::Device { name, model, port: address } = device.clone();
        let label = Label { kind, name, model, port: address.to_string() };
        let (changes, clock, stop) = (self.changes.clone(), self.clock, self.stop.clone());
        let (handle, owner) = device::start(Parts { label, driver, port, events, drained, changes, clock, stop });
        self.tasks.spawn(owner);
        self.watch(kind, &device.name, handle.clone());
        self.devices.push(Known { device: handle.device.clone(), counters: handle.counters.clone() });
        handle
    }
}
