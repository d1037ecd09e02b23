//! A player made of code, that is heard by nobody and writes down what it said when.

use std::collections::VecDeque;

use protocol::bridge::speakers::{Call, Sentence};
use serde::{Deserialize, Serialize};

use super::wire::{Lines, ToHost, ToPlayer, line};
use crate::{Millis, VirtualDevice};

/// What is remembered of what was said.
const REMEMBERED: usize = 1_000;
/// How long the chime takes, and each clip, about as long as those that come with Paihao.
const CHIME_MS: u64 = 750;
const CLIP_MS: u64 = 350;

/// How a virtual speaker is. What is left out is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
pub struct Plugs {
    /// The player answers; else it is as if it had never been started.
    pub line: bool,
    /// The sound card is plugged in.
    pub card: bool,
    /// Its voice is there; else the chime alone is heard.
    pub voice: bool,
    /// It begins and never ends.
    pub hangs: bool,
    /// Every call fails as soon as it has begun.
    pub fails: bool,
    /// So long it takes until it begins, in milliseconds.
    pub prepare_ms: u64,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, card: true, voice: true, hangs: false, fails: false, prepare_ms: 20 }
    }
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// It has not.
    Under,
    /// It was heard to its end.
    Said,
    /// It was stopped, or failed.
    Broken,
}

/// What was said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Its words; none for a chime alone.
    pub text: String,
    /// When it began to be heard, in milliseconds of the bridge's clock.
    pub began_ms: u64,
    /// When it was heard no more.
    pub ended_ms: Option<u64>,
    /// How it ended.
    pub end: End,
}

#[derive(Debug)]
struct Playing {
    n: u32,
    call: Call,
    /// Begins when it was prepared, ends when its time is over; none while it is only prepared.
    begins: Millis,
    ends: Option<Millis>,
    /// When it is too late.
    late: Millis,
}

/// See the module.
#[derive(Debug)]
pub struct VirtualSpeaker {
    plugs: Plugs,
    lines: Lines,
    now: Millis,
    playing: Option<Playing>,
    answer: Vec<u8>,
    played: VecDeque<Played>,
    count: u64,
    overlaps: u64,
}

impl Default for VirtualSpeaker {
    fn default() -> Self {
        Self {
            plugs: Plugs::default(),
            lines: Lines::default(),
            now: Millis(0),
            playing: None,
            answer: Vec::new(),
            played: VecDeque::new(),
            count: 0,
            overlaps: 0,
        }
    }
}

impl VirtualSpeaker {
    /// How it is.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls and puts back plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        if self.plugs.card && !plugs.card || self.plugs.line && !plugs.line {
            self.broken();
        }
        self.plugs = plugs;
    }

    /// What it said, the newest last; of a long day the last thousand.
    pub fn played(&self) -> impl Iterator<Item = &Played> {
        self.played.iter()
    }

    /// How often it began to say something.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How often it was told to say something while it was saying something else: a fault of its host.
    pub fn overlaps(&self) -> u64 {
        self.overlaps
    }

    /// How long a call takes here, in milliseconds.
    pub fn length_ms(&self, call: &Call) -> u64 {
        let chime = if call.chime { CHIME_MS } else { 0 };
        if !self.plugs.voice {
            return chime;
        }
        let sentence = |one: &Sentence| u64::from(call.pause_ms) + CLIP_MS * one.clips.len() as u64;
        chime + call.sentences.iter().map(sentence).sum::<u64>()
    }

    fn tell(&mut self, message: ToHost) {
        self.answer.extend(line(&message));
    }

    fn told(&mut self, message: ToPlayer) {
        match message {
            ToPlayer::Check { n } => {
                let Plugs { card, voice, .. } = self.plugs;
                self.tell(ToHost::Able { n, card, voice });
            }
            ToPlayer::Play { n, .. } if self.playing.is_some() => {
                self.overlaps += 1;
                self.tell(ToHost::Failed { n });
            }
            ToPlayer::Play { n, within_ms, call } => {
                let begins = self.now + self.plugs.prepare_ms;
                let late = self.now + u64::from(within_ms);
                self.playing = Some(Playing { n, call, begins, ends: None, late });
            }
            ToPlayer::Stop { n } => {
                if self.playing.as_ref().is_some_and(|playing| playing.n == n) {
                    self.broken();
                    self.tell(ToHost::Failed { n });
                }
            }
        }
    }

    /// Nothing of what it is saying is heard any more.
    fn broken(&mut self) {
        if self.playing.take().is_some_and(|playing| playing.ends.is_some()) {
            self.end(End::Broken);
        }
    }

    fn end(&mut self, end: End) {
        if let Some(last) = self.played.back_mut() {
            (last.ended_ms, last.end) = (Some(self.now.0), end);
        }
    }

    /// Lets what it is saying go on until now.
    fn go_on(&mut self) {
        let Some(playing) = &mut self.playing else { return };
        let n = playing.n;
        match playing.ends {
            None if self.now < playing.begins => {}
            None if self.now >= playing.late => {
                self.playing = None;
                self.tell(ToHost::Late { n });
            }
            None if !self.plugs.card => {
                self.playing = None;
                self.tell(ToHost::Failed { n });
            }
            None => {
                let words = |one: &Sentence| one.words.join(" ");
                let text: Vec<String> = playing.call.sentences.iter().map(words).collect();
                let call = playing.call.clone();
                let length = self.length_ms(&call);
                let ends = if self.plugs.hangs { Millis(u64::MAX) } else { self.now + length };
                if let Some(playing) = &mut self.playing {
                    playing.ends = Some(ends);
                }
                self.count += 1;
                if self.played.len() == REMEMBERED {
                    self.played.pop_front();
                }
                let text = text.join(" / ");
                self.played.push_back(Played { text, began_ms: self.now.0, ended_ms: None, end: End::Under });
                self.tell(ToHost::Begun { n, ms: length as u32 });
                if self.plugs.fails {
                    self.broken();
                    self.tell(ToHost::Failed { n });
                }
            }
            Some(ends) if self.now >= ends => {
                self.playing = None;
                self.end(End::Said);
                let whole = self.plugs.voice;
                self.tell(ToHost::Ended { n, whole });
            }
            Some(_) => {}
        }
    }
}

impl VirtualDevice for VirtualSpeaker {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.now = now;
        if !self.plugs.line {
            self.lines = Lines::default();
            return;
        }
        self.go_on();
        for message in self.lines.take::<ToPlayer>(bytes) {
            self.told(message);
            self.go_on();
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answer)
    }

    fn wake_at(&self) -> Option<Millis> {
        let playing = self.playing.as_ref().filter(|_| self.plugs.line)?;
        Some(playing.ends.unwrap_or(playing.begins)).filter(|at| *at != Millis(u64::MAX))
    }
}
