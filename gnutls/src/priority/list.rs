//! The algorithms that a priority string enables, and the keywords of priority strings.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_priority_t;

use crate::crypto::cipher_suite::CipherSuite;
use crate::crypto::parameters::{CertificateType, Cipher, Group, KeyExchange, Mac, Protocol};
use crate::crypto::public_key::SignatureAlgorithm;
use crate::priority::Cache;
use crate::support::datum;
use crate::support::datum::constant;

/// The algorithms that priorities enable, see [`Priority::enabled`](crate::Priority::enabled). All lists are in order
/// of preference.
///
/// ```
/// use gnutls::{Priority, Protocol};
///
/// let enabled = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.2:-VERS-DTLS-ALL")?.enabled()?;
/// assert!(!enabled.protocols.contains(&Protocol::DTLS1_2));
/// for group in &enabled.groups {
///     println!("{group}");
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnabledAlgorithms {
    /// The protocol versions.
    #[corresponds(gnutls_priority_protocol_list)]
    pub protocols: Vec<Protocol>,
    /// The ciphers.
    #[corresponds(gnutls_priority_cipher_list)]
    pub ciphers: Vec<Cipher>,
    /// The message authentication codes.
    #[corresponds(gnutls_priority_mac_list)]
    pub macs: Vec<Mac>,
    /// The key exchanges of TLS up to 1.2.
    #[corresponds(gnutls_priority_kx_list)]
    pub key_exchanges: Vec<KeyExchange>,
    /// The groups.
    #[corresponds(gnutls_priority_group_list, alias(gnutls_priority_ecc_curve_list))]
    pub groups: Vec<Group>,
    /// The signature algorithms.
    #[corresponds(gnutls_priority_sign_list)]
    pub signature_algorithms: Vec<SignatureAlgorithm>,
    /// The certificate types of a client; before GnuTLS 3.6.4 both sides share one list.
    #[corresponds(
        gnutls_priority_certificate_type_list2,
        alias(gnutls_priority_certificate_type_list)
    )]
    pub client_certificate_types: Vec<CertificateType>,
    /// The certificate types of a server.
    pub server_certificate_types: Vec<CertificateType>,
    /// The cipher suites that result from the other lists.
    #[corresponds(gnutls_priority_get_cipher_suite_index)]
    pub cipher_suites: Vec<CipherSuite>,
}

impl Cache {
    pub(crate) fn enabled(&self) -> EnabledAlgorithms {
        EnabledAlgorithms {
            protocols: self.list(sys::gnutls_priority_protocol_list, Protocol::from_raw),
            ciphers: self.list(sys::gnutls_priority_cipher_list, Cipher::from_raw),
            macs: self.list(sys::gnutls_priority_mac_list, Mac::from_raw),
            key_exchanges: self.list(sys::gnutls_priority_kx_list, KeyExchange::from_raw),
            groups: self.list(sys::gnutls_priority_group_list, Group::from_raw),
            signature_algorithms: self
                .list(sys::gnutls_priority_sign_list, SignatureAlgorithm::from_raw),
            client_certificate_types: self.certificate_types(sys::GNUTLS_CTYPE_CLIENT),
            server_certificate_types: self.certificate_types(sys::GNUTLS_CTYPE_SERVER),
            cipher_suites: self.cipher_suites(),
        }
    }

    /// Copies one of the lists.
    fn list<T>(
        &self,
        function: unsafe extern "C" fn(gnutls_priority_t, *mut *const c_uint) -> c_int,
        make: impl Fn(c_uint) -> T,
    ) -> Vec<T> {
        let mut list = ptr::null();
        // SAFETY: the function stores the address of an array inside the object and returns its length, or stores
        // nothing and returns 0 or an error. GnuTLS never modifies these arrays after gnutls_priority_init.
        let numbers = unsafe {
            let length = function(self.0, &mut list);
            datum::array(list, usize::try_from(length).unwrap_or(0))
        };
        numbers.iter().copied().map(make).collect()
    }

    /// Returns `true` if either side can use certificates of this type.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn has_certificate_type(&self, kind: CertificateType) -> bool {
        [sys::GNUTLS_CTYPE_CLIENT, sys::GNUTLS_CTYPE_SERVER]
            .into_iter()
            .any(|whose| self.certificate_types(whose).contains(&kind))
    }

    #[cfg(gnutls_3_6_4)]
    fn certificate_types(&self, whose: sys::gnutls_ctype_target_t) -> Vec<CertificateType> {
        let mut list = ptr::null();
        // SAFETY: the function stores the address of an array inside the object and returns its length, or stores
        // nothing and returns 0 or an error. GnuTLS never modifies these arrays after gnutls_priority_init.
        let numbers = unsafe {
            let length = sys::gnutls_priority_certificate_type_list2(self.0, &mut list, whose);
            datum::array(list, usize::try_from(length).unwrap_or(0))
        };
        numbers
            .iter()
            .copied()
            .map(CertificateType::from_raw)
            .collect()
    }

    #[cfg(not(gnutls_3_6_4))]
    fn certificate_types(&self, _whose: sys::gnutls_ctype_target_t) -> Vec<CertificateType> {
        self.list(
            sys::gnutls_priority_certificate_type_list,
            CertificateType::from_raw,
        )
    }

    fn cipher_suites(&self) -> Vec<CipherSuite> {
        let mut suites = Vec::new();
        for place in 0.. {
            let mut index = 0;
            // SAFETY: reads the object, which is live, and writes the index.
            let code =
                unsafe { sys::gnutls_priority_get_cipher_suite_index(self.0, place, &mut index) };
            match code {
                // No enabled protocol supports the cipher suite, or its cipher is not available.
                sys::GNUTLS_E_UNKNOWN_CIPHER_SUITE => {}
                _ if code < 0 => break,
                _ => suites.extend(CipherSuite::list().get(index as usize)),
            }
        }
        suites
    }
}

/// Returns the strings of a table of the library.
pub(crate) fn strings(flags: c_uint) -> impl Iterator<Item = &'static str> {
    (0..)
        // SAFETY: returns a string constant, or NULL if the index is beyond the end of the table.
        .map_while(move |place| constant(unsafe { sys::gnutls_priority_string_list(place, flags) }))
        // The table is a hash table and has gaps.
        .filter(|word| !word.is_empty())
}
