//! Diffie-Hellman parameters of a server, for clients that do not support RFC 7919.
//!
//! Current clients send the groups that they support, and the [`Priority`](crate::Priority) of the server selects one.
//! This module is needed for older clients of TLS up to 1.2 that only support finite field Diffie-Hellman (DHE) and do
//! not send groups: GnuTLS selects no DHE cipher suite for them unless the server has a
//! [security level](crate::ServerConfigBuilder::known_dh_params) or [parameters](crate::ServerConfigBuilder::dh_params).
//!
//! ```
//! use gnutls::crypto::SecurityLevel;
//! use gnutls::{Identity, ServerConfig};
//!
//! # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
//! # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
//! let config = ServerConfig::builder()
//!     .identity(identity)
//!     .known_dh_params(SecurityLevel::MEDIUM)
//!     .build()?;
//! # let _ = config;
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_dh_params_t};

use crate::anonymous::AnonymousCredentials;
use crate::credentials::Credentials;
use crate::crypto::public_key::SecurityLevel;
use crate::error::argument::{bytes, refuse_other_than_pem};
use crate::error::{Error, ErrorKind, Result, check};
use crate::psk::credentials::PskCredentials;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum::Output;

/// The minimum size of a prime, in bits. Discrete logarithms of smaller ones are practical (RFC 8270, section 1).
const MIN_PRIME_BITS: usize = 1024;

/// The prime and the generator of a Diffie-Hellman group, cheap to clone.
///
/// ```
/// use gnutls::dh::DhParams;
///
/// # let file = format!("{}/tests/fixtures/dh.pem", env!("CARGO_MANIFEST_DIR"));
/// let params = DhParams::from_pem(&std::fs::read(file)?)?;
/// assert_eq!(params.prime().len() * 8, 2048);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[corresponds(
    gnutls_dh_params_t,
    alias(gnutls_dh_params_init, gnutls_dh_params_deinit, gnutls_dh_params_cpy)
)]
#[derive(Clone)]
pub struct DhParams(Arc<Raw>);

/// Owns the object of C, and copies of its numbers.
struct Raw {
    raw: gnutls_dh_params_t,
    prime: Vec<u8>,
    generator: Vec<u8>,
    order_bits: u32,
}

// SAFETY: the object is memory without ties to a thread (`params`, `q_bits`), and its release frees only this memory.
unsafe impl Send for Raw {}
// SAFETY: nothing writes to the object after its creation: handshakes copy its numbers (`_gnutls_figure_dh_params` in
// lib/dh.c), and exports read them.
unsafe impl Sync for Raw {}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the object was created by `DhParams::fill` and is released once. The credentials that have a pointer
        // to it belong to configurations that keep this value longer.
        unsafe { sys::gnutls_dh_params_deinit(self.raw) };
    }
}

impl DhParams {
    /// Generates parameters with a prime of this size, in bits. It takes from seconds to minutes.
    ///
    /// The groups of RFC 7919 are preferable: select them with
    /// [`known_dh_params`](crate::ServerConfigBuilder::known_dh_params).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for less than 1024 bits, and the error of
    /// GnuTLS for a size that it cannot generate.
    #[corresponds(gnutls_dh_params_generate2)]
    pub fn generate(bits: u32) -> Result<Self> {
        if (bits as usize) < MIN_PRIME_BITS {
            return Err(too_small(bits as usize));
        }
        // SAFETY: writes the numbers into the object, which is initialised and has none.
        Self::fill(|raw| unsafe { sys::gnutls_dh_params_generate2(raw, bits) })
    }

    /// Reads parameters from PEM (`DH PARAMETERS`, PKCS #3), as `certtool --get-dh-params` writes them.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) for other data, and of kind
    /// [`InvalidInput`](ErrorKind::InvalidInput) for numbers that are not those of a group, see
    /// [`from_numbers`](Self::from_numbers).
    #[corresponds(gnutls_dh_params_import_pkcs3)]
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        refuse_other_than_pem(text, "the Diffie-Hellman parameters")?;
        Self::import(text, GNUTLS_X509_FMT_PEM)
    }

    /// Reads parameters from DER (PKCS #3).
    ///
    /// # Errors
    ///
    /// The errors are those of [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_dh_params_import_pkcs3)]
    pub fn from_der(data: &[u8]) -> Result<Self> {
        Self::import(data, GNUTLS_X509_FMT_DER)
    }

    /// Creates parameters from numbers in big-endian order. `order_bits` is the size of the order of the generator, in
    /// bits, if it is known: private keys then have this size, which is faster.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) unless the prime has at least 1024 bits and is
    /// odd, the generator is between 1 and the prime, and the order is not larger than the prime. It does not check that
    /// the prime is one.
    #[corresponds(
        gnutls_dh_params_import_raw2,
        alias(gnutls_dh_params_import_raw, gnutls_dh_params_import_raw3)
    )]
    pub fn from_numbers(prime: &[u8], generator: &[u8], order_bits: Option<u32>) -> Result<Self> {
        check_numbers(prime, generator, order_bits.unwrap_or(0))?;
        let (prime, generator) = (bytes(prime)?, bytes(generator)?);
        // SAFETY: copies both numbers into the object, which is initialised and has none.
        Self::fill(|raw| unsafe {
            sys::gnutls_dh_params_import_raw2(raw, &prime, &generator, order_bits.unwrap_or(0))
        })
    }

    fn import(data: &[u8], format: c_uint) -> Result<Self> {
        let data = bytes(data)?;
        // SAFETY: reads the data during the call, and writes the numbers into the object, which is initialised and has
        // none.
        Self::fill(|raw| unsafe { sys::gnutls_dh_params_import_pkcs3(raw, &data, format) }).map_err(
            |error| match error.kind() {
                ErrorKind::InvalidInput => error,
                _ => error
                    .with_kind(ErrorKind::Certificate)
                    .with_message("the Diffie-Hellman parameters cannot be read"),
            },
        )
    }

    /// Creates an object, which `fill` initialises, and checks its numbers.
    fn fill(fill: impl FnOnce(gnutls_dh_params_t) -> c_int) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_dh_params_init(&mut raw) })?;
        let mut params = Raw {
            raw,
            prime: Vec::new(),
            generator: Vec::new(),
            order_bits: 0,
        };
        check(fill(raw)).map_err(Error::not_fatal)?;
        // SAFETY: the object has its numbers. Writes copies of them to the outputs on success, and frees them after a
        // failure.
        let [prime, generator] = Output::fill_all(|[prime, generator]| unsafe {
            sys::gnutls_dh_params_export_raw(raw, prime, generator, &mut params.order_bits)
        })
        .map_err(Error::from_code)?;
        params.prime = trimmed(prime.as_bytes()).to_vec();
        params.generator = trimmed(generator.as_bytes()).to_vec();
        check_numbers(&params.prime, &params.generator, params.order_bits)?;
        Ok(Self(Arc::new(params)))
    }

    /// Returns the prime, in big-endian order and without leading zeros.
    #[corresponds(alias(gnutls_dh_params_export_raw))]
    pub fn prime(&self) -> &[u8] {
        &self.0.prime
    }

    /// Returns the generator, in big-endian order and without leading zeros.
    #[corresponds(alias(gnutls_dh_params_export_raw))]
    pub fn generator(&self) -> &[u8] {
        &self.0.generator
    }

    /// Returns the size of the order of the generator, in bits, if it is known.
    #[corresponds(alias(gnutls_dh_params_export_raw))]
    pub fn order_bits(&self) -> Option<u32> {
        Some(self.0.order_bits).filter(|bits| *bits > 0)
    }

    /// Returns the parameters in PEM (PKCS #3).
    ///
    /// # Errors
    ///
    /// Returns the error of GnuTLS, for example if there is no memory.
    #[corresponds(gnutls_dh_params_export2_pkcs3, alias(gnutls_dh_params_export_pkcs3))]
    pub fn to_pem(&self) -> Result<String> {
        self.export(GNUTLS_X509_FMT_PEM).map(|text| text.to_text())
    }

    /// Returns the parameters in DER (PKCS #3).
    ///
    /// # Errors
    ///
    /// Returns the error of GnuTLS, for example if there is no memory.
    #[corresponds(gnutls_dh_params_export2_pkcs3)]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let data = self.export(GNUTLS_X509_FMT_DER)?;
        Ok(data.as_bytes().to_vec())
    }

    fn export(&self, format: c_uint) -> Result<Output> {
        // SAFETY: reads the object, and allocates the output.
        Output::filled_by(|output| unsafe {
            sys::gnutls_dh_params_export2_pkcs3(self.0.raw, format, output)
        })
    }
}

impl fmt::Debug for DhParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DhParams")
            .field("prime_bits", &bits(self.prime()))
            .field("order_bits", &self.order_bits())
            .finish_non_exhaustive()
    }
}

/// The Diffie-Hellman options of a server.
#[derive(Clone, Debug)]
pub(crate) enum ServerDh {
    /// The smallest enabled group of RFC 7919 with this level.
    Known(SecurityLevel),
    Params(DhParams),
}

impl ServerDh {
    /// Sets the parameters in the credentials of a configuration.
    ///
    /// # Safety
    ///
    /// No session uses the credentials yet, and they are released before this value.
    pub(crate) unsafe fn apply(
        &self,
        certificates: &Credentials,
        psk: Option<&PskCredentials>,
        anonymous: Option<&AnonymousCredentials>,
    ) -> Result<()> {
        let certificates = certificates.as_ptr();
        let psk = psk.and_then(PskCredentials::server_object);
        let anonymous = anonymous.and_then(AnonymousCredentials::server_object);
        match self {
            Self::Known(level) => {
                let level = level.as_raw();
                // SAFETY: stores a number in the credentials, which are live and used by no session.
                unsafe {
                    check(sys::gnutls_certificate_set_known_dh_params(
                        certificates,
                        level,
                    ))?;
                    if let Some(psk) = psk {
                        check(sys::gnutls_psk_set_server_known_dh_params(psk, level))?;
                    }
                    if let Some(anonymous) = anonymous {
                        check(sys::gnutls_anon_set_server_known_dh_params(
                            anonymous, level,
                        ))?;
                    }
                }
            }
            Self::Params(params) => {
                let params = params.0.raw;
                // SAFETY: stores a pointer in the credentials, which are live and used by no session. The object has a
                // prime, which is read, and lives longer than the credentials, which do not release it, by the contract
                // of this function.
                unsafe {
                    sys::gnutls_certificate_set_dh_params(certificates, params);
                    if let Some(psk) = psk {
                        sys::gnutls_psk_set_server_dh_params(psk, params);
                    }
                    if let Some(anonymous) = anonymous {
                        sys::gnutls_anon_set_server_dh_params(anonymous, params);
                    }
                }
            }
        }
        Ok(())
    }
}

impl SessionRef {
    /// Returns the size of the prime of the Diffie-Hellman key exchange, in bits, after a handshake with one. TLS 1.3 has
    /// [groups](Self::group) instead.
    #[corresponds(gnutls_dh_get_prime_bits)]
    pub fn dh_prime_bits(&self) -> Option<u32> {
        // SAFETY: reads the authentication data of the live session (lib/dh-session.c).
        self.dh_bits(|| unsafe { sys::gnutls_dh_get_prime_bits(self.as_ptr()) })
    }

    /// Returns the size of the own secret of the Diffie-Hellman key exchange, in bits.
    #[corresponds(gnutls_dh_get_secret_bits)]
    pub fn dh_secret_bits(&self) -> Option<u32> {
        // SAFETY: reads the authentication data of the live session (lib/dh-session.c).
        self.dh_bits(|| unsafe { sys::gnutls_dh_get_secret_bits(self.as_ptr()) })
    }

    /// Returns the size of the public key of the peer in the Diffie-Hellman key exchange, in bits.
    #[corresponds(gnutls_dh_get_peers_public_bits)]
    pub fn dh_peer_public_bits(&self) -> Option<u32> {
        // SAFETY: reads the authentication data of the live session (lib/dh-session.c).
        self.dh_bits(|| unsafe { sys::gnutls_dh_get_peers_public_bits(self.as_ptr()) })
    }

    /// Returns the public key of the peer in the Diffie-Hellman key exchange, in big-endian order and without leading
    /// zeros.
    #[corresponds(gnutls_dh_get_pubkey)]
    pub fn dh_peer_public_key(&self) -> Option<Vec<u8>> {
        self.dh_prime_bits()?;
        // SAFETY: copies a part of the authentication data of the live session (lib/dh-session.c).
        let key =
            Output::fill(|key| unsafe { sys::gnutls_dh_get_pubkey(self.as_ptr(), key) }).ok()?;
        Some(trimmed(key.as_bytes()).to_vec()).filter(|key| !key.is_empty())
    }

    /// Returns the group of the Diffie-Hellman key exchange. The parameters contain no size of the order.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for a group that [`DhParams`] does not accept,
    /// which a server may have sent.
    #[corresponds(gnutls_dh_get_group)]
    pub fn dh_group(&self) -> Result<Option<DhParams>> {
        if self.dh_prime_bits().is_none() {
            return Ok(None);
        }
        // SAFETY: copies two parts of the authentication data of the live session (lib/dh-session.c). It frees the first
        // one if the second one fails.
        let [generator, prime] = Output::fill_all(|[generator, prime]| unsafe {
            sys::gnutls_dh_get_group(self.as_ptr(), generator, prime)
        })
        .map_err(Error::from_code)?;
        DhParams::from_numbers(prime.as_bytes(), generator.as_bytes(), None).map(Some)
    }

    /// Returns a size in bits, unless there was no exchange.
    fn dh_bits(&self, bits: impl FnOnce() -> c_int) -> Option<u32> {
        // During a handshake the authentication data is incomplete.
        if !self.handshake_done() {
            return None;
        }
        u32::try_from(bits()).ok().filter(|bits| *bits > 0)
    }
}

/// Returns the number without its leading zeros.
fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Returns the size of a number in bits.
fn bits(number: &[u8]) -> usize {
    let number = trimmed(number);
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn too_small(bits: usize) -> Error {
    Error::invalid_input(format!(
        "a Diffie-Hellman prime of {bits} bits is too small: use at least {MIN_PRIME_BITS} bits"
    ))
}

/// Checks the numbers, with which GnuTLS computes as they are.
fn check_numbers(prime: &[u8], generator: &[u8], order_bits: u32) -> Result<()> {
    let (prime, generator) = (trimmed(prime), trimmed(generator));
    let prime_bits = bits(prime);
    if prime_bits < MIN_PRIME_BITS {
        return Err(too_small(prime_bits));
    }
    if prime.last().is_some_and(|last| last % 2 == 0) {
        return Err(Error::invalid_input(
            "the Diffie-Hellman prime is an even number: use a prime",
        ));
    }
    let is_below = (generator.len(), generator) < (prime.len(), prime);
    if matches!(generator, [] | [1]) || !is_below {
        return Err(Error::invalid_input(
            "the Diffie-Hellman generator must be larger than 1 and smaller than the prime",
        ));
    }
    if order_bits as usize > prime_bits {
        return Err(Error::invalid_input(format!(
            "the order of the Diffie-Hellman generator has {order_bits} bits, but the prime only {prime_bits}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_number() {
        for (number, size) in [
            (&[][..], 0),
            (&[0], 0),
            (&[0, 1], 1),
            (&[1, 0], 9),
            (&[255], 8),
        ] {
            assert_eq!(bits(number), size, "{number:?}");
        }
    }

    #[test]
    fn bug_class_8_numbers_of_no_group_are_refused() {
        let mut prime = [0xff; 128];
        let refused = |prime: &[u8], generator: &[u8], order: u32| {
            let error = DhParams::from_numbers(prime, generator, Some(order)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            error.to_string()
        };
        assert!(refused(&prime[1..], &[2], 0).contains("too small"));
        for generator in [&[][..], &[0], &[1], &[0, 1], &prime] {
            assert!(refused(&prime, generator, 0).contains("generator"));
        }
        assert!(refused(&prime, &[2], 1025).contains("order"));
        prime[127] = 0xfe;
        assert!(refused(&prime, &[2], 0).contains("even"));
        assert!(
            DhParams::generate(1023)
                .unwrap_err()
                .to_string()
                .contains("too small")
        );
    }
}
