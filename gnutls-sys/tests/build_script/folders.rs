//! The directories that the environment sets.

use std::path::Path;
use std::{env, fs};

use super::{Build, SYSTEMS, build_with, folder, has, installed};

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

    // Those of another target and empty ones are ignored.
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
        "GNUTLS_LIB_DIR is \"{}\", which contains no libgnutls. Set it to the directory that does.",
        include.display()
    );
    assert_eq!(problem, expected);
    let problem = build_with(&library, &library).run().unwrap_err();
    assert!(
        problem.contains("which contains no gnutls/gnutls.h"),
        "{problem}"
    );
    let problem = build_with(&library, &include)
        .with("CARGO_FEATURE_DANE", "1")
        .run()
        .unwrap_err();
    assert!(
        problem.contains("which contains no libgnutls-dane"),
        "{problem}"
    );

    fs::write(include.join("gnutls/gnutls.h"), "no version").unwrap();
    let problem = build_with(&library, &include).run().unwrap_err();
    assert!(
        problem.contains("gnutls.h: it does not define GNUTLS_VERSION_MAJOR"),
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
        problem.starts_with("GnuTLS 3.5.19 is too old: 3.6.0 or later is required"),
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
