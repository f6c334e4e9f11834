//! Cipher suites, identified by their IANA numbers.

use std::fmt;
use std::sync::OnceLock;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::{Cipher, KeyExchange, Mac, Protocol};
use crate::support::datum::constant;

/// A cipher suite that the library supports.
///
/// ```
/// use gnutls::Protocol;
/// use gnutls::crypto::{Cipher, CipherSuite};
///
/// let suite = CipherSuite::from_id([0xc0, 0x2f]).expect("every release has it");
/// assert_eq!(suite.name(), "TLS_ECDHE_RSA_AES_128_GCM_SHA256");
/// assert_eq!(suite.cipher(), Cipher::AES_128_GCM);
/// assert_eq!(suite.oldest_protocol(), Protocol::TLS1_2);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite {
    id: [u8; 2],
    name: &'static str,
    key_exchange: KeyExchange,
    cipher: Cipher,
    mac: Mac,
    oldest_protocol: Protocol,
}

impl CipherSuite {
    /// Returns all cipher suites of the running library.
    #[corresponds(gnutls_cipher_suite_info)]
    pub fn list() -> &'static [Self] {
        static LIST: OnceLock<Vec<CipherSuite>> = OnceLock::new();
        LIST.get_or_init(|| (0..).map_while(Self::at).collect())
    }

    /// Returns the cipher suite with this IANA number, for example `[0x13, 0x01]`.
    pub fn from_id(id: [u8; 2]) -> Option<Self> {
        Self::list().iter().find(|suite| suite.id == id).copied()
    }

    /// Returns the cipher suite at this index of the library's table.
    fn at(index: usize) -> Option<Self> {
        let mut id = [0; 2];
        let (mut key_exchange, mut cipher, mut mac, mut protocol) = (0, 0, 0, 0);
        // SAFETY: copies an entry of a constant table into the outputs, of which `id` has the required two bytes.
        // Returns the name, a string constant, or NULL if `index` is beyond the end of the table.
        let name = constant(unsafe {
            sys::gnutls_cipher_suite_info(
                index,
                id.as_mut_ptr(),
                &mut key_exchange,
                &mut cipher,
                &mut mac,
                &mut protocol,
            )
        })?;
        Some(Self {
            id,
            name,
            key_exchange: KeyExchange::from_raw(key_exchange),
            cipher: Cipher::from_raw(cipher),
            mac: Mac::from_raw(mac),
            oldest_protocol: Protocol::from_raw(protocol),
        })
    }

    /// Returns the IANA number.
    pub const fn id(self) -> [u8; 2] {
        self.id
    }

    /// Returns GnuTLS's name. Most IANA names contain the additional word `WITH`.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the key exchange. For a TLS 1.3 cipher suite, which does not define one, it has the number 0 and no
    /// name.
    pub const fn key_exchange(self) -> KeyExchange {
        self.key_exchange
    }

    /// Returns the cipher.
    pub const fn cipher(self) -> Cipher {
        self.cipher
    }

    /// Returns the message authentication code.
    pub const fn mac(self) -> Mac {
        self.mac
    }

    /// Returns the oldest protocol version that supports the cipher suite.
    pub const fn oldest_protocol(self) -> Protocol {
        self.oldest_protocol
    }
}

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl fmt::Debug for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, low] = self.id;
        write!(f, "CipherSuite({self}, {high:#04x} {low:02x})")
    }
}
