//! The requirements of each job: how they are probed, why they are needed, and the packages that provide them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use super::machine::{Machine, System};

/// A program or a library that a job requires.
#[derive(Clone)]
pub(crate) struct Requirement {
    pub(crate) name: &'static str,
    /// The end of a sentence that begins with the name.
    pub(crate) why: &'static str,
    /// Fails with a description of the attempt if the requirement is not met.
    pub(crate) probe: fn(&Machine) -> Result<(), String>,
}

/// The packages that provide each requirement: a column for each system, in the order of [`System`].
const PACKAGES: &str = include_str!("packages.tsv");

impl Requirement {
    /// Returns the packages that provide it on that system.
    pub(crate) fn packages(&self, system: System) -> impl Iterator<Item = &'static str> {
        let row = PACKAGES.lines().map(|line| line.split('\t'));
        let row = row.filter_map(|mut row| (row.next() == Some(self.name)).then_some(row));
        row.flat_map(move |mut row| row.nth(system as usize))
            .flat_map(str::split_whitespace)
    }
}

/// Returns the systems in the table of packages, with their names.
pub(crate) fn systems() -> impl Iterator<Item = (&'static str, System)> {
    let names = PACKAGES.lines().next().unwrap_or_default();
    names.split('\t').skip(1).zip(System::IN_TABLE)
}

/// The requirements for a build of the crates, the drivers and the demonstration.
pub(crate) const BUILD: &[Requirement] = &[C_COMPILER, PKG_CONFIG, GNUTLS];

/// The requirements for compiling C programs for a GnuTLS that the user names.
pub(crate) const COMPILE: &[Requirement] = &[C_COMPILER];

/// The requirements for generating bindings.
pub(crate) const BINDGEN: &[Requirement] = &[C_COMPILER, LIBCLANG];

/// The TLS software of others; a pairing without its program is skipped.
pub(crate) const PEERS: &[Requirement] = &[GNUTLS_TOOLS, OPENSSL, CURL, PYTHON, CHROMIUM, CERTUTIL];

/// The software that the examples are for; an example without it is skipped.
pub(crate) const COUNTERPARTS: &[Requirement] = &[
    CURL, CERTTOOL, OPENSSL, REDIS, POSTGRESQL, AIOSMTPD, DOVECOT, RSYSLOG, MOSQUITTO, LIBCOAP, NBD,
];

/// The requirements for benchmarks.
pub(crate) const BENCH: &[Requirement] = &[
    C_COMPILER,
    PKG_CONFIG,
    GNUTLS,
    OPENSSL_LIBRARY,
    VALGRIND,
    STRACE,
];

/// The programs that tests of the published crates run, and the library of a feature; a test is skipped without them.
pub(crate) const TEST_PROGRAMS: &[Requirement] = &[
    SOFTHSM, P11TOOL, CERTTOOL, CURL, DANETOOL, DANE, NFTABLES, PIP,
];

/// The dependency of a static GnuTLS that the development package of GnuTLS does not install.
pub(crate) const STATIC_LIBRARIES: &[Requirement] = &[LIBUNISTRING];

/// The requirements for the test of the report's page.
pub(crate) const BROWSER: &[Requirement] = &[CHROMIUM, CHROMEDRIVER];

/// The requirements for making root file systems of other releases, and for running programs in them.
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) const MAKE_ROOTS: &[Requirement] = &[MMDEBSTRAP, BUBBLEWRAP, UIDMAP];

/// The requirements for running programs in root file systems that exist.
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) const ENTER_ROOTS: &[Requirement] = &[BUBBLEWRAP];

const C_COMPILER: Requirement = Requirement {
    name: "C compiler",
    why: "links Rust programs and builds the C side of every comparison",
    probe: |machine| link(machine, "int main(void) { return 0; }\n", &[]),
};

const PKG_CONFIG: Requirement = Requirement {
    name: "pkg-config",
    why: "finds GnuTLS and its version for the build script of gnutls-sys",
    probe: |machine| match machine.library {
        Some(_) => Ok(()),
        None => output(machine.command(&machine.pkg_config).arg("--version")).map(drop),
    },
};

const GNUTLS: Requirement = Requirement {
    name: "GnuTLS",
    why: "is the library that the crates bind",
    probe: |machine| link_gnutls(machine, "gnutls", LINK_TEST),
};

const LIBUNISTRING: Requirement = Requirement {
    name: "libunistring",
    why: "is linked into a static GnuTLS",
    probe: |machine| {
        link(
            machine,
            "int main(void) { return 0; }\n",
            &["-lunistring".into()],
        )
    },
};

const LIBCLANG: Requirement = Requirement {
    name: "libclang",
    why: "reads C headers for bindgen (only jobs that generate bindings require it)",
    probe: libclang,
};

const GNUTLS_TOOLS: Requirement = Requirement {
    name: "gnutls-cli",
    why: "is, like gnutls-serv, a peer for interoperability tests",
    probe: |machine| has_all(machine, &["gnutls-cli", "gnutls-serv"]),
};

const P11TOOL: Requirement = Requirement {
    name: "p11tool",
    why: "writes certificates and keys to the PKCS #11 token of the tests",
    probe: |machine| has_all(machine, &["p11tool"]),
};

const CERTTOOL: Requirement = Requirement {
    name: "certtool",
    why: "prints certificates, for comparison with the safe crate",
    probe: |machine| has_all(machine, &["certtool"]),
};

const DANETOOL: Requirement = Requirement {
    name: "danetool",
    why: "creates TLSA records, for comparison with the safe crate",
    probe: |machine| has_all(machine, &["danetool"]),
};

const DANE: Requirement = Requirement {
    name: "libgnutls-dane",
    why: "is the library of the feature dane",
    probe: |machine| link_gnutls(machine, "gnutls-dane", DANE_LINK_TEST),
};

const PIP: Requirement = Requirement {
    name: "pip",
    why: "downloads the test vectors of the Python package cryptography-vectors",
    probe: |machine| output(machine.command("python3").args(["-m", "pip", "--version"])).map(drop),
};

const SOFTHSM: Requirement = Requirement {
    name: "SoftHSM",
    why: "is the PKCS #11 token of the tests",
    probe: |machine| has_all(machine, &["softhsm2-util"]),
};

const NFTABLES: Requirement = Requirement {
    name: "nftables",
    why: "loses the datagrams of a test, in a network namespace",
    probe: |machine| has_all(machine, &["nft", "ip"]),
};

const OPENSSL: Requirement = Requirement {
    name: "openssl",
    why: "is a peer for interoperability tests, and sends and receives messages of an example",
    probe: |machine| has_all(machine, &["openssl"]),
};

const OPENSSL_LIBRARY: Requirement = Requirement {
    name: "OpenSSL library",
    why: "is compared in benchmarks",
    probe: |machine| {
        let mut query = machine.command(&machine.pkg_config);
        output(query.args(["--exists", "--print-errors", "openssl"])).map(drop)
    },
};

const VALGRIND: Requirement = Requirement {
    name: "valgrind",
    why: "counts instructions in benchmarks",
    probe: |machine| has_all(machine, &["valgrind"]),
};

const STRACE: Requirement = Requirement {
    name: "strace",
    why: "counts system calls in benchmarks",
    probe: |machine| has_all(machine, &["strace"]),
};

const CURL: Requirement = Requirement {
    name: "curl",
    why: "loads the page of an example in a test, and is a peer for interoperability tests",
    probe: |machine| has_all(machine, &["curl"]),
};

const PYTHON: Requirement = Requirement {
    name: "python3",
    why: "is a peer for interoperability tests, with its module ssl",
    probe: |machine| has_all(machine, &["python3"]),
};

const CHROMIUM: Requirement = Requirement {
    name: "Chromium",
    why: "is a peer for interoperability tests, and displays the report's page in a test",
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
};

const CHROMEDRIVER: Requirement = Requirement {
    name: "WebDriver",
    why: "controls Chromium in the test of the report's page",
    probe: |machine| has_all(machine, &["chromedriver"]),
};

const REDIS: Requirement = Requirement {
    name: "Redis",
    why: "is the server of an example, and the store that servers of another one share",
    probe: |machine| has_all(machine, &["redis-server"]),
};

const POSTGRESQL: Requirement = Requirement {
    name: "PostgreSQL",
    why: "is the server of an example",
    probe: |_| has_file("/usr/lib/postgresql", "bin/postgres"),
};

const AIOSMTPD: Requirement = Requirement {
    name: "aiosmtpd",
    why: "is the mail server of an example, as a Python module",
    probe: |machine| {
        let import = ["-c", "import aiosmtpd"];
        // The first Python in the path may be another than that of the system.
        output(machine.command("python3").args(import))
            .or_else(|_| output(machine.command("/usr/bin/python3").args(import)))
            .map(drop)
    },
};

const DOVECOT: Requirement = Requirement {
    name: "Dovecot",
    why: "is the IMAP server of an example",
    probe: |machine| has_all(machine, &["dovecot"]),
};

const RSYSLOG: Requirement = Requirement {
    name: "rsyslog",
    why: "sends and receives messages of an example, with its gtls driver",
    probe: |machine| {
        has_all(machine, &["rsyslogd"])?;
        has_file("/usr/lib", "rsyslog/lmnsd_gtls.so")
    },
};

const MOSQUITTO: Requirement = Requirement {
    name: "Mosquitto",
    why: "is the MQTT broker of an example",
    probe: |machine| has_all(machine, &["mosquitto"]),
};

const LIBCOAP: Requirement = Requirement {
    name: "libcoap",
    why: "has the clients and servers of an example, with GnuTLS and with OpenSSL",
    probe: |machine| {
        let programs = [
            "coap-client-gnutls",
            "coap-client-openssl",
            "coap-server-gnutls",
        ];
        has_all(machine, &programs)
    },
};

const NBD: Requirement = Requirement {
    name: "qemu-nbd",
    why: "is, with the programs of libnbd, a server and client of an example",
    probe: |machine| has_all(machine, &["qemu-nbd", "qemu-io", "nbdcopy", "nbdinfo"]),
};

const CERTUTIL: Requirement = Requirement {
    name: "certutil",
    why: "adds a trusted authority to Chromium, and is beside the peers tstclnt and selfserv",
    probe: |machine| has_all(machine, &["certutil"]),
};

#[cfg(all(target_os = "linux", feature = "matrix"))]
const MMDEBSTRAP: Requirement = Requirement {
    name: "mmdebstrap",
    why: "makes root file systems of Debian releases, each with its own GnuTLS",
    probe: |machine| has_all(machine, &["mmdebstrap"]),
};

#[cfg(all(target_os = "linux", feature = "matrix"))]
const BUBBLEWRAP: Requirement = Requirement {
    name: "bubblewrap",
    why: "runs programs in root file systems, with mounts that end with them",
    probe: |machine| has_all(machine, &["bwrap"]),
};

#[cfg(all(target_os = "linux", feature = "matrix"))]
const UIDMAP: Requirement = Requirement {
    name: "uidmap",
    why: "makes root file systems in a user namespace without root",
    probe: |machine| match machine.is_root() {
        true => Ok(()),
        false => has_all(machine, &["newuidmap", "newgidmap"]),
    },
};

/// The smallest program that requires the headers of GnuTLS and its library.
const LINK_TEST: &str = "#include <gnutls/gnutls.h>\n\
    #if GNUTLS_VERSION_NUMBER < 0x030600\n#error \"GnuTLS is older than 3.6.0\"\n#endif\n\
    int main(void) { return gnutls_check_version(0) == 0; }\n";

fn has_all(machine: &Machine, programs: &[&str]) -> Result<(), String> {
    let programs = programs.iter().copied();
    let missing: Vec<_> = programs.filter(|program| !machine.has(program)).collect();
    match missing[..] {
        [] => Ok(()),
        _ => Err(format!("not in the path: {}", missing.join(", "))),
    }
}

/// Fails unless a directory in `folder`, such as that of an architecture or of a version, has this file.
fn has_file(folder: &str, path: &str) -> Result<(), String> {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    match entries.any(|entry| entry.path().join(path).exists()) {
        true => Ok(()),
        false => Err(format!("no {folder}/*/{path}")),
    }
}

/// The smallest program that requires the headers of libgnutls-dane and the library.
const DANE_LINK_TEST: &str = "#include <gnutls/dane.h>\n\
    int main(void) { return dane_strerror(0) == 0; }\n";

/// Returns `true` if libgnutls-dane is installed.
pub(crate) fn has_dane() -> bool {
    (DANE.probe)(&Machine::here()).is_ok()
}

/// Links a program with `gnutls` or `gnutls-dane`.
fn link_gnutls(machine: &Machine, library_name: &str, program: &str) -> Result<(), String> {
    let arguments = match &machine.library {
        Some((library, include)) => {
            let mut arguments = vec![flag("-L", library), format!("-l{library_name}").into()];
            arguments.extend(include.as_ref().map(|folder| flag("-I", folder)));
            arguments
        }
        None => {
            let mut pkg_config = machine.command(&machine.pkg_config);
            let flags = output(pkg_config.args(["--cflags", "--libs", library_name]))?;
            let flags = shlex::split(&flags).ok_or("pkg-config prints a quote without its end")?;
            flags.into_iter().map(OsString::from).collect()
        }
    };
    link(machine, program, &arguments)
}

/// Looks where bindgen loads it from at run time: `LIBCLANG_PATH`, the directory of llvm-config, the usual directories.
fn libclang(machine: &Machine) -> Result<(), String> {
    let variable = env::var_os("LIBCLANG_PATH").map(PathBuf::from);
    let usual = [
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/opt/homebrew/opt/llvm/lib",
    ];
    let llvm_config = output(machine.command("llvm-config").arg("--libdir")).ok();
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let versions = versions.filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"));
    let mut folders = variable
        .into_iter()
        .chain(usual.map(PathBuf::from))
        .chain(llvm_config.map(|folder| folder.trim().into()))
        .chain(versions.map(|entry| entry.path().join("lib")));
    let has_it = |folder: PathBuf| {
        let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.any(|entry| is_libclang(&entry.file_name().to_string_lossy()))
    };
    match folders.any(has_it) {
        true => Ok(()),
        false => Err("no libclang in LIBCLANG_PATH nor in the usual folders".into()),
    }
}

/// Returns whether a file is the library for C, not the one for C++ beside it.
fn is_libclang(name: &str) -> bool {
    name.starts_with("libclang.so")
        || name.starts_with("libclang-") && !name.starts_with("libclang-cpp")
        || name == "libclang.dylib"
        || name == "libclang.dll"
}

fn flag(letter: &str, folder: &OsString) -> OsString {
    let mut flag = OsString::from(letter);
    flag.push(folder);
    flag
}

/// Compiles and links a program without running it.
fn link(machine: &Machine, source: &str, arguments: &[OsString]) -> Result<(), String> {
    let thread = std::thread::current().id();
    let folder = env::temp_dir().join(format!("gnutls-link-test-{}-{thread:?}", process::id()));
    let write = || {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("test.c"), source)
    };
    let written: io::Result<()> = write();
    let written = written.map_err(|error| format!("cannot write {}: {error}", folder.display()));
    let result = written.and_then(|()| {
        // A path may contain spaces, and a program is often given with options.
        let mut words: Vec<_> = machine.cc.split_whitespace().collect();
        if Path::new(&machine.cc).exists() {
            words = vec![&machine.cc];
        }
        let mut command = machine.command(words.first().unwrap_or(&"cc"));
        command
            .args(words.iter().skip(1))
            .current_dir(&folder)
            .args(["test.c", "-o", "test"])
            .args(arguments);
        output(&mut command).map(drop)
    });
    // A file that is left in the folder for temporary files does no harm.
    let _ = fs::remove_dir_all(&folder);
    result
}

/// Returns the output of a program, or the reason why there is none.
fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no program {name}"),
        _ => format!("{name} does not run: {error}"),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let mut lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or("failed without a message");
    let line = lines.find(|line| line.contains("error") || line.contains("cannot find"));
    Err(format!("{name}: {}", line.unwrap_or(first)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::project;

    #[test]
    fn the_library_for_c_is_told_from_the_one_for_cpp() {
        for name in ["libclang.so", "libclang.so.1", "libclang-14.so.1"] {
            assert!(is_libclang(name), "{name}");
        }
        for name in ["libclang-cpp.so.14", "libclang-cpp.so", "libclangAST.a"] {
            assert!(!is_libclang(name), "{name}");
        }
    }

    #[test]
    fn every_requirement_is_in_the_table_of_packages() {
        for row in PACKAGES.lines() {
            assert_eq!(row.split('\t').count(), 1 + System::IN_TABLE.len(), "{row}");
        }
        for requirement in [
            BUILD,
            BINDGEN,
            PEERS,
            COUNTERPARTS,
            TEST_PROGRAMS,
            STATIC_LIBRARIES,
            BROWSER,
        ]
        .concat()
        {
            let count = requirement.packages(System::Debian).count();
            assert!(count > 0, "{}", requirement.name);
        }
        assert_eq!(
            GNUTLS.packages(System::Suse).collect::<Vec<_>>(),
            ["libgnutls-devel"]
        );
        assert_eq!(GNUTLS.packages(System::Unknown).count(), 0);
        assert_eq!(systems().last(), Some(("MSYS2", System::Msys2)));
    }

    /// With `CI=true`, a test fails if a program that it requires is not installed.
    #[test]
    fn every_program_that_a_test_requires_is_installed() {
        let nothing = Machine {
            path: "/nowhere".into(),
            ..Machine::here()
        };
        let missing: Vec<_> = TEST_PROGRAMS
            .iter()
            .map(|requirement| (requirement.probe)(&nothing).unwrap_err())
            .collect();
        let file = project::root().join("testing/src/requirement.rs");
        let text = fs::read_to_string(file).unwrap();
        let required: BTreeSet<_> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("probe: ||"))
            .filter_map(|probe| probe.split_once("prints(\"")?.1.split('"').next())
            // A part of every system.
            .filter(|program| !["mkfifo", "no-such-program"].contains(program))
            .collect();
        assert!(required.contains("softhsm2-util"), "{required:?}");
        for program in required {
            let text = format!("not in the path: {program}");
            assert!(missing.contains(&text), "{program}: {missing:?}");
        }
    }
}
