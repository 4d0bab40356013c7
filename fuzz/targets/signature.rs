//! `cargo +nightly fuzz run signature`
#![no_main]

#[path = "../house.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::run("signature", data));
