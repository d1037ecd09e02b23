//! The hall server: the shell around the crate `hall`. It decides nothing itself: it queues, commits, publishes, and
//! speaks HTTP.

pub mod cli;
pub mod client;
pub mod clock;
pub mod demo;
pub mod devices;
pub mod engine;
pub mod failpoint;
pub mod hall_file;
pub mod http;
pub mod live;
pub mod people;
pub mod persons;
pub mod replay;
pub mod secret;
pub mod serve;
pub mod tokens;
pub mod verify;
pub mod visits;
