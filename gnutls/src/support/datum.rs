//! Byte strings passed between Rust and C: `gnutls_datum_t`, and the functions that create slices from C pointers.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use gnutls_sys::gnutls_datum_t;

use crate::support::secret::wipe;

/// Returns the bytes at `data`, or an empty slice if `data` is NULL: C uses NULL for "nothing", regardless of the
/// length, but `slice::from_raw_parts` does not accept it. An empty slice keeps any other address, so that it is C's
/// own.
///
/// # Safety
///
/// Unless `data` is NULL or `length` is 0, `length` bytes at `data` must be readable and must not change during `'a`.
pub(crate) unsafe fn slice<'a>(data: *const u8, length: usize) -> &'a [u8] {
    if data.is_null() {
        return &[];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: `data` is not NULL, and any address is aligned for bytes. `length` bytes are readable and do not change
    // during `'a`, by the contract of this function.
    unsafe {
        std::slice::from_raw_parts(data, length)
    }
}

/// Like [`slice`], for elements of any type.
///
/// # Safety
///
/// Unless `data` is NULL or `length` is 0, `length` elements at `data` must be initialized and aligned, and must not
/// change during `'a`.
pub(crate) unsafe fn array<'a, T>(data: *const T, length: usize) -> &'a [T] {
    if data.is_null() || length == 0 {
        return &[];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: `data` is not NULL and `length` is not 0, so by the contract of this function `length` elements are
    // initialized and aligned, and do not change during `'a`.
    unsafe {
        std::slice::from_raw_parts(data, length)
    }
}

/// Like [`slice`], for mutable bytes.
///
/// # Safety
///
/// Unless `data` is NULL or `length` is 0, `length` bytes at `data` must be initialized, readable and writable, and
/// nothing else may read or write them during `'a`.
pub(crate) unsafe fn slice_mut<'a>(data: *mut u8, length: usize) -> &'a mut [u8] {
    if data.is_null() || length == 0 {
        return &mut [];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: `data` is not NULL and `length` is not 0, so by the contract of this function `length` bytes are
    // initialized, readable and writable, and nothing else accesses them during `'a`.
    unsafe {
        std::slice::from_raw_parts_mut(data, length)
    }
}

/// Like [`slice_mut`], for memory that may be uninitialized.
///
/// # Safety
///
/// Unless `data` is NULL or `length` is 0, `length` bytes at `data` must be writable, and nothing else may read or write
/// them during `'a`.
pub(crate) unsafe fn uninit_slice<'a>(data: *mut u8, length: usize) -> &'a mut [MaybeUninit<u8>] {
    if data.is_null() {
        return &mut [];
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one helper that handles NULL and 0"
    )]
    // SAFETY: `data` is not NULL, and any address is aligned for bytes. By the contract of this function `length` bytes
    // are writable, and nothing else accesses them during `'a`. They need not be initialized.
    unsafe {
        std::slice::from_raw_parts_mut(data.cast(), length)
    }
}

/// Returns a datum without data.
pub(crate) const fn empty() -> gnutls_datum_t {
    gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    }
}

/// Owns memory that GnuTLS allocated for an output. It is overwritten, because it may be a secret, and freed with
/// GnuTLS's allocator.
pub(crate) struct Output(gnutls_datum_t);

impl Output {
    /// Passes an empty datum to `fill`, which returns a GnuTLS code, and returns that code if it is an error. Memory is
    /// freed only after success: after an error the content of the datum is undefined.
    pub(crate) fn fill(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<Self, c_int> {
        Self::fill_all(|[datum]| fill(datum)).map(|[output]| output)
    }

    /// Like [`fill`](Self::fill), for several outputs.
    pub(crate) fn fill_all<const N: usize>(
        fill: impl FnOnce(&mut [gnutls_datum_t; N]) -> c_int,
    ) -> Result<[Self; N], c_int> {
        let mut data = [empty(); N];
        match fill(&mut data) {
            code if code < 0 => Err(code),
            _ => Ok(data.map(Self)),
        }
    }

    /// Returns the output as text, without a NUL at its end.
    pub(crate) fn to_text(&self) -> String {
        let bytes = self.as_bytes();
        String::from_utf8_lossy(bytes.strip_suffix(b"\0").unwrap_or(bytes)).into_owned()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        // SAFETY: a GnuTLS function that succeeded has filled the datum or left it empty; the memory is freed on drop.
        unsafe { slice(self.0.data, self.0.size as usize) }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: a GnuTLS function that succeeded has filled the datum or left it empty. Only this value owns the
        // memory, which comes from GnuTLS's allocator (gnutls_malloc).
        unsafe {
            wipe(slice_mut(self.0.data, self.0.size as usize));
            free(self.0.data.cast());
        }
    }
}

/// Copies `bytes` into memory from `gnutls_malloc`, for a callback that transfers the ownership to GnuTLS. Returns
/// `None` if `bytes` is empty or too long for C, or if the allocation fails.
pub(crate) fn hand_over(bytes: &[u8]) -> Option<gnutls_datum_t> {
    let size = c_uint::try_from(bytes.len())
        .ok()
        .filter(|&size| size > 0)?;
    // SAFETY: reads an exported function pointer. Only the deprecated gnutls_global_set_mem_functions modifies it,
    // which this crate never calls.
    let malloc = unsafe { gnutls_sys::gnutls_malloc }?;
    // SAFETY: calls malloc, or a function with the same contract.
    let data = unsafe { malloc(bytes.len()) }.cast::<u8>();
    if data.is_null() {
        return None;
    }
    // SAFETY: `data` is a new allocation of `bytes.len()` bytes, so it is writable and does not overlap `bytes`.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
    Some(gnutls_datum_t { data, size })
}

/// Overwrites and frees a copy that [`hand_over`] has created and that was not handed over.
pub(crate) fn take_back(copy: gnutls_datum_t) {
    drop(Output(copy));
}

/// Calls `gnutls_free`, which ignores NULL.
///
/// # Safety
///
/// `memory` must be NULL or come from GnuTLS's allocator, and nothing else may use it.
pub(crate) unsafe fn free(memory: *mut c_void) {
    // SAFETY: reads an exported function pointer. Only the deprecated gnutls_global_set_mem_functions modifies it,
    // which this crate never calls.
    if let Some(free) = unsafe { gnutls_sys::gnutls_free } {
        // SAFETY: `memory` is NULL or comes from GnuTLS's allocator, and nothing else uses it, by the contract of this
        // function.
        unsafe { free(memory) }
    }
}

/// Returns a string constant of the library, or `None` for NULL.
///
/// GnuTLS's names of codes and algorithms are ASCII constants that live as long as the library.
pub(crate) fn constant(text: *const c_char) -> Option<&'static str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: `text` is not NULL; all callers pass string constants of the library, which end with NUL and are never
    // freed.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_6_null_and_zero_are_empty_slices() {
        let byte = [7u8];
        // SAFETY: nothing is read if the pointer is NULL or the length is 0.
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
            // SAFETY: the pointer is exclusive and the datum initialized; the memory comes from gnutls_malloc.
            unsafe { *datum = hand_over(b"data").unwrap() };
            0
        });
        assert_eq!(output.unwrap().as_bytes(), b"data");
        // After an error the content is undefined: freeing this pointer would abort the process.
        let failed = Output::fill(|datum| {
            // SAFETY: the pointer is exclusive and the datum initialized.
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
