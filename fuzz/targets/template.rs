//! `cargo +nightly fuzz run template`
#![no_main]

#[path = "../house.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::run("template", data));
