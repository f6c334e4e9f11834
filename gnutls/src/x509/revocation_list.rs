//! Certificate revocation lists (RFC 5280, section 5): the handle, import, contents and verification.

pub(crate) mod builder;
mod revoked;

use std::ffi::{c_int, c_uint};
use std::fmt;
use std::path::Path;
use std::ptr;
use std::sync::Arc;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crl_t, gnutls_x509_crt_fmt_t,
};

pub use self::revoked::{Revoked, RevokedCertificate};
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::argument::{buffer_filled_by, optional, text_filled_by};
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::support::datum::Output;
use crate::support::secret::Secret;
use crate::support::{datum, file, time};
use crate::verify::profile::VerificationFlags;
use crate::verify::status::VerificationStatus;
use crate::x509::certificate::fields::PrintFormat;
use crate::x509::certificate::{Certificate, in_file};
use crate::x509::extension::{AuthorityKeyId, Extension};
use crate::x509::name::Name;
use crate::x509::oid;

/// A parsed certificate revocation list (CRL).
///
/// Clones are cheap: they share one object, which never changes, and can be used in several threads at the same time.
///
/// ```
/// use gnutls::verify::VerificationFlags;
/// use gnutls::x509::{Certificate, CertificateRevocationList};
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// let list = CertificateRevocationList::from_pem_file(file("crl"))?;
/// let authority = Certificate::from_pem_file(file("ca"))?;
/// // The certificate of this authority lacks the key usage for revocation lists.
/// let flags = VerificationFlags::DANGEROUS_DISABLE_CA_SIGN;
/// assert!(list.verify(&[authority], flags)?.is_trusted());
/// for revoked in list.revoked() {
///     println!("{:02x?}", revoked?.serial);
/// }
/// let certificate = Certificate::from_pem_file(file("revoked"))?;
/// assert!(certificate.is_revoked_by(&[list])?);
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// The methods that read a field return an error of kind [`Certificate`](ErrorKind::Certificate) if its encoding is
/// damaged.
#[corresponds(gnutls_x509_crl_t, alias(gnutls_x509_crl_init, gnutls_x509_crl_deinit))]
#[derive(Clone)]
pub struct CertificateRevocationList(Arc<Handle>);

/// The owner of the C object.
struct Handle {
    /// Never NULL.
    raw: gnutls_x509_crl_t,
}

// SAFETY: the object is memory without ties to a thread: the parsed tree (`crl`) and its encoding (`der`, with
// `raw_issuer_dn` inside it; lib/x509/x509_int.h). Its release frees only these.
unsafe impl Send for Handle {}
// SAFETY: nothing writes to the object after its import. In 3.6.0 to 3.8.13 only the initialisation, the import and the
// functions that set a value or sign assign to its fields (lib/x509/crl.c, lib/x509/crl_write.c). All getters copy values out
// of the tree with asn1_read_value and asn1_find_node, whose arguments are constant, or encode a copy of the tree
// (asn1_der_coding, for the export). The iteration keeps its position in the iterator, the cache in the object (`rcache`) is
// not used. The verification reads `crl` and `der` (lib/x509/verify.c).
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_crl_deinit(self.raw) }
    }
}

impl CertificateRevocationList {
    /// Parses a list in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no revocation list.
    #[corresponds(gnutls_x509_crl_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::import(&argument::bytes(der)?, GNUTLS_X509_FMT_DER)
    }

    /// Parses the first list in PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no revocation list, or if the
    /// first one cannot be parsed.
    #[corresponds(gnutls_x509_crl_import)]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        argument::refuse_other_than_pem(pem, "the revocation list")?;
        let text = Secret::with_nul(pem);
        Self::import(&argument::string(&text)?, GNUTLS_X509_FMT_PEM)
    }

    /// Parses the first list in a PEM file.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem). The message contains the path.
    #[corresponds(gnutls_x509_crl_import)]
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_pem(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Parses all lists in PEM text, in its order.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no revocation list, or one that
    /// cannot be parsed.
    #[corresponds(gnutls_x509_crl_list_import2, alias(gnutls_x509_crl_list_import))]
    pub fn list_from_pem(pem: &[u8]) -> Result<Vec<Self>> {
        argument::refuse_other_than_pem(pem, "the revocation lists")?;
        let text = Secret::with_nul(pem);
        let data = argument::string(&text)?;
        let (mut list, mut count) = (ptr::null_mut(), 0);
        // SAFETY: the text is only read during the call, up to its length, and ends in NUL. The list and its length are
        // written on success; on failure nothing has to be released.
        check(unsafe {
            sys::gnutls_x509_crl_list_import2(&mut list, &mut count, &data, GNUTLS_X509_FMT_PEM, 0)
        })
        .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        // SAFETY: the call above succeeded and allocated a list of `count` objects, which nothing else uses. The list is
        // freed once, and not used afterwards.
        unsafe {
            let lists = datum::array(list.cast_const(), count as usize);
            let lists = lists.iter().map(|&raw| Self::from_raw(raw)).collect();
            datum::free(list.cast());
            Ok(lists)
        }
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised revocation list, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_x509_crl_t) -> Self {
        Self(Arc::new(Handle { raw }))
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self` or any clone of
    /// it. Functions that modify it must not be called: another thread may read it.
    pub fn as_ptr(&self) -> gnutls_x509_crl_t {
        self.0.raw
    }

    /// Returns the list in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_crl_export2(GNUTLS_X509_FMT_DER),
        alias(gnutls_x509_crl_export)
    )]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        self.export(GNUTLS_X509_FMT_DER)
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the list as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_x509_crl_export2(GNUTLS_X509_FMT_PEM))]
    pub fn to_pem(&self) -> Result<String> {
        self.export(GNUTLS_X509_FMT_PEM).map(|pem| pem.to_text())
    }

    /// Returns the version, which is 2 for lists with extensions.
    #[corresponds(gnutls_x509_crl_get_version)]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: the object is initialised and only read.
        let version = check(unsafe { sys::gnutls_x509_crl_get_version(self.as_ptr()) })?;
        Ok(version.unsigned_abs())
    }

    /// Returns the name of the issuer.
    #[corresponds(
        gnutls_x509_crl_get_raw_issuer_dn,
        alias(
            gnutls_x509_crl_get_issuer_dn,
            gnutls_x509_crl_get_issuer_dn2,
            gnutls_x509_crl_get_issuer_dn3,
            gnutls_x509_crl_get_issuer_dn_by_oid,
            gnutls_x509_crl_get_dn_oid
        )
    )]
    pub fn issuer(&self) -> Result<Name> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let name = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crl_get_raw_issuer_dn(self.as_ptr(), output)
        })?;
        Name::from_der(name.as_bytes())
    }

    /// Returns the time at which the list was issued.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](ErrorKind::Limit) if the time is not representable: a time before 1970, or one
    /// after 2037 if GnuTLS has a 32-bit clock.
    #[corresponds(gnutls_x509_crl_get_this_update)]
    pub fn this_update(&self) -> Result<SystemTime> {
        // SAFETY: the object is initialised and only read.
        time::required_from_c(unsafe { sys::gnutls_x509_crl_get_this_update(self.as_ptr()) })
    }

    /// Returns the time until which the next list is issued, or `None` if the list does not contain it, or one before 1970.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](ErrorKind::Limit) if the time is after 2037 and GnuTLS has a 32-bit clock.
    #[corresponds(gnutls_x509_crl_get_next_update)]
    pub fn next_update(&self) -> Result<Option<SystemTime>> {
        // SAFETY: the object is initialised and only read.
        time::from_c(unsafe { sys::gnutls_x509_crl_get_next_update(self.as_ptr()) })
    }

    /// Returns the number of the list, as the bytes of an integer in two's complement.
    #[corresponds(gnutls_x509_crl_get_number)]
    pub fn number(&self) -> Result<Option<Vec<u8>>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the number; NULL requests nothing else.
        optional(buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crl_get_number(self.as_ptr(), buffer, length, ptr::null_mut())
        }))
    }

    /// Returns the identification of the issuer's key.
    #[corresponds(
        gnutls_x509_ext_import_authority_key_id,
        alias(
            gnutls_x509_crl_get_authority_key_id,
            gnutls_x509_crl_get_authority_key_gn_serial
        )
    )]
    pub fn authority_key_id(&self) -> Result<Option<AuthorityKeyId>> {
        let extension = self.extension(oid::AUTHORITY_KEY_ID)?;
        let id = extension.map(|extension| AuthorityKeyId::parse(&extension.value));
        id.transpose()
    }

    /// Returns the extension with this object identifier.
    pub fn extension(&self, oid: &str) -> Result<Option<Extension>> {
        let extensions = self.extensions()?;
        Ok(extensions
            .into_iter()
            .find(|extension| extension.oid == oid))
    }

    /// Returns all extensions, in the order of the list.
    #[corresponds(
        gnutls_x509_crl_get_extension_info,
        gnutls_x509_crl_get_extension_data2,
        alias(gnutls_x509_crl_get_extension_oid, gnutls_x509_crl_get_extension_data)
    )]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        Extension::read_all(
            // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, the length of
            // the text, and the number.
            |index, buffer, length, critical| unsafe {
                let object = self.as_ptr();
                sys::gnutls_x509_crl_get_extension_info(object, index, buffer, length, critical)
            },
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            |index, output| unsafe {
                sys::gnutls_x509_crl_get_extension_data2(self.as_ptr(), index, output)
            },
        )
    }

    /// Returns the number of revoked certificates in the list.
    #[corresponds(gnutls_x509_crl_get_crt_count)]
    pub fn revoked_count(&self) -> usize {
        // SAFETY: the object is initialised and only read.
        let count: c_int = unsafe { sys::gnutls_x509_crl_get_crt_count(self.as_ptr()) };
        usize::try_from(count).unwrap_or(0)
    }

    /// Returns the algorithm of the signature, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_x509_crl_get_signature_algorithm)]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        // SAFETY: the object is initialised and only read.
        SignatureAlgorithm::from_result(unsafe {
            sys::gnutls_x509_crl_get_signature_algorithm(self.as_ptr())
        })
    }

    /// Returns the object identifier of the algorithm of the signature.
    #[corresponds(gnutls_x509_crl_get_signature_oid)]
    pub fn signature_oid(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crl_get_signature_oid(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the signature of the issuer.
    #[corresponds(gnutls_x509_crl_get_signature)]
    pub fn signature(&self) -> Result<Vec<u8>> {
        // C writes the length only if the buffer is too short.
        let mut length = 0;
        // SAFETY: the object is initialised and only read. The buffer has no bytes; the length of the signature is written.
        let code = unsafe {
            sys::gnutls_x509_crl_get_signature(self.as_ptr(), ptr::null_mut(), &mut length)
        };
        if code != sys::GNUTLS_E_SHORT_MEMORY_BUFFER {
            check(code)?;
        }
        let mut signature = vec![0; length];
        // SAFETY: the object is initialised and only read. C writes at most `length` bytes to the buffer.
        check(unsafe {
            sys::gnutls_x509_crl_get_signature(
                self.as_ptr(),
                signature.as_mut_ptr().cast(),
                &mut length,
            )
        })?;
        Ok(signature)
    }

    /// Returns `true` if `issuer` has the name of the issuer of this list. The signature is not verified; see
    /// [`verify`](Self::verify).
    #[corresponds(gnutls_x509_crl_check_issuer)]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        // SAFETY: both objects are initialised and only read.
        unsafe { sys::gnutls_x509_crl_check_issuer(self.as_ptr(), issuer.as_ptr()) != 0 }
    }

    /// Verifies the signature and the dates of this list, and the key usage of its issuer, with possible issuers. Nothing
    /// else is verified about the issuers.
    ///
    /// # Errors
    ///
    /// Returns an error if the verification is not possible. A list that is not valid is not an error.
    #[corresponds(gnutls_x509_crl_verify)]
    pub fn verify(
        &self,
        issuers: &[Certificate],
        flags: VerificationFlags,
    ) -> Result<VerificationStatus> {
        let issuers: Vec<_> = issuers.iter().map(Certificate::as_ptr).collect();
        let mut status: c_uint = 0;
        // SAFETY: all objects are initialised and only read, and the number is that of the issuers.
        check(unsafe {
            sys::gnutls_x509_crl_verify(
                self.as_ptr(),
                issuers.as_ptr(),
                issuers.len() as c_uint,
                flags.as_raw(),
                &mut status,
            )
        })?;
        Ok(VerificationStatus::from_raw(status))
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// ```
    /// use gnutls::x509::{CertificateRevocationList, PrintFormat};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/crl.pem");
    /// let list = CertificateRevocationList::from_pem_file(path)?;
    /// assert!(list.print(PrintFormat::FULL)?.contains("Revoked certificates (1):"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_x509_crl_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crl_print(self.as_ptr(), format.as_raw(), output)
        })?;
        Ok(text.to_text())
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crl_init(&mut raw) })?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        Ok(unsafe { Self::from_raw(raw) })
    }

    /// Parses DER, or PEM text that ends in NUL.
    fn import(data: &sys::gnutls_datum_t, format: gnutls_x509_crt_fmt_t) -> Result<Self> {
        let list = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call, and PEM text
        // ends in NUL.
        check(unsafe { sys::gnutls_x509_crl_import(list.as_ptr(), data, format) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(list)
    }

    fn export(&self, format: gnutls_x509_crt_fmt_t) -> Result<Output> {
        // SAFETY: the object is initialised and only read: C encodes a copy of the tree. The output is owned by the caller
        // after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crl_export2(self.as_ptr(), format, output)
        })
    }
}

impl PartialEq for CertificateRevocationList {
    /// Compares the encodings.
    fn eq(&self, other: &Self) -> bool {
        let der = |list: &Self| list.to_der().ok();
        self.as_ptr() == other.as_ptr() || (der(self).is_some() && der(self) == der(other))
    }
}

impl Eq for CertificateRevocationList {}

impl fmt::Debug for CertificateRevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = self.issuer().map(|name| name.to_string());
        f.debug_struct("CertificateRevocationList")
            .field("issuer", &issuer.unwrap_or_default())
            .field("revoked_count", &self.revoked_count())
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Returns `true` if one of the lists is that of the issuer of this certificate, and contains its serial number. The
    /// lists are not verified; see [`CertificateRevocationList::verify`].
    ///
    /// # Errors
    ///
    /// Returns an error if a serial number has more than 128 bytes, or if a list is damaged.
    #[corresponds(gnutls_x509_crt_check_revocation)]
    pub fn is_revoked_by(&self, lists: &[CertificateRevocationList]) -> Result<bool> {
        let lists: Vec<_> = lists
            .iter()
            .map(CertificateRevocationList::as_ptr)
            .collect();
        let count = c_uint::try_from(lists.len())
            .map_err(|_| Error::invalid_input("too many revocation lists: pass fewer"))?;
        // SAFETY: all objects are initialised and only read, and the number is that of the lists.
        let revoked = check(unsafe {
            sys::gnutls_x509_crt_check_revocation(self.as_ptr(), lists.as_ptr(), count)
        })?;
        Ok(revoked != 0)
    }
}
