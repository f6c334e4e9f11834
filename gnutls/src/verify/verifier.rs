//! A second judgement on the certificate of a peer, by a closure of the program.

use std::fmt;
use std::sync::Arc;

use crate::session_core::session_ref::SessionRef;
use crate::verify::status::VerificationStatus;

/// Judges a peer, see [`ClientConfigBuilder::verifier`](crate::ClientConfigBuilder::verifier).
type VerifierCallback =
    dyn Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus> + Send + Sync + 'static;

/// A closure, and what it is allowed to do.
#[derive(Clone)]
pub(crate) struct Verifier {
    judge: Arc<VerifierCallback>,
    /// Whether it may accept what GnuTLS does not.
    instead: bool,
}

impl Verifier {
    /// One that can only add reasons.
    pub(crate) fn stricter(
        judge: impl Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus> + Send + Sync + 'static,
    ) -> Self {
        Self {
            judge: Arc::new(judge),
            instead: false,
        }
    }

    /// One whose word is the last.
    pub(crate) fn instead(
        judge: impl Fn(&PeerVerification<'_>) -> Result<(), VerificationStatus> + Send + Sync + 'static,
    ) -> Self {
        Self {
            judge: Arc::new(judge),
            instead: true,
        }
    }

    /// The verdict of GnuTLS and of the closure together.
    pub(crate) fn verdict(&self, peer: &PeerVerification<'_>) -> VerificationStatus {
        let judged = match (self.judge)(peer) {
            Ok(()) => VerificationStatus::default(),
            // GnuTLS sets this with each reason; and no reason at all is still a refusal.
            Err(reasons) => reasons | VerificationStatus::INVALID,
        };
        if self.instead {
            judged
        } else {
            peer.status | judged
        }
    }
}

/// What is known of a peer whose certificate GnuTLS has verified, whatever came out: lent to the closure that judges it.
///
/// ```
/// use gnutls::verify::{PeerVerification, VerificationStatus};
///
/// /// Accepts a certificate that has expired, and only that. Given to `dangerous_verifier`.
/// fn judge(peer: &PeerVerification<'_>) -> Result<(), VerificationStatus> {
///     let expired = VerificationStatus::EXPIRED | VerificationStatus::INVALID;
///     if peer.status().is_trusted() || peer.status() == expired {
///         Ok(())
///     } else {
///         Err(peer.status())
///     }
/// }
/// ```
pub struct PeerVerification<'a> {
    pub(crate) session: &'a SessionRef,
    pub(crate) server_name: Option<&'a str>,
    pub(crate) status: VerificationStatus,
}

impl<'a> PeerVerification<'a> {
    /// The session as it stands, with the [certificates](SessionRef::peer_certificates) of the peer and its
    /// [OCSP response](SessionRef::ocsp_response). The handshake is not over.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// GnuTLS' own verdict.
    pub fn status(&self) -> VerificationStatus {
        self.status
    }

    /// On a client: the name or the address of the server that is wanted.
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
