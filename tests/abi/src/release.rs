//! A release of GnuTLS, compared by number.

use std::fmt;
use std::str::FromStr;

use anyhow::Context;

/// Major, minor and patch number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Release(pub(crate) u16, pub(crate) u16, pub(crate) u16);

impl Release {
    /// The oldest release that is supported.
    pub(crate) const OLDEST: Release = Release(3, 6, 0);
}

impl FromStr for Release {
    type Err = anyhow::Error;

    /// Reads `3.7.9`; a suffix such as `-dev` is left out.
    fn from_str(text: &str) -> anyhow::Result<Release> {
        let numbers = text
            .split(|c: char| c != '.' && !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        let mut numbers = numbers.split('.').map(str::parse::<u16>);
        let mut next = || numbers.next().and_then(Result::ok);
        next()
            .zip(next())
            .zip(next())
            .map(|((major, minor), patch)| Release(major, minor, patch))
            .with_context(|| format!("`{text}` is not a release such as 3.7.9"))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn releases_are_numbers_not_text() {
        let release = |text: &str| text.parse::<Release>().unwrap();
        assert!(release("3.6.10") > release("3.6.9"));
        assert_eq!(release("3.8.13-dev").to_string(), "3.8.13");
        assert!("3.8".parse::<Release>().is_err());
        assert!("new".parse::<Release>().is_err());
    }
}
