//! The program `paihao-kiosk`.

fn main() {}
