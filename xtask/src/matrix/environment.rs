//! An environment for builds and programs: a root file system, or an installed prefix on this machine. Each has the
//! same directories under `/mnt`, so that a program that was built in one runs in the others.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use fs_err as fs;
use gnutls_releases::Version;

use super::architecture::Architecture;
use super::entry::Entry;
use super::root::{Mount, Root, enter};
use crate::process::{self, Ended};
use crate::project;

/// The path of the project inside.
pub(crate) const PROJECT: &str = "/mnt/project";
/// The path of the directory that all environments read inside; each writes only in its own part.
pub(crate) const WORK: &str = "/mnt/work";
const TOOLCHAIN: &str = "/mnt/toolchain";
const VENDOR: &str = "/mnt/vendor";

/// The environments in which the same programs run. A program does not run on an older system than the one it was built
/// on, so a prefix, which is on this machine, cannot build for the root file system of an older release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Root file systems, and prefixes whose GnuTLS is not older than the oldest of them.
    Roots,
    /// Prefixes with an older one.
    Prefixes,
    /// Root file systems for other architectures. Only programs of this machine's architecture run in all of them.
    Architectures,
}

impl Group {
    /// Returns the target directory of this machine's toolchain, in the directory that all environments read.
    fn folder(self) -> &'static str {
        match self {
            Group::Roots => "shared",
            Group::Prefixes => "shared-prefixes",
            Group::Architectures => "shared-architectures",
        }
    }
}

/// The role of an environment in its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(crate) group: Group,
    /// The programs of the whole group are built here.
    pub(crate) first: bool,
    /// The release of the version before it, if there is one.
    pub(crate) older: Option<Version>,
}

/// The settings that all environments of a run share.
pub(crate) struct BuildContext {
    /// The directory of the project.
    pub(crate) project: PathBuf,
    /// The directory for builds, with a subdirectory for each environment.
    pub(crate) work: PathBuf,
    /// The sources of all crates that a build requires.
    pub(crate) vendor: PathBuf,
    /// The Rust toolchain of this machine.
    pub(crate) toolchain: PathBuf,
    /// The number of compilers that run at a time in each environment.
    pub(crate) compilers: usize,
    /// The factor for the usual deadlines.
    pub(crate) patience: u32,
    /// The seed of generated scenarios.
    pub(crate) seed: u64,
    /// The options of the conformance suite that select a part of the usual scenarios.
    pub(crate) sample: Vec<OsString>,
    /// The directory for results, with a subdirectory for each environment.
    pub(crate) results: PathBuf,
    /// Each run of the conformance suite becomes the baseline of its library.
    pub(crate) write_baselines: bool,
    /// The environment for which the shared target directory of each group was used last.
    pub(crate) shared: [Mutex<Option<String>>; 3],
}

/// The compiler of a build, and its target directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The compiler of the release if it has one, in a target directory of this environment.
    Own,
    /// The compiler of this machine, in the target directory of the group: crates that do not depend on GnuTLS are
    /// built once.
    Shared,
    /// The compiler of the release for the architecture of this environment, in a target directory that the
    /// architectures of the release share: crates for the compiler are built once.
    Cross,
}

pub(crate) struct Environment<'a> {
    pub(crate) context: &'a BuildContext,
    pub(crate) name: String,
    /// The version of GnuTLS, including the additions of the distribution.
    pub(crate) gnutls: String,
    /// Remarks on how it was made.
    pub(crate) notes: Vec<String>,
    pub(crate) rank: Rank,
    pub(crate) own_rust: bool,
    /// The architecture to build for, unless it is that of the root file system.
    pub(crate) architecture: Option<&'static Architecture>,
    pub(crate) done: Done,
    kind: Kind,
    /// The name of the directory with the target directory of its own compiler.
    build: String,
}

/// The work that need not be repeated in an environment.
#[derive(Default)]
pub(crate) struct Done {
    /// The Rust driver of this version has been built.
    pub(crate) driver: Cell<bool>,
    /// The tests of the whole group have run.
    pub(crate) tests: Cell<bool>,
    /// The drivers of the whole group have been compared.
    pub(crate) drivers: Cell<bool>,
}

enum Kind {
    Root(Root),
    /// The directory of its libraries.
    Prefix(PathBuf),
}

/// A GnuTLS that is installed in a directory of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    /// The name of its subdirectories.
    pub(crate) name: String,
    /// The path as given on the command line.
    pub(crate) title: String,
    gnutls: String,
    pub(crate) release: Version,
    libraries: PathBuf,
}

impl Prefix {
    pub(crate) fn read(given: &Path) -> anyhow::Result<Self> {
        let folder = given
            .canonicalize()
            .with_context(|| format!("there is no {}", given.display()))?;
        let libraries = libraries(&folder)?;
        let file = libraries.join("pkgconfig/gnutls.pc");
        // Inside, /mnt has other contents.
        ensure!(
            !folder.starts_with("/mnt"),
            "a prefix cannot be under /mnt, as {} is",
            folder.display()
        );
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = folder.to_string_lossy().chars().map(plain).collect();
        let text = fs::read_to_string(&file)?;
        let version = text.lines().find_map(|line| line.strip_prefix("Version:"));
        let gnutls = version
            .with_context(|| format!("{} names no version", file.display()))?
            .trim()
            .to_owned();
        let release = gnutls
            .parse()
            .with_context(|| format!("{} is wrong", file.display()))?;
        Ok(Prefix {
            name: format!("prefix{name}"),
            title: given.display().to_string(),
            gnutls,
            release,
            libraries,
        })
    }
}

impl BuildContext {
    /// Returns the path of the target directory that a group shares, on this machine.
    pub(crate) fn shared_folder(&self, group: Group) -> PathBuf {
        self.work.join(group.folder())
    }

    /// Removes a result of an earlier run.
    pub(crate) fn forget(&self, environment: &str, result: &str) -> anyhow::Result<()> {
        let file = self.results.join(environment).join(result);
        Ok(project::remove(&file)?)
    }
}

impl<'a> Environment<'a> {
    pub(crate) fn root(
        context: &'a BuildContext,
        entry: &Entry,
        root: Root,
        rank: Rank,
    ) -> anyhow::Result<Self> {
        let gnutls = root.metadata.gnutls.clone();
        let mut notes = root.metadata.notes.clone();
        if gnutls.parse::<Version>()? != entry.gnutls.parse()? {
            notes.push(format!(
                "ci/matrix.toml expects GnuTLS {}; the mirror has {gnutls}",
                entry.gnutls
            ));
        }
        let environment = Environment {
            context,
            name: entry.name.clone(),
            gnutls,
            notes,
            rank,
            own_rust: entry.has_rust(),
            architecture: entry.architecture,
            done: Done::default(),
            kind: Kind::Root(root),
            build: entry.root.clone(),
        };
        environment.prepare()?;
        Ok(environment)
    }

    /// A GnuTLS that is installed in a directory of this machine.
    pub(crate) fn prefix(
        context: &'a BuildContext,
        prefix: &Prefix,
        rank: Rank,
    ) -> anyhow::Result<Self> {
        let environment = Environment {
            context,
            name: prefix.name.clone(),
            gnutls: prefix.gnutls.clone(),
            notes: Vec::new(),
            rank,
            own_rust: false,
            architecture: None,
            done: Done::default(),
            kind: Kind::Prefix(prefix.libraries.clone()),
            build: prefix.name.clone(),
        };
        environment.prepare()?;
        Ok(environment)
    }

    fn prepare(&self) -> anyhow::Result<()> {
        let cargo = self.folder().join("cargo");
        let folder = self.folder();
        // Cargo does not notice another library or another root file system.
        let parts = ["target", "boundaries", "cross"];
        built_for(&folder, &self.gnutls, &parts, |last| last == self.gnutls)?;
        if self.build != self.name {
            // The architectures of a release are prepared at the same time.
            static PREPARE: Mutex<()> = Mutex::new(());
            let _guard = PREPARE.lock().unwrap_or_else(PoisonError::into_inner);
            let shared = self.context.work.join(&self.build);
            built_for(&shared, &self.gnutls, &["target"], |last| {
                last == self.gnutls
            })?;
        }
        if self.rank.first {
            let shared = self.context.shared_folder(self.rank.group);
            let release = self.release()?;
            // Only programs that an older root file system has built run in all.
            built_for(&shared, &release.to_string(), &["debug"], |last| {
                last.parse::<Version>().is_ok_and(|last| last <= release)
            })?;
        }
        let mut folders = vec![
            cargo.clone(),
            folder.join("tmp"),
            folder.join("results"),
            folder.join("programs"),
            self.context.shared_folder(self.rank.group).join("tmp"),
        ];
        if self.context.write_baselines {
            folders.extend(KEPT.map(|name| self.context.project.join(name)));
        }
        for folder in &folders {
            fs::create_dir_all(folder)?;
        }
        let config = format!(
            "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"{VENDOR}\"\n"
        );
        Ok(fs::write(cargo.join("config.toml"), config)?)
    }

    /// Returns the environment for which the shared target directory of its group was used last.
    pub(crate) fn shared(&self) -> &Mutex<Option<String>> {
        &self.context.shared[self.rank.group as usize]
    }

    /// Returns the directory of this environment, as a path on this machine.
    pub(crate) fn folder(&self) -> PathBuf {
        self.context.work.join(&self.name)
    }

    /// Returns the target directory of [`Compiler::Cross`], as a path inside.
    pub(crate) fn cross_target(&self) -> PathBuf {
        Path::new(WORK).join(&self.build).join("target")
    }

    /// Returns the directory of this environment, as a path inside.
    pub(crate) fn inside(&self) -> PathBuf {
        Path::new(WORK).join(&self.name)
    }

    /// Returns the path on this machine of a file in the directory that all environments read.
    pub(crate) fn outside(&self, file: &Path) -> PathBuf {
        file.strip_prefix(WORK)
            .map_or_else(|_| file.to_owned(), |file| self.context.work.join(file))
    }

    /// Returns the directory for the results of this environment.
    fn results(&self) -> PathBuf {
        self.context.results.join(&self.name)
    }

    /// Copies a file to the results under this name, or removes the result if the file does not exist.
    pub(crate) fn publish(&self, file: &Path, name: &str) -> anyhow::Result<()> {
        let (from, to) = (self.folder().join(file), self.results().join(name));
        if !from.exists() {
            return self.context.forget(&self.name, name);
        }
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::copy(&from, &to)?;
        Ok(())
    }

    /// Returns the directory in which the conformance suite writes the baseline of a library without one.
    fn new_baselines(&self) -> PathBuf {
        self.folder().join("target/conformance/baselines")
    }

    pub(crate) fn forget_new_baselines(&self) -> anyhow::Result<()> {
        project::remove(&self.new_baselines())?;
        Ok(project::remove(&self.results().join(NEW))?)
    }

    /// Copies the baselines of new keys to the results, from which they can be added to the project.
    pub(crate) fn publish_new_baselines(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(self.new_baselines()).into_iter().flatten() {
            let entry = entry?;
            let name = format!("{NEW}/{}", entry.file_name().to_string_lossy());
            self.publish(&entry.path(), &name)?;
        }
        Ok(())
    }

    /// Returns the release of GnuTLS, without the additions of the distribution.
    pub(crate) fn release(&self) -> anyhow::Result<Version> {
        Ok(self.gnutls.parse()?)
    }

    /// Returns the command that runs a program here.
    fn command(&self, compiler: Compiler, folder: &Path, program: &[impl AsRef<OsStr>]) -> Command {
        let context = self.context;
        let mut mounts = vec![
            Mount::read_only(&context.project, "project"),
            Mount::read_only(&context.vendor, "vendor"),
            Mount::read_only(&context.work, "work"),
            Mount::writable(self.folder(), &format!("work/{}", self.name)),
        ];
        let target = match compiler {
            Compiler::Own => {
                // Tests write to the target directory of their build, which is a directory of this environment here.
                let scratch = format!("work/{}/tmp", self.rank.group.folder());
                mounts.push(Mount::writable(self.folder().join("tmp"), &scratch));
                self.inside().join("target")
            }
            Compiler::Shared => {
                mounts.push(Mount::writable(
                    context.shared_folder(self.rank.group),
                    &format!("work/{}", self.rank.group.folder()),
                ));
                Path::new(WORK).join(self.rank.group.folder())
            }
            Compiler::Cross => {
                mounts.push(Mount::writable(
                    context.work.join(&self.build),
                    &format!("work/{}", self.build),
                ));
                self.cross_target()
            }
        };
        if context.write_baselines {
            mounts.extend(KEPT.map(|name| {
                Mount::writable(context.project.join(name), &format!("project/{name}"))
            }));
        }
        let mut path = String::from("/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        if compiler == Compiler::Shared || !self.own_rust {
            mounts.push(Mount::read_only(&context.toolchain, "toolchain"));
            path.insert_str(0, &format!("{TOOLCHAIN}/bin:"));
        }
        let inside = self.inside();
        let mut variables: Vec<(OsString, OsString)> = vec![
            ("PATH".into(), path.into()),
            ("HOME".into(), "/tmp".into()),
            ("LC_ALL".into(), "C.UTF-8".into()),
            ("RUST_BACKTRACE".into(), "1".into()),
            ("CARGO_HOME".into(), inside.join("cargo").into()),
            ("CARGO_TARGET_DIR".into(), target.into()),
            (
                "CARGO_BUILD_JOBS".into(),
                context.compilers.to_string().into(),
            ),
            ("CARGO_NET_OFFLINE".into(), "true".into()),
            ("CARGO_INCREMENTAL".into(), "0".into()),
            // No debugger is used here.
            ("CARGO_PROFILE_DEV_DEBUG".into(), "none".into()),
            ("CARGO_TERM_COLOR".into(), "never".into()),
        ];
        let mut root = Path::new("/");
        match &self.kind {
            Kind::Root(made) => {
                root = &made.folder;
                match (self.architecture, compiler) {
                    // The requirements of all tests are installed, so no test may be skipped.
                    (None, _) => variables.push(("CI".into(), "true".into())),
                    (Some(architecture), Compiler::Own) => variables.extend(architecture.tools()),
                    (Some(architecture), Compiler::Cross) => variables.extend(architecture.cargo()),
                    (Some(_), Compiler::Shared) => {}
                }
            }
            Kind::Prefix(libraries) => variables.extend([
                ("PKG_CONFIG_PATH".into(), libraries.join("pkgconfig").into()),
                ("LD_LIBRARY_PATH".into(), libraries.into()),
            ]),
        }
        enter(root, &mounts, folder, variables, program)
    }

    /// Runs a program here, in a directory, until its deadline, with its output in the log of this step.
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
            .context
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

/// Records the version that a directory is built for. Removes its parts if the previous version does not fit.
fn built_for(
    folder: &Path,
    now: &str,
    parts: &[&str],
    fits: impl FnOnce(&str) -> bool,
) -> anyhow::Result<()> {
    let mark = folder.join("built-for");
    if !fs::read_to_string(&mark).is_ok_and(|last| fits(&last)) {
        for part in parts {
            project::remove(&folder.join(part))?;
        }
    }
    fs::create_dir_all(folder)?;
    Ok(fs::write(&mark, now)?)
}

/// The directory in the results for the baselines of new keys.
const NEW: &str = "new-baselines";

/// The directories of the project that `--write-baselines` writes.
pub(crate) const KEPT: [&str; 2] = ["tests/baselines", "tests/not-supported"];

/// Returns the directory of the libraries of a prefix: `lib`, `lib64`, or one for the architecture in `lib`.
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

    const FIRST: Rank = Rank {
        group: Group::Roots,
        first: true,
        older: None,
    };

    fn context(folder: &Path) -> BuildContext {
        let folder = folder.to_owned();
        let work = folder.join("work");
        BuildContext {
            project: folder.clone(),
            work,
            vendor: folder.clone(),
            toolchain: folder,
            compilers: 1,
            patience: 1,
            seed: 1,
            sample: Vec::new(),
            results: PathBuf::new(),
            write_baselines: false,
            shared: Default::default(),
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
            let context = context(folder.path());
            let environment =
                Environment::prefix(&context, &Prefix::read(&prefix).unwrap(), FIRST).unwrap();
            assert_eq!(
                (
                    environment.gnutls.as_str(),
                    environment.release().unwrap().to_string().as_str()
                ),
                ("3.6.16", "3.6.16")
            );
            assert!(environment.folder().join("cargo/config.toml").is_file());
            let command = format!(
                "{:?}",
                environment.command(Compiler::Own, Path::new("/"), &["true"])
            );
            assert!(
                command.contains(&format!(
                    "\"LD_LIBRARY_PATH\" \"{}\"",
                    prefix.canonicalize().unwrap().join(libraries).display()
                )),
                "{command}"
            );
        }
        let nothing = folder.path().join("work");
        let error = Prefix::read(&nothing).unwrap_err();
        assert!(error.to_string().contains("is not a GnuTLS"), "{error}");
    }

    #[test]
    fn only_one_target_folder_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib/pkgconfig/gnutls.pc");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "Version: 3.8.9\n").unwrap();
        let context = context(folder.path());
        let environment =
            Environment::prefix(&context, &Prefix::read(folder.path()).unwrap(), FIRST).unwrap();
        let command = |compiler| {
            format!(
                "{:?}",
                environment.command(compiler, Path::new("/"), &["true"])
            )
        };
        let (own, shared) = (command(Compiler::Own), command(Compiler::Shared));
        assert!(own.contains("\"/mnt/work/shared/tmp\"") && !own.contains("\"/mnt/work/shared\""));
        assert!(
            own.contains(&format!("/{}/target", environment.name)),
            "{own}"
        );
        assert!(shared.contains("/work/shared\" \"/mnt/work/shared\""));
    }

    #[test]
    fn what_was_built_for_another_library_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let prefix = |version: &str| {
            let file = folder.path().join("lib/pkgconfig/gnutls.pc");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, format!("Version: {version}\n")).unwrap();
            Prefix::read(folder.path()).unwrap()
        };
        let context = context(folder.path());
        let shared = context.shared_folder(Group::Roots).join("debug");
        // The versions one after the other, with the existence of its own and the shared target directory.
        let steps = [
            ("3.8.9", false, false),
            ("3.8.9", true, true),
            ("3.8.13", false, true),
            ("3.7.1", false, false),
        ];
        for (version, own_stays, shared_stays) in steps {
            let environment = Environment::prefix(&context, &prefix(version), FIRST).unwrap();
            let own = ["target", "boundaries"].map(|name| environment.folder().join(name));
            let stays = |folder: &Path| folder.join("built").exists();
            for own in &own {
                assert_eq!(stays(own), own_stays, "{version}");
            }
            assert_eq!(stays(&shared), shared_stays, "{version}");
            for folder in [&own[0], &own[1], &shared] {
                fs::create_dir_all(folder).unwrap();
                fs::write(folder.join("built"), "").unwrap();
            }
        }
        // An environment that is not the first does not change the shared directory.
        let second = Rank {
            first: false,
            ..FIRST
        };
        Environment::prefix(&context, &prefix("3.6.16"), second).unwrap();
        assert!(shared.join("built").exists());
    }

    #[test]
    fn the_result_of_an_earlier_run_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut context = context(folder.path());
        context.results = folder.path().join("results");
        let file = context.results.join("debian-12/abi.json");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "{}").unwrap();
        for _ in 0..2 {
            context.forget("debian-12", "abi.json").unwrap();
            assert!(!file.exists());
        }
    }
}
