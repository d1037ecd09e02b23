//! What the boards' pages are told: the hall's events and states go to the one [`hub::Hub`] of this process, as long as a
//! page listens.

use std::sync::Arc;

use board::live::{Live, read as read_message};
use hall::Moment;
use hub::Hub;
use protocol::live::{Snapshot, SnapshotData, hall_view};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::engine::{Published, read, shell};

/// Feeds the boards until the server stops.
pub async fn feed(hub: Hub, hall: shell::Handle, clock: Arc<Clock>, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = follow(&hub, &hall, &clock) => {}
    }
}

async fn follow(hub: &Hub, hall: &shell::Handle, clock: &Clock) {
    let mut wanted = hub.wanted();
    loop {
        if wanted.wait_for(|wanted| *wanted).await.is_err() {
            return;
        }
        // Both under one lock, so that nothing lies between.
        let (snapshot, mut frames) = {
            let published = read(&hall.published);
            (snapshot(&published, clock.now()), published.subscribe())
        };
        if let Some(snapshot) = snapshot
            && hub.message(Live::Snapshot(Box::new(snapshot))).await.is_err()
        {
            return;
        }
        loop {
            let frame = tokio::select! {
                frame = frames.recv() => frame,
                changed = wanted.changed() => match changed {
                    Ok(()) if *wanted.borrow_and_update() => continue,
                    Ok(()) => break,
                    Err(_) => return,
                },
            };
            let frame = match frame {
                Ok(frame) => frame,
                // What was missed stands in the next snapshot; boards find out by themselves what of it is news.
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            };
            if frame.text.is_empty() {
                continue;
            }
            match read_message(&frame.text) {
                Ok(Some(message)) => {
                    let anew = matches!(&message, Live::Event(event) if begins_anew(&event.kind));
                    if hub.message(message).await.is_err() {
                        return;
                    }
                    if anew {
                        break;
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "boards cannot read a message of this server"),
            }
        }
    }
}

/// After these every window may be another one.
fn begins_anew(kind: &str) -> bool {
    matches!(kind, "hall.configured" | "day.closed")
}

/// The present; none before the hall has settings.
fn snapshot(published: &Published, now: Moment) -> Option<Snapshot> {
    let (viewer, state) = (published.viewer(), &published.state);
    let mut hall = hall_view(state)?;
    // By the clock: perhaps nothing has happened for hours.
    hall.open = state.settings().is_some_and(|settings| settings.hours().is_open(now));
    Some(Snapshot {
        kind: "snapshot".into(),
        seq: state.seq(),
        at: viewer.time(now),
        data: SnapshotData {
            hall,
            calls: Vec::new(),
            queues: state.queues().map(|queue| viewer.queue(&queue, now)).collect(),
            windows: state.windows().map(|window| viewer.window(window)).collect(),
            lots: viewer.lots(now),
            crowd: None,
        },
    })
}
