//! A whole living hall on this machine: a real server in a temporary directory, with simulated visitors and clerks that
//! use its public API. A day over, the next begins.

mod crowd;
mod day;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use hall::role::Role;
use hall::{Moment, Settings};
use store::Store as _;
use tokio_util::sync::CancellationToken;

use crate::client::Api;
use crate::clock::{Clock, StartAt};
use crate::hall_file;
use crate::replay::ServerClock;
use crate::serve::{Options, open_store, start};

/// The hall of the demo.
const HALL: &str = include_str!("../../halls/yinzhou.toml");
/// The demo's day begins at this local hour and minute, shortly before the hall opens.
const BEGIN: (i8, i8) = (8, 22);

/// Runs days until `stop`; `announce` hears of the address once.
pub async fn run(
    listen: SocketAddr,
    speed: f64,
    first_day: u64,
    stop: CancellationToken,
    announce: &dyn Fn(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let settings = hall()?;
    let mut address = listen;
    for number in 0.. {
        let dir = tempfile::tempdir().context("no temporary directory")?;
        let token = manager(dir.path()).await?;
        let begin = begin(&settings)?;
        let running = start(Options {
            keys: dir.path().join("keys"),
            data: dir.path().to_owned(),
            listen: address,
            settings: Some(settings.clone()),
            clock: Clock::simulated(StartAt { start: begin, speed }),
            tls: None,
            public: None,
            public_url: None,
        })
        .await?;
        if number == 0 {
            address = running.address;
            announce(address)?;
        }
        let api = Api::new(&format!("http://{address}"), &token);
        let server_stop = running.stop.clone();
        let ended = tokio::spawn(running.wait());
        tokio::select! {
            () = stop.cancelled() => {}
            () = server_stop.cancelled() => {}
            lived = live(&api, &settings, first_day + number, begin) => lived.context("the demo's crowd")?,
        }
        server_stop.cancel();
        ended.await??;
        if stop.is_cancelled() {
            return Ok(());
        }
    }
    Ok(())
}

async fn live(api: &Api, settings: &Settings, seed: u64, begin: Moment) -> anyhow::Result<()> {
    let clock = ServerClock::of(api).await?;
    let day = day::Day::plan(settings, begin, seed);
    crowd::Crowd::new(api, settings, clock, seed).live(day).await
}

/// The demo is open every day.
fn hall() -> anyhow::Result<Settings> {
    let settings = hall_file::parse("halls/yinzhou.toml", HALL)?;
    let mut file = settings.file().clone();
    file.hall.calendar = hall::time::Calendar::default();
    Ok(Settings::try_from(file)?)
}

/// Today, before opening.
fn begin(settings: &Settings) -> anyhow::Result<Moment> {
    let hours = settings.hours();
    let (hour, minute) = BEGIN;
    let begin = hours.business_date(Clock::real().now()).at(hour, minute, 0, 0);
    Ok(Moment(begin.to_zoned_datetime(hours.zone.clone())?.timestamp().as_millisecond()))
}

async fn manager(data: &Path) -> anyhow::Result<String> {
    let store = open_store(data).await?;
    let (text, row) = crate::tokens::create(Role::Manager, None, "demo", Clock::real().now().0)?;
    store.add_token(&row).await?;
    store.close().await;
    Ok(text)
}
