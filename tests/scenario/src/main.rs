//! Writes what is generated from the table of the scenario language.

use std::fs;
use std::io;
use std::path::Path;

use gnutls_conformance_scenario::generated;

fn main() -> io::Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::write(tests.join("c/language.h"), generated::header())?;
    let path = tests.join("FORMAT.md");
    let text = generated::format(&fs::read_to_string(&path)?).map_err(io::Error::other)?;
    fs::write(path, text)
}
