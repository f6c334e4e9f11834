//! The public methods of a type, read from the source files of a crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Returns the names of the public methods in the inherent implementations of `types`, which are written as in the
/// header of the implementation, such as `Type<T>`.
///
/// The files are formatted by rustfmt: an implementation begins and ends at the margin, a method is indented by four.
pub fn public_methods(directory: &Path, types: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(directory).expect("the directory is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            found.append(&mut public_methods(&path, types));
            continue;
        }
        let text = fs::read_to_string(&path).expect("the file is readable");
        for name in types {
            for block in text.split("\nimpl").skip(1) {
                let (header, block) = block.split_once(" {\n").unwrap_or_default();
                let (_generics, header) = header.split_once(' ').unwrap_or_default();
                if header != *name {
                    continue;
                }
                let block = block.split("\n}").next().unwrap_or_default();
                let methods = block.split("    pub fn ").skip(1);
                let methods = methods.filter_map(|method| method.split(['(', '<']).next());
                found.extend(methods.map(str::to_owned));
            }
        }
    }
    found
}
