//! The lines that no compiler checks: who may depend on whom, where things stand, and which words belong together.
//! `make check` says so, and `tests/tidy.rs` runs it as a test.

mod dependencies;
mod manifests;
mod rust_text;
mod sources;
mod words;

use std::fmt;
use std::path::Path;

use anyhow::bail;

use crate::tree::{self, TextFile};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// From the root of the repository.
    pub path: String,
    /// From 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// What was found. Advice is said and fails nothing.
#[derive(Debug, Default)]
pub struct Findings {
    /// Against a rule.
    pub faults: Vec<Fault>,
    /// On the way there.
    pub advice: Vec<Fault>,
}

impl Findings {
    fn fault(&mut self, path: &str, line: usize, message: impl Into<String>) {
        self.faults.push(Fault { path: path.to_owned(), line, message: message.into() });
    }

    fn advise(&mut self, path: &str, line: usize, message: impl Into<String>) {
        self.advice.push(Fault { path: path.to_owned(), line, message: message.into() });
    }
}

/// Looks at the whole repository.
pub fn findings(root: &Path) -> anyhow::Result<Findings> {
    let files = tree::text_files(root)?;
    let mut found = Findings::default();
    let packages = dependencies::packages(root)?;
    dependencies::check(&packages, &files, &mut found);
    manifests::check(&packages, &files, &mut found)?;
    sources::check(&files, &mut found);
    words::check(&files, &mut found);
    found.faults.sort_unstable();
    found.advice.sort_unstable();
    Ok(found)
}

/// Looks at the whole repository and says what it found.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let found = findings(root)?;
    for advice in &found.advice {
        eprintln!("advice: {advice}");
    }
    for fault in &found.faults {
        eprintln!("{fault}");
    }
    match found.faults.len() {
        0 => Ok(()),
        1 => bail!("tidy: 1 fault"),
        count => bail!("tidy: {count} faults"),
    }
}

fn named<'a>(files: &'a [TextFile], path: &str) -> Option<&'a TextFile> {
    files.iter().find(|file| file.path == path)
}
