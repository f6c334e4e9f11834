//! Programs of peers.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
pub(crate) use gnutls_tests_process::Running;

/// The deadline of a program.
const DEADLINE: Duration = Duration::from_secs(60);

/// Returns a program without variables in its environment that would change its behaviour.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    for variable in [
        "SSLKEYLOGFILE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "http_proxy",
        "https_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C");
    command
}

/// Starts a program that ends with this value.
pub(crate) fn start(command: &mut Command) -> Result<Running> {
    Running::start(command, DEADLINE)
}

/// Returns the first line that a program prints, such as its version; an error if it is missing.
pub(crate) fn first_line(name: &str, arguments: &[&str]) -> Result<String> {
    let text = gnutls_tests_process::output(program(name).args(arguments))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
