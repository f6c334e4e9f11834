//! Syslog over TLS, against rsyslog with its gtls driver as server and as client.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::lab::{self, Lab, contains, example, fails, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "syslog",
    version: || {
        let version = lab::version(program("rsyslogd").arg("-v"))?;
        let folders = fs::read_dir("/usr/lib").context("no /usr/lib")?.flatten();
        let mut drivers = folders.map(|entry| entry.path().join("rsyslog/lmnsd_gtls.so"));
        ensure!(
            drivers.any(|path| path.exists()),
            "rsyslog has no gtls driver"
        );
        Ok(version)
    },
    run,
};

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
    let settings = lab.write("rsyslog.conf", port, &settings)?;
    let mut server = program("rsyslogd");
    server
        .arg("-n")
        .arg("-f")
        .arg(settings)
        .arg("-i")
        .arg(lab.file("rsyslog.pid"));
    let _server = start(&mut server)?;
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
