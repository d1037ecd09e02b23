//! The board of text and voice, made of code: it checks every frame, and remembers what it was to say.

use std::collections::BTreeMap;

use encoding_rs::GBK;

use super::frame::{Fault, LineText, Receiver, Request};
use crate::dice::Dice;
use crate::onbon::area::Place;
use crate::sign::picture::{Dots, dimmed};
use crate::sign::virtual_sign::{Diary, Plugs, ShownArea, View, VirtualSign, light};
use crate::{Millis, VirtualDevice};

/// Dots of a line.
const ROW: u16 = 16;
/// A frame that does not go on within so many milliseconds is none.
const SILENCE: u64 = 100;

/// A virtual board.
pub struct VirtualVoiceBoard {
    address: u8,
    width: u16,
    height: u16,
    plugs: Plugs,
    dice: Dice,
    receiver: Receiver,
    heard_at: Millis,
    lines: BTreeMap<u8, (LineText, String)>,
    diary: Diary,
}

impl VirtualVoiceBoard {
    /// The board of an address, which shows nothing. The seed places its faults.
    pub fn new(address: u8, width: u16, height: u16, seed: u64) -> Self {
        Self {
            address,
            width,
            height,
            plugs: Plugs::default(),
            dice: Dice::new(seed),
            receiver: Receiver::default(),
            heard_at: Millis::default(),
            lines: BTreeMap::new(),
            diary: Diary::default(),
        }
    }

    /// What stands on its lines; nothing on those that are blank.
    pub fn texts(&self) -> Vec<(u8, String)> {
        let shown = self.lines.iter().filter(|(_, (_, text))| !text.trim().is_empty());
        shown.map(|(line, (_, text))| (*line, text.clone())).collect()
    }

    fn take(&mut self, request: Request) -> Result<(), String> {
        let read = |bytes: &[u8]| {
            let text = GBK.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(std::borrow::Cow::into_owned).ok_or_else(|| format!("no GBK: {bytes:02X?}"))
        };
        let (lines, voice) = match request {
            Request::Say(voice) => (vec![], Some(voice)),
            Request::Line(line, content) => (vec![(line, content)], None),
            Request::Lines(lines, voice) => (lines, Some(voice).filter(|voice| !voice.is_empty())),
        };
        let mut fresh = Vec::new();
        for (line, content) in lines {
            if u16::from(line) >= self.height / ROW {
                return Err(format!("no line {line}"));
            }
            let text = read(&content.text)?;
            fresh.push((line, (content, text)));
        }
        if let Some(voice) = voice {
            self.diary.say(read(&voice)?);
        }
        self.lines.extend(fresh);
        Ok(())
    }
}

impl VirtualDevice for VirtualVoiceBoard {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        if !self.plugs.line || !self.plugs.power {
            return self.receiver.clear();
        }
        if self.receiver.has_begun() && now.since(self.heard_at) >= SILENCE {
            self.receiver.clear();
            self.diary.reject(now, "a frame broke off");
        }
        if bytes.is_empty() {
            return;
        }
        self.heard_at = now;
        let mut bytes = bytes.to_vec();
        if self.plugs.garbled && self.dice.below(2) == 0 {
            let at = self.dice.below(bytes.len());
            bytes[at] ^= 1 << self.dice.below(8);
        }
        for found in self.receiver.take(&bytes) {
            let outcome = match found {
                // To any other board nothing is said.
                Ok((address, _)) if address != self.address || self.plugs.busy => continue,
                Ok((_, request)) => self.take(request),
                Err(Fault::Checksum) => Err("the checksum is wrong".to_owned()),
                Err(fault) => Err(format!("{fault:?}")),
            };
            match outcome {
                Ok(()) => self.diary.taken += 1,
                Err(why) => self.diary.reject(now, why),
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.receiver.has_begun().then(|| self.heard_at + SILENCE)
    }
}

impl VirtualSign for VirtualVoiceBoard {
    fn view(&self) -> View {
        let area = |(line, text): (u8, String)| {
            let place = Place { x: 0, y: u16::from(line) * ROW, width: self.width, height: ROW };
            let content = self.lines.get(&line).map(|(content, _)| content);
            let mut area = ShownArea::still(line, place, text);
            if let Some(content) = content {
                (area.colour, area.effect) = (light(content.colour), content.effect);
            }
            area
        };
        View {
            width: self.width,
            height: self.height,
            plugs: self.plugs,
            areas: self.texts().into_iter().map(area).collect(),
            brightness: 15,
            test: false,
            said: self.diary.said(),
            taken: self.diary.taken,
            rejected: self.diary.rejected().cloned().collect(),
        }
    }

    fn plug(&mut self, plugs: Plugs) {
        if !plugs.power {
            self.lines.clear();
        }
        self.plugs = plugs;
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut dots = Dots::new(self.width, self.height);
        for (line, (content, text)) in &self.lines {
            dots.write(0, usize::from(*line) * usize::from(ROW), text, dimmed(light(content.colour).light(), 15));
        }
        dots.png()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::bridge::{SignArea, SignColour, SignEffect};

    use super::*;
    use crate::onbon::text::Colour;
    use crate::rig::Rig;
    use crate::sign::board::Board;
    use crate::sign::virtual_sign::text;
    use crate::sign::{Command, Deed, Event, Refusal};
    use crate::voice::VoiceBoard;
    use crate::{Health, Input};

    type Bench = Rig<Board<VoiceBoard>, VirtualVoiceBoard>;

    fn bench(seed: u64) -> Bench {
        Rig::new(Board::new(VoiceBoard::new(0, 2, 9_600)), VirtualVoiceBoard::new(0, 64, 32, seed))
    }

    fn show(bench: &mut Bench, area: u8, content: SignArea) {
        bench.input(Input::Command(Command::Show { area, content }));
    }

    fn say(bench: &mut Bench, text: &str) {
        bench.input(Input::Command(Command::Say(text.into())));
    }

    #[test]
    fn it_shows_and_says_what_it_is_told() {
        let mut bench = bench(0);
        let content = SignArea { colour: SignColour::Green, effect: SignEffect::Left, ..text("欢迎光临") };
        show(&mut bench, 0, content);
        show(&mut bench, 1, text("余位 23"));
        say(&mut bench, "粤B12345,欢迎光临");
        bench.run(1_000);
        assert_eq!(bench.device.texts(), [(0, "欢迎光临".to_owned()), (1, "余位 23".to_owned())]);
        let view = bench.device.view();
        assert_eq!(view.said, ["粤B12345,欢迎光临"]);
        assert_eq!((view.areas[0].colour, view.areas[0].effect), (Colour::Green, SignEffect::Left));
        assert_eq!(view.rejected, []);
        assert!(bench.told().contains(&Event::Done(Deed::Say)));
        // 2.5 s are more than one round: what is shown is sent again, what was said is not said again.
        bench.run(10_000);
        assert_eq!(bench.device.view().said.len(), 1);
        bench.input(Input::Command(Command::Clear));
        bench.until(1_000, |event| *event == Event::Done(Deed::Clear));
        assert_eq!(bench.device.texts(), []);
    }

    #[test]
    fn limits_are_kept() {
        let mut bench = bench(0);
        show(&mut bench, 0, text(&"字".repeat(17)));
        show(&mut bench, 2, text("x"));
        say(&mut bench, &"字".repeat(33));
        for number in 0..8 {
            say(&mut bench, &format!("{number}"));
        }
        bench.run(3_000);
        let told = bench.told();
        assert!(told.contains(&Event::Refused { area: 0, why: Refusal::TooLong }));
        assert!(told.contains(&Event::Refused { area: 2, why: Refusal::NoSuchArea }));
        let unsaid = told.iter().filter(|event| **event == Event::NotDone(Deed::Say, Refusal::TooLong)).count();
        assert!((3..=5).contains(&unsaid), "no more wait than can be said in time: {unsaid}");
        assert_eq!(bench.device.texts(), [(0, "--".to_owned())], "what was there before is out of date");
        assert_eq!(bench.device.view().rejected, []);
    }

    #[test]
    fn what_could_not_be_said_is_never_said() {
        let mut bench = bench(0);
        bench.input(Input::Closed);
        say(&mut bench, "A042");
        bench.input(Input::Opened);
        bench.run(5_000);
        assert_eq!(bench.device.view().said, Vec::<String>::new());
        assert!(bench.told().contains(&Event::NotDone(Deed::Say, Refusal::Away)));
        assert_eq!(bench.told().last(), Some(&Event::Health(Health::READY)));
    }

    #[test]
    fn what_has_run_out_becomes_dashes_and_power_cuts_are_mended() {
        for seed in 0..20 {
            let mut bench = bench(seed);
            show(&mut bench, 0, SignArea { timeout_s: 12, ..text("A042 请到3号窗口") });
            bench.run(1_000);
            bench.device.plug(Plugs { power: false, ..Plugs::default() });
            bench.run(500);
            assert_eq!(bench.device.texts(), []);
            bench.device.plug(Plugs { garbled: true, ..Plugs::default() });
            bench.run(3_000);
            bench.device.plug(Plugs::default());
            bench.run(3_000);
            assert_eq!(bench.device.texts(), [(0, "A042 请到3号窗口".to_owned())], "seed {seed}");
            bench.run(5_000);
            assert_eq!(bench.device.texts(), [(0, "--".to_owned())]);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), says in any::<String>()) {
            let mut bench = bench(0);
            bench.device.receive(Millis(1), &bytes);
            bench.input(Input::Bytes(&bytes));
            show(&mut bench, 0, text(&says));
            bench.run(5_000);
            let _ = (bench.device.view(), bench.device.png());
            let other = bench.device.view().rejected.iter().filter(|one| one.why.starts_with("no ")).count();
            prop_assert_eq!(other, 0);
        }
    }
}
