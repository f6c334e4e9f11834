//! Sets cfgs from the metadata of gnutls-sys: `gnutls_3_6_3` is set if the linked library is that release or newer.
//! Also generates constants from the same list, with which errors name the required release.

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
        panic!("cannot write {}: {error}", path.display());
    }
}

/// Returns a value that gnutls-sys passes through its `links` key.
fn metadata(key: &str) -> String {
    let name = format!("DEP_GNUTLS_{key}");
    println!("cargo::rerun-if-env-changed={name}");
    env::var(&name).unwrap_or_else(|_| panic!("the build script of gnutls-sys did not set {name}"))
}

/// Returns the numbers of a version, which compare such that 3.6.10 is newer than 3.6.9.
fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}
