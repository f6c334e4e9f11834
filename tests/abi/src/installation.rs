//! The headers and shared objects of the installed GnuTLS.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use gnutls_tests_process as process;
use object::{Object, ObjectSymbol};

/// The GnuTLS against which the bindings are checked.
#[derive(Clone)]
pub(crate) struct Installation {
    /// The folder that holds `gnutls/gnutls.h`.
    pub(crate) include: PathBuf,
    /// The folder that holds the shared objects.
    pub(crate) libraries: PathBuf,
    /// True if it was named on the command line.
    pub(crate) explicit: bool,
    /// True if the shared objects are left out.
    pub(crate) headers_only: bool,
}

impl Installation {
    /// Returns the one under `prefix`; without a prefix the one that the build script of `gnutls-sys` would use.
    pub(crate) fn find(prefix: Option<&Path>, headers_only: bool) -> anyhow::Result<Installation> {
        let (include, libraries) = match prefix {
            Some(prefix) => {
                let prefix = prefix
                    .canonicalize()
                    .with_context(|| format!("there is no folder {}", prefix.display()))?;
                (prefix.join("include"), library_folder(&prefix))
            }
            None => (
                place("GNUTLS_INCLUDE_DIR", "includedir")?,
                place("GNUTLS_LIB_DIR", "libdir")?,
            ),
        };
        let installation = Installation {
            include,
            libraries,
            explicit: prefix.is_some(),
            headers_only,
        };
        let header = installation.include.join("gnutls/gnutls.h");
        ensure!(
            header.exists(),
            "there is no {}; install the development files of GnuTLS",
            header.display()
        );
        if !headers_only {
            installation.gnutls()?;
        }
        Ok(installation)
    }

    /// Returns the shared object of libgnutls.
    pub(crate) fn gnutls(&self) -> anyhow::Result<PathBuf> {
        let folder = self.libraries.display();
        self.shared_object("gnutls").with_context(|| {
            format!(
                "there is no shared object of GnuTLS in {folder}; use --headers-only to check without it"
            )
        })
    }

    /// Returns the shared object of this name (`gnutls`, `gnutls-dane`), with symbolic links followed.
    pub(crate) fn shared_object(&self, name: &str) -> Option<PathBuf> {
        ["so", "dylib", "dll.a"]
            .iter()
            .map(|extension| self.libraries.join(format!("lib{name}.{extension}")))
            .find_map(|path| path.canonicalize().ok())
    }
}

/// Returns the names of the symbols that a shared object exports.
pub(crate) fn exported_symbols(path: &Path) -> anyhow::Result<HashSet<String>> {
    let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = object::File::parse(&*data)
        .with_context(|| format!("{} is not a shared object", path.display()))?;
    let mut symbols: HashSet<String> = file
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition() && symbol.is_global())
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned))
        .collect();
    if symbols.is_empty() {
        // Formats other than ELF have a table of exports instead, on macOS with an underscore before each C name.
        for export in file.exports()? {
            let name = String::from_utf8_lossy(export.name()).into_owned();
            symbols.insert(name.strip_prefix('_').map(str::to_owned).unwrap_or(name));
        }
    }
    ensure!(!symbols.is_empty(), "{} exports nothing", path.display());
    Ok(symbols)
}

/// Returns `lib`, or the folder that a distribution uses instead.
fn library_folder(prefix: &Path) -> PathBuf {
    let lib = prefix.join("lib");
    let multiarch = fs::read_dir(&lib)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = multiarch.filter(|path| path.is_dir()).collect();
    folders.sort();
    let holds_gnutls = |folder: &PathBuf| {
        folder.join("libgnutls.so").exists() || folder.join("libgnutls.dylib").exists()
    };
    [lib.clone(), prefix.join("lib64")]
        .into_iter()
        .chain(folders)
        .find(holds_gnutls)
        .unwrap_or(lib)
}

/// Returns the value of the environment variable, or of pkg-config.
fn place(variable: &str, of_pkg_config: &str) -> anyhow::Result<PathBuf> {
    match env::var_os(variable) {
        // The variable may have several folders.
        Some(paths) => env::split_paths(&paths)
            .next()
            .with_context(|| format!("{variable} is empty")),
        None => pkg_config(of_pkg_config),
    }
}

fn pkg_config(variable: &str) -> anyhow::Result<PathBuf> {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let mut command = Command::new(program);
    command.args([&format!("--variable={variable}"), "gnutls"]);
    let found = process::output(&mut command).context("pkg-config does not find gnutls")?;
    Ok(PathBuf::from(found.trim()))
}
