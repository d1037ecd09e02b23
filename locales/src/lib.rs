//! The words of the hall in Chinese and English, for programs. The pages load the same files by themselves.
//!
//! One `.ftl` file a place where words are shown or said; it stands in `locales/zh-CN` and `locales/en` under the same name
//! with the same keys, which `cargo xtask tidy` checks. A program asks for a key with [`Words::say`].

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::{LanguageIdentifier, langid};

/// A language of the hall.
#[expect(clippy::unsafe_derive_deserialize, reason = "what is unsafe stands in the macro that makes constants")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese (zh-CN); always comes first.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order of the hall.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::Zh => langid!("zh-CN"),
            Self::En => langid!("en"),
        }
    }
}

/// The texts of one file in both languages, as `include_str!` gives them.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// The two texts of `locales/…/NAME.ftl`, to be given to [`Words::new`]. The path leads from the caller's manifest to the
/// root of the tree, such as `".."`.
#[macro_export]
macro_rules! source {
    ($root:literal, $name:literal) => {
        $crate::Source {
            zh: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $root, "/locales/zh-CN/", $name, ".ftl")),
            en: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $root, "/locales/en/", $name, ".ftl")),
        }
    };
}

/// The words of some files, in both languages.
pub struct Words {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// A file of words is faulty: the message names what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faulty(pub String);

impl std::fmt::Display for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Faulty {}

impl Words {
    /// Reads the words of some files.
    pub fn new(sources: &[Source]) -> Result<Self, Faulty> {
        let bundle = |language: Language, text: fn(&Source) -> &'static str| {
            let mut bundle = FluentBundle::new_concurrent(vec![language.id()]);
            // Isolation marks are for mixed writing directions; a ticket printer would print them.
            bundle.set_use_isolating(false);
            for source in sources {
                let resource = FluentResource::try_new(text(source).to_owned())
                    .map_err(|(_, errors)| Faulty(format!("{language:?}: {errors:?}")))?;
                bundle.add_resource(resource).map_err(|errors| Faulty(format!("{language:?}: {errors:?}")))?;
            }
            Ok(bundle)
        };
        Ok(Self { zh: bundle(Language::Zh, |source| source.zh)?, en: bundle(Language::En, |source| source.en)? })
    }

    /// The message `key` without arguments. A missing key gives the key itself: visible, and never a blank.
    pub fn say(&self, language: Language, key: &str) -> String {
        self.say_with(language, key, &[])
    }

    /// The message `key` with its arguments.
    pub fn say_with(&self, language: Language, key: &str, arguments: &[(&'static str, Argument)]) -> String {
        let bundle = match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut named = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            let value = match argument {
                Argument::Text(text) => FluentValue::String(Cow::Borrowed(text.as_str())),
                Argument::Number(number) => FluentValue::from(*number),
            };
            named.set(*name, value);
        }
        bundle.format_pattern(pattern, Some(&named), &mut Vec::new()).into_owned()
    }
}

/// What stands for `{ $name }` in a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A text.
    Text(String),
    /// A number, which may choose a plural.
    Number(f64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

macro_rules! from_number {
    ($($number:ty)*) => {
        $(impl From<$number> for Argument {
            #[allow(clippy::cast_lossless, reason = "counts are far below the limits of a double")]
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        })*
    };
}
from_number!(u16 u32 u64 usize i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_said_in_both_languages() {
        let source = Source {
            zh: "ahead = 前面还有 { $count } 位\n",
            en: "ahead = { $count ->\n    [one] one person ahead\n   *[other] { $count } people ahead\n}\n",
        };
        let words = Words::new(&[source]).unwrap();
        assert_eq!(words.say_with(Language::Zh, "ahead", &[("count", 3_u32.into())]), "前面还有 3 位");
        assert_eq!(words.say_with(Language::En, "ahead", &[("count", 1_u32.into())]), "one person ahead");
        assert_eq!(words.say_with(Language::En, "ahead", &[("count", 2_u32.into())]), "2 people ahead");
        assert_eq!(words.say(Language::En, "nothing"), "nothing");
    }

    #[test]
    fn a_faulty_file_is_refused() {
        assert!(Words::new(&[Source { zh: "a = { $", en: "a = x" }]).is_err());
    }
}
