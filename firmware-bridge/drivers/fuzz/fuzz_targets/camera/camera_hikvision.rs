#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drivers::fuzz::camera_hikvision(data));
