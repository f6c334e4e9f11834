//! The allocations of the calling thread, those of GnuTLS included, which allocator.c counts.

use std::ffi::{c_long, c_void};

unsafe extern "C" {
    fn gauntlet_live() -> c_long;
    fn gauntlet_bytes() -> c_long;
    fn gauntlet_take_peak() -> c_long;
    fn gauntlet_watch(
        low: *const c_void,
        high: *const c_void,
        fails_at: usize,
        paths: *mut usize,
        capacity: usize,
    );
    fn gauntlet_unwatch() -> usize;
}

/// Returns the number of live allocations.
pub(crate) fn live() -> isize {
    // SAFETY: returns a number.
    unsafe { gauntlet_live() as isize }
}

/// Runs `body` and returns its result, and the most bytes that were allocated meanwhile in addition.
pub(crate) fn peak<R>(body: impl FnOnce() -> R) -> (R, usize) {
    // SAFETY: both return numbers, and the second resets the greatest one.
    let before = unsafe {
        gauntlet_take_peak();
        gauntlet_bytes()
    };
    let result = body();
    // SAFETY: returns a number.
    let peak = unsafe { gauntlet_take_peak() };
    (result, (peak - before).max(0) as usize)
}

/// Runs `body`, in which an allocation of the code in the range fails, counted from 1; none with 0. Returns the result,
/// and the number of the allocations. `paths` receives a digest of the calls that led to each, as far as it has room.
pub(crate) fn failing<R>(
    (low, high): (usize, usize),
    fails_at: usize,
    paths: &mut [usize],
    body: impl FnOnce() -> R,
) -> (R, usize) {
    // SAFETY: the digests are written until the next call below, and live longer.
    unsafe {
        gauntlet_watch(
            low as *const c_void,
            high as *const c_void,
            fails_at,
            paths.as_mut_ptr(),
            paths.len(),
        );
    }
    let result = body();
    // SAFETY: returns a number. The digests are not written any more.
    let seen = unsafe { gauntlet_unwatch() };
    (result, seen)
}
