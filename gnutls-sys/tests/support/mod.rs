//! The command that starts a test program again, and the amount of work under an emulator.

use std::env;
use std::ffi::OsString;
use std::process::Command;

/// Returns a command for this program.
pub(crate) fn this_program() -> Command {
    let program = env::current_exe().unwrap();
    match emulator() {
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// Returns the emulator of a program for another architecture, if the kernel does not start it. The environment variable
/// `GNUTLS_TESTING_RUNNER` contains it.
fn emulator() -> Option<OsString> {
    env::var_os("GNUTLS_TESTING_RUNNER")
}

/// Returns the distance between the generated cases that a test runs: 1, or 13 under an emulator, which takes about ten times
/// as long for a case. The number is a prime, so that every method is among the cases of nested loops.
#[allow(dead_code, reason = "the tests of gnutls-sys generate no cases")]
pub(crate) fn interval_of_cases() -> usize {
    match emulator() {
        Some(_) => 13,
        None => 1,
    }
}
