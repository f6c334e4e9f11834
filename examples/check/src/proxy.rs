//! The proxy between curl and the web server.

use std::process::Command;

use anyhow::{Result, ensure};
use gnutls_tests_process::output;

use crate::lab::{self, Lab, contains, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "proxy",
    version: || lab::version(program("curl").arg("--version")),
    run,
};

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let mut server = example("web")?;
    server.args(["serve", "127.0.0.1:0"]).arg(lab.file(""));
    let mut server = start(&mut server)?;
    let server_port = lab::listening_port(&mut server)?;
    let mut proxy = example("proxy")?;
    proxy
        .arg("127.0.0.1:0")
        .arg(lab.file(""))
        .arg(format!("localhost:{server_port}"));
    let mut proxy = start(&mut proxy)?;
    let port = lab::listening_port(&mut proxy)?;
    let curl = |options: &[&str], url: &str| -> Command {
        let mut command = program("curl");
        command
            .args(["--disable", "--silent", "--show-error", "--max-time", "20"])
            .args(["--cacert", &lab.text("ca.pem")])
            .args(options)
            .arg(url);
        command
    };
    let url = format!("https://localhost:{port}/");
    let (certificate, key) = (lab.text("alice.pem"), lab.text("alice-key.pem"));
    for (option, version) in [("--http2", "HTTP/2"), ("--http1.1", "HTTP/1.1")] {
        checks.check(
            &format!("curl: {version} to the proxy, HTTP/2 to the server"),
            || {
                let options = ["--noproxy", "*", "--include", option];
                let text = output(&mut curl(&options, &url))?;
                ensure!(text.starts_with(version), "{text}");
                contains(
                    &text,
                    &["HTTP/2.0 over (TLS1", "forwarded: for=\"127.0.0.1:"],
                )?;
                contains(&text, &[&format!("host=\"localhost:{port}\";proto=https")])
            },
        )?;
    }
    checks.check(
        "the certificate of the client, which it cannot forge",
        || {
            let identity = ["--noproxy", "*", "--cert", &certificate, "--key", &key];
            // The first bytes of a certificate in base64.
            prints(&mut curl(&identity, &url), &["client-cert: :MII"])?;
            let forged = ["--noproxy", "*", "--header", "Client-Cert: :forged:"];
            let text = output(&mut curl(&forged, &url))?;
            ensure!(!text.contains("client-cert"), "{text}");
            Ok(())
        },
    )?;
    checks.check("100 requests over one connection of each version", || {
        for option in ["--http2", "--http1.1"] {
            let urls = format!("{url}?[1-100]");
            let text = output(&mut curl(&["--noproxy", "*", option, "--parallel"], &urls))?;
            let count = text.matches("HTTP/2.0 over (TLS1").count();
            ensure!(count == 100, "{count} responses: {text}");
        }
        Ok(())
    })?;
    checks.check("CONNECT: a tunnel, only to the server", || {
        let server_url = format!("https://localhost:{server_port}/");
        let (proxy_url, ca) = (format!("https://localhost:{port}"), lab.text("ca.pem"));
        let tunnel = [
            "--noproxy",
            "",
            "--proxy",
            &proxy_url,
            "--proxy-cacert",
            &ca,
        ];
        let text = output(&mut curl(&tunnel, &server_url))?;
        contains(&text, &["HTTP/2.0 over (TLS1", "server name: localhost"])?;
        // The tunnel is no proxy of HTTP: nothing is added.
        ensure!(!text.contains("forwarded"), "{text}");
        fails(&mut curl(&tunnel, "https://localhost:1/"), &["403"])
    })?;
    checks.check(
        "a server that does not respond is an error of the proxy",
        || {
            drop(server);
            let options = ["--noproxy", "*", "--fail"];
            fails(&mut curl(&options, &url), &["502"])
        },
    )
}
