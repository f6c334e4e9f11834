//! The files that the generator writes: the bindings, and new names in the table of releases.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use gnutls_releases::{Entry, Kind, Releases, TABLE, Version};

use crate::census::{Census, Declared};
use crate::project;
use crate::{bindings, headers};

const BINDINGS: &str = "gnutls-sys/src/bindings.rs";

pub struct Output {
    pub version: Version,
    pub census: Census,
    bindings: String,
    table: String,
}

pub struct Change {
    pub name: &'static str,
    pub path: PathBuf,
    pub committed: String,
    pub new: String,
}

impl Output {
    pub fn from_headers(include: &Path) -> anyhow::Result<Self> {
        let header = headers::find(&[include])
            .with_context(|| format!("there is no gnutls/gnutls.h in {}", include.display()))?;
        let text = fs::read_to_string(&header)
            .with_context(|| format!("cannot read {}", header.display()))?;
        let version =
            headers::version(&text).map_err(|why| anyhow!("{}: {why}", header.display()))?;

        let table = read(TABLE)?;
        let releases = Releases::parse(&table).map_err(|why| anyhow!(why))?;
        let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
        let source = bindings::generate(&[include], version, &releases, scratch.path())
            .map_err(|why| anyhow!(why))?;
        let bindings = first_lines(version) + &prettyplease::unparse(&syn::parse_file(&source)?);

        let declared = Declared::read(&bindings, &project().join("gnutls-sys/src"))?;
        let census = Census::take(&header, &declared)?;
        agree(&releases, &declared)?;
        let table = with_new_names(table, &releases, &declared, version, committed_version()?)?;
        Ok(Output {
            version,
            census,
            bindings,
            table,
        })
    }

    /// Returns the files that differ from the committed ones.
    pub fn changes(&self) -> anyhow::Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (name, new) in [(BINDINGS, &self.bindings), (TABLE, &self.table)] {
            let committed = read(name)?;
            if committed != *new {
                let path = project().join(name);
                changes.push(Change {
                    name,
                    path,
                    committed,
                    new: new.clone(),
                });
            }
        }
        Ok(changes)
    }
}

/// Returns the version of the headers of the committed bindings.
pub fn committed_version() -> anyhow::Result<Option<Version>> {
    let text = read(BINDINGS)?;
    let line = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(FIRST));
    let version = line.and_then(|line| line.split([',', ' ']).next());
    Ok(version.map(str::parse).transpose()?)
}

const FIRST: &str = "// From the headers of GnuTLS ";

fn first_lines(version: Version) -> String {
    format!(
        "{FIRST}{version}, by `cargo xtask bindgen` with bindgen 0.71.1. Not to be edited by hand.\n\n"
    )
}

fn read(name: &str) -> anyhow::Result<String> {
    let path = project().join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Fails if a name in the table is not in the bindings, or is of another kind there.
fn agree(releases: &Releases, declared: &Declared) -> anyhow::Result<()> {
    let wrong = |(name, entry): &(&String, &Entry)| declared.names.get(*name) != Some(&entry.kind);
    let wrong: Vec<&str> = releases
        .names
        .iter()
        .filter(wrong)
        .map(|(name, _)| name.as_str())
        .collect();
    if !wrong.is_empty() {
        bail!(
            "{TABLE} has names that the headers lack or declare otherwise: {}",
            wrong.join(", ")
        );
    }
    Ok(())
}

/// Returns the table with a line for each new name, with the version of the headers.
///
/// The headers of a development tree have the number of the release before it. The committed bindings have every name of
/// the release with their number, so that no other headers with this number are those of the release.
fn with_new_names(
    mut table: String,
    releases: &Releases,
    declared: &Declared,
    version: Version,
    committed: Option<Version>,
) -> anyhow::Result<String> {
    let all: BTreeMap<(Kind, &str), ()> = declared
        .names
        .iter()
        .map(|(name, &kind)| ((kind, name.as_str()), ()))
        .collect();
    let new: Vec<&(Kind, &str)> = all
        .keys()
        .filter(|(_, name)| !releases.names.contains_key(*name))
        .collect();
    if committed == Some(version) && !new.is_empty() {
        let names: Vec<&str> = new.iter().map(|(_, name)| *name).collect();
        bail!(
            "these headers have the number of GnuTLS {version}, but names that this release lacks: {}. They are of a \
             development tree: use the headers of a release, or first add the names to {TABLE} with theirs",
            names.join(", ")
        );
    }
    for (kind, name) in new {
        table.push_str(&format!("{version}\t{kind}\t{name}\n"));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Returns the bindings for a header of GnuTLS 3.9.1 with this text.
    fn bindings_of(header: &str) -> String {
        let include = tempfile::tempdir().unwrap();
        fs::create_dir(include.path().join("gnutls")).unwrap();
        fs::write(include.path().join("gnutls/gnutls.h"), header).unwrap();
        let table = "3.6.0\tfunction\tgnutls_old\n3.7.3\tfunction\tgnutls_newer\n\
            3.7.3\tconstant\tGNUTLS_NEWER\n3.6.0\tconstant\tGNUTLS_OLD\n";
        let releases = Releases::parse(table).unwrap();
        let version = "3.9.1".parse().unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let source =
            bindings::generate(&[include.path()], version, &releases, scratch.path()).unwrap();
        prettyplease::unparse(&syn::parse_file(&source).unwrap())
    }

    fn has(bindings: &str, lines: &str) {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            plain(bindings).contains(&plain(lines)),
            "{lines}\nis not in\n{bindings}"
        );
    }

    #[test]
    fn functions_are_marked_with_their_release() {
        let bindings = bindings_of(
            "int gnutls_old(void);\nint gnutls_newer(void);\nint gnutls_new(void);\n\
             #define gnutls_second_name gnutls_newer\n#define gnutls_third_name gnutls_second_name\n",
        );
        has(&bindings, "#gnutls_005fold). pub fn gnutls_old() -> c_int;");
        has(
            &bindings,
            "/// Since GnuTLS 3.7.3. #[cfg(gnutls_3_7_3)] pub fn gnutls_newer() -> c_int;",
        );
        has(
            &bindings,
            "/// Since GnuTLS 3.9.1. #[cfg(gnutls_3_9_1)] pub fn gnutls_new() -> c_int;",
        );
        has(
            &bindings,
            "#[cfg(gnutls_3_7_3)] pub use self::gnutls_newer as gnutls_second_name;",
        );
        has(
            &bindings,
            "#[cfg(gnutls_3_7_3)] pub use self::gnutls_second_name as gnutls_third_name;",
        );
    }

    #[test]
    fn constants_have_the_types_that_functions_take() {
        let bindings = bindings_of(
            "typedef enum { GNUTLS_OLD = 1, GNUTLS_NEWER = 1 << 1 } gnutls_flags_t;\n\
             #define GNUTLS_OLD 1\n#define GNUTLS_E_SUCCESS 0\n#define GNUTLS_E_AGAIN -28\n\
             #define GNUTLS_BITS (1 << 3)\n#define GNUTLS_LONG ((unsigned int)-2)\n\
             #define GNUTLS_BOTH (GNUTLS_OLD | GNUTLS_NEWER)\n\
             #define GNUTLS_SECOND_NAME GNUTLS_NEWER,\n#define GNUTLS_TEXT \"2.5.4.3\"\n",
        );
        has(&bindings, "pub type gnutls_flags_t = c_uint;");
        has(&bindings, "pub const GNUTLS_OLD: gnutls_flags_t = 1;");
        assert_eq!(
            bindings.matches("const GNUTLS_OLD:").count(),
            1,
            "{bindings}"
        );
        has(
            &bindings,
            "/// Since GnuTLS 3.7.3. pub const GNUTLS_NEWER: gnutls_flags_t = 2;",
        );
        has(&bindings, "pub const GNUTLS_E_SUCCESS: c_int = 0;");
        has(&bindings, "pub const GNUTLS_E_AGAIN: c_int = -28;");
        has(&bindings, "pub const GNUTLS_BITS: c_uint = 8;");
        has(&bindings, "pub const GNUTLS_LONG: c_uint = 4294967294;");
        has(&bindings, "pub const GNUTLS_BOTH: c_uint = 3;");
        has(
            &bindings,
            "pub use self::GNUTLS_NEWER as GNUTLS_SECOND_NAME;",
        );
        has(&bindings, "pub const GNUTLS_TEXT: &CStr = c\"2.5.4.3\";");
    }

    #[test]
    fn types_are_opaque_or_ours() {
        let bindings = bindings_of(
            "#include <time.h>\nstruct gnutls_int;\ntypedef struct gnutls_int *gnutls_t;\n\
             typedef struct { time_t when; } gnutls_st;\nint gnutls_old(gnutls_t, gnutls_st *);\n\
             int dane_new(void);\n",
        );
        has(
            &bindings,
            "pub struct gnutls_int { _data: [u8; 0], _marker:",
        );
        has(&bindings, "pub type gnutls_t = *mut gnutls_int;");
        has(&bindings, "pub struct gnutls_st { pub when: time_t, }");
        assert!(!bindings.contains("type time_t"), "{bindings}");
        has(
            &bindings,
            "#[cfg(feature = \"dane\")] unsafe extern \"C\" {",
        );
    }

    #[test]
    fn new_names_go_to_the_end_of_the_table() {
        let table = "3.6.0\tfunction\tgnutls_old\n";
        let releases = Releases::parse(table).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for name in ["macros.rs", "platform.rs", "version.rs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let source = "unsafe extern \"C\" { fn gnutls_old(); fn gnutls_new(); }\n\
            pub const GNUTLS_NEW: c_uint = 1;";
        let declared = Declared::read(source, folder.path()).unwrap();
        let version = "3.9.1".parse().unwrap();
        let table_after = |committed: &str| {
            let committed = committed.parse().ok();
            with_new_names(table.to_owned(), &releases, &declared, version, committed)
        };
        // These names are not those of the release whose number a development tree still has.
        let problem = table_after("3.9.1").unwrap_err().to_string();
        assert!(
            problem.contains("GnuTLS 3.9.1") && problem.contains("GNUTLS_NEW, gnutls_new"),
            "{problem}"
        );
        assert_eq!(
            table_after("3.9.0").unwrap(),
            "3.6.0\tfunction\tgnutls_old\n3.9.1\tconstant\tGNUTLS_NEW\n\
             3.9.1\tfunction\tgnutls_new\n",
        );
        assert!(agree(&releases, &declared).is_ok());
        let other = Releases::parse("3.6.0\tconstant\tgnutls_old\n3.6.0\tfunction\tgone\n");
        let problem = agree(&other.unwrap(), &declared).unwrap_err().to_string();
        assert!(
            problem.ends_with("otherwise: gnutls_old, gone")
                || problem.ends_with("gone, gnutls_old")
        );
    }
}
