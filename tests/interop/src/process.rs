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
        // It selects the GnuTLS of this program. Peers were built for the one of the system.
        "LD_LIBRARY_PATH",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_the_libraries_of_the_system() {
        let removed = ("LD_LIBRARY_PATH".as_ref(), None);
        let command = program("true");
        assert!(command.get_envs().any(|variable| variable == removed));
    }
}
