//! Keeps LED signs at what they are to say: sent when it changes, and again and again so that a sign that was switched off,
//! or a bridge that was started anew, is soon right. A sign blanks by itself when this program is gone.

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
use crate::settings::Sign;

/// How often a sign is compared with what it is to say.
const LOOK: Duration = Duration::from_millis(200);
/// What belongs together comes together: who finishes one and calls the next says both within this time, and a sign takes
/// one change a second.
const SETTLES: Duration = Duration::from_millis(15);
/// How often an unchanged text is sent again.
pub const AGAIN: Duration = Duration::from_secs(5);
/// A sign blanks itself when it has heard nothing for so long: three resends may fail.
pub const TIMEOUT_S: u16 = 20;
/// How long clearing a sign may take at the end.
const GOODBYE: Duration = Duration::from_secs(1);

/// What has been sent to one area.
#[derive(Debug, Clone, PartialEq, Default)]
struct Sent {
    text: Option<SignArea>,
    /// When it is sent again, in milliseconds since the start.
    due: u64,
    failures: u32,
}

impl Sent {
    /// Whether this is to be sent now.
    fn wants(&self, wanted: &SignArea, now: u64) -> bool {
        let changed = self.text.as_ref() != Some(wanted);
        // After a failure a change has to wait as well: the sign is away, and hammering it helps nobody.
        if self.failures == 0 { changed || now >= self.due } else { now >= self.due }
    }

    fn shown(&mut self, text: SignArea, now: u64) {
        *self = Self { text: Some(text), due: now + AGAIN.as_millis() as u64, failures: 0 };
    }

    fn failed(&mut self, now: u64, random: u8) {
        let delay = backoff::delay(self.failures, random).as_millis() as u64;
        *self = Self { text: None, due: now + delay, failures: self.failures + 1 };
    }
}

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
    let began = Instant::now();
    let mut sent = vec![Sent::default(); sign.areas.len()];
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut news = hub.news();
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            // Without its hub it ends below.
            _ = news.changed() => {
                tokio::time::sleep(SETTLES).await;
                news.mark_unchanged();
            }
        }
        let (of, with) = (sign.clone(), faces.clone());
        let Ok(wanted) = hub.look(move |boards, now| contents(&of, &with, boards, now)).await else { return };
        for (((area, _), wanted), sent) in sign.areas.iter().zip(wanted).zip(&mut sent) {
            let now = || began.elapsed().as_millis() as u64;
            if !sent.wants(&wanted, now()) {
                continue;
            }
            match bridge.show(&sign.name, *area, &wanted).await {
                Ok(()) => {
                    if sent.failures > 0 {
                        tracing::info!(sign = sign.name, area, "the sign shows its text again");
                    }
                    sent.shown(wanted, now());
                }
                Err(error) => {
                    if sent.failures == 0 {
                        tracing::warn!(sign = sign.name, area, %error, "the sign does not show its text; trying again");
                    }
                    sent.failed(now(), backoff::random());
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

#[cfg(test)]
mod tests {
    use super::area as text;
    use super::*;

    #[test]
    fn a_change_goes_out_at_once_and_the_same_again_after_five_seconds() {
        let mut sent = Sent::default();
        assert!(sent.wants(&text("a"), 0));
        sent.shown(text("a"), 0);
        assert!(!sent.wants(&text("a"), 4_999) && sent.wants(&text("a"), 5_000));
        assert!(sent.wants(&text("b"), 1));
        const { assert!(TIMEOUT_S as u64 > 3 * AGAIN.as_secs()) };
    }

    #[test]
    fn a_sign_that_is_away_is_asked_ever_more_slowly_and_then_shows_the_newest() {
        let mut sent = Sent::default();
        sent.shown(text("a"), 0);
        sent.failed(100, 0);
        assert!(!sent.wants(&text("b"), 299) && sent.wants(&text("b"), 300));
        for _ in 0..20 {
            sent.failed(1_000, 255);
        }
        assert!(!sent.wants(&text("b"), 3_999) && sent.wants(&text("b"), 4_000), "never longer than three seconds");
        sent.shown(text("b"), 4_000);
        assert_eq!(sent.failures, 0);
    }
}
