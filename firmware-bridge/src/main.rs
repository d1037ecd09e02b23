//! The program `paihao-bridge`.

use std::process::ExitCode;

fn main() -> ExitCode {
    firmware_bridge::cli::run()
}
