#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| _ = cloudbase::framework::fuzz::json_value(bytes));
