//! What tests of speakers share.

use protocol::board::Spoken;
use protocol::bridge::speakers::{Call, Sentence};

/// A call of so many clips, said once.
pub fn call(clips: usize) -> Call {
    let sentence = Sentence {
        language: Spoken::Zh,
        clips: vec!["zh/please".to_owned(); clips],
        words: vec!["qing3".to_owned(); clips],
    };
    Call { chime: true, sentences: vec![sentence], pause_ms: 350, expires_ms: 60_000, volume: 100 }
}
