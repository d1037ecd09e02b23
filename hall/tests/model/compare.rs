//! The model beside the state it foretold.

use hall::routing::RuleName;
use hall::settings::ServiceCode;
use hall::ticket::Stage;
use hall::window::WindowState;
use hall::{Event, Moment, Record, State as HallState};
use jiff::ToSpan;
use jiff::civil::date;

use super::{Happened, Model, Place, State};

impl Model {
    /// Every ticket, window, queue and count is as foretold.
    pub fn assert_same(&self, hall: &HallState) {
        assert_eq!(hall.at(), Moment(self.now));
        assert_eq!(hall.settings().map(|settings| settings.file().clone()), self.file);
        let day = self.day.map(|day| date(1970, 1, 1).checked_add(day.days()).unwrap());
        assert_eq!(hall.day().map(|day| day.date), day);
        self.assert_tickets(hall);
        self.assert_windows(hall);
        self.assert_queues(hall);
    }

    fn assert_tickets(&self, hall: &HallState) {
        assert_eq!(hall.tickets().len(), self.tickets.len());
        for (ticket, mine) in hall.tickets().iter().zip(&self.tickets) {
            let place = match ticket.stage {
                Stage::Waiting { since } => Place::Line { since: since.0 },
                Stage::Called(call) | Stage::Serving { call, .. } => Place::Window {
                    number: call.window,
                    since: call.since.0,
                    called_at: call.at.0,
                    count: call.count,
                    started: matches!(ticket.stage, Stage::Serving { .. }),
                },
                Stage::Parked { window, credit_ms, .. } => Place::Parked { number: window, credit: credit_ms },
                Stage::Missed { window, credit_ms, .. } => Place::Missed { number: window, credit: credit_ms },
                Stage::Done { window, .. } => Place::Done { number: window },
                Stage::Left { .. } => Place::Left,
            };
            assert_eq!(ticket.id, mine.id);
            assert_eq!(place, mine.place, "{}", mine.number);
            assert_eq!(ticket.number.to_string(), mine.number);
            assert_eq!(ticket.service, ServiceCode(mine.service.clone()), "{}", mine.number);
            assert_eq!(ticket.class, mine.class, "{}", mine.number);
            assert_eq!(ticket.person, mine.person, "{}", mine.number);
            assert_eq!(ticket.sent_to, mine.sent_to, "{}", mine.number);
            assert_eq!(ticket.calls, mine.calls, "{}", mine.number);
            let print = (ticket.print.copies, ticket.print.state.name(), ticket.print.printer.clone());
            assert_eq!(print, mine.print, "{}", mine.number);
            assert_eq!(hall.ticket_numbered(ticket.number).map(|found| found.id), Some(mine.id));
        }
    }

    fn assert_windows(&self, hall: &HallState) {
        let mut mine: Vec<_> = self.windows.iter().collect();
        mine.sort_by_key(|window| window.number);
        let numbers: Vec<u16> = mine.iter().map(|window| window.number).collect();
        assert_eq!(hall.windows().map(|window| window.number).collect::<Vec<_>>(), numbers);
        for (window, mine) in hall.windows().zip(mine) {
            let state = match &window.state {
                WindowState::Closed => State::Closed,
                WindowState::Idle => State::Idle,
                WindowState::Ready { since } => State::Ready(since.0),
                WindowState::Paused { reason } => State::Paused(reason.clone()),
                WindowState::Busy { ticket } => {
                    State::Busy(self.tickets.iter().position(|mine| mine.id == *ticket).unwrap())
                }
            };
            assert_eq!(state, mine.state, "window {}", mine.number);
            assert_eq!(window.clerk, mine.clerk, "window {}", mine.number);
            let mut services: Vec<_> = hall.services_of(window).map(|code| code.0.clone()).collect();
            services.sort();
            assert_eq!(services, mine.services, "window {}", mine.number);
            let parked_here = |place: Place| matches!(place, Place::Parked { number, .. } if number == mine.number);
            let mut parked: Vec<_> =
                self.tickets.iter().filter(|ticket| parked_here(ticket.place)).map(|ticket| ticket.id).collect();
            let mut theirs = window.parked.clone();
            parked.sort_unstable();
            theirs.sort_unstable();
            assert_eq!(theirs, parked, "parked at window {}", mine.number);
        }
    }

    fn assert_queues(&self, hall: &HallState) {
        let count =
            |wanted: fn(Place) -> bool| self.tickets.iter().filter(|ticket| wanted(ticket.place)).count() as u32;
        let counts = hall.counts();
        assert_eq!(counts.issued, self.tickets.len() as u32);
        assert_eq!(counts.waiting, count(|place| matches!(place, Place::Line { .. })));
        assert_eq!(counts.called, count(|place| matches!(place, Place::Window { started: false, .. })));
        assert_eq!(counts.serving, count(|place| matches!(place, Place::Window { started: true, .. })));
        assert_eq!(counts.parked, count(|place| matches!(place, Place::Parked { .. })));
        assert_eq!(counts.missed, count(|place| matches!(place, Place::Missed { .. })));
        assert_eq!(counts.done, count(|place| matches!(place, Place::Done { .. })));
        assert_eq!(counts.left, count(|place| place == Place::Left));
        let mut waiting = 0;
        for queue in hall.queues() {
            let code = &queue.service.code.0;
            let since: Vec<i64> = self
                .tickets
                .iter()
                .filter(|ticket| ticket.service == *code)
                .filter_map(|ticket| match ticket.place {
                    Place::Line { since } => Some(since),
                    _ => None,
                })
                .collect();
            let is_open = |state: &State| !matches!(state, State::Closed | State::Paused(_));
            let open = self.windows.iter().filter(|window| is_open(&window.state) && window.services.contains(code));
            assert_eq!(queue.waiting, since.len(), "{code}");
            assert_eq!(queue.longest_since.map(|since| since.0), since.iter().min().copied(), "{code}");
            assert_eq!(queue.open_windows, open.count(), "{code}");
            waiting += queue.waiting as u32;
        }
        assert_eq!(waiting, counts.waiting, "everybody who waits stands in some queue");
    }
}

/// The events are those that were foretold, the calls with their reasons.
pub fn assert_foretold(foretold: &[Happened], records: &[Record], hall: &HallState) {
    let events: Vec<_> = records.iter().map(|record| record.event.type_name()).collect();
    let expected: Vec<_> = foretold.iter().map(|happened| happened.event).collect();
    assert_eq!(events, expected);
    for (happened, record) in foretold.iter().zip(records) {
        let (Some(call), Event::TicketCalled { ticket, window, why, .. }) = (&happened.call, &record.event) else {
            continue;
        };
        assert_eq!((*window, &hall.ticket(*ticket).unwrap().number.to_string()), (call.window, &call.ticket));
        assert_eq!((why.waited_s, why.lines), (call.waited_s, call.lines), "{call:?}");
        assert_eq!(why.passed.as_ref().map(|passed| passed.number.to_string()), call.passed, "{call:?}");
        // A ready window had nobody to choose from: the rule that would have taken him is not asked.
        if why.rule == RuleName::ReadyWindow {
            assert_eq!(call.lines, 1);
        } else {
            assert_eq!(why.rule, call.rule);
        }
    }
}
