//! A server: a file as an export that can be read.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, ensure};
use gnutls::{ServerConfig, Stream};

use crate::protocol::*;

/// Serves each client in a thread of its own.
pub(crate) fn serve(config: &ServerConfig, address: &str, file: &str) -> Result<()> {
    let file = Arc::new(File::open(file)?);
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for tcp in listener.incoming() {
        let (config, file, tcp) = (config.clone(), Arc::clone(&file), tcp?);
        thread::spawn(move || {
            // A client that fails does not end the server.
            if let Err(error) = accept(&config, tcp, &file) {
                println!("error: {error:#}");
            }
        });
    }
    Ok(())
}

fn accept(config: &ServerConfig, tcp: TcpStream, file: &File) -> Result<()> {
    let Some(tcp) = start_tls(tcp)? else {
        return Ok(());
    };
    let mut stream = config.accept(tcp)?;
    let size = file.metadata()?.len();
    if open(&mut stream, size)? {
        transmit(&mut stream, file, size)?;
    }
    Ok(stream.close()?)
}

/// Performs the part of the handshake before TLS. It reads no byte of TLS, and permits nothing without TLS. `None` means
/// that the client ends the connection.
fn start_tls(mut tcp: TcpStream) -> Result<Option<TcpStream>> {
    tcp.write_all(GREETING)?;
    tcp.write_all(&(FIXED_NEWSTYLE | NO_ZEROES).to_be_bytes())?;
    let flags = u32(&mut tcp)?;
    let required = u32::from(FIXED_NEWSTYLE | NO_ZEROES);
    ensure!(flags == required, "the client is too old: flags {flags}");
    loop {
        match option(&mut tcp)? {
            (STARTTLS, _) => {
                reply(&mut tcp, STARTTLS, ACK, &[])?;
                return Ok(Some(tcp));
            }
            (ABORT, _) => {
                reply(&mut tcp, ABORT, ACK, &[])?;
                return Ok(None);
            }
            (other, _) => reply(&mut tcp, other, TLS_REQUIRED, b"TLS is required")?,
        }
    }
}

/// Performs the rest of the handshake. Returns `true` if the client has selected the export, whose name is empty.
fn open(stream: &mut Stream<TcpStream>, size: u64) -> Result<bool> {
    loop {
        let (number, data) = option(stream)?;
        match number {
            ABORT => {
                reply(stream, ABORT, ACK, &[])?;
                return Ok(false);
            }
            GO if u32(&mut &data[..])? == 0 => {
                let mut information = EXPORT.to_be_bytes().to_vec();
                information.extend_from_slice(&size.to_be_bytes());
                information.extend_from_slice(&(HAS_FLAGS | READ_ONLY).to_be_bytes());
                reply(stream, GO, INFO, &information)?;
                reply(stream, GO, ACK, &[])?;
                return Ok(true);
            }
            GO => reply(
                stream,
                GO,
                UNKNOWN_EXPORT,
                b"the only name is the empty one",
            )?,
            other => reply(stream, other, UNSUPPORTED, &[])?,
        }
    }
}

/// Reads an option: its number and its data.
fn option(input: &mut impl Read) -> Result<(u32, Vec<u8>)> {
    let magic: [u8; 8] = array(input)?;
    ensure!(&magic == OPTION, "this is no option");
    Ok((u32(input)?, data(input)?))
}

fn reply(output: &mut impl Write, option: u32, kind: u32, data: &[u8]) -> Result<()> {
    let mut message = OPTION_REPLY.to_be_bytes().to_vec();
    message.extend_from_slice(&option.to_be_bytes());
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&(data.len() as u32).to_be_bytes());
    message.extend_from_slice(data);
    Ok(output.write_all(&message)?)
}

/// Replies to requests until the client disconnects.
fn transmit(stream: &mut Stream<TcpStream>, file: &File, size: u64) -> Result<()> {
    loop {
        let (magic, _flags, command) = (u32(stream)?, u16(stream)?, u16(stream)?);
        let (cookie, offset, length) = (u64(stream)?, u64(stream)?, u32(stream)?);
        ensure!(magic == REQUEST, "this is no request");
        let end = offset.checked_add(length.into());
        let error = match command {
            DISCONNECT => return Ok(()),
            READ if length <= LONGEST_READ && end.is_some_and(|end| end <= size) => 0,
            READ => INVALID,
            // The data of a write follows.
            WRITE => {
                let data = u64::from(length);
                std::io::copy(&mut Read::take(&mut *stream, data), &mut std::io::sink())?;
                NOT_PERMITTED
            }
            _ => INVALID,
        };
        let mut message = REPLY.to_be_bytes().to_vec();
        message.extend_from_slice(&error.to_be_bytes());
        message.extend_from_slice(&cookie.to_be_bytes());
        if error == 0 {
            let header = message.len();
            message.resize(header + length as usize, 0);
            let data = &mut message[header..];
            file.read_exact_at(data, offset)
                .context("the file has changed")?;
        }
        stream.write_all(&message)?;
    }
}
