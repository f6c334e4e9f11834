//! Libraries that pkg-config finds, and the errors if it finds none.

use std::fs;

use super::{Build, SYSTEMS, build_with_pc, folder, has, installed};

/// Creates a `gnutls.pc` in the only directory that pkg-config searches.
fn with_pc(test: &str, text: &str) -> Build {
    let folder = folder(test);
    if !text.is_empty() {
        fs::write(
            folder.join("gnutls.pc"),
            format!("Name: GnuTLS\nDescription: TLS\n{text}"),
        )
        .unwrap();
    }
    build_with_pc(&folder)
}

#[test]
fn pkg_config_is_asked() {
    let (library, include) = installed("pc installed", "3.7.9");
    let (library, include) = (library.display(), include.display());
    // A space in a path is escaped, as pkg-config requires.
    let escape = |path: &dyn std::fmt::Display| path.to_string().replace(' ', "\\ ");
    let (libs, cflags) = (escape(&library), escape(&include));
    let text = format!("Version: 3.7.9\nLibs: -L{libs} -lgnutls\nCflags: -I{cflags}\n");
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
        problem.contains("PATH contains no such program"),
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
    for variable in [
        "AARCH64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR",
        "AARCH64_UNKNOWN_LINUX_GNU_GNUTLS_INCLUDE_DIR",
        "PKG_CONFIG_aarch64_unknown_linux_gnu to",
    ] {
        assert!(problem.contains(variable), "{problem}");
    }
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
