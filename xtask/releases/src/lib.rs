//! The table of releases in `gnutls-sys/releases.tsv`, the versions in it, and a reader for tables of the same form.

#[path = "../../../gnutls-sys/build/releases.rs"]
pub mod releases;
#[path = "../../../gnutls-sys/build/version.rs"]
pub mod version;

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::Path;

use anyhow::Context;

pub use releases::{Entry, Kind, Releases, rows};
pub use version::{OLDEST, Version};

/// The path of the table of releases in the project.
pub const TABLE: &str = "gnutls-sys/releases.tsv";

impl Releases {
    /// Reads the table of the project in that folder.
    pub fn read(project: &Path) -> anyhow::Result<Self> {
        let path = project.join(TABLE);
        let table =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Releases::parse(&table).map_err(anyhow::Error::msg)
    }

    /// Returns the release that first had this function, variable or constant.
    pub fn first(&self, name: &str) -> Option<Version> {
        self.names.get(name).map(|entry| entry.release)
    }
}

impl Display for Kind {
    /// Writes the word for it in the table.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Constant => "constant",
            Kind::Function => "function",
            Kind::Variable => "variable",
        })
    }
}

/// Reads a file that is a table of `N` columns; see [`rows`].
pub fn read_rows<const N: usize>(path: &Path) -> anyhow::Result<Vec<[String; N]>> {
    let table =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let rows = rows(&path.display().to_string(), &table).map_err(anyhow::Error::msg)?;
    Ok(rows.into_iter().map(|row| row.map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("3.6.9") < version("3.6.10") && version("3.6.16") < version("3.7.0"));
        assert_eq!(version("3.7.1-5+deb11u5"), version("3.7.1"));
        assert_eq!(version("3.8.13-dev").to_string(), "3.8.13");
        assert_eq!(version("3.8"), Version::new(3, 8, 0));
        for text in ["", "3", "3.8.x", "3.8.", "gnutls"] {
            let problem = text.parse::<Version>().unwrap_err().to_string();
            assert!(problem.contains(&format!("\"{text}\"")), "{problem}");
        }
    }

    #[test]
    fn the_table_of_the_project_is_read() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let releases = Releases::read(project.unwrap()).unwrap();
        assert_eq!(releases.first("gnutls_init"), Some(OLDEST));
        assert_eq!(releases.first("gnutls_unknown"), None);
        assert!(releases.newest() >= Some(Version::new(3, 8, 13)));
    }

    #[test]
    fn a_row_with_other_columns_is_an_error() {
        assert_eq!(rows("t", "# a\n\n1\t2\n"), Ok(vec![["1", "2"]]));
        assert_eq!(
            rows::<2>("t", "1\t2\n1\t2\t3\n").unwrap_err(),
            "t, line 2: 2 columns are expected"
        );
    }
}
