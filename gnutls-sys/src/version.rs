//! The version that this crate was built for. In C these constants come from the headers; in this
//! crate they contain the version that the build script found, even if the declarations come from
//! newer headers.

use core::ffi::{CStr, c_uint};

/// The version of GnuTLS that this crate was built for, such as `"3.8.13"`: the version of the library
/// found during the build, or the value of `GNUTLS_SYS_ASSUME_VERSION`. A program may run with a newer
/// library, whose version [`gnutls_check_version`](crate::gnutls_check_version) returns.
pub const BUILT_FOR: &str = env!("GNUTLS_SYS_VERSION");

/// [`BUILT_FOR`] as a C string.
pub const GNUTLS_VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("GNUTLS_SYS_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("the version contains NUL"),
    };

/// The first number of [`BUILT_FOR`].
pub const GNUTLS_VERSION_MAJOR: c_uint = number(env!("GNUTLS_SYS_VERSION_MAJOR"));

/// The second number of [`BUILT_FOR`].
pub const GNUTLS_VERSION_MINOR: c_uint = number(env!("GNUTLS_SYS_VERSION_MINOR"));

/// The third number of [`BUILT_FOR`].
pub const GNUTLS_VERSION_PATCH: c_uint = number(env!("GNUTLS_SYS_VERSION_PATCH"));

/// The three numbers of [`BUILT_FOR`] in one that can be compared, with eight bits for each of the
/// last two.
pub const GNUTLS_VERSION_NUMBER: c_uint =
    GNUTLS_VERSION_MAJOR << 16 | GNUTLS_VERSION_MINOR << 8 | GNUTLS_VERSION_PATCH;

pub use self::{
    GNUTLS_VERSION as LIBGNUTLS_EXTRA_VERSION, GNUTLS_VERSION as LIBGNUTLS_VERSION,
    GNUTLS_VERSION_MAJOR as LIBGNUTLS_VERSION_MAJOR,
    GNUTLS_VERSION_MINOR as LIBGNUTLS_VERSION_MINOR,
    GNUTLS_VERSION_NUMBER as LIBGNUTLS_VERSION_NUMBER,
    GNUTLS_VERSION_PATCH as LIBGNUTLS_VERSION_PATCH,
};

const fn number(digits: &str) -> c_uint {
    match c_uint::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("the build script sets a number"),
    }
}
