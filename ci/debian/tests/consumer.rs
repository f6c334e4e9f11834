//! A TLS session between two tasks, with the certificates in the directory that is the argument.

use std::error::Error;
use std::path::PathBuf;

use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fixtures = PathBuf::from(std::env::args_os().nth(1).ok_or("no directory")?);
    let file = |name| fixtures.join(name);
    let identity = Identity::from_pem_files(file("server.pem"), file("server-key.pem"))?;
    let server = ServerConfig::builder().identity(identity).build()?;
    let trust = Trust::pem_file(file("ca.pem"))?;
    let client = ClientConfig::builder().trust(trust).build()?;
    gnutls::library::log_to_tracing(0);

    let (near, far) = tokio::io::duplex(4096);
    let serve = async {
        let mut stream = tokio_gnutls::accept(&server, far).await?;
        let mut request = Vec::new();
        stream.read_to_end(&mut request).await?;
        stream.write_all(&request).await?;
        stream.shutdown().await?;
        Ok::<_, Box<dyn Error>>(())
    };
    let request = async {
        let mut stream = tokio_gnutls::connect(&client, "localhost", near).await?;
        stream.write_all(b"hello").await?;
        stream.shutdown().await?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await?;
        assert_eq!(response, b"hello");
        Ok::<_, Box<dyn Error>>(stream.session().description().unwrap_or_default())
    };
    let (served, description) = tokio::join!(serve, request);
    served?;
    println!("{}", description?);

    // SAFETY: gnutls_check_version accepts NULL and returns a static string.
    let version = unsafe { std::ffi::CStr::from_ptr(gnutls_sys::gnutls_check_version(std::ptr::null())) };
    println!("GnuTLS {}", version.to_str()?);
    Ok(())
}
