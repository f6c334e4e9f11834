//! The functions that GnuTLS calls for passwords (SRP).

use std::ffi::{CStr, c_char, c_int};

use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::session::callbacks::run_with_session;
use crate::session::state::State;
use crate::session_core::session_ref::SessionRef;
use crate::srp::credentials::SrpCredentials;
use crate::srp::group;
use crate::srp::verifier::hand_over_all;
use crate::support::datum;
use crate::version::{Version, version};

/// Installs the password callback of a configuration.
pub(crate) fn install(credentials: &SrpCredentials) {
    // SAFETY: these functions store a pointer in live credentials that no session uses yet. The callbacks find the
    // passwords through the configuration of the calling session.
    unsafe {
        match credentials {
            SrpCredentials::Client(raw, _) => {
                gnutls_sys::gnutls_srp_set_client_credentials_function(*raw, Some(client_function));
            }
            SrpCredentials::Server(raw, _) => {
                gnutls_sys::gnutls_srp_set_server_credentials_function(*raw, Some(server_function));
            }
        }
    }
}

impl State {
    /// Rejects an SRP group that is too small, on a client that receives the ServerKeyExchange.
    /// `gnutls_srp_set_prime_bits` has no effect: the SRP code never reads the number (lib/auth/srp_kx.c, every release
    /// since 3.6.0).
    pub(crate) fn check_srp_group(&mut self, body: &[u8]) -> c_int {
        let Some(srp) = &self.config.common().srp else {
            return 0;
        };
        // SAFETY: reads the cipher suite of the live session, which the server has selected before this message
        // (lib/state.c).
        let exchange = unsafe { gnutls_sys::gnutls_kx_get(self.core.session) };
        if !matches!(
            exchange,
            gnutls_sys::GNUTLS_KX_SRP
                | gnutls_sys::GNUTLS_KX_SRP_RSA
                | gnutls_sys::GNUTLS_KX_SRP_DSS
        ) {
            return 0;
        }
        // The prime and the generator are the first fields, each preceded by its length.
        let smallest = srp.smallest_group();
        let Some((prime, generator)) = parameters(body) else {
            // GnuTLS rejects the malformed message.
            return 0;
        };
        let large = prime.len() >= usize::from(smallest.bits() / 8);
        // GnuTLS checks this itself since 3.6.2. A group that the server has generated may reveal the password.
        let known = version().running >= Version::new(3, 6, 2)
            || group::Group::from_parameters(prime, generator).is_some();
        if large && known {
            return 0;
        }
        self.core.refuse_with(
            Error::new(
                ErrorKind::Protocol,
                format!("the SRP group of the server is not in RFC 5054, or smaller than {smallest}: change it on the server"),
            )
            .with_alert(Alert::INSUFFICIENT_SECURITY),
        )
    }
}

/// Returns the prime and the generator at the beginning of a ServerKeyExchange (RFC 5054, section 2.8.2).
fn parameters(body: &[u8]) -> Option<(&[u8], &[u8])> {
    fn part(from: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = from.split_first_chunk()?;
        rest.split_at_checked(u16::from_be_bytes(*length).into())
    }
    let (prime, rest) = part(body)?;
    let (generator, _) = part(rest)?;
    Some((prime, generator))
}

/// Runs a callback of a session with the credentials of its configuration. A panic is stored in the state of the
/// session, and resumed once GnuTLS has returned.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling one of these callbacks.
unsafe fn run(
    session: gnutls_session_t,
    callback: impl FnOnce(&SessionRef, &SrpCredentials) -> Result<c_int>,
) -> c_int {
    // SAFETY: the session is live and of this crate, and no reference to its state exists while GnuTLS runs its
    // callbacks. Nothing changes it while the closure runs, which gets only shared references.
    unsafe {
        run_with_session(session, |session, config| match &config.srp {
            Some(credentials) => callback(session, credentials),
            None => Ok(gnutls_sys::GNUTLS_E_INTERNAL_ERROR),
        })
    }
}

/// Returns the username and the password of a client to GnuTLS, for each ClientHello.
unsafe extern "C" fn client_function(
    session: gnutls_session_t,
    username: *mut *mut c_char,
    password: *mut *mut c_char,
) -> c_int {
    // SAFETY: called by GnuTLS for a live session with valid outputs, which it frees whatever code is returned
    // (_gnutls_srp_send_params in lib/ext/srp.c). They are only written if both values are available.
    unsafe {
        run(session, |session, credentials| {
            let Some(user) = credentials.user(session) else {
                return Ok(gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS);
            };
            let (mut name, mut secret) = (datum::empty(), datum::empty());
            let code = hand_over_all([
                (&*user.username, &raw mut name),
                (&*user.password, &raw mut secret),
            ]);
            if code == 0 {
                username.write(name.data.cast());
                password.write(secret.data.cast());
            }
            Ok(code)
        })
    }
}

/// Returns the salt and verifier of a user to GnuTLS. The code 1 means an unknown user: GnuTLS then simulates one.
unsafe extern "C" fn server_function(
    session: gnutls_session_t,
    username: *const c_char,
    salt: *mut gnutls_datum_t,
    verifier: *mut gnutls_datum_t,
    generator: *mut gnutls_datum_t,
    prime: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS for a live session with the username of the ClientHello, which ends in NUL, and with
    // valid outputs, which it frees whatever code is returned (_gnutls_srp_pwd_read_entry in lib/auth/srp_passwd.c).
    // The outputs are copies, because some releases also free the constants of the groups.
    unsafe {
        run(session, |session, credentials| {
            Ok(match credentials.find(session, CStr::from_ptr(username))? {
                Ok(found) => hand_over_all([
                    (found.salt(), salt),
                    (found.verifier(), verifier),
                    (found.group().generator()?, generator),
                    (found.group().prime()?, prime),
                ]),
                Err(group) => {
                    let code =
                        hand_over_all([(group.generator()?, generator), (group.prime()?, prime)]);
                    if code == 0 { 1 } else { code }
                }
            })
        })
    }
}
