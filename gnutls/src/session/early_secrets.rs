//! The secrets of early data (0-RTT).

use gnutls_macros::corresponds;

use crate::crypto::parameters::Cipher;
use crate::crypto::public_key::Digest;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session_core::session_ref::SessionRef;

impl SessionRef {
    /// Fills `output` with keying material that client and server share after the ClientHello, before the handshake is
    /// complete (RFC 8446, section 7.5). It is derived from the session that is resumed, or from the pre-shared key
    /// that is offered. No context and an empty context are the same.
    ///
    /// **A replay of the ClientHello makes the server compute the same bytes again**, and they lack forward secrecy.
    /// After the handshake use [`export_keying_material`](Self::export_keying_material).
    ///
    /// It is available
    ///
    /// - in a [hook](crate::Session::set_handshake_hook) on both sides, when it is called for the processed
    ///   ClientHello;
    /// - on a client, from then on while [`handshake`](crate::Session::handshake) is pending, until it has sent its
    ///   Finished;
    /// - on a server, while `handshake` is pending and receives early data that it has accepted.
    ///
    /// If the C function is called later in the handshake, it uses another secret without an error.
    ///
    /// ```
    /// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
    /// let mut session = config.session("example.org")?;
    /// session.set_handshake_hook(|session, message| {
    ///     let mut key = [0; 32];
    ///     // An error unless this resumes a session of TLS 1.3, or has a pre-shared key.
    ///     if session.export_early_keying_material("EXPERIMENTAL early", None, &mut key).is_ok() {
    ///         println!("available since {}", message.message_type);
    ///     }
    /// });
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) at any other time, and if no session
    /// is resumed and no key was offered or accepted; of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the
    /// library is too old.
    #[corresponds(gnutls_prf_early)]
    #[cfg_attr(
        not(gnutls_3_6_8),
        allow(unused_variables, reason = "refused, whatever they are")
    )]
    pub fn export_early_keying_material(
        &self,
        label: &str,
        context: Option<&[u8]>,
        output: &mut [u8],
    ) -> Result<()> {
        requires!(
            gnutls_3_6_8,
            "exporting early keying material",
            self.export_early(label, context, output)
        )
    }

    #[cfg(gnutls_3_6_8)]
    fn export_early(&self, label: &str, context: Option<&[u8]>, output: &mut [u8]) -> Result<()> {
        use crate::error::{Error, ErrorKind};

        if !self.may_have_early_secrets() {
            return Err(Error::invalid_state(
                "early keying material is available only between the ClientHello and the client's Finished: use export_keying_material after the handshake",
            ));
        }
        if output.is_empty() {
            return Ok(());
        }
        let (context, length) = crate::session_core::secrets::optional(context);
        // SAFETY: reads label and context and writes the output, each of the given length. It computes with the secrets
        // of the session in its own memory, and fails if there is no pre-shared key (lib/prf.c). The secret is derived
        // when that key has been selected (lib/ext/pre_shared_key.c, on a client _gnutls_send_handshake2), and
        // overwritten by the secret of the later exporter; `may_have_early_secrets` returns `true` only in between.
        crate::error::check(unsafe {
            gnutls_sys::gnutls_prf_early(
                self.as_ptr(),
                label.len(),
                label.as_ptr().cast(),
                length,
                context,
                output.len(),
                output.as_mut_ptr().cast(),
            )
        })
        .map_err(|error| error.with_kind(ErrorKind::InvalidState).not_fatal())?;
        Ok(())
    }

    /// Returns `true` if the early secrets, if any, have been derived and not been overwritten by later ones.
    ///
    /// Within a call only the hook is called at defined points of the handshake: other callbacks, such as the key log,
    /// are also called during the derivation. Between calls the last messages decide: a client overwrites the secrets
    /// after its Finished, a server when it has received the end of early data, and immediately if it has accepted
    /// none.
    #[cfg(gnutls_3_6_8)]
    fn may_have_early_secrets(&self) -> bool {
        use crate::crypto::Side;
        use crate::handshake::message::MessageType;

        let state = self.state();
        if state.core.call.running {
            return state.hello_processed;
        }
        let lifecycle = &state.core.lifecycle;
        if !lifecycle.is_handshaking() || lifecycle.has_ended() {
            return false;
        }
        let last = match state.core.side {
            Side::Client => self.last_handshake_out(),
            Side::Server if self.flags().early_data() => self.last_handshake_in(),
            Side::Server => None,
        };
        last == Some(MessageType::CLIENT_HELLO)
    }

    /// Returns the cipher that protects early data, from the ClientHello that announces it until its end. `None` before
    /// and after, and without early data. A server may still reject it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_early_cipher_get)]
    pub fn early_cipher(&self) -> Result<Option<Cipher>> {
        requires!(gnutls_3_7_2, "the cipher of early data", {
            // SAFETY: reads a flag and the cipher suite of the session that is resumed, which may be NULL
            // (lib/state.c).
            let cipher = unsafe { gnutls_sys::gnutls_early_cipher_get(self.as_ptr()) };
            Ok((cipher != gnutls_sys::GNUTLS_CIPHER_UNKNOWN).then(|| Cipher::from_raw(cipher)))
        })
    }

    /// Returns the hash with which the keys of early data are derived, as long as [`early_cipher`](Self::early_cipher)
    /// returns a cipher.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_early_prf_hash_get)]
    pub fn early_prf_hash(&self) -> Result<Option<Digest>> {
        requires!(gnutls_3_7_2, "the hash of early data", {
            // SAFETY: reads a flag and the hash of the session that is resumed (lib/state.c).
            let hash = unsafe { gnutls_sys::gnutls_early_prf_hash_get(self.as_ptr()) };
            Ok((hash != gnutls_sys::GNUTLS_DIG_UNKNOWN).then(|| Digest::from_raw(hash)))
        })
    }
}
