//! Byte strings that pass between Rust and C: `gnutls_datum_t`, and the one place that makes a slice of a C pointer.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr;

use gnutls_sys::gnutls_datum_t;

/// The bytes at `data`, or an empty slice where `data` is NULL: that may not reach `slice::from_raw_parts`, and C uses it
/// for "nothing", whatever the length says. Another address is kept also where `length` is 0, so that it is C's own.
///
/// # Safety
///
/// Unless NULL or 0, `length` bytes at `data` can be read and do not change for `'a`.
pub(crate) unsafe fn slice<'a>(data: *const u8, length: usize) -> &'a [u8] {
    if data.is_null() {
        return &[];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: not NULL, and any address is aligned for bytes; the rest is the caller's promise.
    unsafe {
        std::slice::from_raw_parts(data, length)
    }
}

/// Like [`slice`], for elements of any type.
///
/// # Safety
///
/// Unless NULL or 0, `length` elements at `data` are initialised and do not change for `'a`.
pub(crate) unsafe fn array<'a, T>(data: *const T, length: usize) -> &'a [T] {
    if data.is_null() || length == 0 {
        return &[];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: neither NULL nor empty; the rest is the caller's promise.
    unsafe {
        std::slice::from_raw_parts(data, length)
    }
}

/// Like [`slice`], for bytes that are written to.
///
/// # Safety
///
/// Unless NULL or 0, `length` bytes at `data` are initialised, can be read and written, and nothing else reads or writes
/// them for `'a`.
pub(crate) unsafe fn slice_mut<'a>(data: *mut u8, length: usize) -> &'a mut [u8] {
    if data.is_null() || length == 0 {
        return &mut [];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: neither NULL nor empty; the rest is the caller's promise.
    unsafe {
        std::slice::from_raw_parts_mut(data, length)
    }
}

/// A datum without data.
pub(crate) const fn empty() -> gnutls_datum_t {
    gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    }
}

/// Memory that GnuTLS has allocated for an output, freed with GnuTLS' own allocator.
pub(crate) struct Output(gnutls_datum_t);

impl Output {
    /// Passes an empty datum to `fill`, which returns a code of GnuTLS, and returns that code if it is an error. Only after
    /// success is there memory to free: after an error the content of the datum is undefined.
    pub(crate) fn fill(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<Self, c_int> {
        let mut datum = empty();
        match fill(&mut datum) {
            code if code < 0 => Err(code),
            _ => Ok(Self(datum)),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        // SAFETY: a function of GnuTLS that succeeded has filled the datum in (or left it empty); it is freed on drop.
        unsafe { slice(self.0.data, self.0.size as usize) }
    }

    pub(crate) fn as_mut_bytes(&mut self) -> &mut [u8] {
        // SAFETY: as above; the memory is this value's own.
        unsafe { slice_mut(self.0.data, self.0.size as usize) }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: the datum came from GnuTLS' allocator (gnutls_malloc) and nothing else frees it.
        unsafe { free(self.0.data.cast()) }
    }
}

/// A copy of `bytes` in memory from `gnutls_malloc`, for a callback that hands it over to GnuTLS. `None` for no bytes, for
/// more than C can count, and where there is no memory.
pub(crate) fn hand_over(bytes: &[u8]) -> Option<gnutls_datum_t> {
    let size = c_uint::try_from(bytes.len())
        .ok()
        .filter(|&size| size > 0)?;
    // SAFETY: an exported function pointer, read by value. Only a program that calls the deprecated
    // gnutls_global_set_mem_functions changes it; this crate never does.
    let malloc = unsafe { gnutls_sys::gnutls_malloc }?;
    // SAFETY: malloc, or a function like it.
    let data = unsafe { malloc(bytes.len()) }.cast::<u8>();
    if data.is_null() {
        return None;
    }
    // SAFETY: memory of this size that nobody else knows yet.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
    Some(gnutls_datum_t { data, size })
}

/// `gnutls_free`, which ignores NULL.
///
/// # Safety
///
/// `memory` is NULL or came from GnuTLS' allocator and is used by nobody else.
pub(crate) unsafe fn free(memory: *mut c_void) {
    // SAFETY: an exported function pointer, as in `hand_over`.
    if let Some(free) = unsafe { gnutls_sys::gnutls_free } {
        // SAFETY: the caller's promise.
        unsafe { free(memory) }
    }
}

/// A string constant of the library, or `None` for NULL.
///
/// The names that GnuTLS gives to codes and algorithms are ASCII constants that live as long as the library.
pub(crate) fn constant(text: *const c_char) -> Option<&'static str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL; the callers pass nothing but string constants of the library.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_6_null_and_zero_are_empty_slices() {
        let byte = [7u8];
        // SAFETY: nothing is read where the pointer is NULL or the length 0.
        unsafe {
            assert_eq!(slice(ptr::null(), 0), []);
            assert_eq!(slice(ptr::null(), 5), []);
            assert_eq!(slice(ptr::dangling(), 0), []);
            assert_eq!(slice(byte.as_ptr(), 0).as_ptr(), byte.as_ptr());
            assert_eq!(slice_mut(ptr::null_mut(), 5), []);
            assert_eq!(slice(byte.as_ptr(), 1), [7]);
        }
    }

    #[test]
    fn hazard_8_an_output_is_freed_after_success_only() {
        let output = Output::fill(|datum| {
            // SAFETY: an exclusive pointer to an initialised datum; the memory is from gnutls_malloc.
            unsafe { *datum = hand_over(b"data").unwrap() };
            0
        });
        assert_eq!(output.unwrap().as_bytes(), b"data");
        // What an error leaves behind is undefined: to free this pointer would end the process.
        let failed = Output::fill(|datum| {
            // SAFETY: as above.
            unsafe { (*datum).data = ptr::dangling_mut() };
            gnutls_sys::GNUTLS_E_MEMORY_ERROR
        });
        assert!(failed.is_err());
    }

    #[test]
    fn nothing_is_handed_over_for_no_bytes() {
        assert!(hand_over(b"").is_none());
    }
}
