//! The recipes of other distributions: specs, which are built with Debian's RPM, and the recipes of Alpine, Arch and Nix, of
//! which only the syntax and the fields are checked.

use std::thread;

use anyhow::ensure;

use super::checks::Checks;
use super::debian::Control;
use super::sandbox::{BUILD, PROJECT, Sandbox, Sandboxes};
use crate::matrix::entry::Entry;
use crate::summary::Counts;

/// The programs that read the recipes, as Debian packages them.
const TOOLS: [&str; 6] = [
    "build-essential",
    "makepkg",
    "nix-bin",
    "rpm",
    "rpmlint",
    "shellcheck",
];

/// Builds a spec for each crate and installs its package, on which the next one depends. The crates of Debian stand for those
/// of Fedora.
const BUILD_RPMS: &str = "
    mkdir -p project cargo rpm/SOURCES
    tar -C \"$project\" -c --exclude-vcs --exclude=target . | tar -x -C project
    printf '%s\\n' '[source.crates-io]' 'replace-with = \"local-registry\"' '[source.local-registry]' \\
        'directory = \"/usr/share/cargo/registry\"' > cargo/config.toml
    rm project/Cargo.lock
    cp project/ci/rpm/macros .rpmmacros
    for crate in gnutls-macros gnutls-sys gnutls tokio-gnutls; do
        cargo package --manifest-path project/Cargo.toml --quiet --offline --allow-dirty --no-verify --package \"$crate\"
        mv project/target/package/\"$crate\"-*.crate rpm/SOURCES
        rpmbuild -ba --nodeps --define \"_topdir $PWD/rpm\" \"project/ci/rpm/rust-$crate.spec\"
        rpm --dbpath \"$PWD/rpm/db\" --install --nodeps rpm/RPMS/noarch/\"rust-$crate-devel\"-*.rpm
    done";

/// Builds and checks the RPM packages.
pub(super) fn check_rpm(
    sandboxes: &Sandboxes<'_>,
    release: &Entry,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    in_sandbox(sandboxes, release, ("rpm", true), checks, build_rpms)
}

fn build_rpms(sandbox: &Sandbox<'_>, checks: &mut Checks) {
    let cargo_home = format!("{BUILD}/cargo");
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let jobs = jobs.to_string();
    let built = checks.check("rpmbuild", |watch| {
        let variables = [
            // RPM reads macros from `.rpmmacros`.
            ("HOME", BUILD),
            ("CARGO_HOME", cargo_home.as_str()),
            ("CARGO_BUILD_JOBS", &jobs),
            ("project", PROJECT),
        ];
        let output = sandbox
            .run("rpmbuild", &variables, BUILD_RPMS, watch)?
            .output();
        let packages = output.lines().filter(|line| line.starts_with("Wrote: "));
        let counts = Counts::of(&output);
        ensure!(
            counts.passed > 0 && counts.failed == 0,
            "the build ran no tests: {counts}"
        );
        Ok((
            format!("{} packages; tests: {counts}", packages.count()),
            (),
        ))
    });
    if built.is_none() {
        return;
    }
    checks.check("rpmlint", |watch| {
        let script = "rpmlint --config project/ci/rpm/rpmlint.toml --strict project/ci/rpm/*.spec rpm/RPMS/noarch/*.rpm rpm/SRPMS/*.rpm";
        let ended = sandbox.run("rpmlint", &[("HOME", BUILD)], script, watch)?;
        Ok((ended.tail(1).concat(), ()))
    });
}

/// The checks of the recipes that cannot be built on Debian, with their scripts.
const STATIC: [(&str, &str); 5] = [
    (
        "APKBUILD syntax",
        // Its variables are for abuild.
        "shellcheck --shell=busybox --exclude=SC2034,SC2154 \"$project/ci/alpine/APKBUILD\"",
    ),
    (
        "APKBUILD contents",
        ". \"$project/ci/alpine/APKBUILD\"
        for field in pkgname pkgver pkgrel pkgdesc url arch license depends makedepends checkdepends source; do
            eval \"value=\\$$field\"
            test -n \"$value\"
            echo \"$field = $value\"
        done
        for step in prepare build check package; do
            type \"$step\"
        done",
    ),
    (
        "PKGBUILD syntax",
        // Its variables are for makepkg, which stops at the first error.
        "shellcheck --shell=bash --exclude=SC2034,SC2154,SC2164 \"$project/ci/arch/PKGBUILD\"",
    ),
    (
        "PKGBUILD contents",
        // makepkg refuses to run as root, and looks for pacman, which it does not call here.
        "cp \"$project/ci/arch/PKGBUILD\" .
        PACMAN=true unshare --user --map-user=1000 makepkg --printsrcinfo",
    ),
    (
        "Nix syntax",
        "nix-instantiate --store dummy:// --parse \"$project/ci/nix/default.nix\"",
    ),
];

/// Checks the other recipes.
pub(super) fn check(
    sandboxes: &Sandboxes<'_>,
    release: &Entry,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    in_sandbox(sandboxes, release, ("recipes", false), checks, check_static)
}

fn check_static(sandbox: &Sandbox<'_>, checks: &mut Checks) {
    for (name, script) in STATIC {
        checks.check(name, |watch| {
            let log = name.replace(' ', "-");
            sandbox.run(&log, &[("project", PROJECT)], script, watch)?;
            Ok(("valid".into(), ()))
        });
    }
}

/// Makes or finds the root file system with the tools, and performs checks in it. `folder` is the name of the directory for
/// builds, and `writable` is `true` if they also write to the root file system.
fn in_sandbox(
    sandboxes: &Sandboxes<'_>,
    release: &Entry,
    (folder, writable): (&str, bool),
    checks: &mut Checks,
    perform: fn(&Sandbox<'_>, &mut Checks),
) -> anyhow::Result<()> {
    let packages = Control::read()?.build_packages(&TOOLS);
    let entry = release.with_packages("package-recipes", packages);
    let root = checks.check("root file system", |watch| {
        let root = sandboxes.root(&entry, watch)?;
        Ok((format!("GnuTLS {}", root.metadata.gnutls), root))
    });
    if let Some(root) = root {
        let sandbox = Sandbox {
            root: &root,
            build: &sandboxes.folder(release, folder)?,
            writable,
        };
        perform(&sandbox, checks);
    }
    Ok(())
}
