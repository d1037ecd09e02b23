//! Signs: what was asked for, and who waits until the card has taken it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drivers::onbon::virtual_card::VirtualCard;
use drivers::{Health, onbon};
use protocol::bridge::{DeviceKind, DeviceState, SignArea};
use tokio::sync::oneshot;

use crate::device::{Handle, Order, Stopping, Told};
use crate::families::Start;
use crate::settings::Settings;

impl Told for onbon::Event {
    fn health(&self) -> Option<Health> {
        match self {
            Self::Health(health) => Some(*health),
            _ => None,
        }
    }
}

/// How a text has fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The card has taken it, or a newer one for the same area.
    Shown,
    /// It will not be shown.
    Refused(onbon::Refusal),
}

/// Who waits for the text of an area to be shown.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    waiting: Arc<Mutex<HashMap<u8, Vec<oneshot::Sender<Fate>>>>>,
}

impl Shown {
    /// Takes what the driver tells.
    pub fn tell(&self, event: &onbon::Event) {
        let (area, fate) = match *event {
            onbon::Event::Shown { area } => (area, Fate::Shown),
            onbon::Event::Refused { area, why } => (area, Fate::Refused(why)),
            onbon::Event::Health(_) => return,
        };
        for waits in self.lock().remove(&area).unwrap_or_default() {
            let _ = waits.send(fate);
        }
    }

    fn wait(&self, area: u8, waits: oneshot::Sender<Fate>) {
        let mut waiting = self.lock();
        let waiting = waiting.entry(area).or_default();
        // Those who have gone make room.
        waiting.retain(|waits| !waits.is_closed());
        waiting.push(waits);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u8, Vec<oneshot::Sender<Fate>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sign with its owner.
#[derive(Debug)]
pub struct Sign {
    /// Its owner.
    pub handle: Handle<onbon::Command>,
    /// Who waits.
    pub shown: Shown,
}

impl Sign {
    /// Whether it answers now.
    pub fn answers(&self) -> bool {
        self.handle.device.borrow().state != DeviceState::Gone
    }

    /// Wants a text shown; the receiver is told how it fares.
    pub async fn show(&self, area: u8, content: SignArea) -> Result<oneshot::Receiver<Fate>, Stopping> {
        let (waits, fate) = oneshot::channel();
        let shown = self.shown.clone();
        // Waits from the moment the driver has the text: what it tells before is about an older one.
        let first = Box::new(move || shown.wait(area, waits));
        self.handle.order(Order::After(first, onbon::Command::Show { area, content })).await?;
        Ok(fate)
    }

    /// Wants it empty.
    pub async fn clear(&self) -> Result<(), Stopping> {
        self.handle.order(Order::Command(onbon::Command::Clear)).await
    }
}

/// Starts the signs of the settings.
pub fn start(settings: &Settings, start: &mut Start) -> HashMap<String, Sign> {
    let mut signs = HashMap::new();
    for sign in &settings.signs {
        let name = sign.device.name.clone();
        let (width, height, seed) = (sign.width, sign.height, start.virtuals.signs.len() as u64);
        let (port, shared) = start.port(&sign.device.port, |_| VirtualCard::new(width, height, seed), |_| usize::MAX);
        start.virtuals.signs.extend(shared.map(|shared| (name.clone(), shared)));
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
