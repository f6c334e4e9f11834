//! What protects early data (0-RTT), and what can be exported while they are on their way.

use gnutls_macros::corresponds;

use crate::crypto::parameters::Cipher;
use crate::crypto::public_key::Digest;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session_core::session_ref::SessionRef;

impl SessionRef {
    /// Fills `output` with keying material that client and server share by the client's hello alone, before the handshake
    /// is over (RFC 8446, section 7.5): that of the session which is resumed, or of the pre-shared key that is offered. No
    /// context and an empty one are the same.
    ///
    /// **Whoever replays the hello gets the server to compute the same bytes again**, and they lack forward secrecy. For
    /// what is not early use [`export_keying_material`](Self::export_keying_material).
    ///
    /// It is there
    ///
    /// - in a [hook](crate::Session::set_handshake_hook), on both sides, when it is shown the client's hello as processed;
    /// - on a client, from then on until it has answered the server: while [`handshake`](crate::Session::handshake) is
    ///   pending;
    /// - on a server, while `handshake` is pending and takes in early data that it has accepted.
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
    ///         println!("known since {}", message.message_type);
    ///     }
    /// });
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) at any other time, and where nothing is resumed and no key was
    /// offered or accepted; [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
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
                "early keying material is there from the client's hello on until the server has been answered",
            ));
        }
        if output.is_empty() {
            return Ok(());
        }
        let (context, length) = crate::session_core::secrets::optional(context);
        // SAFETY: reads label and context and writes the output, each to the length that is given. It computes with the
        // secrets of the session in memory of its own, and refuses where there is no pre-shared key (lib/prf.c). The secret
        // is derived where that key is settled (lib/ext/pre_shared_key.c, on a client _gnutls_send_handshake2), and
        // overwritten by that of the later exporter; `may_have_early_secrets` tells when it is in between.
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

    /// Whether the early secrets have been derived, if there are any, and not been overwritten by later ones.
    ///
    /// Within a call the hook alone knows how far the handshake has come: others, such as the one for the key log, are also
    /// called in the middle of the derivation. Between calls the last messages tell: a client overwrites them after its
    /// Finished, a server where the end of early data has come, and at once where it has accepted none.
    #[cfg(gnutls_3_6_8)]
    fn may_have_early_secrets(&self) -> bool {
        use crate::crypto::Side;
        use crate::handshake::message::MessageType;

        let state = self.state();
        if state.transport.is_some() {
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

    /// The cipher that protects early data, from the client's hello on that announces some until they have ended. `None`
    /// before and after, and without early data. A server may refuse them all the same.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_early_cipher_get)]
    pub fn early_cipher(&self) -> Result<Option<Cipher>> {
        requires!(gnutls_3_7_2, "the cipher of early data", {
            // SAFETY: reads a flag and the cipher suite of the session that is resumed, NULL included (lib/state.c).
            let cipher = unsafe { gnutls_sys::gnutls_early_cipher_get(self.as_ptr()) };
            Ok((cipher != gnutls_sys::GNUTLS_CIPHER_UNKNOWN).then(|| Cipher::from_raw(cipher)))
        })
    }

    /// The hash that the keys of early data are derived with, for as long as [`early_cipher`](Self::early_cipher) is known.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_early_prf_hash_get)]
    pub fn early_prf_hash(&self) -> Result<Option<Digest>> {
        requires!(gnutls_3_7_2, "the hash of early data", {
            // SAFETY: as for the cipher.
            let hash = unsafe { gnutls_sys::gnutls_early_prf_hash_get(self.as_ptr()) };
            Ok((hash != gnutls_sys::GNUTLS_DIG_UNKNOWN).then(|| Digest::from_raw(hash)))
        })
    }
}
