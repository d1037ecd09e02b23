//! The repository is tidy, and the generated files are those that would be generated now.

use xtask::{tidy, tree, types};

#[test]
fn the_repository_is_tidy() {
    let found = tidy::findings(&tree::root()).unwrap();
    let faults: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_types_of_the_pages_are_those_of_the_protocol() {
    types::check(&tree::root()).unwrap();
}
