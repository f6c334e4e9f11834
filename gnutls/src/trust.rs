//! Trust anchors: whom certificates are verified against.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::credentials::Credentials;
use crate::datum;
use crate::file;
use crate::{Error, ErrorCode, ErrorKind, Result};

/// The certificate authorities that the peer's certificate must lead to. Clones are cheap.
///
/// ```no_run
/// use gnutls::Trust;
///
/// let own = Trust::pem_file("ca.pem")?;
/// let own_and_public = Trust::system().and_pem_file("ca.pem")?;
/// # let _ = (own, own_and_public);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Trust {
    system: bool,
    /// PEM, each ending in NUL.
    anchors: Vec<Arc<[u8]>>,
}

impl Trust {
    /// The authorities that the system trusts.
    ///
    /// They are loaded when a configuration is built, which fails where the system has none (on many systems that is
    /// cured by installing the package `ca-certificates`).
    ///
    /// C: [`gnutls_certificate_set_x509_system_trust`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcertificate_005fset_005fx509_005fsystem_005ftrust).
    #[doc(alias = "gnutls_certificate_set_x509_system_trust")]
    pub fn system() -> Self {
        Self {
            system: true,
            anchors: Vec::new(),
        }
    }

    /// Nobody: each certificate is refused. (To accept each certificate see `dangerous_accept_any_certificate`.)
    pub fn none() -> Self {
        Self {
            system: false,
            anchors: Vec::new(),
        }
    }

    /// The certificates in a PEM file.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) where the file cannot be read, of kind [`Certificate`](ErrorKind::Certificate) where
    /// there is no certificate in it or one that cannot be parsed.
    #[doc(alias = "gnutls_certificate_set_x509_trust_file")]
    pub fn pem_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::none().and_pem_file(path)
    }

    /// The certificates in PEM text.
    ///
    /// C: [`gnutls_certificate_set_x509_trust_mem`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcertificate_005fset_005fx509_005ftrust_005fmem).
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) where there is no certificate in it or one that cannot be parsed.
    #[doc(alias = "gnutls_certificate_set_x509_trust_mem")]
    pub fn pem(text: &[u8]) -> Result<Self> {
        Self::none().and_pem(text)
    }

    /// These authorities and those in a PEM file.
    ///
    /// # Errors
    ///
    /// As for [`pem_file`](Self::pem_file).
    pub fn and_pem_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        self.and_named_pem(
            &file::read(path)?,
            &format!("trust anchors {}", path.display()),
        )
    }

    /// These authorities and those in PEM text.
    ///
    /// # Errors
    ///
    /// As for [`pem`](Self::pem).
    pub fn and_pem(self, text: &[u8]) -> Result<Self> {
        self.and_named_pem(text, "the trust anchors")
    }

    fn and_named_pem(mut self, text: &[u8], name: &str) -> Result<Self> {
        datum::refuse_nul(text, name)?;
        let text = [text, &[0]].concat();
        let none = || Error::from_code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND);
        Credentials::new()?
            .add_trust(&text)
            .and_then(|count| if count == 0 { Err(none()) } else { Ok(()) })
            .map_err(|error| {
                error
                    .with_kind(ErrorKind::Certificate)
                    .with_message(name.to_owned())
            })?;
        self.anchors.push(text.into());
        Ok(self)
    }

    /// Adds the authorities to credentials that are being built.
    pub(crate) fn load(&self, credentials: &Credentials) -> Result<()> {
        if self.system {
            require_some(credentials.add_system_trust())?;
        }
        self.anchors
            .iter()
            .try_for_each(|anchors| credentials.add_trust(anchors).map(drop))
    }
}

/// An empty store would make every handshake fail with "the issuer is not known", which tells nobody what to do.
fn require_some(loaded: Result<std::ffi::c_int>) -> Result<()> {
    const HELP: &str = "no certificate authorities found on this system (install the package ca-certificates, or give a \
                        file with Trust::pem_file)";
    match loaded {
        Ok(0) => Err(Error::new(ErrorKind::Certificate, HELP)),
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some(ErrorCode::MEMORY_ERROR) => Err(error),
        Err(error) => Err(error.with_kind(ErrorKind::Certificate).with_message(HELP)),
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("system", &self.system)
            .field("files", &self.anchors.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_system_store_is_a_clear_error() {
        for loaded in [
            Ok(0),
            Err(Error::from_code(gnutls_sys::GNUTLS_E_FILE_ERROR)),
        ] {
            let error = require_some(loaded).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Certificate);
            assert!(error.to_string().contains("ca-certificates"), "{error}");
        }
        assert!(require_some(Ok(140)).is_ok());
    }
}
