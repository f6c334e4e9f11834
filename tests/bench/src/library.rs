//! The libraries that are compared.

use std::fmt;

use anyhow::Result;
use clap::ValueEnum;

use crate::case::Case;
use crate::certificates::Certificates;
use crate::{gnutls_crate, native, openssl_crate, rustls_crate};

/// A library that does the work of the cases. The names on the command line and in reports are those of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Library {
    /// GnuTLS in C.
    C,
    Gnutls,
    Openssl,
    Rustls,
    TokioGnutls,
    TokioOpenssl,
    TokioRustls,
}

/// Repeats the work of a case each time it is called.
pub(crate) type Repeat = Box<dyn FnMut() -> Result<()>>;

impl Library {
    /// Prepares a case. Returns `None` if it does not apply to the library.
    pub(crate) fn prepare(self, case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
        match self {
            Library::C => native::prepare(case, certificates),
            Library::Gnutls => gnutls_crate::prepare(case, certificates),
            Library::Openssl => openssl_crate::prepare(case, certificates),
            Library::Rustls => rustls_crate::prepare(case, certificates),
            Library::TokioGnutls => gnutls_crate::prepare_tokio(case, certificates),
            Library::TokioOpenssl => openssl_crate::prepare_tokio(case, certificates),
            Library::TokioRustls => rustls_crate::prepare_tokio(case, certificates),
        }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no library is hidden");
        f.pad(value.get_name())
    }
}
