//! Changing what the policy of the system says of algorithms, for the whole process.

use gnutls_macros::corresponds;

use crate::crypto::parameters::Protocol;
use crate::crypto::public_key::{Curve, Digest, SignatureAlgorithm};
use crate::error::Result;
use crate::error::unsupported::requires;

/// Declares the two directions of one of C's switches.
macro_rules! switch {
    (
        $type:ident: $function:ident;
        $off:ident, $off_doc:literal;
        $on:ident, $on_doc:literal;
    ) => {
        impl $type {
            #[doc = $off_doc]
            /// For the whole process, from now on.
            ///
            /// # Errors
            ///
            /// [`InvalidState`](crate::ErrorKind::InvalidState) unless the system's configuration is a list of what is
            /// allowed (`override-mode = allowlist`), and once the first [`Priority`](crate::Priority), configuration or
            /// session has been made; [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
            ///
            /// # Safety
            ///
            /// No other thread uses GnuTLS meanwhile, whether by this crate or not: the tables are read without a lock. To
            /// be called when the program starts.
            #[corresponds($function)]
            pub unsafe fn $off(self) -> Result<()> {
                // SAFETY: the caller's promise.
                unsafe { self.$function(0) }
            }

            #[doc = $on_doc]
            #[doc = concat!("Otherwise as [`", stringify!($off), "`](Self::", stringify!($off), ").")]
            ///
            /// # Errors
            ///
            #[doc = concat!("As [`", stringify!($off), "`](Self::", stringify!($off), ").")]
            ///
            /// # Safety
            ///
            #[doc = concat!("As for [`", stringify!($off), "`](Self::", stringify!($off), ").")]
            #[corresponds($function)]
            pub unsafe fn $on(self) -> Result<()> {
                // SAFETY: the caller's promise.
                unsafe { self.$function(1) }
            }

            #[cfg_attr(not(gnutls_3_7_3), allow(unused_variables, reason = "refused, whatever it is"))]
            unsafe fn $function(self, value: std::ffi::c_uint) -> Result<()> {
                requires!(gnutls_3_7_3, "changing the system's policy",
                    // SAFETY: changes a table of the library, or refuses. Nobody reads it meanwhile: the caller's promise.
                    changed(unsafe { gnutls_sys::$function(self.as_raw(), value) })
                )
            }
        }
    };
}

#[cfg(gnutls_3_7_3)]
fn changed(code: std::ffi::c_int) -> Result<()> {
    use crate::error::ErrorKind;
    crate::error::check(code).map_err(|error| {
        error
            .with_kind(ErrorKind::InvalidState)
            .with_message("the system's policy has no list of what is allowed, or is in use")
            .not_fatal()
    })?;
    Ok(())
}

switch! {
    Protocol: gnutls_protocol_set_enabled;
    disable, "Takes this version out of what the system's policy allows.";
    dangerous_enable, "Adds this version to what the system's policy allows.";
}

switch! {
    Curve: gnutls_ecc_curve_set_enabled;
    disable, "Takes this curve out of what the system's policy allows.";
    dangerous_enable, "Adds this curve to what the system's policy allows.";
}

switch! {
    Digest: gnutls_digest_set_secure;
    mark_insecure, "Takes this digest out of what the system's policy takes to be secure.";
    dangerous_mark_secure, "Adds this digest to what the system's policy takes to be secure.";
}

switch! {
    SignatureAlgorithm: gnutls_sign_set_secure;
    mark_insecure, "Takes this algorithm out of what the system's policy takes to be secure.";
    dangerous_mark_secure, "Adds this algorithm to what the system's policy takes to be secure, but not for certificates.";
}

switch! {
    SignatureAlgorithm: gnutls_sign_set_secure_for_certs;
    mark_insecure_for_certificates, "Takes this algorithm out of what the system's policy takes to be secure in certificates.";
    dangerous_mark_secure_for_certificates, "Adds this algorithm to what the system's policy takes to be secure, also in certificates.";
}
