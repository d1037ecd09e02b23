#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drivers::fuzz::scanner_hid(data));
