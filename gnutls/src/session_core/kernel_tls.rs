//! Kernel TLS (kTLS): the kernel encrypts and decrypts the records.

use gnutls_macros::corresponds;

use crate::session_core::session_ref::SessionRef;

/// The directions that the kernel encrypts and decrypts, see [`SessionRef::kernel_tls`].
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
    /// The kernel decrypts received records.
    #[doc(alias = "GNUTLS_KTLS_RECV")]
    pub receive: bool,
    /// The kernel encrypts sent records.
    #[doc(alias = "GNUTLS_KTLS_SEND")]
    pub send: bool,
}

impl SessionRef {
    /// Returns the directions in which the kernel encrypts and decrypts the records. It requires a complete handshake,
    /// [`Descriptors`](crate::transport::Descriptors) of TCP sockets as the transport, `ktls = true` in the system's
    /// configuration of GnuTLS, a library since 3.7.3 that was built with it (Debian's is not), and a cipher that the
    /// kernel supports.
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
