//! Compiles the C side against the headers that gnutls-sys has found, and the functions of the C library that libgnutls
//! must find in the program: the virtual clock of the conformance suite, and the allocator that counts.

use std::env;

/// The replaced functions. Those with `64` have a 64-bit `time_t` on 32-bit systems.
const REPLACED: [&str; 6] = [
    "time",
    "clock_gettime",
    "gettimeofday",
    "__time64",
    "__clock_gettime64",
    "__gettimeofday64",
];

fn main() {
    for file in [
        "build.rs",
        "native.c",
        "allocator.c",
        "../c/clock.c",
        "../c/clock.h",
    ] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-env-changed=DEP_GNUTLS_INCLUDE");
    let mut native = cc::Build::new();
    native.file("native.c").warnings(true);
    if let Some(paths) = env::var_os("DEP_GNUTLS_INCLUDE") {
        native.includes(env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
    }
    native.compile("native");

    // A sanitizer has an allocator of its own.
    let sanitized = env::var_os("CARGO_FEATURE_SANITIZED").is_some();
    let mut replaced = cc::Build::new();
    replaced
        .file("../c/clock.c")
        .file("allocator.c")
        .warnings(true);
    if sanitized {
        replaced.define("SANITIZED", None);
    }
    // As objects, not in an archive: the linker must find them before it searches the C library. Exported, since a shared
    // library binds to the symbols that the program exports.
    for object in replaced.compile_intermediates() {
        println!("cargo::rustc-link-arg={}", object.display());
    }
    for function in REPLACED {
        println!("cargo::rustc-link-arg=-Wl,--export-dynamic-symbol={function}");
    }
    println!("cargo::rustc-link-lib=dl");
}
