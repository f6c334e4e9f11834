//! The encryption of encoded private keys (PKCS #8).

use std::ffi::{c_char, c_uint};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t};

use crate::crypto::numbers::raw;
use crate::error::argument::{bytes, refuse_other_than_pem, string};
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::datum::{constant, free};
use crate::support::secret::Secret;

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
        Self::read(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM)
    }

    /// Reads the parameters of an encrypted private key (PKCS #8) in DER.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_pkcs8_info)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::read(&Secret::new(der), GNUTLS_X509_FMT_DER)
    }

    fn read(data: &Secret, format: gnutls_x509_crt_fmt_t) -> Result<Self> {
        let data = if format == GNUTLS_X509_FMT_PEM {
            string(data)?
        } else {
            bytes(data)?
        };
        let (mut scheme, mut iterations) = (0, 0);
        let mut salt = vec![0; 256];
        let mut length = salt.len() as c_uint;
        let mut oid: *mut c_char = ptr::null_mut();
        // SAFETY: the data is only read, and PEM text ends in NUL. C writes at most `length` bytes to the salt, and the
        // numbers. The identifier is NULL or owned by the caller after success, and after a failure for which C has
        // recognized only the identifier.
        let code = unsafe {
            sys::gnutls_pkcs8_info(
                &data,
                format,
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
