//! The command that starts a test program again.

use std::env;
use std::process::Command;

/// Returns a command for this program. The environment variable `GNUTLS_TESTING_RUNNER` contains the
/// emulator of a program for another architecture, if the kernel does not start it.
pub(crate) fn this_program() -> Command {
    let program = env::current_exe().unwrap();
    match env::var_os("GNUTLS_TESTING_RUNNER") {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(program);
            command
        }
        None => Command::new(program),
    }
}
