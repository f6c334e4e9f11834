//! Libraries, headers and pkg-config files that do not belong together.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Build, build_with, build_with_pc, folder, has, installed, pc_text, shared_library};

/// Creates a `gnutls.pc`. Returns its path and the build that uses it.
fn with_pc(test: &str, text: &str) -> (String, Build) {
    let folder = folder(test);
    let file = folder.join("gnutls.pc");
    fs::write(&file, text).unwrap();
    (file.display().to_string(), build_with_pc(&folder))
}

fn escaped(path: &Path) -> String {
    path.display().to_string().replace(' ', "\\ ")
}

fn assert_stale(problem: &str, file: &str, why: &str) {
    let start = format!("{file} does not describe an installed GnuTLS: {why}.\n");
    assert!(problem.starts_with(&start), "{problem}");
    assert!(problem.contains("set PKG_CONFIG_PATH"), "{problem}");
}

#[test]
fn a_prefix_that_no_longer_exists_is_an_error() {
    let (_, include) = installed("gone", "3.8.4");
    let text = pc_text("3.8.4", "/nowhere/lib", &escaped(&include));
    let (file, build) = with_pc("gone-pc", &text);
    let problem = build.run_apart().unwrap_err();
    assert_stale(&problem, &file, "\"/nowhere/lib\" contains no libgnutls");

    let (library, _) = installed("gone", "3.8.4");
    let text = pc_text("3.8.4", &escaped(&library), "/nowhere/include");
    let (file, build) = with_pc("gone-headers-pc", &text);
    let problem = build.run_apart().unwrap_err();
    assert_stale(
        &problem,
        &file,
        "\"/nowhere/include\" contains no gnutls/gnutls.h",
    );
}

#[test]
fn a_pkg_config_file_of_another_version_is_an_error() {
    let (library, include) = installed("stale", "3.7.9");
    let text = pc_text("3.9.0", &escaped(&library), &escaped(&include));
    let (file, build) = with_pc("stale-pc", &text);
    let why = format!(
        "its version is 3.9.0, but {} is that of 3.7.9",
        include.join("gnutls/gnutls.h").display()
    );
    assert_stale(&build.run_apart().unwrap_err(), &file, &why);
}

#[test]
fn an_unquoted_space_in_a_prefix_is_an_error() {
    let (library, include) = installed("with space", "3.8.4");
    let (unquoted_library, unquoted_include) = (library.display(), include.display());
    let text = pc_text(
        "3.8.4",
        &unquoted_library.to_string(),
        &unquoted_include.to_string(),
    );
    let (file, build) = with_pc("unquoted pc", &text);
    let before_space: PathBuf = library.parent().unwrap().with_file_name("with");
    let why = format!("\"{}\" contains no libgnutls", before_space.display());
    assert_stale(&build.run_apart().unwrap_err(), &file, &why);

    let text = pc_text(
        "3.8.4",
        &format!("\"{unquoted_library}\""),
        &format!("\"{unquoted_include}\""),
    );
    let (_, build) = with_pc("quoted pc", &text);
    let lines = build.run_apart().unwrap();
    assert!(
        has(&lines, &format!("metadata=LIB_DIR={unquoted_library}")),
        "{lines:?}"
    );
}

#[test]
fn a_pkg_config_file_without_directories_is_an_error() {
    let text = "Name: GnuTLS\nDescription: TLS\nVersion: 3.8.4\nLibs: -lgnutls\n";
    let (file, build) = with_pc("no-folders-pc", text);
    assert_stale(
        &build.run_apart().unwrap_err(),
        &file,
        "it names no directory (-L) for the library",
    );
    let (library, _) = installed("no-headers", "3.8.4");
    let text =
        format!("{text}Libs: -L{} -lgnutls\n", escaped(&library)).replace("Libs: -lgnutls\n", "");
    let (file, build) = with_pc("no-headers-pc", &text);
    assert_stale(
        &build.run_apart().unwrap_err(),
        &file,
        "it names no directory (-I) for the headers",
    );
}

#[test]
fn each_library_is_verified() {
    let (library, include) = installed("no-dane", "3.8.4");
    let text = pc_text("3.8.4", &escaped(&library), &escaped(&include));
    let (file, build) = with_pc("no-dane-pc", &text);
    let dane = file.replace("gnutls.pc", "gnutls-dane.pc");
    fs::write(&dane, text.replace("-lgnutls", "-lgnutls-dane")).unwrap();
    let problem = build
        .with("CARGO_FEATURE_DANE", "1")
        .run_apart()
        .unwrap_err();
    let why = format!("\"{}\" contains no libgnutls-dane", library.display());
    assert_stale(&problem, &dane, &why);
}

#[test]
fn a_library_of_another_version_than_its_header_is_an_error() {
    let (library, include) = installed("mixed", "3.8.4");
    let file = library.join("libgnutls.so");
    // 3.8.40 contains 3.8.4.
    for other in ["3.7.9", "3.8.40"] {
        fs::write(&file, shared_library(other)).unwrap();
        let expected = format!(
            "{} is not the GnuTLS 3.8.4 that {} describes.\n",
            file.display(),
            include.join("gnutls/gnutls.h").display()
        );
        let problem = build_with(&library, &include).run().unwrap_err();
        assert!(problem.starts_with(&expected), "{problem}");
        let text = pc_text("3.8.4", &escaped(&library), &escaped(&include));
        let (_, build) = with_pc("mixed-pc", &text);
        let problem = build.run_apart().unwrap_err();
        assert!(problem.starts_with(&expected), "{problem}");
    }
    // A linker script and an import library contain no version.
    fs::write(&file, "GROUP ( libgnutls.so.30 )").unwrap();
    build_with(&library, &include).run().unwrap();
}

#[test]
fn the_library_of_the_first_directory_counts() {
    let (first, include) = installed("first", "3.8.4");
    let (second, _) = installed("second", "3.7.9");
    let joined = |folders: [&Path; 2]| std::env::join_paths(folders).unwrap();
    build_with(Path::new(&joined([&first, &second])), &include)
        .run()
        .unwrap();
    let problem = build_with(Path::new(&joined([&second, &first])), &include)
        .run()
        .unwrap_err();
    assert!(
        problem.starts_with(&second.display().to_string()),
        "{problem}"
    );
}
