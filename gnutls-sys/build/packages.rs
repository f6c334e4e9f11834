//! What to install where something is missing.

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

/// One line for each system.
pub fn advice() -> String {
    let mut text =
        String::from("Install pkg-config and the development files of GnuTLS 3.6.0 or newer:\n");
    for (system, command) in COMMANDS {
        writeln!(text, "  {system:<16}{command}").expect("a string can be written to");
    }
    text + "Or say where GnuTLS is: set GNUTLS_LIB_DIR to the folder of the library, and GNUTLS_INCLUDE_DIR\n\
            to the folder that has gnutls/gnutls.h."
}
