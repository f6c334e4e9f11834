//! Compiles the C shim and the virtual clock, and ensures that libgnutls finds the clock in the program.

use std::env;

/// The functions of the C library that `clock.c` replaces, and their symbols with a 64-bit `time_t` on 32-bit systems.
const CLOCK_FUNCTIONS: [&str; 6] = [
    "time",
    "clock_gettime",
    "gettimeofday",
    "__time64",
    "__clock_gettime64",
    "__gettimeofday64",
];

fn main() {
    for file in ["build.rs", "shim.c", "../c/clock.c", "../c/clock.h"] {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-env-changed=DEP_GNUTLS_INCLUDE");

    let mut shim = cc::Build::new();
    shim.file("shim.c")
        .warnings(true)
        .warnings_into_errors(true);
    if let Some(paths) = env::var_os("DEP_GNUTLS_INCLUDE") {
        shim.includes(env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
    }
    shim.compile("shim");

    // As an object, not in an archive: the linker must find it before it searches the C library. Exported, since a
    // shared library binds to the symbols that the program exports.
    for object in cc::Build::new()
        .file("../c/clock.c")
        .compile_intermediates()
    {
        println!("cargo::rustc-link-arg={}", object.display());
    }
    for function in CLOCK_FUNCTIONS {
        println!("cargo::rustc-link-arg=-Wl,--export-dynamic-symbol={function}");
    }
    println!("cargo::rustc-link-lib=dl");
}
