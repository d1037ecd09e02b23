//! What has been sent to a device, and when the next is due. Sent when it changes, and again and again, so that a device that was
//! switched off is soon right; a device blanks by itself when this program is gone.

use std::time::Duration;

use tokio::time::Instant;

/// How often what has not changed is sent again.
const AGAIN: Duration = Duration::from_secs(5);
/// A device blanks itself when it has heard nothing for so long: three resends may fail.
pub const TIMEOUT_S: u16 = 20;

/// What has been sent to a device, or to an area of it.
#[derive(Debug, Clone, Default)]
pub struct Sent<T> {
    what: Option<T>,
    /// When it is sent again.
    due: Option<Instant>,
    /// How often it has failed since it went well.
    pub failures: u32,
}

impl<T: PartialEq> Sent<T> {
    /// Whether this is to be sent now.
    pub fn wants(&self, wanted: &T, now: Instant) -> bool {
        // After a failure a change has to wait as well: the device is away, and hammering it helps nobody.
        let changed = self.failures == 0 && self.what.as_ref() != Some(wanted);
        changed || self.due.is_none_or(|due| now >= due)
    }

    /// It was taken.
    pub fn taken(&mut self, what: T, now: Instant) {
        *self = Self { what: Some(what), due: Some(now + AGAIN), failures: 0 };
    }

    /// It was not taken; it is tried again after this time.
    pub fn failed(&mut self, now: Instant, again: Duration) {
        *self = Self { what: None, due: Some(now + again), failures: self.failures + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_change_goes_out_at_once_and_the_same_again_after_five_seconds() {
        let mut sent = Sent::default();
        let began = Instant::now();
        assert!(sent.wants(&"a", began));
        sent.taken("a", began);
        assert!(!sent.wants(&"a", began + 4_999 * MS) && sent.wants(&"a", began + 5_000 * MS));
        assert!(sent.wants(&"b", began + MS));
        const { assert!(TIMEOUT_S as u64 > 3 * AGAIN.as_secs()) };
    }

    #[test]
    fn a_device_that_is_away_is_left_alone_for_a_while_and_then_gets_the_newest() {
        let mut sent = Sent::default();
        let began = Instant::now();
        sent.taken("a", began);
        sent.failed(began + 100 * MS, 200 * MS);
        assert!(!sent.wants(&"b", began + 299 * MS) && sent.wants(&"b", began + 300 * MS));
        sent.failed(began, MS);
        assert_eq!(sent.failures, 2);
        sent.taken("b", began);
        assert_eq!(sent.failures, 0);
    }
}
