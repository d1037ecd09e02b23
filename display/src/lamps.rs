//! Keeps lamps above windows at what they are to do: sent when it changes, and again and again, since a lamp goes dark by itself
//! when nobody speaks to it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hub::Hub;
use protocol::bridge::lanes::{LampOrder, LampState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::Bridge;
use crate::settings::Lamp;
use crate::signs::{AGAIN, TIMEOUT_S};

/// How often a lamp is compared with what it is to do.
const LOOK: Duration = Duration::from_millis(200);
/// After a failure it is asked again so much later.
const LATER: Duration = Duration::from_secs(2);
/// How long switching it off may take at the end.
const GOODBYE: Duration = Duration::from_secs(1);

/// Starts a task for each lamp.
pub fn start(lamps: &[Lamp], hub: &Hub, bridge: &Bridge, tasks: &TaskTracker, stop: &CancellationToken) {
    for lamp in lamps {
        let (lamp, hub, bridge, stop) = (lamp.clone(), hub.clone(), bridge.clone(), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = keep(&lamp, &hub, &bridge) => {}
            }
            let dark = LampOrder { state: LampState::Off, timeout_s: TIMEOUT_S };
            let _ = tokio::time::timeout(GOODBYE, bridge.light(&lamp.name, &dark)).await;
        });
    }
}

async fn keep(lamp: &Lamp, hub: &Hub, bridge: &Bridge) {
    let window = lamp.window;
    let memory = Arc::new(Mutex::new((board::Lamp::default(), LampState::Off)));
    // What it does, and when that is said again; none after a failure.
    let mut said: Option<LampState> = None;
    let mut due = Instant::now();
    let mut failing = false;
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut news = hub.news();
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            // Without its hub it ends below.
            _ = news.changed() => {}
        }
        let seen = memory.clone();
        let look = hub.look(move |boards, now| {
            let (lamp, state) = &mut *seen.lock().unwrap_or_else(PoisonError::into_inner);
            *state = lamp.look(boards.hall(), window, now);
        });
        if look.await.is_err() {
            return;
        }
        let state = memory.lock().unwrap_or_else(PoisonError::into_inner).1;
        let waits = Instant::now() < due;
        if waits && (failing || said == Some(state)) {
            continue;
        }
        match bridge.light(&lamp.name, &LampOrder { state, timeout_s: TIMEOUT_S }).await {
            Ok(()) => {
                (said, due, failing) = (Some(state), Instant::now() + AGAIN, false);
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(lamp = lamp.name, %error, "the lamp is not switched; trying again");
                }
                (said, due, failing) = (None, Instant::now() + LATER, true);
            }
        }
    }
}
