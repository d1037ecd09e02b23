//! Faults of speakers.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use protocol::board::Spoken;
use protocol::bridge::speakers::{Call, Sentence, Speech};
use protocol::bridge::{DeviceKind, DeviceState};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::bridge::{Api, Bridge};
use super::list::SpeakerFault;
use super::{Tried, batches, side_by_side};
use crate::wait::until_every;

/// A call is over within this time, whatever the player does; thirty of them, too.
const OVER: Duration = Duration::from_mins(1);
/// How often it is looked for.
const EVERY: Duration = Duration::from_millis(100);

/// Tries every fault so many times.
pub async fn run(faults: &[SpeakerFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let tries: Vec<SpeakerFault> = faults.iter().flat_map(|fault| std::iter::repeat_n(fault.clone(), times)).collect();
    batches(tries, together).await
}

async fn together(tries: Vec<SpeakerFault>) -> anyhow::Result<Vec<Tried>> {
    let dir = TempDir::with_prefix("paihao-")?;
    let mut devices = String::new();
    for (index, fault) in tries.iter().enumerate() {
        let name = format!("s{index}");
        write!(devices, "[[speakers]]\nname = \"{name}\"\nmodel = \"alsa\"\nvoice = \"chime\"\n")?;
        if fault.player.is_none() {
            devices.push_str("port = \"virtual\"\n");
        } else {
            player(&dir.path().join(&name), None)?;
            write!(devices, "port = \"alsa:default\"\nplayer = \"{}/{name}\"\n", dir.path().display())?;
        }
    }
    let bridge = Bridge::start(&devices, &[])?;
    let attempts = tries.into_iter().enumerate().map(|(index, fault)| {
        let (api, dir) = (bridge.api.clone(), dir.path().to_owned());
        async move { attempt(&fault, &api, &format!("s{index}"), &dir).await.with_context(|| fault.name.clone()) }
    });
    side_by_side(&bridge, attempts).await
}

/// Puts a program in the place of `aplay`: one that does this, or one that takes the sound.
fn player(path: &Path, does: Option<&str>) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, format!("#!/bin/sh\n{}\n", does.unwrap_or("cat >/dev/null")))?;
    std::fs::set_permissions(&part, std::fs::Permissions::from_mode(0o755))?;
    Ok(std::fs::rename(part, path)?)
}

async fn attempt(fault: &SpeakerFault, api: &Api, name: &str, dir: &Path) -> anyhow::Result<Tried> {
    api.is(DeviceKind::Speaker, name, DeviceState::Ready).await?;
    let mend = async |broken: bool| -> anyhow::Result<()> {
        match (&fault.player, &fault.plugs) {
            (Some(does), _) => player(&dir.join(name), broken.then_some(does)),
            (None, Some(plugs)) => {
                let plugs = if broken { json!(plugs) } else { json!({}) };
                api.put(&format!("/v1/virtual/speakers/{name}/plugs"), &plugs).await
            }
            (None, None) => Ok(()),
        }
    };
    mend(true).await?;
    let began = Instant::now();
    for at in 0..fault.calls {
        api.put(&path(name, &at.to_string()), &json!(call(fault.expires_ms))).await?;
    }
    let mut ends: Vec<String> = Vec::new();
    for at in 0..fault.calls {
        let speech = over(api, name, &at.to_string()).await?;
        ensure!(fault.ends.contains(&speech.state), "call {at} has ended {speech:?}");
        ends.push(format!("{:?}", speech.state).to_lowercase());
    }
    api.is(DeviceKind::Speaker, name, fault.state).await?;
    mend(false).await?;
    // A further call is said, and the same one sent again is not said again.
    let after = json!(call(30_000));
    api.put(&path(name, "after"), &after).await?;
    let speech = over(api, name, "after").await?;
    ensure!(speech.state == protocol::bridge::speakers::SpeechState::Said, "mended, it has ended {speech:?}");
    let took = began.elapsed();
    api.put(&path(name, "after"), &after).await?;
    api.is(DeviceKind::Speaker, name, DeviceState::Ready).await?;
    if fault.player.is_none() {
        alone(api, name).await?;
    }
    ends.sort();
    ends.dedup();
    Ok(Tried { fault: format!("speaker: {}", fault.name), end: ends.join(" and "), took })
}

/// Never two at a time.
async fn alone(api: &Api, name: &str) -> anyhow::Result<()> {
    let all = api.get("/v1/virtual").await?;
    let speakers = all["speakers"].as_array().context("no speakers")?;
    let speaker = speakers.iter().find(|one| one["name"] == name).context("no such speaker")?;
    ensure!(speaker["overlaps"] == 0, "two at a time: {speaker}");
    let mut heard_until = 0;
    for played in speaker["played"].as_array().context("nothing played")? {
        let time = |key: &str| played[key].as_u64().with_context(|| format!("{key} of {played}"));
        ensure!(time("began_ms")? >= heard_until, "two at a time: {speaker}");
        heard_until = time("ended_ms")?;
    }
    Ok(())
}

fn path(name: &str, id: &str) -> String {
    format!("/v1/speakers/{name}/announcements/{id}")
}

/// A short call.
fn call(expires_ms: u32) -> Call {
    let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
    let sentence =
        Sentence { language: Spoken::Zh, clips: owned(&["zh/please", "zh/A"]), words: owned(&["qing3", "A"]) };
    Call { chime: true, sentences: vec![sentence], pause_ms: 0, expires_ms, volume: 100 }
}

/// Waits until a call is over.
async fn over(api: &Api, name: &str, id: &str) -> anyhow::Result<Speech> {
    let (speech, _) = until_every(EVERY, &format!("call {id} of {name} is over"), OVER, async || {
        let speech: Value = api.get(&path(name, id)).await?;
        let speech: Speech = serde_json::from_value(speech)?;
        Ok(speech.state.is_over().then_some(speech))
    })
    .await?;
    Ok(speech)
}
