//! The imports between files, and the rules for them.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::modules::{Id, Modules, Target, join};
use crate::table::Layers;

/// Every import between two files, with the first place of each.
pub(crate) struct Imports {
    files: BTreeSet<String>,
    imports: BTreeMap<(String, String), Place>,
    /// Violations of the rule that a name is imported from the module that defines it.
    pub(crate) through_re_exports: Vec<String>,
}

/// A path in a module, and the module that it leads to.
struct Place {
    line: usize,
    path: String,
    from: Id,
    to: Id,
}

impl Imports {
    pub(crate) fn of(modules: &Modules) -> Self {
        let mut imports = BTreeMap::new();
        let mut detours = BTreeSet::new();
        for (from, module) in modules.all.iter().enumerate() {
            for reference in &module.references {
                let Some((target, through)) = modules.resolve(from, &reference.path) else {
                    continue;
                };
                let path = reference.path.join("::");
                let at = format!("{}:{}", module.file, reference.line);
                let defining = &modules.all[target.module()];
                if let Some(through) = through {
                    let mut direct = join("crate", &defining.path);
                    if let Target::Item(_, name) = &target {
                        direct = join(&direct, name);
                    }
                    detours.insert(format!(
                        "{at}: `{path}` is imported through {}; import `{direct}` from {}",
                        modules.all[through].file, defining.file
                    ));
                }
                // A module is only a namespace; the paths into it are the imports.
                let Target::Item(to, _) = target else {
                    if reference.glob {
                        detours.insert(format!(
                            "{at}: `{path}::*` does not name what it imports; list the names"
                        ));
                    }
                    continue;
                };
                if defining.file != module.file {
                    let edge = (module.file.clone(), defining.file.clone());
                    imports.entry(edge).or_insert(Place {
                        line: reference.line,
                        path,
                        from,
                        to,
                    });
                }
            }
        }
        Imports {
            files: modules
                .all
                .iter()
                .map(|module| module.file.clone())
                .collect(),
            imports,
            through_re_exports: detours.into_iter().collect(),
        }
    }

    /// Returns the importing and the imported file of every import.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        let edges = self.imports.keys();
        edges.map(|(from, to)| (from.as_str(), to.as_str()))
    }

    /// Returns the files of the largest cycle, or one file if there is no cycle.
    pub(crate) fn largest_cycle(&self) -> Vec<&str> {
        let mut graph = DiGraph::<&str, ()>::new();
        let files = self.files.iter().map(String::as_str);
        let nodes: BTreeMap<&str, NodeIndex> =
            files.map(|file| (file, graph.add_node(file))).collect();
        graph.extend_with_edges(self.edges().map(|(from, to)| (nodes[from], nodes[to])));
        let cycles = tarjan_scc(&graph).into_iter();
        let largest = cycles.max_by_key(Vec::len).unwrap_or_default();
        let mut files: Vec<_> = largest.into_iter().map(|node| graph[node]).collect();
        files.sort_unstable();
        files
    }

    /// Returns the violations of the table of layers. A cycle that crosses layers has at least one of them: an import
    /// from a layer below.
    pub(crate) fn against(&self, layers: &Layers, modules: &Modules) -> Vec<String> {
        let layer = |id: Id| layers.of(&modules.all[id].path);
        let mut violations = Vec::new();
        for listed in layers.modules.keys() {
            if !modules.all.iter().any(|module| module.path == *listed) {
                violations.push(format!("the table lists `{listed}`, which is no module"));
            }
        }
        for (id, module) in modules.all.iter().enumerate().skip(1) {
            if layer(id).is_none() {
                violations.push(format!(
                    "{}: `{}` belongs to no layer; add it to the table",
                    module.file, module.path
                ));
            }
        }
        for ((from, to), place) in &self.imports {
            if place.to == 0 {
                violations.push(format!(
                    "{from}:{}: `{}` imports {to}, which is only for users; move it into a module",
                    place.line, place.path
                ));
            }
            let (Some(upper), Some(lower)) = (layer(place.from), layer(place.to)) else {
                continue;
            };
            if lower > upper {
                violations.push(format!(
                    "{from}:{}: `{}` imports {to} of the layer \"{}\", which is below \"{}\"",
                    place.line, place.path, layers.names[lower], layers.names[upper]
                ));
            }
        }
        violations
    }

    pub(crate) fn summary(&self, cycle: usize, violations: usize) -> String {
        let number = |number: usize, noun: &str| match number {
            1 => format!("1 {noun}"),
            _ => format!("{number} {noun}s"),
        };
        format!(
            "layers: {}, {}, largest cycle {}, {}",
            number(self.files.len(), "file"),
            number(self.imports.len(), "import"),
            number(cycle, "file"),
            number(violations, "violation")
        )
    }
}
