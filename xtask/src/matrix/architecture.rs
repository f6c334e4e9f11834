//! The architectures of `--arch`: the names that the parts of a cross compilation give them.

use std::ffi::OsString;

/// An architecture that is not the one of this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Architecture {
    /// The name in Debian.
    pub(crate) name: &'static str,
    /// The target of the Rust compiler.
    pub(crate) target: &'static str,
    /// The prefix of the GNU tools.
    gnu: &'static str,
    /// The directory of libraries in `/usr/lib`.
    libraries: &'static str,
    /// The program that runs the programs of this architecture, unless the processor of this machine does.
    emulator: Option<&'static str>,
}

/// The architecture of the root file systems, whose compilers build for the others.
pub(crate) const NATIVE: &str = "amd64";

pub(crate) const ARCHITECTURES: &[Architecture] = &[
    Architecture {
        name: "i386",
        target: "i686-unknown-linux-gnu",
        gnu: "i686-linux-gnu",
        libraries: "i386-linux-gnu",
        emulator: None,
    },
    Architecture {
        name: "armhf",
        target: "armv7-unknown-linux-gnueabihf",
        gnu: "arm-linux-gnueabihf",
        libraries: "arm-linux-gnueabihf",
        emulator: Some("/usr/bin/qemu-arm"),
    },
    Architecture {
        name: "arm64",
        target: "aarch64-unknown-linux-gnu",
        gnu: "aarch64-linux-gnu",
        libraries: "aarch64-linux-gnu",
        emulator: Some("/usr/bin/qemu-aarch64"),
    },
    Architecture {
        name: "s390x",
        target: "s390x-unknown-linux-gnu",
        gnu: "s390x-linux-gnu",
        libraries: "s390x-linux-gnu",
        emulator: Some("/usr/bin/qemu-s390x"),
    },
];

impl Architecture {
    /// Returns the packages for a build, with `standard_library` for the one of Rust. `NAME/SUITE` names a suite.
    pub(crate) fn packages(&self, standard_library: &str) -> Vec<String> {
        let (library, suite) = match standard_library.split_once('/') {
            Some((library, suite)) => (library, format!("/{suite}")),
            None => (standard_library, String::new()),
        };
        let Architecture { name, gnu, .. } = self;
        vec![
            format!("gcc-{gnu}"),
            format!("libgnutls28-dev:{name}"),
            format!("pkgconf:{name}"),
            format!("{library}:{name}{suite}"),
        ]
    }

    /// Returns the target in upper case, as in the names of environment variables of cargo and of `gnutls-sys`.
    fn upper(&self) -> String {
        self.target.to_ascii_uppercase().replace('-', "_")
    }

    /// Returns the variables with which cargo builds for this architecture and runs its tests.
    pub(crate) fn cargo(&self) -> Vec<(OsString, OsString)> {
        let prefix = format!("CARGO_TARGET_{}", self.upper());
        let mut variables: Vec<(OsString, OsString)> = vec![
            ("CARGO_BUILD_TARGET".into(), self.target.into()),
            (format!("{prefix}_LINKER").into(), self.compiler().into()),
        ];
        if let Some(emulator) = self.emulator {
            variables.push((format!("{prefix}_RUNNER").into(), emulator.into()));
            // For tests that start their program again.
            variables.push(("GNUTLS_TESTING_RUNNER".into(), emulator.into()));
        }
        variables
    }

    /// Returns the variable that selects the pkg-config of this architecture.
    pub(crate) fn pkg_config(&self) -> (String, String) {
        (
            format!("PKG_CONFIG_{}", self.target.replace('-', "_")),
            self.tool("pkg-config"),
        )
    }

    /// Returns the variables with the directories of the library, which have the target as a prefix.
    pub(crate) fn folders(&self) -> [(String, String); 2] {
        let Architecture { libraries, .. } = self;
        [
            ("LIB_DIR", format!("/usr/lib/{libraries}")),
            ("INCLUDE_DIR", "/usr/include".to_owned()),
        ]
        .map(|(name, folder)| (format!("{}_GNUTLS_{name}", self.upper()), folder))
    }

    /// Returns the variables for programs that compile C and find the library themselves.
    pub(crate) fn tools(&self) -> Vec<(OsString, OsString)> {
        vec![
            ("CC".into(), self.compiler().into()),
            ("PKG_CONFIG".into(), self.tool("pkg-config").into()),
        ]
    }

    pub(crate) fn emulator(&self) -> Option<&'static str> {
        self.emulator
    }

    fn compiler(&self) -> String {
        self.tool("gcc")
    }

    fn tool(&self, name: &str) -> String {
        format!("{}-{name}", self.gnu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_of_a_package_follows_the_architecture() {
        let packages = |library| ARCHITECTURES[1].packages(library);
        assert_eq!(
            packages("libstd-rust-dev"),
            [
                "gcc-arm-linux-gnueabihf",
                "libgnutls28-dev:armhf",
                "pkgconf:armhf",
                "libstd-rust-dev:armhf"
            ]
        );
        assert_eq!(
            packages("libstd-rust-web-dev/bookworm")[3],
            "libstd-rust-web-dev:armhf/bookworm"
        );
    }

    #[test]
    fn variables_have_the_form_that_their_readers_expect() {
        let s390x = &ARCHITECTURES[3];
        let names: Vec<_> = s390x.cargo().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "CARGO_BUILD_TARGET",
                "CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER",
                "CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER",
                "GNUTLS_TESTING_RUNNER"
            ]
        );
        assert_eq!(
            s390x.pkg_config(),
            (
                "PKG_CONFIG_s390x_unknown_linux_gnu".to_owned(),
                "s390x-linux-gnu-pkg-config".to_owned()
            )
        );
        // The processor of this machine runs programs for i386.
        assert_eq!(ARCHITECTURES[0].cargo().len(), 2);
        assert_eq!(
            ARCHITECTURES[0].folders()[0],
            (
                "I686_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR".to_owned(),
                "/usr/lib/i386-linux-gnu".to_owned()
            )
        );
    }
}
