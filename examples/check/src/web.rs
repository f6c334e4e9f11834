//! The web server and client, against curl.

use std::fs;

use anyhow::Result;

use crate::lab::{self, Lab, contains, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "web",
    version: || lab::version(program("curl").arg("--version")),
    run,
};

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let mut server = example("web")?;
    server.args(["serve", "127.0.0.1:0"]).arg(lab.file(""));
    let mut server = start(&mut server)?;
    let port = lab::listening_port(&mut server)?;
    let curl = |name: &str, authority: &str, options: &[&str]| {
        let mut command = program("curl");
        command
            .args([
                "--disable",
                "--silent",
                "--show-error",
                "--noproxy",
                "*",
                "--max-time",
                "20",
            ])
            .args(["--resolve", &format!("{name}:{port}:127.0.0.1")])
            .arg("--cacert")
            .arg(lab.file(authority))
            .args(options)
            .arg(format!("https://{name}:{port}/"));
        command
    };
    let (certificate, key) = (lab.text("alice.pem"), lab.text("alice-key.pem"));
    let identified = ["--cert", &certificate, "--key", &key];
    checks.check("curl: HTTP/2, selected by ALPN", || {
        prints(
            &mut curl("localhost", "ca.pem", &["--http2"]),
            &["HTTP/2.0 over (TLS1", "server name: localhost"],
        )
    })?;
    checks.check("curl: HTTP/1.1", || {
        prints(
            &mut curl("localhost", "ca.pem", &["--http1.1"]),
            &["HTTP/1.1 over (TLS1"],
        )
    })?;
    checks.check(
        "curl: client certificate in the request, by server name",
        || {
            let text =
                gnutls_tests_process::output(&mut curl("admin.localhost", "ca.pem", &identified))?;
            contains(&text, &["client: CN=alice"])?;
            fails(
                &mut curl("admin.localhost", "ca.pem", &[]),
                &["curl: (35)", "curl: (55)", "curl: (56)"],
            )
        },
    )?;
    checks.check("hyper's client: HTTP/2, verified", || {
        let uri = format!("https://localhost:{port}/");
        prints(
            example("web")?.args(["get", &uri]).arg(lab.file("ca.pem")),
            &["HTTP/2.0 200 OK\nHTTP/2.0 over (TLS1"],
        )?;
        fails(
            example("web")?
                .args(["get", &uri])
                .arg(lab.file("other-ca.pem")),
            &["not trusted"],
        )
    })?;
    checks.check("smol: a stream of futures-io, verified", || {
        let client = |authority: &str| -> Result<_> {
            let mut command = example("futures")?;
            command
                .arg(format!("localhost:{port}"))
                .arg(lab.file(authority));
            Ok(command)
        };
        prints(
            &mut client("ca.pem")?,
            &["HTTP/1.1 200 OK", "HTTP/1.1 over (TLS1"],
        )?;
        fails(&mut client("other-ca.pem")?, &["not trusted"])
    })?;
    checks.check("curl: reload of the certificate without a restart", || {
        fs::copy(lab.file("other-server.pem"), lab.file("server.pem"))?;
        fs::copy(lab.file("other-server-key.pem"), lab.file("server-key.pem"))?;
        let id = server.id().to_string();
        gnutls_tests_process::run(program("kill").args(["-HUP", &id]))?;
        server.wait_for("reloaded", |text| text.contains("reloaded").then_some(()))?;
        fails(&mut curl("localhost", "ca.pem", &[]), &["curl: (60)"])?;
        prints(
            &mut curl("localhost", "other-ca.pem", &[]),
            &["HTTP/2.0 over (TLS1"],
        )
    })
}
