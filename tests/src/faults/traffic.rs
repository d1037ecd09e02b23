//! Traffic over lanes, from many seeds: what the loops say, what was true and what was counted stand in files of their own, and
//! only the judge reads both. `PAIHAO_LANES` names the folder where they are kept.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, ensure};
use drivers::lane::Geometry;
use drivers::lane::judge::{Verdict, count, judge};
use drivers::lane::traffic::{Edge, Traffic, Truth};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::figures::Row;

/// Vehicles of a seed.
const VEHICLES: u32 = 10_000;
/// Of so many vehicles at most this may be miscounted, whichever seed made them.
const MOST: u32 = 5;
/// The seed that is published, and that every run of the tests counts.
pub const PUBLISHED: u64 = 20_261_126;
/// Further seeds.
const SEEDS: u64 = 60;

/// The published seed, which must keep the limit, and what many others give.
pub fn prove() -> Vec<anyhow::Result<Row>> {
    let folder = std::env::var_os("PAIHAO_LANES");
    let own = tempfile::tempdir();
    let folder = match (&folder, &own) {
        (Some(folder), _) => Path::new(folder),
        (None, Ok(own)) => own.path(),
        (None, Err(error)) => return vec![Err(anyhow::anyhow!("no folder: {error}"))],
    };
    vec![published(folder), others(folder, Geometry::default()), others(folder, Geometry { loop_m: 1.0, clear_m: 2.0 })]
}

fn published(folder: &Path) -> anyhow::Result<Row> {
    let verdict = attempt(folder, &Traffic::usual(PUBLISHED, VEHICLES))?;
    ensure!(verdict.miscounted <= MOST && verdict.silent == 0, "{verdict}");
    Ok(Row::new(
        format!("lanes: seed {PUBLISHED}, at most {MOST} of {VEHICLES} miscounted, each flagged"),
        verdict.to_string(),
    ))
}

fn others(folder: &Path, geometry: Geometry) -> anyhow::Result<Row> {
    let (mut miscounted, mut silent, mut flagged) = (Vec::new(), 0, 0);
    for seed in 1..=SEEDS {
        let verdict = attempt(folder, &Traffic { geometry, ..Traffic::usual(seed, VEHICLES) })?;
        miscounted.push(verdict.miscounted);
        silent += verdict.silent;
        flagged += verdict.flagged;
    }
    let all: u32 = miscounted.iter().sum();
    let over = miscounted.iter().filter(|count| **count > MOST).count();
    let most = miscounted.iter().max().copied().unwrap_or_default();
    let Geometry { loop_m, clear_m } = geometry;
    let found = format!(
        "{all} miscounted of {}, most in one seed {most}, {over} seeds with more than {MOST}; {silent} not flagged; {flagged} flagged",
        u64::from(VEHICLES) * SEEDS
    );
    Ok(Row::new(format!("lanes: seeds 1 to {SEEDS}, loops of {loop_m} m, {clear_m} m apart"), found))
}

fn attempt(folder: &Path, traffic: &Traffic) -> anyhow::Result<Verdict> {
    let file = |what: &str| folder.join(format!("{}-{what}.jsonl", traffic.seed));
    let (edges, truths) = traffic.generate();
    write(&file("edges"), &edges)?;
    write(&file("truth"), &truths)?;
    drop((edges, truths));
    let edges: Vec<Edge> = read(&file("edges"))?;
    let told = count(traffic, &edges);
    let truths: Vec<Truth> = read(&file("truth"))?;
    Ok(judge(&truths, &told))
}

fn write<T: Serialize>(path: &Path, lines: &[T]) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path).with_context(|| path.display().to_string())?);
    for line in lines {
        serde_json::to_writer(&mut file, line)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| path.display().to_string())).collect()
}
