//! People: who signs in, who is in, and who sits where. The rules are pure and stand below this module: when a session ends
//! (`people/sessions.rs`), who may try a password (`people/attempts.rs`), who may sit and act where (`people/seats.rs`).
//! This shell drives them with the store, the real clock and threads that hash.
//!
//! What the store has is the truth: each change is written first and then read back, by this process and, by the counter of
//! changes, by any other. So a user who is disabled by a command is out within a second.

pub mod attempts;
pub mod connect;
pub mod limits;
pub mod passwords;
pub mod seats;
pub mod sessions;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hall::role::Role;
use protocol::{Pii, Seat};
use sha2::{Digest as _, Sha256};
use store::{SeatRow, SessionRow, Store, StoreError, UserRow};
use tokio::sync::Mutex as AsyncMutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::tokens::{Token, Tokens};
use attempts::{Attempt, Attempts};
use passwords::{Crowded, Hasher, PasswordError};
use seats::{SeatRefusal, Sitting};
use sessions::{Directory, Signed};

/// How often changes by other processes are looked for, and sessions whose time is over.
const REFRESH: Duration = Duration::from_millis(500);
/// How often it is written down when sessions were seen.
const KEEP: Duration = Duration::from_secs(30);
/// How long an initial password is good for, in milliseconds.
const INITIAL_MS: i64 = 7 * 24 * 3_600_000;
/// Longest name, in characters.
const LONGEST_NAME: usize = 80;
/// Bytes of a password that are looked at; longer ones are wrong.
const LONGEST_PASSWORD: usize = 1_024;
/// After which a crowd may come again, in seconds.
const CROWD_S: u64 = 2;

/// Roles that people have; the others are for programs. `gate` is for both: devices, and whoever looks after a car park.
pub const ROLES: [Role; 7] =
    [Role::Admin, Role::Security, Role::Auditor, Role::Manager, Role::Clerk, Role::Guide, Role::Gate];

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such user, or it is not his password: nobody hears which.
    #[error("name or password is wrong")]
    Wrong,
    /// Not now.
    #[error("too many tries: come again in {0} s")]
    Later(u64),
    /// He must choose another password first.
    #[error("choose a new password: sign in with new_password as well")]
    MustChange,
    /// The initial password was not used in time.
    #[error("this first password has expired: ask for another one")]
    Expired,
    /// The new password is none.
    #[error("{0}")]
    BadPassword(&'static str),
    /// It could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why somebody did not sit down.
#[derive(Debug, thiserror::Error)]
pub enum SeatError {
    /// The rules say no.
    #[error("the seat was refused")]
    Refused(SeatRefusal),
    /// His session has ended.
    #[error("the session has ended")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The row of a new user.
pub fn new_user(
    name: &str,
    role: Role,
    window: Option<u16>,
    password: &Pii<String>,
    must_change: bool,
    now_ms: i64,
) -> Result<UserRow, PasswordError> {
    Ok(UserRow {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        role: role.name().to_owned(),
        window,
        password: passwords::hash(password)?,
        password_ms: now_ms,
        must_change,
        disabled_ms: None,
        created_ms: now_ms,
    })
}

/// Says what is wrong with the name of a new user.
pub fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim() != name || name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Some("a name has 1 to 80 characters and no space at its ends");
    }
    name.chars().any(char::is_control).then_some("a name has no control characters")
}

/// Hears who sits at a window now, or that nobody does.
pub type Tell = Box<dyn Fn(u16, Option<&Sitting>) + Send + Sync>;

/// See the module.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    clock: Clock,
    began: Instant,
    directory: Mutex<Directory>,
    attempts: Mutex<Attempts>,
    hasher: Hasher,
    refreshing: AsyncMutex<i64>,
    /// One sits down at a time.
    seating: AsyncMutex<()>,
    /// Where those who open sockets are known.
    tokens: Tokens,
    tell: Tell,
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("People")
    }
}

impl People {
    /// Reads the people of a store; `tokens` is told whose sessions hold.
    pub async fn load(store: Arc<dyn Store>, tokens: Tokens, tell: Tell) -> anyhow::Result<Self> {
        let people = Self(Arc::new(Inner {
            store,
            clock: Clock::real(),
            began: Instant::now(),
            directory: Mutex::default(),
            attempts: Mutex::default(),
            hasher: Hasher::new()?,
            refreshing: AsyncMutex::new(-1),
            seating: AsyncMutex::new(()),
            tokens,
            tell,
        }));
        people.refresh().await?;
        Ok(people)
    }

    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.0.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.0.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> i64 {
        self.0.clock.now().0
    }

    fn monotonic_ms(&self) -> i64 {
        self.0.began.elapsed().as_millis() as i64
    }

    /// Signs somebody in: what his browser is to carry, and his session.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &Pii<String>,
        new_password: Option<&Pii<String>>,
        from: IpAddr,
    ) -> Result<(String, Signed), SignInError> {
        // He may have been added, or disabled, just now.
        self.refresh().await?;
        if name_fault(name).is_some() || password.reveal().len() > LONGEST_PASSWORD {
            return Err(SignInError::Wrong);
        }
        let begun = self.attempts().begin(name, from, self.monotonic_ms());
        let attempt = begun.map_err(|wait_ms| SignInError::Later((wait_ms as u64).div_ceil(1_000)))?;
        let user = self.directory().user(name).cloned();
        let right = self.0.hasher.check(password, user.as_ref().map(|user| user.password.clone())).await;
        let (Some(user), true) = (user, self.judged(right, attempt)?) else { return Err(SignInError::Wrong) };
        let user_id = user.id;
        if user.must_change && self.now_ms() - user.password_ms > INITIAL_MS {
            return Err(SignInError::Expired);
        }
        match new_password {
            None if user.must_change => return Err(SignInError::MustChange),
            None => {}
            Some(new) => self.change(user, password, new).await?,
        }
        self.begin(user_id).await
    }

    /// Counts what a try was: right, wrong, or none.
    fn judged(&self, right: Result<bool, Crowded>, attempt: Attempt) -> Result<bool, SignInError> {
        match right {
            Ok(true) => self.attempts().right(attempt, self.monotonic_ms()),
            // It has counted as a failure since it began.
            Ok(false) => drop(attempt),
            Err(Crowded) => {
                self.attempts().none(attempt);
                return Err(SignInError::Later(CROWD_S));
            }
        }
        Ok(right == Ok(true))
    }

    async fn change(&self, user: UserRow, old: &Pii<String>, new: &Pii<String>) -> Result<(), SignInError> {
        if old == new {
            return Err(SignInError::BadPassword("the new password is the old one"));
        }
        if let Some(fault) = passwords::fault(&user.name, new) {
            return Err(SignInError::BadPassword(fault));
        }
        let hash = self.0.hasher.hash(new).await.map_err(|Crowded| SignInError::Later(CROWD_S))??;
        let changed = self.0.store.set_password(user.id, &hash, false, self.now_ms()).await?;
        if changed { Ok(()) } else { Err(SignInError::Wrong) }
    }

    async fn begin(&self, user: Uuid) -> Result<(String, Signed), SignInError> {
        let secret = crate::secret::random_hex::<32>().map_err(PasswordError::from)?;
        let now_ms = self.now_ms();
        let hash = hash(&secret);
        let row = SessionRow { id: Uuid::new_v4(), hash, user, created_ms: now_ms, seen_ms: now_ms, seat: None };
        match self.0.store.add_session(&row).await {
            Ok(()) => {}
            // Disabled in this very moment.
            Err(StoreError::Invalid(_)) => return Err(SignInError::Wrong),
            Err(error) => return Err(error.into()),
        }
        self.refresh().await?;
        let signed = self.directory().find(&hash, now_ms, true).cloned();
        Ok((secret, signed.ok_or(SignInError::Wrong)?))
    }

    /// Whose session this is. With `active` its owner has done something just now. An unknown one is looked for in the
    /// store once more: another process may have begun it.
    pub async fn find(&self, secret: &str, active: bool) -> Option<Signed> {
        if secret.len() != 64 || !secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let hash = hash(secret);
        if let Some(signed) = self.directory().find(&hash, self.now_ms(), active) {
            return Some(signed.clone());
        }
        self.refresh().await.ok()?;
        self.directory().find(&hash, self.now_ms(), active).cloned()
    }

    /// A session by its id, if it still holds.
    pub fn session(&self, session: Uuid) -> Option<Signed> {
        self.directory().session(session, self.now_ms()).cloned()
    }

    /// Where a session sits; `time` turns UTC milliseconds into text.
    pub fn seat_of(&self, session: Uuid, time: impl Fn(i64) -> String) -> Option<Seat> {
        self.directory().seat_of(session).map(|sitting| sitting.view(time))
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: Uuid) -> Result<(), StoreError> {
        self.0.store.end_sessions(&[session]).await?;
        self.refresh().await
    }

    /// Whether a seat stands in the way of acting at a window.
    pub fn may_act(&self, token: &Token, window: u16) -> Result<(), SeatRefusal> {
        seats::may_act(&self.directory().seats, token, window)
    }

    /// Seats somebody at a window. Who sits there already stays as he is.
    pub async fn sit(&self, token: &Token, window: u16, take_over: bool) -> Result<Sitting, SeatError> {
        let _one = self.0.seating.lock().await;
        let session = token.session;
        {
            let directory = self.directory();
            seats::may_sit(&directory.seats, token, window, take_over).map_err(SeatError::Refused)?;
            if let Some(own) = directory.seats.get(&window).filter(|sitting| Some(sitting.session) == session) {
                return Ok(own.clone());
            }
        }
        let session = session.ok_or(SeatError::Gone)?;
        let seat = SeatRow { window, id: Uuid::new_v4(), since_ms: self.now_ms() };
        if !self.0.store.seat_session(session, Some(seat)).await? {
            return Err(SeatError::Gone);
        }
        self.refresh().await?;
        self.directory().seats.get(&window).cloned().ok_or(SeatError::Gone)
    }

    /// Whoever has this session stands up from that window, if he sits there.
    pub async fn stand_up(&self, session: Uuid, window: u16) -> Result<(), StoreError> {
        let _one = self.0.seating.lock().await;
        let sits = self.directory().seat_of(session).is_some_and(|sitting| sitting.window == window);
        if sits {
            self.0.store.seat_session(session, None).await?;
            self.refresh().await?;
        }
        Ok(())
    }

    /// Reads everything again when the store says that something changed, and tells what is new.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut seen = self.0.refreshing.lock().await;
        let counter = self.0.store.change_counter().await?;
        if counter == *seen {
            return Ok(());
        }
        let (users, sessions) = (self.0.store.users().await?, self.0.store.sessions().await?);
        let (sessions, moved) = {
            let mut directory = self.directory();
            let after = Directory::of(users, sessions, &directory);
            let moved: Vec<(u16, Option<Sitting>)> = seats::changed(&directory.seats, &after.seats)
                .into_iter()
                .map(|window| (window, after.seats.get(&window).cloned()))
                .collect();
            *directory = after;
            (directory.ids(), moved)
        };
        // At the first look nobody has moved: this is where people sat before the restart.
        if *seen >= 0 {
            for (window, sitting) in &moved {
                (self.0.tell)(*window, sitting.as_ref());
            }
        }
        *seen = counter;
        self.0.tokens.set_sessions(&sessions);
        Ok(())
    }

    /// Looks for changes and for sessions whose time is over, until `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(REFRESH);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut keep = tokio::time::interval(KEEP);
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => {
                    if let Err(error) = self.keep().await {
                        tracing::warn!(%error, "when sessions were last seen is not written down");
                    }
                    return;
                }
                _ = tick.tick() => self.look().await,
                _ = keep.tick() => self.keep().await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the sessions cannot be read or written; those known go on");
            }
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        self.refresh().await?;
        let over = self.directory().over(self.now_ms());
        if !over.is_empty() {
            self.0.store.end_sessions(&over).await?;
            self.refresh().await?;
        }
        Ok(())
    }

    async fn keep(&self) -> Result<(), StoreError> {
        let seen = self.directory().unkept();
        self.0.store.see_sessions(&seen).await
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests;
