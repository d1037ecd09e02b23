//! A server that is killed in a storm and started again on the same data, over and over.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::figures::{Row, quantile};
use crate::halls::Stage;
use crate::live_client::{ALL, Follower};
use crate::records::Ledger;
use crate::rng::Rng;
use crate::storm::{Acked, Mix, Storm};

/// Clients of the storm.
const CLIENTS: u16 = 16;
/// Requests between two kills, at the most.
const BETWEEN: u64 = 2_000;
/// A viewer that is cut off has its events within this time.
const CATCH_UP: Duration = Duration::from_secs(15);

/// Everything that was acknowledged stands in the log as it was acknowledged.
fn all_there(acked: &Acked, ledger: &Ledger) -> anyhow::Result<()> {
    for (ticket, number) in &acked.issued {
        let found = ledger.numbers.get(ticket);
        ensure!(found == Some(number), "ticket {ticket} was acknowledged as {number}, the log says {found:?}");
    }
    for (call, what) in &acked.calls {
        let found = ledger.calls.get(call);
        ensure!(found == Some(what), "call {call} was acknowledged as {what:?}, the log says {found:?}");
    }
    for ticket in &acked.finished {
        let times = ledger.finished.get(ticket);
        ensure!(times == Some(&1), "ticket {ticket} was finished once, the log says {times:?}");
    }
    Ok(())
}

/// Kills the server `kills` times.
pub async fn in_a_storm(kills: usize, seed: u64) -> anyhow::Result<Row> {
    let mut stage = Stage::new(CLIENTS)?;
    stage.open_windows(CLIENTS).await?;
    let mut followers: Vec<Follower> =
        (0..2).map(|_| Follower::start(&stage.address, &stage.manager, &ALL, None)).collect();
    for follower in &mut followers {
        follower.reach(1, CATCH_UP).await?;
    }
    let storm = Storm::start(&stage, CLIENTS, seed, Mix::Simple);
    let mut rng = Rng::new(seed);
    let mut restarts = Vec::new();
    for kill in 1..=kills {
        storm.more(1 + rng.below(BETWEEN)).await?;
        // An answer has just come; the blow may fall in any part of what comes next.
        crate::wait::pause(Duration::from_micros(rng.below(3_000))).await;
        stage.kill()?;
        let acked = storm.acked();
        // Now and then the next server finds the database as the last one left it, and now and then `verify` does.
        let server_first = kill % 2 == 0;
        if !server_first {
            stage.verify().with_context(|| format!("after kill {kill}"))?;
        }
        let began = Instant::now();
        stage.start()?;
        restarts.push(began.elapsed().as_secs_f64() * 1000.0);
        if server_first {
            stage.verify().with_context(|| format!("after kill {kill}"))?;
        }
        all_there(&acked, &Ledger::read(&stage.data).await?).with_context(|| format!("after kill {kill}"))?;
    }
    storm.more(200).await?;
    let acked = storm.end().await?;
    let ledger = Ledger::read(&stage.data).await?;
    all_there(&acked, &ledger)?;
    // Every request was sent until it was answered, so nothing else may have happened, and nothing twice.
    ensure!(
        ledger.numbers.len() == acked.issued.len(),
        "{} tickets for {} acknowledged",
        ledger.numbers.len(),
        acked.issued.len()
    );
    ensure!(
        ledger.calls.len() == acked.calls.len(),
        "{} calls for {} acknowledged",
        ledger.calls.len(),
        acked.calls.len()
    );
    ensure!(ledger.called_again.is_empty(), "{} tickets were called twice", ledger.called_again.len());
    let mut snapshots = 0;
    for mut follower in followers {
        follower.reach(ledger.seq, CATCH_UP).await?;
        let mirror = follower.end().await?;
        mirror.compare(&mut stage.client()).await?;
        // The first snapshot comes before the storm; later ones stand for the events before them.
        snapshots += mirror.snapshots.len() - 1;
        if mirror.snapshots.len() == 1 {
            ensure!(acked.issued.keys().all(|ticket| mirror.issued.contains(ticket)), "a viewer missed a ticket");
            ensure!(acked.calls.keys().all(|call| mirror.calls.contains(call)), "a viewer missed a call");
        }
        ensure!(mirror.hellos > kills, "a viewer was cut off {} times only", mirror.hellos - 1);
    }
    stage.server.take().map_or(Ok(()), |server| {
        let status = server.terminate()?;
        ensure!(status.success(), "after SIGTERM: {status}");
        Ok(())
    })?;
    let verified = stage.verify()?;
    Ok(Row::new(
        format!("kill -9 {kills} times in a storm of {CLIENTS} clients"),
        format!(
            "{} tickets and {} calls acknowledged, all there once; {} requests sent again; {} snapshots for 2 viewers; \
             start took {:.0} ms (median; longest {:.0}); {}",
            acked.issued.len(),
            acked.calls.len(),
            acked.again,
            snapshots,
            quantile(&mut restarts, 0.5),
            quantile(&mut restarts, 1.0),
            verified.trim()
        ),
    ))
}

/// The long form.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    vec![in_a_storm(50, 1).await]
}
