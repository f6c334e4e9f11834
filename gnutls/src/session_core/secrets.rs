//! The shared secrets of a session: exporters, the pseudo-random function, channel bindings, and their inputs.

use std::ffi::{c_char, c_int};
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::crypto::parameters::Protocol;
use crate::crypto::public_key::Digest;
use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::support::datum::Output;
use crate::version::{Version, version};

/// The types of channel bindings, which bind the authentication of an application to its connection (RFC 5056).
#[corresponds(alias(gnutls_channel_binding_t))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChannelBinding {
    /// `tls-unique`: the first Finished message of the last handshake (RFC 5929, section 3). Not for TLS 1.3, and only
    /// sound with the [extended master secret](SessionRef::uses_extended_master_secret) (RFC 7627, section 6.1).
    #[doc(alias = "GNUTLS_CB_TLS_UNIQUE")]
    Unique,
    /// `tls-server-end-point`: the hash of the server's certificate (RFC 5929, section 4). Since GnuTLS 3.7.2.
    #[doc(alias = "GNUTLS_CB_TLS_SERVER_END_POINT")]
    ServerEndPoint,
    /// `tls-exporter`: keying material for this purpose (RFC 9266). Since GnuTLS 3.7.2.
    #[doc(alias = "GNUTLS_CB_TLS_EXPORTER")]
    Exporter,
}

impl SessionRef {
    /// Fills `output` with keying material that only the two sides can compute (RFC 5705; RFC 8446, section 7.5). No
    /// context and an empty context are different up to TLS 1.2.
    ///
    /// ```
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// let (mut client_key, mut server_key) = ([0; 32], [0; 32]);
    /// client.export_keying_material("EXPERIMENTAL example", None, &mut client_key)?;
    /// server.export_keying_material("EXPERIMENTAL example", None, &mut server_key)?;
    /// assert_eq!(client_key, server_key);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless the handshake is complete.
    /// Up to TLS 1.2, label and context together may have 134 bytes before GnuTLS 3.7.0; the kind is
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if there are more.
    #[corresponds(gnutls_prf_rfc5705)]
    pub fn export_keying_material(
        &self,
        label: &str,
        context: Option<&[u8]>,
        output: &mut [u8],
    ) -> Result<()> {
        // The seed contains both randoms and the length of the context.
        self.require_room(label.len() + 66 + context.map_or(0, <[u8]>::len))?;
        let (context, length) = optional(context);
        // SAFETY: reads label and context and writes the output, each of the given length. It computes with the
        // secrets of the session and does not change it (lib/prf.c).
        self.fill(output, |output, size| unsafe {
            sys::gnutls_prf_rfc5705(
                self.as_ptr(),
                label.len(),
                label.as_ptr().cast(),
                length,
                context,
                size,
                output,
            )
        })
    }

    /// Fills `output` from the pseudo-random function of TLS up to 1.2, over the label, both randoms and `extra`. In
    /// new protocols use [`export_keying_material`](Self::export_keying_material).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless the handshake is complete; of
    /// kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) under TLS 1.3 with `extra` or the server's random first.
    #[corresponds(gnutls_prf)]
    pub fn prf(
        &self,
        label: &str,
        server_random_first: bool,
        extra: Option<&[u8]>,
        output: &mut [u8],
    ) -> Result<()> {
        self.require_room(label.len() + 64 + extra.map_or(0, <[u8]>::len))?;
        let (extra, length) = optional(extra);
        // SAFETY: reads its inputs and writes the output, each of the given length. It computes with the secrets of the
        // session and does not change it (lib/prf.c).
        self.fill(output, |output, size| unsafe {
            sys::gnutls_prf(
                self.as_ptr(),
                label.len(),
                label.as_ptr().cast(),
                c_int::from(server_random_first),
                length,
                extra,
                size,
                output,
            )
        })
    }

    /// Fills `output` from the pseudo-random function of TLS up to 1.2, over only the label and the seed. Unless the
    /// seed contains both randoms, a resumed session returns the same bytes.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless the handshake is complete; of
    /// kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) under TLS 1.3.
    #[corresponds(gnutls_prf_raw)]
    pub fn prf_raw(&self, label: &str, seed: &[u8], output: &mut [u8]) -> Result<()> {
        // Releases that have no TLS 1.3 in this function do not refuse it either.
        if self.protocol() == Some(Protocol::TLS1_3) {
            return Err(Error::invalid_input(
                "TLS 1.3 has no pseudo-random function of this kind",
            ));
        }
        self.require_room(label.len() + seed.len())?;
        // SAFETY: reads its inputs and writes the output, each of the given length. It computes with the secrets of the
        // session and does not change it (lib/prf.c).
        self.fill(output, |output, size| unsafe {
            sys::gnutls_prf_raw(
                self.as_ptr(),
                label.len(),
                label.as_ptr().cast(),
                seed.len(),
                seed.as_ptr().cast(),
                size,
                output,
            )
        })
    }

    /// Returns the hash of the pseudo-random function, or of the key schedule in TLS 1.3, once the handshake is
    /// complete.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_prf_hash_get)]
    pub fn prf_hash(&self) -> Result<Option<Digest>> {
        requires!(gnutls_3_6_13, "the hash of the pseudo-random function", {
            // SAFETY: reads a field (lib/state.c).
            let hash = self.negotiated(|session| unsafe { sys::gnutls_prf_hash_get(session) });
            Ok(hash
                .filter(|&hash| hash != sys::GNUTLS_DIG_UNKNOWN)
                .map(Digest::from_raw))
        })
    }

    /// Calls a function that fills `output` from the secrets of the session. Before the handshake is complete these are
    /// uninitialised memory or NULL.
    fn fill(
        &self,
        output: &mut [u8],
        function: impl FnOnce(*mut c_char, usize) -> c_int,
    ) -> Result<()> {
        self.require_secrets()?;
        if output.is_empty() {
            return Ok(());
        }
        check(function(output.as_mut_ptr().cast(), output.len())).map(|_| ())
    }

    /// Returns an error if the library has no room for a label and a seed of this length in total. Before 3.7.0 the
    /// functions of TLS up to 1.2 copy them to an array (`MAX_SEED_SIZE` in lib/nettle/int/tls1-prf.h).
    fn require_room(&self, length: usize) -> Result<()> {
        const ROOM: usize = 200;
        const RELEASE: Version = Version::new(3, 7, 0);
        if length > ROOM && version().running < RELEASE && self.protocol() != Some(Protocol::TLS1_3)
        {
            return Err(Error::unsupported(
                "a label and a context of this length",
                RELEASE,
            ));
        }
        Ok(())
    }

    fn require_secrets(&self) -> Result<()> {
        if self.handshake_done() {
            Ok(())
        } else {
            Err(Error::invalid_state(
                "there are no keys before the handshake is over",
            ))
        }
    }

    /// Returns the channel binding of this connection: bytes that are the same on both sides, and different on any
    /// other connection.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless the handshake is complete, for
    /// [`Unique`](ChannelBinding::Unique) in TLS 1.3, and for [`Exporter`](ChannelBinding::Exporter) up to TLS 1.2
    /// without the extended master secret; of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too
    /// old, and for
    /// [`ServerEndPoint`](ChannelBinding::ServerEndPoint) if the server has no certificate, or one whose signature has
    /// no hash.
    #[corresponds(gnutls_session_channel_binding)]
    pub fn channel_binding(&self, binding: ChannelBinding) -> Result<Vec<u8>> {
        let kind = match binding {
            ChannelBinding::Unique => sys::GNUTLS_CB_TLS_UNIQUE,
            ChannelBinding::ServerEndPoint => sys::GNUTLS_CB_TLS_SERVER_END_POINT,
            ChannelBinding::Exporter => sys::GNUTLS_CB_TLS_EXPORTER,
        };
        if binding != ChannelBinding::Unique {
            crate::error::unsupported::require("this channel binding", Version::new(3, 7, 2))?;
        }
        self.require_secrets()?;
        // Before 3.7.2 C returns no error and no data.
        if binding == ChannelBinding::Unique && self.protocol() == Some(Protocol::TLS1_3) {
            return Err(Error::from_code(sys::GNUTLS_E_CHANNEL_BINDING_NOT_AVAILABLE).not_fatal());
        }
        // SAFETY: reads the session and fills the datum in with memory from gnutls_malloc (lib/state.c). The
        // certificate of the server end point is imported into an object of its own.
        let output = Output::filled_by(|datum| unsafe {
            sys::gnutls_session_channel_binding(self.as_ptr(), kind, datum)
        })
        .map_err(Error::not_fatal)?;
        Ok(output.as_bytes().to_vec())
    }

    /// Returns the random of the ClientHello, once a handshake is complete.
    #[corresponds(gnutls_session_get_random)]
    pub fn client_random(&self) -> Option<&[u8]> {
        self.randoms().map(|(client, _)| client)
    }

    /// Returns the random of the ServerHello, once a handshake is complete.
    #[corresponds(gnutls_session_get_random)]
    pub fn server_random(&self) -> Option<&[u8]> {
        self.randoms().map(|(_, server)| server)
    }

    fn randoms(&self) -> Option<(&[u8], &[u8])> {
        let (mut client, mut server) = (empty(), empty());
        self.negotiated(|session| {
            // SAFETY: stores the address and the size of two arrays inside the session (lib/state.c).
            unsafe { sys::gnutls_session_get_random(session, &mut client, &mut server) }
        })?;
        // SAFETY: the arrays are part of the session; handshakes change them, which need it exclusively.
        Some(unsafe {
            (
                datum::slice(client.data, client.size as usize),
                datum::slice(server.data, server.size as usize),
            )
        })
    }

    /// Returns the master secret up to TLS 1.2, once the handshake is complete. It allows anyone to decrypt and forge
    /// all data of the session. `None` in TLS 1.3.
    #[corresponds(gnutls_session_get_master_secret)]
    pub fn dangerous_master_secret(&self) -> Option<&[u8]> {
        if !self.handshake_done() || self.protocol() == Some(Protocol::TLS1_3) {
            return None;
        }
        let mut secret = empty();
        // SAFETY: stores the address and the size of an array inside the session (lib/state.c).
        unsafe { sys::gnutls_session_get_master_secret(self.as_ptr(), &mut secret) };
        // SAFETY: the array is part of the session, and only handshakes change it, which need the session exclusively.
        Some(unsafe { datum::slice(secret.data, secret.size as usize) })
    }
}

/// Returns the pointer and the length for C: NULL means no context, while an empty slice has a pointer.
pub(crate) fn optional(bytes: Option<&[u8]>) -> (*const c_char, usize) {
    bytes.map_or((ptr::null(), 0), |bytes| {
        (bytes.as_ptr().cast(), bytes.len())
    })
}

fn empty() -> gnutls_datum_t {
    gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    }
}
