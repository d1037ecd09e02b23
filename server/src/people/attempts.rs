//! Who may try a password now, without I/O. Times are milliseconds of any clock that never goes back.
//!
//! A try counts as a failure from the moment it begins, so that a hundred at once are not one; a success takes that back.
//! Three counts stand in the way, each with a delay that grows:
//!
//! - of one name from one address, which is a person who mistypes or somebody who tries that person's passwords; at most
//!   a quarter of an hour. Nobody at another address is held up by it.
//! - of one address, whatever the names: somebody who tries one password on everybody. A proxy may stand there with many
//!   people behind it, so the delays stay short.
//! - of one name from all addresses: somebody with many machines. Addresses at which that person has been right are not
//!   held up by it, so that nobody can be locked out of his own place.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Longest delay of one name from one address.
pub const LONGEST_MS: i64 = 15 * MINUTE_MS;
/// A count without a try for so long is forgotten.
const FORGET_MS: i64 = 60 * MINUTE_MS;
/// Failures of one address, or of one name everywhere, before there is a delay.
const FREE: u32 = 20;
/// Entries of each count: strangers must not fill the memory.
const MOST: usize = 10_000;

/// The delay after so many failures of one name from one address.
fn after(failures: u32) -> i64 {
    match failures {
        0..=2 => 0,
        3 => 2 * SECOND_MS,
        4 => 5 * SECOND_MS,
        5.. => doubled(MINUTE_MS, failures - 5, LONGEST_MS),
    }
}

/// The delay after so many failures of one address or of one name everywhere.
fn after_many(failures: u32, longest: i64) -> i64 {
    if failures < FREE { 0 } else { doubled(SECOND_MS, failures - FREE, longest) }
}

fn doubled(first: i64, times: u32, longest: i64) -> i64 {
    first.checked_shl(times.min(20)).unwrap_or(longest).min(longest)
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    failures: u32,
    last_ms: i64,
}

/// A bounded table of counts.
#[derive(Debug)]
struct Counts<K>(HashMap<K, Count>);

impl<K: Hash + Eq + Clone> Counts<K> {
    /// How long to wait still.
    fn wait_ms(&self, key: &K, now_ms: i64, delay: impl Fn(u32) -> i64) -> i64 {
        let Some(count) = self.0.get(key).filter(|count| now_ms - count.last_ms < FORGET_MS) else { return 0 };
        (count.last_ms + delay(count.failures) - now_ms).max(0)
    }

    fn add(&mut self, key: K, now_ms: i64) {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.make_room(now_ms);
        }
        let count = self.0.entry(key).or_default();
        if now_ms - count.last_ms >= FORGET_MS {
            count.failures = 0;
        }
        *count = Count { failures: count.failures.saturating_add(1), last_ms: now_ms };
    }

    /// One try was no failure after all.
    fn take_back(&mut self, key: &K) {
        if let Some(count) = self.0.get_mut(key) {
            count.failures = count.failures.saturating_sub(1);
        }
    }

    /// Drops what would be forgotten, and if that is nothing, the tenth with the fewest failures: an attacker's own
    /// entries are not those.
    fn make_room(&mut self, now_ms: i64) {
        self.0.retain(|_, count| now_ms - count.last_ms < FORGET_MS);
        if self.0.len() < MOST {
            return;
        }
        let mut all: Vec<(u32, i64, K)> =
            self.0.iter().map(|(key, count)| (count.failures, count.last_ms, key.clone())).collect();
        all.sort_by_key(|(failures, last_ms, _)| (*failures, *last_ms));
        for (_, _, key) in all.into_iter().take(MOST / 10) {
            self.0.remove(&key);
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Attempts {
    pairs: Counts<(String, IpAddr)>,
    names: Counts<String>,
    addresses: Counts<IpAddr>,
    /// Where people have been right, and when.
    known: HashMap<(String, IpAddr), i64>,
}

impl Default for Attempts {
    fn default() -> Self {
        let (pairs, names, addresses) = (Counts(HashMap::new()), Counts(HashMap::new()), Counts(HashMap::new()));
        Self { pairs, names, addresses, known: HashMap::new() }
    }
}

/// A try that has begun. It is a failure unless it is given back.
#[derive(Debug)]
#[must_use = "a try that was right, or was none, is given back"]
pub struct Attempt {
    name: String,
    address: IpAddr,
}

impl Attempts {
    /// Begins a try, or says in how many milliseconds it may begin.
    pub fn begin(&mut self, name: &str, address: IpAddr, now_ms: i64) -> Result<Attempt, i64> {
        let address = network(address);
        let pair = (name.to_owned(), address);
        let everywhere = if self.known.contains_key(&pair) {
            0
        } else {
            self.names.wait_ms(&pair.0, now_ms, |failures| after_many(failures, MINUTE_MS / 2))
        };
        let here = self.addresses.wait_ms(&address, now_ms, |failures| after_many(failures, MINUTE_MS));
        let wait = self.pairs.wait_ms(&pair, now_ms, after).max(everywhere).max(here);
        if wait > 0 {
            return Err(wait);
        }
        self.addresses.add(address, now_ms);
        self.names.add(pair.0.clone(), now_ms);
        self.pairs.add(pair.clone(), now_ms);
        let (name, address) = pair;
        Ok(Attempt { name, address })
    }

    /// The password was right.
    pub fn right(&mut self, attempt: Attempt, now_ms: i64) {
        let pair = (attempt.name, attempt.address);
        self.addresses.take_back(&pair.1);
        self.names.0.remove(&pair.0);
        self.pairs.0.remove(&pair);
        if self.known.len() >= MOST {
            // Only people who were right are in it, so it is full of them: the half that came last stays.
            let mut times: Vec<i64> = self.known.values().copied().collect();
            times.sort_unstable();
            let middle = times[times.len() / 2];
            self.known.retain(|_, at| *at > middle);
        }
        self.known.insert(pair, now_ms);
    }

    /// Nobody looked at the password.
    pub fn none(&mut self, attempt: Attempt) {
        self.addresses.take_back(&attempt.address);
        self.names.take_back(&attempt.name);
        self.pairs.take_back(&(attempt.name, attempt.address));
    }
}

/// What one subscriber has: an address of version 4, or the first half of one of version 6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            segments[4..].fill(0);
            IpAddr::V6(segments.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    /// Fails as soon as it may, so many times; gives the waits that were asked for.
    fn fail(attempts: &mut Attempts, name: &str, address: IpAddr, now_ms: &mut i64, times: usize) -> Vec<i64> {
        let mut waits = Vec::new();
        for _ in 0..times {
            let begun = attempts.begin(name, address, *now_ms).or_else(|wait| {
                waits.push(wait);
                *now_ms += wait;
                attempts.begin(name, address, *now_ms)
            });
            let _failed = begun.expect("after the wait it may begin");
        }
        waits
    }

    #[test]
    fn the_delay_grows_to_a_quarter_of_an_hour_and_not_beyond() {
        let (mut attempts, mut now) = (Attempts::default(), 0);
        let waits = fail(&mut attempts, "wang", ip(1), &mut now, 13);
        let minutes = [1, 2, 4, 8, 15, 15, 15, 15].map(|minutes| minutes * MINUTE_MS);
        assert_eq!(waits, [&[2_000, 5_000][..], &minutes].concat());
        let wait = attempts.begin("wang", ip(1), now + 1).unwrap_err();
        assert_eq!(wait, LONGEST_MS - 1, "the rest of the delay");
    }

    #[test]
    fn a_try_that_is_refused_does_not_make_the_delay_longer() {
        let (mut attempts, mut now) = (Attempts::default(), 0);
        let _ = fail(&mut attempts, "wang", ip(1), &mut now, 5);
        for _ in 0..100 {
            assert_eq!(attempts.begin("wang", ip(1), now).unwrap_err(), MINUTE_MS);
        }
        assert!(attempts.begin("wang", ip(1), now + MINUTE_MS).is_ok());
    }

    #[test]
    fn the_right_person_comes_in_from_elsewhere_and_others_from_there() {
        let (mut attempts, mut now) = (Attempts::default(), 0);
        let _ = fail(&mut attempts, "wang", ip(1), &mut now, 9);
        let attempt = attempts.begin("wang", ip(2), now).unwrap();
        attempts.right(attempt, now);
        assert!(attempts.begin("li", ip(1), now).is_ok());
        assert!(attempts.begin("wang", ip(1), now).is_err(), "where it was tried it stays shut");
    }

    #[test]
    fn a_success_clears_the_count_and_time_does_too() {
        let (mut attempts, mut now) = (Attempts::default(), 0);
        let _ = fail(&mut attempts, "wang", ip(1), &mut now, 4);
        now += 5_000;
        let attempt = attempts.begin("wang", ip(1), now).unwrap();
        attempts.right(attempt, now);
        assert!(fail(&mut attempts, "wang", ip(1), &mut now, 3).is_empty());
        now += FORGET_MS;
        assert!(fail(&mut attempts, "wang", ip(1), &mut now, 3).is_empty());
    }

    #[test]
    fn many_at_once_are_many() {
        let mut attempts = Attempts::default();
        let begun = (0..100).filter(|_| attempts.begin("wang", ip(1), 0).is_ok()).count();
        assert_eq!(begun, 3);
    }

    #[test]
    fn what_was_no_try_is_given_back() {
        let mut attempts = Attempts::default();
        for _ in 0..100 {
            let attempt = attempts.begin("wang", ip(1), 0).unwrap();
            attempts.none(attempt);
        }
    }

    #[test]
    fn one_password_on_everybody_is_slowed_down() {
        let (mut attempts, mut now, mut waits) = (Attempts::default(), 0, Vec::new());
        for name in 0..40 {
            waits.extend(fail(&mut attempts, &format!("user {name}"), ip(1), &mut now, 1));
        }
        assert_eq!(waits[..7], [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
        assert_eq!((waits.len(), waits.last()), (20, Some(&MINUTE_MS)));
        assert!(attempts.begin("user 1", ip(2), now).is_ok(), "elsewhere nobody waits");
    }

    #[test]
    fn many_machines_on_one_name_are_slowed_down_but_not_the_person_where_he_is_known() {
        let (mut attempts, now) = (Attempts::default(), 0);
        let attempt = attempts.begin("wang", ip(200), now).unwrap();
        attempts.right(attempt, now);
        let begun = (0..100).filter(|machine| attempts.begin("wang", ip(*machine), now).is_ok()).count();
        assert_eq!(begun, FREE as usize);
        assert!(attempts.begin("wang", ip(150), now).is_err());
        let attempt = attempts.begin("wang", ip(200), now).unwrap();
        attempts.right(attempt, now);
    }

    #[test]
    fn a_subscriber_of_version_6_is_one_address() {
        let mut attempts = Attempts::default();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
        let begun = (0..100).filter(|last| attempts.begin("wang", address(*last), 0).is_ok()).count();
        assert_eq!(begun, 3);
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(network(mapped), ip(1));
    }

    #[test]
    fn strangers_do_not_fill_the_memory_and_drive_out_nobody_who_fails_often() {
        let (mut attempts, mut now) = (Attempts::default(), 0);
        let _ = fail(&mut attempts, "wang", ip(1), &mut now, 6);
        for stranger in 0..3 * MOST {
            let address = IpAddr::from((stranger as u32 + 0x0b00_0000).to_be_bytes());
            let _failed = attempts.begin(&format!("x{stranger}"), address, now).unwrap();
        }
        for length in [attempts.pairs.0.len(), attempts.names.0.len(), attempts.addresses.0.len()] {
            assert!(length <= MOST, "{length}");
        }
        assert!(attempts.begin("wang", ip(1), now).is_err());
    }
}
