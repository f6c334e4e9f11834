//! Certificate compression in TLS 1.3 (RFC 8879).

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys::{gnutls_compression_method_t, gnutls_session_t};

use crate::crypto::numbers::raw;
#[cfg(gnutls_3_7_4)]
use crate::error::check as check_code;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::session_core::session_ref::SessionRef;

/// A certificate compression method (RFC 8879, section 7.3).
///
/// A number of a newer library that is unknown to this crate is preserved.
///
/// ```
/// use gnutls::extension::CompressionMethod;
///
/// for method in [CompressionMethod::BROTLI, CompressionMethod::ZLIB, CompressionMethod::ZSTD] {
///     println!("{method}: {}", method.is_available());
/// }
/// ```
#[corresponds(alias(gnutls_compression_method_t))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompressionMethod(gnutls_compression_method_t);

raw!(CompressionMethod(gnutls_compression_method_t): "The method with this number in C.", "The number in C.");

impl CompressionMethod {
    /// `GNUTLS_COMP_ZLIB`
    pub const ZLIB: Self = Self(gnutls_sys::GNUTLS_COMP_ZLIB);
    /// `GNUTLS_COMP_BROTLI`
    pub const BROTLI: Self = Self(gnutls_sys::GNUTLS_COMP_BROTLI);
    /// `GNUTLS_COMP_ZSTD`
    pub const ZSTD: Self = Self(gnutls_sys::GNUTLS_COMP_ZSTD);

    /// Returns the name in RFC 8879. GnuTLS names only the methods that it was built with.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::ZLIB => Some("zlib"),
            Self::BROTLI => Some("brotli"),
            Self::ZSTD => Some("zstd"),
            _ => None,
        }
    }

    /// Returns `true` if the library supports the method: it is 3.7.4 or newer, was built with the method, and finds
    /// the required library. This depends on the distribution; Debian has no method.
    pub fn is_available(self) -> bool {
        check(&[self]).is_ok()
    }
}

impl fmt::Display for CompressionMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "unknown ({})", self.0),
        }
    }
}

impl fmt::Debug for CompressionMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompressionMethod({self})")
    }
}

/// The maximum number of methods in GnuTLS (`MAX_COMPRESS_CERTIFICATE_METHODS` in `lib/ext/compress_certificate.h`).
const METHODS: usize = 127;

/// Fails if a session would refuse the methods.
pub(crate) fn check(methods: &[CompressionMethod]) -> Result<()> {
    if methods.is_empty() {
        return Ok(());
    }
    if methods.len() > METHODS {
        return Err(Error::invalid_input(
            "more than 127 certificate compression methods are not possible: use fewer",
        ));
    }
    requires!(
        gnutls_3_7_4,
        "compressing certificates",
        methods.iter().try_for_each(|method| available(*method))
    )
}

/// Returns an error unless the library supports the method, which it reports only when a session enables it.
#[cfg(gnutls_3_7_4)]
fn available(method: CompressionMethod) -> Result<()> {
    crate::session_core::scratch::with_scratch_session(|session| {
        // SAFETY: the session is live and has not started a handshake.
        unsafe { set(session, &[method]) }
    })?
    .map_err(|error| {
        error
            .with_kind(crate::error::ErrorKind::Unsupported)
            .with_message(format!("GnuTLS cannot compress certificates with {method}"))
            .not_fatal()
    })
}

/// Enables these methods in a session.
///
/// # Safety
///
/// `session` must be live and not have started a handshake.
#[cfg_attr(
    not(gnutls_3_7_4),
    allow(unused_variables, clippy::unnecessary_wraps, reason = "checked before")
)]
pub(crate) unsafe fn apply(session: gnutls_session_t, methods: &[CompressionMethod]) -> Result<()> {
    #[cfg(gnutls_3_7_4)]
    if !methods.is_empty() {
        // SAFETY: by the contract of this function the session is live and has not started a handshake.
        unsafe { set(session, methods)? };
    }
    Ok(())
}

/// Enables these methods in a session.
///
/// # Safety
///
/// `session` must be live and not have started a handshake.
#[cfg(gnutls_3_7_4)]
unsafe fn set(session: gnutls_session_t, methods: &[CompressionMethod]) -> Result<()> {
    let numbers: Vec<_> = methods.iter().map(|method| method.0).collect();
    // SAFETY: the session is live by the contract of this function. It copies the numbers into an array of 127 numbers
    // in the session, after checking their count. It looks every number up in a table first, and loads the required
    // library (lib/ext/compress_certificate.c, lib/compress.c).
    let code = unsafe {
        gnutls_sys::gnutls_compress_certificate_set_methods(
            session,
            numbers.as_ptr(),
            numbers.len(),
        )
    };
    check_code(code).map(drop)
}

impl SessionRef {
    /// Returns the method that compresses this side's certificates, after the handshake: the first method in the peer's
    /// list that this side has too. Returns `None` if there is no common method, and in TLS up to 1.2. GnuTLS does not
    /// report the method that compressed the peer's certificates; a
    /// [`COMPRESSED_CERTIFICATE`](crate::handshake::MessageType::COMPRESSED_CERTIFICATE) message shows that they were
    /// compressed.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_compress_certificate_get_selected_method)]
    pub fn certificate_compression(&self) -> Result<Option<CompressionMethod>> {
        requires!(gnutls_3_7_4, "the compression of certificates", {
            let method = self.negotiated(|session| {
                // SAFETY: reads a field (lib/ext/compress_certificate.c).
                unsafe { gnutls_sys::gnutls_compress_certificate_get_selected_method(session) }
            });
            // In a TLS 1.2 session the server has chosen a method too, but compresses nothing.
            Ok(method
                .filter(|_| self.protocol() == Some(crate::crypto::parameters::Protocol::TLS1_3))
                .filter(|&method| method != gnutls_sys::GNUTLS_COMP_UNKNOWN)
                .map(CompressionMethod))
        })
    }
}
