//! Faults of lanes, gates and lamps.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use drivers::gate::virtual_gate;
use drivers::lane::virtual_lane;
use protocol::bridge::lanes::{Gate, Lane, LaneView};
use protocol::bridge::{Device, DeviceKind, DeviceState, Trouble};
use serde::Deserialize;
use serde_json::json;

use super::Tried;
use super::bridge::{Api, Bridge};
use crate::wait::until;

/// A virtual car is over the loops for less than this.
const CAR: Duration = Duration::from_mins(1);

/// A fault of a lane or a gate.
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
    /// How the gate is meanwhile.
    pub gate: Option<virtual_gate::Plugs>,
    /// How the device is then.
    pub state: DeviceState,
    /// And why.
    pub why: Option<Trouble>,
}

/// Tries every fault; afterwards everything works again without a restart.
pub async fn run(faults: &[WireFault]) -> anyhow::Result<Vec<Tried>> {
    let devices = "[[lanes]]\nname = \"n\"\nport = \"virtual\"\n[[gates]]\nname = \"n\"\nport = \"virtual\"\n";
    let bridge = Bridge::start(devices, &[])?;
    let mut done = Vec::new();
    for fault in faults {
        done.push(attempt(fault, &bridge.api).await.with_context(|| fault.name.clone())?);
    }
    Ok(done)
}

async fn attempt(fault: &WireFault, api: &Api) -> anyhow::Result<Tried> {
    let (kind, path, plugs) = match (fault.lane, fault.gate) {
        (Some(plugs), None) => (DeviceKind::Lane, "/v1/virtual/lanes/n/plugs", json!(plugs)),
        (None, Some(plugs)) => (DeviceKind::Gate, "/v1/virtual/gates/n/plugs", json!(plugs)),
        _ => anyhow::bail!("a fault is one of a lane or of a gate"),
    };
    api.is(kind, "n", DeviceState::Ready).await?;
    let began = Instant::now();
    api.put(path, &plugs).await?;
    is(api, kind, fault.state, fault.why).await?;
    let took = began.elapsed();
    if kind == DeviceKind::Gate {
        let answer = api.ask("POST", "/v1/gates/n/close", None).await?;
        ensure!(answer.status == 409 || answer.status == 503, "it was closed: {}", answer.status);
    }
    api.put(path, &json!({})).await?;
    is(api, kind, DeviceState::Ready, None).await?;
    match kind {
        DeviceKind::Lane => counts(api).await?,
        _ => closes(api).await?,
    }
    let end = format!("{:?} {:?}", fault.state, fault.why).to_lowercase();
    Ok(Tried { fault: format!("wires: {}", fault.name), end, took })
}

async fn is(api: &Api, kind: DeviceKind, state: DeviceState, why: Option<Trouble>) -> anyhow::Result<()> {
    let looks = async || {
        let devices: Vec<Device> = api.ask("GET", "/v1/devices", None).await?.good()?;
        Ok(devices.iter().any(|device| device.kind == kind && device.state == state && device.why == why).then_some(()))
    };
    until(&format!("{kind:?} is {state:?}, {why:?}"), Duration::from_mins(3), looks).await?;
    Ok(())
}

async fn view(api: &Api) -> anyhow::Result<LaneView> {
    let lanes: Vec<Lane> = api.ask("GET", "/v1/lanes", None).await?.good()?;
    Ok(lanes.first().context("no lane")?.view)
}

/// A car that comes in counts once, and nothing else does.
async fn counts(api: &Api) -> anyhow::Result<()> {
    let before = view(api).await?;
    let answer = api.ask("POST", "/v1/virtual/lanes/n/vehicle", Some(&json!({"direction": "in"}))).await?;
    ensure!(answer.status == 204, "no vehicle: {}", answer.text());
    let came = async || Ok((view(api).await?.passed_in == before.passed_in + 1).then_some(()));
    until("the car is counted", CAR, came).await?;
    ensure!(view(api).await?.passed_out == before.passed_out, "something went out");
    Ok(())
}

async fn closes(api: &Api) -> anyhow::Result<()> {
    let answer = api.ask("POST", "/v1/gates/n/close", None).await?;
    ensure!(answer.status == 204, "not closed: {} {}", answer.status, answer.text());
    let gates: Vec<Gate> = api.ask("GET", "/v1/gates", None).await?.good()?;
    ensure!(gates.first().is_some_and(|gate| gate.safety == Some(false)), "{gates:?}");
    Ok(())
}
