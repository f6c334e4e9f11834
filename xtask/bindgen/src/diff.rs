//! Readable differences between files.

use similar::TextDiff;

/// The maximum number of lines to print.
const MOST_LINES: usize = 200;

pub fn readable(name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(
            &format!("{name} (committed)"),
            &format!("{name} (from the headers)"),
        )
        .to_string();
    let lines = text.lines().count();
    let mut shown: String = text.split_inclusive('\n').take(MOST_LINES).collect();
    if lines > MOST_LINES {
        shown.push_str(&format!("... and {} lines more\n", lines - MOST_LINES));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn the_changed_line_is_shown_with_its_neighbours() {
        let shown = readable("file", "one\ntwo\nthree\n", "one\n2\nthree\n");
        assert!(shown.contains("file (committed)"), "{shown}");
        assert!(shown.contains(" one\n-two\n+2\n three\n"), "{shown}");
    }

    #[test]
    fn long_differences_are_cut_and_say_so() {
        let new: String = (0..1000).map(|n| format!("{n}\n")).collect();
        let shown = readable("file", "", &new);
        assert_eq!(shown.lines().count(), 201);
        assert!(shown.ends_with("... and 803 lines more\n"), "{shown}");
    }
}
