//! Trust lists: the verification of chains outside a session.

pub(crate) mod options;
mod steps;

use std::ffi::{c_int, c_uint};
use std::path::Path;
use std::time::SystemTime;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t, gnutls_x509_trust_list_t,
};

use self::options::VerifyOptions;
use self::steps::{Step, observed, record};
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::library::logging;
use crate::pkcs11;
use crate::pkcs11::Url;
use crate::support::file;
use crate::support::reentrant_lock::{ReentrantGuard, ReentrantLock};
use crate::support::secret::Secret;
use crate::verify::profile::VerificationFlags;
use crate::verify::status::VerificationStatus;
use crate::version::{Version, version};
use crate::x509::certificate::Certificate;
use crate::x509::name::Name;
use crate::x509::revocation_list::CertificateRevocationList;

/// Authorities and revocation lists, with which chains are verified outside a session.
///
/// The result is the same as that of a session with the same [`Trust`](crate::Trust). A complete list can be used in
/// several threads at the same time.
///
/// ```
/// use gnutls::x509::{Certificate, TrustList, VerifyOptions, oid};
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// let mut authorities = TrustList::new()?;
/// authorities.add_pem_file(file("ca"))?;
/// let chain = Certificate::list_from_pem_file(file("chain"))?;
/// let options = VerifyOptions::new().hostname("localhost").purpose(oid::PURPOSE_SERVER);
/// let result = authorities.verify(&chain, &options)?;
/// assert!(result.status().is_trusted(), "{}", result.status());
/// for certificate in result.path() {
///     println!("{}", certificate.subject()?);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(
    gnutls_x509_trust_list_t,
    alias(gnutls_x509_trust_list_init, gnutls_x509_trust_list_deinit)
)]
pub struct TrustList {
    /// Never NULL.
    raw: gnutls_x509_trust_list_t,
    /// Serializes verifications before 3.7.3, which write to the list if it contains a token.
    verifying: ReentrantLock,
    /// `true` if authorities are, or may be, on tokens.
    tokens: bool,
}

// SAFETY: the object is memory without ties to a thread: tables of certificates and revocation lists, which it owns, and
// the URL of a token (lib/x509/verify-high.c). Its release frees only these.
unsafe impl Send for TrustList {}
// SAFETY: all functions that modify the object require `&mut self`. The verification and the search for an issuer with
// GNUTLS_TL_GET_COPY only read it, with one exception: before 3.7.3, the verification with a token appends to
// `keep_certs` without a lock, since it searches for issuers without that flag. Only the release of the object reads
// `keep_certs`, and every verification holds `verifying` if the release is older.
unsafe impl Sync for TrustList {}

/// The maximum number of certificates in a chain (`DEFAULT_MAX_VERIFY_DEPTH`). C copies the chain to an array of this
/// size on its stack, in some releases without a check.
const MAX_CHAIN: usize = 16;

impl TrustList {
    /// Creates an empty list.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_x509_trust_list_init)]
    pub fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_trust_list_init(&mut raw, 0) })?;
        Ok(Self {
            raw,
            verifying: ReentrantLock::default(),
            tokens: false,
        })
    }

    /// Takes ownership of a C object, with all certificates and revocation lists in it.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised trust list, and nothing else uses or releases it or its contents.
    pub unsafe fn from_raw(raw: gnutls_x509_trust_list_t) -> Self {
        Self {
            raw,
            verifying: ReentrantLock::default(),
            // The contents are not known.
            tokens: true,
        }
    }

    /// Returns the C object, for functions of `gnutls-sys`. It lives as long as `self`.
    ///
    /// A function that modifies it must not be called while another thread uses the list.
    pub fn as_ptr(&self) -> gnutls_x509_trust_list_t {
        self.raw
    }

    /// Adds the authorities that the system trusts. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns an error if the system has no store of authorities, and inside a log function.
    #[corresponds(gnutls_x509_trust_list_add_system_trust)]
    pub fn add_system(&mut self) -> Result<usize> {
        logging::refuse_inside("using the trust store of the system")?;
        // The store of the system may be a token.
        self.tokens = true;
        // SAFETY: reads the store of the system into the object, which nothing else uses.
        counted(unsafe { sys::gnutls_x509_trust_list_add_system_trust(self.raw, 0, 0) })
    }

    /// Adds the authorities in PEM text. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no certificate, or one that
    /// cannot be parsed.
    #[corresponds(gnutls_x509_trust_list_add_trust_mem)]
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<usize> {
        argument::refuse_other_than_pem(pem, "the authorities")?;
        let list = Certificate::list_from_pem(pem)?;
        self.add_certificates(&list)
    }

    /// Adds the authorities in a PEM file. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`add_pem`](Self::add_pem).
    #[corresponds(
        gnutls_x509_trust_list_add_trust_mem,
        alias(gnutls_x509_trust_list_add_trust_file)
    )]
    pub fn add_pem_file(&mut self, path: impl AsRef<Path>) -> Result<usize> {
        let list = Certificate::list_from_pem_file(path)?;
        self.add_certificates(&list)
    }

    /// Adds the authorities in the PEM files of a directory. Subdirectories and files without certificates are ignored.
    /// Returns the number of authorities, which can be 0.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the directory or a file cannot be read.
    #[corresponds(
        gnutls_x509_trust_list_add_trust_mem,
        alias(gnutls_x509_trust_list_add_trust_dir)
    )]
    pub fn add_pem_directory(&mut self, path: impl AsRef<Path>) -> Result<usize> {
        let mut count = 0;
        for (_, content) in file::read_directory(path.as_ref())? {
            if let Ok(list) = Certificate::list_from_pem(&content) {
                count += self.add_certificates(&list)?;
            }
        }
        Ok(count)
    }

    /// Adds authorities. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_trust_list_add_trust_mem,
        alias(gnutls_x509_trust_list_add_cas)
    )]
    pub fn add_certificates(&mut self, authorities: &[Certificate]) -> Result<usize> {
        let mut count = 0;
        for authority in authorities {
            let der = authority.to_der()?;
            let data = argument::bytes(&der)?;
            // SAFETY: the object is used by nothing else. The data is only read during the call, and C owns what it
            // parses from it.
            count += counted(unsafe {
                sys::gnutls_x509_trust_list_add_trust_mem(
                    self.raw,
                    &data,
                    ptr::null(),
                    GNUTLS_X509_FMT_DER,
                    sys::GNUTLS_TL_NO_DUPLICATES as c_uint,
                    0,
                )
            })?;
        }
        Ok(count)
    }

    /// Adds the trusted certificates on a token, or those that a PKCS #11 URL (RFC 7512) identifies. Returns their
    /// number. A list contains at most one token.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the token is not found, if the list already contains a token, or
    /// inside a [PIN closure](crate::pkcs11::PinSource::ask) or a log function.
    #[corresponds(gnutls_x509_trust_list_add_trust_file)]
    pub fn add_url(&mut self, url: &str) -> Result<usize> {
        let url = Url::new(url)?;
        pkcs11::refuse_in_callback()?;
        self.tokens = true;
        // SAFETY: the object is used by nothing else. The URL ends in NUL, and it or the certificates that it identifies
        // are copied.
        counted(unsafe {
            sys::gnutls_x509_trust_list_add_trust_file(
                self.raw,
                url.as_ptr(),
                ptr::null(),
                GNUTLS_X509_FMT_PEM,
                0,
                0,
            )
        })
    }

    /// Trusts a certificate for one host name, without regard to its issuer and its other names.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the name has more than 255 bytes.
    #[corresponds(gnutls_x509_trust_list_add_named_crt)]
    pub fn add_named_certificate(&mut self, certificate: &Certificate, name: &str) -> Result<()> {
        let own = certificate.to_owned_ptr()?;
        // SAFETY: both objects are initialised, and nothing else uses them. The name is copied. After success the list
        // owns the certificate.
        let code = unsafe {
            let name_data = name.as_ptr().cast();
            sys::gnutls_x509_trust_list_add_named_crt(self.raw, own, name_data, name.len(), 0)
        };
        check(code).map(drop).inspect_err(|_| {
            // SAFETY: after a failure the list does not own the certificate, and nothing else uses it.
            drop(unsafe { Certificate::from_raw(own) });
        })
    }

    /// Removes authorities, and refuses any chain that contains one of these certificates. Returns the number of those
    /// that were in the list.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_trust_list_remove_trust_mem,
        alias(
            gnutls_x509_trust_list_remove_cas,
            gnutls_x509_trust_list_remove_trust_file
        )
    )]
    pub fn distrust(&mut self, certificates: &[Certificate]) -> Result<usize> {
        let mut count = 0;
        for certificate in certificates {
            let der = certificate.to_der()?;
            let data = argument::bytes(&der)?;
            // SAFETY: the object is used by nothing else. The data is only read during the call.
            count += counted(unsafe {
                sys::gnutls_x509_trust_list_remove_trust_mem(self.raw, &data, GNUTLS_X509_FMT_DER)
            })?;
        }
        Ok(count)
    }

    /// Adds the certificate revocation lists (CRLs) in PEM text. Returns their number.
    ///
    /// The signature of each list, its dates and the key usage of its issuer are verified with the authorities that were
    /// added before.
    ///
    /// A list replaces an older one of the same issuer, even if each of them covers only a part of the issuer's certificates
    /// (RFC 5280, section 5.2.5): revocations in the older one are then unknown.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Verification`](ErrorKind::Verification) if a list is not valid, and of kind
    /// [`Certificate`](ErrorKind::Certificate) if the text contains no list, or one that cannot be parsed. Old releases
    /// skip the lists that are not valid if another list in the text is valid.
    ///
    /// ```
    /// use gnutls::verify::{VerificationFlags, VerificationStatus};
    /// use gnutls::x509::{Certificate, TrustList, VerifyOptions};
    ///
    /// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    /// let mut authorities = TrustList::new()?;
    /// authorities.add_pem_file(file("ca"))?;
    /// // The certificate of this authority lacks the key usage for revocation lists.
    /// let flags = VerificationFlags::DANGEROUS_DISABLE_CA_SIGN;
    /// authorities.add_crl_pem(&std::fs::read(file("crl"))?, flags)?;
    /// let revoked = Certificate::list_from_pem_file(file("revoked"))?;
    /// let result = authorities.verify(&revoked, &VerifyOptions::new())?;
    /// assert!(result.status().contains(VerificationStatus::REVOKED));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[corresponds(
        gnutls_x509_trust_list_add_trust_mem(GNUTLS_TL_VERIFY_CRL),
        alias(gnutls_x509_trust_list_add_crls, GNUTLS_TL_FAIL_ON_INVALID_CRL)
    )]
    pub fn add_crl_pem(&mut self, pem: &[u8], flags: VerificationFlags) -> Result<usize> {
        argument::refuse_other_than_pem(pem, "the revocation list")?;
        self.add_crl(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM, Some(flags))
    }

    /// Adds the certificate revocation lists (CRLs) in PEM text without verification, as a
    /// [`Trust`](crate::Trust::and_crl_pem) does. Use it only for lists of a trusted source: anybody can create a list
    /// with the name of an authority. Returns their number.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no list, or one that cannot
    /// be parsed.
    #[corresponds(gnutls_x509_trust_list_add_trust_mem)]
    pub fn dangerous_add_unverified_crl_pem(&mut self, pem: &[u8]) -> Result<usize> {
        argument::refuse_other_than_pem(pem, "the revocation list")?;
        self.add_crl(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM, None)
    }

    /// Adds a certificate revocation list in DER; see [`add_crl_pem`](Self::add_crl_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`add_crl_pem`](Self::add_crl_pem).
    #[corresponds(gnutls_x509_trust_list_add_trust_mem(GNUTLS_TL_VERIFY_CRL))]
    pub fn add_crl_der(&mut self, der: &[u8], flags: VerificationFlags) -> Result<usize> {
        self.add_crl(der, GNUTLS_X509_FMT_DER, Some(flags))
    }

    /// Adds a certificate revocation list; see [`add_crl_pem`](Self::add_crl_pem).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Verification`](ErrorKind::Verification) if the list is not valid.
    #[corresponds(
        gnutls_x509_trust_list_add_trust_mem(GNUTLS_TL_VERIFY_CRL),
        alias(gnutls_x509_trust_list_add_crls)
    )]
    pub fn add_revocation_list(
        &mut self,
        list: &CertificateRevocationList,
        flags: VerificationFlags,
    ) -> Result<()> {
        self.add_crl_der(&list.to_der()?, flags).map(drop)
    }

    fn add_crl(
        &mut self,
        lists: &[u8],
        format: gnutls_x509_crt_fmt_t,
        verification: Option<VerificationFlags>,
    ) -> Result<usize> {
        let lists = if format == GNUTLS_X509_FMT_DER {
            argument::bytes(lists)?
        } else {
            argument::string(lists)?
        };
        let mut list_flags = sys::GNUTLS_TL_NO_DUPLICATES;
        if verification.is_some() {
            list_flags |= sys::GNUTLS_TL_VERIFY_CRL | sys::GNUTLS_TL_FAIL_ON_INVALID_CRL;
        }
        // SAFETY: the object is used by nothing else. The data is only read during the call; PEM ends in NUL, and C owns
        // what it parses from it.
        let count = counted(unsafe {
            sys::gnutls_x509_trust_list_add_trust_mem(
                self.raw,
                ptr::null(),
                &lists,
                format,
                list_flags as c_uint,
                verification.unwrap_or_default().as_raw(),
            )
        })?;
        // Older releases skip lists that are not valid.
        if count == 0 {
            return Err(Error::from_code(sys::GNUTLS_E_CRL_VERIFICATION_ERROR));
        }
        Ok(count)
    }

    /// Returns the authorities in the list, including those on a token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token cannot be read.
    #[corresponds(
        gnutls_x509_trust_list_iter_get_ca,
        gnutls_x509_trust_list_iter_deinit,
        alias(gnutls_x509_trust_list_iter_t)
    )]
    pub fn authorities(&self) -> Result<Vec<Certificate>> {
        self.refuse_in_callback()?;
        // SAFETY: the object is initialised and only read.
        unsafe { authorities(self.raw) }
    }

    /// Returns the authority that issued a certificate, by its name and key identifier.
    ///
    /// # Errors
    ///
    /// Returns an error if a token cannot be read.
    #[corresponds(gnutls_x509_trust_list_get_issuer(GNUTLS_TL_GET_COPY))]
    pub fn find_issuer(&self, certificate: &Certificate) -> Result<Option<Certificate>> {
        self.refuse_in_callback()?;
        let mut issuer = ptr::null_mut();
        // SAFETY: both objects are initialised and only read. With GET_COPY the issuer is a new object after success.
        let found = argument::optional(check(unsafe {
            sys::gnutls_x509_trust_list_get_issuer(
                self.raw,
                certificate.as_ptr(),
                &mut issuer,
                sys::GNUTLS_TL_GET_COPY as c_uint,
            )
        }))?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        Ok(found
            .filter(|_| !issuer.is_null())
            .map(|_| unsafe { Certificate::from_raw(issuer) }))
    }

    /// Returns an authority with this name and, if it is not `None`, this
    /// [key identifier](Certificate::subject_key_id).
    ///
    /// # Errors
    ///
    /// Returns an error if a token cannot be read.
    ///
    /// ```
    /// use gnutls::x509::TrustList;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
    /// let mut authorities = TrustList::new()?;
    /// authorities.add_pem_file(path)?;
    /// let authority = authorities.find_authority(&"CN=gnutls test ca".parse()?, None)?;
    /// assert!(authority.is_some());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_trust_list_get_issuer_by_dn,
        gnutls_x509_trust_list_get_issuer_by_subject_key_id
    )]
    pub fn find_authority(
        &self,
        name: &Name,
        key_id: Option<&[u8]>,
    ) -> Result<Option<Certificate>> {
        self.refuse_in_callback()?;
        let name = argument::bytes(name.as_der())?;
        let mut authority = ptr::null_mut();
        let code = match key_id {
            // SAFETY: the object is initialised and only read, as is the name. The result is a copy, or NULL if memory is
            // exhausted.
            None => unsafe {
                sys::gnutls_x509_trust_list_get_issuer_by_dn(self.raw, &name, &mut authority, 0)
            },
            Some(id) => {
                let id = argument::bytes(id)?;
                // SAFETY: the object is initialised and only read, as are the name and the identifier. The result is a
                // copy, or NULL if memory is exhausted.
                unsafe {
                    sys::gnutls_x509_trust_list_get_issuer_by_subject_key_id(
                        self.raw,
                        &name,
                        &id,
                        &mut authority,
                        0,
                    )
                }
            }
        };
        let found = argument::optional(check(code))?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        Ok(found
            .filter(|_| !authority.is_null())
            .map(|_| unsafe { Certificate::from_raw(authority) }))
    }

    /// Verifies a chain, whose first certificate is that of the peer. The order of the others does not matter, unless the
    /// flags require it.
    ///
    /// Without options, only the chain is verified: any certificate of an authority in the list is trusted, with any
    /// name and purpose.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the chain is empty or has more than 16
    /// certificates, or if an option contains a NUL byte, and an error if the verification is not possible. A chain that
    /// is not trusted is not an error.
    #[corresponds(
        gnutls_x509_trust_list_verify_crt2,
        alias(
            gnutls_x509_trust_list_verify_crt,
            gnutls_x509_trust_list_verify_named_crt
        )
    )]
    pub fn verify(
        &self,
        chain: &[Certificate],
        options: &VerifyOptions,
    ) -> Result<ChainVerification> {
        let Some(first) = chain.first() else {
            return Err(Error::invalid_input(
                "the chain is empty: pass the certificate of the peer",
            ));
        };
        if chain.len() > MAX_CHAIN {
            return Err(Error::invalid_input(format!(
                "the chain has {} certificates, but GnuTLS verifies at most {MAX_CHAIN}: omit those that are not required",
                chain.len()
            )));
        }
        let _guard = self.verification_guard()?;
        let mut values = options.data()?;
        let mut data = values.typed();
        let mut certificates: Vec<_> = chain.iter().map(Certificate::as_ptr).collect();
        let mut status: c_uint = 0;
        // SAFETY: all objects are initialised and only read, except for the list of a release before 3.7.3, for which
        // the guard excludes other verifications. Both numbers are those of the elements, the chain has at most as many
        // certificates as C can copy, and the data lives during the call.
        let (code, steps) = observed(|| unsafe {
            sys::gnutls_x509_trust_list_verify_crt2(
                self.raw,
                certificates.as_mut_ptr(),
                certificates.len() as c_uint,
                data.as_mut_ptr(),
                data.len() as c_uint,
                options.raw_flags(),
                &mut status,
                Some(record),
            )
        });
        check(code)?;
        let mut result = ChainVerification {
            path: path(first, &steps, status == 0)?,
            status: VerificationStatus::from_raw(status),
        };
        if options.has_hostname() && first.common_name_is_accepted_wrongly() {
            result.status |= VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
        }
        if let Some(time) = options.time() {
            result.status |= options.status_of_times(time, &result.path)?;
        }
        Ok(result)
    }

    /// Returns the guard that every verification with this list must hold, or an error inside a closure that GnuTLS may call
    /// while it holds the lock of its modules. The guard is a lock only before 3.7.3, which writes to the list without one.
    pub(crate) fn verification_guard(&self) -> Result<Option<ReentrantGuard<'_>>> {
        self.refuse_in_callback()?;
        Ok((version().running < Version::new(3, 7, 3)).then(|| self.verifying.lock()))
    }

    /// Returns an error inside a closure that GnuTLS may call while it holds the lock of its modules.
    fn refuse_in_callback(&self) -> Result<()> {
        if self.tokens {
            pkcs11::refuse_in_callback()
        } else {
            Ok(())
        }
    }
}

impl Drop for TrustList {
    fn drop(&mut self) {
        // SAFETY: the object is initialised and owned by this value, as are all certificates and revocation lists in it.
        // It is released once.
        unsafe { sys::gnutls_x509_trust_list_deinit(self.raw, 1) }
    }
}

impl fmt::Debug for TrustList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustList")
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

/// The result of [`TrustList::verify`].
#[derive(Clone, Debug)]
pub struct ChainVerification {
    status: VerificationStatus,
    path: Vec<Certificate>,
}

impl ChainVerification {
    /// Returns the status: each flag is a reason not to trust the chain.
    pub fn status(&self) -> VerificationStatus {
        self.status
    }

    /// Returns the certificates from that of the peer to the trust anchor. If the chain is not trusted, the path ends
    /// with the certificate whose issuer was not found or not accepted.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// Returns the issuer of the peer's certificate, unless that is itself trusted, or no issuer was found.
    pub fn issuer(&self) -> Option<&Certificate> {
        self.path.get(1)
    }

    /// Returns the path of a trusted chain, or an error of kind [`Verification`](ErrorKind::Verification).
    ///
    /// # Errors
    ///
    /// Returns an error with the [status](Error::verification) if the chain is not trusted.
    pub fn into_result(self) -> Result<Vec<Certificate>> {
        if self.status.is_trusted() {
            Ok(self.path)
        } else {
            Err(Error::untrusted(self.status))
        }
    }
}

/// Returns the certificates of a trust list.
///
/// # Safety
///
/// `list` is initialised, and nothing writes to it during the call.
pub(crate) unsafe fn authorities(list: gnutls_x509_trust_list_t) -> Result<Vec<Certificate>> {
    let mut iterator = ptr::null_mut();
    let all = argument::items(|_| {
        let mut certificate = ptr::null_mut();
        // SAFETY: by the contract of this function the list is initialised; it, and a token that it refers to, are only
        // read. The iterator is NULL at first, at the end, and if it cannot be created. After success the certificate is
        // a copy, which nothing else uses.
        unsafe {
            check(sys::gnutls_x509_trust_list_iter_get_ca(
                list,
                &mut iterator,
                &mut certificate,
            ))?;
            Ok(Certificate::from_raw(certificate))
        }
    });
    if !iterator.is_null() {
        // SAFETY: the iterator was created above and not released at the end of the list; it is released once.
        unsafe { sys::gnutls_x509_trust_list_iter_deinit(iterator) };
    }
    all
}

/// Converts the number of objects that C added or removed.
fn counted(code: c_int) -> Result<usize> {
    check(code)
        .map(|count| count.unsigned_abs() as usize)
        .map_err(|error| match error.code() {
            Some(ErrorCode::NO_CERTIFICATE_FOUND) => error.with_kind(ErrorKind::Certificate),
            _ => error,
        })
}

/// Returns the certificates from the first one to the trust anchor, from the steps of the verification. The last step of
/// a certificate counts, since C verifies a chain again if its first attempt fails.
fn path(first: &Certificate, steps: &[Step], trusted: bool) -> Result<Vec<Certificate>> {
    let mut path = vec![first.clone()];
    let mut der = first.to_der()?;
    let counts = |step: &&Step| !trusted || step.status == 0;
    while let Some(step) = steps
        .iter()
        .rev()
        .filter(counts)
        .find(|step| step.certificate == der)
    {
        let issuer = Certificate::from_der(&step.issuer)?;
        // A trust anchor can be its own issuer, and damaged chains can contain circles.
        if path.contains(&issuer) {
            break;
        }
        der.clone_from(&step.issuer);
        path.push(issuer);
    }
    Ok(path)
}

/// Returns the time in the seconds of C.
pub(crate) fn whole_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_of_issuers_ends() {
        let file = |name: &str| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        let [server, ca] =
            ["server", "ca"].map(|name| Certificate::from_pem_file(file(name)).unwrap());
        let step = |certificate: &Certificate, issuer: &Certificate| Step {
            certificate: certificate.to_der().unwrap(),
            issuer: issuer.to_der().unwrap(),
            status: 0,
        };
        let circle = [step(&server, &ca), step(&ca, &server)];
        assert_eq!(
            path(&server, &circle, true).unwrap(),
            [server.clone(), ca.clone()]
        );
        let itself = path(&server, &[step(&server, &server)], true).unwrap();
        assert_eq!(itself.len(), 1);
        // A failed attempt does not count if another one has succeeded.
        let failed = Step {
            status: 1,
            ..step(&server, &server)
        };
        let attempts = [step(&server, &ca), failed];
        assert_eq!(path(&server, &attempts, true).unwrap(), [server, ca]);
    }
}
