//! A build of GnuTLS: its shared library, and the files that belong to it.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use gnutls_releases::Version;
use gnutls_tests_process as process;

use super::machine::Machine;
use crate::installation;

/// The argument that means the installed library.
pub const INSTALLED: &str = "installed";
/// The forms of an argument, for errors.
pub const FORMS: &str = "a prefix (which has lib/libgnutls.so.*), a root file system, a build directory of GnuTLS, \
                         package files (.deb, with commas between them), or `installed`";

/// A build of GnuTLS.
#[derive(Clone, Debug)]
pub struct Library {
    /// The argument that means it.
    pub argument: String,
    /// The shared library.
    pub file: PathBuf,
    /// The folder that contains `gnutls/gnutls.h`.
    pub headers: Option<PathBuf>,
    /// The root file system whose C library it requires.
    pub root: Option<PathBuf>,
    /// The distribution's package with its version.
    pub package: Option<String>,
    /// The folders for the dynamic linker.
    pub folders: Vec<PathBuf>,
}

impl Library {
    /// Finds the build that an argument means. Packages are unpacked into `unpacked`, which is emptied first.
    pub fn find(argument: &str, machine: Machine, unpacked: &Path) -> Result<Self> {
        if argument == INSTALLED {
            return Self::installed(machine);
        }
        let path = Path::new(argument);
        if path.is_dir() {
            return Self::within(argument, path, machine);
        }
        let files: Vec<&Path> = match path.is_file() {
            true => vec![path],
            false => argument.split(',').map(Path::new).collect(),
        };
        for file in &files {
            ensure!(
                file.is_file(),
                "{} does not exist: give {FORMS}",
                file.display()
            );
        }
        let mut package = None;
        if unpacked.exists() {
            fs::remove_dir_all(unpacked).with_context(|| unpacked.display().to_string())?;
        }
        fs::create_dir_all(unpacked).with_context(|| unpacked.display().to_string())?;
        for file in files {
            let name = unpack(file, unpacked)?;
            // The package of the library, not that of its headers or dependencies.
            if package.is_none() && !name.contains("-dev ") {
                package = Some(name);
            }
        }
        let library = Self::within(argument, unpacked, machine)?;
        Ok(Self { package, ..library })
    }

    fn installed(machine: Machine) -> Result<Self> {
        let file = installed_file()?;
        let headers = pkg_config_folder("includedir").unwrap_or_else(|| "/usr/include".into());
        let headers = headers_in(&headers, &folder_of(&file));
        let library = Self::checked(INSTALLED, file, machine)?;
        Ok(Self { headers, ..library })
    }

    /// Returns the build in a folder: a prefix, a root file system or a build directory.
    fn within(argument: &str, folder: &Path, machine: Machine) -> Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| folder.display().to_string())?;
        let bases = ["usr", "usr/local", ""].map(|base| folder.join(base));
        let mut found = Vec::new();
        for base in &bases {
            for libraries in library_folders(base) {
                found.extend(shared_library(&libraries).map(|file| (file, base)));
            }
        }
        found.extend(shared_library(&folder).map(|file| (file, &folder)));
        ensure!(
            !found.is_empty(),
            "{} contains no libgnutls.so.* in lib, lib64, a folder of lib, or the same below usr: give {FORMS}{}",
            folder.display(),
            remedy(&bases)
        );
        let runs = |(file, _): &&(PathBuf, &PathBuf)| Machine::of(file).ok() == Some(machine);
        let (file, base) = found.iter().find(runs).unwrap_or(&found[0]);
        let libraries = folder_of(file);
        // Both an installed and an uninstalled header.
        let headers = headers_in(&base.join("include"), &libraries)
            .or_else(|| headers_in(&folder.join("lib/includes"), &libraries));
        let mut library = Self::checked(argument, file.clone(), machine)?;
        library.headers = headers;
        library.folders = [libraries]
            .into_iter()
            .chain(bases.iter().flat_map(|base| library_folders(base)))
            .collect();
        library.folders.dedup();
        let database = folder.join("var/lib/dpkg");
        if folder.join("usr").is_dir() && database.is_dir() {
            let path = Path::new("/").join(file.strip_prefix(&folder).unwrap_or(file));
            library.package = installation::package_in(Some(&database), &path);
        }
        if folder.join("usr").is_dir() {
            library.root = Some(folder);
        }
        Ok(library)
    }

    fn checked(argument: &str, file: PathBuf, machine: Machine) -> Result<Self> {
        let its = Machine::of(&file)?;
        ensure!(
            its == machine,
            "{} is for {its}, the C compiler compiles for {machine}: set CC to a compiler for {its} whose programs this \
             machine runs (such as CC=\"gcc -m32\"), or give a build for {machine}",
            file.display()
        );
        Ok(Self {
            argument: argument.to_owned(),
            package: installation::package_of(&file),
            folders: vec![folder_of(&file)],
            headers: None,
            root: None,
            file,
        })
    }

    /// Returns the version of the headers.
    pub fn headers_version(&self) -> Option<Version> {
        let text = fs::read_to_string(self.headers.as_ref()?.join("gnutls/gnutls.h")).ok()?;
        // `#define`, in some releases with a space between.
        let rest = text.split("define GNUTLS_VERSION \"").nth(1)?;
        rest.split('"').next()?.parse().ok()
    }

    /// Returns a path of the root file system as a path of this machine. Absolute links are those of the root.
    pub fn within_root(&self, path: &str) -> Option<PathBuf> {
        let root = self.root.as_ref()?;
        let mut resolved = root.clone();
        let mut rest: Vec<_> = components(Path::new(path)).rev().collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part == ".." {
                if resolved != *root {
                    resolved.pop();
                }
                continue;
            }
            resolved.push(&part);
            let Ok(target) = resolved.read_link() else {
                continue;
            };
            links += 1;
            if links > 40 {
                return None;
            }
            resolved.pop();
            if target.is_absolute() {
                resolved.clone_from(root);
            }
            rest.extend(components(&target).rev());
        }
        resolved.is_file().then_some(resolved)
    }
}

/// Returns the shared library that pkg-config finds, or else the one that the C compiler links.
pub fn installed_file() -> Result<PathBuf> {
    let found = pkg_config_folder("libdir").and_then(|folder| shared_library(&folder));
    if let Some(file) = found {
        return Ok(file);
    }
    let mut compiler = process::c_compiler();
    let output = process::output(compiler.arg("-print-file-name=libgnutls.so.30"))?;
    let file = PathBuf::from(output.trim_end());
    ensure!(
        file.is_absolute(),
        "no GnuTLS is installed: install it (`libgnutls28-dev` on Debian), or give {FORMS}"
    );
    Ok(file)
}

fn pkg_config_folder(variable: &str) -> Option<PathBuf> {
    let program = std::env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let mut command = Command::new(program);
    command.args([&format!("--variable={variable}"), "gnutls"]);
    let folder = process::output(&mut command).ok()?;
    Some(PathBuf::from(folder.trim_end())).filter(|folder| folder.is_dir())
}

/// Returns the parts of a path that name a file or lead up.
fn components(path: &Path) -> impl DoubleEndedIterator<Item = std::ffi::OsString> + '_ {
    let parts = path.components();
    parts.filter_map(|part| match part {
        Component::Normal(_) | Component::ParentDir => Some(part.as_os_str().to_owned()),
        _ => None,
    })
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("/")).to_owned()
}

/// Returns the folders below a prefix that may contain libraries; `lib/.libs` is that of a build directory.
fn library_folders(base: &Path) -> Vec<PathBuf> {
    let lib = base.join("lib");
    let entries = fs::read_dir(&lib).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders.retain(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name == ".libs" || name.contains("-linux-")
    });
    folders.extend([lib, base.join("lib64")]);
    folders.retain(|folder| folder.is_dir());
    folders
}

/// Returns the file of a folder that programs load: `libgnutls.so.30`, or the one with another number.
fn shared_library(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = name.strip_prefix("libgnutls.so.");
            number.is_some_and(|number| number.parse::<u32>().is_ok()) && path.is_file()
        })
        .collect();
    files.sort();
    files.pop()
}

/// Returns the folder with `gnutls/gnutls.h` and the other headers: one for all architectures, or for that of the
/// library.
fn headers_in(include: &Path, libraries: &Path) -> Option<PathBuf> {
    let of_architecture = include.join(libraries.file_name().unwrap_or_default());
    let is_complete = |folder: &PathBuf| {
        ["gnutls.h", "x509.h", "dtls.h"]
            .iter()
            .all(|header| folder.join("gnutls").join(header).is_file())
    };
    [include.to_owned(), of_architecture]
        .into_iter()
        .find(is_complete)
}

/// Returns the end of the error if a build exists that cannot be used.
fn remedy(bases: &[PathBuf]) -> &'static str {
    let mut folders = bases.iter().flat_map(|base| library_folders(base));
    match folders.any(|folder| folder.join("libgnutls.a").is_file()) {
        true => "; it has only a static library: configure GnuTLS with --enable-shared",
        false => "",
    }
}

/// Unpacks a package into a folder, and returns its name and version.
fn unpack(file: &Path, folder: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    if !bytes.starts_with(b"!<arch>\ndebian-binary") {
        bail!(
            "{} is not a package of Debian: unpack it, and give the folder, or give {FORMS}",
            file.display()
        );
    }
    let mut extract = Command::new("dpkg-deb");
    extract.arg("--extract").arg(file).arg(folder);
    process::output(&mut extract).with_context(|| {
        format!(
            "cannot unpack {}: install dpkg, or unpack it and give the folder",
            file.display()
        )
    })?;
    let mut show = Command::new("dpkg-deb");
    show.args(["--show", "--showformat=${Package} ${Version}"])
        .arg(file);
    process::output(&mut show)
}
