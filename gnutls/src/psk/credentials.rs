//! The PSK credentials of GnuTLS, and the data of their callbacks.

#![cfg_attr(
    not(gnutls_3_6_13),
    allow(
        dead_code,
        unused_imports,
        unused_variables,
        reason = "an older library refuses all keys"
    )
)]

use std::ffi::{CString, c_int};
#[cfg(not(gnutls_3_6_13))]
use std::os::unix::ffi::OsStrExt;
#[cfg(not(gnutls_3_6_13))]
use std::path::Path;
use std::ptr;

use gnutls_sys::gnutls_session_t;

#[cfg(not(gnutls_3_6_13))]
use crate::error::ErrorKind;
use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::psk;
use crate::psk::{ClientSource, LONGEST_NAME, PreSharedKey, ServerSource};
use crate::session_core::session_ref::SessionRef;

/// Owns the credentials of one side, and the data of their callbacks.
pub(crate) enum PskCredentials {
    Client(gnutls_sys::gnutls_psk_client_credentials_t, psk::Client),
    Server(gnutls_sys::gnutls_psk_server_credentials_t, psk::Server),
}

// SAFETY: the object is memory without ties to a thread (binder_algo, the callbacks, password_file and hint), and its
// release frees only this memory. The data of the callbacks is `Send` and `Sync` by its types.
unsafe impl Send for PskCredentials {}
// SAFETY: all setters are called before `client` and `server` return, by one thread, except for those of
// `callbacks::install`, which store the callbacks once, before the first session uses the object. Afterwards GnuTLS
// only reads the object (binder_algo, the callbacks, password_file and hint), in every release. The data of the
// callbacks is `Send` and `Sync` by its types.
unsafe impl Sync for PskCredentials {}

impl PskCredentials {
    pub(crate) fn client(psk: psk::Client) -> Result<Self> {
        if let ClientSource::Key(key) = &psk.source {
            key.key.usable_with(Some(psk.hash))?;
        }
        let mut raw = ptr::null_mut();
        let code = allocate_client(&mut raw, psk.hash)?;
        check(code)?;
        let credentials = Self::Client(raw, psk);
        requires!(gnutls_3_6_13, "pre-shared keys", Ok(()))?;
        Ok(credentials)
    }

    pub(crate) fn server(psk: psk::Server) -> Result<Self> {
        let hint = psk.hint.as_deref().map(c_hint).transpose()?;
        #[cfg(gnutls_3_6_13)]
        if let ServerSource::File(path) = &psk.source {
            psk::file::FILE.check(path)?;
        }
        let mut raw = ptr::null_mut();
        check(allocate_server(&mut raw, psk.hash)?)?;
        let credentials = Self::Server(raw, psk);
        if let Some(hint) = &hint {
            // SAFETY: copies the hint, which ends in NUL.
            check(unsafe {
                gnutls_sys::gnutls_psk_set_server_credentials_hint(raw, hint.as_ptr())
            })?;
        }
        #[cfg(not(gnutls_3_6_13))]
        if let Self::Server(_, psk) = &credentials {
            match &psk.source {
                ServerSource::File(path) => set_file(raw, path)?,
                ServerSource::Lookup(_) => requires!(gnutls_3_6_13, "pre-shared keys", Ok(()))?,
            }
        }
        Ok(credentials)
    }

    /// Returns the C object of a server.
    pub(crate) fn server_object(&self) -> Option<gnutls_sys::gnutls_psk_server_credentials_t> {
        match self {
            Self::Server(raw, _) => Some(*raw),
            Self::Client(..) => None,
        }
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
        // this function. The object has the type that `GNUTLS_CRD_PSK` requires on this side.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_PSK, object)
        })?;
        Ok(())
    }

    /// Returns the key of an identity, or `None` if it is unknown.
    #[cfg(gnutls_3_6_13)]
    pub(crate) fn key_of(&self, session: &SessionRef, identity: &[u8]) -> Result<Option<psk::Key>> {
        match self {
            Self::Server(_, psk) => match &psk.source {
                ServerSource::Lookup(lookup) => {
                    Ok(lookup(session, identity).filter(|key| key.usable_with(psk.hash).is_ok()))
                }
                ServerSource::File(path) => psk::file::find(path, identity),
            },
            Self::Client(..) => Ok(None),
        }
    }

    pub(crate) fn own_key(&self, session: &SessionRef, hint: Option<&str>) -> Option<PreSharedKey> {
        match self {
            Self::Client(_, psk) => match &psk.source {
                ClientSource::Key(key) => Some(key.clone()),
                ClientSource::Lookup(lookup) => {
                    lookup(session, hint).filter(|key| key.key.usable_with(Some(psk.hash)).is_ok())
                }
            },
            Self::Server(..) => None,
        }
    }
}

impl psk::Key {
    /// Fails for an imported key that GnuTLS cannot use but does not refuse: with a library that does not support it,
    /// or with another hash function, which would truncate the ClientHello.
    fn usable_with(&self, hash: Option<psk::Hash>) -> Result<()> {
        let Some(imported) = self.imported else {
            return Ok(());
        };
        if hash.is_some_and(|hash| hash != imported) {
            return Err(Error::invalid_input(
                "the pre-shared key is imported for another hash function: use the same `hash`",
            ));
        }
        requires!(gnutls_3_8_1, "importing pre-shared keys", Ok(()))
    }
}

impl Drop for PskCredentials {
    fn drop(&mut self) {
        // SAFETY: the object was allocated by this type and is released once. No session has the pointer any more: any
        // session keeps the configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw, _) => gnutls_sys::gnutls_psk_free_client_credentials(*raw),
                Self::Server(raw, _) => gnutls_sys::gnutls_psk_free_server_credentials(*raw),
            }
        }
    }
}

/// Makes GnuTLS search the file. These releases have no callback that gets the length of an identity, and do not report
/// the identity to the program.
#[cfg(not(gnutls_3_6_13))]
fn set_file(raw: gnutls_sys::gnutls_psk_server_credentials_t, path: &Path) -> Result<()> {
    let name = CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Error::invalid_input("the path of the PSK file contains a NUL byte"))?;
    // SAFETY: copies the path, which ends in NUL, and checks that the file exists.
    check(unsafe { gnutls_sys::gnutls_psk_set_server_credentials_file(raw, name.as_ptr()) })
        .map(drop)
        .map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message("the PSK file cannot be read")
        })
}

fn c_hint(hint: &str) -> Result<CString> {
    if hint.len() > LONGEST_NAME {
        return Err(Error::invalid_input(format!(
            "a PSK hint of {} bytes is too long: use at most {LONGEST_NAME} bytes",
            hint.len()
        )));
    }
    CString::new(hint).map_err(|_| Error::invalid_input("the PSK hint contains a NUL byte"))
}

fn allocate_client(
    raw: &mut gnutls_sys::gnutls_psk_client_credentials_t,
    hash: psk::Hash,
) -> Result<c_int> {
    if hash == psk::Hash::Sha256 {
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        return Ok(unsafe { gnutls_sys::gnutls_psk_allocate_client_credentials(raw) });
    }
    requires!(
        gnutls_3_8_11,
        "pre-shared keys with SHA-384",
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        Ok(unsafe {
            gnutls_sys::gnutls_psk_allocate_client_credentials2(raw, gnutls_sys::GNUTLS_MAC_SHA384)
        })
    )
}

fn allocate_server(
    raw: &mut gnutls_sys::gnutls_psk_server_credentials_t,
    hash: Option<psk::Hash>,
) -> Result<c_int> {
    if hash == Some(psk::Hash::Sha256) {
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        return Ok(unsafe { gnutls_sys::gnutls_psk_allocate_server_credentials(raw) });
    }
    requires!(gnutls_3_8_11, "pre-shared keys with SHA-384", {
        let mac = match hash {
            None => gnutls_sys::GNUTLS_MAC_UNKNOWN,
            Some(_) => gnutls_sys::GNUTLS_MAC_SHA384,
        };
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        Ok(unsafe { gnutls_sys::gnutls_psk_allocate_server_credentials2(raw, mac) })
    })
}
