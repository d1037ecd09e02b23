#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| drivers::fuzz::gpio_lamp(data));
