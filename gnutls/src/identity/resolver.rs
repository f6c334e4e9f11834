//! Callbacks that select an identity and an OCSP response.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::crypto::public_key::SignatureAlgorithm;
use crate::identity::Identity;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Selects an identity; see [`ServerConfigBuilder::identity_resolver`](crate::ServerConfigBuilder::identity_resolver).
pub(crate) type IdentityResolverCallback =
    dyn Fn(&IdentityRequest<'_>) -> Option<Identity> + Send + Sync + 'static;

/// The session that requires an identity, and the criteria of its peer; passed to the closure that selects the
/// identity.
///
/// ```
/// use std::collections::HashMap;
/// use gnutls::{Identity, ServerConfigBuilder, handshake};
///
/// /// Selects the identity by the server name that the client sent.
/// fn by_name(builder: ServerConfigBuilder, identities: HashMap<String, Identity>) -> ServerConfigBuilder {
///     builder.identity_resolver(move |request: &handshake::IdentityRequest<'_>| {
///         identities.get(&request.session().server_name()?).cloned()
///     })
/// }
/// ```
pub struct IdentityRequest<'a> {
    pub(crate) session: &'a SessionRef,
    pub(crate) authorities: &'a [gnutls_datum_t],
}

impl<'a> IdentityRequest<'a> {
    /// Returns the session in its current state, with its [side](SessionRef::side), its
    /// [protocol](SessionRef::protocol) and, on a server, the [server name](SessionRef::server_name) that the client
    /// sent.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// Returns the distinguished names of the certificate authorities that the server accepts, in DER. If there are
    /// none, the server accepts any. On a server, there are none.
    pub fn authorities(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.authorities.iter().map(|name| {
            // SAFETY: the name is part of the message that C is processing, which lives and does not change while the
            // callback runs.
            unsafe { datum::slice(name.data, name.size as usize) }
        })
    }

    /// Returns the signature algorithms that the peer accepts, in its order of preference. Up to TLS 1.1, which does
    /// not negotiate them, there are none.
    #[corresponds(gnutls_sign_algorithm_get_requested)]
    pub fn signature_algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> + use<'a> {
        let session = self.session;
        (0..).map_while(move |index| {
            let mut algorithm = sys::GNUTLS_SIGN_UNKNOWN;
            // SAFETY: the session is live. Reads an element of a list in the session and checks the index
            // (lib/ext/signature.c).
            let code = unsafe {
                sys::gnutls_sign_algorithm_get_requested(session.as_ptr(), index, &mut algorithm)
            };
            (code >= 0).then_some(SignatureAlgorithm::from_raw(algorithm))
        })
    }
}

impl fmt::Debug for IdentityRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityRequest")
            .field("session", self.session)
            .field("authorities", &self.authorities.len())
            .finish()
    }
}

/// Returns an OCSP response; see [`ServerConfigBuilder::ocsp_responder`](crate::ServerConfigBuilder::ocsp_responder).
pub(crate) type OcspResponderCallback =
    dyn Fn(&SessionRef) -> Option<Vec<u8>> + Send + Sync + 'static;
