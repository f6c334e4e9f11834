//! Verifier callbacks, which are called after the verification by GnuTLS.

use std::sync::Arc;
use std::{error, fmt, io};

use crate::alert::Alert;
use crate::error::Error;
use crate::session_core::session_ref::SessionRef;
use crate::verify::status::VerificationStatus;

/// Verifies a peer; see [`ClientConfigBuilder::verifier`](crate::ClientConfigBuilder::verifier).
type VerifierCallback =
    dyn Fn(&PeerVerification<'_>) -> Result<(), Rejection> + Send + Sync + 'static;

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
        callback: impl Fn(&PeerVerification<'_>) -> Result<(), Rejection> + Send + Sync + 'static,
    ) -> Self {
        Self {
            callback: Arc::new(callback),
            replaces: false,
        }
    }

    /// Creates a verifier whose result replaces that of GnuTLS.
    pub(crate) fn instead(
        callback: impl Fn(&PeerVerification<'_>) -> Result<(), Rejection> + Send + Sync + 'static,
    ) -> Self {
        Self {
            callback: Arc::new(callback),
            replaces: true,
        }
    }

    /// Calls the verifier. Returns the combined verification status, and the rejection of the verifier.
    pub(crate) fn verdict(
        &self,
        peer: &PeerVerification<'_>,
    ) -> (VerificationStatus, Option<Rejection>) {
        let rejection = (self.callback)(peer).err();
        // GnuTLS sets INVALID together with any reason. With it, an error without a reason is also a refusal.
        let status = rejection
            .as_ref()
            .map(|rejection| rejection.status | VerificationStatus::INVALID)
            .unwrap_or_default();
        let status = if self.replaces {
            status
        } else {
            peer.status | status
        };
        (status, rejection)
    }
}

/// The reason for which a verifier rejects a peer, and the alert that the peer receives.
///
/// A [`VerificationStatus`] and an [`Alert`] convert into it. Without an alert of its own the peer receives
/// [`Alert::BAD_CERTIFICATE`], as from GnuTLS.
///
/// ```
/// use gnutls::{Alert, ClientConfig};
/// use gnutls::verify::{Rejection, VerificationStatus};
///
/// # let revoked: Vec<Vec<u8>> = Vec::new();
/// let config = ClientConfig::builder()
///     .trust(gnutls::Trust::none())
///     .verifier(move |peer| match peer.session().peer_certificate() {
///         Some(certificate) if revoked.iter().any(|revoked| revoked == certificate) => {
///             Err(Rejection::new("the certificate is on the local list of revoked certificates")
///                 .with_status(VerificationStatus::REVOKED)
///                 .with_alert(Alert::CERTIFICATE_REVOKED))
///         }
///         _ => Ok(()),
///     })
///     .build()?;
/// # let _ = config;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rejection {
    status: VerificationStatus,
    alert: Option<Alert>,
    reason: Option<Arc<io::Error>>,
}

impl Rejection {
    /// Creates a rejection for this reason. The error of the handshake begins with its text, and has it as its
    /// [source](std::error::Error::source), inside an [`io::Error`].
    pub fn new(reason: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self {
            reason: Some(Arc::new(io::Error::other(reason))),
            ..Self::default()
        }
    }

    /// Sets the reasons that [`Error::verification`] returns, in addition to
    /// [`INVALID`](VerificationStatus::INVALID).
    pub fn with_status(mut self, status: VerificationStatus) -> Self {
        self.status = status;
        self
    }

    /// Sets the alert that the peer receives.
    pub fn with_alert(mut self, alert: Alert) -> Self {
        self.alert = Some(alert);
        self
    }

    /// Returns the error of the handshake, or `None` if it is that of GnuTLS for the status.
    pub(crate) fn into_error(self, status: VerificationStatus) -> Option<Error> {
        let Self { alert, reason, .. } = self;
        if alert.is_none() && reason.is_none() {
            return None;
        }
        let mut error =
            Error::untrusted(status).with_alert(alert.unwrap_or(Alert::BAD_CERTIFICATE));
        if let Some(reason) = reason {
            error = error.with_message(reason.to_string()).with_source(reason);
        }
        Some(error)
    }
}

impl From<VerificationStatus> for Rejection {
    /// Creates a rejection for these reasons.
    fn from(status: VerificationStatus) -> Self {
        Self::default().with_status(status)
    }
}

impl From<Alert> for Rejection {
    /// Creates a rejection with this alert.
    fn from(alert: Alert) -> Self {
        Self::default().with_alert(alert)
    }
}

/// A peer and the result of its verification by GnuTLS, which may have failed; passed to the verifier callback.
///
/// ```
/// use gnutls::verify::{PeerVerification, Rejection, VerificationStatus};
///
/// /// Accepts a certificate that has expired, if there is no other reason to refuse it.
/// fn accept_expired(peer: &PeerVerification<'_>) -> Result<(), Rejection> {
///     let expired = VerificationStatus::EXPIRED | VerificationStatus::INVALID;
///     if peer.status().is_trusted() || peer.status() == expired {
///         Ok(())
///     } else {
///         Err(peer.status().into())
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
