//! Finds the installed GnuTLS and passes its version to this crate and to dependent crates.

#[cfg(feature = "bindgen")]
mod aliases;
#[cfg(feature = "bindgen")]
mod bindings;
pub(crate) mod environment;
pub(crate) mod find;
pub(crate) mod headers;
#[cfg(feature = "bindgen")]
mod newer;
pub(crate) mod packages;
pub(crate) mod problem;
pub(crate) mod releases;
mod static_link;
pub(crate) mod time;
mod verify;
pub(crate) mod version;
mod watch;

use std::collections::BTreeSet;
use std::env;
use std::process::ExitCode;

use environment::Environment;
use find::Library;
use problem::Problem;
use releases::{Kind, Releases};
use version::{OLDEST, Version};

fn main() -> ExitCode {
    match run(&Environment::of_process()) {
        Ok(instructions) => {
            for line in instructions {
                println!("cargo::{line}");
            }
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("\n{problem}\n");
            ExitCode::FAILURE
        }
    }
}

/// Returns the instructions for cargo.
pub(crate) fn run(environment: &Environment<'_>) -> Result<Vec<String>, Problem> {
    let releases = Releases::parse(include_str!("../releases.tsv")).map_err(Problem::Bindings)?;
    let mut with_cfg = with_new_symbols(&releases);
    let mut instructions = vec![
        "rerun-if-changed=build".to_owned(),
        "rerun-if-changed=releases.tsv".to_owned(),
    ];

    // Documentation is also built without GnuTLS, and nothing is linked.
    let library = match environment.var("DOCS_RS") {
        Some(_) => None,
        None => Some(find::library(environment, libraries(environment))?),
    };
    let newest = releases.newest().unwrap_or(OLDEST);
    let found = library.as_ref().map_or(newest, |library| library.version);
    let version = assumed(environment, found)?;
    let time_64 = match &library {
        Some(library) => time::is_64_bits(environment, library)?,
        None => environment.cargo("CARGO_CFG_TARGET_POINTER_WIDTH") == "64",
    };
    if let Some(library) = &library {
        instructions.extend(library.instructions.iter().cloned());
        instructions.extend(metadata(library)?);
        if let Some(version) = generate(environment, library, &releases)? {
            with_cfg.insert(version);
            instructions.push("rustc-cfg=gnutls_generated".to_owned());
        }
    }
    instructions.push("rustc-check-cfg=cfg(gnutls_generated)".to_owned());

    instructions.extend(cfgs(&with_cfg, version, time_64));
    let Version {
        major,
        minor,
        patch,
    } = version;
    instructions.push(format!("rustc-env=GNUTLS_SYS_VERSION={version}"));
    for (part, number) in [("MAJOR", major), ("MINOR", minor), ("PATCH", patch)] {
        instructions.push(format!("rustc-env=GNUTLS_SYS_VERSION_{part}={number}"));
    }
    let list: Vec<String> = with_cfg.iter().map(Version::to_string).collect();
    instructions.push(format!("metadata=VERSION={version}"));
    instructions.push(format!("metadata=RELEASES={}", list.join(",")));
    instructions.extend(
        environment
            .read()
            .iter()
            .map(|n| format!("rerun-if-env-changed={n}")),
    );
    Ok(instructions)
}

/// Returns each release after the oldest supported one that added functions or variables. A cfg marks
/// each of them, since only a library of that release contains its symbols.
fn with_new_symbols(releases: &Releases) -> BTreeSet<Version> {
    let symbols = releases
        .names
        .values()
        .filter(|entry| entry.kind != Kind::Constant);
    symbols
        .map(|entry| entry.release)
        .filter(|&release| release > OLDEST)
        .collect()
}

/// Returns the libraries to link, by the names that pkg-config and the linker use.
fn libraries(environment: &Environment<'_>) -> &'static [&'static str] {
    let dane = !environment.cargo("CARGO_FEATURE_DANE").is_empty();
    if dane {
        &["gnutls", "gnutls-dane"]
    } else {
        &["gnutls"]
    }
}

/// Returns the version to build for: the one found, unless an older one is assumed.
fn assumed(environment: &Environment<'_>, found: Version) -> Result<Version, Problem> {
    const NAME: &str = "GNUTLS_SYS_ASSUME_VERSION";
    let Some(value) = environment.var(NAME) else {
        return Ok(found);
    };
    let problem = |why| Problem::Version {
        place: NAME.to_owned(),
        why,
    };
    let version = value.to_string_lossy().parse::<Version>();
    let version = version.map_err(|why| problem(why.to_string()))?;
    if version < OLDEST {
        return Err(problem(format!(
            "{version} is older than {OLDEST}, the oldest supported version"
        )));
    }
    if version > found {
        return Err(problem(format!(
            "{version} is newer than the installed {found}"
        )));
    }
    Ok(version)
}

/// Returns the variables `DEP_GNUTLS_...` of dependent build scripts, except the version.
fn metadata(library: &Library) -> Result<Vec<String>, Problem> {
    let joined = |paths: &[std::path::PathBuf]| match env::join_paths(paths) {
        Ok(joined) => Ok(joined.to_string_lossy().into_owned()),
        Err(e) => Err(Problem::Bindings(format!(
            "the paths of GnuTLS cannot be joined: {e}"
        ))),
    };
    Ok(vec![
        format!("metadata=INCLUDE={}", joined(&library.include)?),
        format!("metadata=LIB_DIR={}", joined(&library.folders)?),
    ])
}

fn cfgs(releases: &BTreeSet<Version>, version: Version, time_64: bool) -> Vec<String> {
    let known = releases
        .iter()
        .map(|release| format!("rustc-check-cfg=cfg({})", release.cfg()));
    let has = releases.iter().filter(|&&release| release <= version);
    let set = has.map(|release| format!("rustc-cfg={}", release.cfg()));
    let mut lines: Vec<String> = known.chain(set).collect();
    lines.push("rustc-check-cfg=cfg(gnutls_time64)".to_owned());
    lines.extend(time_64.then(|| "rustc-cfg=gnutls_time64".to_owned()));
    lines
}

/// Generates bindings from the installed headers and returns their version, which may be newer than
/// any in the table.
#[cfg(feature = "bindgen")]
fn generate(
    environment: &Environment<'_>,
    library: &Library,
    releases: &Releases,
) -> Result<Option<Version>, Problem> {
    let out = std::path::PathBuf::from(environment.cargo("OUT_DIR"));
    let include: Vec<_> = library.include.iter().map(|path| path.as_path()).collect();
    let source = bindings::generate(&include, library.version, releases, &out);
    let source = source.map_err(|why| Problem::Bindings(format!("feature \"bindgen\": {why}")))?;
    let newer = newer::declarations(&source, include_str!("../src/bindings.rs"));
    let newer = newer.map_err(Problem::Bindings)?;
    for (name, source) in [("bindings.rs", source), ("newer.rs", newer)] {
        let file = out.join(name);
        std::fs::write(&file, source)
            .map_err(|e| Problem::Bindings(format!("{}: {e}", file.display())))?;
    }
    Ok(Some(library.version))
}

#[cfg(not(feature = "bindgen"))]
fn generate(_: &Environment<'_>, _: &Library, _: &Releases) -> Result<Option<Version>, Problem> {
    Ok(None)
}
