//! Verifying the certificate of the peer: during a handshake, and after one that resumed a session.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_int, c_uint};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys::{gnutls_session_t, gnutls_typed_vdata_st};

use crate::alert::Alert;
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::session::callbacks::{state_of, with_state};
use crate::session::state::{Authentication, Phase, Shown, State};
use crate::session_core::raw_public_key::peer_raw_public_key;
use crate::session_core::session_ref::SessionRef;
use crate::verify::status::VerificationStatus;
use crate::verify::step::observed;
use crate::verify::verifier::PeerVerification;

/// Whom a session wants at the other end.
pub(crate) enum PeerCheck {
    /// Whoever it is.
    None,
    /// A server with this name.
    Server(ServerName),
    /// A client with a certificate; one without may be let in.
    Client { required: bool },
    /// Someone who has the pre-shared key or knows the password, and nobody else.
    Key,
    /// A server that does not say who it is, and no other.
    Anonymous,
}

impl PeerCheck {
    /// The name or the address of the server that is wanted.
    fn server_name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Server(ServerName::Dns(name)) => name.to_str().ok().map(Cow::Borrowed),
            Self::Server(ServerName::Address(address)) => Some(Cow::Owned(address.to_string())),
            _ => None,
        }
    }
}

/// The name of a server, as it is sent to it and looked for in its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServerName {
    /// A name of the domain name system.
    Dns(CString),
    /// An address: verified as one, and never sent (RFC 6066, section 3).
    Address(IpAddr),
}

impl ServerName {
    /// Parses a name or an address. What could be neither is refused here, since GnuTLS would look for it in the
    /// certificate as it stands.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        if let Ok(address) = name.parse() {
            return Ok(Self::Address(address));
        }
        // The root label may be written as a dot at the end, and is sent and compared without it.
        let host = name.strip_suffix('.').unwrap_or(name);
        // With that dot it reads as a name, which would be sent, but GnuTLS compares it with the addresses in a certificate.
        let address = host.parse::<IpAddr>().is_ok();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
        if host.is_empty()
            || address
            || host.len() > 253
            || !host
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(letter))
        {
            return Err(Error::invalid_input(format!(
                "{name:?} is neither a host name nor an address"
            )));
        }
        // No NUL passes the test above.
        CString::new(host)
            .map(Self::Dns)
            .map_err(|_| Error::invalid_input("a host name with a NUL byte"))
    }
}

impl State {
    /// Verifies the peer as GnuTLS does it. Gives its verdict, none where there is nothing to verify, or the code that the
    /// handshake is to fail with.
    fn verify_chain(&mut self) -> Result<Option<VerificationStatus>, c_int> {
        // A certificate that was asked for beside the key is verified like any other.
        let proven = !self.psk.is_null() && self.has_proven_key()
            || !self.srp.is_null() && self.has_proven_password();
        if proven && self.authentication == Authentication::None {
            return Ok(None);
        }
        // The purpose of the key (RFC 5280, section 4.2.1.12; a certificate that names none is good for all), and the name.
        let (purpose, mut name): (&CStr, _) = match &self.check {
            PeerCheck::None => return Ok(None),
            PeerCheck::Anonymous if self.peer_has(gnutls_sys::GNUTLS_CRD_ANON) => return Ok(None),
            PeerCheck::Key | PeerCheck::Anonymous => {
                return Err(self.cannot_verify(gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS));
            }
            PeerCheck::Server(ServerName::Dns(name)) => {
                // A size of 0 says that the string ends with NUL.
                let data = name.as_ptr().cast_mut().cast();
                let datum = gnutls_typed_vdata_st {
                    type_: gnutls_sys::GNUTLS_DT_DNS_HOSTNAME,
                    data,
                    size: 0,
                };
                (gnutls_sys::GNUTLS_KP_TLS_WWW_SERVER, Some((datum, [0; 16])))
            }
            PeerCheck::Server(ServerName::Address(address)) => {
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
            PeerCheck::Client { required } => {
                if !self.has_chain() {
                    return if *required {
                        Err(self.cannot_verify(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND))
                    } else {
                        Ok(None)
                    };
                }
                if !self.has_shown_itself() {
                    return Err(self.refuse_chain());
                }
                (gnutls_sys::GNUTLS_KP_TLS_WWW_CLIENT, None)
            }
        };
        // SAFETY: the credentials are part of the configuration that the session keeps.
        let credentials = unsafe { &*self.credentials };
        // SAFETY: the session is live, and no handshake goes on before this has returned. GnuTLS itself has no way to verify
        // such a key: gnutls_certificate_verify_peers fails with GNUTLS_E_INVALID_REQUEST.
        if let Some(key) = unsafe { peer_raw_public_key(self.session) } {
            return Ok(Some(credentials.judge_raw_public_key(key)));
        }
        let purpose = credentials.purpose().unwrap_or(purpose);
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
        let server_name = self.check.server_name();
        let session = self.session;
        let _guard = credentials.verification_guard();
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
        let code = match credentials.observer() {
            None => verify(),
            Some(observer) => {
                // SAFETY: this has the session exclusively.
                let (code, panic) =
                    unsafe { observed(session, observer, server_name.as_deref(), verify) };
                if panic.is_set() {
                    self.panic.take_over(panic);
                    return Err(gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR);
                }
                code
            }
        };
        if code < 0 {
            return Err(self.cannot_verify(code));
        }
        Ok(Some(VerificationStatus::from_raw(status)))
    }

    /// Whether the session has certificates of its peer, or a raw public key.
    pub(crate) fn has_chain(&self) -> bool {
        let mut count = 0;
        // SAFETY: reads the certificates that the session has of its peer; NULL where there is none.
        let chain = unsafe { gnutls_sys::gnutls_certificate_get_peers(self.session, &mut count) };
        !chain.is_null() && count > 0
    }

    /// Whether what the session has of its peer is what that one has shown, in this handshake or in the one that is resumed.
    /// A client of this library never goes on without what the server has to show.
    pub(crate) fn has_shown_itself(&self) -> bool {
        self.side == Side::Client || self.shown != Shown::Nothing || self.is_resumed()
    }

    /// Whether the program may see what the session has of its peer: in a further handshake that is what the one before it has
    /// shown, until something else comes.
    pub(crate) fn may_show_peer(&self) -> bool {
        self.phase == Phase::Rehandshaking || self.has_shown_itself()
    }

    pub(crate) fn is_resumed(&self) -> bool {
        // SAFETY: the session is live. The library alone is asked, and nothing of this state is looked at.
        unsafe { SessionRef::from_ptr(self.session) }.is_resumed()
    }

    /// Ends the handshake of a client that is not the one whose chain the session has, see [`Shown`].
    pub(crate) fn refuse_chain(&mut self) -> c_int {
        self.refuse(
            Alert::HANDSHAKE_FAILURE,
            "the client refers to a session with a certificate, which is not resumed, and does not prove that it is its own",
        )
    }

    /// Whether nothing is verified of the peer.
    pub(crate) fn takes_any_peer(&self) -> bool {
        matches!(self.check, PeerCheck::None)
    }

    /// Whether the handshake is one with a pre-shared key, or resumes the session of such a one.
    pub(crate) fn has_proven_key(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_PSK)
    }

    /// Whether the handshake is one with a password and no certificate of the server, or resumes the session of such a one;
    /// on a server also with its certificate.
    pub(crate) fn has_proven_password(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_SRP)
    }

    fn peer_has(&self, wanted: gnutls_sys::gnutls_credentials_type_t) -> bool {
        // SAFETY: reads a field, which a handshake sets and resumption restores (set_auth_types in lib/handshake.c).
        wanted == unsafe { gnutls_sys::gnutls_auth_get_type(self.session) }
    }

    /// Without a chain that could be verified the handshake fails with the code that GnuTLS' own verification has for it;
    /// the reason is kept.
    fn cannot_verify(&mut self, code: c_int) -> c_int {
        self.not_verified = Some(code);
        gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR
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
    // SAFETY: the caller's promise.
    let status = match unsafe { (*state).verify_chain() } {
        Ok(Some(status)) => status,
        Ok(None) => return 0,
        Err(code) => return code,
    };
    // SAFETY: as above. The verifier gets no more than shared references to the session and its state.
    let verdict = unsafe {
        with_state(session, |session, credentials| {
            let Some(verifier) = credentials.verifier() else {
                return status;
            };
            let server_name = session.state().check.server_name();
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
    // SAFETY: as above; the verifier has returned.
    unsafe { (*state).verdict = Some(verdict) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_told_apart() {
        assert_eq!(
            ServerName::parse("127.0.0.1").unwrap(),
            ServerName::Address([127, 0, 0, 1].into())
        );
        assert!(matches!(
            ServerName::parse("::1").unwrap(),
            ServerName::Address(IpAddr::V6(_))
        ));
        assert_eq!(
            ServerName::parse("example.org.").unwrap(),
            ServerName::Dns(c"example.org".into())
        );
        assert!(ServerName::parse("xn--bcher-kva.example").is_ok());
        assert!(ServerName::parse("bücher.example").is_ok());
    }

    #[test]
    fn bug_class_8_and_11_what_is_no_name_is_refused() {
        for name in [
            "",
            ".",
            "a..b",
            "example.org\0.evil",
            "*.example.org",
            "[::1]",
            "a b",
            "https://a",
            "a:443",
            "127.0.0.1.",
        ] {
            let error = ServerName::parse(name).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{name:?}");
        }
        assert!(ServerName::parse(&"a".repeat(254)).is_err());
    }
}
