//! Which package may use which: `hall` ← `protocol` ← everyone, and nothing on a program.

use std::path::Path;

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::Findings;
use super::rust_text::{code, words};
use crate::tree::TextFile;

/// All that the pure core may use.
const OF_THE_CORE: [&str; 4] = ["jiff", "serde", "thiserror", "uuid"];
/// The packages that start programs and look at everything.
const OUTSIDERS: [&str; 2] = ["tests", "xtask"];
/// Crates that belong to some packages alone.
const RESERVED: [(&str, &[&str]); 2] = [
    ("sqlx", &["store-sqlite", "store-postgres"]),
    ("axum", &["display", "firmware-bridge", "hub", "kiosk", "server"]),
];
/// Where types of axum may stand.
const AXUM_ROOM: [&str; 2] = ["server/src/http.rs", "server/src/http/"];

/// A member of the workspace.
pub struct Member {
    /// What cargo says of it.
    pub package: Package,
    /// Its folder, from the root.
    pub folder: String,
    /// Its manifest, from the root.
    pub manifest: String,
}

impl Member {
    /// Whether it is a program of the product.
    fn is_program(&self) -> bool {
        !OUTSIDERS.contains(&self.package.name.as_str())
            && self.package.targets.iter().any(cargo_metadata::Target::is_bin)
    }
}

/// The members of the workspace.
pub fn packages(root: &Path) -> anyhow::Result<Vec<Member>> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root.join("Cargo.toml")).no_deps();
    // Without its registry at hand cargo may still need to look something up.
    let metadata = command
        .clone()
        .other_options(["--offline".to_owned()])
        .exec()
        .or_else(|_| command.exec())
        .context("cargo metadata failed")?;
    let root = metadata.workspace_root.clone();
    let member = |package: Package| {
        let manifest = package.manifest_path.strip_prefix(&root).unwrap_or(&package.manifest_path).to_string();
        let folder = manifest.strip_suffix("/Cargo.toml").unwrap_or_default().to_owned();
        Member { package, folder, manifest }
    };
    Ok(metadata.packages.into_iter().map(member).collect())
}

/// Checks the lines.
pub fn check(members: &[Member], files: &[TextFile], found: &mut Findings) {
    let is_member = |name: &str| members.iter().any(|member| member.package.name.as_str() == name);
    for member in members {
        let name = member.package.name.as_str();
        let source: Vec<&TextFile> = files
            .iter()
            .filter(|file| file.extension() == "rs" && file.path.starts_with(&format!("{}/", member.folder)))
            .filter(|file| owner(members, &file.path) == Some(name))
            .collect();
        for dependency in &member.package.dependencies {
            let other = dependency.name.as_str();
            let line = files
                .iter()
                .find(|file| file.path == member.manifest)
                .and_then(|file| file.text.lines().position(|line| line.starts_with(other)))
                .map_or(0, |line| line + 1);
            let mut fault = |message: String| found.fault(&member.manifest, line, message);
            let normal = dependency.kind == DependencyKind::Normal;
            if name == "hall" && normal && !OF_THE_CORE.contains(&other) {
                fault(format!("`hall` uses {} and nothing else, not `{other}`", OF_THE_CORE.join(", ")));
            }
            if name == "hall" && is_member(other) {
                fault(format!("`hall` knows no other member, not `{other}`"));
            }
            if name == "protocol" && is_member(other) && other != "hall" {
                fault(format!("`protocol` knows `hall` alone, not `{other}`"));
            }
            for (reserved, owners) in RESERVED {
                if other == reserved && !owners.contains(&name) {
                    fault(format!("`{reserved}` belongs to {} alone", owners.join(", ")));
                }
            }
            let program =
                members.iter().any(|other| other.is_program() && other.package.name.as_str() == dependency.name);
            if program && !OUTSIDERS.contains(&name) {
                fault(format!("`{other}` is a program: only {} depend on one", OUTSIDERS.join(" and ")));
            }
            if OUTSIDERS.contains(&other) {
                fault(format!("nothing depends on `{other}`"));
            }
            if !source.iter().any(|file| mentions(&file.text, other)) {
                fault(format!("`{other}` is not used in {}: take it out", member.folder));
            }
        }
    }
    axum_in_its_room(files, found);
}

/// The member that a file belongs to: the one with the longest folder.
fn owner<'a>(members: &'a [Member], path: &str) -> Option<&'a str> {
    members
        .iter()
        .filter(|member| path.starts_with(&format!("{}/", member.folder)))
        .max_by_key(|member| member.folder.len())
        .map(|member| member.package.name.as_str())
}

fn mentions(text: &str, dependency: &str) -> bool {
    let name = dependency.replace('-', "_");
    text.contains(&name) && words(&code(text)).any(|(_, word)| word == name)
}

fn axum_in_its_room(files: &[TextFile], found: &mut Findings) {
    for file in files.iter().filter(|file| file.path.starts_with("server/src/") && file.extension() == "rs") {
        if AXUM_ROOM.iter().any(|room| file.path.starts_with(room)) {
            continue;
        }
        let code = code(&file.text);
        for (at, _) in words(&code).filter(|(_, word)| *word == "axum") {
            found.fault(&file.path, file.line_of(at), "types of axum stand in server/src/http alone");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_name_counts_where_it_is_code() {
        assert!(mentions("use tower_http::timeout;", "tower-http"));
        assert!(mentions("#[derive(rust_embed::RustEmbed)]", "rust-embed"));
        assert!(!mentions("// axum does that\nlet s = \"axum\"; maxum()", "axum"));
    }
}
