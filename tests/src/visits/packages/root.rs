//! A Debian root that programs of packages live in.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

use crate::wait::within;

/// An emulated program takes its time to start.
const STARTS: Duration = Duration::from_mins(2);
/// What systemd would wait for a sign of life.
const WATCHDOG: Duration = Duration::from_secs(12);

/// Runs a program of this machine; its stdout and stderr.
pub fn run(program: &str, args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(args).output().with_context(|| format!("cannot run {program}"))?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    ensure!(output.status.success(), "{program} {args:?}: {said}");
    Ok(said)
}

/// See the module.
#[derive(Debug)]
pub struct Root {
    /// Where it is on this machine.
    pub path: PathBuf,
}

/// A program that runs in a root. It is killed when dropped.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    /// Its first line.
    pub said: String,
    notify: UnixDatagram,
}

impl Root {
    /// The root of an architecture, which is made when it is missing.
    pub fn of(architecture: &str) -> anyhow::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/root");
        let path = run(&script.to_string_lossy(), &[architecture])?;
        Ok(Self { path: path.trim().into() })
    }

    /// Runs a command in it, without a network.
    pub fn enter(&self, command: &[&str]) -> anyhow::Result<String> {
        let path = self.path.to_string_lossy();
        let environment = ["--net", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"];
        let quiet = ["DEBIAN_FRONTEND=noninteractive", "chroot", &path];
        run("unshare", &[&environment[..], &quiet, command].concat())
    }

    /// `dpkg -i`, and nothing else.
    pub fn install(&self, packages: &[PathBuf]) -> anyhow::Result<()> {
        let mut inside = Vec::new();
        for package in packages {
            let name = package.file_name().context("a package without a name")?.to_string_lossy().into_owned();
            std::fs::copy(package, self.path.join("tmp").join(&name))?;
            inside.push(format!("/tmp/{name}"));
        }
        let names: Vec<&str> = inside.iter().map(String::as_str).collect();
        let done = self.enter(&[&["dpkg", "-i"], &names[..]].concat());
        for name in inside {
            std::fs::remove_file(self.path.join(name.trim_start_matches('/')))?;
        }
        done.map(drop)
    }

    /// Takes packages away and leaves settings and data.
    pub fn remove(&self, names: &[&str]) -> anyhow::Result<()> {
        self.enter(&[&["dpkg", "--remove"], names].concat()).map(drop)
    }

    /// Takes packages away with everything that is theirs; those that are not there are no matter.
    pub fn purge(&self, names: &[&str]) -> anyhow::Result<()> {
        self.enter(&[&["dpkg", "--purge"], names].concat()).map(drop)
    }

    /// Every path outside of what dpkg and systemd keep for themselves, and the accounts, which stay.
    pub fn files(&self) -> anyhow::Result<BTreeSet<String>> {
        let kept = ["/var/lib/dpkg/", "/var/log/", "/var/cache/", "/etc/.pwd.lock"];
        let accounts = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"];
        let found = self.enter(&["find", "/usr", "/etc", "/var", "/opt", "/home", "/root", "-xdev"])?;
        let ours = |path: &&str| !kept.iter().chain(&accounts).any(|start| path.starts_with(start));
        Ok(found.lines().filter(ours).map(str::to_owned).collect())
    }

    /// The numbers of a user, and of the groups it is in.
    pub fn user(&self, name: &str) -> anyhow::Result<(u32, Vec<u32>)> {
        let users = std::fs::read_to_string(self.path.join("etc/passwd"))?;
        let mut users = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let user = users.find(|user| user.first() == Some(&name)).with_context(|| format!("no user {name}"))?;
        let [_, _, id, group, ..] = user[..] else { bail!("a broken line of /etc/passwd") };
        let mut groups = vec![group.parse()?];
        for line in std::fs::read_to_string(self.path.join("etc/group"))?.lines() {
            if let [_, _, id, members] = line.split(':').collect::<Vec<_>>()[..]
                && members.split(',').any(|member| member == name)
            {
                groups.push(id.parse()?);
            }
        }
        Ok((id.parse()?, groups))
    }

    /// Makes a folder for a user and its group alone.
    pub fn give(&self, user: &str, folder: &Path) -> anyhow::Result<()> {
        let (id, groups) = self.user(user)?;
        std::fs::create_dir_all(folder)?;
        std::os::unix::fs::chown(folder, Some(id), groups.first().copied())?;
        Ok(std::fs::set_permissions(folder, PermissionsExt::from_mode(0o750))?)
    }

    /// Starts a program as its user, as systemd would, and waits for its first line.
    pub async fn start(&self, name: &str, args: &[&str]) -> anyhow::Result<Running> {
        let (id, groups) = self.user(name)?;
        let socket = self.path.join(format!("tmp/{name}.notify"));
        let _ = std::fs::remove_file(&socket);
        let notify = UnixDatagram::bind(&socket)?;
        std::fs::set_permissions(&socket, PermissionsExt::from_mode(0o666))?;
        let listed: Vec<String> = groups.iter().map(u32::to_string).collect();
        let log = std::fs::File::create(self.path.join(format!("tmp/{name}.log")))?;
        let mut child = Command::new("chroot")
            .arg(format!("--userspec={id}:{}", listed.first().context("no group")?))
            .arg(format!("--groups={}", listed.join(",")))
            .arg(&self.path)
            .arg(format!("/usr/bin/{name}"))
            .args(args)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("NOTIFY_SOCKET", format!("/tmp/{name}.notify"))
            .env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("cannot run chroot")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut running = Running { name: name.to_owned(), child, said: String::new(), notify };
        let reading = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).map(|_| line)
        });
        let line = within(&format!("{name} to listen"), STARTS, reading).await???;
        line.trim().clone_into(&mut running.said);
        if running.said.is_empty() {
            let log = std::fs::read_to_string(self.path.join(format!("tmp/{name}.log")))?;
            bail!("{name} did not start: {log}");
        }
        Ok(running)
    }
}

impl Running {
    /// Waits until systemd has been told all of these, in this order.
    pub fn told(&self, wanted: &[&str]) -> anyhow::Result<()> {
        self.notify.set_read_timeout(Some(WATCHDOG))?;
        let mut wanted = wanted.iter().peekable();
        while let Some(next) = wanted.peek() {
            let mut bytes = [0; 256];
            let length =
                self.notify.recv(&mut bytes).with_context(|| format!("{} did not tell systemd {next}", self.name))?;
            if String::from_utf8_lossy(&bytes[..length]).trim() == **next {
                wanted.next();
            }
        }
        Ok(())
    }

    /// SIGTERM: it says that it stops, and ends well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        run("kill", &["-TERM", &self.child.id().to_string()])?;
        self.told(&["STOPPING=1"])?;
        let status = self.child.wait()?;
        ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
