//! Points at which a test may let the program die, as a power cut would: `PAIHAO_FAILPOINT=NAME` ends it there at once, without
//! any clearing up.
//!
//! | name | what is there at that moment |
//! |---|---|
//! | `visit.spooled` | the request is on the disk, the server has not been asked |
//! | `visit.asked` | the server has answered, the answer is not on the disk |
//! | `visit.issued` | the answer is on the disk, the printer has not been asked |
//! | `visit.printing` | the job has been handed to the bridge, which has not answered |
//! | `visit.printed` | the bridge has answered, the answer is not on the disk |
//! | `visit.reported` | the server knows what became of the paper, the errand is still on the disk |

use std::sync::OnceLock;

/// Every name.
pub const NAMES: [&str; 6] =
    ["visit.spooled", "visit.asked", "visit.issued", "visit.printing", "visit.printed", "visit.reported"];

fn armed() -> Option<&'static str> {
    static ARMED: OnceLock<Option<String>> = OnceLock::new();
    ARMED.get_or_init(|| std::env::var("PAIHAO_FAILPOINT").ok()).as_deref()
}

/// Whether the program is to die here.
pub fn is_armed(name: &str) -> bool {
    armed() == Some(name)
}

/// Dies here when a test wants so.
pub fn hit(name: &str) {
    if is_armed(name) {
        eprintln!("failpoint {name}");
        std::process::abort();
    }
}

/// Whether the environment names a point that there is.
pub fn check() -> Result<(), String> {
    match armed() {
        Some(name) if !name.is_empty() && name.starts_with("visit.") && !NAMES.contains(&name) => {
            Err(format!("PAIHAO_FAILPOINT is none of {}", NAMES.join(", ")))
        }
        _ => Ok(()),
    }
}
