//! A session that is used through the raw C API, as a C program uses it.

use std::ffi::{CString, c_int, c_uint, c_void};
use std::ptr;

use gnutls::{Side, Transport};
use gnutls_sys as sys;
use gnutls_testing::fixtures::fixture;

use crate::wire::Wire;

/// A session in C, with its credentials and its transport.
pub(crate) struct NativeSession {
    session: sys::gnutls_session_t,
    credentials: sys::gnutls_certificate_credentials_t,
    connection: Box<Connection>,
    /// The name of the server, which C keeps a pointer to.
    _name: CString,
}

/// The data of the push and pull functions.
struct Connection {
    session: sys::gnutls_session_t,
    wire: Wire,
}

unsafe extern "C" fn push(connection: *mut c_void, data: *const c_void, length: usize) -> isize {
    // SAFETY: the pointer is that of the connection in the box of the session, which nothing else uses during a call.
    let connection = unsafe { &mut *connection.cast::<Connection>() };
    let mut bytes = vec![0; length];
    // SAFETY: the library passes `length` initialised bytes, which do not overlap with the new vector of this length.
    unsafe { ptr::copy_nonoverlapping(data.cast::<u8>(), bytes.as_mut_ptr(), length) };
    let sent = connection.wire.send(&bytes);
    sent.map_or(-1, |length| length as isize)
}

unsafe extern "C" fn pull(connection: *mut c_void, data: *mut c_void, length: usize) -> isize {
    // SAFETY: the pointer is that of the connection in the box of the session, which nothing else uses during a call.
    let connection = unsafe { &mut *connection.cast::<Connection>() };
    let mut buffer = vec![0; length];
    match connection.wire.receive(&mut buffer) {
        Ok(received) => {
            // SAFETY: the library passes a buffer of `length` bytes, and no more have been received. It does not overlap
            // with the vector.
            unsafe { ptr::copy_nonoverlapping(buffer.as_ptr(), data.cast::<u8>(), received) };
            received as isize
        }
        Err(_) => {
            // SAFETY: stores a number in the live session that runs this call.
            unsafe { sys::gnutls_transport_set_errno(connection.session, libc::EAGAIN) };
            -1
        }
    }
}

unsafe extern "C" fn pull_timeout(connection: *mut c_void, _: c_uint) -> c_int {
    // SAFETY: the pointer is that of the connection in the box of the session, which nothing else uses during a call.
    let connection = unsafe { &*connection.cast::<Connection>() };
    c_int::from(connection.wire.available() > 0 || connection.wire.ended)
}

/// Returns a datum that refers to bytes which C only reads.
fn datum(bytes: &[u8]) -> sys::gnutls_datum_t {
    sys::gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size: bytes.len() as c_uint,
    }
}

fn check(code: c_int) {
    assert!(code >= 0, "setting up a session in C failed with {code}");
}

impl NativeSession {
    /// Creates a session that verifies `localhost` on a client, and has the identity `server-ed25519` on a server.
    pub(crate) fn new(side: Side, priority: &str) -> Self {
        let name = CString::new("localhost").unwrap();
        let priority = CString::new(priority).unwrap();
        let (mut session, mut credentials) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the functions receive live objects and strings that end in NUL. C copies the PEM data and the
        // priorities; the name and the connection live as long as the session.
        unsafe {
            check(sys::gnutls_certificate_allocate_credentials(
                &mut credentials,
            ));
            let flags = match side {
                Side::Client => sys::GNUTLS_CLIENT,
                Side::Server => sys::GNUTLS_SERVER,
            };
            let flags = flags | sys::GNUTLS_NONBLOCK | sys::GNUTLS_NO_SIGNAL;
            check(sys::gnutls_init(&mut session, flags));
            check(sys::gnutls_priority_set_direct(
                session,
                priority.as_ptr(),
                ptr::null_mut(),
            ));
            match side {
                Side::Client => {
                    check(sys::gnutls_certificate_set_x509_trust_mem(
                        credentials,
                        &datum(&fixture("ca.pem")),
                        sys::GNUTLS_X509_FMT_PEM,
                    ));
                    check(sys::gnutls_server_name_set(
                        session,
                        sys::GNUTLS_NAME_DNS,
                        name.as_ptr().cast(),
                        name.as_bytes().len(),
                    ));
                    sys::gnutls_session_set_verify_cert(session, name.as_ptr(), 0);
                }
                Side::Server => check(sys::gnutls_certificate_set_x509_key_mem(
                    credentials,
                    &datum(&fixture("server-ed25519.pem")),
                    &datum(&fixture("server-ed25519-key.pem")),
                    sys::GNUTLS_X509_FMT_PEM,
                )),
            }
            check(sys::gnutls_credentials_set(
                session,
                sys::GNUTLS_CRD_CERTIFICATE,
                credentials.cast(),
            ));
        }
        let mut connection = Box::new(Connection {
            session,
            wire: Wire::default(),
        });
        // SAFETY: the session is live, and the box keeps the connection at its address until the session is freed.
        unsafe {
            sys::gnutls_transport_set_ptr(session, ptr::from_mut(&mut *connection).cast());
            sys::gnutls_transport_set_push_function(session, Some(push));
            sys::gnutls_transport_set_pull_function(session, Some(pull));
            sys::gnutls_transport_set_pull_timeout_function(session, Some(pull_timeout));
        }
        Self {
            session,
            credentials,
            connection,
            _name: name,
        }
    }

    /// Returns the handle.
    pub(crate) fn handle(&self) -> sys::gnutls_session_t {
        self.session
    }

    /// Returns the transport.
    pub(crate) fn wire(&mut self) -> &mut Wire {
        &mut self.connection.wire
    }
}

impl Drop for NativeSession {
    fn drop(&mut self) {
        // SAFETY: both objects are live and freed once, the session first, which has a pointer to the credentials.
        unsafe {
            sys::gnutls_deinit(self.session);
            sys::gnutls_certificate_free_credentials(self.credentials);
        }
    }
}
