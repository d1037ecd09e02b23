//! The hall in simulated time, on a simulated disk and network.
//!
//! The engine and the live-stream session are the product's own; what is simulated is everything around them: clients
//! that send again when no answer comes, a network that delays, loses and doubles, a disk that is full, busy, or fails,
//! a process that is killed at any moment, another process that appends to the same log, a clock that jumps, and the end
//! of the business day. One seed is one run; the same seed gives the same log to the last byte.
//!
//! What must hold (reliability list, section 4.3): nothing acknowledged is lost (I1), no number twice (I2), one window a
//! ticket and one ticket a window (I3, I4), the same request has its effect once and gets the same answer (I6), the order
//! is fair (I7), days are days (I8), streams converge without a gap or a repetition (I9), the chain verifies (I10), a slow
//! reader is dropped and delays nobody (I11), and tickets add up (I13).

mod check;
mod clients;
mod viewers;
mod world;

pub use world::{Report, run};
