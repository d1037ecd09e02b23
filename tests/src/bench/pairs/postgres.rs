//! What many would build: a table of jobs in PostgreSQL and `FOR UPDATE SKIP LOCKED`, driven by pgbench. The server is one
//! of our own, in a temporary directory, behind a Unix socket.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

/// Tickets that wait at the start.
const WAITING: u32 = 10_000;
const SCRIPT: &str = "\
\\set class random(1, 50)
INSERT INTO jobs (class, body) VALUES (:class, repeat('x', 250));
WITH next AS (SELECT id FROM jobs WHERE state = 0 AND class = :class ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE jobs SET state = 1, claims = claims + 1, claimed_by = :client_id FROM next WHERE jobs.id = next.id;
";
const TABLE: &str = "
DROP TABLE IF EXISTS jobs;
CREATE TABLE jobs (
    id bigserial PRIMARY KEY, class int NOT NULL, state int NOT NULL DEFAULT 0, claims int NOT NULL DEFAULT 0,
    claimed_by int, body text NOT NULL
);
CREATE INDEX jobs_waiting ON jobs (class, id) WHERE state = 0;
";

/// A running PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    directory: TempDir,
    /// An account without rights, when this one has all of them: PostgreSQL refuses to run under it.
    account: Option<&'static str>,
}

impl Postgres {
    /// Starts a server, or says why there is none.
    pub fn start() -> Result<Self, String> {
        let programs = programs().ok_or("no PostgreSQL")?;
        let directory = TempDir::with_prefix("paihao-pg-").map_err(|error| error.to_string())?;
        let account = account().map_err(|error| format!("{error:#}"))?;
        let mut postgres = Self { programs, directory, account };
        postgres.prepare().map_err(|error| format!("PostgreSQL did not start: {error:#}"))?;
        Ok(postgres)
    }

    fn prepare(&mut self) -> anyhow::Result<()> {
        let directory = self.directory.path();
        if let Some(account) = self.account {
            run(Command::new("chown").arg(account).arg(directory))?;
        }
        let data = directory.join("data");
        run(self.command("initdb").args(["--auth=trust", "--username=bench", "--encoding=UTF8", "-D"]).arg(&data))?;
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c max_connections=300 -c shared_buffers=256MB",
            directory.display()
        );
        let log = directory.join("log");
        run(self.command("pg_ctl").args(["-w", "-o", &options, "-l"]).arg(log).arg("-D").arg(&data).arg("start"))?;
        Ok(())
    }

    /// Pairs a second with so many clients; an error when one job was claimed twice.
    pub fn pairs(&self, clients: u16, turn: Duration) -> anyhow::Result<f64> {
        let script = self.directory.path().join("pair.sql");
        std::fs::write(&script, SCRIPT)?;
        self.sql(TABLE)?;
        self.sql(&format!(
            "INSERT INTO jobs (class, body) SELECT i % 50 + 1, repeat('x', 250) FROM generate_series(1, {WAITING}) AS i"
        ))?;
        self.sql("VACUUM ANALYZE jobs")?;
        let clients = clients.to_string();
        let seconds = turn.as_secs().max(1).to_string();
        let mut pgbench = self.client("pgbench");
        pgbench
            .args(["-n", "-M", "prepared", "-c", &clients, "-j", "1", "-T", &seconds, "-f"])
            .arg(script)
            .arg("postgres");
        let report = run(&mut pgbench)?;
        let pairs = report.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        let most = self.sql("SELECT max(claims) FROM jobs")?;
        ensure!(most.trim() == "1", "PostgreSQL: a job was claimed {} times", most.trim());
        pairs.context("pgbench told no rate")
    }

    fn sql(&self, text: &str) -> anyhow::Result<String> {
        run(self.client("psql").args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text, "postgres"]))
    }

    fn client(&self, program: &str) -> Command {
        let mut command = self.command(program);
        command.arg("-h").arg(self.directory.path()).args(["-U", "bench"]);
        command
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match self.account {
            None => Command::new(program),
            Some(account) => {
                let mut command = Command::new("runuser");
                command.args(["-u", account, "--"]).arg(program);
                command
            }
        };
        command.current_dir(self.directory.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.directory.path().join("data");
        let _ = run(self.command("pg_ctl").args(["-m", "immediate", "-D"]).arg(data).arg("stop"));
    }
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{} is missing", command.get_program().display()))?;
    if !output.status.success() {
        let program = command.get_program().display();
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where initdb and pgbench are: in the search path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let whole =
        |directory: &Path| ["initdb", "pg_ctl", "psql", "pgbench"].iter().all(|name| directory.join(name).is_file());
    std::env::split_paths(&path).chain(debian.into_iter().rev()).find(|directory| whole(directory))
}

fn account() -> anyhow::Result<Option<&'static str>> {
    if run(Command::new("id").arg("-u"))?.trim() != "0" {
        return Ok(None);
    }
    let known = ["postgres", "nobody"].into_iter().find(|name| run(Command::new("id").arg(name)).is_ok());
    known.map(Some).context("PostgreSQL does not run as the superuser, and there is no other account")
}
