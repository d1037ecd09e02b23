//! Hall files: TOML in, checked settings out, and what is wrong with its line.

use std::path::Path;

use hall::Settings;
use hall::settings::{BadSettings, HallFile, PathPart};
use toml::de::{DeTable, DeValue};

/// Largest hall file that is read, in bytes.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// A hall file that was refused: `FILE:LINE: reason`.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct BadHallFile {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when the fault is in no line.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Reads and checks a file.
pub fn load(path: &Path) -> Result<Settings, BadHallFile> {
    let file = path.display().to_string();
    let unreadable = |reason: String| BadHallFile { file: file.clone(), line: 0, reason };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(unreadable(format!("it has {size} bytes, a hall file has at most {MAX_BYTES}")));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".into()))?;
    parse(&file, &text)
}

/// Checks the text of a file.
pub fn parse(file: &str, text: &str) -> Result<Settings, BadHallFile> {
    let refused = |line: usize, reason: String| BadHallFile { file: file.to_owned(), line, reason };
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let parsed: HallFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(span.start));
        refused(line, error.message().trim().to_owned())
    })?;
    Settings::try_from(parsed).map_err(|bad| {
        let line = find(text, &bad).map_or(0, line_of);
        refused(line, bad.to_string())
    })
}

/// The settings as a file.
pub fn export(settings: &Settings) -> Result<String, toml::ser::Error> {
    toml::to_string(settings.file())
}

/// Where in the text the path leads: as deep as it can be followed, so that a missing key is shown at its table.
fn find(text: &str, bad: &BadSettings) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut at = table.span().start;
    let mut here: Option<&DeValue<'_>> = None;
    for part in &bad.path {
        let next = match (part, here) {
            (PathPart::Key(key), None) => table.get_ref().get(*key),
            (PathPart::Key(key), Some(DeValue::Table(table))) => table.get(*key),
            (PathPart::Index(index), Some(DeValue::Array(array))) => array.get(*index),
            _ => None,
        };
        let Some(next) = next else { break };
        at = next.span().start;
        here = Some(next.get_ref());
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = r#"
[hall]
name = "H"
time_zone = "Asia/Shanghai"
open = "08:30"
close = "17:00"

[[zones]]
code = "A"
name = "A"

[[services]]
code = "S"
name = { zh = "事项", en = "Service" }
series = "A"

[[windows]]
numbers = "1-3"
zone = "A"
services = ["S"]
"#;

    #[test]
    fn a_good_file_is_read() {
        assert_eq!(parse("h.toml", GOOD).unwrap().windows().count(), 3);
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        let cases = [
            ("zone = \"A\"", "zone = \"B\"", "h.toml:19: windows[0].zone: unknown zone \"B\""),
            (
                "services = [\"S\"]",
                "services = [\"S\", \"T\"]",
                "h.toml:20: windows[0].services: unknown service \"T\"",
            ),
            ("series = \"A\"", "series = \"I\"", "h.toml:15: services[0].series: \"I\" is not a series"),
            ("\"1-3\"", "\"3-1\"", "h.toml:18: windows[0].numbers: \"3-1\" is not a range"),
            ("close = \"17:00\"", "close = \"07:00\"", "h.toml:6: hall.close: 07:00 is not after open"),
            ("close = \"17:00\"", "close = 17", "h.toml:6: invalid type"),
            ("close = \"17:00\"", "clothes = \"17:00\"", "h.toml:6: unknown field"),
            ("code = \"A\"", "code = ", "h.toml:9: "),
        ];
        for (good, wrong, expected) in cases {
            let error = parse("h.toml", &GOOD.replacen(good, wrong, 1)).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}\nexpected {expected}");
        }
    }
}
