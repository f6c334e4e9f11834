//! Pre-shared keys (PSK): a secret that both sides have in place of certificates.

pub(crate) mod credentials;

use std::collections::HashMap;
use std::ffi::CStr;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::crypto::Side;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::session_core::session_ref::SessionRef;
#[cfg(gnutls_3_6_13)]
use crate::support::datum;
use crate::support::secret::Secret;

impl SessionRef {
    /// On a server: the identity of the pre-shared key that the client has proven to have, once the handshake is over.
    ///
    /// `None` if it was another key exchange, and after a session of TLS 1.3 was resumed, whose ticket does not say.
    ///
    /// C: [`gnutls_psk_server_get_username2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fserver_005fget_005fusername2).
    #[doc(alias = "gnutls_psk_server_get_username")]
    #[doc(alias = "gnutls_psk_server_get_username2")]
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
            // SAFETY: stores the address and the size of the identity inside the session (lib/psk.c). On a client and in
            // the middle of a handshake it crashes: this is a server whose handshake is over.
            let code = unsafe {
                gnutls_sys::gnutls_psk_server_get_username2(self.as_ptr(), &mut identity)
            };
            // SAFETY: filled in after a success; handshakes change it, which need the session exclusively.
            (code >= 0).then(|| unsafe { datum::slice(identity.data, identity.size as usize) })
        }
        #[cfg(not(gnutls_3_6_13))]
        None
    }

    /// On a client: the hint of the server which key to use, once the handshake is over. Only TLS up to 1.2 has one.
    ///
    /// C: [`gnutls_psk_client_get_hint`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fclient_005fget_005fhint).
    #[doc(alias = "gnutls_psk_client_get_hint")]
    pub fn psk_hint(&self) -> Option<&CStr> {
        if self.side() == Side::Server || !self.has_proven_key() {
            return None;
        }
        // SAFETY: returns NULL or a string inside the session, which handshakes change (lib/psk.c).
        unsafe {
            let hint = gnutls_sys::gnutls_psk_client_get_hint(self.as_ptr());
            (!hint.is_null()).then(|| CStr::from_ptr(hint))
        }
        .filter(|hint| !hint.is_empty())
    }

    /// Whether the handshake is over and was one with a pre-shared key, or resumed the session of such a one.
    fn has_proven_key(&self) -> bool {
        self.handshake_done() && self.core().has_proven_key()
    }
}

/// The longest identity and the longest hint (`MAX_USERNAME_SIZE`); GnuTLS refuses longer ones in each handshake.
const LONGEST_NAME: usize = 128;

/// The longest key whose length the premaster secret has room for (RFC 4279, section 2).
const LONGEST_KEY: usize = 65_535;

/// A secret that both sides have. It is overwritten before its memory is released, and never printed.
///
/// It should be random and as long as an output of the hash function, 32 bytes; one that people can remember can be
/// guessed by whoever has seen a handshake (RFC 9257, section 4).
#[derive(Clone)]
pub struct PskKey {
    #[cfg_attr(
        not(gnutls_3_6_13),
        allow(
            dead_code,
            reason = "only a callback of newer libraries has use for it"
        )
    )]
    pub(crate) secret: Secret,
    /// For which hash function it is imported, if it is.
    pub(crate) imported: Option<PskHash>,
}

impl PskKey {
    /// A key from its bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for no bytes, and for more than 65,535.
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self> {
        Self::of(Secret::new(bytes.as_ref()))
    }

    /// A key from two hexadecimal digits a byte, as `psktool` writes it.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything else.
    #[doc(alias = "GNUTLS_PSK_KEY_HEX")]
    pub fn from_hex(text: &str) -> Result<Self> {
        let wrong = || Error::invalid_input("a key that is not written as hexadecimal digits");
        let digits = text.as_bytes();
        // C passes over what is no digit, some releases at least.
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
                "a pre-shared key of {} bytes, it has 1 to {LONGEST_KEY}",
                secret.len()
            )));
        }
        Ok(Self {
            secret,
            imported: None,
        })
    }

    /// This key as one that is imported into TLS 1.3 (RFC 9258), which binds it to the identity that
    /// [`imported_identity`] makes, and to this hash function. Both sides have to do so. For TLS 1.3 alone.
    ///
    /// C: `GNUTLS_PSK_KEY_EXT` of
    /// [`gnutls_psk_set_server_credentials_function3`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fset_005fserver_005fcredentials_005ffunction3),
    /// since 3.8.1. A configuration cannot be built with such a key where the library is older.
    #[doc(alias = "GNUTLS_PSK_KEY_EXT")]
    pub fn imported(mut self, hash: PskHash) -> Self {
        self.imported = Some(hash);
        self
    }
}

impl fmt::Debug for PskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PskKey")
            .field("imported", &self.imported)
            .finish_non_exhaustive()
    }
}

/// The hash function of a pre-shared key in TLS 1.3: only cipher suites with this one can be used with it (RFC 8446,
/// section 4.2.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PskHash {
    /// SHA-256, which is the one for keys that are not tied to any other.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
}

/// A pre-shared key and its identity, which tells the other side what key is meant. The identity is sent in the clear.
///
/// ```
/// use gnutls::{ClientConfig, PreSharedKey, PskKey, ServerConfig, ServerPsk};
///
/// let key = PskKey::from_hex("9e32cf7786321a828ef7668f09fb35db")?;
/// let sensor = PreSharedKey::new("sensor-17", key)?;
/// # if gnutls::version().built < gnutls::Version::new(3, 6, 13) { return Ok(()); }
/// let client = ClientConfig::builder().psk(sensor.clone()).build()?;
/// let server = ServerConfig::builder().psk(ServerPsk::keys([sensor])).build()?;
/// # let _ = (client, server);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct PreSharedKey {
    pub(crate) identity: Vec<u8>,
    pub(crate) key: PskKey,
}

impl PreSharedKey {
    /// A key under this name.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) unless the identity has 1 to 128 bytes: GnuTLS takes no more.
    pub fn new(identity: impl AsRef<[u8]>, key: PskKey) -> Result<Self> {
        let identity = identity.as_ref().to_vec();
        if !(1..=LONGEST_NAME).contains(&identity.len()) {
            return Err(Error::invalid_input(format!(
                "an identity of a pre-shared key of {} bytes; GnuTLS takes 1 to {LONGEST_NAME}",
                identity.len()
            )));
        }
        Ok(Self { identity, key })
    }

    /// The identity.
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

/// The identity under which a key is imported into TLS 1.3 (RFC 9258, section 5.1): what is known of the key, and whatever
/// else it is to be bound to.
///
/// C: [`gnutls_psk_format_imported_identity`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fformat_005fimported_005fidentity),
/// since 3.8.1.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old, [`InvalidInput`](crate::ErrorKind::InvalidInput)
/// for more than 65,535 bytes of either.
#[doc(alias = "gnutls_psk_format_imported_identity")]
#[cfg_attr(
    not(gnutls_3_8_1),
    allow(unused_variables, reason = "refused, whatever they are")
)]
pub fn imported_identity(identity: &[u8], context: &[u8], hash: PskHash) -> Result<Vec<u8>> {
    // C copies a length that does not fit into the two bytes that it has, without a word.
    if identity.is_empty() || identity.len().max(context.len()) > usize::from(u16::MAX) {
        return Err(Error::invalid_input(
            "an identity has 1 to 65,535 bytes, and a context no more",
        ));
    }
    requires!(gnutls_3_8_1, "importing pre-shared keys", {
        let (identity, context) = (argument::bytes(identity)?, argument::bytes(context)?);
        let digest = match hash {
            PskHash::Sha256 => gnutls_sys::GNUTLS_DIG_SHA256,
            PskHash::Sha384 => gnutls_sys::GNUTLS_DIG_SHA384,
        };
        // SAFETY: reads both and allocates the result. It looks protocol and hash function up and does not ask
        // whether they were found (lib/ext/pre_shared_key.c): these are.
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

/// What a client has of pre-shared keys, for [`ClientConfigBuilder::psk`]. A [`PreSharedKey`] converts into it.
#[derive(Clone)]
pub struct ClientPsk {
    pub(crate) source: ClientSource,
    pub(crate) hash: PskHash,
}

#[derive(Clone)]
pub(crate) enum ClientSource {
    Key(PreSharedKey),
    Lookup(Arc<ClientLookup>),
}

type ClientLookup = dyn Fn(Option<&str>) -> Option<PreSharedKey> + Send + Sync;

impl ClientPsk {
    /// Asks `lookup` for the key in each handshake. `None` ends the handshake.
    ///
    /// It is given the hint of the server where there is one. Only servers of TLS up to 1.2 can send one. A client that
    /// offers TLS 1.3 besides has to choose before: it is asked at the beginning too, without a hint.
    ///
    /// C: [`gnutls_psk_set_client_credentials_function3`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fset_005fclient_005fcredentials_005ffunction3).
    #[doc(alias = "gnutls_psk_set_client_credentials_function")]
    #[doc(alias = "gnutls_psk_set_client_credentials_function2")]
    #[doc(alias = "gnutls_psk_set_client_credentials_function3")]
    pub fn lookup(
        lookup: impl Fn(Option<&str>) -> Option<PreSharedKey> + Send + Sync + 'static,
    ) -> Self {
        Self {
            source: ClientSource::Lookup(Arc::new(lookup)),
            hash: PskHash::default(),
        }
    }

    /// The hash function that the keys are for; SHA-256 if this is not called. Another one needs GnuTLS 3.8.11.
    ///
    /// C: [`gnutls_psk_allocate_client_credentials2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fallocate_005fclient_005fcredentials2).
    #[doc(alias = "gnutls_psk_allocate_client_credentials2")]
    pub fn hash(mut self, hash: PskHash) -> Self {
        self.hash = hash;
        self
    }
}

impl From<PreSharedKey> for ClientPsk {
    fn from(key: PreSharedKey) -> Self {
        Self {
            source: ClientSource::Key(key),
            hash: PskHash::default(),
        }
    }
}

impl fmt::Debug for ClientPsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ClientPsk");
        if let ClientSource::Key(key) = &self.source {
            debug.field("key", key);
        }
        debug.field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// What a server has of pre-shared keys, for [`ServerConfigBuilder::psk`].
///
/// A client whose identity is not known fails in the same way as one whose key is wrong, so that nobody can find out which
/// identities there are.
#[derive(Clone)]
pub struct ServerPsk {
    pub(crate) source: ServerSource,
    pub(crate) hint: Option<String>,
    pub(crate) hash: Option<PskHash>,
}

#[derive(Clone)]
pub(crate) enum ServerSource {
    Lookup(Arc<ServerLookup>),
    File(PathBuf),
}

type ServerLookup = dyn Fn(&[u8]) -> Option<PskKey> + Send + Sync;

impl ServerPsk {
    /// Knows these keys.
    pub fn keys(keys: impl IntoIterator<Item = PreSharedKey>) -> Self {
        let keys: HashMap<_, _> = keys
            .into_iter()
            .map(|PreSharedKey { identity, key }| (identity, key))
            .collect();
        Self::lookup(move |identity| keys.get(identity).cloned())
    }

    /// Asks `lookup` in each handshake for the key of an identity. Whoever connects chooses the identity; `None` is for
    /// those that are not known.
    ///
    /// C: [`gnutls_psk_set_server_credentials_function3`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fset_005fserver_005fcredentials_005ffunction3).
    #[doc(alias = "gnutls_psk_set_server_credentials_function")]
    #[doc(alias = "gnutls_psk_set_server_credentials_function2")]
    #[doc(alias = "gnutls_psk_set_server_credentials_function3")]
    pub fn lookup(lookup: impl Fn(&[u8]) -> Option<PskKey> + Send + Sync + 'static) -> Self {
        Self::from(ServerSource::Lookup(Arc::new(lookup)))
    }

    /// Looks into a file in each handshake: a line for each key, `identity:hexadecimal digits`, as `psktool` writes it. An
    /// identity that is not text is written as `#` and hexadecimal digits.
    ///
    /// C: [`gnutls_psk_set_server_credentials_file`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fset_005fserver_005fcredentials_005ffile).
    #[doc(alias = "gnutls_psk_set_server_credentials_file")]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::from(ServerSource::File(path.into()))
    }

    fn from(source: ServerSource) -> Self {
        Self {
            source,
            hint: None,
            hash: Some(PskHash::default()),
        }
    }

    /// Sends clients of TLS up to 1.2 this hint which key to use, in the clear.
    ///
    /// C: [`gnutls_psk_set_server_credentials_hint`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fset_005fserver_005fcredentials_005fhint).
    #[doc(alias = "gnutls_psk_set_server_credentials_hint")]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The hash function that the keys are for; SHA-256 if this is not called. `None` tries both. Any but SHA-256 needs
    /// GnuTLS 3.8.11.
    ///
    /// C: [`gnutls_psk_allocate_server_credentials2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpsk_005fallocate_005fserver_005fcredentials2).
    #[doc(alias = "gnutls_psk_allocate_server_credentials2")]
    pub fn hash(mut self, hash: impl Into<Option<PskHash>>) -> Self {
        self.hash = hash.into();
        self
    }
}

impl fmt::Debug for ServerPsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerPsk")
            .field("hint", &self.hint)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}
