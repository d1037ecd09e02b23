//! `cargo xtask`: the project's own tools.

use std::path::Path;
use std::process::ExitCode;

use xtask::{clips, deb, font, sqlx, tidy, tree, types};

const USAGE: &str = "\
cargo xtask tidy             check the lines that no compiler checks
cargo xtask types [--check]  TypeScript types from the crate `protocol` into web/ (--check: only say whether they are clean)
cargo xtask sqlx [--check]   descriptions of the queries of store-sqlite into its .sqlx (--check: likewise)
cargo xtask clips            speaks the clips of boards into web/public/sounds (--measure: only measure those that are there;
                         --wav DIR: as WAV files for the speakers of a bridge)
cargo xtask font [HEX]       the bitmap font of tickets and signs from GNU Unifont (Debian's package `unifont`)
cargo xtask deb INTO ARCHITECTURE=FOLDER …  Debian packages of the programs in the folders (amd64, arm64)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let root = tree::root();
    let done = match args[..] {
        ["tidy"] => tidy::run(&root),
        ["types"] => types::write(&root),
        ["types", "--check"] => types::check(&root),
        ["sqlx"] => sqlx::write(&root),
        ["sqlx", "--check"] => sqlx::check(&root),
        ["clips"] => clips::write(&root),
        ["clips", "--measure"] => clips::measure(&root),
        ["clips", "--wav", folder] => clips::wav(&root, Path::new(folder)),
        ["font"] => font::write(&root, font::SOURCE),
        ["font", source] => font::write(&root, source),
        ["deb", into, ref given @ ..] => deb::write(&root, Path::new(into), given),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
