//! How long to wait before the next try.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(200);
/// Never longer: after a restart of the server boards are right within five seconds.
const LONGEST: Duration = Duration::from_secs(3);

/// The wait before try `attempt` (0 is the first after a loss). `random` is any byte: it keeps the boards of a hall from
/// knocking in the same instant.
pub fn delay(attempt: u32, random: u8) -> Duration {
    let ceiling = LONGEST.min(FIRST * 2_u32.pow(attempt.min(8) + 1));
    let floor = FIRST.max(ceiling / 2);
    floor + ceiling.saturating_sub(floor) * u32::from(random) / 255
}

/// Any byte.
pub fn random() -> u8 {
    let mut byte = [0];
    // Without randomness every board waits as long; that is no reason to fail.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_three_seconds() {
        assert_eq!(delay(0, 0), Duration::from_millis(200));
        assert_eq!(delay(0, 255), Duration::from_millis(400));
        let waits: Vec<_> = (0..40).map(|attempt| delay(attempt, 255)).collect();
        assert!(waits.is_sorted() && waits[39] == LONGEST);
        assert_eq!(delay(39, 0), LONGEST / 2);
    }
}
