//! How soon the last of many screens has a call, and what a screen costs the server in memory.
//!
//! The screens are another process. It sends the command itself and waits for the last screen; the time of the commit,
//! which the server tells, is taken off. Beside it two threads send the same bytes to as many sockets of the same
//! screens, one after the other, with nothing else to do: that is what the kernel takes.

pub mod client;
mod raw;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::Plan;
use super::machine::{millis, most_sockets, resident_kib, share};
use super::stage::{Stage, WINDOWS};
use super::table::{Bar, Samples, Table};
use client::{Shots, Topics};

/// Screens at one time.
const SCREENS: [usize; 3] = [300, 1_000, 5_000];
/// Screens that come and go before the others.
const FIRST: usize = 100;
/// Everything there is to hear.
const ALL: [&str; 3] = ["calls", "queues", "windows"];
/// Tickets before each window.
const LINE: usize = 3;
/// Calls in a turn.
const SHOTS: usize = 30;

#[derive(Default)]
struct Cell {
    ours: [Samples; 2],
    raw: [Samples; 2],
    memory: Samples,
}

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let room = most_sockets()?;
    let mut cells: [Cell; SCREENS.len()] = Default::default();
    let mut bytes = 0;
    for round in 0..plan.rounds {
        for (cell, screens) in cells.iter_mut().zip(SCREENS).filter(|(_, screens)| *screens <= room) {
            let (shots, memory) = ours(screens).await?;
            bytes = shots.message.len();
            let raw = raw::shots(screens, shots.message.as_bytes(), SHOTS)?;
            for (samples, shots) in [(&mut cell.ours, &shots), (&mut cell.raw, &raw)] {
                let mut took = shots.after_commit();
                took.sort_unstable();
                samples[0].push(millis(share(&took, 0.5)));
                samples[1].push(millis(share(&took, 0.99)));
            }
            cell.memory.push(memory);
            eprintln!("bench: round {round}, {screens} screens: {}", cell.ours[0]);
        }
    }
    for (cell, screens) in cells.iter().zip(SCREENS) {
        if screens > room {
            table.note(&format!("{screens} screens"), "skipped: too few open files are allowed");
            continue;
        }
        let what = format!("ms from the commit to the last of {screens} screens, {bytes} bytes");
        for (index, name) in ["p50", "p99"].into_iter().enumerate() {
            let (ours, raw) = (&cell.ours[index], &cell.raw[index]);
            let bar = (index == 0).then_some(Bar::AtMost(1.5));
            table.ours(if index == 0 { &what } else { "" }, &format!("paihao, {name}"), ours, None);
            table.beside(&format!("raw send loop, 2 threads, {name}"), raw, &ours.over(raw), bar);
        }
        let bar = (screens >= 1_000).then_some(Bar::AtMost(8.0));
        table.ours("KiB of the server for an idle screen", &format!("paihao, {screens} screens"), &cell.memory, bar);
    }
    Ok(())
}

/// A server with so many screens: how soon they have a call, and the memory each takes before the first.
async fn ours(screens: usize) -> anyhow::Result<(Shots, f64)> {
    let stage = Stage::open(LINE).await?;
    // The first sockets bring what all of them share.
    Herd::live(&stage, FIRST, &ALL)?.end()?;
    let before = resident_kib(stage.server.pid())?;
    let mut herd = Herd::live(&stage, screens, &ALL)?;
    let after = resident_kib(stage.server.pid())?;
    let shots = herd.shots(SHOTS)?;
    ensure!(shots.took.len() == SHOTS, "{} of {SHOTS} calls reached all {screens} screens", shots.took.len());
    herd.end()?;
    Ok((shots, (after - before) / screens as f64))
}

/// The process of the screens.
#[derive(Debug)]
pub struct Herd {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Herd {
    /// Screens on the live stream of a server, all of them up to date when this returns.
    pub fn live(stage: &Stage, screens: usize, topics: &[&str]) -> anyhow::Result<Self> {
        let topics = Topics(topics.iter().map(|topic| (*topic).to_owned()).collect());
        let trigger = format!("/api/v1/windows/{WINDOWS}/recall");
        Self::start(
            &["--token", &stage.token, "--topics", &topics.to_string(), "--trigger", &trigger],
            stage.server.address(),
            screens,
        )
    }

    /// Screens on a plain socket.
    pub fn plain(address: &str, screens: usize) -> anyhow::Result<Self> {
        Self::start(&[], address, screens)
    }

    fn start(args: &[&str], address: &str, screens: usize) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["screens", "--address", address, "--count", &screens.to_string()])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no stdout")?);
        let mut herd = Self { child, input, output };
        let line = herd.line()?;
        ensure!(line == "ready", "the screens said {line:?}");
        Ok(herd)
    }

    /// Has it send the command so often, and wait for the last screen each time.
    pub fn shots(&mut self, count: usize) -> anyhow::Result<Shots> {
        let input = self.input.as_mut().context("the screens have ended")?;
        writeln!(input, "{count}")?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    /// Ends it, and says whether all went well.
    pub fn end(mut self) -> anyhow::Result<()> {
        self.input = None;
        let status = self.child.wait()?;
        ensure!(status.success(), "the screens failed: {status}");
        Ok(())
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Herd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shots {
    /// From the commit to the last screen.
    fn after_commit(&self) -> Vec<Duration> {
        let pairs = self.took.iter().zip(&self.commit);
        pairs.map(|(took, commit)| Duration::from_secs_f64((took - commit).max(0.0))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commit_is_taken_off() {
        let shots = Shots { took: vec![0.003, 0.001], commit: vec![0.001, 0.002], message: String::new() };
        let after: Vec<_> = shots.after_commit().into_iter().map(millis).collect();
        assert!((after[0] - 2.0).abs() < 0.001 && after[1] < 0.001, "{after:?}");
    }
}
