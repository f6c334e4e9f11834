//! The module tree of a crate, and the resolution of paths in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::references::{Reference, collect};

/// The number of a module in its tree; the root is 0.
pub(crate) type Id = usize;

#[derive(Default)]
pub(crate) struct Module {
    /// The path from the root: `session::state`, empty for the root itself.
    pub(crate) path: String,
    /// The file that contains it, relative to the source directory.
    pub(crate) file: String,
    pub(crate) parent: Option<Id>,
    pub(crate) children: BTreeMap<String, Id>,
    /// The names that the module defines.
    pub(crate) items: BTreeSet<String>,
    /// The names that the module imports, with the path of each and whether it is a re-export.
    pub(crate) uses: BTreeMap<String, (Vec<String>, bool)>,
    /// The paths in its code.
    pub(crate) references: Vec<Reference>,
}

/// The module tree of a crate, without the modules that are compiled only for tests.
pub(crate) struct Modules {
    pub(crate) all: Vec<Module>,
    source: PathBuf,
}

/// The target of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Module(Id),
    /// The item of that name that this module defines.
    Item(Id, String),
}

impl Target {
    pub(crate) fn module(&self) -> Id {
        match self {
            Target::Module(id) | Target::Item(id, _) => *id,
        }
    }
}

impl Modules {
    /// Reads the crate whose root is `lib.rs` in that directory.
    pub(crate) fn read(source: &Path) -> anyhow::Result<Self> {
        let mut modules = Modules {
            all: vec![Module {
                file: "lib.rs".into(),
                ..Module::default()
            }],
            source: source.to_owned(),
        };
        modules.read_file(0)?;
        Ok(modules)
    }

    /// Reads the file of a module, and those of the modules that it declares.
    fn read_file(&mut self, id: Id) -> anyhow::Result<()> {
        let path = self.source.join(&self.all[id].file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let file =
            syn::parse_file(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        for child in collect(self, id, &file) {
            let path = self.all[child].path.replace("::", "/");
            let nested = format!("{path}/mod.rs");
            let is_nested = self.source.join(&nested).is_file();
            self.all[child].file = if is_nested {
                nested
            } else {
                format!("{path}.rs")
            };
            self.read_file(child)?;
        }
        Ok(())
    }

    /// Adds a module of that name, in the file of its parent.
    pub(crate) fn add(&mut self, parent: Id, name: &str) -> Id {
        let id = self.all.len();
        let above = &self.all[parent];
        self.all.push(Module {
            path: join(&above.path, name),
            file: above.file.clone(),
            parent: Some(parent),
            ..Module::default()
        });
        self.all[parent].children.insert(name.to_owned(), id);
        id
    }

    /// Resolves a path as written in that module. Returns the target and the module of the first re-export on the way,
    /// or `None` for a path to another crate, to a local variable or to a generic parameter.
    pub(crate) fn resolve(&self, from: Id, path: &[String]) -> Option<(Target, Option<Id>)> {
        self.follow(from, path, 0)
    }

    fn follow(&self, from: Id, path: &[String], depth: usize) -> Option<(Target, Option<Id>)> {
        // Imports of each other have no target.
        if depth > 16 {
            return None;
        }
        let mut at = from;
        let mut rest = path;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" => at = 0,
                "self" => {}
                "super" => at = self.all[at].parent?,
                _ => break,
            }
            rest = others;
        }
        let explicit = rest.len() < path.len();
        let mut through = None;
        for (index, name) in rest.iter().enumerate() {
            let module = &self.all[at];
            if let Some(&child) = module.children.get(name) {
                at = child;
            } else if module.items.contains(name) {
                return Some((Target::Item(at, name.clone()), through));
            } else if let Some((path, _)) = module.uses.get(name) {
                // The imports of a module are for its own code: using them from there is no detour.
                let own = at == from && index == 0;
                match self.follow(at, path, depth + 1) {
                    // `pub(crate) use name;` gives a macro of this module a path.
                    Some((Target::Item(module, name), _)) if module == at => {
                        return Some((Target::Item(at, name), through));
                    }
                    Some((target, _)) => {
                        through = through.or((!own).then_some(at));
                        match target {
                            Target::Module(id) => at = id,
                            Target::Item(..) => return Some((target, through)),
                        }
                    }
                    // Another name for something in another crate.
                    None if own => return None,
                    None => return Some((Target::Item(at, name.clone()), through)),
                }
            } else if index == 0 && !explicit {
                return None;
            } else {
                // Invoked macros define names, too.
                return Some((Target::Item(at, name.clone()), through));
            }
        }
        Some((Target::Module(at), through))
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}::{name}"),
    }
}
