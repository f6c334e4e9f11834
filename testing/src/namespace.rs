//! Network namespaces, in which the loopback interface loses datagrams.

use std::process::{Command, Output};

use crate::process::{self, system_program};
use crate::requirement::{Missing, Requirement};

/// The faults of the loopback interface in a network namespace.
#[derive(Debug)]
pub struct NetworkFaults {
    name: &'static str,
    /// The commands of a shell that add the faults to the interface `lo`.
    script: &'static str,
}

/// Loss, repetition, delay and reordering by netem, a part of the kernel that not all of them have.
pub const NETEM: NetworkFaults = NetworkFaults {
    name: "netem",
    script: "tc qdisc add dev lo root netem delay 2ms 2ms loss 10% duplicate 10% reorder 25% 50%",
};

/// Loss by a rule of nftables.
pub const NFTABLES: NetworkFaults = NetworkFaults {
    name: "nftables",
    script: "nft add table inet faults && \
             nft 'add chain inet faults input { type filter hook input priority 0; }' && \
             nft 'add rule inet faults input meta l4proto udp numgen random mod 100 < 10 drop'",
};

impl NetworkFaults {
    /// Returns a command that runs a program with arguments in a namespace with these faults.
    fn command(&self, program: &Command) -> Command {
        let script = format!(
            "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && {} && exec \"$0\" \"$@\"",
            self.script
        );
        let mut command = system_program("unshare");
        command
            .args(["--net", "--", "sh", "-c", &script])
            .arg(program.get_program())
            .args(program.get_args());
        if let Some(path) = std::env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", path);
        }
        command
    }

    fn try_out(&self) -> Result<(), String> {
        let output = self.command(&Command::new("true")).output();
        let Output { status, stderr, .. } = output.map_err(|error| format!("unshare: {error}"))?;
        let text = String::from_utf8_lossy(&stderr);
        match status.success() {
            true => Ok(()),
            false => Err(text.lines().next().unwrap_or_default().to_owned()),
        }
    }
}

impl Requirement for NetworkFaults {
    fn missing(&self) -> Option<Missing> {
        let error = self.try_out().err()?;
        Some(Missing {
            reason: format!("needs a network namespace with {}: {error}", self.name),
            // Neither a kernel nor permissions can be installed.
            by_library: true,
        })
    }
}

/// Returns `true` in a process that runs only this test, in a namespace with these faults. Otherwise runs the test in such a
/// process, and returns `false`. See [`is_alone`](process::is_alone).
pub fn is_alone_with(test: &str, faults: &NetworkFaults) -> bool {
    process::is_alone_by(test, |command| faults.command(&command))
}
