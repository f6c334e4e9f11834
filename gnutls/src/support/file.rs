//! Reading files, with errors that contain the path.

use std::path::Path;
use std::{fs, io};

use crate::error::{Error, Result};
use crate::support::secret::Secret;

/// Returns the content of a file, which can contain a private key: programs store it together with the certificates.
///
/// The crate reads files itself, because GnuTLS's functions interpret names such as `pkcs11:...` as URLs and do not
/// report the reason of a failure.
pub(crate) fn read(path: &Path) -> Result<Secret> {
    Secret::read(path).map_err(|error| {
        Error::io(io::Error::new(
            error.kind(),
            format!("{}: {error}", path.display()),
        ))
    })
}

/// Returns the names and contents of the files in a directory, without its subdirectories.
pub(crate) fn read_directory(path: &Path) -> Result<Vec<(String, Secret)>> {
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
