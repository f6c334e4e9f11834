//! SMTP against aiosmtpd and IMAP against Dovecot, both with STARTTLS.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::lab::{self, Lab, contains, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const SMTP: Example = Example {
    name: "smtp",
    version: || {
        let mut python = python()?;
        let text = lab::version(python.args([
            "-c",
            "import aiosmtpd; print('aiosmtpd', aiosmtpd.__version__)",
        ]))?;
        Ok(text)
    },
    run: smtp,
};

pub(crate) const IMAP: Example = Example {
    name: "imap",
    version: || {
        lab::user("mail").context("the server requires its own users")?;
        Ok(format!(
            "Dovecot {}",
            lab::version(program("dovecot").arg("--version"))?
        ))
    },
    run: imap,
};

/// Returns a Python that has the server: the first one in the path may be another than that of the system.
fn python() -> Result<Command> {
    for name in ["python3", "/usr/bin/python3"] {
        let status = program(name).args(["-c", "import aiosmtpd"]).output();
        if status.is_ok_and(|output| output.status.success()) {
            return Ok(program(name));
        }
    }
    bail!("no Python module aiosmtpd")
}

/// A server that accepts mail only over TLS, and prints it.
const SERVER: &str = "\
import ssl, sys, threading
from aiosmtpd.controller import Controller

class Handler:
    async def handle_DATA(self, server, session, envelope):
        cipher = server.transport.get_extra_info('cipher')
        print('received over', cipher[1], 'from', envelope.mail_from, 'for', envelope.rcpt_tos)
        print(envelope.content.decode(), flush=True)
        return '250 accepted'

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain('{folder}/server.pem', '{folder}/server-key.pem')
controller = Controller(Handler(), hostname='127.0.0.1', port={port}, tls_context=context, require_starttls=True)
controller.start()
print('started', flush=True)
sys.stdin.read()
";

const MESSAGE: &str = "Subject: STARTTLS\n\n.a line with a dot\nthe last line\n";

fn smtp(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let port = lab::free_port()?;
    let script = lab.write("server.py", port, SERVER)?;
    let mut server = start(python()?.arg(script))?;
    server.wait_for("its start", |text| text.contains("started").then_some(()))?;
    let send = |authority: &str| -> Result<Command> {
        let mut command = example("mail")?;
        command
            .args(["send", &format!("localhost:{port}")])
            .arg(lab.file(authority))
            .args(["alice@example.org", "bob@example.org"]);
        Ok(command)
    };
    checks.check("STARTTLS, and a message that arrives intact", || {
        let text = gnutls_tests_process::filter(&mut send("ca.pem")?, MESSAGE)?;
        contains(&text, &["(TLS1", "250 accepted"])?;
        let received = server.wait_for("the message", |text| {
            text.contains("the last line").then(|| text.to_owned())
        })?;
        contains(
            &received,
            &[
                "received over TLSv1",
                "from alice@example.org for ['bob@example.org']",
                "\n.a line with a dot",
            ],
        )
    })?;
    checks.check("a server of an untrusted authority is refused", || {
        fails(&mut send("other-ca.pem")?, &["not trusted"])
    })?;
    checks.check(
        "an answer in the clear behind that of STARTTLS is refused",
        || {
            let answers = "220 mail\r\n|250 STARTTLS\r\n|220 begin\r\n250 injected\r\n";
            let address = injecting_server(answers)?;
            let mut client = example("mail")?;
            client
                .args(["send", &address])
                .arg(lab.file("ca.pem"))
                .args(["a@example.org", "b@example.org"]);
            fails(&mut client, &["the server sent data before TLS"])
        },
    )
}

/// Starts a server that sends these answers, one after each line of the client. Returns its address.
fn injecting_server(answers: &'static str) -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = format!("localhost:{}", listener.local_addr()?.port());
    thread::spawn(move || -> Result<()> {
        let (mut tcp, _) = listener.accept()?;
        let mut lines = BufReader::new(tcp.try_clone()?).lines();
        for answer in answers.split('|') {
            tcp.write_all(answer.as_bytes())?;
            lines.next();
        }
        Ok(())
    });
    Ok(address)
}

/// The settings for Dovecot 2.4, whose syntax has changed.
const DOVECOT_2_4: &str = "\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols {
  imap = yes
}
listen = 127.0.0.1
ssl = required
ssl_server_cert_file = {folder}/server.pem
ssl_server_key_file = {folder}/server-key.pem
auth_allow_cleartext = no
first_valid_uid = 1
mail_driver = maildir
mail_path = {folder}/mail
passdb static {
  password = secret
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = {folder}/mail
  }
}
service imap-login {
  inet_listener imap {
    port = {port}
  }
  inet_listener imaps {
    port = 0
  }
}
";

/// The settings for Dovecot 2.3.
const DOVECOT_2_3: &str = "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server-key.pem
disable_plaintext_auth = yes
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=mail gid=mail home={folder}/mail
}
service imap-login {
  inet_listener imap {
    port = {port}
  }
  inet_listener imaps {
    port = 0
  }
}
";

fn imap(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let port = lab::free_port()?;
    let is_2_3 = lab::version(program("dovecot").arg("--version"))?.starts_with("2.3");
    let settings = if is_2_3 { DOVECOT_2_3 } else { DOVECOT_2_4 };
    let settings = lab.write("dovecot.conf", port, settings)?;
    let id: u32 = lab::user("mail")?.parse()?;
    for folder in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
        fs::create_dir(lab.file(folder))?;
    }
    for number in 1..=2 {
        let text = format!("From: bob@example.org\nSubject: message {number}\n\ntext\n");
        fs::write(lab.file(&format!("mail/new/{number}.localhost")), text)?;
    }
    for file in [
        "mail",
        "mail/new",
        "mail/cur",
        "mail/tmp",
        "mail/new/1.localhost",
        "mail/new/2.localhost",
    ] {
        std::os::unix::fs::chown(lab.file(file), Some(id), Some(id))?;
    }
    let _server = start(program("dovecot").arg("-F").arg("-c").arg(settings))?;
    lab::wait_for_port(port)?;
    let list = |authority: &str, password: &str| -> Result<Command> {
        let mut command = example("mail")?;
        command
            .args(["list", &format!("localhost:{port}")])
            .arg(lab.file(authority))
            .arg("alice")
            .env("PASSWORD", password);
        Ok(command)
    };
    checks.check("STARTTLS, login and the list of messages", || {
        prints(
            &mut list("ca.pem", "secret")?,
            &[
                "(TLS1",
                "2 messages",
                "subject: message 1",
                "subject: message 2",
            ],
        )?;
        fails(
            &mut list("ca.pem", "wrong")?,
            &["Authentication failed", "AUTHENTICATIONFAILED"],
        )
    })?;
    checks.check("a server of an untrusted authority is refused", || {
        fails(&mut list("other-ca.pem", "secret")?, &["not trusted"])
    })?;
    checks.check(
        "an answer in the clear behind that of STARTTLS is refused",
        || {
            let address = injecting_server("* OK mail\r\n|a OK begin\r\n* OK injected\r\n")?;
            let mut client = example("mail")?;
            client
                .args(["list", &address])
                .arg(lab.file("ca.pem"))
                .arg("alice")
                .env("PASSWORD", "secret");
            fails(&mut client, &["the server sent data before TLS"])
        },
    )
}
