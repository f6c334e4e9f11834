//! An identity: a certificate chain and its private key.

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

use crate::credentials::Credentials;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument};
use crate::identity::material::{Chain, Key, Material};
use crate::identity::ocsp::OcspResponses;
use crate::pkcs11;
use crate::pkcs11::PinSource;
use crate::support::secret::Secret;
use crate::support::{datum, file};

/// A certificate chain and its private key: what a server, or a client that is asked to, proves who it is with.
///
/// The chain begins with the own certificate; each further one is the issuer of the one before, and the root may be left
/// out. Everything is read and checked when the identity is made: that both can be parsed, that the password is right,
/// and that key and certificate belong together. Clones are cheap. The key is overwritten before its memory is released.
///
/// An identity never changes, and what uses it keeps it. A server that is to use another one from now on chooses it with
/// [`identity_resolver`](crate::ServerConfigBuilder::identity_resolver), or gets a new configuration.
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
    material: Arc<Material>,
    /// The names to be used for. None are those in the certificate.
    names: Arc<[CString]>,
    /// What is known of the certificates' revocation.
    responses: Arc<OcspResponses>,
}

/// Data, and what they are called in an error.
struct Named<'a> {
    data: &'a [u8],
    name: String,
}

impl Identity {
    /// Reads chain and key from PEM files.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) for a file that cannot be read, or [`Certificate`](ErrorKind::Certificate) for what
    /// is in it; the text names the file.
    #[corresponds(alias(
        gnutls_certificate_set_x509_key_file2,
        gnutls_certificate_set_x509_key_file
    ))]
    pub fn from_pem_files(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), None)
    }

    /// Reads chain and key from PEM files; the key is encrypted with a password (PKCS #8, or as OpenSSL did it).
    ///
    /// # Errors
    ///
    /// As for [`from_pem_files`](Self::from_pem_files).
    #[corresponds(alias(gnutls_certificate_set_x509_key_file2))]
    pub fn from_pem_files_with_password(
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
        password: &str,
    ) -> Result<Self> {
        Self::from_files(chain.as_ref(), key.as_ref(), Some(password))
    }

    /// Takes chain and key from PEM in memory.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate); the text tells which of the two is at fault.
    #[corresponds(
        gnutls_certificate_set_key,
        instead(gnutls_certificate_set_x509_key_mem2),
        alias(gnutls_certificate_set_x509_key_mem)
    )]
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self> {
        Self::load(&chain_of(chain), &key_of(key), GNUTLS_X509_FMT_PEM, None)
    }

    /// Takes chain and key from PEM in memory; the key is encrypted with a password.
    ///
    /// # Errors
    ///
    /// As for [`from_pem`](Self::from_pem).
    #[corresponds(alias(gnutls_certificate_set_x509_key_mem2))]
    pub fn from_pem_with_password(chain: &[u8], key: &[u8], password: &str) -> Result<Self> {
        Self::load(
            &chain_of(chain),
            &key_of(key),
            GNUTLS_X509_FMT_PEM,
            Some(password),
        )
    }

    /// Takes one certificate and its key from DER. For a longer chain use PEM, or PKCS #12.
    ///
    /// # Errors
    ///
    /// As for [`from_pem`](Self::from_pem).
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

    /// Takes chain and key out of PKCS #12 in DER, which a password protects.
    ///
    /// A revocation list in the data is ignored.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate), also for a wrong password and where there is no key inside.
    #[corresponds(
        gnutls_pkcs12_simple_parse,
        instead(gnutls_certificate_set_x509_simple_pkcs12_mem)
    )]
    pub fn from_pkcs12(data: &[u8], password: &str) -> Result<Self> {
        Self::load_pkcs12(data, "the PKCS #12 data", password)
    }

    /// Reads chain and key from a PKCS #12 file in DER, which a password protects.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](ErrorKind::Io) for a file that cannot be read; otherwise as for [`from_pkcs12`](Self::from_pkcs12).
    #[corresponds(alias(gnutls_certificate_set_x509_simple_pkcs12_file))]
    pub fn from_pkcs12_file(path: impl AsRef<Path>, password: &str) -> Result<Self> {
        let path = path.as_ref();
        let data = Secret::from_vec(file::read(path)?);
        Self::load_pkcs12(&data, &path.display().to_string(), password)
    }

    /// Uses a certificate and a key on PKCS #11 tokens, which URLs name (RFC 7512). The key stays there: it is the token that
    /// signs. The issuers of the certificate that are on the same token belong to the chain.
    ///
    /// The tokens are those of the modules that p11-kit is configured with. Each configuration that the identity is used in has
    /// a session of its own with the token; while one is logged in, the others need no PIN. Handshakes of a configuration use
    /// the key one after the other. A module that knows no locks must not be used in several threads, and GnuTLS cannot tell.
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
    /// Of kind [`InvalidInput`](ErrorKind::InvalidInput) for what is no URL of PKCS #11,
    /// [`Certificate`](ErrorKind::Certificate) for an object that is not there or a PIN that is wrong or missing,
    /// [`Unsupported`](ErrorKind::Unsupported) with a library that is too old or was built without PKCS #11. The text leaves
    /// out the query of a URL, which may have a PIN in it.
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
        let (certificate, key) = (pkcs11::url(certificate)?, pkcs11::url(key)?);
        let (chain_name, key_name) = (
            format!("certificate {}", pkcs11::shown(&certificate)),
            format!("private key {}", pkcs11::shown(&key)),
        );
        let refused = |error: Error, name: &str| match error.kind() {
            ErrorKind::Unsupported => error,
            _ => unusable(error, name.to_owned()),
        };
        let chain =
            Chain::from_url(&certificate, &pin).map_err(|error| refused(error, &chain_name))?;
        let key = Key::from_url(key, pin).map_err(|error| refused(error, &key_name))?;
        Self::checked(
            Material::new(chain, key),
            format!("{key_name} for {chain_name}"),
        )
    }

    /// Uses the identity for clients that ask for one of these names, instead of those in its certificate. Names are compared
    /// as they stand: a `*` stands for nothing else, also in a certificate. No names at all leave it as it was.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](ErrorKind::InvalidInput) for a name that GnuTLS does not take.
    #[corresponds(gnutls_certificate_set_key)]
    pub fn with_names<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        let refused = |name: &str| format!("{name:?} is not the name of a server");
        self.names = names
            .into_iter()
            .map(|name| {
                let name = name.as_ref();
                if name.is_empty() {
                    return Err(Error::invalid_input(refused(name)));
                }
                CString::new(name).map_err(|_| Error::invalid_input(refused(name)))
            })
            .collect::<Result<_>>()?;
        self.add_to(&Credentials::new()?).map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message("the names of the server")
        })?;
        Ok(self)
    }

    /// Staples an OCSP response (RFC 6960): a client that asks for it gets it along with the certificate, and need not ask
    /// the authority whether that has been revoked. DER, or PEM with any number of responses. Each has to be for one of the
    /// certificates in the chain; only TLS 1.3 sends those of the intermediate authorities. A response that is too old when
    /// a handshake needs it is not sent.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) for a response that is of another certificate, or says that this one
    /// has been revoked, or is too old already; [`Unsupported`](ErrorKind::Unsupported) with a library that is too old.
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

    /// When the first of the stapled responses will be too old, so that a new one has to be fetched. `None` without any.
    #[corresponds(instead(gnutls_certificate_get_ocsp_expiration))]
    pub fn ocsp_expiration(&self) -> Option<SystemTime> {
        self.responses.expiration()
    }

    /// The certificates as DER, the own first. None where it is a [raw public key](Self::is_raw_public_key).
    #[corresponds(
        instead(gnutls_certificate_get_crt_raw),
        alias(gnutls_certificate_get_x509_crt)
    )]
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let chain = if self.is_raw_public_key() {
            &[]
        } else {
            self.material.chain()
        };
        chain.iter().map(|certificate| {
            // SAFETY: the data of a certificate that the identity owns and nobody changes.
            unsafe { datum::slice(certificate.cert.data, certificate.cert.size as usize) }
        })
    }

    fn from_files(chain: &Path, key: &Path, password: Option<&str>) -> Result<Self> {
        let chain_pem = file::read(chain)?;
        let key_pem = Secret::from_vec(file::read(key)?);
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
            argument::refuse_nul(chain.data, chain_name)?;
            [chain.data, &[0]].concat()
        } else {
            chain.data.to_vec()
        };
        let chain = Chain::parse(&chain_data, format)
            .map_err(|error| unusable(error, chain_name.clone()))?;
        let key = read_key(key, format, password)?;
        Self::checked(
            Material::new(chain, key),
            format!("{key_name} for {chain_name}"),
        )
    }

    fn load_pkcs12(data: &[u8], name: &str, password: &str) -> Result<Self> {
        let password = secret(password)?;
        let material = material::parse_pkcs12(data, GNUTLS_X509_FMT_DER, &password)
            .map_err(|error| unusable(error, name.to_owned()))?;
        Self::checked(material, name.to_owned())
    }

    /// An identity of these, if they belong together.
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

    /// Adds the identity to credentials that are being built. Gives its index there.
    pub(crate) fn add_to(&self, credentials: &Credentials) -> Result<c_uint> {
        let index = self.material.add_to(credentials, &self.names)?;
        self.responses.add_to(credentials, index)?;
        Ok(index)
    }

    /// The chain, for a callback that lends it to a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) fn chain(&self) -> &[gnutls_pcert_st] {
        self.material.chain()
    }

    /// The key, for a callback that lends it to a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) fn key(&self) -> gnutls_privkey_t {
        self.material.key()
    }

    /// The responses in the order of the chain, for a callback that lends them to a session.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) fn responses(&self) -> &[gnutls_ocsp_data_st] {
        self.responses.as_slice()
    }

    /// Whether this is a clone of the other.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
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

/// Reads a private key; the error tells what is wrong with it.
fn read_key(key: &Named<'_>, format: gnutls_x509_crt_fmt_t, password: Option<&str>) -> Result<Key> {
    let data = if format == GNUTLS_X509_FMT_PEM {
        argument::refuse_nul(key.data, &key.name)?;
        Secret::with_nul(key.data)
    } else {
        Secret::new(key.data)
    };
    let secret = password.map(secret).transpose()?;
    Key::parse(&data, format, secret.as_ref()).map_err(|error| {
        let encrypted = error.code() == Some(ErrorCode::DECRYPTION_FAILED);
        let why = match (encrypted, password) {
            (true, None) => " is encrypted, and there is no password",
            (true, Some(_)) => " cannot be decrypted with this password",
            (false, _) => "",
        };
        unusable(error, format!("{}{why}", key.name))
    })
}

fn secret(password: &str) -> Result<Secret> {
    argument::refuse_nul(password.as_bytes(), "the password")?;
    Ok(Secret::with_nul(password.as_bytes()))
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
