//! The matrix as one HTML page that needs nothing else.

use anyhow::Result;

use crate::matrix::Matrix;

const TEMPLATE: &str = include_str!("page.html");
const PLACE: &str = "\"@DATA@\"";

/// The whole page.
pub fn text(matrix: &Matrix) -> Result<String> {
    // Inside a script element, the one thing that must not occur is its end (or the beginning of a comment).
    let data = serde_json::to_string(matrix)?
        .replace("</", "<\\/")
        .replace("<!--", "<\\u0021--");
    debug_assert_eq!(TEMPLATE.matches(PLACE).count(), 1);
    Ok(TEMPLATE.replace(PLACE, &data))
}
