//! What people do in a made-up day, small enough to shrink well.

use hall::command::{AtWindow, Command, Issue, TicketRef, TransferTo};
use hall::ids::TicketId;
use hall::print::PrintState;
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::ticket::Stage;
use hall::window::WindowState;
use hall::{Class, Settings, State};
use proptest::prelude::*;

use crate::support::{HOUR, MINUTE, actor, person_id, settings, ticket_id};

/// Codes that some of the halls know, and one that none does.
const SERVICES: [&str; 6] = ["PERMIT", "TAX", "SOCIAL", "HOUSE", "LEGAL", "NOWHERE"];
const PROFILES: [&str; 3] = ["first-come", "green-first", "default"];
const TEXTS: [&str; 4] = ["lunch", "wrong matter", "", "a\nb"];

/// One move: who, what, and under which key.
#[derive(Debug, Clone)]
pub struct Move {
    pub actor: Actor,
    pub key: Option<usize>,
    pub play: Play,
}

#[derive(Debug, Clone)]
pub enum Play {
    /// The clock moves, perhaps backwards.
    Wait {
        ms: i64,
    },
    /// The state is saved and read again.
    Restart,
    Configure {
        hall: usize,
        profile: usize,
    },
    CloseDay,
    Issue {
        service: usize,
        class: usize,
        person: Option<usize>,
        text: Option<usize>,
        again: bool,
    },
    Leave {
        ticket: usize,
    },
    Reprint {
        ticket: usize,
        elsewhere: bool,
    },
    Printed {
        ticket: usize,
        copy: u32,
        state: usize,
    },
    /// At the nth window that there is: what its state calls for, or whatever comes to mind.
    At {
        nth: usize,
        free: What,
        held: What,
        blind: bool,
    },
    /// At the window of this number, if there is one.
    AtNumber {
        window: u16,
        what: What,
    },
}

#[derive(Debug, Clone)]
pub enum What {
    Open { services: Option<Vec<usize>>, clerk: bool },
    Pause { text: usize },
    Close,
    Call { ready: bool },
    CallNumber { ticket: usize, by_id: bool },
    Recall { seen: Seen },
    Start { seen: Seen },
    Finish { call: bool, ready: bool, text: Option<usize>, seen: Seen },
    Miss { seen: Seen },
    Return { text: usize, seen: Seen },
    Park { text: Option<usize>, seen: Seen },
    Resume { ticket: usize },
    TransferService { service: usize, seen: Seen },
    TransferWindow { to: u16, seen: Seen },
    Rate { level: u8, ticket: Option<usize> },
}

/// The ticket the clerk's screen shows.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    Unsaid,
    Right,
    Wrong(usize),
}

impl Move {
    pub fn configure(hall: usize, profile: usize) -> Self {
        Self { actor: actor(Role::Manager, None), key: None, play: Play::Configure { hall, profile } }
    }
}

impl Play {
    /// The command; `tickets` counts the ids given out.
    pub fn command(&self, state: &State, tickets: &mut usize) -> Option<Command> {
        Some(match self {
            Self::Wait { .. } | Self::Restart => return None,
            Self::Configure { hall, profile } => Command::Configure(Box::new(hall_of(*hall, *profile))),
            Self::CloseDay => Command::CloseDay,
            Self::Issue { service, class, person, text, again } => {
                let ticket = if *again {
                    some_ticket(state, 0)
                } else {
                    *tickets += 1;
                    ticket_id(*tickets)
                };
                Command::Issue(Issue {
                    ticket,
                    service: ServiceCode::from(SERVICES[*service]),
                    class: Class::ALL[*class],
                    reason: text.map(|text| TEXTS[text].to_owned()),
                    person: person.map(person_id),
                    source: Some("kiosk".into()),
                    vehicle: None,
                    printer: text.filter(|text| *text == 0).map(|_| "k1".to_owned()),
                    estimate: None,
                })
            }
            Self::Leave { ticket } => Command::Leave(some_ticket(state, *ticket)),
            Self::Reprint { ticket, elsewhere } => {
                Command::Reprint { ticket: some_ticket(state, *ticket), printer: elsewhere.then(|| "k1".to_owned()) }
            }
            Self::Printed { ticket, copy, state: became } => Command::Printed {
                ticket: some_ticket(state, *ticket),
                copy: *copy,
                state: [PrintState::Printed, PrintState::Failed, PrintState::Unknown][*became],
            },
            Self::At { nth, free, held, blind } => {
                let window = state.windows().nth(nth % state.windows().count().max(1))?;
                let what = match window.state {
                    WindowState::Closed | WindowState::Paused { .. } if !blind => match free {
                        What::Open { .. } => free,
                        _ => &What::Open { services: None, clerk: false },
                    },
                    WindowState::Busy { .. } if !blind => held,
                    _ => free,
                };
                Command::At(window.number, what.command(state, window.number))
            }
            Self::AtNumber { window, what } => Command::At(*window, what.command(state, *window)),
        })
    }
}

impl What {
    fn command(&self, state: &State, window: u16) -> AtWindow {
        let text = |text: usize| TEXTS[text].to_owned();
        let see = |seen: Seen| match seen {
            Seen::Unsaid => None,
            Seen::Right => state.window(window).and_then(|window| window.state.ticket()),
            Seen::Wrong(ticket) => Some(some_ticket(state, ticket)),
        };
        match self {
            Self::Open { services, clerk } => AtWindow::Open {
                services: services
                    .as_ref()
                    .map(|codes| codes.iter().map(|code| ServiceCode::from(SERVICES[*code])).collect()),
                clerk: clerk.then(|| "Li".to_owned()),
            },
            Self::Pause { text: reason } => AtWindow::Pause { reason: text(*reason) },
            Self::Close => AtWindow::Close,
            Self::Call { ready } => AtWindow::Call { ticket: None, ready: *ready },
            Self::CallNumber { ticket, by_id } => {
                let id = some_ticket(state, *ticket);
                let number = state.ticket(id).map(|ticket| ticket.number);
                let wanted = number.filter(|_| !by_id).map_or(TicketRef::Id(id), TicketRef::Number);
                AtWindow::Call { ticket: Some(wanted), ready: false }
            }
            Self::Recall { seen } => AtWindow::Recall { seen: see(*seen) },
            Self::Start { seen } => AtWindow::Start { seen: see(*seen) },
            Self::Finish { call, ready, text: outcome, seen } => {
                AtWindow::Finish { outcome: outcome.map(text), call: *call, ready: *ready, seen: see(*seen) }
            }
            Self::Miss { seen } => AtWindow::Miss { seen: see(*seen) },
            Self::Return { text: reason, seen } => AtWindow::Return { reason: text(*reason), seen: see(*seen) },
            Self::Park { text: note, seen } => AtWindow::Park { note: note.map(text), seen: see(*seen) },
            Self::Resume { ticket } => AtWindow::Resume { ticket: TicketRef::Id(some_parked(state, window, *ticket)) },
            Self::TransferService { service, seen } => {
                AtWindow::Transfer { to: TransferTo::Service(ServiceCode::from(SERVICES[*service])), seen: see(*seen) }
            }
            Self::TransferWindow { to, seen } => AtWindow::Transfer { to: TransferTo::Window(*to), seen: see(*seen) },
            Self::Rate { level, ticket } => {
                AtWindow::Rate { level: *level, ticket: ticket.map(|ticket| some_ticket(state, ticket)) }
            }
        }
    }
}

/// A ticket of today, counted from the last; one of no day where there are fewer.
fn some_ticket(state: &State, back: usize) -> TicketId {
    let tickets = state.tickets();
    tickets.len().checked_sub(back + 1).map_or(ticket_id(999_999), |index| tickets[index].id)
}

/// Mostly a ticket that is parked, at this window or another.
fn some_parked(state: &State, window: u16, pick: usize) -> TicketId {
    let here = state.window(window).map_or(&[][..], |window| &window.parked);
    let anywhere: Vec<_> = state
        .tickets()
        .iter()
        .filter(|ticket| matches!(ticket.stage, Stage::Parked { .. }))
        .map(|ticket| ticket.id)
        .collect();
    match pick {
        0..4 if !here.is_empty() => here[pick % here.len()],
        0..7 if !anywhere.is_empty() => anywhere[pick % anywhere.len()],
        _ => some_ticket(state, pick),
    }
}

/// Code, series, and whether it needs a person.
type Service = (&'static str, &'static str, bool);
/// Number and services.
type Window = (u16, &'static [&'static str]);

/// The same hall before and after changes at noon.
fn hall_of(hall: usize, profile: usize) -> Settings {
    let (rest, services, windows): (&str, &[Service], &[Window]) = match hall {
        0 => (
            "max_wait_min = 30",
            &[("PERMIT", "A", false), ("TAX", "A", false), ("SOCIAL", "B", false), ("HOUSE", "B", false)],
            &[
                (1, &["PERMIT", "TAX"]),
                (2, &["TAX", "SOCIAL"]),
                (3, &["SOCIAL", "HOUSE"]),
                (4, &["PERMIT", "TAX", "SOCIAL", "HOUSE"]),
            ],
        ),
        // TAX and window 2 are gone, window 3 has changed its matters.
        1 => (
            "max_wait_min = 45",
            &[("PERMIT", "A", false), ("SOCIAL", "B", false), ("HOUSE", "B", false)],
            &[(1, &["PERMIT"]), (3, &["HOUSE"]), (4, &["PERMIT", "SOCIAL", "HOUSE"]), (5, &["SOCIAL"])],
        ),
        // One service more, one other series, windows 3 and 4 are gone, no-shows need patience.
        2 => (
            "max_wait_min = 20\nmin_calls = 2\nmin_call_s = 60",
            &[("PERMIT", "B", false), ("TAX", "A", true), ("LEGAL", "C", false), ("HOUSE", "A", false)],
            &[(1, &["PERMIT", "LEGAL"]), (2, &["TAX", "HOUSE"]), (6, &["LEGAL", "TAX"])],
        ),
        // One window is left.
        _ => ("max_wait_min = 60", &[("SOCIAL", "B", false)], &[(2, &["SOCIAL"])]),
    };
    let mut toml = format!(
        "[hall]\nname = \"Test\"\ntime_zone = \"Asia/Shanghai\"\nopen = \"08:30\"\nclose = \"17:00\"\n\
         profile = \"{}\"\n{rest}\n[[zones]]\ncode = \"Z\"\nname = \"Zone\"\n",
        PROFILES[profile]
    );
    for (code, series, real_name) in services {
        toml += &format!(
            "[[services]]\ncode = \"{code}\"\nname = \"{code}\"\nseries = \"{series}\"\nreal_name = {real_name}\n"
        );
    }
    for (number, codes) in windows {
        toml += &format!("[[windows]]\nnumber = {number}\nzone = \"Z\"\nservices = {codes:?}\n");
    }
    settings(&toml)
}

/// Up to `length` moves.
pub fn moves(length: usize) -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(one_move(), 1..length)
}

fn one_move() -> impl Strategy<Value = Move> {
    let key = prop_oneof![4 => Just(None), 1 => (0_usize..12).prop_map(Some)];
    (play(), key, 0_usize..80).prop_map(|(play, key, who)| {
        // Nearly always somebody who may; now and then anybody.
        let actor = match (&play, who) {
            (_, 0) => actor(Role::Gate, None),
            (_, 1) => actor(Role::Board, None),
            (_, 3) => actor(Role::Guide, None),
            (_, 4) => actor(Role::Clerk, Some(1)),
            (_, 5) => actor(Role::Admin, None),
            (_, 2) | (Play::Issue { .. }, 6..50) => actor(Role::Kiosk, None),
            (Play::AtNumber { window, .. }, 6..) => actor(Role::Clerk, Some(*window)),
            (Play::At { .. }, 6..) => actor(Role::Clerk, None),
            _ => actor(Role::Manager, None),
        };
        Move { actor, key, play }
    })
}

fn play() -> impl Strategy<Value = Play> {
    let wait = prop_oneof![
        60 => 0..4 * MINUTE,
        4 => 4 * MINUTE..40 * MINUTE,
        3 => -20 * MINUTE..0,
        1 => 12 * HOUR..30 * HOUR,
    ];
    let text = prop_oneof![6 => Just(None), 4 => Just(Some(0)), 1 => (0..TEXTS.len()).prop_map(Some)];
    let service = prop_oneof![12 => 0_usize..4, 1 => 4..SERVICES.len()];
    let issue = (service, 0..Class::COUNT, prop::option::weighted(0.4, 0_usize..4), text, 0..30).prop_map(
        |(service, class, person, text, again)| Play::Issue { service, class, person, text, again: again == 0 },
    );
    prop_oneof![
        24 => wait.prop_map(|ms| Play::Wait { ms }),
        1 => Just(Play::Restart),
        2 => (prop_oneof![3 => Just(0), 2 => 1_usize..4], 0_usize..3).prop_map(|(hall, profile)| Play::Configure { hall, profile }),
        1 => Just(Play::CloseDay),
        40 => issue,
        2 => (0_usize..10).prop_map(|ticket| Play::Leave { ticket }),
        1 => (0_usize..10, any::<bool>()).prop_map(|(ticket, elsewhere)| Play::Reprint { ticket, elsewhere }),
        1 => (0_usize..10, 0_u32..3, 0_usize..3).prop_map(|(ticket, copy, state)| Play::Printed { ticket, copy, state }),
        90 => (0_usize..6, free(), held(), prop::bool::weighted(0.08))
            .prop_map(|(nth, free, held, blind)| Play::At { nth, free, held, blind }),
        2 => (1_u16..8, prop_oneof![free(), held()]).prop_map(|(window, what)| Play::AtNumber { window, what }),
    ]
}

fn seen() -> impl Strategy<Value = Seen> {
    prop_oneof![8 => Just(Seen::Unsaid), 3 => Just(Seen::Right), 1 => (0_usize..5).prop_map(Seen::Wrong)]
}

fn maybe_text() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![4 => Just(None), 4 => Just(Some(0)), 1 => (0..TEXTS.len()).prop_map(Some)]
}

fn rate() -> impl Strategy<Value = What> {
    (0_u8..7, prop::option::of(0_usize..8)).prop_map(|(level, ticket)| What::Rate { level, ticket })
}

/// What a clerk without a ticket does.
fn free() -> impl Strategy<Value = What> {
    let text = prop_oneof![8 => 0_usize..2, 1 => 2..TEXTS.len()];
    let services = prop::option::weighted(0.3, prop::collection::vec(0_usize..5, 0..4));
    prop_oneof![
        3 => (services, any::<bool>()).prop_map(|(services, clerk)| What::Open { services, clerk }),
        1 => text.prop_map(|text| What::Pause { text }),
        2 => Just(What::Close),
        12 => any::<bool>().prop_map(|ready| What::Call { ready }),
        5 => (0_usize..12, any::<bool>()).prop_map(|(ticket, by_id)| What::CallNumber { ticket, by_id }),
        6 => (0_usize..8).prop_map(|ticket| What::Resume { ticket }),
        2 => rate(),
    ]
}

/// What a clerk with a ticket does.
fn held() -> impl Strategy<Value = What> {
    let text = prop_oneof![8 => 0_usize..2, 1 => 2..TEXTS.len()];
    prop_oneof![
        2 => seen().prop_map(|seen| What::Recall { seen }),
        3 => seen().prop_map(|seen| What::Start { seen }),
        7 => (any::<bool>(), any::<bool>(), maybe_text(), seen())
            .prop_map(|(call, ready, text, seen)| What::Finish { call, ready, text, seen }),
        4 => seen().prop_map(|seen| What::Miss { seen }),
        4 => (text, seen()).prop_map(|(text, seen)| What::Return { text, seen }),
        4 => (maybe_text(), seen()).prop_map(|(text, seen)| What::Park { text, seen }),
        4 => (0_usize..5, seen()).prop_map(|(service, seen)| What::TransferService { service, seen }),
        5 => (1_u16..7, seen()).prop_map(|(to, seen)| What::TransferWindow { to, seen }),
        2 => rate(),
    ]
}
