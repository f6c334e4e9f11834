//! The functions that GnuTLS calls for custom extensions and for supplemental data.
//!
//! Their only context is the session, without the number of the extension. Therefore each extension of a configuration
//! has its own functions.

use std::ffi::c_int;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{gnutls_buffer_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::extension;
use crate::extension::{ExtensionFunctions, HelloExtension, SLOTS};
use crate::session::callbacks::with_session;
use crate::session::state::{State, state_of};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// The data that the peer has sent in the last handshake, and the negotiated extensions.
#[derive(Default)]
pub(crate) struct ExchangedExtensions {
    extensions: Vec<(u16, Vec<u8>)>,
    supplemental: Vec<(u16, Vec<u8>)>,
    /// A bit for each negotiated extension with supplemental data.
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

/// Stores the last received data of an extension. The number of custom extensions bounds the number of entries.
fn keep(kept: &mut Vec<(u16, Vec<u8>)>, number: u16, data: &[u8]) {
    match kept.iter_mut().find(|(kept, _)| *kept == number) {
        Some((_, before)) => *before = data.to_vec(),
        None => kept.push((number, data.to_vec())),
    }
}

impl State {
    /// Discards the negotiated extensions at the beginning of another handshake.
    pub(crate) fn forget_extensions(&mut self) {
        self.extensions = ExchangedExtensions::default();
        if self
            .custom()
            .iter()
            .any(|extension| extension.supplemental.is_some())
        {
            // SAFETY: these functions store numbers in the session, which is live.
            unsafe {
                sys::gnutls_supplemental_recv(self.core.session, 0);
                sys::gnutls_supplemental_send(self.core.session, 0);
            }
        }
    }
}

impl State {
    /// Returns the custom extensions of the configuration.
    fn custom(&self) -> &[HelloExtension] {
        &self.config.common().extensions.custom
    }

    /// Enables the supplemental data of the extension at `slot`, which both sides have negotiated.
    fn agree(&mut self, slot: usize) {
        let extension = self.custom().get(slot);
        let Some(supplemental) = extension.and_then(|extension| extension.supplemental.as_ref())
        else {
            return;
        };
        let (receives, sends) = (supplemental.receive.is_some(), supplemental.send.is_some());
        self.extensions.agreed |= 1 << slot;
        // SAFETY: these functions store numbers in the session, which is live. They enable the supplemental functions
        // that `register` has registered.
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

/// Generates the functions for each extension of a configuration, by its index.
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

/// Registers the custom extensions in a session.
///
/// # Safety
///
/// `session` is a live session of this crate in which no handshake has begun, and keeps the extensions in its
/// configuration.
pub(crate) unsafe fn register(
    session: gnutls_session_t,
    extensions: &[HelloExtension],
) -> Result<()> {
    // SAFETY: the session is live and new, and the functions find the extensions in its configuration, by the contract
    // of this function.
    unsafe { extension::register(session, extensions, &FUNCTIONS) }
}

/// The result of a C callback.
enum Outcome {
    Code(c_int),
    /// A code after which both sides have negotiated the extension.
    Agreed(c_int),
    Refused(Error),
}

/// Runs a closure of the program for the extension at `slot`. A panic or a rejection is stored and ends the handshake.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling one of the functions of [`FUNCTIONS`].
unsafe fn run(
    session: gnutls_session_t,
    slot: usize,
    closure: impl FnOnce(&SessionRef, &HelloExtension) -> Outcome,
) -> c_int {
    // SAFETY: `session` is a live session of this crate that is calling. No reference to its state exists while GnuTLS
    // runs callbacks of the session.
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
            // SAFETY: the state outlives the calling session, and the borrow of the session by the closure has ended.
            unsafe { (*state_of(session)).agree(slot) };
            code
        }
        Some(Outcome::Refused(error)) => {
            // SAFETY: the state outlives the calling session, and the borrow of the session by the closure has ended.
            unsafe { (*state_of(session)).core.refuse_with(error) }
        }
        None => sys::GNUTLS_E_INTERNAL_ERROR,
    }
}

fn refused(extension: &HelloExtension, alert: Alert) -> Outcome {
    Outcome::Refused(
        Error::new(
            ErrorKind::Protocol,
            format!("the callback of extension {} rejected it", extension.number),
        )
        .with_alert(alert),
    )
}

/// Returns the message that contains the extension.
fn message(session: &SessionRef) -> Option<extension::Message> {
    #[cfg(gnutls_3_6_3)]
    {
        // SAFETY: reads a field of the live session, which is set during these calls (lib/hello_ext.c).
        let flag = unsafe { sys::gnutls_ext_get_current_msg(session.as_ptr()) };
        extension::Message::from_flag(flag)
    }
    #[cfg(not(gnutls_3_6_3))]
    {
        let _ = session;
        None
    }
}

/// Appends the data to send. Returns its length, or the code for an empty extension.
///
/// # Safety
///
/// `buffer` is the buffer that GnuTLS has passed to the running callback.
pub(in crate::session) unsafe fn append(buffer: gnutls_buffer_t, data: &[u8]) -> c_int {
    if data.is_empty() {
        return sys::GNUTLS_E_INT_RET_0;
    }
    // SAFETY: copies the bytes to the end of the buffer, which is valid by the contract of this function and grows as
    // needed.
    let code = unsafe { sys::gnutls_buffer_append_data(buffer, data.as_ptr().cast(), data.len()) };
    if code < 0 { code } else { data.len() as c_int }
}

/// The maximum length of an extension or of supplemental data. GnuTLS truncates the length to two bytes.
const LONGEST: usize = 65_535;

fn too_long(data: &[u8]) -> Option<Outcome> {
    (data.len() > LONGEST).then(|| {
        Outcome::Refused(
            Error::invalid_input(format!(
                "an extension of {} bytes is too long: send at most {LONGEST} bytes",
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
    // SAFETY: the bytes are valid during the call, and GnuTLS has checked their length (_gnutls_extv_parse in
    // lib/extv.c).
    let data = unsafe { datum::slice(data, length) };
    // SAFETY: the session is live and of this crate, because it is calling this function. No reference to its state
    // exists while GnuTLS runs callbacks of the session, and the one of this function ends before `run`.
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
                extension::Message::Tls12ServerHello => Outcome::Agreed(0),
                _ => Outcome::Code(0),
            }
        })
    }
}

unsafe extern "C" fn send<const SLOT: usize>(
    session: gnutls_session_t,
    buffer: gnutls_buffer_t,
) -> c_int {
    // SAFETY: the session is live and of this crate, because it is calling this function. The buffer is valid during
    // the call.
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
                        extension::Message::Tls12ServerHello => Outcome::Agreed(code),
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
    // SAFETY: the bytes are part of the message that GnuTLS has received. GnuTLS takes the length from the peer without
    // checking it, but the handshake hook has checked it (`is_sound`), and ends the handshake if it is wrong.
    let data = unsafe { datum::slice(data, length) };
    // SAFETY: the session is live and of this crate, because it is calling this function. No reference to its state
    // exists while GnuTLS runs callbacks of the session, and the one of this function ends before `run`.
    unsafe {
        let state = &mut *state_of(session);
        let format = state.custom().get(SLOT).and_then(HelloExtension::format);
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
    // SAFETY: the session is live and of this crate, because it is calling this function. The buffer is valid during
    // the call.
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
                // GnuTLS omits an entry without data, which the peer then requires.
                Ok(data) if data.is_empty() => Outcome::Refused(
                    Error::invalid_input(
                        "supplemental data cannot be empty: send at least one byte",
                    )
                    .with_alert(Alert::INTERNAL_ERROR),
                ),
                Ok(data) => too_long(&data).unwrap_or_else(|| Outcome::Code(append(buffer, &data))),
            }
        })
    }
}

impl SessionRef {
    /// Returns the data that the peer sent in a [custom extension](crate::extension::HelloExtension) during the last
    /// handshake. `None` means that the extension was absent or in a message that it is not valid for. The data is
    /// authenticated once the handshake is complete.
    ///
    /// ```
    /// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
    /// let client = config.session("example.org")?;
    /// assert_eq!(client.received_extension(0xfe00), None); // before the handshake
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(alias(gnutls_ext_get_data))]
    pub fn received_extension(&self, number: u16) -> Option<&[u8]> {
        self.state().extensions.extension(number)
    }

    /// Returns the supplemental data of this format that the peer sent in the last handshake. The data is authenticated
    /// once the handshake is complete.
    pub fn received_supplemental_data(&self, format: u16) -> Option<&[u8]> {
        self.state().extensions.supplemental(format)
    }
}
