//! An installed GnuTLS, and the two drivers built against it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// Where a GnuTLS is.
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
    /// The one that pkg-config finds.
    pub fn system() -> Self {
        Self { prefix: None }
    }

    /// The one under a folder, such as `/usr/local`: it has a `gnutls.pc` in a folder `pkgconfig`.
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

    /// What the dynamic linker has to be told.
    pub fn library_path(&self) -> Vec<PathBuf> {
        self.prefix
            .iter()
            .map(|prefix| prefix.libraries.clone())
            .collect()
    }

    /// A folder name that no other installation has.
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
        let mut files = Vec::new();
        for entry in std::fs::read_dir(sources).with_context(|| sources.display().to_string())? {
            let path = entry?.path();
            if path.extension() == Some(OsStr::new("c")) {
                files.push(path);
            }
        }
        files.sort();
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut command = Command::new(compiler);
        command
            .args([
                "-std=c11",
                "-D_GNU_SOURCE",
                "-O1",
                "-g",
                "-Wall",
                "-Wextra",
                "-Werror",
            ])
            .args(files)
            .arg("-o")
            .arg(&program)
            .args(self.compiler_arguments()?)
            .arg("-ldl");
        run(&mut command)?;
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
        let output = Command::new(&program)
            .args(["--cflags", "--libs", "gnutls"])
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {}", program.to_string_lossy()))?;
        ensure!(output.status.success(), "pkg-config does not find gnutls");
        let text = String::from_utf8(output.stdout).context("the answer of pkg-config")?;
        Ok(text.split_ascii_whitespace().map(str::to_owned).collect())
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
        // One target folder an installation, so that going from one to another builds nothing again.
        let mut folder = target.to_owned();
        if let Some(prefix) = &self.prefix {
            folder = target.join("conformance").join(self.label()).join("rust");
            command
                .env("GNUTLS_LIB_DIR", &prefix.libraries)
                .env("GNUTLS_INCLUDE_DIR", &prefix.headers);
        }
        command.env("CARGO_TARGET_DIR", &folder);
        run(&mut command)?;
        Ok(folder.join("debug").join("driver"))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", program.to_string_lossy()))?;
    ensure!(
        status.success(),
        "{} failed: {status}",
        program.to_string_lossy()
    );
    Ok(())
}

/// The distribution's package that a file is from, such as `libgnutls30 3.7.9-2+deb12u7`. None where no package manager
/// knows the file.
pub fn package_of(file: &Path) -> Option<String> {
    let real = file.canonicalize().ok()?;
    // On a system with one /usr the data base may know a file by either path.
    let without_usr = real
        .strip_prefix("/usr")
        .ok()
        .map(|path| Path::new("/").join(path));
    for path in [Some(real), without_usr].into_iter().flatten() {
        if let Some(owner) = output(Command::new("dpkg-query").arg("--search").arg(&path)) {
            let name = owner.split(": ").next()?.to_owned();
            let version = output(Command::new("dpkg-query").args([
                "--show",
                "--showformat=${Version}",
                &name,
            ]))?;
            return Some(format!("{} {}", name.split(':').next()?, version.trim()));
        }
        if let Some(package) = output(
            Command::new("rpm")
                .args(["-qf", "--qf", "%{NAME} %{VERSION}-%{RELEASE}"])
                .arg(&path),
        ) {
            return Some(package.trim().to_owned());
        }
    }
    None
}

/// What a program prints, where there is such a program and it succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())
        .flatten()
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
