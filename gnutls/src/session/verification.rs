//! Verifying the certificate of the peer: during a handshake, and after one that resumed a session.

use std::ffi::{CStr, CString, c_int, c_uint};
use std::net::IpAddr;
use std::ptr;

use gnutls_sys::{gnutls_session_t, gnutls_typed_vdata_st};

use super::state::State;
use crate::{Error, Result, VerificationStatus};

/// Whom a session wants at the other end.
pub(crate) enum PeerCheck {
    /// Whoever it is.
    None,
    /// A server with this name.
    Server(ServerName),
    /// A client with a certificate; one without may be let in.
    Client { required: bool },
    /// Someone who has the pre-shared key, and nobody else.
    Key,
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
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
        if host.is_empty()
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
    /// Verifies the peer and keeps the verdict. Returns 0, or the code that the handshake is to fail with.
    fn verify(&mut self) -> c_int {
        if !self.psk.is_null() && self.has_proven_key() {
            return 0;
        }
        // The purpose of the key (RFC 5280, section 4.2.1.12; a certificate that names none is good for all), and the name.
        let (purpose, mut name): (&CStr, _) = match &self.check {
            PeerCheck::None => return 0,
            PeerCheck::Key => {
                return self.cannot_verify(gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS);
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
                let mut count = 0;
                // SAFETY: reads the certificates that the session has of its peer; NULL where there is none.
                let chain =
                    unsafe { gnutls_sys::gnutls_certificate_get_peers(self.session, &mut count) };
                if chain.is_null() || count == 0 {
                    return if *required {
                        self.cannot_verify(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND)
                    } else {
                        0
                    };
                }
                (gnutls_sys::GNUTLS_KP_TLS_WWW_CLIENT, None)
            }
        };
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
        // SAFETY: the credentials are part of the configuration that the session keeps.
        let _guard = unsafe { (*self.credentials).verification_guard() };
        let mut status: c_uint = 0;
        // SAFETY: reads what it is given during the call and keeps none of it (gnutls_certificate_verify_peers in
        // lib/cert-session.c). The chain is the session's own, the trust that of its credentials. Nothing here runs a
        // callback of the session.
        let code = unsafe {
            gnutls_sys::gnutls_certificate_verify_peers(
                self.session,
                wanted.as_mut_ptr(),
                elements,
                &mut status,
            )
        };
        if code < 0 {
            return self.cannot_verify(code);
        }
        self.verdict = Some(VerificationStatus::from_raw(status));
        if status == 0 {
            0
        } else {
            gnutls_sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
        }
    }

    /// Whether nothing is verified of the peer.
    pub(crate) fn takes_any_peer(&self) -> bool {
        matches!(self.check, PeerCheck::None)
    }

    /// Whether the handshake is one with a pre-shared key, or resumes the session of such a one.
    pub(crate) fn has_proven_key(&self) -> bool {
        // SAFETY: reads a field, which a handshake sets and resumption restores (set_auth_types in lib/handshake.c).
        let kind = unsafe { gnutls_sys::gnutls_auth_get_type(self.session) };
        kind == gnutls_sys::GNUTLS_CRD_PSK
    }

    /// Without a chain that could be verified the handshake fails with the code that GnuTLS' own verification has for it;
    /// the reason is kept.
    fn cannot_verify(&mut self, code: c_int) -> c_int {
        self.not_verified = Some(code);
        gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR
    }

    /// After a handshake: verifies, unless this handshake has done so already or nothing is to be verified.
    ///
    /// A handshake that resumes a session sends no certificates, and GnuTLS calls no verify function: what the saved
    /// session was verified for, and by whom, it does not ask.
    pub(crate) fn verify_unless_done(&mut self) -> c_int {
        if self.verdict.is_some() {
            0
        } else {
            self.verify()
        }
    }
}

/// Makes GnuTLS verify by [`State::verify`] as soon as it has the certificate of the peer.
///
/// # Safety
///
/// `session` is a live session and its `gnutls_session_get_ptr` is its state, which lives as long.
pub(super) unsafe fn install(session: gnutls_session_t) {
    // SAFETY: stores the pointer in the session and calls nothing.
    unsafe { gnutls_sys::gnutls_session_set_verify_function(session, Some(verify_function)) }
}

unsafe extern "C" fn verify_function(session: gnutls_session_t) -> c_int {
    // SAFETY: the state, which outlives the session. No reference to it lives while GnuTLS runs.
    let state = unsafe { &mut *gnutls_sys::gnutls_session_get_ptr(session).cast::<State>() };
    state.guarded(gnutls_sys::GNUTLS_E_CERTIFICATE_ERROR, |state| {
        state.verify()
    })
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
        ] {
            let error = ServerName::parse(name).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{name:?}");
        }
        assert!(ServerName::parse(&"a".repeat(254)).is_err());
    }
}
