//! Comparisons that require the answers of the compilers.

use crate::compiler::{Answers, Number, Text};
use crate::report::Difference;

/// A difference, unless the answers are as expected.
pub(crate) struct Pending {
    pub(crate) difference: Difference,
    pub(crate) expectation: Expectation,
}

/// The expected answers.
pub(crate) enum Expectation {
    /// C returns true.
    Yes(Number),
    /// Both return the same number.
    Same { rust: Number, c: Number },
    /// C returns this number.
    Is { rust: i128, c: Number },
    /// Both return the same text.
    SameText { rust: Text, c: Text },
}

impl Pending {
    /// Returns the difference, if there is one, with the answers of both compilers.
    pub(crate) fn compare(mut self, rust: &Answers, c: &Answers) -> Option<Difference> {
        let said = match self.expectation {
            Expectation::Yes(answer) if c.number(answer) == 1 => return None,
            Expectation::Yes(_) => None,
            Expectation::Same {
                rust: in_rust,
                c: in_c,
            } => {
                let (in_rust, in_c) = (rust.number(in_rust), c.number(in_c));
                if in_rust == in_c {
                    return None;
                }
                Some((in_rust.to_string(), in_c.to_string()))
            }
            Expectation::Is {
                rust: in_rust,
                c: in_c,
            } => {
                let in_c = c.number(in_c);
                if in_rust == in_c {
                    return None;
                }
                Some((format!("{in_rust} in this release"), in_c.to_string()))
            }
            Expectation::SameText {
                rust: in_rust,
                c: in_c,
            } => {
                let (in_rust, in_c) = (rust.text(in_rust), c.text(in_c));
                if in_rust == in_c {
                    return None;
                }
                Some((quoted(in_rust), quoted(in_c)))
            }
        };
        if let Some((in_rust, in_c)) = said {
            self.difference.rust = labelled(&self.difference.rust, &in_rust);
            self.difference.c = labelled(&self.difference.c, &in_c);
        }
        Some(self.difference)
    }
}

fn labelled(label: &str, answer: &str) -> String {
    if label.is_empty() {
        answer.to_owned()
    } else {
        format!("{label} {answer}")
    }
}

fn quoted(text: &[u8]) -> String {
    format!("\"{}\"", text.escape_ascii())
}
