//! Telling which certificate of a chain was found good or not while GnuTLS verifies it.

use std::cell::Cell;
use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::{fmt, ptr};

use gnutls_sys as sys;
use gnutls_sys::{gnutls_session_t, gnutls_x509_crl_t, gnutls_x509_crt_t};

use crate::support::datum::Output;
use crate::support::panic::PanicSlot;
use crate::verify::status::VerificationStatus;

/// Is told each step, see [`ClientConfigBuilder::on_verification_step`](crate::ClientConfigBuilder::on_verification_step).
pub(crate) type VerificationStepCallback = dyn Fn(&VerificationStep<'_>) + Send + Sync + 'static;

/// A certificate that GnuTLS has looked at while it verified a chain, and what it has found: lent to a closure.
///
/// ```
/// use gnutls::verify::VerificationStep;
///
/// /// Tells what each certificate came to.
/// fn log(step: &VerificationStep<'_>) {
///     println!("{}: {} bytes, {}", step.server_name().unwrap_or("-"), step.certificate().len(), step.status());
/// }
///
/// let builder = gnutls::ClientConfig::builder().on_verification_step(log);
/// # drop(builder);
/// ```
pub struct VerificationStep<'a> {
    server_name: Option<&'a str>,
    certificate: Option<Output>,
    issuer: Option<Output>,
    revocation_list: bool,
    status: VerificationStatus,
}

impl VerificationStep<'_> {
    /// On a client: the name or the address of the server that is wanted.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name
    }

    /// The certificate, in DER. Empty where it could not be encoded.
    pub fn certificate(&self) -> &[u8] {
        bytes(&self.certificate).unwrap_or_default()
    }

    /// The certificate that it was verified with, in DER, if one was found: its issuer, or the one of the same key that is
    /// trusted.
    pub fn issuer(&self) -> Option<&[u8]> {
        bytes(&self.issuer)
    }

    /// Whether the step was to look it up in a list of revoked certificates (CRL).
    pub fn is_revocation_check(&self) -> bool {
        self.revocation_list
    }

    /// What was found in this step. It says nothing of names and purposes, of OCSP responses, nor of other steps: the verdict
    /// on the whole is [`PeerVerification::status`](crate::verify::PeerVerification::status).
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

/// Who is told of the verification that runs in this thread.
struct Watch<'a> {
    observer: &'a Arc<VerificationStepCallback>,
    server_name: Option<&'a str>,
    panic: PanicSlot,
}

thread_local! {
    /// C gives its function neither the session nor a pointer of its own. It calls it from within the verification, in the same
    /// thread.
    static WATCH: Cell<*const Watch<'static>> = const { Cell::new(ptr::null()) };
}

/// Verifies, and tells the observer of each step. Gives the panic of the observer as well, if there was one.
///
/// # Safety
///
/// `session` is live, and nobody else uses it meanwhile.
pub(crate) unsafe fn observed(
    session: gnutls_session_t,
    observer: &Arc<VerificationStepCallback>,
    server_name: Option<&str>,
    verify: impl FnOnce() -> c_int,
) -> (c_int, PanicSlot) {
    let watch = Watch {
        observer,
        server_name,
        panic: PanicSlot::new(),
    };
    // An observer may itself use sessions in this thread.
    let before = WATCH.replace(ptr::from_ref(&watch).cast());
    install(session);
    let code = verify();
    WATCH.set(before);
    (code, watch.panic)
}

/// Has GnuTLS call [`step`]. Before 3.7.0 no configuration has an observer.
#[cfg(gnutls_3_7_0)]
fn install(session: gnutls_session_t) {
    // SAFETY: stores the pointer in a session that is live.
    unsafe { sys::gnutls_session_set_verify_output_function(session, Some(step)) }
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
    // SAFETY: NULL, or set by `observed`, which has not returned: it calls what has called this.
    let Some(watch) = (unsafe { watch.as_ref() }) else {
        return 0;
    };
    if watch.panic.is_set() {
        return 0;
    }
    watch.panic.catch((), || {
        // SAFETY: GnuTLS lends the objects, or passes NULL. What was read from DER and not changed is copied (lib/x509/x509.c),
        // so that those which other threads use as well are only read.
        let step = unsafe {
            VerificationStep {
                server_name: watch.server_name,
                certificate: encoded(certificate),
                issuer: encoded(issuer),
                revocation_list: !list.is_null(),
                status: VerificationStatus::from_raw(status),
            }
        };
        (watch.observer)(&step);
    });
    0
}

/// A certificate in DER.
unsafe fn encoded(certificate: gnutls_x509_crt_t) -> Option<Output> {
    if certificate.is_null() {
        return None;
    }
    // SAFETY: not NULL, and the caller's promise; writes the output, which is ours after success.
    Output::filled_by(|output| unsafe {
        sys::gnutls_x509_crt_export2(certificate, sys::GNUTLS_X509_FMT_DER, output)
    })
    .ok()
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
        let observer: Arc<VerificationStepCallback> = Arc::new(|_| ());
        let watched = || WATCH.get();
        assert!(watched().is_null());
        // SAFETY: the session is live, and nobody else has it.
        let (code, panic) = unsafe {
            observed(session.as_ptr(), &observer, None, || {
                let outer = watched();
                assert!(!outer.is_null());
                // An observer that verifies something itself.
                observed(session.as_ptr(), &observer, None, || {
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
