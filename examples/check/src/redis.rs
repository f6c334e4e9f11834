//! Redis, against `redis-server`.

use std::process::Command;

use anyhow::Result;
use gnutls_tests_process::Running;

use crate::lab::{self, Lab, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "redis",
    version: || lab::version(program("redis-server").arg("--version")),
    run,
};

/// Starts a server that requires client certificates, and returns its port.
pub(crate) fn server(lab: &Lab) -> Result<(Running, u16)> {
    let port = lab::free_port()?;
    let mut server = program("redis-server");
    server
        .args([
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "no",
        ])
        .args(["--tls-port", &port.to_string(), "--tls-auth-clients", "yes"])
        .args(["--tls-cert-file", &lab.text("server.pem")])
        .args(["--tls-key-file", &lab.text("server-key.pem")])
        .args(["--tls-ca-cert-file", &lab.text("ca.pem")])
        .args(["--dir", &lab.text("")]);
    let server = start(&mut server)?;
    lab::wait_for_port(port)?;
    Ok((server, port))
}

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let (_server, port) = server(lab)?;
    let client = |authority, identity| -> Result<Command> {
        let mut command = example("redis")?;
        command.arg(format!("localhost:{port}"));
        Ok(lab.identified(command, authority, identity))
    };
    checks.check("client certificate, a value of 1 MB both ways", || {
        prints(
            &mut client("ca", "alice")?,
            &["(TLS1", "stored and read 1000000 bytes"],
        )
    })?;
    checks.check("a server of an untrusted authority is refused", || {
        fails(&mut client("other-ca", "alice")?, &["not trusted"])
    })?;
    checks.check(
        "the server refuses a certificate of another authority",
        || {
            fails(
                &mut client("ca", "other-alice")?,
                &["alert", "Alert", "broken pipe", "reset"],
            )
        },
    )
}
