//! What the live stream promises, shown on a real server: nothing twice, nothing missed, and nobody delayed by anybody.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use protocol::Health;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::figures::{Row, quantile};
use crate::halls::Stage;
use crate::live_client::{ALL, Follower, Got, Socket};
use crate::rng::Rng;
use crate::storm::{Mix, Storm};
use crate::wait::{until, within};
use crate::wire::Client;

/// Everything is seen within this time, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(20);
/// The server's buffer holds so many of the last events.
const RING: u64 = 4_096;
/// Events that are of a topic (contract, "Live stream"): calls, and what becomes of them.
const CALLS: [&str; 9] = [
    "ticket.called",
    "ticket.recalled",
    "ticket.started",
    "ticket.finished",
    "ticket.missed",
    "ticket.returned",
    "ticket.parked",
    "ticket.resumed",
    "ticket.transferred",
];

/// The position of the server's last event.
pub async fn head(client: &mut Client) -> anyhow::Result<u64> {
    Ok(client.read::<Health>("/healthz").await?.seq)
}

/// Clients that are cut off at random points under load, and resume: in the end they know what the server tells.
pub async fn cuts(requests: u64) -> anyhow::Result<Row> {
    const WINDOWS: u16 = 16;
    let stage = Stage::new(WINDOWS)?;
    stage.open_windows(WINDOWS).await?;
    let follow = |topics, cuts| Follower::start(&stage.address, &stage.manager, topics, cuts);
    let mut whole = follow(&ALL, None);
    let mut others: Vec<Follower> = (1..=4).map(|seed| follow(&ALL, Some(Rng::new(seed)))).collect();
    others.push(follow(&["calls"], Some(Rng::new(5))));
    others.push(follow(&["queues"], Some(Rng::new(6))));
    others.push(follow(&["windows"], Some(Rng::new(7))));
    let mut client = stage.client();
    let start = head(&mut client).await?;
    for follower in std::iter::once(&mut whole).chain(&mut others) {
        follower.reach(start, LIMIT).await?;
    }
    let storm = Storm::start(&stage, WINDOWS, 11, Mix::Everything);
    storm.more(requests).await?;
    storm.end().await?;
    // The server has closed a connection on which nothing was asked for so long.
    let mut client = stage.client();
    // The last event of all is one that every topic hears of: a ticket that is called.
    client.post("/api/v1/windows/1/open", &json!({})).await?;
    client.post("/api/v1/tickets", &json!({ "service": "S" })).await?.good::<serde_json::Value>()?;
    let window: protocol::Window = client.read("/api/v1/windows/1").await?;
    if window.ticket.is_none() {
        client.post("/api/v1/windows/1/call", &json!({})).await?.good::<serde_json::Value>()?;
    }
    client.post("/api/v1/windows/1/recall", &json!({})).await?.good::<serde_json::Value>()?;
    let end = head(&mut client).await?;
    for follower in std::iter::once(&mut whole).chain(&mut others) {
        follower.reach(end, LIMIT).await?;
    }
    let settled = async || {
        let mut client = stage.client();
        let queues: Vec<protocol::Queue> = client.read("/api/v1/queues").await?;
        let same = |follower: &Follower| {
            let mirror = follower.mirror();
            let known =
                |queue: &protocol::Queue| (queue.waiting, queue.open_windows, queue.issued, queue.served, queue.left);
            queues.iter().all(|queue| mirror.queues.get(&queue.service).map(known) == Some(known(queue)))
        };
        Ok((same(&whole) && others[..4].iter().all(same)).then_some(()))
    };
    until("the lines as GET tells them", LIMIT, settled).await?;
    let whole = whole.end().await?;
    whole.compare(&mut client).await?;
    ensure!(whole.snapshots.len() == 1, "the client without cuts got {} snapshots", whole.snapshots.len());
    let (mut hellos, mut snapshots) = (0, 0);
    for (index, follower) in others.into_iter().enumerate() {
        let mirror = follower.end().await?;
        hellos += mirror.hellos;
        ensure!(mirror.hellos > 3, "client {index} was cut off {} times only", mirror.hellos - 1);
        // A client that is away for long starts from a snapshot again; what came before that is complete on its own.
        snapshots += mirror.snapshots.len() - 1;
        ensure!(mirror.faults.is_empty(), "client {index}: {:#?}", mirror.faults);
        if index < 4 {
            mirror.compare(&mut client).await?;
        }
        let of_topic = |kind: &str| match index {
            4 => CALLS.contains(&kind),
            5 => kind.starts_with("ticket."),
            _ => true,
        };
        let from = mirror.snapshots.last().copied().unwrap_or(0);
        let expected: Vec<_> =
            whole.events.iter().filter(|(seq, kind)| *seq > from && of_topic(kind)).cloned().collect();
        let found: Vec<_> = mirror.events.iter().filter(|(seq, _)| *seq > from).cloned().collect();
        ensure!(found == expected, "client {index} saw {} events of {}", found.len(), expected.len());
    }
    stage.verify()?;
    Ok(Row::new(
        format!("7 live clients cut at random points under {requests} requests of every kind, resumed with `after`"),
        format!(
            "{} events, none twice, none missed; {hellos} connections, {snapshots} resumed with a snapshot; \
             windows, tickets and lines equal to GET",
            end - start
        ),
    ))
}

/// A position that is too old, and one that is ahead: a snapshot. One that is recent: the events after it, and no more.
pub async fn resume() -> anyhow::Result<Row> {
    let stage = Stage::new(16)?;
    stage.open_windows(16).await?;
    let storm = Storm::start(&stage, 16, 3, Mix::Simple);
    let mut client = stage.client();
    while head(&mut client).await? < RING + 100 {
        storm.more(500).await?;
    }
    storm.end().await?;
    let end = head(&mut client).await?;
    for (after, snapshot) in [
        (None, true),
        (Some(0), true),
        (Some(1), true),
        (Some(end - RING - 2), true),
        (Some(end + 1), true),
        (Some(u64::MAX), true),
        (Some(end - RING), false),
        (Some(end - 100), false),
        (Some(end), false),
    ] {
        let mut socket = Socket::open(&stage.address, &stage.manager).await?;
        socket.subscribe(&ALL, after).await?;
        let mut seqs = Vec::new();
        let mut kinds = Vec::new();
        // A tick comes every two seconds, after everything that was missed.
        while kinds.last().map(String::as_str) != Some("tick") {
            let Got::Text(text) = within("a tick", LIMIT, socket.next()).await? else { anyhow::bail!("closed") };
            let message: serde_json::Value = serde_json::from_str(&text)?;
            let kind = message["type"].as_str().unwrap_or_default().to_owned();
            if kind.contains('.') && kind != "queue.changed" {
                seqs.extend(message["seq"].as_u64());
            }
            ensure!(kind != "snapshot" || message["seq"] == end, "the snapshot is of {}", message["seq"]);
            kinds.push(kind);
        }
        ensure!(kinds[0] == "hello", "the server said {} first", kinds[0]);
        ensure!((kinds[1] == "snapshot") == snapshot, "after {after:?} at {end}: the server sent {}", kinds[1]);
        let expected: Vec<u64> = if snapshot { Vec::new() } else { (after.unwrap_or(0) + 1..=end).collect() };
        ensure!(seqs == expected, "after {after:?} came {} events, not {}", seqs.len(), expected.len());
    }
    Ok(Row::new(
        "`after` of none, of long ago, of the last 4,096 events, and ahead of the server",
        "a snapshot, a snapshot, exactly the events after it, a snapshot",
    ))
}

/// A value of the server's metrics; 0 when it is not there.
async fn metric(stage: &Stage, name: &str) -> anyhow::Result<f64> {
    let text = stage.client().get("/metrics").await?.text();
    let mut values = text.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit(' ').next());
    Ok(values.next().and_then(|value| value.parse().ok()).unwrap_or(0.0))
}

/// A reader that subscribes and then stops reading.
async fn stalled(stage: &Stage) -> anyhow::Result<Socket> {
    let bearer = format!("Bearer {}", stage.manager);
    let socket = Socket::dial(&stage.address, "", &[("authorization", &bearer)], Some(4_096)).await;
    let mut socket = socket.map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
    socket.subscribe(&ALL, None).await?;
    ensure!(matches!(socket.next().await, Got::Text(_)), "no hello");
    Ok(socket)
}

/// A reader that stops reading is dropped, and everybody else gets everything meanwhile.
pub async fn stalled_reader() -> anyhow::Result<Row> {
    const WINDOWS: u16 = 16;
    let stage = Stage::new(WINDOWS)?;
    stage.open_windows(WINDOWS).await?;
    let mut others: Vec<Follower> =
        (0..3).map(|_| Follower::start(&stage.address, &stage.manager, &ALL, None)).collect();
    for follower in &mut others {
        follower.reach(1, LIMIT).await?;
    }
    let mut stopped = stalled(&stage).await?;
    let storm = Storm::start(&stage, WINDOWS, 13, Mix::Simple);
    let dropped =
        async || Ok((metric(&stage, "paihao_live_closed_total{reason=\"too slow").await? > 0.0).then_some(()));
    let ((), took) = until("the reader is dropped", Duration::from_mins(1), dropped).await?;
    storm.end().await?;
    // What the kernel still holds for it can be read; then comes the end.
    within("the end of the stalled socket", LIMIT, stopped.end()).await?;
    let mut client = stage.client();
    let end = head(&mut client).await?;
    for mut follower in others {
        follower.reach(end, LIMIT).await?;
        let mirror = follower.end().await?;
        mirror.compare(&mut client).await?;
        ensure!(mirror.hellos == 1 && mirror.snapshots.len() == 1, "a reader that reads was cut off");
    }
    Ok(Row::new(
        "a reader that stops reading, in a storm",
        format!("dropped after {:.1} s; the others got all {end} events in one connection", took.as_secs_f64()),
    ))
}

/// How long 20 readers wait for each of some events, in milliseconds from the request on.
async fn delays(stage: &Stage, events: usize) -> anyhow::Result<Vec<f64>> {
    const READERS: usize = 20;
    let mut sockets = Vec::new();
    for _ in 0..READERS {
        let mut socket = Socket::open(&stage.address, &stage.manager).await?;
        socket.subscribe(&["calls"], None).await?;
        sockets.push(socket);
    }
    let mut client = stage.client();
    let window = stage.last_window;
    client.post(&format!("/api/v1/windows/{window}/open"), &json!({})).await?;
    client.post("/api/v1/tickets", &json!({ "service": "U" })).await?;
    client.post(&format!("/api/v1/windows/{window}/open"), &json!({ "services": ["U"] })).await?;
    client.post(&format!("/api/v1/windows/{window}/call"), &json!({})).await?.good::<protocol::Ticket>()?;
    let mut delays = Vec::with_capacity(events * READERS);
    for _ in 0..events {
        let began = Instant::now();
        let answer = client.post(&format!("/api/v1/windows/{window}/recall"), &json!({})).await?;
        let calls = answer.good::<protocol::Ticket>()?.calls;
        let heard = sockets.iter_mut().map(|socket| async move {
            loop {
                let Got::Text(text) = socket.next().await else { anyhow::bail!("a reader was cut off") };
                let message: serde_json::Value = serde_json::from_str(&text)?;
                let data = &message["data"];
                if message["type"] == "ticket.recalled" && data["calls"] == calls && data["window"] == window {
                    return Ok(began.elapsed().as_secs_f64() * 1000.0);
                }
            }
        });
        delays.extend(within("the event", LIMIT, futures_util::future::try_join_all(heard)).await??);
    }
    client.post(&format!("/api/v1/windows/{window}/finish"), &json!({})).await?;
    Ok(delays)
}

/// Delivery to others with and without a reader that has stopped, in turn.
pub async fn delay(rounds: usize) -> anyhow::Result<Row> {
    const EVENTS: usize = 50;
    const FILL: u64 = 8_000;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let stage = Stage::new(17)?;
    stage.open_windows(16).await?;
    for round in 0..rounds {
        let stopped = if round % 2 == 1 { Some(stalled(&stage).await?) } else { None };
        let storm = Storm::start(&stage, 4, round as u64, Mix::Simple);
        // Enough to fill what the kernel holds for a reader: the server is waiting for it while the others are timed.
        storm.more(FILL).await?;
        let into = if stopped.is_some() { &mut with } else { &mut without };
        into.extend(delays(&stage, EVENTS).await?);
        storm.end().await?;
        // So that the next round begins with windows that have no ticket.
        for window in 1..=4 {
            stage.client().post(&format!("/api/v1/windows/{window}/finish"), &json!({})).await?;
        }
    }
    let figures = |delays: &mut Vec<f64>| (quantile(delays, 0.5), quantile(delays, 0.99));
    let ((median_without, p99_without), (median_with, p99_with)) = (figures(&mut without), figures(&mut with));
    ensure!(median_with <= 1.5 * median_without + 1.0, "median {median_with:.2} ms, without {median_without:.2} ms");
    ensure!(p99_with <= 2.0 * p99_without + 2.0, "p99 {p99_with:.2} ms, without {p99_without:.2} ms");
    Ok(Row::new(
        "delay of an event to 20 readers while another one has stopped, in a storm",
        format!(
            "median {median_with:.2} ms, p99 {p99_with:.2} ms; without it {median_without:.2} and {p99_without:.2} ms \
             ({} deliveries each)",
            with.len()
        ),
    ))
}

/// Clients that follow through a restart are right again soon.
pub async fn restart(sockets: usize, limit: Duration) -> anyhow::Result<Row> {
    const WINDOWS: u16 = 32;
    let mut stage = Stage::new(WINDOWS)?;
    stage.open_windows(WINDOWS).await?;
    let storm = Storm::start(&stage, WINDOWS, 17, Mix::Simple);
    storm.more(2_000).await?;
    storm.end().await?;
    let board = stage.data.token("board")?;
    let mut followers: Vec<Follower> =
        (0..sockets).map(|_| Follower::start(&stage.address, &board, &ALL, None)).collect();
    let mut client = stage.client();
    let before = head(&mut client).await?;
    for follower in &mut followers {
        follower.reach(before, LIMIT).await?;
    }
    let began = Instant::now();
    let server = stage.server.take().context("no server")?;
    let status = tokio::task::spawn_blocking(move || server.terminate()).await??;
    let stopped = began.elapsed();
    ensure!(status.success(), "after SIGTERM: {status}: {}", crate::program::log(&stage.data));
    stage.start()?;
    let started = began.elapsed();
    let mut client = stage.client();
    client.post("/api/v1/tickets", &json!({ "service": "S" })).await?.good::<serde_json::Value>()?;
    let after = head(&mut client).await?;
    for follower in &mut followers {
        follower.reach(after, LIMIT).await?;
    }
    let took = began.elapsed();
    let mut snapshots = 0;
    for (index, follower) in followers.into_iter().enumerate() {
        let mirror = follower.end().await?;
        snapshots += mirror.snapshots.len() - 1;
        ensure!(mirror.faults.is_empty(), "client {index}: {:#?}", mirror.faults);
        if index % 50 == 0 {
            mirror.compare(&mut client).await?;
        }
    }
    ensure!(took <= limit, "{sockets} sockets were right again after {took:.2?}");
    Ok(Row::new(
        format!("{sockets} sockets through a restart of the server"),
        format!(
            "all right again {:.2} s after SIGTERM (stopped after {:.2} s, listening after {:.2} s), {snapshots} with a snapshot",
            took.as_secs_f64(),
            stopped.as_secs_f64(),
            started.as_secs_f64()
        ),
    ))
}

/// SIGTERM with sockets open: every one is told to come again, and the server ends in time.
pub async fn stop(sockets: usize) -> anyhow::Result<Row> {
    let mut stage = Stage::new(4)?;
    let mut readers: Vec<JoinHandle<Option<u16>>> = Vec::new();
    for index in 0..sockets {
        let mut socket = Socket::open(&stage.address, &stage.manager).await?;
        // Not everybody has said what he wants.
        if index % 10 > 0 {
            socket.subscribe(&ALL, None).await?;
        }
        readers.push(tokio::spawn(async move { socket.end().await }));
    }
    let open = async || Ok((metric(&stage, "paihao_live_sockets").await? >= sockets as f64).then_some(()));
    until("all sockets open", LIMIT, open).await?;
    let server = stage.server.take().context("no server")?;
    let began = Instant::now();
    let status = tokio::task::spawn_blocking(move || server.terminate()).await??;
    let took = began.elapsed();
    ensure!(status.code() == Some(0), "after SIGTERM: {status}");
    ensure!(took < Duration::from_secs(5), "the server took {took:?} to stop");
    for reader in readers {
        let code = within("the end of a socket", LIMIT, reader).await??;
        ensure!(code == Some(1001), "a socket was closed with {code:?} instead of 1001");
    }
    Ok(Row::new(
        format!("SIGTERM with {sockets} sockets open"),
        format!("exit status 0 after {:.2} s, every socket closed with 1001", took.as_secs_f64()),
    ))
}

/// The long forms.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    vec![
        resume().await,
        cuts(50_000).await,
        stalled_reader().await,
        delay(20).await,
        restart(500, Duration::from_secs(5)).await,
        stop(500).await,
    ]
}
