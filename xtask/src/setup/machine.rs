//! The machine as set-up sees it. Tests substitute machines of their own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::project;
use crate::terminal::SILENCE;

/// The places where things are looked up, and the relevant part of the process environment.
pub(crate) struct Machine {
    /// The search path for programs.
    pub(crate) path: OsString,
    /// The file that names the distribution.
    pub(crate) os_release: PathBuf,
    /// The kind of operating system, as in [`env::consts::OS`].
    pub(crate) os: &'static str,
    /// `CI=true`: packages are installed and upgraded without a question.
    pub(crate) ci: bool,
    /// The C compiler.
    pub(crate) cc: String,
    /// The pkg-config program.
    pub(crate) pkg_config: String,
    /// The directory for files that a package manager reads.
    pub(crate) scratch: PathBuf,
    /// The longest time without a line of output while packages are installed.
    pub(crate) silence: Duration,
    /// `GNUTLS_LIB_DIR` and `GNUTLS_INCLUDE_DIR`, which replace pkg-config.
    pub(crate) library: Option<(OsString, Option<OsString>)>,
}

/// The systems that the table of packages has a column for, in its order.
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

impl System {
    pub(crate) const IN_TABLE: [System; 8] = [
        System::Debian,
        System::Fedora,
        System::Alpine,
        System::Arch,
        System::Suse,
        System::Nix,
        System::Homebrew,
        System::Msys2,
    ];
}

impl Machine {
    /// Returns this machine.
    pub(crate) fn here() -> Self {
        let text = |name, default: &str| {
            let value = env::var(name).ok().filter(|value| !value.is_empty());
            value.unwrap_or(default.into())
        };
        Machine {
            path: env::var_os("PATH").unwrap_or_default(),
            os_release: PathBuf::from("/etc/os-release"),
            os: env::consts::OS,
            ci: env::var_os("CI").is_some_and(|value| value == "true"),
            cc: text("CC", "cc"),
            pkg_config: text("PKG_CONFIG", "pkg-config"),
            scratch: project::target().join("xtask/set-up"),
            silence: SILENCE,
            library: env::var_os("GNUTLS_LIB_DIR")
                .map(|lib| (lib, env::var_os("GNUTLS_INCLUDE_DIR"))),
        }
    }

    /// Returns a command that is looked up in the path, without input, in the language that programs can parse.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("PATH", &self.path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// Returns whether a program is in the path.
    pub(crate) fn has(&self, program: &str) -> bool {
        env::split_paths(&self.path).any(|folder| {
            let file = folder.join(program);
            file.is_file() || file.with_extension("exe").is_file()
        })
    }

    /// Returns whether the jobs run as root.
    pub(crate) fn is_root(&self) -> bool {
        self.command("id")
            .arg("-u")
            .output()
            .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    }

    /// Returns the distribution that `/etc/os-release` names.
    pub(crate) fn system(&self) -> System {
        match self.os {
            "macos" => return System::Homebrew,
            "windows" => return System::Msys2,
            _ => {}
        }
        let text = fs::read_to_string(&self.os_release).unwrap_or_default();
        let value = |key: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
            value
                .unwrap_or_default()
                .trim_matches(['"', '\''])
                .to_owned()
        };
        let ids = format!("{} {}", value("ID"), value("ID_LIKE"));
        let mut systems = ids.split_whitespace().filter_map(|id| match id {
            "debian" | "ubuntu" => Some(System::Debian),
            "fedora" | "rhel" | "centos" => Some(System::Fedora),
            "alpine" => Some(System::Alpine),
            "arch" => Some(System::Arch),
            "suse" | "opensuse" => Some(System::Suse),
            id if id.starts_with("opensuse-") => Some(System::Suse),
            "nixos" => Some(System::Nix),
            _ => None,
        });
        systems.next().unwrap_or(System::Unknown)
    }
}
