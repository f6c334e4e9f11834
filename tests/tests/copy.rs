//! The program on a copy of the data in this folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_drivers_for_a_copy_are_those_of_the_project() {
    let folder = std::env::temp_dir().join(format!("gnutls-copy-{}", std::process::id()));
    let copy = folder.join("copy");
    fs::create_dir_all(copy.join("scenarios")).unwrap();
    fs::write(copy.join("scenarios/a.scenario"), "scenario a\nadvance 1\n").unwrap();
    fs::copy(
        Path::new(PROJECT).join("outcomes.toml"),
        copy.join("outcomes.toml"),
    )
    .unwrap();
    // In place of the C compiler and cargo: a program that writes its arguments into a file.
    let log = folder.join("log");
    let program = folder.join("program");
    fs::write(
        &program,
        format!("#!/bin/sh\necho \"$@\" >> '{}'\n", log.display()),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gnutls-conformance"))
        .arg("--tests")
        .arg(&copy)
        .env("CC", &program)
        .env("CARGO", &program)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let log = fs::read_to_string(&log).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(log.contains(&format!("{PROJECT}/c/main.c")), "{log}");
    assert!(
        log.contains(&format!("--manifest-path {PROJECT}/Cargo.toml")),
        "{log}"
    );
    // There are no drivers.
    assert!(errors.contains("native-driver"), "{errors}");
}
