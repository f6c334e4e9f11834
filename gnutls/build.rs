//! Turns what gnutls-sys found out about the library into cfgs: `gnutls_3_6_3` is set when the library that is linked
//! is that release or a newer one. The same list becomes constants, from which errors name the release that is required.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = metadata("VERSION");
    let mut constants = String::new();
    for release in metadata("RELEASES")
        .split(',')
        .map(str::trim)
        .filter(|release| !release.is_empty())
    {
        let cfg = format!("gnutls_{}", release.replace('.', "_"));
        constants.push_str(&format!(
            "pub(crate) const {cfg}: Version = Version::new({});\n",
            release.replace('.', ", ")
        ));
        println!("cargo::rustc-check-cfg=cfg({cfg})");
        if numbers(&version) >= numbers(release) {
            println!("cargo::rustc-cfg={cfg}");
        }
    }
    let path = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("releases.rs");
    if let Err(error) = fs::write(&path, constants) {
        panic!("{} cannot be written: {error}", path.display());
    }
}

/// What gnutls-sys passed on through its `links` key.
fn metadata(key: &str) -> String {
    let name = format!("DEP_GNUTLS_{key}");
    println!("cargo::rerun-if-env-changed={name}");
    env::var(&name).unwrap_or_else(|_| panic!("gnutls-sys did not pass on {name}"))
}

/// The numbers of a version, so that 3.6.10 is newer than 3.6.9.
fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}
