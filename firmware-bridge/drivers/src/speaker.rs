//! Speakers: one queue of calls, said one after the other, never two at a time and none that is too old.
//!
//! What makes the sound is a *player*: a real one turns a call into samples and gives them to the sound card, a virtual one
//! writes down what was said when. Both are spoken to in [`wire`], and play what they are given at once and alone. This driver
//! decides what comes next:
//!
//! - A call that has not begun when its time is over is dropped and told as `expired`; so is the oldest where
//!   [`MOST_WAITING`] wait and another one comes. Which calls are worth saying at all is decided before, by whoever sends them.
//! - A player that is over its time is told to stop, and started anew when it does not: one that hangs silences nobody for long.
//! - A call that failed half-way is not said again: its visitor has heard half of it, and the next are waiting.
//! - The sound card is looked at when the port opens, after a failure, every [`RECHECK_MS`] while there is none, every
//!   [`VOICE_CHECK_MS`] while its voice is missing, and every [`IDLE_CHECK_MS`] while nothing is said. So a plug that was pulled is noticed, and put back it works again by itself.

pub mod pcm;
mod queue;
pub mod virtual_speaker;
pub mod wav;
pub mod wire;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use protocol::bridge::Trouble;
use protocol::bridge::speakers::{Call, Speech, SpeechState};

use crate::{Driver, Health, Input, Millis, Output};
use queue::Queue;
use wire::{Lines, ToHost, ToPlayer};

/// Most calls that wait.
pub const MOST_WAITING: usize = 16;
/// So long a player may take until it begins.
pub const PREPARE_MS: u64 = 8_000;
/// So much longer than it said a player may take.
pub const OVERRUN_MS: u64 = 3_000;
/// So long it may take to stop.
pub const STOP_MS: u64 = 2_000;
/// So long it may take to look at the sound card.
pub const CHECK_MS: u64 = 5_000;
/// A sound card that is gone is looked for so often.
pub const RECHECK_MS: u64 = 3_000;
/// A voice that is missing is looked for so often.
pub const VOICE_CHECK_MS: u64 = 10_000;
/// One that is there and silent is looked at so often.
pub const IDLE_CHECK_MS: u64 = 60_000;
/// Silence between two calls, so that they are heard as two.
pub const GAP_MS: u64 = 300;
/// No call takes longer, whatever the player says.
const LONGEST_MS: u64 = 120_000;

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announce {
    /// Its id.
    pub id: String,
    /// What.
    pub call: Call,
}

/// What the driver tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How the speaker is.
    Health(Health),
    /// A call is further.
    Speech {
        /// Which.
        id: String,
        /// How far.
        speech: Speech,
    },
}

/// See the module.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that is so or not")]
pub struct Speaker {
    queue: Queue,
    lines: Lines,
    outputs: VecDeque<Output<Event>>,
    health: Option<Health>,
    open: bool,
    /// The number of what the player was last told.
    last: u32,
    doing: Option<Doing>,
    /// The player can be heard.
    able: bool,
    /// It can say everything as it is set to.
    voice: bool,
    /// The last call did not end well.
    failed: bool,
    check_at: Millis,
    quiet_until: Millis,
}

/// What the player does now.
#[derive(Debug)]
struct Doing {
    n: u32,
    /// When nobody waits any longer.
    limit: Millis,
    task: Task,
}

#[derive(Debug)]
enum Task {
    Check,
    Say { id: String },
    Stop { id: String },
}

impl Driver for Speaker {
    type Command = Announce;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Announce>) {
        match input {
            Input::Opened => {
                self.forget();
                self.open = true;
                self.check_at = now;
            }
            Input::Closed => {
                self.forget();
                self.tell_health(Health::GONE);
            }
            Input::Bytes(bytes) => {
                for message in self.lines.take::<ToHost>(bytes) {
                    self.heard(now, message);
                }
            }
            Input::Command(Announce { id, call }) => {
                let expires = now + u64::from(call.expires_ms);
                if let Some(id) = self.queue.push(id, call, expires) {
                    self.tell(id, SpeechState::Expired, None);
                }
            }
            Input::Clock | Input::Sent(_) => {}
        }
        self.advance(now);
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        let task = match &self.doing {
            Some(doing) => Some(doing.limit),
            None if !self.open => None,
            None if self.able && !self.queue.is_empty() => Some(self.quiet_until.min(self.check_at)),
            None => Some(self.check_at),
        };
        task.into_iter().chain(self.queue.expires()).min()
    }
}

impl Speaker {
    /// The port is another one, or none: what the player was doing has ended.
    fn forget(&mut self) {
        if let Some(Doing { task: Task::Say { id } | Task::Stop { id }, .. }) = self.doing.take() {
            self.failed = true;
            self.tell(id, SpeechState::Failed, Some(Trouble::NoAnswer));
        }
        (self.open, self.able) = (false, false);
        self.lines = Lines::default();
    }

    fn heard(&mut self, now: Millis, message: ToHost) {
        let Some(doing) = self.doing.take_if(|doing| doing.n == message.n()) else { return };
        match (message, doing.task) {
            (ToHost::Able { card, voice, .. }, Task::Check) => {
                (self.able, self.voice) = (card, voice);
                self.check_at = now + if card { self.idle_ms() } else { RECHECK_MS };
                self.judge();
            }
            (ToHost::Begun { ms, .. }, Task::Say { id }) => {
                self.tell(id.clone(), SpeechState::Speaking, None);
                let limit = now + u64::from(ms).min(LONGEST_MS) + OVERRUN_MS;
                self.doing = Some(Doing { limit, task: Task::Say { id }, ..doing });
            }
            // One that ends just when it is told to stop has been heard.
            (ToHost::Ended { whole, .. }, Task::Say { id } | Task::Stop { id }) => {
                self.failed = false;
                self.voice &= whole;
                self.quiet_until = now + GAP_MS;
                self.check_at = now + self.idle_ms();
                self.tell(id, SpeechState::Said, None);
                self.judge();
            }
            (ToHost::Late { .. }, Task::Say { id } | Task::Stop { id }) => {
                self.tell(id, SpeechState::Expired, None);
            }
            (ToHost::Failed { .. }, Task::Say { id } | Task::Stop { id }) => {
                // Whether the card is still there is asked before the next one is tried.
                (self.failed, self.able, self.check_at) = (true, false, now);
                self.tell(id, SpeechState::Failed, Some(Trouble::Fault));
            }
            // An answer to something else: it is still waited for.
            (_, task) => self.doing = Some(Doing { task, ..doing }),
        }
    }

    fn advance(&mut self, now: Millis) {
        while let Some(id) = self.queue.expired(now) {
            self.tell(id, SpeechState::Expired, None);
        }
        match self.doing.take_if(|doing| now >= doing.limit) {
            Some(Doing { n, task: Task::Say { id }, .. }) => {
                self.send(&ToPlayer::Stop { n });
                self.doing = Some(Doing { n, limit: now + STOP_MS, task: Task::Stop { id } });
            }
            Some(Doing { task: Task::Stop { id }, .. }) => {
                self.failed = true;
                self.tell(id, SpeechState::Failed, Some(Trouble::Fault));
                self.reopen();
            }
            Some(Doing { task: Task::Check, .. }) => self.reopen(),
            None => {}
        }
        if !self.open || self.doing.is_some() {
            return;
        }
        if now >= self.check_at {
            let n = self.number();
            self.send(&ToPlayer::Check { n });
            self.doing = Some(Doing { n, limit: now + CHECK_MS, task: Task::Check });
        } else if self.able && now >= self.quiet_until {
            let Some((id, call, expires)) = self.queue.pop() else { return };
            let n = self.number();
            self.send(&ToPlayer::Play { n, within_ms: expires.since(now) as u32, call });
            self.doing = Some(Doing { n, limit: now + PREPARE_MS, task: Task::Say { id } });
        }
    }

    /// How long the card is good without being looked at.
    fn idle_ms(&self) -> u64 {
        if self.voice { IDLE_CHECK_MS } else { VOICE_CHECK_MS }
    }

    fn number(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.last
    }

    /// The player does not answer: another one is started.
    fn reopen(&mut self) {
        (self.open, self.able) = (false, false);
        self.tell_health(Health::GONE);
        self.outputs.push_back(Output::Reopen);
    }

    fn judge(&mut self) {
        let health = match (self.able, self.failed, self.voice) {
            (false, ..) => Health::GONE,
            (true, true, _) => Health::degraded(Trouble::Fault),
            (true, false, false) => Health::degraded(Trouble::Refused),
            (true, false, true) => Health::READY,
        };
        self.tell_health(health);
    }

    fn tell_health(&mut self, health: Health) {
        if self.health != Some(health) {
            self.health = Some(health);
            self.outputs.push_back(Output::Event(Event::Health(health)));
        }
    }

    fn tell(&mut self, id: String, state: SpeechState, why: Option<Trouble>) {
        self.outputs.push_back(Output::Event(Event::Speech { id, speech: Speech { state, why } }));
    }

    fn send(&mut self, message: &ToPlayer) {
        self.outputs.push_back(Output::Send(wire::line(message)));
    }
}
