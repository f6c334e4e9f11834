//! Locates GnuTLS and reads its version.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::environment::{Environment, Variable};
use super::headers;
use super::problem::Problem;
use super::version::{InvalidVersion, OLDEST, Version};

#[derive(Debug)]
pub struct Library {
    pub version: Version,
    pub include: Vec<PathBuf>,
    pub folders: Vec<PathBuf>,
    /// The instructions for cargo that the crate `pkg-config` did not print.
    pub instructions: Vec<String>,
}

/// Returns the library in the directories of the environment or, if none is set, the one that
/// pkg-config finds. The first name is `gnutls`.
pub fn library(environment: &Environment<'_>, names: &[&str]) -> Result<Library, Problem> {
    let folder = environment.target_var("GNUTLS_LIB_DIR");
    let include = environment.target_var("GNUTLS_INCLUDE_DIR");
    let (library, place) = match (folder, include) {
        (Some(folder), Some(include)) => {
            let place = format!("{} and {}", folder.name, include.name);
            (in_folders(&folder, &include, names)?, place)
        }
        (Some(Variable { name: given, .. }), None) => {
            return Err(Problem::Half {
                given,
                missing: "GNUTLS_INCLUDE_DIR",
            });
        }
        (None, Some(Variable { name: given, .. })) => {
            return Err(Problem::Half {
                given,
                missing: "GNUTLS_LIB_DIR",
            });
        }
        (None, None) => (by_pkg_config(environment, names)?, "pkg-config".to_owned()),
    };
    if library.version < OLDEST {
        return Err(Problem::TooOld {
            found: library.version,
            place,
        });
    }
    Ok(library)
}

fn in_folders(folder: &Variable, include: &Variable, names: &[&str]) -> Result<Library, Problem> {
    let lacks = |variable: &Variable, lacks: String| Problem::Folder {
        variable: variable.name.clone(),
        folder: variable.value.to_string_lossy().into_owned(),
        lacks,
    };
    let folders: Vec<PathBuf> = env::split_paths(&folder.value).collect();
    let include_folders: Vec<PathBuf> = env::split_paths(&include.value).collect();
    for name in names {
        if files(&folders, name).is_empty() {
            return Err(lacks(folder, format!("lib{name}")));
        }
    }
    let paths: Vec<&Path> = include_folders.iter().map(PathBuf::as_path).collect();
    let header = headers::find(&paths).ok_or_else(|| lacks(include, "gnutls/gnutls.h".into()))?;
    let unreadable = |why| Problem::Version {
        place: header.display().to_string(),
        why,
    };
    let text = fs::read_to_string(&header).map_err(|e| unreadable(e.to_string()))?;
    let version = headers::version(&text).map_err(unreadable)?;
    let search = folders
        .iter()
        .map(|path| format!("rustc-link-search=native={}", path.display()));
    let link = names.iter().map(|name| format!("rustc-link-lib={name}"));
    let instructions = search.chain(link).collect();
    Ok(Library {
        version,
        include: include_folders,
        folders,
        instructions,
    })
}

fn by_pkg_config(environment: &Environment<'_>, names: &[&str]) -> Result<Library, Problem> {
    watch_pkg_config(environment, names);
    let target = environment.cargo("TARGET");
    let probe = |name: &str| {
        // Its output about the environment would precede the error message.
        let library = pkg_config::Config::new().env_metadata(false).probe(name);
        library.map_err(|error| problem(error, name, &target))
    };
    let mut library = probe(names[0])?;
    for name in &names[1..] {
        library.link_paths.extend(probe(name)?.link_paths);
    }
    let version = library.version.parse();
    let version = version.map_err(|why: InvalidVersion| Problem::Version {
        place: format!("{}.pc", names[0]),
        why: why.to_string(),
    })?;
    Ok(Library {
        version,
        include: library.include_paths,
        folders: library.link_paths,
        instructions: Vec::new(),
    })
}

/// Reads each variable that pkg-config and the crate of that name use.
fn watch_pkg_config(environment: &Environment<'_>, names: &[&str]) {
    let target = environment.cargo("TARGET");
    let underscored = target.replace('-', "_");
    for base in [
        "PKG_CONFIG",
        "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR",
        "PKG_CONFIG_SYSROOT_DIR",
    ] {
        for name in [
            format!("{base}_{target}"),
            format!("{base}_{underscored}"),
            format!("HOST_{base}"),
            format!("TARGET_{base}"),
            base.to_owned(),
        ] {
            environment.var(&name);
        }
    }
    for name in [
        "PKG_CONFIG_ALLOW_CROSS",
        "PKG_CONFIG_ALL_STATIC",
        "PKG_CONFIG_ALL_DYNAMIC",
    ] {
        environment.var(name);
    }
    for name in names {
        let name = name.to_ascii_uppercase().replace('-', "_");
        for end in ["STATIC", "DYNAMIC", "NO_PKG_CONFIG"] {
            environment.var(&format!("{name}_{end}"));
        }
    }
}

fn problem(error: pkg_config::Error, name: &str, target: &str) -> Problem {
    use pkg_config::Error;
    match error {
        Error::EnvNoPkgConfig(variable) => Problem::Forbidden { variable },
        Error::CrossCompilation => Problem::OtherPlatform {
            target: target.to_owned(),
        },
        Error::Command { command, cause } => {
            let cause = match cause.kind() {
                ErrorKind::NotFound => "PATH contains no such program".to_owned(),
                _ => cause.to_string(),
            };
            Problem::NoPkgConfig {
                tried: command,
                cause,
            }
        }
        Error::Failure { command, output }
        | Error::ProbeFailure {
            command, output, ..
        } => {
            let output = String::from_utf8_lossy(&output.stderr).into_owned();
            let (name, tried) = (name.to_owned(), command);
            // The messages of pkg-config and pkgconf about a missing package.
            let missing = [
                format!("Package {name} was not found"),
                format!("Package '{name}'"),
            ];
            if missing.iter().any(|words| output.contains(words)) {
                Problem::NoLibrary {
                    name,
                    tried,
                    output,
                }
            } else {
                Problem::UnusableLibrary {
                    name,
                    tried,
                    output,
                }
            }
        }
        other => Problem::UnusableLibrary {
            name: name.to_owned(),
            tried: format!("pkg-config {name}"),
            output: other.to_string(),
        },
    }
}

/// Returns the files of the library `name` in these directories, shared or static.
pub fn files(folders: &[PathBuf], name: &str) -> Vec<PathBuf> {
    let of_this_name = |path: &PathBuf| {
        let file = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let kind = file
            .strip_prefix("lib")
            .and_then(|file| file.strip_prefix(name));
        let dll = file
            .strip_prefix(&format!("lib{name}-"))
            .is_some_and(|n| n.ends_with(".dll"));
        dll || matches!(
            kind,
            Some(".so" | ".a" | ".dylib" | ".tbd" | ".dll.a" | ".dll")
        )
    };
    let entries = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(of_this_name)
        .collect()
}
