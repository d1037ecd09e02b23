//! The program `paihao-display`.

fn main() {}
