//! Types of the C library in the signatures of GnuTLS. The C library that GnuTLS was built with
//! determines their width, not the `libc` crate.

#[cfg(gnutls_time64)]
type Time = i64;
#[cfg(not(gnutls_time64))]
type Time = i32;

/// The C type of points in time, with the width that the linked library uses.
///
/// It may differ from `libc::time_t`, which has 32 bits on some platforms whose GnuTLS uses 64. On
/// Debian's armhf, for example, it has 64 bits since Debian 13, which the name of the target does not
/// show. The build script measures it.
pub type time_t = Time;

/// The C type of positions in files.
///
/// GnuTLS is always built with support for large files, so this type has 64 bits even if `libc::off_t`
/// has 32.
pub type off_t = i64;

/// A buffer of a vectored read or write.
#[cfg(unix)]
pub type giovec_t = libc::iovec;
/// A buffer of a vectored read or write.
#[cfg(not(unix))]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct giovec_t {
    /// The start of the buffer.
    pub iov_base: *mut core::ffi::c_void,
    /// The size in bytes.
    pub iov_len: usize,
}

/// The C type of the sizes of socket addresses.
#[cfg(unix)]
pub use libc::socklen_t;
/// The C type of the sizes of socket addresses.
#[cfg(not(unix))]
pub type socklen_t = core::ffi::c_int;

pub use libc::sockaddr;

/// The expiration time of a certificate that does not expire. The value exceeds 32 bits and wraps as
/// it does in C.
pub const GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION: time_t = 4_294_197_631_u32 as time_t;
