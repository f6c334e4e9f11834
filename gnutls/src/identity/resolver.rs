//! The choice of an identity by the program, and of the OCSP response that goes along with it.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::crypto::public_key::SignatureAlgorithm;
use crate::identity::Identity;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Chooses an identity, see [`ServerConfigBuilder::identity_resolver`](crate::ServerConfigBuilder::identity_resolver).
pub(crate) type IdentityResolverCallback =
    dyn Fn(&IdentityRequest<'_>) -> Option<Identity> + Send + Sync + 'static;

/// What is known when an identity is to be chosen: lent to the closure that chooses.
///
/// ```
/// use std::collections::HashMap;
/// use gnutls::{Identity, ServerConfigBuilder, handshake};
///
/// /// Has a server choose by the name that the client asks for.
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
    /// The session as it stands: its [side](SessionRef::side), its [protocol](SessionRef::protocol), and on a server the
    /// [name](SessionRef::server_name) that the client asks for.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// On a client: the distinguished names of the authorities that the server accepts, in DER. None means that any will do.
    pub fn authorities(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.authorities.iter().map(|name| {
            // SAFETY: a part of the message that is being processed, which lives as long as the callback runs.
            unsafe { datum::slice(name.data, name.size as usize) }
        })
    }

    /// The signature algorithms that the peer accepts, the most wanted first. Empty up to TLS 1.1, which has no such list.
    #[corresponds(gnutls_sign_algorithm_get_requested)]
    pub fn signature_algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> + use<'a> {
        let session = self.session;
        (0..).map_while(move |index| {
            let mut algorithm = sys::GNUTLS_SIGN_UNKNOWN;
            // SAFETY: reads an element of a list in the session, and checks the index (lib/algorithms.h, lib/ext/signature.c).
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

/// Returns an OCSP response, see [`ServerConfigBuilder::ocsp_responder`](crate::ServerConfigBuilder::ocsp_responder).
pub(crate) type OcspResponderCallback =
    dyn Fn(&SessionRef) -> Option<Vec<u8>> + Send + Sync + 'static;
