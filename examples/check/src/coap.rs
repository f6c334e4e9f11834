//! CoAP over DTLS, against the programs of libcoap.

use std::net::UdpSocket;
use std::process::Command;

use anyhow::{Context, Result};
use gnutls_tests_process::Running;

use crate::lab::{self, Lab, contains, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "coap",
    version: || {
        lab::version(&mut program("coap-client-openssl"))?;
        lab::version(&mut program("coap-client-gnutls"))
    },
    run,
};

const KEY: &str = "secret";

/// The same key in hexadecimal.
const HEX_KEY: &str = "736563726574";

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    lab.public_key("alice")?;
    lab.public_key("server")?;
    let (_server, port) = libcoap(lab, "gnutls")?;
    let get = |path: &str, credentials: &[&str]| -> Result<Command> {
        let mut command = example("coap")?;
        command
            .args(["get", &format!("coaps://127.0.0.1:{port}/{path}")])
            .args(credentials);
        Ok(command)
    };
    let (ca, other_ca) = (lab.text("ca.pem"), lab.text("other-ca.pem"));
    let (alice, alice_key) = (lab.text("alice.pem"), lab.text("alice-key.pem"));
    let certificate = ["certificate", &ca, &alice, &alice_key];
    let psk = ["psk", "alice", HEX_KEY];
    checks.check("client of libcoap: pre-shared key", || {
        prints(
            &mut get("", &psk)?,
            &["(DTLS1.2", "2.05 This is a test server made with libcoap"],
        )?;
        fails(
            &mut get("", &["psk", "alice", "00"])?,
            &["alert", "unexpected"],
        )
    })?;
    checks.check("client of libcoap: certificates, PUT and GET", || {
        let mut put = example("coap")?;
        let uri = format!("coaps://127.0.0.1:{port}/example_data");
        put.args(["put", &uri, "21.5 degrees"]).args(certificate);
        prints(&mut put, &["(DTLS1.2", "2.0"])?;
        prints(
            &mut get("example_data", &certificate)?,
            &["2.05 21.5 degrees"],
        )
    })?;
    checks.check("client of libcoap: a response that is sent later", || {
        prints(&mut get("async?1", &certificate)?, &["2.05 done"])
    })?;
    checks.check("client of libcoap: untrusted authority", || {
        let certificate = ["certificate", &other_ca, &alice, &alice_key];
        fails(&mut get("", &certificate)?, &["not trusted"])
    })?;

    for variant in ["gnutls", "openssl"] {
        serve(lab, checks, variant)?;
    }
    Ok(())
}

/// Starts a server of libcoap with both kinds of credentials. Its port for DTLS follows that for CoAP without security.
fn libcoap(lab: &Lab, variant: &str) -> Result<(Running, u16)> {
    let port = free_ports()?;
    let mut server = program(format!("coap-server-{variant}"));
    server
        .args(["-A", "127.0.0.1", "-p", &port.to_string(), "-k", KEY])
        .args([
            "-c",
            &lab.text("server.pem"),
            "-j",
            &lab.text("server-key.pem"),
        ])
        .args(["-C", &lab.text("ca.pem")]);
    let server = start(&mut server)?;
    // It listens for CoAP over TCP after it has opened the sockets for UDP.
    lab::wait_for_port(port + 1)?;
    Ok((server, port + 1))
}

/// Returns the first of two ports that no server uses.
fn free_ports() -> Result<u16> {
    for _ in 0..100 {
        let port = lab::free_port()?;
        let Some(next) = port.checked_add(1) else {
            continue;
        };
        if [port, next]
            .iter()
            .all(|port| UdpSocket::bind(("127.0.0.1", *port)).is_ok())
        {
            return Ok(port);
        }
    }
    None.context("no two consecutive ports are free")
}

/// Runs the clients of libcoap against the server of the example.
fn serve(lab: &Lab, checks: &mut Checks, variant: &str) -> Result<()> {
    let serve = |credentials: &[&str]| -> Result<_> {
        let mut server = example("coap")?;
        server.args(["serve", "127.0.0.1:0"]).args(credentials);
        let mut server = start(&mut server)?;
        let port = lab::listening_port(&mut server)?;
        Ok((server, port))
    };
    let visit = |port: u16, path: &str, options: &[&str]| {
        let mut command = program(format!("coap-client-{variant}"));
        command
            .args(["-B", "20"])
            .args(options)
            .arg(format!("coaps://127.0.0.1:{port}/{path}"));
        command
    };
    let (ca, server) = (lab.text("ca.pem"), lab.text("server.pem"));
    let (server_key, alice) = (lab.text("server-key.pem"), lab.text("alice.pem"));
    let (alice_key, other) = (lab.text("alice-key.pem"), lab.text("other-alice.pem"));
    let other_key = lab.text("other-alice-key.pem");
    checks.check(
        &format!("server of libcoap with {variant}: pre-shared key"),
        || {
            let (_server, port) = serve(&["psk", "alice", HEX_KEY])?;
            prints(
                &mut visit(port, "", &["-u", "alice", "-k", KEY]),
                &["client: alice"],
            )?;
            refuses(&mut visit(port, "", &["-u", "alice", "-k", "guess"]))
        },
    )?;
    checks.check(
        &format!("server of libcoap with {variant}: certificates"),
        || {
            let (_server, port) = serve(&["certificate", &ca, &server, &server_key])?;
            let identity = ["-c", &alice, "-j", &alice_key, "-C", &ca];
            prints(&mut visit(port, "", &identity), &["client: CN=alice"])?;
            let put = [&identity[..], &["-m", "put", "-e", "21.5"]].concat();
            gnutls_tests_process::run(&mut visit(port, "value", &put))?;
            // The first datagram of each side is lost.
            let loss = [&identity[..], &["-l", "1"]].concat();
            prints(&mut visit(port, "value", &loss), &["21.5"])?;
            refuses(&mut visit(
                port,
                "",
                &["-c", &other, "-j", &other_key, "-C", &ca],
            ))
        },
    )?;
    if variant == "gnutls" {
        // The libcoap with OpenSSL has no raw public keys.
        checks.check("server of libcoap with gnutls: raw public keys", || {
            let (key, public) = (lab.text("server-key.pem"), lab.text("alice-public.pem"));
            let (_server, port) = serve(&["raw-key", &key, &public])?;
            let text = &["client: a raw public key"];
            prints(&mut visit(port, "", &["-M", &alice_key]), text)?;
            refuses(&mut visit(port, "", &["-M", &other_key]))
        })?;
    }
    Ok(())
}

/// Runs a client, which must receive no response. It succeeds in any case.
fn refuses(client: &mut Command) -> Result<()> {
    // A server that ignores the client is no error before this time.
    let output = client.args(["-B", "1"]).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match contains(&text, &["client:"]) {
        Ok(()) => anyhow::bail!("the server accepts the client: {text}"),
        Err(_) => Ok(()),
    }
}
