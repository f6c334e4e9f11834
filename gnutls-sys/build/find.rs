//! Locates GnuTLS and reads its version.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::environment::{Environment, Variable};
use super::problem::Problem;
use super::verify::{self, Header};
use super::version::{InvalidVersion, OLDEST, Version};
use super::{static_link, watch};

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
    match (folder, include) {
        (Some(folder), Some(include)) => {
            let library = in_folders(environment, &folder, &include, names)?;
            let place = format!("{} and {}", folder.name, include.name);
            supported(library.version, &place)?;
            Ok(library)
        }
        (Some(Variable { name: given, .. }), None) => Err(Problem::Half {
            given,
            missing: "GNUTLS_INCLUDE_DIR",
        }),
        (None, Some(Variable { name: given, .. })) => Err(Problem::Half {
            given,
            missing: "GNUTLS_LIB_DIR",
        }),
        (None, None) => by_pkg_config(environment, names),
    }
}

fn in_folders(
    environment: &Environment<'_>,
    folder: &Variable,
    include: &Variable,
    names: &[&str],
) -> Result<Library, Problem> {
    if let Some(variable) = static_link::requested(environment) {
        return Err(Problem::Static {
            variable,
            why: format!(
                "{} is set too, and only pkg-config lists the libraries that GnuTLS depends on",
                folder.name
            ),
            remedy: "Unset the directories and set PKG_CONFIG_PATH to the directory of gnutls.pc",
        });
    }
    let lacks = |variable: &Variable, lacks: String| Problem::Folder {
        variable: variable.name.clone(),
        folder: variable.value.to_string_lossy().into_owned(),
        lacks,
    };
    let folders: Vec<PathBuf> = env::split_paths(&folder.value).collect();
    let include_folders: Vec<PathBuf> = env::split_paths(&include.value).collect();
    let mut library_files = Vec::new();
    for name in names {
        let found = file(&folders, name).ok_or_else(|| lacks(folder, format!("lib{name}")))?;
        library_files.push(found);
    }
    let header =
        Header::find(&include_folders)?.ok_or_else(|| lacks(include, "gnutls/gnutls.h".into()))?;
    verify::same_version(&library_files[0], &header)?;
    let mut instructions: Vec<String> = folders
        .iter()
        .map(|path| format!("rustc-link-search=native={}", path.display()))
        .collect();
    instructions.extend(names.iter().map(|name| format!("rustc-link-lib={name}")));
    instructions.extend(watch::instructions(&header, &library_files, &[]));
    Ok(Library {
        version: header.version,
        include: include_folders,
        folders,
        instructions,
    })
}

fn by_pkg_config(environment: &Environment<'_>, names: &[&str]) -> Result<Library, Problem> {
    watch_pkg_config(environment, names);
    let target = environment.cargo("TARGET");
    let statik = static_link::requested(environment);
    let mut config = pkg_config::Config::new();
    // Its output about the environment would precede the error message.
    config.env_metadata(false);
    // It links libraries in system directories dynamically even if static ones are requested.
    config
        .statik(statik.is_some())
        .cargo_metadata(statik.is_none());
    let mut found = Vec::new();
    for name in names {
        let library = config.probe(name);
        found.push(library.map_err(|error| problem(error, name, &target))?);
    }
    let pc_files: Vec<PathBuf> = names.iter().map(|name| verify::pc_file(name)).collect();
    let version = found[0].version.parse();
    let version = version.map_err(|why: InvalidVersion| Problem::Version {
        place: format!("{}.pc", names[0]),
        why: why.to_string(),
    })?;
    supported(version, "pkg-config")?;

    let mut library_files = Vec::new();
    for ((name, library), pc_file) in names.iter().zip(&found).zip(&pc_files) {
        library_files.push(verify::contains_library(
            pc_file,
            name,
            &library.link_paths,
        )?);
    }
    let header = verify::header(&pc_files[0], &found[0].include_paths, version)?;
    verify::same_version(&library_files[0], &header)?;

    let mut instructions = Vec::new();
    if let Some(variable) = statik {
        instructions.extend(static_link::instructions(&variable, names, &found)?);
    }
    instructions.extend(watch::instructions(&header, &library_files, &pc_files));
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in found.iter().flat_map(|library| &library.link_paths) {
        if !folders.contains(folder) {
            folders.push(folder.clone());
        }
    }
    Ok(Library {
        version,
        include: found[0].include_paths.clone(),
        folders,
        instructions,
    })
}

fn supported(version: Version, place: &str) -> Result<(), Problem> {
    if version >= OLDEST {
        return Ok(());
    }
    Err(Problem::TooOld {
        found: version,
        place: place.to_owned(),
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
    environment.var("PKG_CONFIG_ALLOW_CROSS");
    for name in names {
        let name = name.to_ascii_uppercase().replace('-', "_");
        environment.var(&format!("{name}_NO_PKG_CONFIG"));
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

/// Returns the file of the library `name` that the linker uses: a shared library before a static one,
/// in the first directory that contains either.
pub fn file(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    let is_static = |file: &PathBuf| file.extension().is_some_and(|end| end == "a");
    folders.iter().find_map(|folder| {
        let files = files(std::slice::from_ref(folder), name);
        files
            .into_iter()
            .min_by_key(|file| (is_static(file), file.clone()))
    })
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
