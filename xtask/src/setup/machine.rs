//! What set-up sees of the machine. Tests make up machines of their own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where to look for things, and what was asked for in the environment.
pub(crate) struct Machine {
    /// Where programs are looked up.
    pub(crate) path: OsString,
    /// The file that names the distribution.
    pub(crate) os_release: PathBuf,
    /// The kind of operating system, as in [`env::consts::OS`].
    pub(crate) os: &'static str,
    /// `CI=true`: nobody sits there, and installing is expected.
    pub(crate) ci: bool,
    /// The C compiler.
    pub(crate) cc: String,
    /// The pkg-config program.
    pub(crate) pkg_config: String,
    /// `GNUTLS_LIB_DIR` and `GNUTLS_INCLUDE_DIR`, which make pkg-config unnecessary.
    pub(crate) library: Option<(OsString, Option<OsString>)>,
}

/// Distributions by what their packages are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Debian,
    Fedora,
    Alpine,
    Arch,
    Suse,
    Nix,
    Homebrew,
    Msys2,
    Unknown,
}

impl Machine {
    /// This machine.
    pub(crate) fn here() -> Self {
        let text = |name, default: &str| {
            env::var(name)
                .ok()
                .filter(|value| !value.is_empty())
                .unwrap_or(default.into())
        };
        Machine {
            path: env::var_os("PATH").unwrap_or_default(),
            os_release: PathBuf::from("/etc/os-release"),
            os: env::consts::OS,
            ci: env::var_os("CI").is_some_and(|value| value == "true"),
            cc: text("CC", "cc"),
            pkg_config: text("PKG_CONFIG", "pkg-config"),
            library: env::var_os("GNUTLS_LIB_DIR")
                .map(|lib| (lib, env::var_os("GNUTLS_INCLUDE_DIR"))),
        }
    }

    /// A command looked up in this machine's path, without input, in the language that programs can parse.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("PATH", &self.path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// Whether a program of this name is in the path.
    pub(crate) fn has(&self, program: &str) -> bool {
        env::split_paths(&self.path).any(|folder| {
            let file = folder.join(program);
            file.is_file() || file.with_extension("exe").is_file()
        })
    }

    /// Whether the jobs run as root.
    pub(crate) fn is_root(&self) -> bool {
        self.command("id")
            .arg("-u")
            .output()
            .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    }

    /// The distribution, from its own words.
    pub(crate) fn system(&self) -> System {
        match self.os {
            "macos" => return System::Homebrew,
            "windows" => return System::Msys2,
            _ => {}
        }
        let text = fs::read_to_string(&self.os_release).unwrap_or_default();
        let value = |key: &str| {
            let line = text
                .lines()
                .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default()
                .trim_matches(['"', '\''])
                .to_owned()
        };
        format!("{} {}", value("ID"), value("ID_LIKE"))
            .split_whitespace()
            .map(|id| match id {
                "debian" | "ubuntu" => System::Debian,
                "fedora" | "rhel" | "centos" => System::Fedora,
                "alpine" => System::Alpine,
                "arch" => System::Arch,
                "suse" | "opensuse" => System::Suse,
                id if id.starts_with("opensuse-") => System::Suse,
                "nixos" => System::Nix,
                _ => System::Unknown,
            })
            .find(|system| *system != System::Unknown)
            .unwrap_or(System::Unknown)
    }
}
