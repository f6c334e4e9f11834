//! The resolver, which looks TLSA records up in the DNS.

use std::ffi::{CString, c_uint};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use super::error_code::check;
use super::tlsa::TlsaRecords;
use crate::error::{Error, Result};

/// The longest domain name in the DNS, as text.
const MAX_NAME: usize = 253;

/// Options of a [`Resolver`].
///
/// ```
/// use gnutls::dane::ResolverOptions;
///
/// let resolver = ResolverOptions::new().ignore_local_resolver().resolver()?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(dane_state_flags_t))]
#[must_use]
pub struct ResolverOptions(sys::dane_state_flags_t);

impl ResolverOptions {
    /// Returns the defaults: the resolver of the system, and only records that DNSSEC authenticates.
    pub const fn new() -> Self {
        Self(0)
    }

    /// Queries the servers of the DNS from its root, instead of the resolver and the host names of the system
    /// (`/etc/resolv.conf`, `/etc/hosts`).
    #[corresponds(dane_state_init(DANE_F_IGNORE_LOCAL_RESOLVER))]
    pub const fn ignore_local_resolver(self) -> Self {
        Self(self.0 | sys::DANE_F_IGNORE_LOCAL_RESOLVER)
    }

    /// Returns records also if DNSSEC does not authenticate them. An attacker who can modify DNS messages can then
    /// choose the records; see [`TlsaRecords::status`].
    #[corresponds(dane_state_init(DANE_F_INSECURE))]
    pub const fn dangerous_accept_insecure(self) -> Self {
        Self(self.0 | sys::DANE_F_INSECURE)
    }

    /// Does not load the trust anchor of DNSSEC, so that all records are insecure.
    #[corresponds(dane_state_init(DANE_F_IGNORE_DNSSEC))]
    pub const fn dangerous_ignore_dnssec(self) -> Self {
        Self(self.0 | sys::DANE_F_IGNORE_DNSSEC)
    }

    /// Creates a resolver with these options.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`INITIALIZATION_ERROR`](super::ErrorCode::INITIALIZATION_ERROR) if the resolver of
    /// the system is not configured.
    #[corresponds(dane_state_init)]
    pub fn resolver(self) -> Result<Resolver> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer. After a failure it points to memory that C has released, and is not used.
        check(unsafe { sys::dane_state_init(&mut raw, self.0) })?;
        Ok(Resolver { raw })
    }
}

/// A DNS resolver with validation of DNSSEC, which keeps what it has looked up.
///
/// ```no_run
/// use gnutls::dane::{Resolver, VerifyFlags};
/// use gnutls::x509::Certificate;
///
/// let records = Resolver::new()?.query("mail.example", "tcp", 25)?;
/// let chain = Certificate::list_from_pem_file("chain.pem")?;
/// println!("{}", records.verify(&chain, VerifyFlags::ONLY_CHECK_EE_USAGE)?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(dane_state_t, alias(dane_state_deinit))]
pub struct Resolver {
    /// Never NULL.
    raw: sys::dane_state_t,
}

// SAFETY: the object is a context of libunbound and a number (libdane/dane.c). The context is memory and pipes without
// ties to a thread. It is not `Sync`, because libunbound can be compiled without locks.
unsafe impl Send for Resolver {}

impl Resolver {
    /// Creates a resolver with the [default options](ResolverOptions::new).
    ///
    /// # Errors
    ///
    /// Returns those of [`ResolverOptions::resolver`].
    pub fn new() -> Result<Self> {
        ResolverOptions::new().resolver()
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised state, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: sys::dane_state_t) -> Self {
        Self { raw }
    }

    /// Returns the C object, for functions of `gnutls-sys`. It lives as long as `self`.
    pub fn as_ptr(&self) -> sys::dane_state_t {
        self.raw
    }

    /// Sets the file with the trusted keys of DNSSEC Lookaside Validation, before the first query. Newer releases of
    /// libunbound ignore it, since RFC 8749 has retired the protocol.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the path contains a NUL byte, and
    /// one with the code [`FILE_ERROR`](super::ErrorCode::FILE_ERROR) after a query.
    #[corresponds(dane_state_set_dlv_file)]
    pub fn set_dlv_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = CString::new(path.as_ref().as_os_str().as_bytes())
            .map_err(|_| Error::invalid_input("the path of the DLV file contains a NUL byte"))?;
        // SAFETY: the state is initialised and used by nothing else. C copies the path, which ends in NUL.
        check(unsafe { sys::dane_state_set_dlv_file(self.raw, path.as_ptr()) })
    }

    /// Looks up the TLSA records of a service. `protocol` is `tcp`, `udp` or `sctp`. Waits for the answer of the DNS.
    ///
    /// # Errors
    ///
    /// - [`NO_DANE_DATA`](super::ErrorCode::NO_DANE_DATA) if the answer contains no records. C does not distinguish an
    ///   authenticated answer from a forged one, so this error is no proof that the service has no records.
    /// - [`NO_DNSSEC_SIG`](super::ErrorCode::NO_DNSSEC_SIG) or
    ///   [`INVALID_DNSSEC_SIG`](super::ErrorCode::INVALID_DNSSEC_SIG) if DNSSEC does not authenticate the records.
    /// - [`RESOLVING_ERROR`](super::ErrorCode::RESOLVING_ERROR) if the DNS cannot be reached, or the trust anchor of
    ///   DNSSEC cannot be read.
    /// - Kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if an argument is no part of a domain name in ASCII.
    #[corresponds(dane_query_tlsa)]
    pub fn query(&self, host: &str, protocol: &str, port: u16) -> Result<TlsaRecords> {
        let [host, protocol] = [("host name", host), ("protocol", protocol)].map(|(name, text)| {
            let is_name = !text.is_empty()
                && text.len() <= MAX_NAME
                && text.bytes().all(|byte| byte.is_ascii_graphic());
            CString::new(text)
                .ok()
                .filter(|_| is_name)
                .ok_or_else(|| {
                    Error::invalid_input(format!(
                        "{name} {text:?}: use 1 to {MAX_NAME} ASCII characters, and the encoded form of an \
                         internationalized name"
                    ))
                })
        });
        let (host, protocol) = (host?, protocol?);
        let mut raw = ptr::null_mut();
        // SAFETY: the state is initialised, and only this thread uses it. The strings end in NUL and are only read; the
        // domain name is shorter than the buffer of C. The result is written, also if it is not authenticated.
        let code = unsafe {
            sys::dane_query_tlsa(
                self.raw,
                &mut raw,
                host.as_ptr(),
                protocol.as_ptr(),
                c_uint::from(port),
            )
        };
        // SAFETY: the result is NULL or a new object, which nothing else uses and which owns its records.
        unsafe { TlsaRecords::take(raw, code, Vec::new()) }
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        // SAFETY: the state is initialised, owned by this value, and released once. Results own their records.
        unsafe { sys::dane_state_deinit(self.raw) }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}
