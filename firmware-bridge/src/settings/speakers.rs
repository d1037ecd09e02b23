//! `[[speakers]]`.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::bridge::DeviceKind;
use serde::Deserialize;
use toml::Spanned;

use super::{Address, Device, Fault, RawDevice, devices};
use crate::port::player::{Setup, Voice};

/// A speaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Name, model and port.
    pub device: Device,
    /// How it sounds.
    pub setup: Arc<Setup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSpeaker {
    name: Spanned<String>,
    model: Spanned<String>,
    port: Spanned<String>,
    voice: Option<Spanned<Voice>>,
    clips: Option<PathBuf>,
    #[serde(default = "full")]
    volume: u8,
    #[serde(default = "aplay")]
    player: PathBuf,
    #[serde(default = "espeak")]
    espeak: PathBuf,
}

fn full() -> u8 {
    100
}

fn aplay() -> PathBuf {
    "aplay".into()
}

fn espeak() -> PathBuf {
    "espeak-ng".into()
}

pub(super) fn speakers(raw: Vec<RawSpeaker>) -> Result<Vec<Speaker>, Fault> {
    let (mut plain, mut setups) = (Vec::new(), Vec::new());
    for speaker in raw {
        let RawSpeaker { name, model, port, voice, clips, volume, player, espeak } = speaker;
        if volume > 100 {
            return Err(Fault(name.span(), format!("volume = {volume}: percent, at most 100")));
        }
        let chosen = match (&voice, &clips) {
            (Some(voice), None) if *voice.get_ref() == Voice::Clips => {
                return Err(Fault(voice.span(), "voice = \"clips\" needs clips: the folder they are in".into()));
            }
            (Some(voice), _) => *voice.get_ref(),
            (None, Some(_)) => Voice::Clips,
            (None, None) => Voice::Espeak,
        };
        let setup = Setup { card: String::new(), voice: chosen, clips, volume, player, espeak };
        setups.push((port.span(), setup));
        plain.push(RawDevice { name, model, port });
    }
    let joined = devices(DeviceKind::Speaker, plain)?.into_iter().zip(setups);
    let speaker = |(device, (span, setup)): (Device, (_, Setup))| {
        let card = match &device.port {
            Address::Alsa(card) => card.clone(),
            Address::Virtual => String::new(),
            _ => return Err(Fault(span, "a speaker is on alsa:NAME, or virtual".into())),
        };
        Ok(Speaker { device, setup: Arc::new(Setup { card, ..setup }) })
    };
    joined.map(speaker).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const SPEAKER: &str = "[[speakers]]\nname = \"a\"\nmodel = \"alsa\"\nport = \"alsa:plughw:CARD=Device\"\n";

    #[test]
    fn a_speaker_is_read() {
        let settings = parse("b.toml", &format!("{SPEAKER}clips = \"/srv/clips\"\nvolume = 80\n")).unwrap();
        let setup = &settings.speakers[0].setup;
        assert_eq!((setup.card.as_str(), setup.voice, setup.volume), ("plughw:CARD=Device", Voice::Clips, 80));
        let settings = parse("b.toml", SPEAKER).unwrap();
        assert_eq!(settings.speakers[0].setup.voice, Voice::Espeak);
        assert_eq!(settings.speakers[0].device.port.to_string(), "alsa:plughw:CARD=Device");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let fault = |text: String| parse("b.toml", &text).unwrap_err().to_string();
        assert!(fault(format!("{SPEAKER}voice = \"clips\"\n")).starts_with("b.toml:5: voice"));
        assert!(fault(format!("{SPEAKER}volume = 101\n")).starts_with("b.toml:2: volume"));
        assert!(fault(format!("{SPEAKER}voice = \"cloud\"\n")).starts_with("b.toml:5: "));
        assert!(
            fault(SPEAKER.replace("alsa:plughw:CARD=Device", "usb:/dev/usb/lp0")).starts_with("b.toml:4: a speaker")
        );
        assert!(fault(SPEAKER.replace("plughw:CARD=Device", "-h")).starts_with("b.toml:4: "));
        assert!(fault(SPEAKER.replace("[[speakers]]", "[[signs]]")).starts_with("b.toml:"));
    }
}
