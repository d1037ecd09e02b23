//! Passwords: what a new one must be, and slow hashes of them.

use std::num::NonZeroUsize;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::Pii;
use tokio::sync::Semaphore;

/// Memory of one hash, in KiB; with two passes and one lane what OWASP asks for.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Characters of a password.
const SHORTEST: usize = 8;
const LONGEST: usize = 128;
/// Names from this length on must not be in a password.
const SHORT_NAME: usize = 3;
/// Kinds of characters among capitals, small letters, digits and all others.
const KINDS: usize = 3;
/// Checks that may wait for their turn; more are told to come again.
const ROOM: usize = 32;
/// Characters that nobody takes for another one.
const CLEAR: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Groups of an initial password, and characters in each.
const GROUPS: usize = 4;

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// No random bytes.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// The algorithm did not run.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Says what is wrong with a new password, for who chose it.
pub fn fault(user: &str, new: &Pii<String>) -> Option<&'static str> {
    let text = new.reveal();
    let length = text.chars().count();
    if length < SHORTEST {
        return Some("a password has at least 8 characters");
    }
    if length > LONGEST {
        return Some("a password has at most 128 characters");
    }
    if text.chars().any(char::is_control) {
        return Some("a password has no control characters");
    }
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    if kinds.iter().filter(|kind| text.chars().any(kind)).count() < KINDS {
        return Some("a password has three of these: capitals, small letters, digits, other characters");
    }
    // Short names are in many words.
    if user.chars().count() >= SHORT_NAME && text.to_lowercase().contains(&user.to_lowercase()) {
        return Some("a password does not contain the name");
    }
    None
}

/// A password for the first sign-in.
pub fn initial() -> Result<Pii<String>, PasswordError> {
    let mut groups = Vec::with_capacity(GROUPS);
    while groups.len() < GROUPS {
        let mut group = String::with_capacity(4);
        while group.len() < 4 {
            let mut byte = [0_u8];
            getrandom::fill(&mut byte)?;
            // Those at the end would make the first characters likelier than the others.
            let fair = CLEAR.len() * (256 / CLEAR.len());
            if usize::from(byte[0]) < fair {
                group.push(char::from(CLEAR[usize::from(byte[0]) % CLEAR.len()]));
            }
        }
        groups.push(group);
    }
    Ok(Pii::new(groups.join("-")))
}

/// The slow hash of a password, with a salt of its own. It takes tens of milliseconds of a processor.
pub fn hash(password: &Pii<String>) -> Result<String, PasswordError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)?;
    let wrong = |error: String| PasswordError::Hash(error);
    let hash = algorithm().map_err(wrong)?.hash_password_with_salt(password.reveal().as_bytes(), &salt);
    Ok(hash.map_err(|error| wrong(error.to_string()))?.to_string())
}

fn matches(password: &Pii<String>, hash: &str) -> bool {
    algorithm().is_ok_and(|argon2| argon2.verify_password(password.reveal().as_bytes(), hash).is_ok())
}

fn algorithm() -> Result<Argon2<'static>, String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes away from the threads that answer requests, and few at a time: sign-ins by the thousand leave processors for
/// those who are in.
#[derive(Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    room: Semaphore,
    /// What the password of a user who does not exist is compared with, so that the answer takes as long.
    nobody: String,
}

/// There are too many already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowded;

impl Hasher {
    /// For half of the processors, and at least one.
    pub fn new() -> Result<Self, PasswordError> {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let turns = Arc::new(Semaphore::new((processors / 2).max(1)));
        Ok(Self { turns, room: Semaphore::new(ROOM), nobody: hash(&initial()?)? })
    }

    /// Whether this is the password of `hash`; without one the answer is no and takes as long.
    pub async fn check(&self, password: &Pii<String>, hash: Option<String>) -> Result<bool, Crowded> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let password = password.clone();
        let same = self.run(move || matches(&password, &hash)).await?;
        Ok(same && known)
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: &Pii<String>) -> Result<Result<String, PasswordError>, Crowded> {
        let password = password.clone();
        self.run(move || hash(&password)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Crowded> {
        let _place = self.room.try_acquire().map_err(|_| Crowded)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Crowded)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, though whoever asked may have gone.
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Crowded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pii(text: &str) -> Pii<String> {
        Pii::new(text.to_owned())
    }

    #[test]
    fn a_new_password_is_long_and_mixed() {
        for good in ["Abcdef12", "abc def 1", "密码密码密码ab1", "aaaa-bbbb-2222"] {
            assert_eq!(fault("wang", &pii(good)), None, "{good}");
        }
        for bad in ["Abc12-x", "abcdefgh1", "ABCDEFGH1", "12345678", "Wang-12345", "xWANGx-12345", "Abcdef1\n2"] {
            assert!(fault("wang", &pii(bad)).is_some(), "{bad}");
        }
        assert!(fault("wang", &pii(&"Ab1".repeat(43))).is_some());
    }

    #[test]
    fn initial_passwords_differ_and_pass_their_own_rule() {
        let one = initial().unwrap();
        assert_ne!(one, initial().unwrap());
        assert_eq!(one.reveal().len(), 19);
        // Letters, hyphens, and nearly always a digit; nobody has to choose it anyway.
        assert!(one.reveal().bytes().all(|byte| byte == b'-' || CLEAR.contains(&byte)));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_holds_its_settings() {
        let hasher = Hasher::new().unwrap();
        let hash = hasher.hash(&pii("Abcdef12")).await.unwrap().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(hasher.check(&pii("Abcdef12"), Some(hash.clone())).await, Ok(true));
        assert_eq!(hasher.check(&pii("Abcdef13"), Some(hash.clone())).await, Ok(false));
        assert_eq!(hasher.check(&pii("Abcdef12"), None).await, Ok(false));
        assert_eq!(hasher.check(&pii("Abcdef12"), Some("damaged".into())).await, Ok(false));
        assert_ne!(hash, super::hash(&pii("Abcdef12")).unwrap(), "a salt of its own");
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_again() {
        let hasher = Arc::new(Hasher::new().unwrap());
        let all: Vec<_> = (0..ROOM + 20)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.check(&pii("x"), None).await })
            })
            .collect();
        let mut turned_away = 0;
        for one in all {
            turned_away += usize::from(one.await.unwrap() == Err(Crowded));
        }
        assert_eq!(turned_away, 20);
    }
}
