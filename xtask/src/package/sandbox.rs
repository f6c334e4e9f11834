//! Programs in a root file system, without a network and with one directory for their results.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fs_err as fs;

use super::digest;
use crate::matrix::cache::Cache;
use crate::matrix::entry::Entry;
use crate::matrix::make::Maker;
use crate::matrix::root::{FIRST, Root, contained, contained_writable};
use crate::process::{self, Ended};
use crate::project;

/// The directory for results, inside.
pub(super) const BUILD: &str = "/mnt/build";

/// The directory of the project, inside.
pub(super) const PROJECT: &str = "/mnt/project";

/// The time that a program may take. A build with all tests takes a few minutes.
const DEADLINE: Duration = Duration::from_secs(45 * 60);

/// The root file systems of a run.
pub(super) struct Sandboxes<'a> {
    pub(super) cache: &'a Cache,
    pub(super) maker: Maker,
    pub(super) offline: bool,
    /// The directory for builds, with a subdirectory for each release.
    pub(super) work: PathBuf,
}

impl Sandboxes<'_> {
    /// Returns the root file system of an entry, and makes it if necessary.
    pub(super) fn root(&self, entry: &Entry, watch: &dyn Fn(&str)) -> anyhow::Result<Root> {
        let make = |entry: &Entry, folder: &Path| self.maker.make(entry, folder, watch);
        self.cache
            .root(entry, &digest(entry), self.offline, watch, &make)
    }

    /// Returns an empty directory for a build.
    pub(super) fn folder(&self, release: &Entry, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.work.join(&release.name).join(name);
        project::remove(&folder)?;
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// A root file system in which programs run.
pub(super) struct Sandbox<'a> {
    pub(super) root: &'a Root,
    /// The directory of this machine that is [`BUILD`] inside.
    pub(super) build: &'a Path,
    /// Permits changes of the root file system, which are discarded at the end of the program.
    pub(super) writable: bool,
}

/// Runs the arguments after the first two with an overlay on the first, in the directory that is the second.
const OVERLAY: &str = "lower=$1 scratch=$2; shift 2; mount -t tmpfs tmpfs \"$scratch\"; \
    mkdir \"$scratch/upper\" \"$scratch/work\" \"$scratch/root\"; \
    mount -t overlay -o \"lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work\" overlay \"$scratch/root\"; \
    exec \"$@\"";

impl Sandbox<'_> {
    /// Runs a shell script in [`BUILD`] with these variables, and fails if it fails. The log has the given name.
    pub(super) fn run(
        &self,
        log: &str,
        variables: &[(&str, &str)],
        script: &str,
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<Ended> {
        let log = self.build.join(format!("{log}.log"));
        process::run(self.command(variables, script)?, &log, DEADLINE, watch)?.ok()
    }

    fn command(&self, variables: &[(&str, &str)], script: &str) -> anyhow::Result<Command> {
        let is_root = rustix::process::geteuid().is_root();
        let scratch = self.build.join("overlay");
        let mut command = match self.writable {
            false => contained(&self.root.folder, is_root),
            // The user is root in the namespace of `unshare`.
            true => contained_writable(&scratch.join("root"), true),
        };
        command.args(["--unshare-net", "--tmpfs", "/mnt"]);
        command.arg("--ro-bind").arg(project::root()).arg(PROJECT);
        command.arg("--bind").arg(self.build).arg(BUILD);
        command.args(["--chdir", BUILD, "--clearenv"]);
        let usual = [
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/nonexistent"),
            ("LC_ALL", "C.UTF-8"),
            // A test whose program is missing fails.
            ("CI", "true"),
        ];
        for (name, value) in usual.iter().chain(variables) {
            command.args(["--setenv", name, value]);
        }
        command.args(FIRST).args(["sh", "-euc", script]);
        if !self.writable {
            return Ok(command);
        }
        fs::create_dir_all(&scratch)?;
        let mut outer = Command::new("unshare");
        outer.arg("--mount");
        if !is_root {
            outer.args(["--user", "--map-root-user"]);
        }
        outer.args(["--", "sh", "-euc", OVERLAY, "sh"]);
        outer.arg(&self.root.folder).arg(&scratch);
        outer.arg(command.get_program()).args(command.get_args());
        Ok(outer)
    }
}
