//! The functions that GnuTLS calls for the extensions of the program and for supplemental data.
//!
//! They get nothing but the session, not even the number of the extension, so that each extension of a configuration has
//! functions of its own.

use std::ffi::c_int;

use gnutls_sys as sys;
use gnutls_sys::{gnutls_buffer_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::extension::{self, Extension, ExtensionFunctions, ExtensionMessage, SLOTS};
use crate::session::callbacks::with_session;
use crate::session::state::{State, state_of};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// What the peer has sent in the last handshake, and what was agreed on.
#[derive(Default)]
pub(crate) struct ExchangedExtensions {
    extensions: Vec<(u16, Vec<u8>)>,
    supplemental: Vec<(u16, Vec<u8>)>,
    /// A bit for each extension with supplemental data that both sides have agreed on.
    agreed: u32,
}

impl ExchangedExtensions {
    pub(crate) fn extension(&self, number: u16) -> Option<&[u8]> {
        find(&self.extensions, number)
    }

    pub(crate) fn supplemental(&self, format: u16) -> Option<&[u8]> {
        find(&self.supplemental, format)
    }
}

fn find(kept: &[(u16, Vec<u8>)], number: u16) -> Option<&[u8]> {
    let found = kept.iter().find(|(kept, _)| *kept == number);
    found.map(|(_, data)| data.as_slice())
}

/// Keeps what came last: there are no more than there are extensions of the program, and each once.
fn keep(kept: &mut Vec<(u16, Vec<u8>)>, number: u16, data: &[u8]) {
    match kept.iter_mut().find(|(kept, _)| *kept == number) {
        Some((_, before)) => *before = data.to_vec(),
        None => kept.push((number, data.to_vec())),
    }
}

impl State {
    /// A new handshake begins: what was agreed on is to be agreed on again.
    pub(crate) fn forget_extensions(&mut self) {
        self.extensions = ExchangedExtensions::default();
        if self
            .custom()
            .iter()
            .any(|extension| extension.supplemental.is_some())
        {
            // SAFETY: these store numbers in the session, which is live.
            unsafe {
                sys::gnutls_supplemental_recv(self.core.session, 0);
                sys::gnutls_supplemental_send(self.core.session, 0);
            }
        }
    }
}

impl State {
    /// The extensions of the program, which the configuration has.
    fn custom(&self) -> &[Extension] {
        &self.config.common().extensions.custom
    }

    /// Both sides have agreed on the extension at `slot`: its supplemental data are exchanged.
    fn agree(&mut self, slot: usize) {
        let extension = self.custom().get(slot);
        let Some(supplemental) = extension.and_then(|extension| extension.supplemental.as_ref())
        else {
            return;
        };
        let (receives, sends) = (supplemental.receive.is_some(), supplemental.send.is_some());
        self.extensions.agreed |= 1 << slot;
        // SAFETY: these store numbers in the session, which is live; they are for functions such as those below.
        unsafe {
            if receives {
                sys::gnutls_supplemental_recv(self.core.session, 1);
            }
            if sends {
                sys::gnutls_supplemental_send(self.core.session, 1);
            }
        }
    }
}

/// The functions for each extension of a configuration, by its index.
macro_rules! slots {
    ($($slot:literal)*) => {
        const FUNCTIONS: [ExtensionFunctions; SLOTS] = [$(ExtensionFunctions {
            receive: receive::<$slot>,
            send: send::<$slot>,
            receive_supplemental: receive_supplemental::<$slot>,
            send_supplemental: send_supplemental::<$slot>,
        },)*];
    };
}

slots!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);

/// Registers the extensions of the program in a session.
///
/// # Safety
///
/// `session` is a live session of this crate in which no handshake has begun, and keeps the extensions in its configuration.
pub(crate) unsafe fn register(session: gnutls_session_t, extensions: &[Extension]) -> Result<()> {
    // SAFETY: the session is live and new, and the functions find the extensions in its configuration, by the contract of
    // this function.
    unsafe { extension::register(session, extensions, &FUNCTIONS) }
}

/// What a function of C is to return, and why it ends the handshake.
enum Outcome {
    Code(c_int),
    /// The same, and both sides have agreed on the extension.
    Agreed(c_int),
    Refused(Error),
}

/// Runs a closure of the program for the extension at `slot`. A panic is kept, and ends the handshake, and so does a refusal.
///
/// # Safety
///
/// `session` is a live session of this crate, in a call of one of the functions below.
unsafe fn run(
    session: gnutls_session_t,
    slot: usize,
    closure: impl FnOnce(&SessionRef, &Extension) -> Outcome,
) -> c_int {
    // SAFETY: `session` is a live session of this crate that is calling. No reference to its state lives while GnuTLS runs.
    let outcome = unsafe {
        with_session(session, |session, _| {
            let custom = session.state().custom();
            custom
                .get(slot)
                .map(|extension| closure(session, extension))
        })
    };
    match outcome.flatten() {
        Some(Outcome::Code(code)) => code,
        Some(Outcome::Agreed(code)) => {
            // SAFETY: as above, and the borrow of the session has ended.
            unsafe { (*state_of(session)).agree(slot) };
            code
        }
        Some(Outcome::Refused(error)) => {
            // SAFETY: as above, and the borrow of the session has ended.
            unsafe { (*state_of(session)).core.refusal = Some(error) };
            sys::GNUTLS_E_INTERNAL_ERROR
        }
        None => sys::GNUTLS_E_INTERNAL_ERROR,
    }
}

fn refused(extension: &Extension, alert: Alert) -> Outcome {
    Outcome::Refused(
        Error::new(
            ErrorKind::Protocol,
            format!("the program has refused the extension {}", extension.number),
        )
        .with_alert(alert),
    )
}

/// In which message it is.
fn message(session: &SessionRef) -> Option<ExtensionMessage> {
    #[cfg(gnutls_3_6_3)]
    {
        // SAFETY: reads a field, which is set for the time of these calls (lib/hello_ext.c).
        let flag = unsafe { sys::gnutls_ext_get_current_msg(session.as_ptr()) };
        ExtensionMessage::from_flag(flag)
    }
    #[cfg(not(gnutls_3_6_3))]
    {
        let _ = session;
        None
    }
}

/// Appends what is to be sent. Gives its length, or what stands for an empty extension.
///
/// # Safety
///
/// `buffer` is one that GnuTLS lends to the running call.
unsafe fn append(buffer: gnutls_buffer_t, data: &[u8]) -> c_int {
    if data.is_empty() {
        return sys::GNUTLS_E_INT_RET_0;
    }
    // SAFETY: copies the bytes to the end of the buffer, which grows.
    let code = unsafe { sys::gnutls_buffer_append_data(buffer, data.as_ptr().cast(), data.len()) };
    if code < 0 { code } else { data.len() as c_int }
}

/// The most bytes of an extension or of supplemental data: their length is a number of two bytes, which C cuts.
const LONGEST: usize = 65_535;

fn too_long(data: &[u8]) -> Option<Outcome> {
    (data.len() > LONGEST).then(|| {
        Outcome::Refused(
            Error::invalid_input(format!(
                "{} bytes for the peer; there is room for {LONGEST}",
                data.len()
            ))
            .with_alert(Alert::INTERNAL_ERROR),
        )
    })
}

unsafe extern "C" fn receive<const SLOT: usize>(
    session: gnutls_session_t,
    data: *const u8,
    length: usize,
) -> c_int {
    // SAFETY: GnuTLS lends the bytes, whose length it has checked (_gnutls_extv_parse in lib/extv.c).
    let data = unsafe { datum::slice(data, length) };
    // SAFETY: the session is the one that is calling.
    unsafe {
        let state = &mut *state_of(session);
        let number = state.custom().get(SLOT).map(|extension| extension.number);
        if let Some(number) = number {
            keep(&mut state.extensions.extensions, number, data);
        }
        run(session, SLOT, |session, extension| {
            let Some(message) = message(session) else {
                return Outcome::Code(sys::GNUTLS_E_INTERNAL_ERROR);
            };
            if let Some(receive) = &extension.receive {
                if let Err(alert) = receive(session, message, data) {
                    return refused(extension, alert);
                }
            }
            match message {
                ExtensionMessage::Tls12ServerHello => Outcome::Agreed(0),
                _ => Outcome::Code(0),
            }
        })
    }
}

unsafe extern "C" fn send<const SLOT: usize>(
    session: gnutls_session_t,
    buffer: gnutls_buffer_t,
) -> c_int {
    // SAFETY: the session is the one that is calling, and lends the buffer.
    unsafe {
        run(session, SLOT, |session, extension| {
            let Some(message) = message(session) else {
                return Outcome::Code(sys::GNUTLS_E_INTERNAL_ERROR);
            };
            let answer = match &extension.send {
                Some(send) => send(session, message),
                None => Ok(None),
            };
            match answer {
                Err(alert) => refused(extension, alert),
                Ok(None) => Outcome::Code(0),
                Ok(Some(data)) => too_long(&data).unwrap_or_else(|| {
                    let code = append(buffer, &data);
                    match message {
                        ExtensionMessage::Tls12ServerHello => Outcome::Agreed(code),
                        _ => Outcome::Code(code),
                    }
                }),
            }
        })
    }
}

unsafe extern "C" fn receive_supplemental<const SLOT: usize>(
    session: gnutls_session_t,
    data: *const u8,
    length: usize,
) -> c_int {
    // SAFETY: the bytes are part of the message that GnuTLS has received. It takes the length from the peer without looking
    // whether they are there; the hook has done so (`is_sound`), and has ended the handshake otherwise.
    let data = unsafe { datum::slice(data, length) };
    // SAFETY: the session is the one that is calling.
    unsafe {
        let state = &mut *state_of(session);
        let format = state.custom().get(SLOT).and_then(Extension::format);
        if let Some(format) = format {
            keep(&mut state.extensions.supplemental, format, data);
        }
        run(session, SLOT, |session, extension| {
            let agreed = session.state().extensions.agreed & 1 << SLOT != 0;
            let receive = extension
                .supplemental
                .as_ref()
                .and_then(|data| data.receive.as_ref());
            let (Some(receive), true) = (receive, agreed) else {
                return refused(extension, Alert::UNEXPECTED_MESSAGE);
            };
            match receive(session, data) {
                Ok(()) => Outcome::Code(0),
                Err(alert) => refused(extension, alert),
            }
        })
    }
}

unsafe extern "C" fn send_supplemental<const SLOT: usize>(
    session: gnutls_session_t,
    buffer: gnutls_buffer_t,
) -> c_int {
    // SAFETY: the session is the one that is calling, and lends the buffer.
    unsafe {
        run(session, SLOT, |session, extension| {
            let agreed = session.state().extensions.agreed & 1 << SLOT != 0;
            let send = extension
                .supplemental
                .as_ref()
                .and_then(|data| data.send.as_ref());
            let (Some(send), true) = (send, agreed) else {
                return Outcome::Code(0);
            };
            match send(session) {
                Err(alert) => refused(extension, alert),
                // C leaves an entry without data out, and then the peer misses it.
                Ok(data) if data.is_empty() => Outcome::Refused(
                    Error::invalid_input("supplemental data of no bytes")
                        .with_alert(Alert::INTERNAL_ERROR),
                ),
                Ok(data) => too_long(&data).unwrap_or_else(|| Outcome::Code(append(buffer, &data))),
            }
        })
    }
}

impl SessionRef {
    /// What the peer sent in an [extension of the program](Extension) during the last handshake. `None` if it did not come,
    /// or in a message that it is not for. It is proven once the handshake is over.
    pub fn received_extension(&self, number: u16) -> Option<&[u8]> {
        self.state().extensions.extension(number)
    }

    /// The supplemental data of this format that the peer sent in the last handshake. They are proven once it is over.
    pub fn received_supplemental_data(&self, format: u16) -> Option<&[u8]> {
        self.state().extensions.supplemental(format)
    }
}
