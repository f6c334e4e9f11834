//! The certificate options: the identity of this side, its OCSP responses, and the verification of the peer.

use std::ffi::c_uint;
use std::fmt;
use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::config::builder::{ClientConfigBuilder, ConfigBuilder, ServerConfigBuilder};
use crate::config::{ClientConfig, ServerConfig};
use crate::credentials::Credentials;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::identity::resolver::{IdentityRequest, IdentityResolverCallback, OcspResponderCallback};
use crate::session_core::session_ref::SessionRef;
use crate::trust::Trust;
use crate::verify::policy::PeerPolicy;
use crate::verify::step::{VerificationStep, VerificationStepCallback};
use crate::verify::verifier::{PeerVerification, Rejection, Verifier};

/// The certificate options that both builders collect.
#[derive(Clone, Default)]
pub(crate) struct CertificateOptions {
    pub(crate) identities: Vec<Identity>,
    pub(crate) resolver: Option<Arc<IdentityResolverCallback>>,
    pub(crate) responder: Option<Arc<OcspResponderCallback>>,
    pub(crate) verifier: Option<Verifier>,
    observer: Option<Arc<VerificationStepCallback>>,
}

/// The certificate options of a configuration.
pub(crate) struct CertificateParts {
    pub(crate) credentials: Credentials,
    /// The number of identities in the credentials.
    pub(crate) identities: c_uint,
    pub(crate) identity_resolver: Option<Arc<IdentityResolverCallback>>,
    pub(crate) ocsp_responder: Option<Arc<OcspResponderCallback>>,
    pub(crate) peers: PeerPolicy,
}

impl fmt::Debug for CertificateOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateOptions")
            .field("identities", &self.identities.len())
            .field("resolver", &self.resolver.is_some())
            .field("responder", &self.responder.is_some())
            .field("verifier", &self.verifier.is_some())
            .field("observer", &self.observer.is_some())
            .finish()
    }
}

impl CertificateOptions {
    /// Returns `true` if the program observes the verification.
    pub(crate) fn is_watched(&self) -> bool {
        self.verifier.is_some() || self.observer.is_some()
    }

    /// Returns the callback for the steps of a verification. Fails with a library that does not report them.
    pub(crate) fn checked_step_callback(&self) -> Result<Option<Arc<VerificationStepCallback>>> {
        if self.observer.is_none() {
            return Ok(None);
        }
        requires!(
            gnutls_3_7_0,
            "reporting the steps of a verification",
            Ok(self.observer.clone())
        )
    }

    /// Builds the credentials from the identities and the trust, with the options that apply to both.
    pub(crate) fn build(self, trust: &Trust) -> Result<CertificateParts> {
        let credentials = Credentials::new()?;
        trust.load(&credentials)?;
        let mut identities = 0;
        for identity in &self.identities {
            identities = identity.add_to(&credentials)? + 1;
        }
        if self.resolver.is_some() {
            if identities > 0 {
                return Err(Error::invalid_input(
                    "`identity` cannot be combined with `identity_resolver`, which chooses all identities: remove one of them",
                ));
            }
            requires!(gnutls_3_6_3, "choosing the identity in a callback", Ok(()))?;
        }
        let peers = PeerPolicy {
            purpose: trust.purpose(),
            profile: trust.profile_flags(),
            raw_public_keys: trust.raw_public_keys(),
            pinned_keys: trust.pinned_keys(),
            on_step: self.checked_step_callback()?,
            verifier: self.verifier,
        };
        Ok(CertificateParts {
            credentials,
            identities,
            identity_resolver: self.resolver,
            ocsp_responder: self.responder,
            peers,
        })
    }

    pub(crate) fn has_identity(&self) -> bool {
        !self.identities.is_empty() || self.resolver.is_some()
    }
}

impl<S> ConfigBuilder<S> {
    /// Sets a closure that chooses the identity of each session, instead of [`identity`](Self::identity): by the server
    /// name that the client requests, by the authorities that the server names, or by the current state of the program.
    /// A session keeps its identity, and the next session can have another one: a server can replace its certificate
    /// while it runs.
    ///
    /// The closure runs during the handshake and blocks it. If it returns `None`, a client sends no certificate, and
    /// the handshake of a server fails. A panic ends the session and resumes in the call that runs the handshake.
    ///
    /// [`build`](Self::build) fails with a library that lacks the C function.
    ///
    /// ```no_run
    /// use std::sync::{Arc, RwLock};
    /// use gnutls::{Identity, ServerConfig};
    ///
    /// let current = Arc::new(RwLock::new(Identity::from_pem_files("chain.pem", "key.pem")?));
    /// let chosen = Arc::clone(&current);
    /// let config = ServerConfig::builder()
    ///     .identity_resolver(move |_request| Some(chosen.read().unwrap().clone()))
    ///     .build()?;
    /// // Later, while the server runs: new sessions use this identity.
    /// *current.write().unwrap() = Identity::from_pem_files("new-chain.pem", "new-key.pem")?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_certificate_set_retrieve_function3,
        alias(
            gnutls_certificate_set_retrieve_function,
            gnutls_certificate_set_retrieve_function2
        )
    )]
    pub fn identity_resolver(
        mut self,
        resolver: impl Fn(&IdentityRequest<'_>) -> Option<Identity> + Send + Sync + 'static,
    ) -> Self {
        self.common.certificates.resolver = Some(Arc::new(resolver));
        self
    }

    /// Sets a closure that verifies the peer's certificate in addition to GnuTLS. `Err` adds reasons not to trust it,
    /// and can choose the alert, see [`Rejection`]. `Ok` does not accept a certificate that GnuTLS does not trust. The
    /// closure runs in every handshake with a certificate to verify, including one that resumes a session.
    ///
    /// The closure runs during the handshake and blocks it. A panic ends the session and resumes in the call that runs
    /// the handshake.
    ///
    /// ```no_run
    /// use gnutls::ClientConfig;
    /// use gnutls::verify::VerificationStatus;
    ///
    /// # let expected = vec![0u8];
    /// // The server must have exactly this certificate.
    /// let config = ClientConfig::builder()
    ///     .verifier(move |peer| {
    ///         let certificate = peer.session().peer_certificate();
    ///         if certificate == Some(&expected[..]) {
    ///             Ok(())
    ///         } else {
    ///             Err(VerificationStatus::MISMATCH.into())
    ///         }
    ///     })
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_session_set_verify_function,
        alias(gnutls_certificate_set_verify_function)
    )]
    pub fn verifier(
        mut self,
        verifier: impl Fn(&PeerVerification<'_>) -> Result<(), Rejection> + Send + Sync + 'static,
    ) -> Self {
        self.common.certificates.verifier = Some(Verifier::stricter(verifier));
        self
    }

    /// Calls the closure for each step of GnuTLS' verification of a peer's chain, with the certificate, its issuer and
    /// the result. It is for diagnosis and does not affect the verification. Raw public keys, which are compared, have
    /// no steps.
    ///
    /// The closure runs during the handshake, in its thread, and blocks it; it must not run handshakes itself. A panic
    /// ends the session and resumes in the call that runs the handshake.
    ///
    /// [`build`](Self::build) fails with a library that lacks the C function.
    ///
    /// ```no_run
    /// use gnutls::ClientConfig;
    ///
    /// let config = ClientConfig::builder()
    ///     .on_verification_step(|step| {
    ///         if !step.status().is_trusted() {
    ///             let name = step.server_name().unwrap_or("a client");
    ///             eprintln!("{name}: {} (a certificate of {} bytes)", step.status(), step.certificate().len());
    ///         }
    ///     })
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_session_set_verify_output_function)]
    pub fn on_verification_step(
        mut self,
        observer: impl Fn(&VerificationStep<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common.certificates.observer = Some(Arc::new(observer));
        self
    }

    /// Sets a closure that replaces the verification result, unlike [`verifier`](Self::verifier): `Ok` accepts a
    /// certificate even if GnuTLS does not trust it, it has another name, or it is revoked. The closure can read
    /// GnuTLS' own result as the [`status`](PeerVerification::status). For trust on first use see
    /// [`KnownHosts`](crate::verify::KnownHosts).
    pub fn dangerous_verifier(
        mut self,
        verifier: impl Fn(&PeerVerification<'_>) -> Result<(), Rejection> + Send + Sync + 'static,
    ) -> Self {
        self.common.certificates.verifier = Some(Verifier::instead(verifier));
        self
    }
}

impl ClientConfigBuilder {
    /// Sets the identity for servers that request a certificate. If it is called more than once, GnuTLS chooses an
    /// identity by the authorities and algorithms that the server names, and sends none if no identity matches. In TLS
    /// up to 1.2 it finds no identity with an Ed25519 or Ed448 key if the server names authorities, as most servers do.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.common.certificates.identities.push(identity);
        self
    }
}

impl ServerConfigBuilder {
    /// Sets the identity of the server. If it is called more than once, GnuTLS chooses an identity by the server name
    /// and the algorithms of the client. If no name matches, any identity that fits the cipher suite is used.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.common.certificates.identities.push(identity);
        self
    }

    /// Sets a closure that returns the OCSP response (RFC 6960, in DER) for the server's certificate, called whenever a
    /// client requests one. It is not called for an identity with [OCSP responses](Identity::with_ocsp_response). Its
    /// result is sent unchanged; with `None` or an empty response nothing is sent.
    ///
    /// The closure runs during the handshake and blocks it. A panic ends the session and resumes in the call that runs
    /// the handshake.
    #[corresponds(
        gnutls_certificate_set_ocsp_status_request_function,
        alias(gnutls_certificate_set_ocsp_status_request_function2)
    )]
    pub fn ocsp_responder(
        mut self,
        responder: impl Fn(&SessionRef) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        self.common.certificates.responder = Some(Arc::new(responder));
        self
    }

    /// Sets whether certificate requests name the trusted authorities. The default is `true`. Without the names the
    /// request is shorter and discloses less, but a client cannot choose a certificate by them.
    #[corresponds(gnutls_certificate_send_x509_rdn_sequence)]
    pub fn name_authorities(mut self, name: bool) -> Self {
        self.side.hide_authorities = !name;
        self
    }
}

impl ClientConfig {
    /// Returns the trust anchors for peers' certificates in DER: the authorities of [`Trust`](crate::Trust), including
    /// the system's. Tokens that are queried during verification contribute their current content.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// let config = ClientConfig::builder().trust(Trust::none()).build()?;
    /// assert!(config.trust_anchors()?.is_empty());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of a token that cannot be read any more.
    #[corresponds(gnutls_certificate_get_trust_list, gnutls_x509_trust_list_iter_get_ca)]
    pub fn trust_anchors(&self) -> Result<Vec<Vec<u8>>> {
        self.0.common.credentials.trust_anchors()
    }

    /// Returns the certificate of the trusted authority that issued this one, both in DER, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the input is not a certificate.
    #[corresponds(gnutls_certificate_get_issuer)]
    pub fn issuer_of(&self, certificate: &[u8]) -> Result<Option<Vec<u8>>> {
        self.0.common.credentials.issuer_of(certificate)
    }
}

impl ServerConfig {
    /// Returns the trust anchors for clients' certificates in DER; see [`ClientConfig::trust_anchors`].
    pub fn trust_anchors(&self) -> Result<Vec<Vec<u8>>> {
        self.0.common.credentials.trust_anchors()
    }

    /// Returns the certificate of the trusted authority that issued this one; see [`ClientConfig::issuer_of`].
    pub fn issuer_of(&self, certificate: &[u8]) -> Result<Option<Vec<u8>>> {
        self.0.common.credentials.issuer_of(certificate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const CA: &[u8] = include_bytes!("../../tests/fixtures/ca.pem");
    const OTHER: &[u8] = include_bytes!("../../tests/fixtures/other-ca.pem");

    #[test]
    fn hazard_2_trust_anchors_are_really_loaded() {
        let loaded = |trust: Trust| {
            CertificateOptions::default()
                .build(&trust)
                .map(|parts| parts.credentials.trust_anchors().unwrap().len())
        };
        assert_eq!(loaded(Trust::none()).unwrap(), 0);
        assert_eq!(loaded(Trust::pem(CA).unwrap()).unwrap(), 1);
        assert_eq!(
            loaded(Trust::pem(CA).unwrap().and_pem(OTHER).unwrap()).unwrap(),
            2
        );
        match loaded(Trust::default()) {
            Ok(system) => {
                assert!(system > 0);
                assert_eq!(
                    loaded(Trust::system().and_pem(CA).unwrap()).unwrap(),
                    system + 1
                );
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Certificate),
        }
    }
}
