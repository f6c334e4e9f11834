//! Tests that change the state of their process, and therefore run in a separate process.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use crate::skip;

// The archive of gnutls-sys contains its tests, but not this crate.
#[path = "../../gnutls-sys/tests/support/mod.rs"]
pub(crate) mod support;

/// Returns a command for this program, which starts the emulator of another architecture if one is required.
pub fn this_program() -> Command {
    support::this_program()
}

/// Returns the name of the enclosing test, in the form that `--exact` expects.
#[macro_export]
macro_rules! test_name {
    () => {{
        fn here() {}
        $crate::process::containing_test(here)
    }};
}

/// Returns the name of the test that contains a function. [`test_name!`](crate::test_name) calls it.
#[doc(hidden)]
pub fn containing_test<F>(_: F) -> String {
    let path = std::any::type_name::<F>().replace("::{{closure}}", "");
    let path = path.strip_suffix("::here").unwrap_or(&path);
    // The test runner omits the name of the crate.
    path.split_once("::").map_or(path, |(_, test)| test).into()
}

/// Returns a command for a program of the system, without the tested library in its search path: a program that is
/// itself linked with GnuTLS may require a newer release.
pub fn system_program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env_remove("LD_LIBRARY_PATH");
    command
}

/// Runs a test of this program in a separate process with these environment variables, and panics if it fails.
pub fn run_alone<K, V>(test: &str, environment: impl IntoIterator<Item = (K, V)>)
where
    K: AsRef<OsStr>,
    V: AsRef<OsStr>,
{
    run_by(test, environment, |command| command);
}

/// Runs a test of this program in a separate process, by the command into which `wrap` converts that of the test.
fn run_by<K, V>(
    test: &str,
    environment: impl IntoIterator<Item = (K, V)>,
    wrap: impl FnOnce(Command) -> Command,
) where
    K: AsRef<OsStr>,
    V: AsRef<OsStr>,
{
    let mut command = this_program();
    command.args(["--exact", test, "--nocapture"]);
    let output = wrap(command).envs(environment).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{test} in a separate process:\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    skip::forward(&text);
}

/// Returns `true` in a process that runs only this test. Otherwise runs the test in such a process, with these
/// environment variables, and returns `false`.
///
/// ```no_run
/// use gnutls_testing::process::is_alone;
/// use gnutls_testing::test_name;
///
/// fn a_variable_is_read() {
///     if is_alone(&test_name!(), &[("VARIABLE", "1")]) {
///         assert_eq!(std::env::var("VARIABLE").as_deref(), Ok("1"));
///     }
/// }
/// ```
pub fn is_alone(test: &str, environment: &[(&str, &str)]) -> bool {
    if is_marked(test) {
        return true;
    }
    let alone = [(ALONE, test)];
    run_alone(test, alone.iter().chain(environment).copied());
    false
}

/// Does the same as [`is_alone`], with a process that is started by the command into which `wrap` converts its own.
pub(crate) fn is_alone_by(test: &str, wrap: impl FnOnce(Command) -> Command) -> bool {
    if is_marked(test) {
        return true;
    }
    run_by(test, [(ALONE, test)], wrap);
    false
}

/// The environment variable with the name of the test that runs alone.
const ALONE: &str = "GNUTLS_TESTING_ALONE";

fn is_marked(test: &str) -> bool {
    env::var_os(ALONE).is_some_and(|name| name == test)
}

#[cfg(test)]
mod tests {
    use super::is_alone;

    #[test]
    fn names_are_those_of_the_test_runner() {
        let inside = || crate::test_name!();
        for name in [crate::test_name!(), inside()] {
            assert_eq!(name, "process::tests::names_are_those_of_the_test_runner");
        }
    }

    #[test]
    fn a_test_runs_in_a_process_of_its_own() {
        let name = crate::test_name!();
        if is_alone(&name, &[("GNUTLS_TESTING_VARIABLE", "set")]) {
            assert_eq!(
                std::env::var("GNUTLS_TESTING_VARIABLE").as_deref(),
                Ok("set")
            );
        } else {
            assert!(std::env::var_os("GNUTLS_TESTING_VARIABLE").is_none());
        }
    }

    #[test]
    #[should_panic(expected = "in a separate process")]
    fn a_test_that_is_not_found_fails() {
        super::run_alone("process::tests::no_such_test", [("A", "b")]);
    }
}
