//! What a server knows of a user: not the password, but a number that it can be verified by.

use std::ffi::c_int;
use std::fmt;

use crate::error::{Error, Result, argument, check};
use crate::srp::group::SrpGroup;
use crate::support::datum;
use crate::support::datum::Output;
use crate::support::secret::{Secret, wipe};

/// The longest salt that a message of the handshake has room for (RFC 5054, section 2.5.3).
const LONGEST_SALT: usize = 255;

/// How long the salts are that this crate makes, as long as those that GnuTLS makes up for users that there are not.
const SALT: usize = 16;

/// What a server keeps of a user instead of the password (RFC 5054, section 2.4): a salt, and a number in a group.
///
/// Whoever gets hold of it can try passwords, and can be the server for this user. It is overwritten before its memory is
/// released, and never printed.
#[derive(Clone)]
pub struct SrpVerifier {
    salt: Vec<u8>,
    verifier: Secret,
    group: SrpGroup,
}

impl SrpVerifier {
    /// Makes the verifier for a password, with a salt of 16 random bytes.
    ///
    /// # Errors
    ///
    /// As for [`with_salt`](Self::with_salt).
    pub fn new(username: &str, password: &str, group: SrpGroup) -> Result<Self> {
        let mut salt = [0; SALT];
        // SAFETY: writes that many random bytes.
        check(unsafe {
            gnutls_sys::gnutls_rnd(
                gnutls_sys::GNUTLS_RND_NONCE,
                salt.as_mut_ptr().cast(),
                salt.len(),
            )
        })?;
        // A salt in a file is a number, which has no zeros in front.
        salt[0] |= 0x80;
        Self::with_salt(username, password, &salt, group)
    }

    /// Makes the verifier for a password with this salt, 1 to 255 bytes.
    ///
    /// C: [`gnutls_srp_verifier`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fverifier).
    ///
    /// ```
    /// use gnutls::{SrpGroup, SrpVerifier, srp_base64_encode};
    ///
    /// # if srp_base64_encode(b"").is_err() { return Ok(()); } // built without SRP
    /// let verifier = SrpVerifier::new("alice", "correct horse", SrpGroup::BITS_2048)?;
    /// // A line of a password file, whose last number says which line of the file of groups it is.
    /// let (number, salt) = (srp_base64_encode(verifier.verifier())?, srp_base64_encode(verifier.salt())?);
    /// let line = format!("alice:{number}:{salt}:3");
    /// # assert!(line.ends_with(":3"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name that is empty or longer than 128 bytes, which GnuTLS
    /// refuses in each handshake, for a password with code points that are none of a password (RFC 8265), for a NUL in
    /// either, and for another salt. [`Unsupported`](crate::ErrorKind::Unsupported) with a library that was built without
    /// SRP, or has not the group.
    #[doc(alias = "gnutls_srp_verifier")]
    pub fn with_salt(username: &str, password: &str, salt: &[u8], group: SrpGroup) -> Result<Self> {
        crate::srp::check_name(username, crate::srp::LONGEST_NAME_OF_SERVER)?;
        argument::refuse_nul(password.as_bytes(), "a password")?;
        check_salt(salt)?;
        let name = Secret::with_nul(username.as_bytes());
        let password = Secret::with_nul(password.as_bytes());
        let (salt_data, generator, prime) = (
            argument::bytes(salt)?,
            argument::bytes(group.generator()?)?,
            argument::bytes(group.prime()?)?,
        );
        // SAFETY: reads both strings, which end in NUL, and the data, and allocates the result (lib/srp.c).
        let mut number = Output::filled_by(|number| unsafe {
            gnutls_sys::gnutls_srp_verifier(
                name.as_ptr().cast(),
                password.as_ptr().cast(),
                &salt_data,
                &generator,
                &prime,
                number,
            )
        })?;
        let made = Self::from_parts(salt, number.as_bytes(), group);
        wipe(number.as_mut_bytes());
        made
    }

    /// A verifier that was made before, from its salt and its number, most significant byte first.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a salt of no or more than 255 bytes, and for a number that no
    /// password leads to: with 0, 1, or what is not below the prime, anybody could be this user.
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a group that the library has not.
    pub fn from_parts(salt: &[u8], verifier: &[u8], group: SrpGroup) -> Result<Self> {
        check_salt(salt)?;
        let zeros = verifier.iter().take_while(|&&byte| byte == 0).count();
        let number = &verifier[zeros..];
        let prime = group.prime()?;
        let below = number.len() < prime.len() || number.len() == prime.len() && number < prime;
        // One below the prime is its own inverse, as 1 is.
        let (last, rest) = prime.split_last().unwrap_or((&0, &[]));
        let one_below = number.split_last() == Some((&(last - 1), rest));
        if number.is_empty() || number == [1] || !below || one_below {
            return Err(Error::invalid_input(
                "a number that is no verifier in this group",
            ));
        }
        Ok(Self {
            salt: salt.to_vec(),
            verifier: Secret::new(number),
            group,
        })
    }

    /// The salt.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The number, most significant byte first. To be kept as a secret.
    pub fn verifier(&self) -> &[u8] {
        &self.verifier
    }

    /// The group.
    pub fn group(&self) -> SrpGroup {
        self.group
    }
}

fn check_salt(salt: &[u8]) -> Result<()> {
    if (1..=LONGEST_SALT).contains(&salt.len()) {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "a salt of {} bytes, it has 1 to {LONGEST_SALT}",
        salt.len()
    )))
}

impl fmt::Debug for SrpVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpVerifier")
            .field("group", &self.group)
            .finish_non_exhaustive()
    }
}

/// Memory for the callback of a server: what it hands over to GnuTLS, all of it or nothing.
pub(crate) fn hand_over_all<const N: usize>(
    parts: [(&[u8], *mut gnutls_sys::gnutls_datum_t); N],
) -> c_int {
    let copies = parts.map(|(bytes, _)| datum::hand_over(bytes));
    let complete = copies.iter().all(Option::is_some);
    for (copy, (_, place)) in copies.into_iter().flatten().zip(parts) {
        // SAFETY: the places are outputs that GnuTLS lends for the time of the call; what is not handed over is freed here.
        unsafe {
            if complete {
                place.write(copy);
            } else {
                datum::free(copy.data.cast());
            }
        }
    }
    if complete {
        0
    } else {
        gnutls_sys::GNUTLS_E_MEMORY_ERROR
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_number_that_lets_anybody_in_is_no_verifier() {
        let group = SrpGroup::BITS_2048;
        let prime = group.prime().unwrap();
        let mut below = prime.to_vec();
        *below.last_mut().unwrap() -= 1;
        let mut two_below = prime.to_vec();
        *two_below.last_mut().unwrap() -= 2;
        let more = [&[1], prime].concat();
        for number in [
            &[][..],
            &[0, 0],
            &[1],
            &[0, 1],
            prime,
            &[0xff; 256],
            &more,
            &below,
        ] {
            let error = SrpVerifier::from_parts(b"salt", number, group).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        for number in [&[2][..], &[0, 2], &[7; 256], &two_below] {
            assert!(SrpVerifier::from_parts(b"salt", number, group).is_ok());
        }
    }

    #[test]
    fn bug_class_10_a_salt_fits_into_its_message() {
        for (length, fits) in [(0, false), (1, true), (255, true), (256, false)] {
            let result = SrpVerifier::from_parts(&vec![1; length], &[2], SrpGroup::default());
            assert_eq!(result.is_ok(), fits, "{length}");
        }
    }
}
