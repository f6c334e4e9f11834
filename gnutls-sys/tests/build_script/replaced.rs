//! A library that is replaced after a build by one whose files are older.

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use std::{env, io};

use super::{build_with, folder, has, installed, shared_library};

/// An installed GnuTLS whose files have the date of its release.
struct Installation {
    library: PathBuf,
    include: PathBuf,
}

impl Installation {
    fn new(test: &str, version: &str) -> Self {
        let (library, include) = installed(test, version);
        let installation = Installation { library, include };
        fs::remove_file(installation.library.join("libgnutls.so")).unwrap();
        installation.install(version);
        installation
    }

    /// Replaces the files as a package manager does: it gives each new file the date in the package and renames it.
    fn install(&self, version: &str) {
        for entry in fs::read_dir(&self.library).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let name = format!("libgnutls.so.{version}");
        let new = self.library.join("new");
        fs::write(&new, shared_library(version)).unwrap();
        make_old(&new).unwrap();
        fs::rename(&new, self.library.join(&name)).unwrap();
        std::os::unix::fs::symlink(&name, self.library.join("libgnutls.so")).unwrap();

        let header = self.include.join("gnutls/gnutls.h");
        let text = fs::read_to_string(&header).unwrap();
        let kept = text.lines().filter(|line| !line.contains("GNUTLS_VERSION"));
        let numbers: Vec<&str> = version.split('.').collect();
        let defines = ["MAJOR", "MINOR", "PATCH"]
            .iter()
            .zip(numbers)
            .map(|(part, number)| format!("#define GNUTLS_VERSION_{part} {number}\n"));
        let text: String = kept
            .map(|line| format!("{line}\n"))
            .chain(defines)
            .collect();
        let new = header.with_file_name("new");
        fs::write(&new, text).unwrap();
        make_old(&new).unwrap();
        fs::rename(&new, header).unwrap();
    }

    /// Builds this crate with cargo and returns the cfgs that its build script sets.
    fn cfgs(&self, target: &Path) -> String {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for name in [
            "DOCS_RS",
            "GNUTLS_STATIC",
            "GNUTLS_SYS_ASSUME_VERSION",
            "PKG_CONFIG_ALL_STATIC",
        ] {
            cargo.env_remove(name);
        }
        let output = cargo
            .args(["check", "--offline", "--quiet", "--message-format=json"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("CARGO_TARGET_DIR", target)
            .env("GNUTLS_LIB_DIR", &self.library)
            .env("GNUTLS_INCLUDE_DIR", &self.include)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text
            .lines()
            .filter(|line| line.contains("\"build-script-executed\""));
        // The directory of the target may have the name of this crate too.
        let is_ours = |line: &&str| {
            let (_, id) = line.split_once("\"package_id\":\"").unwrap();
            id.split('"').next().unwrap().contains("gnutls-sys")
        };
        let line = lines.find(is_ours).unwrap();
        let (_, cfgs) = line.split_once("\"cfgs\":[").unwrap();
        cfgs.split_once(']').unwrap().0.to_owned()
    }
}

fn make_old(file: &Path) -> io::Result<()> {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000);
    File::options()
        .write(true)
        .open(file)?
        .set_times(FileTimes::new().set_modified(date))
}

#[test]
fn a_downgrade_removes_the_features_of_the_newer_library() {
    let installation = Installation::new("downgrade", "3.8.4");
    let target = folder("downgrade-target");
    let cfgs = installation.cfgs(&target);
    assert!(cfgs.contains("\"gnutls_3_8_4\""), "{cfgs}");
    installation.install("3.7.3");
    let cfgs = installation.cfgs(&target);
    assert!(cfgs.contains("\"gnutls_3_7_3\""), "{cfgs}");
    assert!(!cfgs.contains("\"gnutls_3_8_4\""), "{cfgs}");
}

#[test]
fn another_directory_behind_the_same_link_is_noticed() {
    let newer = Installation::new("link-newer", "3.8.4");
    let older = Installation::new("link-older", "3.7.3");
    let target = folder("link-target");
    let current = folder("link-current").join("current");
    let through_link = Installation {
        library: current.join("lib"),
        include: current.join("include"),
    };
    let select = |installation: &Installation| {
        let _ = fs::remove_file(&current);
        std::os::unix::fs::symlink(installation.library.parent().unwrap(), &current).unwrap();
    };
    select(&newer);
    let cfgs = through_link.cfgs(&target);
    assert!(cfgs.contains("\"gnutls_3_8_4\""), "{cfgs}");
    select(&older);
    let cfgs = through_link.cfgs(&target);
    assert!(!cfgs.contains("\"gnutls_3_8_4\""), "{cfgs}");
}

#[test]
fn a_large_directory_is_not_watched() {
    let (library, include) = installed("large", "3.8.4");
    let watched = |path: &Path| {
        let lines = build_with(&library, &include).run().unwrap();
        has(&lines, &format!("rerun-if-changed={}", path.display()))
    };
    assert!(watched(&library));
    assert!(watched(&include.join("gnutls")));
    assert!(!watched(&include));
    let inner = library.join("inner");
    fs::create_dir(&inner).unwrap();
    for number in 0..100 {
        fs::write(inner.join(number.to_string()), "").unwrap();
    }
    assert!(!watched(&library));
    assert!(watched(&library.join("libgnutls.so")));
}
