//! Faults of lanes, gates and lamps.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use drivers::gate::virtual_gate;
use drivers::lamp::virtual_lamp;
use drivers::lane::virtual_lane;
use firmware_bridge::words::word;
use protocol::bridge::lanes::{Gate, GateMove, GateState, Lane, LaneView};
use protocol::bridge::{Device, DeviceKind, DeviceState, Trouble};
use serde::Deserialize;
use serde_json::json;

use super::bridge::{Api, Bridge};
use super::{Tried, batches, side_by_side};
use crate::wait::until;

/// A virtual car is over the loops for less than this.
const CAR: Duration = Duration::from_mins(1);
/// What takes longest is a gate that does not arrive.
const LIMIT: Duration = Duration::from_mins(3);

/// A fault of a lane, a gate or a lamp.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// How the lane is meanwhile.
    pub lane: Option<virtual_lane::Plugs>,
    /// So many vehicles pass meanwhile: only they show it, and only one more shows that it is over.
    #[serde(default)]
    pub vehicles: u32,
    /// How the gate is meanwhile.
    pub gate: Option<virtual_gate::Plugs>,
    /// Where the gate is told to go meanwhile.
    pub told: Option<GateMove>,
    /// How the lamp is meanwhile.
    pub lamp: Option<virtual_lamp::Plugs>,
    /// How the device is then.
    pub state: DeviceState,
    /// And why.
    pub why: Option<Trouble>,
}

/// Tries every fault so many times; afterwards everything works again without a restart.
pub async fn run(faults: &[WireFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let tries = faults.iter().flat_map(|fault| std::iter::repeat_n(fault.clone(), times)).collect();
    batches(tries, together).await
}

async fn together(tries: Vec<WireFault>) -> anyhow::Result<Vec<Tried>> {
    let mut devices = String::new();
    for at in 0..tries.len() {
        for family in ["lanes", "gates", "lamps"] {
            let stuck = if family == "lanes" { "stuck_s = 20\n" } else { "" };
            writeln!(devices, "[[{family}]]\nname = \"n{at}\"\nport = \"virtual\"\n{stuck}")?;
        }
    }
    let bridge = Bridge::start(&devices, &[])?;
    let attempts = tries.into_iter().enumerate().map(|(at, fault)| {
        let api = bridge.api.clone();
        async move { attempt(&fault, &api, &format!("n{at}")).await.with_context(|| fault.name.clone()) }
    });
    side_by_side(&bridge, attempts).await
}

async fn attempt(fault: &WireFault, api: &Api, name: &str) -> anyhow::Result<Tried> {
    let (kind, path, plugs) = match (fault.lane, fault.gate, fault.lamp) {
        (Some(plugs), None, None) => (DeviceKind::Lane, "lanes", json!(plugs)),
        (None, Some(plugs), None) => (DeviceKind::Gate, "gates", json!(plugs)),
        (None, None, Some(plugs)) => (DeviceKind::Lamp, "lamps", json!(plugs)),
        _ => anyhow::bail!("a fault is one of a lane, of a gate or of a lamp"),
    };
    let path = format!("/v1/virtual/{path}/{name}/plugs");
    api.is(kind, name, DeviceState::Ready).await?;
    if fault.vehicles > 0 {
        // Vehicles that come before counting has begun show nothing.
        counts(api, name).await?;
    }
    let began = Instant::now();
    api.put(&path, &plugs).await?;
    for _ in 0..fault.vehicles {
        comes(api, name).await?;
    }
    if let Some(way) = fault.told {
        let answer = api.ask("POST", &format!("/v1/gates/{name}/{}", word(way)), None).await?;
        ensure!(answer.status == 204, "not told: {} {}", answer.status, answer.text());
    }
    is(api, kind, name, fault.state, fault.why).await?;
    let took = began.elapsed();
    if kind == DeviceKind::Gate && fault.told.is_none() {
        let answer = api.ask("POST", &format!("/v1/gates/{name}/close"), None).await?;
        ensure!(answer.status == 409 || answer.status == 503, "it was closed: {}", answer.status);
    }
    api.put(&path, &json!({})).await?;
    if fault.vehicles == 0 && fault.told.is_none() {
        is(api, kind, name, DeviceState::Ready, None).await?;
    }
    match kind {
        DeviceKind::Lane => counts(api, name).await?,
        DeviceKind::Gate => closes(api, name).await?,
        _ => lights(api, name).await?,
    }
    is(api, kind, name, DeviceState::Ready, None).await?;
    let why = fault.why.map(|why| format!(", {}", word(why))).unwrap_or_default();
    let end = format!("{}{why}", word(fault.state));
    Ok(Tried { fault: format!("wires: {}", fault.name), end, took })
}

async fn is(api: &Api, kind: DeviceKind, name: &str, state: DeviceState, why: Option<Trouble>) -> anyhow::Result<()> {
    let looks = async || {
        let devices: Vec<Device> = api.ask("GET", "/v1/devices", None).await?.good()?;
        let is =
            |device: &Device| device.kind == kind && device.name == name && device.state == state && device.why == why;
        Ok(devices.iter().any(is).then_some(()))
    };
    until(&format!("{kind:?} {name} is {state:?}, {why:?}"), LIMIT, looks).await?;
    Ok(())
}

async fn view(api: &Api, name: &str) -> anyhow::Result<LaneView> {
    let lanes: Vec<Lane> = api.ask("GET", "/v1/lanes", None).await?.good()?;
    Ok(lanes.iter().find(|lane| lane.name == name).context("no lane")?.view)
}

async fn comes(api: &Api, name: &str) -> anyhow::Result<()> {
    let path = format!("/v1/virtual/lanes/{name}/vehicle");
    let answer = api.ask("POST", &path, Some(&json!({"direction": "in"}))).await?;
    ensure!(answer.status == 204, "no vehicle: {}", answer.text());
    Ok(())
}

/// A car that comes in counts once, and nothing else does.
async fn counts(api: &Api, name: &str) -> anyhow::Result<()> {
    let before = view(api, name).await?;
    comes(api, name).await?;
    let came = async || Ok((view(api, name).await?.passed_in == before.passed_in + 1).then_some(()));
    until("the car is counted", CAR, came).await?;
    ensure!(view(api, name).await?.passed_out == before.passed_out, "something went out");
    Ok(())
}

async fn closes(api: &Api, name: &str) -> anyhow::Result<()> {
    let answer = api.ask("POST", &format!("/v1/gates/{name}/close"), None).await?;
    ensure!(answer.status == 204, "not closed: {} {}", answer.status, answer.text());
    let closed = async || {
        let gates: Vec<Gate> = api.ask("GET", "/v1/gates", None).await?.good()?;
        let is = |gate: &Gate| gate.name == name && gate.state == GateState::Closed && gate.safety == Some(false);
        Ok(gates.iter().any(is).then_some(()))
    };
    until("the gate is closed", CAR, closed).await?;
    Ok(())
}

async fn lights(api: &Api, name: &str) -> anyhow::Result<()> {
    api.put(&format!("/v1/lamps/{name}"), &json!({"state": "on", "timeout_s": 60})).await?;
    let lit = async || {
        let all: serde_json::Value = api.ask("GET", "/v1/virtual", None).await?.good()?;
        let lamps = all["lamps"].as_array().context("no lamps")?;
        Ok(lamps.iter().any(|lamp| lamp["name"] == name && lamp["lit"] == true).then_some(()))
    };
    until("the lamp is lit", CAR, lit).await?;
    Ok(())
}
