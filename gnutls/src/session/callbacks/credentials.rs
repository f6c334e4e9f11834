//! Callbacks of the credentials: the choice of an identity, and of the OCSP response that goes along with it.

use std::ffi::{c_int, c_uint, c_void};
use std::fmt;

use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::config::certificates::Responder;
use crate::credentials::Credentials;
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::unsupported::requires;
use crate::error::{Result, check};
use crate::identity::Identity;
use crate::session::callbacks::with_state;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Chooses an identity, see [`ServerConfigBuilder::identity_resolver`](crate::ServerConfigBuilder::identity_resolver).
pub(crate) type Resolver =
    dyn Fn(&CertificateRequest<'_>) -> Option<Identity> + Send + Sync + 'static;

/// What is known when an identity is to be chosen: lent to the closure that chooses.
///
/// ```
/// use std::collections::HashMap;
/// use gnutls::{CertificateRequest, Identity, ServerConfigBuilder};
///
/// /// Has a server choose by the name that the client asks for.
/// fn by_name(builder: ServerConfigBuilder, identities: HashMap<String, Identity>) -> ServerConfigBuilder {
///     builder.identity_resolver(move |request: &CertificateRequest<'_>| {
///         identities.get(&request.session().server_name()?).cloned()
///     })
/// }
/// ```
pub struct CertificateRequest<'a> {
    session: &'a SessionRef,
    authorities: &'a [gnutls_datum_t],
}

impl<'a> CertificateRequest<'a> {
    /// The session as it stands: its [side](SessionRef::side), its [protocol](SessionRef::protocol), and on a server the
    /// [name](SessionRef::server_name) that the client asks for.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// On a client: the distinguished names of the authorities that the server accepts, in DER. None means that any will do.
    pub fn authorities(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.authorities.iter().map(|name| {
            // SAFETY: a part of the message that is being processed, which lives as long as the callback runs.
            unsafe { datum::slice(name.data, name.size as usize) }
        })
    }

    /// The signature algorithms that the peer accepts, the most wanted first. Empty up to TLS 1.1, which has no such list.
    ///
    /// C: [`gnutls_sign_algorithm_get_requested`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsign_005falgorithm_005fget_005frequested).
    #[doc(alias = "gnutls_sign_algorithm_get_requested")]
    pub fn signature_algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> + use<'a> {
        let session = self.session;
        (0..).map_while(move |index| {
            let mut algorithm = sys::GNUTLS_SIGN_UNKNOWN;
            // SAFETY: reads an element of a list in the session, and checks the index (lib/algorithms.h, lib/ext/signature.c).
            let code = unsafe {
                sys::gnutls_sign_algorithm_get_requested(session.as_ptr(), index, &mut algorithm)
            };
            (code >= 0).then_some(SignatureAlgorithm::from_raw(algorithm))
        })
    }
}

impl fmt::Debug for CertificateRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRequest")
            .field("session", self.session)
            .field("authorities", &self.authorities.len())
            .finish()
    }
}

impl Credentials {
    /// Makes GnuTLS ask the resolver.
    pub(crate) fn install_resolver(&self) -> Result<()> {
        requires!(gnutls_3_6_3, "choosing the identity in a callback", {
            // SAFETY: stores the pointer; the credentials are being built. The callback finds the resolver through its
            // session, whose state points to these credentials.
            unsafe {
                sys::gnutls_certificate_set_retrieve_function3(self.as_ptr(), Some(retrieve));
            }
            Ok(())
        })
    }

    /// Makes GnuTLS ask the responder, for each of the first `identities` and for those that are chosen in a callback.
    pub(crate) fn install_responder(&self, identities: c_uint) -> Result<()> {
        // SAFETY: these store pointers, and check the index; the credentials are being built. The callback finds the
        // responder through its session, as above, so that it needs no pointer of its own.
        unsafe {
            sys::gnutls_certificate_set_ocsp_status_request_function(
                self.as_ptr(),
                Some(respond),
                std::ptr::null_mut(),
            );
            for index in 0..identities {
                check(sys::gnutls_certificate_set_ocsp_status_request_function2(
                    self.as_ptr(),
                    index,
                    Some(respond),
                    std::ptr::null_mut(),
                ))?;
            }
        }
        Ok(())
    }
}

/// Lends the identity that the resolver chooses. It is kept by the session: GnuTLS has pointers to it until
/// `gnutls_deinit`.
#[cfg(gnutls_3_6_3)]
unsafe extern "C" fn retrieve(
    session: gnutls_session_t,
    info: *const sys::gnutls_cert_retr_st,
    chain: *mut *mut sys::gnutls_pcert_st,
    chain_length: *mut c_uint,
    responses: *mut *mut sys::gnutls_ocsp_data_st,
    responses_length: *mut c_uint,
    key: *mut sys::gnutls_privkey_t,
    flags: *mut c_uint,
) -> c_int {
    // SAFETY: GnuTLS lends the list of names for the time of the call, NULL and 0 where there is none.
    let authorities = unsafe { datum::array((*info).req_ca_rdn, (*info).nreqs as usize) };
    let choose = |session: &SessionRef, credentials: &Credentials| {
        let resolver = credentials.resolver()?;
        resolver(&CertificateRequest {
            session,
            authorities,
        })
    };
    // SAFETY: the session is calling, so that it is live, and it is one of this crate.
    let Some(chosen) = (unsafe { with_state(session, choose) }) else {
        return sys::GNUTLS_E_USER_ERROR;
    };
    // SAFETY: the places for the answer, which nobody else knows. What is put there is only read by GnuTLS, since the flag
    // that would make it the owner is not set (_gnutls_selected_certs_deinit in lib/auth/cert.c), and the state keeps the
    // identity for as long as the session lives. No reference to the state lives at this moment.
    unsafe {
        (*chain, *chain_length) = (std::ptr::null_mut(), 0);
        (*responses, *responses_length) = (std::ptr::null_mut(), 0);
        (*key, *flags) = (std::ptr::null_mut(), 0);
        if let Some(identity) = chosen.filter(|identity| fits(session, identity)) {
            let identity = crate::session::callbacks::keep(session, identity);
            let (certificates, staples) = (identity.chain(), identity.responses());
            *chain = certificates.as_ptr().cast_mut();
            *chain_length = certificates.len() as c_uint;
            if !staples.is_empty() {
                *responses = staples.as_ptr().cast_mut();
                *responses_length = staples.len() as c_uint;
            }
            *key = identity.key();
        }
    }
    0
}

/// Whether an identity is of the type that was negotiated for this side. GnuTLS ends the handshake for one that is not.
#[cfg(gnutls_3_6_3)]
fn fits(session: gnutls_session_t, identity: &Identity) -> bool {
    // SAFETY: reads a field of the session that is calling.
    let kind = unsafe { sys::gnutls_certificate_type_get(session) };
    identity.is_raw_public_key() == (kind == sys::GNUTLS_CRT_RAWPK)
}

/// Gives the OCSP response that the responder has.
unsafe extern "C" fn respond(
    session: gnutls_session_t,
    _pointer: *mut c_void,
    response: *mut gnutls_datum_t,
) -> c_int {
    let answer = |session: &SessionRef, credentials: &Credentials| {
        let responder: &Responder = credentials.responder()?;
        responder(session)
    };
    // SAFETY: the session is calling, so that it is live, and it is one of this crate.
    let answer = unsafe { with_state(session, answer) };
    let data = answer
        .flatten()
        .and_then(|answer| datum::hand_over(&answer));
    // GnuTLS frees what it is given with gnutls_free. Whatever goes wrong is "no response", since for any other code some
    // releases look at what is not initialised (append_status_request in lib/tls13/certificate.c).
    let code = if data.is_some() {
        0
    } else {
        sys::GNUTLS_E_NO_CERTIFICATE_STATUS
    };
    // SAFETY: the place for the answer, which nobody else knows.
    unsafe { response.write(data.unwrap_or(datum::empty())) };
    code
}
