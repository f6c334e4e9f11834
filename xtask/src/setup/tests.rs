//! Set-up against machines made of scripts: a folder of programs that is the whole path.

use std::env;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::machine::{Machine, System};
use super::manager::{Manager, Plan};
use super::*;

/// A machine in a folder of its own. Its programs log how they were called in `calls`; what is "installed" is the file
/// `installed`.
struct Fake {
    folder: PathBuf,
    machine: Machine,
}

impl Fake {
    /// A machine with that distribution, a user who is not root, and a C compiler.
    fn new(id: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("xtask-set-up-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        symlink("/usr/bin/env", folder.join("env")).unwrap();
        fs::write(folder.join("os-release"), format!("NAME=x\nID={id}\n")).unwrap();
        let machine = Machine {
            path: folder.clone().into(),
            os_release: folder.join("os-release"),
            os: "linux",
            ci: false,
            cc: "cc".into(),
            pkg_config: "pkg-config".into(),
            library: None,
        };
        let fake = Fake { folder, machine };
        fake.program("id", "echo 1000");
        fake.program("cc", "exit 0");
        fake.program(
            "pkg-config",
            r#"[ -e "$HERE/installed" ] || { echo "no package gnutls" >&2; exit 1; }"#,
        );
        fake
    }

    fn root(self) -> Self {
        self.program("id", "echo 0");
        self
    }

    fn sudo(self) -> Self {
        self.program(
            "sudo",
            r#"[ "$1" = --non-interactive ] && shift; exec "$@""#,
        );
        self
    }

    /// A package manager whose simulation says this, and which installs what makes the probes succeed.
    fn manager(self, program: &str, simulation: &str) -> Self {
        self.program(
            program,
            &format!(
                "case \"$*\" in\n*simulate*|*assumeno*|*print*|*dry-run*) echo '{simulation}' ;;\n\
                 *query*) exit 1 ;;\n*install*|*add*|*--sync*) : >\"$HERE/installed\" ;;\nesac"
            ),
        );
        self
    }

    fn program(&self, name: &str, body: &str) {
        let file = self.folder.join(name);
        let here = self.folder.display();
        let log = if matches!(name, "id" | "cc" | "pkg-config") {
            ""
        } else {
            "echo \"${0##*/} $*\" >>\"$HERE/calls\""
        };
        // Written by another process: a file that this one has open for writing may be inherited by what another test
        // starts in that moment, and cannot be run then.
        let script = format!("#!/bin/sh\nHERE={here}\n{log}\n{body}\n");
        let written = Command::new("/bin/sh")
            .args(["-c", r#"printf %s "$1" >"$0" && chmod 755 "$0""#])
            .args([file.as_os_str(), script.as_ref()])
            .status();
        assert!(written.unwrap().success());
    }

    /// Runs set-up: whether all is there in the end, and what was said.
    fn run(&self, install: bool, offline: bool) -> (bool, String) {
        let mut out = Vec::new();
        let options = SetupOptions { install, offline };
        let ready = SetUp {
            machine: &self.machine,
            options,
            out: &mut out,
        }
        .run(BUILD)
        .unwrap();
        out.flush().unwrap();
        (ready, String::from_utf8(out).unwrap())
    }

    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    fn has(&self, file: &str) -> bool {
        Path::new(&self.folder).join(file).exists()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const NEW: &str = "Inst libgnutls28-dev (3.7.9 Debian:12 [amd64])\nInst pkg-config (1.8 Debian:12 [amd64])\nConf pkg-config";
const INSTALL: &str =
    "apt-get install --yes --no-install-recommends --no-remove pkg-config libgnutls28-dev";
const SIMULATE: &str =
    "apt-get install --simulate --no-install-recommends pkg-config libgnutls28-dev";

#[test]
fn nothing_missing_is_not_a_word() {
    let fake = Fake::new("debian").root().manager("apt-get", NEW);
    fs::write(fake.folder.join("installed"), "").unwrap();
    assert_eq!(fake.run(true, false), (true, String::new()));
    assert!(fake.calls().is_empty());
}

#[test]
fn root_installs_after_a_simulation() {
    let fake = Fake::new("debian").root().manager("apt-get", NEW);
    let (ready, said) = fake.run(false, false);
    assert!(ready, "{said}");
    assert_eq!(fake.calls(), [SIMULATE, INSTALL]);
    assert!(
        said.contains("pkg-config  tells the build script"),
        "{said}"
    );
    assert!(said.contains("no package gnutls"), "{said}");
    assert!(
        said.contains("Packages:  pkg-config libgnutls28-dev\n"),
        "{said}"
    );
    assert!(
        said.contains("Undo:      apt-get remove --auto-remove pkg-config libgnutls28-dev\n"),
        "{said}"
    );
    assert!(
        said.contains("Installing 2 new packages, changing none"),
        "{said}"
    );
    assert!(
        said.lines().all(|line| line.chars().count() <= 80),
        "{said}"
    );
}

#[test]
fn a_user_is_told_and_nothing_is_called() {
    let fake = Fake::new("debian").sudo().manager("apt-get", NEW);
    let (ready, said) = fake.run(false, false);
    assert!(!ready);
    assert!(fake.calls().is_empty());
    assert!(
        said.contains("Command:   sudo env DEBIAN_FRONTEND=noninteractive apt-get install"),
        "{said}"
    );
    assert!(said.contains("Undo:      sudo apt-get remove"), "{said}");
    assert!(
        said.contains("run the job again with\n--install") || said.contains("again with --install"),
        "{said}"
    );
}

#[test]
fn a_user_who_wishes_it_installs_through_sudo() {
    let fake = Fake::new("ubuntu").sudo().manager("apt-get", NEW);
    let (ready, said) = fake.run(true, false);
    assert!(ready, "{said}");
    let sudo = format!("sudo env DEBIAN_FRONTEND=noninteractive {INSTALL}");
    assert_eq!(
        fake.calls(),
        [
            format!("sudo {SIMULATE}"),
            SIMULATE.into(),
            sudo,
            INSTALL.into()
        ]
    );
}

#[test]
fn ci_installs_through_sudo_that_asks_nothing() {
    let mut fake = Fake::new("debian").sudo().manager("apt-get", NEW);
    fake.machine.ci = true;
    let (ready, said) = fake.run(false, false);
    assert!(ready, "{said}");
    assert_eq!(
        fake.calls()[0],
        format!("sudo --non-interactive {SIMULATE}")
    );
}

#[test]
fn sudo_that_refuses_is_reported() {
    let fake = Fake::new("debian").manager("apt-get", NEW);
    fake.program("sudo", "echo 'sudo: a password is required' >&2; exit 1");
    let (ready, said) = fake.run(true, false);
    assert!(!ready);
    assert!(said.contains("a password is required"), "{said}");
    assert!(!fake.has("installed"));
}

#[test]
fn without_root_and_sudo_nothing_is_called() {
    let fake = Fake::new("debian").manager("apt-get", NEW);
    let (ready, said) = fake.run(true, false);
    assert!(!ready);
    assert!(said.contains("there is no sudo"), "{said}");
    assert!(said.contains("Command:   env DEBIAN_FRONTEND"), "{said}");
    assert!(fake.calls().is_empty());
}

#[test]
fn offline_downloads_nothing() {
    let fake = Fake::new("debian").root().manager("apt-get", NEW);
    let (ready, said) = fake.run(true, true);
    assert!(!ready);
    assert!(said.contains("--offline allows no downloads"), "{said}");
    assert!(fake.calls().is_empty());
}

#[test]
fn an_upgrade_or_a_removal_stops_it() {
    for (line, words) in [
        (
            "Inst libgnutls30 [3.7.9-2] (3.7.9-2+deb12u6 Debian:12 [amd64])",
            "upgrade libgnutls30 from 3.7.9-2 to 3.7.9-2+deb12u6",
        ),
        (
            "Remv libcurl4-gnutls-dev [7.88]",
            "remove libcurl4-gnutls-dev",
        ),
    ] {
        let fake = Fake::new("debian")
            .root()
            .manager("apt-get", &format!("{line}\n{NEW}"));
        let (ready, said) = fake.run(true, false);
        assert!(!ready, "{said}");
        assert!(said.contains(&format!("  - {words}\n")), "{said}");
        assert_eq!(fake.calls(), [SIMULATE]);
        assert!(!fake.has("installed"));
    }
}

#[test]
fn with_ci_an_upgrade_is_said_and_done_and_a_removal_still_stops_it() {
    let upgrade = "Inst libgnutls30 [3.7.9-2] (3.7.9-2+deb12u6 Debian:12 [amd64])";
    let mut fake = Fake::new("debian")
        .root()
        .manager("apt-get", &format!("{upgrade}\n{NEW}"));
    fake.machine.ci = true;
    let (ready, said) = fake.run(false, false);
    assert!(ready, "{said}");
    assert!(
        said.contains("  - upgrade libgnutls30 from 3.7.9-2 to 3.7.9-2+deb12u6, since CI=true\n"),
        "{said}"
    );
    assert_eq!(fake.calls(), [SIMULATE, INSTALL]);

    let removal = "Remv libcurl4-gnutls-dev [7.88]";
    let mut fake = Fake::new("debian")
        .root()
        .manager("apt-get", &format!("{upgrade}\n{removal}\n{NEW}"));
    fake.machine.ci = true;
    let (ready, said) = fake.run(false, false);
    assert!(!ready, "{said}");
    assert_eq!(fake.calls(), [SIMULATE]);
}

#[test]
fn missing_lists_are_fetched_once() {
    let fake = Fake::new("debian").root();
    let body = r#"case "$*" in
        update) : >"$HERE/lists" ;;
        *) [ -e "$HERE/lists" ] || { echo "E: Unable to locate package libgnutls28-dev" >&2; exit 100; } ;;
        esac
        case "$*" in *--yes*) : >"$HERE/installed" ;; esac"#;
    fake.program("apt-get", body);
    let (ready, said) = fake.run(false, false);
    assert!(ready, "{said}");
    assert_eq!(
        fake.calls(),
        [SIMULATE, "apt-get update", SIMULATE, INSTALL]
    );
    assert!(
        said.contains("Package lists are missing or old; fetching them: apt-get update"),
        "{said}"
    );
}

#[test]
fn old_lists_are_fetched_and_simulated_again() {
    let fake = Fake::new("debian").root();
    let body = r#"case "$*" in
        update) : >"$HERE/lists" ;;
        *--simulate*) [ -e "$HERE/lists" ] && echo "Inst libc6 [2.36-9] (2.36-10 Debian:12 [amd64])"; exit 0 ;;
        *) echo "E: Failed to fetch libgnutls28-dev.deb 404 Not Found" >&2; exit 100 ;;
        esac"#;
    fake.program("apt-get", body);
    let (ready, said) = fake.run(false, false);
    assert!(!ready, "{said}");
    assert_eq!(
        fake.calls(),
        [SIMULATE, INSTALL, "apt-get update", SIMULATE]
    );
    assert!(
        said.contains("  - upgrade libc6 from 2.36-9 to 2.36-10\n"),
        "{said}"
    );
}

#[test]
fn a_manager_that_refuses_is_quoted() {
    let fake = Fake::new("debian").root();
    fake.program("apt-get", "echo 'E: Could not get lock' >&2; exit 100");
    let (ready, said) = fake.run(false, false);
    assert!(!ready);
    assert!(said.contains("could not be installed"), "{said}");
    assert!(said.contains("E: Could not get lock"), "{said}");
    assert_eq!(fake.calls(), [SIMULATE, "apt-get update", SIMULATE]);
}

#[test]
fn an_installation_that_does_not_help_is_not_success() {
    let fake = Fake::new("debian").root();
    fake.program("apt-get", "exit 0");
    let (ready, said) = fake.run(false, false);
    assert!(!ready);
    assert!(
        said.contains("GnuTLS is still missing after the installation"),
        "{said}"
    );
}

#[test]
fn other_distributions_install_by_their_own_managers() {
    for (id, program, simulation, install) in [
        (
            "fedora",
            "dnf",
            "Installing:\n gnutls-devel x86_64 3.8\nTransaction Summary",
            "dnf install --assumeyes",
        ),
        (
            "alpine",
            "apk",
            "(1/2) Installing gnutls-dev (3.8.4-r0)\nOK: 10 MiB",
            "apk add pkgconf gnutls-dev",
        ),
        (
            "arch",
            "pacman",
            "gnutls\npkgconf",
            "pacman --sync --needed --noconfirm",
        ),
        (
            "opensuse-tumbleweed",
            "zypper",
            "The following 2 NEW packages are going to be installed:\n  libgnutls-devel pkgconf-pkg-config",
            "zypper --non-interactive install --no-recommends",
        ),
    ] {
        let fake = Fake::new(id).root().manager(program, simulation);
        let (ready, said) = fake.run(false, false);
        assert!(ready, "{id}: {said}");
        assert!(
            fake.calls().last().unwrap().starts_with(install),
            "{id}: {:?}",
            fake.calls()
        );
    }
}

#[test]
fn systems_without_a_manager_that_may_be_called_print_the_command() {
    let fake = Fake::new("nixos").root();
    let (ready, said) = fake.run(true, false);
    assert!(!ready);
    assert!(
        said.contains("nix-shell --packages pkg-config gnutls"),
        "{said}"
    );

    let mut fake = Fake::new("whatever").root();
    fake.machine.os = "macos";
    assert!(
        fake.run(true, false)
            .1
            .contains("brew install pkgconf gnutls")
    );
    fake.machine.os = "windows";
    assert!(
        fake.run(true, false)
            .1
            .contains("pacman --sync --needed mingw-w64-ucrt-x86_64-pkgconf")
    );
    fake.machine.os = "linux";
    let (ready, said) = fake.run(true, false);
    assert!(!ready);
    assert!(
        said.contains("  Debian, Ubuntu  pkg-config libgnutls28-dev\n"),
        "{said}"
    );
    assert!(
        said.contains("  openSUSE        pkgconf-pkg-config libgnutls-devel\n"),
        "{said}"
    );
}

#[test]
fn a_given_library_needs_no_pkg_config() {
    let mut fake = Fake::new("debian");
    fake.machine.library = Some(("/opt/lib".into(), Some("/opt/include".into())));
    fake.program("cc", r#"case "$*" in *-lgnutls*) [ "$*" = "test.c -o test -L/opt/lib -lgnutls -I/opt/include" ] ;; esac"#);
    assert_eq!(fake.run(false, false), (true, String::new()));
    fake.program(
        "cc",
        r#"case "$*" in *-lgnutls*) echo "ld: cannot find -lgnutls" >&2; exit 1 ;; esac"#,
    );
    let (ready, said) = fake.run(false, false);
    assert!(!ready);
    assert!(said.contains("cc: ld: cannot find -lgnutls"), "{said}");
    assert!(!said.contains("pkg-config  "), "{said}");
}

#[test]
fn derived_distributions_are_known_by_what_they_are_like() {
    let fake = Fake::new("frobnix");
    for (text, system) in [
        ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Debian),
        ("ID='rocky'\nID_LIKE='rhel centos fedora'\n", System::Fedora),
        (
            "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
            System::Suse,
        ),
        ("ID=manjaro\nID_LIKE=arch\n", System::Arch),
        ("PRETTY_NAME=debian\n", System::Unknown),
    ] {
        fs::write(&fake.machine.os_release, text).unwrap();
        assert_eq!(fake.machine.system(), system, "{text}");
    }
    fs::remove_file(&fake.machine.os_release).unwrap();
    assert_eq!(fake.machine.system(), System::Unknown);
}

#[test]
fn simulations_that_change_something_are_understood() {
    let fake = Fake::new("x");
    fake.program("pacman", r#"[ "$2" = gnutls ]"#);
    for (system, said, installs, upgrades, changes) in [
        (
            System::Fedora,
            "Installing:\n a x 1\nUpgrading:\n b x 2\nRemoving:\n c x 3\n",
            &["a"][..],
            &["upgrade b"][..],
            &["remove c"][..],
        ),
        (
            System::Alpine,
            "(1/3) Installing a (1)\n(2/3) Upgrading b (1 -> 2)\n(3/3) Purging c (1)\n",
            &["a"],
            &["upgrade b (1 -> 2)"],
            &["purging c (1)"],
        ),
        (
            System::Arch,
            "gnutls\npkgconf\n",
            &["pkgconf"],
            &["upgrade gnutls"],
            &[],
        ),
        (
            System::Suse,
            "The following NEW package is going to be installed:\n  a d\n\nThe following package is going to be upgraded:\n  b\n\n\
             The following package is going to be REMOVED:\n  c\n",
            &["a", "d"],
            &["upgrade b"],
            &["remove c"],
        ),
    ] {
        let plan = Manager::of(system).unwrap().plan(said, &fake.machine);
        let own = |words: &[&str]| {
            words
                .iter()
                .map(|word| word.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            plan,
            Plan {
                installs: own(installs),
                upgrades: own(upgrades),
                changes: own(changes)
            },
            "{system:?}"
        );
    }
}
