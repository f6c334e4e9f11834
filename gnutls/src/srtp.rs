//! Keys for SRTP, agreed on in a DTLS session (DTLS-SRTP, RFC 5764).
//!
//! The module is needed for media: WebRTC and SIP negotiate the [`Profile`] in the handshake
//! ([`ConfigBuilder::srtp`](crate::ConfigBuilder::srtp)) and protect their packets with the
//! [`Keys`](crate::SessionRef::srtp_keys).
//!
//! ```
//! use gnutls::srtp;
//! use gnutls::{ClientConfig, Trust};
//!
//! let config = ClientConfig::builder()
//!     .trust(Trust::none())
//!     .srtp(srtp::Config::new([srtp::Profile::AES128_CM_HMAC_SHA1_80]))
//!     .build()?;
//! let client = config.datagram_session("example.org")?;
//! assert_eq!(client.srtp_profile(), None); // before the handshake
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::ffi::{CString, c_int, c_uint};
use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::crypto::numbers::numbers;
use crate::error::{Error, Result, argument, check as check_code};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::support::secret::{Secret, wipe};
use crate::version::Version;

numbers! {
    /// An SRTP protection profile (RFC 5764, section 4.1.2; RFC 7714, section 14.2).
    Profile(gnutls_sys::gnutls_srtp_profile_t);
    name: gnutls_srtp_get_profile_name;
    values:
    AES128_CM_HMAC_SHA1_80 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_80;
    AES128_CM_HMAC_SHA1_32 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_32;
    /// A profile without encryption.
    NULL_HMAC_SHA1_80 = GNUTLS_SRTP_NULL_HMAC_SHA1_80;
    /// A profile without encryption.
    NULL_HMAC_SHA1_32 = GNUTLS_SRTP_NULL_HMAC_SHA1_32;
    /// A profile that requires GnuTLS 3.8.0.
    AEAD_AES_128_GCM = GNUTLS_SRTP_AEAD_AES_128_GCM;
    /// A profile that requires GnuTLS 3.8.0.
    AEAD_AES_256_GCM = GNUTLS_SRTP_AEAD_AES_256_GCM;
}

impl Profile {
    /// Returns the profile with this name in GnuTLS, such as `SRTP_AES128_CM_HMAC_SHA1_80`, or `None` for a name that
    /// is unknown to the running library.
    #[corresponds(gnutls_srtp_get_profile_id)]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        let mut profile = 0;
        // SAFETY: compares the string, which ends in NUL, with those of a constant table, and writes a number.
        let code = unsafe { sys::gnutls_srtp_get_profile_id(name.as_ptr(), &mut profile) };
        (code >= 0).then_some(Self(profile))
    }
}

/// The SRTP options of a DTLS session, see [`ClientConfigBuilder::srtp`](crate::ClientConfigBuilder::srtp).
///
/// ```
/// use gnutls::{ClientConfig, Trust, srtp};
///
/// let config = ClientConfig::builder()
///     .trust(Trust::none())
///     .srtp(srtp::Config::new([srtp::Profile::AES128_CM_HMAC_SHA1_80, srtp::Profile::AES128_CM_HMAC_SHA1_32]))
///     .build()?;
/// let session = config.datagram_session("example.org")?;
/// // ... the handshake ...
/// if let Some(keys) = session.srtp_keys()? {
///     println!("keys of {} bytes", keys.client_key().len());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    profiles: Vec<Profile>,
    mki: Vec<u8>,
}

impl Config {
    /// Creates options with 1 to 4 profiles, in a client's order of preference. A server chooses the first of the
    /// client's profiles that it has too. If there is none, the session continues without SRTP:
    /// [`srtp_profile`](SessionRef::srtp_profile) returns `None`, and the program decides if it accepts that.
    pub fn new(profiles: impl IntoIterator<Item = Profile>) -> Self {
        Self {
            profiles: profiles.into_iter().collect(),
            mki: Vec::new(),
        }
    }

    /// Sets the master key identifier of a client, 1 to 255 bytes (MKI, RFC 5764, section 4.1.3). It has no effect on a
    /// server, because GnuTLS uses the identifier of the client.
    #[corresponds(gnutls_srtp_set_mki)]
    #[must_use]
    pub fn mki(mut self, mki: &[u8]) -> Self {
        self.mki = mki.to_vec();
        self
    }
}

/// The maximum number of profiles in GnuTLS (`MAX_SRTP_PROFILES`); any further one would overwrite the last
/// (lib/ext/srtp.c).
const PROFILES: usize = 4;

/// The maximum length of an MKI, which is one byte on the wire. GnuTLS accepts 256 bytes and truncates the length.
const MKI: usize = 255;

/// Fails for options that GnuTLS would silently misinterpret.
pub(crate) fn check(srtp: &Config) -> Result<()> {
    if !(1..=PROFILES).contains(&srtp.profiles.len()) {
        return Err(Error::invalid_input(format!(
            "{} SRTP profiles are not possible: use 1 to {PROFILES}",
            srtp.profiles.len()
        )));
    }
    if srtp.mki.len() > MKI {
        return Err(Error::invalid_input(format!(
            "a master key identifier (MKI) of {} bytes is too long: use at most {MKI} bytes",
            srtp.mki.len()
        )));
    }
    match srtp
        .profiles
        .iter()
        .find(|profile| profile.name().is_none())
    {
        None => Ok(()),
        // Distributions have added these to older releases, so the name decides and not the release.
        Some(&Profile::AEAD_AES_128_GCM | &Profile::AEAD_AES_256_GCM) => Err(Error::unsupported(
            "SRTP with AES-GCM",
            Version::new(3, 8, 0),
        )),
        Some(profile) => Err(Error::invalid_input(format!(
            "the SRTP profile {} is unknown to the library",
            profile.as_raw()
        ))),
    }
}

/// Enables SRTP in a session.
///
/// # Safety
///
/// `session` must be live and not have started a handshake.
pub(crate) unsafe fn apply(session: gnutls_session_t, srtp: &Config) -> Result<()> {
    for profile in &srtp.profiles {
        // SAFETY: the session is live by the contract of this function. It stores the number in an array of the
        // session, which has room for 4 (lib/ext/srtp.c), the maximum that `check` allows.
        check_code(unsafe { sys::gnutls_srtp_set_profile(session, profile.as_raw()) })?;
    }
    if !srtp.mki.is_empty() {
        let mki = argument::bytes(&srtp.mki)?;
        // SAFETY: the session is live by the contract of this function. It copies at most 255 bytes, which `check`
        // ensures, into an array of 256 in the session.
        check_code(unsafe { sys::gnutls_srtp_set_mki(session, &mki) })?;
    }
    Ok(())
}

/// The SRTP keys of both sides (RFC 5764, section 4.2). They are overwritten on drop and never printed.
///
/// Each side protects the data that it sends with its own key, and verifies received data with the key of the peer.
#[derive(Clone)]
pub struct Keys {
    client_key: Secret,
    client_salt: Secret,
    server_key: Secret,
    server_salt: Secret,
}

impl Keys {
    /// Returns the client's master key: 16 bytes, or 32 with
    /// [`AEAD_AES_256_GCM`](crate::srtp::Profile::AEAD_AES_256_GCM).
    pub fn client_key(&self) -> &[u8] {
        &self.client_key
    }

    /// Returns the client's master salt: 14 bytes, or 12 with AES-GCM.
    pub fn client_salt(&self) -> &[u8] {
        &self.client_salt
    }

    /// Returns the server's master key, as long as the client's.
    pub fn server_key(&self) -> &[u8] {
        &self.server_key
    }

    /// Returns the server's master salt, as long as the client's.
    pub fn server_salt(&self) -> &[u8] {
        &self.server_salt
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// The size of the buffer, more than twice the longest key (32 bytes) and salt (14 bytes).
const KEYS: usize = 128;

impl SessionRef {
    /// Returns the negotiated SRTP profile after the handshake, or `None` if there is no common profile or one side
    /// does not use SRTP.
    #[corresponds(gnutls_srtp_get_selected_profile)]
    pub fn srtp_profile(&self) -> Option<Profile> {
        let mut profile = 0;
        let code = self.negotiated(|session| {
            // SAFETY: the session is live. It reads the extension's data, if there is any, and writes a number
            // (lib/ext/srtp.c).
            unsafe { sys::gnutls_srtp_get_selected_profile(session, &mut profile) }
        })?;
        (code >= 0).then_some(Profile(profile))
    }

    /// Returns the master key identifier from the peer, up to 255 bytes, after the handshake. A GnuTLS server returns
    /// the identifier of the client. A client that receives a different one ends the handshake, as RFC 5764 requires.
    #[corresponds(gnutls_srtp_get_mki)]
    pub fn srtp_mki(&self) -> Option<&[u8]> {
        self.negotiated(|_| self.received_mki()).flatten()
    }

    fn received_mki(&self) -> Option<&[u8]> {
        let mut mki = datum::empty();
        // SAFETY: stores the address and the size of an array inside the session's extension data (lib/ext/srtp.c).
        let code = unsafe { sys::gnutls_srtp_get_mki(self.as_ptr(), &mut mki) };
        // SAFETY: only handshakes change the array, and they require `&mut` access to the session, which this borrow
        // excludes.
        (code >= 0).then(|| unsafe { datum::slice(mki.data, mki.size as usize) })
    }

    /// Returns the SRTP keys, derived from the secrets of the session, after the handshake. Returns `None` if [no
    /// profile](Self::srtp_profile) was negotiated.
    ///
    /// # Errors
    ///
    /// Returns an error if the library's pseudo-random function fails.
    #[corresponds(gnutls_srtp_get_keys)]
    pub fn srtp_keys(&self) -> Result<Option<Keys>> {
        if !self.handshake_done() || self.srtp_profile().is_none() {
            return Ok(None);
        }
        let mut material = [0u8; KEYS];
        let mut parts = [const { datum::empty() }; 4];
        let [client_key, client_salt, server_key, server_salt] = &mut parts;
        // SAFETY: writes at most `KEYS` bytes into the buffer, after comparing `KEYS` with the length that the profile
        // requires, and sets the four datums to parts of the buffer. It reads the secrets of the session, which exist
        // after the handshake, and does not modify the session (lib/ext/srtp.c, lib/prf.c).
        let code = unsafe {
            sys::gnutls_srtp_get_keys(
                self.as_ptr(),
                material.as_mut_ptr().cast(),
                KEYS as c_uint,
                client_key,
                client_salt,
                server_key,
                server_salt,
            )
        };
        let keys = check_code(code as c_int).map(|_| {
            // SAFETY: after a success any datum is a part of the buffer, which is only read until it is wiped.
            let part = |at: usize| unsafe {
                Secret::new(datum::slice(parts[at].data, parts[at].size as usize))
            };
            Keys {
                client_key: part(0),
                client_salt: part(1),
                server_key: part(2),
                server_salt: part(3),
            }
        });
        wipe(&mut material);
        keys.map(Some)
    }

    /// Returns `true` if the server has sent a different master key identifier than the client: "the client MUST abort
    /// the handshake" (RFC 5764, section 4.1.1), which GnuTLS does not.
    pub(crate) fn srtp_mki_differs(&self, srtp: &Config) -> bool {
        self.received_mki()
            .is_some_and(|mki| !mki.is_empty() && mki != srtp.mki)
    }
}
