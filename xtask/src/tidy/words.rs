//! The words of the pages: the same keys in every language, and none that is asked for in vain or never.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::tree::TextFile;

const FIRST: &str = "locales/zh-CN/";
const SECOND: &str = "locales/en/";
const PAGES: &str = "web/src/";

/// Checks them.
pub fn check(files: &[TextFile], found: &mut Findings) {
    let (first, second) = (words_below(files, FIRST), words_below(files, SECOND));
    missing(&first, &second, SECOND, found);
    missing(&second, &first, FIRST, found);
    let known: BTreeSet<&str> = first.values().flatten().map(|(key, _)| *key).collect();
    let mut beginnings = Vec::new();
    for file in files.iter().filter(|file| is_page(file)) {
        for (at, asked) in asked_for(&file.text) {
            let there = match asked {
                Asked::Key(key) => known.contains(key),
                Asked::Beginning(beginning) => {
                    beginnings.push(beginning);
                    known.iter().any(|key| key.starts_with(beginning))
                }
            };
            if !there {
                let message = format!("the page says `{}`, which no locale has", asked.text());
                found.fault(&file.path, file.line_of(at), message);
            }
        }
    }
    let speaks = |file: &&TextFile| is_page(file) || file.extension() == "rs" && !file.path.starts_with("xtask/");
    let speakers: Vec<&str> = files.iter().filter(speaks).map(|file| file.text.as_str()).collect();
    for (name, keys) in &first {
        for (key, line) in keys.iter().filter(|(key, _)| !beginnings.iter().any(|beginning| key.starts_with(beginning)))
        {
            let quoted = format!("\"{key}\"");
            if !speakers.iter().any(|text| text.contains(&quoted)) {
                found.fault(&format!("{FIRST}{name}"), *line, format!("nobody says `{key}`: take it out"));
            }
        }
    }
}

fn is_page(file: &TextFile) -> bool {
    file.path.starts_with(PAGES) && ["ts", "tsx"].contains(&file.extension()) && !file.path.contains(".test.")
}

type Words<'a> = BTreeMap<&'a str, Vec<(&'a str, usize)>>;

/// Keys with their lines, by file.
fn words_below<'a>(files: &'a [TextFile], folder: &str) -> Words<'a> {
    files
        .iter()
        .filter(|file| file.extension() == "ftl")
        .filter_map(|file| Some((file.path.strip_prefix(folder)?, file)))
        .map(|(name, file)| (name, keys(&file.text)))
        .collect()
}

fn keys(text: &str) -> Vec<(&str, usize)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-'))
        .filter_map(|(index, line)| Some((line.split_once('=')?.0.trim_end(), index + 1)))
        .collect()
}

fn missing(here: &Words<'_>, there: &Words<'_>, folder: &str, found: &mut Findings) {
    for (name, keys) in here {
        let path = format!("{folder}{name}");
        let Some(others) = there.get(name) else {
            found.fault(&path, 0, "missing: the other language has it");
            continue;
        };
        for (key, line) in keys.iter().filter(|(key, _)| !others.iter().any(|(other, _)| other == key)) {
            found.fault(&path, 0, format!("`{key}` is missing: the other language has it in line {line}"));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked<'a> {
    Key(&'a str),
    /// Of a key whose end is worked out: `` say(`state-${state}`) ``.
    Beginning(&'a str),
}

impl Asked<'_> {
    fn text(&self) -> String {
        match self {
            Self::Key(key) => (*key).to_owned(),
            Self::Beginning(beginning) => format!("{beginning}…"),
        }
    }
}

/// What stands as text in the first argument of each `say(…)`, with its place.
fn asked_for(text: &str) -> Vec<(usize, Asked<'_>)> {
    let mut asked = Vec::new();
    for (call, _) in text.match_indices("say(") {
        if text[..call].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') {
            continue;
        }
        let mut depth = 0_u32;
        let mut at = call + "say(".len();
        while let Some(c) = text[at..].chars().next() {
            match c {
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' if depth > 0 => depth -= 1,
                ')' => break,
                ',' if depth == 0 => break,
                '"' | '`' => {
                    let inside = at + 1;
                    let Some(length) = text[inside..].find(c) else { break };
                    let literal = &text[inside..inside + length];
                    asked.push((
                        at,
                        literal.split_once("${").map_or(Asked::Key(literal), |(head, _)| Asked::Beginning(head)),
                    ));
                    at = inside + length;
                }
                _ => {}
            }
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_asked_for_are_found() {
        let text = "say(\"a\"); say(open ? \"b\" : \"c\", { d: \"e\" }); say(`f-${g}`); essay(\"h\"); it.say(\"i\"); say(key, x)";
        let asked: Vec<Asked<'_>> = asked_for(text).into_iter().map(|(_, asked)| asked).collect();
        assert_eq!(asked, [Asked::Key("a"), Asked::Key("b"), Asked::Key("c"), Asked::Beginning("f-")]);
    }

    #[test]
    fn every_language_has_every_key() {
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let files = [
            file("locales/zh-CN/a.ftl", "# x\none = 一\ntwo = { $n ->\n   *[other] 二\n}\n"),
            file("locales/en/a.ftl", "one = One\nthree = Three\n"),
            file("web/src/a.ts", "say(\"one\") + say(\"four\")"),
            file("web/src/b.tsx", "const b = { key: \"three\" }"),
        ];
        let mut found = Findings::default();
        check(&files, &mut found);
        let messages: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "locales/en/a.ftl: `two` is missing: the other language has it in line 3",
                "locales/zh-CN/a.ftl: `three` is missing: the other language has it in line 2",
                "web/src/a.ts:1: the page says `four`, which no locale has",
                "locales/zh-CN/a.ftl:3: nobody says `two`: take it out",
            ]
        );
    }
}
