//! The origin of a report: the time, the commit and the machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use chrono::Utc;
use serde::Serialize;

/// The origin of a report.
#[derive(Serialize)]
pub struct Origin {
    /// The time in UTC, to the second.
    pub time: String,
    /// The commit of the project, and whether files differ from it; `unknown` without git or outside of a repository.
    pub commit: String,
    /// The operating system, its kernel and the architecture.
    pub machine: String,
    /// The host name.
    pub host: String,
}

impl Origin {
    /// Returns the origin of a report that is made now, from this project on this machine.
    pub fn here() -> Self {
        let kernel = rustix::system::uname();
        let text = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
        let words = [kernel.sysname(), kernel.release(), kernel.machine()].map(text);
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        Self {
            time: Utc::now().format("%Y-%m-%dT%H:%M:%S").to_string(),
            commit: commit().unwrap_or_else(|| "unknown".into()),
            machine: [distribution(&release), words.into()].concat().join(" "),
            host: text(kernel.nodename()),
        }
    }

    /// Returns one line of text.
    pub fn line(&self) -> String {
        let time = self.time.replace('T', " ");
        format!("{time} UTC, commit {}, {}", self.commit, self.machine)
    }
}

/// Returns the name of the distribution, followed by a comma, if there is one.
fn distribution(os_release: &str) -> Vec<String> {
    let mut lines = os_release.lines();
    let name = lines.find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map(|name| format!("{},", name.trim_matches(['"', '\''])))
        .into_iter()
        .collect()
}

fn commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .args(arguments);
        gnutls_tests_process::output(&mut command).ok()
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let is_changed = !git(&["status", "--porcelain"])?.is_empty();
    let changes = if is_changed { " with changes" } else { "" };
    Some(format!("{}{changes}", commit.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_one_line() {
        let origin = Origin {
            time: "2026-01-02T03:04:05".into(),
            commit: "unknown".into(),
            machine: "Linux 6.1 x86_64".into(),
            host: "localhost".into(),
        };
        let line = "2026-01-02 03:04:05 UTC, commit unknown, Linux 6.1 x86_64";
        assert_eq!(origin.line(), line);
        let here = Origin::here();
        assert!(here.machine.contains("Linux ") || !cfg!(target_os = "linux"));
        assert!(!here.host.is_empty());
    }

    #[test]
    fn the_distribution_is_that_of_os_release() {
        let text = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
        assert_eq!(distribution(text), ["Debian GNU/Linux 12 (bookworm),"]);
        assert!(distribution("ID=debian\n").is_empty());
    }
}
