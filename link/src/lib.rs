//! How the programs of a hall reach its server and the bridge of their machine. Decides nothing about tickets and keeps
//! nothing: requests that say whether they may have arrived, sockets, and reports of how devices are.

pub mod alive;
pub mod client;
pub mod report;

pub use client::{Address, Answered, Ask, Failure, Kept, Socket, address_of};
