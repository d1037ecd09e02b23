//! What happened, in words.

use hall::event::Event;
use hall::ids::TicketId;
use hall::routing::Why;
use hall::state::Answer;
use hall::ticket::{Stage, Ticket};
use hall::window::WindowState;
use hall::{Moment, State};
use jiff::tz::TimeZone;

pub fn event(state: &State, event: &Event) -> String {
    let number = |id: &TicketId| state.ticket(*id).unwrap().number.to_string();
    match event {
        Event::HallConfigured { .. } => "settings in force".into(),
        Event::TicketIssued { number, service, class, business_date, reason, .. } => {
            let reason = reason.as_ref().map(|reason| format!(" because {reason:?}")).unwrap_or_default();
            format!("{number} issued for {} as {}{reason}, valid on {business_date}", service.as_str(), class.name())
        }
        Event::TicketCalled { ticket, window, why, .. } => {
            format!("{} called to window {window}: {}", number(ticket), because(why))
        }
        Event::TicketRecalled { ticket, window } => format!("{} recalled to window {window}", number(ticket)),
        Event::TicketStarted { ticket, window } => format!("{} started at window {window}", number(ticket)),
        Event::TicketFinished { ticket, window, .. } => format!("{} finished at window {window}", number(ticket)),
        Event::TicketMissed { ticket, window } => format!("{} missed at window {window}", number(ticket)),
        Event::TicketReturned { ticket, window, reason } => {
            format!("{} returned from window {window}: {reason:?}", number(ticket))
        }
        Event::TicketParked { ticket, window, note } => match note {
            Some(note) => format!("{} parked at window {window}: {note:?}", number(ticket)),
            None => format!("{} parked at window {window}", number(ticket)),
        },
        Event::TicketResumed { ticket, window, .. } => format!("{} resumed at window {window}", number(ticket)),
        Event::TicketTransferred { ticket, window, service, to_window } => {
            let to = to_window.map_or(String::new(), |to| format!(", window {to} only"));
            format!("{} transferred from window {window} to {}{to}", number(ticket), service.as_str())
        }
        Event::TicketRated { ticket, window, level } => format!("{} rated {level} at window {window}", number(ticket)),
        Event::TicketLeft { ticket } => format!("{} left", number(ticket)),
        Event::TicketPrinted { ticket, copy, state, printer } => {
            let at = printer.as_ref().map_or_else(String::new, |kiosk| format!(" at {kiosk}"));
            format!("{} copy {copy} {}{at}", number(ticket), state.name())
        }
        Event::WindowOpened { window, services: None, .. } => format!("window {window} opened"),
        Event::WindowOpened { window, services: Some(codes), .. } => {
            let codes: Vec<_> = codes.iter().map(hall::settings::ServiceCode::as_str).collect();
            format!("window {window} opened for {}", codes.join(" "))
        }
        Event::WindowReady { window, ready: true } => format!("window {window} ready"),
        Event::WindowReady { window, ready: false } => format!("window {window} no longer ready"),
        Event::WindowPaused { window, reason } => format!("window {window} paused: {reason:?}"),
        Event::WindowClosed { window } => format!("window {window} closed"),
        Event::DayTold { date, .. } => format!("{date} told"),
        Event::AppointmentsTold { date, slots } => format!("{} appointments on {date}", slots.len()),
        Event::VehiclePassed { lot, passage } => {
            let way = if passage.direction == hall::parking::Direction::In { "in" } else { "out" };
            format!("{} passed {way} at {lot} {}, seen by {}", passage.id.0, passage.lane, passage.source.name())
        }
        Event::LotCorrected { lot, what, occupied, off, reason, by, .. } => {
            let by = by.as_deref().unwrap_or("nobody");
            format!("{lot} {} set to {occupied} by {by}: {reason:?}, was off by {off}", counted(what))
        }
        Event::LotChanged { lot, level, open } => {
            let level = level.as_ref().map_or(String::new(), |level| format!(" {level}"));
            format!("{lot}{level} {}", if *open { "opened" } else { "closed" })
        }
        Event::LaneChanged { lot, lane, open } => {
            format!("{lot} lane {lane} {}", if *open { "opened" } else { "closed" })
        }
        Event::LaneBlinded { lot, lane, blind } => {
            format!("{lot} lane {lane} {}", if *blind { "sees nothing" } else { "sees again" })
        }
        Event::DayClosed { date } => {
            format!("day {date} closed with {} tickets", state.tickets().len())
        }
    }
}

fn counted(what: &hall::parking::Counted) -> String {
    match what {
        hall::parking::Counted::Class(bay) => bay.name().to_owned(),
        hall::parking::Counted::Level(code) => format!("level {code}"),
    }
}

fn because(why: &Why) -> String {
    let lines = if why.lines == 1 { "1 line".into() } else { format!("{} lines", why.lines) };
    let mut text = format!("{}, waited {} s, {lines}", why.rule.name(), why.waited_s);
    if let Some(passed) = &why.passed {
        text += &format!(", passed {} {} {} s", passed.number, passed.class.name(), passed.waited_s);
    }
    text
}

pub fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Ticket { ticket, ahead } => {
            let ahead = ahead.map_or(String::new(), |ahead| format!(", {ahead} ahead"));
            format!("{} {}{ahead}", ticket.number, ticket.stage.name())
        }
        Answer::Window(window) => format!("window {} {}", window.number, window.state.name()),
        Answer::Nobody => "nobody waits".into(),
        Answer::Done => "done".into(),
        Answer::Corrected { off } => format!("was off by {off}"),
    }
}

pub fn show(state: &State, now: Moment, what: &[&str]) -> Vec<String> {
    match what {
        ["queues"] => state
            .queues()
            .map(|queue| {
                let longest =
                    queue.longest_since.map_or("nobody".into(), |since| format!("{} s", now.since(since) / 1000));
                let tally = queue.tally;
                format!(
                    "{}: {} waiting, longest {longest}, {} windows open, today {} issued {} served {} left",
                    queue.service.code.as_str(),
                    queue.waiting,
                    queue.open_windows,
                    tally.issued,
                    tally.served,
                    tally.left
                )
            })
            .collect(),
        ["lots"] => state
            .lots()
            .flat_map(|(section, lot)| {
                let hours = state.settings().unwrap().hours();
                let classes = section.classes().map(hall::parking::Counted::Class);
                let levels = section.levels.iter().map(|level| hall::parking::Counted::Level(level.code.clone()));
                classes.chain(levels).map(move |what| {
                    let capacity = section.bays(&what);
                    let hall::parking::Reading { said, bound, .. } = lot.reading(hours, now, &what, capacity);
                    let name = counted(&what);
                    let occupied = lot.occupied(&what);
                    format!(
                        "{} {name}: {occupied} of {capacity}, off by {bound:.0} at most, says {said:?}",
                        section.code
                    )
                })
            })
            .collect(),
        ["windows"] => state
            .windows()
            .map(|window| {
                let services: Vec<_> = state.services_of(window).map(hall::settings::ServiceCode::as_str).collect();
                let doing = match &window.state {
                    WindowState::Busy { ticket } => format!("has {}", state.ticket(*ticket).unwrap().number),
                    other => other.name().to_owned(),
                };
                format!("window {} {doing}, serves {}", window.number, services.join(" "))
            })
            .collect(),
        ["tickets"] => state.tickets().iter().map(|ticket| line(state, now, ticket)).collect(),
        ["ticket", number] => {
            vec![line(state, now, state.ticket_numbered(number.parse().unwrap()).unwrap())]
        }
        other => panic!("show what? {other:?}"),
    }
}

fn line(state: &State, now: Moment, ticket: &Ticket) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let mut text =
        format!("{} {} {}: {}", ticket.number, ticket.service.as_str(), ticket.class.name(), ticket.stage.name());
    if let Some(window) = ticket.window() {
        text += &format!(" window {window}");
    }
    match ticket.stage {
        Stage::Waiting { since } => text += &format!(", waiting counts {} s", now.since(since) / 1000),
        Stage::Parked { credit_ms, .. } | Stage::Missed { credit_ms, .. } => {
            text += &format!(", keeps {} s", credit_ms / 1000);
        }
        _ => {}
    }
    if let Some(ahead) = state.ahead(ticket) {
        text += &format!(", {ahead} ahead");
    }
    text + &format!(", issued {}, {} calls", &ticket.issued_at.rfc3339(&zone)[11..19], ticket.calls)
}
