//! Pre-shared keys (PSK, RFC 4279 and RFC 8446, section 2.2): a secret that both sides have, instead of certificates.
//!
//! The module is needed for devices that are provisioned with a key. Both sides authenticate by it:
//! [`ClientConfigBuilder::psk`](crate::ClientConfigBuilder::psk),
//! [`ServerConfigBuilder::psk`](crate::ServerConfigBuilder::psk). It requires GnuTLS 3.6.13.
//!
//! ```
//! use gnutls::psk::{self, PreSharedKey};
//! use gnutls::{ClientConfig, ErrorKind, ServerConfig};
//!
//! let key = psk::Key::new(&[7; 32])?;
//! let key = PreSharedKey::new("device-17", key)?;
//! let client = ClientConfig::builder().psk(key.clone()).build();
//! let server = ServerConfig::builder().psk(psk::Server::keys([key])).build();
//! for error in [client.err(), server.err()].into_iter().flatten() {
//!     assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
//! }
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod credentials;
#[cfg(gnutls_3_6_13)]
pub(crate) mod file;

use std::collections::HashMap;
use std::ffi::CStr;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::crypto::Side;
#[cfg(gnutls_3_8_1)]
use crate::error::argument;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::session_core::session_ref::SessionRef;
#[cfg(gnutls_3_6_13)]
use crate::support::datum;
use crate::support::secret::Secret;

impl SessionRef {
    /// Returns the identity of the pre-shared key that a server has authenticated the client by, after the handshake.
    ///
    /// Returns `None` for any other key exchange, and in a resumed TLS 1.3 session, because the ticket does not contain
    /// the identity.
    #[corresponds(gnutls_psk_server_get_username2, alias(gnutls_psk_server_get_username))]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        if self.side() == Side::Client || !self.has_proven_key() {
            return None;
        }
        #[cfg(gnutls_3_6_13)]
        {
            let mut identity = gnutls_sys::gnutls_datum_t {
                data: std::ptr::null_mut(),
                size: 0,
            };
            // SAFETY: stores the address and the size of the identity inside the session (lib/psk.c). It would crash on
            // a client and during a handshake; this is a server after its handshake.
            let code = unsafe {
                gnutls_sys::gnutls_psk_server_get_username2(self.as_ptr(), &mut identity)
            };
            // SAFETY: the datum is filled in on success. Only handshakes change the identity, and they require `&mut`
            // access to the session, which this borrow excludes.
            (code >= 0).then(|| unsafe { datum::slice(identity.data, identity.size as usize) })
        }
        #[cfg(not(gnutls_3_6_13))]
        None
    }

    /// Returns the server's hint for choosing a key, on a client after the handshake. Only TLS up to 1.2 has a hint.
    #[corresponds(gnutls_psk_client_get_hint)]
    pub fn psk_hint(&self) -> Option<&CStr> {
        if self.side() == Side::Server || !self.has_proven_key() {
            return None;
        }
        // SAFETY: the session is live. It returns NULL or a string inside the session, which only handshakes change,
        // and they require `&mut` access (lib/psk.c).
        unsafe {
            let hint = gnutls_sys::gnutls_psk_client_get_hint(self.as_ptr());
            (!hint.is_null()).then(|| CStr::from_ptr(hint))
        }
        .filter(|hint| !hint.is_empty())
    }

    /// Returns `true` after a handshake with a pre-shared key, or one that resumed such a session.
    fn has_proven_key(&self) -> bool {
        self.handshake_done() && self.core().has_proven_key()
    }
}

/// The maximum length of an identity and of a hint (`MAX_USERNAME_SIZE`). GnuTLS refuses longer ones in every
/// handshake.
const LONGEST_NAME: usize = 128;

/// The maximum length of a key, which the premaster secret stores in two bytes (RFC 4279, section 2).
const LONGEST_KEY: usize = 65_535;

/// A secret of both sides. It is overwritten before its memory is released, and never printed.
///
/// It should be random and as long as the output of the hash function, 32 bytes. An attacker that has recorded a
/// handshake can guess a memorable key offline (RFC 9257, section 4).
#[derive(Clone)]
pub struct Key {
    #[cfg_attr(
        not(gnutls_3_6_13),
        allow(dead_code, reason = "only GnuTLS 3.6.13 and newer use it")
    )]
    pub(crate) secret: Secret,
    /// The hash function for which the key is imported.
    pub(crate) imported: Option<Hash>,
}

impl Key {
    /// Creates a key from its bytes.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if there are no bytes, or more than
    /// 65,535.
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self> {
        Self::of(Secret::new(bytes.as_ref()))
    }

    /// Creates a key from two hexadecimal digits per byte, as `psktool` writes it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other text, and if there are
    /// no bytes, or more than 65,535.
    #[corresponds(alias(GNUTLS_PSK_KEY_HEX))]
    pub fn from_hex(text: &str) -> Result<Self> {
        let wrong =
            || Error::invalid_input("the key is not written as two hexadecimal digits per byte");
        let digits = text.as_bytes();
        // Some releases ignore other characters.
        if digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(wrong());
        }
        let mut bytes = Vec::with_capacity(digits.len() / 2);
        let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
        bytes.extend(
            digits
                .chunks_exact(2)
                .map(|pair| value(pair[0]) << 4 | value(pair[1])),
        );
        Self::of(Secret::from_vec(bytes))
    }

    fn of(secret: Secret) -> Result<Self> {
        if !(1..=LONGEST_KEY).contains(&secret.len()) {
            return Err(Error::invalid_input(format!(
                "a pre-shared key of {} bytes is not possible: use 1 to {LONGEST_KEY} bytes",
                secret.len()
            )));
        }
        Ok(Self {
            secret,
            imported: None,
        })
    }

    /// Marks the key as imported into TLS 1.3 (RFC 9258). This binds it to the identity that [`imported_identity`]
    /// returns, and to this hash function. Both sides must do so. It is only for TLS 1.3.
    ///
    /// A configuration with such a key cannot be built with an older library.
    #[corresponds(gnutls_psk_set_server_credentials_function3(GNUTLS_PSK_KEY_EXT))]
    pub fn imported(mut self, hash: Hash) -> Self {
        self.imported = Some(hash);
        self
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("imported", &self.imported)
            .finish_non_exhaustive()
    }
}

/// The hash function of a pre-shared key in TLS 1.3, which restricts the cipher suites to those with the same hash
/// function (RFC 8446, section 4.2.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-256, the default for keys that are not bound to a hash function.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
}

/// A pre-shared key and its identity, by which the peer selects the key. The identity is sent in the clear.
///
/// ```
/// use gnutls::{ClientConfig, ServerConfig, psk};
/// use gnutls::psk::PreSharedKey;
///
/// let key = psk::Key::from_hex("9e32cf7786321a828ef7668f09fb35db")?;
/// let sensor = PreSharedKey::new("sensor-17", key)?;
/// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 13) { return Ok(()); }
/// let client = ClientConfig::builder().psk(sensor.clone()).build()?;
/// let server = ServerConfig::builder().psk(psk::Server::keys([sensor])).build()?;
/// # let _ = (client, server);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct PreSharedKey {
    pub(crate) identity: Vec<u8>,
    pub(crate) key: Key,
}

impl PreSharedKey {
    /// Creates a pre-shared key with this identity.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) unless the identity has 1 to 128
    /// bytes, the range that GnuTLS accepts.
    pub fn new(identity: impl AsRef<[u8]>, key: Key) -> Result<Self> {
        let identity = identity.as_ref().to_vec();
        if !(1..=LONGEST_NAME).contains(&identity.len()) {
            return Err(Error::invalid_input(format!(
                "a PSK identity of {} bytes is not possible: use 1 to {LONGEST_NAME} bytes",
                identity.len()
            )));
        }
        Ok(Self { identity, key })
    }

    /// Returns the identity.
    pub fn identity(&self) -> &[u8] {
        &self.identity
    }
}

impl fmt::Debug for PreSharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreSharedKey")
            .field("identity", &String::from_utf8_lossy(&self.identity))
            .field("key", &self.key)
            .finish()
    }
}

/// Returns the identity under which a key is imported into TLS 1.3 (RFC 9258, section 5.1). It consists of the identity
/// of the key and a context to which the key is bound.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and of kind
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the identity is empty, or if either has more than 65,535 bytes.
#[corresponds(gnutls_psk_format_imported_identity)]
#[cfg_attr(
    not(gnutls_3_8_1),
    allow(unused_variables, reason = "unused if the library is too old")
)]
pub fn imported_identity(identity: &[u8], context: &[u8], hash: Hash) -> Result<Vec<u8>> {
    // GnuTLS silently truncates a length to its two bytes.
    if identity.is_empty() || identity.len().max(context.len()) > usize::from(u16::MAX) {
        return Err(Error::invalid_input(
            "the identity must have 1 to 65,535 bytes, and the context at most 65,535",
        ));
    }
    requires!(gnutls_3_8_1, "importing pre-shared keys", {
        let (identity, context) = (argument::bytes(identity)?, argument::bytes(context)?);
        let digest = match hash {
            Hash::Sha256 => gnutls_sys::GNUTLS_DIG_SHA256,
            Hash::Sha384 => gnutls_sys::GNUTLS_DIG_SHA384,
        };
        // SAFETY: reads both datums and allocates the result. It looks up the protocol and the hash function without
        // checking the results (lib/ext/pre_shared_key.c); both exist.
        let formatted = datum::Output::filled_by(|formatted| unsafe {
            gnutls_sys::gnutls_psk_format_imported_identity(
                &identity,
                &context,
                gnutls_sys::GNUTLS_TLS1_3,
                digest,
                formatted,
            )
        })?;
        Ok(formatted.as_bytes().to_vec())
    })
}

/// The PSK options of a client, for [`ClientConfigBuilder::psk`](crate::ClientConfigBuilder::psk). A [`PreSharedKey`]
/// converts into it.
#[derive(Clone)]
pub struct Client {
    pub(crate) source: ClientSource,
    pub(crate) hash: Hash,
}

#[derive(Clone)]
pub(crate) enum ClientSource {
    Key(PreSharedKey),
    Lookup(Arc<ClientLookup>),
}

type ClientLookup = dyn Fn(&SessionRef, Option<&str>) -> Option<PreSharedKey> + Send + Sync;

impl Client {
    /// Creates options with a closure that returns the key in every handshake. `None` ends the handshake.
    ///
    /// The closure is called with the session and the server's hint, if there is one. Only a server of TLS up to 1.2 can send a hint. A
    /// client that also offers TLS 1.3 must choose a key earlier: the closure is called at the beginning too, without a
    /// hint.
    #[corresponds(
        gnutls_psk_set_client_credentials_function3,
        alias(
            gnutls_psk_set_client_credentials_function,
            gnutls_psk_set_client_credentials_function2
        )
    )]
    pub fn lookup(
        lookup: impl Fn(&SessionRef, Option<&str>) -> Option<PreSharedKey> + Send + Sync + 'static,
    ) -> Self {
        Self {
            source: ClientSource::Lookup(Arc::new(lookup)),
            hash: Hash::default(),
        }
    }

    /// Sets the hash function of the keys. The default is SHA-256. Any other requires GnuTLS 3.8.11.
    #[corresponds(gnutls_psk_allocate_client_credentials2)]
    pub fn hash(mut self, hash: Hash) -> Self {
        self.hash = hash;
        self
    }
}

impl From<PreSharedKey> for Client {
    fn from(key: PreSharedKey) -> Self {
        Self {
            source: ClientSource::Key(key),
            hash: Hash::default(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Client");
        if let ClientSource::Key(key) = &self.source {
            debug.field("key", key);
        }
        debug.field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// The PSK options of a server, for [`ServerConfigBuilder::psk`](crate::ServerConfigBuilder::psk).
///
/// A client with an unknown identity fails like one with a wrong key, so that nobody can discover which identities
/// exist.
#[derive(Clone)]
pub struct Server {
    pub(crate) source: ServerSource,
    pub(crate) hint: Option<String>,
    pub(crate) hash: Option<Hash>,
}

#[derive(Clone)]
pub(crate) enum ServerSource {
    #[cfg_attr(
        not(gnutls_3_6_13),
        allow(dead_code, reason = "an older library has no callback with a length")
    )]
    Lookup(Arc<ServerLookup>),
    File(PathBuf),
}

type ServerLookup = dyn Fn(&SessionRef, &[u8]) -> Option<Key> + Send + Sync;

impl Server {
    /// Creates options with these keys.
    pub fn keys(keys: impl IntoIterator<Item = PreSharedKey>) -> Self {
        let keys: HashMap<_, _> = keys
            .into_iter()
            .map(|PreSharedKey { identity, key }| (identity, key))
            .collect();
        Self::lookup(move |_, identity| keys.get(identity).cloned())
    }

    /// Creates options with a closure that returns the key of an identity in every handshake. The client chooses the
    /// identity. The closure returns `None` for an unknown identity. Its first argument is the session, whose
    /// [server name](SessionRef::server_name) and [data](SessionRef::data) can restrict the keys.
    ///
    /// ```
    /// use gnutls::psk;
    ///
    /// /// The tenant to whose port the client has connected.
    /// struct Tenant(u8);
    ///
    /// let server = psk::Server::lookup(|session, identity| match (session.data(), identity) {
    ///     (Some(Tenant(number)), b"device") => psk::Key::new([*number; 32]).ok(),
    ///     _ => None,
    /// });
    /// # drop(server);
    /// ```
    ///
    /// With RSA-PSK, which the default priorities do not enable, identities with NUL bytes require GnuTLS 3.8.13 or one
    /// with the fix of CVE-2026-42010. Others truncate the identity, and the handshake fails.
    #[corresponds(
        gnutls_psk_set_server_credentials_function3,
        alias(
            gnutls_psk_set_server_credentials_function,
            gnutls_psk_set_server_credentials_function2
        )
    )]
    pub fn lookup(
        lookup: impl Fn(&SessionRef, &[u8]) -> Option<Key> + Send + Sync + 'static,
    ) -> Self {
        Self::from(ServerSource::Lookup(Arc::new(lookup)))
    }

    /// Creates options with a file that is read in every handshake. It has a line `identity:key` for each key, with the
    /// key in hexadecimal digits, as `psktool` writes it. An identity that is not text is written as `#` and
    /// hexadecimal digits. A malformed key ends the handshake.
    #[corresponds(gnutls_psk_set_server_credentials_file)]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::from(ServerSource::File(path.into()))
    }

    fn from(source: ServerSource) -> Self {
        Self {
            source,
            hint: None,
            hash: Some(Hash::default()),
        }
    }

    /// Sets the hint for choosing a key, which is sent to clients of TLS up to 1.2 in the clear.
    #[corresponds(gnutls_psk_set_server_credentials_hint)]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the hash function of the keys. The default is SHA-256. `None` tries both. Any value except SHA-256 requires
    /// GnuTLS 3.8.11.
    #[corresponds(gnutls_psk_allocate_server_credentials2)]
    pub fn hash(mut self, hash: impl Into<Option<Hash>>) -> Self {
        self.hash = hash.into();
        self
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("hint", &self.hint)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}
