//! Releases of GnuTLS, and the project's tables about them.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, bail};

/// A release, compared by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release([u32; 3]);

impl FromStr for Release {
    type Err = anyhow::Error;

    /// The three numbers that the text begins with; a distribution's additions may follow.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let numbers: Vec<_> = text[..end]
            .split('.')
            .filter_map(|number| number.parse().ok())
            .collect();
        match numbers[..] {
            [major, minor, patch] => Ok(Release([major, minor, patch])),
            _ => bail!("`{text}` is not a version of GnuTLS"),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The rows of a table whose columns are separated by tabs; lines with `#` are comments.
pub(crate) fn rows<const N: usize>(path: &Path) -> anyhow::Result<Vec<[String; N]>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let row = |(number, line): (usize, &str)| {
        let columns: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let columns: Result<[String; N], _> = columns.try_into();
        columns.ok().with_context(|| {
            format!(
                "{}, line {}: it has not {N} columns",
                path.display(),
                number + 1
            )
        })
    };
    lines.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_as_numbers() {
        let release = |text: &str| text.parse::<Release>().unwrap();
        assert!(release("3.6.9") < release("3.6.10") && release("3.6.16") < release("3.7.0"));
        assert_eq!(release("3.7.1-5+deb11u5"), release("3.7.1"));
        assert_eq!(release("3.8.13").to_string(), "3.8.13");
        assert!(
            ["", "3.8", "3.8.x", "gnutls"]
                .iter()
                .all(|text| text.parse::<Release>().is_err())
        );
    }
}
