//! The files of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that are made and never kept.
const MADE: [&str; 4] = ["target", "node_modules", "dist", "screenshots"];

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The text files of the repository with their paths from its root, in order. Files that git does not know yet count,
/// files that it ignores do not.
pub fn text_files(root: &Path) -> anyhow::Result<Vec<TextFile>> {
    let paths = match of_git(root) {
        Some(paths) => paths,
        None => of_folder(root, Path::new(""))?,
    };
    let mut files = Vec::new();
    for path in paths {
        // A file that was deleted and is still in the index, and one that is no text, are none of ours.
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else { continue };
        files.push(TextFile { path, text });
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn of_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut paths: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    paths.dedup();
    Some(paths)
}

/// Without git, such as in an unpacked archive.
fn of_folder(root: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_dir() {
            paths.push(path.to_string_lossy().into_owned());
        } else if !MADE.contains(&name.as_str()) && name != ".git" {
            paths.extend(of_folder(root, &path)?);
        }
    }
    Ok(paths)
}

/// A file with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// From the root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl TextFile {
    /// The last part of its name after a dot.
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Its folder, from the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The line of a byte, counted from 1.
    pub fn line_of(&self, byte: usize) -> usize {
        1 + self.text[..byte].matches('\n').count()
    }
}
