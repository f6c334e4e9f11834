//! What must not compile: programs that keep what a session or GnuTLS has lent them. Documentation tests of this file
//! only; nothing of it is in the library.
//!
//! Each test names the error code that the compiler has to give, and has a twin next to it that differs in that one point
//! and compiles. Stable compilers do not compare the code; with `RUSTC_BOOTSTRAP=1` they do.

mod held;
mod lent;
mod packet;
