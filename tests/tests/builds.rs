//! `--compare` on copies of the installed library, some of them with a change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gnutls_conformance::{baselines, builds};

/// A folder that is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gnutls-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Makes a prefix with a copy of the installed library, in which one text replaces another of the same length.
    fn prefix(&self, name: &str, was: &[u8], is: &[u8]) -> String {
        assert_eq!(was.len(), is.len());
        let mut bytes = fs::read(builds::installed_file().unwrap()).unwrap();
        let starts = 0..bytes.len() + 1 - was.len();
        let places: Vec<usize> = starts.filter(|at| bytes[*at..].starts_with(was)).collect();
        assert!(!places.is_empty(), "the library does not contain the text");
        for at in places {
            bytes[at..at + is.len()].copy_from_slice(is);
        }
        let lib = self.0.join(name).join("lib");
        fs::create_dir_all(&lib).unwrap();
        fs::write(lib.join("libgnutls.so.30"), bytes).unwrap();
        self.path(name)
    }

    fn compare(&self, old: &str, new: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gnutls-conformance"))
            .args(["--compare", old, new, "--output", &self.path("output")])
            .args(more)
            .output()
            .unwrap()
    }

    /// Returns the error of a comparison that cannot be made.
    fn error(&self, old: &str, new: &str) -> String {
        let output = self.compare(old, new, &["--scenario", "tls13-plain"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Only the space of a folder is lost if it cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_copy_of_a_library_behaves_like_the_library() {
    let folder = Folder::new("copy-of-a-library");
    let copy = folder.prefix("copy", b"FINISHED", b"FINISHED");
    let output = folder.compare("installed", &copy, &["--scenario", "tls13-plain"]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains(": no change, "), "{text}");
}

#[test]
fn a_change_is_reported_with_its_scenario_until_it_is_accepted() {
    let folder = Folder::new("changed-library");
    let changed = folder.prefix("changed", b"\0AEAD\0", b"\0AEAX\0");
    let scenario = ["--scenario", "alpn-agreed-tls12"];
    let output = folder.compare("installed", &changed, &scenario);
    let found = text(&output);
    assert_eq!(output.status.code(), Some(1), "{found}");
    let line = found.lines().find(|line| line.contains("MAC AEAD -> AEAX"));
    let line = line.unwrap_or_else(|| panic!("{found}"));
    assert!(line.contains("[alpn-agreed-tls12, step "), "{line}");

    // The printed commands run the scenario on both builds.
    let commands: Vec<&str> = found
        .lines()
        .filter(|line| line.contains("native-driver"))
        .collect();
    assert_eq!(commands.len(), 2, "{found}");
    for (command, word) in commands.iter().zip(["AEAD", "AEAX"]) {
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(printed.contains(word), "{command}\n{printed}");
    }

    let names = found
        .lines()
        .filter_map(|line| Some(&line[..line.find(" (3.")?]));
    let accepted = names.fold("# intended\n\n".to_owned(), |all, name| all + name + "\n");
    let file = folder.path("accepted");
    fs::write(&file, accepted + "TLS 1.2, client: nothing like this\n").unwrap();
    let output = folder.compare(
        "installed",
        &changed,
        &[&scenario[..], &["--accept", &file]].concat(),
    );
    let found = text(&output);
    assert_eq!(output.status.code(), Some(0), "{found}");
    assert!(
        found.contains("(accepted, but did not occur: TLS 1.2, client: nothing like this)"),
        "{found}"
    );
}

#[test]
fn a_boundary_between_recorded_libraries_is_printed() {
    let folder = Folder::new("recorded-libraries");
    let all = baselines::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("baselines")).unwrap();
    let record = |version: &str| {
        let library = all.iter().find(|one| one.key.library == version).unwrap();
        let lines: Vec<&str> = library
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        let file = folder.path(version);
        fs::write(&file, lines.join("\n")).unwrap();
        file
    };
    let output = folder.compare(&record("3.7.0"), &record("3.7.1"), &[]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(
            "client, after a resumed handshake and after the handshake: session id 0 -> 32 bytes"
        ),
        "{text}"
    );
}

#[test]
fn a_comparison_of_a_file_with_itself_is_refused() {
    let folder = Folder::new("same-library");
    let error = folder.error("installed", "installed");
    assert!(error.contains("are the same file"), "{error}");
}

#[test]
fn an_argument_that_is_no_build_is_refused_with_the_forms() {
    let folder = Folder::new("no-library");
    for argument in [
        folder.path("missing"),
        folder.path("."),
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into(),
    ] {
        let error = folder.error("installed", &argument);
        assert!(
            error.contains("a prefix (which has lib/libgnutls.so.*)"),
            "{error}"
        );
    }
}

#[test]
fn a_library_for_another_machine_is_refused() {
    let folder = Folder::new("other-machine");
    let prefix = folder.prefix("other", b"FINISHED", b"FINISHED");
    let file = Path::new(&prefix).join("lib/libgnutls.so.30");
    let mut bytes = fs::read(&file).unwrap();
    // The machine in the header of an ELF file: SPARC.
    let machine = if bytes[5] == 1 { [43, 0] } else { [0, 43] };
    bytes[18..20].copy_from_slice(&machine);
    fs::write(&file, bytes).unwrap();
    let error = folder.error("installed", &prefix);
    assert!(
        error.contains("is for Sparc64") && error.contains("set CC"),
        "{error}"
    );
}

#[test]
fn a_library_that_lacks_functions_of_the_headers_is_refused() {
    let folder = Folder::new("missing-function");
    let prefix = folder.prefix(
        "lacks",
        b"\0gnutls_record_recv_packet\0",
        b"\0gnutls_record_recv_xxxxxx\0",
    );
    let error = folder.error("installed", &prefix);
    assert!(error.contains("lacks gnutls_record_recv_packet"), "{error}");
}

#[test]
fn a_library_whose_dependency_is_missing_is_refused() {
    let folder = Folder::new("missing-dependency");
    let prefix = folder.prefix("alone", b"libnettle.so.", b"libnettlx.so.");
    let error = folder.error("installed", &prefix);
    assert!(
        error.contains("libnettlx.so.") && error.contains("DEPENDENCY.deb"),
        "{error}"
    );
}
