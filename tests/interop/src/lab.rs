//! The part that all pairings share: the fixtures, and a folder for temporary files.

use std::path::{Path, PathBuf};

use anyhow::Context;
use gnutls::Trust;
use tempfile::TempDir;

/// The name in the server's certificate.
pub(crate) const NAME: &str = "localhost";

pub(crate) struct Lab {
    folder: TempDir,
}

impl Lab {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("gnutls-interop-").tempdir();
        Ok(Self {
            folder: folder.context("cannot create a temporary folder")?,
        })
    }

    /// Returns the path of a certificate or key of the conformance suite.
    pub(crate) fn fixture(&self, name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures")
            .join(name)
    }

    /// Returns trust in only the raw public key of a fixture.
    pub(crate) fn raw_public_key(&self, name: &str) -> anyhow::Result<Trust> {
        let key = std::fs::read(self.fixture(&format!("{name}-public.pem")))?;
        Ok(Trust::none().and_raw_public_key_pem(&key)?)
    }

    /// Creates a folder in which a peer may write.
    pub(crate) fn folder(&self) -> anyhow::Result<TempDir> {
        TempDir::new_in(&self.folder).context("cannot create a temporary folder")
    }
}
