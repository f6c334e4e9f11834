//! Configurations that threads share, and sessions that move between threads: the subject of a race detector.

use std::thread;

use anyhow::{Result, ensure};
use gnutls::resumption::TicketKey;
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair::{self, Pair};

use crate::Options;
use crate::report::Report;

const THREADS: usize = 4;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let count = if options.quick { 3 } else { 50 };
    for (priority, datagram) in pair::protocols() {
        let client = pair::client(priority).build()?;
        let server = pair::server(priority)
            .tickets(TicketKey::generate()?)
            .build()?;
        report.case(&format!("shared/{priority}"), || {
            share(&client, &server, datagram, count).map_err(|error| format!("{error:#}"))
        });
    }
    Ok(())
}

/// Connects pairs in several threads with the same configurations, and uses each pair in another thread.
///
/// Threads only synchronize when they begin and end, since a race detector for C does not see the locks of Rust.
fn share(client: &ClientConfig, server: &ServerConfig, datagram: bool, count: usize) -> Result<()> {
    let connect = || {
        let pair = || -> Result<Pair> {
            let mut pair = Pair::open(client, server, datagram);
            pair.handshake()?;
            Ok(pair)
        };
        (0..count).map(|_| pair()).collect::<Result<Vec<_>>>()
    };
    let transfer = |mut pairs: Vec<Pair>| {
        for pair in &mut pairs {
            ensure!(pair.there(b"question") == b"question", "wrong data");
            ensure!(pair.back(b"answer") == b"answer", "wrong data");
        }
        Ok(())
    };
    let connected = thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| scope.spawn(connect));
        threads.map(|thread| thread.join().expect("no thread panics"))
    });
    thread::scope(|scope| {
        let threads = connected.map(|pairs| scope.spawn(move || transfer(pairs?)));
        let results = threads.map(|thread| thread.join().expect("no thread panics"));
        results.into_iter().collect()
    })
}
