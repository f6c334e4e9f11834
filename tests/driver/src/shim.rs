//! The identifier of a Rust session according to C, compared with `id2()` and `id()`.

use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};

use std::os::fd::{AsRawFd, BorrowedFd};

use gnutls::SessionRef;

/// The longest identifier (`GNUTLS_MAX_SESSION_ID_SIZE`).
const MAX_LEN: usize = 32;

/// `struct native_identifier` of `shim.c`.
#[repr(C)]
struct Native {
    code: c_int,
    data: *const c_uchar,
    size: usize,
    query_code: c_int,
    query: usize,
    exact_code: c_int,
    exact: [u8; MAX_LEN],
    exact_size: usize,
    short_code: c_int,
}

unsafe extern "C" {
    fn conformance_identifier(session: *mut c_void, out: *mut Native);
    fn conformance_waiting(descriptor: c_int) -> c_int;
    fn conformance_small_buffer(descriptor: c_int) -> c_int;
    fn conformance_error_name(code: c_int) -> *const c_char;
}

/// Returns whether bytes can be read from a socket.
pub fn has_bytes(socket: BorrowedFd<'_>) -> bool {
    // SAFETY: the descriptor is open, since it is borrowed; the function only polls it.
    unsafe { conformance_waiting(socket.as_raw_fd()) != 0 }
}

/// Limits the send buffer of a socket.
pub fn set_small_buffer(socket: BorrowedFd<'_>) {
    // SAFETY: the descriptor is open, since it is borrowed; the function only sets an option of it.
    let result = unsafe { conformance_small_buffer(socket.as_raw_fd()) };
    assert_eq!(result, 0, "a socket takes the size of its buffer");
}

/// The results of C in one observation.
pub struct Answers {
    /// The name of the result of `gnutls_session_get_id2`.
    pub code: String,
    /// The name of the result of `gnutls_session_get_id` for a buffer that is one byte short, if there is a byte.
    pub short: Option<String>,
    native: Native,
}

impl Answers {
    /// Calls the getters of C.
    pub fn of(session: &SessionRef) -> Self {
        let mut native = Native {
            code: 0,
            data: std::ptr::null(),
            size: 0,
            query_code: 0,
            query: 0,
            exact_code: 0,
            exact: [0; MAX_LEN],
            exact_size: 0,
            short_code: 0,
        };
        // SAFETY: the handle is live while the session is borrowed, and gnutls_session_get_id and
        // gnutls_session_get_id2 read fields of the session without writing any. The shim fills `native`, whose layout
        // is that of its struct.
        unsafe { conformance_identifier(session.as_ptr().cast(), &mut native) };
        let short = (native.query > 0).then(|| name(native.short_code));
        Self {
            code: name(native.code),
            short,
            native,
        }
    }

    /// Returns whether C returned NULL.
    pub fn is_null(&self) -> bool {
        self.native.data.is_null()
    }

    /// Returns the difference between Rust and C, if any.
    pub fn disagreement(&self, id2: &[u8], id: &[u8]) -> Option<String> {
        let native = &self.native;
        let difference = |what: &str, c: &dyn std::fmt::Display, rust: &dyn std::fmt::Display| {
            Some(format!("{what}: C {c}, Rust {rust}"))
        };
        if native.code != 0 || native.query_code != 0 || native.exact_code != 0 {
            return difference(
                "code",
                &name(native.code.min(native.query_code).min(native.exact_code)),
                &"success",
            );
        }
        if native.data != id2.as_ptr() {
            return difference(
                "pointer of id2",
                &format!("{:p}", native.data),
                &format!("{:p}", id2.as_ptr()),
            );
        }
        if native.size != id2.len() {
            return difference("size of id2", &native.size, &id2.len());
        }
        if native.query != id.len() || native.exact_size != id.len() {
            return difference("size of id", &native.query, &id.len());
        }
        let exact = &native.exact[..native.exact_size];
        if exact != id2 {
            return difference("bytes of id2", &hex::encode(exact), &hex::encode(id2));
        }
        if exact != id {
            return difference("bytes of id", &hex::encode(exact), &hex::encode(id));
        }
        None
    }
}

/// Returns the name of a result in C.
fn name(code: c_int) -> String {
    // SAFETY: gnutls_strerror_name takes any number and returns NULL or a string constant of the library.
    let name = unsafe { conformance_error_name(code) };
    if name.is_null() {
        return code.to_string();
    }
    // SAFETY: not NULL, so a constant that ends in NUL.
    unsafe { CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Fixtures, testing};

    #[test]
    fn rust_and_c_agree_before_and_after_a_handshake() {
        let mut fixtures = Fixtures::new(testing::FIXTURES);
        let (client, server) = testing::handshaken(&mut fixtures);
        let fresh = testing::client(&mut fixtures);
        assert!(fresh.id2().is_empty() && !Answers::of(&fresh).is_null());
        for session in [&fresh, &client, &server] {
            let answers = Answers::of(session);
            assert_eq!(answers.code, "GNUTLS_E_SUCCESS");
            assert_eq!(
                answers.disagreement(session.id2(), session.id().as_bytes()),
                None
            );
        }
        assert_eq!(server.id2().len(), 32);
        assert_eq!(
            Answers::of(&server).short.as_deref(),
            Some("GNUTLS_E_SHORT_MEMORY_BUFFER")
        );
        assert_eq!(Answers::of(&fresh).short, None);
    }

    #[test]
    fn every_other_answer_is_noticed() {
        let mut fixtures = Fixtures::new(testing::FIXTURES);
        let (client, server) = testing::handshaken(&mut fixtures);
        let (id2, id) = (server.id2(), server.id());
        let noticed = |id2: &[u8], id: &[u8]| {
            Answers::of(&server)
                .disagreement(id2, id)
                .unwrap_or_default()
        };
        // The same bytes at another address, fewer bytes at the same address, other bytes.
        assert!(noticed(id.as_bytes(), id.as_bytes()).starts_with("pointer of id2"));
        assert!(noticed(&id2[..31], id.as_bytes()).starts_with("size of id2"));
        assert!(noticed(id2, &id.as_bytes()[..31]).starts_with("size of id"));
        assert!(noticed(id2, &[0x42; 32]).starts_with("bytes of id"));
        assert!(noticed(client.id2(), client.id().as_bytes()).starts_with("pointer of id2"));
    }
}
