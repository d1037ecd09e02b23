//! Made-up days of a car park through a real server: `paihao cars` into `paihao replay`.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::figures::Row;
use crate::program::{Data, Server, paihao};

/// The day whose figures are published.
pub const SEED: u64 = 20_261_127;
/// Seconds of the hall in one real second; the day begins before seven. Faster, and what takes a busy machine a moment is minutes of
/// the day.
const SPEED: u32 = 450;

/// Plays the day of a seed with so many cars, so many hall seconds in a second, and checks that nothing is lost or counted twice.
pub fn play(seed: u64, entries: u32, pace: u32) -> anyhow::Result<Value> {
    let run = |args: &[&str]| -> anyhow::Result<String> {
        let output = Command::new(paihao()?).args(args).output()?;
        ensure!(output.status.success(), "paihao {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    };
    let data = Data::new()?;
    let manager = data.token("manager")?;
    let (hall, day) = (data.path().join("cars.toml"), data.path().join("cars.csv"));
    std::fs::write(&hall, run(&["cars", "--hall"])?)?;
    std::fs::write(&day, run(&["cars", "--seed", &seed.to_string(), "--entries", &entries.to_string()])?)?;
    let server = Server::start(&data, Some(&hall), &["--clock", &format!("2026-11-23T06:30:00+08:00@{pace}")])?;
    let day = day.to_str().context("a path that is no text")?;
    let text = run(&["replay", day, "--server", &server.url, "--token", &manager, "--json"])?;
    let summary: Value = serde_json::from_str(&text)?;
    let number = |key: &str| summary[key].as_u64().with_context(|| format!("no {key}"));
    let (told, new, again, distinct) = (number("told")?, number("new")?, number("again")?, number("distinct")?);
    ensure!(new == distinct && told == new + again, "{told} told, {new} new, {again} known, {distinct} names");
    ensure!(again > 0, "no push was repeated on this day");
    data.run(&["verify"])?;
    Ok(summary)
}

/// The published day, and three more.
pub fn prove() -> Vec<anyhow::Result<Row>> {
    (0..4).map(|day| SEED + day).map(|seed| play(seed, 4_000, SPEED).and_then(|summary| row(seed, &summary))).collect()
}

fn row(seed: u64, day: &Value) -> anyhow::Result<Row> {
    let share = day["final_share"].as_f64().context("no final share")?;
    let wrong = day["wrong"].as_array().context("no signs")?;
    let (samples, covered) = (day["samples"].as_u64().unwrap_or(0), day["covered"].as_u64().unwrap_or(0));
    ensure!(covered * 100 >= samples * 95, "{covered} of {samples} samples covered");
    ensure!(share < 0.01, "in the end off by {} cars", day["final_error"]);
    ensure!(wrong.len() <= 2, "signs were not so: {wrong:?}");
    let corrections = day["corrections"].as_array().context("no corrections")?;
    let corrected = corrections.last().context("no correction")?;
    Ok(Row::new(
        format!("a day of 4,000 entries, seed {seed}: nothing counted twice, covered, honest"),
        format!(
            "{} told, {} new, {} known; the count at half past one found it off by {} ({} thought possible); covered {} of {}; \
             in the end off by {} ({:.2} %); said {}; not so {}",
            day["told"],
            day["new"],
            day["again"],
            corrected["off"],
            corrected["bound"],
            day["covered"],
            day["samples"],
            day["final_error"],
            share * 100.0,
            day["said"].to_string().replace('"', ""),
            wrong.len()
        ),
    ))
}
