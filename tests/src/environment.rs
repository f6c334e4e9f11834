//! The environment of both drivers, independent of that of the caller.

use std::collections::BTreeMap;
use std::process::Command;

/// No system-wide policy, no FIPS mode, no translated messages.
const FIXED: [(&str, &str); 3] = [
    ("GNUTLS_FORCE_FIPS_MODE", "0"),
    ("GNUTLS_SYSTEM_PRIORITY_FILE", "/dev/null"),
    ("LC_ALL", "C"),
];

/// Returns the fixed variables by name, for baselines and results.
pub fn fixed() -> BTreeMap<String, String> {
    FIXED
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Sets this environment for a command, and removes every other variable that GnuTLS reads or that logs secrets.
pub fn fix(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GNUTLS_") || text.starts_with("LC_") || text == "SSLKEYLOGFILE" {
            command.env_remove(&name);
        }
    }
    command.envs(FIXED);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fixed_is_set() {
        let mut command = Command::new("env");
        command.env("LC_ALL", "de_DE.UTF-8");
        fix(&mut command);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for (name, value) in fixed() {
            assert!(
                text.lines().any(|line| line == format!("{name}={value}")),
                "{text}"
            );
        }
        assert!(!text.contains("SSLKEYLOGFILE"), "{text}");
    }
}
