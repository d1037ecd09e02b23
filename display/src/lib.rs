//! Beside boards and signs: decides what each shows and says, and serves its board's page on loopback. The shell around the
//! crate `board`, which decides everything.
//!
//! ```text
//!  paihao ──live stream──► follow ──► hub ──► page (loopback), also when the server is away
//!                                      ├────► signs, speakers ──► paihao-bridge (Unix socket) ──► LED signs, sound cards
//!  paihao ◄──clerk──────────────────── pads ◄──► paihao-bridge ◄──► call pads
//! ```

pub mod backoff;
pub mod bridge;
pub mod clerk;
pub mod cli;
pub mod follow;
pub mod http;
pub mod lamps;
pub mod pads;
pub mod run;
mod sent;
pub mod settings;
pub mod signs;
pub mod speakers;
