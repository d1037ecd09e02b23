//! The descriptions of the queries of `store-sqlite`, against which its macros check without a database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, ensure};

const CRATE: &str = "server/store-sqlite";
const CACHE: &str = "server/store-sqlite/.sqlx";
/// Makes the tables. Python has SQLite on board, so that nothing is to be installed for this.
const MAKE_TABLES: &str = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())";

/// Makes them anew.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let wanted = describe(root)?;
    let cache = root.join(CACHE);
    if cache.exists() {
        fs::remove_dir_all(&cache)?;
    }
    fs::create_dir_all(&cache)?;
    for (name, text) in wanted {
        fs::write(cache.join(name), text)?;
    }
    Ok(())
}

/// Says whether what stands there is what would be written.
pub fn check(root: &Path) -> anyhow::Result<()> {
    let (present, wanted) = (read(&root.join(CACHE))?, describe(root)?);
    let names = wanted.keys().chain(present.keys().filter(|name| !wanted.contains_key(*name)));
    let differing: Vec<String> = names
        .filter(|name| wanted.get(*name) != present.get(*name))
        .map(|name| match (present.contains_key(name), wanted.contains_key(name)) {
            (false, _) => format!("{CACHE}/{name}: missing"),
            (_, false) => format!("{CACHE}/{name}: no query has it any more"),
            _ => format!("{CACHE}/{name}: another one now"),
        })
        .collect();
    ensure!(differing.is_empty(), "{}\nrun `cargo xtask sqlx` and commit the result", differing.join("\n"));
    Ok(())
}

/// What the macros say of every query when they see the tables as the migrations make them.
fn describe(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let scratch = Scratch::new()?;
    let tables = scratch.0.join("tables.db");
    make_tables(root, &tables)?;
    let cache = scratch.0.join("cache");
    fs::create_dir(&cache)?;
    // Cargo does not know that the macros look at the variables below.
    let entry = fs::File::options().write(true).open(root.join(CRATE).join("src/lib.rs"))?;
    entry.set_modified(now())?;
    let checked = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--package", "store-sqlite", "--all-targets"])
        .env("PAIHAO_SQLITE_URL", format!("sqlite://{}", tables.display()))
        .env("SQLX_OFFLINE_DIR", &cache)
        .env_remove("SQLX_OFFLINE")
        .current_dir(root)
        .status();
    entry.set_modified(now())?;
    ensure!(checked.context("cargo does not start")?.success(), "the queries of {CRATE} do not fit the migrations");
    let made = read(&cache)?;
    ensure!(!made.is_empty(), "{CRATE} said nothing about its queries");
    Ok(made)
}

fn make_tables(root: &Path, tables: &Path) -> anyhow::Result<()> {
    let folder = root.join(CRATE).join("migrations");
    let mut migrations: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    migrations.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    migrations.sort_unstable();
    let script = tables.with_extension("sql");
    let mut text = String::new();
    for migration in migrations {
        text.push_str(&fs::read_to_string(migration)?);
    }
    fs::write(&script, text)?;
    let made = Command::new("python3")
        .args(["-c", MAKE_TABLES])
        .arg(tables)
        .stdin(fs::File::open(&script)?)
        .status()
        .context("python3 is needed to make the tables")?;
    ensure!(made.success(), "the migrations in {CRATE}/migrations do not run");
    Ok(())
}

fn read(cache: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(cache).with_context(|| format!("cannot read {}", cache.display()))? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path())?);
    }
    Ok(files)
}

#[expect(clippy::disallowed_methods, reason = "the time a file was changed, and no hall's")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// A folder that goes when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("paihao-sqlx-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
