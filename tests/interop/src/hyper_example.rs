//! The web server of tokio-gnutls's examples: hyper over the asynchronous streams.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use gnutls::Identity;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::lab::Lab;

#[allow(dead_code, unreachable_pub, reason = "its main function is not called")]
#[path = "../../../tokio-gnutls/examples/https_server.rs"]
mod https_server;

/// The server, until this is dropped.
pub(crate) struct Example {
    _runtime: Runtime,
    pub(crate) address: SocketAddr,
}

impl Example {
    pub(crate) fn start(lab: &Lab) -> Result<Self> {
        let identity =
            Identity::from_pem_files(lab.fixture("server.pem"), lab.fixture("server-key.pem"))?;
        let config = https_server::config(identity)?;
        let runtime = Runtime::new().context("cannot start a runtime")?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(https_server::serve(listener, config));
        Ok(Self {
            _runtime: runtime,
            address,
        })
    }
}
