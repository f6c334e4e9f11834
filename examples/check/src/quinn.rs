//! The crypto provider for quinn, against quinn with rustls in both directions.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use gnutls_tests_process::Running;

use crate::lab::{self, Lab, contains, example, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "quinn",
    version: || lab::version(example("quinn")?.arg("version")),
    run,
};

/// The length of the transfer in MiB.
const LENGTH: &str = "4";

/// The release since which servers accept early data.
const EARLY_DATA: [u32; 3] = [3, 8, 4];

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    lab.certify_ed25519("quinn")?;
    let server_accepts = server_accepts_early_data()?;
    for (server, client) in [("gnutls", "rustls"), ("rustls", "gnutls")] {
        let sides = format!("{client} client, {server} server");
        let mut running = serve(lab, "serve", server)?;
        let connect = |mode: &str, running: &mut Running| connect(lab, mode, client, running);
        checks.check(&format!("{sides}: {LENGTH} MiB with key updates"), || {
            let mut transfer = connect("transfer", &mut running)?;
            let text = gnutls_tests_process::output(transfer.arg(LENGTH))?;
            contains(&text, &["4 MiB intact in both directions, 2 key updates"])
        })?;
        let accepts = server == "rustls" || server_accepts;
        let early = match accepts {
            true => "early data accepted",
            false => "the server permits no early data",
        };
        checks.check(&format!("{sides}: {early}"), || {
            let text = gnutls_tests_process::output(&mut connect("resume", &mut running)?)?;
            contains(&text, &[early])
        })?;
        if accepts {
            checks.check(&format!("{sides}: a replay is rejected"), || {
                let text = gnutls_tests_process::output(&mut connect("replay", &mut running)?)?;
                contains(&text, &[early])?;
                let printed = running.wait_for("the last request", |text| {
                    let last = text.contains("executed \"replay: last\"");
                    last.then(|| text.to_owned())
                })?;
                let executed = printed.lines().filter(|line| line.starts_with("executed "));
                let mut executed: Vec<_> = executed.collect();
                executed.sort_unstable();
                let twice = executed.windows(2).find(|lines| lines[0] == lines[1]);
                ensure!(twice.is_none(), "{twice:?}: {printed}");
                // rustls resumes a session once, so that it has nothing to report.
                match server {
                    "gnutls" => contains(&printed, &["a replay was detected"]),
                    _ => Ok(()),
                }
            })?;
        }
        checks.check(&format!("{sides}: Retry packets"), || {
            let mut running = serve(lab, "serve-with-retry", server)?;
            let mut transfer = connect("transfer", &mut running)?;
            let text = gnutls_tests_process::output(transfer.arg("1"))?;
            contains(&text, &["1 MiB intact"])?;
            running.wait_for("a Retry packet", |text| {
                text.contains("sent a Retry packet").then_some(())
            })
        })?;
    }
    let mut server = serve(lab, "serve", "gnutls")?;
    checks.check("a server of an untrusted authority is refused", || {
        let mut transfer = example("quinn")?;
        transfer.args(["transfer", "gnutls", &address(&mut server)?]);
        transfer.arg(lab.file("other-ca.pem")).arg("1");
        lab::fails(&mut transfer, &["not trusted"])
    })
}

/// Returns `true` if a server with the running GnuTLS accepts early data.
fn server_accepts_early_data() -> Result<bool> {
    let text = gnutls_tests_process::output(example("quinn")?.arg("version"))?;
    let version = text.trim().strip_prefix("GnuTLS ");
    let version = version.context("the example prints no version")?;
    let numbers: Vec<u32> = version
        .split('.')
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(numbers[..] >= EARLY_DATA[..])
}

fn serve(lab: &Lab, mode: &str, tls: &str) -> Result<Running> {
    let mut server = example("quinn")?;
    server.args([mode, tls, "127.0.0.1:0"]);
    server
        .arg(lab.file("quinn.pem"))
        .arg(lab.file("quinn-key.pem"));
    start(&mut server)
}

fn address(server: &mut Running) -> Result<String> {
    Ok(format!("127.0.0.1:{}", lab::listening_port(server)?))
}

fn connect(lab: &Lab, mode: &str, tls: &str, server: &mut Running) -> Result<Command> {
    let mut client = example("quinn")?;
    client.args([mode, tls, &address(server)?]);
    client.arg(lab.file("ca.pem"));
    Ok(client)
}
