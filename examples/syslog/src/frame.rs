//! Messages and their frames, which are the same in RFC 5425 and RFC 6012.

use std::io::{BufRead, Read};

use anyhow::{Context, Result, ensure};

/// The length of a message that is accepted: twice the minimum of RFC 5425, section 4.3.1.
const LIMIT: usize = 16_384;

/// Returns a message with its frame.
pub(crate) fn frame(host: &str, line: &str) -> String {
    // Facility user, severity notice, without a time, a process and structured data (RFC 5424).
    let message = format!("<13>1 - {host} gnutls-example - - - {line}");
    format!("{} {message}", message.len())
}

/// Reads a message: its length, a space, and as many bytes. `None` is the end.
pub(crate) fn message(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut prefix = Vec::new();
    // The longest prefix has the digits of the limit and a space.
    reader.take(6).read_until(b' ', &mut prefix)?;
    if prefix.is_empty() {
        return Ok(None);
    }
    let digits = prefix
        .strip_suffix(b" ")
        .context("the length of a message does not end")?;
    let length: usize = std::str::from_utf8(digits)?.parse()?;
    ensure!(
        length <= LIMIT,
        "a message has {length} bytes; {LIMIT} are permitted"
    );
    let mut message = vec![0; length];
    reader.read_exact(&mut message)?;
    Ok(Some(message))
}

/// Prints a message with the name of its sender.
pub(crate) fn print(client: &str, message: &[u8]) {
    println!("{client}: {}", String::from_utf8_lossy(message).trim_end());
}
