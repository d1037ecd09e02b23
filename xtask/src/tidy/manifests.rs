//! What the members say of themselves, and which dependencies the project has and why.

use anyhow::Context as _;
use toml::{Table, Value};

use super::dependencies::Member;
use super::{Findings, named};
use crate::tree::TextFile;

const ROOT: &str = "Cargo.toml";
const PAGES: &str = "web/package.json";
const LOCK_OF_PAGES: &str = "web/package-lock.json";
const REASONS: &str = "CONTRIBUTING.md";
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Checks them.
pub fn check(members: &[Member], files: &[TextFile], found: &mut Findings) -> anyhow::Result<()> {
    let root = parse(files, ROOT)?;
    let mut manifests = Vec::new();
    for member in members {
        let manifest = parse(files, &member.manifest)?;
        of_member(member, &manifest, files, found);
        manifests.push(manifest);
    }
    let shared = root.get("workspace").and_then(|workspace| workspace.get("dependencies")).and_then(Value::as_table);
    let shared = shared.context("the root manifest has no [workspace.dependencies]")?;
    for name in shared.keys() {
        if !manifests.iter().any(|manifest| dependencies(manifest).any(|(other, _)| other == name)) {
            let text = named(files, ROOT).map_or("", |file| &file.text);
            found.fault(ROOT, line_of_key(text, name), format!("no member uses `{name}`: take it out"));
        }
    }
    let foreign = shared.iter().filter(|(_, value)| value.get("path").is_none()).map(|(name, _)| name.clone());
    let mut wanted: Vec<String> = foreign.collect();
    wanted.extend(packages_of_pages(files)?);
    reasons(&wanted, files, found);
    if let Some(lock) = named(files, LOCK_OF_PAGES) {
        for (index, _) in lock.text.lines().enumerate().filter(|(_, line)| line.contains("\"resolved\"")) {
            found.fault(
                &lock.path,
                index + 1,
                "an address of a registry: `npm install` in web/ writes the file without",
            );
        }
    }
    Ok(())
}

fn parse(files: &[TextFile], path: &str) -> anyhow::Result<Table> {
    let file = named(files, path).with_context(|| format!("{path} is missing"))?;
    file.text.parse().with_context(|| format!("{path} is not TOML"))
}

fn of_member(member: &Member, manifest: &Table, files: &[TextFile], found: &mut Findings) {
    let path = &member.manifest;
    if member.package.description.as_deref().is_none_or(|text| text.trim().is_empty()) {
        found.fault(path, 0, "say in `description` what it is");
    }
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    if inherits != Some(true) {
        found.fault(path, 0, "the lints of the workspace are not in force: add `[lints] workspace = true`");
    }
    let text = named(files, path).map_or("", |file| &file.text);
    for (name, value) in dependencies(manifest) {
        if value.get("workspace").and_then(Value::as_bool) != Some(true) {
            let message = format!("versions stand in the root manifest once: `{name}.workspace = true`");
            found.fault(path, line_of_key(text, name), message);
        }
    }
    for target in &member.package.targets {
        let source = target.src_path.as_str();
        let Some(file) = files.iter().find(|file| source.ends_with(&format!("/{}", file.path))) else { continue };
        let first = file.text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!"));
        if !first.is_some_and(|line| line.starts_with("//!")) {
            found.fault(&file.path, 1, "the root of a crate begins with a comment `//!` that says what it is");
        }
    }
}

fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    KINDS.into_iter().filter_map(|kind| manifest.get(kind)).filter_map(Value::as_table).flatten()
}

fn line_of_key(text: &str, key: &str) -> usize {
    let is_it = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
    text.lines().position(is_it).map_or(0, |line| line + 1)
}

fn packages_of_pages(files: &[TextFile]) -> anyhow::Result<Vec<String>> {
    let Some(file) = named(files, PAGES) else { return Ok(Vec::new()) };
    let manifest: serde_json::Value =
        serde_json::from_str(&file.text).with_context(|| format!("{PAGES} is not JSON"))?;
    let of = |kind: &str| manifest.get(kind).and_then(serde_json::Value::as_object).cloned().unwrap_or_default();
    Ok(["dependencies", "devDependencies"].into_iter().flat_map(of).map(|(name, _)| name).collect())
}

/// Every dependency has a row ``| `name` | one sentence |`` in CONTRIBUTING.md, and every row a dependency.
fn reasons(wanted: &[String], files: &[TextFile], found: &mut Findings) {
    let Some(file) = named(files, REASONS) else {
        found.fault(REASONS, 0, "missing");
        return;
    };
    let rows: Vec<(usize, &str, &str)> = file
        .text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| row(line).map(|(name, why)| (index + 1, name, why)))
        .collect();
    for name in wanted {
        let (line, message) = match rows.iter().find(|(_, other, _)| other == name) {
            None => (0, format!("`{name}` has no row in the table of dependencies: say what it is for")),
            Some((line, _, "")) => (*line, format!("`{name}`: say what it is for")),
            Some(_) => continue,
        };
        found.fault(REASONS, line, message);
    }
    for (line, name, _) in rows {
        if !wanted.iter().any(|other| other == name) {
            found.fault(REASONS, line, format!("`{name}` is no dependency: take the row out"));
        }
    }
}

fn row(line: &str) -> Option<(&str, &str)> {
    let (name, why) = line.strip_prefix("| `")?.split_once("` |")?;
    Some((name, why.trim().trim_end_matches('|').trim()))
}

#[cfg(test)]
mod tests {
    use super::{line_of_key, row};

    #[test]
    fn rows_are_read() {
        assert_eq!(row("| `axum` | HTTP. |"), Some(("axum", "HTTP.")));
        assert_eq!(row("| `@fluent/bundle` | |"), Some(("@fluent/bundle", "")));
        assert_eq!(row("| crate | why |"), None);
    }

    #[test]
    fn a_key_is_found_by_its_whole_name() {
        assert_eq!(line_of_key("hyper-util = 1\nhyper = 1\nserde.workspace = true\n", "hyper"), 2);
        assert_eq!(line_of_key("hyper-util = 1\nserde.workspace = true\n", "serde"), 2);
    }
}
