//! The output of cargo with `--message-format=json`.

use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, Message};

/// Returns the messages in the output of cargo.
pub(crate) fn messages(output: &str) -> impl Iterator<Item = Message> {
    Message::parse_stream(output.as_bytes()).flatten()
}

/// Returns the output of cargo as text: the other lines, and the diagnostics of the compiler.
pub(crate) fn text(output: &str) -> String {
    let text = |message| match message {
        Message::TextLine(line) => Some(line + "\n"),
        Message::CompilerMessage(message) => message.message.rendered,
        _ => None,
    };
    messages(output).filter_map(text).collect()
}

/// Returns the files that cargo built.
pub(crate) fn artifacts(output: &str) -> Vec<Artifact> {
    let artifact = |message| match message {
        Message::CompilerArtifact(artifact) => Some(artifact),
        _ => None,
    };
    messages(output).filter_map(artifact).collect()
}

/// Returns the warnings about unused names. Other lints depend on the version of the compiler.
pub(crate) fn unused(output: &str) -> Vec<String> {
    let unused = |message| {
        let Message::CompilerMessage(message) = message else {
            return None;
        };
        let (diagnostic, warning) = (message.message, DiagnosticLevel::Warning);
        let code = diagnostic.code?.code;
        let is_it = code.starts_with("unused") || code == "dead_code";
        (is_it && diagnostic.level == warning).then(|| diagnostic.rendered.unwrap_or(code))
    };
    messages(output).filter_map(unused).collect()
}

/// Returns the file of the library of this name, if the artifact is that.
pub(crate) fn library<'a>(artifact: &'a Artifact, name: &str) -> Option<&'a Utf8PathBuf> {
    let is_it = artifact.target.name == name && artifact.target.is_lib() && !artifact.profile.test;
    let mut files = artifact.filenames.iter().filter(|_| is_it);
    files.find(|file| file.extension() == Some("rlib"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_cargo_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs_err::write(folder.path().join(name), text).unwrap();
        write(
            "Cargo.toml",
            "[package]\nname = \"a-b\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
        );
        write("lib.rs", "use std::fmt::Debug;\n#[test]\nfn test() {}\n");
        let mut cargo = crate::project::cargo();
        cargo
            .current_dir(folder.path())
            .env("CARGO_TARGET_DIR", folder.path().join("target"))
            .args(["test", "--no-run", "--offline", "--message-format=json"]);
        let output = String::from_utf8(cargo.output().unwrap().stdout).unwrap();
        let (unused, artifacts) = (unused(&output), artifacts(&output));
        assert!(
            unused
                .iter()
                .all(|warning| warning.contains("`std::fmt::Debug`"))
        );
        assert!(!unused.is_empty());
        assert!(text(&output).starts_with("warning: unused import"));
        assert!(
            artifacts
                .iter()
                .any(|artifact| artifact.profile.test && artifact.executable.is_some())
        );
        assert!(
            artifacts
                .iter()
                .all(|artifact| library(artifact, "other").is_none())
        );
    }
}
