//! The SRP verifier, which a server stores instead of the password.

use std::ffi::c_int;
use std::fmt;

use gnutls_macros::corresponds;

use crate::error::{Error, Result, argument, check};
use crate::srp::group;
use crate::support::datum;
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// The maximum length of a salt in the ServerKeyExchange message (RFC 5054, section 2.5.3).
const LONGEST_SALT: usize = 255;

/// The length of the salts that this crate creates, which is also the default length of fake salts.
const SALT: usize = 16;

/// The verifier of a user, which a server stores instead of the password (RFC 5054, section 2.4): a salt, and a number
/// in a group.
///
/// An attacker that obtains it can guess passwords offline, and can impersonate the server for this user. It is
/// overwritten before its memory is released, and never printed.
#[derive(Clone)]
pub struct Verifier {
    salt: Vec<u8>,
    verifier: Secret,
    group: group::Group,
}

impl Verifier {
    /// Creates the verifier of a password, with a salt of 16 random bytes.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`with_salt`](Self::with_salt).
    pub fn new(username: &str, password: &str, group: group::Group) -> Result<Self> {
        let mut salt = [0; SALT];
        // SAFETY: writes `salt.len()` random bytes into `salt`.
        check(unsafe {
            gnutls_sys::gnutls_rnd(
                gnutls_sys::GNUTLS_RND_NONCE,
                salt.as_mut_ptr().cast(),
                salt.len(),
            )
        })?;
        // A salt in a file is a number without leading zeros.
        salt[0] |= 0x80;
        Self::with_salt(username, password, &salt, group)
    }

    /// Creates the verifier of a password with a salt of 1 to 255 bytes.
    ///
    /// ```
    /// use gnutls::srp;
    ///
    /// # if srp::base64_encode(b"").is_err() { return Ok(()); } // built without SRP
    /// let verifier = srp::Verifier::new("alice", "correct horse", srp::Group::BITS_2048)?;
    /// // A line of a password file. The last number is the index of the group in the file of groups.
    /// let (number, salt) = (srp::base64_encode(verifier.verifier())?, srp::base64_encode(verifier.salt())?);
    /// let line = format!("alice:{number}:{salt}:3");
    /// # assert!(line.ends_with(":3"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the name is empty or longer than
    /// 128 bytes, which GnuTLS refuses in every handshake, if the password has code points that are not allowed (RFC
    /// 8265), if either contains a NUL byte, or if the length of the salt is out of range. Returns an error of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the library was built without SRP or lacks the group.
    #[corresponds(gnutls_srp_verifier)]
    pub fn with_salt(
        username: &str,
        password: &str,
        salt: &[u8],
        group: group::Group,
    ) -> Result<Self> {
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
        let number = Output::filled_by(|number| unsafe {
            gnutls_sys::gnutls_srp_verifier(
                name.as_ptr().cast(),
                password.as_ptr().cast(),
                &salt_data,
                &generator,
                &prime,
                number,
            )
        })?;
        Self::from_parts(salt, number.as_bytes(), group)
    }

    /// Creates a verifier from its salt and its number, most significant byte first.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the salt is empty or longer than
    /// 255 bytes, or if the number does not belong to any password: with 0, 1, or a number that is not below the prime,
    /// anybody could authenticate as this user. Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported)
    /// if the library lacks the group.
    pub fn from_parts(salt: &[u8], verifier: &[u8], group: group::Group) -> Result<Self> {
        check_salt(salt)?;
        let zeros = verifier.iter().take_while(|&&byte| byte == 0).count();
        let number = &verifier[zeros..];
        let prime = group.prime()?;
        let below = number.len() < prime.len() || number.len() == prime.len() && number < prime;
        // The prime minus one is its own inverse, like 1.
        let (last, rest) = prime.split_last().unwrap_or((&0, &[]));
        let one_below = number.split_last() == Some((&(last - 1), rest));
        if number.is_empty() || number == [1] || !below || one_below {
            return Err(Error::invalid_input(
                "the number is not a verifier in this group: it must be between 2 and the prime minus 2",
            ));
        }
        Ok(Self {
            salt: salt.to_vec(),
            verifier: Secret::new(number),
            group,
        })
    }

    /// Returns the salt.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Returns the number, most significant byte first. It is a secret.
    pub fn verifier(&self) -> &[u8] {
        &self.verifier
    }

    /// Returns the group.
    pub fn group(&self) -> group::Group {
        self.group
    }
}

fn check_salt(salt: &[u8]) -> Result<()> {
    if (1..=LONGEST_SALT).contains(&salt.len()) {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "a salt of {} bytes is not possible: use 1 to {LONGEST_SALT} bytes",
        salt.len()
    )))
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("group", &self.group)
            .finish_non_exhaustive()
    }
}

/// Copies all parts into memory of GnuTLS for the callback of a server, or none of them.
pub(crate) fn hand_over_all<const N: usize>(
    parts: [(&[u8], *mut gnutls_sys::gnutls_datum_t); N],
) -> c_int {
    let copies = parts.map(|(bytes, _)| datum::hand_over(bytes));
    let complete = copies.iter().all(Option::is_some);
    for (copy, (_, place)) in copies.into_iter().flatten().zip(parts) {
        if complete {
            // SAFETY: the places are outputs that GnuTLS passes to the callback and that are valid for the duration of
            // the call.
            unsafe { place.write(copy) };
        } else {
            datum::take_back(copy);
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
        let group = group::Group::BITS_2048;
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
            let error = Verifier::from_parts(b"salt", number, group).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        for number in [&[2][..], &[0, 2], &[7; 256], &two_below] {
            assert!(Verifier::from_parts(b"salt", number, group).is_ok());
        }
    }

    #[test]
    fn bug_class_10_a_salt_fits_into_its_message() {
        for (length, fits) in [(0, false), (1, true), (255, true), (256, false)] {
            let result = Verifier::from_parts(&vec![1; length], &[2], group::Group::default());
            assert_eq!(result.is_ok(), fits, "{length}");
        }
    }
}
