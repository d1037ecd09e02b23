//! Keeps lamps above windows at what they are to do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hub::Hub;
use protocol::bridge::lanes::{LampOrder, LampState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::Bridge;
use crate::sent::{Sent, TIMEOUT_S};
use crate::settings::Lamp;

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
    let mut sent = Sent::default();
    let mut looks = hub.looks(LOOK);
    loop {
        looks.next().await;
        let seen = memory.clone();
        let look = hub.look(move |boards, now| {
            let (lamp, state) = &mut *seen.lock().unwrap_or_else(PoisonError::into_inner);
            *state = lamp.look(boards.hall(), window, now);
        });
        if look.await.is_err() {
            return;
        }
        let state = memory.lock().unwrap_or_else(PoisonError::into_inner).1;
        if !sent.wants(&state, Instant::now()) {
            continue;
        }
        match bridge.light(&lamp.name, &LampOrder { state, timeout_s: TIMEOUT_S }).await {
            Ok(()) => sent.taken(state, Instant::now()),
            Err(error) => {
                if sent.failures == 0 {
                    tracing::warn!(lamp = lamp.name, %error, "the lamp is not switched; trying again");
                }
                sent.failed(Instant::now(), LATER);
            }
        }
    }
}
