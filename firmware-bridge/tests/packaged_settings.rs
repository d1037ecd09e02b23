//! The settings that the package brings: they can be used as they are, and so can their examples.

use firmware_bridge::settings::parse;

const PACKAGED: &str = include_str!("../../packaging/paihao-bridge/bridge.toml");

#[test]
fn the_packaged_settings_are_good() {
    let settings = parse("bridge.toml", PACKAGED).unwrap();
    assert!(settings.printers.is_empty() && !settings.virtual_control);
    // An example is a line that begins with # and no blank.
    let lines = PACKAGED.lines().map(|line| match line.strip_prefix('#') {
        Some(example) if !example.starts_with(' ') => example,
        _ => line,
    });
    let settings = parse("bridge.toml", &lines.collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!((settings.printers.len(), settings.readers.len(), settings.signs.len()), (1, 1, 1));
    assert!(settings.server.is_some());
}
