//! The rules on small crates.

use std::fs;

use super::*;

const TABLE: &str = "# Architecture\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n\
    | layer | contents | modules |\n|---|---|---|\n\
    | support | errors | `error` |\n| **core** | the handle | `session::state`, `name` |\n| session | the rest | `session` |\n\n\
    | other | table |\n";

/// A crate of `lib.rs`, `error.rs`, `name.rs`, `session.rs` and `session/state.rs` with these texts.
fn modules(files: [&str; 5]) -> Modules {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("session")).unwrap();
    let names = ["lib", "error", "name", "session", "session/state"];
    for (name, text) in names.iter().zip(files) {
        fs::write(folder.path().join(name).with_extension("rs"), text).unwrap();
    }
    Modules::read(folder.path()).unwrap()
}

const LIB: &str =
    "mod error;\nmod name;\nmod session;\npub use error::Error;\npub use session::Session;\n";
const ERROR: &str = "pub struct Error;\nmacro_rules! requires { () => { $crate::error::Error::new() } }\npub(crate) use requires;\n";
const NAME: &str = "use crate::error::Error;\npub struct Name(Error);\n";
const SESSION: &str = "pub(crate) mod state;\nuse state::State;\nuse crate::error::requires;\n\
    pub struct Session(State);\nfn f() -> crate::name::Name { requires!() }\n";
const STATE: &str = "use crate::error::Error;\npub struct State(Error);\n";

/// The violations, the imports and the size of the largest cycle.
fn check(files: [&str; 5]) -> (Vec<String>, usize, usize) {
    let modules = modules(files);
    let imports = Imports::of(&modules);
    let mut violations = imports.through_re_exports.clone();
    violations.extend(imports.against(&Layers::parse(TABLE).unwrap(), &modules));
    (
        violations,
        imports.edges().count(),
        imports.largest_cycle().len(),
    )
}

fn violation(files: [&str; 5]) -> String {
    let (mut violations, ..) = check(files);
    assert_eq!(violations.len(), 1, "{violations:#?}");
    violations.remove(0)
}

#[test]
fn imports_from_layers_above_are_allowed() {
    let files = [LIB, ERROR, NAME, SESSION, STATE];
    assert_eq!(check(files), (Vec::new(), 5, 1));
    let modules = modules(files);
    let imports = Imports::of(&modules);
    assert_eq!(
        imports.edges().collect::<Vec<_>>(),
        [
            ("name.rs", "error.rs"),
            ("session.rs", "error.rs"),
            ("session.rs", "name.rs"),
            ("session.rs", "session/state.rs"),
            ("session/state.rs", "error.rs"),
        ]
    );
    assert_eq!(
        imports.summary(1, 0),
        "layers: 5 files, 5 imports, largest cycle 1 file, 0 violations"
    );
}

#[test]
fn a_reversed_import_is_a_violation() {
    for reversed in [
        "use crate::session::Session;",
        "use super::Session;",
        "fn f() { crate::session::Session::new(); }",
        "fn f(session: &super::Session) {}",
        "macro_rules! m { () => { $crate::session::Session::new() } }",
        "invoked! { a => crate::session::{Other, Session}; }",
        "impl Drop for State { fn drop(&mut self) { if true { log!(\"{}\", super::Session) } } }",
    ] {
        let state = format!("{STATE}{reversed}\n");
        let (violations, _, cycle) = check([LIB, ERROR, NAME, SESSION, &state]);
        assert_eq!(violations.len(), 1, "{reversed}: {violations:#?}");
        assert!(
            violations[0].starts_with("session/state.rs:3: `")
                && violations[0].ends_with(
                    "` imports session.rs of the layer \"session\", which is below \"core\""
                ),
            "{violations:?}"
        );
        assert_eq!(cycle, 2, "{reversed}");
    }
}

#[test]
fn a_name_through_a_re_export_is_a_violation() {
    for (path, code) in [
        ("crate::Error", "use crate::Error;"),
        ("crate::Error::new", "fn f() { crate::Error::new() }"),
        (
            "crate::Error::new",
            "macro_rules! m { () => { $crate::Error::new() } }",
        ),
        ("super::Error", "fn f() -> super::Error {}"),
    ] {
        let name = format!("{NAME}{code}\n");
        assert_eq!(
            violation([LIB, ERROR, &name, SESSION, STATE]),
            format!(
                "name.rs:3: `{path}` is imported through lib.rs; import `crate::error::Error` from error.rs"
            )
        );
    }
    // The same for a module in the middle, whether its import is public or not.
    for visibility in ["pub(crate) ", ""] {
        let session = SESSION.replace("use state", &format!("{visibility}use state"));
        let lib = format!("{LIB}mod last;\nmod last {{ use crate::session::State; }}\n")
            .replace("mod last;\n", "");
        let (violations, ..) = check([&lib, ERROR, NAME, &session, STATE]);
        assert_eq!(
            violations[0],
            "lib.rs:6: `crate::session::State` is imported through session.rs; import \
             `crate::session::state::State` from session/state.rs"
        );
    }
}

#[test]
fn an_item_of_the_root_is_for_users_only() {
    let lib = format!("{LIB}pub fn f() {{}}\n");
    let name = format!("{NAME}use crate::f;\n");
    assert_eq!(
        violation([&lib, ERROR, &name, SESSION, STATE]),
        "name.rs:3: `crate::f` imports lib.rs, which is only for users; move it into a module"
    );
}

#[test]
fn a_re_export_is_an_import_only_if_the_module_uses_it() {
    let exported = SESSION.replace("use state", "pub use state");
    assert_eq!(check([LIB, ERROR, NAME, &exported, STATE]).1, 5);
    let unused = exported.replace("(State)", "");
    assert_eq!(check([LIB, ERROR, NAME, &unused, STATE]).1, 4);
}

#[test]
fn documentation_and_tests_are_exempt() {
    for exempt in [
        "/// [`Session`](crate::Session)\nfn f() {}",
        "#[cfg(test)] mod tests { use super::*; use crate::Session; }",
        "#[cfg(all(test, unix))] use crate::Session;",
        "#[cfg(any(test, doctest))] use crate::Session;",
        "impl State { #[cfg(test)] fn f() -> crate::Session {} }",
        "#[cfg(doctest)] mod absent;",
        "macro_rules! m { () => { #[doc(alias = crate::Session)] fn f() {} } }",
    ] {
        let state = format!("{STATE}{exempt}\n");
        let (violations, ..) = check([LIB, ERROR, NAME, SESSION, &state]);
        assert_eq!(violations, Vec::<String>::new(), "{exempt}");
    }
    let state = format!("{STATE}#[cfg(not(test))] use crate::session::Session;\n");
    violation([LIB, ERROR, NAME, SESSION, &state]);
}

#[test]
fn a_glob_import_of_a_module_is_a_violation() {
    let state = format!("{STATE}use crate::error::*;\n");
    assert_eq!(
        violation([LIB, ERROR, NAME, SESSION, &state]),
        "session/state.rs:3: `crate::error::*` does not name what it imports; list the names"
    );
    let state = format!("{STATE}use std::io::*;\nenum Kind {{}}\nuse Kind::*;\n");
    assert_eq!(check([LIB, ERROR, NAME, SESSION, &state]).0, [""; 0]);
}

#[test]
fn the_table_and_the_crate_list_the_same_modules() {
    let lib = format!("{LIB}mod other {{}}\n");
    assert_eq!(
        violation([&lib, ERROR, NAME, SESSION, STATE]),
        "lib.rs: `other` belongs to no layer; add it to the table"
    );
    let modules = modules([LIB, ERROR, NAME, SESSION, STATE]);
    let layers = Layers::parse(&TABLE.replace("`name`", "`name`, `gone`")).unwrap();
    assert_eq!(
        Imports::of(&modules).against(&layers, &modules),
        ["the table lists `gone`, which is no module"]
    );
    assert!(Layers::parse(&TABLE.replace("`name`", "`error`")).is_err());
    assert!(Layers::parse("# No table\n").is_err());
}

#[test]
fn the_longest_path_in_the_table_decides() {
    let layers = Layers::parse(TABLE).unwrap();
    assert_eq!(layers.names, ["support", "core", "session"]);
    assert_eq!(layers.of("session"), Some(2));
    assert_eq!(layers.of("session::state"), Some(1));
    assert_eq!(layers.of("session::state::inner"), Some(1));
    assert_eq!(layers.of("session::io"), Some(2));
    assert_eq!(layers.of("other"), None);
}
