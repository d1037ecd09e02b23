//! What was acknowledged, and whether the log agrees.

use std::collections::{HashMap, HashSet};

use hall::event::{Event, Record};
use hall::state::Saved;
use hall::{Answer, Command, State};
use server::engine::{Outcome, Rebuilt, STREAM, Submission};
use store::{Append, Head, MemoryStore, Store as _, chain};
use uuid::Uuid;

use super::world::now;

/// Answers and effects by the client's key.
#[derive(Default)]
pub(super) struct Ledger {
    /// Ids of commands in the log.
    committed: HashSet<Uuid>,
    /// The first answer that was given after the effect, and what was asked.
    answers: HashMap<Uuid, (Command, Answer)>,
    /// The id in the log of each acknowledged key.
    in_log: HashMap<Uuid, Uuid>,
}

impl Ledger {
    pub fn committed(&mut self, append: &Append) {
        self.committed.extend(append.streams.iter().flat_map(|stream| &stream.events).map(|event| event.command));
    }

    /// The server answers. `state` is what is durable.
    pub fn answered(&mut self, submission: &Submission, outcome: &Outcome, state: &State) -> Result<(), String> {
        let Some(effect) = self.effect_of(submission, state) else { return Ok(()) };
        match outcome {
            Outcome::Done(answer) => match self.answers.get(&submission.command_id.0) {
                None => {
                    self.answers.insert(submission.command_id.0, (submission.command.clone(), answer.clone()));
                    self.in_log.insert(submission.command_id.0, effect);
                    Ok(())
                }
                Some((_, first)) if first == answer => Ok(()),
                Some((_, first)) => Err(format!("I6: one key got {first:?} and then {answer:?}")),
            },
            // Doubled on the way: the first copy found the disk full, the second did not.
            Outcome::StorageFull | Outcome::Unavailable => Ok(()),
            Outcome::Refused(refusal) => Err(format!("I6: a key with an effect was refused: {refusal}")),
        }
    }

    /// The id under which the submission stands in the log: made of the key and the day of its first use.
    fn effect_of(&self, submission: &Submission, state: &State) -> Option<Uuid> {
        let settings = state.settings()?;
        let today = settings.hours().business_date(state.at());
        let dates = [today.tomorrow().ok()?, today, today.yesterday().ok()?];
        dates
            .map(|date| Uuid::new_v5(&submission.command_id.0, date.to_string().as_bytes()))
            .into_iter()
            .find(|id| self.committed.contains(id))
    }

    pub fn acknowledged(&self) -> usize {
        self.answers.len()
    }

    pub fn effects(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.in_log.values().copied()
    }

    /// Reads the whole log and holds it against the acknowledgements and the server's own state. Gives the head and the
    /// number of days that ended.
    pub fn audit(&self, store: &MemoryStore, state: &State) -> Result<(Head, u32), String> {
        let head = now(store.head(STREAM))?.map_err(|error| error.to_string())?;
        let rows = now(store.read(STREAM, 0, u32::MAX))?.map_err(|error| error.to_string())?;
        let end = chain::verify(STREAM, Head::default(), &rows).map_err(|broken| format!("I10: {broken:?}"))?;
        if end != head {
            return Err("I10: the chain does not end at its head".into());
        }
        let mut rebuilt = Rebuilt::default();
        let mut records = Vec::with_capacity(rows.len());
        let mut numbers = HashSet::new();
        let mut days = 0;
        for row in &rows {
            let record = row.record().map_err(|error| error.to_string())?;
            if let Some(violation) = hall::invariant::check_order(rebuilt.state(), &record.event).first() {
                return Err(violation.to_string());
            }
            rebuilt.apply(&record).map_err(|contradiction| contradiction.to_string())?;
            match &record.event {
                Event::TicketIssued { number, business_date, .. } if !numbers.insert((*business_date, *number)) => {
                    return Err(format!("I2: {number} was given twice on {business_date}"));
                }
                Event::DayClosed { .. } => days += 1,
                _ => {}
            }
            records.push(record);
        }
        same(rebuilt.state(), state)?;
        let stored = now(store.tickets(None, u32::MAX))?.map_err(|error| error.to_string())?;
        if stored != rebuilt.into_rows() {
            return Err("the rows of tickets disagree with the log".into());
        }
        self.hold_against(&records)?;
        Ok((head, days))
    }

    fn hold_against(&self, records: &[Record]) -> Result<(), String> {
        let mut by_command: HashMap<Uuid, Vec<&Record>> = HashMap::new();
        for record in records {
            by_command.entry(record.command.0).or_default().push(record);
        }
        for (key, (command, answer)) in &self.answers {
            let mine = self.in_log.get(key).and_then(|id| by_command.get(id));
            let Some(mine) = mine else {
                return Err(format!("I1: {command:?} was acknowledged and is not in the log"));
            };
            let seqs: Vec<u64> = mine.iter().map(|record| record.seq).collect();
            if seqs.windows(2).any(|pair| pair[1] != pair[0] + 1) {
                return Err(format!("I6: {command:?} happened in pieces, at {seqs:?}"));
            }
            let Answer::Ticket { ticket, .. } = answer else { continue };
            if !mine.iter().any(|record| record.event.ticket() == Some(ticket.id)) {
                return Err(format!("I1: the answer to {command:?} speaks of {}, its events do not", ticket.number));
            }
            if let (Command::Issue(_), Some(Event::TicketIssued { number, .. })) =
                (command, mine.first().map(|record| &record.event))
                && *number != ticket.number
            {
                return Err(format!("I1: {} was promised, {number} is in the log", ticket.number));
            }
        }
        Ok(())
    }
}

fn same(replayed: &State, running: &State) -> Result<(), String> {
    let text = |state: &State| serde_json::to_string(&Saved::from(state)).map_err(|error| error.to_string());
    if text(replayed)? == text(running)? {
        Ok(())
    } else {
        Err("the running state is not what its log amounts to".into())
    }
}
