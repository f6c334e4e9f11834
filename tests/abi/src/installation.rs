//! The headers and shared objects of the installed GnuTLS.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use gnutls_releases::Version;
use gnutls_tests_process as process;
use object::read::elf::{ElfFile, FileHeader};
use object::{File, Object, ObjectSymbol};

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

/// The symbols that a shared object exports, each with the release that its symbol version names.
pub(crate) type Symbols = HashMap<String, Option<Version>>;

/// Reads the symbols that a shared object exports.
pub(crate) fn exported_symbols(path: &Path) -> anyhow::Result<Symbols> {
    let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = File::parse(&*data)
        .with_context(|| format!("{} is not a shared object", path.display()))?;
    let symbols = match &file {
        File::Elf32(file) => symbols_of_elf(file)?,
        File::Elf64(file) => symbols_of_elf(file)?,
        // Other formats have a table of exports instead, on macOS with an underscore before each C name.
        file => file
            .exports()?
            .iter()
            .map(|export| {
                let name = String::from_utf8_lossy(export.name()).into_owned();
                (
                    name.strip_prefix('_').map(str::to_owned).unwrap_or(name),
                    None,
                )
            })
            .collect(),
    };
    ensure!(!symbols.is_empty(), "{} exports nothing", path.display());
    Ok(symbols)
}

fn symbols_of_elf<Elf: FileHeader>(file: &ElfFile<'_, Elf>) -> anyhow::Result<Symbols> {
    let sections = file.elf_section_table();
    let versions = sections
        .versions(file.endian(), file.data())?
        .unwrap_or_default();
    let mut symbols = Symbols::new();
    for symbol in file.dynamic_symbols() {
        if symbol.is_definition() && symbol.is_global() {
            let version =
                versions.version(versions.version_index(file.endian(), symbol.index()))?;
            let release = version.and_then(|version| release_of_symbol_version(version.name()));
            symbols.insert(symbol.name()?.to_owned(), release);
        }
    }
    Ok(symbols)
}

/// Returns the release that introduced the symbols of a symbol version: 3.8.1 for `GNUTLS_3_8_1`.
fn release_of_symbol_version(name: &[u8]) -> Option<Version> {
    let numbers = std::str::from_utf8(name).ok()?.strip_prefix("GNUTLS_")?;
    numbers.replace('_', ".").parse().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_version_names_a_release() {
        let release = |name: &str| release_of_symbol_version(name.as_bytes());
        assert_eq!(release("GNUTLS_3_8_14"), Some(Version::new(3, 8, 14)));
        assert_eq!(release("GNUTLS_3_4"), Some(Version::new(3, 4, 0)));
        assert_eq!(release("GNUTLS_FIPS140_3_4"), None);
        assert_eq!(release("DANE_0_0"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn exported_symbols_have_the_release_of_their_symbol_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let source = "int gnutls_a, gnutls_b, gnutls_c, hidden;";
        let script = "GNUTLS_3_6_0 { global: gnutls_a; local: *; };\n\
                      GNUTLS_3_8_14 { global: gnutls_b; } GNUTLS_3_6_0;\n\
                      GNUTLS_FIPS140_3_4 { global: gnutls_c; } GNUTLS_3_8_14;\n";
        fs::write(path("symbols.c"), source).unwrap();
        fs::write(path("symbols.map"), script).unwrap();
        let mut command = process::c_compiler();
        command.args(["-shared", "-fPIC", "-nostdlib"]);
        command.arg(format!(
            "-Wl,--version-script={}",
            path("symbols.map").display()
        ));
        command
            .arg(path("symbols.c"))
            .arg("-o")
            .arg(path("symbols.so"));
        process::run(&mut command).unwrap();
        let symbols = exported_symbols(&path("symbols.so")).unwrap();
        let release = |name: &str| symbols.get(name).copied();
        assert_eq!(release("gnutls_a"), Some(Some(Version::new(3, 6, 0))));
        assert_eq!(release("gnutls_b"), Some(Some(Version::new(3, 8, 14))));
        assert_eq!(release("gnutls_c"), Some(None));
        assert_eq!(release("hidden"), None);
    }
}
