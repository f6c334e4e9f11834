//! Static linking.

use std::fs;
use std::path::Path;

use super::{Build, build_with, build_with_pc, folder, has, installed, pc_text};

/// Creates an installed GnuTLS with a `gnutls.pc` that lists dependencies. Returns the directory of its libraries and a
/// build that uses it.
fn with_dependencies(test: &str) -> (std::path::PathBuf, Build) {
    let (library, include) = installed(test, "3.8.4");
    let text = pc_text(
        "3.8.4",
        &library.display().to_string(),
        &include.display().to_string(),
    );
    let pc = folder(&format!("{test}-pc"));
    let private = "Libs.private: -lnettle -lp11-kit -lpthread\n";
    fs::write(pc.join("gnutls.pc"), format!("{text}{private}")).unwrap();
    (library, build_with_pc(&pc))
}

const ARCHIVE: &str = "!<arch>\n";

#[test]
fn static_libraries_are_linked_also_in_system_directories() {
    let (library, build) = with_dependencies("static");
    for name in ["gnutls", "nettle", "pthread"] {
        fs::write(library.join(format!("lib{name}.a")), ARCHIVE).unwrap();
    }
    // The crate `pkg-config` links a library under the system root dynamically.
    let build = build
        .with("PKG_CONFIG_SYSROOT_DIR", "/")
        .with("GNUTLS_STATIC", "1");
    let lines = build.run_apart().unwrap();
    for line in [
        "rustc-link-lib=static=gnutls",
        "rustc-link-lib=static=nettle",
        // There is no static libp11-kit, and libpthread is a part of the C library.
        "rustc-link-lib=dylib=p11-kit",
        "rustc-link-lib=dylib=pthread",
    ] {
        assert!(has(&lines, line), "{line}: {lines:?}");
    }
    let links = lines.iter().filter(|line| line.contains("rustc-link-lib="));
    assert_eq!(links.count(), 4, "{lines:?}");
    // pkg-config up to 0.29 writes the root twice, which is the same path.
    let archive = library.join("libgnutls.a");
    let mut watched = lines
        .iter()
        .filter_map(|line| line.strip_prefix("rerun-if-changed="));
    assert!(watched.any(|path| Path::new(path) == archive), "{lines:?}");
}

#[test]
fn a_library_that_cannot_be_linked_statically_is_an_error() {
    let (library, build) = with_dependencies("no-static");
    let build = build.with("GNUTLS_STATIC", "1");
    let problem = build.run_apart().unwrap_err();
    let expected = format!(
        "GNUTLS_STATIC is set, but GnuTLS cannot be linked statically: \"{}\" contains no static libgnutls.a. Install the static \
         library, or unset the variable to link the shared one.",
        library.display()
    );
    assert_eq!(problem.trim_end(), expected);
    // A linker script is no archive.
    fs::write(library.join("libgnutls.a"), "GROUP ( libgnutls.so )").unwrap();
    assert!(build.run_apart().is_err());

    let (library, include) = installed("static-folders", "3.8.4");
    fs::write(library.join("libgnutls.a"), ARCHIVE).unwrap();
    let problem = build_with(&library, &include)
        .with("GNUTLS_STATIC", "1")
        .run()
        .unwrap_err();
    assert!(
        problem.contains("GNUTLS_LIB_DIR is set too, and only pkg-config lists"),
        "{problem}"
    );
}

#[test]
fn the_first_variable_decides_on_static_linking() {
    let (library, build) = with_dependencies("static-variables");
    fs::write(library.join("libgnutls.a"), ARCHIVE).unwrap();
    let is_static = |variables: &[(&str, &str)]| {
        let build = Build(build.0.clone());
        let build = variables
            .iter()
            .fold(build, |build, (name, value)| build.with(name, *value));
        let lines = build.run_apart().unwrap();
        assert!(has(&lines, "rerun-if-env-changed=PKG_CONFIG_ALL_STATIC"));
        has(&lines, "rustc-link-lib=static=gnutls")
    };
    assert!(!is_static(&[]));
    assert!(is_static(&[("GNUTLS_STATIC", "1")]));
    assert!(is_static(&[("PKG_CONFIG_ALL_STATIC", "1")]));
    assert!(!is_static(&[("GNUTLS_STATIC", "0")]));
    assert!(!is_static(&[
        ("GNUTLS_DYNAMIC", "1"),
        ("PKG_CONFIG_ALL_STATIC", "1")
    ]));
    assert!(is_static(&[
        ("GNUTLS_STATIC", "1"),
        ("GNUTLS_DYNAMIC", "1")
    ]));
    assert!(is_static(&[
        ("PKG_CONFIG_ALL_STATIC", "1"),
        ("PKG_CONFIG_ALL_DYNAMIC", "1")
    ]));
}
