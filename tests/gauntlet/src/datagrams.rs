//! Many DTLS peers on one socket with losses, repetitions and reordering: each datagram with data is accounted for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use anyhow::Result;
use gnutls::dtls::Limits;
use gnutls_testing::network::{Faults, Network};
use gnutls_testing::pair::{self, DTLS1_2};

use crate::Options;
use crate::exchange;
use crate::report::{Report, result};

/// The datagrams that each peer sends, and to which the server responds.
const DATAGRAMS: u32 = 10;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let peers = if options.quick { 200 } else { 1000 };
    let client = pair::client(DTLS1_2).build()?;
    let server = pair::server(DTLS1_2).build()?;
    for (loss, delay) in [(0, 0), (5, 4), (20, 10)] {
        let faults = Faults {
            seed: options.seed,
            loss,
            repetition: loss / 2,
            delay,
        };
        let limits = Limits {
            handshake: Duration::from_secs(600),
            retransmission: Duration::from_millis(200),
            ..Limits::default()
        };
        let name = format!("{peers} peers, {loss} % lost");
        report.case(&name, || {
            let begin = Instant::now();
            exchange::reset_clock();
            let mut network = Network::new(&client, &server, peers, limits, faults);
            network.wait = || {
                exchange::advance_clock();
                Duration::from_secs(1)
            };
            let accounts = catch_unwind(AssertUnwindSafe(|| {
                network.run(DATAGRAMS);
                (network.there.check(), network.back.check())
            }));
            let Ok((there, back)) = accounts else {
                return Err("a datagram is missing, repeated or forged".to_owned());
            };
            let counts = network.server.counts();
            if network.accepted() != peers || counts.completed != peers as u64 {
                return Err(format!(
                    "{} of {peers} peers: {counts:?}",
                    network.accepted()
                ));
            }
            if there.0 + there.1 != peers * DATAGRAMS as usize || back.0 + back.1 != there.0 {
                return Err(format!("there {there:?}, back {back:?}"));
            }
            result(format_args!(
                "{name}: {} received and {} lost, {} answered and {} lost, {:.1} s",
                there.0,
                there.1,
                back.0,
                back.1,
                begin.elapsed().as_secs_f64()
            ));
            Ok(())
        });
    }
    Ok(())
}
