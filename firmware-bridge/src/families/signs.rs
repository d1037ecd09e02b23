//! Signs: what was asked for, and who waits until the board has taken it. Signs on one port have one owner, which lets one of
//! them speak at a time.

mod make;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drivers::Health;
use drivers::sign::line::Line;
use drivers::sign::{Command, Deed, Event, Refusal};
use protocol::bridge::{Device, DeviceKind, DeviceState};
use tokio::sync::{oneshot, watch};

use crate::device::{self, Handle, Label, Notice, Order, Parts, Stopping, Told};
use crate::families::{Known, Start};
use crate::settings::{Address, Settings, Sign as Set};

/// How long blanking all signs may take when the bridge stops: a card takes one refresh a second.
const GOODBYE: Duration = Duration::from_millis(2_500);

impl Told for (usize, Event) {
    fn health(&self) -> Option<Health> {
        // Each sign of a line has its own.
        None
    }
}

/// How something has fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The board has taken it, or something newer in its place.
    Done,
    /// It will not be shown, said or done.
    Refused(Refusal),
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Awaited {
    Area(u8),
    Deed(Deed),
}

/// Who waits for what of a sign.
#[derive(Debug, Clone, Default)]
struct Waiting {
    waiting: Arc<Mutex<HashMap<Awaited, Vec<oneshot::Sender<Fate>>>>>,
}

impl Waiting {
    /// Takes what the driver tells.
    fn tell(&self, event: &Event) {
        let (awaited, fate) = match *event {
            Event::Shown { area } => (Awaited::Area(area), Fate::Done),
            Event::Refused { area, why } => (Awaited::Area(area), Fate::Refused(why)),
            Event::Done(deed) => (Awaited::Deed(deed), Fate::Done),
            Event::NotDone(deed, why) => (Awaited::Deed(deed), Fate::Refused(why)),
            Event::Health(_) => return,
        };
        for waits in self.lock().remove(&awaited).unwrap_or_default() {
            let _ = waits.send(fate);
        }
    }

    fn wait(&self, awaited: Awaited, waits: oneshot::Sender<Fate>) {
        let mut waiting = self.lock();
        let waiting = waiting.entry(awaited).or_default();
        // Those who have gone make room.
        waiting.retain(|waits| !waits.is_closed());
        waiting.push(waits);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Awaited, Vec<oneshot::Sender<Fate>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sign with the owner of its line.
#[derive(Debug)]
pub struct Sign {
    handle: Handle<(usize, Command)>,
    /// Its place on the line.
    at: usize,
    device: watch::Receiver<Device>,
    waiting: Waiting,
}

impl Sign {
    /// Whether it answers now.
    pub fn answers(&self) -> bool {
        self.device.borrow().state != DeviceState::Gone
    }

    /// Wants something of it; the receiver is told how that fares.
    pub async fn order(&self, command: Command) -> Result<oneshot::Receiver<Fate>, Stopping> {
        let awaited = match &command {
            Command::Show { area, .. } => Awaited::Area(*area),
            Command::Clear => Awaited::Deed(Deed::Clear),
            Command::Brightness(_) => Awaited::Deed(Deed::Brightness),
            Command::SelfTest => Awaited::Deed(Deed::SelfTest),
            Command::Say(_) => Awaited::Deed(Deed::Say),
        };
        let (waits, fate) = oneshot::channel();
        let waiting = self.waiting.clone();
        // Waits from the moment the driver has it: what it tells before is about something older.
        let first = Box::new(move || waiting.wait(awaited, waits));
        self.handle.order(Order::After(first, (self.at, command))).await?;
        Ok(fate)
    }
}

/// Blanks every sign that answers: what they show would be old in a moment.
pub async fn goodbye(signs: impl Iterator<Item = &Sign>) {
    let blank = async {
        let mut fates = Vec::new();
        for sign in signs.filter(|sign| sign.answers()) {
            fates.extend(sign.order(Command::Clear).await);
        }
        for fate in fates {
            let _ = fate.await;
        }
    };
    let _ = tokio::time::timeout(GOODBYE, blank).await;
}

/// Starts the signs of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> HashMap<String, Sign> {
    let mut signs = HashMap::new();
    // In the order of the settings, whichever line they hang on.
    let mut known: Vec<(usize, Known)> = Vec::new();
    for line in lines(&settings.signs) {
        let (mut drivers, mut places, mut devices, mut names) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let port = make::port(line[0].1, start);
        for (_, sign) in &line {
            let label = Label {
                kind: DeviceKind::Sign,
                name: sign.device.name.clone(),
                model: sign.device.model.clone(),
                port: sign.device.port.to_string(),
            };
            names.push(label.name.clone());
            let (notice, device) = Notice::new(label, start.changes.clone());
            let waiting = Waiting::default();
            drivers.push(make::driver(sign));
            places.push((notice, waiting.clone()));
            devices.push((device, waiting));
        }
        let events = move |(at, event): (usize, Event)| {
            let Some((notice, waiting)) = places.get(at) else { return };
            if let Event::Health(health) = event {
                notice.publish(health);
            }
            waiting.tell(&event);
        };
        let first = &line[0].1.device;
        let (handle, owner) = device::start(Parts {
            label: Label {
                kind: DeviceKind::Sign,
                name: names.join("+"),
                model: first.model.clone(),
                port: first.port.to_string(),
            },
            driver: Line::new(drivers),
            port,
            events: Box::new(events),
            drained: Box::new(|_| {}),
            changes: start.changes.clone(),
            clock: start.clock,
            stop: start.stop.clone(),
        });
        start.tasks.spawn(owner);
        start.watch(DeviceKind::Sign, &names.join("+"), handle.clone());
        for (at, ((order, sign), (device, waiting))) in line.into_iter().zip(devices).enumerate() {
            known.push((order, Known { device: device.clone(), counters: handle.counters.clone() }));
            signs.insert(sign.device.name.clone(), Sign { handle: handle.clone(), at, device, waiting });
        }
    }
    known.sort_by_key(|(order, _)| *order);
    start.devices.extend(known.into_iter().map(|(_, known)| known));
    signs
}

/// The signs by the line they hang on, each with its place in the settings. Virtual ones have a line each.
fn lines(signs: &[Set]) -> Vec<Vec<(usize, &Set)>> {
    let mut lines: Vec<Vec<(usize, &Set)>> = Vec::new();
    for (order, sign) in signs.iter().enumerate() {
        let port = &sign.device.port;
        let same = |line: &&mut Vec<(usize, &Set)>| *port != Address::Virtual && line[0].1.device.port == *port;
        match lines.iter_mut().find(same) {
            Some(line) => line.push((order, sign)),
            None => lines.push(vec![(order, sign)]),
        }
    }
    lines
}
