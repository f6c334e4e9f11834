//! The key log: the secrets of sessions as they come up, for debugging.

use std::fmt;

/// A secret of a session, as [`dangerous_key_log`](crate::ClientConfigBuilder::dangerous_key_log) gets it. It prints as a
/// line of the [format](https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-05.html) that other programs read.
///
/// ```no_run
/// use std::fs::File;
/// use std::io::Write;
/// use gnutls::ClientConfig;
///
/// // Wireshark reads such a file.
/// let file = File::create("keys.log")?;
/// let config = ClientConfig::builder()
///     .dangerous_key_log(move |_, line| {
///         let _ = writeln!(&file, "{line}");
///     })
///     .build()?;
/// # let _ = config;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct KeyLogLine<'a> {
    /// What secret it is, such as `CLIENT_RANDOM` or `SERVER_TRAFFIC_SECRET_0`.
    pub label: &'a str,
    /// The random of the client, which tells the connection.
    pub client_random: &'a [u8],
    /// The secret.
    pub secret: &'a [u8],
}

impl fmt::Display for KeyLogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)?;
        for bytes in [self.client_random, self.secret] {
            f.write_str(" ")?;
            bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for KeyLogLine<'_> {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLogLine")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

#[cfg(gnutls_3_6_13)]
pub(crate) mod callback {
    //! The function that GnuTLS calls.

    use std::ffi::{CStr, c_char, c_int};
    use std::ptr;
    use std::sync::Arc;

    use gnutls_sys as sys;
    use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

    use super::KeyLogLine;
    use crate::config::handshake::KeyLog;
    use crate::session::callbacks::with_state;
    use crate::session::state::State;
    use crate::session_core::session_ref::SessionRef;
    use crate::support::datum;

    /// Has a session call `key_log`, besides what the library does by itself.
    pub(crate) fn install(state: &mut State, key_log: Arc<KeyLog>) {
        // SAFETY: reads and stores a pointer in the session, which is live.
        unsafe {
            state.library_key_log = sys::gnutls_session_get_keylog_function(state.session);
            sys::gnutls_session_set_keylog_function(state.session, Some(function));
        }
        state.key_log = Some(key_log);
    }

    unsafe extern "C" fn function(
        session: gnutls_session_t,
        label: *const c_char,
        secret: *const gnutls_datum_t,
    ) -> c_int {
        let told = |session: &SessionRef| {
            let state = session.state();
            if let Some(library) = state.library_key_log {
                // SAFETY: the library's own function, with the arguments that were meant for it.
                unsafe { library(session.as_ptr(), label, secret) };
            }
            let mut random = gnutls_datum_t {
                data: ptr::null_mut(),
                size: 0,
            };
            // SAFETY: stores the address and the size of the random, which is inside the session and there since its hello.
            unsafe {
                sys::gnutls_session_get_random(session.as_ptr(), &mut random, ptr::null_mut())
            };
            // SAFETY: GnuTLS lends a string and a secret for the time of the call (_gnutls_call_keylog_func in lib/kx.c).
            let line = unsafe {
                KeyLogLine {
                    label: CStr::from_ptr(label).to_str().unwrap_or_default(),
                    client_random: datum::slice(random.data, random.size as usize),
                    secret: datum::slice((*secret).data, (*secret).size as usize),
                }
            };
            if let Some(key_log) = &state.key_log {
                key_log(session, &line);
            }
        };
        // SAFETY: the session is calling, and no reference to its state lives while GnuTLS runs.
        match unsafe { with_state(session, |session, _| told(session)) } {
            Some(()) => 0,
            None => sys::GNUTLS_E_INTERNAL_ERROR,
        }
    }
}
