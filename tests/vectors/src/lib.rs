//! The results of public test vectors, compared with the expectation of their authors.

use std::collections::BTreeMap;

/// The vectors of one kind, with the results of GnuTLS.
#[derive(Debug, Default)]
pub struct Suite {
    name: &'static str,
    vectors: usize,
    /// The number of vectors that the library does not support, such as those of a curve that it lacks.
    unsupported: usize,
    /// The vectors with another result than expected, by this result and the text that describes them.
    deviations: BTreeMap<String, Vec<String>>,
}

impl Suite {
    /// Creates an empty suite.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Records the result of a vector. `expected` is `None` if both results are acceptable.
    pub fn record(
        &mut self,
        set: &str,
        number: usize,
        expected: Option<bool>,
        accepted: bool,
        comment: &str,
    ) {
        self.vectors += 1;
        if expected.is_some_and(|expected| expected != accepted) {
            let result = if accepted { "accepted" } else { "refused" };
            let list = self.deviations.entry(format!("{result}: {comment}"));
            list.or_default().push(format!("{set} {number}"));
        }
    }

    /// Records vectors that the library does not support.
    pub fn skip(&mut self, count: usize) {
        self.unsupported += count;
    }

    /// Prints a row of the table of results and the deviations. Panics if no vector has been compared, or if a deviation is not
    /// among the known ones: lines with the name of the suite, the result and the reason, separated by tabs.
    pub fn finish(&self, known: &str) {
        let count: usize = self.deviations.values().map(Vec::len).sum();
        println!(
            "{:<20} {:>6} vectors {:>6} unsupported {count:>4} deviations",
            self.name, self.vectors, self.unsupported
        );
        for (text, vectors) in &self.deviations {
            println!("  {:>3} {text}", vectors.len());
        }
        assert!(self.vectors > 0, "{}: no vector was compared", self.name);
        let is_known = |text: &str| {
            known.lines().any(|line| {
                let mut fields = line.split('\t');
                (fields.next(), fields.next()) == (Some(self.name), Some(text))
            })
        };
        let unknown: Vec<_> = self
            .deviations
            .iter()
            .filter(|(text, _)| !is_known(text))
            .collect();
        assert!(
            unknown.is_empty(),
            "unknown deviations of {}: {unknown:#?}",
            self.name
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Suite;

    fn suite() -> Suite {
        let mut suite = Suite::new("suite");
        suite.record("set", 1, Some(true), true, "valid");
        suite.record("set", 2, None, true, "both");
        suite.record("set", 3, Some(false), true, "long form");
        suite
    }

    #[test]
    fn a_known_deviation_is_permitted() {
        suite().finish("suite\taccepted: long form\tread as BER\n");
    }

    #[test]
    #[should_panic(expected = "set 3")]
    fn an_unknown_deviation_fails() {
        suite().finish("other\taccepted: long form\t\nsuite\trefused: long form\t\n");
    }

    #[test]
    #[should_panic(expected = "no vector")]
    fn a_suite_without_vectors_fails() {
        Suite::new("suite").finish("");
    }
}
