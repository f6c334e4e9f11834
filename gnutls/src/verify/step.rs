//! The callback for each step of the verification of a chain.

use std::cell::Cell;
use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::{fmt, ptr};

use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_session_t, gnutls_x509_crl_t, gnutls_x509_crt_t};

use crate::session_core::session_ref::SessionRef;
use crate::support::datum::Output;
use crate::support::panic::PanicSlot;
use crate::verify::status::VerificationStatus;
use crate::x509::certificate;

/// Receives each step; see
/// [`ClientConfigBuilder::on_verification_step`](crate::ClientConfigBuilder::on_verification_step).
pub(crate) type VerificationStepCallback = dyn Fn(&VerificationStep<'_>) + Send + Sync + 'static;

/// One step of the verification of a chain: a certificate, and the result of its verification by GnuTLS.
///
/// ```
/// use gnutls::verify::VerificationStep;
///
/// /// Prints the status of each certificate.
/// fn log(step: &VerificationStep<'_>) {
///     println!("{}: {} bytes, {}", step.server_name().unwrap_or("-"), step.certificate().len(), step.status());
/// }
///
/// let builder = gnutls::ClientConfig::builder().on_verification_step(log);
/// # drop(builder);
/// ```
pub struct VerificationStep<'a> {
    session: &'a SessionRef,
    server_name: Option<&'a str>,
    certificate: Option<Output>,
    issuer: Option<Output>,
    revocation_list: bool,
    status: VerificationStatus,
}

impl<'a> VerificationStep<'a> {
    /// Returns the session in its current state. The handshake is not complete.
    pub fn session(&self) -> &'a SessionRef {
        self.session
    }

    /// Returns the expected address of the server, or its name as it was sent. On a server, there is none.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name
    }

    /// Returns the certificate in DER. It is empty if the encoding failed.
    pub fn certificate(&self) -> &[u8] {
        bytes(&self.certificate).unwrap_or_default()
    }

    /// Returns the certificate with which it was verified, in DER, if one was found: its issuer, or the trusted
    /// certificate with the same key.
    pub fn issuer(&self) -> Option<&[u8]> {
        bytes(&self.issuer)
    }

    /// Returns `true` if the step was a search in a certificate revocation list (CRL).
    pub fn is_revocation_check(&self) -> bool {
        self.revocation_list
    }

    /// Returns the status of this step. It does not include names, purposes, OCSP responses and other steps; the status
    /// of the whole verification is [`PeerVerification::status`](crate::verify::PeerVerification::status).
    pub fn status(&self) -> VerificationStatus {
        self.status
    }
}

fn bytes(data: &Option<Output>) -> Option<&[u8]> {
    data.as_ref().map(Output::as_bytes)
}

impl fmt::Debug for VerificationStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationStep")
            .field("server_name", &self.server_name)
            .field("issuer", &self.issuer.is_some())
            .field("revocation_list", &self.revocation_list)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The callback for the verification that runs in this thread.
struct Watch<'a> {
    callback: &'a Arc<VerificationStepCallback>,
    session: &'a SessionRef,
    server_name: Option<&'a str>,
    panic: PanicSlot,
}

thread_local! {
    /// C passes neither the session nor a user pointer to its callback. It calls it during the verification, in the
    /// same thread.
    static WATCH: Cell<*const Watch<'static>> = const { Cell::new(ptr::null()) };
}

/// Calls `verify`, during which the callback receives each step. Returns the result, and the panic of the callback, if
/// there was one.
///
/// # Safety
///
/// `session` is a live session of this crate, and nothing changes what a [`SessionRef`] reads from it during the call.
pub(crate) unsafe fn observed(
    session: gnutls_session_t,
    callback: &Arc<VerificationStepCallback>,
    server_name: Option<&str>,
    verify: impl FnOnce() -> c_int,
) -> (c_int, PanicSlot) {
    let watch = Watch {
        callback,
        // SAFETY: the session is live and of this crate, and nothing changes it while the reference exists, by the
        // contract of this function.
        session: unsafe { SessionRef::from_ptr(session) },
        server_name,
        panic: PanicSlot::new(),
    };
    // The callback may itself verify other sessions in this thread.
    let before = WATCH.replace(ptr::from_ref(&watch).cast());
    install(session);
    let code = verify();
    WATCH.set(before);
    (code, watch.panic)
}

/// Installs [`step`] as the callback for C. Before 3.7.0 no configuration has a callback.
#[cfg(gnutls_3_7_0)]
fn install(session: gnutls_session_t) {
    // SAFETY: the session is live by the contract of `observed`, which calls this; stores a pointer in it.
    unsafe { gnutls_sys::gnutls_session_set_verify_output_function(session, Some(step)) }
}

#[cfg(not(gnutls_3_7_0))]
fn install(_session: gnutls_session_t) {}

#[cfg_attr(
    not(gnutls_3_7_0),
    allow(dead_code, reason = "only newer libraries call it")
)]
unsafe extern "C" fn step(
    certificate: gnutls_x509_crt_t,
    issuer: gnutls_x509_crt_t,
    list: gnutls_x509_crl_t,
    status: c_uint,
) -> c_int {
    let watch = WATCH.try_with(Cell::get).unwrap_or(ptr::null());
    // SAFETY: the pointer is NULL, or refers to a local variable of `observed`, which has not returned: it called the
    // verification that calls this function.
    let Some(watch) = (unsafe { watch.as_ref() }) else {
        return 0;
    };
    if watch.panic.is_set() {
        return 0;
    }
    watch.panic.catch((), || {
        // SAFETY: each certificate is NULL, or an object of C that lives during the callback. Certificates that other
        // threads also use are not written to, and exporting one only reads it (lib/x509/x509.c).
        let step = unsafe {
            VerificationStep {
                session: watch.session,
                server_name: watch.server_name,
                certificate: encoded(certificate),
                issuer: encoded(issuer),
                revocation_list: !list.is_null(),
                status: VerificationStatus::from_raw(status),
            }
        };
        (watch.callback)(&step);
    });
    0
}

/// Returns a certificate in DER, or `None` for NULL.
///
/// # Safety
///
/// Unless `certificate` is NULL, it is an initialised certificate that nothing writes to or releases during the call.
unsafe fn encoded(certificate: gnutls_x509_crt_t) -> Option<Output> {
    if certificate.is_null() {
        return None;
    }
    // SAFETY: `certificate` is not NULL; by the contract of this function it is initialised, and nothing writes to it or
    // releases it during the call.
    unsafe { certificate::export(certificate, GNUTLS_X509_FMT_DER) }.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClientConfig;
    use crate::trust::Trust;

    #[test]
    fn bug_class_2_nobody_is_watched_for_longer_than_a_verification() {
        let config = ClientConfig::builder().trust(Trust::none()).build();
        let session = config.unwrap().session("localhost").unwrap();
        let callback: Arc<VerificationStepCallback> = Arc::new(|_| ());
        let watched = || WATCH.get();
        assert!(watched().is_null());
        // SAFETY: the session is live, and nothing else uses it.
        let (code, panic) = unsafe {
            observed(session.as_ptr(), &callback, None, || {
                let outer = watched();
                assert!(!outer.is_null());
                // The callback verifies another session.
                observed(session.as_ptr(), &callback, None, || {
                    assert_ne!(watched(), outer);
                    0
                });
                assert_eq!(watched(), outer);
                7
            })
        };
        assert_eq!((code, panic.is_set()), (7, false));
        assert!(watched().is_null());
    }
}
