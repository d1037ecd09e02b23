//! Where it is measured: facts about the machine, the disk's own speed, and the room for many sockets.

use std::fs::{File, read_to_string};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Descriptors wanted: 5,000 sockets at both ends of a raw loop, and what else is open.
const FILES: u64 = 12_000;
/// Says that no more could be had.
const TRIED: &str = "PAIHAO_BENCH_FILES";

/// Starts this program again with a higher limit of open files where it is low; children inherit it.
pub fn with_many_files() -> anyhow::Result<()> {
    if open_files()? >= FILES || std::env::var_os(TRIED).is_some() {
        return Ok(());
    }
    let raise = format!("ulimit -n {FILES} 2>/dev/null || ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\"");
    let error = Command::new("sh")
        .args(["-c", &raise])
        .arg(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(TRIED, "1")
        .exec();
    Err(error).context("sh could not be started")
}

/// How many sockets a measurement may open at one end.
pub fn most_sockets() -> anyhow::Result<usize> {
    Ok(open_files()?.saturating_sub(300) as usize)
}

fn open_files() -> anyhow::Result<u64> {
    let limits = read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of open files")?;
    let soft = line.split_whitespace().nth(3).context("no soft limit")?;
    Ok(soft.parse().unwrap_or(u64::MAX))
}

/// Lines for the top of the report.
pub fn facts() -> anyhow::Result<Vec<String>> {
    let here = env!("CARGO_MANIFEST_DIR");
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(here).args(args).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_none_or(|text| !text.is_empty());
    let cores = std::thread::available_parallelism()?;
    let processor = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let directory = tempfile::tempdir()?;
    let disk = sync_probe(directory.path(), 500)?;
    Ok(vec![
        format!("- commit {commit}{}", if changed { ", with changes that are not committed" } else { "" }),
        format!(
            "- {cores} cores, {}, Linux {}, open files {}",
            processor.map_or("unknown processor", |(_, name)| name),
            kernel.trim(),
            open_files()?
        ),
        format!("- load {}", load()),
        format!(
            "- file system {}: append 256 bytes and fdatasync p50 {:.0} µs, p99 {:.0} µs",
            file_system(directory.path()),
            micros(disk.p50),
            micros(disk.p99)
        ),
    ])
}

/// The load average.
pub fn load() -> String {
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

fn file_system(path: &Path) -> String {
    let mounts = read_to_string("/proc/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let under = mounts.filter(|(mount, _)| path.starts_with(mount)).max_by_key(|(mount, _)| mount.len());
    under.map_or("unknown", |(_, kind)| kind).to_owned()
}

/// What the disk itself takes.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// Half are faster.
    pub p50: Duration,
    /// One in a hundred is slower.
    pub p99: Duration,
}

/// Appends 256 bytes and waits until they are on the disk, again and again.
pub fn sync_probe(directory: &Path, times: usize) -> anyhow::Result<Probe> {
    let mut file = File::create(directory.join("probe"))?;
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        file.write_all(&[7; 256])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    Ok(Probe { p50: share(&took, 0.5), p99: share(&took, 0.99) })
}

/// The value below which this share of a sorted list lies.
pub fn share(sorted: &[Duration], share: f64) -> Duration {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or_default()
}

/// As a number of microseconds.
pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// As a number of milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The memory that a process has in use, in KiB.
pub fn resident_kib(pid: u32) -> anyhow::Result<f64> {
    let status = read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_list() {
        let list: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        let at = |part: f64| share(&list, part).as_millis();
        assert_eq!([at(0.0), at(0.5), at(0.99), at(0.999), at(1.0)], [1, 50, 99, 100, 100]);
        assert_eq!(share(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn the_disk_and_the_memory_answer() {
        let directory = tempfile::tempdir().unwrap();
        let probe = sync_probe(directory.path(), 3).unwrap();
        assert!(probe.p50 > Duration::ZERO && probe.p99 >= probe.p50);
        assert!(resident_kib(std::process::id()).unwrap() > 100.0);
    }
}
