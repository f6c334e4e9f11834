//! Syslog over TLS, against rsyslog with its gtls driver, and over DTLS, against OpenSSL and the modules of rsyslog, as
//! server and as client.

use std::fs;

use anyhow::{Context, Result, ensure};
use gnutls_tests_process::Running;

use crate::lab::{self, Lab, contains, example, fails, program, start};
use crate::{Checks, Example};

pub(crate) const STREAMS: Example = Example {
    name: "syslog",
    version: || {
        let version = lab::version(program("rsyslogd").arg("-v"))?;
        ensure!(has_module("lmnsd_gtls.so"), "rsyslog has no gtls driver");
        Ok(version)
    },
    run,
};

pub(crate) const DATAGRAMS: Example = Example {
    name: "syslog-dtls",
    version: || {
        let version = lab::version(program("openssl").arg("version"))?;
        match has_module("imdtls.so") && has_module("omdtls.so") {
            true => {
                let rsyslog = lab::version(program("rsyslogd").arg("-v"))?;
                Ok(format!("{version}; {rsyslog}"))
            }
            // It has them since 8.2402.
            false => Ok(format!("{version} (rsyslog has no modules for DTLS)")),
        }
    },
    run: run_datagrams,
};

fn has_module(name: &str) -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut modules = folders.map(|entry| entry.path().join("rsyslog").join(name));
    modules.any(|path| path.exists())
}

/// A server that accepts messages of `alice`, stores them in a file, and forwards them.
const SETTINGS: &str = r#"
global(
    workDirectory="{folder}"
    defaultNetstreamDriver="gtls"
    defaultNetstreamDriverCAFile="{folder}/ca.pem"
    defaultNetstreamDriverCertFile="{folder}/server.pem"
    defaultNetstreamDriverKeyFile="{folder}/server-key.pem"
)
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/name" permittedPeer="alice")
input(type="imtcp" address="127.0.0.1" port="{port}")
action(type="omfile" file="{folder}/received.log")
action(type="omfwd" target="127.0.0.1" port="COLLECTOR" protocol="tcp" tcp_framing="octet-counted"
    streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="localhost")
"#;

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let mut collector = example("syslog")?;
    collector.args(["collect", "127.0.0.1:0"]);
    let mut collector = start(&mut lab.identified(collector, "ca", "server"))?;
    let collecting = lab::listening_port(&mut collector)?;
    let port = lab::free_port()?;
    let settings = SETTINGS.replace("COLLECTOR", &collecting.to_string());
    let _server = rsyslog(lab, port, &settings)?;
    lab::wait_for_port(port)?;
    let send = |authority, identity| -> Result<_> {
        let mut command = example("syslog")?;
        command.args(["send", &format!("localhost:{port}")]);
        Ok(lab.identified(command, authority, identity))
    };
    let messages: String = (1..=500)
        .map(|number| format!("message {number} of alice\n"))
        .collect();
    checks.check("client of rsyslog's gtls server: 500 messages", || {
        let text = gnutls_tests_process::filter(&mut send("ca", "alice")?, &messages)?;
        contains(&text, &["sent 500 messages over (TLS1"])?;
        lab::wait_for_file(&lab.file("received.log"), &["message 500 of alice"])?;
        let received = fs::read_to_string(lab.file("received.log"))?;
        let count = received
            .lines()
            .filter(|line| line.ends_with(" of alice"))
            .count();
        ensure!(count == 500, "{count} messages have arrived");
        Ok(())
    })?;
    checks.check(
        "server of rsyslog's gtls client: the same 500 messages",
        || {
            let text = collector.wait_for("the last message", |text| {
                text.contains("message 500 of alice")
                    .then(|| text.to_owned())
            });
            // rsyslog stores its own messages, too.
            let text = text.with_context(|| {
                let stored = fs::read_to_string(lab.file("received.log")).unwrap_or_default();
                let own = stored.lines().filter(|line| line.contains("rsyslogd"));
                own.collect::<Vec<_>>().join(" | ")
            })?;
            let of_client = text
                .lines()
                .filter(|line| line.starts_with("CN=localhost: <13>"));
            let count = of_client.filter(|line| line.ends_with(" of alice")).count();
            ensure!(count == 500, "{count} messages have arrived: {text}");
            Ok(())
        },
    )?;
    checks.check("a server of an untrusted authority is refused", || {
        fails(&mut send("other-ca", "alice")?, &["not trusted"])
    })?;
    checks.check("rsyslog takes no message of another client", || {
        // The server refuses the certificate after the client's handshake, so that the client may not notice.
        let _ = gnutls_tests_process::filter(
            &mut send("ca", "server")?,
            "a message of another client\n",
        );
        gnutls_tests_process::filter(&mut send("ca", "alice")?, "a later message of alice\n")?;
        lab::wait_for_file(&lab.file("received.log"), &["a later message of alice"])?;
        let received = fs::read_to_string(lab.file("received.log"))?;
        ensure!(
            !received.contains("a message of another client"),
            "{received}"
        );
        Ok(())
    })
}

/// The number of messages: as many datagrams fit into the buffer of a socket.
const MESSAGES: usize = 100;

fn run_datagrams(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let messages: String = (1..=MESSAGES)
        .map(|number| format!("message {number} of alice\n"))
        .collect();
    let send = |port: u16, authority, identity| -> Result<_> {
        let mut command = example("syslog")?;
        command.args(["send-datagrams", &format!("127.0.0.1:{port}")]);
        Ok(lab.identified(command, authority, identity))
    };
    let sent = format!("sent {MESSAGES} messages over (DTLS1.2");
    checks.check("client of openssl s_server: 100 messages", || {
        let (mut server, port) = openssl_server(lab)?;
        let text = gnutls_tests_process::filter(&mut send(port, "ca", "alice")?, &messages)?;
        contains(&text, &[&sent])?;
        let text = server.wait_for("the last message", |text| {
            text.contains("message 100 of alice")
                .then(|| text.to_owned())
        })?;
        contains(
            &text,
            &["57 <13>1 - 127.0.0.1 gnutls-example - - - message 1 of alice"],
        )?;
        let count = text.matches(" of alice").count();
        ensure!(count == MESSAGES, "{count} messages have arrived");
        Ok(())
    })?;
    checks.check("a server of an untrusted authority is refused", || {
        let (_server, port) = openssl_server(lab)?;
        fails(&mut send(port, "other-ca", "alice")?, &["not trusted"])
    })?;
    let mut collector = example("syslog")?;
    collector.args(["collect-datagrams", "127.0.0.1:0"]);
    let mut collector = start(&mut lab.identified(collector, "ca", "server"))?;
    let port = lab::listening_port(&mut collector)?;
    checks.check("server of openssl s_client: one and two messages", || {
        let mut client = openssl_client(lab, port, "alice")?;
        for (datagram, last) in [
            ("8 <13>one\n", "CN=alice: <13>one"),
            ("7 <13>two10 <13>three\n", "CN=alice: <13>three"),
        ] {
            client.write(datagram)?;
            collector.wait_for(last, |text| text.contains(last).then_some(()))?;
        }
        collector.wait_for("the first of two messages in a datagram", |text| {
            text.contains("CN=alice: <13>two\n").then_some(())
        })
    })?;
    checks.check("server: a client of another authority is refused", || {
        let mut client = openssl_client(lab, port, "other-alice")?;
        client.write("8 <13>bad\n")?;
        client.wait_for("the alert", |text| text.contains("alert").then_some(()))?;
        let mut client = openssl_client(lab, port, "alice")?;
        client.write("9 <13>four\n")?;
        let text = collector.wait_for("a message and the failure", |text| {
            let arrived = text.contains("CN=alice: <13>four") && text.contains("not trusted");
            arrived.then(|| text.to_owned())
        })?;
        ensure!(!text.contains("<13>bad"), "{text}");
        Ok(())
    })?;
    if !(has_module("imdtls.so") && has_module("omdtls.so")) {
        return Ok(());
    }
    let server = lab::free_port()?;
    let settings = DATAGRAM_SETTINGS.replace("COLLECTOR", &port.to_string());
    let _rsyslog = rsyslog(lab, server, &settings)?;
    lab::wait_for_datagram_port(server)?;
    checks.check("client of rsyslog's imdtls: 100 messages", || {
        let text = gnutls_tests_process::filter(&mut send(server, "ca", "alice")?, &messages)?;
        contains(&text, &[&sent])?;
        lab::wait_for_file(&lab.file("received.log"), &["message 100 of alice"])?;
        let received = fs::read_to_string(lab.file("received.log"))?;
        let count = received.matches(" of alice").count();
        ensure!(count == MESSAGES, "{count} messages have arrived");
        Ok(())
    })?;
    checks.check("server of rsyslog's omdtls: the same 100 messages", || {
        let text = collector.wait_for("the last message", |text| {
            text.contains("message 100 of alice")
                .then(|| text.to_owned())
        })?;
        let of_client = text
            .lines()
            .filter(|line| line.starts_with("CN=localhost: <13>"));
        let count = of_client.filter(|line| line.ends_with(" of alice")).count();
        ensure!(count == MESSAGES, "{count} messages have arrived: {text}");
        Ok(())
    })
}

/// A server that accepts messages of `alice`, stores them in a file, and forwards them. It listens at all addresses: imdtls
/// 8.2504 swaps the bytes of an address.
const DATAGRAM_SETTINGS: &str = r#"
global(workDirectory="{folder}")
module(load="imdtls" tls.authMode="name")
module(load="omdtls")
input(type="imdtls" port="{port}" tls.permittedPeer="alice" tls.authMode="name"
    tls.caCert="{folder}/ca.pem" tls.myCert="{folder}/server.pem" tls.myPrivKey="{folder}/server-key.pem")
action(type="omfile" file="{folder}/received.log")
action(type="omdtls" target="127.0.0.1" port="COLLECTOR" template="RSYSLOG_SyslogProtocol23Format" tls.authMode="certvalid"
    tls.caCert="{folder}/ca.pem" tls.myCert="{folder}/server.pem" tls.myPrivKey="{folder}/server-key.pem")
"#;

fn rsyslog(lab: &Lab, port: u16, settings: &str) -> Result<Running> {
    let settings = lab.write("rsyslog.conf", port, settings)?;
    let mut server = program("rsyslogd");
    server
        .arg("-n")
        .arg("-f")
        .arg(settings)
        .arg("-i")
        .arg(lab.file("rsyslog.pid"));
    start(&mut server)
}

/// Starts a server that requires a certificate of the authority, and prints what it receives.
fn openssl_server(lab: &Lab) -> Result<(Running, u16)> {
    let mut command = program("openssl");
    command
        .args(["s_server", "-dtls1_2", "-accept", "127.0.0.1:0"])
        .args(["-Verify", "1", "-verify_return_error"])
        .args([
            "-CAfile",
            &lab.text("ca.pem"),
            "-cert",
            &lab.text("server.pem"),
        ])
        .args(["-key", &lab.text("server-key.pem")]);
    let mut server = start(&mut command)?;
    let port = server.wait_for("its address", |text| {
        let line = text.lines().find_map(|line| line.strip_prefix("ACCEPT "))?;
        line.rsplit_once(':')?.1.trim().parse().ok()
    })?;
    Ok((server, port))
}

/// Starts a client that sends each line of its input in a datagram.
fn openssl_client(lab: &Lab, port: u16, identity: &str) -> Result<Running> {
    let mut command = program("openssl");
    command
        .args([
            "s_client",
            "-dtls1_2",
            "-connect",
            &format!("127.0.0.1:{port}"),
            "-quiet",
        ])
        .args(["-verify_return_error", "-CAfile", &lab.text("ca.pem")])
        .args(["-cert", &lab.text(&format!("{identity}.pem"))])
        .args(["-key", &lab.text(&format!("{identity}-key.pem"))]);
    start(&mut command)
}
