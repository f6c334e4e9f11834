//! Whether the kernel has taken over the records (kTLS).

use gnutls_macros::corresponds;

use crate::session_core::session_ref::SessionRef;

/// Which directions the kernel protects by itself, see [`SessionRef::kernel_tls`].
///
/// ```
/// use gnutls::session::KernelTls;
///
/// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
/// let session = config.session("example.org")?;
/// assert_eq!(session.kernel_tls(), KernelTls::default());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[corresponds(alias(gnutls_transport_ktls_enable_flags_t))]
pub struct KernelTls {
    /// It decrypts what is received.
    #[doc(alias = "GNUTLS_KTLS_RECV")]
    pub receive: bool,
    /// It encrypts what is sent.
    #[doc(alias = "GNUTLS_KTLS_SEND")]
    pub send: bool,
}

impl SessionRef {
    /// Whether the kernel encrypts and decrypts the records by now. Neither before the handshake is over, with a transport
    /// other than [`Descriptors`](crate::transport::Descriptors) of TCP sockets, where the system's configuration of GnuTLS does not
    /// have `ktls = true`, where the library was built without it (as Debian's is) or is older than 3.7.3, or where the
    /// kernel does not know the cipher.
    #[corresponds(gnutls_transport_is_ktls_enabled)]
    pub fn kernel_tls(&self) -> KernelTls {
        #[cfg(gnutls_3_7_3)]
        if self.core().lifecycle.has_opened() {
            // SAFETY: reads two fields (lib/system/ktls.c).
            let flags = unsafe { gnutls_sys::gnutls_transport_is_ktls_enabled(self.as_ptr()) };
            return KernelTls {
                receive: flags & gnutls_sys::GNUTLS_KTLS_RECV != 0,
                send: flags & gnutls_sys::GNUTLS_KTLS_SEND != 0,
            };
        }
        KernelTls::default()
    }
}
