//! Lines of call pads, and the one listener of each.

use std::collections::HashMap;

use drivers::pads::{Command, Event, Line, VirtualLine};
use drivers::{Health, pads::line};
use protocol::bridge::{DeviceKind, DeviceState, PadScreen, PadsMessage};

use crate::device::{Handle, Order, Stopping, Told};
use crate::families::Start;
use crate::families::listening::Listening;
use crate::settings::Settings;

impl Told for Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            _ => None,
        }
    }
}

/// A line.
#[derive(Debug)]
pub struct Pads {
    /// Its owner.
    pub handle: Handle<Command>,
    /// Who listens.
    pub listening: Listening<PadsMessage>,
    addresses: Vec<u8>,
}

impl Pads {
    /// Whether it has such a pad.
    pub fn has(&self, address: u8) -> bool {
        self.addresses.contains(&address)
    }

    /// Whether anybody can be told anything now.
    pub fn answers(&self) -> bool {
        self.handle.device.borrow().state != DeviceState::Gone
    }

    /// Wants this shown on a pad.
    pub async fn show(&self, address: u8, screen: PadScreen) -> Result<(), Stopping> {
        self.handle.order(Order::Command(Command::Show { address, screen })).await
    }

    /// Wants a rating asked for.
    pub async fn ask(&self, address: u8) -> Result<(), Stopping> {
        self.handle.order(Order::Command(Command::Ask { address })).await
    }
}

/// Starts the lines of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> HashMap<String, Pads> {
    let mut lines = HashMap::new();
    for pads in &settings.pads {
        let name = pads.device.name.clone();
        let line::Settings { pads: addresses, .. } = &pads.line;
        let seed = start.virtuals.pads.len() as u64;
        let (port, shared) = start.port(&pads.device.port, |_| VirtualLine::new(addresses, seed), |_| usize::MAX);
        start.virtuals.pads.extend(shared.map(|shared| (name.clone(), shared)));
        let listening = Listening::<PadsMessage>::default();
        let (tell, line) = (listening.clone(), name.clone());
        let events = move |event| match event {
            Event::Health(_) => {}
            Event::Key { address, key } => {
                tell.tell(PadsMessage::Key { address, key: key.key, number: key.number });
            }
            Event::Rated { address, level } => tell.tell(PadsMessage::Rated { address, level }),
            Event::Strange(frame) => {
                tracing::warn!(line, address = frame.address, data = ?frame.data, "a pad or key that nobody knows");
            }
        };
        let driver = Line::new(pads.line.clone());
        let handle = start.owner(DeviceKind::Pads, &pads.device, driver, port, Box::new(events), Box::new(|_| {}));
        lines.insert(name, Pads { handle, listening, addresses: addresses.clone() });
    }
    lines
}
