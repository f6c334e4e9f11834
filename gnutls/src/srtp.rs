//! Keys for SRTP, agreed on in a session of DTLS (RFC 5764).

use std::ffi::{CString, c_int, c_uint};
use std::fmt;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::crypto::numbers::numbers;
use crate::error::{Error, Result, argument, check as check_code};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::support::secret::{Secret, wipe};
use crate::version::Version;

numbers! {
    /// A protection profile of SRTP (RFC 5764, section 4.1.2; RFC 7714, section 14.2).
    SrtpProfile(gnutls_sys::gnutls_srtp_profile_t);
    name: gnutls_srtp_get_profile_name, "gnutls_srtp_get_profile_name", "gnutls_005fsrtp_005fget_005fprofile_005fname";
    values:
    AES128_CM_HMAC_SHA1_80 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_80;
    AES128_CM_HMAC_SHA1_32 = GNUTLS_SRTP_AES128_CM_HMAC_SHA1_32;
    /// Data are not encrypted.
    NULL_HMAC_SHA1_80 = GNUTLS_SRTP_NULL_HMAC_SHA1_80;
    /// Data are not encrypted.
    NULL_HMAC_SHA1_32 = GNUTLS_SRTP_NULL_HMAC_SHA1_32;
    /// Since GnuTLS 3.8.0.
    AEAD_AES_128_GCM = GNUTLS_SRTP_AEAD_AES_128_GCM;
    /// Since GnuTLS 3.8.0.
    AEAD_AES_256_GCM = GNUTLS_SRTP_AEAD_AES_256_GCM;
}

impl SrtpProfile {
    /// The profile with this name of GnuTLS, such as `SRTP_AES128_CM_HMAC_SHA1_80`, or `None` for a name that the running
    /// library does not know.
    ///
    /// C: [`gnutls_srtp_get_profile_id`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fget_005fprofile_005fid).
    #[doc(alias = "gnutls_srtp_get_profile_id")]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        let mut profile = 0;
        // SAFETY: compares the string, which ends in NUL, with those of a constant table, and writes a number.
        let code = unsafe { sys::gnutls_srtp_get_profile_id(name.as_ptr(), &mut profile) };
        (code >= 0).then_some(Self(profile))
    }
}

/// What a side of DTLS offers, or accepts, to have keys for SRTP, see [`ClientConfigBuilder::srtp`](crate::ClientConfigBuilder::srtp).
///
/// ```
/// use gnutls::{ClientConfig, Srtp, SrtpProfile, Trust};
///
/// let config = ClientConfig::builder()
///     .trust(Trust::none())
///     .srtp(Srtp::new([SrtpProfile::AES128_CM_HMAC_SHA1_80, SrtpProfile::AES128_CM_HMAC_SHA1_32]))
///     .build()?;
/// let session = config.datagram_session("example.org")?;
/// // ... the handshake ...
/// if let Some(keys) = session.srtp_keys()? {
///     println!("keys of {} bytes", keys.client_key().len());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srtp {
    profiles: Vec<SrtpProfile>,
    mki: Vec<u8>,
}

impl Srtp {
    /// With these profiles, 1 to 4 of them, which a client prefers in their order. A server takes the first of the client's
    /// that is among its own; where there is none, the session goes on without SRTP, and it is for the program to refuse
    /// that: [`srtp_profile`](SessionRef::srtp_profile) is `None`.
    pub fn new(profiles: impl IntoIterator<Item = SrtpProfile>) -> Self {
        Self {
            profiles: profiles.into_iter().collect(),
            mki: Vec::new(),
        }
    }

    /// On a client: names the master key, with an identifier of 1 to 255 bytes (MKI, RFC 5764, section 4.1.3). GnuTLS'
    /// servers use what the client sends, and this is of no effect there.
    ///
    /// C: [`gnutls_srtp_set_mki`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fset_005fmki).
    #[doc(alias = "gnutls_srtp_set_mki")]
    #[must_use]
    pub fn mki(mut self, mki: &[u8]) -> Self {
        self.mki = mki.to_vec();
        self
    }
}

/// As many as C keeps (`MAX_SRTP_PROFILES`); it writes each further one over the last (lib/ext/srtp.c).
const PROFILES: usize = 4;

/// The length is a byte on the wire, while C takes one more and cuts the number.
const MKI: usize = 255;

/// Fails for what C would misunderstand in silence.
pub(crate) fn check(srtp: &Srtp) -> Result<()> {
    if !(1..=PROFILES).contains(&srtp.profiles.len()) {
        return Err(Error::invalid_input(format!(
            "{} profiles of SRTP; GnuTLS takes 1 to {PROFILES}",
            srtp.profiles.len()
        )));
    }
    if srtp.mki.len() > MKI {
        return Err(Error::invalid_input(format!(
            "a master key identifier (MKI) of {} bytes; it may have {MKI}",
            srtp.mki.len()
        )));
    }
    match srtp
        .profiles
        .iter()
        .find(|profile| profile.name().is_none())
    {
        None => Ok(()),
        // Distributions have taken these into older releases, so that the name tells and not the release.
        Some(&SrtpProfile::AEAD_AES_128_GCM | &SrtpProfile::AEAD_AES_256_GCM) => Err(
            Error::unsupported("SRTP with AES-GCM", Version::new(3, 8, 0)),
        ),
        Some(profile) => Err(Error::invalid_input(format!(
            "a profile of SRTP that the library does not know: {}",
            profile.as_raw()
        ))),
    }
}

/// Has a session offer or accept SRTP.
///
/// # Safety
///
/// The session is live, and its hello has been neither sent nor looked at.
pub(crate) unsafe fn apply(session: gnutls_session_t, srtp: &Srtp) -> Result<()> {
    for profile in &srtp.profiles {
        // SAFETY: stores the number in an array of the session, which has room (lib/ext/srtp.c).
        check_code(unsafe { sys::gnutls_srtp_set_profile(session, profile.as_raw()) })?;
    }
    if !srtp.mki.is_empty() {
        let mki = argument::bytes(&srtp.mki)?;
        // SAFETY: copies the bytes into an array of 256 in the session.
        check_code(unsafe { sys::gnutls_srtp_set_mki(session, &mki) })?;
    }
    Ok(())
}

/// The keys of both sides for SRTP (RFC 5764, section 4.2). They are overwritten when this is dropped, and never printed.
///
/// Each side protects what it sends with its own, and checks what it receives with those of the other.
#[derive(Clone)]
pub struct SrtpKeys {
    client_key: Secret,
    client_salt: Secret,
    server_key: Secret,
    server_salt: Secret,
}

impl SrtpKeys {
    /// The master key of the client: 16 bytes, or 32 with [`AEAD_AES_256_GCM`](SrtpProfile::AEAD_AES_256_GCM).
    pub fn client_key(&self) -> &[u8] {
        &self.client_key
    }

    /// The master salt of the client: 14 bytes, or 12 with AES-GCM.
    pub fn client_salt(&self) -> &[u8] {
        &self.client_salt
    }

    /// The master key of the server, as long as the client's.
    pub fn server_key(&self) -> &[u8] {
        &self.server_key
    }

    /// The master salt of the server, as long as the client's.
    pub fn server_salt(&self) -> &[u8] {
        &self.server_salt
    }
}

impl fmt::Debug for SrtpKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrtpKeys").finish_non_exhaustive()
    }
}

/// More than twice the longest key and salt, of 32 and 14 bytes.
const KEYS: usize = 128;

impl SessionRef {
    /// The profile of SRTP that the two sides have agreed on, once the handshake is over. `None` where they have none in
    /// common, or one of them does not use SRTP.
    ///
    /// C: [`gnutls_srtp_get_selected_profile`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fget_005fselected_005fprofile).
    #[doc(alias = "gnutls_srtp_get_selected_profile")]
    pub fn srtp_profile(&self) -> Option<SrtpProfile> {
        let mut profile = 0;
        let code = self.negotiated(|session| {
            // SAFETY: reads the extension's data, where there are some, and writes a number (lib/ext/srtp.c).
            unsafe { sys::gnutls_srtp_get_selected_profile(session, &mut profile) }
        })?;
        (code >= 0).then_some(SrtpProfile(profile))
    }

    /// The master key identifier that the peer sent, up to 255 bytes, once the handshake is over. A server of GnuTLS sends
    /// back what the client sent; a client that gets another one than it sent ends the handshake, as RFC 5764 demands.
    ///
    /// C: [`gnutls_srtp_get_mki`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fget_005fmki).
    #[doc(alias = "gnutls_srtp_get_mki")]
    pub fn srtp_mki(&self) -> Option<&[u8]> {
        self.negotiated(|_| self.received_mki()).flatten()
    }

    fn received_mki(&self) -> Option<&[u8]> {
        let mut mki = datum::empty();
        // SAFETY: stores the address and the size of an array inside the session's data of the extension (lib/ext/srtp.c).
        let code = unsafe { sys::gnutls_srtp_get_mki(self.as_ptr(), &mut mki) };
        // SAFETY: handshakes change it, which need the session exclusively; nothing replaces the data later.
        (code >= 0).then(|| unsafe { datum::slice(mki.data, mki.size as usize) })
    }

    /// The keys for SRTP, computed from the secrets of the session, once the handshake is over. `None` where the two sides
    /// have [agreed on no profile](Self::srtp_profile).
    ///
    /// C: [`gnutls_srtp_get_keys`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fget_005fkeys).
    ///
    /// # Errors
    ///
    /// Those of the library's pseudo-random function.
    #[doc(alias = "gnutls_srtp_get_keys")]
    pub fn srtp_keys(&self) -> Result<Option<SrtpKeys>> {
        if !self.handshake_done() || self.srtp_profile().is_none() {
            return Ok(None);
        }
        let mut material = [0u8; KEYS];
        let mut parts = [const { datum::empty() }; 4];
        let [client_key, client_salt, server_key, server_salt] = &mut parts;
        // SAFETY: writes no more than the length into the buffer, which it compares with what the profile needs, and sets the
        // four to parts of it. It computes with the secrets of the session, which are there since the handshake is over,
        // and changes nothing of it (lib/ext/srtp.c, lib/prf.c).
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
            // SAFETY: after a success each is a part of the buffer, which is only read until it is wiped.
            let part = |at: usize| unsafe {
                Secret::new(datum::slice(parts[at].data, parts[at].size as usize))
            };
            SrtpKeys {
                client_key: part(0),
                client_salt: part(1),
                server_key: part(2),
                server_salt: part(3),
            }
        });
        wipe(&mut material);
        keys.map(Some)
    }

    /// Whether a server has sent another master key identifier than the client's: "the client MUST abort the handshake"
    /// (RFC 5764, section 4.1.1), which GnuTLS does not.
    pub(crate) fn srtp_mki_differs(&self, srtp: &Srtp) -> bool {
        self.received_mki()
            .is_some_and(|mki| !mki.is_empty() && mki != srtp.mki)
    }
}
