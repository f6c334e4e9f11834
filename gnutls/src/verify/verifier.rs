//! Verifier callbacks, which are called after the verification by GnuTLS.

use std::fmt;
use std::sync::Arc;

use crate::session_core::session_ref::SessionRef;
use crate::verify::status::VerificationStatus;

/// Verifies a peer; see [`ClientConfigBuilder::verifier`](crate::ClientConfigBuilder::verifier).
type VerifierCallback =
    dyn Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus> + Send + Sync + 'static;

/// A verifier callback, and the effect of its result.
#[derive(Clone)]
pub(crate) struct Verifier {
    callback: Arc<VerifierCallback>,
    /// `true` if the result replaces that of GnuTLS, so that the callback can accept a peer that GnuTLS refuses.
    replaces: bool,
}

impl Verifier {
    /// Creates a verifier whose result is added to that of GnuTLS.
    pub(crate) fn stricter(
        callback: impl Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            callback: Arc::new(callback),
            replaces: false,
        }
    }

    /// Creates a verifier whose result replaces that of GnuTLS.
    pub(crate) fn instead(
        callback: impl Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            callback: Arc::new(callback),
            replaces: true,
        }
    }

    /// Calls the verifier. Returns the combined verification status.
    pub(crate) fn verdict(&self, peer: &PeerVerification<'_>) -> VerificationStatus {
        let status = match (self.callback)(peer) {
            Ok(()) => VerificationStatus::default(),
            // GnuTLS sets INVALID together with any reason. With it, an error without a reason is also a refusal.
            Err(reasons) => reasons | VerificationStatus::INVALID,
        };
        if self.replaces {
            status
        } else {
            peer.status | status
        }
    }
}

/// A peer and the result of its verification by GnuTLS, which may have failed; passed to the verifier callback.
///
/// ```
/// use gnutls::verify::{PeerVerification, VerificationStatus};
///
/// /// Accepts a certificate that has expired, if there is no other reason to refuse it.
/// fn accept_expired(peer: &PeerVerification<'_>) -> Result<(), VerificationStatus> {
///     let expired = VerificationStatus::EXPIRED | VerificationStatus::INVALID;
///     if peer.status().is_trusted() || peer.status() == expired {
///         Ok(())
///     } else {
///         Err(peer.status())
///     }
/// }
///
/// let builder = gnutls::ClientConfig::builder().dangerous_verifier(accept_expired);
/// # drop(builder);
/// ```
pub struct PeerVerification<'a> {
    pub(crate) session: &'a SessionRef,
    pub(crate) server_name: Option<&'a str>,
    pub(crate) status: VerificationStatus,
}

impl<'a> PeerVerification<'a> {
    /// Returns the session in its current state, with the [certificates](SessionRef::peer_certificates) of the peer and
    /// its [OCSP response](SessionRef::ocsp_response). The handshake is not complete.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// Returns the verification status of GnuTLS.
    pub fn status(&self) -> VerificationStatus {
        self.status
    }

    /// Returns the expected address of the server, or its name as it was sent. On a server, there is none.
    pub fn server_name(&self) -> Option<&'a str> {
        self.server_name
    }
}

impl fmt::Debug for PeerVerification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerVerification")
            .field("server_name", &self.server_name)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
