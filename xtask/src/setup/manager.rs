//! The package managers, and how each is kept from changing a package that is installed.

use super::machine::System;

/// A package manager that jobs may call.
pub(crate) struct Manager {
    pub(crate) program: &'static str,
    /// Fetches the package lists; `None` if the manager does so itself, or does not support it as a separate step.
    pub(crate) refresh: Option<&'static [&'static str]>,
    /// Installs packages without a question and without recommended packages.
    pub(crate) install: &'static [&'static str],
    /// Removes packages and their dependencies that nothing else requires.
    pub(crate) undo: &'static [&'static str],
    /// Lists the installed packages, one in a line: the name, then the version if `keep` requires it, and then the state
    /// if not all of them are installed.
    pub(crate) installed: &'static [&'static str],
    pub(crate) keep: Keep,
}

/// The way to leave the installed packages as they are.
pub(crate) enum Keep {
    /// A preferences file of APT pins each package to its version.
    Pin,
    /// This option excludes packages.
    Exclude(&'static str),
    /// The command reports in advance what would change, in lines with one of these words.
    DryRun(&'static [&'static str], &'static [&'static str]),
}

impl Manager {
    /// Returns the manager of that system, if it has one that jobs may call.
    pub(crate) fn of(system: System) -> Option<&'static Manager> {
        match system {
            System::Debian => Some(&APT),
            System::Fedora => Some(&DNF),
            System::Alpine => Some(&APK),
            System::Arch => Some(&PACMAN),
            System::Suse => Some(&ZYPPER),
            System::Nix | System::Homebrew | System::Msys2 | System::Unknown => None,
        }
    }
}

/// Returns the command to run by hand on a system on which no job installs anything.
pub(crate) fn by_hand(system: System) -> &'static [&'static str] {
    match system {
        System::Nix => &["nix-shell", "--packages"],
        System::Homebrew => &["brew", "install"],
        System::Msys2 => &["pacman", "--sync", "--needed"],
        _ => &[],
    }
}

const APT: Manager = Manager {
    program: "apt-get",
    // By default, a list that cannot be fetched is only a warning.
    refresh: Some(&["apt-get", "update", "--option=APT::Update::Error-Mode=any"]),
    install: &[
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "--yes",
        "--no-install-recommends",
        "--no-remove",
    ],
    undo: &["apt-get", "remove", "--auto-remove"],
    installed: &[
        "dpkg-query",
        "--show",
        "--showformat=${Package} ${Version} ${db:Status-Status}\n",
    ],
    keep: Keep::Pin,
};

const RPM_INSTALLED: &[&str] = &["rpm", "--query", "--all", "--queryformat", "%{NAME}\n"];

const DNF: Manager = Manager {
    program: "dnf",
    refresh: None,
    install: &[
        "dnf",
        "install",
        "--assumeyes",
        "--setopt=install_weak_deps=False",
    ],
    undo: &["dnf", "remove"],
    installed: RPM_INSTALLED,
    keep: Keep::Exclude("--exclude"),
};

const APK: Manager = Manager {
    program: "apk",
    refresh: Some(&["apk", "update"]),
    install: &["apk", "add"],
    undo: &["apk", "del"],
    installed: &["apk", "info"],
    keep: Keep::DryRun(
        &["apk", "add", "--simulate"],
        &["Upgrading", "Downgrading", "Replacing", "Purging"],
    ),
};

const PACMAN: Manager = Manager {
    program: "pacman",
    // Arch does not support to refresh only: that leads to partial upgrades.
    refresh: None,
    install: &["pacman", "--sync", "--needed", "--noconfirm"],
    undo: &["pacman", "--remove", "--recursive"],
    installed: &["pacman", "--query", "--quiet"],
    keep: Keep::Exclude("--ignore"),
};

const ZYPPER: Manager = Manager {
    program: "zypper",
    refresh: Some(&["zypper", "--non-interactive", "refresh"]),
    install: &["zypper", "--non-interactive", "install", "--no-recommends"],
    undo: &["zypper", "remove", "--clean-deps"],
    installed: RPM_INSTALLED,
    keep: Keep::DryRun(
        &[
            "zypper",
            "--non-interactive",
            "install",
            "--dry-run",
            "--no-recommends",
        ],
        &[
            "upgraded",
            "downgraded",
            "REMOVED",
            "going to change",
            "replaced",
        ],
    ),
};
