//! Cipher suites: what IANA has a number and a name for.

use std::fmt;
use std::sync::OnceLock;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::{Cipher, KeyExchange, Mac, Protocol};
use crate::support::datum::constant;

/// A cipher suite that the library knows.
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
    /// All that the running library has.
    #[corresponds(gnutls_cipher_suite_info)]
    pub fn list() -> &'static [Self] {
        static LIST: OnceLock<Vec<CipherSuite>> = OnceLock::new();
        LIST.get_or_init(|| (0..).map_while(Self::at).collect())
    }

    /// The suite with this number of IANA's, such as `[0x13, 0x01]`.
    pub fn from_id(id: [u8; 2]) -> Option<Self> {
        Self::list().iter().find(|suite| suite.id == id).copied()
    }

    /// The suite at this place of the library's table.
    fn at(index: usize) -> Option<Self> {
        let mut id = [0; 2];
        let (mut key_exchange, mut cipher, mut mac, mut protocol) = (0, 0, 0, 0);
        // SAFETY: copies an entry of a constant table and returns its name, a string constant, or NULL behind the end. The
        // number has two bytes.
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

    /// The number that IANA gave it.
    pub const fn id(self) -> [u8; 2] {
        self.id
    }

    /// GnuTLS' name for it. IANA has the word `WITH` in many.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its key exchange. The number 0, without a name, where TLS 1.3 leaves that open.
    pub const fn key_exchange(self) -> KeyExchange {
        self.key_exchange
    }

    /// Its cipher.
    pub const fn cipher(self) -> Cipher {
        self.cipher
    }

    /// Its message authentication code.
    pub const fn mac(self) -> Mac {
        self.mac
    }

    /// The oldest version of TLS that has it.
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
