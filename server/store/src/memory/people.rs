//! Users and their sessions in memory.

use uuid::Uuid;

use super::contents::Contents;
use crate::{SeatRow, SessionRow, StoreError, UserRow, form};

#[derive(Debug, Clone, Default)]
pub(super) struct People {
    users: Vec<UserRow>,
    sessions: Vec<SessionRow>,
}

impl People {
    pub(super) fn users(&self) -> Vec<UserRow> {
        let mut users = self.users.clone();
        users.sort_by(|one, other| one.name.cmp(&other.name));
        users
    }

    pub(super) fn sessions(&self) -> Vec<SessionRow> {
        let mut sessions = self.sessions.clone();
        sessions.sort_by_key(|session| (session.created_ms, session.id));
        sessions
    }

    pub(super) fn see(&mut self, seen: &[(Uuid, i64)]) {
        for (id, at_ms) in seen {
            if let Some(session) = self.sessions.iter_mut().find(|session| session.id == *id) {
                session.seen_ms = session.seen_ms.max(*at_ms);
            }
        }
    }

    pub(super) fn seat(&mut self, id: Uuid, seat: Option<SeatRow>) -> bool {
        if !self.sessions.iter().any(|session| session.id == id) {
            return false;
        }
        for session in &mut self.sessions {
            if session.id == id {
                session.seat = seat;
            } else if seat.is_some_and(|seat| session.seat.is_some_and(|other| other.window == seat.window)) {
                session.seat = None;
            }
        }
        true
    }

    /// Says whether some sessions ended.
    fn end(&mut self, ends: impl Fn(&SessionRow) -> bool) -> bool {
        let before = self.sessions.len();
        self.sessions.retain(|session| !ends(session));
        self.sessions.len() < before
    }
}

impl Contents {
    pub(super) fn add_user(&mut self, user: &UserRow) -> Result<(), StoreError> {
        form::user(user)?;
        if self.people.users.iter().any(|kept| kept.id == user.id || kept.name == user.name) {
            return Err(StoreError::Invalid(format!("user {} is there already", user.name)));
        }
        self.people.users.push(user.clone());
        self.changes += 1;
        Ok(())
    }

    pub(super) fn set_password(&mut self, id: Uuid, password: &str, must_change: bool, at_ms: i64) -> bool {
        let Some(user) = self.people.users.iter_mut().find(|user| user.id == id) else { return false };
        password.clone_into(&mut user.password);
        user.must_change = must_change;
        user.password_ms = at_ms;
        self.people.end(|session| session.user == id);
        self.changes += 1;
        true
    }

    pub(super) fn disable_user(&mut self, id: Uuid, at_ms: i64) -> bool {
        let user = self.people.users.iter_mut().find(|user| user.id == id && user.disabled_ms.is_none());
        let Some(user) = user else { return false };
        user.disabled_ms = Some(at_ms);
        self.people.end(|session| session.user == id);
        self.changes += 1;
        true
    }

    pub(super) fn add_session(&mut self, session: &SessionRow) -> Result<(), StoreError> {
        let id = session.id;
        if !self.people.users.iter().any(|user| user.id == session.user && user.disabled_ms.is_none()) {
            return Err(StoreError::Invalid(format!("session {id} is nobody's")));
        }
        if self.people.sessions.iter().any(|kept| kept.id == id || kept.hash == session.hash) {
            return Err(StoreError::Invalid(format!("session {id} is there already")));
        }
        self.people.sessions.push(SessionRow { seat: None, ..session.clone() });
        if session.seat.is_some() {
            self.people.seat(id, session.seat);
        }
        self.changes += 1;
        Ok(())
    }

    pub(super) fn seat_session(&mut self, id: Uuid, seat: Option<SeatRow>) -> bool {
        let there = self.people.seat(id, seat);
        self.changes += i64::from(there);
        there
    }

    pub(super) fn end_sessions(&mut self, ids: &[Uuid]) {
        if self.people.end(|session| ids.contains(&session.id)) {
            self.changes += 1;
        }
    }
}
