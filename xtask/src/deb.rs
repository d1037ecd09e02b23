//! `cargo xtask deb`: Debian packages of programs that are built, with nothing but `dpkg-deb`.
//!
//! A package is a folder of `packaging/` with a file `control`. What else stands there has its place by its name; see
//! `Package::pieces`. The scripts of all packages are the same but for the name.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

/// Scripts that dpkg runs, from `packaging/`.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// A folder of `packaging/`.
#[derive(Debug)]
struct Package {
    name: String,
    folder: PathBuf,
    control: String,
}

/// A file to be installed.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    from: PathBuf,
    /// From `/`.
    to: String,
    mode: u32,
}

impl Package {
    fn of(folder: &Path) -> anyhow::Result<Option<Self>> {
        let control = folder.join("control");
        if !control.is_file() {
            return Ok(None);
        }
        let name = folder.file_name().context("a folder without a name")?.to_string_lossy().into_owned();
        let control = fs::read_to_string(&control).with_context(|| format!("cannot read {}", control.display()))?;
        Ok(Some(Self { name, folder: folder.to_owned(), control }))
    }

    /// The last part of its name: that of its settings, its token and its data.
    fn short(&self) -> &str {
        self.name.strip_prefix("paihao-").unwrap_or("server")
    }

    fn is_for(&self, architecture: &str) -> bool {
        let line = self.control.lines().find_map(|line| line.strip_prefix("Architecture:"));
        line.is_some_and(|line| line.split_whitespace().any(|other| other == architecture))
    }

    /// Puts names into a text.
    fn fill(&self, text: &str) -> String {
        text.replace("@PACKAGE@", &self.name).replace("@SHORT@", self.short())
    }

    /// What is installed, apart from what is made for it.
    fn pieces(&self, root: &Path, programs: &Path) -> Vec<Piece> {
        let Self { name, folder, .. } = self;
        let short = self.short();
        let document = format!("usr/share/doc/{name}");
        let of_folder = |file: &str| folder.join(file);
        let all = [
            (programs.join(name), format!("usr/bin/{name}"), 0o755),
            (of_folder(&format!("{name}.service")), format!("usr/lib/systemd/system/{name}.service"), 0o644),
            (of_folder("sysusers.conf"), format!("usr/lib/sysusers.d/{name}.conf"), 0o644),
            (of_folder("modules.conf"), format!("usr/lib/modules-load.d/{name}.conf"), 0o644),
            (of_folder("udev.rules"), format!("usr/lib/udev/rules.d/70-{name}.rules"), 0o644),
            (of_folder("lintian-overrides"), format!("usr/share/lintian/overrides/{name}"), 0o644),
            (of_folder(&format!("{short}.toml")), format!("etc/paihao/{short}.toml"), 0o644),
            (of_folder("watchdog.conf"), format!("{document}/examples/watchdog.conf"), 0o644),
            (root.join("packaging/INSTALL.md"), format!("{document}/INSTALL.md"), 0o644),
        ];
        let mut pieces: Vec<Piece> = all.into_iter().map(|(from, to, mode)| Piece { from, to, mode }).collect();
        let more = match short {
            "server" => Some(("halls/yinzhou.toml", format!("{document}/examples/yinzhou.toml"))),
            "bridge" => Some(("hardware.md", format!("{document}/hardware.md"))),
            _ => None,
        };
        pieces.extend(more.map(|(from, to)| Piece { from: root.join(from), to, mode: 0o644 }));
        // The program must be there; the rest is where it is needed.
        pieces.retain(|piece| piece.mode == 0o755 || piece.from.is_file());
        pieces
    }
}

/// Makes every package for each `ARCHITECTURE=FOLDER`, whose folder holds the programs, in `into`.
pub fn write(root: &Path, into: &Path, given: &[&str]) -> anyhow::Result<()> {
    ensure!(!given.is_empty(), "say where programs are: amd64=target/release");
    let built = Built::of(root)?;
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root.join("packaging"))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    folders.sort_unstable();
    let mut packages = Vec::new();
    for folder in folders {
        packages.extend(Package::of(&folder)?);
    }
    ensure!(!packages.is_empty(), "packaging/ holds no package");
    fs::create_dir_all(into).with_context(|| format!("cannot make {}", into.display()))?;
    // What an older version left there is not to be taken for this one's.
    for entry in fs::read_dir(into)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            fs::remove_file(&path)?;
        }
    }
    for pair in given {
        let (architecture, programs) = pair.split_once('=').context("ARCHITECTURE=FOLDER")?;
        for package in packages.iter().filter(|package| package.is_for(architecture)) {
            let path = make(package, root, Path::new(programs), architecture, &built, into)
                .with_context(|| format!("{} for {architecture}", package.name))?;
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// Which version, and of when.
struct Built {
    version: String,
    /// Seconds since 1970.
    at: String,
    /// For people.
    date: String,
}

impl Built {
    /// The workspace's version, with time and name of the commit: later commits are later versions.
    fn of(root: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(root.join("Cargo.toml"))?;
        let manifest: toml::Table = text.parse()?;
        let version = manifest["workspace"]["package"]["version"].as_str().context("the workspace has no version")?;
        let git = |format: &str| {
            let date = "--date=format-local:%Y%m%d%H%M%S";
            let args = ["-c", "safe.directory=*", "log", "-1", date, format];
            let output = Command::new("git").args(args).env("TZ", "UTC").current_dir(root).output().ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            output.status.success().then(|| text.trim().to_owned())
        };
        let (Some(commit), Some(at), Some(date)) = (git("--format=%cd.%h"), git("--format=%ct"), git("--format=%cD"))
        else {
            // An archive without its history.
            let date = "Thu, 01 Jan 1970 00:00:00 +0000".to_owned();
            return Ok(Self { version: version.to_owned(), at: "0".to_owned(), date });
        };
        let args = ["-c", "safe.directory=*", "status", "--porcelain", "--untracked-files=no"];
        let changed = Command::new("git").args(args).current_dir(root).output()?;
        let mark = if changed.stdout.is_empty() { "" } else { ".changed" };
        Ok(Self { version: format!("{version}+git{commit}{mark}"), at, date })
    }
}

fn make(
    package: &Package,
    root: &Path,
    programs: &Path,
    architecture: &str,
    built: &Built,
    into: &Path,
) -> anyhow::Result<PathBuf> {
    let Built { version, at, date } = built;
    let stage = into.join(format!("stage-{}-{architecture}", package.name));
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    let control = stage.join("DEBIAN");
    folder(&control)?;
    let mut conffiles = String::new();
    for Piece { from, to, mode } in package.pieces(root, programs) {
        let path = stage.join(&to);
        folder(path.parent().context("a file without a folder")?)?;
        fs::copy(&from, &path).with_context(|| format!("cannot copy {}", from.display()))?;
        fs::set_permissions(&path, PermissionsExt::from_mode(mode))?;
        if mode == 0o755 {
            strip(&path, architecture)?;
        }
        if to.starts_with("etc/") {
            conffiles.extend(["/", &to, "\n"]);
        }
    }
    let document = stage.join("usr/share/doc").join(&package.name);
    let copyright =
        fs::read_to_string(root.join("packaging/copyright"))? + "\n" + &fs::read_to_string(root.join("font/LICENSE"))?;
    put(&document.join("copyright"), &copyright, 0o644)?;
    let name = &package.name;
    let changelog = format!(
        "{name} ({version}) stable; urgency=medium\n\n  * See the history of the repository.\n\n -- Paihao <paihao@localhost>  {date}\n"
    );
    put(&document.join("changelog"), &changelog, 0o644)?;
    done(Command::new("gzip").arg("-9n").arg(document.join("changelog")))?;
    let size = size(&stage)?.div_ceil(1024).to_string();
    let architectures = package.control.lines().find(|line| line.starts_with("Architecture:")).unwrap_or_default();
    let text = package
        .control
        .replace(architectures, &format!("Architecture: {architecture}"))
        .replace("@VERSION@", version)
        .replace("@SIZE@", &size);
    put(&control.join("control"), &text, 0o644)?;
    if !conffiles.is_empty() {
        put(&control.join("conffiles"), &conffiles, 0o644)?;
    }
    for script in SCRIPTS {
        let text = fs::read_to_string(root.join("packaging").join(script))?;
        put(&control.join(script), &package.fill(&text), 0o755)?;
    }
    let path = into.join(format!("{}_{version}_{architecture}.deb", package.name));
    let mut pack = Command::new("dpkg-deb");
    // The same commit gives the same package.
    done(pack.env("SOURCE_DATE_EPOCH", at).args(["--root-owner-group", "-Zxz", "--build"]).arg(&stage).arg(&path))?;
    fs::remove_dir_all(&stage)?;
    Ok(path)
}

/// Makes a folder and those above it, with the same rights whatever the umask is.
fn folder(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        folder(above)?;
    }
    fs::create_dir(path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(fs::set_permissions(path, PermissionsExt::from_mode(0o755))?)
}

fn put(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    folder(path.parent().context("a file without a folder")?)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(fs::set_permissions(path, PermissionsExt::from_mode(mode))?)
}

/// Takes out what only debuggers read.
fn strip(path: &Path, architecture: &str) -> anyhow::Result<()> {
    let strip = match architecture {
        "arm64" => "aarch64-linux-gnu-strip",
        "amd64" => "strip",
        other => bail!("no tools for {other}"),
    };
    done(Command::new(strip).args(["--strip-unneeded", "--remove-section=.comment"]).arg(path))
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is = entry.metadata()?;
        sum += if is.is_dir() { size(&entry.path())? } else { is.len() };
    }
    Ok(sum)
}

fn done(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_what_it_needs() {
        let root = crate::tree::root();
        let mut names = Vec::new();
        for entry in fs::read_dir(root.join("packaging")).unwrap() {
            let Some(package) = Package::of(&entry.unwrap().path()).unwrap() else { continue };
            let pieces = package.pieces(&root, Path::new("/nowhere"));
            let to = |start: &str| pieces.iter().any(|piece| piece.to.starts_with(start));
            for start in ["usr/bin/paihao", "usr/lib/systemd/system/", "usr/lib/sysusers.d/", "etc/paihao/"] {
                assert!(to(start), "{} has nothing in {start}", package.name);
            }
            assert!(package.is_for("amd64"));
            assert_eq!(package.is_for("arm64"), package.name != "paihao");
            for script in SCRIPTS {
                let text = fs::read_to_string(root.join("packaging").join(script)).unwrap();
                assert!(!package.fill(&text).contains('@'), "{script} of {}", package.name);
            }
            names.push(package.name);
        }
        names.sort_unstable();
        assert_eq!(names, ["paihao", "paihao-bridge", "paihao-display", "paihao-kiosk"]);
    }
}
