//! What cargo says with `--message-format=json`.

use std::path::PathBuf;

use serde::Deserialize;

/// A line of it, as far as it is of interest here.
#[derive(Deserialize)]
pub(crate) struct Message {
    #[serde(default)]
    pub(crate) package_id: String,
    pub(crate) manifest_path: Option<PathBuf>,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    pub(crate) executable: Option<PathBuf>,
    pub(crate) out_dir: Option<PathBuf>,
    profile: Option<Profile>,
    message: Option<Said>,
}

/// What the compiler said.
#[derive(Deserialize)]
struct Said {
    level: String,
    code: Option<Code>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// The messages among what cargo printed.
pub(crate) fn messages(output: &str) -> Vec<Message> {
    let lines = output.lines().filter(|line| line.starts_with('{'));
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

impl Message {
    /// The warning that something is not used, if the message is one. Other lints come and go with the compiler.
    pub(crate) fn unused(&self) -> Option<&str> {
        let said = self.message.as_ref()?;
        let code = &said.code.as_ref()?.code;
        let is_it = said.level == "warning" && (code.starts_with("unused") || code == "dead_code");
        is_it.then(|| said.rendered.as_deref().unwrap_or(code))
    }

    /// Whether it is about something that was built for testing.
    pub(crate) fn is_test(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.test)
    }

    /// The file of the library of this name, if the message is about it.
    pub(crate) fn library(&self, name: &str) -> Option<&PathBuf> {
        let target = self.target.as_ref()?;
        let is_it =
            target.name == name && target.kind.iter().any(|kind| kind == "lib") && !self.is_test();
        let mut files = self.filenames.iter().filter(|_| is_it);
        files.find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "rlib")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_tests_are_told_apart() {
        let text = r#"
   Compiling gnutls v0.2.0
{"reason":"compiler-artifact","package_id":"p","target":{"kind":["lib"],"name":"gnutls"},"profile":{"test":false},"filenames":["/t/libgnutls-1.rlib","/t/libgnutls-1.rmeta"],"executable":null}
{"reason":"compiler-artifact","package_id":"p","target":{"kind":["test"],"name":"releases"},"profile":{"test":true},"filenames":["/t/releases-2"],"executable":"/t/releases-2"}
{"reason":"compiler-message","package_id":"p","message":{"level":"warning","code":{"code":"unused_imports"},"rendered":"unused"}}
{"reason":"compiler-message","package_id":"p","message":{"level":"warning","code":{"code":"other"},"rendered":"other"}}
{"reason":"compiler-message","package_id":"p","message":{"level":"warning","code":null,"rendered":"2 warnings"}}
{"reason":"build-finished","success":true}
"#;
        let messages = messages(text);
        assert_eq!(messages.len(), 6);
        let unused: Vec<_> = messages.iter().filter_map(Message::unused).collect();
        assert_eq!(unused, ["unused"]);
        assert_eq!(
            messages[0].library("gnutls"),
            Some(&PathBuf::from("/t/libgnutls-1.rlib"))
        );
        assert_eq!(
            (messages[0].library("gnutls-sys"), messages[0].is_test()),
            (None, false)
        );
        assert_eq!(messages[1].executable, Some(PathBuf::from("/t/releases-2")));
        assert!(messages[1].is_test() && messages[1].library("releases").is_none());
    }
}
