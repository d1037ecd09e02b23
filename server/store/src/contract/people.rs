//! Users, their sessions, and where they sit.

use uuid::Uuid;

use super::{invalid, ok, sound};
use crate::{SeatRow, SessionRow, Store, UserRow};

fn user(number: u128, name: &str) -> UserRow {
    UserRow {
        id: Uuid::from_u128(number),
        name: name.to_owned(),
        role: "clerk".to_owned(),
        window: number.is_multiple_of(2).then_some(u16::MAX),
        password: format!("$argon2id$'{number}'"),
        password_ms: i64::MIN,
        must_change: number.is_multiple_of(2),
        disabled_ms: None,
        created_ms: i64::MAX,
    }
}

fn session(number: u8, user: u128, created_ms: i64) -> SessionRow {
    SessionRow {
        id: Uuid::from_u128(100 + u128::from(number)),
        hash: [number; 32],
        user: Uuid::from_u128(user),
        created_ms,
        seen_ms: created_ms,
        seat: None,
    }
}

/// Runs a change and checks that whoever holds people in memory is told of it, or not.
async fn counted<T>(store: &impl Store, told: bool, what: &str, change: impl Future<Output = T>) -> T {
    let before = ok(store.change_counter().await, "change_counter");
    let result = change.await;
    let after = ok(store.change_counter().await, "change_counter");
    assert_eq!(after != before, told, "{what}: the change counter");
    result
}

/// Users in, their passwords changed, and out.
pub(super) async fn users_are_added_and_disabled(store: &impl Store) {
    for added in [user(3, "王芳"), user(2, "b 'x'"), user(1, "a")] {
        ok(counted(store, true, "a user was added", store.add_user(&added)).await, "add_user");
    }
    invalid(&store.add_user(&user(9, "a")).await, "the name of another user");
    invalid(&store.add_user(&user(1, "c")).await, "the id of another user");
    invalid(&store.add_user(&user(9, "")).await, "no name");
    invalid(&store.add_user(&user(9, "a\0b")).await, "a NUL");
    let all = [user(1, "a"), user(2, "b 'x'"), user(3, "王芳")];
    assert_eq!(ok(store.users().await, "users"), all, "in order of name");
    ok(store.add_session(&session(1, 1, 10)).await, "add_session");
    ok(store.add_session(&session(2, 2, 10)).await, "add_session");
    let id = |number| Uuid::from_u128(number);
    let set = counted(store, true, "a password changed", store.set_password(id(1), "new", true, 7)).await;
    assert!(ok(set, "set_password"), "there is such a user");
    assert!(!ok(store.set_password(id(9), "new", true, 7).await, "set_password"), "there is no such user");
    let changed = UserRow { password: "new".to_owned(), must_change: true, password_ms: 7, ..user(1, "a") };
    assert_eq!(ok(store.users().await, "users")[0], changed);
    assert_eq!(ok(store.sessions().await, "sessions"), [session(2, 2, 10)], "another password ends the sessions");
    let disabled = counted(store, true, "a user was disabled", store.disable_user(id(2), 50)).await;
    assert!(ok(disabled, "disable_user"), "there was one to disable");
    assert!(!ok(store.disable_user(id(2), 60).await, "disable_user"), "he is disabled already");
    assert!(!ok(store.disable_user(id(9), 60).await, "disable_user"), "there is no such user");
    assert_eq!(ok(store.users().await, "users")[1], UserRow { disabled_ms: Some(50), ..user(2, "b 'x'") });
    assert_eq!(ok(store.sessions().await, "sessions"), [], "whoever is disabled is out");
    invalid(&store.add_session(&session(3, 2, 10)).await, "a session of a disabled user");
    sound(store, "hall:a", 0).await;
}

/// Sessions in, seen, and out.
pub(super) async fn sessions_come_and_go(store: &impl Store) {
    for added in [user(1, "a"), user(2, "b")] {
        ok(store.add_user(&added).await, "add_user");
    }
    for added in [session(3, 1, 30), session(1, 1, 10), session(2, 2, 20)] {
        ok(counted(store, true, "a session began", store.add_session(&added)).await, "add_session");
    }
    invalid(&store.add_session(&session(3, 1, 30)).await, "a session that is there already");
    invalid(&store.add_session(&SessionRow { id: Uuid::max(), ..session(3, 1, 30) }).await, "another's hash");
    invalid(&store.add_session(&SessionRow { hash: [9; 32], ..session(3, 1, 30) }).await, "another's id");
    invalid(&store.add_session(&session(4, 9, 30)).await, "a session of nobody");
    let seen = [(session(1, 1, 0).id, 99), (session(3, 1, 0).id, 5), (Uuid::max(), 99)];
    ok(counted(store, false, "seen", store.see_sessions(&seen)).await, "see_sessions");
    ok(store.see_sessions(&[]).await, "see_sessions with none");
    let first = SessionRow { seen_ms: 99, ..session(1, 1, 10) };
    assert_eq!(
        ok(store.sessions().await, "sessions"),
        [first, session(2, 2, 20), session(3, 1, 30)],
        "oldest first; the later time stays"
    );
    let ends = [session(1, 1, 0).id, session(3, 1, 0).id];
    ok(counted(store, true, "sessions ended", store.end_sessions(&ends)).await, "end_sessions");
    ok(counted(store, false, "they had ended", store.end_sessions(&ends)).await, "end_sessions again");
    ok(store.end_sessions(&[]).await, "end_sessions with none");
    assert_eq!(ok(store.sessions().await, "sessions"), [session(2, 2, 20)]);
    sound(store, "hall:a", 0).await;
}

/// A seat lasts as long as its session, and two sessions never have the same window.
pub(super) async fn one_person_sits_at_a_window(store: &impl Store) {
    ok(store.add_user(&user(1, "a")).await, "add_user");
    for added in [session(1, 1, 10), session(2, 1, 20)] {
        ok(store.add_session(&added).await, "add_session");
    }
    let seat = |window, id| SeatRow { window, id: Uuid::from_u128(id), since_ms: i64::MAX };
    let seats = async || {
        let sessions = ok(store.sessions().await, "sessions");
        sessions.into_iter().map(|session| session.seat).collect::<Vec<_>>()
    };
    let (one, two) = (session(1, 1, 10).id, session(2, 1, 20).id);
    let done = counted(store, true, "somebody sat down", store.seat_session(one, Some(seat(7, 1)))).await;
    assert!(ok(done, "seat_session"));
    assert!(ok(store.seat_session(two, Some(seat(u16::MAX, 2))).await, "seat_session"));
    assert_eq!(seats().await, [Some(seat(7, 1)), Some(seat(u16::MAX, 2))]);
    assert!(ok(store.seat_session(two, Some(seat(7, 3))).await, "seat_session"));
    assert_eq!(seats().await, [None, Some(seat(7, 3))], "whoever sat there has gone");
    assert!(ok(store.seat_session(two, Some(seat(7, 4))).await, "seat_session"));
    assert_eq!(seats().await, [None, Some(seat(7, 4))], "the same person sits down again");
    let done = counted(store, true, "somebody stood up", store.seat_session(two, None)).await;
    assert!(ok(done, "seat_session"));
    assert_eq!(seats().await, [None, None]);
    assert!(!ok(store.seat_session(Uuid::max(), Some(seat(7, 5))).await, "seat_session"), "no such session");
    assert!(ok(store.seat_session(two, Some(seat(7, 6))).await, "seat_session"));
    let third = SessionRow { seat: Some(seat(7, 7)), ..session(3, 1, 30) };
    ok(store.add_session(&third).await, "add_session with a seat");
    assert_eq!(seats().await, [None, None, Some(seat(7, 7))]);
    sound(store, "hall:a", 0).await;
}
