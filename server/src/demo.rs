//! A whole living hall on this machine: the four programs with virtual devices, simulated visitors and clerks that use the
//! public API, visitors with cards at a kiosk of their own, and one address before it all. A day over, the next begins.

mod cars;
mod crowd;
mod day;
mod front;
pub mod guests;
pub mod ports;
mod programs;
mod stage;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use hall::{Moment, Settings};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::client::Api;
use crate::clock::Clock;
use crate::hall_file;
use crate::replay::ServerClock;
use stage::Stage;

/// The hall of the demo.
const HALL: &str = include_str!("../../halls/yinzhou.toml");
/// The demo's day begins at this local hour and minute, shortly before the hall opens.
const BEGIN: (i8, i8) = (8, 22);
/// … and, without a crowd, at this one: whoever comes finds the hall open.
const BEGIN_QUIET: (i8, i8) = (9, 0);

/// What a demo is like.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Seconds of the hall in one real second.
    pub speed: f64,
    /// The seed of the first day's visitors.
    pub first_day: u64,
    /// Whether there are simulated visitors and clerks; without them the hall is for whoever looks at it.
    pub crowd: bool,
}

/// Runs days until `stop`; `announce` hears of the address once.
pub async fn run(
    options: Options,
    stop: CancellationToken,
    announce: &dyn Fn(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let settings = hall()?;
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = listener.local_addr()?;
    let (shown, front) = watch::channel(None);
    let serving = tokio::spawn(front::serve(listener, front, stop.clone()));
    for number in 0.. {
        let begin = begin(&settings, options.crowd)?;
        let stage = tokio::select! {
            () = stop.cancelled() => break,
            stage = Stage::open(address, &settings, begin, options.speed) => stage.context("the demo does not begin")?,
        };
        shown.send_replace(Some(Arc::new(stage.front())));
        if number == 0 {
            announce(address)?;
        }
        let lived = tokio::select! {
            () = stop.cancelled() => Ok(()),
            lived = live(&stage, &settings, options, options.first_day + number, begin) => lived,
        };
        shown.send_replace(None);
        stage.close().await;
        lived?;
        if stop.is_cancelled() {
            break;
        }
    }
    let _ = serving.await;
    Ok(())
}

/// A day of simulated people; without them it never ends by itself.
async fn live(stage: &Stage, settings: &Settings, options: Options, seed: u64, begin: Moment) -> anyhow::Result<()> {
    if !options.crowd {
        return std::future::pending().await;
    }
    let api = Api::new(&format!("http://{}", stage.server), &stage.manager);
    let clock = ServerClock::of(&api).await?;
    let day = day::Day::plan(settings, begin, seed);
    let driven = day.clone();
    let crowd = crowd::Crowd::new(&api, settings, clock, seed);
    tokio::select! {
        lived = crowd.live(day) => lived.context("the demo's crowd"),
        never = guests::come(stage, settings, seed) => never.context("the demo's visitors with cards"),
        () = cars::drive(&api, &stage.bridge, &driven, clock, seed) => Ok(()),
    }
}

/// The demo is open every day.
fn hall() -> anyhow::Result<Settings> {
    let settings = hall_file::parse("halls/yinzhou.toml", HALL)?;
    let mut file = settings.file().clone();
    file.hall.calendar = hall::time::Calendar::default();
    Ok(Settings::try_from(file)?)
}

/// Today, before opening.
fn begin(settings: &Settings, crowd: bool) -> anyhow::Result<Moment> {
    let hours = settings.hours();
    let (hour, minute) = if crowd { BEGIN } else { BEGIN_QUIET };
    let begin = hours.business_date(Clock::real().now()).at(hour, minute, 0, 0);
    Ok(Moment(begin.to_zoned_datetime(hours.zone.clone())?.timestamp().as_millisecond()))
}
