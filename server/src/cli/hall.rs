//! `hall check`, `hall import` and `hall export`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hall::command::Context;
use hall::ids::{ActorId, CommandId};
use hall::role::{Actor, Role};
use hall::{Command, decide, records};
use store::{Append, Store, StoreError, StreamAppend};
use uuid::Uuid;

use super::Data;
use crate::clock::Clock;
use crate::engine::{STREAM, event_rows, rows_of_batch, shell};
use crate::hall_file;

/// How often a writer that came second decides again.
const TRIES: usize = 20;

#[derive(Debug, Args)]
pub struct Hall {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Read a hall file as `import` does, change nothing, and say what gives way on its tickets.
    Check {
        /// The hall file.
        file: PathBuf,
    },
    /// Put a hall file in force; a server that runs takes it up within a second.
    Import {
        /// The hall file.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Print the settings in force as a hall file.
    Export {
        #[command(flatten)]
        data: Data,
    },
}

impl Hall {
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            What::Check { file } => check(&file),
            What::Import { file, data } => {
                let settings = hall_file::load(&file)?;
                // A first import may make the hall.
                let store = crate::serve::open_store(&data.data).await?;
                let done = import(&store, &Command::Configure(Box::new(settings))).await;
                store.close().await;
                done
            }
            What::Export { data } => {
                let store = data.open().await?;
                let published = shell::load(&store).await?;
                store.close().await;
                let settings =
                    published.state.settings().ok_or_else(|| anyhow::anyhow!("the hall has no settings yet"))?;
                print!("{}", hall_file::export(settings)?);
                Ok(())
            }
        }
    }
}

fn check(path: &Path) -> anyhow::Result<()> {
    let settings = hall_file::load(path)?;
    let text = std::fs::read_to_string(path)?;
    let (file, notes) = (path.display(), hall_file::ticket_notes(&text, &settings).map_err(anyhow::Error::msg)?);
    for note in &notes {
        println!("{file}:{}: {}", note.line, note.text);
    }
    let (services, windows) = (settings.file().services.len(), settings.windows().count());
    println!("{file}: good: {services} services, {windows} windows, {} remarks on tickets", notes.len());
    Ok(())
}

/// Appends beside a server that may be running: who comes second reads on and decides again.
async fn import(store: &dyn Store, command: &Command) -> anyhow::Result<()> {
    let clock = Clock::real();
    let command_id = CommandId(Uuid::now_v7());
    let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Admin, window: None };
    for _ in 0..TRIES {
        let state = shell::load(store).await?.state;
        // A server on a simulated clock may be days away: settings come into force at the hall's own time.
        let at = if state.seq() == 0 { clock.now() } else { state.at() };
        let context = Context { at, command: command_id, actor, key: None };
        let events = decide(&state, &context, command)?;
        if events.is_empty() {
            eprintln!("these settings are in force already");
            return Ok(());
        }
        let records = records(&state, &context, events);
        let mut after = state.clone();
        for record in &records {
            after.apply(record)?;
        }
        // New settings may let a ready window find somebody who waits.
        let tickets = rows_of_batch(&state, &after, &records);
        let events = event_rows(&records)?;
        let stream = StreamAppend { stream: STREAM.into(), expected_seq: state.seq(), events };
        match store.append(&Append { streams: vec![stream], tickets }).await {
            Err(StoreError::Conflict { .. }) => {}
            done => return Ok(done?),
        }
    }
    anyhow::bail!("the hall is too busy: other writers came first {TRIES} times")
}
