//! Tells systemd that a program is ready, that it works, and that it stops. What keeps the watchdog quiet is work: those who do
//! it are asked again and again, and only when every one of them has answered is systemd told. A task that hangs does not
//! answer, so the program is killed and started anew (`WatchdogSec=`).

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use sd_notify::NotifyState;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

type Answer = Pin<Box<dyn Future<Output = bool> + Send>>;

struct Worker {
    name: String,
    ask: Box<dyn Fn() -> Answer + Send + Sync>,
}

/// Those whose work is watched.
#[derive(Default)]
pub struct Watched(Vec<Worker>);

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|worker| &worker.name)).finish()
    }
}

/// The questions that a loop is to answer as part of its work.
#[derive(Debug)]
pub struct Asked(mpsc::Receiver<oneshot::Sender<()>>);

impl Asked {
    /// Waits for the next question and answers it; may be dropped at any time.
    pub async fn answer(&mut self) {
        match self.0.recv().await {
            // Whoever asked may have lost patience.
            Some(reply) => drop(reply.send(())),
            None => std::future::pending().await,
        }
    }
}

impl Watched {
    /// Somebody who can be asked: the answer is `true` when the work goes on.
    pub fn add<F>(&mut self, name: impl Into<String>, ask: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = bool> + Send + 'static,
    {
        self.0.push(Worker { name: name.into(), ask: Box::new(move || Box::pin(ask())) });
    }

    /// A loop that answers by [`Asked::answer`] between two pieces of its work.
    pub fn add_loop(&mut self, name: impl Into<String>) -> Asked {
        let (questions, asked) = mpsc::channel(1);
        self.add(name, move || {
            let questions = questions.clone();
            async move {
                let (reply, answer) = oneshot::channel();
                questions.send(reply).await.is_ok() && answer.await.is_ok()
            }
        });
        Asked(asked)
    }

    /// Asks everybody at once; gives the names of those who have not answered within the limit.
    pub async fn silent(&self, limit: Duration) -> Vec<&str> {
        let ask = |worker: &Worker| timeout(limit, (worker.ask)());
        let answers = join_all(self.0.iter().map(ask)).await;
        let silent = answers.into_iter().zip(&self.0).filter(|(answer, _)| !matches!(answer, Ok(true)));
        silent.map(|(_, worker)| worker.name.as_str()).collect()
    }

    /// For ever: asks everybody so often, and calls `beat` when all have answered by the next time.
    pub async fn watch(&self, every: Duration, mut beat: impl FnMut()) {
        let mut rounds = interval(every);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            let silent = self.silent(every).await;
            if silent.is_empty() {
                beat();
            } else {
                tracing::error!(?silent, "the watchdog is not fed: these do not answer");
            }
        }
    }
}

/// Says that the program is ready; from now on that it works, where systemd wants to hear it; and, when `stop` is cancelled,
/// that it stops. Without systemd nothing happens.
pub fn ready(watched: Watched, stop: CancellationToken) {
    tell(NotifyState::Ready);
    tokio::spawn(async move {
        let watch = async {
            match sd_notify::watchdog_enabled() {
                // Two rounds may be lost before systemd's patience ends.
                Some(patience) => watched.watch(patience / 3, || tell(NotifyState::Watchdog)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => tell(NotifyState::Stopping),
            () = watch => {}
        }
    });
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd was not told");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;

    const EVERY: Duration = Duration::from_secs(10);

    /// How many beats there are in a minute, on a clock that jumps.
    async fn beats(watched: Watched) -> u32 {
        let count = Arc::new(AtomicU32::new(0));
        let counting = count.clone();
        let watch = watched.watch(EVERY, move || {
            counting.fetch_add(1, Relaxed);
        });
        assert!(timeout(Duration::from_secs(59), watch).await.is_err());
        count.load(Relaxed)
    }

    #[tokio::test(start_paused = true)]
    async fn the_watchdog_is_fed_while_everybody_answers() {
        let mut watched = Watched::default();
        watched.add("a", || async { true });
        let mut asked = watched.add_loop("b");
        let working = tokio::spawn(async move {
            loop {
                asked.answer().await;
            }
        });
        assert_eq!(beats(watched).await, 6);
        working.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_or_has_ended_starves_it() {
        let mut watched = Watched::default();
        watched.add("works", || async { true });
        let asked = watched.add_loop("hangs");
        drop(watched.add_loop("has ended"));
        watched.add("says no", || async { false });
        assert_eq!(watched.silent(EVERY).await, ["hangs", "has ended", "says no"]);
        assert_eq!(beats(watched).await, 0);
        drop(asked);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hung_for_a_while_is_believed_again() {
        let mut watched = Watched::default();
        let mut asked = watched.add_loop("slow");
        let working = tokio::spawn(async move {
            // Busy until the third round.
            tokio::time::advance(Duration::from_secs(25)).await;
            loop {
                asked.answer().await;
            }
        });
        assert!((3..=4).contains(&beats(watched).await));
        working.abort();
    }
}
