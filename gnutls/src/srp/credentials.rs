//! Users and passwords in the form that GnuTLS wants, and the callbacks through which it asks for them.

use std::ffi::{CStr, c_int};
use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::error::{Error, Result, argument, check};
use crate::srp::group::SrpGroup;
use crate::srp::verifier::SrpVerifier;
use crate::srp::{
    ClientSource, ClientSrp, LONGEST_NAME_OF_SERVER, ServerSource, ServerSrp, SrpUser,
};

/// Owns the credentials of one side, and what their callbacks look into.
pub(crate) enum SrpCredentials {
    Client(gnutls_sys::gnutls_srp_client_credentials_t, ClientSrp),
    Server(gnutls_sys::gnutls_srp_server_credentials_t, ServerSrp),
}

// SAFETY: everything that sets something is called before `client` and `server` return, from one thread. Later GnuTLS
// only reads the object (the callback, the seed and the length of made up salts), in every release. What the callbacks
// look into is Send + Sync by its types.
unsafe impl Send for SrpCredentials {}
// SAFETY: as above.
unsafe impl Sync for SrpCredentials {}

impl SrpCredentials {
    pub(crate) fn client(srp: ClientSrp) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure, which it is without SRP in the library, there is nothing to
        // release.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_client_credentials(&mut raw) })?;
        Ok(Self::Client(raw, srp))
    }

    pub(crate) fn server(srp: ServerSrp) -> Result<Self> {
        if let ServerSource::Files(files) = &srp.source {
            files.check()?;
        }
        if let Some(group) = srp.unknown_group {
            group.prime()?;
        }
        let mut raw = ptr::null_mut();
        // SAFETY: as for the client.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_server_credentials(&mut raw) })?;
        let credentials = Self::Server(raw, srp);
        if let Self::Server(_, srp) = &credentials {
            if let Some((seed, length)) = &srp.fake_salt {
                let seed = argument::bytes(seed)?;
                // SAFETY: copies the seed, as much of it as it has room for. It has 1 byte at least, and the length of the
                // salts is one that GnuTLS can make.
                unsafe {
                    gnutls_sys::gnutls_srp_set_server_fake_salt_seed(raw, &seed, (*length).into());
                }
            }
        }
        Ok(credentials)
    }

    /// Gives the credentials to a session.
    ///
    /// # Safety
    ///
    /// `session` is alive, its state has a pointer to this value, and this value outlives it: the pointer is kept until
    /// `gnutls_deinit`.
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let object = match self {
            Self::Client(raw, _) => raw.cast(),
            Self::Server(raw, _) => raw.cast(),
        };
        // SAFETY: the caller's promise.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_SRP, object)
        })?;
        Ok(())
    }

    pub(crate) fn user(&self) -> Option<SrpUser> {
        match self {
            Self::Client(_, srp) => match &srp.source {
                ClientSource::User(user) => Some(user.clone()),
                ClientSource::Lookup(lookup) => lookup(),
            },
            Self::Server(..) => None,
        }
    }

    /// The verifier of a user, or the group for one that there is not.
    pub(crate) fn find(
        &self,
        username: &CStr,
    ) -> Result<std::result::Result<SrpVerifier, SrpGroup>> {
        let Self::Server(_, srp) = self else {
            return Err(Error::from_code(gnutls_sys::GNUTLS_E_INTERNAL_ERROR));
        };
        // A name is UTF-8 (RFC 5054, section 2.3), so that no user has another. Longer ones some releases hand on, which
        // newer ones refuse.
        let name = username
            .to_str()
            .ok()
            .filter(|name| (1..=LONGEST_NAME_OF_SERVER).contains(&name.len()));
        let found = match (&srp.source, name) {
            (ServerSource::Lookup(lookup), Some(name)) => {
                lookup(name).ok_or_else(SrpGroup::default)
            }
            (ServerSource::Lookup(_), None) => Err(SrpGroup::default()),
            (ServerSource::Files(files), name) => files.find(name.unwrap_or_default())?,
        };
        Ok(found.map_err(|group| srp.unknown_group.unwrap_or(group)))
    }

    /// The shortest prime that a client takes.
    pub(crate) fn smallest_group(&self) -> SrpGroup {
        match self {
            Self::Client(_, srp) => srp.smallest_group,
            Self::Server(..) => SrpGroup::DANGEROUS_BITS_1024,
        }
    }
}

/// GnuTLS may have been built without SRP: upstream's default since 3.8.0.
fn allocated(code: c_int) -> Result<()> {
    check(code).map_err(|error| error.with_message("SRP"))?;
    Ok(())
}

impl Drop for SrpCredentials {
    fn drop(&mut self) {
        // SAFETY: allocated by this type and released once. The sessions that have the pointer are gone: each keeps the
        // configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw, _) => gnutls_sys::gnutls_srp_free_client_credentials(*raw),
                Self::Server(raw, _) => gnutls_sys::gnutls_srp_free_server_credentials(*raw),
            }
        }
    }
}
