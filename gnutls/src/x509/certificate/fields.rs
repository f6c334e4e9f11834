//! The fields of a certificate, and values that are derived from it.

use std::ffi::{c_int, c_uint};
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::crypto::public_key::{Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use crate::error::argument::{buffer_filled_by, bytes, text_filled_by};
use crate::error::unsupported::require;
use crate::error::{Error, Result, check};
use crate::support::datum::Output;
use crate::support::time;
use crate::version::Version;
use crate::x509::certificate::Certificate;
use crate::x509::extension::Extension;
use crate::x509::name::Name;

/// The format of [`Certificate::print`].
#[corresponds(alias(gnutls_certificate_print_formats_t))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrintFormat(sys::gnutls_certificate_print_formats_t);

impl PrintFormat {
    /// `GNUTLS_CRT_PRINT_FULL`: all fields, as `certtool --certificate-info` prints them.
    pub const FULL: Self = Self(sys::GNUTLS_CRT_PRINT_FULL);
    /// `GNUTLS_CRT_PRINT_ONELINE`: the most important fields in one line.
    pub const ONE_LINE: Self = Self(sys::GNUTLS_CRT_PRINT_ONELINE);
    /// `GNUTLS_CRT_PRINT_UNSIGNED_FULL`: all fields, except those about the signature.
    pub const UNSIGNED_FULL: Self = Self(sys::GNUTLS_CRT_PRINT_UNSIGNED_FULL);
    /// `GNUTLS_CRT_PRINT_COMPACT`: the names, the dates and the key.
    pub const COMPACT: Self = Self(sys::GNUTLS_CRT_PRINT_COMPACT);
    /// `GNUTLS_CRT_PRINT_FULL_NUMBERS`: all fields, with the numbers of the key.
    pub const FULL_NUMBERS: Self = Self(sys::GNUTLS_CRT_PRINT_FULL_NUMBERS);
}

raw!(PrintFormat(sys::gnutls_certificate_print_formats_t):
    "Returns the format with this number in C.", "Returns the number in C.");

impl Certificate {
    /// Returns the version, which is 3 for certificates with extensions.
    #[corresponds(gnutls_x509_crt_get_version)]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: the object is initialised and only read.
        let version = check(unsafe { sys::gnutls_x509_crt_get_version(self.as_ptr()) })?;
        Ok(version.unsigned_abs())
    }

    /// Returns the serial number, as the bytes of an integer in two's complement.
    #[corresponds(gnutls_x509_crt_get_serial)]
    pub fn serial(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the number.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_serial(self.as_ptr(), buffer, length)
        })
    }

    /// Returns the name of the subject.
    #[corresponds(
        gnutls_x509_crt_get_raw_dn,
        alias(
            gnutls_x509_crt_get_dn,
            gnutls_x509_crt_get_dn2,
            gnutls_x509_crt_get_dn3,
            gnutls_x509_crt_get_subject
        )
    )]
    pub fn subject(&self) -> Result<Name> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let der = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crt_get_raw_dn(self.as_ptr(), output)
        })?;
        Name::from_der(der.as_bytes())
    }

    /// Returns the name of the issuer.
    #[corresponds(
        gnutls_x509_crt_get_raw_issuer_dn,
        alias(
            gnutls_x509_crt_get_issuer_dn,
            gnutls_x509_crt_get_issuer_dn2,
            gnutls_x509_crt_get_issuer_dn3,
            gnutls_x509_crt_get_issuer
        )
    )]
    pub fn issuer(&self) -> Result<Name> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let der = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crt_get_raw_issuer_dn(self.as_ptr(), output)
        })?;
        Name::from_der(der.as_bytes())
    }

    /// Returns the unique identifier of the subject, which only old certificates have.
    #[corresponds(gnutls_x509_crt_get_subject_unique_id)]
    pub fn subject_unique_id(&self) -> Result<Option<Vec<u8>>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the identifier.
        unique_id(buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_subject_unique_id(self.as_ptr(), buffer.cast(), length)
        }))
    }

    /// Returns the unique identifier of the issuer, which only old certificates have.
    #[corresponds(gnutls_x509_crt_get_issuer_unique_id)]
    pub fn issuer_unique_id(&self) -> Result<Option<Vec<u8>>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the identifier.
        unique_id(buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_issuer_unique_id(self.as_ptr(), buffer.cast(), length)
        }))
    }

    /// Returns the time from which the certificate is valid.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](crate::ErrorKind::Limit) if the time is not representable: a time before 1970,
    /// or one after 2037 if GnuTLS has a 32-bit clock.
    #[corresponds(gnutls_x509_crt_get_activation_time)]
    pub fn not_before(&self) -> Result<SystemTime> {
        // SAFETY: the object is initialised and only read.
        time::required_from_c(unsafe { sys::gnutls_x509_crt_get_activation_time(self.as_ptr()) })
    }

    /// Returns the time until which the certificate is valid.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](crate::ErrorKind::Limit) if the time is not representable: a time before 1970,
    /// or one after 2037 if GnuTLS has a 32-bit clock.
    #[corresponds(gnutls_x509_crt_get_expiration_time)]
    pub fn not_after(&self) -> Result<SystemTime> {
        // SAFETY: the object is initialised and only read.
        time::required_from_c(unsafe { sys::gnutls_x509_crt_get_expiration_time(self.as_ptr()) })
    }

    /// Returns the algorithm of the signature, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_x509_crt_get_signature_algorithm)]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        // SAFETY: the object is initialised and only read.
        SignatureAlgorithm::from_result(unsafe {
            sys::gnutls_x509_crt_get_signature_algorithm(self.as_ptr())
        })
    }

    /// Returns the object identifier of the algorithm of the signature.
    #[corresponds(gnutls_x509_crt_get_signature_oid)]
    pub fn signature_oid(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_signature_oid(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the signature of the issuer.
    #[corresponds(gnutls_x509_crt_get_signature)]
    pub fn signature(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the signature.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_signature(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the algorithm of the public key, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_x509_crt_get_pk_algorithm)]
    pub fn public_key_algorithm(&self) -> Option<PublicKeyAlgorithm> {
        self.public_key_algorithm_and_bits()
            .map(|(algorithm, _)| algorithm)
    }

    /// Returns the size of the public key in bits, or `None` if GnuTLS does not recognize its algorithm.
    #[corresponds(gnutls_x509_crt_get_pk_algorithm)]
    pub fn public_key_bits(&self) -> Option<u32> {
        self.public_key_algorithm_and_bits().map(|(_, bits)| bits)
    }

    fn public_key_algorithm_and_bits(&self) -> Option<(PublicKeyAlgorithm, u32)> {
        let mut bits: c_uint = 0;
        // SAFETY: the object is initialised and only read; the number of bits is written.
        let number = unsafe { sys::gnutls_x509_crt_get_pk_algorithm(self.as_ptr(), &mut bits) };
        PublicKeyAlgorithm::from_result(number).map(|algorithm| (algorithm, bits))
    }

    /// Returns the object identifier of the algorithm of the public key.
    #[corresponds(gnutls_x509_crt_get_pk_oid)]
    pub fn public_key_oid(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_pk_oid(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the fingerprint: the digest of the certificate.
    ///
    /// ```
    /// use gnutls::crypto::Digest;
    /// use gnutls::x509::Certificate;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// let certificate = Certificate::from_pem_file(path)?;
    /// let fingerprint = certificate.fingerprint(Digest::SHA256)?;
    /// let text: Vec<_> = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
    /// println!("SHA256 Fingerprint={}", text.join(":"));
    /// # assert_eq!(fingerprint.len(), 32);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the digest, or does not permit it.
    #[corresponds(gnutls_x509_crt_get_fingerprint, alias(gnutls_fingerprint))]
    pub fn fingerprint(&self, digest: Digest) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the digest.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_fingerprint(self.as_ptr(), digest.as_raw(), buffer, length)
        })
    }

    /// Returns the identifier of the public key: the SHA-1, SHA-256 or SHA-512 digest of its encoding, which is the same
    /// for all certificates of a key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other digest, of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for SHA-512 if the library is too old, and of kind
    /// [`Certificate`](crate::ErrorKind::Certificate) if the key is damaged.
    #[corresponds(gnutls_x509_crt_get_key_id, alias(gnutls_keyid_flags_t))]
    pub fn key_id(&self, digest: Digest) -> Result<Vec<u8>> {
        let flags = key_id_flags(digest)?;
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the digest.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crt_get_key_id(self.as_ptr(), flags, buffer.cast(), length)
        })
    }

    /// Returns the pin of the public key, in the form that curl accepts: `sha256//` and the SHA-256
    /// [identifier](Self::key_id) in base64.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// let certificate = gnutls::x509::Certificate::from_pem_file(path)?;
    /// assert!(certificate.pin()?.starts_with("sha256//"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the key is damaged.
    #[corresponds(
        gnutls_x509_crt_get_key_id(GNUTLS_KEYID_USE_SHA256),
        gnutls_base64_encode2
    )]
    pub fn pin(&self) -> Result<String> {
        let id = self.key_id(Digest::SHA256)?;
        let id = bytes(&id)?;
        // SAFETY: the data is only read, and the output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe { sys::gnutls_base64_encode2(&id, output) })?;
        Ok(format!("sha256//{}", text.to_text()))
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// ```
    /// use gnutls::x509::{Certificate, PrintFormat};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// let certificate = Certificate::from_pem_file(path)?;
    /// assert!(certificate.print(PrintFormat::ONE_LINE)?.contains("subject `CN=server'"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the certificate has signed certificate
    /// timestamps of an unknown version or, before GnuTLS 3.8.13, with wrong lengths, and an error if memory is exhausted.
    #[corresponds(gnutls_x509_crt_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        self.check_before_print()?;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crt_print(self.as_ptr(), format.as_raw(), output)
        })?;
        Ok(text.to_text())
    }

    /// Returns an error if GnuTLS must not print the object.
    pub(crate) fn check_before_print(&self) -> Result<()> {
        Extension::check_before_print(
            // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, the length of
            // the text, and the number.
            |index, buffer, length, critical| unsafe {
                let object = self.as_ptr();
                sys::gnutls_x509_crt_get_extension_info(object, index, buffer, length, critical)
            },
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            |index, output| unsafe {
                sys::gnutls_x509_crt_get_extension_data2(self.as_ptr(), index, output)
            },
        )
    }
}

/// Returns the flags of a key identifier.
pub(crate) fn key_id_flags(digest: Digest) -> Result<c_uint> {
    match digest {
        Digest::SHA1 => Ok(sys::GNUTLS_KEYID_USE_SHA1 as c_uint),
        Digest::SHA256 => Ok(sys::GNUTLS_KEYID_USE_SHA256 as c_uint),
        Digest::SHA512 => {
            // An older library ignores the flag.
            require("key identifiers with SHA-512", Version::new(3, 6, 1))?;
            Ok(sys::GNUTLS_KEYID_USE_SHA512 as c_uint)
        }
        other => Err(Error::invalid_input(format!(
            "a key identifier cannot be a {other} digest: use SHA-1, SHA-256 or SHA-512"
        ))),
    }
}

/// An identifier that does not exist is not an error.
fn unique_id(id: Result<Vec<u8>>) -> Result<Option<Vec<u8>>> {
    const ABSENT: [c_int; 3] = [
        sys::GNUTLS_E_ASN1_ELEMENT_NOT_FOUND,
        sys::GNUTLS_E_ASN1_VALUE_NOT_FOUND,
        sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE,
    ];
    match id {
        Err(error)
            if error
                .code()
                .is_some_and(|code| ABSENT.contains(&code.as_raw())) =>
        {
            Ok(None)
        }
        id => id.map(Some),
    }
}
