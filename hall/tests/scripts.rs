//! Days of a hall as text: `scripts/*.txt` is played and what happens must be what stands in the `.out` beside it.
//! `UPDATE_SCRIPTS=1` writes the `.out` files; read them before you believe them.

#![allow(clippy::format_push_string, reason = "a few lines of text, once")]
#![allow(clippy::unwrap_used, reason = "a script that cannot be read must fail")]

mod script;
mod support;

use std::fs;
use std::path::PathBuf;

use script::Script;

#[test]
fn every_script_ends_as_it_is_written() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let mut scripts: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 12, "where are the scripts?");
    let mut wrong = Vec::new();
    for path in scripts {
        let text = fs::read_to_string(&path).unwrap();
        let out = Script::new(folder.clone()).play(&text);
        let expected = path.with_extension("out");
        if std::env::var_os("UPDATE_SCRIPTS").is_some() {
            fs::write(&expected, &out).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != out {
            wrong.push(format!("{}:\n{out}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
