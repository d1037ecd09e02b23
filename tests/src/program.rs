//! Real programs, started in temporary directories and ended with the test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};
use server::client::Api;
use tempfile::TempDir;

/// The program `paihao`: `PAIHAO_BIN`, or the one built beside this test.
pub fn paihao() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("PAIHAO_BIN") {
        return Ok(path.into());
    }
    let mut dir = std::env::current_exe()?;
    while dir.pop() {
        let path = dir.join("paihao");
        if path.is_file() {
            return Ok(path);
        }
    }
    bail!("paihao is not built: run `cargo build -p server` with the same profile, or set PAIHAO_BIN")
}

/// Another program of the same build: beside `paihao`, wherever that is.
pub fn beside(name: &str) -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("PAIHAO_BIN") {
        return Ok(PathBuf::from(path).with_file_name(name));
    }
    let mut dir = std::env::current_exe()?;
    while dir.pop() {
        let path = dir.join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    bail!("{name} is not built: run `cargo build --workspace --bins` with the same profile, or set PAIHAO_BIN")
}

/// A data directory that goes with its owner.
#[derive(Debug)]
pub struct Data {
    dir: TempDir,
}

impl Data {
    /// An empty one.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { dir: TempDir::with_prefix("paihao-")? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs a command of `paihao` on it and gives its stdout; fails with its stderr.
    pub fn run(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(paihao()?).args(args).arg("--data").arg(self.path()).output()?;
        if !output.status.success() {
            bail!("paihao {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// A new token.
    pub fn token(&self, role: &str) -> anyhow::Result<String> {
        Ok(self.run(&["token", "create", "--role", role])?.trim().to_owned())
    }
}

/// A running `paihao serve`. It is killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Such as `http://127.0.0.1:40000`.
    pub url: String,
}

impl Server {
    /// Starts a server on `data`; its log goes to `log` in the data directory.
    pub fn start(data: &Data, hall: Option<&Path>, args: &[&str]) -> anyhow::Result<Self> {
        Self::start_at(data, hall, "127.0.0.1:0", args)
    }

    /// Starts a server at an address.
    pub fn start_at(data: &Data, hall: Option<&Path>, listen: &str, args: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(paihao()?);
        command.args(["serve", "--listen", listen, "--data"]).arg(data.path()).args(args);
        if let Some(hall) = hall {
            command.arg("--hall").arg(hall);
        }
        Self::run(data, command)
    }

    /// Starts a server with these arguments and nothing but this environment of its settings.
    pub fn spawn(data: &Data, args: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut command = Command::new(paihao()?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PAIHAO_") {
                command.env_remove(name);
            }
        }
        command.args(args).envs(environment.iter().copied());
        Self::run(data, command)
    }

    fn run(data: &Data, mut command: Command) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(data.path().join("log"))?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            let _ = child.wait();
            let log = std::fs::read_to_string(data.path().join("log")).unwrap_or_default();
            bail!("paihao did not start: {log}");
        };
        Ok(Self { child, url: url.to_owned() })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `127.0.0.1:40000`.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// A client with a token.
    pub fn api(&self, token: &str) -> Api {
        Api::new(&self.url, token)
    }

    /// SIGKILL.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM; gives the exit status.
    pub fn terminate(mut self) -> anyhow::Result<std::process::ExitStatus> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        anyhow::ensure!(status.success(), "kill failed");
        Ok(self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the server of a data directory has logged.
pub fn log(data: &Data) -> String {
    std::fs::read_to_string(data.path().join("log")).unwrap_or_default()
}

/// The hall of 210 windows that the project ships.
pub fn yinzhou() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../halls/yinzhou.toml")
}
