//! Hall files: TOML in, checked settings out, and what is wrong with its line.

use std::path::Path;

use hall::Settings;
use hall::settings::ticket::TicketTemplate;
use hall::settings::{BadSettings, HallFile, PathPart};
use protocol::ticket::{NoteKind, PaperNote};
use ticket::Setter;
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
    let settings = Settings::try_from(parsed).map_err(|bad| {
        let line = find(text, &bad).map_or(0, line_of);
        refused(line, bad.to_string())
    })?;
    let fatal = ticket_notes(text, &settings).map_err(|fault| refused(0, fault))?;
    match fatal.into_iter().find(|note| note.fatal) {
        Some(note) => Err(refused(note.line, note.text)),
        None => Ok(settings),
    }
}

/// Something that gives way on the tickets of a hall file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketNote {
    /// The line of the file.
    pub line: usize,
    /// What happens, and on which paper.
    pub text: String,
    /// The file is refused for it.
    pub fatal: bool,
}

/// What gives way on the widest ticket that the text's template makes, on each of its papers. A file that says nothing of
/// tickets has none.
pub fn ticket_notes(text: &str, settings: &Settings) -> Result<Vec<TicketNote>, String> {
    let Some(template) = settings.ticket() else { return Ok(Vec::new()) };
    let setter = Setter::new().map_err(|faulty| faulty.to_string())?;
    let lines = template.lines();
    let mut found = Vec::new();
    for columns in &template.columns {
        for note in ticket::notes(&setter, template, settings, usize::from(*columns)) {
            let index = usize::from(note.line);
            let path = vec![PathPart::Key("ticket"), PathPart::Key("lines"), PathPart::Index(index)];
            let at = find(text, &BadSettings { path, reason: String::new() }).unwrap_or_default();
            let part = lines.get(index).map_or("ticket", |line| line.part.name());
            found.push(TicketNote {
                line: text[..at.min(text.len())].matches('\n').count() + 1,
                text: format!("ticket of {} columns ({} mm): {part} {}", columns, millimetres(*columns), said(&note)),
                fatal: note.kind.is_fatal(),
            });
        }
    }
    Ok(found)
}

fn millimetres(columns: u8) -> u8 {
    if columns > 32 { 80 } else { 58 }
}

fn said(note: &PaperNote) -> String {
    let PaperNote { at, rows, .. } = note;
    match note.kind {
        NoteKind::Wrapped => format!("takes {rows} rows, the first ends after {at:?}"),
        NoteKind::Parted => format!("takes {rows} rows and has a word that is parted; the first ends after {at:?}"),
        NoteKind::Shrunk => format!("is printed at size {rows}, no larger fits: {at}"),
        NoteKind::QrTooLong => "is left out: the address of visitors' pages is too long for a code".to_owned(),
        NoteKind::TooLong => format!("does not fit: a ticket has at most {rows} rows"),
    }
}

/// The settings as a file.
pub fn export(settings: &Settings) -> Result<String, toml::ser::Error> {
    toml::to_string(settings.file())
}

/// The section of a hall file that holds this template.
pub fn export_ticket(template: &TicketTemplate) -> Result<String, toml::ser::Error> {
    #[derive(serde::Serialize)]
    struct Section<'a> {
        ticket: &'a TicketTemplate,
    }
    toml::to_string(&Section { ticket: template })
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
    use super::{export_ticket, parse, ticket_notes};

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

    const TICKET: &str = "
[ticket]
notice = { zh = \"请备齐材料\", en = \"Please have your documents ready\" }
lines = [
  { part = \"header\" },
  { part = \"number\", size = 8 },
  { part = \"notice\", size = 3 },
]
";

    #[test]
    fn a_template_that_cannot_fit_is_refused_with_its_line() {
        let text = format!("{GOOD}{TICKET}");
        let settings = parse("h.toml", &text).unwrap();
        let notes = ticket_notes(&text, &settings).unwrap();
        assert_eq!(notes[0].line, 27);
        let wanted = "ticket of 48 columns (80 mm): notice takes 2 rows, the first ends after \"Please have your\"";
        assert_eq!(notes[0].text, wanted, "{notes:#?}");
        assert!(notes.iter().all(|note| !note.fatal));
        let many = "  { part = \"notice\", size = 8 },\n".repeat(30);
        for (good, wrong, expected) in [
            ("series = \"A\"", "series = \"AB\"", "h.toml:26: ticket.lines[1].size: a number of this size is wider"),
            ("size = 3", "size = 9", "h.toml:27: ticket.lines[2].size: a size is 1 to 8"),
            ("part = \"header\"", "part = \"name\"", "h.toml:25: unknown variant `name`"),
            ("lines = [", &format!("lines = [\n{many}"), "h.toml:3"),
        ] {
            let error = parse("h.toml", &text.replacen(good, wrong, 1)).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}\nexpected {expected}");
        }
        assert_eq!(ticket_notes(GOOD, &parse("h.toml", GOOD).unwrap()).unwrap(), []);
    }

    #[test]
    fn an_exported_template_is_read_again() {
        let settings = parse("h.toml", &format!("{GOOD}{TICKET}")).unwrap();
        let section = export_ticket(settings.ticket().unwrap()).unwrap();
        assert_eq!(parse("h.toml", &format!("{GOOD}{section}")).unwrap(), settings);
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
