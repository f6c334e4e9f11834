//! SMTP and IMAP with STARTTLS. Its README has the command lines.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use gnutls::{ClientConfig, Stream, Trust};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["send", address, authorities, from, to] => send(address, authorities, from, to),
        ["list", address, authorities, user] => list(address, authorities, user),
        _ => bail!(
            "usage: mail send HOST:PORT AUTHORITIES.pem FROM TO < MESSAGE\n       \
             PASSWORD=... mail list HOST:PORT AUTHORITIES.pem USER"
        ),
    }
}

/// Opens a connection without TLS. Returns the name of the server, too.
fn connect(address: &str) -> Result<(&str, TcpStream)> {
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok((host, tcp))
}

/// Begins TLS after the server has agreed. Data that came in the clear behind its answer would be taken for data of the
/// encrypted connection (CVE-2011-0411), and is an error.
fn start_tls(
    host: &str,
    authorities: &str,
    plain: BufReader<TcpStream>,
) -> Result<Stream<TcpStream>> {
    ensure!(plain.buffer().is_empty(), "the server sent data before TLS");
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .build()?;
    let stream = config.connect(host, plain.into_inner())?;
    println!("{}", stream.session().description().unwrap_or_default());
    Ok(stream)
}

/// Sends the message of the standard input by SMTP (RFC 5321, RFC 3207).
fn send(address: &str, authorities: &str, from: &str, to: &str) -> Result<()> {
    let (host, tcp) = connect(address)?;
    let mut plain = BufReader::new(tcp);
    smtp_answer(&mut plain, '2')?;
    smtp(&mut plain, "EHLO localhost", '2')?;
    smtp(&mut plain, "STARTTLS", '2')?;
    let mut server = BufReader::new(start_tls(host, authorities, plain)?);
    // The server forgets everything that it received in the clear.
    smtp(&mut server, "EHLO localhost", '2')?;
    smtp(&mut server, &format!("MAIL FROM:<{from}>"), '2')?;
    smtp(&mut server, &format!("RCPT TO:<{to}>"), '2')?;
    smtp(&mut server, "DATA", '3')?;
    let mut message = String::new();
    for line in std::io::stdin().lines() {
        let line = line?;
        // A line with only a dot ends the message.
        let dot = if line.starts_with('.') { "." } else { "" };
        message += &format!("{dot}{line}\r\n");
    }
    let answer = smtp(&mut server, &(message + "."), '2')?;
    println!("{answer}");
    smtp(&mut server, "QUIT", '2')?;
    server.into_inner().close()?;
    Ok(())
}

/// Sends a command, and returns the last line of the answer, whose code must begin with this digit.
fn smtp<T: Read + Write>(server: &mut BufReader<T>, command: &str, code: char) -> Result<String> {
    write!(server.get_mut(), "{command}\r\n")?;
    server.get_mut().flush()?;
    smtp_answer(server, code).with_context(|| command.lines().next().unwrap_or_default().to_owned())
}

fn smtp_answer(server: &mut impl BufRead, code: char) -> Result<String> {
    loop {
        let mut line = String::new();
        ensure!(
            server.read_line(&mut line)? > 0,
            "the server has closed the connection"
        );
        ensure!(
            line.starts_with(code),
            "the server answers {}",
            line.trim_end()
        );
        // A hyphen follows the code in all lines but the last.
        if line.chars().nth(3) != Some('-') {
            return Ok(line.trim_end().to_owned());
        }
    }
}

/// Prints the subjects of the messages in the inbox, by IMAP (RFC 9051).
fn list(address: &str, authorities: &str, user: &str) -> Result<()> {
    let password = env::var("PASSWORD").context("the variable PASSWORD")?;
    let (host, tcp) = connect(address)?;
    let mut plain = BufReader::new(tcp);
    let mut line = String::new();
    plain.read_line(&mut line)?;
    ensure!(
        line.starts_with("* OK"),
        "the server answers {}",
        line.trim_end()
    );
    write!(plain.get_mut(), "a STARTTLS\r\n")?;
    line.clear();
    plain.read_line(&mut line)?;
    ensure!(
        line.starts_with("a OK"),
        "the server answers {}",
        line.trim_end()
    );
    let stream = start_tls(host, authorities, plain)?;
    // The server has greeted already.
    let client = imap::Client::new(stream);
    let mut session = client.login(user, password).map_err(|(error, _)| error)?;
    let inbox = session.select("INBOX")?;
    println!("{} messages", inbox.exists);
    for message in session.fetch("1:*", "ENVELOPE")?.iter() {
        let envelope = message
            .envelope()
            .context("a message without an envelope")?;
        let subject = envelope.subject.unwrap_or_default();
        println!("subject: {}", String::from_utf8_lossy(subject));
    }
    session.logout()?;
    Ok(())
}
