#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| _ = cloudbase::provider::fuzz::share_id(bytes));
