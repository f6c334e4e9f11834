//! Types of the C library in GnuTLS's signatures. What GnuTLS was built with decides their width,
//! not the `libc` crate.

#[cfg(gnutls_time64)]
type Time = i64;
#[cfg(not(gnutls_time64))]
type Time = i32;

/// The C type of points in time, as wide as in the library that is linked.
///
/// This is not `libc::time_t`, which is 32 bits on some platforms where GnuTLS has 64: on Debian's
/// armhf, for example, it is 64 bits since Debian 13, and nothing in the name of the target tells.
/// The build script finds out.
pub type time_t = Time;

/// The C type of positions in files.
///
/// GnuTLS is always built with support for large files, so this is 64 bits also where a C program
/// that does not ask for large files has 32, and where `libc::off_t` has.
pub type off_t = i64;

/// One of several buffers to be read or written in one call.
#[cfg(unix)]
pub type giovec_t = libc::iovec;
/// One of several buffers to be read or written in one call.
#[cfg(not(unix))]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct giovec_t {
    /// Where the buffer begins.
    pub iov_base: *mut core::ffi::c_void,
    /// Its size in bytes.
    pub iov_len: usize,
}

/// The C type of the sizes of socket addresses.
#[cfg(unix)]
pub use libc::socklen_t;
/// The C type of the sizes of socket addresses.
#[cfg(not(unix))]
pub type socklen_t = core::ffi::c_int;

pub use libc::sockaddr;

/// The time that stands for "this certificate does not expire". It does not fit into 32 bits, and
/// wraps there as it does in C.
pub const GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION: time_t = 4_294_197_631_u32 as time_t;
