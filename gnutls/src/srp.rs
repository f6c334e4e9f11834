//! The Secure Remote Password protocol (SRP, RFC 5054): a password that the client has, and that the server can only
//! verify.
//!
//! It exists up to TLS 1.2, and GnuTLS may have been built without it: that is its default since 3.8.0. See
//! [`ClientConfigBuilder::srp`](crate::ClientConfigBuilder::srp) and
//! [`ServerConfigBuilder::srp`](crate::ServerConfigBuilder::srp).
//!
//! ```
//! use gnutls::srp;
//!
//! match srp::Verifier::new("alice", "correct horse", srp::Group::BITS_2048) {
//!     // The server stores the verifier, which does not contain the password.
//!     Ok(verifier) => assert_eq!(verifier.group(), srp::Group::BITS_2048),
//!     Err(error) => assert_eq!(error.kind(), gnutls::ErrorKind::Unsupported),
//! }
//! ```

pub(crate) mod base64;
pub(crate) mod credentials;
pub(crate) mod file;
pub(crate) mod group;
pub(crate) mod verifier;

use std::collections::HashMap;
use std::ffi::CStr;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use gnutls_macros::corresponds;

pub use self::base64::{base64_decode, base64_encode};
pub use self::group::Group;
pub use self::verifier::Verifier;
use crate::crypto::Side;
use crate::error::{Error, Result, argument};
use crate::session_core::session_ref::SessionRef;
use crate::srp::file::Files;
use crate::support::secret::Secret;

/// The maximum length of a user name in a ClientHello (RFC 5054, section 2.8.1).
const LONGEST_NAME: usize = 255;

/// The maximum length of a user name on a GnuTLS server (`MAX_USERNAME_SIZE`).
const LONGEST_NAME_OF_SERVER: usize = 128;

/// The maximum length of a fake salt in GnuTLS, the output length of SHA-1.
const LONGEST_FAKE_SALT: u8 = 20;

fn check_name(username: &str, longest: usize) -> Result<()> {
    argument::refuse_nul(username.as_bytes(), "a user name")?;
    if (1..=longest).contains(&username.len()) {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "a user name of {} bytes is not possible: use 1 to {longest} bytes",
        username.len()
    )))
}

impl SessionRef {
    /// Returns the name of the user that a server has authenticated by a password, after the handshake.
    ///
    /// Returns `None` for any other key exchange, **and in a resumed session**, because GnuTLS does not store the name.
    /// A server that requires the name on every connection must have neither tickets nor a cache.
    ///
    /// During a handshake the C function also returns a name that is not authenticated yet, and after resumption an
    /// empty one.
    #[corresponds(gnutls_srp_server_get_username)]
    pub fn srp_username(&self) -> Option<&str> {
        if self.side() == Side::Client
            || !self.handshake_done()
            || self.is_resumed()
            || !self.core().has_proven_password()
        {
            return None;
        }
        // SAFETY: the session is live. It returns NULL or a string inside the session, which only handshakes change,
        // and they require `&mut` access (lib/srp.c). The key exchange is SRP, as the check before ensures.
        let name = unsafe {
            let name = gnutls_sys::gnutls_srp_server_get_username(self.as_ptr());
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }?;
        name.to_str().ok().filter(|name| !name.is_empty())
    }
}

/// A user name and a password. The password is overwritten before its memory is released, and never printed.
#[derive(Clone)]
pub struct User {
    /// The user name, which ends in NUL.
    pub(crate) username: Secret,
    /// The password, which ends in NUL.
    pub(crate) password: Secret,
}

impl User {
    /// Creates a user. The name is sent in the clear; the password is not sent.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the name is empty or longer than
    /// 255 bytes (128 on a GnuTLS server), or if the name or the password contains a NUL byte.
    pub fn new(username: &str, password: &str) -> Result<Self> {
        check_name(username, LONGEST_NAME)?;
        argument::refuse_nul(password.as_bytes(), "a password")?;
        Ok(Self {
            username: Secret::with_nul(username.as_bytes()),
            password: Secret::with_nul(password.as_bytes()),
        })
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.username.strip_suffix(&[0]).unwrap_or_default();
        f.debug_struct("User")
            .field("username", &String::from_utf8_lossy(name))
            .finish_non_exhaustive()
    }
}

/// The SRP options of a client, for [`ClientConfigBuilder::srp`](crate::ClientConfigBuilder::srp). An
/// [`srp::User`](crate::srp::User) converts into it.
#[derive(Clone)]
pub struct Client {
    source: ClientSource,
    smallest_group: group::Group,
}

#[derive(Clone)]
enum ClientSource {
    User(User),
    Lookup(Arc<ClientLookup>),
}

type ClientLookup = dyn Fn(&SessionRef) -> Option<User> + Send + Sync;

impl Client {
    /// Creates options with a closure that returns the user of a session. It is called whenever the client creates a ClientHello:
    /// twice per handshake if a DTLS server requests a second one. `None` ends the handshake.
    #[corresponds(gnutls_srp_set_client_credentials_function)]
    pub fn lookup(lookup: impl Fn(&SessionRef) -> Option<User> + Send + Sync + 'static) -> Self {
        Self::from_source(ClientSource::Lookup(Arc::new(lookup)))
    }

    fn from_source(source: ClientSource) -> Self {
        Self {
            source,
            smallest_group: group::Group::default(),
        }
    }

    /// Sets the smallest group that the client accepts from a server. The default is 2048 bits. With a smaller group
    /// the handshake fails, and the client sends the alert `insufficient_security` (RFC 5054, section 2.5.3).
    ///
    /// The C function has no effect in any release, so this crate checks the prime.
    #[corresponds(instead(gnutls_srp_set_prime_bits))]
    pub fn smallest_group(mut self, group: group::Group) -> Self {
        self.smallest_group = group;
        self
    }
}

impl From<User> for Client {
    fn from(user: User) -> Self {
        Self::from_source(ClientSource::User(user))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Client");
        if let ClientSource::User(user) = &self.source {
            debug.field("user", user);
        }
        debug
            .field("smallest_group", &self.smallest_group)
            .finish_non_exhaustive()
    }
}

/// The SRP options of a server, for [`ServerConfigBuilder::srp`](crate::ServerConfigBuilder::srp).
///
/// For an unknown user name GnuTLS generates a fake salt and continues. The handshake then fails like one with a wrong
/// password, so that nobody can discover which user names exist. This requires a [group](Self::unknown_users) and salts
/// like those of the other users.
#[derive(Clone)]
pub struct Server {
    source: ServerSource,
    /// The group for unknown users.
    unknown_group: Option<group::Group>,
    /// The seed of the fake salts, and their length.
    fake_salt: Option<(Secret, u8)>,
}

#[derive(Clone)]
enum ServerSource {
    Lookup(Arc<ServerLookup>),
    Files(Files),
}

type ServerLookup = dyn Fn(&SessionRef, &str) -> Option<verifier::Verifier> + Send + Sync;

impl Server {
    /// Creates options with these users.
    pub fn users<N: Into<String>>(
        users: impl IntoIterator<Item = (N, verifier::Verifier)>,
    ) -> Self {
        let mut group = None;
        let users: HashMap<String, _> = users
            .into_iter()
            .map(|(name, verifier)| {
                group.get_or_insert(verifier.group());
                (name.into(), verifier)
            })
            .collect();
        let srp = Self::lookup(move |_, name| users.get(name).cloned());
        Self {
            unknown_group: group,
            ..srp
        }
    }

    /// Creates options with a closure that returns the verifier of a user of a session in every handshake. The client
    /// chooses the name. The closure returns `None` for an unknown user, and should take the same time for it as for a known one.
    #[corresponds(gnutls_srp_set_server_credentials_function)]
    pub fn lookup(
        lookup: impl Fn(&SessionRef, &str) -> Option<verifier::Verifier> + Send + Sync + 'static,
    ) -> Self {
        Self::from_source(ServerSource::Lookup(Arc::new(lookup)))
    }

    /// Creates options with two files, which are read in every handshake. `srptool` creates them: one has a line for
    /// each user, `name:verifier:salt:index`, and the other the groups, `index:prime:generator`. Numbers are in the
    /// [SRP base64](crate::srp::base64_encode).
    ///
    /// The handshake fails if a file cannot be read, or if the line of the user is malformed.
    ///
    /// The C function crashes if a salt is damaged, and fails at once for an unknown user unless there is a group 1,
    /// which `srptool` no longer creates. This crate therefore reads the files itself.
    #[corresponds(instead(gnutls_srp_set_server_credentials_file))]
    pub fn file(passwords: impl Into<PathBuf>, groups: impl Into<PathBuf>) -> Self {
        Self::from_source(ServerSource::Files(Files {
            passwords: passwords.into(),
            groups: groups.into(),
        }))
    }

    fn from_source(source: ServerSource) -> Self {
        Self {
            source,
            unknown_group: None,
            fake_salt: None,
        }
    }

    /// Sets the group for unknown user names. The default is the group of the first user, or 2048 bits with
    /// [`lookup`](Self::lookup) or without users.
    pub fn unknown_users(mut self, group: group::Group) -> Self {
        self.unknown_group = Some(group);
        self
    }

    /// Sets the seed and the length of the salts for unknown user names. The length should be that of the users' salts,
    /// 1 to 20 bytes. At least the first 20 bytes of the seed are significant.
    ///
    /// The default is a random seed per configuration and salts of 16 bytes, as
    /// [`srp::Verifier::new`](crate::srp::Verifier::new) creates them. Servers that share their users, and a restarted
    /// server, require the same seed: a changed salt reveals that the user does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the seed is empty or the length is
    /// out of range.
    #[corresponds(gnutls_srp_set_server_fake_salt_seed)]
    pub fn fake_salt_seed(mut self, seed: &[u8], length: u8) -> Result<Self> {
        if seed.is_empty() || !(1..=LONGEST_FAKE_SALT).contains(&length) {
            return Err(Error::invalid_input(format!(
                "salts of {length} bytes from a seed of {} bytes are not possible: use a seed that is not empty and salts of 1 to {LONGEST_FAKE_SALT} bytes",
                seed.len()
            )));
        }
        self.fake_salt = Some((Secret::new(seed), length));
        Ok(self)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("unknown_group", &self.unknown_group)
            .finish_non_exhaustive()
    }
}
