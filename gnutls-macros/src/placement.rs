//! The place of the paragraph among the attributes of an item.

/// Returns the number of attributes before the paragraph: all those before the first heading or example, or all.
///
/// Each attribute is the literal of its line of documentation, `None` for any other attribute.
pub(crate) fn of_paragraph(attributes: impl Iterator<Item = Option<String>>) -> usize {
    let mut count = 0;
    for literal in attributes {
        if literal.is_some_and(|literal| begins_section(&literal)) {
            break;
        }
        count += 1;
    }
    count
}

/// Returns whether the line in a string literal, which may be raw, is a heading or the fence of an example.
fn begins_section(literal: &str) -> bool {
    let line = literal.trim_start_matches('r').trim_start_matches('#');
    let line = line.strip_prefix('"').unwrap_or(line).trim_start();
    line.starts_with("```")
        || line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(literals: &[Option<&str>]) -> usize {
        of_paragraph(literals.iter().map(|literal| literal.map(str::to_owned)))
    }

    #[test]
    fn the_paragraph_precedes_the_first_section() {
        let text = Some("r\" Sends data.\"");
        for section in [
            "r\" # Errors\"",
            "r#\" ## \"Errors\"\"#",
            "\"# Errors\"",
            "r\" ```\"",
            "r\"```no_run\"",
        ] {
            assert_eq!(
                place(&[text, Some(section), text, Some(section)]),
                1,
                "{section}"
            );
        }
    }

    #[test]
    fn without_a_section_it_is_the_last() {
        let text = Some("r\" Sends #1 of data.\"");
        assert_eq!(place(&[text, None, text, Some("r\" #1\""), None]), 5);
        assert_eq!(place(&[]), 0);
    }
}
