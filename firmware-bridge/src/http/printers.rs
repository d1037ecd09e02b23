//! `PUT` and `GET /v1/printers/{name}/jobs/{job}`.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use protocol::bridge::{JobReport, JobState, Paper, PaperLine, PrintJob};

use super::App;
use super::problem::ApiError;
use crate::failpoint;
use crate::jobs::Progress;

/// How long a client waits for the end of a job. The job goes on.
const WAIT: Duration = Duration::from_mins(1);
/// Longest name of a job.
const MAX_NAME: usize = 80;
/// Most empty lines in one go, and largest letters.
const MAX_FEED: u8 = 10;
const MAX_SIZE: u8 = 8;

/// Prints at most once and answers how it ended.
pub async fn print(
    State(bridge): State<App>,
    Path((printer, job)): Path<(String, String)>,
    body: Result<Json<PrintJob>, JsonRejection>,
) -> Result<Json<JobReport>, ApiError> {
    named(&job)?;
    let Json(PrintJob { paper }) = body?;
    check(&paper)?;
    let mut progress = bridge.jobs.submit(&printer, &job, paper)?;
    let ended = tokio::time::timeout(WAIT, progress.wait_for(|progress| *progress != Progress::UnderWay)).await;
    let report = match ended.map(|ended| ended.map(|progress| *progress)) {
        Ok(Ok(Progress::Ended(report))) => report,
        Ok(Ok(Progress::NoRoom)) => return Err(ApiError::storage_full()),
        Ok(Ok(Progress::Stopped)) => return Err(ApiError::unavailable("the bridge is stopping; nothing was printed")),
        // Still under way, or its worker is gone: nobody can say.
        Ok(Ok(Progress::UnderWay) | Err(_)) | Err(_) => JobReport { state: JobState::Unknown, why: None },
    };
    failpoint::reach("job.answered");
    Ok(Json(report))
}

/// What became of a job.
pub async fn report(
    State(bridge): State<App>,
    Path((printer, job)): Path<(String, String)>,
) -> Result<Json<JobReport>, ApiError> {
    let report = bridge.jobs.report(&printer, &job);
    report.map(Json).ok_or_else(|| ApiError::not_found("this printer knows no job of this name"))
}

fn named(job: &str) -> Result<(), ApiError> {
    let plain = job.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if plain && (1..=MAX_NAME).contains(&job.len()) {
        return Ok(());
    }
    Err(ApiError::invalid(format!("a job's name has 1 to {MAX_NAME} of A-Z, a-z, 0-9, '-', '_' and '.'")))
}

fn check(paper: &Paper) -> Result<(), ApiError> {
    if !(1..=Paper::MAX_LINES).contains(&paper.lines.len()) {
        return Err(ApiError::invalid(format!("a paper has 1 to {} lines", Paper::MAX_LINES)));
    }
    for (index, line) in paper.lines.iter().enumerate() {
        let at = |what: &str| Err(ApiError::invalid(format!("line {} of the paper: {what}", index + 1)));
        match line {
            PaperLine::Text { text, size, .. } => {
                if text.len() > Paper::MAX_TEXT || text.chars().any(char::is_control) {
                    return at("a text has at most 512 bytes and no control characters");
                }
                if !(1..=MAX_SIZE).contains(size) {
                    return at("a size is 1 to 8");
                }
            }
            PaperLine::Qr { data } if data.is_empty() || data.len() > Paper::MAX_TEXT => {
                return at("a QR code says 1 to 512 bytes");
            }
            PaperLine::Feed { lines } if !(1..=MAX_FEED).contains(lines) => return at("a feed is 1 to 10 lines"),
            PaperLine::Qr { .. } | PaperLine::Feed { .. } | PaperLine::Rule => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(line: PaperLine) -> Paper {
        Paper { lines: vec![PaperLine::Rule, line] }
    }

    #[test]
    fn papers_and_names_have_limits() {
        let text = |text: &str, size| PaperLine::Text { text: text.into(), size, align: <_>::default(), bold: false };
        check(&paper(text("号 A001", 8))).unwrap();
        check(&paper(PaperLine::Qr { data: "x".repeat(512) })).unwrap();
        for wrong in [
            text("a\u{1b}@", 1),
            text("a\n", 1),
            text(&"x".repeat(513), 1),
            text("a", 0),
            text("a", 9),
            PaperLine::Qr { data: String::new() },
            PaperLine::Qr { data: "x".repeat(513) },
            PaperLine::Feed { lines: 0 },
            PaperLine::Feed { lines: 11 },
        ] {
            assert!(check(&paper(wrong.clone())).is_err(), "{wrong:?}");
        }
        assert!(check(&Paper::default()).is_err());
        assert!(check(&Paper { lines: vec![PaperLine::Rule; 101] }).is_err());
        named("018f6f7e-7b4e-7c3a-9d2b-000000000001-0").unwrap();
        for wrong in ["", "a/b", "a b", "号", &"x".repeat(81)] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }
}
