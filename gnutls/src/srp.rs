//! The Secure Remote Password protocol (SRP, RFC 5054): a password that the client knows, and the server can only verify.

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

use crate::crypto::Side;
use crate::error::{Error, Result, argument};
use crate::session_core::session_ref::SessionRef;
use crate::srp::file::Files;
use crate::srp::group::SrpGroup;
use crate::srp::verifier::SrpVerifier;
use crate::support::secret::Secret;

/// The longest name that a hello has room for (RFC 5054, section 2.8.1).
const LONGEST_NAME: usize = 255;

/// The longest name that a server with GnuTLS takes (`MAX_USERNAME_SIZE`).
const LONGEST_NAME_OF_SERVER: usize = 128;

/// The longest salt that GnuTLS makes up, an output of SHA-1.
const LONGEST_FAKE_SALT: u8 = 20;

fn check_name(username: &str, longest: usize) -> Result<()> {
    argument::refuse_nul(username.as_bytes(), "a user's name")?;
    if (1..=longest).contains(&username.len()) {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "a user's name of {} bytes, it has 1 to {longest}",
        username.len()
    )))
}

impl SessionRef {
    /// On a server: the name of the user whose password the client has proven to know, once the handshake is over.
    ///
    /// `None` if it was another key exchange, **and after a session was resumed**: GnuTLS loses the name then. A server that
    /// has to know it on each connection has neither tickets nor a cache.
    ///
    /// C: [`gnutls_srp_server_get_username`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fserver_005fget_005fusername),
    /// which gives the name in the middle of a handshake too, when nothing has been proven, and an empty one after resumption.
    #[doc(alias = "gnutls_srp_server_get_username")]
    pub fn srp_username(&self) -> Option<&str> {
        if self.side() == Side::Client
            || !self.handshake_done()
            || self.is_resumed()
            || !self.core().has_proven_password()
        {
            return None;
        }
        // SAFETY: returns NULL or a string inside the session, which handshakes change (lib/srp.c). It asks for the key
        // exchange before it looks, and so does this.
        let name = unsafe {
            let name = gnutls_sys::gnutls_srp_server_get_username(self.as_ptr());
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }?;
        name.to_str().ok().filter(|name| !name.is_empty())
    }
}

/// A user's name and password. The password is overwritten before its memory is released, and never printed.
#[derive(Clone)]
pub struct SrpUser {
    /// Both end in NUL.
    pub(crate) username: Secret,
    pub(crate) password: Secret,
}

impl SrpUser {
    /// A user. The name is sent in the clear, the password is not sent at all.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) unless the name has 1 to 255 bytes (a server with GnuTLS takes 128),
    /// and for a NUL in either.
    pub fn new(username: &str, password: &str) -> Result<Self> {
        check_name(username, LONGEST_NAME)?;
        argument::refuse_nul(password.as_bytes(), "a password")?;
        Ok(Self {
            username: Secret::with_nul(username.as_bytes()),
            password: Secret::with_nul(password.as_bytes()),
        })
    }
}

impl fmt::Debug for SrpUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.username.strip_suffix(&[0]).unwrap_or_default();
        f.debug_struct("SrpUser")
            .field("username", &String::from_utf8_lossy(name))
            .finish_non_exhaustive()
    }
}

/// What a client has of SRP, for [`ClientConfigBuilder::srp`]. An [`SrpUser`] converts into it.
#[derive(Clone)]
pub struct ClientSrp {
    source: ClientSource,
    smallest_group: SrpGroup,
}

#[derive(Clone)]
enum ClientSource {
    User(SrpUser),
    Lookup(Arc<ClientLookup>),
}

type ClientLookup = dyn Fn() -> Option<SrpUser> + Send + Sync;

impl ClientSrp {
    /// Asks `lookup` for name and password in each handshake, each time that it makes a hello: a server of DTLS wants two.
    /// `None` ends the handshake.
    ///
    /// C: [`gnutls_srp_set_client_credentials_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fset_005fclient_005fcredentials_005ffunction).
    #[doc(alias = "gnutls_srp_set_client_credentials_function")]
    pub fn lookup(lookup: impl Fn() -> Option<SrpUser> + Send + Sync + 'static) -> Self {
        Self::from_source(ClientSource::Lookup(Arc::new(lookup)))
    }

    fn from_source(source: ClientSource) -> Self {
        Self {
            source,
            smallest_group: SrpGroup::default(),
        }
    }

    /// The smallest group that is taken of a server; that of 2048 bits if this is not called. With a smaller one the
    /// handshake fails, and the server is sent the alert `insufficient_security` (RFC 5054, section 2.5.3).
    ///
    /// C: [`gnutls_srp_set_prime_bits`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fset_005fprime_005fbits), which
    /// has no effect in any release, so that this crate looks for itself.
    #[doc(alias = "gnutls_srp_set_prime_bits")]
    pub fn smallest_group(mut self, group: SrpGroup) -> Self {
        self.smallest_group = group;
        self
    }
}

impl From<SrpUser> for ClientSrp {
    fn from(user: SrpUser) -> Self {
        Self::from_source(ClientSource::User(user))
    }
}

impl fmt::Debug for ClientSrp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ClientSrp");
        if let ClientSource::User(user) = &self.source {
            debug.field("user", user);
        }
        debug
            .field("smallest_group", &self.smallest_group)
            .finish_non_exhaustive()
    }
}

/// What a server has of SRP, for [`ServerConfigBuilder::srp`].
///
/// For a name that is not known GnuTLS makes up a salt and goes on, so that nobody can find out which names there are: the
/// handshake fails in the same way as with a wrong password. That needs a [group](Self::unknown_users) and salts like those
/// of the other users.
#[derive(Clone)]
pub struct ServerSrp {
    source: ServerSource,
    /// For users that there are not.
    unknown_group: Option<SrpGroup>,
    /// From what their salts are made, and how long they are.
    fake_salt: Option<(Secret, u8)>,
}

#[derive(Clone)]
enum ServerSource {
    Lookup(Arc<ServerLookup>),
    Files(Files),
}

type ServerLookup = dyn Fn(&str) -> Option<SrpVerifier> + Send + Sync;

impl ServerSrp {
    /// Knows these users.
    pub fn users<N: Into<String>>(users: impl IntoIterator<Item = (N, SrpVerifier)>) -> Self {
        let mut group = None;
        let users: HashMap<String, _> = users
            .into_iter()
            .map(|(name, verifier)| {
                group.get_or_insert(verifier.group());
                (name.into(), verifier)
            })
            .collect();
        let srp = Self::lookup(move |name| users.get(name).cloned());
        Self {
            unknown_group: group,
            ..srp
        }
    }

    /// Asks `lookup` in each handshake for the verifier of a user. Whoever connects chooses the name; `None` is for those
    /// that are not known. It is best to take as long for these as for the others.
    ///
    /// C: [`gnutls_srp_set_server_credentials_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fset_005fserver_005fcredentials_005ffunction).
    #[doc(alias = "gnutls_srp_set_server_credentials_function")]
    pub fn lookup(lookup: impl Fn(&str) -> Option<SrpVerifier> + Send + Sync + 'static) -> Self {
        Self::from_source(ServerSource::Lookup(Arc::new(lookup)))
    }

    /// Looks into two files in each handshake, as `srptool` makes them: one with a line for each user,
    /// `name:verifier:salt:index`, and one with the groups, `index:prime:generator`. Numbers are in the
    /// [base64 of SRP](srp_base64_encode).
    ///
    /// The handshake fails where a file cannot be read, and for a user whose line is damaged.
    ///
    /// C: [`gnutls_srp_set_server_credentials_file`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fset_005fserver_005fcredentials_005ffile).
    /// It crashes where a salt is damaged, and fails at once for users that there are not unless there is a group 1, which
    /// `srptool` no longer makes. So this crate reads the files by itself.
    #[doc(alias = "gnutls_srp_set_server_credentials_file")]
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

    /// The group that is used with names that are not known. If this is not called it is that of the first user, where this
    /// crate knows one, else that of 2048 bits.
    pub fn unknown_users(mut self, group: SrpGroup) -> Self {
        self.unknown_group = Some(group);
        self
    }

    /// Makes the salts for names that are not known from this secret, so long as the salts of the users are, 1 to 20 bytes.
    /// Of the seed the first 20 bytes are sure to count.
    ///
    /// If this is not called they are made from a random seed of the configuration, and have 16 bytes, as
    /// [`SrpVerifier::new`] makes them. Servers that share their users, and one that is started again, need the same seed:
    /// a salt that changes tells that there is no such user.
    ///
    /// C: [`gnutls_srp_set_server_fake_salt_seed`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fset_005fserver_005ffake_005fsalt_005fseed).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty seed, and for another length.
    #[doc(alias = "gnutls_srp_set_server_fake_salt_seed")]
    pub fn fake_salt_seed(mut self, seed: &[u8], length: u8) -> Result<Self> {
        if seed.is_empty() || !(1..=LONGEST_FAKE_SALT).contains(&length) {
            return Err(Error::invalid_input(format!(
                "salts of {length} bytes from a seed of {}; GnuTLS makes 1 to {LONGEST_FAKE_SALT} from 1 or more",
                seed.len()
            )));
        }
        self.fake_salt = Some((Secret::new(seed), length));
        Ok(self)
    }
}

impl fmt::Debug for ServerSrp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSrp")
            .field("unknown_group", &self.unknown_group)
            .finish_non_exhaustive()
    }
}
