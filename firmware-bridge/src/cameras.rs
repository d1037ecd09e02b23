//! The cameras of a car park: who they are, how each is, and what they have told. They push over HTTP to one port
//! ([`door`]); what they see goes into the outbox of passages before they are answered.
//!
//! A camera is ready while it pushes anything, and gone when it has been silent for too long. No plate is in anything that
//! this module says of a camera.

pub mod digest;
pub mod door;
mod passage;
pub mod virtual_camera;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use drivers::Health;
use jiff::tz::TimeZone;
use protocol::bridge::cameras as view;
use protocol::bridge::{DeviceKind, Trouble};
use tokio::net::TcpListener;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::clock;
use crate::device::{Counters, Label, Notice};
use crate::families::{Known, Start};
use crate::passages::Outbox;
use crate::port;
use crate::settings::{self, CameraPort};
use digest::Digests;

/// Longest file with a password or a key.
const MAX_SECRET: usize = 4_096;
/// Shortest key of a signature, in bytes.
const MIN_KEY: usize = 16;

/// What a camera has pushed since the start.
#[derive(Debug, Default)]
struct Counts {
    passages: AtomicU64,
    without_plate: AtomicU64,
    duplicates: AtomicU64,
    heartbeats: AtomicU64,
    others: AtomicU64,
    refused: AtomicU64,
    unreadable: AtomicU64,
}

/// A camera.
#[derive(Debug)]
pub struct Camera {
    /// What the settings say of it.
    pub settings: settings::Camera,
    password: Option<Secret>,
    key: Option<Secret>,
    counts: Counts,
    /// When it last pushed anything: for the clock, and for people.
    last: Mutex<Option<(Instant, String)>>,
    /// What it pushed last could not be read.
    is_garbled: AtomicBool,
    notice: Notice,
    counters: Arc<Counters>,
}

/// A password or a key.
struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    fn read(path: &std::path::Path) -> anyhow::Result<Self> {
        let bytes = Zeroizing::new(std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
        let text = bytes.trim_ascii();
        anyhow::ensure!(!text.is_empty(), "{}: it is empty", path.display());
        anyhow::ensure!(text.len() <= MAX_SECRET, "{}: more than {MAX_SECRET} bytes", path.display());
        Ok(Self(Zeroizing::new(text.to_vec())))
    }

    fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl Camera {
    fn last(&self) -> MutexGuard<'_, Option<(Instant, String)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It has pushed something; whether that could be read.
    fn heard(&self, bytes: usize, readable: bool, on_disk: bool) {
        *self.last() = Some((Instant::now(), clock::wall()));
        self.is_garbled.store(!readable, Relaxed);
        self.counters.heard(bytes);
        self.look(on_disk);
    }

    /// Tells how it is, where that has changed. When it will be gone unless it pushes.
    fn look(&self, on_disk: bool) -> Option<Instant> {
        let until = self.last().as_ref().map(|(at, _)| *at + self.settings.silent);
        let until = until.filter(|until| *until > Instant::now());
        self.notice.publish(match until {
            None => Health::GONE,
            Some(_) if self.is_garbled.load(Relaxed) => Health::degraded(Trouble::Garbled),
            Some(_) if !on_disk => Health::degraded(Trouble::StorageFull),
            Some(_) => Health::READY,
        });
        until
    }

    /// How it is, for people.
    pub fn view(&self) -> view::Camera {
        let (settings, counts) = (&self.settings, &self.counts);
        view::Camera {
            name: settings.name.clone(),
            family: settings.family.name().to_owned(),
            lot: settings.target.lot.clone(),
            lane: settings.target.lane.clone(),
            last_push: self.last().as_ref().map(|(_, at)| at.clone()),
            passages: counts.passages.load(Relaxed),
            without_plate: counts.without_plate.load(Relaxed),
            duplicates: counts.duplicates.load(Relaxed),
            heartbeats: counts.heartbeats.load(Relaxed),
            others: counts.others.load(Relaxed),
            refused: counts.refused.load(Relaxed),
            unreadable: counts.unreadable.load(Relaxed),
        }
    }
}

/// The cameras of a bridge.
#[derive(Debug)]
pub struct Cameras {
    /// Where they come in; none where there are none.
    pub listening: Option<SocketAddr>,
    all: Vec<Arc<Camera>>,
    names: HashMap<String, Arc<Camera>>,
    outbox: Outbox,
    digests: Digests,
    time_zone: TimeZone,
}

impl Cameras {
    /// Gets the cameras of the settings ready and binds their port. Nothing is accepted before [`Cameras::serve`].
    pub async fn start(
        cameras: &[settings::Camera],
        port: Option<&CameraPort>,
        outbox: Outbox,
        start: &mut Start,
    ) -> anyhow::Result<(Arc<Self>, Option<TcpListener>)> {
        let mut all = Vec::new();
        for settings in cameras {
            all.push(Arc::new(camera(settings, start)?));
        }
        let listener = match port {
            None => None,
            Some(port) => {
                let bound = port::http::bind(port.listen).await;
                Some(bound.with_context(|| format!("cannot listen for cameras on {}", port.listen))?)
            }
        };
        let listening = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let names = all.iter().map(|camera| (camera.settings.name.clone(), camera.clone())).collect();
        let digests = Digests::new().map_err(|error| anyhow::anyhow!("no randomness for cameras: {error}"))?;
        let time_zone = port.map_or(TimeZone::UTC, |port| port.time_zone.clone());
        Ok((Arc::new(Self { listening, all, names, outbox, digests, time_zone }), listener))
    }

    /// Takes pushes, watches for silence and lets virtual cameras live, until the devices are to stop.
    pub fn serve(self: &Arc<Self>, listener: Option<TcpListener>, start: &Start) {
        let Some(listener) = listener else { return };
        let cameras = self.clone();
        let handler = move |peer, request| {
            let cameras = cameras.clone();
            async move { cameras.push(peer, request).await }
        };
        start.tasks.spawn(port::http::serve(listener, handler, start.stop.clone()));
        let (cameras, stop) = (self.clone(), start.stop.clone());
        start.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = cameras.watch() => {}
            }
        });
        for camera in self.all.iter().filter(|camera| camera.settings.is_virtual) {
            let (cameras, camera, stop) = (self.clone(), camera.clone(), start.stop.clone());
            start.tasks.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = virtual_camera::live(&cameras, &camera) => {}
                }
            });
        }
    }

    /// Notices who is silent, and when the outbox gets on or off the disk.
    async fn watch(&self) {
        let mut outbox = self.outbox.watch();
        loop {
            let on_disk = outbox.borrow_and_update().on_disk;
            let next = self.all.iter().filter_map(|camera| camera.look(on_disk)).min();
            // Who was gone and came back is seen by itself when it pushes; its silence is looked for again in time.
            let latest = Instant::now() + self.shortest();
            let next = next.unwrap_or(latest).min(latest);
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                changed = outbox.changed() => if changed.is_err() { return },
            }
        }
    }

    fn shortest(&self) -> Duration {
        self.all.iter().map(|camera| camera.settings.silent).min().unwrap_or(Duration::from_mins(1))
    }

    /// A camera of this name.
    pub fn named(&self, name: &str) -> Option<&Arc<Camera>> {
        self.names.get(name)
    }

    /// All of them, in the order of the settings.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Camera>> {
        self.all.iter()
    }

    /// `GET /v1/cameras`.
    pub fn view(&self) -> view::Cameras {
        view::Cameras {
            listening: self.listening.map(|at| at.to_string()),
            outbox: self.outbox.status(),
            cameras: self.all.iter().map(|camera| camera.view()).collect(),
        }
    }
}

fn camera(settings: &settings::Camera, start: &mut Start) -> anyhow::Result<Camera> {
    let of = |error: anyhow::Error| error.context(format!("camera {:?}", settings.name));
    let password = settings.login.as_ref().map(|login| Secret::read(&login.password_file)).transpose().map_err(of)?;
    let key = settings.key_file.as_ref().map(|file| Secret::read(file)).transpose().map_err(of)?;
    if let Some(key) = &key {
        anyhow::ensure!(key.0.len() >= MIN_KEY, "camera {:?}: a key has at least {MIN_KEY} bytes", settings.name);
    }
    let from: Vec<String> = settings.addresses.iter().map(ToString::to_string).collect();
    let from = match (from.is_empty(), settings.is_virtual) {
        (_, true) => "virtual".to_owned(),
        (true, false) => "http".to_owned(),
        (false, false) => format!("http:{}", from.join(",")),
    };
    let label = Label {
        kind: DeviceKind::Camera,
        name: settings.name.clone(),
        model: settings.family.name().to_owned(),
        port: from,
    };
    let (notice, device) = Notice::new(label, start.changes.clone());
    let counters = Arc::<Counters>::default();
    start.devices.push(Known { device, counters: counters.clone() });
    Ok(Camera {
        settings: settings.clone(),
        password,
        key,
        counts: Counts::default(),
        last: Mutex::default(),
        is_garbled: AtomicBool::new(false),
        notice,
        counters,
    })
}

#[cfg(test)]
mod tests;
