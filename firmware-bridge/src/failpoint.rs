//! Places where a test lets the program die: `PAIHAO_FAILPOINT=NAME` ends the process, as abruptly as kill -9 does, the first
//! time it gets to the place of that name. Without the variable a place is one look at a constant.
//!
//! | name | just before it |
//! |---|---|
//! | `job.journalled` | the job is in the journal, on the disk; nothing was sent |
//! | `job.sent` | the port has taken bytes of the job |
//! | `job.confirmed` | the driver has told the end; the journal does not know it |
//! | `job.answered` | the journal knows the end; nobody was answered |
//! | `passage.entered` | a passage is in the outbox, on the disk; nobody was answered |
//! | `passage.told` | the hall has taken a passage; the outbox does not know it |

use std::sync::OnceLock;

/// Dies here when the environment says so.
pub fn reach(name: &str) {
    static CHOSEN: OnceLock<Option<String>> = OnceLock::new();
    if CHOSEN.get_or_init(|| std::env::var("PAIHAO_FAILPOINT").ok()).as_deref() == Some(name) {
        eprintln!("paihao-bridge: failpoint {name}");
        std::process::abort();
    }
}
