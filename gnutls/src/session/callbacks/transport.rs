//! The push and pull functions: what GnuTLS calls to send and to receive.

use std::ffi::{c_int, c_uint, c_void};
use std::io;
use std::ptr::NonNull;
use std::task::Poll;

use gnutls_sys::{gnutls_session_t, gnutls_transport_ptr_t};

use crate::session::state::State;
use crate::support::datum;
use crate::transport::DynTransport;

/// The largest payload of a UDP datagram, so that no datagram is cut.
const DATAGRAM: usize = 65_535;

/// Makes GnuTLS send and receive through `state`.
///
/// # Safety
///
/// `session` is a live session, `state` is valid until it has been deinitialised, and no reference to `*state` lives while
/// GnuTLS runs.
pub(crate) unsafe fn install(session: gnutls_session_t, state: *mut State) {
    // SAFETY: these store the pointers in the session and call nothing. Setting the push function also takes the
    // library's own vectored one away (gnutls_transport_set_push_function in lib/system_override.c).
    unsafe {
        gnutls_sys::gnutls_transport_set_ptr(session, state.cast());
        gnutls_sys::gnutls_transport_set_push_function(session, Some(push));
        gnutls_sys::gnutls_transport_set_pull_function(session, Some(pull));
        gnutls_sys::gnutls_transport_set_pull_timeout_function(session, Some(pull_timeout));
    }
}

/// What a callback tells GnuTLS besides a number of bytes.
enum Failed {
    /// Nothing there now: `EAGAIN`.
    Blocked,
    /// The transport failed, and the error is in the state: `EIO`.
    Error,
}

/// Turns the outcome of a callback into what C expects: a count, or -1 and an error number.
///
/// # Safety
///
/// `session` is a live session in a call of one of its transport functions.
unsafe fn answer(session: gnutls_session_t, outcome: Result<usize, Failed>) -> isize {
    let number = match outcome {
        // No more than fits into the buffer that was given, and so into isize.
        Ok(length) => return length as isize,
        Err(Failed::Blocked) => libc::EAGAIN,
        Err(Failed::Error) => libc::EIO,
    };
    // SAFETY: stores the number in the session, where it is read as soon as the callback has returned -1.
    unsafe { gnutls_sys::gnutls_transport_set_errno(session, number) };
    -1
}

/// Runs a callback on the state. A panic is kept and reads as a transport that failed.
///
/// # Safety
///
/// `pointer` is the pointer that [`install`] was given.
unsafe fn run(
    pointer: gnutls_transport_ptr_t,
    callback: impl FnOnce(&mut State) -> Result<usize, Failed>,
) -> isize {
    // SAFETY: valid until after gnutls_deinit. Sessions keep no reference to the state while they are in C, and GnuTLS
    // runs one callback at a time, in the thread that called it.
    let state = unsafe { &mut *pointer.cast::<State>() };
    let session = state.core.session;
    let outcome = state.guarded(Err(Failed::Error), callback);
    // SAFETY: the session is the one that is calling.
    unsafe { answer(session, outcome) }
}

/// Sends, or keeps what the transport does not take: the answer is never `EAGAIN`.
unsafe extern "C" fn push(
    pointer: gnutls_transport_ptr_t,
    data: *const c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS lends `length` bytes of a record for the time of the call.
    let bytes = unsafe { datum::slice(data.cast(), length) };
    // SAFETY: the pointer is the one that was installed.
    unsafe {
        run(pointer, |state| {
            state.core.call.wrote = true;
            let Some(transport) = state.transport else {
                // Nothing that is called without a transport writes. Should it ever, nothing is lost.
                state.core.output.buffer.keep(bytes);
                return Ok(length);
            };
            match send(&mut *transport.as_ptr(), state, bytes) {
                Ok(()) => Ok(length),
                Err(error) => {
                    state.core.call.error = Some(error);
                    Err(Failed::Error)
                }
            }
        })
    }
}

fn send(transport: &mut dyn DynTransport, state: &mut State, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        if !state.core.output.buffer.is_empty() {
            state.core.output.buffer.keep(bytes);
            return Ok(());
        }
        match transport.send(bytes)? {
            // A datagram goes as a whole, whatever length the transport reports.
            Poll::Ready(length) => {
                bytes = if state.core.datagram {
                    &[]
                } else {
                    &bytes[length..]
                }
            }
            Poll::Pending => {
                state.core.output.buffer.keep(bytes);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Receives into a buffer of GnuTLS.
unsafe extern "C" fn pull(
    pointer: gnutls_transport_ptr_t,
    data: *mut c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS lends `length` bytes to be written to. They may be uninitialised, and a transport gets a slice that
    // it could read: they are cleared first.
    let buffer = unsafe {
        if !data.is_null() {
            data.cast::<u8>().write_bytes(0, length);
        }
        datum::slice_mut(data.cast(), length)
    };
    // SAFETY: the pointer is the one that was installed.
    unsafe {
        run(pointer, |state| {
            if let Some(waiting) = state.received_datagram.length.take() {
                let length = waiting.min(buffer.len());
                buffer[..length].copy_from_slice(&state.received_datagram.buffer[..length]);
                return Ok(length);
            }
            if !state.peeked.records.is_empty() {
                let length = state.peeked.records.len().min(buffer.len());
                buffer[..length].copy_from_slice(&state.peeked.records[..length]);
                state.peeked.records.drain(..length);
                return Ok(length);
            }
            let Some(transport) = state.transport else {
                return blocked(state);
            };
            receive(transport, state, buffer)
        })
    }
}

fn blocked(state: &mut State) -> Result<usize, Failed> {
    state.core.call.would_block = true;
    Err(Failed::Blocked)
}

/// # Safety
///
/// The transport behind `transport` is the one of the running call.
unsafe fn receive(
    transport: NonNull<dyn DynTransport>,
    state: &mut State,
    buffer: &mut [u8],
) -> Result<usize, Failed> {
    // SAFETY: the call that runs has lent it, and only one callback runs at a time.
    match unsafe { &mut *transport.as_ptr() }.receive(buffer) {
        // An empty datagram is not the end of anything: whoever can send one could end the session. It reads as nothing
        // there yet, and since the transport did not block, GnuTLS is called again.
        Ok(Poll::Ready(0)) if state.core.datagram => Err(Failed::Blocked),
        Ok(Poll::Ready(0)) => {
            state.core.call.end_of_stream = true;
            Ok(0)
        }
        Ok(Poll::Ready(length)) => Ok(length),
        Ok(Poll::Pending) => blocked(state),
        Err(error) => {
            state.core.call.error = Some(error);
            Err(Failed::Error)
        }
    }
}

/// Tells whether something can be received. The library asks with a timeout of 0, since the session is non-blocking
/// (`_gnutls_io_check_recv` in lib/buffers.c), and only below a datagram session.
unsafe extern "C" fn pull_timeout(pointer: gnutls_transport_ptr_t, _milliseconds: c_uint) -> c_int {
    // SAFETY: the pointer is the one that was installed.
    let outcome = unsafe {
        run(pointer, |state| {
            if !state.core.datagram || state.received_datagram.length.is_some() {
                return Ok(1);
            }
            let Some(transport) = state.transport else {
                return Ok(0);
            };
            let mut buffer = std::mem::take(&mut state.received_datagram.buffer);
            buffer.resize(DATAGRAM, 0);
            let received = receive(transport, state, &mut buffer);
            state.received_datagram.buffer = buffer;
            match received {
                Ok(length) => {
                    state.received_datagram.length = Some(length);
                    Ok(1)
                }
                Err(Failed::Blocked) => Ok(0),
                Err(Failed::Error) => Err(Failed::Error),
            }
        })
    };
    outcome as c_int
}
