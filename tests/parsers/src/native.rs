//! The objects of C: created, imported and released as a C program does.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

/// An object with the function that releases it.
pub(crate) struct Native<T> {
    pub(crate) raw: *mut T,
    deinit: unsafe extern "C" fn(*mut T),
}

impl<T> Native<T> {
    /// Creates an object.
    ///
    /// # Safety
    ///
    /// Both functions are those of the same kind.
    pub(crate) unsafe fn new(
        init: unsafe extern "C" fn(*mut *mut T) -> c_int,
        deinit: unsafe extern "C" fn(*mut T),
    ) -> Self {
        let mut raw = ptr::null_mut();
        // SAFETY: writes a pointer on success.
        let code = unsafe { init(&mut raw) };
        assert_eq!(code, 0, "an object cannot be created");
        Self { raw, deinit }
    }

    /// Imports data with a function that returns a code.
    pub(crate) fn import(self, import: impl FnOnce(*mut T) -> c_int) -> Result<Self, c_int> {
        match import(self.raw) {
            code if code < 0 => Err(code),
            _ => Ok(self),
        }
    }
}

impl<T> Drop for Native<T> {
    fn drop(&mut self) {
        // SAFETY: the object was initialised by the function of the same kind, and is released once.
        unsafe { (self.deinit)(self.raw) }
    }
}

/// Returns a datum that borrows bytes.
pub(crate) fn datum(bytes: &[u8]) -> gnutls_datum_t {
    gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size: bytes.len() as c_uint,
    }
}

/// Returns the bytes that a function allocates.
pub(crate) fn output(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<Vec<u8>, c_int> {
    let mut datum = gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    };
    let code = fill(&mut datum);
    if code < 0 {
        return Err(code);
    }
    let mut bytes = vec![0; datum.size as usize];
    // SAFETY: after success the datum is empty, or has `size` bytes of gnutls_malloc, which nothing else releases.
    unsafe {
        if !datum.data.is_null() {
            ptr::copy_nonoverlapping(datum.data, bytes.as_mut_ptr(), bytes.len());
            sys::gnutls_free.unwrap()(datum.data.cast());
        }
    }
    Ok(bytes)
}

/// Returns the text that a function allocates.
pub(crate) fn text(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<String, c_int> {
    let bytes = output(fill)?;
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
