//! Callbacks of the credentials: the choice of an identity, and of the OCSP response that goes along with it.

#[cfg(gnutls_3_6_3)]
use std::ffi::c_uint;
use std::ffi::{c_int, c_void};

use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::config::CommonParts;
#[cfg(gnutls_3_6_3)]
use crate::identity::Identity;
#[cfg(gnutls_3_6_3)]
use crate::identity::resolver::CertificateRequest;
use crate::session::callbacks::with_session;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Installs the callbacks for the closures that a configuration has.
pub(crate) fn install(common: &CommonParts) -> Result<(), c_int> {
    let credentials = common.credentials.as_ptr();
    #[cfg(gnutls_3_6_3)]
    if common.identity_resolver.is_some() {
        // SAFETY: stores the pointer in credentials that no session uses yet. The callback finds the resolver through the
        // configuration of its session.
        unsafe { sys::gnutls_certificate_set_retrieve_function3(credentials, Some(retrieve)) };
    }
    if common.ocsp_responder.is_none() {
        return Ok(());
    }
    // For each identity of the configuration, and for those that are chosen in a callback.
    // SAFETY: these store pointers in credentials that no session uses yet, and check the index. The callback finds the
    // responder through the configuration of its session, so that it needs no pointer of its own.
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
    let choose = |session: &SessionRef, config: &CommonParts| {
        let resolver = config.identity_resolver.as_ref()?;
        resolver(&CertificateRequest {
            session,
            authorities,
        })
    };
    // SAFETY: the session is calling, so that it is live, and it is one of this crate.
    let Some(chosen) = (unsafe { with_session(session, choose) }) else {
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
    let answer = |session: &SessionRef, config: &CommonParts| {
        let responder = config.ocsp_responder.as_ref()?;
        responder(session)
    };
    // SAFETY: the session is calling, so that it is live, and it is one of this crate.
    let answer = unsafe { with_session(session, answer) };
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
