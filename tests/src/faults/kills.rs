//! The bridge dies between the first byte and the answer, and is started again.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use protocol::bridge::{DeviceKind, DeviceState, JobState};
use tokio::task::JoinSet;

use super::bridge::Bridge;
use super::hosts::Host;
use super::list::Kill;
use super::papers::{Fared, Ticket, check};
use super::printers::{COPIES, reprint};
use super::{Tried, spread};
use crate::wait::{pause, until};

/// Bridges at the same time.
const AT_ONCE: usize = 10;

/// Lets the bridge die so many times in each way.
pub async fn run(kills: &[Kill], times: usize) -> anyhow::Result<Vec<Tried>> {
    let mut tries: Vec<(usize, Kill, usize)> = Vec::new();
    for kill in kills {
        tries.extend((0..times).map(|at| (0, kill.clone(), at)));
    }
    for (index, one) in tries.iter_mut().enumerate() {
        one.0 = index;
    }
    let mut tries = tries.into_iter();
    let (mut running, mut done) = (JoinSet::new(), Vec::new());
    loop {
        while running.len() < AT_ONCE
            && let Some((index, kill, at)) = tries.next()
        {
            running.spawn(async move {
                let what = format!("killed at {}, try {}", kill.failpoint, at + 1);
                attempt(&kill, at, times).await.context(what).map(|one| (index, one))
            });
        }
        let Some(ended) = running.join_next().await else { break };
        done.push(ended??);
    }
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, one)| one).collect())
}

async fn attempt(kill: &Kill, at: usize, of: usize) -> anyhow::Result<Tried> {
    let host = Host::tcp("generic-80").await?;
    let devices = format!("[[printers]]\nname = \"p\"\nmodel = \"generic-80\"\nport = \"{}\"\n", host.port);
    let failpoint = [("PAIHAO_FAILPOINT", kill.failpoint.as_str())];
    let mut bridge = Bridge::start(&devices, if kill.after_ms.is_none() { &failpoint } else { &[] })?;
    bridge.api.is(DeviceKind::Printer, "p", DeviceState::Ready).await?;
    let ticket = Ticket::new(format!("A{:03}", at + 1));
    let began = Instant::now();
    let (job, paper, api) = (ticket.job(0), ticket.paper(0), bridge.api.clone());
    let asking = tokio::spawn(async move { api.print("p", &job, &paper).await });
    if let Some(range) = kill.after_ms {
        pause(Duration::from_millis(u64::from(spread(range, at, of)))).await;
        bridge.kill()?;
        // Perhaps it was answered just before.
        let _ = asking.await?;
    } else {
        if let Ok(answer) = asking.await? {
            bail!("it did not die, but answered {answer:?}");
        }
        until("the bridge has died", Duration::from_secs(10), || {
            std::future::ready(bridge.has_ended().map(|ended| ended.then_some(())))
        })
        .await?;
    }
    let bridge = bridge.again(&devices)?;
    // The client asks for the same job again, as it must when the answer was lost.
    let report = bridge.api.print("p", &ticket.job(0), &ticket.paper(0)).await?;
    ensure!(kill.ends.contains(&report.state), "answered {report:?}");
    let mut fared = Fared { ticket, copies: vec![report.state] };
    reprint(&bridge.api, "p", &mut fared, COPIES).await?;
    let took = began.elapsed();
    let again = bridge.api.print("p", &fared.ticket.job(0), &fared.ticket.paper(0)).await?;
    ensure!(again.state == fared.copies[0], "{:?} turned into {again:?}", fared.copies[0]);
    let next = Ticket::new(format!("B{:03}", at + 1));
    let copies = vec![bridge.api.print("p", &next.job(0), &next.paper(0)).await?.state];
    ensure!(copies == [JobState::Printed], "the next visitor's ticket: {copies:?}");
    let end = format!("{:?}", fared.copies[0]).to_lowercase();
    check(&[fared, Fared { ticket: next, copies }], &host.printed()).with_context(|| bridge.log())?;
    Ok(Tried { fault: format!("bridge killed: {}", kill.failpoint), end, took })
}
