//! Verifying the certificate of the peer: during a handshake, and after one that resumed a session.

use std::ffi::{CStr, c_int, c_uint};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys::{gnutls_session_t, gnutls_typed_vdata_st};

use crate::alert::Alert;
use crate::session::callbacks::with_session;
use crate::session::state::{State, state_of};
use crate::session_core::core::PeerCheck;
use crate::session_core::raw_public_key::peer_raw_public_key;
use crate::session_core::server_name::ServerName;
use crate::support::panic::PanicSlot;
use crate::verify::status::VerificationStatus;
use crate::verify::step::observed;
use crate::verify::verifier::PeerVerification;

/// The reason why a peer could not be verified.
enum Unverified {
    /// The code of GnuTLS.
    Code(c_int),
    /// The client has not proven that the chain is its own, see [`ClientProof`](crate::session_core::core::ClientProof).
    NotProven,
    /// The closure for the steps of the verification has panicked.
    Panic(PanicSlot),
}

impl State {
    /// Verifies the peer as GnuTLS does it. Returns its status, or `None` if there is nothing to verify.
    fn verify_chain(&self) -> Result<Option<VerificationStatus>, Unverified> {
        // A certificate that was asked for beside the key is verified like any other.
        let common = self.config.common();
        let proven = common.psk.is_some() && self.core.has_proven_key()
            || common.srp.is_some() && self.core.has_proven_password();
        if proven && !self.core.lifecycle.is_authenticating() {
            return Ok(None);
        }
        // The purpose of the key (RFC 5280, section 4.2.1.12; a certificate that names none is good for all), and the name.
        let (purpose, mut name): (&CStr, _) = match (self.core.peer_check, &self.core.server_name) {
            (PeerCheck::None, _) => return Ok(None),
            (PeerCheck::Anonymous, _) if self.core.peer_has(gnutls_sys::GNUTLS_CRD_ANON) => {
                return Ok(None);
            }
            // A session without a name is not opened if a server is to be verified.
            (PeerCheck::Key | PeerCheck::Anonymous, _) | (PeerCheck::Server, None) => {
                return Err(Unverified::Code(
                    gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS,
                ));
            }
            (PeerCheck::Server, Some(ServerName::Dns(name))) => {
                // A size of 0 says that the string ends with NUL.
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
        // SAFETY: the session is live, and no handshake goes on before this has returned. GnuTLS itself has no way to verify
        // such a key: gnutls_certificate_verify_peers fails with GNUTLS_E_INVALID_REQUEST.
        if let Some(key) = unsafe { peer_raw_public_key(self.core.session) } {
            return Ok(Some(common.peers.judge_raw_public_key(key)));
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
        let _guard = common.credentials.verification_guard();
        let mut status: c_uint = 0;
        // SAFETY: reads what it is given during the call and keeps none of it (gnutls_certificate_verify_peers in
        // lib/cert-session.c). The chain is the session's own, the trust that of its credentials. Nothing here runs a
        // callback of the session but for one that is told of steps, and gets nothing of the session.
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
                // SAFETY: the session is live, and nobody else uses it meanwhile.
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
        Ok(Some(VerificationStatus::from_raw(status)))
    }

    /// Whether the session has certificates of its peer, or a raw public key.
    pub(crate) fn has_chain(&self) -> bool {
        let mut count = 0;
        // SAFETY: reads the certificates that the session has of its peer; NULL where there is none.
        let chain =
            unsafe { gnutls_sys::gnutls_certificate_get_peers(self.core.session, &mut count) };
        !chain.is_null() && count > 0
    }

    /// Notes the reason why there is no status, and returns the code that the handshake fails with: if there is no chain that
    /// could be verified, it is the one that GnuTLS' own verification has for it.
    fn note_unverified(&mut self, reason: Unverified) -> c_int {
        match reason {
            Unverified::Code(code) => self.core.not_verified = Some(code),
            Unverified::Panic(panic) => self.core.panic.take_over(panic),
            Unverified::NotProven => return self.refuse_chain(),
        }
        gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR
    }

    /// Ends the handshake of a client that is not the one whose chain the session has, see [`ClientProof`](crate::session_core::core::ClientProof).
    pub(crate) fn refuse_chain(&mut self) -> c_int {
        self.core.refuse(
            Alert::HANDSHAKE_FAILURE,
            "the client refers to a session with a certificate, which is not resumed, and does not prove that it is its own",
        )
    }
}

/// Verifies the peer, first as GnuTLS does it and then by the verifier of the configuration, and keeps the verdict. Returns
/// 0, or the code that the handshake is to fail with. A panic of the verifier is kept.
///
/// # Safety
///
/// `session` is live and was made by this crate, and no reference to its state lives.
pub(crate) unsafe fn verify(session: gnutls_session_t) -> c_int {
    let state = state_of(session);
    // SAFETY: the session is live, was made by this crate, and no reference to its state lives, by the contract of this
    // function. The closures that run meanwhile only read from sessions.
    let status = match unsafe { (*state).verify_chain() } {
        Ok(Some(status)) => status,
        Ok(None) => return 0,
        // SAFETY: the state is live, and the reference to it has ended.
        Err(reason) => return unsafe { (*state).note_unverified(reason) },
    };
    // SAFETY: the session is live, and nothing changes it while the verifier runs, which gets shared references only.
    let verdict = unsafe {
        with_session(session, |session, config| {
            let Some(verifier) = &config.peers.verifier else {
                return status;
            };
            let server_name = session.core().server_name.as_ref().map(ServerName::as_text);
            verifier.verdict(&PeerVerification {
                session,
                server_name: server_name.as_deref(),
                status,
            })
        })
    };
    let Some(verdict) = verdict else {
        return gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR;
    };
    // SAFETY: the state is live, and the verifier has returned, so that no reference to it is left.
    unsafe { (*state).core.verification_status = Some(verdict) };
    if verdict.is_trusted() {
        0
    } else {
        gnutls_sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
    }
}

/// Makes GnuTLS verify by [`verify`] as soon as it has the certificate of the peer.
///
/// # Safety
///
/// `session` is a live session that has its priorities, and its `gnutls_session_get_ptr` is its state, which lives as long.
pub(crate) unsafe fn install(session: gnutls_session_t, profile: c_uint) {
    // SAFETY: these store a profile and the pointer in the session and call nothing. The first sets a function of its own
    // too, which the second one replaces. A profile takes the place of that of the priorities, where flags of credentials
    // would be mixed with it (ADD_PROFILE_VFLAGS in lib/gnutls_int.h).
    unsafe {
        if profile != 0 {
            gnutls_sys::gnutls_session_set_verify_cert(session, ptr::null(), profile);
        }
        gnutls_sys::gnutls_session_set_verify_function(session, Some(verify_function));
    }
}

unsafe extern "C" fn verify_function(session: gnutls_session_t) -> c_int {
    // SAFETY: the session is calling. No reference to its state lives while GnuTLS runs.
    unsafe { verify(session) }
}
