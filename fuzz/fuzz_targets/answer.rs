#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| _ = cloudbase::wechat::fuzz::answer(bytes));
