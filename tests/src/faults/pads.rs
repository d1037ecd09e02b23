//! Faults of lines of call pads: every press is told, and none twice.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use drivers::pads::virtual_line::Plugs;
use futures_util::StreamExt as _;
use protocol::bridge::{DeviceKind, DeviceState, PadKey, PadsMessage};
use serde_json::json;
use tokio::net::UnixStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::bridge::{Api, Bridge};
use super::list::PadsFault;
use super::{Tried, batches, side_by_side};
use crate::wait::{until_every, within};

/// A press is told within this time of the line being able to.
const TOLD: Duration = Duration::from_secs(30);
/// How often a line is looked at.
const EVERY: Duration = Duration::from_millis(100);
/// The first pad of every line.
const FIRST: u8 = 5;

/// Tries every fault so many times.
pub async fn run(faults: &[PadsFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let tries: Vec<PadsFault> = faults.iter().flat_map(|fault| (0..times).map(|_| fault.clone())).collect();
    batches(tries, together).await
}

async fn together(tries: Vec<PadsFault>) -> anyhow::Result<Vec<Tried>> {
    let mut devices = String::new();
    for index in 0..tries.len() {
        write!(devices, "[[pads]]\nname = \"l{index}\"\nmodel = \"pad-21\"\nport = \"virtual\"\npads = [5, 6, 7]\n")?;
    }
    let bridge = Bridge::start(&devices, &[])?;
    let attempts = tries.into_iter().enumerate().map(|(index, fault)| {
        let api = bridge.api.clone();
        async move { attempt(&fault, &api, &format!("l{index}")).await.context(fault.name.clone()) }
    });
    side_by_side(&bridge, attempts).await
}

async fn attempt(fault: &PadsFault, api: &Api, name: &str) -> anyhow::Result<Tried> {
    let plugs = format!("/v1/virtual/pads/{name}/plugs");
    api.is(DeviceKind::Pads, name, DeviceState::Ready).await?;
    let mut socket = api.socket(&format!("/v1/pads/{name}/live")).await?;
    api.put(&plugs, &json!(fault.plugs)).await?;
    let mut took = Duration::ZERO;
    for round in 0..fault.presses {
        let key = if round % 2 == 0 { PadKey::Call } else { PadKey::Recall };
        for pad in 0..fault.pads {
            press(api, name, FIRST + pad, key).await?;
        }
        if !fault.told {
            api.put(&plugs, &json!(Plugs::default())).await?;
        }
        let began = Instant::now();
        let mut told = Vec::new();
        for _ in 0..fault.pads {
            let (address, heard) = hear(&mut socket).await?;
            ensure!(heard == key, "{heard:?} was told, {key:?} pressed");
            told.push(address);
        }
        told.sort_unstable();
        let all: Vec<u8> = (FIRST..FIRST + fault.pads).collect();
        ensure!(told == all, "pads {told:?} were told");
        took = took.max(began.elapsed());
    }
    if let Some(state) = fault.state {
        api.is(DeviceKind::Pads, name, state).await?;
    }
    api.put(&plugs, &json!(Plugs::default())).await?;
    quiet(api, name).await?;
    api.is(DeviceKind::Pads, name, DeviceState::Ready).await?;
    press(api, name, FIRST, PadKey::Pause).await?;
    let next = hear(&mut socket).await?;
    ensure!(next == (FIRST, PadKey::Pause), "{next:?} was told after all");
    Ok(Tried { fault: format!("pads: {}", fault.name), end: "each told once".to_owned(), took })
}

async fn press(api: &Api, name: &str, address: u8, key: PadKey) -> anyhow::Result<()> {
    let body = json!({ "key": key });
    let answer = api.ask("POST", &format!("/v1/virtual/pads/{name}/{address}/keys"), Some(&body)).await?;
    ensure!(answer.status == 204, "{} {}", answer.status, answer.text());
    Ok(())
}

/// Waits until every pad has been answered.
async fn quiet(api: &Api, name: &str) -> anyhow::Result<()> {
    until_every(EVERY, "pads are answered", TOLD, async || {
        let line = api.get(&format!("/v1/virtual/pads/{name}")).await?;
        let pads = line["pads"].as_object().context("no pads")?;
        Ok(pads.values().all(|pad| pad["pressing"] == false).then_some(()))
    })
    .await?;
    Ok(())
}

async fn hear(socket: &mut WebSocketStream<UnixStream>) -> anyhow::Result<(u8, PadKey)> {
    let hears = async {
        loop {
            match socket.next().await.context("the bridge closed the socket")?? {
                Message::Text(text) => match serde_json::from_str(&text)? {
                    PadsMessage::Key { address, key, .. } => return anyhow::Ok((address, key)),
                    PadsMessage::Tick | PadsMessage::Changed { .. } => {}
                    PadsMessage::Rated { .. } => bail!("nobody rated"),
                },
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    };
    within("a key", TOLD, hears).await?
}
