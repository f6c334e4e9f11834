//! Identities: a certificate chain and its private key.

pub(crate) mod material;
pub(crate) mod ocsp;
pub(crate) mod raw_public_key;
pub(crate) mod resolver;

use std::ffi::{CString, c_uint};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_ocsp_data_st, gnutls_pcert_st,
    gnutls_privkey_t, gnutls_x509_crt_fmt_t,
};

use crate::certificate_chain::CertificateChain;
use crate::credentials::Credentials;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument};
use crate::identity::material::Material;
use crate::identity::ocsp::OcspResponses;
use crate::key::private_key::{PrivateKey, secret};
use crate::pkcs11::{PinSource, Url};
use crate::pkcs12::Pkcs12;
use crate::support::file;
use crate::support::secret::Secret;
use crate::x509::certificate::{Certificate, damaged_certificate};
use crate::x509::private_key::X509PrivateKey;

/// A certificate chain and its private key, with which a server or a client authenticates.
///
/// The chain starts with the certificate of the key; each further certificate is the issuer of the previous one, and
/// the root may be omitted. The constructors parse the chain and the key and check that they match. Clones are cheap.
/// The key is overwritten before its memory is released.
///
/// An identity never changes, and configurations and sessions keep their own clones. To replace the identity of a
/// running server, use an [`identity_resolver`](crate::ServerConfigBuilder::identity_resolver) or build a new
/// configuration.
///
/// ```no_run
/// use gnutls::Identity;
///
/// let identity = Identity::from_pem_files("chain.pem", "key.pem")?;
/// let other = Identity::from_pkcs12_file("server.p12", "password")?.with_names(["one.example", "two.example"])?;
/// # let _ = (identity, other);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Identity {
    pub(crate) material: Arc<Material>,
    /// The server names to use the identity for, or those in the certificate if there are none.
    names: Arc<[CString]>,
    /// The OCSP responses to staple.
    responses: Arc<OcspResponses>,
}

/// Data, and its name in error messages.
struct Named<'a> {
    data: &'a [u8],
    name: String,
}

impl Identity {
    /// Reads the chain and the key from PEM files.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if a file cannot be read, and of kind
    /// [`Certificate`](ErrorKind::Certificate) if its contents cannot be used. The message names the file.
    #[corresponds(alias(
        gnutls_certificate_set_x509_key_file2,
        gnutls_certificate_set_x509_key_file
    ))]
    pub fn from_pem_files(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), None)
    }

    /// Reads the chain and the key from PEM files. The key is encrypted with a password (PKCS #8, or the traditional
    /// format of OpenSSL).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem_files`](Self::from_pem_files).
    #[corresponds(alias(gnutls_certificate_set_x509_key_file2))]
    pub fn from_pem_files_with_password(
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
        password: &str,
    ) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), Some(password))
    }

    /// Parses the chain and the key from PEM.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the chain or the key cannot be used. The
    /// message names which of the two.
    #[corresponds(
        gnutls_certificate_set_key,
        instead(gnutls_certificate_set_x509_key_mem2),
        alias(gnutls_certificate_set_x509_key_mem)
    )]
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self> {
        Self::load(&chain_of(chain), &key_of(key), GNUTLS_X509_FMT_PEM, None)
    }

    /// Parses the chain and the key from PEM. The key is encrypted with a password.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem`](Self::from_pem).
    #[corresponds(alias(gnutls_certificate_set_x509_key_mem2))]
    pub fn from_pem_with_password(chain: &[u8], key: &[u8], password: &str) -> Result<Self> {
        Self::load(
            &chain_of(chain),
            &key_of(key),
            GNUTLS_X509_FMT_PEM,
            Some(password),
        )
    }

    /// Parses one certificate and its key from DER. A longer chain requires PEM or PKCS #12.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem`](Self::from_pem).
    #[corresponds(alias(
        GNUTLS_X509_FMT_DER,
        gnutls_certificate_set_x509_key,
        gnutls_certificate_set_x509_key_mem
    ))]
    pub fn from_der(certificate: &[u8], key: &[u8]) -> Result<Self> {
        Self::load(
            &Named {
                data: certificate,
                name: "the certificate".into(),
            },
            &key_of(key),
            GNUTLS_X509_FMT_DER,
            None,
        )
    }

    /// Decrypts the chain and the key in a PKCS #12 container in DER.
    ///
    /// A revocation list in the container is ignored.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the container cannot be used, which includes
    /// a wrong password and a container without a key.
    #[corresponds(
        gnutls_pkcs12_simple_parse,
        instead(gnutls_certificate_set_x509_simple_pkcs12_mem)
    )]
    pub fn from_pkcs12(data: &[u8], password: &str) -> Result<Self> {
        Self::load_pkcs12(data, "the PKCS #12 data", password)
    }

    /// Decrypts the chain and the key in a PKCS #12 file in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and the errors of
    /// [`from_pkcs12`](Self::from_pkcs12).
    #[corresponds(alias(gnutls_certificate_set_x509_simple_pkcs12_file))]
    pub fn from_pkcs12_file(path: impl AsRef<Path>, password: &str) -> Result<Self> {
        let path = path.as_ref();
        let data = file::read(path)?;
        Self::load_pkcs12(&data, &path.display().to_string(), password)
    }

    /// Creates an identity from a chain, whose first certificate is that of the key, and the key.
    ///
    /// ```
    /// use gnutls::Identity;
    /// use gnutls::key::PrivateKey;
    /// use gnutls::x509::Certificate;
    ///
    /// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    /// let chain = Certificate::list_from_pem_file(file("server"))?;
    /// let key = PrivateKey::from_pem_file(file("server-key"), None)?;
    /// let identity = Identity::from_objects(&chain, key)?;
    /// # let _ = identity;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the chain is empty, or if the key is not that
    /// of its first certificate.
    #[corresponds(alias(
        gnutls_certificate_set_x509_key,
        gnutls_certificate_set_key,
        gnutls_pcert_import_x509_list
    ))]
    pub fn from_objects(chain: &[Certificate], key: PrivateKey) -> Result<Self> {
        const NAME: &str = "the private key for the certificate chain";
        let chain = CertificateChain::from_certificates(chain)
            .map_err(|error| unusable(error, NAME.to_owned()))?;
        Self::checked(Material { chain, key }, NAME.to_owned())
    }

    /// Uses a certificate and a key on PKCS #11 tokens, identified by URLs (RFC 7512). The key remains on the token,
    /// which creates the signatures. Issuers of the certificate that are on the same token become part of the chain.
    ///
    /// The tokens are those of the modules in the configuration of p11-kit. Each configuration with the identity opens
    /// its own session with the token; while one session is logged in, the others require no PIN. The handshakes of a
    /// configuration use the key one after another. A module without support for locking must not be used by several
    /// threads, which GnuTLS does not detect.
    ///
    /// ```no_run
    /// use gnutls::Identity;
    /// use gnutls::pkcs11::Pin;
    ///
    /// let identity = Identity::from_pkcs11(
    ///     "pkcs11:token=server;object=server;type=cert",
    ///     "pkcs11:token=server;object=server;type=private",
    ///     Pin::new("1234")?,
    /// )?;
    /// # let _ = identity;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if a text is not a PKCS #11 URL, of kind
    /// [`Certificate`](ErrorKind::Certificate) if an object is not found or the PIN is wrong or missing, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) if the library is too old or was built without PKCS #11. The message
    /// omits the query of a URL, which may contain a PIN.
    #[corresponds(
        gnutls_privkey_import_url,
        gnutls_x509_crt_list_import_url,
        instead(gnutls_certificate_set_x509_key_file2),
        alias(
            gnutls_pcert_list_import_x509_file,
            gnutls_certificate_set_pin_function
        )
    )]
    pub fn from_pkcs11(certificate: &str, key: &str, pin: impl Into<PinSource>) -> Result<Self> {
        let pin = pin.into();
        let (certificate, key) = (Url::new(certificate)?, Url::new(key)?);
        let (chain_name, key_name) = (
            format!("certificate {}", certificate.shown()),
            format!("private key {}", key.shown()),
        );
        let explain = |error: Error, name: &str| match error.kind() {
            ErrorKind::Unsupported => error,
            _ => unusable(error, name.to_owned()),
        };
        let chain = Certificate::list_from_token(&certificate, &pin)
            .and_then(|certificates| CertificateChain::from_certificates(&certificates))
            .map_err(|error| explain(error, &chain_name))?;
        let key = PrivateKey::from_url(key, pin).map_err(|error| explain(error, &key_name))?;
        Self::checked(
            Material { chain, key },
            format!("{key_name} for {chain_name}"),
        )
    }

    /// Sets the server names for which the identity is used, instead of the names in its certificate. Without any
    /// names, the identity is used for those in its certificate.
    ///
    /// A server compares the bytes of the name that a client sends: `*` is not a wildcard, not even in a certificate.
    /// The names set here are converted into A-labels (IDNA) in lower case, as clients send them; the names in a
    /// certificate are compared in the case in which they were issued. A client without a matching name receives the
    /// first identity. A name with an underscore is never compared, since GnuTLS rejects the ClientHello that contains
    /// it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if GnuTLS does not accept a name.
    #[corresponds(gnutls_certificate_set_key)]
    pub fn with_names<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        let invalid = |name: &str| Error::invalid_input(format!("{name:?} is not a server name"));
        self.names = names
            .into_iter()
            .map(|name| {
                let name = name.as_ref();
                if name.is_empty() {
                    return Err(invalid(name));
                }
                CString::new(name.to_ascii_lowercase()).map_err(|_| invalid(name))
            })
            .collect::<Result<_>>()?;
        self.add_to(&Credentials::new()?).map_err(|error| {
            if error.is_refused_call() {
                return error;
            }
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message("GnuTLS rejects a server name: use its A-labels (`xn--`)")
        })?;
        Ok(self)
    }

    /// Adds OCSP responses to staple (RFC 6960), which are sent to clients that request the status of the certificate,
    /// so that these do not need to contact the certificate authority. The input is one response in DER, or any number
    /// of responses in PEM. Each response must be for one certificate of the chain; only TLS 1.3 sends those for
    /// intermediate authorities. A response that has expired by the time of a handshake is not sent.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if a response has expired, is for another
    /// certificate, or states that the certificate is revoked, and of kind [`Unsupported`](ErrorKind::Unsupported) if
    /// the library is too old.
    #[corresponds(
        gnutls_certificate_set_ocsp_status_request_mem,
        alias(
            gnutls_certificate_set_ocsp_status_request_file2,
            gnutls_certificate_set_ocsp_status_request_file
        )
    )]
    pub fn with_ocsp_response(mut self, response: &[u8]) -> Result<Self> {
        self.responses = Arc::new(self.responses.with(response, || {
            let credentials = Credentials::new()?;
            let index = self.material.add_to(&credentials, &[])?;
            Ok((credentials, index))
        })?);
        Ok(self)
    }

    /// Returns the time when the first stapled response expires and a new one must be fetched, or `None` if no response
    /// expires.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](crate::ErrorKind::Limit) if the time is not representable: GnuTLS has a 32-bit
    /// clock on some systems, which ends in 2037.
    #[corresponds(instead(gnutls_certificate_get_ocsp_expiration))]
    pub fn ocsp_expiration(&self) -> Result<Option<SystemTime>> {
        self.responses.expiration()
    }

    /// Returns the certificates in DER, starting with the one of the key. A [raw public key](Self::is_raw_public_key)
    /// has none.
    #[corresponds(
        instead(gnutls_certificate_get_crt_raw),
        alias(gnutls_certificate_get_x509_crt)
    )]
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.material.chain.certificates()
    }

    fn from_files(chain: &Path, key: &Path, password: Option<&str>) -> Result<Self> {
        let chain_pem = file::read(chain)?;
        let key_pem = file::read(key)?;
        Self::load(
            &Named {
                data: &chain_pem,
                name: format!("certificate chain {}", chain.display()),
            },
            &Named {
                data: &key_pem,
                name: format!("private key {}", key.display()),
            },
            GNUTLS_X509_FMT_PEM,
            password,
        )
    }

    fn load(
        chain: &Named<'_>,
        key: &Named<'_>,
        format: gnutls_x509_crt_fmt_t,
        password: Option<&str>,
    ) -> Result<Self> {
        let (chain_name, key_name) = (&chain.name, &key.name);
        let chain_data = if format == GNUTLS_X509_FMT_PEM {
            argument::refuse_other_than_pem(chain.data, chain_name)?;
            Secret::with_nul(chain.data)
        } else {
            Secret::new(chain.data)
        };
        let chain = Certificate::list(&chain_data, format)
            .and_then(|certificates| CertificateChain::from_certificates(&certificates))
            .map_err(|error| {
                let entry = damaged_certificate(chain.data).unwrap_or_default();
                unusable(error, format!("{chain_name}{entry}"))
            })?;
        let key = read_key(key, format, password)?;
        Self::checked(
            Material { chain, key },
            format!("{key_name} for {chain_name}"),
        )
    }

    fn load_pkcs12(data: &[u8], name: &str, password: &str) -> Result<Self> {
        let password = secret(password)?;
        let material =
            decrypt(data, &password).map_err(|error| unusable(error, name.to_owned()))?;
        Self::checked(material, name.to_owned())
    }

    /// Creates an identity if chain and key match.
    fn checked(material: Material, name: String) -> Result<Self> {
        let identity = Self {
            material: Arc::new(material),
            names: Arc::default(),
            responses: Arc::default(),
        };
        identity
            .add_to(&Credentials::new()?)
            .map_err(|error| unusable(error, name))?;
        Ok(identity)
    }

    /// Adds the identity to credentials that are being built. Returns its index in the credentials.
    pub(crate) fn add_to(&self, credentials: &Credentials) -> Result<c_uint> {
        let index = self.material.add_to(credentials, &self.names)?;
        self.responses.add_to(credentials, index)?;
        Ok(index)
    }

    /// Returns the chain for a callback of a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries uses it")
    )]
    pub(crate) fn chain(&self) -> &[gnutls_pcert_st] {
        self.material.chain.as_slice()
    }

    /// Returns the key for a callback of a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries uses it")
    )]
    pub(crate) fn key(&self) -> gnutls_privkey_t {
        self.material.key.as_ptr()
    }

    /// Returns `true` if the key is on a token.
    pub(crate) fn is_on_token(&self) -> bool {
        self.material.key.pin().is_some()
    }

    /// Returns the OCSP responses in the order of the chain, for a callback of a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries uses it")
    )]
    pub(crate) fn responses(&self) -> &[gnutls_ocsp_data_st] {
        self.responses.as_slice()
    }

    /// Returns `true` if this is a clone of `other`.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries uses it")
    )]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.material, &other.material)
            && Arc::ptr_eq(&self.responses, &other.responses)
    }
}

fn chain_of(data: &[u8]) -> Named<'_> {
    Named {
        data,
        name: "the certificate chain".into(),
    }
}

fn key_of(data: &[u8]) -> Named<'_> {
    Named {
        data,
        name: "the private key".into(),
    }
}

/// Parses a private key. The error message contains the reason of a failure.
fn read_key(
    key: &Named<'_>,
    format: gnutls_x509_crt_fmt_t,
    password: Option<&str>,
) -> Result<PrivateKey> {
    let data = if format == GNUTLS_X509_FMT_PEM {
        argument::refuse_other_than_pem(key.data, &key.name)?;
        argument::refuse_tpm_key(key.data, &key.name)?;
        Secret::with_nul(key.data)
    } else {
        Secret::new(key.data)
    };
    let secret = password.map(secret).transpose()?;
    let parsed = X509PrivateKey::parse(&data, format, secret.as_ref());
    parsed.and_then(PrivateKey::from_x509).map_err(|error| {
        let reason = match (error.code(), password) {
            (Some(ErrorCode::DECRYPTION_FAILED), None) => " is encrypted and requires a password",
            (Some(ErrorCode::DECRYPTION_FAILED), Some(_)) => {
                " cannot be decrypted with this password"
            }
            (Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE), _) => {
                ": the data contains no private key"
            }
            _ => "",
        };
        unusable(error, format!("{}{reason}", key.name))
    })
}

/// Decrypts a PKCS #12 container. The password ends in NUL.
fn decrypt(data: &[u8], password: &Secret) -> Result<Material> {
    let contents = Pkcs12::from_der(data)?.identity(password)?;
    let missing = || {
        Error::from_code(gnutls_sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            .with_message("the container contains no private key")
    };
    let key = PrivateKey::from_x509(contents.key.ok_or_else(missing)?)?;
    let chain = CertificateChain::from_certificates(&contents.certificates)?;
    Ok(Material { chain, key })
}

/// Converts an error about certificates and keys of this side, whose code may have another kind if it is about the
/// peer. A call that is not possible in the running callback says nothing about them.
fn unusable(error: Error, what: String) -> Error {
    if error.is_refused_call() {
        return error;
    }
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
