//! Trust anchors, and the options of the verification of certificates.

pub(crate) mod pinned_key;
pub(crate) mod raw_public_key;

use std::ffi::{CString, c_int, c_uint};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys::GNUTLS_X509_FMT_PEM;

use crate::credentials::{Credentials, Data};
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::pkcs11;
use crate::support::file;
use crate::support::secret::Secret;
use crate::verify::profile::{VerificationFlags, VerificationProfile};
use crate::x509::certificate::{damaged_certificate, damaged_entry};

/// The trust anchors for the certificate of the peer, certificate revocation lists, and the options of the
/// verification. Clones are cheap.
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
    /// The URLs of tokens or of objects on tokens.
    tokens: Vec<pkcs11::Url>,
    /// The public keys that are trusted without a certificate, in DER.
    raw_public_keys: Vec<Arc<[u8]>>,
    /// `true` if raw public keys are negotiated for a verifier callback.
    negotiate_raw_public_keys: bool,
    /// The pins of the public keys whose certificates are trusted without any other check.
    pinned_keys: Vec<Arc<str>>,
    crls: Vec<Data>,
    flags: VerificationFlags,
    profile: Option<VerificationProfile>,
    limits: Option<(c_uint, c_uint)>,
    purpose: Option<CString>,
}

impl Trust {
    /// Trusts the certificate authorities of the system.
    ///
    /// They are loaded when a configuration is built, which fails if the system has none. On many systems the package
    /// `ca-certificates` contains them.
    #[corresponds(gnutls_certificate_set_x509_system_trust)]
    pub fn system() -> Self {
        Self {
            system: true,
            ..Self::none()
        }
    }

    /// Trusts nothing: any certificate is refused. (To accept any certificate, see `dangerous_accept_any_certificate`.)
    pub fn none() -> Self {
        Self {
            system: false,
            anchors: Vec::new(),
            tokens: Vec::new(),
            raw_public_keys: Vec::new(),
            negotiate_raw_public_keys: false,
            pinned_keys: Vec::new(),
            crls: Vec::new(),
            flags: VerificationFlags::default(),
            profile: None,
            limits: None,
            purpose: None,
        }
    }

    /// Trusts the certificates in a PEM file.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and of kind
    /// [`Certificate`](ErrorKind::Certificate) if it contains no certificate or one that cannot be parsed.
    #[corresponds(alias(gnutls_certificate_set_x509_trust_file))]
    pub fn pem_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::none().and_pem_file(path)
    }

    /// Trusts the certificates in PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no certificate or one that
    /// cannot be parsed.
    #[corresponds(gnutls_certificate_set_x509_trust_mem)]
    pub fn pem(text: &[u8]) -> Result<Self> {
        Self::none().and_pem(text)
    }

    /// Trusts the certificates in the PEM files of a directory. Subdirectories and files without certificates are
    /// ignored.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the directory or a file cannot be read, and of kind
    /// [`Certificate`](ErrorKind::Certificate) if there is no certificate.
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

    /// Trusts one certificate in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the certificate cannot be parsed.
    #[corresponds(alias(gnutls_certificate_set_x509_trust))]
    pub fn der(certificate: &[u8]) -> Result<Self> {
        Self::none().and_der(certificate)
    }

    /// Also trusts the certificates in a PEM file.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`pem_file`](Self::pem_file).
    pub fn and_pem_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = format!("trust anchors {}", path.display());
        self.add_anchors(Data::pem(&file::read(path)?, &name), &name)
    }

    /// Also trusts the certificates in PEM text.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`pem`](Self::pem).
    pub fn and_pem(self, text: &[u8]) -> Result<Self> {
        let name = "the trust anchors";
        self.add_anchors(Data::pem(text, name), name)
    }

    /// Also trusts one certificate in DER.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`der`](Self::der).
    pub fn and_der(self, certificate: &[u8]) -> Result<Self> {
        self.add_anchors(Ok(Data::der(certificate)), "the trust anchor")
    }

    /// Trusts the certificates that a PKCS #11 URL identifies (RFC 7512).
    ///
    /// - If the URL identifies objects (`object=` or `id=`), the certificates are read when a configuration is built.
    ///   They must be marked as trusted on the token (`CKA_TRUSTED`, which `p11tool --mark-trusted` sets) and be
    ///   readable without login.
    /// - If the URL identifies a token, it is consulted during each verification, which includes its list of distrusted
    ///   certificates. The token must belong to a module that p11-kit is configured to trust (`trust-policy: yes`);
    ///   `pkcs11:` means all of these. There can be only one such URL, and none in addition to [`system`](Self::system)
    ///   if the store of the system is itself a token.
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
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the text is not a PKCS #11 URL, of kind
    /// [`Certificate`](ErrorKind::Certificate) if there is no trusted certificate, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) if GnuTLS was built without PKCS #11.
    #[corresponds(gnutls_certificate_set_x509_trust_file)]
    pub fn pkcs11(url: &str) -> Result<Self> {
        Self::none().and_pkcs11(url)
    }

    /// Also trusts the certificates that a PKCS #11 URL identifies.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`pkcs11`](Self::pkcs11).
    pub fn and_pkcs11(mut self, url: &str) -> Result<Self> {
        let url = pkcs11::Url::new(url)?;
        Credentials::new()?
            .add_token(&url)
            .and_then(some)
            .map_err(|error| unusable(error, &format!("trust anchors {}", url.shown())))?;
        self.tokens.push(url);
        Ok(self)
    }

    /// Refuses the certificates in these certificate revocation lists (CRL, RFC 5280, section 5), PEM text. The
    /// signatures of the lists are not verified. A list replaces an older one of the same issuer.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no list or one that cannot
    /// be parsed.
    #[corresponds(gnutls_certificate_set_x509_crl_mem)]
    pub fn and_crl_pem(self, text: &[u8]) -> Result<Self> {
        let name = "the revocation list";
        self.add_crl(Data::pem(text, name)?, name)
    }

    /// Refuses the certificates in the revocation lists in a PEM file; see [`and_crl_pem`](Self::and_crl_pem).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and the errors of
    /// [`and_crl_pem`](Self::and_crl_pem).
    #[corresponds(alias(gnutls_certificate_set_x509_crl_file))]
    pub fn and_crl_pem_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = format!("revocation list {}", path.display());
        self.add_crl(Data::pem(&file::read(path)?, &name)?, &name)
    }

    /// Refuses the certificates in a revocation list in DER; see [`and_crl_pem`](Self::and_crl_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`and_crl_pem`](Self::and_crl_pem).
    #[corresponds(alias(gnutls_certificate_set_x509_crl))]
    pub fn and_crl_der(self, list: &[u8]) -> Result<Self> {
        self.add_crl(Data::der(list), "the revocation list")
    }

    /// Sets the security profile that all signatures and keys of the chain must satisfy, instead of that of the
    /// [priorities](crate::Priority). (A priority string can also set it, for example by `%PROFILE_HIGH`.)
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

    /// Adds verification flags to those that are already set.
    #[corresponds(
        gnutls_certificate_set_verify_flags,
        alias(gnutls_certificate_get_verify_flags)
    )]
    pub fn verify_flags(mut self, flags: VerificationFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// Sets the maximum number of `certificates` in a chain (16 by default), which is checked before the verification.
    /// GnuTLS stores the maximum number of `bits` of a key (16384 by default) but does not check it. 0 means no limit.
    #[corresponds(gnutls_certificate_set_verify_limits)]
    pub fn verify_limits(mut self, bits: u32, certificates: u32) -> Self {
        self.limits = Some((bits, certificates));
        self
    }

    /// Requires certificates for this purpose (extended key usage, RFC 5280, section 4.2.1.12), a numeric object
    /// identifier, instead of the purpose for TLS servers or TLS clients.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the text is not an object identifier.
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
            .map_err(|error| {
                let entry = damaged_certificate(&data.bytes).unwrap_or_default();
                unusable(error, &format!("{name}{entry}"))
            })?;
        self.anchors.push(data);
        Ok(self)
    }

    fn add_crl(mut self, data: Data, name: &str) -> Result<Self> {
        Credentials::new()?
            .add_crl(&data)
            .and_then(some)
            .map_err(|error| {
                let entry = damaged_list(&data.bytes).unwrap_or_default();
                unusable(error, &format!("{name}{entry}"))
            })?;
        self.crls.push(data);
        Ok(self)
    }

    /// Adds the trust anchors, revocation lists and options to credentials that are being built.
    pub(crate) fn load(&self, credentials: &Credentials) -> Result<()> {
        if self.system {
            require_some(credentials.add_system_trust())?;
        }
        for anchors in &self.anchors {
            credentials.add_trust(anchors)?;
        }
        for url in &self.tokens {
            credentials
                .add_token(url)
                .map_err(|error| unusable(error, &format!("trust anchors {}", url.shown())))?;
        }
        for list in &self.crls {
            credentials.add_crl(list)?;
        }
        credentials.set_verification(self.flags.as_raw(), self.limits);
        Ok(())
    }

    /// Returns the trusted raw public keys.
    pub(crate) fn raw_public_keys(&self) -> Vec<Arc<[u8]>> {
        self.raw_public_keys.clone()
    }

    /// Returns `true` if it contains trust anchors.
    fn has_anchors(&self) -> bool {
        self.system || !self.anchors.is_empty() || !self.tokens.is_empty()
    }

    /// Returns `true` if it contains the authorities of the system, who issue certificates to anybody.
    pub(crate) fn includes_system(&self) -> bool {
        self.system
    }

    /// Returns `true` if the key of a peer identifies it, because no certificate is trusted for its issuer.
    pub(crate) fn is_in_keys_only(&self) -> bool {
        let has_keys = !self.raw_public_keys.is_empty() || !self.pinned_keys.is_empty();
        has_keys && !self.has_anchors()
    }

    /// Returns the required purpose, or `None` for the default.
    pub(crate) fn purpose(&self) -> Option<CString> {
        self.purpose.clone()
    }

    /// Returns the profile as verification flags.
    pub(crate) fn profile_flags(&self) -> c_uint {
        self.profile.map_or(0, VerificationProfile::as_flags)
    }
}

/// Returns an error if nothing was loaded.
fn some(count: c_int) -> Result<()> {
    if count == 0 {
        Err(Error::from_code(gnutls_sys::GNUTLS_E_NO_CERTIFICATE_FOUND))
    } else {
        Ok(())
    }
}

/// Describes the first revocation list in PEM text that cannot be parsed, see [`damaged_entry`].
fn damaged_list(pem: &[u8]) -> Option<String> {
    damaged_entry(pem, "list", &[b"X509 CRL"], |entry| {
        let list = Data {
            bytes: Arc::new(Secret::new(entry)),
            format: GNUTLS_X509_FMT_PEM,
        };
        Credentials::new().is_ok_and(|credentials| credentials.add_crl(&list).is_ok())
    })
}

/// Converts an error about the input called `name`. A call that is not possible in the running callback says nothing
/// about the input.
fn unusable(error: Error, name: &str) -> Error {
    if error.is_refused_call() {
        return error;
    }
    error
        .with_kind(ErrorKind::Certificate)
        .with_message(name.to_owned())
}

/// Returns an error with instructions if the store of the system is empty. Otherwise every handshake would fail with
/// "the issuer is not known".
fn require_some(loaded: Result<c_int>) -> Result<()> {
    const HELP: &str = "no certificate authorities found on this system (install the package ca-certificates, or use \
                        Trust::pem_file)";
    match loaded {
        Ok(0) => Err(Error::new(ErrorKind::Certificate, HELP)),
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some(ErrorCode::MEMORY_ERROR) => Err(error),
        Err(error) if error.is_refused_call() => Err(error),
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
            .field("pinned_keys", &self.pinned_keys.len())
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
