//! What a command is answered, worked out from its events alone, so that the same answer can be given again.

use serde::{Deserialize, Serialize};

use super::State;
use crate::event::Event;
use crate::ticket::Ticket;
use crate::window::Window;

/// The answer to a command that had an effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The ticket as the command left it.
    Ticket {
        /// The ticket.
        ticket: Box<Ticket>,
        /// How many were ahead of it.
        ahead: Option<usize>,
    },
    /// The window as the command left it.
    Window(Box<Window>),
    /// What the count of a car park was off by.
    Corrected {
        /// Cars: positive when more stood there than was counted.
        off: i64,
    },
    /// Nobody waits (204).
    Nobody,
    /// It is done, and there is nothing to show (204).
    Done,
}

impl Answer {
    /// The answer after one more event of the same command. `state` has applied that event.
    pub fn after(before: Option<Self>, state: &State, event: &Event) -> Self {
        let window = |number: u16| state.window(number).map(|window| Self::Window(Box::new(window.clone())));
        let ticket = |state: &State| {
            let ticket = event.ticket().and_then(|id| state.ticket(id))?;
            Some(Self::Ticket { ahead: state.ahead(ticket), ticket: Box::new(ticket.clone()) })
        };
        let answer = match event {
            // `finish {call: true}` answers with the next ticket, which comes as the next event, or that nobody waits.
            // A window that has left the settings calls nobody more.
            Event::TicketFinished { call: true, window: number, .. } => {
                Some(if state.window(*number).is_some() { Self::Nobody } else { Self::Done })
            }
            Event::HallConfigured { .. }
            | Event::DayClosed { .. }
            | Event::AppointmentsTold { .. }
            | Event::DayTold { .. } => Some(Self::Done),
            Event::LotCorrected { off, .. } => Some(Self::Corrected { off: *off }),
            event if event.lot().is_some() => Some(Self::Done),
            Event::TicketCalled { ticket: called, .. } => match &before {
                None | Some(Self::Nobody) => ticket(state),
                Some(Self::Ticket { ticket: mine, .. }) if mine.id == *called => ticket(state),
                Some(Self::Window(mine)) => window(mine.number),
                // A call that the command caused at another window is not what was asked for.
                Some(_) => before.clone(),
            },
            Event::WindowReady { .. } => match before {
                None => Some(Self::Nobody),
                other => other,
            },
            Event::WindowOpened { window: number, .. }
            | Event::WindowPaused { window: number, .. }
            | Event::WindowClosed { window: number } => window(*number),
            _ => ticket(state),
        };
        answer.unwrap_or(Self::Nobody)
    }
}
