//! A minimal HTTP server that answers each request with one page: HTTP/1.1 (RFC 9112), and HTTP/2 (RFC 9113).

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};
use gnutls::Stream;

use crate::server::Facts;

/// A page about the session.
pub(crate) fn page(facts: &Facts) -> String {
    let protocol = facts
        .protocol
        .map(|protocol| protocol.to_string())
        .unwrap_or_default();
    let alpn = facts.alpn.as_deref().unwrap_or("no ALPN");
    format!("<!doctype html><title>interop</title><p>served by gnutls: {protocol}, {alpn}</p>\n")
}

/// Reads the rest of a request after its first line and sends the answer, after which the connection ends.
pub(crate) fn serve_1(reader: &mut BufReader<Stream<TcpStream>>, page: &str) -> Result<()> {
    let mut line = String::new();
    while reader.read_line(&mut line).context("reading the request")? > 2 {
        line.clear();
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    let stream = reader.get_mut();
    stream.write_all(head.as_bytes())?;
    stream.write_all(page.as_bytes())?;
    Ok(stream.flush()?)
}

/// The preface of a client, RFC 9113 section 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types of frames, RFC 9113 section 6.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

/// Flags of frames.
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The status 200 and the content type text/html in HPACK, RFC 7541: entries 8 and 31 of the static table.
const ANSWER: &[u8] = b"\x88\x0f\x10\x09text/html";

/// Answers every request with the page, until the client ends the connection.
pub(crate) fn serve_2(stream: &mut Stream<TcpStream>, page: &str) -> Result<()> {
    let mut preface = [0; PREFACE.len()];
    stream
        .read_exact(&mut preface)
        .context("reading the preface")?;
    ensure!(preface == *PREFACE, "the preface is not that of HTTP/2");
    send(stream, SETTINGS, 0, 0, &[])?;
    loop {
        let mut head = [0; 9];
        match stream.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            result => result.context("reading a frame")?,
        }
        let [a, b, c, kind, flags, rest @ ..] = head;
        let id = u32::from_be_bytes(rest);
        let mut payload = vec![0; usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)];
        stream.read_exact(&mut payload).context("reading a frame")?;
        match kind {
            HEADERS | CONTINUATION if flags & END_HEADERS != 0 => {
                send(stream, HEADERS, END_HEADERS, id, ANSWER)?;
                send(stream, DATA, END_STREAM, id, page.as_bytes())?;
            }
            SETTINGS if flags & ACK == 0 => send(stream, SETTINGS, ACK, 0, &[])?,
            PING if flags & ACK == 0 => send(stream, PING, ACK, 0, &payload)?,
            GOAWAY if payload.len() >= 8 && payload[4..8] != [0; 4] => {
                bail!(
                    "the client ends the connection with error {:?}",
                    &payload[4..8]
                )
            }
            _ => {}
        }
    }
}

fn send(
    stream: &mut Stream<TcpStream>,
    kind: u8,
    flags: u8,
    id: u32,
    payload: &[u8],
) -> Result<()> {
    let length = u32::try_from(payload.len())?.to_be_bytes();
    let head = [&length[1..], &[kind, flags], &id.to_be_bytes()].concat();
    stream
        .write_all(&[&head[..], payload].concat())
        .context("writing a frame")
}
