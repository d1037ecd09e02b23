//! Typed identifiers. They are made at the edge (HTTP, simulation, tests) and passed in; the core never makes one up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A ticket, for ever; its number is unique for a business day only.
    TicketId
}
id! {
    /// A random stand-in for a person. Who it is stands in the `persons` table, never in the log.
    PersonId
}
id! {
    /// A random stand-in for a number plate. Which it is stands in the `persons` table, never in the log.
    VehicleId
}
id! {
    /// One command of one client. A client's idempotency key and its token make the same id again.
    CommandId
}
id! {
    /// The token (later: the user) that gave a command.
    ActorId
}
id! {
    /// One call of a ticket to a window. A recall keeps it, a new call gets a new one (invariant I4).
    CallId
}

impl CallId {
    /// The `nth` call that `command` causes. One command seldom causes more than one, but a new set of settings may.
    pub fn of(command: CommandId, nth: usize) -> Self {
        Self(Uuid::from_u128(command.0.as_u128().wrapping_add(nth as u128)))
    }
}
