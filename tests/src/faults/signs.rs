//! Faults of signs: whatever happens, the newest text stands there afterwards, and never an old one as new.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use drivers::digits::VirtualModbus;
use drivers::sign::virtual_sign::{Plugs, VirtualSign as _};
use drivers::{Millis, VirtualDevice};
use firmware_bridge::clock::Clock;
use firmware_bridge::port::virtual_device::Shared;
use protocol::bridge::{DeviceKind, DeviceState, SignArea};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::bridge::{Api, Bridge};
use super::list::SignFault;
use super::{Tried, batches, side_by_side};
use crate::wait::until_every;

/// How often a sign is looked at.
const EVERY: Duration = Duration::from_millis(100);
/// After a fault a sign shows what it should within this time.
const MENDED: Duration = Duration::from_secs(30);

/// Tries every fault on every model so many times.
pub async fn run(faults: &[SignFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let each = |fault: &SignFault| {
        let models = fault.models.clone().into_iter();
        models
            .flat_map(|model| (0..times).map(move |_| model.clone()))
            .map(|model| (fault.clone(), model))
            .collect::<Vec<_>>()
    };
    let tries: Vec<(SignFault, String)> = faults.iter().flat_map(each).collect();
    batches(tries, together).await
}

async fn together(tries: Vec<(SignFault, String)>) -> anyhow::Result<Vec<Tried>> {
    let mut devices = String::new();
    for (index, (_, model)) in tries.iter().enumerate() {
        writeln!(devices, "[[signs]]\nname = \"s{index}\"\nmodel = \"{model}\"\nport = \"virtual\"")?;
        if !model.starts_with("digits") {
            writeln!(devices, "width = 64\nheight = 16")?;
        }
    }
    let bridge = Bridge::start(&devices, &[])?;
    let attempts = tries.into_iter().enumerate().map(|(index, (fault, model))| {
        let api = bridge.api.clone();
        async move {
            let what = format!("{}, {model}", fault.name);
            attempt(&fault, &model, &api, &format!("s{index}")).await.context(what)
        }
    });
    side_by_side(&bridge, attempts).await
}

async fn attempt(fault: &SignFault, model: &str, api: &Api, name: &str) -> anyhow::Result<Tried> {
    api.is(DeviceKind::Sign, name, DeviceState::Ready).await?;
    // How the new text looks, and how the old one does.
    let new = appearance(api, name, "8").await?;
    let old = appearance(api, name, "3").await?;
    ensure!(new != old, "both look alike: {new}");
    if fault.timeout_s > 0 {
        let began = Instant::now();
        show(api, name, "3", fault.timeout_s).await?;
        until_every(EVERY, "the old text is gone", MENDED, async || Ok((seen(api, name).await? != old).then_some(())))
            .await?;
        let took = began.elapsed();
        ensure!(took >= Duration::from_secs(u64::from(fault.timeout_s)), "gone after {took:?} already");
        return Ok(Tried { fault: format!("sign: {}", fault.name), end: format!("{model} blank"), took });
    }
    let plugs = format!("/v1/virtual/signs/{name}/plugs");
    api.put(&plugs, &json!(fault.plugs)).await?;
    if let Some(state) = fault.state {
        api.is(DeviceKind::Sign, name, state).await?;
    }
    // Wanted meanwhile: nobody can say yet whether it is shown.
    let _ = api.ask("PUT", &format!("/v1/signs/{name}/areas/0"), Some(&json!(text("8", 0)))).await?;
    let began = Instant::now();
    api.put(&plugs, &json!(Plugs::default())).await?;
    until_every(EVERY, "the new text is there", MENDED, async || Ok((seen(api, name).await? == new).then_some(())))
        .await?;
    let took = began.elapsed();
    api.is(DeviceKind::Sign, name, DeviceState::Ready).await?;
    Ok(Tried { fault: format!("sign: {}", fault.name), end: model.to_owned(), took })
}

fn text(says: &str, timeout_s: u16) -> SignArea {
    SignArea { text: says.into(), timeout_s, ..SignArea::default() }
}

async fn show(api: &Api, name: &str, says: &str, timeout_s: u16) -> anyhow::Result<()> {
    api.put(&format!("/v1/signs/{name}/areas/0"), &json!(text(says, timeout_s))).await
}

/// What is to be seen of a sign: the text of its areas.
async fn seen(api: &Api, name: &str) -> anyhow::Result<String> {
    let all: Value = api.get("/v1/virtual").await?;
    let sign = all["signs"].as_array().context("no signs")?.iter().find(|sign| sign["name"] == *name);
    let areas = sign.context("no such sign")?["areas"].as_array().context("no areas")?;
    Ok(areas.iter().filter_map(|area| area["text"].as_str()).collect::<Vec<_>>().join("|"))
}

/// How a text looks on it.
async fn appearance(api: &Api, name: &str, says: &str) -> anyhow::Result<String> {
    show(api, name, says, 0).await?;
    // It was taken: so it is there, but for the time between two looks of a device that never answers.
    let last = Mutex::new(String::new());
    let (seen, _) = until_every(EVERY, "the text stands still", MENDED, async || {
        let now = seen(api, name).await?;
        let before = std::mem::replace(&mut *last.lock().unwrap_or_else(PoisonError::into_inner), now.clone());
        Ok((!now.is_empty() && now == before).then_some(now))
    })
    .await?;
    Ok(seen)
}

/// Modules on one line: each hears everything.
struct Bus(Vec<VirtualModbus>);

impl VirtualDevice for Bus {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        for module in &mut self.0 {
            module.receive(now, bytes);
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        self.0.iter_mut().flat_map(VirtualDevice::answer).collect()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.0.iter().filter_map(VirtualDevice::wake_at).min()
    }
}

/// Starts modules of so many units on a TCP port, and gives them with the port.
async fn modules(units: u8, stop: &CancellationToken) -> anyhow::Result<(Shared<Bus>, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = format!("tcp:{}", listener.local_addr()?);
    let bus = Shared::new(Bus((1..=units).map(|unit| VirtualModbus::new(unit, 4, 0)).collect()), |_| usize::MAX);
    let (ends, receiver) = mpsc::channel(4);
    tokio::spawn(bus.clone().run(receiver, Clock::start(), stop.clone()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = ends.send(stream).await;
        }
    });
    Ok((bus, port))
}

fn texts(bus: &Shared<Bus>) -> Vec<String> {
    bus.look(|bus| bus.0.iter().map(|module| module.text().trim().to_owned()).collect())
}

/// Signs of one port have one owner: each shows its own, one without power is gone alone, and comes back with its newest.
pub async fn shared_line() -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let (bus, port) = modules(3, &stop).await?;
    let mut devices = String::new();
    for unit in 1..=3 {
        writeln!(
            devices,
            "[[signs]]\nname = \"s{unit}\"\nmodel = \"digits-modbus\"\nport = \"{port}\"\naddress = {unit}"
        )?;
    }
    let bridge = Bridge::start(&devices, &[])?;
    let api = &bridge.api;
    for unit in 1..=3 {
        api.is(DeviceKind::Sign, &format!("s{unit}"), DeviceState::Ready).await?;
        show(api, &format!("s{unit}"), &format!("{unit}"), 0).await?;
    }
    ensure!(texts(&bus) == ["1", "2", "3"], "{:?}", texts(&bus));
    bus.handle(|bus| bus.0[1].plug(Plugs { power: false, ..Plugs::default() }));
    api.is(DeviceKind::Sign, "s2", DeviceState::Gone).await?;
    for unit in [1, 3] {
        show(api, &format!("s{unit}"), &format!("{unit}0"), 0).await?;
    }
    let _ = api.ask("PUT", "/v1/signs/s2/areas/0", Some(&json!(text("20", 0)))).await?;
    ensure!(texts(&bus) == ["10", "", "30"], "{:?}", texts(&bus));
    bus.handle(|bus| bus.0[1].plug(Plugs::default()));
    let back = async || Ok((texts(&bus) == ["10", "20", "30"]).then_some(()));
    until_every(EVERY, "the second shows its newest", MENDED, back).await?;
    stop.cancel();
    Ok(())
}

/// A bridge that is told to stop leaves no number on a board that would show it for ever.
pub async fn goodbye() -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let (bus, port) = modules(1, &stop).await?;
    let devices = format!("[[signs]]\nname = \"a\"\nmodel = \"digits-modbus\"\nport = \"{port}\"\n");
    let mut bridge = Bridge::start(&devices, &[])?;
    bridge.api.is(DeviceKind::Sign, "a", DeviceState::Ready).await?;
    show(&bridge.api, "a", "23", 0).await?;
    ensure!(texts(&bus) == ["23"], "not shown");
    ensure!(bridge.terminate()?.success(), "it did not end well");
    let left = texts(&bus);
    stop.cancel();
    ensure!(left == [""], "{left:?} stands there for ever");
    Ok(())
}
