//! The bridge's two clocks: a monotonic one for drivers, and the wall clock for what people read.

use drivers::Millis;
use tokio::time::Instant;

/// A monotonic clock that drivers are fed from. Copies of it agree.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    began: Instant,
}

impl Clock {
    /// A clock that begins now.
    pub fn start() -> Self {
        Self { began: Instant::now() }
    }

    /// Milliseconds since it began.
    pub fn now(&self) -> Millis {
        Millis(u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// When `at` will be.
    pub fn instant(&self, at: Millis) -> Instant {
        // Beyond a day nobody waits; it keeps a nonsensical time from overflowing.
        let ahead = at.since(self.now()).min(86_400_000);
        self.began + std::time::Duration::from_millis(self.now().0.saturating_add(ahead))
    }
}

/// The time of day, RFC 3339.
#[expect(clippy::disallowed_methods, reason = "the one place of the bridge that reads the wall clock; only for people")]
pub fn wall() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string()
}

/// The time of day so long ago, RFC 3339.
#[expect(clippy::disallowed_methods, reason = "the wall clock, for people; what happened has monotonic times")]
pub fn wall_ago(ago: std::time::Duration) -> String {
    let then = jiff::Timestamp::now().checked_sub(ago).unwrap_or_default();
    then.strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string()
}

/// Seconds of the wall clock since 1970.
#[expect(clippy::disallowed_methods, reason = "how old a line of the journal is, across restarts")]
pub fn wall_s() -> i64 {
    jiff::Timestamp::now().as_second()
}
