//! OCSP responses.

use std::ffi::c_uint;
use std::time::SystemTime;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_ocsp_resp_t;

use crate::crypto::numbers::raw;
use crate::crypto::public_key::{Digest, SignatureAlgorithm};
use crate::error::argument::{bytes, items, optional};
use crate::error::{Error, ErrorKind, Result, check};
use crate::ocsp::{CertificateId, Extension, PrintFormat, is_critical};
use crate::pem;
use crate::support::datum::{Output, array, free};
use crate::support::flag_set::flag_set;
use crate::support::time;
use crate::verify::profile::VerificationFlags;
use crate::x509::certificate::Certificate;
use crate::x509::trust_list::TrustList;

/// The label of a response in PEM text.
const LABEL: &str = "OCSP RESPONSE";

/// The type of the responses of RFC 6960.
const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";

/// A response with the status of certificates.
///
/// The contents are those of the responder only if the [signature](Self::verify) is valid. A valid response can be old:
/// compare its [nonce](Self::nonce) with that of the request, and the [times](Entry::next_update) of an entry with the clock.
///
/// ```
/// use gnutls::ocsp::{CertificateStatus, Response};
/// use gnutls::verify::VerificationFlags;
/// use gnutls::x509::Certificate;
///
/// # let file = |name| format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
/// let issuer = Certificate::from_pem_file(file("ca.pem"))?;
/// let certificate = Certificate::from_pem_file(file("must-staple.pem"))?;
/// let response = Response::from_der(&std::fs::read(file("ocsp-good.der"))?)?;
/// assert!(response.verify_direct(&issuer, VerificationFlags::default())?.is_valid());
/// let entry = response.entry_for(&certificate)?.expect("the response is about the certificate");
/// assert_eq!(entry.status, CertificateStatus::Good);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[corresponds(
    gnutls_ocsp_resp_t,
    alias(gnutls_ocsp_resp_init, gnutls_ocsp_resp_deinit)
)]
pub struct Response {
    /// Never NULL.
    raw: gnutls_ocsp_resp_t,
}

// SAFETY: the object is memory without ties to a thread: two structures of libtasn1 and the encoding (lib/x509/ocsp.c). It is
// not `Sync`, because the encoding of a structure may write to it.
unsafe impl Send for Response {}

/// The status of a response; only a [successful](Self::SUCCESSFUL) one has contents.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_ocsp_resp_status_t))]
pub struct ResponseStatus(sys::gnutls_ocsp_resp_status_t);

/// The reason of a revocation (RFC 5280, section 5.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_x509_crl_reason_t))]
pub struct RevocationReason(sys::gnutls_x509_crl_reason_t);

macro_rules! values {
    ($type:ident: $raw:ty; $($name:ident = $value:ident;)*) => {
        raw!($type($raw): "Returns the value with this number in C.", "Returns the number in C.");

        impl $type {
            $(#[doc = concat!("`", stringify!($value), "`")]
            pub const $name: Self = Self(sys::$value);)*
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $(Self::$name => f.write_str(concat!(stringify!($type), "::", stringify!($name))),)*
                    Self(number) => write!(f, "{}(unknown ({number}))", stringify!($type)),
                }
            }
        }
    };
}

values! {
    ResponseStatus: sys::gnutls_ocsp_resp_status_t;
    SUCCESSFUL = GNUTLS_OCSP_RESP_SUCCESSFUL;
    MALFORMED_REQUEST = GNUTLS_OCSP_RESP_MALFORMEDREQUEST;
    INTERNAL_ERROR = GNUTLS_OCSP_RESP_INTERNALERROR;
    TRY_LATER = GNUTLS_OCSP_RESP_TRYLATER;
    SIGNATURE_REQUIRED = GNUTLS_OCSP_RESP_SIGREQUIRED;
    UNAUTHORIZED = GNUTLS_OCSP_RESP_UNAUTHORIZED;
}

values! {
    RevocationReason: sys::gnutls_x509_crl_reason_t;
    UNSPECIFIED = GNUTLS_X509_CRLREASON_UNSPECIFIED;
    KEY_COMPROMISE = GNUTLS_X509_CRLREASON_KEYCOMPROMISE;
    CA_COMPROMISE = GNUTLS_X509_CRLREASON_CACOMPROMISE;
    AFFILIATION_CHANGED = GNUTLS_X509_CRLREASON_AFFILIATIONCHANGED;
    SUPERSEDED = GNUTLS_X509_CRLREASON_SUPERSEDED;
    CESSATION_OF_OPERATION = GNUTLS_X509_CRLREASON_CESSATIONOFOPERATION;
    CERTIFICATE_HOLD = GNUTLS_X509_CRLREASON_CERTIFICATEHOLD;
    REMOVE_FROM_CRL = GNUTLS_X509_CRLREASON_REMOVEFROMCRL;
    PRIVILEGE_WITHDRAWN = GNUTLS_X509_CRLREASON_PRIVILEGEWITHDRAWN;
    AA_COMPROMISE = GNUTLS_X509_CRLREASON_AACOMPROMISE;
}

/// The status of a certificate in a response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_ocsp_cert_status_t))]
#[non_exhaustive]
pub enum CertificateStatus {
    /// The certificate is not revoked.
    Good,
    /// The certificate is revoked.
    Revoked {
        /// The time of the revocation, if the response contains it.
        time: Option<SystemTime>,
        /// The reason of the revocation.
        reason: RevocationReason,
    },
    /// The responder has no information about the certificate.
    Unknown,
}

/// The status of one certificate in a response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry {
    /// The identifier of the certificate.
    pub certificate: CertificateId,
    /// The status of the certificate.
    pub status: CertificateStatus,
    /// The time for which the status is known.
    pub this_update: SystemTime,
    /// The time when newer information is available, or `None` if it always is.
    pub next_update: Option<SystemTime>,
}

/// The result of the verification of a response; no flag is set if the signature is valid and the signer may sign responses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(gnutls_ocsp_verify_reason_t))]
pub struct VerifyStatus(c_uint);

macro_rules! reasons {
    ($($name:ident = $value:ident;)*) => {
        impl VerifyStatus {
            $(#[doc = concat!("`", stringify!($value), "`")]
            pub const $name: Self = Self(sys::$value as c_uint);)*
        }

        impl fmt::Debug for VerifyStatus {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "VerifyStatus({:#x}", self.0)?;
                $(if self.contains(Self::$name) {
                    write!(f, " {}", stringify!($name))?;
                })*
                f.write_str(")")
            }
        }
    };
}

reasons! {
    SIGNER_NOT_FOUND = GNUTLS_OCSP_VERIFY_SIGNER_NOT_FOUND;
    SIGNER_KEY_USAGE_ERROR = GNUTLS_OCSP_VERIFY_SIGNER_KEYUSAGE_ERROR;
    UNTRUSTED_SIGNER = GNUTLS_OCSP_VERIFY_UNTRUSTED_SIGNER;
    INSECURE_ALGORITHM = GNUTLS_OCSP_VERIFY_INSECURE_ALGORITHM;
    SIGNATURE_FAILURE = GNUTLS_OCSP_VERIFY_SIGNATURE_FAILURE;
    CERTIFICATE_NOT_ACTIVATED = GNUTLS_OCSP_VERIFY_CERT_NOT_ACTIVATED;
    CERTIFICATE_EXPIRED = GNUTLS_OCSP_VERIFY_CERT_EXPIRED;
}

raw!(VerifyStatus(c_uint): "Returns the status with these bits in C.", "Returns the bits in C.");
flag_set!(VerifyStatus);

impl VerifyStatus {
    /// Returns `true` if the response is valid.
    pub const fn is_valid(self) -> bool {
        self.0 == 0
    }
}

impl Response {
    /// Parses a response in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no response.
    #[corresponds(gnutls_ocsp_resp_init, gnutls_ocsp_resp_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let data = bytes(der)?;
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_ocsp_resp_init(&mut raw) })?;
        let response = Self { raw };
        // SAFETY: the object is initialised and used by nothing else; the data is copied.
        check(unsafe { sys::gnutls_ocsp_resp_import(raw, &data) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(response)
    }

    /// Parses the first response in PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no response, or if it is damaged.
    #[corresponds(
        gnutls_ocsp_resp_import,
        alias(gnutls_ocsp_resp_import2, gnutls_ocsp_resp_list_import2)
    )]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        let der = pem::decode(Some(LABEL), pem)
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Self::from_der(&der)
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised response, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_ocsp_resp_t) -> Self {
        Self { raw }
    }

    /// Returns the C object. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_ocsp_resp_t {
        self.raw
    }

    /// Returns the response in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_ocsp_resp_export)]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised, and used by one thread. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe { sys::gnutls_ocsp_resp_export(self.raw, output) })
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the response as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_ocsp_resp_export, alias(gnutls_ocsp_resp_export2))]
    pub fn to_pem(&self) -> Result<String> {
        pem::encode(LABEL, &self.to_der()?)
    }

    /// Returns the status of the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the status is unknown.
    #[corresponds(gnutls_ocsp_resp_get_status)]
    pub fn status(&self) -> Result<ResponseStatus> {
        // SAFETY: the object is initialised and only read.
        let status = check(unsafe { sys::gnutls_ocsp_resp_get_status(self.raw) })?;
        Ok(ResponseStatus(status.unsigned_abs()))
    }

    /// Returns an error if the response has no contents: the structure that C would read is not initialised.
    fn require_contents(&self) -> Result<()> {
        let status = self.status()?;
        if status != ResponseStatus::SUCCESSFUL {
            let code = Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE).not_fatal();
            return Err(code.with_message(format!("the response has no contents ({status:?})")));
        }
        let (oid, _) = self.response()?;
        if oid != BASIC {
            let code = Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE).not_fatal();
            return Err(code.with_message(format!("the response has the unknown type {oid}")));
        }
        Ok(())
    }

    /// Returns the object identifier of the type of the response, and its contents in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if the response is not successful.
    #[corresponds(gnutls_ocsp_resp_get_response)]
    pub fn response(&self) -> Result<(String, Vec<u8>)> {
        // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success.
        let parts = Output::fill_all(|[oid, response]| unsafe {
            sys::gnutls_ocsp_resp_get_response(self.raw, oid, response)
        });
        let [oid, response] = parts.map_err(Error::from_code)?;
        Ok((oid.to_text(), response.as_bytes().to_vec()))
    }

    /// Returns the version of the protocol, which is 1.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, like all following methods.
    #[corresponds(gnutls_ocsp_resp_get_version)]
    pub fn version(&self) -> Result<u32> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read.
        let version = check(unsafe { sys::gnutls_ocsp_resp_get_version(self.raw) })?;
        Ok(version.unsigned_abs())
    }

    /// Returns the name of the responder as text (RFC 4514), or `None` if it is identified by its key.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_get_responder2, alias(gnutls_ocsp_resp_get_responder))]
    pub fn responder(&self) -> Result<Option<String>> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let name = Output::filled_by(|output| unsafe {
            sys::gnutls_ocsp_resp_get_responder2(self.raw, output, 0)
        });
        let name = optional(name)?.map(|name| name.to_text());
        Ok(name.filter(|name| !name.is_empty()))
    }

    /// Returns the name of the responder in DER, or `None` if it is identified by its key.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_get_responder_raw_id(GNUTLS_OCSP_RESP_ID_DN))]
    pub fn responder_der(&self) -> Result<Option<Vec<u8>>> {
        self.raw_id(sys::GNUTLS_OCSP_RESP_ID_DN)
    }

    /// Returns the SHA-1 digest of the key of the responder, or `None` if it is identified by its name.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_get_responder_raw_id(GNUTLS_OCSP_RESP_ID_KEY))]
    pub fn responder_key_hash(&self) -> Result<Option<Vec<u8>>> {
        self.raw_id(sys::GNUTLS_OCSP_RESP_ID_KEY)
    }

    fn raw_id(&self, kind: c_uint) -> Result<Option<Vec<u8>>> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let id = Output::filled_by(|output| unsafe {
            sys::gnutls_ocsp_resp_get_responder_raw_id(self.raw, kind, output)
        });
        Ok(optional(id)?.map(|id| id.as_bytes().to_vec()))
    }

    /// Returns the time when the response was signed.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, and of kind [`Limit`](ErrorKind::Limit) if the time is not
    /// representable.
    #[corresponds(gnutls_ocsp_resp_get_produced)]
    pub fn produced(&self) -> Result<SystemTime> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read.
        time::required_from_c(unsafe { sys::gnutls_ocsp_resp_get_produced(self.raw) })
    }

    /// Returns the entries of all certificates.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, if an entry is damaged, and of kind [`Limit`](ErrorKind::Limit) if a
    /// time is not representable.
    #[corresponds(gnutls_ocsp_resp_get_single)]
    pub fn entries(&self) -> Result<Vec<Entry>> {
        self.require_contents()?;
        items(|index| self.entry(index))
    }

    fn entry(&self, index: c_uint) -> Result<Entry> {
        let mut digest = sys::GNUTLS_DIG_UNKNOWN;
        let (mut status, mut reason) = (0, 0);
        let (mut this_update, mut next_update, mut revocation) = (-1, -1, -1);
        // SAFETY: the object is initialised and only read; all numbers are written. The other outputs are owned by the caller
        // after success.
        let parts = Output::fill_all(|[name, key, serial]| unsafe {
            sys::gnutls_ocsp_resp_get_single(
                self.raw,
                index,
                &mut digest,
                name,
                key,
                serial,
                &mut status,
                &mut this_update,
                &mut next_update,
                &mut revocation,
                &mut reason,
            )
        });
        let parts = parts.map_err(Error::from_code)?;
        let [name, key, serial] = parts.map(|part| part.as_bytes().to_vec());
        let status = match status {
            sys::GNUTLS_OCSP_CERT_GOOD => CertificateStatus::Good,
            sys::GNUTLS_OCSP_CERT_REVOKED => CertificateStatus::Revoked {
                time: time::from_c(revocation)?,
                reason: RevocationReason(reason),
            },
            _ => CertificateStatus::Unknown,
        };
        Ok(Entry {
            certificate: CertificateId::new(Digest::from_raw(digest), name, key, serial),
            status,
            this_update: time::required_from_c(this_update)?,
            next_update: time::from_c(next_update)?,
        })
    }

    /// Returns the entry of a certificate, which is found by its serial number and the name of its issuer. If several entries
    /// are about it, one that revokes it has priority.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`entries`](Self::entries).
    #[corresponds(gnutls_ocsp_resp_check_crt, gnutls_ocsp_resp_get_single)]
    pub fn entry_for(&self, certificate: &Certificate) -> Result<Option<Entry>> {
        let mut found: Option<Entry> = None;
        for (index, entry) in (0..).zip(self.entries()?) {
            // SAFETY: the response and the certificate are initialised and only read.
            let is_about = unsafe {
                sys::gnutls_ocsp_resp_check_crt(self.raw, index, certificate.as_ptr()) >= 0
            };
            let is_revoked = matches!(entry.status, CertificateStatus::Revoked { .. });
            if is_about && (found.is_none() || is_revoked) {
                found = Some(entry);
            }
        }
        Ok(found)
    }

    /// Returns the nonce of the request, if any.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, or if the extension is damaged.
    #[corresponds(gnutls_ocsp_resp_get_nonce)]
    pub fn nonce(&self) -> Result<Option<Vec<u8>>> {
        self.require_contents()?;
        let mut critical = 0;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let nonce = Output::filled_by(|nonce| unsafe {
            sys::gnutls_ocsp_resp_get_nonce(self.raw, &mut critical, nonce)
        });
        Ok(optional(nonce)?.map(|nonce| nonce.as_bytes().to_vec()))
    }

    /// Returns all extensions, including the nonce.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, or if an extension is damaged.
    #[corresponds(gnutls_ocsp_resp_get_extension)]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        self.require_contents()?;
        items(|index| {
            let mut critical = 0;
            // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success.
            let parts = Output::fill_all(|[oid, value]| unsafe {
                sys::gnutls_ocsp_resp_get_extension(self.raw, index, oid, &mut critical, value)
            });
            let [oid, value] = parts.map_err(Error::from_code)?;
            Ok(Extension {
                oid: oid.to_text(),
                critical: is_critical(critical),
                value: value.as_bytes().to_vec(),
            })
        })
    }

    /// Returns the algorithm of the signature, or `None` if GnuTLS does not recognize it.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_get_signature_algorithm)]
    pub fn signature_algorithm(&self) -> Result<Option<SignatureAlgorithm>> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read.
        let number = check(unsafe { sys::gnutls_ocsp_resp_get_signature_algorithm(self.raw) })?;
        let number = number.unsigned_abs();
        Ok((number != sys::GNUTLS_SIGN_UNKNOWN).then(|| SignatureAlgorithm::from_raw(number)))
    }

    /// Returns the signature.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_get_signature)]
    pub fn signature(&self) -> Result<Vec<u8>> {
        self.require_contents()?;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe { sys::gnutls_ocsp_resp_get_signature(self.raw, output) })
            .map(|signature| signature.as_bytes().to_vec())
    }

    /// Returns the certificates in the response, with which the signer can be verified.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, or if a certificate is damaged.
    #[corresponds(gnutls_ocsp_resp_get_certs)]
    pub fn certificates(&self) -> Result<Vec<Certificate>> {
        self.require_contents()?;
        let (mut list, mut count) = (ptr::null_mut(), 0);
        // SAFETY: the object is initialised and only read. After success the caller owns the list and its elements.
        check(unsafe { sys::gnutls_ocsp_resp_get_certs(self.raw, &mut list, &mut count) })?;
        // SAFETY: the call succeeded: `list` has `count` initialised certificates, which nothing else uses. The list itself is
        // memory from GnuTLS's allocator.
        unsafe {
            let elements = array(list, count).iter();
            let certificates = elements.map(|&raw| Certificate::from_raw(raw)).collect();
            free(list.cast());
            Ok(certificates)
        }
    }

    /// Verifies the signature with trusted authorities: the signer is one of them, or has a certificate of one of them for this
    /// purpose.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents, or inside a closure that GnuTLS may call while it holds a lock that the
    /// verification acquires.
    #[corresponds(gnutls_ocsp_resp_verify)]
    pub fn verify(
        &self,
        authorities: &TrustList,
        flags: VerificationFlags,
    ) -> Result<VerifyStatus> {
        self.require_contents()?;
        let _guard = authorities.verification_guard()?;
        let mut status = 0;
        // SAFETY: both objects are initialised and only read, except for the list of a release before 3.7.3, for which the guard
        // excludes other verifications. The status is written.
        check(unsafe {
            let (list, flags) = (authorities.as_ptr(), flags.as_raw());
            sys::gnutls_ocsp_resp_verify(self.raw, list, &mut status, flags)
        })?;
        Ok(VerifyStatus(status))
    }

    /// Verifies the signature with the issuer of the certificates in the response: the signer is this issuer, or has a
    /// certificate of the issuer for this purpose.
    ///
    /// # Errors
    ///
    /// Returns an error if the response has no contents.
    #[corresponds(gnutls_ocsp_resp_verify_direct)]
    pub fn verify_direct(
        &self,
        issuer: &Certificate,
        flags: VerificationFlags,
    ) -> Result<VerifyStatus> {
        self.require_contents()?;
        let mut status = 0;
        // SAFETY: both objects are initialised and only read; the status is written.
        check(unsafe {
            let (issuer, flags) = (issuer.as_ptr(), flags.as_raw());
            sys::gnutls_ocsp_resp_verify_direct(self.raw, issuer, &mut status, flags)
        })?;
        Ok(VerifyStatus(status))
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if a certificate in the response cannot be
    /// [printed](Certificate::print), and an error if memory is exhausted.
    #[corresponds(gnutls_ocsp_resp_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        // C prints an error in place of certificates that it cannot read.
        for certificate in self.certificates().into_iter().flatten() {
            certificate.check_before_print()?;
        }
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_ocsp_resp_print(self.raw, format.as_raw(), output)
        })
        .map(|text| text.to_text())
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_ocsp_resp_deinit(self.raw) }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
