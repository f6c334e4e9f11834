//! Reading files, with errors that name them.

use std::path::Path;
use std::{fs, io};

use crate::error::{Error, Result};

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

/// The files of a directory by name, with their content. What is in directories below it is left out.
pub(crate) fn read_directory(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let named = |error: io::Error| {
        Error::io(io::Error::new(
            error.kind(),
            format!("{}: {error}", path.display()),
        ))
    };
    let mut paths = fs::read_dir(path)
        .map_err(named)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(named)?;
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .map(|path| Ok((path.display().to_string(), read(path)?)))
        .collect()
}
