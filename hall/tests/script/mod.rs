//! The language of the scripts. One line, one command:
//!
//! ```text
//! hall two-windows                  settings from two-windows.toml; again at noon for a change
//! at 08:30   ·   date 2026-11-24    the clock, in Shanghai
//! take PERMIT [CLASS] [for wang] [at k1] [because "why"] [times 3]
//! open 1 [TAX …] · pause 1 "why" · close 1
//! call 1 [A001] · ready 1 · recall 1 · start 1 · finish 1 [call] [ready] · miss 1
//! park 1 ["note"] · resume 1 A001 · return 1 "why" · transfer 1 TAX · transfer 1 window 2
//! leave A001 · reprint A001 [k1] · printed A001 0 printed · close-day
//! show queues · show windows · show tickets · show ticket A001
//! as guide COMMAND · as clerk 2 COMMAND     somebody else than the usual kiosk, clerk or manager
//! seeing A001 COMMAND                       the clerk's screen shows that ticket
//! key 7 COMMAND                             under an Idempotency-Key
//! ```

mod print;

use std::fs;
use std::path::PathBuf;

use hall::command::{AtLot, AtWindow, Command, Context, Issue, TicketRef, TransferTo};
use hall::ids::TicketId;
use hall::parking::{Bay, Counted, Direction, Passage, PassageId, Source};
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::{Class, Moment, PrintState};
use jiff::civil::{Date, Time};

use crate::support::{Driver, actor, command_id, fingerprint, person_id, settings, ticket_id};

pub struct Script {
    folder: PathBuf,
    driver: Driver,
    date: Date,
    time: Time,
    commands: usize,
    tickets: usize,
    out: String,
}

/// The words in front of a command.
#[derive(Default)]
struct Manner {
    actor: Option<Actor>,
    seen: Option<TicketId>,
    key: Option<usize>,
}

impl Script {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            driver: Driver::default(),
            date: Date::constant(2026, 11, 23),
            time: Time::constant(8, 0, 0, 0),
            commands: 0,
            tickets: 0,
            out: String::new(),
        }
    }

    /// Plays a script; every line with what it led to.
    pub fn play(mut self, text: &str) -> String {
        for line in text.lines() {
            self.out += line;
            self.out += "\n";
            let words = words(line);
            if !words.is_empty() {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                self.line(Manner::default(), &words);
            }
        }
        self.out
    }

    fn say(&mut self, text: &str) {
        self.out += "    ";
        self.out += text;
        self.out += "\n";
    }

    fn now(&self) -> Moment {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        let zoned = zone.to_ambiguous_zoned_datetime(self.date.to_datetime(self.time)).compatible().unwrap();
        Moment(zoned.timestamp().as_millisecond())
    }

    fn line(&mut self, mut manner: Manner, words: &[&str]) {
        match words {
            ["at", time] => self.time = time.parse().unwrap(),
            ["date", date] => self.date = date.parse().unwrap(),
            ["show", what @ ..] => self.show(what),
            ["as", "clerk", window, rest @ ..] if window.parse::<u16>().is_ok() => {
                manner.actor = Some(actor(Role::Clerk, Some(window.parse().unwrap())));
                self.line(manner, rest);
            }
            ["as", role, rest @ ..] => {
                manner.actor = Some(actor(Role::named(role).unwrap(), None));
                self.line(manner, rest);
            }
            ["seeing", number, rest @ ..] => {
                manner.seen = Some(self.ticket(number));
                self.line(manner, rest);
            }
            ["key", key, rest @ ..] => {
                manner.key = Some(key.parse().unwrap());
                self.line(manner, rest);
            }
            ["take", rest @ .., "times", count] => {
                for _ in 1..count.parse().unwrap() {
                    let command = self.take(rest);
                    self.run(&manner, &command, false);
                }
                let command = self.take(rest);
                self.run(&manner, &command, true);
            }
            ["take", rest @ ..] => {
                let command = self.take(rest);
                self.run(&manner, &command, true);
            }
            words => {
                let command = self.command(&manner, words);
                self.run(&manner, &command, true);
            }
        }
    }

    fn take(&mut self, words: &[&str]) -> Command {
        self.tickets += 1;
        let mut issue = Issue {
            ticket: ticket_id(self.tickets),
            service: ServiceCode::from(words[0]),
            class: Class::Normal,
            reason: None,
            person: None,
            source: None,
            vehicle: None,
            printer: None,
            estimate: None,
        };
        let mut words = &words[1..];
        loop {
            words = match words {
                [] => return Command::Issue(issue),
                ["for", person, rest @ ..] => {
                    issue.person = Some(person_id(person.bytes().map(usize::from).sum()));
                    rest
                }
                ["at", kiosk, rest @ ..] => {
                    issue.printer = Some((*kiosk).to_owned());
                    rest
                }
                ["because", why, rest @ ..] => {
                    issue.reason = Some((*why).to_owned());
                    rest
                }
                [class, rest @ ..] => {
                    issue.class = Class::named(class).unwrap();
                    rest
                }
            }
        }
    }

    fn ticket(&self, number: &str) -> TicketId {
        let number = number.parse().unwrap();
        self.driver.state.ticket_numbered(number).map_or(ticket_id(0), |ticket| ticket.id)
    }

    fn command(&self, manner: &Manner, words: &[&str]) -> Command {
        let seen = manner.seen;
        let text = |words: &[&str]| words.first().map(|text| (*text).to_owned());
        let by_number = |number: &str| TicketRef::Number(number.parse().unwrap());
        let (window, what) = match words {
            ["hall", name] => {
                let toml = fs::read_to_string(self.folder.join(format!("{name}.toml"))).unwrap();
                return Command::Configure(Box::new(settings(&toml)));
            }
            ["close-day"] => return Command::CloseDay,
            ["leave", number] => return Command::Leave(self.ticket(number)),
            ["reprint", number, kiosk @ ..] => {
                return Command::Reprint { ticket: self.ticket(number), printer: text(kiosk) };
            }
            ["printed", number, copy, became] => {
                return Command::Printed {
                    ticket: self.ticket(number),
                    copy: copy.parse().unwrap(),
                    state: PrintState::reported(became).unwrap(),
                };
            }
            // lot P1 …
            ["lot", lot, what @ ..] => return Command::AtLot((*lot).to_owned(), self.at_lot(what)),
            ["open", window] => (window, AtWindow::Open { services: None, clerk: None }),
            ["open", window, codes @ ..] => {
                let services = codes.iter().map(|code| ServiceCode::from(*code)).collect();
                (window, AtWindow::Open { services: Some(services), clerk: None })
            }
            ["pause", window, reason] => (window, AtWindow::Pause { reason: (*reason).to_owned() }),
            ["close", window] => (window, AtWindow::Close),
            ["call", window] => (window, AtWindow::Call { ticket: None, ready: false }),
            ["call", window, number] => (window, AtWindow::Call { ticket: Some(by_number(number)), ready: false }),
            ["ready", window] => (window, AtWindow::Call { ticket: None, ready: true }),
            ["recall", window] => (window, AtWindow::Recall { seen }),
            ["start", window] => (window, AtWindow::Start { seen }),
            ["finish", window, how @ ..] => {
                let (call, ready) = (how.contains(&"call"), how.contains(&"ready"));
                (window, AtWindow::Finish { outcome: None, call, ready, seen })
            }
            ["rate", window, level] => (window, AtWindow::Rate { level: level.parse().unwrap(), ticket: None }),
            ["rate", window, level, number] => {
                (window, AtWindow::Rate { level: level.parse().unwrap(), ticket: Some(self.ticket(number)) })
            }
            ["miss", window] => (window, AtWindow::Miss { seen }),
            ["return", window, reason] => (window, AtWindow::Return { reason: (*reason).to_owned(), seen }),
            ["park", window, note @ ..] => (window, AtWindow::Park { note: text(note), seen }),
            ["resume", window, number] => (window, AtWindow::Resume { ticket: by_number(number) }),
            ["transfer", window, "window", to] => {
                (window, AtWindow::Transfer { to: TransferTo::Window(to.parse().unwrap()), seen })
            }
            ["transfer", window, service] => {
                (window, AtWindow::Transfer { to: TransferTo::Service(ServiceCode::from(*service)), seen })
            }
            other => panic!("no such command: {other:?}"),
        };
        Command::At(window.parse().unwrap(), what)
    }

    /// `in LANE ID [source]`, `out LANE ID [source]`, `count N why [class]`, `open|close [level CODE|lane CODE]`, `blind|sees LANE`.
    fn at_lot(&self, words: &[&str]) -> AtLot {
        match words {
            [way @ ("in" | "out"), lane, id, rest @ ..] => AtLot::Passed(Passage {
                id: PassageId((*id).to_owned()),
                lane: (*lane).to_owned(),
                at: self.now(),
                direction: if *way == "in" { Direction::In } else { Direction::Out },
                bay: None,
                source: rest.first().map_or(Source::Loops, |source| Source::named(source).unwrap()),
                doubtful: false,
                vehicle: None,
            }),
            ["count", occupied, reason, class @ ..] => AtLot::Correct {
                what: class.first().map(|class| match Bay::named(class) {
                    Some(bay) => Counted::Class(bay),
                    None => Counted::Level((*class).to_owned()),
                }),
                at: None,
                occupied: occupied.parse().unwrap(),
                reason: (*reason).to_owned(),
                by: "guard".into(),
            },
            [how @ ("open" | "close"), "lane", lane] => {
                AtLot::OpenLane { lane: (*lane).to_owned(), open: *how == "open" }
            }
            [how @ ("open" | "close"), level @ ..] => {
                AtLot::Open { level: level.first().map(|level| (*level).to_owned()), open: *how == "open" }
            }
            [how @ ("blind" | "sees"), lane] => AtLot::Blind { lane: (*lane).to_owned(), blind: *how == "blind" },
            other => panic!("nothing such happens at a lot: {other:?}"),
        }
    }

    fn run(&mut self, manner: &Manner, command: &Command, aloud: bool) {
        let usual = match command {
            Command::Issue(_) | Command::Leave(_) | Command::Reprint { .. } | Command::Printed { .. } => Role::Kiosk,
            Command::At(..) => Role::Clerk,
            Command::AtLot(..) => Role::Gate,
            Command::Configure(_) | Command::CloseDay | Command::Appointments(..) | Command::TellDay(..) => {
                Role::Manager
            }
        };
        if self.driver.state.day_is_over(self.now()) && !matches!(command, Command::CloseDay) {
            self.line(Manner::default(), &["close-day"]);
        }
        self.commands += 1;
        let command_number = manner.key.unwrap_or(self.commands + 1_000);
        if let Some(remembered) = self.driver.state.remembered(command_id(command_number)) {
            let answer = print::answer(&remembered.answer);
            self.say(&format!("answered as before: {answer}"));
            return;
        }
        let context = Context {
            at: self.now(),
            command: command_id(command_number),
            actor: manner.actor.unwrap_or_else(|| actor(usual, None)),
            key: manner.key.map(fingerprint),
        };
        // Names of tickets that a closing day forgets.
        let before = self.driver.state.clone();
        let lines = match self.driver.run(&context, command) {
            Ok(records) if records.is_empty() => vec!["nothing changes".to_owned()],
            Ok(records) => {
                let state = if self.driver.state.tickets().is_empty() { &before } else { &self.driver.state };
                records.iter().map(|record| print::event(state, &record.event)).collect()
            }
            Err(refusal) => {
                let (status, kind) = refusal.kind();
                vec![format!("refused {status} {kind}: {refusal}")]
            }
        };
        for line in lines.iter().filter(|_| aloud) {
            self.say(line);
        }
    }

    fn show(&mut self, what: &[&str]) {
        let lines = print::show(&self.driver.state, self.now(), what);
        for line in lines {
            self.say(&line);
        }
    }
}

/// Words and "quoted text"; what follows a `#` is for the reader.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('#').next().unwrap().split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
