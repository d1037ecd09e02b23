//! A driver and a virtual printer at one line, in simulated time: what the tests of faults stand on.

use protocol::bridge::{Align, JobReport, JobState, Paper, PaperLine, Trouble};

use super::virtual_printer::Plugs;
use super::{Command, Event, Model, Printer, VirtualPrinter};
use crate::{Driver, Health, Input, Millis, Output, VirtualDevice};

/// Both ends of a line.
pub struct Bench {
    pub now: Millis,
    pub driver: Printer,
    pub printer: VirtualPrinter,
    /// What the driver said, with the time.
    pub events: Vec<(Millis, Event)>,
    /// Every byte the driver gave to the port.
    pub sent: Vec<u8>,
    accepted: usize,
    /// The port takes nothing, as when a USB printer refuses data.
    pub port_stuck: bool,
    held: Vec<u8>,
    pub reopened: usize,
}

impl Bench {
    /// An open line to a printer that works, with the driver at rest.
    pub fn new(model: Model) -> Self {
        let mut bench = Self::closed(model);
        bench.open();
        bench.run(2_000);
        bench
    }

    pub fn closed(model: Model) -> Self {
        let now = Millis(1_000);
        Self {
            now,
            driver: Printer::new(model),
            printer: VirtualPrinter::new(model, now),
            events: Vec::new(),
            sent: Vec::new(),
            accepted: 0,
            port_stuck: false,
            held: Vec::new(),
            reopened: 0,
        }
    }

    pub fn open(&mut self) {
        self.accepted = 0;
        self.held.clear();
        self.give(Input::Opened);
    }

    pub fn close(&mut self) {
        self.give(Input::Closed);
    }

    pub fn give(&mut self, input: Input<'_, Command>) {
        self.driver.input(self.now, input);
        self.settle();
    }

    /// Lets both talk until neither has anything to say at this time.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            if let Some(output) = self.driver.output() {
                match output {
                    Output::Send(bytes) => {
                        self.sent.extend(&bytes);
                        self.held.extend(bytes);
                    }
                    Output::Reopen => {
                        self.reopened += 1;
                        self.held.clear();
                        self.accepted = 0;
                        self.port_stuck = false;
                        self.driver.input(self.now, Input::Closed);
                        self.driver.input(self.now, Input::Opened);
                    }
                    Output::Event(event) => self.events.push((self.now, event)),
                }
                continue;
            }
            let room = if self.port_stuck { 0 } else { self.printer.room() };
            let bytes: Vec<u8> = self.held.drain(..self.held.len().min(room)).collect();
            if !bytes.is_empty() {
                self.accepted += bytes.len();
                self.printer.receive(self.now, &bytes);
                self.driver.input(self.now, Input::Sent(self.accepted));
                continue;
            }
            let answer = self.printer.answer();
            if answer.is_empty() {
                return;
            }
            // Split in the middle: nobody keeps answers together.
            let (first, second) = answer.split_at(answer.len() / 2);
            self.driver.input(self.now, Input::Bytes(first));
            self.driver.input(self.now, Input::Bytes(second));
        }
        panic!("driver and printer never come to rest");
    }

    /// Lets time pass, step by step.
    pub fn run(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.now < end {
            let next = [self.driver.wake_at(), self.printer.wake_at()].into_iter().flatten().min().unwrap_or(end);
            self.now = next.max(self.now + 1).min(end);
            self.printer.receive(self.now, &[]);
            self.driver.input(self.now, Input::Clock);
            self.settle();
        }
    }

    /// Runs until the job has ended; how, and after how many milliseconds.
    pub fn until_ended(&mut self, job: &str) -> (JobReport, u64) {
        let begun = self.now;
        for _ in 0..40_000 {
            if let Some(report) = self.report(job) {
                return (report, self.now.since(begun));
            }
            self.run(10);
        }
        panic!("{job} never ends: {:?}", self.events);
    }

    pub fn report(&self, job: &str) -> Option<JobReport> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::Job { job: other, report } if other == job => Some(*report),
            _ => None,
        })
    }

    pub fn health(&self) -> Option<Health> {
        self.events
            .iter()
            .rev()
            .find_map(|(_, event)| if let Event::Health(health) = event { Some(*health) } else { None })
    }

    pub fn print(&mut self, job: &str, number: &str) {
        self.give(Input::Command(Command::Print { job: job.to_owned(), paper: ticket(number, false) }));
    }

    pub fn plug(&mut self, change: impl FnOnce(&mut Plugs)) {
        let mut plugs = self.printer.plugs().clone();
        change(&mut plugs);
        self.printer.set_plugs(self.now, plugs);
        self.settle();
    }

    /// How many valid tickets show this number.
    pub fn valid(&self, number: &str) -> usize {
        let shows = |text: &str| text.lines().any(|line| line == number);
        self.printer.tickets().iter().filter(|paper| paper.is_complete() && shows(&paper.text())).count()
    }
}

/// A ticket as a hall prints it.
pub fn ticket(number: &str, reprint: bool) -> Paper {
    let text = |text: &str, size, bold| PaperLine::Text { text: text.to_owned(), size, align: Align::Center, bold };
    let mut lines = vec![text("鄞州区政务服务中心", 2, false), PaperLine::Feed { lines: 1 }];
    if reprint {
        lines.push(text("补打", 2, true));
    }
    lines.extend([
        text(number, 6, true),
        PaperLine::Feed { lines: 1 },
        text("社会保险 · 综合窗口", 2, false),
        text("前面还有 3 位，约等 8 至 15 分钟", 1, false),
        PaperLine::Rule,
        PaperLine::Qr { data: "https://hall.invalid/t/k3Jx9qT2mB7wLr5eYv8a".to_owned() },
        text("扫码看排队进度", 1, false),
        text("2026-11-26 09:41", 1, false),
        text("过号请到导服台", 1, false),
    ]);
    Paper { lines }
}

/// A report.
pub const fn report(state: JobState, why: Option<Trouble>) -> JobReport {
    JobReport { state, why }
}
