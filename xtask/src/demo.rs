//! `cargo xtask demo`: installs the requirements of the demonstration, builds it and runs it.

use clap::{Arg, ArgMatches, Command};

use crate::forward;
use crate::job::Job;
use crate::setup::{self, SetupOptions};

pub(crate) const DEMO: Job = Job::Own {
    command: || {
        Command::new("demo")
            .about("Run TLS sessions over the installed GnuTLS and show their identifiers")
            .long_about(
                "Starts a TLS server and a client over TCP on this machine, with a certificate made on the spot, runs \
                 TLS 1.3 and TLS 1.2, full and resumed, and shows for each the session identifier of both sides: \
                 whether Rust and C agree, whether the peers agree, and whether it survived resumption. Then does the \
                 same with gnutls-serv and openssl s_server, where they are installed.\n\n\
                 Exit status: 0 all agrees, 1 something disagrees, 2 wrong usage, 3 something is missing.",
            )
            .after_help(
                "Examples:\n  cargo xtask demo --install\n  cargo xtask demo --connect www.gnutls.org:443\n  \
                 cargo xtask demo --connect localhost:5556 --ca ca.pem",
            )
            .arg(
                Arg::new("connect")
                    .long("connect")
                    .value_name("HOST:PORT")
                    .help("Connect to this server instead, twice, and show the identifiers"),
            )
            .arg(
                Arg::new("ca")
                    .long("ca")
                    .value_name("FILE")
                    .requires("connect")
                    .help("Trust the certificates in this PEM file instead of the system's"),
            )
            .args(SetupOptions::options())
    },
    run: |arguments| {
        let options = SetupOptions::from(arguments);
        match setup::prepare(setup::BUILD, options) {
            Ok(()) => forward::run("tests", "gnutls-demo", forwarded(arguments), options),
            Err(code) => Ok(code),
        }
    },
};

/// Returns the options for the demonstration itself.
fn forwarded(arguments: &ArgMatches) -> Vec<String> {
    let value = |name: &str| {
        arguments
            .get_one::<String>(name)
            .map(|value| [format!("--{name}"), value.clone()])
    };
    ["connect", "ca"]
        .into_iter()
        .filter_map(value)
        .flatten()
        .collect()
}
