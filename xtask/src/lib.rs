//! The project's own tools, each a command of `cargo xtask`. Nothing here is part of a program of the hall.

pub mod clips;
pub mod deb;
pub mod font;
pub mod sqlx;
pub mod tidy;
pub mod tree;
pub mod types;
