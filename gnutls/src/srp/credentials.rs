//! The SRP credentials of GnuTLS, and the data of their callbacks.

use std::ffi::{CStr, c_int};
use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::error::{Error, Result, argument, check};
use crate::session_core::session_ref::SessionRef;
use crate::srp;
use crate::srp::{ClientSource, LONGEST_NAME_OF_SERVER, ServerSource, group, verifier};

/// Owns the credentials of one side, and the data of their callbacks.
pub(crate) enum SrpCredentials {
    Client(gnutls_sys::gnutls_srp_client_credentials_t, srp::Client),
    Server(gnutls_sys::gnutls_srp_server_credentials_t, srp::Server),
}

// SAFETY: the object is memory without ties to a thread (the callback, the seed and the length of fake salts), and its
// release frees only this memory. The data of the callbacks is `Send` and `Sync` by its types.
unsafe impl Send for SrpCredentials {}
// SAFETY: all setters are called before `client` and `server` return, by one thread, except for those of
// `callbacks::install`, which store the callbacks once, before the first session uses the object. Afterwards GnuTLS
// only reads the object (the callback, the seed and the length of fake salts), in every release. The data of the
// callbacks is `Send` and `Sync` by its types.
unsafe impl Sync for SrpCredentials {}

impl SrpCredentials {
    pub(crate) fn client(srp: srp::Client) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success. On failure, which is the result without SRP in the library, there is
        // nothing to release.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_client_credentials(&mut raw) })?;
        Ok(Self::Client(raw, srp))
    }

    pub(crate) fn server(srp: srp::Server) -> Result<Self> {
        if let ServerSource::Files(files) = &srp.source {
            files.check()?;
        }
        if let Some(group) = srp.unknown_group {
            group.prime()?;
        }
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success. On failure, which is the result without SRP in the library, there is
        // nothing to release.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_server_credentials(&mut raw) })?;
        let credentials = Self::Server(raw, srp);
        if let Self::Server(_, srp) = &credentials {
            if let Some((seed, length)) = &srp.fake_salt {
                let seed = argument::bytes(seed)?;
                // SAFETY: copies as much of the seed as GnuTLS has room for. The seed is not empty and GnuTLS supports
                // the length of the salts, because `fake_salt_seed` has checked both.
                unsafe {
                    gnutls_sys::gnutls_srp_set_server_fake_salt_seed(raw, &seed, (*length).into());
                }
            }
        }
        Ok(credentials)
    }

    /// Sets the credentials in a session.
    ///
    /// # Safety
    ///
    /// `session` must be live and on the side of the credentials, its state must have a pointer to this value, and this
    /// value must outlive it: GnuTLS keeps the pointer until `gnutls_deinit`.
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let object = match self {
            Self::Client(raw, _) => raw.cast(),
            Self::Server(raw, _) => raw.cast(),
        };
        // SAFETY: `session` is live and on the side of the credentials, and this value outlives it, by the contract of
        // this function. The object has the type that `GNUTLS_CRD_SRP` requires on this side.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_SRP, object)
        })?;
        Ok(())
    }

    pub(crate) fn user(&self, session: &SessionRef) -> Option<srp::User> {
        match self {
            Self::Client(_, srp) => match &srp.source {
                ClientSource::User(user) => Some(user.clone()),
                ClientSource::Lookup(lookup) => lookup(session),
            },
            Self::Server(..) => None,
        }
    }

    /// Returns the verifier of a user, or the group for an unknown user.
    pub(crate) fn find(
        &self,
        session: &SessionRef,
        username: &CStr,
    ) -> Result<std::result::Result<verifier::Verifier, group::Group>> {
        let Self::Server(_, srp) = self else {
            return Err(Error::from_code(gnutls_sys::GNUTLS_E_INTERNAL_ERROR));
        };
        // A user name is UTF-8 (RFC 5054, section 2.3), so no user has any other name. Some releases pass on longer
        // names, which newer ones refuse.
        let name = username
            .to_str()
            .ok()
            .filter(|name| (1..=LONGEST_NAME_OF_SERVER).contains(&name.len()));
        let found = match (&srp.source, name) {
            (ServerSource::Lookup(lookup), Some(name)) => {
                lookup(session, name).ok_or_else(group::Group::default)
            }
            (ServerSource::Lookup(_), None) => Err(group::Group::default()),
            (ServerSource::Files(files), name) => files.find(name.unwrap_or_default())?,
        };
        Ok(found.map_err(|group| srp.unknown_group.unwrap_or(group)))
    }

    /// Returns the smallest group that a client accepts.
    pub(crate) fn smallest_group(&self) -> group::Group {
        match self {
            Self::Client(_, srp) => srp.smallest_group,
            Self::Server(..) => group::Group::DANGEROUS_BITS_1024,
        }
    }
}

/// Reports a library without SRP, which is upstream's default since 3.8.0.
fn allocated(code: c_int) -> Result<()> {
    check(code).map_err(|error| {
        error.with_message("GnuTLS was built without SRP: use a library that includes it")
    })?;
    Ok(())
}

impl Drop for SrpCredentials {
    fn drop(&mut self) {
        // SAFETY: the object was allocated by this type and is released once. No session has the pointer any more: any
        // session keeps the configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw, _) => gnutls_sys::gnutls_srp_free_client_credentials(*raw),
                Self::Server(raw, _) => gnutls_sys::gnutls_srp_free_server_credentials(*raw),
            }
        }
    }
}
