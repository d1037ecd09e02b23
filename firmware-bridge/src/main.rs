//! The program `paihao-bridge`.

fn main() {}
