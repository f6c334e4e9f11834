//! Verifying the peer: during a handshake, and after a handshake that resumed a session.

use std::ffi::{CStr, c_int, c_uint};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys::{gnutls_session_t, gnutls_typed_vdata_st};

use crate::alert::Alert;
use crate::error::Error;
use crate::library;
use crate::session::callbacks::with_session;
use crate::session::state::{State, state_of};
use crate::session_core::core::PeerCheck;
use crate::session_core::raw_public_key::peer_raw_public_key;
use crate::session_core::server_name::ServerName;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::support::panic::PanicSlot;
use crate::verify::ocsp_entries;
use crate::verify::status::VerificationStatus;
use crate::verify::step::observed;
use crate::verify::verdicts;
use crate::verify::verdicts::Verdicts;
use crate::verify::verifier::PeerVerification;
use crate::x509::common_name;

/// The reason for a missing verification status.
enum Unverified {
    /// The error code of GnuTLS.
    Code(c_int),
    /// A chain that the client has not shown, see [`ClientProof`](crate::session_core::core::ClientProof).
    NotProven,
    /// A verification that is not possible inside the running callback.
    Refused(Error),
    /// A panic of the closure that observes the verification steps.
    Panic(PanicSlot),
}

impl State {
    /// Verifies the peer as GnuTLS does. Returns the verification status, or `None` if there is nothing to verify.
    fn verify_chain(&self) -> Result<Option<VerificationStatus>, Unverified> {
        // A certificate that was requested in addition to the key is verified like any other.
        let common = self.config.common();
        let proven = common.psk.is_some() && self.core.has_proven_key()
            || common.srp.is_some() && self.core.has_proven_password();
        if proven && !self.core.lifecycle.is_authenticating() {
            return Ok(None);
        }
        // The key purpose and the name (RFC 5280, section 4.2.1.12: a certificate without a purpose is valid for any).
        let (purpose, mut name): (&CStr, _) = match (self.core.peer_check, &self.core.server_name) {
            (PeerCheck::None, _) => return Ok(None),
            (PeerCheck::Anonymous, _) if self.core.peer_has(gnutls_sys::GNUTLS_CRD_ANON) => {
                return Ok(None);
            }
            (PeerCheck::Key | PeerCheck::Anonymous, _) => {
                return Err(Unverified::Code(
                    gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
                ));
            }
            // A session without a name is only opened if the configuration permits it.
            (PeerCheck::Server, None) => (gnutls_sys::GNUTLS_KP_TLS_WWW_SERVER, None),
            (PeerCheck::Server, Some(ServerName::Dns(name))) => {
                // The size 0 means that the string ends with NUL.
                let data = name.as_ptr().cast_mut().cast();
                let datum = gnutls_typed_vdata_st {
                    type_: gnutls_sys::GNUTLS_DT_DNS_HOSTNAME,
                    data,
                    size: 0,
                };
                (gnutls_sys::GNUTLS_KP_TLS_WWW_SERVER, Some((datum, [0; 16])))
            }
            (PeerCheck::Server, Some(ServerName::Address(address))) => {
                let mut octets = [0; 16];
                let size = match address {
                    IpAddr::V4(address) => {
                        octets[..4].copy_from_slice(&address.octets());
                        4
                    }
                    IpAddr::V6(address) => {
                        octets = address.octets();
                        16
                    }
                };
                let datum = gnutls_typed_vdata_st {
                    type_: gnutls_sys::GNUTLS_DT_IP_ADDRESS,
                    data: ptr::null_mut(),
                    size,
                };
                (gnutls_sys::GNUTLS_KP_TLS_WWW_SERVER, Some((datum, octets)))
            }
            (PeerCheck::Client { required }, _) => {
                if !self.has_chain() {
                    return if required {
                        Err(Unverified::Code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND))
                    } else {
                        Ok(None)
                    };
                }
                if !self.core.peer_has_shown_itself() {
                    return Err(Unverified::NotProven);
                }
                (gnutls_sys::GNUTLS_KP_TLS_WWW_CLIENT, None)
            }
        };
        // SAFETY: the session is live, and its handshake does not continue before this function has returned. GnuTLS
        // cannot verify such a key: gnutls_certificate_verify_peers fails with GNUTLS_E_INVALID_REQUEST.
        if let Some(key) = unsafe { peer_raw_public_key(self.core.session) } {
            return Ok(Some(common.peers.judge_raw_public_key(key)));
        }
        let mut chain = self.chain();
        if chain
            .next()
            .is_some_and(|first| common.peers.is_pinned(first))
        {
            return Ok(Some(VerificationStatus::default()));
        }
        let purpose = common.peers.purpose.as_deref().unwrap_or(purpose);
        let mut wanted = [
            gnutls_typed_vdata_st {
                type_: gnutls_sys::GNUTLS_DT_KEY_PURPOSE_OID,
                data: purpose.as_ptr().cast_mut().cast(),
                size: 0,
            },
            gnutls_typed_vdata_st {
                type_: gnutls_sys::GNUTLS_DT_UNKNOWN,
                data: ptr::null_mut(),
                size: 0,
            },
        ];
        let mut elements = 1;
        if let Some((datum, octets)) = &mut name {
            wanted[1] = *datum;
            if wanted[1].data.is_null() {
                wanted[1].data = octets.as_mut_ptr();
            }
            elements = 2;
        }
        let server_name = self.core.server_name.as_ref().map(ServerName::as_text);
        let session = self.core.session;
        // A certificate can expire during the verification.
        let reusable = self
            .reusable_verdicts()
            .map(|(verdicts, server_name)| (verdicts, server_name, verdicts::now()));
        if let Some((verdicts, server_name, time)) = reusable {
            if verdicts.is_trusted(time, server_name, self.chain()) {
                return Ok(Some(VerificationStatus::default()));
            }
        }
        let _guard = common
            .credentials
            .verification_guard()
            .map_err(Unverified::Refused)?;
        let mut status: c_uint = 0;
        // SAFETY: reads its arguments during the call and stores none of them (gnutls_certificate_verify_peers in
        // lib/cert-session.c). The chain belongs to the session, and the trust list to its credentials. The closures
        // that can run are the observer of the steps, which only reads from the session, the log function and the
        // source of a PIN, which have no access to it.
        let mut verify = || unsafe {
            gnutls_sys::gnutls_certificate_verify_peers(
                session,
                wanted.as_mut_ptr(),
                elements,
                &mut status,
            )
        };
        let code = match &common.peers.on_step {
            None => verify(),
            Some(on_step) => {
                // SAFETY: the session is live, and nothing changes it during the call, except that GnuTLS notes in it
                // that it has checked a response.
                let (code, panic) =
                    unsafe { observed(session, on_step, server_name.as_deref(), verify) };
                if panic.is_set() {
                    return Err(Unverified::Panic(panic));
                }
                code
            }
        };
        if code < 0 {
            return Err(Unverified::Code(code));
        }
        let status = VerificationStatus::from_raw(status) | self.overlooked();
        if let Some((verdicts, server_name, time)) = reusable.filter(|_| status.is_trusted()) {
            verdicts.add(time, server_name, self.chain(), &common.credentials);
        }
        Ok(Some(status))
    }

    /// Returns the flags that the running library omits because of a published vulnerability.
    fn overlooked(&self) -> VerificationStatus {
        let mut status = VerificationStatus::default();
        if let Some(ServerName::Dns(_)) = self.core.server_name {
            if self
                .chain()
                .next()
                .is_some_and(common_name::is_accepted_wrongly)
            {
                status |= VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
            }
        }
        // SAFETY: the session is live, and nothing changes it while the reference exists.
        let session = unsafe { SessionRef::from_ptr(self.core.session) };
        let is_revoked = |(index, certificate)| {
            let response = session.ocsp_response_at(index).ok().flatten();
            response.is_some_and(|response| {
                ocsp_entries::revoke(response, certificate).unwrap_or(false)
            })
        };
        if ocsp_entries::are_confused() && (0..).zip(self.chain()).any(is_revoked) {
            status |= VerificationStatus::INVALID | VerificationStatus::REVOKED;
        }
        status
    }

    /// Returns the verdicts of the configuration, and the server name, if the result of the verification can be reused:
    /// in a resumed session of a client, if it only depends on the time and the system's policy is that of before. A
    /// stapled OCSP response has a time of its own, and an observer of the steps must see all of them.
    fn reusable_verdicts(&self) -> Option<(&Verdicts, &ServerName)> {
        let parts = &self.config.client()?.0;
        let server_name = self.core.server_name.as_ref()?;
        // SAFETY: the session is live, and nothing changes it while the reference exists.
        let session = unsafe { SessionRef::from_ptr(self.core.session) };
        let stapled = |index: usize| {
            let response = u32::try_from(index).map(|index| session.ocsp_response_at(index));
            // Before GnuTLS 3.6.3 there is no response for another certificate than the first.
            matches!(response, Ok(Ok(Some(_))))
        };
        let depends_on_time_only = session.is_resumed()
            && session.ocsp_response().is_none()
            && !(1..self.chain().len()).any(stapled)
            && self.has_chain()
            && parts.common.peers.on_step.is_none()
            && !parts.common.credentials.has_changing_trust()
            && library::system_policy_is_unchanged();
        depends_on_time_only.then_some((&parts.verdicts, server_name))
    }

    /// Returns the certificates of the peer in DER, or its raw public key.
    fn chain(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut count = 0;
        // SAFETY: returns the address of the peer certificates in the live session, or NULL if there are none. Only a
        // handshake changes them, which does not continue while the state is borrowed.
        let chain = unsafe {
            let chain = gnutls_sys::gnutls_certificate_get_peers(self.core.session, &mut count);
            datum::array(chain, count as usize)
        };
        chain.iter().map(|certificate| {
            // SAFETY: the datum has the bytes of a certificate, which change only together with the list.
            unsafe { datum::slice(certificate.data, certificate.size as usize) }
        })
    }

    /// Returns `true` if the session has certificates or a raw public key of its peer.
    pub(crate) fn has_chain(&self) -> bool {
        self.chain().len() > 0
    }

    /// Stores the reason for the missing status, and returns the code that the handshake fails with. Without a chain it
    /// is the code with which the verification of GnuTLS fails.
    fn note_unverified(&mut self, reason: Unverified) -> c_int {
        match reason {
            Unverified::Code(code) => self.core.not_verified = Some(code),
            Unverified::Panic(panic) => self.core.panic.take_over(panic),
            Unverified::NotProven => return self.refuse_chain(),
            Unverified::Refused(error) => return self.core.refuse_with(error),
        }
        gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR
    }

    /// Ends the handshake of a client that has not shown the chain of its session, see
    /// [`ClientProof`](crate::session_core::core::ClientProof).
    pub(crate) fn refuse_chain(&mut self) -> c_int {
        self.core.refuse(
            Alert::HANDSHAKE_FAILURE,
            "the client has not proven possession of its certificate: authenticate again in a new session",
        )
    }
}

/// Verifies the peer, first as GnuTLS does and then by the verifier of the configuration, and stores the verification
/// status. Returns 0, or the code that the handshake must fail with. A panic of the verifier is stored.
///
/// # Safety
///
/// `session` is a live session of this crate, and no reference to its state exists.
pub(crate) unsafe fn verify(session: gnutls_session_t) -> c_int {
    let state = state_of(session);
    // SAFETY: the session is live and of this crate, and no reference to its state exists, by the contract of this
    // function. The shared reference to the state lasts until the verification has ended. Meanwhile nothing writes to
    // the state: the closures that can run are the observer of the steps, which only reads from it, the log function
    // and the source of a PIN, which have no access to it.
    let status = match unsafe { (*state).verify_chain() } {
        Ok(Some(status)) => status,
        Ok(None) => return 0,
        // SAFETY: the state is live, because it outlives the session, and the reference to it has ended.
        Err(reason) => return unsafe { (*state).note_unverified(reason) },
    };
    // SAFETY: the session is live, and nothing changes it while the verifier runs, which gets only shared references.
    let verdict = unsafe {
        with_session(session, |session, config| {
            let Some(verifier) = &config.peers.verifier else {
                return (status, None);
            };
            let server_name = session.core().server_name.as_ref().map(ServerName::as_text);
            verifier.verdict(&PeerVerification {
                session,
                server_name: server_name.as_deref(),
                status,
            })
        })
    };
    let Some((verdict, rejection)) = verdict else {
        return gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR;
    };
    // SAFETY: the state is live, because it outlives the session. The verifier has returned, so that no reference to it
    // is left.
    let core = unsafe { &mut (*state).core };
    core.verification_status = Some(verdict);
    if verdict.is_trusted() {
        return 0;
    }
    match rejection.and_then(|rejection| rejection.into_error(verdict)) {
        Some(error) => core.refuse_with(error),
        None => gnutls_sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
    }
}

/// Makes GnuTLS call [`verify`] once it has received the certificate of the peer.
///
/// # Safety
///
/// `session` is a live session with priorities. Its `gnutls_session_get_ptr` is its state, which outlives it.
pub(crate) unsafe fn install(session: gnutls_session_t, profile: c_uint) {
    // SAFETY: these functions store a profile and the pointer in the session, which is live by the contract of this
    // function, and call nothing. The first one also sets a verify function, which the second one replaces. The profile
    // replaces that of the priorities, whereas flags of the credentials would be combined with it (ADD_PROFILE_VFLAGS
    // in lib/gnutls_int.h).
    unsafe {
        if profile != 0 {
            gnutls_sys::gnutls_session_set_verify_cert(session, ptr::null(), profile);
        }
        gnutls_sys::gnutls_session_set_verify_function(session, Some(verify_function));
    }
}

unsafe extern "C" fn verify_function(session: gnutls_session_t) -> c_int {
    // SAFETY: the session is live, because it is calling this function. No reference to its state exists while GnuTLS
    // runs callbacks of the session.
    unsafe { verify(session) }
}
