//! Extracts the headers from the package of Debian, with APT in a separate directory.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, bail};
use tempfile::TempDir;

const PACKAGE: &str = "libgnutls28-dev";
/// The suite with the newest release that is not experimental.
const SUITE: &str = "testing";
/// The headers are the same for every architecture. All machines use the package of this one.
const ARCHITECTURE: &str = "amd64";
/// The names of the keyring in older and newer releases of debian-archive-keyring.
const KEYRINGS: [&str; 2] = [
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
];

pub struct Source {
    pub mirror: Option<String>,
    pub offline: bool,
    pub cache: PathBuf,
}

pub struct Package {
    /// The file name, which contains the version.
    pub name: String,
    pub include: PathBuf,
    _unpacked: TempDir,
}

impl Source {
    pub fn headers(&self) -> anyhow::Result<Package> {
        fs::create_dir_all(&self.cache)
            .with_context(|| format!("cannot make the folder {}", self.cache.display()))?;
        let package = if self.offline {
            self.newest_cached()?
        } else {
            self.download()?
        };
        let unpacked = tempfile::tempdir().context("cannot make a temporary folder")?;
        run(Command::new("dpkg-deb")
            .arg("--extract")
            .arg(&package)
            .arg(unpacked.path()))?;
        Ok(Package {
            name: package
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            include: unpacked.path().join("usr/include"),
            _unpacked: unpacked,
        })
    }

    fn newest_cached(&self) -> anyhow::Result<PathBuf> {
        let newest = packages(&self.cache)?.into_iter().max_by_key(|path| {
            path.metadata()
                .and_then(|metadata| metadata.modified())
                .ok()
        });
        newest.with_context(|| {
            format!(
                "{PACKAGE} has not been downloaded before to {}",
                self.cache.display()
            )
        })
    }

    fn download(&self) -> anyhow::Result<PathBuf> {
        let apt = Apt::new(self.mirror.as_deref())?;
        apt.update()?;
        let folder = apt.folder.path().join("download");
        fs::create_dir(&folder)?;
        run(apt.get().current_dir(&folder).args(["download", PACKAGE])).with_context(|| {
            format!(
                "the mirror {} does not give {PACKAGE} of {SUITE}; --mirror names another",
                apt.mirror
            )
        })?;
        let package = packages(&folder)?
            .pop()
            .context("apt-get download left no package")?;
        let cached = self.cache.join(package.file_name().unwrap_or_default());
        fs::copy(&package, &cached)
            .with_context(|| format!("cannot write {}", cached.display()))?;
        Ok(cached)
    }
}

fn packages(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .collect())
}

/// APT with lists, cache and sources in a temporary directory.
struct Apt {
    folder: TempDir,
    mirror: String,
}

impl Apt {
    fn new(mirror: Option<&str>) -> anyhow::Result<Self> {
        let keyring = KEYRINGS.iter().find(|path| Path::new(path).is_file()).with_context(|| {
            format!(
                "the keys of Debian are not there ({}): install debian-archive-keyring, or give the \
                 headers with --headers",
                KEYRINGS[0]
            )
        })?;
        let mirror = mirror.map_or_else(system_mirror, |mirror| Ok(mirror.to_owned()))?;
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let path = folder.path();
        for name in ["state/lists/partial", "cache/archives/partial", "etc/empty"] {
            fs::create_dir_all(path.join(name))?;
        }
        fs::write(
            path.join("etc/sources.list"),
            format!("deb [signed-by={keyring}] {mirror} {SUITE} main\n"),
        )?;
        // The system's proxies and time limits apply, but not its sources, hooks and preferences.
        let transport = ["Acquire::http", "Acquire::https", "Acquire::Retries"];
        let transport = run(apt("apt-config")
            .args(["dump", "--no-empty"])
            .args(transport))?;
        let transport = String::from_utf8_lossy(&transport.stdout).into_owned();
        fs::write(
            path.join("apt.conf"),
            format!(
                "{transport}\
                 Dir::State \"{root}/state\";\n\
                 Dir::State::status \"/dev/null\";\n\
                 Dir::Cache \"{root}/cache\";\n\
                 Dir::Etc \"{root}/etc\";\n\
                 Dir::Etc::main \"/dev/null\";\n\
                 Dir::Etc::parts \"empty\";\n\
                 Dir::Etc::sourcelist \"sources.list\";\n\
                 Dir::Etc::sourceparts \"empty\";\n\
                 Dir::Etc::preferences \"/dev/null\";\n\
                 Dir::Etc::preferencesparts \"empty\";\n\
                 Dir::Etc::trusted \"/dev/null\";\n\
                 Dir::Etc::trustedparts \"empty\";\n\
                 APT::Architecture \"{ARCHITECTURE}\";\n\
                 APT::Architectures {{ \"{ARCHITECTURE}\"; }};\n\
                 APT::Sandbox::User \"\";\n\
                 APT::Update::Error-Mode \"any\";\n\
                 Acquire::Languages \"none\";\n\
                 Acquire::AllowInsecureRepositories \"false\";\n",
                root = path.display()
            ),
        )?;
        Ok(Apt { folder, mirror })
    }

    fn get(&self) -> Command {
        let mut command = apt("apt-get");
        command
            .env("APT_CONFIG", self.folder.path().join("apt.conf"))
            .arg("--quiet=2");
        command
    }

    fn update(&self) -> anyhow::Result<()> {
        let Err(problem) = run(self.get().arg("update")) else {
            return Ok(());
        };
        let text = format!("{problem:#}");
        if text.contains("is expired") || text.contains("not valid yet") {
            eprintln!(
                "note: the release file of Debian {SUITE} on {} is past its date, or the clock of this system is wrong.\n\
                 Its signature is good, so it is used all the same; there may be a newer GnuTLS than it knows.",
                self.mirror
            );
            return run(self
                .get()
                .args(["-o", "Acquire::Check-Valid-Until=false"])
                .args(["-o", "Acquire::Check-Date=false"])
                .arg("update"))
            .map(drop);
        }
        if ["NO_PUBKEY", "EXPKEYSIG", "BADSIG", "not signed"]
            .iter()
            .any(|sign| text.contains(sign))
        {
            return Err(problem.context(format!(
                "the signature of Debian {SUITE} on {} cannot be verified; a newer debian-archive-keyring may be needed",
                self.mirror
            )));
        }
        Err(problem.context(format!(
            "cannot get the lists of Debian {SUITE} from {}; --mirror names another mirror, --offline takes what was \
             downloaded before, --headers takes a folder",
            self.mirror
        )))
    }
}

/// Returns the mirror of Debian in the configuration of this system.
fn system_mirror() -> anyhow::Result<String> {
    let format = "$(ORIGIN) $(LABEL) $(REPO_URI)";
    let targets = run(apt("apt-get").args(["indextargets", "--format", format]))?;
    let targets = String::from_utf8_lossy(&targets.stdout).into_owned();
    debian_mirror(&targets).map(str::to_owned).context(
        "this system has no mirror of Debian among its sources: name one with --mirror, or give \
         the headers with --headers",
    )
}

/// Returns the first mirror of Debian in lines of origin, label and address.
fn debian_mirror(targets: &str) -> Option<&str> {
    let of_debian = |line: &&str| line.starts_with("Debian Debian ");
    // Without lists, APT has no origins.
    let looks_so = |line: &&str| line.trim_end_matches('/').ends_with("/debian");
    let line = targets
        .lines()
        .find(of_debian)
        .or_else(|| targets.lines().find(looks_so))?;
    line.split(' ').next_back()
}

fn apt(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C");
    command
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| match e.kind() {
        ErrorKind::NotFound => {
            anyhow::anyhow!("{name} is missing; without APT, name the headers with --headers DIR")
        }
        _ => anyhow::Error::new(e).context(format!("cannot run {name}")),
    })?;
    if !output.status.success() {
        bail!(
            "{name} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::debian_mirror;

    #[test]
    fn the_mirror_is_the_one_of_the_system() {
        let targets = "Other Other http://other.example/debian/\n\
            Debian Debian-Security http://mirror.example/debian-security/\n\
            Debian Debian http://mirror.example/debian/\n";
        assert_eq!(
            debian_mirror(targets),
            Some("http://mirror.example/debian/")
        );
        let without_lists = "  http://mirror.example/debian-security/\n\
            \x20 http://mirror.example/debian/\n";
        assert_eq!(
            debian_mirror(without_lists),
            Some("http://mirror.example/debian/")
        );
        assert_eq!(
            debian_mirror("Ubuntu Ubuntu http://mirror.example/ubuntu/\n"),
            None
        );
    }
}
