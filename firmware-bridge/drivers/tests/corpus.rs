//! What the fuzzers kept (`make fuzz`) and what is known to be hard, fed again to every decoder.

use std::path::Path;

use drivers::fuzz::TARGETS;

#[test]
fn every_target_takes_what_was_kept_for_it() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut fed = 0;
    for (name, target) in TARGETS {
        let family = name.split('_').next().unwrap();
        assert!(home.join(format!("fuzz_targets/{family}/{name}.rs")).is_file(), "no fuzz target {name}");
        target(&[]);
        let kept = std::fs::read_to_string(home.join(format!("corpus/{name}.hex")));
        for line in kept.unwrap_or_else(|error| panic!("corpus of {name}: {error}")).lines() {
            let byte = |at| u8::from_str_radix(&line[at..at + 2], 16).unwrap();
            target(&(0..line.len()).step_by(2).map(byte).collect::<Vec<_>>());
            fed += 1;
        }
    }
    let programs = std::fs::read_to_string(home.join("Cargo.toml")).unwrap().matches("[[bin]]").count();
    assert_eq!(programs, TARGETS.len(), "a fuzz target that is in no list");
    assert!(fed >= TARGETS.len(), "only {fed} kept inputs");
}
