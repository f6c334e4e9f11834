//! The functions that GnuTLS calls for passwords (SRP).

use std::ffi::{CStr, c_char, c_int};

use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::session::state::{State, state_of};
use crate::srp::credentials::SrpCredentials;
use crate::srp::group::SrpGroup;
use crate::srp::verifier::hand_over_all;
use crate::support::datum;
use crate::version::{Version, version};

/// Installs the callback for the passwords of a configuration.
pub(crate) fn install(credentials: &SrpCredentials) {
    // SAFETY: these store a pointer in an object that no session uses yet. The callbacks find the passwords through the
    // configuration of their session.
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
    /// On a client that gets the server's key exchange: refuses a group that is too small. `gnutls_srp_set_prime_bits` is
    /// for that, and is without effect: nothing of SRP looks at the number (lib/auth/srp_kx.c, every release since 3.6.0).
    pub(crate) fn check_srp_group(&mut self, body: &[u8]) -> c_int {
        let Some(srp) = &self.config.common().srp else {
            return 0;
        };
        // SAFETY: reads the cipher suite, which the server has chosen before this message (lib/state.c).
        let exchange = unsafe { gnutls_sys::gnutls_kx_get(self.core.session) };
        if !matches!(
            exchange,
            gnutls_sys::GNUTLS_KX_SRP
                | gnutls_sys::GNUTLS_KX_SRP_RSA
                | gnutls_sys::GNUTLS_KX_SRP_DSS
        ) {
            return 0;
        }
        // The prime and the generator are the first parts, each behind its length.
        let smallest = srp.smallest_group();
        let Some((prime, generator)) = parameters(body) else {
            // GnuTLS says that the message is malformed.
            return 0;
        };
        let large = prime.len() >= usize::from(smallest.bits() / 8);
        // So GnuTLS itself does since 3.6.2. In a group of the server's making the password may be no secret.
        let known = version().running >= Version::new(3, 6, 2)
            || SrpGroup::from_parameters(prime, generator).is_some();
        if large && known {
            return 0;
        }
        self.core.refusal = Some(
            Error::new(
                ErrorKind::Protocol,
                format!("the server's SRP group is none of RFC 5054, or has less than {smallest}"),
            )
            .with_alert(Alert::INSUFFICIENT_SECURITY),
        );
        gnutls_sys::GNUTLS_E_INTERNAL_ERROR
    }
}

/// The prime and the generator in front of a server's key exchange (RFC 5054, section 2.8.2).
fn parameters(body: &[u8]) -> Option<(&[u8], &[u8])> {
    fn part(from: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = from.split_first_chunk()?;
        rest.split_at_checked(u16::from_be_bytes(*length).into())
    }
    let (prime, rest) = part(body)?;
    let (generator, _) = part(rest)?;
    Some((prime, generator))
}

/// Runs a callback of a session with the credentials of its configuration. A panic is kept in the session's state, to be
/// resumed once GnuTLS has returned.
///
/// # Safety
///
/// `session` is a live session of this crate, in a call of one of these callbacks.
unsafe fn run(
    session: gnutls_session_t,
    callback: impl FnOnce(&SrpCredentials) -> Result<c_int>,
) -> c_int {
    // SAFETY: the state outlives the session, and no reference to it lives while GnuTLS runs. The credentials are part of
    // the configuration that the session keeps.
    unsafe {
        let state = &mut *state_of(session);
        state.guarded(gnutls_sys::GNUTLS_E_USER_ERROR, |state| {
            let answer = match &state.config.common().srp {
                Some(credentials) => callback(credentials),
                None => Ok(gnutls_sys::GNUTLS_E_INTERNAL_ERROR),
            };
            answer.unwrap_or_else(|error| {
                state.core.refusal = Some(error.with_alert(Alert::INTERNAL_ERROR));
                gnutls_sys::GNUTLS_E_INTERNAL_ERROR
            })
        })
    }
}

/// Gives GnuTLS the name and the password of a client, each time that it makes a hello.
unsafe extern "C" fn client_function(
    session: gnutls_session_t,
    username: *mut *mut c_char,
    password: *mut *mut c_char,
) -> c_int {
    // SAFETY: called by GnuTLS with outputs of its own, which it frees whatever is returned (_gnutls_srp_send_params in
    // lib/ext/srp.c). They are written to where there is everything.
    unsafe {
        run(session, |credentials| {
            let Some(user) = credentials.user() else {
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

/// Gives GnuTLS what a server knows of a user. Returns 1 for one that there is not: GnuTLS goes on with what it makes up.
unsafe extern "C" fn server_function(
    session: gnutls_session_t,
    username: *const c_char,
    salt: *mut gnutls_datum_t,
    verifier: *mut gnutls_datum_t,
    generator: *mut gnutls_datum_t,
    prime: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS with the name that came in the hello, which ends in NUL, and with outputs of its own, which it
    // frees whatever is returned (_gnutls_srp_pwd_read_entry in lib/auth/srp_passwd.c). The constants of the groups may be
    // handed over, too, but are copied: not each release leaves each of them alone when it frees.
    unsafe {
        run(session, |credentials| {
            Ok(match credentials.find(CStr::from_ptr(username))? {
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
