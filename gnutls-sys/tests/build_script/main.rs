//! The build script: the library it finds, its instructions for cargo, and its errors.
#![cfg(not(feature = "bindgen"))]

#[path = "../../build/main.rs"]
#[allow(dead_code)]
mod script;

mod folders;
mod pkg_config;
#[cfg(unix)]
mod replaced;
mod static_link;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod verify;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use script::environment::Environment;
use script::problem::Problem;
use script::version::Version;
use script::{headers, releases};

/// The environment of a build.
struct Build(BTreeMap<String, OsString>);

impl Build {
    fn new() -> Self {
        Build(BTreeMap::new())
            .with("TARGET", "x86_64-unknown-linux-gnu")
            .with("HOST", "x86_64-unknown-linux-gnu")
            .with("CARGO_CFG_TARGET_POINTER_WIDTH", "64")
            .with("CARGO_CFG_TARGET_ARCH", "x86_64")
            .with("CARGO_CFG_TARGET_OS", "linux")
            .with("CARGO_CFG_TARGET_ENV", "gnu")
    }

    fn for_32_bits() -> Self {
        Build::new()
            .with("TARGET", "armv7-unknown-linux-gnueabihf")
            .with("CARGO_CFG_TARGET_POINTER_WIDTH", "32")
            .with("CARGO_CFG_TARGET_ARCH", "arm")
    }

    fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn environment(&self) -> Environment<'_> {
        Environment::new(|name| self.0.get(name).cloned())
    }

    /// Returns the instructions for cargo, or the text of the error.
    fn run(&self) -> Result<Vec<String>, String> {
        script::run(&self.environment()).map_err(|problem| problem.to_string())
    }

    /// Runs the build script in a process of its own, since pkg-config reads the environment.
    fn run_apart(&self) -> Result<Vec<String>, String> {
        let output = support::this_program()
            .args(["--exact", "child", "--nocapture"])
            .env_clear()
            .envs(&self.0)
            .env(CHILD, "1")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, text) = text.split_once("BEGIN\n").expect("the child ran");
        let (text, _) = text.split_once("END\n").expect("the child ran to its end");
        match text.split_once("PROBLEM\n") {
            Some((_, problem)) => Err(problem.to_owned()),
            None => Ok(text.lines().map(str::to_owned).collect()),
        }
    }
}

const CHILD: &str = "GNUTLS_SYS_TEST_CHILD";

/// Runs the build script for [`Build::run_apart`].
#[test]
fn child() {
    if env::var_os(CHILD).is_none() {
        return;
    }
    println!("BEGIN");
    match script::run(&Environment::of_process()) {
        Ok(lines) => lines.iter().for_each(|line| println!("{line}")),
        Err(problem) => println!("PROBLEM\n{problem}"),
    }
    println!("END");
}

/// Creates an empty directory for a test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("build-script")
        .join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Creates the files of an installed GnuTLS of this version. Returns the directories of libraries and
/// headers.
fn installed(test: &str, version: &str) -> (PathBuf, PathBuf) {
    let folder = folder(test);
    let (library, include) = (folder.join("lib"), folder.join("include"));
    fs::create_dir_all(&library).unwrap();
    fs::create_dir_all(include.join("gnutls")).unwrap();
    fs::write(library.join("libgnutls.so"), shared_library(version)).unwrap();
    let numbers: Vec<&str> = version.split('.').collect();
    let header = format!(
        "/* A comment. */\n#define GNUTLS_VERSION \"{version}\"\n#define GNUTLS_VERSION_MAJOR {}\n\
         #define GNUTLS_VERSION_MINOR {}\n# define\tGNUTLS_VERSION_PATCH   {}\n",
        numbers[0], numbers[1], numbers[2]
    );
    fs::write(include.join("gnutls/gnutls.h"), header).unwrap();
    (library, include)
}

/// Returns the content of a shared library of this version.
fn shared_library(version: &str) -> String {
    format!("\x7fELF..\0time\0{version}\0")
}

/// Returns the text of a `gnutls.pc` with these directories.
fn pc_text(version: &str, library: &str, include: &str) -> String {
    format!(
        "Name: GnuTLS\nDescription: TLS\nVersion: {version}\nLibs: -L{library} -lgnutls\nCflags: -I{include}\n"
    )
}

fn build_with(library: &Path, include: &Path) -> Build {
    Build::new()
        .with("GNUTLS_LIB_DIR", library)
        .with("GNUTLS_INCLUDE_DIR", include)
}

/// Returns a build in which pkg-config searches only this directory.
fn build_with_pc(folder: &Path) -> Build {
    Build::new()
        .with("PATH", env::var_os("PATH").unwrap_or_default())
        .with("PKG_CONFIG_LIBDIR", folder)
}

fn has(lines: &[String], line: &str) -> bool {
    lines.iter().any(|other| other == line)
}

const SYSTEMS: [&str; 8] = [
    "Debian", "Fedora", "Alpine", "Arch", "openSUSE", "Nix", "Homebrew", "MSYS2",
];

#[test]
fn versions_are_read_and_compared_as_numbers() {
    let version = |text: &str| text.parse::<Version>();
    assert_eq!(
        version("3.8.13").unwrap(),
        Version {
            major: 3,
            minor: 8,
            patch: 13
        }
    );
    assert_eq!(
        version("3.8\n").unwrap(),
        Version {
            major: 3,
            minor: 8,
            patch: 0
        }
    );
    assert_eq!(version("3.8.0-dev").unwrap(), version("3.8.0").unwrap());
    assert_eq!(version("3.8.1.2").unwrap(), version("3.8.1").unwrap());
    assert!(version("3.6.10").unwrap() > version("3.6.9").unwrap());
    assert!(version("3.10.0").unwrap() > version("3.9.9").unwrap());
    assert_eq!(version("3.6.10").unwrap().cfg(), "gnutls_3_6_10");
    for wrong in ["", "3", "three", "3.x.1", "3.8.", "3.8.x", "-3.6.0"] {
        assert!(version(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_version_is_read_in_the_header() {
    let (_, include) = installed("header", "3.7.9");
    let text = fs::read_to_string(include.join("gnutls/gnutls.h")).unwrap();
    assert_eq!(headers::version(&text).unwrap().to_string(), "3.7.9");
    let problem = headers::version("#define GNUTLS_VERSION_MAJOR three\n").unwrap_err();
    assert_eq!(
        problem,
        "its GNUTLS_VERSION_MAJOR is \"three\", not a number"
    );
    assert_eq!(
        headers::version("").unwrap_err(),
        "it does not define GNUTLS_VERSION_MAJOR"
    );
}

#[test]
fn the_table_of_releases_is_checked() {
    let problem = |table| releases::Releases::parse(table).map(drop).unwrap_err();
    assert_eq!(
        problem("# a\n3.6.0\tfunction"),
        "releases.tsv, line 2: 3 columns are expected"
    );
    assert!(problem("3.6.0\tthing\ta").contains("\"thing\" is not a kind"));
    assert!(problem("new\tfunction\ta").contains("\"new\" is not a version"));
    assert!(
        problem("3.6.0\tfunction\ta\n3.6.0\tfunction\ta").contains("a: the table lists it twice")
    );
}

#[test]
fn releases_are_passed_on_in_order_of_their_numbers() {
    let (library, include) = installed("releases", "3.7.0");
    let lines = build_with(&library, &include).run().unwrap();
    let list = lines
        .iter()
        .find_map(|line| line.strip_prefix("metadata=RELEASES="))
        .unwrap();
    assert!(
        list.starts_with("3.6.2,3.6.3,3.6.4,3.6.5,3.6.6,3.6.8,3.6.9,3.6.10,3.6.12,"),
        "{list}"
    );
    assert!(list.ends_with(",3.8.11,3.8.13"), "{list}");
    assert_eq!(list.split(',').count(), 23, "{list}");
}

#[test]
fn an_older_version_can_be_assumed() {
    const NAME: &str = "GNUTLS_SYS_ASSUME_VERSION";
    let (library, include) = installed("assumed", "3.8.4");
    let build = |version| build_with(&library, &include).with(NAME, version).run();
    let lines = build("3.6.16").unwrap();
    assert!(has(&lines, "metadata=VERSION=3.6.16"), "{lines:?}");
    assert!(
        has(&lines, "rustc-env=GNUTLS_SYS_VERSION=3.6.16"),
        "{lines:?}"
    );
    assert!(
        has(&lines, "rustc-env=GNUTLS_SYS_VERSION_PATCH=16"),
        "{lines:?}"
    );
    assert!(has(&lines, "rustc-cfg=gnutls_3_6_14"), "{lines:?}");
    assert!(!has(&lines, "rustc-cfg=gnutls_3_7_0"), "{lines:?}");

    assert_eq!(
        build("3.8.6").unwrap_err(),
        format!("{NAME}: 3.8.6 is newer than the installed 3.8.4.")
    );
    assert_eq!(
        build("3.5.0").unwrap_err(),
        format!("{NAME}: 3.5.0 is older than 3.6.0, the oldest supported version.")
    );
    assert_eq!(
        build("old").unwrap_err(),
        format!("{NAME}: \"old\" is not a version of the form 3.8.13.")
    );
}

#[test]
fn documentation_needs_no_library() {
    let lines = Build::new().with("DOCS_RS", "1").run().unwrap();
    assert!(
        !lines.iter().any(|line| line.starts_with("rustc-link")),
        "{lines:?}"
    );
    assert!(has(&lines, "rustc-cfg=gnutls_3_8_13"), "{lines:?}");
    let lines = Build::new()
        .with("DOCS_RS", "1")
        .with("GNUTLS_SYS_ASSUME_VERSION", "3.6.0");
    assert!(!has(&lines.run().unwrap(), "rustc-cfg=gnutls_3_6_2"));
}

#[test]
fn the_readme_has_the_same_commands() {
    let problem = Problem::NoPkgConfig {
        tried: String::new(),
        cause: String::new(),
    }
    .to_string();
    let commands = problem
        .lines()
        .filter_map(|line| Some(line.strip_prefix("  ")?.split_at_checked(16)?.1));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), SYSTEMS.len(), "{problem}");
    let readme = include_str!("../../README.md");
    for command in commands {
        assert!(readme.contains(&format!("`{command}`")), "{command}");
    }
}
