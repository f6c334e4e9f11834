//! An installed GnuTLS, and the two drivers built against it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use gnutls_tests_process as process;

/// The location of a GnuTLS.
#[derive(Clone, Debug)]
pub struct Installation {
    prefix: Option<Prefix>,
}

#[derive(Clone, Debug)]
struct Prefix {
    root: PathBuf,
    libraries: PathBuf,
    headers: PathBuf,
}

impl Installation {
    /// Returns the one that pkg-config finds.
    pub fn system() -> Self {
        Self { prefix: None }
    }

    /// Returns the one under a folder, such as `/usr/local`, that has a `gnutls.pc` in a folder `pkgconfig`.
    pub fn under(root: &Path) -> Result<Self> {
        let root = root
            .canonicalize()
            .with_context(|| root.display().to_string())?;
        let mut candidates = vec![root.join("lib"), root.join("lib64")];
        if let Ok(entries) = std::fs::read_dir(root.join("lib")) {
            candidates.extend(entries.flatten().map(|entry| entry.path()));
        }
        let found = candidates
            .iter()
            .find(|folder| folder.join("pkgconfig/gnutls.pc").is_file());
        let Some(libraries) = found else {
            bail!(
                "no pkgconfig/gnutls.pc in a library folder of {}",
                root.display()
            );
        };
        let headers = root.join("include");
        ensure!(
            headers.join("gnutls/gnutls.h").is_file(),
            "no gnutls/gnutls.h in {}",
            headers.display()
        );
        Ok(Self {
            prefix: Some(Prefix {
                libraries: libraries.clone(),
                headers,
                root,
            }),
        })
    }

    /// Returns the folders for the dynamic linker.
    pub fn library_path(&self) -> Vec<PathBuf> {
        self.prefix
            .iter()
            .map(|prefix| prefix.libraries.clone())
            .collect()
    }

    /// Returns a folder name that no other installation has.
    fn label(&self) -> String {
        let Some(prefix) = &self.prefix else {
            return "system".to_owned();
        };
        let root = prefix.root.to_string_lossy();
        root.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '.' {
                    c
                } else {
                    '-'
                }
            })
            .collect::<String>()
    }

    /// Compiles the C driver and returns its path.
    pub fn build_native_driver(&self, sources: &Path, target: &Path) -> Result<PathBuf> {
        let folder = target.join("conformance").join(self.label());
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let program = folder.join("native-driver");
        let mut command = native_driver_compiler(sources)?;
        command
            .args(["-Wall", "-Wextra", "-Werror"])
            .arg("-o")
            .arg(&program)
            .args(self.compiler_arguments()?)
            .arg("-ldl");
        process::run(&mut command)?;
        Ok(program)
    }

    fn compiler_arguments(&self) -> Result<Vec<String>> {
        if let Some(prefix) = &self.prefix {
            let libraries = prefix.libraries.display();
            return Ok(vec![
                format!("-I{}", prefix.headers.display()),
                format!("-L{libraries}"),
                format!("-Wl,-rpath-link,{libraries}"),
                "-lgnutls".to_owned(),
            ]);
        }
        let program = std::env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
        let mut command = Command::new(program);
        command.args(["--cflags", "--libs", "gnutls"]);
        let text = process::output(&mut command).context("pkg-config does not find gnutls")?;
        shlex::split(&text).context("pkg-config prints a quote without its end")
    }

    /// Builds the Rust driver and returns its path.
    pub fn build_rust_driver(&self, tests: &Path, target: &Path) -> Result<PathBuf> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args([
                "build",
                "--quiet",
                "--package",
                "gnutls-conformance-driver",
                "--manifest-path",
            ])
            .arg(tests.join("Cargo.toml"));
        // One target folder per installation, so that a change of installation rebuilds nothing.
        let mut folder = target.to_owned();
        if let Some(prefix) = &self.prefix {
            folder = target.join("conformance").join(self.label()).join("rust");
            command
                .env("GNUTLS_LIB_DIR", &prefix.libraries)
                .env("GNUTLS_INCLUDE_DIR", &prefix.headers);
        }
        command.env("CARGO_TARGET_DIR", &folder);
        process::run(&mut command)?;
        Ok(folder.join("debug").join("driver"))
    }
}

/// Returns the C compiler with the sources of the C driver, and the options that do not depend on the installation.
pub fn native_driver_compiler(sources: &Path) -> Result<Command> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(sources).with_context(|| sources.display().to_string())? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("c")) {
            files.push(path);
        }
    }
    files.sort();
    let mut command = process::c_compiler();
    command
        .args(["-std=c11", "-D_GNU_SOURCE", "-O1", "-g"])
        .args(files);
    Ok(command)
}

/// Returns the distribution's package of a file, such as `libgnutls30 3.7.9-2+deb12u7`, unless no package manager knows
/// the file.
pub fn package_of(file: &Path) -> Option<String> {
    let real = file.canonicalize().ok()?;
    let mut query = Command::new("rpm");
    query.args(["-qf", "--qf", "%{NAME} %{VERSION}-%{RELEASE}"]);
    package_in(None, &real).or_else(|| {
        let package = process::output(query.arg(&real)).ok()?;
        Some(package.trim().to_owned())
    })
}

/// Returns the package of a file in a database of dpkg; that of this machine unless one is given.
pub fn package_in(database: Option<&Path>, file: &Path) -> Option<String> {
    // With a merged /usr the database may have either path of a file.
    let without_usr = file
        .strip_prefix("/usr")
        .ok()
        .map(|path| Path::new("/").join(path));
    let query = || {
        let mut query = Command::new("dpkg-query");
        if let Some(database) = database {
            query.arg("--admindir").arg(database);
        }
        query
    };
    let paths = [Some(file.to_owned()), without_usr].into_iter().flatten();
    let owner = paths
        .into_iter()
        .find_map(|path| process::output(query().arg("--search").arg(path)).ok())?;
    let name = owner.split(": ").next()?;
    let mut show = query();
    show.args(["--show", "--showformat=${Version}", name]);
    let version = process::output(&mut show).ok()?;
    Some(format!("{} {}", name.split(':').next()?, version.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_without_gnutls_is_refused_by_name() {
        let error = Installation::under(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err();
        assert!(error.to_string().contains("gnutls.pc"), "{error}");
        assert!(Installation::under(Path::new("/nowhere/at/all")).is_err());
    }

    #[test]
    fn a_file_that_no_package_has_is_from_no_package() {
        assert_eq!(
            package_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")),
            None
        );
    }
}
