//! The player of a speaker: a task that turns each call into samples and gives them to the sound card, spoken to as
//! [`drivers::speaker::wire`] says.
//!
//! What makes the sound is a program of its own, `aplay` of `alsa-utils`, which gets the samples through a pipe, one process a
//! call. So the bridge needs no C library and is built for a Pi as easily as for itself; a sound driver that hangs takes a
//! process with it that can be killed, and not the bridge; and the end of that process, which waits until all has been heard,
//! is the end of the call. A process a few times a minute costs nothing.

mod child;
mod voice;

#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use drivers::speaker::pcm;
use drivers::speaker::wire::{Lines, ToHost, ToPlayer, line};
use protocol::bridge::speakers::Call;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::sync::{Mutex, MutexGuard, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Line;
use child::{Broken, Child};
use voice::Throat;

/// What lies on the line between driver and player, in bytes.
const ON_THE_LINE: usize = 4096;
/// Silence by which the sound card is tried.
const TRIAL_MS: u32 = 100;

/// What a speaker says its calls with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// Prepared clips; a sentence that lacks one is spoken by `espeak-ng`.
    Clips,
    /// The program `espeak-ng`.
    Espeak,
    /// The chime alone.
    Chime,
}

/// How a speaker is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The sound card: the name of a PCM of ALSA.
    pub card: String,
    /// What it speaks with.
    pub voice: Voice,
    /// Where the clips are: `clips.json`, and a WAV file for each name in it.
    pub clips: Option<PathBuf>,
    /// How loud, in percent.
    pub volume: u8,
    /// The program that plays.
    pub player: PathBuf,
    /// The program that speaks.
    pub espeak: PathBuf,
}

/// A player that can be started again and again.
#[derive(Debug, Clone)]
pub struct Player {
    setup: Arc<Setup>,
    /// Whoever has it is heard: one that is being ended keeps it until all is quiet, and the next waits for that.
    throat: Arc<Mutex<Throat>>,
}

impl Player {
    /// A player with these settings.
    pub fn new(setup: Arc<Setup>) -> Self {
        Self { throat: Arc::new(Mutex::new(Throat::new(setup.clone()))), setup }
    }

    /// Starts it. It lives as long as its line is open; what it is saying then is cut off.
    pub fn open(&self) -> Line {
        let (host, own) = tokio::io::duplex(ON_THE_LINE);
        tokio::spawn(run(self.clone(), own));
        Box::new(host)
    }
}

/// What a player is doing.
struct Job {
    n: u32,
    stop: CancellationToken,
    work: Pin<Box<dyn Future<Output = ToHost> + Send>>,
}

async fn run(player: Player, line_of_host: DuplexStream) {
    let (mut reader, mut writer) = tokio::io::split(line_of_host);
    let (tell, mut told) = mpsc::channel(4);
    let (mut lines, mut buffer) = (Lines::default(), [0; ON_THE_LINE]);
    let mut job: Option<Job> = None;
    loop {
        let answers = tokio::select! {
            // What a job tells on its way comes before its end.
            biased;
            Some(answer) = told.recv() => vec![answer],
            answer = ended(&mut job) => {
                job = None;
                vec![answer]
            }
            read = reader.read(&mut buffer) => match read {
                Ok(count @ 1..) => {
                    let messages = lines.take::<ToPlayer>(&buffer[..count]);
                    messages.into_iter().filter_map(|message| take(message, &player, &tell, &mut job)).collect()
                }
                Ok(0) | Err(_) => break,
            },
        };
        for answer in answers {
            if writer.write_all(&line(&answer)).await.is_err() {
                break;
            }
        }
    }
    if let Some(job) = job {
        // Its process is ended and waited for: nothing of it is left.
        job.stop.cancel();
        job.work.await;
    }
}

/// Begins what is wanted; gives an answer where there is one at once.
fn take(message: ToPlayer, player: &Player, tell: &mpsc::Sender<ToHost>, job: &mut Option<Job>) -> Option<ToHost> {
    let stop = CancellationToken::new();
    let (player, tell) = (player.clone(), tell.clone());
    match message {
        ToPlayer::Stop { n } => {
            // One that has ended has answered.
            job.iter().filter(|job| job.n == n).for_each(|job| job.stop.cancel());
            None
        }
        ToPlayer::Check { n } | ToPlayer::Play { n, .. } if job.is_some() => Some(ToHost::Failed { n }),
        ToPlayer::Check { n } => {
            *job = Some(Job { n, stop: stop.clone(), work: Box::pin(check(n, player, stop)) });
            None
        }
        ToPlayer::Play { n, within_ms, call } => {
            let within = Duration::from_millis(within_ms.into());
            let work = say(n, within, call, player, stop.clone(), tell);
            *job = Some(Job { n, stop, work: Box::pin(work) });
            None
        }
    }
}

async fn ended(job: &mut Option<Job>) -> ToHost {
    match job {
        Some(job) => job.work.as_mut().await,
        None => std::future::pending().await,
    }
}

/// Waits until nobody else is heard; `None` when it is to stop before.
async fn alone<'a>(throat: &'a Mutex<Throat>, stop: &CancellationToken) -> Option<MutexGuard<'a, Throat>> {
    tokio::select! {
        throat = throat.lock() => Some(throat),
        () = stop.cancelled() => None,
    }
}

/// Looks whether the card takes sound, by a moment of silence.
async fn check(n: u32, Player { setup, throat }: Player, stop: CancellationToken) -> ToHost {
    let Some(mut throat) = alone(&throat, &stop).await else { return ToHost::Failed { n } };
    let voice = throat.is_whole(&stop).await;
    let card = match play(&setup, pcm::bytes(&pcm::silence(TRIAL_MS), 0), &stop).await {
        Ok(()) => true,
        Err(error) => {
            throat.complaints.say(&format!("no sound on {:?}: {error}", setup.card));
            false
        }
    };
    if card && voice {
        // Whatever is wrong the next time is news again.
        throat.complaints.forget();
    }
    ToHost::Able { n, card, voice }
}

async fn say(
    n: u32,
    within: Duration,
    call: Call,
    Player { setup, throat }: Player,
    stop: CancellationToken,
    tell: mpsc::Sender<ToHost>,
) -> ToHost {
    let asked = Instant::now();
    let Some(mut throat) = alone(&throat, &stop).await else { return ToHost::Failed { n } };
    let (samples, whole) = throat.speak(&call, &stop).await;
    if stop.is_cancelled() {
        return ToHost::Failed { n };
    }
    if asked.elapsed() >= within {
        return ToHost::Late { n };
    }
    // Who asked may have gone; then the line ends.
    let _ = tell.send(ToHost::Begun { n, ms: pcm::ms(samples.len()) }).await;
    let percent = u32::from(setup.volume) * u32::from(call.volume.min(100)) / 100;
    match play(&setup, pcm::bytes(&samples, percent as u8), &stop).await {
        Ok(()) => ToHost::Ended { n, whole },
        Err(error) => {
            throat.complaints.say(&format!("a call was not heard on {:?}: {error}", setup.card));
            ToHost::Failed { n }
        }
    }
}

/// Gives sound to the card; returns when it has been heard. How long that may take is watched by who can stop it.
async fn play(setup: &Setup, sound: Vec<u8>, stop: &CancellationToken) -> Result<(), Broken> {
    let rate = pcm::RATE.to_string();
    let arguments = ["-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", &rate, "-D", &setup.card, "-"];
    Child::start(&setup.player, &arguments)?.run(sound, 0, stop).await.map(drop)
}

/// Opens a speaker that has no player: never happens.
pub fn without_player() -> io::Error {
    io::Error::other("a sound card is reached through its player alone")
}
