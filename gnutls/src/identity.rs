//! An identity: a certificate chain and its private key.

use std::fmt;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_sys::GNUTLS_X509_FMT_PEM;

use crate::credentials::Credentials;
use crate::datum;
use crate::error::check;
use crate::file;
use crate::secret::Secret;
use crate::{Error, ErrorCode, ErrorKind, Result};

/// A certificate chain and its private key: what a server, or a client that is asked to, proves who it is with.
///
/// The chain begins with the own certificate; each further one is the issuer of the one before, and the root may be left
/// out. Everything is read and checked when the identity is made: that both can be parsed, that the password is right,
/// and that key and certificate belong together. Clones are cheap. The key held
/// here is overwritten before its memory is released.
///
/// ```no_run
/// use gnutls::Identity;
///
/// let identity = Identity::from_pem_files("chain.pem", "key.pem")?;
/// # let _ = identity;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

/// PEM, each ending in NUL.
struct Inner {
    chain: Vec<u8>,
    key: Secret,
    password: Option<Secret>,
}

impl Identity {
    /// Reads chain and key from PEM files.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) for a file that cannot be read, or [`Certificate`](ErrorKind::Certificate) for what
    /// is in it; the text names the file.
    #[doc(alias = "gnutls_certificate_set_x509_key_file2")]
    pub fn from_pem_files(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), None)
    }

    /// Reads chain and key from PEM files; the key is encrypted with a password.
    ///
    /// # Errors
    ///
    /// As for [`from_pem_files`](Self::from_pem_files).
    #[doc(alias = "gnutls_certificate_set_x509_key_file2")]
    pub fn from_pem_files_with_password(
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
        password: &str,
    ) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), Some(password))
    }

    /// Takes chain and key from PEM in memory.
    ///
    /// C: [`gnutls_certificate_set_x509_key_mem2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcertificate_005fset_005fx509_005fkey_005fmem2).
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate); the text tells which of the two is at fault.
    #[doc(alias = "gnutls_certificate_set_x509_key_mem2")]
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self> {
        Self::load_pem(chain, "the certificate chain", key, "the private key", None)
    }

    /// Takes chain and key from PEM in memory; the key is encrypted with a password.
    ///
    /// # Errors
    ///
    /// As for [`from_pem`](Self::from_pem).
    #[doc(alias = "gnutls_certificate_set_x509_key_mem2")]
    pub fn from_pem_with_password(chain: &[u8], key: &[u8], password: &str) -> Result<Self> {
        Self::load_pem(
            chain,
            "the certificate chain",
            key,
            "the private key",
            Some(password),
        )
    }

    fn from_files(chain: &Path, key: &Path, password: Option<&str>) -> Result<Self> {
        let chain_pem = file::read(chain)?;
        let key_pem = Secret::from_vec(file::read(key)?);
        let chain_name = format!("certificate chain {}", chain.display());
        let key_name = format!("private key {}", key.display());
        Self::load_pem(&chain_pem, &chain_name, &key_pem, &key_name, password)
    }

    fn load_pem(
        chain: &[u8],
        chain_name: &str,
        key: &[u8],
        key_name: &str,
        password: Option<&str>,
    ) -> Result<Self> {
        datum::refuse_nul(chain, chain_name)?;
        datum::refuse_nul(key, key_name)?;
        if let Some(password) = password {
            datum::refuse_nul(password.as_bytes(), "the password")?;
        }
        let inner = Inner {
            chain: [chain, &[0]].concat(),
            key: Secret::with_nul(key),
            password: password.map(|password| Secret::with_nul(password.as_bytes())),
        };
        inner
            .check_chain()
            .map_err(|error| unusable(error, chain_name.to_owned()))?;
        inner.check_key().map_err(|error| {
            let encrypted = error.code() == Some(ErrorCode::DECRYPTION_FAILED);
            let why = match (encrypted, password) {
                (true, None) => " is encrypted, and there is no password",
                (true, Some(_)) => " cannot be decrypted with this password",
                (false, _) => "",
            };
            unusable(error, format!("{key_name}{why}"))
        })?;
        let identity = Self(Arc::new(inner));
        identity
            .load(&Credentials::new()?)
            .map_err(|error| unusable(error, format!("{key_name} for {chain_name}")))?;
        Ok(identity)
    }

    /// Adds the identity to credentials that are being built.
    pub(crate) fn load(&self, credentials: &Credentials) -> Result<()> {
        let Inner {
            chain,
            key,
            password,
        } = &*self.0;
        credentials.add_identity(chain, key, password.as_deref())
    }
}

impl Inner {
    /// Whether the chain can be parsed: an error in it is told apart from one in the key.
    fn check_chain(&self) -> Result<()> {
        let data = datum::lend_string(&self.chain)?;
        let mut list = ptr::null_mut();
        let mut count = 0;
        // SAFETY: the data are only read; on success GnuTLS has allocated a list of `count` certificates.
        check(unsafe {
            gnutls_sys::gnutls_x509_crt_list_import2(
                &mut list,
                &mut count,
                &data,
                GNUTLS_X509_FMT_PEM,
                0,
            )
        })?;
        // SAFETY: `count` pointers that were written above; the list stays unchanged until it is freed below.
        for certificate in unsafe { datum::array(list.cast_const(), count as usize) } {
            // SAFETY: each was initialised by the import and is released once.
            unsafe { gnutls_sys::gnutls_x509_crt_deinit(*certificate) }
        }
        // SAFETY: the list itself came from gnutls_malloc, as the manual says, and is not used any more.
        unsafe { datum::free(list.cast()) };
        if count == 0 {
            Err(Error::from_code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND))
        } else {
            Ok(())
        }
    }

    /// Whether the key can be parsed, with the password if there is one.
    fn check_key(&self) -> Result<()> {
        let data = datum::lend_string(&self.key)?;
        let password = match &self.password {
            None => ptr::null(),
            Some(password) => datum::lend_string(password)?.data.cast_const().cast(),
        };
        let mut key = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { gnutls_sys::gnutls_x509_privkey_init(&mut key) })?;
        // SAFETY: key is initialised; data and password (NULL, or ending in NUL) are only read during the call.
        let code = unsafe {
            gnutls_sys::gnutls_x509_privkey_import2(key, &data, GNUTLS_X509_FMT_PEM, password, 0)
        };
        // SAFETY: initialised above and released once.
        unsafe { gnutls_sys::gnutls_x509_privkey_deinit(key) };
        check(code).map(drop)
    }
}

/// An error about something that was given to us, whatever kind its code would have if it came from a peer.
fn unusable(error: Error, what: String) -> Error {
    let what = error
        .message()
        .map_or(what.clone(), |message| format!("{what}: {message}"));
    error.with_kind(ErrorKind::Certificate).with_message(what)
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
