//! Scanners and the one listener of each.

use std::collections::HashMap;
use std::convert::Infallible;

use drivers::scanner::virtual_scanner::VirtualScanner;
use drivers::{Health, scanner};
use protocol::bridge::{DeviceKind, ScannerMessage};

use crate::device::{Handle, Told};
use crate::families::Start;
use crate::families::listening::Listening;
use crate::settings::Settings;

impl Told for scanner::Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            _ => None,
        }
    }
}

/// A scanner.
#[derive(Debug)]
pub struct Scanner {
    /// Its owner.
    pub handle: Handle<Infallible>,
    /// Who listens.
    pub listening: Listening<ScannerMessage>,
}

/// Starts the scanners of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> anyhow::Result<HashMap<String, Scanner>> {
    let mut scanners = HashMap::new();
    for device in &settings.scanners {
        let name = device.name.clone();
        let Some(model) = scanner::Model::named(&device.model) else {
            anyhow::bail!("scanner {name}: model {:?} is not known", device.model);
        };
        // Its faults fall elsewhere on each scanner, and at the same places on every start.
        let seed = start.virtuals.scanners.len() as u64;
        let (port, shared) = start.port(&device.port, |_| VirtualScanner::new(model, seed), |_| usize::MAX);
        start.virtuals.scanners.extend(shared.map(|shared| (name.clone(), shared)));
        let listening = Listening::<ScannerMessage>::default();
        let tell = listening.clone();
        let events = move |event| match event {
            scanner::Event::Health(_) => {}
            scanner::Event::Scanned(text) => tell.tell(ScannerMessage::Scanned { text }),
            scanner::Event::Unreadable => tell.tell(ScannerMessage::Unreadable),
        };
        let driver = scanner::Scanner::new(model);
        let handle = start.owner(DeviceKind::Scanner, device, driver, port, Box::new(events), Box::new(|_| {}));
        scanners.insert(name, Scanner { handle, listening });
    }
    Ok(scanners)
}
