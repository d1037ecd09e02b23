//! The spoken clips of boards, made with Debian's `espeak-ng` and `sox` (with `libsox-fmt-mp3`).
//!
//! They are there so that a hall speaks from the first day. A machine's voice is no pleasure: a hall should put recordings
//! of its own in their place, one file a clip under the same name, and run `cargo xtask clips --measure` after it.
//!
//! Chinese is written in pinyin with tones: given characters, that voice spells most of them in English.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use protocol::bridge::speakers::DIGITS;

const FOLDER: &str = "web/public/sounds";
/// Lengths in milliseconds, by name: what waits to be spoken is bounded by them.
const LENGTHS: &str = "web/public/sounds/clips.json";
/// Samples a second: enough for speech.
const RATE: &str = "24000";
/// All clips are equally loud, in dB below full scale (root mean square).
const LOUDNESS_DB: f64 = -19.0;
/// Words a minute, the pitch, and the variant that both languages share, so that letters do not sound like a stranger.
const VOICE: [&str; 6] = ["-s", "170", "-p", "42", "-a", "100"];
const CHINESE: &str = "cmn-latn-pinyin+f2";
const ENGLISH: &str = "en-us+f2";

/// Speaks and measures every clip.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let work = Work::new()?;
    for name in board::clips::all() {
        let path = root.join(FOLDER).join(format!("{name}.mp3"));
        std::fs::create_dir_all(path.parent().context("a clip without a folder")?)?;
        match pronunciation(&name) {
            Some((voice, text)) => work.speak(voice, text)?,
            None if name == board::clips::CHIME => work.chime()?,
            None => bail!("nobody has said how `{name}` is spoken"),
        }
        work.finish(&path)?;
    }
    measure(root)
}

/// Measures every clip: after a hall has put its own recordings in place.
pub fn measure(root: &Path) -> anyhow::Result<()> {
    let mut lengths = BTreeMap::new();
    for name in board::clips::all() {
        let path = root.join(FOLDER).join(format!("{name}.mp3"));
        let seconds = run(Command::new("soxi").arg("-D").arg(&path))?;
        let seconds: f64 = seconds.trim().parse().with_context(|| format!("{name}: {seconds:?} is not a length"))?;
        lengths.insert(name, (seconds * 1000.0).round() as u64);
    }
    let mut text = serde_json::to_string_pretty(&lengths)?;
    text.push('\n');
    std::fs::write(root.join(LENGTHS), text).with_context(|| format!("cannot write {LENGTHS}"))
}

/// Writes every clip as a WAV file, with the list of them: what the setting `clips` of a bridge's speaker names.
pub fn wav(root: &Path, folder: &Path) -> anyhow::Result<()> {
    for name in board::clips::all() {
        let path = folder.join(format!("{name}.wav"));
        std::fs::create_dir_all(path.parent().context("a clip without a folder")?)?;
        let mut sox = Command::new("sox");
        sox.arg(root.join(FOLDER).join(format!("{name}.mp3")));
        run(sox.args(["-r", RATE, "-c", "1", "-b", "16"]).arg(&path))?;
    }
    let list = folder.join("clips.json");
    std::fs::copy(root.join(LENGTHS), &list).with_context(|| format!("cannot write {}", list.display())).map(drop)
}

/// The voice that speaks a clip, and what it is given.
fn pronunciation(name: &str) -> Option<(&'static str, &str)> {
    let (language, word) = name.split_once('/')?;
    Some(match (language, word) {
        ("zh", "please") => (CHINESE, "qing3"),
        ("zh", "yao") => (CHINESE, "yao1"),
        ("zh", "number-to") => (CHINESE, "hao4 dao4"),
        ("zh", "window-service") => (CHINESE, "hao4 chuang1kou3 ban4li3"),
        ("zh", "ten") => (CHINESE, "shi2"),
        ("zh", "hundred") => (CHINESE, "bai3"),
        ("zh", "thousand") => (CHINESE, "qian1"),
        ("zh", digit) if digit.as_bytes()[0].is_ascii_digit() => (CHINESE, DIGITS.get(digit.parse::<usize>().ok()?)?),
        ("en", "please-go-to-window") => (ENGLISH, "please go to window"),
        // Letters are said in English in both languages. Alone, this one would be an article.
        (_, "A") => (ENGLISH, "[[eI]]"),
        (_, word) => (ENGLISH, word),
    })
}

/// A folder for what lies between the voice and the file.
struct Work(PathBuf);

impl Drop for Work {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Work {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("paihao-clips-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    fn raw(&self) -> PathBuf {
        self.0.join("raw.wav")
    }

    fn speak(&self, voice: &str, text: &str) -> anyhow::Result<()> {
        run(Command::new("espeak-ng").args(["-v", voice]).args(VOICE).arg("-w").arg(self.raw()).arg(text)).map(drop)
    }

    /// Two falling tones, as a gong: the second begins while the first rings out.
    fn chime(&self) -> anyhow::Result<()> {
        let tone = |file: &str, pitch: &str, delay: &str| {
            let mut sox = Command::new("sox");
            sox.args(["-n", "-r", RATE]).arg(self.0.join(file)).args(["synth", "0.9", "sine", pitch]);
            run(sox.args(["fade", "l", "0.004", "0.9", "0.85", "pad", delay])).map(drop)
        };
        tone("ding.wav", "784", "0")?;
        tone("dong.wav", "587", "0.32")?;
        let mut sox = Command::new("sox");
        sox.args(["-m"]).arg(self.0.join("ding.wav")).arg(self.0.join("dong.wav")).arg(self.raw());
        run(&mut sox).map(drop)
    }

    /// Without silence at both ends, as loud as all others.
    fn finish(&self, path: &Path) -> anyhow::Result<()> {
        let trimmed = self.0.join("trimmed.wav");
        let mut sox = Command::new("sox");
        sox.arg(self.raw())
            .args(["-r", RATE, "-c", "1", "-b", "16"])
            .arg(&trimmed)
            .args(["gain", "-3", "highpass", "90"]);
        for edge in ["0.004", "0.012"] {
            sox.args(["silence", "1", "0.01", "0.4%", "fade", "t", edge, "reverse"]);
        }
        run(&mut sox)?;
        let loud = loudness(&trimmed)?;
        let gain = format!("{:.2}", LOUDNESS_DB - loud);
        let mut sox = Command::new("sox");
        sox.arg(&trimmed).args(["-C", "40.2"]).arg(path).args(["gain", "-l", &gain, "pad", "0.015", "0.025"]);
        run(&mut sox).map(drop)
    }
}

/// Root mean square, in dB below full scale.
fn loudness(path: &Path) -> anyhow::Result<f64> {
    let output = Command::new("sox").arg(path).args(["-n", "stats"]).output().context("sox is missing")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.starts_with("RMS lev dB")).context("sox told no loudness")?;
    line.split_whitespace().last().and_then(|value| value.parse().ok()).context("sox told no loudness")
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("{shown} is missing: apt-get install espeak-ng sox libsox-fmt-mp3"))?;
    if !output.status.success() {
        bail!("{shown}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_has_said_how_each_clip_is_spoken() {
        for name in board::clips::all() {
            assert_eq!(pronunciation(&name).is_none(), name == board::clips::CHIME, "{name}");
        }
        assert_eq!(pronunciation("zh/4").unwrap().1, "si4");
        assert_eq!(pronunciation("zh/K").unwrap().1, "K");
    }
}
