//! The cache of root file systems.
//!
//! `NAME/root` is a root file system and `NAME/metadata.json` describes it. The directory gets this name only when it
//! is finished. Users hold a shared lock of `NAME.lock`, and the maker an exclusive one.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use fs_err::{self as fs, File};
use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, retry_on_intr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::Entry;
use super::root::Root;
use crate::project;

/// The description of a root file system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RootMetadata {
    /// The digest of the entry in `ci/matrix.toml` and of the options of mmdebstrap.
    digest: String,
    /// The time when it was made, in seconds since 1970.
    made: u64,
    /// The digest of the list of installed packages.
    installed: String,
    /// The version of the package libgnutls28-dev.
    pub(crate) gnutls: String,
    /// Remarks on how it was made.
    pub(crate) notes: Vec<String>,
}

/// The reason why a root file system is not used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    Missing,
    /// It differs from the entry or from its own metadata.
    Different(&'static str),
    /// Only its age, in days, is too high.
    Old(u64),
}

pub(crate) struct Cache {
    folder: PathBuf,
}

/// Makes the root file system of an entry in a directory and returns remarks.
pub(crate) type Make<'a> = &'a dyn Fn(&Entry, &Path) -> anyhow::Result<Vec<String>>;

impl Cache {
    pub(crate) fn open(folder: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)?;
        let folder = fs::canonicalize(folder)?;
        Ok(Cache { folder })
    }

    /// Returns the metadata of the root file system of an entry, if it can be used.
    pub(crate) fn state(&self, entry: &Entry, digest: &str) -> Result<RootMetadata, Stale> {
        let folder = self.folder.join(&entry.root);
        let text = fs::read(folder.join("metadata.json")).map_err(|_| Stale::Missing)?;
        let metadata: RootMetadata = serde_json::from_slice(&text)
            .map_err(|_| Stale::Different("its metadata cannot be read"))?;
        if metadata.digest != digest {
            return Err(Stale::Different("its description has changed"));
        }
        let installed = fs::read(folder.join("root").join(STATUS)).unwrap_or_default();
        if metadata.installed != hex::encode(Sha256::digest(&installed)) {
            return Err(Stale::Different(
                "its packages are not those it was made with",
            ));
        }
        let age = now().saturating_sub(metadata.made);
        if age > entry.lifetime().as_secs() {
            return Err(Stale::Old(age / (24 * 60 * 60)));
        }
        Ok(metadata)
    }

    /// Returns the root file system of an entry, and makes it if necessary. With `offline` an old one is accepted.
    pub(crate) fn root(
        &self,
        entry: &Entry,
        digest: &str,
        offline: bool,
        watch: &dyn Fn(&str),
        make: Make<'_>,
    ) -> anyhow::Result<Root> {
        let folder = self.folder.join(&entry.root);
        let finished = |mut metadata: RootMetadata, lock: Lock, note: Option<String>| {
            metadata.notes.extend(note);
            Root {
                folder: folder.join("root"),
                metadata,
                _lock: lock,
            }
        };
        let lock = loop {
            let lock = self.lock(&entry.root, true, watch)?;
            match self.state(entry, digest) {
                Ok(metadata) => return Ok(finished(metadata, lock, None)),
                Err(Stale::Old(days)) if offline => {
                    let metadata = self.read(&entry.root)?;
                    return Ok(finished(
                        metadata,
                        lock,
                        Some(format!("{days} days old, used because of --offline")),
                    ));
                }
                Err(Stale::Missing) if offline => {
                    bail!(
                        "{} is not in the cache {}: run once without --offline",
                        entry.title,
                        self.folder.display()
                    )
                }
                Err(Stale::Different(why)) if offline => {
                    bail!(
                        "{} in the cache is no use, {why}: run once without --offline",
                        entry.title
                    )
                }
                Err(_) => {}
            }
            drop(lock);
            // Waiting for an exclusive lock would last until the last user of the root file system ends, even if it has
            // been made meanwhile for another architecture.
            match self.try_lock(&entry.root, FlockOperation::NonBlockingLockExclusive)? {
                Some(lock) => break lock,
                None => watch(WAITING),
            }
            thread::sleep(RETRY);
        };
        // Another run may have made it meanwhile.
        if let Ok(metadata) = self.state(entry, digest) {
            lock.share()?;
            return Ok(finished(metadata, lock, None));
        }
        let new = self.folder.join(format!("{}.new", entry.root));
        let old = self.folder.join(format!("{}.old", entry.root));
        project::remove(&new)?;
        project::remove(&old)?;
        fs::create_dir(&new)?;
        let made = make(entry, &new.join("root")).and_then(|notes| metadata(&new, digest, notes));
        let metadata = match made {
            Ok(metadata) => metadata,
            Err(error) => {
                project::remove(&new)?;
                return Err(error);
            }
        };
        if folder.exists() {
            fs::rename(&folder, &old)?;
        }
        fs::rename(&new, &folder)?;
        project::remove(&old)?;
        lock.share()?;
        Ok(finished(metadata, lock, None))
    }

    /// Returns an exclusive lock.
    pub(crate) fn alone(&self, name: &str, watch: &dyn Fn(&str)) -> anyhow::Result<Lock> {
        self.lock(name, false, watch)
    }

    fn read(&self, name: &str) -> anyhow::Result<RootMetadata> {
        Ok(serde_json::from_slice(&fs::read(
            self.folder.join(name).join("metadata.json"),
        )?)?)
    }

    fn lock(&self, name: &str, shared: bool, watch: &dyn Fn(&str)) -> anyhow::Result<Lock> {
        let (try_it, wait) = match shared {
            true => (
                FlockOperation::NonBlockingLockShared,
                FlockOperation::LockShared,
            ),
            false => (
                FlockOperation::NonBlockingLockExclusive,
                FlockOperation::LockExclusive,
            ),
        };
        if let Some(lock) = self.try_lock(name, try_it)? {
            return Ok(lock);
        }
        watch(WAITING);
        let lock = self.unlocked(name)?;
        lock.set(wait)?;
        Ok(lock)
    }

    /// Returns a lock, or `None` if another lock excludes it.
    fn try_lock(&self, name: &str, operation: FlockOperation) -> anyhow::Result<Option<Lock>> {
        let lock = self.unlocked(name)?;
        match retry_on_intr(|| flock(&lock.0, operation)) {
            Ok(()) => Ok(Some(lock)),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error).context(CANNOT_LOCK),
        }
    }

    fn unlocked(&self, name: &str) -> anyhow::Result<Lock> {
        let path = self.folder.join(format!("{name}.lock"));
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        Ok(Lock(file))
    }
}

/// The progress of a run that waits for a lock.
const WAITING: &str = "waits for another run, which uses the same cache";
/// The error of a lock that cannot be set.
const CANNOT_LOCK: &str = "cannot lock a file of the cache";
/// The time between attempts to lock a root file system that others use.
const RETRY: Duration = Duration::from_millis(200);

/// The list of installed packages of dpkg.
const STATUS: &str = "var/lib/dpkg/status";

/// Writes the metadata of a new root file system.
fn metadata(folder: &Path, digest: &str, notes: Vec<String>) -> anyhow::Result<RootMetadata> {
    let status = folder.join("root").join(STATUS);
    let installed = fs::read(&status).with_context(|| format!("mmdebstrap left no {STATUS}"))?;
    let gnutls = version(&String::from_utf8_lossy(&installed), "libgnutls28-dev");
    let metadata = RootMetadata {
        digest: digest.into(),
        made: now(),
        installed: hex::encode(Sha256::digest(&installed)),
        gnutls: gnutls.context("mmdebstrap did not install libgnutls28-dev")?,
        notes,
    };
    let mut file = File::create(folder.join("metadata.json"))?;
    serde_json::to_writer_pretty(&mut file, &metadata)?;
    file.sync_all()?;
    Ok(metadata)
}

/// Returns the version of a package in the list of dpkg.
fn version(status: &str, package: &str) -> Option<String> {
    let paragraph = status.split("\n\n").find(|paragraph| {
        let mut lines = paragraph.lines();
        lines.any(|line| line.strip_prefix("Package: ") == Some(package))
    })?;
    paragraph
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))
        .map(str::to_owned)
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// A lock that is released with this value or at the end of the process.
pub(crate) struct Lock(File);

impl Lock {
    /// Makes an exclusive lock shared.
    fn share(&self) -> anyhow::Result<()> {
        self.set(FlockOperation::LockShared)
    }

    // The standard library locks files since Rust 1.89, which is newer than the minimum version of this project.
    fn set(&self, operation: FlockOperation) -> anyhow::Result<()> {
        retry_on_intr(|| flock(&self.0, operation)).context(CANNOT_LOCK)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::mpsc;

    use super::super::entry::tests::entry;
    use super::*;

    const DPKG: &str = "Package: libgnutls28-dev\nStatus: install ok installed\nVersion: 3.7.9-2\n\nPackage: gcc\nVersion: 4:12\n";

    struct Fixture {
        folder: tempfile::TempDir,
        cache: Cache,
        made: Cell<u32>,
    }

    fn fixture() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cache")).unwrap();
        Fixture {
            folder,
            cache,
            made: Cell::new(0),
        }
    }

    impl Fixture {
        fn make(&self, _: &Entry, root: &Path) -> anyhow::Result<Vec<String>> {
            self.made.set(self.made.get() + 1);
            fs::create_dir_all(root.join("var/lib/dpkg"))?;
            fs::write(root.join(STATUS), DPKG)?;
            Ok(vec!["made up".into()])
        }

        fn root(&self, digest: &str, offline: bool) -> anyhow::Result<Root> {
            self.cache
                .root(&entry(), digest, offline, &|_| (), &|entry, root| {
                    self.make(entry, root)
                })
        }

        fn age(&self, days: u64) {
            let path = self.folder.path().join("cache/debian-12/metadata.json");
            let mut metadata = self.cache.read("debian-12").unwrap();
            metadata.made -= days * 24 * 60 * 60;
            fs::write(path, serde_json::to_vec(&metadata).unwrap()).unwrap();
        }
    }

    #[test]
    fn what_is_fresh_is_made_once() {
        let fixture = fixture();
        for _ in 0..3 {
            let root = fixture.root("d", false).unwrap();
            assert_eq!(
                (root.metadata.gnutls.as_str(), root.metadata.notes.len()),
                ("3.7.9-2", 1)
            );
        }
        assert_eq!(fixture.made.get(), 1);
    }

    #[test]
    fn another_description_other_packages_and_age_make_it_anew() {
        let fixture = fixture();
        fixture.root("d", false).unwrap();
        fixture.root("e", false).unwrap();
        assert_eq!(fixture.made.get(), 2);
        fs::write(
            fixture
                .folder
                .path()
                .join("cache/debian-12/root")
                .join(STATUS),
            "Package: vim\n",
        )
        .unwrap();
        assert_eq!(
            fixture.cache.state(&entry(), "e").unwrap_err(),
            Stale::Different("its packages are not those it was made with")
        );
        fixture.root("e", false).unwrap();
        assert_eq!(fixture.made.get(), 3);
        fixture.age(89);
        fixture.root("e", false).unwrap();
        assert_eq!(fixture.made.get(), 3);
        fixture.age(2);
        assert_eq!(
            fixture.cache.state(&entry(), "e").unwrap_err(),
            Stale::Old(91)
        );
        fixture.root("e", false).unwrap();
        assert_eq!(fixture.made.get(), 4);
    }

    #[test]
    fn offline_takes_an_old_one_and_says_so_but_never_a_wrong_one() {
        let fixture = fixture();
        let missing = format!("{:#}", fixture.root("d", true).err().unwrap());
        assert!(missing.contains("without --offline"), "{missing}");
        fixture.root("d", false).unwrap();
        fixture.age(100);
        assert!(fixture.root("d", true).unwrap().metadata.notes[1].contains("100 days old"));
        assert!(fixture.root("e", true).is_err());
        assert_eq!(fixture.made.get(), 1);
    }

    #[test]
    fn a_half_made_one_is_never_used() {
        let fixture = fixture();
        let fail = |_: &Entry, root: &Path| -> anyhow::Result<Vec<String>> {
            fs::create_dir_all(root.join("usr"))?;
            bail!("no space")
        };
        assert!(
            fixture
                .cache
                .root(&entry(), "d", false, &|_| (), &fail)
                .is_err()
        );
        assert!(
            !fixture.cache.folder.join("debian-12").exists()
                && !fixture.cache.folder.join("debian-12.new").exists()
        );
        // The remains of a run that was killed.
        fs::create_dir_all(fixture.cache.folder.join("debian-12.new/root/half")).unwrap();
        fs::create_dir_all(fixture.cache.folder.join("debian-12/root/half")).unwrap();
        let root = fixture.root("d", false).unwrap();
        assert!(!root.folder.join("half").exists() && fixture.made.get() == 1);
        assert!(!fixture.cache.folder.join("debian-12.new").exists());
    }

    #[test]
    fn a_failed_renewal_keeps_the_old_one() {
        let fixture = fixture();
        fixture.root("d", false).unwrap();
        fixture.age(100);
        assert!(
            fixture
                .cache
                .root(&entry(), "d", false, &|_| (), &|_, _| bail!("no answer"))
                .is_err()
        );
        assert_eq!(
            fixture.cache.state(&entry(), "d").unwrap_err(),
            Stale::Old(100)
        );
        assert!(fixture.root("d", true).is_ok());
    }

    #[test]
    fn a_root_file_system_in_use_is_not_replaced() {
        let fixture = fixture();
        let used = fixture.root("d", false).unwrap();
        let other = fixture.root("d", false).unwrap();
        drop(other);
        let (waiting, waits) = mpsc::channel();
        let cache = &fixture.cache;
        thread::scope(|scope| {
            let second = scope.spawn(move || {
                let watch = |_: &str| waiting.send(()).unwrap();
                cache.root(&entry(), "e", false, &watch, &|_, root| {
                    fs::create_dir_all(root.join("var/lib/dpkg"))?;
                    fs::write(root.join(STATUS), DPKG)?;
                    Ok(Vec::new())
                })
            });
            waits
                .recv_timeout(Duration::from_secs(10))
                .expect("the second run waits");
            assert!(fixture.cache.state(&entry(), "d").is_ok());
            drop(used);
            assert!(second.join().unwrap().is_ok());
        });
        assert!(fixture.cache.state(&entry(), "e").is_ok());
    }

    /// Two architectures have one root file system. Both find that it is missing, and the second returns once the first
    /// has made it, although the first then uses it.
    #[test]
    fn one_that_was_made_meanwhile_is_shared_with_its_maker() {
        let (maker, fixture) = (fixture(), fixture());
        maker.root("d", false).unwrap();
        let cache = &fixture.cache;
        let used = cache.lock("debian-12", true, &|_| ()).unwrap();
        let (waiting, waits) = mpsc::channel();
        let (result, results) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                let watch = |_: &str| waiting.send(()).unwrap();
                let root = cache.root(&entry(), "d", false, &watch, &|_, _| bail!("made again"));
                result.send(root.map(drop)).unwrap();
            });
            let seconds = Duration::from_secs(10);
            waits.recv_timeout(seconds).expect("the second waits");
            let made = maker.cache.folder.join("debian-12");
            fs::rename(made, cache.folder.join("debian-12")).unwrap();
            let root = results.recv_timeout(seconds);
            drop(used);
            root.expect("the second returns").unwrap();
        });
    }
}
