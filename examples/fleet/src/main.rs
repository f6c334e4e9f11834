//! Servers that share sessions, ticket keys and the detection of replays through Redis, and a client that resumes from
//! one to the other. Its README has the command lines.

mod client;
mod store;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use gnutls::early_data::AntiReplay;
use gnutls::{Identity, ServerConfig};

use crate::store::Store;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", address, name, redis, secret, chain, key] => {
            let store = Store::new(redis, &fs::read(secret)?)?;
            serve(address, name, &store, Identity::from_pem_files(chain, key)?)
        }
        ["resume", first, second, authorities, mode] => {
            client::resume(first, second, authorities, mode)
        }
        ["connect", address, authorities, redis, secret] => {
            let store = Store::new(redis, &fs::read(secret)?)?;
            client::connect_once(address, authorities, store)
        }
        ["early", first, second, authorities] => client::early_data(first, second, authorities),
        _ => bail!(
            "usage: fleet serve ADDRESS:PORT NAME redis://HOST:PORT SECRET CHAIN.pem KEY.pem\n       \
             fleet resume HOST:PORT HOST:PORT AUTHORITIES.pem tls1.2-cache|tls1.2-ticket|tls1.3\n       \
             fleet early HOST:PORT HOST:PORT AUTHORITIES.pem\n       \
             fleet connect HOST:PORT AUTHORITIES.pem redis://HOST:PORT SECRET"
        ),
    }
}

fn serve(address: &str, name: &str, store: &Arc<Store>, identity: Identity) -> Result<()> {
    let config = ServerConfig::builder()
        .identity(identity)
        .tickets(store.ticket_key()?)
        .session_cache(Arc::clone(store))
        .early_data(16_384, AntiReplay::new(Arc::clone(store)))
        .handshake_timeout(Duration::from_secs(10))
        .build()?;
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for tcp in listener.incoming() {
        let (config, name, tcp) = (config.clone(), name.to_owned(), tcp?);
        thread::spawn(move || {
            if let Err(error) = greet(&config, &name, tcp) {
                println!("error: {error:#}");
            }
        });
    }
    Ok(())
}

/// Answers one line.
fn greet(config: &ServerConfig, name: &str, tcp: TcpStream) -> Result<()> {
    tcp.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut stream = config.stream(tcp)?;
    let completed = stream.handshake();
    // The data can be read while a handshake waits for the client, which that of a replay does until the timeout.
    let mut buffer = [0; 16_384];
    let length = stream.read_early_data(&mut buffer).unwrap_or(0);
    println!(
        "handshake: resumed {}, {length} bytes of early data, completed {}",
        stream.session().is_resumed(),
        completed.is_ok()
    );
    completed?;
    let early = String::from_utf8_lossy(&buffer[..length]).into_owned();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut stream = reader.into_inner();
    writeln!(
        stream,
        "{name} has {:?} and early {early:?}",
        line.trim_end()
    )?;
    Ok(stream.close_both()?)
}
