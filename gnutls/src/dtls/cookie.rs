//! Cookies: a client proves that it receives datagrams at its address (RFC 6347, section 4.2.1).

use std::ffi::{c_uint, c_void};
use std::fmt;
use std::mem;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::config::ServerConfig;
use crate::crypto::random::random_key;
use crate::error::{Result, check};
use crate::session::Session;
use crate::support::datum;
use crate::support::secret::{Secret, wipe};

/// The length of a key in bytes.
const KEY: usize = 32;

/// The length of the cookies of GnuTLS.
const COOKIE: usize = 16;

/// The length of a record header (RFC 6347, section 4.1).
const RECORD_HEADER: usize = 13;

/// The length of the header of a handshake message (RFC 6347, section 4.2.2).
const HANDSHAKE_HEADER: usize = 12;

/// The length of a datagram with a HelloVerifyRequest that contains a cookie of GnuTLS.
const REPLY: usize = RECORD_HEADER + HANDSHAKE_HEADER + 3 + COOKIE;

/// The length of the version and the random number of a client, which are the same in all hellos of a handshake.
const IDENTITY: usize = 34;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// The version and the random number of a client, which are the same in all hellos of a handshake.
pub(crate) type HelloIdentity = [u8; IDENTITY];

/// The secret key of the cookies, together with the previous one.
///
/// ```
/// use std::net::SocketAddr;
/// use gnutls::dtls::CookieKey;
/// use gnutls::{Result, ServerConfig, Session};
///
/// /// Creates a session with a client that has returned a cookie. Sends a cookie to any other client.
/// fn accept(
///     key: &CookieKey,
///     config: &ServerConfig,
///     address: SocketAddr,
///     datagram: &[u8],
///     send: impl FnOnce(&[u8]),
/// ) -> Result<Option<Session>> {
///     let session = key.session(config, address, datagram)?;
///     if session.is_none() {
///         if let Some(reply) = key.reply(address, datagram)? {
///             send(&reply);
///         }
///     }
///     Ok(session)
/// }
/// # let _ = accept(
/// #     &CookieKey::generate()?,
/// #     &ServerConfig::builder().dangerous_anonymous().build()?,
/// #     ([127, 0, 0, 1], 1).into(),
/// #     &[],
/// #     |_| {},
/// # )?;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct CookieKey {
    current: Secret,
    previous: Option<Secret>,
}

/// A datagram that requests a client to repeat its hello with a cookie (HelloVerifyRequest). It is shorter than any
/// hello that it responds to, so that it amplifies no attack.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CookieReply([u8; REPLY]);

impl CookieKey {
    /// Creates a random key.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            current: new_key()?,
            previous: None,
        })
    }

    /// Replaces the key. Cookies of the replaced key remain valid until the next replacement.
    pub fn rotate(&mut self) -> Result<()> {
        self.previous = Some(mem::replace(&mut self.current, new_key()?));
        Ok(())
    }

    /// Returns the reply to a ClientHello from an address, or `None` for any other datagram.
    #[corresponds(gnutls_dtls_cookie_send)]
    pub fn reply(&self, address: SocketAddr, datagram: &[u8]) -> Result<Option<CookieReply>> {
        match FirstHello::parse(datagram) {
            Some(hello) => self.reply_to(address, &hello).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn reply_to(
        &self,
        address: SocketAddr,
        hello: &FirstHello<'_>,
    ) -> Result<CookieReply> {
        let mut client = client_data(address, hello);
        let mut prestate = sys::gnutls_dtls_prestate_st {
            record_seq: hello.record_number.into(),
            hsk_read_seq: 0,
            hsk_write_seq: 0,
        };
        let mut key = key_datum(&self.current);
        let mut reply = [0; REPLY];
        // SAFETY: reads the key, the client data and the numbers. It calls `push` with the pointer to `reply`, which
        // outlives the call.
        check(unsafe {
            sys::gnutls_dtls_cookie_send(
                &mut key,
                client.as_mut_ptr().cast(),
                client.len(),
                &mut prestate,
                (&raw mut reply).cast(),
                Some(push),
            )
        })?;
        Ok(CookieReply(reply))
    }

    /// Creates a session with a client whose datagram is a ClientHello with a valid cookie. Returns `None` for any other
    /// datagram. The session must then receive this datagram first.
    #[corresponds(gnutls_dtls_cookie_verify, alias(gnutls_dtls_prestate_set))]
    pub fn session(
        &self,
        config: &ServerConfig,
        address: SocketAddr,
        datagram: &[u8],
    ) -> Result<Option<Session>> {
        match FirstHello::parse(datagram) {
            Some(hello) => self.session_for(config, address, &hello),
            None => Ok(None),
        }
    }

    pub(crate) fn session_for(
        &self,
        config: &ServerConfig,
        address: SocketAddr,
        hello: &FirstHello<'_>,
    ) -> Result<Option<Session>> {
        // GnuTLS writes to the audit log for a cookie of any other length.
        if hello.cookie.len() != COOKIE {
            return Ok(None);
        }
        for key in [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
        {
            if let Some(prestate) = verify(key, address, hello)? {
                return config.session_after_cookie(prestate).map(Some);
            }
        }
        Ok(None)
    }
}

/// Verifies a cookie, and returns the numbers with which the session begins.
fn verify(
    key: &Secret,
    address: SocketAddr,
    hello: &FirstHello<'_>,
) -> Result<Option<sys::gnutls_dtls_prestate_st>> {
    let mut client = client_data(address, hello);
    let mut prestate = sys::gnutls_dtls_prestate_st {
        record_seq: 0,
        hsk_read_seq: 0,
        hsk_write_seq: 0,
    };
    let mut key = key_datum(key);
    // SAFETY: reads the key, the client data and the datagram, and writes the numbers. It does not write through the
    // other pointers (lib/dtls.c).
    let code = unsafe {
        sys::gnutls_dtls_cookie_verify(
            &mut key,
            client.as_mut_ptr().cast(),
            client.len(),
            hello.datagram.as_ptr().cast_mut().cast(),
            hello.datagram.len(),
            &mut prestate,
        )
    };
    match code {
        sys::GNUTLS_E_BAD_COOKIE | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH => Ok(None),
        code => check(code).map(|_| Some(prestate)),
    }
}

/// Receives the reply of `gnutls_dtls_cookie_send`.
unsafe extern "C" fn push(
    pointer: sys::gnutls_transport_ptr_t,
    data: *const c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS passes `length` bytes that are valid during the call.
    let bytes = unsafe { datum::slice(data.cast(), length) };
    let Ok(bytes) = <[u8; REPLY]>::try_from(bytes) else {
        return -1;
    };
    // SAFETY: the pointer is the one that `reply_to` has passed, to an array that nothing else accesses during the call.
    unsafe { pointer.cast::<[u8; REPLY]>().write(bytes) };
    length as isize
}

fn new_key() -> Result<Secret> {
    let mut bytes = [0; KEY];
    random_key(&mut bytes)?;
    let key = Secret::new(&bytes);
    wipe(&mut bytes);
    Ok(key)
}

fn key_datum(key: &Secret) -> sys::gnutls_datum_t {
    sys::gnutls_datum_t {
        data: key.as_ptr().cast_mut(),
        size: KEY as c_uint,
    }
}

/// Returns the data that a cookie authenticates: the address, and the part of the hello that the client repeats. A
/// cookie is therefore valid for one handshake.
fn client_data(address: SocketAddr, hello: &FirstHello<'_>) -> [u8; 18 + IDENTITY] {
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    let mut data = [0; 18 + IDENTITY];
    data[..16].copy_from_slice(&ip.octets());
    data[16..18].copy_from_slice(&address.port().to_be_bytes());
    data[18..].copy_from_slice(&hello.identity);
    data
}

/// The beginning of a ClientHello until its cookie, before there is a session.
pub(crate) struct FirstHello<'a> {
    datagram: &'a [u8],
    /// The last byte of the sequence number of the record.
    record_number: u8,
    pub(crate) identity: HelloIdentity,
    pub(crate) cookie: &'a [u8],
}

impl<'a> FirstHello<'a> {
    /// Parses a datagram that begins with a ClientHello of epoch 0, or with its first fragment.
    pub(crate) fn parse(datagram: &'a [u8]) -> Option<Self> {
        let (header, rest) = datagram.split_first_chunk::<RECORD_HEADER>()?;
        let length = usize::from(u16::from_be_bytes([header[11], header[12]]));
        if header[0] != HANDSHAKE || header[1] != 254 || header[3..5] != [0, 0] {
            return None;
        }
        let record = rest.get(..length)?;
        let (message, fragment) = record.split_first_chunk::<HANDSHAKE_HEADER>()?;
        let number = |index: usize| {
            u32::from_be_bytes([0, message[index], message[index + 1], message[index + 2]])
        };
        let (total, offset, length) = (number(1), number(6), number(9));
        // GnuTLS uses only the last byte of the sequence number of the message.
        if message[0] != CLIENT_HELLO || message[4] != 0 || offset != 0 || length > total {
            return None;
        }
        let body = fragment.get(..length as usize)?;
        let (identity, body) = body.split_first_chunk::<IDENTITY>()?;
        let (session_id, body) = body.split_first()?;
        let body = body.get(usize::from(*session_id)..)?;
        let (cookie, body) = body.split_first()?;
        if *session_id > 32 || identity[0] != 254 {
            return None;
        }
        Some(Self {
            datagram,
            record_number: header[10],
            identity: *identity,
            cookie: body.get(..usize::from(*cookie))?,
        })
    }
}

impl Deref for CookieReply {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for CookieReply {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CookieReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieReply").finish_non_exhaustive()
    }
}

impl fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieKey").finish_non_exhaustive()
    }
}
