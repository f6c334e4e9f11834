//! The keys in the form that GnuTLS wants, and the callbacks through which it asks for them.

#![cfg_attr(
    not(gnutls_3_6_13),
    allow(
        dead_code,
        unused_imports,
        unused_variables,
        reason = "built for an older library, all is refused"
    )
)]

use std::ffi::{CString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};
use crate::psk::{
    ClientPsk, ClientSource, LONGEST_NAME, PreSharedKey, PskHash, PskKey, ServerPsk, ServerSource,
};

/// Owns the credentials of one side, and what their callbacks look into.
pub(crate) enum PskCredentials {
    Client(gnutls_sys::gnutls_psk_client_credentials_t, ClientPsk),
    Server(gnutls_sys::gnutls_psk_server_credentials_t, ServerPsk),
}

// SAFETY: everything that sets something is called before `client` and `server` return, from one thread. Later GnuTLS
// only reads the object (binder_algo, the callbacks, password_file, hint), in every release. What the callbacks look into
// is Send + Sync by its types.
unsafe impl Send for PskCredentials {}
// SAFETY: as above.
unsafe impl Sync for PskCredentials {}

impl PskCredentials {
    pub(crate) fn client(psk: ClientPsk) -> Result<Self> {
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

    pub(crate) fn server(psk: ServerPsk) -> Result<Self> {
        let hint = psk.hint.as_deref().map(c_hint).transpose()?;
        let file = match &psk.source {
            ServerSource::Lookup(_) => None,
            ServerSource::File(path) => {
                Some(CString::new(path.as_os_str().as_bytes()).map_err(|_| {
                    Error::invalid_input("the path of a file of keys contains a NUL byte")
                })?)
            }
        };
        let mut raw = ptr::null_mut();
        check(allocate_server(&mut raw, psk.hash)?)?;
        let credentials = Self::Server(raw, psk);
        if let Some(hint) = &hint {
            // SAFETY: copies the text.
            check(unsafe {
                gnutls_sys::gnutls_psk_set_server_credentials_hint(raw, hint.as_ptr())
            })?;
        }
        match file {
            // SAFETY: copies the path, and looks whether the file is there.
            Some(path) => check(unsafe {
                gnutls_sys::gnutls_psk_set_server_credentials_file(raw, path.as_ptr())
            })
            .map(drop)
            .map_err(|error| {
                error
                    .with_kind(ErrorKind::InvalidInput)
                    .with_message("the file of pre-shared keys")
            }),
            None => requires!(gnutls_3_6_13, "pre-shared keys", Ok(())),
        }?;
        Ok(credentials)
    }

    /// Gives the keys to a session.
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
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_PSK, object)
        })?;
        Ok(())
    }

    pub(crate) fn key_of(&self, identity: &[u8]) -> Option<PskKey> {
        match self {
            Self::Server(_, psk) => match &psk.source {
                ServerSource::Lookup(lookup) => {
                    lookup(identity).filter(|key| key.usable_with(psk.hash).is_ok())
                }
                ServerSource::File(_) => None,
            },
            Self::Client(..) => None,
        }
    }

    pub(crate) fn own_key(&self, hint: Option<&str>) -> Option<PreSharedKey> {
        match self {
            Self::Client(_, psk) => match &psk.source {
                ClientSource::Key(key) => Some(key.clone()),
                ClientSource::Lookup(lookup) => {
                    lookup(hint).filter(|key| key.key.usable_with(Some(psk.hash)).is_ok())
                }
            },
            Self::Server(..) => None,
        }
    }
}

impl PskKey {
    /// Fails where GnuTLS could not use the key, which it does not notice by itself: an imported one with a library that
    /// knows none, or with another hash function, where it would send a hello that is cut off.
    fn usable_with(&self, hash: Option<PskHash>) -> Result<()> {
        let Some(imported) = self.imported else {
            return Ok(());
        };
        if hash.is_some_and(|hash| hash != imported) {
            return Err(Error::invalid_input(
                "a pre-shared key that is imported for another hash function",
            ));
        }
        requires!(gnutls_3_8_1, "importing pre-shared keys", Ok(()))
    }
}

impl Drop for PskCredentials {
    fn drop(&mut self) {
        // SAFETY: allocated by this type and released once. The sessions that have the pointer are gone: each keeps the
        // configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw, _) => gnutls_sys::gnutls_psk_free_client_credentials(*raw),
                Self::Server(raw, _) => gnutls_sys::gnutls_psk_free_server_credentials(*raw),
            }
        }
    }
}

fn c_hint(hint: &str) -> Result<CString> {
    if hint.len() > LONGEST_NAME {
        return Err(Error::invalid_input(format!(
            "a hint of {} bytes; GnuTLS takes {LONGEST_NAME}",
            hint.len()
        )));
    }
    CString::new(hint).map_err(|_| Error::invalid_input("a hint with a NUL byte"))
}

fn allocate_client(
    raw: &mut gnutls_sys::gnutls_psk_client_credentials_t,
    hash: PskHash,
) -> Result<c_int> {
    if hash == PskHash::Sha256 {
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        return Ok(unsafe { gnutls_sys::gnutls_psk_allocate_client_credentials(raw) });
    }
    requires!(
        gnutls_3_8_11,
        "pre-shared keys with SHA-384",
        // SAFETY: as above.
        Ok(unsafe {
            gnutls_sys::gnutls_psk_allocate_client_credentials2(raw, gnutls_sys::GNUTLS_MAC_SHA384)
        })
    )
}

fn allocate_server(
    raw: &mut gnutls_sys::gnutls_psk_server_credentials_t,
    hash: Option<PskHash>,
) -> Result<c_int> {
    if hash == Some(PskHash::Sha256) {
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        return Ok(unsafe { gnutls_sys::gnutls_psk_allocate_server_credentials(raw) });
    }
    requires!(gnutls_3_8_11, "pre-shared keys with SHA-384", {
        let mac = match hash {
            None => gnutls_sys::GNUTLS_MAC_UNKNOWN,
            Some(_) => gnutls_sys::GNUTLS_MAC_SHA384,
        };
        // SAFETY: as above.
        Ok(unsafe { gnutls_sys::gnutls_psk_allocate_server_credentials2(raw, mac) })
    })
}
