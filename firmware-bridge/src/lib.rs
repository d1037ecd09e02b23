//! Owns the serial, USB and network devices of its machine and offers them to the other programs. Decides nothing about
//! tickets and keeps nothing about people: it is the shell around the drivers of the crate `drivers`.

pub mod bridge;
pub mod cameras;
pub mod cli;
pub mod clock;
pub mod device;
pub mod failpoint;
pub mod families;
pub mod http;
pub mod jobs;
pub mod journal;
pub mod models;
pub mod passages;
pub mod port;
pub mod settings;
pub mod words;
