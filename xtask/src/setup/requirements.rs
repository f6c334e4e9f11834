//! What each job needs on the machine: how it is probed, why it is needed, and in which packages it comes.

use std::ffi::OsString;
use std::fs;
use std::process::{self, Command};

use super::machine::{Machine, System};

/// One thing that a job needs.
pub(crate) struct Requirement {
    pub(crate) name: &'static str,
    /// What it is for, as the end of a sentence that begins with its name.
    pub(crate) why: &'static str,
    /// Finds out whether it is there; the error says what was tried.
    pub(crate) probe: fn(&Machine) -> Result<(), String>,
    packages: Packages,
}

/// Package names, separated by blanks.
struct Packages {
    debian: &'static str,
    fedora: &'static str,
    alpine: &'static str,
    arch: &'static str,
    suse: &'static str,
    nix: &'static str,
    homebrew: &'static str,
    msys2: &'static str,
}

impl Requirement {
    /// The packages that bring it on that system.
    pub(crate) fn packages(&self, system: System) -> impl Iterator<Item = &'static str> {
        let names = match system {
            System::Debian => self.packages.debian,
            System::Fedora => self.packages.fedora,
            System::Alpine => self.packages.alpine,
            System::Arch => self.packages.arch,
            System::Suse => self.packages.suse,
            System::Nix => self.packages.nix,
            System::Homebrew => self.packages.homebrew,
            System::Msys2 => self.packages.msys2,
            System::Unknown => "",
        };
        names.split_whitespace()
    }
}

/// What a build of the crates, the drivers and the demonstration needs.
pub(crate) const BUILD: &[&Requirement] = &[&C_COMPILER, &PKG_CONFIG, &GNUTLS];

/// What generating bindings needs.
pub(crate) const BINDGEN: &[&Requirement] = &[&C_COMPILER, &LIBCLANG];

/// What everything together needs, but for the peers.
pub(crate) const EVERYTHING: &[&Requirement] = &[&C_COMPILER, &PKG_CONFIG, &GNUTLS, &LIBCLANG];

/// The programs of others that the safe crate is tried with; a pairing without its program is skipped.
pub(crate) const PEERS: &[&Requirement] = &[
    &GNUTLS_TOOLS,
    &OPENSSL,
    &CURL,
    &PYTHON,
    &CHROMIUM,
    &CERTUTIL,
];

/// What tests make a token in software with; without it they are skipped.
pub(crate) const TOKENS: &[&Requirement] = &[&SOFTHSM, &P11TOOL];

/// What the test of the report's page needs.
pub(crate) const BROWSER: &[&Requirement] = &[&CHROMIUM, &CHROMEDRIVER];

/// What making root file systems of other releases, and running programs in them, needs.
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) const MAKE_ROOTS: &[&Requirement] = &[&MMDEBSTRAP, &UTIL_LINUX, &UIDMAP];

/// What running programs in root file systems that are there needs.
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) const ENTER_ROOTS: &[&Requirement] = &[&UTIL_LINUX];

const C_COMPILER: Requirement = Requirement {
    name: "C compiler",
    why: "links Rust programs and builds the C side of every comparison",
    probe: c_compiler,
    packages: Packages {
        debian: "gcc libc6-dev",
        fedora: "gcc",
        alpine: "gcc musl-dev",
        arch: "gcc",
        suse: "gcc",
        nix: "gcc",
        homebrew: "gcc",
        msys2: "mingw-w64-ucrt-x86_64-gcc",
    },
};

const PKG_CONFIG: Requirement = Requirement {
    name: "pkg-config",
    why: "tells the build script of gnutls-sys where GnuTLS is and which version",
    probe: pkg_config,
    packages: Packages {
        debian: "pkg-config",
        fedora: "pkgconf-pkg-config",
        alpine: "pkgconf",
        arch: "pkgconf",
        suse: "pkgconf-pkg-config",
        nix: "pkg-config",
        homebrew: "pkgconf",
        msys2: "mingw-w64-ucrt-x86_64-pkgconf",
    },
};

const GNUTLS: Requirement = Requirement {
    name: "GnuTLS",
    why: "is what the crates are bindings of: its headers and its library are linked",
    probe: gnutls,
    packages: Packages {
        debian: "libgnutls28-dev",
        fedora: "gnutls-devel",
        alpine: "gnutls-dev",
        arch: "gnutls",
        suse: "libgnutls-devel",
        nix: "gnutls",
        homebrew: "gnutls",
        msys2: "mingw-w64-ucrt-x86_64-gnutls",
    },
};

const LIBCLANG: Requirement = Requirement {
    name: "libclang",
    why: "reads C headers for bindgen (only jobs that generate bindings need it)",
    probe: libclang,
    packages: Packages {
        debian: "libclang-dev",
        fedora: "clang-devel",
        alpine: "clang-dev clang-libclang",
        arch: "clang",
        suse: "clang-devel",
        nix: "libclang",
        homebrew: "llvm",
        msys2: "mingw-w64-ucrt-x86_64-clang",
    },
};

const GNUTLS_TOOLS: Requirement = Requirement {
    name: "gnutls-cli",
    why: "and gnutls-serv are peers to interoperate with",
    probe: |machine| has_all(machine, &["gnutls-cli", "gnutls-serv"]),
    packages: Packages {
        debian: "gnutls-bin",
        fedora: "gnutls-utils",
        alpine: "gnutls-utils",
        arch: "gnutls",
        suse: "gnutls",
        nix: "gnutls",
        homebrew: "gnutls",
        msys2: "mingw-w64-ucrt-x86_64-gnutls",
    },
};

const P11TOOL: Requirement = Requirement {
    name: "p11tool",
    why: "writes certificates and keys to a token for tests",
    probe: |machine| has_all(machine, &["p11tool"]),
    packages: GNUTLS_TOOLS.packages,
};

const SOFTHSM: Requirement = Requirement {
    name: "SoftHSM",
    why: "is the token (PKCS #11) of tests",
    probe: |machine| has_all(machine, &["softhsm2-util"]),
    packages: Packages {
        debian: "softhsm2",
        fedora: "softhsm",
        alpine: "softhsm",
        arch: "softhsm",
        suse: "softhsm",
        nix: "softhsm",
        homebrew: "softhsm",
        msys2: "",
    },
};

const OPENSSL: Requirement = Requirement {
    name: "openssl",
    why: "is a peer to interoperate with",
    probe: |machine| has_all(machine, &["openssl"]),
    packages: same("openssl"),
};

const CURL: Requirement = Requirement {
    name: "curl",
    why: "is a peer to interoperate with",
    probe: |machine| has_all(machine, &["curl"]),
    packages: same("curl"),
};

const PYTHON: Requirement = Requirement {
    name: "python3",
    why: "is a peer to interoperate with: its module ssl",
    probe: |machine| has_all(machine, &["python3"]),
    packages: Packages {
        arch: "python",
        homebrew: "python",
        msys2: "mingw-w64-ucrt-x86_64-python",
        ..same("python3")
    },
};

const CHROMIUM: Requirement = Requirement {
    name: "Chromium",
    why: "is a peer to interoperate with, and opens the report's page in a test",
    probe: |machine| {
        let programs = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ];
        match programs.iter().any(|program| machine.has(program)) {
            true => Ok(()),
            false => Err(format!("not in the path: {}", programs.join(", "))),
        }
    },
    packages: Packages {
        homebrew: "",
        msys2: "",
        ..same("chromium")
    },
};

const CHROMEDRIVER: Requirement = Requirement {
    name: "WebDriver",
    why: "steers Chromium in the test of the report's page",
    probe: |machine| has_all(machine, &["chromedriver"]),
    packages: Packages {
        debian: "chromium-driver",
        fedora: "chromedriver",
        alpine: "chromium-chromedriver",
        arch: "chromium",
        suse: "chromedriver",
        nix: "chromedriver",
        homebrew: "chromedriver",
        msys2: "",
    },
};

const CERTUTIL: Requirement = Requirement {
    name: "certutil",
    why: "tells Chromium which authority to trust",
    probe: |machine| has_all(machine, &["certutil"]),
    packages: Packages {
        debian: "libnss3-tools",
        fedora: "nss-tools",
        alpine: "nss-tools",
        arch: "nss",
        suse: "mozilla-nss-tools",
        nix: "nss.tools",
        homebrew: "nss",
        msys2: "mingw-w64-ucrt-x86_64-nss",
    },
};

/// The same name everywhere.
const fn same(name: &'static str) -> Packages {
    Packages {
        debian: name,
        fedora: name,
        alpine: name,
        arch: name,
        suse: name,
        nix: name,
        homebrew: name,
        msys2: name,
    }
}

#[cfg(all(target_os = "linux", feature = "matrix"))]
const MMDEBSTRAP: Requirement = Requirement {
    name: "mmdebstrap",
    why: "makes root file systems of Debian releases, each with its own GnuTLS",
    probe: |machine| has_all(machine, &["mmdebstrap"]),
    packages: Packages {
        debian: "mmdebstrap debian-archive-keyring",
        fedora: "mmdebstrap debian-keyring",
        alpine: "",
        arch: "",
        suse: "",
        nix: "mmdebstrap",
        homebrew: "",
        msys2: "",
    },
};

#[cfg(all(target_os = "linux", feature = "matrix"))]
const UIDMAP: Requirement = Requirement {
    name: "uidmap",
    why: "lets a user who is not root make root file systems, in a user namespace",
    probe: |machine| {
        if machine.is_root() {
            return Ok(());
        }
        has_all(machine, &["newuidmap", "newgidmap"])
    },
    packages: Packages {
        debian: "uidmap",
        fedora: "shadow-utils",
        alpine: "shadow-subids",
        arch: "shadow",
        suse: "shadow",
        nix: "shadow",
        homebrew: "",
        msys2: "",
    },
};

#[cfg(all(target_os = "linux", feature = "matrix"))]
const UTIL_LINUX: Requirement = Requirement {
    name: "util-linux",
    why: "runs programs in root file systems, with mounts that end with them",
    probe: |machine| has_all(machine, &["findmnt", "mount", "setpriv", "unshare"]),
    packages: Packages {
        debian: "util-linux mount",
        fedora: "util-linux",
        alpine: "util-linux setpriv findmnt mount",
        arch: "util-linux",
        suse: "util-linux",
        nix: "util-linux",
        homebrew: "",
        msys2: "",
    },
};

/// The smallest program that needs GnuTLS's headers as well as its library.
const LINK_TEST: &str = "#include <gnutls/gnutls.h>\n\
    #if GNUTLS_VERSION_NUMBER < 0x030600\n#error \"GnuTLS is older than 3.6.0\"\n#endif\n\
    int main(void) { return gnutls_check_version(0) == 0; }\n";

fn has_all(machine: &Machine, programs: &[&str]) -> Result<(), String> {
    let missing: Vec<_> = programs
        .iter()
        .copied()
        .filter(|program| !machine.has(program))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("not in the path: {}", missing.join(", ")))
    }
}

fn c_compiler(machine: &Machine) -> Result<(), String> {
    link(machine, "int main(void) { return 0; }\n", &[])
}

fn pkg_config(machine: &Machine) -> Result<(), String> {
    if machine.library.is_some() {
        return Ok(());
    }
    output(machine.command(&machine.pkg_config).arg("--version")).map(drop)
}

fn gnutls(machine: &Machine) -> Result<(), String> {
    let arguments = match &machine.library {
        Some((library, include)) => {
            let mut arguments = vec![flag("-L", library), "-lgnutls".into()];
            arguments.extend(include.as_ref().map(|folder| flag("-I", folder)));
            arguments
        }
        None => {
            let flags = output(
                machine
                    .command(&machine.pkg_config)
                    .args(["--cflags", "--libs", "gnutls"]),
            )?;
            flags.split_whitespace().map(OsString::from).collect()
        }
    };
    link(machine, LINK_TEST, &arguments)
}

fn libclang(machine: &Machine) -> Result<(), String> {
    // bindgen loads it at run time: from LIBCLANG_PATH, from llvm-config's folder, or from where libraries usually are.
    let folders = std::env::var_os("LIBCLANG_PATH")
        .map(std::path::PathBuf::from)
        .into_iter();
    let folders = folders
        .chain(LIBRARY_FOLDERS.iter().map(Into::into))
        .chain(llvm_folders(machine));
    let found = folders
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten()
        .any(|entry| is_libclang(&entry.file_name().to_string_lossy()));
    if found {
        Ok(())
    } else {
        Err("no libclang in LIBCLANG_PATH nor in the usual folders".into())
    }
}

/// Whether a file is the library for C, and not the one for C++ beside it.
fn is_libclang(name: &str) -> bool {
    name.starts_with("libclang.so")
        || name.starts_with("libclang-") && !name.starts_with("libclang-cpp")
        || name == "libclang.dylib"
        || name == "libclang.dll"
}

const LIBRARY_FOLDERS: &[&str] = &[
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/opt/homebrew/opt/llvm/lib",
];

fn llvm_folders(machine: &Machine) -> impl Iterator<Item = std::path::PathBuf> {
    let told = output(machine.command("llvm-config").arg("--libdir"))
        .ok()
        .map(|folder| folder.trim().into());
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let versions = versions.filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"));
    told.into_iter()
        .chain(versions.map(|entry| entry.path().join("lib")))
}

fn flag(letter: &str, folder: &OsString) -> OsString {
    let mut flag = OsString::from(letter);
    flag.push(folder);
    flag
}

/// Compiles and links a program; it is not run.
fn link(machine: &Machine, source: &str, arguments: &[OsString]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!(
        "gnutls-link-test-{}-{:?}",
        process::id(),
        std::thread::current().id()
    ));
    let text = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(text)?;
    let result = fs::write(folder.join("test.c"), source)
        .map_err(text)
        .and_then(|()| {
            let mut words = machine.cc.split_whitespace();
            let mut command = machine.command(words.next().unwrap_or("cc"));
            command
                .args(words)
                .current_dir(&folder)
                .args(["test.c", "-o", "test"])
                .args(arguments);
            output(&mut command).map(drop)
        });
    // What is left in the folder for temporary files does no harm.
    let _ = fs::remove_dir_all(&folder);
    result
}

/// What a program prints, or why there is nothing.
fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no program {name}"),
        _ => format!("{name} does not run: {error}"),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = words
        .lines()
        .map(str::trim)
        .find(|line| line.contains("error") || line.contains("cannot find"));
    let line = line.or_else(|| words.lines().map(str::trim).find(|line| !line.is_empty()));
    Err(format!(
        "{name}: {}",
        line.unwrap_or("failed without a word")
    ))
}

#[cfg(test)]
mod tests {
    use super::is_libclang;

    #[test]
    fn the_library_for_c_is_told_from_the_one_for_cpp() {
        for name in ["libclang.so", "libclang.so.1", "libclang-14.so.1"] {
            assert!(is_libclang(name), "{name}");
        }
        for name in ["libclang-cpp.so.14", "libclang-cpp.so", "libclangAST.a"] {
            assert!(!is_libclang(name), "{name}");
        }
    }
}
