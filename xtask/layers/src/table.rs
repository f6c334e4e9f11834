//! The table of layers in a Markdown document.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

use crate::modules::join;

/// The layers, the topmost first, with the modules of each.
pub(crate) struct Layers {
    pub(crate) names: Vec<String>,
    /// The number of the layer of each module that the table lists.
    pub(crate) modules: BTreeMap<String, usize>,
}

impl Layers {
    /// Reads the first table with the columns `layer` and `modules`. Modules are in backquotes, `session::state` for
    /// one inside another; other text in the column is ignored.
    pub(crate) fn parse(document: &str) -> anyhow::Result<Self> {
        let mut lines = document.lines().map(cells);
        let columns = lines.find_map(|cells| {
            let find = |name: &str| {
                let mut cells = cells.iter();
                cells.position(|cell| cell.trim_matches('*').eq_ignore_ascii_case(name))
            };
            Some((find("layer")?, find("modules")?))
        });
        let (layer, modules) =
            columns.context("there is no table with the columns `layer` and `modules`")?;
        let mut layers = Layers {
            names: Vec::new(),
            modules: BTreeMap::new(),
        };
        for cells in lines.skip(1).take_while(|cells| !cells.is_empty()) {
            let (Some(name), Some(list)) = (cells.get(layer), cells.get(modules)) else {
                continue;
            };
            for module in list.split('`').skip(1).step_by(2) {
                let other = layers.modules.insert(module.into(), layers.names.len());
                ensure!(other.is_none(), "the table lists `{module}` twice");
            }
            layers.names.push(name.trim_matches('*').to_owned());
        }
        Ok(layers)
    }

    /// Returns the number of the layer of a module: that of the longest path in the table that leads to it.
    pub(crate) fn of(&self, module: &str) -> Option<usize> {
        let mut path = String::new();
        let mut found = None;
        for name in module.split("::") {
            path = join(&path, name);
            found = self.modules.get(&path).copied().or(found);
        }
        found
    }
}

/// Returns the cells of a row; a line that is not part of a table has none.
fn cells(line: &str) -> Vec<&str> {
    let row = line.trim().strip_prefix('|');
    let row = row.map(|row| row.strip_suffix('|').unwrap_or(row));
    row.map_or(Vec::new(), |row| row.split('|').map(str::trim).collect())
}
