//! The words of messages, for whoever writes them elsewhere.

use serde::Serialize;

/// The word for a kind, a state or a trouble, as it stands in messages; keys of words for people are made of it.
pub fn word(of: impl Serialize) -> String {
    // Each of them is a plain word.
    serde_json::to_value(of).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
