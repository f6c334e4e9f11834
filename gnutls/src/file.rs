//! Reading files, with errors that name them.

use std::fs;
use std::io;
use std::path::Path;

use crate::{Error, Result};

/// The content of a file.
///
/// Files are read here and not by GnuTLS: its functions take a name such as `pkcs11:...` for something else, and report
/// no more than that something was wrong.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| {
        Error::io(io::Error::new(
            error.kind(),
            format!("{}: {error}", path.display()),
        ))
    })
}
