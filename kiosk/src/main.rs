//! The program `paihao-kiosk`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kiosk::cli::main()
}
