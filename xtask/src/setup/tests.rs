//! Set-up against machines made of scripts: a folder of programs that is the whole path.

use std::env;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::machine::{Machine, System};
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
            scratch: folder.clone(),
            silence: Duration::from_secs(60),
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
            r#"[ "$1" = --non-interactive ] && shift; [ "$1" = --validate ] || exec "$@""#,
        );
        self
    }

    /// A package manager whose dry run and queries print this, and whose installation makes the probes succeed.
    fn manager(self, program: &str, printed: &str) -> Self {
        let body = format!(
            "case \"$*\" in\n*simulate*|*dry-run*|*query*) echo '{printed}' ;;\n\
             *install*|*add*|*--sync*) : >\"$HERE/installed\" ;;\nesac"
        );
        self.program(program, &body);
        self
    }

    /// APT and dpkg.
    fn apt(self) -> Self {
        self.program(
            "dpkg-query",
            "echo 'libgnutls30 3.7.9-2 installed'; echo 'libold 1.0 config-files'",
        );
        self.manager("apt-get", "")
    }

    /// The call that installs the packages with the installed ones pinned.
    fn install(&self) -> String {
        let pins = self.folder.join("apt-preferences");
        format!(
            "apt-get install --yes --no-install-recommends --no-remove --option=Dir::Etc::Preferences={} pkg-config libgnutls28-dev",
            pins.display()
        )
    }

    fn program(&self, name: &str, body: &str) {
        let file = self.folder.join(name);
        let here = self.folder.display();
        let changes_nothing = ["id", "cc", "pkg-config", "dpkg-query", "rpm"].contains(&name);
        let log = if changes_nothing {
            ""
        } else {
            // The first line of the arguments.
            "line=\"$*\"; echo \"${0##*/} ${line%%\n*}\" >>\"$HERE/calls\""
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

const INSTALL: &str =
    "apt-get install --yes --no-install-recommends --no-remove pkg-config libgnutls28-dev";

#[test]
fn nothing_missing_prints_nothing() {
    let fake = Fake::new("debian").root().apt();
    fs::write(fake.folder.join("installed"), "").unwrap();
    assert_eq!(fake.run(true, false), (true, String::new()));
    assert!(fake.calls().is_empty());
}

#[test]
fn root_installs_with_the_installed_packages_pinned() {
    let fake = Fake::new("debian").root().apt();
    let (ready, printed) = fake.run(false, false);
    assert!(ready, "{printed}");
    assert_eq!(fake.calls(), [fake.install()]);
    let pins = fs::read_to_string(fake.folder.join("apt-preferences")).unwrap();
    assert!(pins.starts_with("Package: libgnutls30\nPin: version 3.7.9-2\n"));
    // A package of which only the configuration remains may be installed in any version.
    assert!(!pins.contains("libold"), "{pins}");
    for text in [
        "pkg-config  finds GnuTLS and its version",
        "no package gnutls",
        "Packages:  pkg-config libgnutls28-dev\n",
        "Undo:      apt-get remove --auto-remove pkg-config libgnutls28-dev\n",
    ] {
        assert!(printed.contains(text), "{printed}");
    }
    assert!(
        printed.lines().all(|line| line.chars().count() <= 80),
        "{printed}"
    );
}

#[test]
fn a_user_sees_the_command_and_nothing_is_called() {
    let fake = Fake::new("debian").sudo().apt();
    let (ready, printed) = fake.run(false, false);
    assert!(!ready && fake.calls().is_empty());
    for text in [
        "Command:   sudo apt-get update --option=APT::Update::Error-Mode=any &&\n           \
         sudo env DEBIAN_FRONTEND=noninteractive apt-get install",
        "Undo:      sudo apt-get remove",
        "run the job again with\n--install",
    ] {
        assert!(printed.contains(text), "{printed}");
    }
}

#[test]
fn a_user_can_install_through_sudo() {
    let fake = Fake::new("ubuntu").sudo().apt();
    let (ready, printed) = fake.run(true, false);
    assert!(ready, "{printed}");
    let install = fake.install();
    let sudo = format!("sudo env DEBIAN_FRONTEND=noninteractive {install}");
    let validate = String::from("sudo --validate");
    assert_eq!(fake.calls(), [validate, sudo, install]);
}

#[test]
fn ci_installs_through_sudo_without_a_password_and_may_upgrade() {
    let mut fake = Fake::new("debian").sudo().apt();
    fake.machine.ci = true;
    let (ready, printed) = fake.run(false, false);
    assert!(ready, "{printed}");
    let sudo = format!("sudo --non-interactive env DEBIAN_FRONTEND=noninteractive {INSTALL}");
    let validate = "sudo --non-interactive --validate";
    assert_eq!(fake.calls(), [validate, sudo.as_str(), INSTALL]);
}

#[test]
fn a_refusal_by_sudo_is_reported_and_sudo_is_called_once() {
    let fake = Fake::new("debian").apt();
    fake.program("sudo", "echo 'sudo: a password is required' >&2; exit 1");
    let (ready, printed) = fake.run(true, false);
    assert!(!ready && !fake.has("installed"));
    assert_eq!(fake.calls(), ["sudo --validate"]);
    let text = "sudo refused to run commands as root:\nsudo: a password is required\n\
                Nothing was installed. Run the command above as root.\n";
    assert!(printed.ends_with(text), "{printed}");
    assert!(!printed.contains("lists"), "{printed}");
}

#[test]
fn without_root_and_sudo_nothing_is_called() {
    let fake = Fake::new("debian").apt();
    let (ready, printed) = fake.run(true, false);
    assert!(!ready && fake.calls().is_empty());
    assert!(printed.contains("there is no sudo"), "{printed}");
    assert!(
        printed.contains("Command:   apt-get update ")
            && printed.contains("&&\n           env DEBIAN_FRONTEND"),
        "{printed}"
    );
}

#[test]
fn offline_downloads_nothing() {
    let fake = Fake::new("debian").root().apt();
    let (ready, printed) = fake.run(true, true);
    assert!(!ready && fake.calls().is_empty());
    assert!(
        printed.contains("--offline allows no downloads"),
        "{printed}"
    );
}

#[test]
fn missing_lists_are_fetched_once() {
    let fake = Fake::new("debian").root().apt();
    let body = r#"case "$*" in
        update*) : >"$HERE/lists" ;;
        *) [ -e "$HERE/lists" ] || { echo "E: Unable to locate package libgnutls28-dev" >&2; exit 100; }
           : >"$HERE/installed" ;;
        esac"#;
    fake.program("apt-get", body);
    let (ready, printed) = fake.run(false, false);
    assert!(ready, "{printed}");
    let install = fake.install();
    let update = "apt-get update --option=APT::Update::Error-Mode=any";
    let calls = [&install, update, &install];
    assert_eq!(fake.calls(), calls);
    let text = "Fetching the package lists, which may be missing or old:\n    apt-get update ";
    assert!(printed.contains(text), "{printed}");
}

#[test]
fn an_installation_that_takes_time_prints_it() {
    let mut fake = Fake::new("debian").root().apt();
    fake.machine.silence = Duration::from_millis(10);
    // It succeeds once the line about it is printed.
    let body = r#"tries=0
        while [ $tries -lt 300 ]; do
            tries=$((tries + 1))
            while read -r line; do
                case "$line" in "still running after "*) : >"$HERE/installed"; exit 0;; esac
            done <"$HERE/printed"
        done
        exit 1"#;
    fake.program("apt-get", body);
    let mut out = fs::File::create(fake.folder.join("printed")).unwrap();
    let ready = SetUp {
        machine: &fake.machine,
        options: SetupOptions::default(),
        out: &mut out,
    }
    .run(BUILD);
    assert!(ready.unwrap());
}

#[test]
fn a_missing_network_is_not_reported_as_an_unknown_package() {
    let fake = Fake::new("debian").root().apt();
    let body = r#"case "$*" in
        update*) echo "E: Failed to fetch http://x  Temporary failure resolving 'x'" >&2 ;;
        *) echo "E: Unable to locate package libgnutls28-dev" >&2 ;;
        esac; exit 100"#;
    fake.program("apt-get", body);
    let (ready, printed) = fake.run(false, false);
    assert!(!ready);
    let text = "The package lists could not be fetched: check the network connection.\n\
                E: Failed to fetch http://x  Temporary failure resolving 'x'\n\
                The packages could not be installed.\n\
                E: Unable to locate package libgnutls28-dev\n";
    assert!(printed.ends_with(text), "{printed}");
}

#[test]
fn the_error_of_a_manager_is_printed() {
    let fake = Fake::new("debian").root().apt();
    // As with pins that leave a dependency without a version.
    fake.program(
        "apt-get",
        r#"[ "$1" = update ] || { echo 'E: you have held broken packages' >&2; exit 100; }"#,
    );
    let (ready, printed) = fake.run(false, false);
    assert!(!ready && fake.calls().len() == 3);
    for text in [
        "could not be installed",
        "E: you have held broken packages",
        "No job changes an installed package.",
    ] {
        assert!(printed.contains(text), "{printed}");
    }
    // The last words are the command that upgrades installed packages, since it has no pins.
    let (_, command) = printed.rsplit_once("again:\n").unwrap();
    let command = command.replace("\\\n", " ");
    let command: Vec<_> = command.split_whitespace().collect();
    assert_eq!(
        command.join(" "),
        format!("env DEBIAN_FRONTEND=noninteractive {INSTALL}")
    );
}

#[test]
fn an_installation_without_effect_is_a_failure() {
    let fake = Fake::new("debian").root().apt();
    fake.program("apt-get", "exit 0");
    let (ready, printed) = fake.run(false, false);
    assert!(!ready);
    let text = "GnuTLS is still missing after the installation";
    assert!(printed.contains(text), "{printed}");
}

#[test]
fn the_undo_command_removes_no_package_that_was_there_before() {
    for installed in ["pkg-config", "libgnutls28-dev"] {
        let fake = Fake::new("debian").root().apt();
        fake.program("dpkg-query", &format!("echo '{installed} 1.0 installed'"));
        let (ready, printed) = fake.run(false, false);
        assert!(ready, "{printed}");
        let (_, undo) = printed.split_once("Undo:").unwrap();
        assert!(!undo.contains(installed), "{printed}");
        assert!(!fake.calls()[0].contains(installed), "{printed}");
    }
    // A package that does not provide its program may be broken.
    let fake = Fake::new("debian").root().apt();
    let all = "echo 'pkg-config 1 installed'; echo 'libgnutls28-dev 1 installed'";
    fake.program("dpkg-query", all);
    assert!(fake.run(false, false).0);
    assert_eq!(fake.calls(), [fake.install()]);
}

#[test]
fn other_distributions_install_by_their_own_managers() {
    for (id, program, printed, install) in [
        (
            "fedora",
            "dnf",
            "",
            "dnf install --assumeyes --setopt=install_weak_deps=False --exclude=glibc,pkgconf-pkg-config gnutls-devel",
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
            "glibc\npkgconf",
            "pacman --sync --needed --noconfirm --ignore=glibc,pkgconf gnutls",
        ),
        (
            "opensuse-tumbleweed",
            "zypper",
            "The following 2 NEW packages are going to be installed:\n  libgnutls-devel pkgconf-pkg-config",
            "zypper --non-interactive install --no-recommends libgnutls-devel",
        ),
    ] {
        let fake = Fake::new(id).root().manager(program, printed);
        fake.program("rpm", "echo glibc; echo pkgconf-pkg-config");
        let (ready, printed) = fake.run(false, false);
        assert!(ready, "{id}: {printed}");
        assert_eq!(fake.calls().last().unwrap(), install);
    }
}

#[test]
fn a_change_in_a_dry_run_stops_it_except_in_ci() {
    for (id, program, change) in [
        (
            "alpine",
            "apk",
            "(1/3) Upgrading musl (1.2.4-r1 -> 1.2.4-r2)",
        ),
        ("alpine", "apk", "(2/3) Purging gnutls (3.8.4-r0)"),
        (
            "opensuse-leap",
            "zypper",
            "The following package is going to be upgraded:",
        ),
        (
            "opensuse-leap",
            "zypper",
            "The following package is going to be REMOVED:",
        ),
    ] {
        let mut fake = Fake::new(id).root().manager(program, change);
        let (ready, printed) = fake.run(true, false);
        assert!(!ready && !fake.has("installed"), "{printed}");
        assert!(printed.contains(change), "{printed}");
        fake.machine.ci = true;
        assert!(fake.run(false, false).0);
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
fn the_paths_of_the_compiler_and_of_gnutls_may_contain_spaces() {
    let mut fake = Fake::new("debian");
    fs::write(fake.folder.join("installed"), "").unwrap();
    fake.program("pkg-config", r#"echo '-I/opt/gnu\ tls -lgnutls'"#);
    let script =
        r#"case "$*" in *-lgnutls*) [ "$*" = "test.c -o test -I/opt/gnu tls -lgnutls" ] ;; esac"#;
    fake.program("c compiler", script);
    fake.machine.cc = fake.folder.join("c compiler").to_str().unwrap().into();
    assert_eq!(fake.run(false, false), (true, String::new()));
    fake.program(
        "cc",
        r#"[ "$1" = -m64 ] || { echo "error: no option" >&2; exit 1; }"#,
    );
    fake.machine.cc = "cc -m64".into();
    assert_eq!(fake.run(false, false), (true, String::new()));
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
