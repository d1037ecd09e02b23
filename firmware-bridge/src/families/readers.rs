//! Readers and the one listener of each.

use std::collections::HashMap;
use std::convert::Infallible;

use drivers::samv::virtual_reader::VirtualReader;
use drivers::{Health, samv};
use protocol::bridge::{DeviceKind, ReaderMessage};

use crate::device::{Handle, Told};
use crate::families::Start;
use crate::families::listening::Listening;
use crate::settings::Settings;

impl Told for samv::Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            _ => None,
        }
    }
}

/// A reader.
#[derive(Debug)]
pub struct Reader {
    /// Its owner.
    pub handle: Handle<Infallible>,
    /// Who listens.
    pub listening: Listening<ReaderMessage>,
}

/// Starts the readers of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> HashMap<String, Reader> {
    let mut readers = HashMap::new();
    for device in &settings.readers {
        let name = device.name.clone();
        // Its faults fall elsewhere on each reader, and at the same places on every start.
        let seed = start.virtuals.readers.len() as u64;
        let (port, shared) = start.port(&device.port, |_| VirtualReader::new(seed), |_| usize::MAX);
        start.virtuals.readers.extend(shared.map(|shared| (name.clone(), shared)));
        let listening = Listening::<ReaderMessage>::default();
        let tell = listening.clone();
        let events = move |event| match event {
            samv::Event::Health(_) => {}
            samv::Event::Found => tell.tell(ReaderMessage::Found),
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
