//! The public items of the crate `gnutls` and their aliases, from rustdoc's JSON output: macros are expanded there, and
//! paths are those of the re-exports.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    /// The path after `crate::`, for example `Session::read`.
    pub(crate) path: String,
    /// The parameters and the result if the item is a function.
    pub(crate) signature: Option<String>,
}

/// The public items of the crate.
#[derive(Default)]
pub(crate) struct Items {
    /// The items by their aliases.
    pub(crate) aliases: BTreeMap<String, Vec<Item>>,
    /// The paths of all items.
    pub(crate) paths: Vec<String>,
}

impl Items {
    /// Runs rustdoc, as docs.rs does: with all features, and without GnuTLS.
    pub(crate) fn read(project: &Path) -> anyhow::Result<Self> {
        let target = project.join("target/coverage");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .current_dir(project)
            .args([
                "rustdoc",
                "--quiet",
                "--package",
                "gnutls",
                "--all-features",
            ])
            .args([
                "--",
                "--cap-lints",
                "allow",
                "-Z",
                "unstable-options",
                "--output-format",
                "json",
            ])
            .env("CARGO_TARGET_DIR", &target)
            .env("DOCS_RS", "1")
            // The JSON output is not stable yet.
            .env("RUSTC_BOOTSTRAP", "1")
            .status()
            .context("cannot run cargo rustdoc")?;
        ensure!(status.success(), "cargo rustdoc failed: {status}");
        let file = target.join("doc/gnutls.json");
        let open = File::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
        let crate_ = serde_json::from_reader(BufReader::new(open))
            .with_context(|| format!("{} is not JSON", file.display()))?;
        let items = Self::from_json(&crate_);
        ensure!(
            !items.aliases.is_empty(),
            "{}: no alias was found; rustdoc's format {} may be unknown",
            file.display(),
            crate_["format_version"]
        );
        Ok(items)
    }

    fn from_json(crate_: &Value) -> Self {
        let mut walk = Walk {
            index: &crate_["index"],
            found: HashMap::new(),
        };
        walk.module(&crate_["root"], "");
        let mut items = Self {
            aliases: BTreeMap::new(),
            paths: walk.members_of_type_aliases(),
        };
        for (id, path) in walk.found {
            let item = &crate_["index"][&id];
            let is_named = path.rsplit("::").next() == item["name"].as_str();
            let signature = signature(&item["inner"]["function"]["sig"]).filter(|_| is_named);
            for alias in aliases(&item["attrs"]) {
                items.aliases.entry(alias).or_default().push(Item {
                    path: path.clone(),
                    signature: signature.clone(),
                });
            }
            items.paths.push(path);
        }
        items.paths.sort();
        items.paths.dedup();
        for items in items.aliases.values_mut() {
            items.sort();
        }
        items
    }
}

/// A walk through the public modules.
struct Walk<'a> {
    index: &'a Value,
    /// The path of each item by its id; the first one that is found, so that the root has precedence.
    found: HashMap<String, String>,
}

impl Walk<'_> {
    fn module(&mut self, id: &Value, path: &str) {
        let mut modules = Vec::new();
        for id in list(&self.index[key(id)]["inner"]["module"]["items"]) {
            let item = &self.index[key(id)];
            let used = &item["inner"]["use"];
            if used["is_glob"] == true {
                self.module(&used["id"], path);
                continue;
            }
            let (id, name) = match used["id"] {
                Value::Null => (id, &item["name"]),
                ref id => (id, &used["name"]),
            };
            let path = join(path, name);
            if self.index[key(id)]["inner"]["module"].is_object() {
                modules.push((id, path));
            } else {
                self.item(id, &path);
            }
        }
        for (id, path) in modules {
            self.found.insert(key(id), path.clone());
            self.module(id, &path);
        }
    }

    fn item(&mut self, id: &Value, path: &str) {
        let item = &self.index[key(id)];
        if !item.is_object() || self.found.contains_key(&key(id)) {
            return;
        }
        self.found.insert(key(id), path.to_owned());
        for kind in ["struct", "enum", "trait"] {
            let inner = &item["inner"][kind];
            for id in list(&inner["variants"]).chain(list(&inner["kind"]["plain"]["fields"])) {
                self.member(id, path, false);
            }
            for id in list(&inner["items"]) {
                self.member(id, path, true);
            }
            for id in list(&inner["impls"]) {
                let implementation = &self.index[key(id)]["inner"]["impl"];
                for id in list(&implementation["items"]) {
                    if implementation["trait"].is_null() {
                        self.member(id, path, false);
                    } else {
                        // No link leads to it, since the trait need not be in scope: the type stands for it.
                        self.found.entry(key(id)).or_insert_with(|| path.to_owned());
                    }
                }
            }
        }
    }

    /// The paths of the members of types by their second names.
    fn members_of_type_aliases(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (id, second) in &self.found {
            let aliased = &self.index[id]["inner"]["type_alias"]["type"]["resolved_path"]["id"];
            if let Some(first) = self.found.get(&key(aliased)) {
                let members = self
                    .found
                    .values()
                    .filter_map(|path| path.strip_prefix(first));
                let members = members.filter(|member| member.starts_with("::"));
                paths.extend(members.map(|member| format!("{second}{member}")));
            }
        }
        paths
    }

    /// Adds a member of a type. The visibility of a member of a trait is that of the trait.
    fn member(&mut self, id: &Value, path: &str, of_trait: bool) {
        let item = &self.index[key(id)];
        if item.is_object() && (of_trait || item["visibility"] != "crate") {
            let path = join(path, &item["name"]);
            self.found.entry(key(id)).or_insert(path);
        }
    }
}

/// Ids are numbers, and their texts are the keys of the index.
fn key(id: &Value) -> String {
    id.to_string()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn join(path: &str, name: &Value) -> String {
    let name = name.as_str().unwrap_or_default();
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}::{name}")
    }
}

/// Returns the aliases in the attributes of an item, which are strings up to rustdoc 1.88 and objects with strings
/// afterwards.
fn aliases(attributes: &Value) -> Vec<String> {
    let text = |attribute: &Value| {
        let text = attribute["other"].as_str().or(attribute.as_str())?;
        let (_, rest) = text.split_once("doc(alias = \"")?;
        Some(rest.split('"').next()?.to_owned())
    };
    list(attributes).filter_map(text).collect()
}

fn signature(signature: &Value) -> Option<String> {
    let inputs = signature["inputs"].as_array()?;
    let inputs = inputs.iter().map(|input| {
        let name = input[0].as_str().unwrap_or_default();
        let reference = &input[1]["borrowed_ref"];
        match (name, reference["is_mutable"].as_bool()) {
            ("self", Some(true)) => "&mut self".to_owned(),
            ("self", Some(false)) => "&self".to_owned(),
            _ => name.to_owned(),
        }
    });
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    let result = match &signature["output"] {
        Value::Null => String::new(),
        output => format!(" -> {}", type_(output)),
    };
    Some(format!("({inputs}){result}"))
}

/// Returns a type as it is written in Rust.
fn type_(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return "_".to_owned();
    };
    let types = |list: &Value| self::list(list).map(type_).collect::<Vec<_>>().join(", ");
    match kind.as_str() {
        "primitive" | "generic" => inner.as_str().unwrap_or_default().to_owned(),
        "resolved_path" => path(inner),
        "tuple" => format!("({})", types(inner)),
        "slice" => format!("[{}]", type_(inner)),
        "array" => format!(
            "[{}; {}]",
            type_(&inner["type"]),
            inner["len"].as_str().unwrap_or("_")
        ),
        "borrowed_ref" | "raw_pointer" => {
            let sign = match (kind.as_str(), inner["is_mutable"] == true) {
                ("borrowed_ref", false) => "&",
                ("borrowed_ref", true) => "&mut ",
                (_, false) => "*const ",
                (_, true) => "*mut ",
            };
            format!("{sign}{}", type_(&inner["type"]))
        }
        "impl_trait" => {
            let bounds = list(inner).filter(|bound| bound["trait_bound"].is_object());
            let bounds = bounds.map(|bound| path(&bound["trait_bound"]["trait"]));
            format!("impl {}", bounds.collect::<Vec<_>>().join(" + "))
        }
        "qualified_path" => format!("Self::{}", inner["name"].as_str().unwrap_or_default()),
        _ => "_".to_owned(),
    }
}

/// Returns a path without its modules, with its arguments but no lifetimes.
fn path(value: &Value) -> String {
    let name = value["path"].as_str().unwrap_or_default();
    let name = name.rsplit("::").next().unwrap_or(name);
    let arguments = &value["args"]["angle_bracketed"];
    let types = list(&arguments["args"]).filter(|argument| argument["type"].is_object());
    let types = types.map(|argument| type_(&argument["type"]));
    let bindings = list(&arguments["constraints"]).map(|binding| {
        let name = binding["name"].as_str().unwrap_or_default();
        format!(
            "{name} = {}",
            type_(&binding["binding"]["equality"]["type"])
        )
    });
    let arguments: Vec<_> = types.chain(bindings).collect();
    if arguments.is_empty() {
        name.to_owned()
    } else {
        format!("{name}<{}>", arguments.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_have_the_paths_of_their_re_exports() {
        let module =
            |items: Value| json!({ "name": "m", "inner": { "module": { "items": items } } });
        let used = |id: u32| json!({ "name": null, "inner": { "use": { "id": id, "name": "Open", "is_glob": false } } });
        let function = json!({
            "name": "read", "visibility": "public",
            "attrs": ["#[doc(alias = \"gnutls_a\")]", { "other": "#[doc(alias = \"gnutls_b\")]" }],
            "inner": { "function": { "sig": {
                "inputs": [
                    ["self", { "borrowed_ref": { "is_mutable": true, "type": { "generic": "Self" } } }],
                    ["buffer", { "borrowed_ref": { "is_mutable": true, "type": { "slice": { "primitive": "u8" } } } }],
                ],
                "output": { "resolved_path": { "path": "crate::Result", "args": { "angle_bracketed": {
                    "args": [{ "lifetime": "'a" }, { "type": { "tuple": [{ "primitive": "usize" }, { "primitive": "bool" }] } }],
                    "constraints": [],
                } } } },
            } } },
        });
        let hidden = json!({ "name": "own", "visibility": "crate", "attrs": ["#[doc(alias = \"gnutls_c\")]"],
            "inner": { "function": {} } });
        let crate_ = json!({
            "root": 0,
            "index": {
                "0": module(json!([1, 2, 8])),
                "1": module(json!([3])),
                "2": used(4),
                "3": used(4),
                "4": { "name": "Inner", "attrs": [], "inner": { "struct": { "kind": "unit", "impls": [5, 9] } } },
                "5": { "inner": { "impl": { "items": [6, 7], "trait": null } } },
                "6": function,
                "7": hidden,
                "8": { "name": "Second", "attrs": [],
                    "inner": { "type_alias": { "type": { "resolved_path": { "id": 4 } } } } },
                "9": { "inner": { "impl": { "items": [10], "trait": { "path": "FromStr" } } } },
                "10": { "name": "from_str", "attrs": ["#[doc(alias = \"gnutls_d\")]"],
                    "inner": { "function": { "sig": { "inputs": [], "output": null } } } },
            },
        });
        let items = Items::from_json(&crate_);
        assert_eq!(
            items.paths,
            ["Open", "Open::read", "Second", "Second::read", "m"]
        );
        let read = Item {
            path: "Open::read".to_owned(),
            signature: Some("(&mut self, buffer) -> Result<(usize, bool)>".to_owned()),
        };
        assert_eq!(items.aliases["gnutls_a"], items.aliases["gnutls_b"]);
        assert_eq!(items.aliases["gnutls_b"], [read]);
        assert!(!items.aliases.contains_key("gnutls_c"));
        let of_trait = Item {
            path: "Open".to_owned(),
            signature: None,
        };
        assert_eq!(items.aliases["gnutls_d"], [of_trait]);
    }
}
