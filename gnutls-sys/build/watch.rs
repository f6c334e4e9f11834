//! The files whose change requires another run of the build script.
//!
//! Cargo compares only dates, and a package manager gives a file the date of its package, which may precede the last
//! build. Two things change nevertheless: the name of the versioned library, and the date of the directory in which a
//! file is replaced.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::verify::Header;

/// The number of entries above which a directory is not watched: it belongs to many packages, and cargo would examine
/// all of it in each build.
const LARGE: usize = 64;

/// Returns the instructions to run again if one of these files changes.
pub fn instructions(header: &Header, libraries: &[PathBuf], pc_files: &[PathBuf]) -> Vec<String> {
    let mut watched = BTreeSet::new();
    for file in [&header.path].into_iter().chain(libraries).chain(pc_files) {
        watched.extend(names(file));
        let folder = file.parent().filter(|folder| !is_large(folder));
        watched.extend(folder.map(Path::to_owned));
    }
    watched
        .iter()
        .map(|path| format!("rerun-if-changed={}", path.display()))
        .collect()
}

/// Returns the path of a file, the file at the end of its symbolic links, and the name of the latter in the directory
/// of the former: the file at this path differs if a link to the whole directory is replaced.
fn names(file: &Path) -> Vec<PathBuf> {
    let mut names = vec![file.to_owned()];
    if let Ok(resolved) = file.canonicalize() {
        let beside = resolved.file_name().map(|name| file.with_file_name(name));
        names.extend(beside.filter(|path| path.exists()));
        names.push(resolved);
    }
    names.retain(|path| path.exists());
    names
}

fn is_large(folder: &Path) -> bool {
    entries(folder, LARGE + 1) > LARGE
}

/// Counts the entries in a directory and its subdirectories, up to `limit`.
fn entries(folder: &Path, limit: usize) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        count += 1;
        // Cargo follows links too.
        if count < limit && entry.path().is_dir() {
            count += entries(&entry.path(), limit - count);
        }
        if count >= limit {
            return limit;
        }
    }
    count
}
