//! Trust: whom certificates are verified against, and how strictly.

pub(crate) mod raw_public_key;

use std::ffi::{CString, c_int, c_uint};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::credentials::{Credentials, Data};
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::pkcs11;
use crate::support::file;
use crate::verify::profile::{VerificationFlags, VerificationProfile};

/// The certificate authorities that the peer's certificate must lead to, lists of what they have revoked, and how strictly
/// a certificate is judged. Clones are cheap.
///
/// ```no_run
/// use gnutls::Trust;
/// use gnutls::verify::VerificationProfile;
///
/// let own = Trust::pem_file("ca.pem")?.and_crl_pem_file("revoked.pem")?;
/// let own_and_public = Trust::system().and_pem_file("ca.pem")?.profile(VerificationProfile::HIGH);
/// # let _ = (own, own_and_public);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_certificate_set_trust_list))]
#[derive(Clone)]
pub struct Trust {
    system: bool,
    anchors: Vec<Data>,
    /// URLs of tokens, or of objects there.
    tokens: Vec<CString>,
    /// Public keys that need no certificate, in DER,
    raw_public_keys: Vec<Arc<[u8]>>,
    /// or whether such are negotiated, to be judged by somebody else.
    negotiate_raw_public_keys: bool,
    crls: Vec<Data>,
    flags: VerificationFlags,
    profile: Option<VerificationProfile>,
    limits: Option<(c_uint, c_uint)>,
    purpose: Option<CString>,
}

impl Trust {
    /// The authorities that the system trusts.
    ///
    /// They are loaded when a configuration is built, which fails where the system has none (on many systems that is
    /// cured by installing the package `ca-certificates`).
    #[corresponds(gnutls_certificate_set_x509_system_trust)]
    pub fn system() -> Self {
        Self {
            system: true,
            ..Self::none()
        }
    }

    /// Nobody: each certificate is refused. (To accept each certificate see `dangerous_accept_any_certificate`.)
    pub fn none() -> Self {
        Self {
            system: false,
            anchors: Vec::new(),
            tokens: Vec::new(),
            raw_public_keys: Vec::new(),
            negotiate_raw_public_keys: false,
            crls: Vec::new(),
            flags: VerificationFlags::default(),
            profile: None,
            limits: None,
            purpose: None,
        }
    }

    /// The certificates in a PEM file.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) where the file cannot be read, of kind [`Certificate`](ErrorKind::Certificate) where
    /// there is no certificate in it or one that cannot be parsed.
    #[corresponds(alias(gnutls_certificate_set_x509_trust_file))]
    pub fn pem_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::none().and_pem_file(path)
    }

    /// The certificates in PEM text.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) where there is no certificate in it or one that cannot be parsed.
    #[corresponds(gnutls_certificate_set_x509_trust_mem)]
    pub fn pem(text: &[u8]) -> Result<Self> {
        Self::none().and_pem(text)
    }

    /// The certificates in the PEM files of a directory, which has nothing else in it that matters: what is no file, or no
    /// certificate, is passed over.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) where the directory or a file cannot be read, of kind
    /// [`Certificate`](ErrorKind::Certificate) where there is no certificate in it.
    #[corresponds(alias(gnutls_certificate_set_x509_trust_dir))]
    pub fn pem_directory(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut trust = Self::none();
        for (name, content) in file::read_directory(path)? {
            match trust.clone().add_anchors(Data::pem(&content, &name), &name) {
                Ok(more) => trust = more,
                Err(error) if error.code() == Some(ErrorCode::MEMORY_ERROR) => return Err(error),
                Err(_) => {}
            }
        }
        if trust.anchors.is_empty() {
            return Err(unusable(
                Error::from_code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND),
                &format!("trust anchors {}", path.display()),
            ));
        }
        Ok(trust)
    }

    /// One certificate in DER.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) where it cannot be parsed.
    #[corresponds(alias(gnutls_certificate_set_x509_trust))]
    pub fn der(certificate: &[u8]) -> Result<Self> {
        Self::none().and_der(certificate)
    }

    /// These authorities and those in a PEM file.
    ///
    /// # Errors
    ///
    /// As for [`pem_file`](Self::pem_file).
    pub fn and_pem_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = format!("trust anchors {}", path.display());
        self.add_anchors(Data::pem(&file::read(path)?, &name), &name)
    }

    /// These authorities and those in PEM text.
    ///
    /// # Errors
    ///
    /// As for [`pem`](Self::pem).
    pub fn and_pem(self, text: &[u8]) -> Result<Self> {
        let name = "the trust anchors";
        self.add_anchors(Data::pem(text, name), name)
    }

    /// These authorities and one in DER.
    ///
    /// # Errors
    ///
    /// As for [`der`](Self::der).
    pub fn and_der(self, certificate: &[u8]) -> Result<Self> {
        self.add_anchors(Ok(Data::der(certificate)), "the trust anchor")
    }

    /// The trusted certificates that a PKCS #11 URL names (RFC 7512).
    ///
    /// - With an object in it (`object=` or `id=`), the certificates are read when a configuration is built. They have to be
    ///   marked as trusted on the token (`CKA_TRUSTED`, as `p11tool --mark-trusted` does it), and to be there without login.
    /// - Without, it is a token that is asked during each verification, along with what is distrusted there. It has to be
    ///   one of a module that p11-kit is told to trust (`trust-policy: yes`); `pkcs11:` stands for all of them. There can
    ///   be one such URL, and none beside [`system`](Self::system) where that is a token itself.
    ///
    /// ```no_run
    /// use gnutls::Trust;
    ///
    /// let trust = Trust::pkcs11("pkcs11:token=authorities;object=our-authority;type=cert")?;
    /// # let _ = trust;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](ErrorKind::InvalidInput) for what is no URL of PKCS #11,
    /// [`Certificate`](ErrorKind::Certificate) where there is no trusted certificate,
    /// [`Unsupported`](ErrorKind::Unsupported) where GnuTLS was built without PKCS #11.
    #[corresponds(gnutls_certificate_set_x509_trust_file)]
    pub fn pkcs11(url: &str) -> Result<Self> {
        Self::none().and_pkcs11(url)
    }

    /// These authorities, and what a PKCS #11 URL names.
    ///
    /// # Errors
    ///
    /// As for [`pkcs11`](Self::pkcs11).
    pub fn and_pkcs11(mut self, url: &str) -> Result<Self> {
        let url = pkcs11::url(url)?;
        Credentials::new()?
            .add_token(&url)
            .and_then(some)
            .map_err(|error| unusable(error, &format!("trust anchors {}", pkcs11::shown(&url))))?;
        self.tokens.push(url);
        Ok(self)
    }

    /// Refuses what is in these lists of revoked certificates (CRL, RFC 5280, section 5), PEM text. The lists are trusted as
    /// they are: whose signature they bear is not asked.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) where there is no list in it or one that cannot be parsed.
    #[corresponds(gnutls_certificate_set_x509_crl_mem)]
    pub fn and_crl_pem(self, text: &[u8]) -> Result<Self> {
        let name = "the revocation list";
        self.add_crl(Data::pem(text, name)?, name)
    }

    /// Like [`and_crl_pem`](Self::and_crl_pem), from a file.
    ///
    /// # Errors
    ///
    /// Also of kind [`Io`](ErrorKind::Io) where the file cannot be read.
    #[corresponds(alias(gnutls_certificate_set_x509_crl_file))]
    pub fn and_crl_pem_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = format!("revocation list {}", path.display());
        self.add_crl(Data::pem(&file::read(path)?, &name)?, &name)
    }

    /// Like [`and_crl_pem`](Self::and_crl_pem), one list in DER.
    ///
    /// # Errors
    ///
    /// As for [`and_crl_pem`](Self::and_crl_pem).
    #[corresponds(alias(gnutls_certificate_set_x509_crl))]
    pub fn and_crl_der(self, list: &[u8]) -> Result<Self> {
        self.add_crl(Data::der(list), "the revocation list")
    }

    /// Asks for this much security in all signatures and keys of the chain, instead of what the
    /// [priorities](crate::Priority) ask for. (A priority string can ask for it too, with `%PROFILE_HIGH`.)
    ///
    /// The profile is not part of the flags of the credentials, since GnuTLS combines these with the priorities, and
    /// two profiles combine to a third one.
    #[corresponds(
        gnutls_session_set_verify_cert(GNUTLS_PROFILE_TO_VFLAGS),
        alias(gnutls_session_set_verify_cert)
    )]
    pub fn profile(mut self, profile: VerificationProfile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Verifies by these flags, along with the ones that were given before.
    #[corresponds(
        gnutls_certificate_set_verify_flags,
        alias(gnutls_certificate_get_verify_flags)
    )]
    pub fn verify_flags(mut self, flags: VerificationFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// Refuses chains with more than `certificates` in them (GnuTLS takes 16 by default), before anything in them is
    /// looked at. GnuTLS keeps the number of `bits` of a key (16384 by default), and does not look at it. 0 is no limit.
    #[corresponds(gnutls_certificate_set_verify_limits)]
    pub fn verify_limits(mut self, bits: u32, certificates: u32) -> Self {
        self.limits = Some((bits, certificates));
        self
    }

    /// Wants certificates for this purpose (extended key usage, RFC 5280, section 4.2.1.12), an object identifier in
    /// numbers. It takes the place of the one for servers or clients of TLS that certificates are verified for otherwise.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](ErrorKind::InvalidInput) for what is no object identifier.
    #[corresponds(
        gnutls_certificate_verify_peers(GNUTLS_DT_KEY_PURPOSE_OID),
        alias(gnutls_certificate_verify_peers, gnutls_session_set_verify_cert2)
    )]
    pub fn key_purpose(mut self, oid: &str) -> Result<Self> {
        let number = |arc: &str| !arc.is_empty() && arc.bytes().all(|digit| digit.is_ascii_digit());
        if !oid.contains('.') || !oid.split('.').all(number) {
            return Err(Error::invalid_input(format!(
                "{oid:?} is not an object identifier such as 1.3.6.1.5.5.7.3.1"
            )));
        }
        self.purpose = CString::new(oid).ok();
        Ok(self)
    }

    fn add_anchors(mut self, data: Result<Data>, name: &str) -> Result<Self> {
        let data = data?;
        Credentials::new()?
            .add_trust(&data)
            .and_then(some)
            .map_err(|error| unusable(error, name))?;
        self.anchors.push(data);
        Ok(self)
    }

    fn add_crl(mut self, data: Data, name: &str) -> Result<Self> {
        Credentials::new()?
            .add_crl(&data)
            .and_then(some)
            .map_err(|error| unusable(error, name))?;
        self.crls.push(data);
        Ok(self)
    }

    /// Adds all of it to credentials that are being built.
    pub(crate) fn load(&self, credentials: &Credentials) -> Result<()> {
        if self.system {
            require_some(credentials.add_system_trust())?;
        }
        for anchors in &self.anchors {
            credentials.add_trust(anchors)?;
        }
        for url in &self.tokens {
            credentials.add_token(url).map_err(|error| {
                unusable(error, &format!("trust anchors {}", pkcs11::shown(url)))
            })?;
        }
        for list in &self.crls {
            credentials.add_crl(list)?;
        }
        credentials.set_verification(self.flags.as_raw(), self.limits);
        Ok(())
    }

    /// The raw public keys that are trusted.
    pub(crate) fn raw_public_keys(&self) -> Vec<Arc<[u8]>> {
        self.raw_public_keys.clone()
    }

    /// The purpose that is wanted instead of the usual one.
    pub(crate) fn purpose(&self) -> Option<CString> {
        self.purpose.clone()
    }

    /// The profile as flags for a verification.
    pub(crate) fn profile_flags(&self) -> c_uint {
        self.profile.map_or(0, VerificationProfile::as_flags)
    }
}

/// Nothing found is an error.
fn some(count: c_int) -> Result<()> {
    if count == 0 {
        Err(Error::from_code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND))
    } else {
        Ok(())
    }
}

fn unusable(error: Error, name: &str) -> Error {
    error
        .with_kind(ErrorKind::Certificate)
        .with_message(name.to_owned())
}

/// An empty store would make every handshake fail with "the issuer is not known", which tells nobody what to do.
fn require_some(loaded: Result<c_int>) -> Result<()> {
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
            .field("tokens", &self.tokens.len())
            .field("raw_public_keys", &self.raw_public_keys.len())
            .field("revocation_lists", &self.crls.len())
            .finish_non_exhaustive()
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
