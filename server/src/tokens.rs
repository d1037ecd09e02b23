//! Bearer tokens: 256 random bits, of which only a hash is kept. Programs have them; people sign in (`people.rs`).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hall::ids::ActorId;
use hall::role::{Actor, Role};
use sha2::{Digest, Sha256};
use store::{Store, StoreError, TokenRow};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often changes by other processes (`paihao token`) are looked for.
const REFRESH: Duration = Duration::from_millis(500);
/// Before every token, so that a token is recognised as one.
const PREFIX: &str = "ph_";

/// Who asks: the holder of a token, or of a session.
#[derive(Debug, Clone)]
pub struct Token {
    /// Who he is and what he may do.
    pub actor: Actor,
    /// What the token, or the person, is called.
    pub name: String,
    /// The session of somebody who has signed in.
    pub session: Option<Uuid>,
}

impl Token {
    /// The one that stands for boards, which need no token.
    pub fn board() -> Self {
        let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Board, window: None };
        Self { actor, name: "board".into(), session: None }
    }
}

/// A new token: the text for its holder, the row for the store.
pub fn create(
    role: Role,
    window: Option<u16>,
    name: &str,
    now_ms: i64,
) -> Result<(String, TokenRow), getrandom::Error> {
    let text = format!("{PREFIX}{}", crate::secret::random_hex::<32>()?);
    let row = TokenRow {
        id: Uuid::now_v7(),
        hash: hash(&text),
        role: role.name().to_owned(),
        window,
        name: name.to_owned(),
        created_ms: now_ms,
        revoked_ms: None,
    };
    Ok((text, row))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The valid tokens, kept in memory and refreshed from the store.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    valid: RwLock<HashMap<[u8; 32], Token>>,
    /// Of people, as `people.rs` says.
    sessions: RwLock<HashSet<Uuid>>,
    refreshing: Mutex<i64>,
    out: watch::Sender<u64>,
}

impl Tokens {
    /// Reads the tokens of a store.
    pub async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let tokens = Self(Arc::new(Inner {
            store,
            valid: RwLock::default(),
            sessions: RwLock::default(),
            refreshing: Mutex::new(-1),
            out: watch::Sender::new(0),
        }));
        tokens.refresh().await?;
        Ok(tokens)
    }

    /// The holder of a token. An unknown one is looked for in the store once more: it may be new.
    pub async fn find(&self, text: &str) -> Option<Token> {
        if text.len() > 128 || !text.starts_with(PREFIX) {
            return None;
        }
        let hash = hash(text);
        if let Some(token) = self.valid(&hash) {
            return Some(token);
        }
        self.refresh().await.ok()?;
        self.valid(&hash)
    }

    fn valid(&self, hash: &[u8; 32]) -> Option<Token> {
        self.0.valid.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Whether the token of this id (or the board's, which is none), or the session, still holds.
    pub fn holds(&self, id: ActorId, session: Option<Uuid>) -> bool {
        match session {
            Some(session) => self.0.sessions.read().unwrap_or_else(PoisonError::into_inner).contains(&session),
            None if id.0.is_nil() => true,
            None => {
                let valid = self.0.valid.read().unwrap_or_else(PoisonError::into_inner);
                valid.values().any(|token| token.actor.id == id)
            }
        }
    }

    /// Takes over which sessions hold, and tells whoever waits for it when one of them is gone.
    pub fn set_sessions(&self, sessions: &HashSet<Uuid>) {
        let before = {
            let mut kept = self.0.sessions.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *kept, sessions.clone())
        };
        if !before.is_subset(sessions) {
            self.0.out.send_modify(|count| *count += 1);
        }
    }

    /// Hears when a token is revoked or a session has ended.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.out.subscribe()
    }

    /// Reads the tokens again when the store says that something changed. One refresh runs at a time, so that guessing
    /// tokens costs the store one small read each at the most.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut seen = self.0.refreshing.lock().await;
        let counter = self.0.store.change_counter().await?;
        if counter == *seen {
            return Ok(());
        }
        let rows = self.0.store.tokens().await?;
        let valid = rows.into_iter().filter(|row| row.revoked_ms.is_none()).filter_map(|row| {
            let role = Role::named(&row.role)?;
            let actor = Actor { id: ActorId(row.id), role, window: row.window };
            Some((row.hash, Token { actor, name: row.name, session: None }))
        });
        let after: HashMap<[u8; 32], Token> = valid.collect();
        let before =
            std::mem::replace(&mut *self.0.valid.write().unwrap_or_else(PoisonError::into_inner), after.clone());
        *seen = counter;
        if before.keys().any(|hash| !after.contains_key(hash)) {
            self.0.out.send_modify(|count| *count += 1);
        }
        Ok(())
    }

    /// Looks for changes until `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(REFRESH);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            if let Err(error) = self.refresh().await {
                tracing::warn!(%error, "the tokens cannot be read; those known go on");
            }
        }
    }
}
