//! The identifier according to C: a function that the C compiler has built is called on the session of Rust.

use std::ffi::{c_int, c_uchar};

use gnutls::{SessionId, SessionRef};

/// As in `native.c`.
#[repr(C)]
struct NativeIdentifier {
    data: *const c_uchar,
    size: usize,
    copy: [c_uchar; SessionId::MAX_LEN],
    copy_size: usize,
}

unsafe extern "C" {
    fn native_identifier(
        session: gnutls_sys::gnutls_session_t,
        out: *mut NativeIdentifier,
    ) -> c_int;
}

/// Returns whether `id2()` in Rust is the pointer and the length in C, with the bytes that C copies, and `id()` has the
/// same bytes.
pub(crate) fn agrees(session: &SessionRef) -> bool {
    let rust = session.id2();
    let mut native = NativeIdentifier {
        data: std::ptr::null(),
        size: 0,
        copy: [0; SessionId::MAX_LEN],
        copy_size: 0,
    };
    // SAFETY: the session is live while it is borrowed, and both C functions only read it; they only write to `native`,
    // which has the layout of the C struct.
    let code = unsafe { native_identifier(session.as_ptr(), &mut native) };
    code == 0
        && native.data == rust.as_ptr()
        && native.size == rust.len()
        && native.copy.get(..native.copy_size) == Some(rust)
        && session.id().as_ref() == rust
}
