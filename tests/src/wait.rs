//! Waiting for something to become true, with an end.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::bail;

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Asks until there is an answer; fails after `limit`, saying what was waited for. Gives the answer and how long it took.
pub async fn until<T, F>(what: &str, limit: Duration, ask: impl FnMut() -> F) -> anyhow::Result<(T, Duration)>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    until_every(EVERY, what, limit, ask).await
}

/// The same at another pace: where many ask the same program, it has to do something else as well.
pub async fn until_every<T, F>(
    every: Duration,
    what: &str,
    limit: Duration,
    mut ask: impl FnMut() -> F,
) -> anyhow::Result<(T, Duration)>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    let began = Instant::now();
    let mut rounds = tokio::time::interval(every);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Some(found) = ask().await? {
            return Ok((found, began.elapsed()));
        }
        if began.elapsed() > limit {
            bail!("waited {limit:?} in vain: {what}");
        }
    }
}

/// A future that must end in time.
pub async fn within<T>(what: &str, limit: Duration, future: impl Future<Output = T>) -> anyhow::Result<T> {
    match tokio::time::timeout(limit, future).await {
        Ok(done) => Ok(done),
        Err(_) => bail!("waited {limit:?} in vain: {what}"),
    }
}

/// Lets time pass where time itself is the matter: the breather of a client that found nobody, the moment of a blow. Never
/// instead of [`until`], which waits for something to become true.
pub async fn pause(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}
