//! Verifies that the library, its header and its pkg-config file belong to one GnuTLS, so that a stale, moved or incorrectly
//! quoted file never selects another one.

use std::fs;
use std::path::{Path, PathBuf};

use super::find;
use super::headers;
use super::problem::Problem;
use super::version::Version;

/// The header that declares the version.
pub struct Header {
    pub path: PathBuf,
    pub version: Version,
    /// The text of the version, which the library contains too.
    pub version_text: String,
}

impl Header {
    /// Reads the first `gnutls/gnutls.h` in these directories. Returns `None` if there is none.
    pub fn find(include: &[PathBuf]) -> Result<Option<Self>, Problem> {
        let folders: Vec<&Path> = include.iter().map(PathBuf::as_path).collect();
        let Some(path) = headers::find(&folders) else {
            return Ok(None);
        };
        let unreadable = |why| Problem::Version {
            place: path.display().to_string(),
            why,
        };
        let text = fs::read_to_string(&path).map_err(|e| unreadable(e.to_string()))?;
        let version = headers::version(&text).map_err(unreadable)?;
        let quoted = headers::defines(&text).find(|(name, _)| *name == "GNUTLS_VERSION");
        let version_text = match quoted {
            Some((_, value)) => value.trim_matches('"').to_owned(),
            None => version.to_string(),
        };
        Ok(Some(Header {
            path,
            version,
            version_text,
        }))
    }
}

/// Returns the path of the file that pkg-config reads for `name`.
pub fn pc_file(name: &str) -> PathBuf {
    let folder = pkg_config::get_variable(name, "pcfiledir").unwrap_or_default();
    let file = Path::new(&folder).join(format!("{name}.pc"));
    if file.is_file() {
        return file;
    }
    // pkgconf escapes spaces.
    Path::new(&folder.replace('\\', "")).join(format!("{name}.pc"))
}

/// Returns the file of the library `name` in the directories that its pkg-config file lists.
pub fn contains_library(
    pc_file: &Path,
    name: &str,
    folders: &[PathBuf],
) -> Result<PathBuf, Problem> {
    let why = || match folders {
        [] => "it names no directory (-L) for the library".to_owned(),
        _ => format!("{} contains no lib{name}", listed(folders)),
    };
    find::file(folders, name).ok_or_else(|| stale(pc_file, why()))
}

/// Returns the header in the directories that a pkg-config file lists, if it has the version of this file.
pub fn header(pc_file: &Path, include: &[PathBuf], version: Version) -> Result<Header, Problem> {
    let Some(header) = Header::find(include)? else {
        let why = match include {
            [] => "it names no directory (-I) for the headers".to_owned(),
            _ => format!("{} contains no gnutls/gnutls.h", listed(include)),
        };
        return Err(stale(pc_file, why));
    };
    if header.version != version {
        let (path, found) = (header.path.display(), header.version);
        return Err(stale(
            pc_file,
            format!("its version is {version}, but {path} is that of {found}"),
        ));
    }
    Ok(header)
}

/// Returns an error if the library has another version than the header.
///
/// Every library contains the text of its version, which `gnutls_check_version` returns. Only ELF files are
/// examined: other files of the same name are import libraries and linker scripts, which contain no constants.
pub fn same_version(library: &Path, header: &Header) -> Result<(), Problem> {
    let bytes = fs::read(library).unwrap_or_default();
    let text = format!("{}\0", header.version_text);
    let has_text = |bytes: &[u8]| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    if !bytes.starts_with(b"\x7fELF") || has_text(&bytes) {
        return Ok(());
    }
    Err(Problem::Mixed {
        library: library.to_owned(),
        header: header.path.clone(),
        version: header.version_text.clone(),
    })
}

fn stale(pc_file: &Path, why: String) -> Problem {
    Problem::Stale {
        file: pc_file.to_owned(),
        why,
    }
}

fn listed(folders: &[PathBuf]) -> String {
    let folders = folders.iter().map(|path| format!("\"{}\"", path.display()));
    folders.collect::<Vec<_>>().join(", ")
}
