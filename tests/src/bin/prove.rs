//! `make prove`.
fn main() {}
