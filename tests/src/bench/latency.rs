//! How long a clerk waits for a call while the hall is busy as it never is: 200 calls a second, every window connected to
//! the live stream. Each call has its time beforehand and is measured from it, however late the one before is answered.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::Plan;
use super::fanout::Herd;
use super::load::{Request, parse};
use super::machine::{millis, share, sync_probe};
use super::stage::{PATIENCE, Stage, WINDOWS};
use super::table::{Bar, Samples, Table};

/// Calls a second.
const RATE: u32 = 200;
/// Shortest turn: 1,000 calls, so that one in a thousand means something.
const TURN: Duration = Duration::from_secs(5);
/// Appends of the disk's probe, before and after each round.
const PROBES: usize = 300;
/// How long before its time a client stops sleeping: a sleep ends some tens of microseconds late.
const AWAKE: Duration = Duration::from_micros(150);

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let [mut p50, mut p99, mut p999, mut sync50, mut sync99] = [const { Vec::new() }; 5];
    let turn = plan.turn.max(TURN);
    let mut in_vain = 0;
    for round in 0..plan.rounds {
        let calls = (turn.as_secs_f64() * f64::from(RATE)) as u32;
        let stage = Stage::open((calls / u32::from(WINDOWS)) as usize + 2).await?;
        let herd = Herd::live(&stage, usize::from(WINDOWS), &["calls", "windows"])?;
        let before = sync_probe(stage.data.path(), PROBES)?;
        let mut took = Vec::with_capacity(calls as usize);
        for answered in clerks(&stage, calls)? {
            in_vain += u32::from(answered.status == 204);
            took.push(answered.took);
        }
        let after = sync_probe(stage.data.path(), PROBES)?;
        ensure!(took.len() == calls as usize, "{} of {calls} calls were answered", took.len());
        herd.end()?;
        took.sort_unstable();
        for (values, part) in [(&mut p50, 0.5), (&mut p99, 0.99), (&mut p999, 0.999)] {
            values.push(millis(share(&took, part)));
        }
        sync50.push(f64::midpoint(millis(before.p50), millis(after.p50)));
        sync99.push(f64::midpoint(millis(before.p99), millis(after.p99)));
        eprintln!("bench: round {round}, p99 of a call {:.2} ms", millis(share(&took, 0.99)));
    }
    let [p50, p99, p999, sync50, sync99] = [p50, p99, p999, sync50, sync99].map(Samples::from_iter);
    let what = format!("ms for a call at {RATE} calls/s, {WINDOWS} live sockets");
    table.ours(&what, "paihao, p50", &p50, None);
    table.beside("fdatasync of 256 bytes before and after, p50", &sync50, &p50.over(&sync50), None);
    table.ours("", "paihao, p99", &p99, Some(Bar::AtMost(20.0)));
    table.beside("fdatasync, p99", &sync99, &p99.over(&sync99), None);
    table.ours("", "paihao, p99.9", &p999, None);
    if in_vain > 0 {
        table.note("calls in vain", &in_vain.to_string());
    }
    Ok(())
}

struct Answered {
    took: Duration,
    status: u16,
}

/// One thread and one connection for each window, as clerks have them; the calls go round the windows.
fn clerks(stage: &Stage, calls: u32) -> anyhow::Result<Vec<Answered>> {
    let begin = Arc::new(Barrier::new(usize::from(WINDOWS) + 1));
    let mut clerks = Vec::new();
    for window in 1..=WINDOWS {
        let mut stream = TcpStream::connect(stage.server.address())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = stage.at(window, "finish", r#"{"call":true}"#);
        let begin = begin.clone();
        clerks.push(std::thread::spawn(move || {
            let mut answered = Vec::new();
            begin.wait();
            let start = Instant::now() + Duration::from_millis(200);
            for nth in (u32::from(window) - 1..calls).step_by(usize::from(WINDOWS)) {
                let due = start + Duration::from_secs(1) * nth / RATE;
                wait_until(due);
                let status = ask(&mut stream, &mut request)?;
                answered.push(Answered { took: due.elapsed(), status });
            }
            anyhow::Ok(answered)
        }));
    }
    begin.wait();
    let mut all = Vec::new();
    for clerk in clerks {
        all.append(&mut clerk.join().map_err(|_| anyhow::anyhow!("a clerk failed"))??);
    }
    Ok(all)
}

fn wait_until(due: Instant) {
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        if left > AWAKE {
            std::thread::park_timeout(left.saturating_sub(AWAKE));
        } else {
            std::hint::spin_loop();
        }
    }
}

fn ask(stream: &mut TcpStream, request: &mut Request) -> anyhow::Result<u16> {
    stream.write_all(request.fresh())?;
    let mut buffer = Vec::with_capacity(4_096);
    let mut some = [0; 4_096];
    loop {
        let count = stream.read(&mut some)?;
        ensure!(count > 0, "the server closed the connection");
        buffer.extend_from_slice(&some[..count]);
        if let Some((status, body)) = parse(&buffer)? {
            ensure!(status == 200 || status == 204, "status {status}: {}", String::from_utf8_lossy(&buffer[body]));
            return Ok(status);
        }
    }
}
