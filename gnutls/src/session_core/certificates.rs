//! The certificates of a session: its own and the peer's, with their OCSP responses.

use std::time::SystemTime;

use gnutls_macros::corresponds;

use crate::crypto::Side;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session_core::session_ref::SessionRef;
use crate::support::{datum, time};
use crate::x509::certificate::Certificate;

impl SessionRef {
    /// Returns the certificate of the peer as an object, which outlives the session. `None` if the peer has sent none, or
    /// a [raw public key](Self::peer_raw_public_key) instead.
    ///
    /// The function can be called during the verification, when the peer is not yet trusted.
    ///
    /// ```
    /// use gnutls::crypto::Digest;
    /// use gnutls::verify::VerificationStatus;
    /// use gnutls::{ClientAuth, ServerConfig, Trust};
    ///
    /// # let file = |name: &str| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    /// # let identity = gnutls::Identity::from_pem_files(file("server"), file("server-key"))?;
    /// # let authority = Trust::pem_file(file("ca"))?;
    /// # let known = gnutls::x509::Certificate::from_pem_file(file("client"))?;
    /// // The fingerprints of the permitted clients.
    /// let permitted = vec![known.fingerprint(Digest::SHA256)?];
    /// let server = ServerConfig::builder()
    ///     .identity(identity)
    ///     .client_auth(ClientAuth::Required(authority))
    ///     .verifier(move |peer| {
    ///         let certificate = peer.session().peer_x509_certificate();
    ///         let certificate = certificate.map_err(|_| VerificationStatus::INVALID)?;
    ///         let fingerprint = certificate.and_then(|own| own.fingerprint(Digest::SHA256).ok());
    ///         match fingerprint {
    ///             Some(fingerprint) if permitted.contains(&fingerprint) => Ok(()),
    ///             _ => Err(VerificationStatus::MISMATCH.into()),
    ///         }
    ///     })
    ///     .build()?;
    /// # let client = gnutls::ClientConfig::builder()
    /// #     .trust(Trust::pem_file(file("ca"))?)
    /// #     .identity(gnutls::Identity::from_pem_files(file("client"), file("client-key"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the certificate cannot be parsed.
    #[corresponds(gnutls_certificate_get_peers, gnutls_x509_crt_import)]
    pub fn peer_x509_certificate(&self) -> Result<Option<Certificate>> {
        self.peer_certificate()
            .map(Certificate::from_der)
            .transpose()
    }

    /// Returns the certificates that the peer has sent as objects, its own first. The list is empty if the peer has sent
    /// none, or a [raw public key](Self::peer_raw_public_key) instead.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if a certificate cannot be parsed.
    #[corresponds(gnutls_certificate_get_peers, gnutls_x509_crt_import)]
    pub fn peer_x509_chain(&self) -> Result<Vec<Certificate>> {
        let chain = self.peer_certificates();
        chain
            .into_iter()
            .flatten()
            .map(Certificate::from_der)
            .collect()
    }

    /// Returns the certificate that this side has sent in the last handshake, as DER, or its raw public key if that is
    /// the [type](Self::certificate_type). `None` if it sent none, and after a session was resumed.
    #[corresponds(gnutls_certificate_get_ours)]
    pub fn own_certificate(&self) -> Option<&[u8]> {
        // SAFETY: returns NULL, or the address of a datum in the chain that the session has selected: one of the
        // credentials, or one that the state keeps (lib/cert-session.c). Handshakes change it.
        let certificate =
            unsafe { gnutls_sys::gnutls_certificate_get_ours(self.as_ptr()).as_ref() };
        // SAFETY: the datum is part of the credentials or the state, and only handshakes change it, which need the
        // session exclusively.
        certificate.map(|data| unsafe { datum::slice(data.data, data.size as usize) })
    }

    /// Returns `true` on a client if the server has requested a certificate in the last handshake.
    #[corresponds(gnutls_certificate_client_get_request_status)]
    pub fn certificate_requested(&self) -> bool {
        // SAFETY: reads a flag of the session.
        let requested =
            unsafe { gnutls_sys::gnutls_certificate_client_get_request_status(self.as_ptr()) };
        self.side() == Side::Client && requested != 0
    }

    /// Returns the time from which the certificate of the peer is valid.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](crate::ErrorKind::Limit) if the time is not representable: GnuTLS has a 32-bit
    /// clock on some systems, which ends in 2037.
    #[corresponds(gnutls_certificate_activation_time_peers)]
    pub fn peer_activation_time(&self) -> Result<Option<SystemTime>> {
        if !self.core().may_show_peer() {
            return Ok(None);
        }
        // SAFETY: parses the certificate that the session has of its peer, and keeps nothing of it
        // (lib/cert-session.c).
        time::from_c(unsafe { gnutls_sys::gnutls_certificate_activation_time_peers(self.as_ptr()) })
    }

    /// Returns the time until which the certificate of the peer is valid.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// let expires = client.peer_expiration_time()?.expect("a server has a certificate");
    /// if expires < SystemTime::now() + Duration::from_secs(14 * 86_400) {
    ///     println!("the server's certificate expires soon");
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](crate::ErrorKind::Limit) if the time is not representable: GnuTLS has a 32-bit
    /// clock on some systems, which ends in 2037.
    #[corresponds(gnutls_certificate_expiration_time_peers)]
    pub fn peer_expiration_time(&self) -> Result<Option<SystemTime>> {
        if !self.core().may_show_peer() {
            return Ok(None);
        }
        // SAFETY: parses the certificate that the session has of its peer, and keeps nothing of it
        // (lib/cert-session.c).
        time::from_c(unsafe { gnutls_sys::gnutls_certificate_expiration_time_peers(self.as_ptr()) })
    }

    /// Returns the OCSP response that the peer has stapled to its certificate, as DER. Clients always request one, and
    /// it is part of the verification: the peer is not trusted if the response is `revoked`, too old or not signed by
    /// the authority, or if there is none although the certificate requires one (RFC 7633).
    #[corresponds(
        gnutls_ocsp_status_request_get,
        alias(gnutls_ocsp_status_request_enable_client)
    )]
    pub fn ocsp_response(&self) -> Option<&[u8]> {
        let mut response = datum::empty();
        // SAFETY: stores the address and the size of a response in the session, which handshakes change. It reads the
        // version, which is set since the constructor has set the priorities (lib/ocsp-api.c).
        let code =
            unsafe { gnutls_sys::gnutls_ocsp_status_request_get(self.as_ptr(), &mut response) };
        // SAFETY: after a success the datum is set. Only handshakes change the response, which need the session
        // exclusively.
        (code >= 0).then(|| unsafe { datum::slice(response.data, response.size as usize) })
    }

    /// Returns the OCSP response for the certificate at `index` of [`peer_certificates`](Self::peer_certificates). Only
    /// TLS 1.3 has responses for other certificates than the first.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_ocsp_status_request_get2)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever it is")
    )]
    pub fn ocsp_response_at(&self, index: u32) -> Result<Option<&[u8]>> {
        requires!(gnutls_3_6_3, "the OCSP responses of a chain", {
            let mut response = datum::empty();
            // SAFETY: stores the address and the size of a response in the session, which handshakes change
            // (lib/ocsp-api.c).
            let code = unsafe {
                gnutls_sys::gnutls_ocsp_status_request_get2(self.as_ptr(), index, &mut response)
            };
            // SAFETY: after a success the datum is set. Only handshakes change the response, which need the session
            // exclusively.
            Ok((code >= 0).then(|| unsafe { datum::slice(response.data, response.size as usize) }))
        })
    }

    /// Returns `true` if the peer had stapled an OCSP response when it was verified, and its status is good.
    ///
    /// Before GnuTLS 3.7.3 a response that is signed by the certificate's issuer itself is invalid, and with it the
    /// certificate; a response that is signed by a responder with a certificate of the issuer is valid.
    #[corresponds(gnutls_ocsp_status_request_is_checked)]
    pub fn ocsp_checked(&self) -> bool {
        // SAFETY: reads a field, which the verification has set (lib/ocsp-api.c).
        unsafe { gnutls_sys::gnutls_ocsp_status_request_is_checked(self.as_ptr(), 0) != 0 }
    }
}
