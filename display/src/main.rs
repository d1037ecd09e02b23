//! The program `paihao-display`.

use std::process::ExitCode;

fn main() -> ExitCode {
    display::cli::run()
}
