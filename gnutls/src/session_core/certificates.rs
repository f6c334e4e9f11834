//! What can be asked of a session about certificates: the own one, and what is known of the peer's.

use std::time::{Duration, SystemTime};

use gnutls_macros::corresponds;

use crate::crypto::Side;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

impl SessionRef {
    /// The certificate that this side has sent in the last handshake, as DER, or its raw public key where the
    /// [type](Self::certificate_type) is that. `None` where it sent none, and after a session was resumed.
    #[corresponds(gnutls_certificate_get_ours)]
    pub fn own_certificate(&self) -> Option<&[u8]> {
        // SAFETY: returns NULL, or the address of a datum in the chain that the session has selected: one of the
        // credentials, or one that the state keeps (lib/cert-session.c). Handshakes change it.
        let certificate =
            unsafe { gnutls_sys::gnutls_certificate_get_ours(self.as_ptr()).as_ref() };
        // SAFETY: as above.
        certificate.map(|data| unsafe { datum::slice(data.data, data.size as usize) })
    }

    /// On a client: whether the server has asked for a certificate in the last handshake.
    #[corresponds(gnutls_certificate_client_get_request_status)]
    pub fn certificate_requested(&self) -> bool {
        // SAFETY: reads a flag of the session.
        let requested =
            unsafe { gnutls_sys::gnutls_certificate_client_get_request_status(self.as_ptr()) };
        self.side() == Side::Client && requested != 0
    }

    /// From when on the certificate of the peer is valid.
    #[corresponds(gnutls_certificate_activation_time_peers)]
    pub fn peer_activation_time(&self) -> Option<SystemTime> {
        if !self.core().may_show_peer() {
            return None;
        }
        // SAFETY: parses the certificate that the session has of its peer, and keeps nothing of it (lib/cert-session.c).
        time(unsafe { gnutls_sys::gnutls_certificate_activation_time_peers(self.as_ptr()) })
    }

    /// Until when the certificate of the peer is valid.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut near, mut far) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut near)?.is_pending() | server.handshake(&mut far)?.is_pending() {}
    /// let expires = client.peer_expiration_time().expect("a server has a certificate");
    /// if expires < SystemTime::now() + Duration::from_secs(14 * 86_400) {
    ///     println!("the server's certificate is soon to be renewed");
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_certificate_expiration_time_peers)]
    pub fn peer_expiration_time(&self) -> Option<SystemTime> {
        if !self.core().may_show_peer() {
            return None;
        }
        // SAFETY: as above.
        time(unsafe { gnutls_sys::gnutls_certificate_expiration_time_peers(self.as_ptr()) })
    }

    /// The OCSP response that the peer has stapled to its certificate, as DER. Clients always ask for one, and it is part of
    /// the verification: one that says `revoked`, that is too old, or that the authority has not signed, is a reason not to
    /// trust, and so is none where the certificate demands one (RFC 7633).
    #[corresponds(
        gnutls_ocsp_status_request_get,
        alias(gnutls_ocsp_status_request_enable_client)
    )]
    pub fn ocsp_response(&self) -> Option<&[u8]> {
        let mut response = datum::empty();
        // SAFETY: stores the address and the size of a response in the session, which handshakes change. It asks for the
        // version, which there is since the priorities were set (lib/ocsp-api.c).
        let code =
            unsafe { gnutls_sys::gnutls_ocsp_status_request_get(self.as_ptr(), &mut response) };
        // SAFETY: as above; after a success the datum is filled in.
        (code >= 0).then(|| unsafe { datum::slice(response.data, response.size as usize) })
    }

    /// The OCSP response for the certificate at `index` of [`peer_certificates`](Self::peer_certificates). Only TLS 1.3 has
    /// any but the first.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_ocsp_status_request_get2)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever it is")
    )]
    pub fn ocsp_response_at(&self, index: u32) -> Result<Option<&[u8]>> {
        requires!(gnutls_3_6_3, "the OCSP responses of a chain", {
            let mut response = datum::empty();
            // SAFETY: as for the first one.
            let code = unsafe {
                gnutls_sys::gnutls_ocsp_status_request_get2(self.as_ptr(), index, &mut response)
            };
            // SAFETY: as above; after a success the datum is filled in.
            Ok((code >= 0).then(|| unsafe { datum::slice(response.data, response.size as usize) }))
        })
    }

    /// Whether a stapled OCSP response was there when the peer was verified, and says that its certificate is good.
    ///
    /// Before GnuTLS 3.7.3 a response that the certificate's issuer has signed itself is taken for invalid, and with it the
    /// certificate; one signed by a responder to whom the issuer has given a certificate for this is not.
    #[corresponds(gnutls_ocsp_status_request_is_checked)]
    pub fn ocsp_checked(&self) -> bool {
        // SAFETY: reads a field, which the verification has set (lib/ocsp-api.c).
        unsafe { gnutls_sys::gnutls_ocsp_status_request_is_checked(self.as_ptr(), 0) != 0 }
    }
}

/// A time that C gives as seconds since 1970. What is negative is an error, or a code in the place of a time.
fn time(seconds: gnutls_sys::time_t) -> Option<SystemTime> {
    let seconds = u64::try_from(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
