//! Compares bindings that were generated from the headers of one version with the committed ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

use gnutls_releases::{Releases, Version, read_rows as rows};

use crate::project;

/// Compares the generated files in a directory with the committed one. Returns a summary, or the differences as an error.
pub(crate) fn compare(
    project: &Path,
    generated: &Path,
    version: Version,
) -> anyhow::Result<String> {
    let read = |file: &Path| anyhow::Ok(items(&formatted(file)?));
    let committed = read(&project.join("gnutls-sys/src/bindings.rs"))?;
    let newer = read(&generated.join("newer.rs"))?;
    let generated = read(&generated.join("bindings.rs"))?;
    let known = Known::read(project)?;
    ensure!(
        generated.len() > 1000,
        "only {} items were generated",
        generated.len()
    );
    let (changed, mut differences) = differences(&generated, &committed, &known, version);
    differences.extend(unavailable(&generated, &newer, &committed));
    if differences.is_empty() {
        return Ok(format!(
            "{} items, {changed} changed and {} added since, 0 differences",
            generated.len(),
            newer.len()
        ));
    }
    let shown = differences
        .iter()
        .take(20)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n    ");
    bail!(
        "{} differences to the committed bindings:\n    {shown}",
        differences.len()
    )
}

/// Returns a file as rustfmt formats it, with one attribute in each line. Generated files are not formatted.
fn formatted(file: &Path) -> anyhow::Result<String> {
    let mut rustfmt = Command::new(project::tool("RUSTFMT", "rustfmt"));
    let output = rustfmt
        .args(["--edition", "2024"])
        .stdin(fs_err::File::open(file)?.into_parts().0)
        .output()
        .context("cannot run rustfmt")?;
    ensure!(
        output.status.success(),
        "rustfmt cannot format {}: {}",
        file.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// The tables of the project about names.
struct Known {
    releases: Releases,
    /// The last release that changed its signature or value.
    changed: BTreeMap<String, Version>,
    /// The names that are not in the table of releases, in one release or in any.
    exceptions: Vec<(Option<Version>, String)>,
}

impl Known {
    fn read(project: &Path) -> anyhow::Result<Self> {
        let mut known = Known {
            releases: Releases::read(project)?,
            changed: BTreeMap::new(),
            exceptions: Vec::new(),
        };
        for table in ["signatures", "values"] {
            for [release, name, _] in rows(&project.join(format!("tests/abi/{table}.tsv")))? {
                let release = release.parse()?;
                let last = known.changed.entry(name).or_insert(release);
                *last = release.max(*last);
            }
        }
        for [release, name, _] in rows(&project.join("tests/abi/exceptions.tsv"))? {
            let release = if release == "any" {
                None
            } else {
                Some(release.parse()?)
            };
            known.exceptions.push((release, name));
        }
        Ok(known)
    }
}

impl Known {
    fn is_exception(&self, name: &str, version: Version) -> bool {
        let mut exceptions = self.exceptions.iter();
        exceptions.any(|(release, other)| {
            other == name && release.is_none_or(|release| release == version)
        })
    }
}

/// Returns the number of items that a later release has changed, and the unexpected differences.
fn differences(
    generated: &BTreeMap<String, String>,
    committed: &BTreeMap<String, String>,
    known: &Known,
    version: Version,
) -> (usize, Vec<String>) {
    let mut changed = 0;
    let mut differences = Vec::new();
    for (name, item) in generated {
        match committed.get(name) {
            None => differences.push(format!("{name} is not in the committed bindings")),
            Some(other) if other == item => {}
            Some(_)
                if known
                    .changed
                    .get(name)
                    .is_some_and(|&release| release > version) =>
            {
                changed += 1
            }
            Some(other) => differences.push(format!("generated `{item}`, committed `{other}`")),
        }
        let later = known.releases.first(name).filter(|&first| first > version);
        if let Some(first) = later.filter(|_| !known.is_exception(name, version)) {
            differences.push(format!(
                "{name} exists; according to the table of releases, {first} added it"
            ));
        }
    }
    // Distributions package libgnutls-dane separately.
    let has_dane = generated.keys().any(|name| is_of_dane(name));
    for name in committed
        .keys()
        .filter(|name| !generated.contains_key(*name) && (has_dane || !is_of_dane(name)))
    {
        let had = known.releases.first(name).filter(|&first| first <= version);
        if let Some(first) = had.filter(|_| !known.is_exception(name, version)) {
            differences.push(format!("{name} of {first} was not generated"));
        }
    }
    (changed, differences)
}

/// Returns a difference for each committed name that a build with generated bindings lacks.
fn unavailable<'a>(
    generated: &'a BTreeMap<String, String>,
    newer: &'a BTreeMap<String, String>,
    committed: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let names = committed.keys();
    let lacking = names.filter(|name| !generated.contains_key(*name) && !newer.contains_key(*name));
    lacking.map(|name| format!("{name} is not available with the feature bindgen"))
}

fn is_of_dane(name: &str) -> bool {
    name.starts_with("dane_") || name.starts_with("DANE_")
}

/// Returns the items of bindings by name, without attributes and comments, in a form that does not depend on the
/// formatter.
fn items(source: &str) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    let (mut item, mut depth) = (String::new(), 0_u32);
    let lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("#[") && !line.starts_with("//"));
    for word in lines.flat_map(str::split_whitespace) {
        item.push_str(word);
        item.push(' ');
        // Functions are items, and the block around them is none.
        if item == "unsafe extern \"C\" { " || (depth == 0 && item == "} ") {
            item.clear();
            continue;
        }
        let count = |c| u32::try_from(word.matches(c).count()).unwrap_or(0);
        depth = (depth + count('{')).saturating_sub(count('}'));
        if depth == 0 && (word.ends_with(';') || word.ends_with('}')) {
            let text = std::mem::take(&mut item);
            items.extend(name(&text).map(|name| (name, tidy(&text))));
        }
    }
    resolved(&items)
}

/// Returns the items with aliases resolved: an alias in one header is a constant of the same value in another.
fn resolved(items: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let target = |item: &str| {
        Some(
            item.strip_prefix("pub use self::")?
                .split_once(' ')?
                .0
                .to_owned(),
        )
    };
    let resolve = |(name, item): (&String, &String)| {
        let (mut end, mut text) = (name.clone(), item);
        // An alias may name an alias. The number of items ends a cycle.
        for _ in 0..items.len() {
            match target(text).and_then(|target| items.get_key_value(&target)) {
                Some((next, item)) => (end, text) = (next.clone(), item),
                None => break,
            }
        }
        (name.clone(), text.replacen(&end, name, 1))
    };
    items.iter().map(resolve).collect()
}

fn name(item: &str) -> Option<String> {
    let words: Vec<_> = item.split_whitespace().collect();
    let name = match words[..] {
        ["pub", "use", .., "as", name] => name,
        ["pub", "static", "mut", name, ..]
        | [
            "pub",
            "fn" | "const" | "type" | "struct" | "union" | "static",
            name,
            ..,
        ] => name,
        _ => return None,
    };
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    Some(name[..end].to_owned())
}

/// Returns the item without spaces between symbols and without trailing commas.
fn tidy(item: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    let mut text = String::new();
    for word in item.split_whitespace() {
        if text.ends_with(is_word) && word.starts_with(is_word) {
            text.push(' ');
        }
        text.push_str(word);
    }
    let text = text
        .replace(",)", ")")
        .replace(",>", ">")
        .replace(",}", "}");
    without_parameter_names(&text)
}

/// Returns a tidy item without the names of parameters, which differ between headers and are no part of the ABI.
fn without_parameter_names(item: &str) -> String {
    let mut text = String::new();
    let mut rest = item;
    while let Some(start) = rest.find(['(', ',']) {
        let (before, parameter) = rest.split_at(start + 1);
        text.push_str(before);
        rest = match parameter.split_once(':') {
            Some((name, kind)) if is_name(name) && !kind.starts_with(':') => kind,
            _ => parameter,
        };
    }
    text + rest
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
        // Written by hand.
        use core::ffi::*;
        pub type gnutls_f = Option<
            unsafe extern "C" fn(
                arg1: gnutls_session_t,
            ) -> c_int,
        >;
        #[repr(C)]
        pub struct gnutls_datum_t {
            pub data: *mut c_uchar,
            pub size: c_uint,
        }
        pub const GNUTLS_A: c_uint = 1;
        pub use self::GNUTLS_A as GNUTLS_B;
        unsafe extern "C" {
            /// Words; { more
            #[cfg(gnutls_3_7_3)]
            pub fn gnutls_new(session: gnutls_session_t) -> c_int;
            pub fn gnutls_long(
                session: gnutls_session_t,
                flags: c_uint,
            ) -> c_int;
            pub static mut gnutls_malloc: gnutls_f;
        }
        pub const GNUTLS_LAST: c_int = -1;
    "#;

    #[test]
    fn items_are_found_by_name() {
        let items = items(SOURCE);
        let names: Vec<_> = items.keys().map(String::as_str).collect();
        let all = [
            "GNUTLS_A",
            "GNUTLS_B",
            "GNUTLS_LAST",
            "gnutls_datum_t",
            "gnutls_f",
            "gnutls_long",
            "gnutls_malloc",
            "gnutls_new",
        ];
        assert_eq!(names, all);
        assert_eq!(
            items["gnutls_long"],
            "pub fn gnutls_long(gnutls_session_t,c_uint)->c_int;"
        );
    }

    #[test]
    fn an_alias_is_what_it_names() {
        assert_eq!(items(SOURCE)["GNUTLS_B"], "pub const GNUTLS_B:c_uint=1;");
        let constant = SOURCE.replace(
            "pub use self::GNUTLS_A as GNUTLS_B;",
            "pub const GNUTLS_B: c_uint = 1;",
        );
        assert_eq!(items(&constant), items(SOURCE));
        assert_ne!(
            items(&constant.replace("GNUTLS_B: c_uint = 1", "GNUTLS_B: c_uint = 2")),
            items(SOURCE)
        );
    }

    #[test]
    fn where_lines_are_broken_is_no_difference() {
        let broken = SOURCE.replace(
            "(session: gnutls_session_t) -> c_int;",
            "(\nsession: gnutls_session_t,\n)\n-> c_int;",
        );
        assert_ne!(broken, SOURCE);
        assert_eq!(items(&broken), items(SOURCE));
    }

    #[test]
    fn names_of_parameters_are_no_difference() {
        let renamed = SOURCE
            .replace("flags: ", "options: ")
            .replace("arg1: ", "session: ");
        assert_eq!(items(&renamed), items(SOURCE));
        let field = SOURCE.replace("pub size: ", "pub length: ");
        assert_ne!(items(&field), items(SOURCE));
    }

    #[test]
    fn unformatted_bindings_have_the_same_items() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bindings.rs");
        let attributes = "# [doc = \" a ; { b\"] # [cfg (gnutls_3_7_3)] pub fn gnutls_new";
        let formatted_source = SOURCE.replace("pub fn gnutls_new", attributes);
        let lines = formatted_source.lines().filter(|line| !line.contains("//"));
        fs_err::write(&file, lines.collect::<Vec<_>>().join(" ")).unwrap();
        assert_eq!(items(&formatted(&file).unwrap()), items(SOURCE));
    }

    #[test]
    fn each_committed_name_is_available_with_generated_bindings() {
        let committed = items(SOURCE);
        let generated = items(&SOURCE.replace("GNUTLS_A: c_uint", "GNUTLS_OLD: c_uint"));
        let found = |newer| unavailable(&generated, &items(newer), &committed).collect::<Vec<_>>();
        assert_eq!(found("pub const GNUTLS_A: c_uint = 1;"), [""; 0]);
        assert_eq!(
            found("pub const GNUTLS_B: c_uint = 1;"),
            ["GNUTLS_A is not available with the feature bindgen"]
        );
    }

    #[test]
    fn an_absent_libgnutls_dane_is_no_difference() {
        const DANE: &str = "pub type dane_state_t = u8; pub const DANE_F_INSECURE: c_uint = 2;";
        let known = Known {
            releases: Releases::parse(
                "3.6.0\tconstant\tDANE_F_INSECURE\n3.6.0\tfunction\tdane_f\n",
            )
            .unwrap(),
            changed: BTreeMap::new(),
            exceptions: Vec::new(),
        };
        let committed = items(&format!("{SOURCE}{DANE} pub fn dane_f();"));
        let found = |generated: &str| {
            let version = "3.6.0".parse().unwrap();
            let (_, found) = differences(&items(generated), &committed, &known, version);
            found
        };
        assert_eq!(found(SOURCE), [""; 0]);
        assert_eq!(
            found(&format!("{SOURCE}{DANE}")),
            ["dane_f of 3.6.0 was not generated"]
        );
    }

    #[test]
    fn each_kind_of_difference_is_seen() {
        let release = |text: &str| text.parse::<Version>().unwrap();
        let known = || Known {
            releases: Releases::parse(
                "3.7.3\tfunction\tgnutls_new\n3.6.0\tfunction\tgnutls_long\n",
            )
            .unwrap(),
            changed: [("GNUTLS_A".into(), release("3.7.0"))].into(),
            exceptions: Vec::new(),
        };
        let check = |from: &str, to: &str, version: &str| {
            differences(
                &items(&SOURCE.replace(from, to)),
                &items(SOURCE),
                &known(),
                release(version),
            )
        };
        assert_eq!(check("", "", "3.8.0"), (0, vec![]));
        // Another value is correct before the release that changed it, and wrong after it.
        assert_eq!(check("c_uint = 1", "c_uint = 2", "3.6.16").0, 1);
        assert!(check("c_uint = 1", "c_uint = 2", "3.8.0").1[0].contains("=2"));
        assert!(
            check("flags: c_uint", "flags: c_int", "3.8.0").1[0]
                .contains("gnutls_session_t,c_int)")
        );
        assert!(
            check("GNUTLS_LAST", "GNUTLS_OTHER", "3.8.0").1[0].contains("GNUTLS_OTHER is not in")
        );
        assert!(
            check("pub fn gnutls_long", "pub fn gnutls_longer", "3.8.0").1[1]
                .contains("gnutls_long of 3.6.0")
        );
        assert!(check("", "", "3.7.2").1[0].contains("3.7.3 added it"));
        for release in [None, Some(release("3.7.2"))] {
            let known = Known {
                exceptions: vec![(release, "gnutls_new".into())],
                ..known()
            };
            assert_eq!(
                differences(
                    &items(SOURCE),
                    &items(SOURCE),
                    &known,
                    "3.7.2".parse().unwrap()
                )
                .1,
                Vec::<String>::new()
            );
            assert_eq!(
                differences(
                    &items(SOURCE),
                    &items(SOURCE),
                    &known,
                    "3.7.1".parse().unwrap()
                )
                .1
                .len(),
                usize::from(release.is_some())
            );
        }
    }
}
