//! Self-tests of the library: known answers for its algorithms.

use std::ffi::{c_int, c_uint};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::{Cipher, Mac};
use crate::crypto::public_key::{Digest, PublicKeyAlgorithm};
use crate::error::unsupported::requires;
use crate::error::{Result, check};

/// Declares a self-test, whose errors are always the same.
macro_rules! self_test {
    ($type:ident: $method:ident, $function:ident, $doc:literal $(, $release:ident)?) => {
        impl $type {
            #[doc = $doc]
            ///
            /// # Errors
            ///
            /// Returns an error if a result is wrong, if the library has no known answers for the algorithm, and of kind
            /// [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
            #[corresponds($function)]
            pub fn $method(self) -> Result<()> {
                self_test!(@call self, $function $(, $release)?)
            }
        }
    };
    (@call $self:ident, $function:ident) => {
        // SAFETY: computes with constants of the library, and writes to nothing that others see.
        tested(unsafe { sys::$function(ONE, $self.as_raw()) })
    };
    (@call $self:ident, $function:ident, $release:ident) => {
        requires!($release, "self-tests of derived keys", {
            // SAFETY: computes with constants of the library, and writes to nothing that others see.
            tested(unsafe { sys::$function(ONE, $self.as_raw()) })
        })
    };
}

/// Only this algorithm: the flag `GNUTLS_SELF_TEST_FLAG_ALL` tests all that C has, and ignores one that it does not recognize.
const ONE: c_uint = 0;

fn tested(code: c_int) -> Result<()> {
    check(code).map(drop)
}

self_test!(Cipher: self_test, gnutls_cipher_self_test, "Tests the implementation of the cipher with known answers.");
self_test!(Mac: self_test, gnutls_mac_self_test, "Tests the implementation of the code with known answers.");
self_test!(Digest: self_test, gnutls_digest_self_test, "Tests the implementation of the digest with known answers.");
self_test!(PublicKeyAlgorithm: self_test, gnutls_pk_self_test, "Tests the implementation of the algorithm with known answers.");
self_test!(Mac: hkdf_self_test, gnutls_hkdf_self_test, "Tests HKDF with this code and known answers.", gnutls_3_7_0);
self_test!(Mac: pbkdf2_self_test, gnutls_pbkdf2_self_test, "Tests PBKDF2 with this code and known answers.", gnutls_3_7_0);
self_test!(Mac: tls_prf_self_test, gnutls_tlsprf_self_test, "Tests the pseudorandom function of TLS 1.2 with this code and known answers.", gnutls_3_7_0);
