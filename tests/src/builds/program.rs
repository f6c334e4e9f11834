//! Compiles the C driver for a build of GnuTLS, and runs programs on that build.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use gnutls_releases::Version;
use gnutls_tests_process as process;

use super::library::Library;
use super::machine;
use crate::driver::{Driver, PATIENCE};
use crate::installation;
use crate::token;

/// A program that prints the version of the library; it includes no header of GnuTLS.
const PRINT_VERSION: &str = "#include <stdio.h>\n\
    const char *gnutls_check_version(const char *);\n\
    int main(void) { return puts(gnutls_check_version(NULL)) < 0; }\n";

/// The folders of a C library in a root file system, beside those of GnuTLS.
const C_LIBRARIES: [&str; 4] = ["lib", "lib64", "usr/lib", "usr/lib64"];

/// The C driver for a build of GnuTLS.
#[derive(Clone, Debug)]
pub struct Program {
    pub driver: Driver,
    /// The version of the library.
    pub version: String,
    /// The version of the headers for which the driver was compiled.
    pub headers: String,
}

/// The builder of programs for one build.
pub struct Builder<'a> {
    pub library: &'a Library,
    /// The folder of the programs.
    pub folder: PathBuf,
    /// The data of the tests.
    pub tests: &'a Path,
    /// A command that runs the driver.
    pub runner: Vec<PathBuf>,
}

impl Builder<'_> {
    /// Returns the version that the library reports. It fails unless programs with this library run here.
    pub fn version(&self) -> Result<String> {
        let program = self.folder.join("print-version");
        let mut compiler = process::c_compiler();
        compiler
            .args(["-x", "c", "-", "-x", "none", "-o"])
            .arg(&program);
        compiler.args(self.sysroot()?).args(self.link());
        process::filter(&mut compiler, PRINT_VERSION)
            .with_context(|| format!("cannot link {}", self.library.file.display()))?;
        let driver = self.driver(&program)?;
        let output = process::output(&mut driver.command()?).map_err(|error| {
            let advice = advice(&error.to_string());
            error.context(format!(
                "cannot load {}: {advice}",
                self.library.file.display()
            ))
        })?;
        Ok(output.trim().to_owned())
    }

    /// Compiles the C driver with the headers of this build, or else with those of another one.
    pub fn driver_with(&self, others: &[&Library], sources: &Path) -> Result<Program> {
        let version = self.version()?;
        let release: Option<Version> = version.parse().ok();
        let mut candidates = std::iter::once(&self.library).chain(others);
        let Some(owner) = candidates.find(|library| library.headers.is_some()) else {
            bail!(
                "{} has no headers of GnuTLS: install those of the distribution (`libgnutls28-dev` on Debian), or add \
                 the package with the headers, as in `LIBRARY.deb,HEADERS.deb`",
                self.library.argument
            );
        };
        let available = owner.headers_version();
        let mut headers = available;
        let mut options = self.sysroot()?;
        if owner.root.is_none() || owner.file != self.library.file || options.is_empty() {
            let folder = self.folder.join("include");
            link_headers(owner, &folder)?;
            options.push(with("-I", &folder));
        }
        if let (Some(release), Some(available)) = (release, available) {
            // The driver must call no function that is newer than the library.
            if available > release {
                let file = self.folder.join("version.h");
                fs::write(&file, version_header(release))?;
                options.extend(["-include".into(), file.into()]);
                headers = Some(release);
            }
        }
        let program = self.folder.join("native-driver");
        let mut compiler = installation::native_driver_compiler(sources)?;
        // The compiler and the headers are those of the user, who cannot change the driver.
        compiler.arg("-w").args(options).arg("-o").arg(&program);
        compiler.args(self.link()).arg("-ldl");
        process::output(&mut compiler).map_err(|error| {
            let text = error.to_string();
            let missing = missing_symbols(&text);
            match missing.is_empty() {
                true => error.context("cannot compile the C driver"),
                false => anyhow::anyhow!(
                    "{} reports version {version} and lacks {}, which the headers of {} declare: give the headers of the \
                     same build",
                    self.library.file.display(),
                    missing.join(", "),
                    owner.argument
                ),
            }
        })?;
        let driver = self.driver(&program)?;
        let probe = driver.probe()?;
        let loaded = probe.library.and_then(|path| path.canonicalize().ok());
        ensure!(
            loaded.is_none() || loaded == self.library.file.canonicalize().ok(),
            "the driver for {} loads {}: unset LD_PRELOAD and LD_LIBRARY_PATH",
            self.library.file.display(),
            loaded.unwrap_or_default().display()
        );
        let headers = headers.map_or_else(|| "unknown".to_owned(), |version| version.to_string());
        Ok(Program {
            driver,
            version,
            headers,
        })
    }

    /// Returns the options that replace the C library of this machine by that of a root file system with headers.
    fn sysroot(&self) -> Result<Vec<OsString>> {
        let Some(root) = &self.library.root else {
            return Ok(Vec::new());
        };
        let mut folders = self.library.folders.iter();
        let start = folders.find(|folder| folder.join("crt1.o").is_file());
        let start = start.filter(|_| root.join("usr/include/stdio.h").is_file());
        let Some(start) = start else {
            return Ok(Vec::new());
        };
        // The linker follows absolute links, such as those of older releases to the dynamic loader, on this machine.
        let links = self.folder.join("lib");
        fs::create_dir_all(&links).with_context(|| links.display().to_string())?;
        if let Ok(script) = fs::read_to_string(start.join("libc.so")) {
            let words = script.split_whitespace().map(|word| {
                let file = word
                    .starts_with('/')
                    .then(|| self.library.within_root(word));
                match file.flatten() {
                    Some(file) => file.display().to_string(),
                    None => word.to_owned(),
                }
            });
            let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
            let text = words.join(" ");
            fs::write(links.join("libc.so"), text + "\n").context("cannot write libc.so")?;
        }
        let dl = start.join("libdl.so").read_link();
        let dl = dl.ok().and_then(|target| {
            let target = start.join(target);
            let path = target.strip_prefix(root).unwrap_or(&target);
            self.library.within_root(path.to_str()?)
        });
        if let Some(dl) = dl {
            link_to(&dl, &links.join("libdl.so"))?;
        }
        // Without -B the C library of this machine, which is beside the compiler, comes first.
        Ok(vec![
            with("--sysroot=", root),
            with("-L", &links),
            "-B".into(),
            start.into(),
        ])
    }

    fn link(&self) -> Vec<OsString> {
        let mut options = vec![
            self.library.file.clone().into(),
            // The dynamic loader reports what the library itself lacks.
            "-Wl,--allow-shlib-undefined".into(),
        ];
        let folders = self.library.folders.iter();
        options.extend(folders.map(|folder| with("-Wl,-rpath-link,", folder)));
        options
    }

    /// Returns a driver that runs on this build; with the dynamic loader of the root file system if there is one.
    fn driver(&self, program: &Path) -> Result<Driver> {
        let mut command = self.runner.clone();
        let mut library_path = self.library.folders.clone();
        let loader = machine::loader(program)?;
        if let Some(loader) = self.library.within_root(&loader) {
            let root = self.library.root.as_deref().unwrap_or(Path::new("/"));
            library_path.extend(loader.parent().map(Path::to_owned));
            library_path.extend(C_LIBRARIES.map(|folder| root.join(folder)));
            library_path.retain(|folder| folder.is_dir());
            let path = std::env::join_paths(&library_path)?;
            command.extend([loader, "--library-path".into(), path.into()]);
            library_path.clear();
        }
        command.push(program.to_owned());
        Ok(Driver {
            command,
            fixtures: self.tests.join("fixtures"),
            library_path,
            token: match &self.library.root {
                // A module of this machine requires the C library of this machine.
                Some(_) => token::module_among(|path| self.library.within_root(path)),
                None => token::module(),
            },
            patience: PATIENCE,
        })
    }
}

fn with(option: &str, path: &Path) -> OsString {
    let mut option = OsString::from(option);
    option.push(path);
    option
}

/// Makes a folder that contains only the headers of GnuTLS, not those of the C library beside them.
fn link_headers(owner: &Library, folder: &Path) -> Result<()> {
    let headers = owner.headers.as_ref().context("no headers")?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    link_to(&headers.join("gnutls"), &folder.join("gnutls"))
}

/// Makes a symbolic link, in place of an earlier one.
fn link_to(target: &Path, link: &Path) -> Result<()> {
    if link.is_symlink() {
        fs::remove_file(link).with_context(|| link.display().to_string())?;
    }
    std::os::unix::fs::symlink(target, link).with_context(|| link.display().to_string())
}

/// Returns a header after which GnuTLS has an older version.
fn version_header(release: Version) -> String {
    let Version {
        major,
        minor,
        patch,
    } = release;
    let mut header = "#include <gnutls/gnutls.h>\n".to_owned();
    for (name, value) in [
        ("MAJOR", major),
        ("MINOR", minor),
        ("PATCH", patch),
        ("NUMBER", major << 16 | minor << 8 | patch),
    ] {
        header += &format!("#undef GNUTLS_VERSION_{name}\n#define GNUTLS_VERSION_{name} {value}\n");
    }
    header
}

/// Returns the functions of GnuTLS that a linker did not find.
fn missing_symbols(errors: &str) -> Vec<String> {
    let mut names: Vec<String> = errors
        .lines()
        .filter_map(|line| line.split("undefined reference to `").nth(1))
        .filter_map(|rest| rest.split(['\'', '@']).next())
        .filter(|name| name.starts_with("gnutls_"))
        .map(ToOwned::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns the remedy for an error of the dynamic loader.
fn advice(error: &str) -> &'static str {
    if error.contains("version `GLIBC") {
        "it requires the C library of another release: compare root file systems of the releases, or run the comparison \
         on the newer one"
    } else if error.contains("cannot open shared object file") || error.contains("version `") {
        "a library on which it depends is missing here: add its package, as in `LIBRARY.deb,DEPENDENCY.deb`, or give a \
         root file system"
    } else {
        "a program that only calls gnutls_check_version fails"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_replaces_each_number_of_the_headers() {
        let header = version_header("3.8.13".parse().unwrap());
        for line in [
            "#define GNUTLS_VERSION_MAJOR 3",
            "#define GNUTLS_VERSION_MINOR 8",
            "#define GNUTLS_VERSION_PATCH 13",
            "#define GNUTLS_VERSION_NUMBER 198669",
        ] {
            assert!(header.lines().any(|other| other == line), "{header}");
        }
        assert_eq!(198_669, 0x03080d);
    }

    #[test]
    fn missing_functions_are_named_once() {
        let errors = "ld: a.o: in function `f':\na.c:3: undefined reference to `gnutls_b'\n\
                      ld: a.c:4: undefined reference to `gnutls_a@GNUTLS_3_4'\nundefined reference to `gnutls_b'\n\
                      undefined reference to `dlopen'";
        assert_eq!(missing_symbols(errors), ["gnutls_a", "gnutls_b"]);
    }
}
