//! Links GnuTLS statically.
//!
//! The crate `pkg-config` links a library in a system directory dynamically in any case, and silently.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::problem::Problem;

/// The parts of the C library, whose static forms a dynamically linked program cannot contain.
const C_LIBRARY: [&str; 8] = ["c", "dl", "m", "nsl", "pthread", "resolv", "rt", "util"];

/// Returns the variable that requests static linking, with the precedence of the crate `pkg-config`.
pub fn requested(environment: &Environment<'_>) -> Option<String> {
    let is_set = |name: &&str| environment.var(name).is_some_and(|value| value != "0");
    let variables = [
        "GNUTLS_STATIC",
        "GNUTLS_DYNAMIC",
        "PKG_CONFIG_ALL_STATIC",
        "PKG_CONFIG_ALL_DYNAMIC",
    ];
    // Reads all, so that a change of any of them is noticed.
    let set: Vec<&str> = variables
        .iter()
        .copied()
        .filter(|name| is_set(name))
        .collect();
    let first = set.first()?;
    first.ends_with("STATIC").then(|| (*first).to_owned())
}

/// Returns the instructions that link the libraries `names`, and their dependencies as far as static libraries of them
/// exist.
pub fn instructions(
    variable: &str,
    names: &[&str],
    found: &[pkg_config::Library],
) -> Result<Vec<String>, Problem> {
    let folders: Vec<&PathBuf> = found
        .iter()
        .flat_map(|library| &library.link_paths)
        .collect();
    let libraries: BTreeSet<&str> = found
        .iter()
        .flat_map(|library| &library.libs)
        .map(String::as_str)
        .collect();
    let is_static = |name: &&str| {
        let file = format!("lib{name}.a");
        !C_LIBRARY.contains(name) && folders.iter().any(|folder| is_archive(&folder.join(&file)))
    };
    let (of_archives, shared): (Vec<&str>, Vec<&str>) =
        libraries.into_iter().partition(|name| is_static(name));
    if let Some(name) = names.iter().find(|name| !of_archives.contains(name)) {
        let folders = folders.iter().map(|path| format!("\"{}\"", path.display()));
        let folders: Vec<String> = folders.collect();
        return Err(Problem::Static {
            variable: variable.to_owned(),
            why: format!("{} contains no static lib{name}.a", folders.join(", ")),
            remedy: "Install the static library, or unset the variable to link the shared one",
        });
    }
    let archives = folders.iter().flat_map(|folder| {
        let files = names.iter().map(|name| folder.join(format!("lib{name}.a")));
        files.filter(|file| file.exists())
    });
    let mut lines: Vec<String> = archives
        .map(|file| format!("rerun-if-changed={}", file.display()))
        .collect();
    for library in found {
        let paths = library.link_paths.iter();
        lines.extend(paths.map(|path| format!("rustc-link-search=native={}", path.display())));
        let paths = library.framework_paths.iter();
        lines.extend(paths.map(|path| format!("rustc-link-search=framework={}", path.display())));
        let frameworks = library.frameworks.iter();
        lines.extend(frameworks.map(|name| format!("rustc-link-lib=framework={name}")));
    }
    lines.extend(
        of_archives
            .iter()
            .map(|name| format!("rustc-link-lib=static={name}")),
    );
    lines.extend(
        shared
            .iter()
            .map(|name| format!("rustc-link-lib=dylib={name}")),
    );
    Ok(lines)
}

/// A file of this name may also be a script for the linker.
fn is_archive(file: &Path) -> bool {
    let mut magic = [0; 8];
    File::open(file).is_ok_and(|mut file| file.read_exact(&mut magic).is_ok())
        && &magic == b"!<arch>\n"
}
