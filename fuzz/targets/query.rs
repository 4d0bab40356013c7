//! `cargo +nightly fuzz run query`
#![no_main]

#[path = "../house.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::run("query", data));
