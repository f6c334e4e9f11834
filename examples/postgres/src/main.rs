//! PostgreSQL through tokio-postgres: verify-full, channel binding and a client certificate. Its README has the command
//! line.

mod tls;

use std::env;

use anyhow::{Result, bail};
use gnutls::{ClientConfig, Identity, Trust};
use tls::MakeGnutlsConnect;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (parameters, authorities, identity) = match arguments[..] {
        [parameters, authorities] => (parameters, authorities, None),
        [parameters, authorities, certificate, key] => (
            parameters,
            authorities,
            Some(Identity::from_pem_files(certificate, key)?),
        ),
        _ => bail!("usage: postgres PARAMETERS AUTHORITIES.pem [CERTIFICATE.pem KEY.pem]"),
    };
    let mut config = ClientConfig::builder().trust(Trust::pem_file(authorities)?);
    if let Some(identity) = identity {
        config = config.identity(identity);
    }
    let connector = MakeGnutlsConnect::new(config.build()?);
    let (client, connection) = tokio_postgres::connect(parameters, connector).await?;
    tokio::spawn(connection);
    let row = client
        .query_one(
            "SELECT ssl, version, cipher, coalesce(client_dn, 'none'), current_user::text \
             FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            &[],
        )
        .await?;
    let (ssl, version): (bool, String) = (row.get(0), row.get(1));
    let (cipher, client_dn, user): (String, String, String) = (row.get(2), row.get(3), row.get(4));
    println!("ssl {ssl}, {version}, {cipher}, client certificate {client_dn}, user {user}");
    // A result that fills many records.
    let row = client.query_one("SELECT repeat('x', 1000000)", &[]).await?;
    println!("read {} bytes", row.get::<_, &str>(0).len());
    Ok(())
}
