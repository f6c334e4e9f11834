//! The getters of a session.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::alert::Alert;
use crate::crypto::Side;
use crate::crypto::parameters::{Cipher, Group, KeyExchange, Mac, Protocol};
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session_core::core::Core;
use crate::session_id::SessionId;
use crate::support::datum;
use crate::verify::status::VerificationStatus;

/// A borrowed session: of a [`Session`](crate::Session), or in a callback during a handshake.
///
/// It is a reference to the object of GnuTLS. Its methods only read, so that their results are valid as long as the
/// reference. Before the handshake is complete most of them return `None`.
///
/// References to it can be sent to other threads.
#[repr(transparent)]
#[corresponds(alias(gnutls_session_t))]
pub struct SessionRef {
    /// The object of C, whose size is unknown and whose bytes may change while there are shared references.
    _object: UnsafeCell<[u8; 0]>,
    /// A pointer, so that the type is not `Send`; sync.rs implements `Sync`.
    _thread: PhantomData<*mut ()>,
}

impl SessionRef {
    /// # Safety
    ///
    /// `session` is live and was created by this crate, and nothing changes it for `'a`.
    pub(crate) unsafe fn from_ptr<'a>(session: gnutls_session_t) -> &'a Self {
        // SAFETY: the pointer is not NULL, since the session is live by the contract of this function. The type has no
        // size, so nothing is read through the reference.
        unsafe { &*session.cast_const().cast() }
    }

    /// Returns the session of C, for functions that this crate does not have. They must not change the session while it
    /// is borrowed, such as by the slice that [`id2`](Self::id2) returns.
    pub fn as_ptr(&self) -> gnutls_session_t {
        ptr::from_ref(self).cast_mut().cast()
    }

    pub(crate) fn core(&self) -> &Core {
        // SAFETY: the constructor has set the pointer to a state that begins with the core and lives as long as the
        // session. It is changed only by methods that take the session exclusively and by callbacks, which do not run
        // during a method of a shared reference.
        unsafe { &*gnutls_sys::gnutls_session_get_ptr(self.as_ptr()).cast::<Core>() }
    }

    /// Returns the current session identifier: 0 to 32 bytes that borrow the session.
    ///
    /// # Meaning
    ///
    /// It identifies the session on this side, not on the peer and not the connection. The page
    /// [session identifiers](crate::session_identifiers) lists its values by protocol, side and release.
    ///
    /// - Equal identifiers do **not** mean that the session was resumed: in TLS 1.3 a client keeps its identifier even
    ///   if the server has rejected its ticket. Use [`is_resumed`](Self::is_resumed).
    /// - It is not secret, and does not authenticate the peer, which can choose it. Other implementations may use any
    ///   length up to 32.
    /// - According to the manual the length is always less than 32 (`GNUTLS_MAX_SESSION_ID_SIZE`). It is at most 32,
    ///   and usually 32.
    /// - It changes during a handshake, including the part that [`read`](crate::Session::read) completes after a
    ///   [false start](crate::ClientConfigBuilder::false_start). Data, key updates and closing do not change it. It
    ///   does not contain the identifier of [`set_id`](crate::Session::set_id) or of a saved session before the
    ///   handshake.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use gnutls::{Session, SessionId};
    ///
    /// /// Counts the connections of each session. The key is a copy, which does not borrow the session.
    /// fn count(seen: &mut HashMap<SessionId, u32>, session: &Session) {
    ///     if !session.id2().is_empty() {
    ///         *seen.entry(session.id()).or_default() += 1;
    ///     }
    /// }
    /// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
    /// # let mut seen = HashMap::new();
    /// # count(&mut seen, &config.session("example.org")?);
    /// # assert!(seen.is_empty());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_session_get_id2)]
    pub fn id2(&self) -> &[u8] {
        let mut id = gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        // SAFETY: only stores the address and the size of the array inside the session, in all releases since 3.1.4
        // (lib/session.c).
        unsafe { gnutls_sys::gnutls_session_get_id2(self.as_ptr(), &mut id) };
        // A size that exceeds the array of the library is invalid.
        let size = if id.size as usize <= SessionId::MAX_LEN {
            id.size as usize
        } else {
            0
        };
        // SAFETY: the array has 32 bytes and is part of the session. Only handshakes change it, which need the session
        // exclusively.
        unsafe { datum::slice(id.data, size) }
    }

    /// Returns a copy of the session identifier, see [`id2`](Self::id2) for its meaning.
    #[corresponds(gnutls_session_get_id2, instead(gnutls_session_get_id))]
    pub fn id(&self) -> SessionId {
        // `id2` returns at most 32 bytes.
        SessionId::try_from(self.id2()).unwrap_or_default()
    }

    /// Returns `true` if the last handshake resumed a session.
    ///
    /// GnuTLS 3.6.3 to 3.6.16 wrongly returns `true` with TLS 1.3 after [`set_id`](crate::Session::set_id).
    #[corresponds(gnutls_session_is_resumed)]
    pub fn is_resumed(&self) -> bool {
        // SAFETY: compares fields of the session (lib/state.c).
        unsafe { gnutls_sys::gnutls_session_is_resumed(self.as_ptr()) != 0 }
    }

    /// Returns `true` if a handshake is complete and none is under way. With false start the server's last messages may
    /// still be outstanding.
    pub fn handshake_done(&self) -> bool {
        self.core().lifecycle.handshake_done()
    }

    /// Returns the side of the session.
    pub fn side(&self) -> Side {
        self.core().side
    }

    /// Returns `true` if this is a DTLS session.
    pub fn is_datagram(&self) -> bool {
        self.core().datagram
    }

    /// Returns the protocol version. Before it has been negotiated it is the newest that is enabled.
    #[corresponds(gnutls_protocol_get_version)]
    pub fn protocol(&self) -> Option<Protocol> {
        // SAFETY: reads a field.
        let version = unsafe { gnutls_sys::gnutls_protocol_get_version(self.as_ptr()) };
        (version != gnutls_sys::GNUTLS_VERSION_UNKNOWN).then_some(Protocol::from_raw(version))
    }

    /// Returns the cipher, once a handshake is complete.
    #[corresponds(gnutls_cipher_get)]
    pub fn cipher(&self) -> Option<Cipher> {
        self.negotiated(|session| {
            // SAFETY: looks the epoch up that is read with, and reads its cipher (lib/state.c).
            Cipher::from_raw(unsafe { gnutls_sys::gnutls_cipher_get(session) })
        })
    }

    /// Returns the message authentication code, once a handshake is complete.
    #[corresponds(gnutls_mac_get)]
    pub fn mac(&self) -> Option<Mac> {
        // SAFETY: looks the epoch up that is read with, and reads its MAC (lib/state.c).
        self.negotiated(|session| Mac::from_raw(unsafe { gnutls_sys::gnutls_mac_get(session) }))
    }

    /// Returns the key exchange, once a handshake is complete.
    #[corresponds(gnutls_kx_get)]
    pub fn key_exchange(&self) -> Option<KeyExchange> {
        self.negotiated(|session| {
            // SAFETY: reads the cipher suite, the version and the group (lib/state.c).
            KeyExchange::from_raw(unsafe { gnutls_sys::gnutls_kx_get(session) })
        })
    }

    /// Returns the group of the key exchange, once a handshake is complete, if it used one.
    #[corresponds(gnutls_group_get)]
    pub fn group(&self) -> Option<Group> {
        // SAFETY: reads a field.
        let group = self.negotiated(|session| unsafe { gnutls_sys::gnutls_group_get(session) })?;
        (group != gnutls_sys::GNUTLS_GROUP_INVALID).then_some(Group::from_raw(group))
    }

    /// Returns the algorithm with which the server signed the last handshake, once it is complete. `None` if the server
    /// signed nothing, as with a pre-shared key, and before TLS 1.2.
    #[corresponds(gnutls_sign_algorithm_get)]
    pub fn server_signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        // SAFETY: reads a field (lib/ext/signature.c).
        self.signature_algorithm(|session| unsafe {
            gnutls_sys::gnutls_sign_algorithm_get(session)
        })
    }

    /// Returns the algorithm with which the client signed the last handshake, see
    /// [`server_signature_algorithm`](Self::server_signature_algorithm).
    #[corresponds(gnutls_sign_algorithm_get_client)]
    pub fn client_signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signature_algorithm(|session| {
            // SAFETY: reads a field (lib/ext/signature.c).
            unsafe { gnutls_sys::gnutls_sign_algorithm_get_client(session) }
        })
    }

    fn signature_algorithm(
        &self,
        get: impl FnOnce(gnutls_sys::gnutls_session_t) -> c_int,
    ) -> Option<SignatureAlgorithm> {
        let number = gnutls_sys::gnutls_sign_algorithm_t::try_from(self.negotiated(get)?).ok()?;
        (number != gnutls_sys::GNUTLS_SIGN_UNKNOWN).then_some(SignatureAlgorithm::from_raw(number))
    }

    /// Returns the IANA name of the cipher suite, once a handshake is complete.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_ciphersuite_get, alias(gnutls_cipher_suite_get_name))]
    pub fn cipher_suite(&self) -> Result<Option<&'static str>> {
        requires!(gnutls_3_7_4, "the name of the cipher suite", {
            Ok(self
                .negotiated(|session| {
                    // SAFETY: reads the cipher suite, whose name is a string constant. A handshake has been completed,
                    // without which this crashes; during a further one it is NULL (lib/state.c).
                    let name = unsafe { gnutls_sys::gnutls_ciphersuite_get(session) };
                    crate::support::datum::constant(name)
                })
                .flatten())
        })
    }

    /// Returns a description of the negotiated parameters, such as
    /// `(TLS1.3)-(ECDHE-SECP256R1)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)`. `None` before the first handshake is
    /// complete.
    #[corresponds(gnutls_session_get_desc)]
    pub fn description(&self) -> Option<String> {
        // SAFETY: reads the negotiated parameters and returns NULL, or a string from GnuTLS' allocator (lib/session.c).
        let text = unsafe { gnutls_sys::gnutls_session_get_desc(self.as_ptr()) };
        if text.is_null() {
            return None;
        }
        // SAFETY: the string ends with NUL, and its caller has to free it.
        unsafe {
            let description = CStr::from_ptr(text).to_string_lossy().into_owned();
            datum::free(text.cast::<c_void>());
            Some(description)
        }
    }

    /// Returns the negotiated application protocol (ALPN).
    #[corresponds(gnutls_alpn_get_selected_protocol)]
    pub fn alpn(&self) -> Option<&[u8]> {
        let mut protocol = gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        // SAFETY: stores the address and the size of a name inside the session (lib/ext/alpn.c), which handshakes
        // change.
        let code =
            unsafe { gnutls_sys::gnutls_alpn_get_selected_protocol(self.as_ptr(), &mut protocol) };
        // SAFETY: after a success the datum is set. Only handshakes change the name, which need the session
        // exclusively.
        (code >= 0).then(|| unsafe { datum::slice(protocol.data, protocol.size as usize) })
    }

    /// Returns the name that a client has requested from this server (SNI). `None` if it has requested none, and on a
    /// client.
    #[corresponds(gnutls_server_name_get)]
    pub fn server_name(&self) -> Option<String> {
        if self.side() == Side::Client {
            return None;
        }
        // A name has up to 255 bytes (RFC 1035), and the library adds a NUL. It returns an error for a longer one.
        let mut buffer = [0u8; 1024];
        let (mut length, mut kind) = (buffer.len(), 0);
        // SAFETY: copies the first name from the session, up to the given length (lib/ext/server_name.c).
        let code = unsafe {
            gnutls_sys::gnutls_server_name_get(
                self.as_ptr(),
                buffer.as_mut_ptr().cast(),
                &mut length,
                &mut kind,
                0,
            )
        };
        if code < 0 || kind != gnutls_sys::GNUTLS_NAME_DNS {
            return None;
        }
        String::from_utf8(buffer.get(..length)?.to_vec()).ok()
    }

    /// Returns the certificates that the peer has sent, its own first, each as DER. After a session was resumed they
    /// are the certificates that were saved with it. `None` if the peer has sent none, or a
    /// [raw public key](Self::peer_raw_public_key) instead.
    #[corresponds(gnutls_certificate_get_peers)]
    pub fn peer_certificates(&self) -> Option<PeerCertificates<'_>> {
        if self.expects_raw_public_key() || !self.core().may_show_peer() {
            return None;
        }
        let mut count = 0;
        // SAFETY: returns NULL, or the address of an array inside the session and its length (lib/cert-session.c),
        // which handshakes change.
        let chain = unsafe { gnutls_sys::gnutls_certificate_get_peers(self.as_ptr(), &mut count) };
        if chain.is_null() || count == 0 {
            return None;
        }
        Some(PeerCertificates {
            next: chain,
            left: count as usize,
            session: PhantomData,
        })
    }

    /// Returns the certificate of the peer in DER, which is the first one of
    /// [`peer_certificates`](Self::peer_certificates).
    ///
    /// ```
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity.clone()).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// let certificate = client.peer_certificate().expect("the server has a certificate");
    /// assert_eq!(Some(certificate), identity.certificates().next());
    ///
    /// // The server did not request a certificate from the client.
    /// assert_eq!(server.peer_certificate(), None);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_certificate_get_peers)]
    pub fn peer_certificate(&self) -> Option<&[u8]> {
        self.peer_certificates()?.next()
    }

    /// Returns the status of the peer's verification in the last handshake, even if it resumed a session. It does not
    /// depend on how the session ended. `None` if the peer was not verified: before the handshake is complete, if any
    /// certificate is accepted, and on a server whose client has no certificate.
    #[corresponds(alias(
        gnutls_session_get_verify_cert_status,
        gnutls_certificate_verify_peers,
        gnutls_certificate_verify_peers2,
        gnutls_certificate_verify_peers3
    ))]
    pub fn verification_status(&self) -> Option<VerificationStatus> {
        let core = self.core();
        core.verification_status
            .filter(|_| core.lifecycle.has_concluded())
    }

    /// Returns the number of bytes that can be read without receiving from the transport.
    #[corresponds(gnutls_record_check_pending)]
    pub fn pending_bytes(&self) -> usize {
        // SAFETY: reads the length of a buffer (lib/buffers.c).
        let pending = unsafe { gnutls_sys::gnutls_record_check_pending(self.as_ptr()) };
        pending + self.core().kept_bytes
    }

    /// Returns the number of bytes that have been [received ahead](crate::Transport::receives_ahead) and not been
    /// decrypted.
    pub fn unread_bytes(&self) -> usize {
        self.core().unread.len()
    }

    /// Returns the number of bytes that were accepted to be sent and wait for the transport.
    ///
    /// On [descriptors](crate::transport::Descriptors) GnuTLS keeps these bytes without reporting their number, and
    /// this returns 1 for any number of them.
    pub fn unsent_bytes(&self) -> usize {
        let output = &self.core().output;
        output.buffer.len() + usize::from(output.pending.is_some())
    }

    /// Returns `true` if the extended master secret is used (RFC 7627). TLS 1.3 does not need it, and the result has no
    /// meaning there.
    #[corresponds(gnutls_session_ext_master_secret_status)]
    pub fn uses_extended_master_secret(&self) -> bool {
        // SAFETY: reads fields (lib/state.c).
        unsafe { gnutls_sys::gnutls_session_ext_master_secret_status(self.as_ptr()) != 0 }
    }

    /// Returns `true` if encrypt-then-MAC is used (RFC 7366).
    #[corresponds(gnutls_session_etm_status)]
    pub fn uses_encrypt_then_mac(&self) -> bool {
        // SAFETY: reads a field (lib/state.c).
        unsafe { gnutls_sys::gnutls_session_etm_status(self.as_ptr()) != 0 }
    }

    /// Returns `true` if the peer supports safe renegotiation (RFC 5746).
    #[corresponds(gnutls_safe_renegotiation_status)]
    pub fn uses_safe_renegotiation(&self) -> bool {
        // SAFETY: reads the session's data of the extension (lib/ext/safe_renegotiation.c).
        unsafe { gnutls_sys::gnutls_safe_renegotiation_status(self.as_ptr()) != 0 }
    }

    /// Returns the last alert of the peer, including close_notify.
    ///
    /// The C function does not distinguish close_notify from no alert.
    #[corresponds(instead(gnutls_alert_get))]
    pub fn received_alert(&self) -> Option<Alert> {
        self.core().alert
    }

    /// Calls `read` if a handshake has been completed, before which the value has no meaning or is missing.
    pub(crate) fn negotiated<R>(&self, read: impl FnOnce(gnutls_session_t) -> R) -> Option<R> {
        let opened = self.core().lifecycle.has_opened();
        opened.then(|| read(self.as_ptr()))
    }
}

impl fmt::Debug for SessionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("side", &self.side())
            .field("datagram", &self.is_datagram())
            .field("handshake_done", &self.handshake_done())
            .field("id", &self.id())
            .field("description", &self.description())
            .finish_non_exhaustive()
    }
}

/// The certificates of a peer as DER, its own first; see [`SessionRef::peer_certificates`].
#[derive(Clone, Debug)]
pub struct PeerCertificates<'a> {
    next: *const gnutls_datum_t,
    left: usize,
    session: PhantomData<&'a SessionRef>,
}

impl<'a> Iterator for PeerCertificates<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        // SAFETY: the pointer is to one of the remaining elements of the session's array, which does not change for 'a.
        unsafe {
            let certificate = &*self.next;
            self.next = self.next.add(1);
            Some(datum::slice(certificate.data, certificate.size as usize))
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for PeerCertificates<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClientConfig;
    use crate::trust::Trust;

    #[test]
    fn bug_class_3_the_identifier_is_what_c_has_at_the_place_where_c_has_it() {
        let session = ClientConfig::builder()
            .trust(Trust::none())
            .build()
            .unwrap()
            .session("localhost")
            .unwrap();
        let mut id = gnutls_datum_t {
            data: ptr::null_mut(),
            size: 99,
        };
        // SAFETY: stores two fields of the session, which is live.
        unsafe { gnutls_sys::gnutls_session_get_id2(session.as_ptr(), &mut id) };
        assert!(!id.data.is_null());
        assert_eq!(id.size, 0);
        assert_eq!(session.id2(), b"");
        // SAFETY: the array inside the session has 32 bytes; nothing else looks at it now.
        unsafe { id.data.write(7) };
        assert_eq!(session.id2(), b"", "the size counts");
    }
}
