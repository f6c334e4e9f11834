//! The package managers: what to call, and what their simulations say.

use super::machine::{Machine, System};

/// A package manager that can say beforehand what it would do.
pub(crate) struct Manager {
    pub(crate) program: &'static str,
    /// Fetches the package lists; `None` where the manager does so itself, or where doing only that is not supported.
    pub(crate) refresh: Option<&'static [&'static str]>,
    /// Says what an installation would do, and does nothing.
    pub(crate) simulate: &'static [&'static str],
    /// Installs, asks nothing, and takes no recommended packages.
    pub(crate) install: &'static [&'static str],
    /// Removes packages and what came only because of them.
    pub(crate) undo: &'static [&'static str],
    /// Whether a simulation that ends with an error may still have said what it would do.
    pub(crate) simulation_fails: bool,
    plan: fn(&str, &Machine) -> Plan,
}

/// What a manager would do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// New packages.
    pub(crate) installs: Vec<String>,
    /// What there is and becomes newer, in words.
    pub(crate) upgrades: Vec<String>,
    /// Whatever else changes or goes away, in words.
    pub(crate) changes: Vec<String>,
}

impl Manager {
    /// The manager of that system, where there is one that jobs may call.
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

    /// Reads what a simulation said.
    pub(crate) fn plan(&self, said: &str, machine: &Machine) -> Plan {
        (self.plan)(said, machine)
    }
}

/// How to get packages where nothing is installed by a job.
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
    refresh: Some(&["apt-get", "update"]),
    simulate: &[
        "apt-get",
        "install",
        "--simulate",
        "--no-install-recommends",
    ],
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
    simulation_fails: false,
    plan: |said, _| {
        let mut plan = Plan::default();
        for line in said.lines() {
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("Inst"), Some(name), Some(old)) if old.starts_with('[') => {
                    let new = words.next().unwrap_or("?").trim_start_matches('(');
                    plan.upgrades.push(format!(
                        "upgrade {name} from {} to {new}",
                        old.trim_matches(['[', ']'])
                    ));
                }
                (Some("Inst"), Some(name), _) => plan.installs.push(name.into()),
                (Some("Remv" | "Purg"), Some(name), _) => {
                    plan.changes.push(format!("remove {name}"))
                }
                _ => {}
            }
        }
        plan
    },
};

const DNF: Manager = Manager {
    program: "dnf",
    refresh: None,
    simulate: &[
        "dnf",
        "install",
        "--assumeno",
        "--setopt=install_weak_deps=False",
    ],
    install: &[
        "dnf",
        "install",
        "--assumeyes",
        "--setopt=install_weak_deps=False",
    ],
    undo: &["dnf", "remove"],
    simulation_fails: true,
    plan: |said, _| {
        by_headings(said, 1, |heading| match heading.to_lowercase() {
            text if text.starts_with("installing")
                || text.starts_with("installing dependencies") =>
            {
                Some(Effect::Install)
            }
            text if text.starts_with("upgrading") => Some(Effect::Upgrade),
            text if text.starts_with("downgrading") => Some(Effect::Change("downgrade")),
            text if text.starts_with("removing") => Some(Effect::Change("remove")),
            text if text.starts_with("reinstalling") => Some(Effect::Change("reinstall")),
            _ => None,
        })
    },
};

const APK: Manager = Manager {
    program: "apk",
    refresh: Some(&["apk", "update"]),
    simulate: &["apk", "add", "--simulate"],
    install: &["apk", "add"],
    undo: &["apk", "del"],
    simulation_fails: false,
    plan: |said, _| {
        let mut plan = Plan::default();
        for line in said
            .lines()
            .filter_map(|line| line.strip_prefix('(')?.split_once(") "))
        {
            match line.1.split_once(' ') {
                Some(("Installing", rest)) => plan
                    .installs
                    .extend(rest.split_whitespace().next().map(Into::into)),
                Some(("Upgrading", rest)) => plan.upgrades.push(format!("upgrade {rest}")),
                Some((verb, rest)) => plan.changes.push(format!("{} {rest}", verb.to_lowercase())),
                None => {}
            }
        }
        plan
    },
};

const PACMAN: Manager = Manager {
    program: "pacman",
    // Refreshing alone leads to partial upgrades, which Arch does not support.
    refresh: None,
    simulate: &[
        "pacman",
        "--sync",
        "--needed",
        "--print",
        "--print-format",
        "%n",
    ],
    install: &["pacman", "--sync", "--needed", "--noconfirm"],
    undo: &["pacman", "--remove", "--recursive"],
    simulation_fails: false,
    plan: |said, machine| {
        let mut plan = Plan::default();
        for name in said
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty() && !name.contains(' '))
        {
            if machine
                .command("pacman")
                .args(["--query", name])
                .output()
                .is_ok_and(|query| query.status.success())
            {
                plan.upgrades.push(format!("upgrade {name}"));
            } else {
                plan.installs.push(name.into());
            }
        }
        plan
    },
};

const ZYPPER: Manager = Manager {
    program: "zypper",
    refresh: Some(&["zypper", "--non-interactive", "refresh"]),
    simulate: &[
        "zypper",
        "--non-interactive",
        "install",
        "--dry-run",
        "--no-recommends",
    ],
    install: &["zypper", "--non-interactive", "install", "--no-recommends"],
    undo: &["zypper", "remove", "--clean-deps"],
    simulation_fails: false,
    plan: |said, _| {
        by_headings(said, usize::MAX, |heading| match heading.to_lowercase() {
            text if !text.starts_with("the following") => None,
            text if text.contains("going to be installed") => Some(Effect::Install),
            text if text.contains("upgraded") => Some(Effect::Upgrade),
            text if text.contains("downgraded") => Some(Effect::Change("downgrade")),
            text if text.contains("removed") => Some(Effect::Change("remove")),
            text if text.contains("change") || text.contains("replaced") => {
                Some(Effect::Change("replace"))
            }
            _ => None,
        })
    },
};

#[derive(Clone, Copy)]
enum Effect {
    Install,
    Upgrade,
    Change(&'static str),
}

/// Reads lists of packages: indented lines under headings that say what happens to them.
///
/// A line begins with the names of that many packages.
fn by_headings(said: &str, names: usize, effect: impl Fn(&str) -> Option<Effect>) -> Plan {
    let mut plan = Plan::default();
    let mut current = None;
    for line in said.lines() {
        if !line.starts_with(' ') {
            current = effect(line);
        }
        let names = line
            .split_whitespace()
            .take(names)
            .filter(|_| line.starts_with(' '));
        match current {
            Some(Effect::Install) => plan.installs.extend(names.map(str::to_owned)),
            Some(Effect::Upgrade) => plan
                .upgrades
                .extend(names.map(|name| format!("upgrade {name}"))),
            Some(Effect::Change(verb)) => plan
                .changes
                .extend(names.map(|name| format!("{verb} {name}"))),
            None => {}
        }
    }
    plan
}
