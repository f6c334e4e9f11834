//! The groups of SRP, which are those of RFC 5054, appendix A.

use std::fmt;

use gnutls_sys::gnutls_datum_t;

use crate::error::Result;
use crate::error::unsupported::requires;
use crate::support::datum;

/// A group for SRP: a prime and a generator of RFC 5054, appendix A. GnuTLS takes no others.
///
/// Whoever can compute discrete logarithms in the group of a handshake that he has seen can then try passwords at leisure.
/// For 1024 bits this is thought to be in reach of large organisations, in advance for all who share the prime
/// (<https://weakdh.org>), and NIST SP 800-131A asks for 2048 bits. So the smaller groups have names that say so.
///
/// ```
/// use gnutls::SrpGroup;
///
/// assert_eq!(SrpGroup::BITS_2048.bits(), 2048);
/// assert_eq!(SrpGroup::BITS_2048.prime()?.len(), 256);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SrpGroup {
    bits: u16,
}

impl SrpGroup {
    /// 1024 bits: too few, see above. It is there for verifiers that were made long ago.
    pub const DANGEROUS_BITS_1024: Self = Self { bits: 1024 };
    /// 1536 bits: too few, see above.
    pub const DANGEROUS_BITS_1536: Self = Self { bits: 1536 };
    /// 2048 bits, the usual choice.
    pub const BITS_2048: Self = Self { bits: 2048 };
    /// 3072 bits.
    pub const BITS_3072: Self = Self { bits: 3072 };
    /// 4096 bits.
    pub const BITS_4096: Self = Self { bits: 4096 };
    /// 8192 bits. Each handshake takes a while. Since GnuTLS 3.6.2.
    pub const BITS_8192: Self = Self { bits: 8192 };

    /// All of them, the smallest first.
    pub const ALL: [Self; 6] = [
        Self::DANGEROUS_BITS_1024,
        Self::DANGEROUS_BITS_1536,
        Self::BITS_2048,
        Self::BITS_3072,
        Self::BITS_4096,
        Self::BITS_8192,
    ];

    /// The length of the prime.
    pub const fn bits(self) -> u16 {
        self.bits
    }

    /// The prime, most significant byte first.
    ///
    /// C: `gnutls_srp_2048_group_prime` and the like.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for 8192 bits before GnuTLS 3.6.2.
    #[doc(alias = "gnutls_srp_1024_group_prime")]
    #[doc(alias = "gnutls_srp_2048_group_prime")]
    #[doc(alias = "gnutls_srp_3072_group_prime")]
    #[doc(alias = "gnutls_srp_4096_group_prime")]
    #[doc(alias = "gnutls_srp_8192_group_prime")]
    pub fn prime(self) -> Result<&'static [u8]> {
        self.data().map(|(prime, _)| bytes(prime))
    }

    /// The generator.
    ///
    /// C: `gnutls_srp_2048_group_generator` and the like.
    ///
    /// # Errors
    ///
    /// As for the [prime](Self::prime).
    #[doc(alias = "gnutls_srp_2048_group_generator")]
    pub fn generator(self) -> Result<&'static [u8]> {
        self.data().map(|(_, generator)| bytes(generator))
    }

    /// The group with this prime and this generator, if it is one of them.
    pub fn from_parameters(prime: &[u8], generator: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|group| {
            group.prime().is_ok_and(|own| own == prime)
                && group.generator().is_ok_and(|own| own == generator)
        })
    }

    fn data(self) -> Result<(gnutls_datum_t, gnutls_datum_t)> {
        use gnutls_sys::*;
        // SAFETY: reads constants that the library exports, also without SRP.
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
    // SAFETY: these data are constants of the library too.
    unsafe { datum::slice(constant.data, constant.size as usize) }
}

impl Default for SrpGroup {
    /// The one of 2048 bits.
    fn default() -> Self {
        Self::BITS_2048
    }
}

impl fmt::Display for SrpGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bits", self.bits)
    }
}

impl fmt::Debug for SrpGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SrpGroup({} bits)", self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_of_the_length_that_they_say() {
        for group in SrpGroup::ALL {
            let (Ok(prime), Ok(generator)) = (group.prime(), group.generator()) else {
                assert_eq!(group, SrpGroup::BITS_8192);
                continue;
            };
            assert_eq!(prime.len() * 8, usize::from(group.bits()), "{group}");
            assert!(prime[0] >= 0x80 && prime.last().is_some_and(|last| last % 2 == 1));
            assert_eq!(SrpGroup::from_parameters(prime, generator), Some(group));
            assert_eq!(SrpGroup::from_parameters(prime, &[7]), None);
        }
    }
}
