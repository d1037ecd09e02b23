//! `verify` and `rebuild`.

use clap::Args;
use store::Store;

use super::Data;
use crate::verify;

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    data: Data,
}

impl Verify {
    pub async fn run(self) -> anyhow::Result<()> {
        let store = self.data.open().await?;
        let report = verify::verify(&store).await;
        store.close().await;
        let report = report?;
        for fault in &report.faults {
            eprintln!("{fault}");
        }
        anyhow::ensure!(report.faults.is_empty(), "{} faults", report.faults.len());
        println!(
            "{} events, {} tickets: the chain holds, the invariants hold, the rows agree",
            report.events, report.tickets
        );
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Rebuild {
    #[command(flatten)]
    data: Data,
}

impl Rebuild {
    pub async fn run(self) -> anyhow::Result<()> {
        let store = self.data.open().await?;
        let rows = verify::rebuild(&store).await;
        store.close().await;
        println!("{} rows of tickets made anew", rows?);
        Ok(())
    }
}
