//! Tests that the recipes of distributions and PACKAGING.md repeat what is stated elsewhere correctly.

use std::collections::BTreeSet;

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};
use fs_err as fs;

use super::control::{self, Paragraph};
use crate::matrix::entry;
use crate::project;

/// Returns a file of the project.
fn read(path: &str) -> String {
    fs::read_to_string(project::root().join(path)).unwrap()
}

/// Returns the packages of the root workspace.
fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(project::root().join("Cargo.toml"));
    command.no_deps().exec().unwrap()
}

/// Returns the packages that are published.
fn published(metadata: &Metadata) -> Vec<&Package> {
    let packages = metadata.packages.iter();
    packages
        .filter(|package| package.publish.is_none())
        .collect()
}

/// Returns the part of a version that programs rely on: `1` of `1.43`, and `0.2` of `0.2.169`.
fn compatible(version: &str) -> String {
    let count = if version.starts_with("0.") { 2 } else { 1 };
    version.split('.').take(count).collect::<Vec<_>>().join(".")
}

/// Returns the relationships of Debian for the dependency of a crate, which has a package for each feature.
fn relationships(dependency: &Dependency) -> Vec<String> {
    let mut features = dependency.features.clone();
    features.extend(dependency.uses_default_features.then(|| "default".into()));
    let mut suffixes: Vec<_> = features.iter().map(|name| format!("+{name}")).collect();
    if suffixes.is_empty() {
        suffixes.push(String::new());
    }
    let required = dependency.req.to_string();
    let mut relationships = Vec::new();
    for comparator in required.split(", ") {
        let number = comparator.trim_start_matches(['^', '>', '<', '=']);
        let (version, operator) = match comparator.strip_suffix(number) {
            Some("^") => (format!("-{}", compatible(number)), ">="),
            Some(">=") => (String::new(), ">="),
            Some("<") => (String::new(), "<<"),
            _ => panic!("{}: {required}", dependency.name),
        };
        let name = format!("librust-{}{version}", dependency.name);
        let relationship = |suffix| format!("{name}{suffix}-dev ({operator} {number}-~~)");
        relationships.extend(suffixes.iter().map(relationship));
    }
    relationships
}

/// Returns the relationships in a field to packages of crates.
fn crates_in<'a>(paragraph: &'a Paragraph, field: &str) -> BTreeSet<&'a str> {
    let list = paragraph.relationships(field).into_iter();
    let of_crates = list.filter(|item| item.starts_with("librust-"));
    of_crates
        .filter(|item| !item.ends_with("(= ${binary:Version})") || field == "Provides")
        .collect()
}

/// Returns the names under which Debian finds a crate with one of these features.
fn provided(package: &Package, features: &[&str]) -> BTreeSet<String> {
    let version = &package.version;
    let versions = [
        String::new(),
        format!("-{}", version.major),
        format!("-{}.{}", version.major, version.minor),
        format!("-{version}"),
    ];
    let suffixes = features.iter().map(|feature| format!("+{feature}"));
    let suffixes: Vec<_> = suffixes.chain([String::new()]).collect();
    let names = versions.iter().flat_map(|version| {
        let name = move |suffix| format!("librust-{}{version}{suffix}-dev", package.name);
        suffixes.iter().map(name)
    });
    let own = format!("librust-{}-dev", package.name);
    let names = names.filter(|name| *name != own);
    names
        .map(|name| format!("{name} (= ${{binary:Version}})"))
        .collect()
}

fn owned(list: BTreeSet<&str>) -> BTreeSet<String> {
    list.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_control_file_of_debian_has_the_dependencies_and_features_of_the_manifests() {
    let metadata = metadata();
    let paragraphs = control::paragraphs(&read("ci/debian/control"));
    let (source, packages) = paragraphs.split_first().unwrap();
    let find = |name: &str| {
        let is_it = |package: &&Paragraph| package.field("Package").unwrap() == name;
        packages.iter().find(is_it)
    };
    let members: Vec<_> = metadata.packages.iter().map(|it| &it.name).collect();

    let build: BTreeSet<_> = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| !members.contains(&&dependency.name))
        .flat_map(relationships)
        .collect();
    assert_eq!(owned(crates_in(source, "Build-Depends")), build);

    for package in published(&metadata) {
        let main = find(&format!("librust-{}-dev", package.name)).unwrap();
        let mut features = vec!["default"];
        let mut depends = Vec::new();
        let of_users = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development);
        let of_users: Vec<_> = of_users.collect();
        let required = of_users.iter().filter(|it| !it.optional);
        depends.extend(required.map(|&it| it.clone()));
        for (feature, enabled) in &package.features {
            let enables = |it: &&&Dependency| enabled.contains(&format!("dep:{}", it.name));
            let mut optional: Vec<_> = of_users
                .iter()
                .filter(enables)
                .map(|&it| it.clone())
                .collect();
            optional.extend(enabled.iter().filter_map(|item| {
                let (name, feature) = item.split_once('/')?;
                let mut dependency = of_users.iter().find(|it| it.name == name).copied()?.clone();
                dependency.features = vec![feature.to_owned()];
                Some(dependency)
            }));
            match find(&format!("librust-{}+{feature}-dev", package.name)) {
                // A feature with a package of its own, which keeps its dependencies from users of the others.
                Some(own) => {
                    let expected = optional.iter().flat_map(relationships).collect();
                    assert_eq!(owned(crates_in(own, "Depends")), expected, "{feature}");
                }
                None => {
                    features.push(feature);
                    depends.extend(optional);
                }
            }
        }
        let expected = depends.iter().flat_map(relationships).collect();
        let name = &package.name;
        assert_eq!(owned(crates_in(main, "Depends")), expected, "{name}");
        let expected = provided(package, &features);
        assert_eq!(owned(crates_in(main, "Provides")), expected, "{name}");
    }
}

#[test]
fn every_recipe_has_the_version_of_the_crates() {
    let metadata = metadata();
    let version = &published(&metadata)[0].version;
    let mut recipes = vec![
        (
            "ci/debian/changelog".to_owned(),
            format!("rust-gnutls ({version}-"),
        ),
        ("ci/alpine/APKBUILD".into(), format!("pkgver={version}")),
        ("ci/arch/PKGBUILD".into(), format!("pkgver={version}")),
        (
            "ci/nix/default.nix".into(),
            format!("version = \"{version}\";"),
        ),
    ];
    for package in published(&metadata) {
        let spec = format!("ci/rpm/rust-{}.spec", package.name);
        recipes.push((spec, format!("Version:        {version}")));
    }
    assert_eq!(recipes.len(), 8);
    for (file, line) in recipes {
        let is_it = |other: &str| other.trim().starts_with(&line);
        assert!(read(&file).lines().any(is_it), "{file}: no `{line}`");
    }
}

#[test]
fn every_spec_has_a_package_for_each_feature() {
    for package in published(&metadata()) {
        let spec = read(&format!("ci/rpm/rust-{}.spec", package.name));
        let packages = spec.lines().filter_map(|line| {
            let name = line.strip_prefix("%package     -n %{name}+")?;
            name.strip_suffix("-devel")
        });
        let packages: BTreeSet<_> = packages.collect();
        let features = package.features.keys().map(String::as_str);
        let features: BTreeSet<_> = features.chain(["default"]).collect();
        assert_eq!(packages, features, "{}", package.name);
    }
}

#[test]
fn packaging_lists_the_variables_of_the_build_script() {
    let text = read("PACKAGING.md");
    let mut count = 0;
    for file in fs::read_dir(project::root().join("gnutls-sys/build")).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        for literal in source.split('"') {
            let starts = ["GNUTLS_", "PKG_CONFIG", "CC", "CFLAGS", "DOCS_RS"];
            let is_name = literal.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            let is_variable = is_name && starts.iter().any(|start| literal.starts_with(start));
            // Prefixes and macros of the headers.
            let is_header = literal.ends_with('_') || literal.starts_with("GNUTLS_VERSION");
            if is_variable && !is_header {
                assert!(text.contains(&format!("`{literal}`")), "{literal}");
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn packaging_lists_the_features() {
    let text = read("PACKAGING.md");
    let metadata = metadata();
    let mut count = 0;
    for package in published(&metadata) {
        for feature in package.features.keys() {
            let [crate_name, feature] =
                [package.name.as_str(), feature.as_str()].map(|name| format!("`{name}`"));
            let is_row = |line: &str| {
                let mut columns = line.split('|').skip(1);
                let mut next_contains =
                    |name: &str| columns.next().is_some_and(|column| column.contains(name));
                next_contains(&crate_name) && next_contains(&feature)
            };
            assert!(text.lines().any(is_row), "{crate_name}: {feature}");
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn packaging_lists_the_versions_of_the_matrix() {
    let text = read("PACKAGING.md");
    let entries = entry::read(&project::root().join("ci/matrix.toml"), &[]).unwrap();
    for entry in entries {
        let row = format!("| {} | {} |", entry.title, entry.gnutls);
        assert!(text.lines().any(|line| line.starts_with(&row)), "{row}");
    }
}
