//! The numbers of which keys consist.

use std::ffi::{c_int, c_uint};
use std::fmt;
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_privkey_t, gnutls_pubkey_t};

use crate::crypto::numbers::raw;
use crate::crypto::public_key::{Curve, Digest, PublicKeyAlgorithm};
use crate::error::argument::bytes;
use crate::error::unsupported::{require_running, requires};
use crate::error::{Error, ErrorKind, Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
use crate::support::datum::Output;
#[cfg(gnutls_3_6_3)]
use crate::support::datum::constant;
use crate::support::secret::wipe;
use crate::version::Version;

/// The numbers of a private key, in big-endian order (GOST: little-endian). The secret ones are overwritten when the value
/// is dropped, and not printed.
///
/// ```
/// use gnutls::crypto::Curve;
/// use gnutls::key::{PrivateKey, PrivateParameters};
///
/// let key = PrivateKey::generate_on_curve(Curve::SECP256R1)?;
/// let parameters = key.parameters()?;
/// let PrivateParameters::Ecc { curve, ref x, .. } = parameters else { panic!() };
/// assert_eq!((curve, x.len()), (Curve::SECP256R1, 32));
/// let copy = PrivateKey::from_parameters(&parameters)?;
/// # let _ = copy;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateParameters {
    /// RSA (RFC 8017, section 3.2); the other numbers follow from these.
    Rsa {
        /// The modulus n.
        modulus: Vec<u8>,
        /// The public exponent e.
        public_exponent: Vec<u8>,
        /// The private exponent d.
        private_exponent: Vec<u8>,
        /// The prime p.
        prime1: Vec<u8>,
        /// The prime q.
        prime2: Vec<u8>,
    },
    /// ECDSA, Ed25519, Ed448, X25519 and X448.
    Ecc {
        /// The curve, which determines the algorithm.
        curve: Curve,
        /// The x coordinate, or the complete public key of Ed25519, Ed448, X25519 and X448.
        x: Vec<u8>,
        /// The y coordinate of an ECDSA key, and otherwise empty.
        y: Vec<u8>,
        /// The private key.
        k: Vec<u8>,
    },
    /// DSA (FIPS 186-4).
    Dsa {
        /// The prime p.
        p: Vec<u8>,
        /// The order q of the subgroup.
        q: Vec<u8>,
        /// The generator g of the subgroup.
        g: Vec<u8>,
        /// The public key y.
        y: Vec<u8>,
        /// The private key x.
        x: Vec<u8>,
    },
    /// GOST R 34.10 (RFC 7091), in little-endian order.
    Gost {
        /// The curve.
        curve: Curve,
        /// The digest, which determines the algorithm.
        digest: Digest,
        /// The parameters of the block cipher.
        parameter_set: GostParameterSet,
        /// The x coordinate.
        x: Vec<u8>,
        /// The y coordinate.
        y: Vec<u8>,
        /// The private key.
        k: Vec<u8>,
    },
    /// Diffie-Hellman.
    Dh {
        /// The prime p.
        p: Vec<u8>,
        /// The generator g.
        g: Vec<u8>,
        /// The public key y.
        y: Vec<u8>,
        /// The private key x.
        x: Vec<u8>,
    },
}

/// The numbers of a public key, in big-endian order (GOST: little-endian).
///
/// ```
/// use gnutls::key::{PublicKey, PublicParameters};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-public.pem");
/// let key = PublicKey::from_pem_file(path)?;
/// let PublicParameters::Rsa { exponent, .. } = key.parameters()? else { panic!() };
/// assert_eq!(exponent, [1, 0, 1]);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicParameters {
    /// RSA (RFC 8017, section 3.1).
    Rsa {
        /// The modulus n.
        modulus: Vec<u8>,
        /// The public exponent e.
        exponent: Vec<u8>,
    },
    /// ECDSA, Ed25519, Ed448, X25519 and X448.
    Ecc {
        /// The curve, which determines the algorithm.
        curve: Curve,
        /// The x coordinate, or the complete public key of Ed25519, Ed448, X25519 and X448.
        x: Vec<u8>,
        /// The y coordinate of an ECDSA key, and otherwise empty.
        y: Vec<u8>,
    },
    /// DSA (FIPS 186-4).
    Dsa {
        /// The prime p.
        p: Vec<u8>,
        /// The order q of the subgroup.
        q: Vec<u8>,
        /// The generator g of the subgroup.
        g: Vec<u8>,
        /// The public key y.
        y: Vec<u8>,
    },
    /// GOST R 34.10 (RFC 7091), in little-endian order.
    Gost {
        /// The curve.
        curve: Curve,
        /// The digest, which determines the algorithm.
        digest: Digest,
        /// The parameters of the block cipher.
        parameter_set: GostParameterSet,
        /// The x coordinate.
        x: Vec<u8>,
        /// The y coordinate.
        y: Vec<u8>,
    },
    /// Diffie-Hellman.
    Dh {
        /// The prime p.
        p: Vec<u8>,
        /// The generator g.
        g: Vec<u8>,
        /// The public key y.
        y: Vec<u8>,
    },
}

/// A parameter set of GOST block ciphers (RFC 4357).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_gost_paramset_t))]
pub struct GostParameterSet(sys::gnutls_gost_paramset_t);

raw!(GostParameterSet(sys::gnutls_gost_paramset_t):
    "Returns the parameter set with this number in C.", "Returns the number in C.");

impl GostParameterSet {
    /// `GNUTLS_GOST_PARAMSET_TC26_Z`: the set of the Russian standardisation committee TC26.
    pub const TC26_Z: Self = Self(sys::GNUTLS_GOST_PARAMSET_TC26_Z);
    /// `GNUTLS_GOST_PARAMSET_CP_A`: set A of CryptoPro.
    pub const CP_A: Self = Self(sys::GNUTLS_GOST_PARAMSET_CP_A);
    /// `GNUTLS_GOST_PARAMSET_CP_B`: set B of CryptoPro.
    pub const CP_B: Self = Self(sys::GNUTLS_GOST_PARAMSET_CP_B);
    /// `GNUTLS_GOST_PARAMSET_CP_C`: set C of CryptoPro.
    pub const CP_C: Self = Self(sys::GNUTLS_GOST_PARAMSET_CP_C);
    /// `GNUTLS_GOST_PARAMSET_CP_D`: set D of CryptoPro.
    pub const CP_D: Self = Self(sys::GNUTLS_GOST_PARAMSET_CP_D);

    /// Returns GnuTLS's name, or `None` if the library does not recognize the set.
    #[corresponds(gnutls_gost_paramset_get_name)]
    pub fn name(self) -> Option<&'static str> {
        #[cfg(gnutls_3_6_3)]
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        let name = constant(unsafe { sys::gnutls_gost_paramset_get_name(self.0) });
        #[cfg(not(gnutls_3_6_3))]
        let name = None;
        name.filter(|&name| name != "Unknown")
    }

    /// Returns the object identifier, or `None` if the library does not recognize the set.
    #[corresponds(gnutls_gost_paramset_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        #[cfg(gnutls_3_6_3)]
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        let oid = constant(unsafe { sys::gnutls_gost_paramset_get_oid(self.0) });
        #[cfg(not(gnutls_3_6_3))]
        let oid = None;
        oid
    }

    /// Returns the set with this object identifier.
    #[corresponds(gnutls_oid_to_gost_paramset)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        #[cfg(gnutls_3_6_3)]
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        let found = crate::crypto::numbers::by_oid(oid, |oid| unsafe {
            sys::gnutls_oid_to_gost_paramset(oid.as_ptr())
        })
        .map(Self);
        #[cfg(not(gnutls_3_6_3))]
        let found = Some(oid).and(None);
        found
    }
}

/// The release that imports raw public X25519 and X448 keys. An older one takes them for keys with coordinates.
const PUBLIC_MODERN_ECDH: Version = Version::new(3, 8, 2);

/// The release that imports raw private X25519 and X448 keys. Older ones ignore the public key, so that the key cannot be
/// exported.
const PRIVATE_MODERN_ECDH: Version = Version::new(3, 8, 13);

/// Returns a datum for a number that is not empty.
fn number(number: &[u8]) -> Result<gnutls_datum_t> {
    if number.is_empty() {
        return Err(Error::invalid_input(
            "a number of the key is empty: set all numbers",
        ));
    }
    bytes(number)
}

/// Returns `true` for an ECDSA curve, and `false` for one whose keys have no coordinates, if the library can import a key
/// on the curve. `modern_ecdh` is the release that imports X25519 and X448 keys.
fn has_coordinates(curve: Curve, modern_ecdh: Version) -> Result<bool> {
    match curve.public_key() {
        Some(PublicKeyAlgorithm::ECDSA) => Ok(true),
        Some(PublicKeyAlgorithm::ED25519 | PublicKeyAlgorithm::ED448) => Ok(false),
        Some(PublicKeyAlgorithm::ECDH_X25519 | PublicKeyAlgorithm::ECDH_X448) => {
            require_running("the numbers of X25519 and X448 keys", modern_ecdh)?;
            Ok(false)
        }
        _ => Err(Error::invalid_input(format!(
            "the library has no keys on the curve {curve}: use another curve"
        ))),
    }
}

fn check_import(code: c_int) -> Result<()> {
    check(code)
        .map(drop)
        .map_err(|error| error.with_kind(ErrorKind::Certificate))
}

/// Returns the bytes of outputs.
fn numbers<const N: usize>(
    fill: impl FnOnce(&mut [gnutls_datum_t; N]) -> c_int,
) -> Result<[Vec<u8>; N]> {
    let outputs = Output::fill_all(fill).map_err(Error::from_code)?;
    Ok(outputs.map(|output| output.as_bytes().to_vec()))
}

/// Adds zeros in front of a coordinate, so that its length is that of the curve.
fn pad(number: &mut Vec<u8>, curve: Curve) {
    let size = curve.size();
    if number.len() < size {
        let mut padded = vec![0; size - number.len()];
        padded.extend_from_slice(number);
        wipe(number);
        *number = padded;
    }
}

/// The parameters of a Diffie-Hellman group.
#[cfg(gnutls_3_8_2)]
struct Group(sys::gnutls_dh_params_t);

#[cfg(gnutls_3_8_2)]
impl Group {
    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_dh_params_init(&mut raw) })?;
        Ok(Self(raw))
    }

    fn from_numbers(p: &[u8], g: &[u8]) -> Result<Self> {
        let (p, g) = (number(p)?, number(g)?);
        let group = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else. The numbers are only read.
        check_import(unsafe { sys::gnutls_dh_params_import_raw(group.0, &p, &g) })?;
        Ok(group)
    }

    fn numbers(&self) -> Result<[Vec<u8>; 2]> {
        // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success, and NULL
        // requests no number of bits.
        numbers(|[p, g]| unsafe { sys::gnutls_dh_params_export_raw(self.0, p, g, ptr::null_mut()) })
    }
}

#[cfg(gnutls_3_8_2)]
impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_dh_params_deinit(self.0) }
    }
}

impl PrivateParameters {
    /// Imports the numbers into a key.
    ///
    /// # Safety
    ///
    /// `key` is initialised, contains no key, and is used by nothing else.
    unsafe fn import(&self, key: gnutls_privkey_t) -> Result<()> {
        match self {
            Self::Rsa {
                modulus,
                public_exponent,
                private_exponent,
                prime1,
                prime2,
            } => {
                let (m, e, d) = (
                    number(modulus)?,
                    number(public_exponent)?,
                    number(private_exponent)?,
                );
                let (p, q, none) = (number(prime1)?, number(prime2)?, ptr::null());
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read, and C computes those that are NULL.
                check_import(unsafe {
                    sys::gnutls_privkey_import_rsa_raw(key, &m, &e, &d, &p, &q, none, none, none)
                })
            }
            Self::Ecc { curve, x, y, k } => {
                let (x, k) = (number(x)?, number(k)?);
                let y = if has_coordinates(*curve, PRIVATE_MODERN_ECDH)? {
                    number(y)?
                } else {
                    bytes(&[])?
                };
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read, and the curve is one that the library has.
                check_import(unsafe {
                    sys::gnutls_privkey_import_ecc_raw(key, curve.as_raw(), &x, &y, &k)
                })
            }
            Self::Dsa { p, q, g, y, x } => {
                let (p, q, g) = (number(p)?, number(q)?, number(g)?);
                let (y, x) = (number(y)?, number(x)?);
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read.
                check_import(unsafe { sys::gnutls_privkey_import_dsa_raw(key, &p, &q, &g, &y, &x) })
            }
            #[cfg_attr(
                not(gnutls_3_6_3),
                allow(unused_variables, reason = "older libraries have no such keys")
            )]
            Self::Gost {
                curve,
                digest,
                parameter_set,
                x,
                y,
                k,
            } => requires!(gnutls_3_6_3, "the numbers of GOST keys", {
                require_gost(*curve, *digest)?;
                let (x, y, k) = (number(x)?, number(y)?, number(k)?);
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read; curve and digest are for GOST keys.
                check_import(unsafe {
                    sys::gnutls_privkey_import_gost_raw(
                        key,
                        curve.as_raw(),
                        digest.as_raw(),
                        parameter_set.as_raw(),
                        &x,
                        &y,
                        &k,
                    )
                })
            }),
            #[cfg_attr(
                not(gnutls_3_8_2),
                allow(unused_variables, reason = "older libraries have no such keys")
            )]
            Self::Dh { p, g, y, x } => {
                requires!(gnutls_3_8_2, "the numbers of Diffie-Hellman keys", {
                    let group = Group::from_numbers(p, g)?;
                    let (y, x) = (number(y)?, number(x)?);
                    // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                    // else. The group and the numbers are only read.
                    check_import(unsafe { sys::gnutls_privkey_import_dh_raw(key, group.0, &y, &x) })
                })
            }
        }
    }
}

/// Rejects a curve or digest that GOST keys do not have: C does not check them.
#[cfg(gnutls_3_6_3)]
fn require_gost(curve: Curve, digest: Digest) -> Result<()> {
    let digests = [Digest::GOSTR_94, Digest::STREEBOG_256, Digest::STREEBOG_512];
    let size = if digest == Digest::STREEBOG_512 {
        64
    } else {
        32
    };
    // Several algorithms of GOST share their curves, which therefore have no algorithm in C.
    let is_other = matches!(
        curve.public_key(),
        Some(
            PublicKeyAlgorithm::ECDSA
                | PublicKeyAlgorithm::ED25519
                | PublicKeyAlgorithm::ED448
                | PublicKeyAlgorithm::ECDH_X25519
                | PublicKeyAlgorithm::ECDH_X448
        )
    );
    if digests.contains(&digest) && !is_other && curve.size() == size {
        Ok(())
    } else {
        Err(Error::invalid_input(format!(
            "GOST has no keys on the curve {curve} with the digest {digest}: use others"
        )))
    }
}

impl Drop for PrivateParameters {
    fn drop(&mut self) {
        match self {
            Self::Rsa {
                private_exponent,
                prime1,
                prime2,
                ..
            } => {
                wipe(private_exponent);
                wipe(prime1);
                wipe(prime2);
            }
            Self::Ecc { k: secret, .. }
            | Self::Gost { k: secret, .. }
            | Self::Dsa { x: secret, .. }
            | Self::Dh { x: secret, .. } => wipe(secret),
        }
    }
}

impl fmt::Debug for PrivateParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { .. } => f.write_str("Rsa { .. }"),
            Self::Ecc { curve, .. } => write!(f, "Ecc {{ curve: {curve}, .. }}"),
            Self::Dsa { .. } => f.write_str("Dsa { .. }"),
            Self::Gost { curve, .. } => write!(f, "Gost {{ curve: {curve}, .. }}"),
            Self::Dh { .. } => f.write_str("Dh { .. }"),
        }
    }
}

impl PublicParameters {
    /// Imports the numbers into a key.
    ///
    /// # Safety
    ///
    /// `key` is initialised, contains no key, and is used by nothing else.
    unsafe fn import(&self, key: gnutls_pubkey_t) -> Result<()> {
        match self {
            Self::Rsa { modulus, exponent } => {
                let (m, e) = (number(modulus)?, number(exponent)?);
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read.
                check_import(unsafe { sys::gnutls_pubkey_import_rsa_raw(key, &m, &e) })
            }
            Self::Ecc { curve, x, y } => {
                let x = number(x)?;
                let y = if has_coordinates(*curve, PUBLIC_MODERN_ECDH)? {
                    number(y)?
                } else {
                    bytes(&[])?
                };
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read, and the curve is one that the library has.
                check_import(unsafe {
                    sys::gnutls_pubkey_import_ecc_raw(key, curve.as_raw(), &x, &y)
                })
            }
            Self::Dsa { p, q, g, y } => {
                let (p, q, g, y) = (number(p)?, number(q)?, number(g)?, number(y)?);
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read.
                check_import(unsafe { sys::gnutls_pubkey_import_dsa_raw(key, &p, &q, &g, &y) })
            }
            #[cfg_attr(
                not(gnutls_3_6_3),
                allow(unused_variables, reason = "older libraries have no such keys")
            )]
            Self::Gost {
                curve,
                digest,
                parameter_set,
                x,
                y,
            } => requires!(gnutls_3_6_3, "the numbers of GOST keys", {
                require_gost(*curve, *digest)?;
                let (x, y) = (number(x)?, number(y)?);
                // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                // else. The numbers are only read; curve and digest are for GOST keys.
                check_import(unsafe {
                    sys::gnutls_pubkey_import_gost_raw(
                        key,
                        curve.as_raw(),
                        digest.as_raw(),
                        parameter_set.as_raw(),
                        &x,
                        &y,
                    )
                })
            }),
            #[cfg_attr(
                not(gnutls_3_8_2),
                allow(unused_variables, reason = "older libraries have no such keys")
            )]
            Self::Dh { p, g, y } => {
                requires!(gnutls_3_8_2, "the numbers of Diffie-Hellman keys", {
                    let group = Group::from_numbers(p, g)?;
                    let y = number(y)?;
                    // SAFETY: by the contract of this function the key is initialised, contains no key and is used by nothing
                    // else. The group and the number are only read.
                    check_import(unsafe { sys::gnutls_pubkey_import_dh_raw(key, group.0, &y) })
                })
            }
        }
    }
}

/// Returns the error for a key whose algorithm has no numbers in C, such as ML-DSA.
fn without_numbers(algorithm: Option<PublicKeyAlgorithm>) -> Error {
    let name = algorithm.map_or("this algorithm".into(), |algorithm| algorithm.to_string());
    Error::new(
        ErrorKind::Unsupported,
        format!("GnuTLS has no functions for the numbers of {name}: use DER or PEM"),
    )
}

const NO_LEADING_ZEROS: c_uint = sys::GNUTLS_EXPORT_FLAG_NO_LZ as c_uint;

impl PrivateKey {
    /// Creates a key from its numbers, which must belong together.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if a number is empty or the library does not
    /// have the curve, of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, and an error if the
    /// numbers do not belong together.
    #[corresponds(
        gnutls_privkey_import_rsa_raw,
        gnutls_privkey_import_ecc_raw,
        gnutls_privkey_import_dsa_raw,
        gnutls_privkey_import_gost_raw,
        gnutls_privkey_import_dh_raw,
        gnutls_privkey_verify_params
    )]
    pub fn from_parameters(parameters: &PrivateParameters) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else.
        unsafe { parameters.import(key.as_ptr()) }?;
        key.verify_parameters()
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(key)
    }

    /// Returns the numbers of a key in memory.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token or [external](Self::external), and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) if GnuTLS has no numbers for its algorithm.
    #[corresponds(
        gnutls_privkey_export_rsa_raw2,
        gnutls_privkey_export_ecc_raw2,
        gnutls_privkey_export_dsa_raw2,
        gnutls_privkey_export_gost_raw2,
        gnutls_privkey_export_dh_raw,
        alias(
            gnutls_privkey_export_rsa_raw,
            gnutls_privkey_export_ecc_raw,
            gnutls_privkey_export_dsa_raw
        )
    )]
    pub fn parameters(&self) -> Result<PrivateParameters> {
        self.require_memory()?;
        let (key, flags) = (self.as_ptr(), NO_LEADING_ZEROS);
        match self.algorithm() {
            Some(
                PublicKeyAlgorithm::RSA
                | PublicKeyAlgorithm::RSA_PSS
                | PublicKeyAlgorithm::RSA_OAEP,
            ) => {
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success, and
                // NULL requests no output.
                let [modulus, public_exponent, private_exponent, prime1, prime2] =
                    numbers(|[m, e, d, p, q]| unsafe {
                        let none = ptr::null_mut();
                        sys::gnutls_privkey_export_rsa_raw2(
                            key, m, e, d, p, q, none, none, none, flags,
                        )
                    })?;
                Ok(PrivateParameters::Rsa {
                    modulus,
                    public_exponent,
                    private_exponent,
                    prime1,
                    prime2,
                })
            }
            Some(
                PublicKeyAlgorithm::ECDSA
                | PublicKeyAlgorithm::ED25519
                | PublicKeyAlgorithm::ED448
                | PublicKeyAlgorithm::ECDH_X25519
                | PublicKeyAlgorithm::ECDH_X448,
            ) => {
                let mut number = sys::GNUTLS_ECC_CURVE_INVALID;
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [mut x, mut y, mut k] = numbers(|[x, y, k]| unsafe {
                    sys::gnutls_privkey_export_ecc_raw2(key, &mut number, x, y, k, flags)
                })?;
                let curve = Curve::from_raw(number);
                if !y.is_empty() {
                    pad(&mut x, curve);
                    pad(&mut y, curve);
                    pad(&mut k, curve);
                }
                Ok(PrivateParameters::Ecc { curve, x, y, k })
            }
            Some(PublicKeyAlgorithm::DSA) => {
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [p, q, g, y, x] = numbers(|[p, q, g, y, x]| unsafe {
                    sys::gnutls_privkey_export_dsa_raw2(key, p, q, g, y, x, flags)
                })?;
                Ok(PrivateParameters::Dsa { p, q, g, y, x })
            }
            Some(
                PublicKeyAlgorithm::GOST_01
                | PublicKeyAlgorithm::GOST_12_256
                | PublicKeyAlgorithm::GOST_12_512,
            ) => requires!(gnutls_3_6_3, "the numbers of GOST keys", {
                let (mut curve, mut digest, mut set) = (0, 0, 0);
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [x, y, k] = numbers(|[x, y, k]| unsafe {
                    sys::gnutls_privkey_export_gost_raw2(
                        key,
                        &mut curve,
                        &mut digest,
                        &mut set,
                        x,
                        y,
                        k,
                        flags,
                    )
                })?;
                Ok(PrivateParameters::Gost {
                    curve: Curve::from_raw(curve),
                    digest: Digest::from_raw(digest),
                    parameter_set: GostParameterSet(set),
                    x,
                    y,
                    k,
                })
            }),
            Some(PublicKeyAlgorithm::DH) => {
                requires!(gnutls_3_8_2, "the numbers of Diffie-Hellman keys", {
                    let group = Group::new()?;
                    // SAFETY: the key is initialised and only read; the group is used by nothing else. The outputs are owned
                    // by the caller after success.
                    let [y, x] = numbers(|[y, x]| unsafe {
                        sys::gnutls_privkey_export_dh_raw(key, group.0, y, x, flags)
                    })?;
                    let [p, g] = group.numbers()?;
                    Ok(PrivateParameters::Dh { p, g, y, x })
                })
            }
            other => Err(without_numbers(other)),
        }
    }
}

impl PublicKey {
    /// Creates a key from its numbers.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if a number is empty or the library does not
    /// have the curve, of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, and an error if the
    /// numbers are not possible, such as a point that is not on the curve.
    #[corresponds(
        gnutls_pubkey_import_rsa_raw,
        gnutls_pubkey_import_ecc_raw,
        gnutls_pubkey_import_dsa_raw,
        gnutls_pubkey_import_gost_raw,
        gnutls_pubkey_import_dh_raw,
        gnutls_pubkey_verify_params
    )]
    pub fn from_parameters(parameters: &PublicParameters) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else.
        unsafe { parameters.import(key.as_ptr()) }?;
        // C has no check for the other algorithms, of which every number is possible.
        let is_checked = !matches!(
            key.algorithm(),
            Some(
                PublicKeyAlgorithm::ECDH_X25519
                    | PublicKeyAlgorithm::ECDH_X448
                    | PublicKeyAlgorithm::DH
            )
        );
        if is_checked {
            key.verify_parameters()
                .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        }
        Ok(key)
    }

    /// Returns the numbers of the key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if GnuTLS has no numbers for its algorithm.
    #[corresponds(
        gnutls_pubkey_export_rsa_raw2,
        gnutls_pubkey_export_ecc_raw2,
        gnutls_pubkey_export_dsa_raw2,
        gnutls_pubkey_export_gost_raw2,
        gnutls_pubkey_export_dh_raw,
        alias(
            gnutls_pubkey_export_rsa_raw,
            gnutls_pubkey_export_ecc_raw,
            gnutls_pubkey_export_dsa_raw
        )
    )]
    pub fn parameters(&self) -> Result<PublicParameters> {
        let (key, flags) = (self.as_ptr(), NO_LEADING_ZEROS);
        match self.algorithm() {
            Some(
                PublicKeyAlgorithm::RSA
                | PublicKeyAlgorithm::RSA_PSS
                | PublicKeyAlgorithm::RSA_OAEP,
            ) => {
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [modulus, exponent] = numbers(|[m, e]| unsafe {
                    sys::gnutls_pubkey_export_rsa_raw2(key, m, e, flags)
                })?;
                Ok(PublicParameters::Rsa { modulus, exponent })
            }
            Some(
                PublicKeyAlgorithm::ECDSA
                | PublicKeyAlgorithm::ED25519
                | PublicKeyAlgorithm::ED448
                | PublicKeyAlgorithm::ECDH_X25519
                | PublicKeyAlgorithm::ECDH_X448,
            ) => {
                let mut number = sys::GNUTLS_ECC_CURVE_INVALID;
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [mut x, mut y] = numbers(|[x, y]| unsafe {
                    sys::gnutls_pubkey_export_ecc_raw2(key, &mut number, x, y, flags)
                })?;
                let curve = Curve::from_raw(number);
                if !y.is_empty() {
                    pad(&mut x, curve);
                    pad(&mut y, curve);
                }
                Ok(PublicParameters::Ecc { curve, x, y })
            }
            Some(PublicKeyAlgorithm::DSA) => {
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [p, q, g, y] = numbers(|[p, q, g, y]| unsafe {
                    sys::gnutls_pubkey_export_dsa_raw2(key, p, q, g, y, flags)
                })?;
                Ok(PublicParameters::Dsa { p, q, g, y })
            }
            Some(
                PublicKeyAlgorithm::GOST_01
                | PublicKeyAlgorithm::GOST_12_256
                | PublicKeyAlgorithm::GOST_12_512,
            ) => requires!(gnutls_3_6_3, "the numbers of GOST keys", {
                let (mut curve, mut digest, mut set) = (0, 0, 0);
                // SAFETY: the key is initialised and only read. The outputs are owned by the caller after success.
                let [x, y] = numbers(|[x, y]| unsafe {
                    sys::gnutls_pubkey_export_gost_raw2(
                        key,
                        &mut curve,
                        &mut digest,
                        &mut set,
                        x,
                        y,
                        flags,
                    )
                })?;
                Ok(PublicParameters::Gost {
                    curve: Curve::from_raw(curve),
                    digest: Digest::from_raw(digest),
                    parameter_set: GostParameterSet(set),
                    x,
                    y,
                })
            }),
            Some(PublicKeyAlgorithm::DH) => {
                requires!(gnutls_3_8_2, "the numbers of Diffie-Hellman keys", {
                    let group = Group::new()?;
                    // SAFETY: the key is initialised and only read; the group is used by nothing else. The output is owned by
                    // the caller after success.
                    let [y] = numbers(|[y]| unsafe {
                        sys::gnutls_pubkey_export_dh_raw(key, group.0, y, flags)
                    })?;
                    let [p, g] = group.numbers()?;
                    Ok(PublicParameters::Dh { p, g, y })
                })
            }
            other => Err(without_numbers(other)),
        }
    }
}
