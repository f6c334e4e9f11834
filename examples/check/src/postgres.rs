//! PostgreSQL through tokio-postgres.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::lab::{self, Lab, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "postgres",
    version: || {
        user()?;
        lab::version(program(binary("postgres")?).arg("--version"))
    },
    run,
};

/// The user of the server, which refuses to run as root.
fn user() -> Result<String> {
    lab::user("postgres").context("the server requires its own user")
}

/// Returns a program of the newest version, which Debian does not install in the path.
fn binary(name: &str) -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("no PostgreSQL server")?;
    let mut paths: Vec<_> = versions
        .flatten()
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    paths
        .pop()
        .with_context(|| format!("no {name} in /usr/lib/postgresql"))
}

/// Returns a program that runs as the user of the server.
fn as_user(name: &str) -> Result<Command> {
    let id = user()?;
    let mut command = program("setpriv");
    command
        .args(["--reuid", &id, "--regid", &id, "--clear-groups"])
        .arg(binary(name)?);
    Ok(command)
}

/// A database requires a client certificate, and another one only a password.
const ACCESS: &str = "\
hostssl template1 alice all scram-sha-256 clientcert=verify-full
hostssl postgres alice all scram-sha-256
";

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
ssl = on
ssl_cert_file = '{folder}/server.pem'
ssl_key_file = '{folder}/data/server-key.pem'
ssl_ca_file = '{folder}/ca.pem'
hba_file = '{folder}/access.conf'
fsync = off
";

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let port = lab::free_port()?;
    let id: u32 = user()?.parse()?;
    let data = lab.file("data");
    fs::create_dir(&data)?;
    std::os::unix::fs::chown(&data, Some(id), None)?;
    let password = lab.write("password", port, "secret\n")?;
    let mut create = as_user("initdb")?;
    create
        .args([
            "--username=alice",
            "--auth=scram-sha-256",
            "--no-sync",
            "--no-instructions",
        ])
        .arg("--pwfile")
        .arg(password)
        .arg(&data);
    gnutls_tests_process::output(&mut create)?;
    // The server refuses a key that others can read.
    let key = data.join("server-key.pem");
    fs::write(&key, fs::read(lab.file("server-key.pem"))?)?;
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    std::os::unix::fs::chown(&key, Some(id), None)?;
    lab.write("access.conf", port, ACCESS)?;
    let settings = lab.write("settings.conf", port, SETTINGS)?;
    let setting = format!("config_file={}", settings.display());
    let mut server = as_user("postgres")?;
    let mut server = start(server.arg("-D").arg(&data).args(["-c", &setting]))?;
    server.wait_for("that it is ready", |text| {
        text.contains("ready to accept connections").then_some(())
    })?;

    let parameters = |host: &str, database: &str, password: &str| {
        format!(
            "host={host} hostaddr=127.0.0.1 port={port} user=alice password={password} dbname={database} \
             sslmode=require channel_binding=require connect_timeout=20"
        )
    };
    let client = |parameters: String, authority: &str| -> Result<Command> {
        let mut command = example("postgres")?;
        command.arg(parameters).arg(lab.file(authority));
        Ok(command)
    };
    let identified = |parameters: String, identity| -> Result<Command> {
        let mut command = example("postgres")?;
        command.arg(parameters);
        Ok(lab.identified(command, "ca", identity))
    };
    checks.check(
        "verify-full, SCRAM-SHA-256-PLUS (channel_binding=require)",
        || {
            let parameters = parameters("localhost", "postgres", "secret");
            prints(
                &mut client(parameters, "ca.pem")?,
                &[
                    "ssl true, TLSv1.3",
                    "client certificate none, user alice",
                    "read 1000000 bytes",
                ],
            )
        },
    )?;
    checks.check("client certificate (clientcert=verify-full)", || {
        let parameters = || parameters("localhost", "template1", "secret");
        prints(
            &mut identified(parameters(), "alice")?,
            &["client certificate /CN=alice, user alice"],
        )?;
        fails(&mut client(parameters(), "ca.pem")?, &["certificate"])?;
        fails(
            &mut identified(parameters(), "other-alice")?,
            &["ALERT", "lert", "certificate", "closed"],
        )
    })?;
    checks.check(
        "another host name, another authority, a wrong password",
        || {
            let other = parameters("wrong.example.org", "postgres", "secret");
            fails(&mut client(other, "ca.pem")?, &["name"])?;
            let parameters = |password| parameters("localhost", "postgres", password);
            fails(
                &mut client(parameters("secret"), "other-ca.pem")?,
                &["not trusted"],
            )?;
            fails(
                &mut client(parameters("wrong"), "ca.pem")?,
                &["password authentication failed", "28P01"],
            )
        },
    )
}
