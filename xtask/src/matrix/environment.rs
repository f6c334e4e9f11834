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
use gnutls_releases::Version;

use super::entry::Entry;
use super::root::{Mount, Root, enter};
use crate::process::{self, Ended};

/// Where programs see the project.
pub(crate) const PROJECT: &str = "/mnt/project";
/// Where programs see the folder that all places share for reading, and whose part of each is its own for writing.
pub(crate) const WORK: &str = "/mnt/work";
const TOOLCHAIN: &str = "/mnt/toolchain";
const VENDOR: &str = "/mnt/vendor";

/// Places in which the same programs run. What was built on one machine does not run on an older one, whatever its GnuTLS:
/// a prefix, which is on this machine, cannot build for the root file system of an older release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Root file systems, and prefixes whose GnuTLS is not older than the oldest of them.
    Roots,
    /// Prefixes with an older one.
    Prefixes,
}

impl Group {
    /// Where what this machine's toolchain builds is put, under the folder that all places share.
    fn folder(self) -> &'static str {
        match self {
            Group::Roots => "shared",
            Group::Prefixes => "shared-prefixes",
        }
    }
}

/// A place among those of its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(crate) group: Group,
    /// Whether what all places of the group run is built here.
    pub(crate) first: bool,
    /// The release of the version before it, if there is one.
    pub(crate) older: Option<Version>,
}

/// What is the same in all places of a run.
pub(crate) struct BuildContext {
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
    /// For each group, the place for which its shared target folder was used last.
    pub(crate) shared: [Mutex<Option<String>>; 2],
}

/// Whose compiler builds, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The release's own where it has one, in a target folder of this place alone.
    Own,
    /// This machine's, in the target folder that its group shares: what no version has an influence on is built once.
    Shared,
}

pub(crate) struct Environment<'a> {
    pub(crate) context: &'a BuildContext,
    pub(crate) name: String,
    /// The version of GnuTLS, with the distribution's additions.
    pub(crate) gnutls: String,
    /// What has to be known about how it was made.
    pub(crate) notes: Vec<String>,
    pub(crate) group: Group,
    /// The release of the version before it in the run, if there is one.
    pub(crate) older: Option<Version>,
    /// Whether what all places of its group run is built here.
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

/// A GnuTLS that is installed under a folder of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    /// As a name of a folder.
    pub(crate) name: String,
    /// As whoever named it wrote it.
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
        // Programs see other things under /mnt.
        ensure!(
            !folder.starts_with("/mnt"),
            "a prefix cannot be under /mnt, as {} is",
            folder.display()
        );
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = folder.to_string_lossy().chars().map(plain).collect();
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
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
    /// Where this machine sees the target folder that a group shares.
    pub(crate) fn shared_folder(&self, group: Group) -> PathBuf {
        self.work.join(group.folder())
    }

    /// Removes what an earlier run has left as the result of a place.
    pub(crate) fn forget(&self, environment: &str, result: &str) -> anyhow::Result<()> {
        let file = self.results.join(environment).join(result);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            _ => Ok(()),
        }
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
                "ci/matrix.toml says GnuTLS {}, and the mirror has moved on to {gnutls}",
                entry.gnutls
            ));
        }
        let own_rust = entry.has_rust();
        let environment = Environment {
            context,
            name: entry.name.clone(),
            gnutls,
            notes,
            group: rank.group,
            older: rank.older,
            first: rank.first,
            own_rust,
            done: Done::default(),
            kind: Kind::Root(root),
        };
        environment.prepare()?;
        Ok(environment)
    }

    /// A GnuTLS that is installed under a folder of this machine.
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
            group: rank.group,
            older: rank.older,
            first: rank.first,
            own_rust: false,
            done: Done::default(),
            kind: Kind::Prefix(prefix.libraries.clone()),
        };
        environment.prepare()?;
        Ok(environment)
    }

    fn prepare(&self) -> anyhow::Result<()> {
        let cargo = self.folder().join("cargo");
        let folder = self.folder();
        // Cargo does not see that it is another library, or another root file system.
        built_for(&folder, &self.gnutls, &["target", "boundaries"], |last| {
            last == self.gnutls
        })?;
        if self.first {
            let shared = self.context.shared_folder(self.group);
            let release = self.release()?;
            // Another root file system may have built in it last, and only what an older one has built runs in all.
            built_for(&shared, &release.to_string(), &["debug"], |last| {
                last.parse::<Version>().is_ok_and(|last| last <= release)
            })?;
        }
        let mut folders = vec![
            cargo.clone(),
            folder.join("tmp"),
            folder.join("results"),
            folder.join("programs"),
            self.context.shared_folder(self.group).join("tmp"),
        ];
        if self.context.write_baselines {
            folders.extend(KEPT.map(|name| self.context.project.join(name)));
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

    /// The place for which the shared target folder of its group was used last.
    pub(crate) fn shared(&self) -> &Mutex<Option<String>> {
        &self.context.shared[self.group as usize]
    }

    /// Where this machine sees what is built here.
    pub(crate) fn folder(&self) -> PathBuf {
        self.context.work.join(&self.name)
    }

    /// Where programs see it.
    pub(crate) fn inside(&self) -> PathBuf {
        Path::new(WORK).join(&self.name)
    }

    /// Where this machine sees a file that programs see in the folder that all places share.
    pub(crate) fn outside(&self, file: &Path) -> PathBuf {
        file.strip_prefix(WORK)
            .map_or_else(|_| file.to_owned(), |file| self.context.work.join(file))
    }

    /// Where the results of this place are put.
    fn results(&self) -> PathBuf {
        self.context.results.join(&self.name)
    }

    /// Puts a file of this place among the results under a name; one that is not there is not there either.
    pub(crate) fn publish(&self, file: &Path, name: &str) -> anyhow::Result<()> {
        let (from, to) = (self.folder().join(file), self.results().join(name));
        if !from.exists() {
            return self.context.forget(&self.name, name);
        }
        let copy = || -> io::Result<()> {
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
    pub(crate) fn release(&self) -> anyhow::Result<Version> {
        Ok(self.gnutls.parse()?)
    }

    /// The command that runs a program here.
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
                // Tests know from their build where they may write: they find a folder of this place there.
                let scratch = format!("work/{}/tmp", self.group.folder());
                mounts.push(Mount::writable(self.folder().join("tmp"), &scratch));
                self.inside().join("target")
            }
            Compiler::Shared => {
                mounts.push(Mount::writable(
                    context.shared_folder(self.group),
                    &format!("work/{}", self.group.folder()),
                ));
                Path::new(WORK).join(self.group.folder())
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
            // What runs here is looked at elsewhere.
            ("CARGO_PROFILE_DEV_DEBUG".into(), "none".into()),
            ("CARGO_TERM_COLOR".into(), "never".into()),
        ];
        let mut root = Path::new("/");
        match &self.kind {
            Kind::Root(made) => {
                root = &made.folder;
                // What tests need is in there, so none of them may be left out without it.
                variables.push(("CI".into(), "true".into()));
            }
            Kind::Prefix(libraries) => variables.extend([
                ("PKG_CONFIG_PATH".into(), libraries.join("pkgconfig").into()),
                ("LD_LIBRARY_PATH".into(), libraries.into()),
            ]),
        }
        enter(root, &mounts, folder, variables, program)
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

/// Keeps in a folder for what it was built last; parts of it that were built for what does not fit are removed.
fn built_for(
    folder: &Path,
    now: &str,
    parts: &[&str],
    fits: impl FnOnce(&str) -> bool,
) -> anyhow::Result<()> {
    let mark = folder.join("built-for");
    if !fs::read_to_string(&mark).is_ok_and(|last| fits(&last)) {
        for part in parts.iter().map(|part| folder.join(part)) {
            match fs::remove_dir_all(&part) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", part.display()));
                }
                _ => {}
            }
        }
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(&mark, now).with_context(|| format!("cannot write {}", mark.display()))
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
            results: PathBuf::new(),
            write_baselines: false,
            shared: [Mutex::new(None), Mutex::new(None)],
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
                    "LD_LIBRARY_PATH={}",
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
        assert!(own.contains("\"work/shared/tmp\"") && !own.contains("\"work/shared\""));
        assert!(
            own.contains(&format!("/{}/target", environment.name)),
            "{own}"
        );
        assert!(shared.contains("\"work/shared\"") && shared.contains("/mnt/work/shared\""));
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
        // For each version after another: whether its own target folder, and the shared one, are still there.
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
        // One that is not the first leaves the shared folder alone.
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
