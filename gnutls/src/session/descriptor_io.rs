//! Calls on descriptors: GnuTLS itself sends and receives there, and what it is told and asked for that.
//!
//! Its own functions are those of every new session (`gnutls_init` in lib/state.c), of which `GNUTLS_NO_SIGNAL` has made the
//! sending one `sendmsg` with `MSG_NOSIGNAL`. The numbers of the descriptors are in the session during calls alone, so that
//! it never has one that belongs to somebody else by now.

use std::cell::Cell;
use std::ffi::c_int;
use std::net::SocketAddr;
use std::{io, ptr};

use gnutls_sys as sys;
use gnutls_sys::{gnutls_session_t, gnutls_transport_ptr_t};

use crate::session::Session;
use crate::session::state::State;
use crate::support::signal::Unsignalled;
use crate::transport::descriptors::Descriptors;

thread_local! {
    /// The state of the session whose call runs in this thread, since the error function is given no more than a number.
    static CALLING: Cell<*mut State> = const { Cell::new(ptr::null_mut()) };
}

/// Has GnuTLS tell what the errors of its system calls were.
///
/// # Safety
///
/// `session` is a live session.
pub(crate) unsafe fn install(session: gnutls_session_t) {
    // SAFETY: these store a pointer and numbers in the session and call nothing. -1 is no descriptor.
    unsafe {
        sys::gnutls_transport_set_errno_function(session, Some(errno_function));
        sys::gnutls_transport_set_int2(session, -1, -1);
    }
}

/// Called when one of GnuTLS' own functions has failed (`get_errno` in lib/buffers.c).
unsafe extern "C" fn errno_function(_: gnutls_transport_ptr_t) -> c_int {
    let error = io::Error::last_os_error();
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let state = CALLING.get();
    if !state.is_null() {
        // SAFETY: the state of the session that is calling. No reference to it lives while GnuTLS runs.
        let state = unsafe { &mut *state };
        // SAFETY: the session is the one that is calling.
        let receiving = unsafe { is_receiving(state.core.session) };
        match error.kind() {
            io::ErrorKind::Interrupted => {}
            io::ErrorKind::WouldBlock if receiving => state.core.call.would_block = true,
            io::ErrorKind::WouldBlock => state.core.call.send_blocked = true,
            _ => state.core.call.error = Some(error),
        }
    }
    number
}

/// # Safety
///
/// `session` is a live session.
unsafe fn is_receiving(session: gnutls_session_t) -> bool {
    // SAFETY: reads a number.
    unsafe { sys::gnutls_record_get_direction(session) == 0 }
}

impl Session {
    /// Calls a function of GnuTLS on these descriptors. Without any the call fails.
    pub(crate) fn call_on_descriptors(
        &mut self,
        mut descriptors: Option<&mut Descriptors>,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let session = self.handle();
        let kernel_sends = self.kernel_tls().send;
        let state = self.state_mut();
        state.core.call.send_blocked = false;
        if let Some(descriptors) = &descriptors {
            if descriptors.is_connecting() {
                state.core.call.send_incomplete = true;
                return sys::GNUTLS_E_AGAIN as isize;
            }
            // SAFETY: the session is live, and the descriptors are borrowed as long as it has their numbers.
            unsafe { attach(session, descriptors) };
        }
        // What GnuTLS sends through the kernel it sends without MSG_NOSIGNAL (_gnutls_ktls_send_control_msg).
        let unsignalled = kernel_sends.then(Unsignalled::begin);
        // Calls can be nested: a callback may use another session.
        let outer = CALLING.replace(self.state.as_ptr());
        let code = function(session);
        CALLING.set(outer);
        drop(unsignalled);
        if let Some(descriptors) = &mut descriptors {
            self.note_interruption(descriptors, code as c_int, kernel_sends);
        }
        // SAFETY: stores numbers. Where GnuTLS was to connect its functions have another pointer, of which that is the number:
        // without a length no address is read.
        unsafe {
            if self.state().connects {
                let mut none = libc::sockaddr {
                    sa_family: libc::AF_UNSPEC as libc::sa_family_t,
                    sa_data: [0; 14],
                };
                sys::gnutls_transport_set_fastopen(session, -1, &mut none, 0, 0);
            } else {
                sys::gnutls_transport_set_int2(session, -1, -1);
            }
        }
        code
    }

    /// Finds out why a call has come back, where its code does not tell.
    fn note_interruption(
        &mut self,
        descriptors: &mut Descriptors,
        code: c_int,
        kernel_sends: bool,
    ) {
        let session = self.handle();
        let state = self.state_mut();
        if descriptors.address().is_some() {
            descriptors.note_connect(state.core.call.send_blocked);
        }
        match code {
            sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                // GnuTLS reads no further than the end of a record, so that whatever it does after it has sent something
                // begins with receiving: what it was about last is what has stopped. The kernel holds all or nothing.
                // SAFETY: reads a number.
                state.core.call.send_incomplete =
                    !kernel_sends && unsafe { !is_receiving(session) };
                if !state.core.call.send_incomplete && !state.core.call.would_block {
                    state.core.call.would_block = !descriptors.can_receive();
                }
            }
            sys::GNUTLS_E_PREMATURE_TERMINATION | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH => {
                state.core.call.end_of_stream = descriptors.is_at_end();
            }
            _ => {}
        }
    }

    /// After 0 was received: whether the stream has ended without close_notify. With kTLS GnuTLS returns 0 for both, but
    /// remembers the alert alone, so that once more it either returns 0 or asks a socket that is not there
    /// (_gnutls_ktls_recv_control_msg in lib/system/ktls.c).
    pub(crate) fn is_truncated(&mut self) -> bool {
        if !self.kernel_tls().receive {
            return false;
        }
        let mut byte = 0u8;
        let code = self.call_on_descriptors(None, |session| {
            // SAFETY: writes no more than the one byte. The session has no descriptor.
            unsafe { sys::gnutls_record_recv(session, (&raw mut byte).cast(), 1) }
        });
        self.core_mut().call.error = None;
        code != 0
    }
}

/// Gives a session the numbers of the descriptors.
///
/// # Safety
///
/// `session` is a live session.
unsafe fn attach(session: gnutls_session_t, descriptors: &Descriptors) {
    let (receive, send) = descriptors.numbers();
    // SAFETY: stores numbers, and a copy of the address.
    unsafe {
        let connects = (*crate::session::state::state_of(session)).connects;
        match descriptors.address() {
            Some(address) if connects => {
                let (mut address, length) = raw_address(address);
                let address = (&raw mut address).cast();
                sys::gnutls_transport_set_fastopen(session, receive, address, length, 0);
            }
            // It is connected.
            None if connects => {
                let (mut address, _) = raw_address(&([0, 0, 0, 0], 0).into());
                let address = (&raw mut address).cast();
                sys::gnutls_transport_set_fastopen(session, receive, address, 0, 0);
            }
            _ => sys::gnutls_transport_set_int2(session, receive, send),
        }
    }
}

/// An address as C has it.
fn raw_address(address: &SocketAddr) -> (libc::sockaddr_storage, libc::socklen_t) {
    // SAFETY: of numbers alone, for which zero is good.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let place = &raw mut storage;
    match address {
        SocketAddr::V4(address) => {
            let raw = libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: address.port().to_be(),
                sin_addr: libc::in_addr {
                    s_addr: u32::from_ne_bytes(address.ip().octets()),
                },
                sin_zero: [0; 8],
            };
            // SAFETY: the storage has room for any address, and is aligned for it.
            unsafe { place.cast::<libc::sockaddr_in>().write(raw) };
            (storage, size_of::<libc::sockaddr_in>() as libc::socklen_t)
        }
        SocketAddr::V6(address) => {
            let raw = libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: address.flowinfo(),
                sin6_addr: libc::in6_addr {
                    s6_addr: address.ip().octets(),
                },
                sin6_scope_id: address.scope_id(),
            };
            // SAFETY: as above.
            unsafe { place.cast::<libc::sockaddr_in6>().write(raw) };
            (storage, size_of::<libc::sockaddr_in6>() as libc::socklen_t)
        }
    }
}
