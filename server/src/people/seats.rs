//! Who sits at which window, as rules without I/O: one person a window, one window a session.

use std::collections::BTreeMap;

use hall::role::{Act, Role};
use protocol::Seat;
use uuid::Uuid;

use crate::tokens::Token;

/// Somebody's place at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// The window.
    pub window: u16,
    /// Another one each time somebody sits down.
    pub id: Uuid,
    /// The session that sits there.
    pub session: Uuid,
    /// The user whose session it is.
    pub user: Uuid,
    /// His name.
    pub name: String,
    /// Since when, in UTC milliseconds.
    pub since_ms: i64,
}

/// All who sit, by window.
pub type Seats = BTreeMap<u16, Sitting>;

/// Why somebody may not act or sit at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatRefusal {
    /// Somebody else sits there.
    Taken(Box<Sitting>),
    /// Nobody does, and he has to sit down first.
    NoSeat,
    /// He never may.
    NotAllowed(&'static str),
}

/// Whether this person may sit down at a window: his role and his window say so, and nobody else sits there unless he
/// takes over. The same person comes over from another browser without a word.
pub fn may_sit(seats: &Seats, token: &Token, window: u16, take_over: bool) -> Result<(), SeatRefusal> {
    if token.session.is_none() {
        return Err(SeatRefusal::NotAllowed("a seat is for people who have signed in; a token needs none"));
    }
    if !token.actor.may(Act::Window(window)) {
        return Err(SeatRefusal::NotAllowed("this person may not act at this window"));
    }
    match seats.get(&window) {
        Some(sitting) if sitting.user != token.actor.id.0 && !take_over => {
            Err(SeatRefusal::Taken(Box::new(sitting.clone())))
        }
        _ => Ok(()),
    }
}

/// Whether a seat stands in the way of acting at a window. Clerks who have signed in need it; programs and the manager do
/// not. What a role may do at all is the core's affair and not said here.
pub fn may_act(seats: &Seats, token: &Token, window: u16) -> Result<(), SeatRefusal> {
    let Some(session) = token.session else { return Ok(()) };
    if token.actor.role != Role::Clerk || !token.actor.may(Act::Window(window)) {
        return Ok(());
    }
    match seats.get(&window) {
        Some(sitting) if sitting.session == session => Ok(()),
        Some(sitting) => Err(SeatRefusal::Taken(Box::new(sitting.clone()))),
        None => Err(SeatRefusal::NoSeat),
    }
}

/// The windows at which another sitting, or none, has come.
pub fn changed(before: &Seats, after: &Seats) -> Vec<u16> {
    let id = |seats: &Seats, window: &u16| seats.get(window).map(|sitting| sitting.id);
    let mut windows: Vec<u16> = before.keys().chain(after.keys()).copied().collect();
    windows.sort_unstable();
    windows.dedup();
    windows.retain(|window| id(before, window) != id(after, window));
    windows
}

impl Sitting {
    /// As people see it; `time` turns UTC milliseconds into text.
    pub fn view(&self, time: impl Fn(i64) -> String) -> Seat {
        Seat { window: self.window, seat: self.id, name: self.name.clone(), since: time(self.since_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hall::ids::ActorId;
    use hall::role::Actor;

    fn person(user: u128, session: u128, role: Role, window: Option<u16>) -> Token {
        let actor = Actor { id: ActorId(Uuid::from_u128(user)), role, window };
        Token { actor, name: format!("user {user}"), session: Some(Uuid::from_u128(session)) }
    }

    fn at(window: u16, id: u128, token: &Token) -> Sitting {
        Sitting {
            window,
            id: Uuid::from_u128(id),
            session: token.session.unwrap(),
            user: token.actor.id.0,
            name: token.name.clone(),
            since_ms: 5,
        }
    }

    fn seats(sittings: &[Sitting]) -> Seats {
        sittings.iter().map(|sitting| (sitting.window, sitting.clone())).collect()
    }

    #[test]
    fn one_person_sits_at_a_window_until_another_takes_over() {
        let (wang, li) = (person(1, 10, Role::Clerk, None), person(2, 20, Role::Clerk, None));
        let taken = seats(&[at(7, 1, &wang)]);
        assert_eq!(may_sit(&taken, &li, 8, false), Ok(()));
        let refusal = may_sit(&taken, &li, 7, false).unwrap_err();
        assert!(matches!(refusal, SeatRefusal::Taken(sitting) if sitting.name == "user 1" && sitting.since_ms == 5));
        assert_eq!(may_sit(&taken, &li, 7, true), Ok(()));
        // The same person, from another browser.
        assert_eq!(may_sit(&taken, &person(1, 11, Role::Clerk, None), 7, false), Ok(()));
    }

    #[test]
    fn roles_and_windows_come_before_seats() {
        let taken = seats(&[at(7, 1, &person(1, 10, Role::Clerk, None))]);
        for (who, window) in [
            (person(2, 20, Role::Clerk, Some(8)), 7),
            (person(2, 20, Role::Guide, None), 8),
            (person(2, 20, Role::Admin, None), 8),
            (Token { session: None, ..person(2, 20, Role::Manager, None) }, 8),
        ] {
            for take_over in [false, true] {
                let refusal = may_sit(&taken, &who, window, take_over).unwrap_err();
                assert!(matches!(refusal, SeatRefusal::NotAllowed(_)), "{who:?}");
            }
        }
        assert_eq!(may_sit(&taken, &person(3, 30, Role::Manager, None), 8, false), Ok(()));
    }

    #[test]
    fn clerks_act_from_their_seat_and_nobody_elses() {
        let (wang, li) = (person(1, 10, Role::Clerk, None), person(2, 20, Role::Clerk, None));
        let taken = seats(&[at(7, 1, &wang)]);
        assert_eq!(may_act(&taken, &wang, 7), Ok(()));
        assert_eq!(may_act(&taken, &wang, 8), Err(SeatRefusal::NoSeat));
        assert!(matches!(may_act(&taken, &li, 7), Err(SeatRefusal::Taken(_))));
        // The same person, whose other browser sits there now.
        assert!(matches!(may_act(&taken, &person(1, 11, Role::Clerk, None), 7), Err(SeatRefusal::Taken(_))));
    }

    #[test]
    fn programs_and_the_manager_need_no_seat_and_the_core_refuses_the_rest() {
        let taken = seats(&[at(7, 1, &person(1, 10, Role::Clerk, None))]);
        let program = Token { session: None, ..person(2, 20, Role::Clerk, None) };
        for who in [program, person(3, 30, Role::Manager, None), person(4, 40, Role::Guide, None)] {
            assert_eq!(may_act(&taken, &who, 7), Ok(()), "{who:?}");
        }
        assert_eq!(may_act(&taken, &person(2, 20, Role::Clerk, Some(8)), 7), Ok(()), "refused by the core");
    }

    #[test]
    fn changes_are_found_by_the_sitting() {
        let (wang, li) = (person(1, 10, Role::Clerk, None), person(2, 20, Role::Clerk, None));
        let before = seats(&[at(1, 1, &wang), at(2, 2, &li), at(3, 3, &li)]);
        let after = seats(&[at(1, 1, &wang), at(2, 9, &li), at(4, 4, &wang)]);
        assert_eq!(changed(&before, &after), [2, 3, 4]);
        assert!(changed(&after, &after).is_empty());
    }
}
