//! The PKCS #11 token of a driver: SoftHSM, which keeps its state in a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// The paths at which systems install the module.
const MODULES: &str = include_str!("../../testing/src/softhsm-modules.txt");

/// Returns the module of this machine.
pub fn module() -> Option<PathBuf> {
    module_among(|path| Some(PathBuf::from(path)))
}

/// Returns the module in a file system.
pub fn module_among(resolve: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let mut paths = MODULES.lines().filter_map(resolve);
    paths.find(|path| path.is_file())
}

/// The state of one process, without an initialized token. It is removed with this value.
pub struct State(TempDir);

impl State {
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gnutls-token-").tempdir();
        let state = Self(folder.context("cannot create the folder of the token")?);
        let tokens = state.folder().join("tokens");
        std::fs::create_dir(&tokens).with_context(|| tokens.display().to_string())?;
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        let configuration = state.configuration();
        std::fs::write(&configuration, text)
            .with_context(|| configuration.display().to_string())?;
        Ok(state)
    }

    /// Returns the file that `SOFTHSM2_CONF` names.
    pub fn configuration(&self) -> PathBuf {
        self.folder().join("softhsm2.conf")
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_removed_with_its_value() {
        let state = State::new().unwrap();
        let folder = state.folder().to_owned();
        assert!(state.configuration().is_file() && folder.join("tokens").is_dir());
        drop(state);
        assert!(!folder.exists());
    }

    #[test]
    fn a_module_is_that_of_the_file_system() {
        let folder = tempfile::tempdir().unwrap();
        let within = |path: &str| Some(folder.path().join(path.trim_start_matches('/')));
        assert_eq!(module_among(within), None);
        let module = folder.path().join("usr/lib/pkcs11/libsofthsm2.so");
        std::fs::create_dir_all(module.parent().unwrap()).unwrap();
        std::fs::write(&module, "").unwrap();
        assert_eq!(module_among(within), Some(module));
    }
}
