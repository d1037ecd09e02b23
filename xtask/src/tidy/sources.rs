//! How long files are, how full folders, and what does not stand in them.

use std::collections::BTreeMap;

use super::Findings;
use super::rust_text::{code, words};
use crate::tree::TextFile;

const LINES: usize = 900;
const MANY_LINES: usize = 600;
const FILES: usize = 20;
/// What people write by hand and read from front to back. Halls, locales and recorded output are data.
const WRITTEN: [&str; 8] = ["rs", "ts", "tsx", "mjs", "css", "sql", "md", "sh"];
const MADE: &str = "web/src/shared/generated/";

/// Paths of somebody's own machine and addresses of registries. In pieces, so that this file passes itself.
const FORBIDDEN: [(&str, &str); 9] = [
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("registry", ".npmjs"), "the address of a registry"),
    (concat!("npm", "mirror"), "the address of a registry"),
    (concat!("index.", "crates.io"), "the address of a registry"),
    (concat!("static.", "crates.io"), "the address of a registry"),
    (concat!("pypi", ".org"), "the address of a registry"),
    (concat!("proxy.", "golang.org"), "the address of a registry"),
];

/// Checks them.
pub fn check(files: &[TextFile], found: &mut Findings) {
    lengths(files, found);
    for file in files {
        forbidden_words(file, found);
        if file.extension() == "rs" {
            unfinished(file, found);
            unexplained(file, found);
            sleeps(file, found);
            unchecked(file, found);
        }
    }
}

fn lengths(files: &[TextFile], found: &mut Findings) {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| WRITTEN.contains(&file.extension()) && !file.path.starts_with(MADE)) {
        *folders.entry(file.folder()).or_default() += 1;
        let lines = file.text.lines().count();
        if lines > LINES {
            found.fault(
                &file.path,
                LINES + 1,
                format!("{lines} lines, the limit is {LINES}: divide it by what it is about"),
            );
        } else if lines > MANY_LINES {
            found.advise(&file.path, 0, format!("{lines} lines: would a newcomer guess what is in it?"));
        }
    }
    for (folder, count) in folders.into_iter().filter(|(_, count)| *count > FILES) {
        found.fault(
            folder,
            0,
            format!("{count} source files, the limit is {FILES}: divide the folder by what it is about"),
        );
    }
}

fn forbidden_words(file: &TextFile, found: &mut Findings) {
    for (index, line) in file.text.lines().enumerate() {
        for (word, what) in FORBIDDEN {
            let begins_a_path = |at: usize| {
                !word.starts_with('/') || !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*}".contains(c))
            };
            if line.match_indices(word).any(|(at, _)| begins_a_path(at)) {
                found.fault(&file.path, index + 1, format!("`{word}` is {what}: the text must hold on every machine"));
            }
        }
    }
}

fn unfinished(file: &TextFile, found: &mut Findings) {
    let code = code(&file.text);
    for (at, word) in words(&code).filter(|(_, word)| matches!(*word, "todo" | "unimplemented" | "dbg")) {
        if code[at + word.len()..].starts_with('!') {
            found.fault(&file.path, file.line_of(at), format!("`{word}!` is for the time before a commit"));
        }
    }
}

/// `#[allow(…)]` and `#[expect(…)]` say why.
fn unexplained(file: &TextFile, found: &mut Findings) {
    let code = code(&file.text);
    for (at, word) in words(&code).filter(|(_, word)| matches!(*word, "allow" | "expect")) {
        if !code[..at].trim_end().ends_with("#[") && !code[..at].trim_end().ends_with("#![") {
            continue;
        }
        let attribute = code[at..].split(")]").next().unwrap_or_default();
        if !words(attribute).any(|(_, word)| word == "reason") {
            found.fault(&file.path, file.line_of(at), format!("`{word}` without a `reason`"));
        }
    }
}

/// Tests wait for events, not for a while: what passes only when the machine is fast enough proves nothing.
fn sleeps(file: &TextFile, found: &mut Findings) {
    let code = code(&file.text);
    let all = file.path.split('/').any(|part| part == "tests") || file.path.ends_with("/tests.rs");
    let from = if all { Some(0) } else { code.find("#[cfg(test)]\nmod ") };
    let Some(from) = from else { return };
    for (at, word) in words(&code).filter(|(at, word)| *at >= from && *word == "sleep") {
        if code[at + word.len()..].starts_with('(') {
            found.fault(&file.path, file.line_of(at), "a test sleeps: wait for the event, with a limit");
        }
    }
}

/// The one file that may ask the kernel for what no safe function asks for.
const UNSAFE_ROOM: &str = "firmware-bridge/src/port/usb.rs";

fn unchecked(file: &TextFile, found: &mut Findings) {
    let code = code(&file.text);
    for (at, _) in words(&code).filter(|(_, word)| matches!(*word, "unsafe" | "unsafe_code")) {
        if file.path != UNSAFE_ROOM {
            found.fault(&file.path, file.line_of(at), format!("`unsafe` stands in {UNSAFE_ROOM} alone"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<(usize, String)> {
        let mut found = Findings::default();
        check(&[TextFile { path: path.into(), text: text.into() }], &mut found);
        found.faults.into_iter().map(|fault| (fault.line, fault.message)).collect()
    }

    #[test]
    fn what_is_unfinished_or_unexplained_is_found_where_it_stands() {
        let text = "//! todo!()\nfn a() { todo!() }\n#[allow(dead_code)]\nfn b() {}\n\
                    #[expect(\n    unused,\n    reason = \"r\"\n)]\nfn c() {}\n";
        let found = faults("a/src/lib.rs", text);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn tests_do_not_sleep() {
        let text = "fn a() { sleep(1); }\n#[cfg(test)]\nmod tests {\n    fn b() { sleep(1); sleep_until(t); }\n}\n";
        assert_eq!(faults("a/src/b.rs", text).len(), 1);
        assert_eq!(faults("tests/src/b.rs", text).len(), 2);
    }

    #[test]
    fn unchecked_code_stands_in_one_file() {
        let text = "// unsafe\nfn a() { unsafe { b() } }\n";
        assert_eq!(faults("a/src/b.rs", text).len(), 1);
        assert_eq!(faults(UNSAFE_ROOM, text).len(), 0);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        let path = concat!("/wo", "rk/x");
        assert_eq!(faults("a.md", &format!("see {path}\n")).len(), 1);
        assert_eq!(faults("a.md", &format!("frame{path}\n")).len(), 0);
    }

    #[test]
    fn long_files_and_full_folders_are_found() {
        assert_eq!(faults("a.css", &"a\n".repeat(901)).len(), 1);
        assert_eq!(faults("a.toml", &"a\n".repeat(901)).len(), 0);
        let files: Vec<TextFile> =
            (0..21).map(|n| TextFile { path: format!("a/{n}.rs"), text: String::new() }).collect();
        let mut found = Findings::default();
        check(&files, &mut found);
        assert_eq!(found.faults.len(), 1);
    }
}
