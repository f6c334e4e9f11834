//! Callbacks of the credentials: the selection of an identity and of its OCSP response.

#[cfg(gnutls_3_6_3)]
use std::ffi::c_uint;
use std::ffi::{c_int, c_void};

use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::config::CommonParts;
#[cfg(gnutls_3_6_3)]
use crate::crypto::Side;
#[cfg(gnutls_3_6_3)]
use crate::identity::Identity;
#[cfg(gnutls_3_6_3)]
use crate::identity::resolver::IdentityRequest;
#[cfg(gnutls_3_6_3)]
use crate::pkcs11;
use crate::session::callbacks::with_session;
#[cfg(gnutls_3_6_3)]
use crate::session::state::state_of;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Installs the callbacks for the closures of a configuration.
pub(crate) fn install(common: &CommonParts) -> Result<(), c_int> {
    let credentials = common.credentials.as_ptr();
    #[cfg(gnutls_3_6_3)]
    if common.identity_resolver.is_some() {
        // SAFETY: stores the pointer in live credentials that no session uses yet. The callback finds the resolver
        // through the configuration of the calling session.
        unsafe { sys::gnutls_certificate_set_retrieve_function3(credentials, Some(retrieve)) };
    }
    if common.ocsp_responder.is_none() {
        return Ok(());
    }
    // The first function is for identities that a callback selects, the second for each identity of the configuration.
    // SAFETY: these functions store pointers in live credentials that no session uses yet, and check the index. The
    // callback finds the responder through the configuration of the calling session, so that its own pointer can be
    // NULL.
    unsafe {
        sys::gnutls_certificate_set_ocsp_status_request_function(
            credentials,
            Some(respond),
            std::ptr::null_mut(),
        );
        for index in 0..common.identities {
            let code = sys::gnutls_certificate_set_ocsp_status_request_function2(
                credentials,
                index,
                Some(respond),
                std::ptr::null_mut(),
            );
            if code < 0 {
                return Err(code);
            }
        }
    }
    Ok(())
}

/// Returns to GnuTLS the identity that the resolver selects. The session stores it, because GnuTLS has pointers to it
/// until another one is selected.
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
    // SAFETY: `info` and its list of names are valid during the call. The list is NULL and 0 if there is none.
    let authorities = unsafe { datum::array((*info).req_ca_rdn, (*info).nreqs as usize) };
    let choose = |session: &SessionRef, config: &CommonParts| {
        let resolver = config.identity_resolver.as_ref()?;
        let chosen = resolver(&IdentityRequest {
            session,
            authorities,
        })?;
        if chosen.is_on_token() {
            // GnuTLS signs with the key after this callback.
            if let Err(error) = pkcs11::refuse_in_callback() {
                return Some(Err(error));
            }
        }
        // An identity that is not used is dropped here, because the captures of its source of a PIN may panic.
        has_negotiated_type(session.as_ptr(), &chosen).then_some(Ok(chosen))
    };
    // SAFETY: the session is live and of this crate, because it is calling this function. GnuTLS does not change it
    // meanwhile, and no reference to its state exists.
    let chosen = match unsafe { with_session(session, choose) } {
        None => return sys::GNUTLS_E_USER_ERROR,
        Some(None) => None,
        Some(Some(Ok(chosen))) => Some(chosen),
        Some(Some(Err(error))) => {
            // SAFETY: the state outlives the calling session, and the borrow of the session by the closure has ended.
            return unsafe { (*state_of(session)).core.refuse_with(error) };
        }
    };
    // SAFETY: the outputs are valid and not shared. GnuTLS only reads the values, because the flag that transfers the
    // ownership is not set (_gnutls_selected_certs_deinit in lib/auth/cert.c), and the state keeps the identity until
    // GnuTLS has replaced the pointers. No reference to the state exists at this point.
    unsafe {
        (*chain, *chain_length) = (std::ptr::null_mut(), 0);
        (*responses, *responses_length) = (std::ptr::null_mut(), 0);
        (*key, *flags) = (std::ptr::null_mut(), 0);
        let Some(identity) = chosen else {
            // A client continues without a certificate. A server must fail: GnuTLS 3.6.3 and 3.6.4 read the missing
            // certificate (_gnutls_server_select_cert in lib/auth/cert.c), and newer releases fail by themselves.
            return match (*state_of(session)).core.side {
                Side::Client => 0,
                Side::Server => sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
            };
        };
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
    0
}

/// Returns `true` if an identity is of the certificate type that was negotiated for this side. GnuTLS ends the
/// handshake for an identity of another type.
#[cfg(gnutls_3_6_3)]
fn has_negotiated_type(session: gnutls_session_t, identity: &Identity) -> bool {
    // SAFETY: reads a field of the live session that is calling.
    let kind = unsafe { sys::gnutls_certificate_type_get(session) };
    identity.is_raw_public_key() == (kind == sys::GNUTLS_CRT_RAWPK)
}

/// Returns the OCSP response of the responder to GnuTLS.
unsafe extern "C" fn respond(
    session: gnutls_session_t,
    _pointer: *mut c_void,
    response: *mut gnutls_datum_t,
) -> c_int {
    let answer = |session: &SessionRef, config: &CommonParts| {
        let responder = config.ocsp_responder.as_ref()?;
        responder(session)
    };
    // SAFETY: the session is live and of this crate, because it is calling this function. GnuTLS does not change it
    // meanwhile, and no reference to its state exists.
    let answer = unsafe { with_session(session, answer) };
    let data = answer
        .flatten()
        .and_then(|answer| datum::hand_over(&answer));
    // GnuTLS frees the response with gnutls_free. Any failure is reported as "no response", because for other codes
    // some releases read uninitialized memory (append_status_request in lib/tls13/certificate.c).
    let code = if data.is_some() {
        0
    } else {
        sys::GNUTLS_E_NO_CERTIFICATE_STATUS
    };
    // SAFETY: the output is valid and not shared.
    unsafe { response.write(data.unwrap_or(datum::empty())) };
    code
}
