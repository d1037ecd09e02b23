//! Faults of scanners.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use protocol::bridge::{DeviceKind, DeviceState, ScannerMessage};
use serde_json::json;

use super::bridge::{Api, Bridge, Listener};
use super::list::{Codes, ScannerFault};
use super::{Tried, batches, side_by_side};

/// A code is told within this time.
const TOLD: Duration = Duration::from_secs(20);

/// Tries every fault so many times on each of its models.
pub async fn run(faults: &[ScannerFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let mut tries: Vec<(ScannerFault, String, usize)> = Vec::new();
    for fault in faults {
        for model in &fault.models {
            tries.extend((0..times).map(|at| (fault.clone(), model.clone(), at)));
        }
    }
    batches(tries, together).await
}

async fn together(tries: Vec<(ScannerFault, String, usize)>) -> anyhow::Result<Vec<Tried>> {
    let mut devices = String::new();
    for (index, (_, model, _)) in tries.iter().enumerate() {
        write!(devices, "[[scanners]]\nname = \"s{index}\"\nmodel = \"{model}\"\nport = \"virtual\"\n")?;
    }
    let bridge = Bridge::start(&devices, &[("PAIHAO_LOG", "trace")])?;
    let attempts = tries.into_iter().enumerate().map(|(index, (fault, model, at))| {
        let api = bridge.api.clone();
        async move {
            let what = format!("{}, {model}, try {at}", fault.name);
            attempt(&fault, at, &api, &format!("s{index}")).await.context(what)
        }
    });
    let done = side_by_side(&bridge, attempts).await?;
    let log = bridge.log();
    ensure!(!log.contains("code-of-") && !log.contains("6d1f0c3a"), "a code is in the log");
    Ok(done)
}

async fn attempt(fault: &ScannerFault, at: usize, api: &Api, name: &str) -> anyhow::Result<Tried> {
    let (plugs, scan) = (format!("/v1/virtual/scanners/{name}/plugs"), format!("/v1/virtual/scanners/{name}/scan"));
    api.is(DeviceKind::Scanner, name, DeviceState::Ready).await?;
    let mut listener = api.listen_at(&format!("/v1/scanners/{name}/live")).await?;
    api.put(&plugs, &json!(fault.plugs)).await?;
    let began = Instant::now();
    for n in 0..3 {
        let text = fault.text.clone().unwrap_or_else(|| format!("code-of-{name}-{at}-{n}"));
        api.post(&scan, &json!({"text": text})).await?;
        match fault.codes {
            Codes::All => told(&mut listener, &text).await?,
            Codes::Once if n == 0 => told(&mut listener, &text).await?,
            Codes::Once | Codes::Nothing => {}
            Codes::Unreadable => match hear(&mut listener).await? {
                ScannerMessage::Unreadable => {}
                other => bail!("told {other:?}"),
            },
        }
    }
    let took = began.elapsed();
    api.is(DeviceKind::Scanner, name, fault.state).await?;
    api.put(&plugs, &json!({})).await?;
    // Whatever was not to be told would come before this.
    let last = format!("code-of-{name}-{at}-mended");
    api.post(&scan, &json!({"text": last})).await?;
    told(&mut listener, &last).await?;
    api.is(DeviceKind::Scanner, name, DeviceState::Ready).await?;
    let end = format!("{:?}, {:?}", fault.codes, fault.state).to_lowercase();
    Ok(Tried { fault: format!("scanner: {}", fault.name), end, took })
}

async fn hear(listener: &mut Listener) -> anyhow::Result<ScannerMessage> {
    let about_codes =
        |message: &ScannerMessage| !matches!(message, ScannerMessage::Tick | ScannerMessage::Changed { .. });
    listener.hear_that(TOLD, about_codes).await
}

async fn told(listener: &mut Listener, text: &str) -> anyhow::Result<()> {
    match hear(listener).await? {
        ScannerMessage::Scanned { text: told } if told.reveal() == text => Ok(()),
        ScannerMessage::Scanned { .. } => bail!("another code was told"),
        other => bail!("told {other:?}"),
    }
}
