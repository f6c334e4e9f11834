//! What can be read in the C headers without a C compiler: the version, and macros that only rename.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::version::Version;

/// The public headers for C, in the folder `gnutls`. Not every version has each of them.
pub const NAMES: [&str; 19] = [
    "gnutls.h",
    "abstract.h",
    "compat.h",
    "crypto.h",
    "dane.h",
    "dtls.h",
    "hpke.h",
    "ocsp.h",
    "openpgp.h",
    "pkcs11.h",
    "pkcs12.h",
    "pkcs7.h",
    "self-test.h",
    "socket.h",
    "system-keys.h",
    "tpm.h",
    "urls.h",
    "x509-ext.h",
    "x509.h",
];

/// The path of `gnutls/gnutls.h` in the first of these folders that has it.
pub fn find(include: &[&Path]) -> Option<PathBuf> {
    include.iter().map(|path| path.join("gnutls/gnutls.h")).find(|path| path.is_file())
}

/// The version that `gnutls/gnutls.h` declares.
pub fn version(gnutls_h: &str) -> Result<Version, String> {
    let number = |name: &str| {
        let defined = defines(gnutls_h).find(|(defined, _)| *defined == name);
        let value = defined.map(|(_, value)| value).ok_or_else(|| format!("it has no {name}"))?;
        value.parse().map_err(|_| format!("its {name} is \"{value}\", not a number"))
    };
    Ok(Version {
        major: number("GNUTLS_VERSION_MAJOR")?,
        minor: number("GNUTLS_VERSION_MINOR")?,
        patch: number("GNUTLS_VERSION_PATCH")?,
    })
}

/// Macros that stand for one other name, with that name.
pub fn aliases(include: &[&Path]) -> Result<BTreeMap<String, String>, String> {
    let gnutls_h = find(include).ok_or("gnutls/gnutls.h was not found")?;
    let folder = gnutls_h.parent().expect("joined from two parts");
    let mut aliases = BTreeMap::new();
    for path in NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file()) {
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let text = plain(&text);
        // One macro is written with a comma after the name that it stands for.
        let named = defines(&text).map(|(name, value)| (name, value.trim_end_matches(',')));
        let named = named.filter(|(_, value)| is_name(value));
        aliases.extend(named.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    Ok(aliases)
}

/// C without comments, and with continued lines joined.
pub fn plain(text: &str) -> String {
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("/*") {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        rest = rest[start + 2..].split_once("*/").map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Each object-like macro with what it stands for.
fn defines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix('#')?.trim_start();
        let line = line.strip_prefix("define")?.trim();
        let end = line.find(|c: char| !is_name_char(c)).unwrap_or(line.len());
        let (name, value) = line.split_at(end);
        (!value.starts_with('(')).then(|| (name, value.trim()))
    })
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| is_name_char(c) && !c.is_ascii_digit())
        && text.chars().all(is_name_char)
}
