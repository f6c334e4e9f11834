//! Compiles the C program that is compared against the headers that gnutls-sys has found.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=native.c");
    println!("cargo::rerun-if-env-changed=DEP_GNUTLS_INCLUDE");
    let mut native = cc::Build::new();
    native.file("native.c").warnings(true);
    if let Some(paths) = env::var_os("DEP_GNUTLS_INCLUDE") {
        native.includes(env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
    }
    native.compile("native");

    let compiler = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()))
        .arg("--version")
        .output();
    let version = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = version.unwrap_or_else(|error| format!("rustc ({error})"));
    println!("cargo::rustc-env=BENCH_RUSTC={}", version.trim());
}
