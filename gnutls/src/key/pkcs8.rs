//! The encryption of encoded private keys (PKCS #8).

use std::ffi::{c_char, c_uint};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::GNUTLS_X509_FMT_DER;

use crate::crypto::numbers::raw;
use crate::error::argument::{bytes, refuse_other_than_pem};
use crate::error::{Error, ErrorKind, Result, check};
use crate::pem;
use crate::support::datum::{constant, free};
use crate::support::secret::Secret;
use crate::x509::der::{element, expect, tag};

/// The encryption of a private key or of a bag with a password (PKCS #5 and PKCS #12).
///
/// Values of newer libraries that this crate does not define are preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_pkcs_encrypt_flags_t))]
pub struct EncryptionScheme(c_uint);

raw!(EncryptionScheme(c_uint): "Returns the scheme with this number in C.", "Returns the number in C.");

macro_rules! schemes {
    ($($name:ident = $value:ident, $doc:literal;)*) => {
        impl EncryptionScheme {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc, ".")]
            pub const $name: Self = Self(sys::$value as c_uint);)*
        }
    };
}

schemes! {
    PBES2_AES_128 = GNUTLS_PKCS_PBES2_AES_128, "AES-128 in CBC mode";
    PBES2_AES_192 = GNUTLS_PKCS_PBES2_AES_192, "AES-192 in CBC mode";
    PBES2_AES_256 = GNUTLS_PKCS_PBES2_AES_256, "AES-256 in CBC mode, the default";
    PBES2_3DES = GNUTLS_PKCS_PBES2_3DES, "Triple DES, for old readers";
    PKCS12_3DES = GNUTLS_PKCS_PKCS12_3DES, "Triple DES with the derivation of PKCS #12, for old readers";
}

impl EncryptionScheme {
    /// Returns GnuTLS's name, or `None` if the library does not recognize the scheme.
    #[corresponds(gnutls_pkcs_schema_get_name)]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { sys::gnutls_pkcs_schema_get_name(self.0) })
    }

    /// Returns the object identifier of the cipher, or `None` if the library does not recognize the scheme.
    #[corresponds(gnutls_pkcs_schema_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { sys::gnutls_pkcs_schema_get_oid(self.0) })
    }
}

impl EncryptionScheme {
    /// Returns the number in C, or an error if the library does not recognize it: C would use another scheme.
    pub(crate) fn require(self) -> Result<c_uint> {
        match self.name() {
            Some(_) => Ok(self.0),
            None => Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "the library lacks the scheme {:#x}: use another scheme",
                    self.0
                ),
            )),
        }
    }
}

impl fmt::Debug for EncryptionScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().unwrap_or("unknown");
        write!(f, "EncryptionScheme({name}, {:#x})", self.0)
    }
}

/// The parameters with which a private key is encrypted, which are readable without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptionInfo {
    /// The scheme.
    pub scheme: EncryptionScheme,
    /// The salt of the derivation of the key.
    pub salt: Vec<u8>,
    /// The number of iterations of the derivation of the key.
    pub iterations: u32,
}

impl EncryptionInfo {
    /// Reads the parameters of an encrypted private key (PKCS #8) in PEM text.
    ///
    /// ```
    /// use gnutls::key::{EncryptionInfo, EncryptionScheme};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-key-encrypted.pem");
    /// let info = EncryptionInfo::from_pem(&std::fs::read(path)?)?;
    /// assert_eq!(info.scheme, EncryptionScheme::PBES2_AES_256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no encrypted key, or if the
    /// library does not recognize the scheme.
    #[corresponds(gnutls_pkcs8_info)]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        refuse_other_than_pem(pem, "the private key")?;
        // In the order of C, which reports a key that is not encrypted as such.
        let der = pem::decode(Some(PLAIN_PEM_LABEL), pem);
        let der = der.or_else(|_| pem::decode(Some(PEM_LABEL), pem));
        Self::from_der(&Secret::from_vec(der?))
    }

    /// Reads the parameters of an encrypted private key (PKCS #8) in DER.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_pkcs8_info)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        if !has_valid_scheme(der) {
            return Err(Error::new(
                ErrorKind::Certificate,
                "the identifier of the encryption scheme is invalid: the private key is damaged",
            ));
        }
        let data = bytes(der)?;
        let (mut scheme, mut iterations) = (0, 0);
        let mut salt = vec![0; 256];
        let mut length = salt.len() as c_uint;
        let mut oid: *mut c_char = ptr::null_mut();
        // SAFETY: the data is only read. Its identifier of the scheme can be converted into text, as C requires. C writes at
        // most `length` bytes to the salt, and the numbers. The identifier is NULL or owned by the caller after success, and
        // after a failure for which C has recognized only the identifier.
        let code = unsafe {
            sys::gnutls_pkcs8_info(
                &data,
                GNUTLS_X509_FMT_DER,
                &mut scheme,
                ptr::null_mut(),
                salt.as_mut_ptr().cast(),
                &mut length,
                &mut iterations,
                &mut oid,
            )
        };
        if code >= 0 || code == sys::GNUTLS_E_UNKNOWN_CIPHER_TYPE {
            // SAFETY: in both cases the identifier is NULL or memory from GnuTLS's allocator that nothing else uses.
            unsafe { free(oid.cast()) };
        }
        check(code).map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        salt.truncate(length as usize);
        Ok(Self {
            scheme: EncryptionScheme(scheme),
            salt,
            iterations,
        })
    }
}

/// The label of a private key in PEM text that is not encrypted.
const PLAIN_PEM_LABEL: &str = "PRIVATE KEY";

/// The label of an encrypted private key in PEM text.
const PEM_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// Returns `false` if the data is an encrypted private key whose scheme has an identifier that is empty or too long for
/// the buffer of C (256 bytes of text).
fn has_valid_scheme(der: &[u8]) -> bool {
    const MAX_LENGTH: usize = 40;
    let algorithm = || {
        let (key, _) = expect(der, tag::SEQUENCE)?;
        let (algorithm, _) = expect(key, tag::SEQUENCE)?;
        Some(algorithm)
    };
    let Some(algorithm) = algorithm() else {
        // C parses the structure before it reads the identifier, and rejects any other one.
        return true;
    };
    matches!(element(algorithm), Some((tag::OBJECT_IDENTIFIER, oid, _)) if (1..=MAX_LENGTH).contains(&oid.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::encode;

    #[test]
    fn hazard_70_schemes_without_a_readable_identifier_are_refused() {
        let key = |oid: &[u8]| {
            let algorithm = [encode(tag::OBJECT_IDENTIFIER, oid), vec![5, 0]].concat();
            let contents = [encode(tag::SEQUENCE, &algorithm), vec![4, 1, 0]].concat();
            encode(tag::SEQUENCE, &contents)
        };
        // 1.2.840.113549.1.5.99
        let unknown = key(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 99]);
        let error = EncryptionInfo::from_der(&unknown).unwrap_err();
        assert_eq!(
            error.code().map(|code| code.as_raw()),
            Some(sys::GNUTLS_E_UNKNOWN_CIPHER_TYPE)
        );
        for oid in [&b""[..], &[0x2a; 41], &[0x2a; 200]] {
            let der = key(oid);
            let error = EncryptionInfo::from_der(&der).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Certificate);
            assert_eq!(error.code(), None);
            let pem = pem::encode(PEM_LABEL, &der).unwrap();
            let error = EncryptionInfo::from_pem(pem.as_bytes()).unwrap_err();
            assert_eq!(error.code(), None);
        }
    }
}
