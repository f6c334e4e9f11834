//! The packages of each system.

use std::fmt::Write;

const COMMANDS: [(&str, &str); 8] = [
    ("Debian, Ubuntu", "apt install pkg-config libgnutls28-dev"),
    (
        "Fedora, RHEL",
        "dnf install pkgconf-pkg-config gnutls-devel",
    ),
    ("Alpine", "apk add pkgconf gnutls-dev"),
    ("Arch", "pacman -S pkgconf gnutls"),
    ("openSUSE", "zypper install pkg-config libgnutls-devel"),
    ("Nix", "nix-shell -p pkg-config gnutls"),
    ("Homebrew", "brew install pkgconf gnutls"),
    (
        "MSYS2",
        "pacman -S mingw-w64-ucrt-x86_64-pkgconf mingw-w64-ucrt-x86_64-gnutls",
    ),
];

/// Returns one line per system.
pub fn advice() -> String {
    let mut text =
        String::from("Install pkg-config and the development files of GnuTLS 3.6.0 or later:\n");
    for (system, command) in COMMANDS {
        writeln!(text, "  {system:<16}{command}").expect("a string can be written to");
    }
    text + "Or set GNUTLS_LIB_DIR to the directory of the library and GNUTLS_INCLUDE_DIR to the one that\n\
            contains gnutls/gnutls.h."
}
