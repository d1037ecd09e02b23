//! The TypeScript types of the pages, made from the crate `protocol`.

use std::path::Path;

use anyhow::Context as _;

const FILE: &str = "web/src/shared/generated/protocol.ts";

/// Writes them.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let (path, wanted) = (root.join(FILE), protocol::typescript::module());
    // A file that is as it should be keeps its time: the pages and the server are built by it.
    if std::fs::read_to_string(&path).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    std::fs::write(path, wanted).with_context(|| format!("cannot write {FILE}"))
}

/// Says whether what stands there is what would be written.
pub fn check(root: &Path) -> anyhow::Result<()> {
    let present = std::fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    let wanted = protocol::typescript::module();
    let differs = present.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count() + 1;
    anyhow::ensure!(
        present == wanted,
        "{FILE}:{differs}: not what the crate `protocol` says now: run `cargo xtask types` and commit the result"
    );
    Ok(())
}
