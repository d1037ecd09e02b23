//! What a call sounds like: the chime, clips, or what `espeak-ng` says. Where one is missing the next is taken, and the chime is
//! always there: no missing file and no missing program silences a speaker.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use drivers::speaker::{pcm, wav};
use protocol::board::Spoken;
use protocol::bridge::speakers::{Call, Sentence, is_word};
use tokio_util::sync::CancellationToken;

use super::child::{Broken, Child};
use super::{Setup, Voice};

/// The list of clips in their folder, the same as the browsers': names with their lengths.
const LIST: &str = "clips.json";
/// Most clips.
const MOST_CLIPS: usize = 512;
/// Largest file of a clip, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Silence before each call: amplifiers and screens that have gone to sleep swallow the first moments.
const LEAD_MS: u32 = 300;
/// Silence after it.
const TAIL_MS: u32 = 100;
/// How long a sentence may take to be made into sound.
const SPEAKS: Duration = Duration::from_secs(3);
/// Most bytes of a sentence: half a minute.
const MOST_BYTES: usize = 44_100 * 30;
/// Words a minute, the pitch, and full loudness, as the clips that come with Paihao were made.
const MANNER: [&str; 6] = ["-s", "170", "-p", "42", "-a", "100"];
/// Chinese is given as syllables with tones: given characters, the voice `cmn` spells most of them in English.
const CHINESE: &str = "cmn-latn-pinyin+f2";
const ENGLISH: &str = "en-us+f2";
/// What is spoken to see whether the program works.
const TRIAL: &str = "qing3";

/// The clips of a folder.
type Clips = HashMap<String, Vec<i16>>;

/// What was said in the log already.
#[derive(Debug, Default)]
pub(super) struct Complaints(Vec<String>);

impl Complaints {
    /// Says it, once.
    pub fn say(&mut self, text: &str) {
        if !self.0.iter().any(|said| said == text) {
            tracing::warn!("{text}");
            // Whoever finds ever new words for his faults is not remembered for ever.
            self.0.truncate(31);
            self.0.push(text.to_owned());
        }
    }

    /// Everything is news again.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Throat {
    setup: Arc<Setup>,
    /// Read once they are all there.
    clips: Option<Arc<Clips>>,
    complaints_of_clips: Option<String>,
    speaks: bool,
    pub complaints: Complaints,
}

impl Throat {
    pub fn new(setup: Arc<Setup>) -> Self {
        Self { setup, clips: None, complaints_of_clips: None, speaks: false, complaints: Complaints::default() }
    }

    /// Whether all can be said as it is set. What was missing is looked for again.
    pub async fn is_whole(&mut self, stop: &CancellationToken) -> bool {
        match self.setup.voice {
            Voice::Chime => true,
            Voice::Clips => {
                if self.clips.is_none() || self.complaints_of_clips.is_some() {
                    self.load().await;
                }
                self.complaints_of_clips.is_none()
            }
            Voice::Espeak => {
                if !self.speaks {
                    self.spoken(Spoken::Zh, TRIAL, stop).await;
                }
                self.speaks
            }
        }
    }

    async fn load(&mut self) {
        let folder = self.setup.clips.clone().unwrap_or_default();
        let (clips, complaint) = tokio::task::spawn_blocking(move || load(&folder)).await.unwrap_or_default();
        if let Some(complaint) = &complaint {
            self.complaints.say(complaint);
        }
        (self.clips, self.complaints_of_clips) = (Some(Arc::new(clips)), complaint);
    }

    /// The samples of a call, and whether they say all of it as this speaker is set.
    pub async fn speak(&mut self, call: &Call, stop: &CancellationToken) -> (Vec<i16>, bool) {
        if self.setup.voice == Voice::Clips && self.clips.is_none() {
            self.load().await;
        }
        let mut said = Vec::new();
        let mut whole = true;
        // A call is said twice; each sentence is made once.
        let mut made: HashMap<String, Option<Vec<i16>>> = HashMap::new();
        let sentences: &[Sentence] = if self.setup.voice == Voice::Chime { &[] } else { &call.sentences };
        for sentence in sentences {
            let key = format!("{} {}", sentence.clips.join(" "), sentence.words.join(" "));
            if !made.contains_key(&key) {
                let samples = self.sentence(sentence, &mut whole, stop).await;
                made.insert(key.clone(), samples);
            }
            match made.get(&key) {
                Some(Some(samples)) => {
                    said.extend(pcm::silence(call.pause_ms.into()));
                    said.extend(samples);
                }
                _ => whole = false,
            }
        }
        let mut samples = pcm::silence(LEAD_MS);
        // Nobody is called in silence.
        if call.chime || said.is_empty() {
            samples.extend(self.clip("chime").cloned().unwrap_or_else(pcm::chime));
        }
        samples.extend(said);
        samples.extend(pcm::silence(TAIL_MS));
        (samples, whole)
    }

    fn clip(&self, name: &str) -> Option<&Vec<i16>> {
        self.clips.as_ref()?.get(name)
    }

    async fn sentence(&mut self, sentence: &Sentence, whole: &mut bool, stop: &CancellationToken) -> Option<Vec<i16>> {
        if self.setup.voice == Voice::Clips {
            let clips = sentence.clips.iter().map(|name| self.clip(name).ok_or(name)).collect::<Result<Vec<_>, _>>();
            match clips {
                Ok(clips) if !clips.is_empty() => return Some(clips.into_iter().flatten().copied().collect()),
                Ok(_) => {}
                Err(name) => {
                    let text = format!("there is no clip {name:?}: sentences with it are spoken otherwise");
                    self.complaints.say(&text);
                }
            }
            *whole = false;
        }
        let text = text(sentence)?;
        self.spoken(sentence.language, &text, stop).await
    }

    /// Lets the program speak.
    async fn spoken(&mut self, language: Spoken, text: &str, stop: &CancellationToken) -> Option<Vec<i16>> {
        let samples = match espeak(&self.setup.espeak, language, text, stop).await {
            Ok(samples) => Some(samples),
            Err(error) => {
                self.complaints.say(&format!("{} does not speak: {error}", self.setup.espeak.display()));
                None
            }
        };
        self.speaks = samples.is_some();
        samples
    }
}

/// What the program is given: words of the closed vocabulary and nothing else.
fn text(sentence: &Sentence) -> Option<String> {
    let known = sentence.words.iter().all(|word| is_word(sentence.language, word));
    if sentence.words.is_empty() || sentence.words.len() > Call::MAX_WORDS || !known {
        return None;
    }
    let word = |word: &String| match (sentence.language, word.as_str()) {
        // Alone, this one would be an article.
        (Spoken::En, "A") => "[[eI]]".to_owned(),
        (_, word) => word.to_owned(),
    };
    Some(sentence.words.iter().map(word).collect::<Vec<_>>().join(" "))
}

/// Why a sentence was not spoken.
#[derive(Debug, thiserror::Error)]
enum Mute {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("what it wrote cannot be used: {0}")]
    Unusable(#[from] wav::Faulty),
}

async fn espeak(program: &Path, language: Spoken, text: &str, stop: &CancellationToken) -> Result<Vec<i16>, Mute> {
    let voice = match language {
        Spoken::Zh => CHINESE,
        Spoken::En => ENGLISH,
    };
    let [speed, words, pitch, hertz, loud, percent] = MANNER;
    let arguments = ["-v", voice, speed, words, pitch, hertz, loud, percent, "--stdout", text];
    let limit = stop.child_token();
    let running = Child::start(program, &arguments)?.run(Vec::new(), MOST_BYTES, &limit);
    tokio::pin!(running);
    let file = tokio::select! {
        file = &mut running => file?,
        () = tokio::time::sleep(SPEAKS) => {
            limit.cancel();
            running.await?
        }
    };
    Ok(wav::read(&file)?)
}

/// Reads the clips of a folder; and says what is missing, in words for the log.
fn load(folder: &Path) -> (Clips, Option<String>) {
    let mut clips = Clips::new();
    let list = file(&folder.join(LIST)).and_then(|text| {
        let names: BTreeMap<String, u64> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        Ok(names.into_keys().take(MOST_CLIPS))
    });
    let names = match list {
        Ok(names) => names,
        Err(error) => return (clips, Some(format!("clips: {}: {error}", folder.join(LIST).display()))),
    };
    let mut missing = Vec::new();
    for name in names.filter(|name| is_name(name)) {
        let read = file(&folder.join(format!("{name}.wav")));
        match read.and_then(|file| wav::read(&file).map_err(|error| error.to_string())) {
            Ok(samples) => {
                clips.insert(name, samples);
            }
            Err(error) => missing.push(format!("{name}.wav: {error}")),
        }
    }
    let complaint = missing
        .first()
        .map(|first| format!("clips in {}: {} cannot be used, the first is {first}", folder.display(), missing.len()));
    (clips, complaint)
}

/// `chime`, or a word of a language; nothing that leads out of the folder.
fn is_name(name: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    name.len() <= 64 && name.split('/').count() <= 2 && name.split('/').all(word)
}

fn file(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
