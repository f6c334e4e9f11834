//! Redis over TLS. Its README has the command line.

use std::env;

use anyhow::{Context, Result, bail, ensure};
use gnutls::{ClientConfig, Identity, Trust};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, AsyncConnectionConfig, RedisConnectionInfo};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, authorities, certificate, key] = &arguments[..] else {
        bail!("usage: redis HOST:PORT AUTHORITIES.pem CERTIFICATE.pem KEY.pem");
    };
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .identity(Identity::from_pem_files(certificate, key)?)
        .build()?;
    let tcp = TcpStream::connect(address).await?;
    let tls = tokio_gnutls::connect(&config, host, tcp).await?;
    println!("{}", tls.session().description().unwrap_or_default());

    let settings = RedisConnectionInfo::default();
    let (mut connection, driver) =
        MultiplexedConnection::new_with_config(&settings, tls, AsyncConnectionConfig::new())
            .await?;
    tokio::spawn(driver);
    let user: String = redis::cmd("ACL")
        .arg("WHOAMI")
        .query_async(&mut connection)
        .await?;
    println!("user {user}");
    // A value that fills many records.
    let value: Vec<u8> = (0..1_000_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    let _: () = connection.set("example", &value).await?;
    let stored: Vec<u8> = connection.get("example").await?;
    ensure!(stored == value, "the server has stored something else");
    println!("stored and read {} bytes", stored.len());
    Ok(())
}
