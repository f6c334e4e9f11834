//! Macros of the headers that only give an item a second name, which bindgen drops or turns into a
//! number.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::headers::{self, defines, is_name_char};

/// The public C headers in the directory `gnutls`. Some versions lack some of them.
pub const HEADERS: [&str; 19] = [
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

/// Returns the existing public headers in the directory of the first `gnutls/gnutls.h`.
pub fn present(include: &[&Path]) -> Result<Vec<PathBuf>, String> {
    let gnutls_h = headers::find(include).ok_or("gnutls/gnutls.h was not found")?;
    let paths = HEADERS.iter().map(|name| gnutls_h.with_file_name(name));
    Ok(paths.filter(|path| path.is_file()).collect())
}

/// Returns the macros that stand for one other name, with that name.
pub fn read(headers: &[PathBuf]) -> Result<BTreeMap<String, String>, String> {
    let mut aliases = BTreeMap::new();
    for path in headers {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let text = plain(&text);
        // One macro has a comma after the name.
        let named = defines(&text).map(|(name, value)| (name, value.trim_end_matches(',')));
        let named = named.filter(|(_, value)| is_name(value));
        aliases.extend(named.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    Ok(aliases)
}

/// Removes comments from C and joins continued lines.
pub fn plain(text: &str) -> String {
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("/*") {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        rest = rest[start + 2..]
            .split_once("*/")
            .map_or("", |(_, after)| after);
    }
    plain + rest
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| is_name_char(c) && !c.is_ascii_digit())
        && text.chars().all(is_name_char)
}
