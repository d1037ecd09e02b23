//! Players with programs that stand in for `aplay` and `espeak-ng`: good ones, and ones that hang, fail and are slow. The real
//! ones are tried where they are installed.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use drivers::speaker::wav;
use protocol::board::Spoken;
use protocol::bridge::speakers::Sentence;
use tempfile::TempDir;

use super::*;

/// Longest wait for what must happen.
const LIMIT: Duration = Duration::from_secs(20);

/// A player, and a folder for the programs that it runs.
struct Bench {
    dir: TempDir,
    setup: Setup,
}

/// The driver's end of a player's line.
struct Host {
    line: Line,
    lines: Lines,
    heard: VecDeque<ToHost>,
    n: u32,
}

impl Bench {
    /// A speaker whose player keeps what it is given, and whose `espeak-ng` keeps its arguments and says a second of sound.
    fn new(voice: Voice) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().display().to_string();
        fs::write(dir.path().join("said.wav"), wav::write(&vec![9_000; 24_000])).unwrap();
        let player =
            program(dir.path(), "player", &format!("cat >{path}/sound.part && mv {path}/sound.part {path}/sound"));
        let espeak = program(
            dir.path(),
            "espeak",
            &format!("for argument in \"$@\"; do echo \"$argument\"; done >{path}/arguments\ncat {path}/said.wav"),
        );
        let card = "default".to_owned();
        let setup = Setup { card, voice, clips: Some(dir.path().to_owned()), volume: 100, player, espeak };
        Self { dir, setup }
    }

    /// Its player does this instead.
    fn player(&mut self, does: &str) {
        self.setup.player = program(self.dir.path(), "other-player", does);
    }

    fn espeak(&mut self, does: &str) {
        self.setup.espeak = program(self.dir.path(), "other-espeak", does);
    }

    fn open(&self) -> Host {
        let line = Player::new(Arc::new(self.setup.clone())).open();
        Host { line, lines: Lines::default(), heard: VecDeque::new(), n: 0 }
    }

    /// The samples that the player got last.
    fn sound(&self) -> Vec<i16> {
        let bytes = fs::read(self.dir.path().join("sound")).unwrap();
        bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
    }

    /// Waits until nothing that was started is left: what was killed may take a moment to be gone.
    async fn leaves_nothing(&self, what: &str) {
        let gone = async {
            while !self.processes().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        let gone = tokio::time::timeout(LIMIT, gone).await;
        assert!(gone.is_ok(), "{what} leaves {:?}", self.processes());
    }

    /// Processes that were started from here, and remnants of any that this test started.
    fn processes(&self) -> Vec<String> {
        let here = self.dir.path().display().to_string();
        let own = std::process::id().to_string();
        let all = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let running = all.filter_map(|entry| {
            let command = fs::read_to_string(entry.path().join("cmdline")).ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // Behind the name in brackets: the state, and whose child it is.
            let (_, behind) = stat.rsplit_once(')')?;
            let fields: Vec<&str> = behind.split_whitespace().collect();
            let remnant = fields.first() == Some(&"Z") && fields.get(1) == Some(&own.as_str());
            (remnant || command.contains(&here)).then(|| format!("{command:?} {behind}"))
        });
        running.collect()
    }
}

/// Writes a program.
fn program(dir: &Path, name: &str, does: &str) -> PathBuf {
    let (path, part) = (dir.join(name), dir.join("part"));
    fs::write(&part, format!("#!/bin/sh\n{does}\n")).unwrap();
    fs::set_permissions(&part, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(part, &path).unwrap();
    path
}

impl Host {
    async fn send(&mut self, message: &ToPlayer) {
        self.line.write_all(&line(message)).await.unwrap();
    }

    async fn hear(&mut self) -> ToHost {
        let hears = async {
            loop {
                if let Some(message) = self.heard.pop_front() {
                    return message;
                }
                let mut buffer = [0; 512];
                let count = self.line.read(&mut buffer).await.unwrap();
                assert!(count > 0, "the player has ended");
                self.heard.extend(self.lines.take::<ToHost>(&buffer[..count]));
            }
        };
        tokio::time::timeout(LIMIT, hears).await.expect("an answer in time")
    }

    async fn check(&mut self) -> (bool, bool) {
        self.n += 1;
        self.send(&ToPlayer::Check { n: self.n }).await;
        match self.hear().await {
            ToHost::Able { n, card, voice } if n == self.n => (card, voice),
            other => panic!("{other:?}"),
        }
    }

    /// Begins a call; how long it says that it will take.
    async fn begin(&mut self, call: Call) -> u32 {
        self.n += 1;
        self.send(&ToPlayer::Play { n: self.n, within_ms: 10_000, call }).await;
        match self.hear().await {
            ToHost::Begun { n, ms } if n == self.n => ms,
            other => panic!("{other:?}"),
        }
    }

    /// Says a call to its end; whether all of it was said.
    async fn say(&mut self, call: Call) -> bool {
        self.begin(call).await;
        match self.hear().await {
            ToHost::Ended { n, whole } if n == self.n => whole,
            other => panic!("{other:?}"),
        }
    }
}

fn sentence(language: Spoken, clips: &[&str], words: &[&str]) -> Sentence {
    let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
    Sentence { language, clips: owned(clips), words: owned(words) }
}

/// 请A001, twice.
fn call() -> Call {
    let words = ["qing3", "A", "ling2", "ling2", "yi1"];
    let once = sentence(Spoken::Zh, &["zh/please", "zh/A", "zh/0", "zh/0", "zh/1"], &words);
    Call { chime: true, sentences: vec![once.clone(), once], pause_ms: 200, expires_ms: 10_000, volume: 100 }
}

/// Puts clips of so many samples into the folder.
fn clips(dir: &Path, names: &[&str], samples: usize) {
    fs::create_dir_all(dir.join("zh")).unwrap();
    let list: std::collections::BTreeMap<&str, u64> = names.iter().map(|name| (*name, 100)).collect();
    fs::write(dir.join("clips.json"), serde_json::to_string(&list).unwrap()).unwrap();
    for name in names {
        fs::write(dir.join(format!("{name}.wav")), wav::write(&vec![5_000; samples])).unwrap();
    }
}

#[tokio::test]
async fn the_chime_is_always_there() {
    let mut bench = Bench::new(Voice::Chime);
    bench.setup.volume = 50;
    let mut host = bench.open();
    assert_eq!(host.check().await, (true, true));
    assert_eq!(bench.sound(), pcm::silence(TRIAL_MS), "the card is tried in silence");
    assert!(host.say(call()).await);
    let half = bench.sound();
    assert!((1_000..2_500).contains(&pcm::ms(half.len())));
    bench.setup.volume = 100;
    assert!(bench.open().say(call()).await);
    let ratio = pcm::loudness(&bench.sound()) / pcm::loudness(&half);
    assert!((3.8..4.2).contains(&ratio), "{ratio}");
}

#[tokio::test]
async fn clips_say_a_call_and_a_missing_one_is_spoken_otherwise() {
    let mut bench = Bench::new(Voice::Clips);
    let mut host = bench.open();
    assert_eq!(host.check().await, (true, false), "there are no clips");
    // The technician puts them in place; the next look finds them.
    clips(bench.dir.path(), &["zh/please", "zh/A", "zh/0", "zh/1", "chime"], 2_400);
    assert_eq!(host.check().await, (true, true));
    assert!(host.say(call()).await);
    let expected = 300 + 100 + 2 * (200 + 5 * 100) + 100;
    assert_eq!(pcm::ms(bench.sound().len()), expected, "lead, chime, two sentences of five clips, tail");
    // 幺 has not been recorded: the program speaks the whole sentence.
    let other = Call { sentences: vec![sentence(Spoken::Zh, &["zh/please", "zh/yao"], &["qing3", "yao1"])], ..call() };
    assert!(!host.say(other.clone()).await);
    assert_eq!(pcm::ms(bench.sound().len()), 300 + 100 + 200 + 1_000 + 100);
    // There is no such program: the chime is left.
    bench.setup.espeak = bench.dir.path().join("none");
    let mut host = bench.open();
    assert!(!host.say(other).await);
    assert_eq!(pcm::ms(bench.sound().len()), 300 + 100 + 100);
    // A clip that is no sound counts as missing.
    fs::write(bench.dir.path().join("zh/A.wav"), b"MP3").unwrap();
    assert_eq!(bench.open().check().await, (true, false));
}

#[tokio::test]
async fn the_program_gets_words_of_the_vocabulary_as_arguments() {
    let bench = Bench::new(Voice::Espeak);
    let mut host = bench.open();
    assert_eq!(host.check().await, (true, true));
    assert!(host.say(call()).await);
    let arguments = || fs::read_to_string(bench.dir.path().join("arguments")).unwrap();
    assert_eq!(
        arguments().lines().collect::<Vec<_>>(),
        ["-v", "cmn-latn-pinyin+f2", "-s", "170", "-p", "42", "-a", "100", "--stdout", "qing3 A ling2 ling2 yi1"]
    );
    let english = sentence(Spoken::En, &[], &["ticket", "A", "one"]);
    assert!(host.say(Call { sentences: vec![english], ..call() }).await);
    assert!(arguments().ends_with("ticket [[eI]] one\n"));
    // Whatever comes over the line, nothing else is spoken.
    let strange = sentence(Spoken::Zh, &[], &["qing3; reboot"]);
    assert!(!host.say(Call { sentences: vec![strange], ..call() }).await);
    assert!(arguments().ends_with("ticket [[eI]] one\n"));
}

#[tokio::test]
async fn a_program_that_does_not_speak_leaves_the_chime() {
    for does in ["tail -f /dev/null", "exit 1", "echo no sound", "cat /dev/zero"] {
        let mut bench = Bench::new(Voice::Espeak);
        bench.espeak(does);
        let mut host = bench.open();
        assert!(!host.say(call()).await, "{does}");
        assert!((1_000..2_500).contains(&pcm::ms(bench.sound().len())), "{does}");
        bench.leaves_nothing(does).await;
    }
}

#[tokio::test]
async fn a_player_that_fails_is_told_and_tried_again() {
    let mut bench = Bench::new(Voice::Chime);
    let card = bench.dir.path().join("card").display().to_string();
    bench.player(&format!("cat >/dev/null; test -e {card} || {{ echo 'audio open error' >&2; exit 1; }}"));
    let mut host = bench.open();
    assert_eq!(host.check().await, (false, true));
    host.begin(call()).await;
    assert!(matches!(host.hear().await, ToHost::Failed { .. }));
    fs::write(&card, "").unwrap();
    assert_eq!(host.check().await, (true, true));
    assert!(host.say(call()).await);
    // One that takes nothing at all and ends well has not been heard to complain.
    bench.player("exit 0");
    assert!(bench.open().say(call()).await);
    bench.setup.player = bench.dir.path().join("none");
    assert_eq!(bench.open().check().await, (false, true), "without the program there is no sound");
}

#[tokio::test]
async fn a_player_that_hangs_is_ended_with_all_that_it_started() {
    for does in
        ["tail -f DIR/hangs", "cat >/dev/null; tail -f DIR/hangs & exit 0", "trap '' TERM; tail -f DIR/hangs & wait"]
    {
        let mut bench = Bench::new(Voice::Chime);
        fs::write(bench.dir.path().join("hangs"), "").unwrap();
        bench.player(&does.replace("DIR", &bench.dir.path().display().to_string()));
        let mut host = bench.open();
        host.begin(call()).await;
        host.send(&ToPlayer::Stop { n: host.n }).await;
        assert_eq!(host.hear().await, ToHost::Failed { n: host.n });
        bench.leaves_nothing(does).await;
        // The line is closed in mid-call, as when the bridge stops or the driver starts another player.
        host.begin(call()).await;
        drop(host);
        bench.leaves_nothing(does).await;
    }
}

#[tokio::test]
async fn a_slow_player_is_waited_for_and_one_thing_is_done_at_a_time() {
    let mut bench = Bench::new(Voice::Chime);
    let done = bench.dir.path().join("done").display().to_string();
    bench.player(&format!("cat >/dev/null; until test -e {done}; do sleep 0.01; done"));
    let mut host = bench.open();
    host.begin(call()).await;
    host.send(&ToPlayer::Play { n: 70, within_ms: 1_000, call: call() }).await;
    assert_eq!(host.hear().await, ToHost::Failed { n: 70 });
    host.send(&ToPlayer::Stop { n: 71 }).await;
    fs::write(&done, "").unwrap();
    assert_eq!(host.hear().await, ToHost::Ended { n: host.n, whole: true });
    // Too late to begin.
    host.send(&ToPlayer::Play { n: 72, within_ms: 0, call: call() }).await;
    assert_eq!(host.hear().await, ToHost::Late { n: 72 });
}

#[tokio::test]
async fn after_hundreds_of_calls_it_still_speaks_and_leaves_nothing_behind() {
    let bench = Bench::new(Voice::Espeak);
    let mut host = bench.open();
    let files = || fs::read_dir("/proc/self/fd").unwrap().count();
    assert!(host.say(call()).await);
    let before = files();
    for _ in 0..200 {
        assert!(host.say(call()).await);
    }
    bench.leaves_nothing("hundreds of calls").await;
    assert!(files() <= before + 2, "{} files were open, now {}", before, files());
}

/// Whether a real program is there; says so when not.
fn installed(name: &str) -> bool {
    let there =
        std::env::var_os("PATH").is_some_and(|all| std::env::split_paths(&all).any(|dir| dir.join(name).is_file()));
    // `make test` installs both there: tests/setup-sound.
    assert!(there || std::env::var_os("CI").is_none(), "{name} is not installed");
    if !there {
        eprintln!("skipped: {name} is not installed");
    }
    there
}

#[tokio::test]
async fn the_real_espeak_ng_says_a_call() {
    if !installed("espeak-ng") {
        return;
    }
    let mut bench = Bench::new(Voice::Espeak);
    bench.setup.espeak = "espeak-ng".into();
    let mut host = bench.open();
    assert_eq!(host.check().await, (true, true));
    let words = "qing3 A ling2 si4 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3";
    let chinese = sentence(Spoken::Zh, &[], &words.split(' ').collect::<Vec<_>>());
    let english = sentence(Spoken::En, &[], &["ticket", "A", "please", "go", "to", "window", "twelve"]);
    for (one, length) in [(chinese, 2_500..7_000), (english, 1_200..4_000)] {
        let call = Call { chime: false, sentences: vec![one], pause_ms: 0, ..call() };
        assert!(host.say(call).await);
        let sound = bench.sound();
        let ms = pcm::ms(sound.len()) - 400;
        assert!(length.contains(&ms), "it takes {ms} ms");
        assert!(pcm::loudness(&sound) > 0.02, "it is heard");
    }
}

#[tokio::test]
async fn the_real_aplay_takes_the_sound() {
    if !installed("aplay") {
        return;
    }
    let mut bench = Bench::new(Voice::Chime);
    bench.setup.player = "aplay".into();
    // A card that ALSA itself makes, which throws everything away.
    bench.setup.card = "null".into();
    let mut host = bench.open();
    assert_eq!(host.check().await, (true, true));
    assert!(host.say(call()).await);
    bench.setup.card = "hw:CARD=none".into();
    let mut host = bench.open();
    assert_eq!(host.check().await, (false, true));
    host.begin(call()).await;
    assert!(matches!(host.hear().await, ToHost::Failed { .. }));
}
