//! Unit tests that change the state of the process. Published archives do not contain `gnutls-testing`, so that unit tests
//! cannot use it.

use std::env;
use std::ffi::OsStr;

use super::this_program::this_program;

/// The variable with the name of the test that runs alone.
const ALONE: &str = "GNUTLS_UNIT_TEST_ALONE";

/// Returns `true` in a process of its own. Otherwise runs the test in one, with these variables, and returns `false`.
/// `test` is the path of the test, with the name of the crate.
pub(crate) fn is_alone(test: &str, environment: &[(&str, &OsStr)]) -> bool {
    if env::var_os(ALONE).is_some_and(|name| name == test) {
        return true;
    }
    let name = test.split_once("::").map_or(test, |(_, name)| name);
    let output = this_program()
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, test)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let passed = output.status.success() && text.contains("test result: ok. 1 passed");
    assert!(
        passed,
        "{test}:\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}
