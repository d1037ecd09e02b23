#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drivers::fuzz::onbon_virtual_card(data));
