//! A client: copies an export to a file.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};
use gnutls::{ClientConfig, Stream};

use crate::protocol::*;

/// The length of a read.
const BLOCK: u64 = 256 << 10;

/// Writes the contents of an export to a file.
pub(crate) fn copy(config: &ClientConfig, address: &str, export: &str, file: &str) -> Result<()> {
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let mut stream = config.connect(host, start_tls(TcpStream::connect(address)?)?)?;
    let size = open(&mut stream, export)?;
    let mut output = File::create(file)?;
    let mut offset = 0;
    while offset < size {
        let length = BLOCK.min(size - offset);
        output.write_all(&read(&mut stream, offset, length as u32)?)?;
        offset += length;
    }
    request(&mut stream, DISCONNECT, 0, 0)?;
    stream.close()?;
    let description = stream.session().description().unwrap_or_default();
    println!("{size} bytes over {description}");
    Ok(())
}

/// Performs the part of the handshake before TLS. It reads no byte of TLS.
fn start_tls(mut tcp: TcpStream) -> Result<TcpStream> {
    let greeting: [u8; 16] = array(&mut tcp)?;
    ensure!(&greeting == GREETING, "this is no NBD server");
    let flags = u16(&mut tcp)?;
    ensure!(flags & FIXED_NEWSTYLE != 0, "the server is too old for TLS");
    tcp.write_all(&u32::from(flags & (FIXED_NEWSTYLE | NO_ZEROES)).to_be_bytes())?;
    option(&mut tcp, STARTTLS, &[])?;
    let (kind, data) = reply(&mut tcp, STARTTLS)?;
    ensure!(
        kind == ACK,
        "the server refuses TLS: {}",
        String::from_utf8_lossy(&data)
    );
    Ok(tcp)
}

/// Selects an export and returns its size.
fn open(stream: &mut Stream<TcpStream>, export: &str) -> Result<u64> {
    let mut data = (export.len() as u32).to_be_bytes().to_vec();
    data.extend_from_slice(export.as_bytes());
    // No information is requested beyond that about the export.
    data.extend_from_slice(&[0, 0]);
    option(stream, GO, &data)?;
    let mut size = None;
    loop {
        let (kind, data) = reply(stream, GO)?;
        let mut rest = &data[..];
        match kind {
            ACK => return size.context("the server sends no size"),
            INFO if u16(&mut rest)? == EXPORT => size = Some(u64(&mut rest)?),
            INFO => {}
            _ => bail!(
                "the server refuses the export \"{export}\": {}",
                String::from_utf8_lossy(&data)
            ),
        }
    }
}

fn option(output: &mut impl Write, option: u32, data: &[u8]) -> Result<()> {
    let mut message = OPTION.to_vec();
    message.extend_from_slice(&option.to_be_bytes());
    message.extend_from_slice(&(data.len() as u32).to_be_bytes());
    message.extend_from_slice(data);
    Ok(output.write_all(&message)?)
}

/// Reads the reply to an option: its kind and its data.
fn reply(input: &mut impl Read, option: u32) -> Result<(u32, Vec<u8>)> {
    let (magic, of, kind) = (u64(input)?, u32(input)?, u32(input)?);
    ensure!(
        magic == OPTION_REPLY && of == option,
        "this is no reply to the option {option}"
    );
    Ok((kind, data(input)?))
}

fn request(output: &mut impl Write, command: u16, offset: u64, length: u32) -> Result<()> {
    let mut message = REQUEST.to_be_bytes().to_vec();
    message.extend_from_slice(&[0, 0]);
    message.extend_from_slice(&command.to_be_bytes());
    // The offset is also the cookie, which the reply repeats.
    message.extend_from_slice(&offset.to_be_bytes());
    message.extend_from_slice(&offset.to_be_bytes());
    message.extend_from_slice(&length.to_be_bytes());
    Ok(output.write_all(&message)?)
}

fn read(stream: &mut Stream<TcpStream>, offset: u64, length: u32) -> Result<Vec<u8>> {
    request(stream, READ, offset, length)?;
    let (magic, error, cookie) = (u32(stream)?, u32(stream)?, u64(stream)?);
    ensure!(
        magic == REPLY && cookie == offset,
        "this is no reply to the request"
    );
    ensure!(
        error == 0,
        "the server cannot read at {offset}: error {error}"
    );
    let mut data = vec![0; length as usize];
    stream.read_exact(&mut data)?;
    Ok(data)
}
