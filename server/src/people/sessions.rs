//! Users and their sessions as the store has them, and when a session ends, without I/O. Times are UTC milliseconds of the
//! real clock, whatever clock the hall runs on.

use std::collections::{HashMap, HashSet};

use hall::ids::ActorId;
use hall::role::{Actor, Role};
use store::{SessionRow, UserRow};
use uuid::Uuid;

use super::seats::{Seats, Sitting};
use crate::tokens::Token;

const MINUTE_MS: i64 = 60_000;
/// A session ends then, whatever its owner does.
pub const LONGEST_MS: i64 = 12 * 60 * MINUTE_MS;

/// How long a session lasts without anything being done.
pub fn idle_ms(role: Role) -> i64 {
    match role {
        Role::Admin | Role::Security | Role::Auditor => 15 * MINUTE_MS,
        _ => 30 * MINUTE_MS,
    }
}

/// A session of somebody who may be here.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who he is; always with a session.
    pub token: Token,
    /// The id of the session.
    pub id: Uuid,
    /// When he signed in.
    pub created_ms: i64,
    /// When he last did something.
    pub seen_ms: i64,
    /// What the store knows of that.
    kept_ms: i64,
}

impl Signed {
    /// When it ends at the latest.
    pub fn expires_ms(&self) -> i64 {
        self.created_ms + LONGEST_MS
    }

    fn holds(&self, now_ms: i64) -> bool {
        now_ms < self.expires_ms() && now_ms < self.seen_ms + idle_ms(self.token.actor.role)
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct Directory {
    users: HashMap<String, UserRow>,
    sessions: HashMap<[u8; 32], Signed>,
    /// Where people sit.
    pub seats: Seats,
}

impl Directory {
    /// What the store says now. What `before` knows of sessions that are still there, and the store does not yet, stays.
    pub fn of(users: Vec<UserRow>, sessions: Vec<SessionRow>, before: &Self) -> Self {
        let by_id: HashMap<Uuid, &UserRow> =
            users.iter().filter(|user| user.disabled_ms.is_none()).map(|user| (user.id, user)).collect();
        let mut directory = Self::default();
        for row in sessions {
            let Some(user) = by_id.get(&row.user) else { continue };
            let Some(role) = Role::named(&user.role) else { continue };
            let seen_ms = before.sessions.get(&row.hash).map_or(row.seen_ms, |known| known.seen_ms.max(row.seen_ms));
            let actor = Actor { id: ActorId(user.id), role, window: user.window };
            let token = Token { actor, name: user.name.clone(), session: Some(row.id) };
            if let Some(seat) = row.seat {
                let sitting = Sitting {
                    window: seat.window,
                    id: seat.id,
                    session: row.id,
                    user: user.id,
                    name: user.name.clone(),
                    since_ms: seat.since_ms,
                };
                directory.seats.insert(seat.window, sitting);
            }
            let signed = Signed { token, id: row.id, created_ms: row.created_ms, seen_ms, kept_ms: row.seen_ms };
            directory.sessions.insert(row.hash, signed);
        }
        directory.users = users.into_iter().map(|user| (user.name.clone(), user)).collect();
        directory
    }

    /// A user by his name, if he may sign in.
    pub fn user(&self, name: &str) -> Option<&UserRow> {
        self.users.get(name).filter(|user| user.disabled_ms.is_none())
    }

    /// The session of what a browser carries. With `active` its owner has done something just now.
    pub fn find(&mut self, hash: &[u8; 32], now_ms: i64, active: bool) -> Option<&Signed> {
        let signed = self.sessions.get_mut(hash).filter(|signed| signed.holds(now_ms))?;
        if active {
            signed.seen_ms = signed.seen_ms.max(now_ms);
        }
        Some(signed)
    }

    /// A session by its id, if it still holds.
    pub fn session(&self, id: Uuid, now_ms: i64) -> Option<&Signed> {
        self.sessions.values().find(|signed| signed.id == id && signed.holds(now_ms))
    }

    /// Where a session sits.
    pub fn seat_of(&self, session: Uuid) -> Option<&Sitting> {
        self.seats.values().find(|sitting| sitting.session == session)
    }

    /// Sessions whose time is over.
    pub fn over(&self, now_ms: i64) -> Vec<Uuid> {
        self.sessions.values().filter(|signed| !signed.holds(now_ms)).map(|signed| signed.id).collect()
    }

    /// Every session.
    pub fn ids(&self) -> HashSet<Uuid> {
        self.sessions.values().map(|signed| signed.id).collect()
    }

    /// What the store does not know yet of when sessions were seen; it counts as known from now on.
    pub fn unkept(&mut self) -> Vec<(Uuid, i64)> {
        let news = self.sessions.values_mut().filter(|signed| signed.seen_ms > signed.kept_ms);
        news.map(|signed| {
            signed.kept_ms = signed.seen_ms;
            (signed.id, signed.seen_ms)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::SeatRow;

    fn user(number: u128, role: Role) -> UserRow {
        UserRow {
            id: Uuid::from_u128(number),
            name: format!("user {number}"),
            role: role.name().to_owned(),
            window: None,
            password: String::new(),
            password_ms: 0,
            must_change: false,
            disabled_ms: None,
            created_ms: 0,
        }
    }

    fn session(number: u8, user: u128, seat: Option<u16>) -> SessionRow {
        let seat = seat.map(|window| SeatRow { window, id: Uuid::from_u128(u128::from(number)), since_ms: 0 });
        let id = Uuid::from_u128(100 + u128::from(number));
        SessionRow { id, hash: [number; 32], user: Uuid::from_u128(user), created_ms: 0, seen_ms: 0, seat }
    }

    #[test]
    fn a_session_ends_after_silence_and_at_the_latest_after_half_a_day() {
        for (role, minutes) in [(Role::Clerk, 30), (Role::Manager, 30), (Role::Guide, 30), (Role::Admin, 15)] {
            let mut directory = Directory::of(vec![user(1, role)], vec![session(1, 1, None)], &Directory::default());
            let idle = minutes * MINUTE_MS;
            assert!(directory.find(&[1; 32], idle - 1, false).is_some(), "{role:?}");
            assert!(directory.find(&[1; 32], idle, false).is_none(), "{role:?}: looking is not doing");
            assert!(directory.find(&[1; 32], idle - 1, true).is_some());
            assert!(directory.find(&[1; 32], 2 * idle - 2, false).is_some(), "{role:?}: it was used");
            assert!(directory.over(2 * idle - 2).is_empty());
            assert_eq!(directory.over(2 * idle - 1), [session(1, 1, None).id]);
            let mut now = idle;
            while now < LONGEST_MS {
                assert!(directory.find(&[1; 32], now, true).is_some(), "{role:?} at {now}");
                now += idle - 1;
            }
            assert!(directory.find(&[1; 32], LONGEST_MS, true).is_none(), "{role:?}");
        }
    }

    #[test]
    fn what_was_seen_is_kept_once_and_survives_a_refresh() {
        let rows = || (vec![user(1, Role::Clerk)], vec![session(1, 1, None), session(2, 1, None)]);
        let (users, sessions) = rows();
        let mut directory = Directory::of(users, sessions, &Directory::default());
        directory.find(&[1; 32], 500, true);
        let (users, sessions) = rows();
        let mut directory = Directory::of(users, sessions, &directory);
        assert_eq!(directory.unkept(), [(session(1, 1, None).id, 500)]);
        assert!(directory.unkept().is_empty());
    }

    #[test]
    fn who_is_disabled_or_gone_has_no_session_and_no_seat() {
        let sessions = || vec![session(1, 1, Some(7)), session(2, 2, Some(8)), session(3, 9, Some(9))];
        let before = Directory::of(vec![user(1, Role::Clerk), user(2, Role::Clerk)], sessions(), &Directory::default());
        assert_eq!(before.seats.keys().copied().collect::<Vec<_>>(), [7, 8]);
        assert_eq!(before.seat_of(session(2, 2, None).id).map(|sitting| sitting.window), Some(8));
        let disabled = UserRow { disabled_ms: Some(1), ..user(1, Role::Clerk) };
        let after = Directory::of(vec![disabled, user(2, Role::Clerk)], sessions(), &before);
        assert_eq!((before.ids().len(), after.ids().len()), (2, 1));
        assert!(after.user("user 1").is_none() && after.user("user 2").is_some());
        assert!(after.session(session(1, 1, None).id, 1).is_none());
        assert_eq!(after.seats.keys().copied().collect::<Vec<_>>(), [8]);
    }
}
