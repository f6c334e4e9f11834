//! Network block devices, against `qemu-nbd` as server, and against `nbdinfo`, `nbdcopy` and `qemu-io` as clients.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};
use gnutls_tests_process::Running;

use crate::lab::{self, Lab, contains, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "nbd",
    version: || {
        let client = lab::version(program("nbdcopy").arg("--version"))?;
        lab::version(program("nbdinfo").arg("--version"))?;
        lab::version(program("qemu-io").arg("--version"))?;
        Ok(format!(
            "{}; {client}",
            lab::version(program("qemu-nbd").arg("--version"))?
        ))
    },
    run,
};

/// The key of `alice` in hexadecimal.
const KEY: &str = "00112233445566778899aabbccddeeff";

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let disk: Vec<u8> = (0..3_000_320_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    fs::write(lab.file("disk"), &disk)?;
    // qemu requires certificates that permit to encrypt a key, which only RSA can.
    for (folder, kind, template, authority) in [
        ("qemu-server", "server", lab::SERVER, "ca"),
        ("alice", "client", lab::ALICE, "ca"),
        ("other", "client", lab::ALICE, "other-ca"),
    ] {
        lab.certify(folder, lab::RSA, template, Some(authority))?;
        credentials(lab, folder, kind)?;
    }
    let alice = [
        lab.text("ca.pem"),
        lab.text("alice.pem"),
        lab.text("alice-key.pem"),
    ];
    let psk = ["psk", "alice", KEY];
    let copy = |port: u16, credentials: &[&str]| -> Result<Command> {
        let mut command = example("nbd")?;
        command
            .args(["copy", &format!("localhost:{port}"), "disk"])
            .arg(lab.file("copy"))
            .args(credentials);
        Ok(command)
    };
    let copies = |port: u16, credentials: &[&str]| -> Result<()> {
        let text = format!("{} bytes over (TLS1", disk.len());
        prints(&mut copy(port, credentials)?, &[&text])?;
        is_copy(lab, &disk)
    };
    checks.check(
        "client of qemu-nbd: 3 MB without a client certificate",
        || {
            let (_server, port) = qemu(lab, "tls-creds-x509", ",verify-peer=off")?;
            copies(port, &["tls", &alice[0]])?;
            fails(
                &mut copy(port, &["tls", &lab.text("other-ca.pem")])?,
                &["not trusted"],
            )
        },
    )?;
    checks.check("client of qemu-nbd: client certificate", || {
        let (_server, port) = qemu(lab, "tls-creds-x509", "")?;
        copies(port, &["tls", &alice[0], &alice[1], &alice[2]])?;
        fails(
            &mut copy(port, &["tls", &alice[0]])?,
            &["lert", "terminated", "reset", "pipe"],
        )
    })?;
    checks.check("client of qemu-nbd: pre-shared key", || {
        let (_server, port) = qemu(lab, "tls-creds-psk", "")?;
        copies(port, &psk)?;
        fails(
            &mut copy(port, &["psk", "alice", "00"])?,
            &["lert", "terminated", "reset", "pipe"],
        )
    })?;

    let serve = |credentials: &[&str]| -> Result<(Running, u16)> {
        let mut server = example("nbd")?;
        server
            .args(["serve", "127.0.0.1:0", &lab.text("disk")])
            .args(credentials);
        let mut server = start(&mut server)?;
        let port = lab::listening_port(&mut server)?;
        Ok((server, port))
    };
    let (certificate, key) = (lab.text("server.pem"), lab.text("server-key.pem"));
    checks.check("server of nbdinfo and nbdcopy: client certificate", || {
        let (_server, port) = serve(&["tls", &certificate, &key, &alice[0]])?;
        let uri = |folder: &str| {
            format!(
                "nbds://localhost:{port}/?tls-certificates={}",
                lab.text(&format!("{folder}-files"))
            )
        };
        prints(
            program("nbdinfo").args(["--size", &uri("alice")]),
            &[&disk.len().to_string()],
        )?;
        gnutls_tests_process::run(program("nbdcopy").arg(uri("alice")).arg(lab.file("copy")))?;
        is_copy(lab, &disk)?;
        let refused = ["lert", "reset", "closed", "terminated", "pipe"];
        fails(program("nbdinfo").arg(uri("other")), &refused)
    })?;
    checks.check("server of nbdcopy: pre-shared key", || {
        let (_server, port) = serve(&psk)?;
        let uri = format!(
            "nbds://alice@localhost:{port}/?tls-psk-file={}",
            lab.text("alice-files/keys.psk")
        );
        gnutls_tests_process::run(program("nbdcopy").arg(uri).arg(lab.file("copy")))?;
        is_copy(lab, &disk)
    })?;
    checks.check(
        "server of qemu-io: client certificate, TLS required",
        || {
            let (_server, port) = serve(&["tls", &certificate, &key, &alice[0]])?;
            let server = format!("driver=nbd,host=localhost,port={port},read-only=on");
            let credentials = format!(
                "tls-creds-x509,id=tls,endpoint=client,dir={}",
                lab.text("alice-files")
            );
            let mut qemu = program("qemu-io");
            qemu.args([
                "-r",
                "--object",
                &credentials,
                "--image-opts",
                &format!("{server},tls-creds=tls"),
            ])
            .args(["-c", "read -P 5 256 1"]);
            prints(&mut qemu, &["read 1/1 bytes at offset 256"])?;
            let mut plain = program("qemu-io");
            plain.args(["-r", "--image-opts", &server, "-c", "read 0 1"]);
            let output = plain.output()?;
            contains(&String::from_utf8_lossy(&output.stderr), &["TLS"])
        },
    )
}

/// Starts a server of the file, with the name `disk`.
fn qemu(lab: &Lab, kind: &str, options: &str) -> Result<(Running, u16)> {
    let port = lab::free_port()?;
    let credentials = format!(
        "{kind},id=tls,endpoint=server,dir={}{options}",
        lab.text("qemu-server-files")
    );
    let mut server = program("qemu-nbd");
    server
        .args([
            "--object",
            &credentials,
            "--tls-creds",
            "tls",
            "--persistent",
            "--shared=4",
        ])
        .args([
            "--format=raw",
            "--read-only",
            "--export-name=disk",
            "--bind=127.0.0.1",
        ])
        .arg(format!("--port={port}"))
        .arg(lab.file("disk"));
    let server = start(&mut server)?;
    lab::wait_for_port(port)?;
    Ok((server, port))
}

/// Copies a certificate with its key to a folder with the names of files that qemu and libnbd require.
fn credentials(lab: &Lab, name: &str, kind: &str) -> Result<()> {
    let folder = lab.file(&format!("{name}-files"));
    fs::create_dir(&folder)?;
    fs::copy(lab.file("ca.pem"), folder.join("ca-cert.pem"))?;
    for (from, to) in [("", "cert"), ("-key", "key")] {
        let from = lab.file(&format!("{name}{from}.pem"));
        fs::copy(from, folder.join(format!("{kind}-{to}.pem")))?;
    }
    Ok(fs::write(
        folder.join("keys.psk"),
        format!("alice:{KEY}\n"),
    )?)
}

fn is_copy(lab: &Lab, disk: &[u8]) -> Result<()> {
    ensure!(fs::read(lab.file("copy"))? == disk, "the copy differs");
    Ok(())
}
