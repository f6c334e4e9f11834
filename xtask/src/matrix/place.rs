//! A place where things are built and run: a root file system, or an installed prefix on this machine. Programs see the
//! same folders under `/mnt` in each, so what was built in one runs in the others.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::entry::Entry;
use super::process::{self, Ended};
use super::release::Release;
use super::root::{Mount, Root, enter};

/// Where programs see the project.
pub(crate) const PROJECT: &str = "/mnt/project";
/// Where programs see the folder that all places share for reading, and whose part of each is its own for writing.
pub(crate) const WORK: &str = "/mnt/work";
const TOOLCHAIN: &str = "/mnt/toolchain";
const VENDOR: &str = "/mnt/vendor";

/// Where what this machine's toolchain builds is put, under the folder that all places share.
const SHARED: &str = "shared";

/// What is the same in all places of a run.
pub(crate) struct Workshop {
    /// The project.
    pub(crate) project: PathBuf,
    /// Where everything is built: a folder for each place.
    pub(crate) work: PathBuf,
    /// The sources of all crates that a build needs.
    pub(crate) vendor: PathBuf,
    /// The machine's Rust toolchain.
    pub(crate) toolchain: PathBuf,
    /// How many compilers run at a time in each place.
    pub(crate) compilers: usize,
    /// How many times the usual deadlines hold.
    pub(crate) patience: u32,
    /// What scenarios are made up from.
    pub(crate) seed: u64,
    /// Where the results of each place are put.
    pub(crate) results: PathBuf,
    /// Whether each run of the conformance suite becomes the baseline of its library.
    pub(crate) write_baselines: bool,
    /// The place for which the shared target folder was used last.
    pub(crate) shared: Mutex<Option<String>>,
}

/// Whose compiler builds, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The release's own where it has one, in a target folder of this place alone.
    Own,
    /// This machine's, in the target folder that all places share: what no version has an influence on is built once.
    Shared,
}

pub(crate) struct Place<'a> {
    pub(crate) workshop: &'a Workshop,
    pub(crate) name: String,
    /// The version of GnuTLS, with the distribution's additions.
    pub(crate) gnutls: String,
    /// What has to be known about how it was made.
    pub(crate) notes: Vec<String>,
    /// The release of the version before it in the run, if there is one.
    pub(crate) older: Option<Release>,
    /// Whether what all places run is built here.
    pub(crate) first: bool,
    pub(crate) own_rust: bool,
    pub(crate) done: Done,
    kind: Kind,
}

/// What has been done in a place, and need not be done again.
#[derive(Default)]
pub(crate) struct Done {
    /// The Rust driver of this version has been built.
    pub(crate) driver: Cell<bool>,
    /// The tests that all places run have run.
    pub(crate) tests: Cell<bool>,
    /// The drivers that all places run have been compared.
    pub(crate) drivers: Cell<bool>,
}

enum Kind {
    Root(Root),
    /// The folder of its libraries.
    Prefix(PathBuf),
}

impl Workshop {
    /// Where this machine sees the target folder that all places share.
    pub(crate) fn shared_folder(&self) -> PathBuf {
        self.work.join(SHARED)
    }
}

impl<'a> Place<'a> {
    pub(crate) fn root(
        workshop: &'a Workshop,
        entry: &Entry,
        root: Root,
        older: Option<Release>,
        first: bool,
    ) -> anyhow::Result<Self> {
        let gnutls = root.stamp.gnutls.clone();
        let mut notes = root.stamp.notes.clone();
        if gnutls.parse::<Release>()? != entry.gnutls.parse()? {
            notes.push(format!(
                "ci/matrix.toml says GnuTLS {}, and the mirror has moved on to {gnutls}",
                entry.gnutls
            ));
        }
        let own_rust = entry.has_rust();
        let place = Place {
            workshop,
            name: entry.name.clone(),
            gnutls,
            notes,
            older,
            first,
            own_rust,
            done: Done::default(),
            kind: Kind::Root(root),
        };
        place.prepare()?;
        Ok(place)
    }

    /// A GnuTLS that is installed under a folder of this machine.
    pub(crate) fn prefix(
        workshop: &'a Workshop,
        folder: &Path,
        older: Option<Release>,
        first: bool,
    ) -> anyhow::Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no {}", folder.display()))?;
        let libraries = libraries(&folder)?;
        let file = libraries.join("pkgconfig/gnutls.pc");
        // Programs see other things under /mnt.
        ensure!(
            !folder.starts_with("/mnt"),
            "a prefix cannot be under /mnt, as {} is",
            folder.display()
        );
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name = format!(
            "prefix{}",
            folder
                .to_string_lossy()
                .chars()
                .map(plain)
                .collect::<String>()
        );
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let version = text.lines().find_map(|line| line.strip_prefix("Version:"));
        let gnutls = version
            .with_context(|| format!("{} names no version", file.display()))?
            .trim()
            .to_owned();
        let place = Place {
            workshop,
            name,
            gnutls,
            notes: Vec::new(),
            older,
            first,
            own_rust: false,
            done: Done::default(),
            kind: Kind::Prefix(libraries),
        };
        place.prepare()?;
        Ok(place)
    }

    fn prepare(&self) -> anyhow::Result<()> {
        let cargo = self.folder().join("cargo");
        let folder = self.folder();
        let mut folders = vec![
            cargo.clone(),
            folder.join("tmp"),
            folder.join("results"),
            folder.join("programs"),
            self.workshop.shared_folder().join("tmp"),
        ];
        if self.workshop.write_baselines {
            folders.extend(KEPT.map(|name| self.workshop.project.join(name)));
        }
        for folder in &folders {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let config = format!(
            "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"{VENDOR}\"\n"
        );
        fs::write(cargo.join("config.toml"), config)
            .with_context(|| format!("cannot write in {}", cargo.display()))
    }

    /// Where this machine sees what is built here.
    pub(crate) fn folder(&self) -> PathBuf {
        self.workshop.work.join(&self.name)
    }

    /// Where programs see it.
    pub(crate) fn inside(&self) -> PathBuf {
        Path::new(WORK).join(&self.name)
    }

    /// Where this machine sees a file that programs see in the folder that all places share.
    pub(crate) fn outside(&self, file: &Path) -> PathBuf {
        file.strip_prefix(WORK)
            .map_or_else(|_| file.to_owned(), |file| self.workshop.work.join(file))
    }

    /// Where the results of this place are put.
    fn results(&self) -> PathBuf {
        self.workshop.results.join(&self.name)
    }

    /// Puts a file of this place among the results under a name; one that is not there is not there either.
    pub(crate) fn publish(&self, file: &Path, name: &str) -> anyhow::Result<()> {
        let (from, to) = (self.folder().join(file), self.results().join(name));
        let copy = || -> io::Result<()> {
            if !from.exists() {
                return match fs::remove_file(&to) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                };
            }
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            fs::copy(&from, &to).map(drop)
        };
        copy().with_context(|| format!("cannot write {}", to.display()))
    }

    /// Where the conformance suite leaves the baseline of a library that has none.
    fn new_baselines(&self) -> PathBuf {
        self.folder().join("target/conformance/baselines")
    }

    pub(crate) fn forget_new_baselines(&self) -> anyhow::Result<()> {
        for folder in [self.new_baselines(), self.results().join(NEW)] {
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        Ok(())
    }

    /// Puts the baseline of a new key among the results: whoever wants it copies it into the project.
    pub(crate) fn publish_new_baselines(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(self.new_baselines()).into_iter().flatten() {
            let entry = entry?;
            let name = format!("{NEW}/{}", entry.file_name().to_string_lossy());
            self.publish(&entry.path(), &name)?;
        }
        Ok(())
    }

    /// The release of GnuTLS, without what a distribution has added to its number.
    pub(crate) fn release(&self) -> anyhow::Result<Release> {
        self.gnutls.parse()
    }

    /// The command that runs a program here.
    fn command(&self, compiler: Compiler, folder: &Path, program: &[impl AsRef<OsStr>]) -> Command {
        let workshop = self.workshop;
        let mut mounts = vec![
            Mount::read_only(&workshop.project, "project"),
            Mount::read_only(&workshop.vendor, "vendor"),
            Mount::read_only(&workshop.work, "work"),
            Mount::writable(self.folder(), &format!("work/{}", self.name)),
        ];
        let target = match compiler {
            Compiler::Own => {
                // Tests know from their build where they may write: they find a folder of this place there.
                let scratch = format!("work/{SHARED}/tmp");
                mounts.push(Mount::writable(self.folder().join("tmp"), &scratch));
                self.inside().join("target")
            }
            Compiler::Shared => {
                mounts.push(Mount::writable(
                    workshop.shared_folder(),
                    &format!("work/{SHARED}"),
                ));
                Path::new(WORK).join(SHARED)
            }
        };
        if workshop.write_baselines {
            mounts.extend(KEPT.map(|name| {
                Mount::writable(workshop.project.join(name), &format!("project/{name}"))
            }));
        }
        let mut path = String::from("/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        if compiler == Compiler::Shared || !self.own_rust {
            mounts.push(Mount::read_only(&workshop.toolchain, "toolchain"));
            path.insert_str(0, &format!("{TOOLCHAIN}/bin:"));
        }
        let inside = self.inside();
        let mut environment: Vec<(OsString, OsString)> = vec![
            ("PATH".into(), path.into()),
            ("HOME".into(), "/tmp".into()),
            ("LC_ALL".into(), "C.UTF-8".into()),
            ("RUST_BACKTRACE".into(), "1".into()),
            ("CARGO_HOME".into(), inside.join("cargo").into()),
            ("CARGO_TARGET_DIR".into(), target.into()),
            (
                "CARGO_BUILD_JOBS".into(),
                workshop.compilers.to_string().into(),
            ),
            ("CARGO_NET_OFFLINE".into(), "true".into()),
            ("CARGO_INCREMENTAL".into(), "0".into()),
            // What runs here is looked at elsewhere.
            ("CARGO_PROFILE_DEV_DEBUG".into(), "none".into()),
            ("CARGO_TERM_COLOR".into(), "never".into()),
        ];
        let mut root = Path::new("/");
        match &self.kind {
            Kind::Root(made) => root = &made.folder,
            Kind::Prefix(libraries) => environment.extend([
                ("PKG_CONFIG_PATH".into(), libraries.join("pkgconfig").into()),
                ("LD_LIBRARY_PATH".into(), libraries.into()),
            ]),
        }
        enter(root, &mounts, folder, environment, program)
    }

    /// Runs a program here, in a folder, until its deadline; what it prints goes to the log of this step.
    pub(crate) fn run(
        &self,
        step: &str,
        compiler: Compiler,
        deadline: Duration,
        folder: &str,
        program: &[impl AsRef<OsStr>],
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<Ended> {
        let log = self
            .workshop
            .work
            .join("logs")
            .join(format!("{}-{step}.log", self.name));
        process::run(
            self.command(compiler, Path::new(folder), program),
            &log,
            deadline,
            watch,
        )
    }
}

/// The folder among the results for the baselines of new keys.
const NEW: &str = "new-baselines";

/// What `--write-baselines` writes, in the project.
pub(crate) const KEPT: [&str; 2] = ["tests/baselines", "tests/not-supported"];

/// The folder of a prefix that has the libraries: `lib`, `lib64`, or one for the machine in `lib`.
fn libraries(prefix: &Path) -> anyhow::Result<PathBuf> {
    let of_machines = fs::read_dir(prefix.join("lib"))
        .into_iter()
        .flatten()
        .flatten();
    let folders = ["lib", "lib64"]
        .map(|name| prefix.join(name))
        .into_iter()
        .chain(of_machines.map(|entry| entry.path()));
    let found = folders
        .into_iter()
        .find(|folder| folder.join("pkgconfig/gnutls.pc").is_file());
    found.with_context(|| {
        format!(
            "{} is not a GnuTLS: it has no pkgconfig/gnutls.pc in lib or lib64",
            prefix.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop(folder: &Path) -> Workshop {
        let folder = folder.to_owned();
        let work = folder.join("work");
        Workshop {
            project: folder.clone(),
            work,
            vendor: folder.clone(),
            toolchain: folder,
            compilers: 1,
            patience: 1,
            seed: 1,
            results: PathBuf::new(),
            write_baselines: false,
            shared: Mutex::new(None),
        }
    }

    #[test]
    fn a_prefix_is_found_by_its_pkg_config_file() {
        let folder = tempfile::tempdir().unwrap();
        for libraries in ["lib", "lib64", "lib/x86_64-linux-gnu"] {
            let prefix = folder.path().join(libraries.replace('/', "-"));
            let file = prefix.join(libraries).join("pkgconfig/gnutls.pc");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "Name: GnuTLS\nVersion: 3.6.16\n").unwrap();
            let workshop = workshop(folder.path());
            let place = Place::prefix(&workshop, &prefix, None, true).unwrap();
            assert_eq!(
                (
                    place.gnutls.as_str(),
                    place.release().unwrap().to_string().as_str()
                ),
                ("3.6.16", "3.6.16")
            );
            assert!(place.folder().join("cargo/config.toml").is_file());
            let command = format!(
                "{:?}",
                place.command(Compiler::Own, Path::new("/"), &["true"])
            );
            assert!(
                command.contains(&format!(
                    "LD_LIBRARY_PATH={}",
                    prefix.canonicalize().unwrap().join(libraries).display()
                )),
                "{command}"
            );
        }
        let nothing = folder.path().join("work");
        let error = Place::prefix(&workshop(folder.path()), &nothing, None, true)
            .err()
            .unwrap();
        assert!(error.to_string().contains("is not a GnuTLS"), "{error}");
    }

    #[test]
    fn only_one_target_folder_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib/pkgconfig/gnutls.pc");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "Version: 3.8.9\n").unwrap();
        let workshop = workshop(folder.path());
        let place = Place::prefix(&workshop, folder.path(), None, true).unwrap();
        let command =
            |compiler| format!("{:?}", place.command(compiler, Path::new("/"), &["true"]));
        let (own, shared) = (command(Compiler::Own), command(Compiler::Shared));
        assert!(own.contains("\"work/shared/tmp\"") && !own.contains("\"work/shared\""));
        assert!(own.contains(&format!("/{}/target", place.name)), "{own}");
        assert!(shared.contains("\"work/shared\"") && shared.contains("/mnt/work/shared\""));
    }
}
