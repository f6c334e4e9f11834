//! Random numbers.

use std::ffi::c_int;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Result, check};

/// Fills the buffer with random bytes, for example of a session key or an identifier that must not be predictable.
///
/// ```
/// let mut token = [0; 16];
/// gnutls::crypto::random(&mut token)?;
/// assert_ne!(token, [0; 16]);
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if the generator of the system fails.
#[corresponds(gnutls_rnd(GNUTLS_RND_RANDOM))]
pub fn random(buffer: &mut [u8]) -> Result<()> {
    fill(sys::GNUTLS_RND_RANDOM, buffer)
}

/// Fills the buffer with random bytes for a key that is used for a long time.
///
/// # Errors
///
/// Returns an error if the generator of the system fails.
#[corresponds(gnutls_rnd(GNUTLS_RND_KEY))]
pub fn random_key(buffer: &mut [u8]) -> Result<()> {
    fill(sys::GNUTLS_RND_KEY, buffer)
}

/// Fills the buffer with random bytes that may be public, such as a salt. An attacker who knows many of them learns
/// nothing about the bytes of the other functions.
///
/// # Errors
///
/// Returns an error if the generator of the system fails.
#[corresponds(gnutls_rnd(GNUTLS_RND_NONCE))]
pub fn random_nonce(buffer: &mut [u8]) -> Result<()> {
    fill(sys::GNUTLS_RND_NONCE, buffer)
}

/// Refreshes the state of the random number generators of this thread. GnuTLS does so itself after a fork.
#[corresponds(gnutls_rnd_refresh)]
pub fn random_refresh() {
    // SAFETY: changes the generators of this thread.
    unsafe { sys::gnutls_rnd_refresh() }
}

fn fill(level: sys::gnutls_rnd_level, buffer: &mut [u8]) -> Result<()> {
    // SAFETY: writes `buffer.len()` bytes to the exclusively borrowed slice.
    let code: c_int = unsafe { sys::gnutls_rnd(level, buffer.as_mut_ptr().cast(), buffer.len()) };
    check(code).map(drop)
}
