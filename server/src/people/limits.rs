//! How much one token may ask.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hall::role::{Actor, Role};
use uuid::Uuid;

/// Requests a second.
const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
/// Requests at once.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// One bucket for each token. Only valid tokens get one, so strangers cannot grow it.
pub struct RateLimits(DefaultKeyedRateLimiter<Uuid>);

impl Default for RateLimits {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_second(RATE).allow_burst(BURST)))
    }
}

impl RateLimits {
    /// Whether this one may ask now. The manager always may.
    pub fn allow(&self, actor: &Actor) -> bool {
        actor.role == Role::Manager || self.0.check_key(&actor.id.0).is_ok()
    }
}
