//! The type of the certificates, and raw public keys instead of certificates.

use gnutls_macros::corresponds;
use gnutls_sys::gnutls_session_t;

use crate::crypto::Side;
use crate::crypto::parameters::CertificateType;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

impl SessionRef {
    /// Returns the type of a side's certificate: X.509, unless the two have negotiated raw public keys (RFC 7250). A
    /// resumed session has the type of the original one.
    ///
    /// Before GnuTLS 3.6.4 both sides have the same type.
    ///
    /// ```
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// use gnutls::Side;
    /// use gnutls::crypto::CertificateType;
    ///
    /// assert_eq!(client.certificate_type(Side::Server), CertificateType::X509);
    /// assert_eq!(client.peer_raw_public_key(), None);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_certificate_type_get2, gnutls_certificate_type_get)]
    #[cfg_attr(
        not(gnutls_3_6_4),
        allow(unused_variables, reason = "older libraries have one for both")
    )]
    pub fn certificate_type(&self, side: Side) -> CertificateType {
        #[cfg(gnutls_3_6_4)]
        let kind = {
            let target = match side {
                Side::Client => gnutls_sys::GNUTLS_CTYPE_CLIENT,
                Side::Server => gnutls_sys::GNUTLS_CTYPE_SERVER,
            };
            // SAFETY: reads a field (get_certificate_type in lib/gnutls_int.h).
            unsafe { gnutls_sys::gnutls_certificate_type_get2(self.as_ptr(), target) }
        };
        #[cfg(not(gnutls_3_6_4))]
        // SAFETY: reads a field.
        let kind = unsafe { gnutls_sys::gnutls_certificate_type_get(self.as_ptr()) };
        CertificateType::from_raw(kind)
    }

    /// Returns the raw public key (RFC 7250) that the peer has sent instead of a certificate, a SubjectPublicKeyInfo in
    /// DER. After a session was resumed it is the key that was saved with it.
    ///
    /// The key is present if [`certificate_type`](Self::certificate_type) is `RAW_PUBLIC_KEY`.
    #[corresponds(gnutls_certificate_get_peers)]
    pub fn peer_raw_public_key(&self) -> Option<&[u8]> {
        if !self.core().may_show_peer() {
            return None;
        }
        // SAFETY: the session is live, and handshakes need it exclusively.
        unsafe { peer_raw_public_key(self.as_ptr()) }
    }

    /// Returns `true` if the negotiated type of the peer's certificate is a raw public key.
    pub(crate) fn expects_raw_public_key(&self) -> bool {
        // SAFETY: a reference is to a live session.
        unsafe { peer_type(self.as_ptr()) == gnutls_sys::GNUTLS_CRT_RAWPK }
    }
}

/// Returns the raw public key of the peer.
///
/// # Safety
///
/// `session` is live, and no handshake runs for `'a`.
pub(crate) unsafe fn peer_raw_public_key<'a>(session: gnutls_session_t) -> Option<&'a [u8]> {
    // SAFETY: the session is live, by the contract of this function.
    if unsafe { peer_type(session) } != gnutls_sys::GNUTLS_CRT_RAWPK {
        return None;
    }
    let mut count = 0;
    // SAFETY: returns NULL, or the address of an array inside the session and its length (lib/cert-session.c), which
    // handshakes change.
    let keys = unsafe {
        let keys = gnutls_sys::gnutls_certificate_get_peers(session, &mut count);
        datum::array(keys, count as usize)
    };
    // The TLS 1.3 message has a list, which has to contain one key.
    let [key] = keys else { return None };
    // SAFETY: the key is part of the array, which only handshakes change; none runs for 'a, by the contract of this
    // function.
    Some(unsafe { datum::slice(key.data, key.size as usize) })
}

/// Returns the type of the peer's certificate.
///
/// # Safety
///
/// `session` is live.
unsafe fn peer_type(session: gnutls_session_t) -> gnutls_sys::gnutls_certificate_type_t {
    #[cfg(gnutls_3_6_4)]
    // SAFETY: reads a field of a live session.
    let kind = unsafe {
        gnutls_sys::gnutls_certificate_type_get2(session, gnutls_sys::GNUTLS_CTYPE_PEERS)
    };
    #[cfg(not(gnutls_3_6_4))]
    // SAFETY: reads a field of the session, which is live by the contract of this function.
    let kind = unsafe { gnutls_sys::gnutls_certificate_type_get(session) };
    kind
}
