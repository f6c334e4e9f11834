//! Reading files, with errors that contain the path.

use std::path::Path;
use std::{fs, io};

use crate::error::{Error, ErrorKind, Result};
use crate::support::secret::Secret;

/// The kind of a file that the crate reads for each handshake, for errors: `"PSK file"`.
#[derive(Clone, Copy)]
pub(crate) struct FileKind(pub(crate) &'static str);

impl FileKind {
    /// Fails unless the file can be opened.
    pub(crate) fn check(self, path: &Path) -> Result<()> {
        let opened = fs::File::open(path).map(drop);
        opened.map_err(|source| {
            self.cannot_read(path, source)
                .with_kind(ErrorKind::InvalidInput)
        })
    }

    /// Returns the content of the file.
    pub(crate) fn read(self, path: &Path) -> Result<Secret> {
        Secret::read(path).map_err(|source| self.cannot_read(path, source))
    }

    fn cannot_read(self, path: &Path, source: io::Error) -> Error {
        let message = format!("the {} {} cannot be read", self.0, path.display());
        Error::io(source).with_message(message)
    }
}

/// Returns the content of a file, which can contain a private key: programs store it together with the certificates.
///
/// The crate reads files itself, because GnuTLS's functions interpret names such as `pkcs11:...` as URLs and do not
/// report the reason of a failure.
pub(crate) fn read(path: &Path) -> Result<Secret> {
    Secret::read(path).map_err(|error| named(path, error))
}

/// Returns an error whose text begins with the path.
fn named(path: &Path, error: io::Error) -> Error {
    let text = format!("{}: {error}", path.display());
    Error::io(io::Error::new(error.kind(), text))
}

/// Returns the names and contents of the files in a directory, without its subdirectories.
pub(crate) fn read_directory(path: &Path) -> Result<Vec<(String, Secret)>> {
    let mut paths = fs::read_dir(path)
        .map_err(|error| named(path, error))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(|error| named(path, error))?;
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .map(|path| Ok((path.display().to_string(), read(path)?)))
        .collect()
}
