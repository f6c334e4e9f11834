//! The build script: what it finds, what it tells cargo, and what it says where it cannot go on.
#![cfg(not(feature = "bindgen"))]

#[path = "../build/main.rs"]
#[allow(dead_code)]
mod script;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use script::environment::Environment;
use script::find::Library;
use script::problem::Problem;
use script::version::Version;
use script::{headers, releases, time};

/// An environment of a build for this kind of target.
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

    /// The lines for cargo, or the problem in words.
    fn run(&self) -> Result<Vec<String>, String> {
        script::run(&self.environment()).map_err(|problem| problem.to_string())
    }

    /// The same in a process of its own, for what pkg-config reads in the environment.
    fn run_apart(&self) -> Result<Vec<String>, String> {
        let output = Command::new(env::current_exe().unwrap())
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

/// Runs the build script where [`Build::run_apart`] asks for it.
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

/// A folder for one test, empty when it starts.
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

/// Something that looks like an installed GnuTLS of this version, with its folders of libraries and headers.
fn installed(test: &str, version: &str) -> (PathBuf, PathBuf) {
    let folder = folder(test);
    let (library, include) = (folder.join("lib"), folder.join("include"));
    fs::create_dir_all(&library).unwrap();
    fs::create_dir_all(include.join("gnutls")).unwrap();
    fs::write(library.join("libgnutls.so"), "a library").unwrap();
    let numbers: Vec<&str> = version.split('.').collect();
    let header = format!(
        "/* A comment. */\n#define GNUTLS_VERSION \"{version}\"\n#define GNUTLS_VERSION_MAJOR {}\n\
         #define GNUTLS_VERSION_MINOR {}\n# define\tGNUTLS_VERSION_PATCH   {}\n",
        numbers[0], numbers[1], numbers[2]
    );
    fs::write(include.join("gnutls/gnutls.h"), header).unwrap();
    (library, include)
}

fn build_with(library: &Path, include: &Path) -> Build {
    Build::new()
        .with("GNUTLS_LIB_DIR", library)
        .with("GNUTLS_INCLUDE_DIR", include)
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
        "it has no GNUTLS_VERSION_MAJOR"
    );
}

#[test]
fn the_table_of_releases_is_checked() {
    let problem = |table| releases::Releases::parse(table).map(drop).unwrap_err();
    assert_eq!(
        problem("# a\n3.6.0\tfunction"),
        "releases.tsv, line 2: three columns are expected"
    );
    assert!(problem("3.6.0\tthing\ta").contains("\"thing\" is not a kind"));
    assert!(problem("new\tfunction\ta").contains("\"new\" is not a version"));
    assert!(problem("3.6.0\tfunction\ta\n3.6.0\tfunction\ta").contains("a is there twice"));
}

#[test]
fn folders_that_are_given_are_used() {
    let (library, include) = installed("folders", "3.7.3");
    let lines = build_with(&library, &include).run().unwrap();
    assert!(
        has(
            &lines,
            &format!("rustc-link-search=native={}", library.display())
        ),
        "{lines:?}"
    );
    assert!(has(&lines, "rustc-link-lib=gnutls"), "{lines:?}");
    assert!(
        has(&lines, &format!("metadata=INCLUDE={}", include.display())),
        "{lines:?}"
    );
    assert!(
        has(&lines, &format!("metadata=LIB_DIR={}", library.display())),
        "{lines:?}"
    );
    assert!(has(&lines, "metadata=VERSION=3.7.3"), "{lines:?}");
    assert!(
        has(&lines, "rustc-env=GNUTLS_SYS_VERSION=3.7.3"),
        "{lines:?}"
    );
    assert!(has(&lines, "rustc-cfg=gnutls_3_7_3"), "{lines:?}");
    assert!(!has(&lines, "rustc-cfg=gnutls_3_7_4"), "{lines:?}");
    assert!(
        has(&lines, "rustc-check-cfg=cfg(gnutls_3_7_4)"),
        "{lines:?}"
    );
    assert!(has(&lines, "rustc-cfg=gnutls_time64"), "{lines:?}");
}

#[test]
fn the_variables_of_the_target_go_first() {
    let (library, include) = installed("target", "3.8.4");
    let build = Build::new()
        .with("X86_64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR", &library)
        .with("X86_64_UNKNOWN_LINUX_GNU_GNUTLS_INCLUDE_DIR", &include)
        .with("GNUTLS_LIB_DIR", "/nowhere")
        .with("GNUTLS_INCLUDE_DIR", "/nowhere");
    let lines = build.run().unwrap();
    assert!(has(&lines, "metadata=VERSION=3.8.4"), "{lines:?}");

    // They do not count for another target; an empty one does not count at all.
    let (library, include) = (&library, &include);
    let build = build_with(library, include)
        .with("AARCH64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR", "/nowhere")
        .with("X86_64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR", "");
    assert!(build.run().is_ok());
}

#[test]
fn what_was_asked_for_is_watched() {
    let (library, include) = installed("watched", "3.8.4");
    let lines = build_with(&library, &include).run().unwrap();
    for name in [
        "DOCS_RS",
        "GNUTLS_INCLUDE_DIR",
        "GNUTLS_LIB_DIR",
        "GNUTLS_SYS_ASSUME_VERSION",
        "X86_64_UNKNOWN_LINUX_GNU_GNUTLS_INCLUDE_DIR",
        "X86_64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR",
    ] {
        assert!(
            has(&lines, &format!("rerun-if-env-changed={name}")),
            "{name}: {lines:?}"
        );
    }
    let header = include.join("gnutls/gnutls.h");
    assert!(
        has(&lines, &format!("rerun-if-changed={}", header.display())),
        "{lines:?}"
    );
}

#[test]
fn several_folders_are_joined_as_in_path() {
    let (library, include) = installed("several", "3.8.4");
    let other = folder("several-other");
    let joined = env::join_paths([&other, &include]).unwrap();
    let lines = build_with(&library, Path::new(&joined)).run().unwrap();
    assert!(
        has(
            &lines,
            &format!("metadata=INCLUDE={}", joined.to_str().unwrap())
        ),
        "{lines:?}"
    );
}

#[test]
fn both_folders_are_needed() {
    let (library, include) = installed("both", "3.8.4");
    let problem = Build::new()
        .with("GNUTLS_LIB_DIR", &library)
        .run()
        .unwrap_err();
    assert!(
        problem.starts_with("GNUTLS_LIB_DIR is set and GNUTLS_INCLUDE_DIR is not"),
        "{problem}"
    );
    let name = "X86_64_UNKNOWN_LINUX_GNU_GNUTLS_INCLUDE_DIR";
    let problem = Build::new().with(name, &include).run().unwrap_err();
    assert!(
        problem.starts_with(&format!("{name} is set and GNUTLS_LIB_DIR is not")),
        "{problem}"
    );
}

#[test]
fn folders_that_lack_something_are_named() {
    let (library, include) = installed("lacking", "3.8.4");
    let problem = build_with(&include, &include).run().unwrap_err();
    let expected = format!(
        "GNUTLS_LIB_DIR is \"{}\", and there is no libgnutls in it.",
        include.display()
    );
    assert_eq!(problem, expected);
    let problem = build_with(&library, &library).run().unwrap_err();
    assert!(
        problem.contains("there is no gnutls/gnutls.h in it"),
        "{problem}"
    );
    let problem = build_with(&library, &include)
        .with("CARGO_FEATURE_DANE", "1")
        .run()
        .unwrap_err();
    assert!(
        problem.contains("there is no libgnutls-dane in it"),
        "{problem}"
    );

    fs::write(include.join("gnutls/gnutls.h"), "no version").unwrap();
    let problem = build_with(&library, &include).run().unwrap_err();
    assert!(
        problem.contains("gnutls.h: it has no GNUTLS_VERSION_MAJOR"),
        "{problem}"
    );
}

#[test]
fn the_feature_dane_links_its_library() {
    let (library, include) = installed("dane", "3.8.4");
    fs::write(library.join("libgnutls-dane.a"), "a library").unwrap();
    let lines = build_with(&library, &include)
        .with("CARGO_FEATURE_DANE", "1")
        .run()
        .unwrap();
    assert!(has(&lines, "rustc-link-lib=gnutls-dane"), "{lines:?}");
}

#[test]
fn old_libraries_are_refused_and_newer_ones_are_not() {
    let (library, include) = installed("old", "3.5.19");
    let problem = build_with(&library, &include).run().unwrap_err();
    assert!(
        problem.starts_with("GnuTLS 3.5.19 is too old: 3.6.0 or newer is needed"),
        "{problem}"
    );
    assert!(
        problem.contains("It was found by GNUTLS_LIB_DIR and GNUTLS_INCLUDE_DIR."),
        "{problem}"
    );
    assert!(
        SYSTEMS.iter().all(|system| problem.contains(system)),
        "{problem}"
    );

    let (library, include) = installed("oldest", "3.6.0");
    let lines = build_with(&library, &include).run().unwrap();
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("rustc-cfg=gnutls_3")),
        "{lines:?}"
    );

    for version in ["3.8.99", "3.10.0", "4.0.1"] {
        let (library, include) = installed("newer", version);
        let lines = build_with(&library, &include).run().unwrap();
        let known = lines
            .iter()
            .filter(|line| line.starts_with("rustc-check-cfg=cfg(gnutls_3"));
        let set = lines
            .iter()
            .filter(|line| line.starts_with("rustc-cfg=gnutls_3"));
        assert_eq!(known.count(), set.count());
        assert!(
            has(&lines, &format!("metadata=VERSION={version}")),
            "{lines:?}"
        );
    }
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
        format!("{NAME}: 3.8.6 is newer than the 3.8.4 that was found.")
    );
    assert_eq!(
        build("3.5.0").unwrap_err(),
        format!("{NAME}: 3.5.0 is older than 3.6.0, the oldest that is supported.")
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

/// A `gnutls.pc` in a folder that pkg-config is told to look in, and nowhere else.
fn with_pc(test: &str, text: &str) -> Build {
    let folder = folder(test);
    if !text.is_empty() {
        fs::write(
            folder.join("gnutls.pc"),
            format!("Name: GnuTLS\nDescription: TLS\n{text}"),
        )
        .unwrap();
    }
    Build::new()
        .with("PATH", env::var_os("PATH").unwrap_or_default())
        .with("PKG_CONFIG_LIBDIR", folder)
}

#[test]
fn pkg_config_is_asked() {
    let (library, include) = installed("pc-installed", "3.7.9");
    let (library, include) = (library.display(), include.display());
    let text = format!("Version: 3.7.9\nLibs: -L{library} -lgnutls\nCflags: -I{include}\n");
    let lines = with_pc("pc", &text).run_apart().unwrap();
    assert!(has(&lines, "cargo:rustc-link-lib=gnutls"), "{lines:?}");
    assert!(
        has(&lines, &format!("metadata=INCLUDE={include}")),
        "{lines:?}"
    );
    assert!(
        has(&lines, &format!("metadata=LIB_DIR={library}")),
        "{lines:?}"
    );
    assert!(has(&lines, "metadata=VERSION=3.7.9"), "{lines:?}");
    assert!(
        has(&lines, "rerun-if-env-changed=PKG_CONFIG_PATH"),
        "{lines:?}"
    );
}

#[test]
fn the_folders_go_before_pkg_config() {
    let (library, include) = installed("pc-not-asked", "3.8.4");
    let build = with_pc("pc-other", "Version: 3.7.9\nLibs: -lgnutls\n")
        .with("GNUTLS_LIB_DIR", library)
        .with("GNUTLS_INCLUDE_DIR", include);
    assert!(has(&build.run_apart().unwrap(), "metadata=VERSION=3.8.4"));
}

#[test]
fn it_says_when_pkg_config_is_not_there() {
    let problem = with_pc("pc-no-program", "")
        .with("PATH", folder("empty"))
        .run_apart()
        .unwrap_err();
    assert!(problem.starts_with("pkg-config was not found"), "{problem}");
    assert!(
        problem.contains("there is no such program in PATH"),
        "{problem}"
    );
    assert!(
        SYSTEMS.iter().all(|system| problem.contains(system)),
        "{problem}"
    );
    assert!(
        problem.contains("apt install pkg-config libgnutls28-dev"),
        "{problem}"
    );
    assert!(problem.contains("GNUTLS_LIB_DIR"), "{problem}");
}

#[test]
fn it_says_when_gnutls_is_not_there() {
    let problem = with_pc("pc-none", "").run_apart().unwrap_err();
    assert!(
        problem.starts_with("pkg-config works, but does not find GnuTLS"),
        "{problem}"
    );
    assert!(problem.contains("there is no gnutls.pc"), "{problem}");
    assert!(problem.contains("Tried: "), "{problem}");
    assert!(problem.contains("PKG_CONFIG_PATH"), "{problem}");
    assert!(
        SYSTEMS.iter().all(|system| problem.contains(system)),
        "{problem}"
    );
}

#[test]
fn it_says_when_something_that_gnutls_needs_is_not_there() {
    let text = "Version: 3.7.9\nLibs: -lgnutls\nRequires.private: nettle-of-nowhere\n";
    let problem = with_pc("pc-broken", text).run_apart().unwrap_err();
    assert!(
        problem.starts_with("pkg-config finds gnutls.pc and cannot use it"),
        "{problem}"
    );
    assert!(problem.contains("nettle-of-nowhere"), "{problem}");
}

#[test]
fn it_says_when_the_one_found_by_pkg_config_is_too_old() {
    let problem = with_pc("pc-old", "Version: 3.5.19\nLibs: -lgnutls\n")
        .run_apart()
        .unwrap_err();
    assert!(problem.starts_with("GnuTLS 3.5.19 is too old"), "{problem}");
    assert!(problem.contains("It was found by pkg-config."), "{problem}");
    let problem = with_pc("pc-odd", "Version: new\nLibs: -lgnutls\n")
        .run_apart()
        .unwrap_err();
    assert!(
        problem.starts_with("gnutls.pc: \"new\" is not a version"),
        "{problem}"
    );
}

#[test]
fn it_says_what_a_build_for_another_platform_needs() {
    let build = with_pc("pc-cross", "Version: 3.7.9\nLibs: -lgnutls\n");
    let mut build = build.with("TARGET", "aarch64-unknown-linux-gnu");
    build.0.remove("PKG_CONFIG_LIBDIR");
    let problem = build.run_apart().unwrap_err();
    assert!(
        problem.starts_with("this build is for aarch64-unknown-linux-gnu"),
        "{problem}"
    );
    assert!(
        problem.contains("AARCH64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR"),
        "{problem}"
    );
}

#[test]
fn it_says_when_pkg_config_is_forbidden() {
    let problem = with_pc("pc-no", "")
        .with("GNUTLS_NO_PKG_CONFIG", "1")
        .run_apart()
        .unwrap_err();
    assert!(
        problem.starts_with("GNUTLS_NO_PKG_CONFIG is set"),
        "{problem}"
    );
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
    let readme = include_str!("../README.md");
    for command in commands {
        assert!(readme.contains(&format!("`{command}`")), "{command}");
    }
}

/// A library of which only these bytes are known.
fn library_with(test: &str, bytes: &[u8]) -> Library {
    let (library, include) = installed(test, "3.7.9");
    fs::write(library.join("libgnutls.so"), bytes).unwrap();
    Library {
        version: "3.7.9".parse().unwrap(),
        include: vec![include],
        folders: vec![library],
        instructions: Vec::new(),
    }
}

#[test]
fn the_library_shows_how_wide_time_is() {
    let wide = library_with("time-wide", b"\x7fELF..\0lseek64\0__time64\0memcpy\0");
    let narrow = library_with("time-narrow", b"\x7fELF..\0fstat64_time64\0get_time\0");
    let build = Build::for_32_bits();
    assert!(time::is_64_bits(&build.environment(), &wide).unwrap());
    assert!(!time::is_64_bits(&build.environment(), &narrow).unwrap());
    // On 64 bits there is one kind only.
    assert!(time::is_64_bits(&Build::new().environment(), &narrow).unwrap());
}

#[cfg(unix)]
#[test]
fn else_the_compiler_is_asked() {
    use std::os::unix::fs::PermissionsExt;

    let library = library_with("time-unknown", b"\x7fELF..\0");
    let folder = folder("time-compilers");
    // Compilers that know how many bytes a time_t has, and nothing else.
    for (name, bytes) in [("cc-32", 4), ("cc-64", 8), ("arm-linux-gnueabihf-gcc", 8)] {
        let script = format!(
            "#!/bin/sh\nwhile read line; do case \"$line\" in *'== {bytes} '*) exit 0;; esac; done\nexit 1\n"
        );
        fs::write(folder.join(name), script).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let answer = |build: Build| time::is_64_bits(&build.environment(), &library);
    let path = |name| folder.join(name);
    assert!(!answer(Build::for_32_bits().with("CC", path("cc-32"))).unwrap());
    assert!(answer(Build::for_32_bits().with("CC", path("cc-64"))).unwrap());
    // The compiler for the target goes first, and one that does not run is passed over.
    let build = || Build::for_32_bits().with("CC", path("cc-64"));
    assert!(!answer(build().with("TARGET_CC", path("cc-32"))).unwrap());
    assert!(!answer(build().with("CC_armv7_unknown_linux_gnueabihf", path("cc-32"))).unwrap());
    assert!(!answer(build().with("CC_armv7-unknown-linux-gnueabihf", path("cc-32"))).unwrap());
    assert!(answer(build().with("TARGET_CC", path("none"))).unwrap());
    assert!(!answer(Build::for_32_bits().with("RUSTC_LINKER", path("cc-32"))).unwrap());

    let problem = answer(Build::for_32_bits().with("CC", path("none")))
        .unwrap_err()
        .to_string();
    assert!(problem.contains("32 or 64 bits for time_t"), "{problem}");
    assert!(problem.contains("arm-linux-gnueabihf-gcc"), "{problem}");
    assert!(
        problem.contains("Set CC_armv7_unknown_linux_gnueabihf"),
        "{problem}"
    );
}
