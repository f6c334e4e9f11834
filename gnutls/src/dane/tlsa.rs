//! The TLSA records of a service, and the verification with them.

use std::ffi::{c_char, c_int, c_uint};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use super::error_code::{ErrorCode, check};
use super::record::TlsaRecord;
use super::resolver::ResolverOptions;
use super::status::{DnssecStatus, VerificationStatus, VerifyFlags};
use crate::error::{Error, ErrorKind, Result, argument};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::verify::profile::VerificationFlags;
use crate::x509::certificate::Certificate;

/// The maximum number of records (`MAX_DATA_ENTRIES`), after which C ignores the others.
const MAX_RECORDS: usize = 100;

/// The TLSA records of a service, looked up by a [`Resolver`](super::Resolver) or supplied.
///
/// ```
/// use gnutls::dane::{DnssecStatus, TlsaRecords, VerifyFlags};
/// use gnutls::x509::Certificate;
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
/// let chain = Certificate::list_from_pem_file(path)?;
/// let record = "3 0 1 00ff".parse()?;
/// let records = TlsaRecords::from_records(&[record], DnssecStatus::VERIFIED)?;
/// let status = records.verify(&chain, VerifyFlags::default())?;
/// assert!(!status.is_match(), "{status}");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(dane_query_t, alias(dane_query_deinit))]
pub struct TlsaRecords {
    /// Never NULL.
    raw: sys::dane_query_t,
    /// The supplied records, to which the C object has pointers.
    _records: Vec<TlsaRecord>,
}

// SAFETY: the object is memory without ties to a thread: numbers, and pointers to records that it owns or that this value
// owns (libdane/dane.c).
unsafe impl Send for TlsaRecords {}
// SAFETY: nothing writes to the object after its creation: the getters and the verification only read it
// (libdane/dane.c).
unsafe impl Sync for TlsaRecords {}

impl TlsaRecords {
    /// Creates an object from records that were looked up by other means, with their authenticity.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`INVALID_DNSSEC_SIG`](ErrorCode::INVALID_DNSSEC_SIG) if the status is
    /// [`BOGUS`](DnssecStatus::BOGUS), and with [`NO_DNSSEC_SIG`](ErrorCode::NO_DNSSEC_SIG) if it is any other one than
    /// [`VERIFIED`](DnssecStatus::VERIFIED). More than 100 records are refused with the kind
    /// [`Limit`](ErrorKind::Limit).
    #[corresponds(dane_raw_tlsa)]
    pub fn from_records(records: &[TlsaRecord], status: DnssecStatus) -> Result<Self> {
        Self::supply(records, status, ResolverOptions::new())
    }

    /// Like [`from_records`](Self::from_records), also for records that DNSSEC does not authenticate. An attacker can
    /// have chosen them.
    ///
    /// # Errors
    ///
    /// Refuses more than 100 records with the kind [`Limit`](ErrorKind::Limit).
    #[corresponds(dane_raw_tlsa)]
    pub fn dangerous_from_insecure_records(
        records: &[TlsaRecord],
        status: DnssecStatus,
    ) -> Result<Self> {
        let options = ResolverOptions::new().dangerous_accept_insecure();
        Self::supply(records, status, options)
    }

    fn supply(
        records: &[TlsaRecord],
        status: DnssecStatus,
        options: ResolverOptions,
    ) -> Result<Self> {
        if records.len() > MAX_RECORDS {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "{} TLSA records exceed the maximum of {MAX_RECORDS}: pass those that apply",
                    records.len()
                ),
            )
            .not_fatal());
        }
        // The state only holds the options: nothing is looked up.
        let state = options
            .ignore_local_resolver()
            .dangerous_ignore_dnssec()
            .resolver()?;
        let records = records.to_vec();
        let mut addresses: Vec<*mut c_char> = records
            .iter()
            .map(|record| record.rdata().as_ptr().cast_mut().cast())
            .chain([ptr::null_mut()])
            .collect();
        // A record has at most 65,535 bytes.
        let lengths: Vec<c_int> = records
            .iter()
            .map(|record| record.rdata().len() as c_int)
            .chain([0])
            .collect();
        let mut raw = ptr::null_mut();
        // SAFETY: the state is initialised and only read. Both arrays have the same length, and the addresses end with
        // NULL. C copies them, and stores pointers into the records, which it only reads and which live as long as the
        // object. The result is written, also if the records are not authenticated.
        let code = unsafe {
            sys::dane_raw_tlsa(
                state.as_ptr(),
                &mut raw,
                addresses.as_mut_ptr().cast_const(),
                lengths.as_ptr(),
                c_int::from(status == DnssecStatus::VERIFIED),
                c_int::from(status == DnssecStatus::BOGUS),
            )
        };
        // SAFETY: the result is NULL or a new object, which nothing else uses. It has pointers to the records.
        unsafe { Self::take(raw, code, records) }
    }

    /// Takes ownership of the result of a query, which C also creates if it returns an error afterwards.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or an object that nothing else uses or releases. The records that it has pointers to are those of
    /// `records`, or its own.
    pub(super) unsafe fn take(
        raw: sys::dane_query_t,
        code: c_int,
        records: Vec<TlsaRecord>,
    ) -> Result<Self> {
        if raw.is_null() {
            check(code)?;
            return Err(ErrorCode::MEMORY_ERROR.into_error());
        }
        let result = Self {
            raw,
            _records: records,
        };
        check(code)?;
        Ok(result)
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised query, nothing else uses or releases it, and the records that were passed to
    /// `dane_raw_tlsa` live as long as the object.
    pub unsafe fn from_raw(raw: sys::dane_query_t) -> Self {
        Self {
            raw,
            _records: Vec::new(),
        }
    }

    /// Returns the C object, for functions of `gnutls-sys`. It lives as long as `self`.
    pub fn as_ptr(&self) -> sys::dane_query_t {
        self.raw
    }

    /// Returns the authenticity of the records.
    #[corresponds(dane_query_status)]
    pub fn status(&self) -> DnssecStatus {
        // SAFETY: the object is initialised; reads a field.
        DnssecStatus::from_raw(unsafe { sys::dane_query_status(self.raw) })
    }

    /// Returns the number of records, at most 100.
    #[corresponds(dane_query_entries)]
    pub fn len(&self) -> usize {
        // SAFETY: the object is initialised; reads a field.
        unsafe { sys::dane_query_entries(self.raw) as usize }
    }

    /// Returns `true` if there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the records in their order.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(dane_query_data, instead(dane_query_to_raw_tlsa))]
    pub fn records(&self) -> Result<Vec<TlsaRecord>> {
        let record = |index| {
            let (mut usage, mut selector, mut matching_type) = (0, 0, 0);
            let mut data = datum::empty();
            // SAFETY: the object is initialised and only read. The data is part of it, or of the supplied records.
            check(unsafe {
                sys::dane_query_data(
                    self.raw,
                    index,
                    &mut usage,
                    &mut selector,
                    &mut matching_type,
                    &mut data,
                )
            })?;
            // C reads the numbers as `char`, which is signed on some architectures.
            let mut rdata = [usage, selector, matching_type]
                .map(|number: c_uint| number as u8)
                .to_vec();
            // SAFETY: the call above succeeded, so the datum is readable and does not change while `self` lives.
            rdata.extend_from_slice(unsafe { datum::slice(data.data, data.size as usize) });
            TlsaRecord::from_rdata(&rdata)
        };
        (0..self.len() as c_uint).map(record).collect()
    }

    /// Verifies a chain, which starts with the certificate of the server.
    ///
    /// A record about an authority matches only a certificate that issued the one before it, which C does not check: it
    /// accepts an authority that the server appended to another chain. Append the trusted issuer if the server does not
    /// send it.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`NO_CERT`](ErrorCode::NO_CERT) if the chain is empty, and one of kind
    /// [`Certificate`](ErrorKind::Certificate) if GnuTLS does not support the key of a certificate.
    #[corresponds(dane_verify_crt_raw, instead(dane_verify_crt))]
    pub fn verify(&self, chain: &[Certificate], flags: VerifyFlags) -> Result<VerificationStatus> {
        let chain = chain
            .iter()
            .take(linked(chain))
            .map(Certificate::to_der)
            .collect::<Result<Vec<_>>>()?;
        let data = chain
            .iter()
            .map(|der| argument::bytes(der))
            .collect::<Result<Vec<_>>>()?;
        let mut status = 0;
        // SAFETY: the object is initialised, and the state is not used. The chain is only read during the call, up to
        // its length.
        let code = unsafe {
            sys::dane_verify_crt_raw(
                ptr::null_mut(),
                data.as_ptr(),
                data.len() as c_uint,
                sys::GNUTLS_CRT_X509,
                self.raw,
                0,
                flags.as_raw(),
                &mut status,
            )
        };
        let status = VerificationStatus::from_raw(status);
        // C returns the code in any case, and sets the status only without the flag.
        if status != VerificationStatus::UNKNOWN_DANE_INFO {
            check(code)?;
        }
        Ok(status)
    }

    /// Verifies the chain of the peer, with the issuer in the [`Trust`](crate::Trust) of the session if the peer has not
    /// sent it.
    ///
    /// # Errors
    ///
    /// Returns those of [`verify`](Self::verify), and [`NO_CERT`](ErrorCode::NO_CERT) if the peer has sent no
    /// certificate or a raw public key.
    #[corresponds(
        gnutls_credentials_get,
        gnutls_certificate_get_issuer,
        instead(dane_verify_session_crt)
    )]
    pub fn verify_session(
        &self,
        session: &SessionRef,
        flags: VerifyFlags,
    ) -> Result<VerificationStatus> {
        let mut chain = session.peer_x509_chain()?;
        let issuer = chain
            .last()
            .filter(|last| !last.is_issued_by(last))
            .and_then(|last| trusted_issuer(session, last));
        chain.extend(issuer);
        self.verify(&chain, flags)
    }
}

/// Returns the number of certificates at the beginning of a chain of which each one is signed by the next. C itself
/// examines the first two.
fn linked(chain: &[Certificate]) -> usize {
    let is_signed = |certificate: &Certificate, issuer: &Certificate| {
        let issuer = std::slice::from_ref(issuer);
        certificate
            .verify(issuer, VerificationFlags::default())
            .is_ok_and(|status| status.is_trusted())
    };
    let links = chain.windows(2).skip(1);
    let links = links.take_while(|link| is_signed(&link[0], &link[1]));
    chain.len().min(2) + links.count()
}

/// Returns the trusted certificate that issued this one.
fn trusted_issuer(session: &SessionRef, certificate: &Certificate) -> Option<Certificate> {
    let (mut credentials, mut issuer) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: reads the list of credentials of the session, which only handshakes and setters change. With GET_COPY the
    // issuer is a new object after success, and the credentials are only read.
    let code = unsafe {
        match sys::gnutls_credentials_get(
            session.as_ptr(),
            sys::GNUTLS_CRD_CERTIFICATE,
            &mut credentials,
        ) {
            0 => sys::gnutls_certificate_get_issuer(
                credentials.cast(),
                certificate.as_ptr(),
                &mut issuer,
                sys::GNUTLS_TL_GET_COPY as c_uint,
            ),
            code => code,
        }
    };
    // SAFETY: the call above succeeded and created the object, which nothing else uses.
    (code == 0).then(|| unsafe { Certificate::from_raw(issuer) })
}

impl Drop for TlsaRecords {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once. It does not read the supplied
        // records, which are dropped afterwards.
        unsafe { sys::dane_query_deinit(self.raw) }
    }
}

impl fmt::Debug for TlsaRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsaRecords")
            .field("status", &self.status())
            .field("records", &self.len())
            .finish()
    }
}
