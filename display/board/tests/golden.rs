//! A morning at a board, written down: what it shows and says after each event.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use std::fmt::Write as _;

use board::Options;
use protocol::board::{BoardLink, BoardView};
use support::Stand;

/// A board as a text: `*` large, `!` news, `s` served, `+` called again.
fn drawn(view: &BoardView) -> String {
    let mut text = match view.link {
        BoardLink::Live => format!("{} waiting {:?}", view.time.as_deref().unwrap_or("-"), view.waiting),
        link => format!("{} {link:?}", view.time.as_deref().unwrap_or("-")),
    };
    for call in &view.calls {
        let marks: String = [(call.large, '*'), (call.fresh, '!'), (call.serving, 's'), (call.again, '+')]
            .iter()
            .filter_map(|(is, mark)| is.then_some(*mark))
            .collect();
        let _ = write!(text, " | {} → {} {marks}", call.number, call.window);
    }
    text
}

#[test]
fn a_morning() {
    let mut stand = Stand::new(Options { english: true, yao: true });
    let mut log = String::new();
    let mut announced = 0;
    let mut note = |stand: &Stand, what: &str| {
        let _ = writeln!(log, "{:>6} ms  {what}\n           {}", stand.now.0, drawn(&stand.view()).trim_end());
        for (at, one) in &stand.announced[announced..] {
            let said: Vec<&str> = one.sayings.iter().map(|saying| saying.text.as_str()).collect();
            let _ =
                writeln!(log, "           said at {} ms, at most {} sentences: {}", at.0, said.len(), said.join(" / "));
        }
        announced = stand.announced.len();
    };
    note(&stand, "the day begins");
    stand.call(1, "A001", 12);
    note(&stand, "12 calls A001");
    stand.call(2, "A002", 3);
    note(&stand, "3 calls A002 in the same second");
    stand.live(7_000);
    note(&stand, "seven seconds later");
    stand.started(1, "A001", 12);
    note(&stand, "A001 is at the window");
    stand.live(30_000);
    stand.called("ticket.recalled", 2, "A002", 3, 2);
    note(&stand, "3 calls A002 again");
    stand.live(20_000);
    stand.gone("ticket.missed", 2, "A002", 3, "missed");
    note(&stand, "A002 did not come");
    stand.call(3, "A1000", 3);
    stand.gone("ticket.returned", 3, "A1000", 3, "waiting");
    note(&stand, "A1000 was called by mistake and sent back");
    stand.pass(10_000);
    note(&stand, "the network is away for ten seconds");
    stand.hear(&support::snapshot(99, 70, &[]));
    note(&stand, "and is back; meanwhile A001 was finished");
    insta::assert_snapshot!(log);
}
