//! Users and passwords in the form that GnuTLS wants, and the callbacks through which it asks for them.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::session::state::State;
use crate::srp::group::SrpGroup;
use crate::srp::verifier::{SrpVerifier, hand_over_all};
use crate::srp::{
    ClientSource, ClientSrp, LONGEST_NAME_OF_SERVER, ServerSource, ServerSrp, SrpUser,
};
use crate::support::datum;
use crate::version::Version;

/// Owns the credentials of one side, and what their callbacks look into.
pub(crate) enum SrpCredentials {
    Client(gnutls_sys::gnutls_srp_client_credentials_t, ClientSrp),
    Server(gnutls_sys::gnutls_srp_server_credentials_t, ServerSrp),
}

// SAFETY: everything that sets something is called before `client` and `server` return, from one thread. Later GnuTLS
// only reads the object (the callback, the seed and the length of made up salts), in every release. What the callbacks
// look into is Send + Sync by its types.
unsafe impl Send for SrpCredentials {}
// SAFETY: as above.
unsafe impl Sync for SrpCredentials {}

impl SrpCredentials {
    pub(crate) fn client(srp: ClientSrp) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure, which it is without SRP in the library, there is nothing to
        // release.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_client_credentials(&mut raw) })?;
        let credentials = Self::Client(raw, srp);
        // SAFETY: stores a pointer in the object, which no other thread has yet.
        unsafe {
            gnutls_sys::gnutls_srp_set_client_credentials_function(raw, Some(client_function));
        }
        Ok(credentials)
    }

    pub(crate) fn server(srp: ServerSrp) -> Result<Self> {
        if let ServerSource::Files(files) = &srp.source {
            files.check()?;
        }
        if let Some(group) = srp.unknown_group {
            group.prime()?;
        }
        let mut raw = ptr::null_mut();
        // SAFETY: as for the client.
        allocated(unsafe { gnutls_sys::gnutls_srp_allocate_server_credentials(&mut raw) })?;
        let credentials = Self::Server(raw, srp);
        // SAFETY: stores a pointer in the object, which no other thread has yet.
        unsafe {
            gnutls_sys::gnutls_srp_set_server_credentials_function(raw, Some(server_function));
        }
        if let Self::Server(_, srp) = &credentials {
            if let Some((seed, length)) = &srp.fake_salt {
                let seed = argument::bytes(seed)?;
                // SAFETY: copies the seed, as much of it as it has room for. It has 1 byte at least, and the length of the
                // salts is one that GnuTLS can make.
                unsafe {
                    gnutls_sys::gnutls_srp_set_server_fake_salt_seed(raw, &seed, (*length).into());
                }
            }
        }
        Ok(credentials)
    }

    /// Gives the credentials to a session.
    ///
    /// # Safety
    ///
    /// `session` is alive, its state has a pointer to this value, and this value outlives it: the pointer is kept until
    /// `gnutls_deinit`.
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let object = match self {
            Self::Client(raw, _) => raw.cast(),
            Self::Server(raw, _) => raw.cast(),
        };
        // SAFETY: the caller's promise.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_SRP, object)
        })?;
        Ok(())
    }

    fn user(&self) -> Option<SrpUser> {
        match self {
            Self::Client(_, srp) => match &srp.source {
                ClientSource::User(user) => Some(user.clone()),
                ClientSource::Lookup(lookup) => lookup(),
            },
            Self::Server(..) => None,
        }
    }

    /// The verifier of a user, or the group for one that there is not.
    fn find(&self, username: &CStr) -> Result<std::result::Result<SrpVerifier, SrpGroup>> {
        let Self::Server(_, srp) = self else {
            return Err(Error::from_code(gnutls_sys::GNUTLS_E_INTERNAL_ERROR));
        };
        // A name is UTF-8 (RFC 5054, section 2.3), so that no user has another. Longer ones some releases hand on, which
        // newer ones refuse.
        let name = username
            .to_str()
            .ok()
            .filter(|name| (1..=LONGEST_NAME_OF_SERVER).contains(&name.len()));
        let found = match (&srp.source, name) {
            (ServerSource::Lookup(lookup), Some(name)) => {
                lookup(name).ok_or_else(SrpGroup::default)
            }
            (ServerSource::Lookup(_), None) => Err(SrpGroup::default()),
            (ServerSource::Files(files), name) => files.find(name.unwrap_or_default())?,
        };
        Ok(found.map_err(|group| srp.unknown_group.unwrap_or(group)))
    }

    /// The shortest prime that a client takes.
    fn smallest_group(&self) -> SrpGroup {
        match self {
            Self::Client(_, srp) => srp.smallest_group,
            Self::Server(..) => SrpGroup::DANGEROUS_BITS_1024,
        }
    }
}

/// GnuTLS may have been built without SRP: upstream's default since 3.8.0.
fn allocated(code: c_int) -> Result<()> {
    check(code).map_err(|error| error.with_message("SRP"))?;
    Ok(())
}

impl Drop for SrpCredentials {
    fn drop(&mut self) {
        // SAFETY: allocated by this type and released once. The sessions that have the pointer are gone: each keeps the
        // configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw, _) => gnutls_sys::gnutls_srp_free_client_credentials(*raw),
                Self::Server(raw, _) => gnutls_sys::gnutls_srp_free_server_credentials(*raw),
            }
        }
    }
}

impl State {
    /// On a client that gets the server's key exchange: refuses a group that is too small. `gnutls_srp_set_prime_bits` is
    /// for that, and is without effect: nothing of SRP looks at the number (lib/auth/srp_kx.c, every release since 3.6.0).
    pub(crate) fn judge_group(&mut self, body: &[u8]) -> c_int {
        // SAFETY: the keys are part of the configuration that the session keeps; NULL where there are none.
        let Some(srp) = (unsafe { self.srp.as_ref() }) else {
            return 0;
        };
        // SAFETY: reads the cipher suite, which the server has chosen before this message (lib/state.c).
        let exchange = unsafe { gnutls_sys::gnutls_kx_get(self.session) };
        if !matches!(
            exchange,
            gnutls_sys::GNUTLS_KX_SRP
                | gnutls_sys::GNUTLS_KX_SRP_RSA
                | gnutls_sys::GNUTLS_KX_SRP_DSS
        ) {
            return 0;
        }
        // The prime and the generator are the first parts, each behind its length.
        let smallest = srp.smallest_group();
        let Some((prime, generator)) = parameters(body) else {
            // GnuTLS says that the message is malformed.
            return 0;
        };
        let large = prime.len() >= usize::from(smallest.bits() / 8);
        // So GnuTLS itself does since 3.6.2. In a group of the server's making the password may be no secret.
        let known = crate::version().running >= Version::new(3, 6, 2)
            || SrpGroup::from_parameters(prime, generator).is_some();
        if large && known {
            return 0;
        }
        self.refusal = Some(
            Error::new(
                ErrorKind::Protocol,
                format!("the server's SRP group is none of RFC 5054, or has less than {smallest}"),
            )
            .with_alert(Alert::INSUFFICIENT_SECURITY),
        );
        gnutls_sys::GNUTLS_E_INTERNAL_ERROR
    }
}

/// The prime and the generator in front of a server's key exchange (RFC 5054, section 2.8.2).
fn parameters(body: &[u8]) -> Option<(&[u8], &[u8])> {
    fn part(from: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = from.split_first_chunk()?;
        rest.split_at_checked(u16::from_be_bytes(*length).into())
    }
    let (prime, rest) = part(body)?;
    let (generator, _) = part(rest)?;
    Some((prime, generator))
}

/// Runs a callback of a session with the credentials of its configuration. A panic is kept in the session's state, to be
/// resumed once GnuTLS has returned.
///
/// # Safety
///
/// `session` is a live session of this crate, in a call of one of these callbacks.
unsafe fn run(
    session: gnutls_session_t,
    callback: impl FnOnce(&SrpCredentials, &mut State) -> c_int,
) -> c_int {
    // SAFETY: the state outlives the session, and no reference to it lives while GnuTLS runs. The credentials are part of
    // the configuration that the session keeps.
    unsafe {
        let state = &mut *gnutls_sys::gnutls_session_get_ptr(session).cast::<State>();
        let Some(credentials) = state.srp.as_ref() else {
            return gnutls_sys::GNUTLS_E_INTERNAL_ERROR;
        };
        state.guarded(gnutls_sys::GNUTLS_E_USER_ERROR, |state| {
            callback(credentials, state)
        })
    }
}

/// Gives GnuTLS the name and the password of a client, each time that it makes a hello.
unsafe extern "C" fn client_function(
    session: gnutls_session_t,
    username: *mut *mut c_char,
    password: *mut *mut c_char,
) -> c_int {
    // SAFETY: called by GnuTLS with outputs of its own, which it frees whatever is returned (_gnutls_srp_send_params in
    // lib/ext/srp.c). They are written to where there is everything.
    unsafe {
        run(session, |credentials, _| {
            let Some(user) = credentials.user() else {
                return gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS;
            };
            let (mut name, mut secret) = (datum::empty(), datum::empty());
            let code = hand_over_all([
                (&*user.username, &raw mut name),
                (&*user.password, &raw mut secret),
            ]);
            if code == 0 {
                username.write(name.data.cast());
                password.write(secret.data.cast());
            }
            code
        })
    }
}

/// Gives GnuTLS what a server knows of a user. Returns 1 for one that there is not: GnuTLS goes on with what it makes up.
unsafe extern "C" fn server_function(
    session: gnutls_session_t,
    username: *const c_char,
    salt: *mut gnutls_datum_t,
    verifier: *mut gnutls_datum_t,
    generator: *mut gnutls_datum_t,
    prime: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS with the name that came in the hello, which ends in NUL, and with outputs of its own, which it
    // frees whatever is returned (_gnutls_srp_pwd_read_entry in lib/auth/srp_passwd.c). The constants of the groups may be
    // handed over, too, but are copied: not each release leaves each of them alone when it frees.
    unsafe {
        run(session, |credentials, state| {
            let answer = || -> Result<c_int> {
                Ok(match credentials.find(CStr::from_ptr(username))? {
                    Ok(found) => hand_over_all([
                        (found.salt(), salt),
                        (found.verifier(), verifier),
                        (found.group().generator()?, generator),
                        (found.group().prime()?, prime),
                    ]),
                    Err(group) => {
                        let code = hand_over_all([
                            (group.generator()?, generator),
                            (group.prime()?, prime),
                        ]);
                        if code == 0 { 1 } else { code }
                    }
                })
            };
            answer().unwrap_or_else(|error| {
                state.refusal = Some(error.with_alert(Alert::INTERNAL_ERROR));
                gnutls_sys::GNUTLS_E_INTERNAL_ERROR
            })
        })
    }
}
