//! Points at which a test may let the server die, as a power cut would: `PAIHAO_FAILPOINT=NAME` ends it there at once, without
//! any clearing up, the first time it gets there.
//!
//! | name | what is there at that moment |
//! |---|---|
//! | `issue.decided` | a ticket is decided, nothing is on the disk |
//! | `issue.committed` | it is on the disk, nobody knows of it |
//! | `issue.answered` | boards and windows know of it, the answer has not been sent |
//! | `printed.decided` | what became of a copy is decided, nothing is on the disk |
//! | `printed.committed` | it is on the disk, nobody knows of it |

use std::sync::OnceLock;

use hall::PrintState;
use hall::event::Event;

/// Every name.
pub const NAMES: [&str; 5] =
    ["issue.decided", "issue.committed", "issue.answered", "printed.decided", "printed.committed"];

/// Dies here when a test wants so.
pub fn hit(what: &str, when: &str) {
    static ARMED: OnceLock<Option<String>> = OnceLock::new();
    let Some(name) = ARMED.get_or_init(|| std::env::var("PAIHAO_FAILPOINT").ok()).as_deref() else { return };
    if name.split_once('.') == Some((what, when)) {
        eprintln!("paihao: failpoint {name}");
        std::process::abort();
    }
}

/// Dies here when a test wants so and one of the events is of the kind it names.
pub fn hit_by<'a>(mut events: impl Iterator<Item = &'a Event>, when: &str) {
    static ANY: OnceLock<bool> = OnceLock::new();
    if !*ANY.get_or_init(|| std::env::var_os("PAIHAO_FAILPOINT").is_some()) {
        return;
    }
    let what = events.find_map(|event| match event {
        Event::TicketIssued { .. } => Some("issue"),
        Event::TicketPrinted { state: PrintState::Printed, .. } => Some("printed"),
        _ => None,
    });
    if let Some(what) = what {
        hit(what, when);
    }
}
