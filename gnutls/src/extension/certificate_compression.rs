//! Compression of certificates under TLS 1.3 (RFC 8879).

use std::fmt;

use gnutls_sys::{gnutls_compression_method_t, gnutls_session_t};

use crate::crypto::numbers::raw;
#[cfg(gnutls_3_7_4)]
use crate::error::check as check_code;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::session_core::session_ref::SessionRef;

/// A method that certificates are compressed with (RFC 8879, section 7.3).
///
/// A number that a newer library returns and this crate does not know is kept as it is.
///
/// ```
/// use gnutls::CompressionMethod;
///
/// for method in [CompressionMethod::BROTLI, CompressionMethod::ZLIB, CompressionMethod::ZSTD] {
///     println!("{method}: {}", method.is_available());
/// }
/// ```
#[doc(alias = "gnutls_compression_method_t")]
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

    /// The name in RFC 8879. GnuTLS names only what it was built with.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::ZLIB => Some("zlib"),
            Self::BROTLI => Some("brotli"),
            Self::ZSTD => Some("zstd"),
            _ => None,
        }
    }

    /// Whether the library can do it: it is 3.7.4 or newer, was built with the method, and finds what it needs for it.
    /// Distributions differ in that, and Debian has none of them.
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

/// As many as C takes (`MAX_COMPRESS_CERTIFICATE_METHODS` in `lib/ext/compress_certificate.h`).
const METHODS: usize = 127;

/// Fails for what a session would not be given.
pub(crate) fn check(methods: &[CompressionMethod]) -> Result<()> {
    if methods.is_empty() {
        return Ok(());
    }
    if methods.len() > METHODS {
        return Err(Error::invalid_input("more than 127 methods of compression"));
    }
    requires!(
        gnutls_3_7_4,
        "compressing certificates",
        methods.iter().try_for_each(|method| available(*method))
    )
}

/// The library says whether it can do a method only where a session is to use it.
#[cfg(gnutls_3_7_4)]
fn available(method: CompressionMethod) -> Result<()> {
    crate::session_core::scratch::with_scratch_session(|session| {
        // SAFETY: the session is live and new.
        unsafe { set(session, &[method]) }
    })?
    .map_err(|error| {
        error
            .with_kind(crate::error::ErrorKind::Unsupported)
            .with_message(format!("compressing certificates with {method}"))
            .not_fatal()
    })
}

/// Has a session use these methods.
///
/// # Safety
///
/// The session is live, and its hello has been neither sent nor looked at.
#[cfg_attr(
    not(gnutls_3_7_4),
    allow(unused_variables, clippy::unnecessary_wraps, reason = "checked before")
)]
pub(crate) unsafe fn apply(session: gnutls_session_t, methods: &[CompressionMethod]) -> Result<()> {
    #[cfg(gnutls_3_7_4)]
    if !methods.is_empty() {
        // SAFETY: the caller's promise.
        unsafe { set(session, methods)? };
    }
    Ok(())
}

/// # Safety
///
/// As for [`apply`].
#[cfg(gnutls_3_7_4)]
unsafe fn set(session: gnutls_session_t, methods: &[CompressionMethod]) -> Result<()> {
    let numbers: Vec<_> = methods.iter().map(|method| method.0).collect();
    // SAFETY: copies the numbers into an array of the session that takes 127 of them, which is checked there too; each is
    // looked up in a table first, and what it needs is loaded (lib/ext/compress_certificate.c, lib/compress.c).
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
    /// The method that this side's certificates were compressed with, or will be if they are sent, once the handshake is
    /// over: the first of the peer's list that this side has too. `None` where the two had none in common, and up to TLS
    /// 1.2. What the peer compressed its own with GnuTLS does not tell; that they were compressed shows in a
    /// [`COMPRESSED_CERTIFICATE`](crate::HandshakeType::COMPRESSED_CERTIFICATE) message.
    ///
    /// C: [`gnutls_compress_certificate_get_selected_method`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcompress_005fcertificate_005fget_005fselected_005fmethod),
    /// since 3.7.4.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[doc(alias = "gnutls_compress_certificate_get_selected_method")]
    pub fn certificate_compression(&self) -> Result<Option<CompressionMethod>> {
        requires!(gnutls_3_7_4, "the compression of certificates", {
            let method = self.negotiated(|session| {
                // SAFETY: reads a field (lib/ext/compress_certificate.c).
                unsafe { gnutls_sys::gnutls_compress_certificate_get_selected_method(session) }
            });
            // In a session of TLS 1.2 the server has chosen as well, and compresses nothing.
            Ok(method
                .filter(|_| self.protocol() == Some(crate::crypto::parameters::Protocol::TLS1_3))
                .filter(|&method| method != gnutls_sys::GNUTLS_COMP_UNKNOWN)
                .map(CompressionMethod))
        })
    }
}
