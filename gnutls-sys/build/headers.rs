//! The C headers: their location and version.

use std::path::{Path, PathBuf};

use super::version::Version;

/// Returns the path of `gnutls/gnutls.h` in the first directory that contains it.
pub fn find(include: &[&Path]) -> Option<PathBuf> {
    include
        .iter()
        .map(|path| path.join("gnutls/gnutls.h"))
        .find(|path| path.is_file())
}

/// Returns the version that `gnutls/gnutls.h` declares.
pub fn version(gnutls_h: &str) -> Result<Version, String> {
    let number = |name: &str| {
        let defined = defines(gnutls_h).find(|(defined, _)| *defined == name);
        let value = defined
            .map(|(_, value)| value)
            .ok_or_else(|| format!("it does not define {name}"))?;
        value
            .parse()
            .map_err(|_| format!("its {name} is \"{value}\", not a number"))
    };
    Ok(Version::new(
        number("GNUTLS_VERSION_MAJOR")?,
        number("GNUTLS_VERSION_MINOR")?,
        number("GNUTLS_VERSION_PATCH")?,
    ))
}

/// Returns each object-like macro with its replacement.
pub fn defines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix('#')?.trim_start();
        let line = line.strip_prefix("define")?.trim();
        let end = line.find(|c: char| !is_name_char(c)).unwrap_or(line.len());
        let (name, value) = line.split_at(end);
        (!value.starts_with('(')).then(|| (name, value.trim()))
    })
}

pub fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
