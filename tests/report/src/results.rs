//! Reads the JSON results of the conformance suite and of the ABI check.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::{fs, io};

use gnutls_conformance::report::Report;
use serde::{Deserialize, Serialize};

/// The greatest number of differences of an ABI check in a problem.
const SHOWN: usize = 3;

/// The results of runs, in no particular order.
#[derive(Debug, Default)]
pub struct Results {
    pub conformance: Vec<Report>,
    pub abi: Vec<Abi>,
}

/// The counts of one ABI check.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Abi {
    check: String,
    pub release: String,
    pub functions: u64,
    pub constants: u64,
    pub structs: u64,
    pub differences: Vec<serde_json::Value>,
}

/// The reason why results cannot be read.
#[derive(Debug)]
pub enum Problem {
    /// There is no such folder.
    Missing(PathBuf),
    /// A file or folder cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A file is no JSON, or lacks something.
    Broken(PathBuf, serde_json::Error),
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(folder) => {
                write!(
                    f,
                    "there are no results in {}: `cargo xtask matrix` puts its own into target/results",
                    folder.display()
                )
            }
            Self::Unreadable(path, _) => write!(f, "{}", path.display()),
            Self::Broken(path, error) => write!(
                f,
                "{}:{}:{}: not a result",
                path.display(),
                error.line(),
                error.column()
            ),
        }
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing(_) => None,
            Self::Unreadable(_, error) => Some(error),
            Self::Broken(_, error) => Some(error),
        }
    }
}

impl Abi {
    /// Returns the number of differences and the first of them, if there are any.
    pub fn problem(&self) -> Option<String> {
        let text = |difference: &serde_json::Value, key: &str| {
            let value = difference.get(key).and_then(serde_json::Value::as_str);
            value.unwrap_or("?").to_owned()
        };
        let shown = self.differences.iter().take(SHOWN).map(|difference| {
            let [name, kind, c, rust] =
                ["name", "kind", "c", "rust"].map(|key| text(difference, key));
            format!("{name} ({kind}): C {c}, Rust {rust}")
        });
        let shown = shown.collect::<Vec<_>>().join("; ");
        match self.differences.len() {
            0 => None,
            1 => Some(format!("ABI: 1 difference: {shown}")),
            count if count <= SHOWN => Some(format!("ABI: {count} differences: {shown}")),
            count => Some(format!("ABI: {count} differences, the first: {shown}")),
        }
    }
}

impl Results {
    /// Reads every JSON file in a folder and its subfolders. Files of other kinds are ignored.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        if !folder.is_dir() {
            return Err(Problem::Missing(folder.to_owned()));
        }
        let mut results = Self::default();
        for path in json_files(folder)? {
            let text = match fs::read(&path) {
                Ok(text) => text,
                Err(error) => return Err(Problem::Unreadable(path, error)),
            };
            results
                .add(&text)
                .map_err(|error| Problem::Broken(path, error))?;
        }
        Ok(results)
    }

    /// Adds the text of one file. It is parsed twice, since only an error of the second parse has its line.
    fn add(&mut self, text: &[u8]) -> Result<(), serde_json::Error> {
        let value: serde_json::Value = serde_json::from_slice(text)?;
        if value.get("findings").is_some() {
            self.conformance.push(serde_json::from_slice(text)?);
        } else if value.get("check").is_some_and(|check| check == "abi") {
            self.abi.push(serde_json::from_slice(text)?);
        }
        Ok(())
    }
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let unreadable = |error| Problem::Unreadable(folder.to_owned(), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the result of reading a folder with this one file.
    fn read(name: &str, text: &str) -> Result<Results, String> {
        let folder = std::env::temp_dir().join(format!(
            "gnutls-report-results-{name}-{}",
            std::process::id()
        ));
        fs::create_dir_all(folder.join("debian-12")).unwrap();
        fs::write(folder.join("debian-12/result.json"), text).unwrap();
        let read =
            Results::read(&folder).map_err(|problem| format!("{:#}", anyhow::Error::from(problem)));
        fs::remove_dir_all(&folder).unwrap();
        read
    }

    #[test]
    fn an_error_has_the_file_and_the_line() {
        let problem = read("cut", "{\"findings\": [],\n\"built\":").unwrap_err();
        assert!(problem.contains("debian-12/result.json:2:8:"), "{problem}");
        let problem = read("lacking", "{\n\"findings\": []}").unwrap_err();
        assert!(
            problem.contains("result.json:2:") && problem.contains("missing field"),
            "{problem}"
        );
    }

    #[test]
    fn other_json_is_passed_over_and_a_folder_that_is_not_there_is_an_error() {
        for text in ["[1, 2]", "{\"format\": 1}", "{\"check\": \"other\"}"] {
            let results = read("other", text).unwrap();
            assert!(results.conformance.is_empty() && results.abi.is_empty());
        }
        let abi = "{\"check\": \"abi\", \"release\": \"3.7.9\", \"functions\": 1, \"constants\": 2, \"structs\": 3, \"differences\": []}";
        assert_eq!(read("abi", abi).unwrap().abi[0].release, "3.7.9");
        let problem = Results::read(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(problem.to_string().contains("/nowhere/at/all"), "{problem}");
    }
}
