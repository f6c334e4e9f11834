//! Supplemental data in TLS up to 1.2 (RFC 4680).

use std::fmt;
use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::alert::Alert;
use crate::error::Result;
use crate::session_core::session_ref::SessionRef;

type Send = dyn Fn(&SessionRef) -> Result<Vec<u8>, Alert> + std::marker::Send + Sync + 'static;
type Receive = dyn Fn(&SessionRef, &[u8]) -> Result<(), Alert> + std::marker::Send + Sync + 'static;

/// Supplemental data of one format, exchanged during the handshake of TLS up to 1.2 (RFC 4680), see
/// [`Extension::supplemental_data`](crate::extension::HelloExtension::supplemental_data).
///
/// A side with [`on_send`](Self::on_send) sends data, and a side with [`on_receive`](Self::on_receive) requires data
/// from the peer. The server sends first.
///
/// ```
/// use gnutls::{ClientConfig, Trust, extension};
/// use gnutls::extension::SupplementalData;
///
/// let config = ClientConfig::builder()
///     .trust(Trust::none())
///     .extension(
///         extension::HelloExtension::new(65_300)
///             .on_send(|_, _| Ok(Some(Vec::new())))
///             .supplemental_data(
///                 SupplementalData::new(65_300).on_send(|_| Ok(b"name".to_vec())),
///             ),
///     )
///     .build();
/// # drop(config);
/// ```
#[derive(Clone)]
pub struct SupplementalData {
    format: u16,
    pub(crate) send: Option<Arc<Send>>,
    pub(crate) receive: Option<Arc<Receive>>,
}

impl SupplementalData {
    /// Creates supplemental data of the format with this number (IANA's registry of supplemental data formats). 0 to
    /// 16385 are assigned, and 65280 and higher are for private use.
    #[corresponds(alias(gnutls_supplemental_data_format_type_t))]
    pub fn new(format: u16) -> Self {
        Self {
            format,
            send: None,
            receive: None,
        }
    }

    pub(crate) fn format(&self) -> u16 {
        self.format
    }

    /// Sets the closure that returns the data to send, 1 to 65,535 bytes, or an alert that ends the handshake. The
    /// rules of [`Extension::on_send`](crate::extension::HelloExtension::on_send) apply. The peer can have a lower
    /// limit: GnuTLS refuses handshake messages longer than its
    /// [maximum](crate::ClientConfigBuilder::max_handshake_message).
    #[corresponds(gnutls_supp_send_func)]
    #[must_use]
    pub fn on_send(
        mut self,
        send: impl Fn(&SessionRef) -> Result<Vec<u8>, Alert> + std::marker::Send + Sync + 'static,
    ) -> Self {
        self.send = Some(Arc::new(send));
        self
    }

    /// Sets the closure that processes the peer's data: `Ok` continues, and an alert ends the handshake. In both cases
    /// [`received_supplemental_data`](SessionRef::received_supplemental_data) returns the data.
    #[corresponds(gnutls_supp_recv_func)]
    #[must_use]
    pub fn on_receive(
        mut self,
        receive: impl Fn(&SessionRef, &[u8]) -> Result<(), Alert> + std::marker::Send + Sync + 'static,
    ) -> Self {
        self.receive = Some(Arc::new(receive));
        self
    }
}

impl fmt::Debug for SupplementalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupplementalData")
            .field("format", &self.format)
            .field("sends", &self.send.is_some())
            .field("receives", &self.receive.is_some())
            .finish()
    }
}

/// Returns `true` if no entry of a message is longer than the message. GnuTLS checks this only after it has called the
/// function for the entry with the length that the peer claims (`_gnutls_parse_supplemental` in `lib/supplemental.c`,
/// in each release up to 3.8.13), so that a C program would read beyond the message.
pub(crate) fn is_sound(message: &[u8]) -> bool {
    // The total length.
    let Some((_, mut rest)) = message.split_at_checked(3) else {
        return false;
    };
    while !rest.is_empty() {
        let Some((head, tail)) = rest.split_at_checked(4) else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        match tail.split_at_checked(length) {
            Some((_, tail)) => rest = tail,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_9_an_entry_is_no_longer_than_its_message() {
        let message = |length: u8| [&[0, 0, 7, 255, 20, 0, length][..], b"abc"].concat();
        assert!(is_sound(&message(3)));
        assert!(!is_sound(&message(4)));
        assert!(!is_sound(
            &[&[0, 0, 7, 255, 20, 255, 255][..], b"abc"].concat()
        ));
        // The data after the first entry is an entry too.
        assert!(!is_sound(&message(2)));
        assert!(is_sound(&[&message(3)[..], &[0, 1, 0, 0]].concat()));
        for length in 0..3 {
            assert!(!is_sound(&message(3)[..length]));
        }
        for length in 4..message(3).len() {
            assert!(!is_sound(&message(3)[..length]), "{length}");
        }
    }
}
