//! Makes root file systems with mmdebstrap, and explains its failures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use super::architecture::{ARCHITECTURES, NATIVE};
use super::entry::Entry;
use super::root::{FIRST, contained};
use crate::process::{self, Ended};
use crate::project;

/// The options for every root file system. It has no documentation, and is not synced to disk, since an unfinished one
/// is never used.
pub(crate) const RECIPE: &[&str] = &[
    "--variant=minbase",
    "--dpkgopt=force-unsafe-io",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--aptopt=Acquire::Languages \"none\"",
    "--aptopt=Acquire::Retries \"2\"",
    "--aptopt=Acquire::http::Timeout \"30\"",
    "--aptopt=Acquire::https::Timeout \"30\"",
];

/// The bytes that a root file system takes while it is made: a third more than the largest one so far.
const ROOM: u64 = 1_400_000_000;

/// The same for a root file system with the libraries of all architectures.
const CROSS_ROOM: u64 = 5_200_000_000;

/// The time that mmdebstrap may take. One minute is usual.
const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// Makes root file systems.
pub(crate) struct Maker {
    /// The program, which tests substitute.
    pub(crate) mmdebstrap: PathBuf,
    /// The mirror, `None` for the default of mmdebstrap.
    pub(crate) mirror: Option<String>,
    /// The proxies of this machine's APT, as options.
    pub(crate) proxies: Vec<String>,
    pub(crate) is_root: bool,
    /// The directory for logs.
    pub(crate) logs: PathBuf,
}

/// Returns the directories in which files are unpacked, with the bytes that each requires and the advice if there is
/// less.
fn rooms(cache: &Path, room: u64, is_root: bool) -> Vec<(PathBuf, u64, &'static str)> {
    let elsewhere = "give another folder with --cache";
    if is_root {
        return vec![(cache.to_owned(), room, elsewhere)];
    }
    // The root file system is packed from the temporary directory into an archive, and unpacked from there.
    vec![
        (cache.to_owned(), 2 * room, elsewhere),
        (
            std::env::temp_dir(),
            room,
            "name another folder in the variable TMPDIR",
        ),
    ]
}

fn check_room(folder: &Path, room: u64, title: &str, advice: &str) -> anyhow::Result<()> {
    let free = rustix::fs::statvfs(folder).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    let free = free.with_context(|| format!("cannot see how full {} is", folder.display()))?;
    ensure!(
        free >= room,
        "{} has {} MB left and {title} takes up to {} MB: free some, or {advice}",
        folder.display(),
        free / 1_000_000,
        room / 1_000_000
    );
    Ok(())
}

impl Maker {
    /// Returns a maker that uses this mirror, or the one of this machine's APT.
    pub(crate) fn here(mirror: Option<String>, logs: PathBuf) -> Self {
        Maker {
            mmdebstrap: "mmdebstrap".into(),
            mirror: mirror.or_else(mirror_of_apt),
            proxies: proxies_of_apt(),
            is_root: rustix::process::geteuid().is_root(),
            logs,
        }
    }

    /// Makes the root file system of an entry in a new directory. Returns remarks on it.
    pub(crate) fn make(
        &self,
        entry: &Entry,
        root: &Path,
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<Vec<String>> {
        let cache = root.parent().unwrap_or(root);
        let room = match entry.architecture {
            Some(_) => CROSS_ROOM,
            None => ROOM,
        };
        for (folder, room, advice) in rooms(cache, room, self.is_root) {
            check_room(&folder, room, &entry.title, advice)?;
        }
        let mut suite = entry.suite.as_str();
        let mut more = Vec::new();
        let mut notes = Vec::new();
        let mut ended = self.run(entry, suite, root, &more, watch)?;
        if entry.expired && ended.output().contains(EXPIRED) {
            notes.push("the mirror's release file is past its date; its signature holds".into());
            more.push("--aptopt=Acquire::Check-Valid-Until \"false\"");
            project::remove(root)?;
            ended = self.run(entry, suite, root, &more, watch)?;
        }
        if let Some(alias) = entry.alias.as_deref().filter(|_| lacks_files(&ended)) {
            notes.push(format!(
                "the mirror lacks files of {suite}; made from {alias}, which is an older state of the same release"
            ));
            suite = alias;
            project::remove(root)?;
            ended = self.run(entry, suite, root, &more, watch)?;
            if ended.success() {
                check_release(entry, suite, root)?;
            }
        }
        if ended.success() {
            Ok(notes)
        } else {
            bail!(
                "cannot make {}: {}",
                entry.title,
                self.explain(entry, &ended)
            )
        }
    }

    fn run(
        &self,
        entry: &Entry,
        suite: &str,
        root: &Path,
        more: &[&str],
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<Ended> {
        let log = self.logs.join(format!("{}-make.log", entry.root));
        let command = self.command(entry, suite, root, more);
        process::run(command, &log, DEADLINE, watch)
    }

    fn command(&self, entry: &Entry, suite: &str, root: &Path, more: &[&str]) -> Command {
        let include = format!("--include={}", entry.packages().join(","));
        let mut words = vec![self.mmdebstrap.as_os_str().to_owned()];
        words.push(
            if self.is_root {
                "--mode=root"
            } else {
                "--mode=unshare"
            }
            .into(),
        );
        words.extend(RECIPE.iter().chain(more).map(Into::into));
        words.extend(self.proxies.iter().map(Into::into));
        if entry.architecture.is_some() {
            let names = ARCHITECTURES.iter().map(|other| other.name);
            let names: Vec<_> = [NATIVE].into_iter().chain(names).collect();
            words.push(format!("--architectures={}", names.join(",")).into());
        }
        words.extend([include.into(), "--".into(), suite.into()]);
        let mut command;
        if self.is_root {
            command = contained(Path::new("/"), true);
            command.args(FIRST);
            words.push(root.into());
        } else {
            // The files that mmdebstrap makes without root belong to subordinate users. Through an archive they become
            // those of this user, who is root inside.
            let archive = root.with_extension("tar");
            // At the end of this job only the shell is killed. mmdebstrap gets a SIGTERM then, and cleans up.
            let script = "setpriv --pdeathsig TERM -- \"$@\"; mkdir \"$root\"; tar -x -f \"$root.tar\" -C \"$root\" --exclude='./dev/*'; rm \"$root.tar\"";
            command = Command::new("sh");
            command
                .env("root", root)
                .args(["-euc", script, "mmdebstrap"]);
            words.push(archive.into());
        }
        words.extend(self.mirror.iter().map(Into::into));
        command.args(words);
        command
    }

    /// Returns the reason of a failure, and the remedy.
    fn explain(&self, entry: &Entry, ended: &Ended) -> String {
        let output = ended.output();
        let mirror = self.mirror.as_deref().unwrap_or("the default mirror");
        let advice = match ended.status {
            None => {
                format!("it was not done after {} minutes", DEADLINE.as_secs() / 60)
            }
            Some(_) => remedy(&output)
                .unwrap_or("mmdebstrap failed")
                .replace("MIRROR", mirror)
                .replace("SUITE", &entry.suite),
        };
        format!("{advice}{}", ended.excerpt(5))
    }
}

/// Returns whether it failed because the mirror lists files that it does not have.
fn lacks_files(ended: &Ended) -> bool {
    let output = ended.output();
    !ended.success() && LACKS.iter().any(|text| output.contains(text))
}

/// Fails unless a root file system is of the release of an entry: the other name of a suite moves to a later release.
fn check_release(entry: &Entry, alias: &str, root: &Path) -> anyhow::Result<()> {
    let file = root.join("etc/os-release");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("the release in {} cannot be read", file.display()))?;
    let code_name = text
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .unwrap_or("no release");
    ensure!(
        code_name == entry.suite,
        "{alias} on the mirror is {code_name} instead of {}: correct `alias` in ci/matrix.toml",
        entry.suite
    );
    Ok(())
}

/// The messages of APT about files that a mirror lists and does not have.
const LACKS: [&str; 3] = ["404  Not Found", "404 Not Found", "Hash Sum mismatch"];

/// The message of APT about a release file that is too old.
const EXPIRED: &str = "is expired (invalid since";

/// Messages of mmdebstrap and APT, with the remedy.
const REMEDIES: &str = include_str!("remedies.tsv");

/// Returns the remedy of the first message in this output that has one.
fn remedy(output: &str) -> Option<&'static str> {
    let rows = gnutls_releases::rows("remedies.tsv", REMEDIES).unwrap_or_default();
    let mut rows = rows.into_iter();
    let row = rows.find(|[messages, _]| messages.split('|').any(|text| output.contains(text)));
    row.map(|[_, remedy]| remedy)
}

/// Returns the mirror of Debian in the configuration of this machine's APT.
fn mirror_of_apt() -> Option<String> {
    let format = "$(CREATED_BY)|$(LABEL)|$(REPO_URI)";
    let output = Command::new("apt-get")
        .args(["indextargets", "--format", format])
        .output()
        .ok()?;
    mirror_in(&String::from_utf8_lossy(&output.stdout))
}

fn mirror_in(targets: &str) -> Option<String> {
    let debian = targets
        .lines()
        .find_map(|line| line.strip_prefix("Packages|Debian|"))?;
    Some(debian.trim_end_matches('/').to_owned())
}

/// Returns the proxies of this machine's APT as options of mmdebstrap, which does not read its configuration.
fn proxies_of_apt() -> Vec<String> {
    let Ok(output) = Command::new("apt-config")
        .args(["dump", "--no-empty", "Acquire"])
        .output()
    else {
        return Vec::new();
    };
    proxies_in(&String::from_utf8_lossy(&output.stdout))
}

fn proxies_in(dump: &str) -> Vec<String> {
    let proxy = |line: &&str| {
        line.split_once(' ')
            .is_some_and(|(key, _)| key.to_lowercase().contains("::proxy"))
    };
    dump.lines()
        .filter(proxy)
        .map(|line| format!("--aptopt={}", line.trim_end_matches(';')))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::super::entry::tests::entry;
    use super::*;

    struct Fixture {
        folder: tempfile::TempDir,
        maker: Maker,
    }

    /// A maker whose mmdebstrap is this script, with the directory to make in `$root`.
    fn fixture(script: &str) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("mmdebstrap");
        let script = format!(
            "#!/bin/sh\nwhile [ \"$1\" != -- ]; do options=\"${{options-}}$1|\"; shift; done\nsuite=$2 root=$3 mirror=${{4-}}\n{script}\n"
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let maker = Maker {
            mmdebstrap: program,
            mirror: Some("http://mirror.example/debian".into()),
            proxies: Vec::new(),
            // Without bwrap, so that the tests run in a plain chroot, too.
            is_root: false,
            logs: folder.path().join("logs"),
        };
        Fixture { folder, maker }
    }

    impl Fixture {
        fn make(&self, entry: &Entry) -> anyhow::Result<Vec<String>> {
            self.maker
                .make(entry, &self.folder.path().join("root"), &|_| ())
        }

        fn error(&self) -> String {
            format!("{:#}", self.make(&entry()).unwrap_err())
        }
    }

    #[test]
    fn the_command_names_the_suite_the_packages_and_the_mirror() {
        let fixture = fixture("echo \"$options $suite $mirror\"; exit 1");
        let error = fixture.error();
        assert!(error.contains("--variant=minbase|"), "{error}");
        assert!(error.contains("--include=gcc,libclang1-14,libgnutls28-dev,rustc-web| bookworm http://mirror.example/debian"), "{error}");
        assert!(!error.contains("Check-Valid-Until"), "{error}");
    }

    #[test]
    fn each_failure_says_what_to_do() {
        let cases = [
            ("E: write failed: No space left on device", "--cache"),
            (
                "E: Release file for http://x is expired (invalid since 1d)",
                "expired = true",
            ),
            (
                "W: GPG error: http://x NO_PUBKEY 1234",
                "debian-archive-keyring",
            ),
            (
                "E: Failed to fetch http://x  Hash Sum mismatch",
                "out of step",
            ),
            (
                "E: The repository 'http://x' does not have a Release file. (404  Not Found)",
                "does not have bookworm",
            ),
            (
                "E: Unable to locate package libgnutls28-dev",
                "ci/matrix.toml",
            ),
            (
                "E: Failed to fetch http://x Could not resolve 'x'",
                "--offline",
            ),
            ("E: newuidmap 4711 failed", "/etc/subuid"),
        ];
        for (said, advice) in cases {
            let error = fixture(&format!("echo \"{said}\" >&2; exit 25")).error();
            assert!(
                error.contains("cannot make Debian 12")
                    && error.contains(advice)
                    && error.contains(said),
                "{error}"
            );
        }
        assert!(
            fixture("echo surprise; exit 1")
                .error()
                .contains("mmdebstrap failed")
        );
    }

    #[test]
    fn mmdebstrap_is_told_when_the_job_is_gone() {
        let fixture = fixture(
            "trap 'touch \"$root.told\"; kill $!; exit 1' TERM; sleep 60 & touch \"$root.begun\"; wait",
        );
        let root = fixture.folder.path().join("root");
        let mut shell = fixture
            .maker
            .command(&entry(), "bookworm", &root, &[])
            .spawn()
            .unwrap();
        let comes = |name: &str| {
            (0..200).any(|_| {
                thread::sleep(Duration::from_millis(50));
                fixture.folder.path().join(name).exists()
            })
        };
        let begun = comes("root.tar.begun");
        // As the kernel does after the death of the job.
        shell.kill().unwrap();
        shell.wait().unwrap();
        assert!(begun && comes("root.tar.told"));
    }

    #[test]
    fn a_full_disk_is_said_before_it_is_full() {
        let cache = tempfile::tempdir().unwrap();
        let folders = |is_root| {
            let rooms = rooms(cache.path(), ROOM, is_root).into_iter();
            rooms.map(|(folder, ..)| folder).collect::<Vec<_>>()
        };
        assert_eq!(folders(true), [cache.path()]);
        assert_eq!(folders(false), [cache.path(), &std::env::temp_dir()]);
        for ((folder, _, advice), named) in rooms(cache.path(), ROOM, false)
            .iter()
            .zip(["--cache", "TMPDIR"])
        {
            let error = check_room(folder, u64::MAX, "Debian 12", advice).unwrap_err();
            let error = error.to_string();
            assert!(
                error.contains(named) && error.contains(&folder.display().to_string()),
                "{error}"
            );
            assert!(check_room(folder, 0, "Debian 12", advice).is_ok());
        }
    }

    #[test]
    fn a_missing_mmdebstrap_is_said() {
        let mut fixture = fixture("");
        fixture.maker.mmdebstrap = "no-such-mmdebstrap".into();
        let error = fixture.error();
        assert!(error.contains("mmdebstrap is missing"), "{error}");
    }

    #[test]
    fn a_release_file_past_its_date_is_accepted_only_where_allowed_and_then_said() {
        let script = "case $options in *Check-Valid-Until*) ;; *) echo 'is expired (invalid since 17d)'; exit 25;; esac";
        let script = format!(
            "{script}\ncase $root in *.tar) tar -c -f \"$root\" -T /dev/null;; *) mkdir \"$root\";; esac"
        );
        let fixture = fixture(&script);
        assert!(fixture.error().contains("past its date"));
        let _ = fs::remove_dir_all(fixture.folder.path().join("root"));
        let mut entry = entry();
        entry.expired = true;
        let notes = fixture.make(&entry).unwrap();
        assert!(notes[0].contains("past its date"), "{notes:?}");
    }

    #[test]
    fn another_name_of_the_suite_is_used_only_for_missing_files_and_the_same_release() {
        let script = |codename: &str| {
            let release = format!("VERSION_CODENAME={codename}");
            format!(
                "[ $suite = stable ] || {{ echo '404  Not Found'; exit 25; }}\n\
                 mkdir -p \"$root.d/etc\"; echo {release} > \"$root.d/etc/os-release\"; tar -c -f \"$root\" -C \"$root.d\" etc"
            )
        };
        assert!(fixture(&script("bookworm")).error().contains("out of step"));
        let mut entry = entry();
        entry.alias = Some("stable".into());
        let notes = fixture(&script("bookworm")).make(&entry).unwrap();
        assert!(notes[0].contains("made from stable"), "{notes:?}");
        let error = fixture(&script("trixie")).make(&entry).unwrap_err();
        assert!(
            error.to_string().contains("stable on the mirror is trixie"),
            "{error}"
        );
        let other = fixture("echo NO_PUBKEY; exit 25").make(&entry).unwrap_err();
        assert!(
            other.to_string().contains("debian-archive-keyring"),
            "{other}"
        );
    }

    #[test]
    fn the_mirror_is_the_one_of_debian_itself() {
        let targets = "DEP-11|Debian|http://a.example/debian/\nPackages|Debian-Security|http://b.example/debian-security/\n\
            Packages|Debian|http://c.example/debian/\nPackages|Other|http://d.example/\n";
        assert_eq!(
            mirror_in(targets).as_deref(),
            Some("http://c.example/debian")
        );
        assert_eq!(
            mirror_in("Packages|Ubuntu|http://u.example/ubuntu/\n"),
            None
        );
    }

    #[test]
    fn proxies_are_handed_on() {
        let dump = "Acquire \"\";\nAcquire::Retries \"3\";\nAcquire::http::Proxy \"http://p.example:3142\";\n";
        assert_eq!(
            proxies_in(dump),
            ["--aptopt=Acquire::http::Proxy \"http://p.example:3142\""]
        );
    }
}
