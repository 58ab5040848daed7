#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cloudbase::wechat::fuzz::answer(bytes));
