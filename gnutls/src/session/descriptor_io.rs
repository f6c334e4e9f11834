//! Calls on descriptors, for which GnuTLS itself sends and receives.
//!
//! A new session has the transport functions of GnuTLS (`gnutls_init` in lib/state.c). `GNUTLS_NO_SIGNAL` selects
//! `sendmsg` with `MSG_NOSIGNAL` as the push function. The session has the numbers of the descriptors only during a
//! call, so that it never uses a number that has been closed and reused.

use std::cell::Cell;
use std::ffi::c_int;
use std::net::SocketAddr;
use std::{io, ptr};

use gnutls_sys as sys;
use gnutls_sys::{gnutls_session_t, gnutls_transport_ptr_t};

use crate::session::Session;
use crate::session::callbacks::transport::push_error;
use crate::session::state::State;
use crate::session_core::kernel_tls::KernelTls;
use crate::support::signal::Unsignalled;
use crate::transport::descriptors::Descriptors;

thread_local! {
    /// The state of the session that is calling GnuTLS in this thread, because the error function gets only a number.
    static CALLING: Cell<*mut State> = const { Cell::new(ptr::null_mut()) };
}

/// Installs the function that records the errors of the system calls of GnuTLS.
///
/// # Safety
///
/// `session` is a live session.
pub(crate) unsafe fn install(session: gnutls_session_t) {
    // SAFETY: these functions store a pointer and numbers in the live session and call nothing. -1 is not a descriptor.
    unsafe {
        sys::gnutls_transport_set_errno_function(session, Some(errno_function));
        sys::gnutls_transport_set_int2(session, -1, -1);
    }
}

/// Called when a transport function of GnuTLS has failed (`get_errno` in lib/buffers.c).
unsafe extern "C" fn errno_function(_: gnutls_transport_ptr_t) -> c_int {
    let error = io::Error::last_os_error();
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let state = CALLING.get();
    if !state.is_null() {
        // SAFETY: the pointer is the state of the calling session. No reference to the state exists while GnuTLS runs
        // callbacks of the session.
        let state = unsafe { &mut *state };
        // SAFETY: the session is live, because it is calling this function.
        let receiving = unsafe { is_receiving(state.core.session) };
        match error.kind() {
            io::ErrorKind::Interrupted => {}
            io::ErrorKind::WouldBlock if receiving => state.core.call.would_block = true,
            io::ErrorKind::WouldBlock => state.core.call.send_blocked = true,
            _ if receiving => state.core.call.error = Some(error),
            _ => {
                state.core.fail_write(push_error(error));
                // GnuTLS would end the session.
                if !state.core.lifecycle.handshake_done() {
                    return libc::EAGAIN;
                }
            }
        }
    }
    number
}

/// # Safety
///
/// `session` is a live session.
unsafe fn is_receiving(session: gnutls_session_t) -> bool {
    // SAFETY: reads a number from the session, which is live by the contract of this function.
    unsafe { sys::gnutls_record_get_direction(session) == 0 }
}

impl Session {
    /// Calls a GnuTLS function on these descriptors. Without descriptors the call fails.
    pub(crate) fn call_on_descriptors(
        &mut self,
        mut descriptors: Option<&mut Descriptors>,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let session = self.handle();
        let kernel = self.kernel_tls();
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
        // GnuTLS sends through kTLS without MSG_NOSIGNAL (_gnutls_ktls_send_control_msg).
        let unsignalled = kernel.send.then(Unsignalled::begin);
        // Calls can be nested: a callback may use another session.
        let outer = CALLING.replace(self.state.as_ptr());
        let code = function(session);
        CALLING.set(outer);
        drop(unsignalled);
        if let Some(descriptors) = &mut descriptors {
            self.note_interruption(descriptors, code as c_int, kernel);
        }
        // SAFETY: stores numbers in the live session. If GnuTLS was to connect, its transport functions take a pointer
        // to its connection state, which contains the number: with a length of 0 no address is read. Zero is valid for
        // all fields of an address.
        unsafe {
            if self.state().connects {
                let mut none: libc::sockaddr = std::mem::zeroed();
                none.sa_family = libc::AF_UNSPEC as libc::sa_family_t;
                sys::gnutls_transport_set_fastopen(session, -1, &mut none, 0, 0);
            } else {
                sys::gnutls_transport_set_int2(session, -1, -1);
            }
        }
        code
    }

    /// Determines why a call has returned if its code is ambiguous.
    pub(in crate::session) fn note_interruption(
        &mut self,
        descriptors: &mut Descriptors,
        code: c_int,
        kernel: KernelTls,
    ) {
        let session = self.handle();
        let state = self.state_mut();
        if descriptors.address().is_some() {
            descriptors.note_connect(state.core.call.send_blocked);
        }
        match code {
            sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                // SAFETY: reads a number from the live session.
                let sent_last = unsafe { !is_receiving(session) };
                let receives_data = state.core.call.receives_data;
                state.core.call.send_incomplete = has_send_rest(sent_last, receives_data, kernel);
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

    /// Returns `true` if the stream has ended without close_notify. It must be called after a receive call returned 0.
    /// With kTLS GnuTLS returns 0 in both cases, but stores only the alert: a second call returns 0 after close_notify,
    /// and otherwise fails because the session has no socket (_gnutls_ktls_recv_control_msg in lib/system/ktls.c).
    pub(crate) fn is_truncated(&mut self) -> bool {
        if !self.kernel_tls().receive {
            return false;
        }
        let mut byte = 0u8;
        let code = self.call_on_descriptors(None, |session| {
            // SAFETY: writes at most the one byte of `byte`. The session has no descriptor.
            unsafe { sys::gnutls_record_recv(session, (&raw mut byte).cast(), 1) }
        });
        self.core_mut().call.error = None;
        code != 0
    }
}

/// Returns `true` if an interrupted function of GnuTLS has not sent all that GnuTLS holds.
///
/// GnuTLS reads no further than the end of a record, so that every operation after sending begins with receiving: the
/// last direction is the one that was interrupted. With kTLS the kernel takes a whole record or nothing. If the kernel
/// receives, `gnutls_record_recv` sends nothing, and does not change the direction (_gnutls_ktls_recv_int in
/// lib/system/ktls.c).
pub(in crate::session) fn has_send_rest(
    sent_last: bool,
    receives_data: bool,
    kernel: KernelTls,
) -> bool {
    sent_last && !kernel.send && !(receives_data && kernel.receive)
}

/// Stores the numbers of the descriptors in a session.
///
/// # Safety
///
/// `session` is a live session.
unsafe fn attach(session: gnutls_session_t, descriptors: &Descriptors) {
    let (receive, send) = descriptors.numbers();
    // SAFETY: stores numbers and a copy of the address in the session, which is live by the contract of this function.
    // The state is only read, and outlives the session.
    unsafe {
        let connects = (*crate::session::state::state_of(session)).connects;
        match descriptors.address() {
            Some(address) if connects => {
                let (mut address, length) = raw_address(address);
                let address = (&raw mut address).cast();
                sys::gnutls_transport_set_fastopen(session, receive, address, length, 0);
            }
            // The socket is already connected.
            None if connects => {
                let (mut address, _) = raw_address(&([0, 0, 0, 0], 0).into());
                let address = (&raw mut address).cast();
                sys::gnutls_transport_set_fastopen(session, receive, address, 0, 0);
            }
            _ => sys::gnutls_transport_set_int2(session, receive, send),
        }
    }
}

/// Converts an address to its C representation. The systems that store its length in it set the field themselves.
fn raw_address(address: &SocketAddr) -> (libc::sockaddr_storage, libc::socklen_t) {
    // SAFETY: all fields are numbers, for which zero is valid.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let place = &raw mut storage;
    match address {
        SocketAddr::V4(address) => {
            // SAFETY: a `sockaddr_storage` has the size and the alignment for any address, and its zeros are valid.
            let raw = unsafe { &mut *place.cast::<libc::sockaddr_in>() };
            raw.sin_family = libc::AF_INET as libc::sa_family_t;
            raw.sin_port = address.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
            (storage, size_of::<libc::sockaddr_in>() as libc::socklen_t)
        }
        SocketAddr::V6(address) => {
            // SAFETY: a `sockaddr_storage` has the size and the alignment for any address, and its zeros are valid.
            let raw = unsafe { &mut *place.cast::<libc::sockaddr_in6>() };
            raw.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            raw.sin6_port = address.port().to_be();
            raw.sin6_flowinfo = address.flowinfo();
            raw.sin6_addr.s6_addr = address.ip().octets();
            raw.sin6_scope_id = address.scope_id();
            (storage, size_of::<libc::sockaddr_in6>() as libc::socklen_t)
        }
    }
}
