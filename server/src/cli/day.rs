//! `replay` and `simulate`.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use hall::settings::HallFile;
use hall::simulate::{Summary, Visit};
use hall::{Moment, Settings, simulate};
use protocol::Queue;

use crate::client::Api;
use crate::hall_file;
use crate::replay::ServerClock;
use crate::replay::{recorded_cars, recorded_day};

/// How old the table of estimates may be in a simulated day, in milliseconds.
const ESTIMATE_EVERY_MS: i64 = 10_000;

#[derive(Debug, Args)]
pub struct Replay {
    /// The recorded day.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The server.
    #[arg(long, env = "PAIHAO_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// A token of role manager.
    #[arg(long, env = "PAIHAO_TOKEN", value_name = "T", hide_env_values = true)]
    token: String,
    /// `max`, or hall seconds in one second of the server's --clock.
    #[arg(long, default_value = "max")]
    speed: Speed,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
    /// Leave faulty rows out.
    #[arg(long)]
    skip_bad_rows: bool,
}

#[derive(Debug, Clone, Copy)]
enum Speed {
    Max,
    Of(f64),
}

impl std::str::FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<f64>() {
            _ if text == "max" => Ok(Self::Max),
            Ok(speed) if speed > 0.0 && speed.is_finite() => Ok(Self::Of(speed)),
            _ => Err(format!("{text:?} is neither max nor a speed")),
        }
    }
}

impl Replay {
    pub async fn run(self) -> anyhow::Result<()> {
        let api = Api::new(&self.server, &self.token);
        let queues: Vec<Queue> = api.get("/api/v1/queues").await.context("the server cannot be asked")?;
        let services: HashSet<String> = queues.into_iter().map(|queue| queue.service).collect();
        let health = api.health().await?;
        // The server's own offset tells its midnight without knowing its time zone.
        let at: jiff::Timestamp = health.time.parse()?;
        let date = health.time.get(..10).unwrap_or_default();
        let offset = health.time.get(23..).unwrap_or("Z");
        let midnight: jiff::Timestamp = format!("{date}T00:00:00{offset}").parse()?;
        anyhow::ensure!(midnight <= at, "the server's time {} cannot be read", health.time);
        let midnight = Moment(midnight.as_millisecond());
        if recorded_cars::is_one(&self.file) {
            return self.cars(&api, midnight).await;
        }
        let (visits, skipped) =
            recorded_day::load(&self.file, midnight, self.skip_bad_rows, &|code| services.contains(code))?;
        report_skipped(&skipped);
        let clock = match self.speed {
            Speed::Max => None,
            Speed::Of(speed) => {
                let clock = ServerClock::of(&api).await?;
                anyhow::ensure!(
                    (clock.speed() - speed).abs() < 1e-9,
                    "the server's clock runs at {}, not at {speed}: start it with --clock …@{speed}",
                    clock.speed()
                );
                Some(clock)
            }
        };
        let began = Instant::now();
        let outcomes = crate::replay::day(&api, &visits, clock).await?;
        print(&Summary::of(&outcomes, clock.is_some(), began.elapsed().as_secs_f64()), self.json)
    }
}

impl Replay {
    /// A day of a car park, in the time of the server's clock, since what is told late is another thing.
    async fn cars(&self, api: &Api, midnight: Moment) -> anyhow::Result<()> {
        let rows = recorded_cars::load(&self.file)?;
        let clock = ServerClock::of(api).await?;
        if let Speed::Of(speed) = self.speed {
            anyhow::ensure!((clock.speed() - speed).abs() < 1e-9, "the server's clock runs at {}", clock.speed());
        }
        let first = rows.first().map_or(midnight, |told| midnight.plus_ms((told.row.told_s * 1000.0) as i64));
        anyhow::ensure!(
            clock.now() <= first,
            "the day begins before the server's time: start it with --clock at or before {}",
            first.rfc3339(&hall::time::utc())
        );
        let summary = crate::replay::cars::day(api, &rows, midnight, clock).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&summary)?);
        } else {
            println!("{summary}");
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// The recorded day.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The hall; without it, one whose windows all serve every service of the day.
    #[arg(long, env = "PAIHAO_HALL", value_name = "FILE.toml")]
    hall: Option<PathBuf>,
    /// The routing profile, instead of the hall's own.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Only the first N windows of the hall.
    #[arg(long, value_name = "N")]
    windows: Option<u16>,
    /// Give every visitor an estimate and say how good they were.
    #[arg(long)]
    eta: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
    /// Leave faulty rows out.
    #[arg(long)]
    skip_bad_rows: bool,
}

impl Simulate {
    pub fn run(self) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut settings = self.hall.as_deref().map(hall_file::load).transpose()?;
        let midnight = match &settings {
            Some(settings) => midnight(settings)?,
            None => Moment(0),
        };
        let knows: Box<dyn Fn(&str) -> bool> = match &settings {
            Some(settings) => {
                let known: HashSet<String> =
                    settings.file().services.iter().map(|service| service.code.as_str().to_owned()).collect();
                Box::new(move |code| known.contains(code))
            }
            None => Box::new(|_| true),
        };
        let (visits, skipped) = recorded_day::load(&self.file, midnight, self.skip_bad_rows, &knows)?;
        report_skipped(&skipped);
        let mut settings = match settings.take() {
            Some(settings) => settings,
            None => hall_of(&visits, self.windows.unwrap_or(10))?,
        };
        if let Some(count) = self.windows {
            settings = first_windows(&settings, count)?;
        }
        if let Some(profile) = &self.profile {
            settings = settings.with_profile(profile)?;
        }
        let outcomes = simulate::day(&settings, &visits, self.eta.then_some(ESTIMATE_EVERY_MS))?;
        print(&Summary::of(&outcomes, self.eta, began.elapsed().as_secs_f64()), self.json)
    }
}

/// Any day will do; this is a Monday.
fn midnight(settings: &Settings) -> anyhow::Result<Moment> {
    let date = jiff::civil::date(2026, 1, 5);
    let midnight = date.at(0, 0, 0, 0).to_zoned_datetime(settings.hours().zone.clone())?;
    Ok(Moment(midnight.timestamp().as_millisecond()))
}

/// A hall for a day without one: every window serves every service.
fn hall_of(visits: &[Visit], windows: u16) -> anyhow::Result<Settings> {
    let mut codes: Vec<&str> = visits.iter().map(|visit| visit.service.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let service = |code: &&str| serde_json::json!({ "code": code, "name": code, "series": "A" });
    let file: HallFile = serde_json::from_value(serde_json::json!({
        "hall": { "name": "-", "time_zone": "UTC", "open": "00:00", "close": "23:59:59", "day_end": "00:00" },
        "zones": [{ "code": "A", "name": "A" }],
        "services": codes.iter().map(service).collect::<Vec<_>>(),
        "windows": [{ "numbers": format!("1-{windows}"), "zone": "A", "services": codes }],
    }))?;
    Ok(Settings::try_from(file)?)
}

/// The hall with its first windows only.
fn first_windows(settings: &Settings, count: u16) -> anyhow::Result<Settings> {
    let mut file = settings.file().clone();
    let numbers: Vec<u16> = settings.windows().map(|(number, _)| number).take(usize::from(count)).collect();
    file.windows = numbers
        .iter()
        .filter_map(|number| settings.window(*number).map(|section| (number, section)))
        .map(|(number, section)| hall::settings::WindowSection {
            number: Some(*number),
            numbers: None,
            ..section.clone()
        })
        .collect();
    Ok(Settings::try_from(file)?)
}

fn report_skipped(skipped: &[String]) {
    for fault in skipped {
        eprintln!("skipped {fault}");
    }
}

fn print(summary: &Summary, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(summary)?);
        return Ok(());
    }
    let waits = &summary.wait_s;
    println!(
        "{} tickets, {} served, {} left; {} distinct numbers, {} double calls, {} windows used",
        summary.tickets,
        summary.served,
        summary.left,
        summary.distinct_numbers,
        summary.double_calls,
        summary.windows_used
    );
    println!(
        "wait of the served: mean {:.1} s, p50 {} s, p95 {} s, max {} s",
        waits.mean, waits.p50, waits.p95, waits.max
    );
    for (class, group) in &summary.by_class {
        println!(
            "  {class}: {} served, {} left, mean {:.1} s, p95 {} s",
            group.served, group.left, group.wait_s.mean, group.wait_s.p95
        );
    }
    if let Some(eta) = summary.eta {
        println!(
            "estimates: mean error {:.1} s, {:.1} % of waits in their interval",
            eta.mae_s,
            eta.coverage_80 * 100.0
        );
    }
    println!("in {:.3} s", summary.wall_s);
    Ok(())
}
