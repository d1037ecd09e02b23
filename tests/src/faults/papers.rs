//! The tickets of the tests, and whether what came out of a printer is one of them.

use anyhow::ensure;
use protocol::bridge::{Align, JobState, Paper, PaperLine};
use serde::Deserialize;

/// A visitor's ticket.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
}

impl Ticket {
    /// A new one.
    pub fn new(number: String) -> Self {
        Self { id: uuid::Uuid::now_v7().to_string(), number }
    }

    /// The job of a copy.
    pub fn job(&self, copy: u32) -> String {
        format!("{}-{copy}", self.id)
    }

    /// The paper of a copy; all but the first are marked.
    pub fn paper(&self, copy: u32) -> Paper {
        let text = |text: &str, size, align| PaperLine::Text { text: text.into(), size, align, bold: size > 1 };
        let mut lines = vec![text("银州区政务服务中心", 1, Align::Center)];
        if copy > 0 {
            lines.push(text("补打", 2, Align::Center));
        }
        lines.extend([
            text(&self.number, 4, Align::Center),
            text("不动产登记", 2, Align::Center),
            PaperLine::Rule,
            text("前面还有 3 位，预计等候 8 至 15 分钟", 1, Align::Left),
            PaperLine::Qr { data: self.link() },
            text("2026-11-26 09:30", 1, Align::Left),
            PaperLine::Feed { lines: 1 },
        ]);
        Paper { lines }
    }

    fn link(&self) -> String {
        format!("https://hall.invalid/t/{}", self.id)
    }
}

/// Something that came out of a printer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Printed {
    /// Its text, line by line.
    pub text: String,
    /// What its QR codes say.
    pub qr: Vec<String>,
    /// Whole, cut off and not struck out.
    pub complete: bool,
    /// Marked 补打.
    pub reprint: bool,
}

/// How a ticket fared: what was answered to each copy, the first first.
#[derive(Debug)]
pub struct Fared {
    /// The ticket.
    pub ticket: Ticket,
    /// The answers.
    pub copies: Vec<JobState>,
}

/// Checks that everybody has exactly one valid ticket: the first copy where it was printed, else the last one, marked; and that
/// nothing else that looks like a ticket came out.
pub fn check(fared: &[Fared], printed: &[Printed]) -> anyhow::Result<()> {
    let valid: Vec<&Printed> = printed.iter().filter(|paper| paper.complete).collect();
    let mut known = 0;
    for Fared { ticket, copies } in fared {
        let is_whole = |paper: &Printed| {
            paper.qr == [ticket.link()]
                && [&ticket.number, "不动产登记", "前面还有 3 位", "2026-11-26 09:30"]
                    .iter()
                    .all(|text| paper.text.contains(*text))
        };
        let mine: Vec<&&Printed> = valid
            .iter()
            .filter(|paper| paper.text.contains(&ticket.number) || paper.qr.contains(&ticket.link()))
            .collect();
        known += mine.len();
        for paper in &mine {
            ensure!(is_whole(paper), "half a ticket looks whole: {paper:?}");
        }
        let unmarked = mine.iter().filter(|paper| !paper.reprint).count();
        let marked = mine.len() - unmarked;
        let Some((last, earlier)) = copies.split_last() else { anyhow::bail!("{} was never asked for", ticket.number) };
        ensure!(*last == JobState::Printed, "{} was never printed: {copies:?}", ticket.number);
        // Of an unknown copy one may lie in the tray; of a failed one, none.
        let perhaps = |copies: &[JobState]| copies.iter().filter(|state| **state == JobState::Unknown).count();
        match earlier {
            [] => ensure!(
                (unmarked, marked) == (1, 0),
                "{}: printed once, found {unmarked} and {marked} marked",
                ticket.number
            ),
            [first, others @ ..] => {
                ensure!(
                    unmarked <= perhaps(&[*first]),
                    "{}: first copy {first:?}, but found {unmarked}",
                    ticket.number
                );
                let most = 1 + perhaps(others);
                ensure!((1..=most).contains(&marked), "{}: found {marked} marked, answered {copies:?}", ticket.number);
            }
        }
    }
    ensure!(known == valid.len(), "something else came out: {valid:#?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn printed(ticket: &Ticket, reprint: bool) -> Printed {
        let text = format!(
            "{}\n{}\n不动产登记\n前面还有 3 位\n2026-11-26 09:30\n",
            if reprint { "补打" } else { "" },
            ticket.number
        );
        Printed { text, qr: vec![ticket.link()], complete: true, reprint }
    }

    #[test]
    fn what_is_wrong_is_found() {
        use JobState::{Failed, Printed as Done, Unknown};
        let ticket = Ticket::new("A001".into());
        let (first, again) = (printed(&ticket, false), printed(&ticket, true));
        let check = |copies: &[JobState], printed: &[Printed]| {
            check(&[Fared { ticket: ticket.clone(), copies: copies.to_vec() }], printed).is_ok()
        };
        assert!(check(&[Done], from_ref(&first)));
        assert!(check(&[Failed, Done], from_ref(&again)));
        assert!(check(&[Unknown, Done], from_ref(&again)) && check(&[Unknown, Done], &[first.clone(), again.clone()]));
        assert!(!check(&[Done], &[]) && !check(&[Done], &[first.clone(), first.clone()]));
        assert!(!check(&[Failed, Done], &[first.clone(), again.clone()]));
        assert!(!check(&[Unknown, Done], &[again.clone(), again.clone()]));
        assert!(!check(&[Unknown], from_ref(&first)));
        let half = Printed { qr: vec![], ..first.clone() };
        assert!(!check(&[Done], from_ref(&half)));
        assert!(check(&[Done], &[first.clone(), Printed { complete: false, ..half }]));
        let stranger = printed(&Ticket::new("B001".into()), false);
        assert!(!check(&[Done], &[first, stranger]));
    }
}
