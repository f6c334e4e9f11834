//! The files that `srptool` creates: verifiers of users, and groups.

use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::srp::base64::decode;
use crate::srp::{group, verifier};
use crate::support::file::FileKind;

const FILE: FileKind = FileKind("SRP file");

/// The files with the users of a server.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) passwords: PathBuf,
    pub(crate) groups: PathBuf,
}

impl Files {
    /// Fails unless both files can be opened.
    pub(crate) fn check(&self) -> Result<()> {
        for path in [&self.passwords, &self.groups] {
            FILE.check(path)?;
        }
        Ok(())
    }

    /// Returns the verifier of a user with a non-empty name, or the group of the first user in the file for an unknown
    /// user.
    pub(crate) fn find(
        &self,
        username: &str,
    ) -> Result<std::result::Result<verifier::Verifier, group::Group>> {
        self.find_in(&FILE.read(&self.passwords)?, username)
    }

    fn find_in(
        &self,
        passwords: &[u8],
        username: &str,
    ) -> Result<std::result::Result<verifier::Verifier, group::Group>> {
        let groups = FILE.read(&self.groups)?;
        let mut first = None;
        for line in lines(passwords) {
            // Only the name can contain a colon.
            let mut parts = line.rsplitn(4, |&byte| byte == b':');
            let (index, salt, number) = (parts.next(), parts.next(), parts.next());
            let (Some(index), Some(salt), Some(number), Some(name)) =
                (index, salt, number, parts.next())
            else {
                // A malformed line of another user must not distinguish users.
                continue;
            };
            if name != username.as_bytes() || name.is_empty() {
                first = first.or_else(|| group(&groups, index));
                continue;
            }
            let damaged = || {
                Error::new(
                    ErrorKind::Other,
                    "a line of an SRP password file is malformed: create it by `srptool`",
                )
            };
            let group = group(&groups, index).ok_or_else(damaged)?;
            let part = |text| {
                let text = std::str::from_utf8(text).map_err(|_| damaged())?;
                decode(text).map_err(|_| damaged())
            };
            return verifier::Verifier::from_parts(&part(salt)?, &part(number)?, group)
                .map(Ok)
                .map_err(|_| damaged());
        }
        Ok(Err(first.unwrap_or_default()))
    }
}

/// Returns the group with this index from the lines `index:prime:generator`.
fn group(groups: &[u8], index: &[u8]) -> Option<group::Group> {
    lines(groups).find_map(|line| {
        let mut parts = line.splitn(3, |&byte| byte == b':');
        let (found, prime, generator) = (parts.next()?, parts.next()?, parts.next()?);
        if found != index {
            return None;
        }
        let part = |text| decode(std::str::from_utf8(text).ok()?).ok();
        group::Group::from_parameters(&part(prime)?, &part(generator.trim_ascii_end())?)
    })
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn nobody_has_no_name_and_unknown_users_have_the_group_of_the_others() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let files = Files {
            passwords: fixtures.join("users.srp"),
            groups: fixtures.join("groups.srp"),
        };
        let text = fs::read_to_string(&files.passwords).unwrap();
        // SAFETY: reads a string that ends in NUL.
        let exchange = unsafe { gnutls_sys::gnutls_kx_get_id(c"SRP".as_ptr()) };
        if exchange == gnutls_sys::GNUTLS_KX_UNKNOWN {
            // A library that was built without SRP decodes nothing.
            assert!(files.find_in(text.as_bytes(), "alice").is_err());
            return;
        }
        let found = |text: &str, name: &str| files.find_in(text.as_bytes(), name).unwrap();
        assert!(found(&text, "alice").is_ok());
        let nameless = text.replace("alice", "");
        assert_eq!(found(&nameless, "").unwrap_err(), group::Group::BITS_2048);
        let larger = text.replace(":3\n", ":5\n");
        assert_eq!(
            found(&larger, "mallory").unwrap_err(),
            group::Group::BITS_4096
        );
        assert_eq!(found("", "mallory").unwrap_err(), group::Group::BITS_2048);
    }
}
