//! Programs that must not compile, because they keep a reference beyond its validity. They are documentation tests and
//! not part of the library.
//!
//! Every test states the expected error code, and is followed by a program that differs only in this point and
//! compiles. Stable compilers do not compare the code; `RUSTC_BOOTSTRAP=1` enables the comparison.

mod held;
mod lent;
mod packet;
