//! Keeps LED signs at what they are to say.

use std::sync::Arc;
use std::time::Duration;

use board::{Faces, Millis, Subject};
use hub::Hub;
use protocol::bridge::SignArea;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backoff;
use crate::bridge::Bridge;
use crate::sent::{Sent, TIMEOUT_S};
use crate::settings::Sign;

/// How often a sign is compared with what it is to say.
const LOOK: Duration = Duration::from_millis(200);
/// What belongs together comes together: who finishes one and calls the next says both within this time, and a sign takes
/// one change a second.
const SETTLES: Duration = Duration::from_millis(15);
/// How long clearing a sign may take at the end.
const GOODBYE: Duration = Duration::from_secs(1);

/// Starts a task for each sign.
pub async fn start(
    signs: &[Sign],
    hub: &Hub,
    faces: Faces,
    bridge: &Bridge,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let faces = Arc::new(faces);
    for sign in signs {
        for (_, subject) in &sign.areas {
            if let Subject::Zone(zone, _) = subject {
                // A hub that has gone means that the program stops.
                let _ = hub.keep(zone).await;
            }
        }
        tasks.spawn(drive(sign.clone(), hub.clone(), faces.clone(), bridge.clone(), stop.clone()));
    }
}

async fn drive(sign: Sign, hub: Hub, faces: Arc<Faces>, bridge: Bridge, stop: CancellationToken) {
    let sign = Arc::new(sign);
    tokio::select! {
        () = stop.cancelled() => {}
        () = keep(&sign, &hub, &faces, &bridge) => {}
    }
    // An old number must not outlive the program; the sign would blank by itself, only later.
    let _ = tokio::time::timeout(GOODBYE, bridge.clear(&sign.name)).await;
}

async fn keep(sign: &Arc<Sign>, hub: &Hub, faces: &Arc<Faces>, bridge: &Bridge) {
    let mut sent = vec![Sent::default(); sign.areas.len()];
    let mut looks = hub.looks(LOOK);
    loop {
        if looks.next().await {
            tokio::time::sleep(SETTLES).await;
            looks.seen();
        }
        let (of, with) = (sign.clone(), faces.clone());
        let Ok(wanted) = hub.look(move |boards, now| contents(&of, &with, boards, now)).await else { return };
        for (((area, _), wanted), sent) in sign.areas.iter().zip(wanted).zip(&mut sent) {
            if !sent.wants(&wanted, Instant::now()) {
                continue;
            }
            match bridge.show(&sign.name, *area, &wanted).await {
                Ok(()) => {
                    if sent.failures > 0 {
                        tracing::info!(sign = sign.name, area, "the sign shows its text again");
                    }
                    sent.taken(wanted, Instant::now());
                }
                Err(error) => {
                    if sent.failures == 0 {
                        tracing::warn!(sign = sign.name, area, %error, "the sign does not show its text; trying again");
                    }
                    let again = backoff::delay(sent.failures, backoff::random());
                    sent.failed(Instant::now(), again);
                }
            }
        }
    }
}

/// What each area is to say now; nothing in the first moments, when the hall is only about to be heard.
fn contents(sign: &Sign, faces: &Faces, boards: &mut board::Switchboard, now: Millis) -> Vec<SignArea> {
    if !boards.hall().is_known() && now.0 < board::STALE_MS {
        return Vec::new();
    }
    let face = |subject: &Subject| match subject {
        Subject::Window(number) => faces.window(boards.hall(), *number, sign.columns, now),
        Subject::Zone(zone, line) => match boards.view(zone, now) {
            Some(view) => faces.line(&view, *line, sign.columns),
            None => area(""),
        },
        Subject::Lot(lot, part) => faces.lot(boards.hall(), lot, part, sign.columns, now),
    };
    let whole = |area: SignArea| {
        let dots = sign.dots.then(|| board::draw(&area.text, sign.columns));
        SignArea { timeout_s: TIMEOUT_S, dots, ..area }
    };
    sign.areas.iter().map(|(_, subject)| whole(face(subject))).collect()
}

fn area(text: &str) -> SignArea {
    SignArea { text: text.to_owned(), ..SignArea::default() }
}
