//! Loaded before the C library, it makes each wait for the disk last a moment longer: a slow disk.
//! Compiled by itself, for the command `cargo xtask faults`, into a library.

use std::{ffi::c_long, sync::OnceLock, thread, time::Duration};

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
}

#[cfg(target_arch = "x86_64")]
const FSYNC: c_long = 74;
#[cfg(target_arch = "x86_64")]
const FDATASYNC: c_long = 75;
#[cfg(target_arch = "aarch64")]
const FSYNC: c_long = 82;
#[cfg(target_arch = "aarch64")]
const FDATASYNC: c_long = 83;

fn slowly(number: c_long, file: i32) -> i32 {
    static MS: OnceLock<u64> = OnceLock::new();
    let ms = MS.get_or_init(|| std::env::var("SLOW_SYNC_MS").map_or(0, |it| it.parse().unwrap_or(0)));
    thread::sleep(Duration::from_millis(*ms));
    // SAFETY: both take one file descriptor, and the caller vouches for it.
    unsafe { syscall(number, file) as i32 }
}

#[unsafe(no_mangle)]
extern "C" fn fsync(file: i32) -> i32 {
    slowly(FSYNC, file)
}

#[unsafe(no_mangle)]
extern "C" fn fdatasync(file: i32) -> i32 {
    slowly(FDATASYNC, file)
}
