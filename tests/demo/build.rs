//! Compiles the C side of the comparison against the headers that gnutls-sys has found.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=native.c");
    println!("cargo::rerun-if-env-changed=DEP_GNUTLS_INCLUDE");
    let mut native = cc::Build::new();
    native.file("native.c").warnings(true);
    if let Some(paths) = env::var_os("DEP_GNUTLS_INCLUDE") {
        native.includes(env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
    }
    native.compile("native");
}
