//! The SRP groups of RFC 5054, appendix A.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys::gnutls_datum_t;

use crate::error::Result;
use crate::error::unsupported::requires;
use crate::support::datum;

/// An SRP group: a prime and a generator of RFC 5054, appendix A. GnuTLS accepts no others.
///
/// An attacker that has recorded a handshake and can compute discrete logarithms in its group can guess passwords
/// offline. For 1024 bits this is considered feasible for large organisations, by one computation for all users of the
/// prime (<https://weakdh.org>), and NIST SP 800-131A requires 2048 bits. Therefore the names of smaller groups start
/// with `DANGEROUS`.
///
/// ```
/// use gnutls::srp;
///
/// assert_eq!(srp::Group::BITS_2048.bits(), 2048);
/// assert_eq!(srp::Group::BITS_2048.prime()?.len(), 256);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    bits: u16,
}

impl Group {
    /// 1024 bits, insecure, for verifiers that were created long ago.
    pub const DANGEROUS_BITS_1024: Self = Self { bits: 1024 };
    /// 1536 bits, insecure, for verifiers that were created long ago.
    pub const DANGEROUS_BITS_1536: Self = Self { bits: 1536 };
    /// 2048 bits, the usual choice.
    pub const BITS_2048: Self = Self { bits: 2048 };
    /// 3072 bits.
    pub const BITS_3072: Self = Self { bits: 3072 };
    /// 4096 bits.
    pub const BITS_4096: Self = Self { bits: 4096 };
    /// 8192 bits, with slow handshakes; requires GnuTLS 3.6.2.
    pub const BITS_8192: Self = Self { bits: 8192 };

    /// All groups, the smallest first.
    pub const ALL: [Self; 6] = [
        Self::DANGEROUS_BITS_1024,
        Self::DANGEROUS_BITS_1536,
        Self::BITS_2048,
        Self::BITS_3072,
        Self::BITS_4096,
        Self::BITS_8192,
    ];

    /// Returns the length of the prime in bits.
    pub const fn bits(self) -> u16 {
        self.bits
    }

    /// Returns the prime, most significant byte first.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) for 8192 bits before GnuTLS 3.6.2.
    #[corresponds(
        gnutls_srp_1024_group_prime,
        gnutls_srp_1536_group_prime,
        gnutls_srp_2048_group_prime,
        gnutls_srp_3072_group_prime,
        gnutls_srp_4096_group_prime,
        gnutls_srp_8192_group_prime
    )]
    pub fn prime(self) -> Result<&'static [u8]> {
        self.data().map(|(prime, _)| bytes(prime))
    }

    /// Returns the generator, most significant byte first.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) for 8192 bits before GnuTLS 3.6.2.
    #[corresponds(
        gnutls_srp_1024_group_generator,
        gnutls_srp_1536_group_generator,
        gnutls_srp_2048_group_generator,
        gnutls_srp_3072_group_generator,
        gnutls_srp_4096_group_generator,
        gnutls_srp_8192_group_generator
    )]
    pub fn generator(self) -> Result<&'static [u8]> {
        self.data().map(|(_, generator)| bytes(generator))
    }

    /// Returns the group with this prime and generator, or `None` if there is none.
    pub fn from_parameters(prime: &[u8], generator: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|group| {
            group.prime().is_ok_and(|own| own == prime)
                && group.generator().is_ok_and(|own| own == generator)
        })
    }

    fn data(self) -> Result<(gnutls_datum_t, gnutls_datum_t)> {
        use gnutls_sys::*;
        // SAFETY: reads constants that the library exports, even if it was built without SRP.
        let data = unsafe {
            match self.bits {
                1024 => (gnutls_srp_1024_group_prime, gnutls_srp_1024_group_generator),
                1536 => (gnutls_srp_1536_group_prime, gnutls_srp_1536_group_generator),
                2048 => (gnutls_srp_2048_group_prime, gnutls_srp_2048_group_generator),
                3072 => (gnutls_srp_3072_group_prime, gnutls_srp_3072_group_generator),
                4096 => (gnutls_srp_4096_group_prime, gnutls_srp_4096_group_generator),
                _ => {
                    return requires!(
                        gnutls_3_6_2,
                        "the SRP group of 8192 bits",
                        Ok((gnutls_srp_8192_group_prime, gnutls_srp_8192_group_generator))
                    );
                }
            }
        };
        Ok(data)
    }
}

fn bytes(constant: gnutls_datum_t) -> &'static [u8] {
    // SAFETY: the datum refers to a constant of the library, which is never freed or modified.
    unsafe { datum::slice(constant.data, constant.size as usize) }
}

impl Default for Group {
    /// Returns the group of 2048 bits.
    fn default() -> Self {
        Self::BITS_2048
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bits", self.bits)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({} bits)", self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_of_the_length_that_they_say() {
        for group in Group::ALL {
            let (Ok(prime), Ok(generator)) = (group.prime(), group.generator()) else {
                assert_eq!(group, Group::BITS_8192);
                continue;
            };
            assert_eq!(prime.len() * 8, usize::from(group.bits()), "{group}");
            assert!(prime[0] >= 0x80 && prime.last().is_some_and(|last| last % 2 == 1));
            assert_eq!(Group::from_parameters(prime, generator), Some(group));
            assert_eq!(Group::from_parameters(prime, &[7]), None);
        }
    }
}
