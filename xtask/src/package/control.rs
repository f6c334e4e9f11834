//! Debian control files: paragraphs of fields, and lists of dependencies.

use std::collections::BTreeMap;

use anyhow::Context;

/// The fields of a paragraph.
#[derive(Debug, Default)]
pub(super) struct Paragraph(BTreeMap<String, String>);

impl Paragraph {
    /// Returns the value of a field, which may have several lines.
    pub(super) fn field(&self, name: &str) -> anyhow::Result<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.with_context(|| format!("a paragraph of a control file has no field {name}"))
    }

    /// Returns the relationships in a field, such as `libc6-dev (>= 2.36)`. There are none if the field is missing.
    pub(super) fn relationships(&self, name: &str) -> Vec<&str> {
        let value = self.0.get(name).map_or("", String::as_str);
        let list = value.split(',').map(str::trim);
        list.filter(|item| !item.is_empty()).collect()
    }
}

/// Returns the paragraphs of a control file.
pub(super) fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut paragraphs = vec![Paragraph::default()];
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let last = paragraphs.len() - 1;
        let fields = &mut paragraphs[last].0;
        if line.trim().is_empty() {
            paragraphs.push(Paragraph::default());
        } else if line.starts_with([' ', '\t']) {
            if let Some(value) = fields.get_mut(&name) {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((field, value)) = line.split_once(':') {
            name = field.to_owned();
            fields.insert(name.clone(), value.trim().to_owned());
        }
    }
    paragraphs.retain(|paragraph| !paragraph.0.is_empty());
    paragraphs
}

/// Returns the name of the package in a relationship, without its version and its build profile. Substitution variables
/// and the `@` of tests have none.
pub(super) fn package(relationship: &str) -> Option<&str> {
    let name = relationship.split([' ', '(', '<', '[', '|']).next()?;
    (!name.starts_with(['$', '@'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_lists_are_read() {
        let text = "# A comment.\nSource: a\nBuild-Depends:\n b (>= 1) <!nocheck>,\n c | d,\n\n\nPackage: e\nDepends: ${misc:Depends}, f\n";
        let paragraphs = paragraphs(text);
        assert_eq!(paragraphs.len(), 2);
        assert_eq!(paragraphs[0].field("Source").unwrap(), "a");
        let list = paragraphs[0].relationships("Build-Depends");
        assert_eq!(list, ["b (>= 1) <!nocheck>", "c | d"]);
        let names: Vec<_> = list.into_iter().filter_map(package).collect();
        assert_eq!(names, ["b", "c"]);
        let list = paragraphs[1].relationships("Depends");
        let names: Vec<_> = list.into_iter().filter_map(package).collect();
        assert_eq!(names, ["f"]);
        assert!(paragraphs[1].relationships("Provides").is_empty());
        assert!(paragraphs[1].field("Provides").is_err());
    }
}
