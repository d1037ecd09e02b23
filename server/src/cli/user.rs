//! `user add`, `password`, `disable` and `list`.

use std::io::Read as _;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use hall::role::Role;
use protocol::Pii;
use store::{Store, StoreError, UserRow};

use super::Data;
use crate::clock::Clock;
use crate::people::{ROLES, name_fault, new_user, passwords};

#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add somebody and print the password of the first sign-in, and nothing else; it is good for seven days and has to
    /// be changed then.
    Add {
        /// What he signs in with.
        #[arg(long)]
        name: String,
        /// What he may do.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The one window a clerk may act at.
        #[arg(long)]
        window: Option<u16>,
        #[command(flatten)]
        password: Chosen,
        #[command(flatten)]
        data: Data,
    },
    /// Give somebody another password, as `add` does; he is signed out everywhere.
    Password {
        /// Whom.
        name: String,
        #[command(flatten)]
        password: Chosen,
        #[command(flatten)]
        data: Data,
    },
    /// Shut somebody out; he is out within a second, on open sockets too.
    Disable {
        /// Whom.
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// List people: name, role, window, added, disabled.
    List {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Args)]
struct Chosen {
    /// Read the password from stdin instead; it need not be changed, and nothing is printed.
    #[arg(long)]
    password_stdin: bool,
}

impl Chosen {
    /// The password, and whether it has to be changed.
    fn of(&self, user: &str) -> anyhow::Result<(Pii<String>, bool)> {
        if !self.password_stdin {
            return Ok((passwords::initial()?, true));
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the password")?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let password = Pii::new(line.strip_suffix('\r').unwrap_or(line).to_owned());
        match passwords::fault(user, &password) {
            None => Ok((password, false)),
            Some(fault) => anyhow::bail!(fault),
        }
    }
}

fn role(text: &str) -> Result<Role, String> {
    let found = Role::named(text).filter(|role| ROLES.contains(role));
    found.ok_or_else(|| format!("roles of people are {}; programs have tokens", ROLES.map(Role::name).join(", ")))
}

impl User {
    pub async fn run(self) -> anyhow::Result<()> {
        let now_ms = Clock::real().now().0;
        match self.command {
            What::Add { name, role, window, password, data } => {
                if let Some(fault) = name_fault(&name) {
                    anyhow::bail!(fault);
                }
                anyhow::ensure!(window.is_none() || role == Role::Clerk, "only a clerk has a window");
                let (password, initial) = password.of(&name)?;
                let row = new_user(&name, role, window, &password, initial, now_ms)?;
                // People may be added before the hall is first served.
                let store = crate::serve::open_store(&data.data).await?;
                let added = store.add_user(&row).await;
                store.close().await;
                match added {
                    Ok(()) => show(&password, initial),
                    Err(StoreError::Invalid(_)) => anyhow::bail!("there is a user {name:?} already"),
                    Err(error) => return Err(error).context("the user was not added"),
                }
            }
            What::Password { name, password, data } => {
                let store = data.open().await?;
                let user = find(&store, &name).await?;
                let (password, initial) = password.of(&name)?;
                let hash = passwords::hash(&password)?;
                store.set_password(user.id, &hash, initial, now_ms).await.context("the password was not changed")?;
                store.close().await;
                show(&password, initial);
            }
            What::Disable { name, data } => {
                let store = data.open().await?;
                let user = find(&store, &name).await?;
                let disabled = store.disable_user(user.id, now_ms).await.context("the user was not disabled")?;
                store.close().await;
                anyhow::ensure!(disabled, "{name:?} is disabled already");
            }
            What::List { data } => {
                let store = data.open().await?;
                for user in store.users().await? {
                    let window = user.window.map_or("-".to_owned(), |number| number.to_string());
                    let time = |ms: i64| hall::Moment(ms).rfc3339(&hall::time::utc());
                    let disabled = user.disabled_ms.map_or("-".to_owned(), time);
                    println!("{}\t{}\t{window}\t{}\t{disabled}", user.name, user.role, time(user.created_ms));
                }
                store.close().await;
            }
        }
        Ok(())
    }
}

/// Only the one the program made itself: whoever gave another knows it.
fn show(password: &Pii<String>, initial: bool) {
    if initial {
        println!("{}", password.reveal());
    }
}

async fn find(store: &impl Store, name: &str) -> anyhow::Result<UserRow> {
    let users = store.users().await?;
    users.into_iter().find(|user| user.name == name).with_context(|| format!("there is no user {name:?}"))
}
