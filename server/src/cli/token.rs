//! `token create`, `list` and `revoke`.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use hall::role::Role;
use store::Store;
use uuid::Uuid;

use super::Data;
use crate::clock::Clock;

#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token and print it, and nothing else; it is shown this once.
    Create {
        /// What its holder may do.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The one window a clerk may act at.
        #[arg(long)]
        window: Option<u16>,
        /// What it is called.
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// List tokens: id, role, window, name, made, revoked.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Revoke a token by its id; it is dead within a second.
    Revoke {
        /// As `list` shows it.
        id: Uuid,
        #[command(flatten)]
        data: Data,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::named(text).ok_or_else(|| format!("roles are {}", Role::ALL.map(Role::name).join(", ")))
}

impl Token {
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            What::Create { role, window, name, data } => {
                anyhow::ensure!(name.chars().count() <= 80, "a name has at most 80 characters");
                anyhow::ensure!(window.is_none() || role == Role::Clerk, "only a clerk's token names a window");
                // Tokens may be made before the hall is first served.
                let store = crate::serve::open_store(&data.data).await?;
                let name = if name.is_empty() { role.name().to_owned() } else { name };
                let (text, row) = crate::tokens::create(role, window, &name, Clock::real().now().0)?;
                store.add_token(&row).await?;
                store.close().await;
                println!("{text}");
                Ok(())
            }
            What::List { data } => {
                let store = data.open().await?;
                for row in store.tokens().await? {
                    let window = row.window.map_or("-".to_owned(), |number| number.to_string());
                    let time = |ms: i64| hall::Moment(ms).rfc3339(&hall::time::utc());
                    let revoked = row.revoked_ms.map_or("-".to_owned(), time);
                    println!("{}\t{}\t{window}\t{}\t{}\t{revoked}", row.id, row.role, row.name, time(row.created_ms));
                }
                store.close().await;
                Ok(())
            }
            What::Revoke { id, data } => {
                let store = data.open().await?;
                let revoked =
                    store.revoke_token(id, Clock::real().now().0).await.context("the token was not revoked")?;
                store.close().await;
                anyhow::ensure!(revoked, "there is no valid token {id}");
                Ok(())
            }
        }
    }
}
