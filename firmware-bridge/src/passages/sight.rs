//! Tells the hall which lanes nobody sees any more: those whose every camera and pair of loops has been gone for a while. The hall doubts
//! its count from then on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use link::{Address, Ask, Kept};
use protocol::bridge::{Device, DeviceKind, DeviceState};
use protocol::requests::LaneSight;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::settings::Target;

/// A device that is back so soon was never gone, as far as vehicles are concerned.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the devices are looked at, and how soon a failed telling is tried again.
const LOOK: Duration = Duration::from_secs(2);
/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What looks at a lane.
#[derive(Debug, Clone)]
pub struct Watcher {
    /// `lane` or `camera`.
    pub kind: DeviceKind,
    /// Its name in the settings.
    pub name: String,
    /// Where its vehicles go.
    pub target: Target,
}

/// A lane of a lot.
type Place = (String, String);

/// See the module.
pub struct Sight {
    watchers: Vec<Watcher>,
    line: Kept,
    authorization: String,
    /// Since when nobody has seen a lane.
    unseen: BTreeMap<Place, Instant>,
    /// What the hall was told last. It knows nothing of how lanes were before.
    told: BTreeMap<Place, bool>,
}

impl Sight {
    /// To this server, with this token.
    pub fn new(watchers: Vec<Watcher>, server: Address, token: &str) -> Self {
        let authorization = format!("Bearer {}", token.trim());
        Self { watchers, line: Kept::new(server), authorization, unseen: BTreeMap::new(), told: BTreeMap::new() }
    }

    /// Looks and tells, until nobody holds the other end.
    pub async fn run(mut self, devices: watch::Receiver<Vec<Device>>) {
        while devices.has_changed().is_ok() {
            let now = devices.borrow().clone();
            for (place, sees) in self.changes(&now, Instant::now()) {
                if self.tell(&place, sees).await {
                    self.told.insert(place, sees);
                }
            }
            sleep(LOOK).await;
        }
    }

    /// What the hall does not know yet.
    fn changes(&mut self, devices: &[Device], now: Instant) -> Vec<(Place, bool)> {
        let mut seen: BTreeMap<Place, bool> = BTreeMap::new();
        for watcher in &self.watchers {
            let device = devices.iter().find(|device| device.kind == watcher.kind && device.name == watcher.name);
            let here = device.is_some_and(|device| device.state != DeviceState::Gone);
            *seen.entry((watcher.target.lot.clone(), watcher.target.lane.clone())).or_default() |= here;
        }
        let mut changes = Vec::new();
        for (place, sees) in seen {
            if sees {
                self.unseen.remove(&place);
            }
            let since = *self.unseen.entry(place.clone()).or_insert(now);
            if !sees && now.duration_since(since) < PATIENCE {
                continue;
            }
            if sees {
                self.unseen.remove(&place);
            }
            if self.told.get(&place) != Some(&sees) {
                changes.push((place, sees));
            }
        }
        changes
    }

    /// Whether the hall has heard it, or will never: a lane that its settings lack.
    async fn tell(&mut self, (lot, lane): &Place, sees: bool) -> bool {
        let Ok(body) = serde_json::to_vec(&LaneSight { sees }) else { return true };
        let path = format!("/api/v1/parking/lots/{}/lanes/{}/sight", part(lot), part(lane));
        let headers = vec![("authorization", self.authorization.clone())];
        let ask = Ask { method: hyper::Method::PUT, path: &path, headers, body: body.into() };
        match self.line.ask(ask, LIMIT).await {
            Ok((200..300, _)) => {
                tracing::info!(lot, lane, sees, "the hall knows whether this lane is seen");
                true
            }
            Ok((404, _)) => true,
            _ => false,
        }
    }
}

/// A code as a part of a path.
fn part(code: &str) -> String {
    let mut text = String::new();
    for byte in code.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use protocol::bridge::cameras::Bay;

    use super::*;

    fn device(kind: DeviceKind, state: DeviceState) -> Device {
        Device {
            kind,
            name: "north".into(),
            model: "virtual".into(),
            port: "virtual".into(),
            state,
            why: None,
            since: "2026-11-23T09:00:00+08:00".into(),
        }
    }

    #[tokio::test]
    async fn a_lane_is_unseen_when_all_that_look_at_it_are_gone_for_a_while() {
        let watcher = |kind| Watcher {
            kind,
            name: "north".into(),
            target: Target { lot: "P1".into(), lane: "in".into(), class: Bay::Ordinary },
        };
        let watchers = vec![watcher(DeviceKind::Lane), watcher(DeviceKind::Camera)];
        let mut sight = Sight::new(watchers, Address::Tcp("127.0.0.1:1".into()), "t");
        let place = || ("P1".to_owned(), "in".to_owned());
        let now = Instant::now();
        let with = |loops, camera| [device(DeviceKind::Lane, loops), device(DeviceKind::Camera, camera)];
        let (ready, gone) = (DeviceState::Ready, DeviceState::Gone);
        assert_eq!(sight.changes(&with(ready, ready), now), [(place(), true)]);
        sight.told.insert(place(), true);
        assert!(sight.changes(&with(gone, ready), now).is_empty());
        assert!(sight.changes(&with(gone, gone), now).is_empty(), "perhaps it is back in a moment");
        assert!(sight.changes(&with(gone, gone), now + PATIENCE / 2).is_empty());
        assert_eq!(sight.changes(&with(gone, gone), now + PATIENCE), [(place(), false)]);
        sight.told.insert(place(), false);
        assert!(sight.changes(&with(gone, gone), now + 2 * PATIENCE).is_empty());
        assert_eq!(sight.changes(&with(ready, gone), now + 3 * PATIENCE), [(place(), true)]);
        assert_eq!(part("北 1"), "%E5%8C%97%201");
    }
}
