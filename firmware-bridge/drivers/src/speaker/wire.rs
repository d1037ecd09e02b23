//! How a player is spoken to, which is ours: a line of JSON a message, in both directions. What has a number is answered with
//! the same number, and a player does one thing at a time.
//!
//! | to the player | it answers |
//! |---|---|
//! | `{"do":"check","n":1}` | `{"is":"able","n":1,"card":true,"voice":true}` |
//! | `{"do":"play","n":2,"within_ms":9000,"call":{…}}` | `begun` with the length, then `ended`; or `late`, or `failed` |
//! | `{"do":"stop","n":2}` | `failed`, or `ended` where it had ended before |
//!
//! A line that is too long or says nothing that is known is passed over, and the next one counts again.

use protocol::bridge::speakers::Call;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Longest line, in bytes: the longest call, written by whoever likes spaces.
pub const MAX_LINE: usize = 32 * 1024;

/// What a player is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub enum ToPlayer {
    /// Look whether you can be heard.
    Check {
        /// Its number.
        n: u32,
    },
    /// Say this now.
    Play {
        /// Its number.
        n: u32,
        /// Not if you cannot begin within so many milliseconds.
        within_ms: u32,
        /// What.
        call: Call,
    },
    /// Stop what you are saying.
    Stop {
        /// The number of what is to stop.
        n: u32,
    },
}

/// What a player tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub enum ToHost {
    /// How it is.
    Able {
        /// The number of the question.
        n: u32,
        /// There is a sound card, and it takes sound.
        card: bool,
        /// It can say everything in the voice that it is set to.
        voice: bool,
    },
    /// It can be heard now.
    Begun {
        /// The number of the call.
        n: u32,
        /// How long it will take, in milliseconds.
        ms: u32,
    },
    /// It was heard to its end.
    Ended {
        /// The number of the call.
        n: u32,
        /// In the voice that it is set to; else in another one, or the chime alone.
        whole: bool,
    },
    /// It was too late to begin.
    Late {
        /// The number of the call.
        n: u32,
    },
    /// It was not heard to its end.
    Failed {
        /// The number of the call.
        n: u32,
    },
}

impl ToHost {
    /// What it answers.
    pub fn n(&self) -> u32 {
        match *self {
            Self::Able { n, .. }
            | Self::Begun { n, .. }
            | Self::Ended { n, .. }
            | Self::Late { n }
            | Self::Failed { n } => n,
        }
    }
}

/// A message as a line.
pub fn line(message: &impl Serialize) -> Vec<u8> {
    // Numbers, texts and truths can always be written; a line without words is passed over.
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Finds the messages in bytes that come split anywhere.
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
    /// The line is too long: what is left of it is passed over.
    too_long: bool,
}

impl Lines {
    /// Takes bytes in; gives the messages that have come to their end.
    pub fn take<M: DeserializeOwned>(&mut self, bytes: &[u8]) -> Vec<M> {
        let mut messages = Vec::new();
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            if self.begun.len() + part.len() > MAX_LINE {
                self.too_long = true;
                self.begun.clear();
            }
            if !self.too_long {
                self.begun.extend_from_slice(part);
            }
            if parts.peek().is_some() {
                let line = std::mem::take(&mut self.begun);
                if !std::mem::take(&mut self.too_long) {
                    messages.extend(serde_json::from_slice::<M>(&line).ok());
                }
            }
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bench::call;
    use super::*;

    fn messages() -> Vec<ToPlayer> {
        let play = ToPlayer::Play { n: 2, within_ms: 9_000, call: call(3) };
        vec![ToPlayer::Check { n: 1 }, play, ToPlayer::Stop { n: 2 }]
    }

    #[test]
    fn the_lines_are_those_of_the_table() {
        assert_eq!(line(&ToPlayer::Check { n: 1 }), b"{\"do\":\"check\",\"n\":1}\n");
        let able = ToHost::Able { n: 1, card: true, voice: true };
        assert_eq!(line(&able), b"{\"is\":\"able\",\"n\":1,\"card\":true,\"voice\":true}\n");
        let mut lines = Lines::default();
        for wrong in ["{}\n", "\n", "{\"is\":\"able\",\"n\":-1}\n", "{\"is\":\"late\",\"n\":1,\"x\":2}\n", "\u{fffd}\n"]
        {
            assert_eq!(lines.take::<ToHost>(wrong.as_bytes()), [], "{wrong}");
        }
        assert_eq!(lines.take::<ToHost>(b"{\"is\":\"late\",\"n\":7}\n"), [ToHost::Late { n: 7 }]);
    }

    #[test]
    fn a_line_without_end_is_passed_over_and_kept_by_nobody() {
        let mut lines = Lines::default();
        for _ in 0..100 {
            assert_eq!(lines.take::<ToHost>(&[b'x'; 4096]), []);
            assert!(lines.begun.len() <= MAX_LINE);
        }
        assert_eq!(lines.take::<ToHost>(b"\n{\"is\":\"failed\",\"n\":7}\n"), [ToHost::Failed { n: 7 }]);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_however_it_is_split(cuts in prop::collection::vec(1_usize..90, 1..40)) {
            let sent = messages();
            let bytes: Vec<u8> = sent.iter().flat_map(line).collect();
            let mut lines = Lines::default();
            let (mut got, mut rest) = (Vec::new(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (part, later) = rest.split_at((*cut).min(rest.len()));
                got.extend(lines.take::<ToPlayer>(part));
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(got, sent);
        }

        #[test]
        fn noise_harms_nobody(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let mut lines = Lines::default();
            for part in &parts {
                lines.take::<ToHost>(part);
            }
            lines.take::<ToHost>(b"\n");
            prop_assert_eq!(lines.take::<ToHost>(b"{\"is\":\"late\",\"n\":7}\n"), vec![ToHost::Late { n: 7 }]);
        }
    }
}
