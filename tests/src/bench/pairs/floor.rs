//! The floor: a thread that appends what came meanwhile to a file, waits until it is on the disk, and answers. No state,
//! no rules, no rows, no HTTP.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

type Job = (usize, oneshot::Sender<()>);

/// Pairs a second with so many clients; each appends these many bytes for an issue, waits, appends those for a call, and
/// waits.
pub async fn pairs(directory: &Path, clients: u16, turn: Duration, bytes: [usize; 2]) -> anyhow::Result<f64> {
    let file = File::create(directory.join("floor"))?;
    let (jobs, committer) = {
        let (sender, jobs) = channel();
        (sender, std::thread::spawn(move || commit(file, &jobs, bytes[0].max(bytes[1]))))
    };
    let end = Instant::now() + turn;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let jobs = jobs.clone();
        tasks.spawn(async move {
            let mut pairs = 0_u32;
            while Instant::now() < end {
                for length in bytes {
                    let (answer, answered) = oneshot::channel();
                    jobs.send((length, answer))?;
                    answered.await?;
                }
                pairs += 1;
            }
            anyhow::Ok(pairs)
        });
    }
    drop(jobs);
    let mut pairs = 0;
    while let Some(done) = tasks.join_next().await {
        pairs += done??;
    }
    committer.join().map_err(|_| anyhow::anyhow!("the committer failed"))??;
    Ok(f64::from(pairs) / turn.as_secs_f64())
}

fn commit(mut file: File, jobs: &Receiver<Job>, longest: usize) -> std::io::Result<()> {
    let record = vec![7; longest];
    let (mut batch, mut answers) = (Vec::new(), Vec::new());
    while let Ok(first) = jobs.recv() {
        for (length, answer) in std::iter::once(first).chain(jobs.try_iter()) {
            batch.extend_from_slice(&record[..length]);
            answers.push(answer);
        }
        file.write_all(&batch)?;
        file.sync_data()?;
        batch.clear();
        for answer in answers.drain(..) {
            // Nobody waits any longer at the end of the turn.
            let _ = answer.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_counts() {
        let directory = tempfile::tempdir().unwrap();
        assert!(pairs(directory.path(), 3, Duration::from_millis(50), [10, 20]).await.unwrap() > 0.0);
    }
}
